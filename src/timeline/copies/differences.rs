//! In what copies of one record differ: one of them may have been edited.

use std::collections::{BTreeMap, BTreeSet};

use super::cluster::Cluster;
use super::content::{self, Likeness};
use super::numbering::Numbering;
use crate::evidence::model::{Citation, Event, FileId, Level, Problem};
use crate::time::{HOUR, MINUTE, Timestamp};
use crate::timeline::spans::{FileSpan, LogKey};
use crate::timeline::{Disagreement, TimedEvent};

/// Differences of one pair of files that are shown; the rest is counted.
const SHOWN: usize = 3;
/// Differing records of one pair of files that are kept by their number.
const MOST_CITED: usize = 4096;
/// Characters of a value that are shown.
const EXCERPT: usize = 60;

/// What two files differ in.
#[derive(Default)]
struct Pair {
    records: u64,
    first: Vec<String>,
    log: String,
    /// The records of the first difference, what each says, and when it was.
    sides: Option<[(Citation, String); 2]>,
    at: Option<Timestamp>,
    /// Records that are known to differ.
    cites: BTreeSet<Citation>,
}

type Pairs = BTreeMap<(FileId, FileId, LogKey), Pair>;

/// All differences between numbered copies, one problem for each pair of files and log.
pub fn of(
    clusters: &[Cluster],
    events: &[TimedEvent],
    spans: &[FileSpan],
    numbering: &Numbering,
) -> (Vec<Problem>, Vec<Disagreement>) {
    let mut pairs = Pairs::new();
    for cluster in clusters
        .iter()
        .filter(|c| c.number.is_some() && c.files.len() > 1)
    {
        contents(cluster, events, &mut pairs);
    }
    kinds(clusters, events, &mut pairs);
    times(numbering, &mut pairs);
    sums(spans, numbering, &mut pairs);
    let told = pairs.into_iter().map(disagreement);
    let (mut problems, disagreements): (Vec<Problem>, Vec<Disagreement>) = told.unzip();
    problems.extend(numbering.shifts.iter().map(|shift| zone(shift, spans)));
    (problems, disagreements)
}

fn note(pairs: &mut Pairs, a: &TimedEvent, b: &TimedEvent, what: Difference) {
    let Difference { of, values } = what;
    let [first, second] = values;
    let what = format!("{of} is {first} and {second}");
    let sides = [
        (a.event.cite, format!("{of} is {first}")),
        (b.event.cite, format!("{of} is {second}")),
    ];
    let (a, b) = if a.event.cite <= b.event.cite {
        (a, b)
    } else {
        (b, a)
    };
    let named = [a, b]
        .into_iter()
        .map(|e| &e.event.channel)
        .find(|log| !log.is_empty());
    let log = named.map(|log| log.to_string()).unwrap_or_default();
    let key = (a.server.clone(), log.to_lowercase());
    let pair = pairs
        .entry((a.event.cite.file, b.event.cite.file, key))
        .or_default();
    pair.records += 1;
    pair.log = log;
    pair.sides.get_or_insert(sides);
    pair.at = pair.at.into_iter().chain([a.at]).min();
    if pair.cites.len() < MOST_CITED {
        pair.cites.extend([a.event.cite, b.event.cite]);
    }
    if pair.first.len() < SHOWN {
        pair.first
            .push(format!("{} and {}: {what}", a.event.cite, b.event.cite));
    }
}

/// Members of one cluster that say different things.
fn contents(cluster: &Cluster, events: &[TimedEvent], pairs: &mut Pairs) {
    let mut numbered = cluster
        .members
        .iter()
        .filter_map(|member| events.get(*member))
        .filter(|event| event.event.record_id.is_some());
    let Some(first) = numbered.next() else { return };
    for other in numbered.filter(|other| other.event.cite.file != first.event.cite.file) {
        if let Some(what) = difference(&first.event, &other.event) {
            note(pairs, first, other, what);
        }
    }
}

/// In what two copies of one record differ, and what each says.
struct Difference {
    of: String,
    values: [String; 2],
}

impl Difference {
    fn new(of: impl Into<String>, a: impl Into<String>, b: impl Into<String>) -> Self {
        Self {
            of: of.into(),
            values: [a.into(), b.into()],
        }
    }
}

