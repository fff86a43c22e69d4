//! What one copy of a log lacks and another holds: rows may have been removed, or the export was filtered.

use std::collections::{BTreeMap, BTreeSet};

use super::cluster::Cluster;
use super::content;
use super::numbering::{Course, Numbering};
use crate::evidence::model::{FileId, Problem};
use crate::time::{MINUTE, Timestamp};
use crate::timeline::spans::{FileSpan, LogKey};
use crate::timeline::{Disagreement, TimedEvent};

/// Files of one log whose records are held against each other one by one.
const MOST_FILES: usize = 64;
/// Kinds of events that are named.
const SHOWN: usize = 3;

/// Records that a file should hold and does not.
struct Lack {
    count: u64,
    from: Timestamp,
    to: Timestamp,
    holders: BTreeSet<FileId>,
    kinds: BTreeMap<String, u64>,
}

impl Lack {
    fn add(lack: &mut Option<Self>, at: Timestamp) -> &mut Self {
        let lack = lack.get_or_insert_with(|| Self {
            count: 0,
            from: at,
            to: at,
            holders: BTreeSet::new(),
            kinds: BTreeMap::new(),
        });
        lack.count += 1;
        (lack.from, lack.to) = (lack.from.min(at), lack.to.max(at));
        lack
    }

    /// The first of the files that hold them.
    fn holders(&self) -> String {
        let holders = self.holders.iter().take(SHOWN);
        holders
            .map(FileId::to_string)
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// One problem for each file and log that lacks records which others hold.
pub fn of(
    clusters: &[Cluster],
    events: &[TimedEvent],
    spans: &[FileSpan],
    numbering: &Numbering,
) -> (Vec<Problem>, Vec<Disagreement>) {
    let mut told: Vec<(Problem, Disagreement)> = Vec::new();
    for course in numbering
        .courses
        .iter()
        .filter(|course| course.files.len() > 1)
    {
        for span in spans.iter().filter(|span| is_in(span, course, numbering)) {
            let lack = numbers(span, course);
            told.extend(lack.map(|lack| told_of(span, &lack)));
        }
    }
    told.extend(unnumbered(clusters, events, spans));
    told.into_iter().unzip()
}

fn is_in(span: &FileSpan, course: &Course, numbering: &Numbering) -> bool {
    let place = numbering.place(span.file, &span.key());
    let of = place.and_then(|(course, _)| numbering.courses.get(course));
    of.is_some_and(|of| std::ptr::eq(of, course))
}

/// Numbers of the course between the file's first and last that the file does not hold.
fn numbers(span: &FileSpan, course: &Course) -> Option<Lack> {
    let mut own: Vec<u64> = span
        .span
        .records
        .iter()
        .map(|(number, _)| *number)
        .collect();
    own.sort_unstable();
    let (first, last) = (*own.first()?, *own.last()?);
    let from = course.entries.partition_point(|entry| entry.number < first);
    let within = course.entries.get(from..).unwrap_or_default().iter();
    let mut own = own.into_iter().peekable();
    let mut lack = None;
    for entry in within.take_while(|entry| entry.number <= last) {
        while own.next_if(|number| *number < entry.number).is_some() {}
        if own.peek() != Some(&entry.number) {
            Lack::add(&mut lack, entry.at).holders.insert(entry.file);
        }
    }
    lack
}

/// A file's records of one log, for the comparison one by one.
struct Held<'s> {
    span: &'s FileSpan,
    from: i64,
    to: i64,
    /// Records of each kind that were read, less those that were kept as events.
    unread: BTreeMap<(String, u16), i64>,
}

/// Records that a file lacks although they fall between its first and last, where one side has no numbers.
fn unnumbered(
    clusters: &[Cluster],
    events: &[TimedEvent],
    spans: &[FileSpan],
) -> Vec<(Problem, Disagreement)> {
    let mut logs: BTreeMap<LogKey, Vec<&FileSpan>> = BTreeMap::new();
    for span in spans.iter().filter(|span| !span.span.channel.is_empty()) {
        logs.entry(span.key()).or_default().push(span);
    }
    logs.retain(|_, files| {
        files.len() > 1 && files.iter().any(|file| !file.span.unnumbered.is_empty())
    });
    if logs.is_empty() {
        return Vec::new();
    }
    let mut by_log: BTreeMap<LogKey, Vec<&Cluster>> = BTreeMap::new();
    let mut kept: BTreeMap<(FileId, LogKey), BTreeMap<(String, u16), i64>> = BTreeMap::new();
    for cluster in clusters {
        let first = cluster
            .members
            .first()
            .and_then(|member| events.get(*member));
        let (Some(first), Some(log)) = (first, &cluster.log) else {
            continue;
        };
        let key = (first.server.clone(), log.to_string());
        if !logs.contains_key(&key) {
            continue;
        }
        let kind = (content::source_key(&first.event.provider), first.event.id);
        for member in cluster
            .members
            .iter()
            .filter_map(|member| events.get(*member))
        {
            let of = kept
                .entry((member.event.cite.file, key.clone()))
                .or_default();
            *of.entry(kind.clone()).or_default() += 1;
        }
        by_log.entry(key).or_default().push(cluster);
    }
    let mut problems = Vec::new();
    for (key, files) in &logs {
        let mut clusters = by_log.remove(key).unwrap_or_default();
        clusters.sort_by_key(|cluster| (cluster.lo, cluster.members.first().copied()));
        for span in files.iter().take(MOST_FILES) {
            let kept = kept.remove(&(span.file, key.clone())).unwrap_or_default();
            let lack = held(span, kept).and_then(|held| missing(&held, &clusters, events));
            problems.extend(lack.map(|lack| told_of(span, &lack)));
        }
    }
    problems
}

fn held(span: &FileSpan, kept: BTreeMap<(String, u16), i64>) -> Option<Held<'_>> {
    let numbered = span.span.records.iter().map(|(_, at)| at.micros());
    let all = || {
        numbered
            .clone()
            .chain(span.span.unnumbered.iter().map(|at| at.micros()))
    };
    let mut unread: BTreeMap<(String, u16), i64> = BTreeMap::new();
    for (provider, id, count) in &span.span.kinds {
        let count = i64::try_from(*count).unwrap_or(i64::MAX);
        *unread
            .entry((content::source_key(provider), *id))
            .or_default() += count;
    }
    // An export of one kind of event says nothing of others.
    if unread.len() < 2 {
        return None;
    }
    for (kind, count) in kept {
        *unread.entry(kind).or_default() -= count;
    }
    Some(Held {
        span,
        from: all().min()?,
        to: all().max()?,
        unread,
    })
}

