//! The headline numbers: counted once from the findings, shown by every view.

use std::collections::BTreeSet;

use super::sweep::{is_stuck, may_be_stuck};
use crate::analysis::findings::{Confidence, CountBand, Coverage, Findings, Message, Status};
use crate::profile::message_key;
use crate::time::{HOUR, Timestamp};

/// Numbers that sum up a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Totals {
    /// Distinct messages that were stuck: for certain, and at most.
    pub stuck: CountBand,
    /// Stays of which the same can be said; a message that came back has two.
    pub stays: CountBand,
    /// Index in `findings.messages` of the stay with the greatest least length.
    pub longest: Option<usize>,
    pub scan_failures: u64,
    pub bursts: u64,
    /// Restarts of SMTP, those that are only possible left out.
    pub restarts: u64,
    /// Restarts named as having let mail out.
    pub releasing_restarts: u64,
    /// Stays that a restart is named as having ended.
    pub released: u64,
    pub held_now: CountBand,
    /// Ids of stays whose mail may never have been delivered.
    pub perhaps_lost: Vec<String>,
    /// Hours that the Application logs cover, summed over servers, holes taken off.
    pub covered_hours: f64,
    /// From the first to the last instant that any log, capture or counter speaks of.
    pub span: Option<(Timestamp, Timestamp)>,
}

impl Totals {
    /// Counts.
    pub fn of(findings: &Findings) -> Self {
        let after = findings.case.options.stuck_after_s;
        let surely = |m: &&Message| is_stuck(m, after);
        let perhaps = |m: &&Message| is_stuck(m, after) || may_be_stuck(m, after);
        let messages = &findings.messages;
        let longest = messages
            .iter()
            .enumerate()
            .filter(|(_, m)| is_stuck(m, after))
            // The first of equals, whatever the order of float comparison makes of NaN.
            .max_by(|(i, a), (j, b)| a.stayed_s.min.total_cmp(&b.stayed_s.min).then(j.cmp(i)))
            .map(|(i, _)| i);
        Self {
            stuck: CountBand {
                at_least: distinct(messages.iter().filter(surely)),
                at_most: distinct(messages.iter().filter(perhaps)),
            },
            stays: CountBand {
                at_least: messages.iter().filter(surely).count() as u64,
                at_most: messages.iter().filter(perhaps).count() as u64,
            },
            longest,
            scan_failures: findings.servers.iter().map(|s| s.scan_failures).sum(),
            bursts: findings.bursts.len() as u64,
            restarts: findings
                .restarts
                .iter()
                .filter(|r| r.confidence != Confidence::Possible)
                .count() as u64,
            releasing_restarts: findings
                .restarts
                .iter()
                .filter(|r| !r.released.known.is_empty())
                .count() as u64,
            released: findings
                .restarts
                .iter()
                .map(|r| r.released.known.len() as u64)
                .sum(),
            held_now: CountBand {
                at_least: findings.servers.iter().map(|s| s.held_now.at_least).sum(),
                at_most: findings.servers.iter().map(|s| s.held_now.at_most).sum(),
            },
            perhaps_lost: messages
                .iter()
                .filter(|m| is_perhaps_lost(m.status))
                .map(|m| m.id.clone())
                .collect(),
            covered_hours: covered_hours(&findings.coverage),
            span: span(findings),
        }
    }
}

/// Whether mail of this status may never have been delivered.
pub fn is_perhaps_lost(status: Status) -> bool {
    matches!(status, Status::Removed | Status::LostPossible)
}

/// Distinct messages: by message id where there is one (brackets and the case of the domain do not matter), else
/// each stay for itself.
fn distinct<'a>(messages: impl Iterator<Item = &'a Message>) -> u64 {
    let keys: BTreeSet<String> = messages
        .map(|m| m.message_id.as_deref().map_or(m.id.clone(), message_key))
        .collect();
    keys.len() as u64
}

/// Hours covered by Application logs, in which scan failures are written.
fn covered_hours(coverage: &[Coverage]) -> f64 {
    let micros: i64 = coverage
        .iter()
        .filter(|c| c.log.eq_ignore_ascii_case("Application"))
        .map(|c| {
            let holes: i64 = c
                .holes
                .iter()
                .map(|h| h.to.min(c.to).since(h.from.max(c.from)).max(0))
                .sum();
            c.to.since(c.from).saturating_sub(holes).max(0)
        })
        .fold(0, i64::saturating_add);
    micros as f64 / HOUR as f64
}

/// What logs, captures, observations and counters span.
fn span(findings: &Findings) -> Option<(Timestamp, Timestamp)> {
    let logs = findings.coverage.iter().flat_map(|c| [c.from, c.to]);
    let seen = findings
        .captures
        .iter()
        .map(|c| c.at)
        .chain(findings.observations.iter().map(|o| o.at));
    let counted = findings.counters.iter().flat_map(|c| [c.from, c.to]);
    let times: Vec<Timestamp> = logs.chain(seen).chain(counted).collect();
    Some((*times.iter().min()?, *times.iter().max()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::findings::Stay;
    use crate::report::testdata;

    #[test]
    fn one_message_in_two_places_is_counted_once() {
        let stay = |id: &str, message_id: &str| Message {
            message_id: Some(message_id.to_owned()),
            ..testdata::message(id, "BH01")
        };
        let messages = [
            stay("M1", "<a@B.example>"),
            stay("M2", "a@b.EXAMPLE"),
            stay("M3", "<A@b.example>"),
        ];
        assert_eq!(distinct(messages.iter()), 2);
    }

    /// Two scan failures years apart permit a stay of years, and prove none.
    #[test]
    fn only_what_is_confirmed_or_probable_counts_as_stuck() {
        let mut findings = testdata::findings();
        let stay = |confidence| Message {
            stayed_s: Stay {
                min: 6e8,
                max: None,
            },
            confidence,
            ..testdata::message("M1", "BH01")
        };
        let counted = |findings: &Findings| {
            let totals = Totals::of(findings);
            let CountBand { at_least, at_most } = totals.stuck;
            (at_least, at_most, totals.longest)
        };
        findings.messages = vec![stay(Confidence::Possible)];
        assert_eq!(counted(&findings), (0, 1, None));
        findings.messages = vec![stay(Confidence::Probable)];
        assert_eq!(counted(&findings), (1, 1, Some(0)));
    }

    #[test]
    fn holes_do_not_count_as_covered() {
        let findings = testdata::findings();
        let whole: f64 = findings
            .coverage
            .iter()
            .filter(|c| c.log == "Application")
            .map(|c| c.to.since(c.from) as f64 / HOUR as f64)
            .sum();
        let hole: f64 = findings
            .coverage
            .iter()
            .filter(|c| c.log == "Application")
            .flat_map(|c| &c.holes)
            .map(|h| h.to.since(h.from) as f64 / HOUR as f64)
            .sum();
        assert!(hole > 0.0);
        assert!((Totals::of(&findings).covered_hours - (whole - hole)).abs() < 1e-6);
    }
}