/// The first thing in which two copies of one record differ.
fn difference(a: &Event, b: &Event) -> Option<Difference> {
    if let Some((number, a, b)) = content::first_difference(a, b) {
        return Some(Difference::new(
            format!("string {number}"),
            quote(&a),
            quote(&b),
        ));
    }
    if content::likeness(a, b) == Likeness::Different {
        let text = |event: &Event| {
            event
                .text
                .as_deref()
                .map(content::collapse)
                .unwrap_or_default()
        };
        return Some(Difference::new(
            "the text",
            quote(&text(a)),
            quote(&text(b)),
        ));
    }
    // Audits have no level of severity; forms call them by different names.
    if a.level != b.level && a.level != Level::Always && b.level != Level::Always {
        return Some(Difference::new(
            "the level",
            a.level.as_str(),
            b.level.as_str(),
        ));
    }
    match (&a.user, &b.user) {
        (Some(x), Some(y)) if is_other_user(x, y) => {
            Some(Difference::new("the user", quote(x), quote(y)))
        }
        _ => None,
    }
}

/// A SID and a name cannot be compared, nor can a name with a domain and one without tell more than the name.
fn is_other_user(a: &str, b: &str) -> bool {
    let is_sid = |user: &str| user.starts_with("S-1-");
    let is_none = |user: &str| user.trim().is_empty() || user.eq_ignore_ascii_case("n/a");
    let bare = |user: &str| {
        user.rsplit('\\')
            .next()
            .unwrap_or(user)
            .trim()
            .to_lowercase()
    };
    is_sid(a) == is_sid(b) && !is_none(a) && !is_none(b) && bare(a) != bare(b)
}

/// Records of one number, log and time that are of different kinds.
fn kinds(clusters: &[Cluster], events: &[TimedEvent], pairs: &mut Pairs) {
    let mut by_number: Vec<(&str, &str, u64, &Cluster)> = Vec::new();
    for cluster in clusters {
        let first = cluster
            .members
            .first()
            .and_then(|member| events.get(*member));
        if let (Some(event), Some(log), Some(number)) = (first, &cluster.log, cluster.number) {
            by_number.push((&event.server, log, number, cluster));
        }
    }
    by_number.sort_by_key(|&(server, log, number, cluster)| {
        (server, log, number, cluster.lo, &cluster.members)
    });
    for same in by_number.chunk_by(|a, b| (a.0, a.1, a.2) == (b.0, b.1, b.2)) {
        for pair in same.windows(2) {
            let [(_, _, _, a), (_, _, _, b)] = pair else {
                continue;
            };
            let shared = a
                .files
                .iter()
                .any(|file| b.files.binary_search(file).is_ok());
            let one_record = (a.entry.is_some() && a.entry == b.entry) || a.overlaps(b);
            let of = |cluster: &Cluster| {
                cluster
                    .members
                    .first()
                    .and_then(|member| events.get(*member))
            };
            if let (Some(a), Some(b)) = (of(a), of(b))
                && !shared
                && one_record
            {
                let name = |e: &TimedEvent| format!("{} {}", e.event.provider, e.event.id);
                note(pairs, a, b, Difference::new("the event", name(a), name(b)));
            }
        }
    }
}

fn times(numbering: &Numbering, pairs: &mut Pairs) {
    for odd in &numbering.odd_times {
        let pair = pairs
            .entry((
                odd.against.min(odd.file),
                odd.against.max(odd.file),
                odd.key.clone(),
            ))
            .or_default();
        pair.records += odd.count as u64;
        for &(record, there, here) in &odd.first {
            if pair.first.len() < SHOWN {
                let cite = |file| Citation { file, record };
                pair.first.push(format!(
                    "{} and {}: the time is {there} and {here}",
                    cite(odd.against),
                    cite(odd.file)
                ));
            }
            pair.at = pair.at.into_iter().chain([there.min(here)]).min();
            let cite = |file| Citation { file, record };
            pair.sides.get_or_insert([
                (cite(odd.against), format!("the time is {there}")),
                (cite(odd.file), format!("the time is {here}")),
            ]);
        }
    }
}