fn missing(held: &Held<'_>, clusters: &[&Cluster], events: &[TimedEvent]) -> Option<Lack> {
    // A time to the minute may be up to a minute early.
    let from = clusters.partition_point(|cluster| cluster.lo < held.from.saturating_add(MINUTE));
    let within = clusters.get(from..).unwrap_or_default().iter();
    let file = held.span.file;
    let is_numbered = held.span.span.unnumbered.is_empty();
    let mut lack = None;
    for cluster in within.take_while(|cluster| cluster.lo < held.to) {
        let Some(first) = cluster
            .members
            .first()
            .and_then(|member| events.get(*member))
        else {
            continue;
        };
        let kind = (content::source_key(&first.event.provider), first.event.id);
        let told_by_number = is_numbered && cluster.number.is_some();
        let lacks = cluster.hi <= held.to
            && cluster.files.binary_search(&file).is_err()
            && !told_by_number
            && !first.event.recovered
            // Where some records of the kind could not be understood, this may be one of them.
            && held.unread.get(&kind).is_none_or(|unread| *unread == 0);
        if lacks {
            let name = format!("{} {}", first.event.provider, first.event.id);
            let lack = Lack::add(&mut lack, first.event.time.at);
            lack.holders.extend(&cluster.files);
            *lack.kinds.entry(name).or_default() += 1;
        }
    }
    lack
}

fn problem(span: &FileSpan, lack: &Lack) -> Problem {
    let file = span.file;
    let holders = lack.holders();
    let (records, verb) = match (lack.count, lack.holders.len()) {
        (1, 1) => ("1 record".to_owned(), "holds"),
        (many, 1) => (format!("{many} records"), "holds"),
        (1, _) => ("1 record".to_owned(), "hold"),
        (many, _) => (format!("{many} records"), "hold"),
    };
    let mut kinds: Vec<(&String, &u64)> = lack.kinds.iter().collect();
    kinds.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
    let kinds: Vec<String> = kinds
        .iter()
        .take(SHOWN)
        .map(|(name, count)| format!("{count} of {name}"))
        .collect();
    let kinds = if kinds.is_empty() {
        String::new()
    } else {
        format!(" ({})", kinds.join(", "))
    };
    let log = match span.span.channel.is_empty() {
        true => "log".to_owned(),
        false => format!("{} log", span.span.channel),
    };
    let when = if lack.from == lack.to {
        format!("at {}", lack.from)
    } else {
        format!("between {} and {}", lack.from, lack.to)
    };
    Problem {
        evidence: file.to_string(),
        what: format!(
            "{file} lacks {records} of the {log} of {} that {} {verb}{kinds}, {when}: rows may have been removed, the \
             export was filtered, or a part of it could not be read.",
            span.server,
            holders
        ),
        why_it_matters: "The records are used from where they are; but where only this file speaks, more may be missing \
                         without a trace."
            .to_owned(),
        what_to_do: "Ask how the file was made; use the whole log where there is one.".to_owned(),
    }
}

/// The problem, and the same as two sides.
fn told_of(span: &FileSpan, lack: &Lack) -> (Problem, Disagreement) {
    let problem = problem(span, lack);
    let disagreement = disagreement(span, lack, problem.what.clone());
    (problem, disagreement)
}

fn disagreement(span: &FileSpan, lack: &Lack, what: String) -> Disagreement {
    let file = span.file;
    let when = format!("from {} to {}", lack.from, lack.to);
    let (count, holders) = (lack.count, lack.holders());
    Disagreement {
        server: span.server.clone(),
        log: span.span.channel.to_string(),
        at: Some(lack.from),
        records: lack.count,
        lacking: true,
        what,
        sides: [
            (
                format!("{holders} has {count} of them {when} that the other lacks."),
                holders,
            ),
            (
                format!("{file} has records before and after, and none of these."),
                file.to_string(),
            ),
        ],
        cites: BTreeSet::new(),
    }
}
