//! How long mail took before, in and after each window, from what the tracking log counts.

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
    pub messages: u64,
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
            all.push(stretch(traffic, Some(number), phase, cells));
        }
    }
    all
}

/// The cells of a window's hull, as far as the log reaches.
fn during(window: &StuckWindow, whole: &Range<i64>) -> Option<Range<i64>> {
    let cell = |at: Timestamp| at.micros().div_euclid(CELL);
    let from = cell(window.start.latest.or(window.start.earliest)?);
    let to = window.end.latest.or(window.end.earliest);
    let to = to.map_or(whole.end, |to| cell(to).saturating_add(1));
    let cells = from.max(whole.start)..to.min(whole.end);
    (cells.start < cells.end).then_some(cells)
}

fn stretch(traffic: &Traffic, window: Option<usize>, phase: Phase, cells: Range<i64>) -> Stretch {
    let mut delays = Sketch::default();
    if cells.start < cells.end {
        for (_, cell) in traffic.cells.range(cells.clone()) {
            delays.merge(&cell.delays);
        }
    }
    let at =
        |cell: i64| Timestamp::EARLIEST.max(Timestamp::default().plus(cell.saturating_mul(CELL)));
    let messages = delays.count();
    let quantile = |share: f64| delays.quantile(share).filter(|_| messages >= FEWEST);
    Stretch {
        window,
        phase,
        from: at(cells.start),
        to: at(cells.end.max(cells.start)),
        messages,
        median_s: quantile(0.5),
        p95_s: quantile(0.95),
    }
}