/// Two files that hold the same numbers must hold as many records of each kind.
fn sums(spans: &[FileSpan], numbering: &Numbering, pairs: &mut Pairs) {
    let mut same: BTreeMap<(usize, Vec<u64>), Vec<&FileSpan>> = BTreeMap::new();
    let mut in_course: BTreeMap<usize, usize> = BTreeMap::new();
    let placed = |span: &FileSpan| {
        numbering
            .place(span.file, &span.key())
            .map(|(course, _)| course)
    };
    for course in spans.iter().filter_map(placed) {
        *in_course.entry(course).or_default() += 1;
    }
    for span in spans {
        let Some(course) = placed(span).filter(|course| in_course.get(course) > Some(&1)) else {
            continue;
        };
        let mut numbers: Vec<u64> = span
            .span
            .records
            .iter()
            .map(|(number, _)| *number)
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        same.entry((course, numbers)).or_default().push(span);
    }
    for files in same.into_values() {
        let Some((first, others)) = files.split_first() else {
            continue;
        };
        let of = tally(first);
        for other in others {
            let (a, b) = if first.file <= other.file {
                (*first, *other)
            } else {
                (*other, *first)
            };
            let differing = differing(&tally(a), &tally(b));
            if tally(other) == of || differing.is_empty() {
                continue;
            }
            let pair = pairs.entry((a.file, b.file, a.key())).or_default();
            if pair.records > 0 {
                continue;
            }
            pair.records = differing
                .iter()
                .map(|(_, a, b)| a.abs_diff(*b))
                .sum::<u64>()
                .div_ceil(2);
            let shown = differing.into_iter().take(SHOWN);
            pair.first.extend(shown.map(|((provider, id), in_a, in_b)| {
                format!(
                    "{} holds {in_a} of {provider} {id}, {} holds {in_b}",
                    a.file, b.file
                )
            }));
        }
    }
}

type Tally = BTreeMap<(String, u16), u64>;

fn tally(span: &FileSpan) -> Tally {
    let mut tally = Tally::new();
    for (provider, id, count) in &span.span.kinds {
        *tally
            .entry((content::source_key(provider), *id))
            .or_default() += count;
    }
    tally
}

fn differing(a: &Tally, b: &Tally) -> Vec<((String, u16), u64, u64)> {
    let kinds: std::collections::BTreeSet<&(String, u16)> = a.keys().chain(b.keys()).collect();
    let count = |tally: &Tally, kind| tally.get(kind).copied().unwrap_or_default();
    kinds
        .into_iter()
        .map(|kind| (kind.clone(), count(a, kind), count(b, kind)))
        .filter(|(_, a, b)| a != b)
        .collect()
}

fn disagreement(
    ((a, b, (server, lower)), pair): ((FileId, FileId, LogKey), Pair),
) -> (Problem, Disagreement) {
    let named = if pair.log.is_empty() { lower } else { pair.log };
    let log = named.clone();
    let log = if log.is_empty() {
        String::new()
    } else {
        format!("{log} ")
    };
    let (records, differ) = match pair.records {
        1 => ("1 record".to_owned(), "differs"),
        many => (format!("{many} records"), "differ"),
    };
    let more = match pair.records.saturating_sub(pair.first.len() as u64) {
        0 => "",
        _ => "; …",
    };
    let problem = Problem {
        evidence: a.to_string(),
        what: format!(
            "{records} of the {log}log of {server} {differ} between the copies {a} and {b}: {}{more}.",
            pair.first.join("; ")
        ),
        why_it_matters: "Copies of one record say the same; one of the two may have been edited, or is from another \
                         machine of that name. The fuller copy was used."
            .to_owned(),
        what_to_do: "Compare both with the log on the server or in a backup, and leave the false copy out."
            .to_owned(),
    };
    let sides = pair.sides.map_or_else(
        || {
            let side = |file: FileId| (format!("{file} holds other records."), file.to_string());
            [side(a), side(b)]
        },
        |sides| sides.map(|(cite, says)| (format!("In {cite} {says}."), cite.to_string())),
    );
    let disagreement = Disagreement {
        server,
        at: pair.at,
        records: pair.records,
        log: named,
        lacking: false,
        what: problem.what.clone(),
        sides,
        cites: pair.cites,
    };
    (problem, disagreement)
}

fn zone(shift: &super::numbering::Shift, spans: &[FileSpan]) -> Problem {
    let log = spans
        .iter()
        .find(|span| span.file == shift.file && span.key() == shift.key)
        .map(|span| span.span.channel.to_string())
        .unwrap_or_default();
    let minutes = shift.by.abs() / MINUTE;
    let by = match minutes % 60 {
        0 => format!("{} h", shift.by.abs() / HOUR),
        rest => format!("{} h {rest} min", minutes / 60),
    };
    let (file, against) = (shift.file, shift.against);
    Problem {
        evidence: file.to_string(),
        what: format!(
            "All {} records of the {log} log of {} that {file} and {against} both hold are {by} {} in {file}: the time \
             zone of one of the two is mistaken. The times of {against} are used for both.",
            shift.records,
            shift.key.0,
            if shift.by > 0 { "later" } else { "earlier" },
        ),
        why_it_matters: "With a wrong zone every time of the file is wrong, and its events stand twice on the timeline."
            .to_owned(),
        what_to_do: format!("Correct the time_zone of {file} (a [[log]] entry in case.toml)."),
    }
}

/// A value from evidence in a sentence, cut short.
fn quote(text: &str) -> String {
    let mut shown: String = text.chars().take(EXCERPT).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}
