//! How long mail took before, in and after each window, from what the tracking log counts; of a time that the log does
//! not reach there is nothing.

use std::ops::Range;

use super::facts::ServerFacts;
use super::windows::StuckWindow;
use crate::analysis::findings::Phase;
use crate::evidence::model::{CELL, Traffic};
use crate::stats::sketch::Sketch;
use crate::time::{DAY, Timestamp};

/// Fewer messages than this have no distribution worth a number.
const FEWEST: u64 = 10;

/// How long mail took over one stretch of time on one server.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// Index of the window that it is about.
    pub window: Option<usize>,
    pub phase: Phase,
    pub from: Timestamp,
    pub to: Timestamp,
    /// Final records.
    pub records: u64,
    pub median_s: Option<f64>,
    pub p95_s: Option<f64>,
}

/// The delays of one server: of all its time, then of each window. Traffic is counted in cells of ten minutes, so
/// that each stretch is a number of whole cells; the one in which a window ends, and its mail goes out, is the window's.
pub fn of_server(facts: &ServerFacts<'_>, windows: &[StuckWindow]) -> Vec<Stretch> {
    let Some(traffic) = facts.traffic else {
        return Vec::new();
    };
    let ends = (
        traffic.cells.keys().next(),
        traffic.cells.keys().next_back(),
    );
    let (Some(&first), Some(&last)) = ends else {
        return Vec::new();
    };
    let whole = first..last.saturating_add(1);
    let mut all = vec![stretch(traffic, None, Phase::All, whole.clone())];
    for (number, window) in windows.iter().enumerate() {
        let Some(during) = during(window, &whole) else {
            continue;
        };
        // As long as the window, but at least a day, or what one hour does would stand for what is usual.
        let length = during.end.saturating_sub(during.start).max(DAY / CELL);
        let before = during.start.saturating_sub(length).max(whole.start)..during.start;
        let after = during.end..during.end.saturating_add(length).min(whole.end);
        for (phase, cells) in [
            (Phase::Before, before),
            (Phase::During, during),
            (Phase::After, after),
        ] {
            if !cells.is_empty() {
                all.push(stretch(traffic, Some(number), phase, cells));
            }
        }
    }
    all
}

/// The cells of a window's hull, as far as the log reaches.
fn during(window: &StuckWindow, whole: &Range<i64>) -> Option<Range<i64>> {
    let cell = |at: Timestamp| at.micros().div_euclid(CELL);
    let from = cell(window.start.latest.or(window.start.earliest)?);
    // What nothing shows over reaches to the end of the log.
    let to = window.end.latest;
    let to = to.map_or(whole.end, |to| cell(to).saturating_add(1));
    let cells = from.max(whole.start)..to.min(whole.end);
    (cells.start < cells.end).then_some(cells)
}

fn stretch(traffic: &Traffic, window: Option<usize>, phase: Phase, cells: Range<i64>) -> Stretch {
    let mut delays = Sketch::default();
    for (_, cell) in traffic.cells.range(cells.clone()) {
        delays.merge(&cell.delays);
    }
    let at =
        |cell: i64| Timestamp::EARLIEST.max(Timestamp::default().plus(cell.saturating_mul(CELL)));
    let records = delays.count();
    let quantile = |share: f64| delays.quantile(share).filter(|_| records >= FEWEST);
    Stretch {
        window,
        phase,
        from: at(cells.start),
        to: at(cells.end),
        records,
        median_s: quantile(0.5),
        p95_s: quantile(0.95),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::facts;
    use crate::analysis::findings::{Confidence, EndCause, Peak};
    use crate::case::CaseConfig;
    use crate::evidence::model::{Cell, MailLog};
    use crate::profile::Profile;
    use crate::time::Interval;
    use crate::timeline::Timeline;

    fn at(cell: i64) -> Timestamp {
        Timestamp::default().plus(cell * CELL)
    }

    fn window(from: i64, to: Option<i64>) -> StuckWindow {
        StuckWindow {
            place: None,
            members: Vec::new(),
            start: Interval {
                earliest: None,
                latest: Some(at(from).plus(1)),
            },
            end: Interval {
                earliest: Some(at(from).plus(1)),
                latest: to.map(|to| at(to).plus(1)),
            },
            end_cause: EndCause::Unknown,
            restart: None,
            peak: Peak {
                at: None,
                at_least: 0,
                at_most: 0,
            },
            confidence: Confidence::Confirmed,
            why: String::new(),
        }
    }

    /// Three days: a second each, an hour each in cells 200 to 209.
    fn found(windows: &[StuckWindow], messages: u64) -> Vec<Stretch> {
        let cell = |number: i64| {
            let mut cell = Cell::default();
            let delay = if (200..210).contains(&number) {
                3600.0
            } else {
                1.0
            };
            (0..messages).for_each(|_| cell.delays.add(delay));
            cell
        };
        let traffic = Traffic {
            server: "BH01".into(),
            log: MailLog::Tracking,
            cells: (0..432).map(|number| (number, cell(number))).collect(),
        };
        let timeline = Timeline {
            traffic: vec![traffic],
            ..Timeline::default()
        };
        let profile = Profile::shipped("exchange-2003").unwrap();
        let facts = facts::by_server(&timeline, &profile, &CaseConfig::default());
        of_server(&facts[0], windows)
    }

    #[test]
    fn before_in_and_after_a_window() {
        let all = found(&[window(200, Some(209))], 2);
        let told: Vec<(Phase, Timestamp, Timestamp, u64)> = all
            .iter()
            .map(|s| (s.phase, s.from, s.to, s.records))
            .collect();
        assert_eq!(
            told,
            [
                (Phase::All, at(0), at(432), 864),
                (Phase::Before, at(56), at(200), 288),
                (Phase::During, at(200), at(210), 20),
                (Phase::After, at(210), at(354), 288),
            ]
        );
        let median = |index: usize| all[index].median_s.unwrap();
        crate::stats::assert_close(median(1), 1.0, 0.01);
        crate::stats::assert_close(median(2), 3600.0, 0.01);
        crate::stats::assert_close(median(3), 1.0, 0.01);
    }

    #[test]
    fn few_messages_have_no_median() {
        let all = found(&[window(204, Some(206))], 3);
        assert_eq!(
            (all[2].records, all[2].median_s, all[2].p95_s),
            (9, None, None)
        );
    }

    #[test]
    fn an_open_window_reaches_to_the_end() {
        let all = found(&[window(400, None)], 1);
        // And nothing is after it.
        assert_eq!((all.len(), all[2].to), (3, at(432)));
        assert_eq!((all[2].phase, all[2].from), (Phase::During, at(400)));
    }
}
