//! One file looked at closely: what it is, how it was recognised, what it holds, and its first records as the
//! timeline would hold them. Nothing is concluded from it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::case;
use crate::evidence::model::{
    CounterSeries, FolderListing, Problem, Reading, RegistryExport, Snapshot,
};
use crate::evidence::{FileReading, Progress};
use crate::pipeline::{self, Error, Options};
use crate::profile::Profile;
use crate::time::Timestamp;
use crate::timeline::row::Row;
use crate::timeline::{self, rows};

/// Every record of a file up to this size is put on the timeline, to show the first of them; of a larger one only
/// those that the profile knows, because all of them would not fit into memory.
const ALL_RECORDS_BYTES: u64 = 64 * 1024 * 1024;

/// What was found.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// The `case.toml` that was honoured: the nearest one above the file.
    pub case_toml: Option<PathBuf>,
    /// The file; of an archive, the archive and every entry.
    pub files: Vec<Inspected>,
    /// What concerns no file alone.
    pub problems: Vec<Problem>,
}

/// One file.
#[derive(Clone, Debug)]
pub struct Inspected {
    pub path: String,
    pub sha256: String,
    pub bytes: u64,
    pub format: &'static str,
    pub recognised_by: String,
    pub logs: Vec<Log>,
    pub captures: Vec<Capture>,
    pub settings: Vec<RegistryExport>,
    pub listings: Vec<FolderListing>,
    pub counters: Vec<Counter>,
    pub records: u64,
    pub recovered: u64,
    pub damaged: u64,
    /// Records whose local times could not be settled.
    pub undated: u64,
    pub notes: Vec<String>,
    pub problems: Vec<Problem>,
    /// Records by source and event id, the most frequent first.
    pub kinds: Vec<(String, u16, u64)>,
    /// The first records, in order of time.
    pub first: Vec<Row>,
    /// The rows are of events that the profile knows, not of all.
    pub only_signals: bool,
}

/// The records of one log of one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    pub server: String,
    pub log: String,
    pub records: u64,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

/// One performance counter.
#[derive(Clone, Debug, PartialEq)]
pub struct Counter {
    pub server: String,
    pub counter: String,
    pub points: u64,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    /// The greatest of its values.
    pub most: Option<f64>,
}

/// One capture of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    pub server: String,
    pub table: String,
    pub at: Timestamp,
    pub rows: u64,
    pub complete: bool,
}

/// Inspects the file at `path`, with the first `first` records.
///
/// # Errors
/// When there is no such file, or the `case.toml` above it cannot be honoured.
pub fn inspect(
    path: &Path,
    options: &Options,
    first: usize,
    progress: &dyn Progress,
) -> Result<Inspection, Error> {
    let case = case::open_file(path)?;
    let profile = pipeline::profile_of(&case, options)?;
    let bytes: u64 = case.files.iter().map(|file| file.bytes).sum();
    let options = Options {
        all_events: bytes <= ALL_RECORDS_BYTES,
        ..options.clone()
    };
    let (readings, mut problems) = pipeline::read(&case, Vec::new(), &profile, &options, progress);
    problems.extend(case.problems.iter().cloned());
    let look = Look {
        case: &case,
        profile: &profile,
        first,
        all_events: options.all_events,
    };
    let mut files = Vec::new();
    for reading in readings {
        files.push(look.at(reading, &problems)?);
    }
    problems.retain(|problem| files.iter().all(|file| file.path != problem.evidence));
    Ok(Inspection {
        case_toml: case.config_file.map(|_| case.root.join("case.toml")),
        files,
        problems,
    })
}

struct Look<'a> {
    case: &'a case::Case,
    profile: &'a Profile,
    first: usize,
    all_events: bool,
}

impl Look<'_> {
    fn at(&self, file: FileReading, problems: &[Problem]) -> Result<Inspected, timeline::Error> {
        let own = |problem: &&Problem| problem.evidence == file.path;
        let mut reading = file.reading;
        let mut own_problems = std::mem::take(&mut reading.problems);
        own_problems.extend(problems.iter().filter(own).cloned());
        let inspected = Inspected {
            path: file.path,
            sha256: file.sha256,
            bytes: file.bytes,
            format: file.format.as_str(),
            recognised_by: file.recognised_by,
            logs: logs(&reading),
            captures: reading.snapshots.iter().map(capture).collect(),
            settings: std::mem::take(&mut reading.registry),
            listings: std::mem::take(&mut reading.listings),
            counters: reading.counters.iter().map(counter).collect(),
            records: reading.records,
            recovered: reading.recovered,
            damaged: reading.damaged,
            undated: reading.local.records.len() as u64,
            notes: std::mem::take(&mut reading.notes),
            problems: own_problems,
            kinds: kinds(&reading),
            first: Vec::new(),
            only_signals: !self.all_events,
        };
        Ok(Inspected {
            first: self.first_rows(reading)?,
            ..inspected
        })
    }

    fn first_rows(&self, reading: Reading) -> Result<Vec<Row>, timeline::Error> {
        let canonical = |name: &str| self.case.config.canonical_server(name);
        let clocks = pipeline::clocks(&self.case.config);
        let timeline = timeline::build(vec![reading], &clocks, &canonical)?;
        let mut rows = rows::rows(&timeline, self.profile, self.all_events);
        rows.truncate(self.first);
        Ok(rows)
    }
}

fn logs(reading: &Reading) -> Vec<Log> {
    let log = |span: &crate::evidence::model::LogSpan| {
        let times = || {
            let numbered = span.records.iter().map(|&(_, at)| at);
            numbered.chain(span.unnumbered.iter().copied())
        };
        Log {
            server: span.computer.to_string(),
            log: span.channel.to_string(),
            records: (span.records.len() + span.unnumbered.len()) as u64,
            from: times().min(),
            to: times().max(),
        }
    };
    let mail = reading.mail.spans.iter().map(mail_log);
    reading.spans.iter().map(log).chain(mail).collect()
}

fn mail_log(span: &crate::evidence::model::MailSpan) -> Log {
    let log = span.log.as_str();
    Log {
        server: span.server.to_string(),
        log: match span.virtual_server {
            Some(number) => format!("{log} of virtual server {number}"),
            None => log.to_owned(),
        },
        records: span.lines,
        from: Some(span.from),
        to: Some(span.to),
    }
}

fn capture(snapshot: &Snapshot) -> Capture {
    Capture {
        server: snapshot.server.value.clone(),
        table: snapshot.table.value.clone(),
        at: snapshot.captured_at.value.at,
        rows: snapshot.rows.len() as u64,
        complete: snapshot.complete,
    }
}

fn counter(series: &CounterSeries) -> Counter {
    let times = || series.points.iter().map(|&(at, _)| at);
    Counter {
        server: series.server.clone(),
        counter: series.counter.clone(),
        points: series.points.len() as u64,
        from: times().min(),
        to: times().max(),
        most: series
            .points
            .iter()
            .map(|&(_, value)| value)
            .reduce(f64::max),
    }
}

fn kinds(reading: &Reading) -> Vec<(String, u16, u64)> {
    let mut counts: BTreeMap<(&str, u16), u64> = BTreeMap::new();
    for (provider, id, count) in reading.spans.iter().flat_map(|span| &span.kinds) {
        *counts.entry((provider, *id)).or_default() += count;
    }
    let mut kinds: Vec<(String, u16, u64)> = counts
        .into_iter()
        .map(|((provider, id), count)| (provider.to_owned(), id, count))
        .collect();
    kinds.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| (&a.0, a.1).cmp(&(&b.0, b.1))));
    kinds
}
