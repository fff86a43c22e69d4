//! The band of messages stuck over time, and the keys that go with it.

use plotters::prelude::*;

use super::Key;
use super::axis::{Amount, TimeAxis};
use super::ink::Ink;
use super::sheet::{DrawError, Place, Sheet};
use crate::analysis::findings::Capture;
use crate::report::sweep::{self, Held, Step};

/// Points across a band.
const COLUMNS: usize = 430;

/// What the band's parts mean.
pub fn key() -> [Key; 3] {
    [
        Key {
            mark: "█",
            ink: Ink::Stuck.name(),
            meaning: "stuck for certain",
        },
        Key {
            mark: "█",
            ink: Ink::Possible.name(),
            meaning: "possibly, within bounds",
        },
        Key {
            mark: "┄",
            ink: Ink::Permitted.name(),
            meaning: "ruled out by nothing",
        },
    ]
}

/// What the marks of the captures mean, as far as there are such captures.
pub fn capture_key(captures: &[Capture]) -> Vec<Key> {
    let mut key = Vec::new();
    let mut add = |any: bool, mark, meaning| {
        if any {
            key.push(Key {
                mark,
                ink: Ink::Capture.name(),
                meaning,
            });
        }
    };
    add(
        captures.iter().any(|c| c.complete && c.count > 0),
        "●",
        "table seen with messages",
    );
    add(
        captures.iter().any(|c| c.complete && c.count == 0),
        "○",
        "table seen empty",
    );
    add(
        captures.iter().any(|c| !c.complete),
        "▲",
        "incomplete capture: at least so many",
    );
    key
}

/// Draws the band into a new panel, which it returns for more to be put on it.
pub fn draw(
    sheet: &mut Sheet<'_>,
    place: Place,
    axis: TimeAxis,
    steps: &[Step],
) -> Result<Amount, DrawError> {
    let peak = steps
        .iter()
        .map(|s| s.held)
        .fold(Held::default(), Held::max);
    draw_to(sheet, place, axis, steps, peak.permitted)
}

pub fn draw_to(
    sheet: &mut Sheet<'_>,
    place: Place,
    axis: TimeAxis,
    steps: &[Step],
    max: u64,
) -> Result<Amount, DrawError> {
    let amount = Amount::up_to(max as f64, 3.0, true);
    let mut panel = sheet.time_panel(place, axis, amount)?;
    let columns = sweep::sample(steps, axis.span, COLUMNS);
    let outline = |of: fn(&Held) -> u64| outline(axis, &columns, of);
    for (points, ink) in [
        (outline(|h| h.possible), Ink::Possible),
        (outline(|h| h.certain), Ink::Stuck),
    ] {
        if points.iter().any(|(_, n)| *n > 0.0) {
            panel.draw_series(AreaSeries::new(points, 0.0, ink.rgb()))?;
        }
    }
    // Drawn as short strokes: one colour, told apart by its form.
    let permitted = outline(|h| h.permitted);
    if permitted.iter().any(|(_, n)| *n > 0.0) {
        let style = Ink::Permitted.rgb().stroke_width(1);
        panel.draw_series(DashedLineSeries::new(permitted, 4, 3, style))?;
    }
    Ok(amount)
}

/// The corners of a stepped line, equal neighbours joined.
fn outline(axis: TimeAxis, columns: &[Held], of: fn(&Held) -> u64) -> Vec<(i64, f64)> {
    let start = axis.span.from.micros();
    let at = |i: usize| {
        start + (i128::from(axis.span.width()) * i as i128 / columns.len().max(1) as i128) as i64
    };
    let mut points: Vec<(i64, f64)> = Vec::new();
    let mut last = None;
    for (i, held) in columns.iter().enumerate() {
        let n = of(held);
        if last != Some(n) {
            points.extend(last.map(|before: u64| (at(i), before as f64)));
            points.push((at(i), n as f64));
        }
        last = Some(n);
    }
    points.extend(last.map(|n| (at(columns.len()), n as f64)));
    points
}
