//! Coverage of the logs of the mail system: they number nothing, but each file is of one day.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::FileMail;
use crate::evidence::model::{CELL, MailLog, Traffic};
use crate::time::{DAY, HOUR, Stamp, Timestamp};
use crate::timeline::Clocks;
use crate::timeline::coverage::{self, Hole, LogCoverage};

/// So many files that are each of one hour show that the log begins a new file every hour.
const HOURLY_FILES: usize = 3;

type LogOfServer = (Arc<str>, MailLog);

/// The coverage of each server's logs, by server, then log.
///
/// Without numbers nothing shows a line that is missing. What is missing shows as a day (of an hourly log: an hour)
/// of which there is no file, and as a silence far beyond the log's own rhythm, as after the end of a log that was copied in
/// mid-day. A day on which no mail went through looks like a missing file and counts as one.
pub(super) fn of_logs(
    spans: &[FileMail],
    traffic: &[Traffic],
    clocks: &Clocks,
) -> Vec<LogCoverage> {
    let mut logs: BTreeMap<LogOfServer, Vec<(Timestamp, Timestamp)>> = BTreeMap::new();
    let mut lines: BTreeMap<LogOfServer, u64> = BTreeMap::new();
    for file in spans {
        let key = (Arc::clone(&file.server), file.span.log);
        let count = lines.entry(key.clone()).or_default();
        *count = count.saturating_add(file.span.lines);
        let ends = (file.span.from, file.span.to.max(file.span.from));
        logs.entry(key).or_default().push(ends);
    }
    let of_log = |((server, log), mut files): (LogOfServer, Vec<_>)| {
        files.sort_unstable();
        let cells = traffic
            .iter()
            .find(|traffic| traffic.server == server && traffic.log == log);
        let counted = cells.map(|traffic| traffic.cells.values().map(|cell| cell.lines).sum());
        let mut holes = missing_files(&files);
        holes.extend(cells.map(silent_cells).unwrap_or_default());
        let corrected = |at: Timestamp| clocks.own(&server, &Stamp::exact(at)).middle();
        for hole in &mut holes {
            (hole.from, hole.to) = (corrected(hole.from), corrected(hole.to));
        }
        let from = files.iter().map(|file| file.0).min()?;
        let to = files.iter().map(|file| file.1).max()?;
        let records = counted.or_else(|| lines.get(&(Arc::clone(&server), log)).copied());
        Some(LogCoverage {
            log: log.as_str().to_owned(),
            from: corrected(from),
            to: corrected(to),
            steady_to: corrected(to),
            records: records.unwrap_or_default(),
            holes: coverage::disjoint(holes),
            note: Some(
                "Its lines bear no numbers: lines that were taken out leave no trace.".to_owned(),
            ),
            server,
        })
    };
    logs.into_iter().filter_map(of_log).collect()
}

/// The times between files in which there must have been another file.
fn missing_files(files: &[(Timestamp, Timestamp)]) -> Vec<Hole> {
    let unit = if hourly(files) { HOUR } else { DAY };
    let number = |at: Timestamp| at.micros().div_euclid(unit);
    let mut holes = Vec::new();
    let mut last = files.first().map(|file| file.1);
    for &(from, to) in files {
        let Some(end) = last else { break };
        let missing = number(from).saturating_sub(number(end)).saturating_sub(1);
        if missing > 0 {
            let (one, many) = if unit == HOUR {
                ("hour", "hours")
            } else {
                ("day", "days")
            };
            holes.push(Hole {
                from: end,
                to: from,
                why: format!(
                    "There is no file of {missing} {} in between.",
                    if missing == 1 { one } else { many }
                ),
            });
        }
        last = Some(end.max(to));
    }
    holes
}

/// Whether a new file begins with every hour: every file is of one hour, and a day has several.
fn hourly(files: &[(Timestamp, Timestamp)]) -> bool {
    let hour = |at: Timestamp| at.micros().div_euclid(HOUR);
    let hours: BTreeSet<i64> = files.iter().map(|file| hour(file.0)).collect();
    let days: BTreeSet<i64> = hours
        .iter()
        .map(|hour| hour.div_euclid(DAY / HOUR))
        .collect();
    hours.len() >= HOURLY_FILES
        && days.len() < hours.len()
        && files.iter().all(|file| hour(file.0) == hour(file.1))
}

/// Silences between the cells in which anything was logged.
fn silent_cells(traffic: &Traffic) -> Vec<Hole> {
    let start = |number: &i64| Timestamp::from_micros(number.checked_mul(CELL)?);
    let times: Vec<Timestamp> = traffic.cells.keys().filter_map(start).collect();
    let mut holes = Vec::new();
    coverage::silences(
        &times,
        coverage::longest_ordinary_silence(&times),
        &mut holes,
    );
    for hole in &mut holes {
        // The last cell before the silence was not silent.
        hole.from = hole.from.plus(CELL).min(hole.to);
    }
    holes
}
