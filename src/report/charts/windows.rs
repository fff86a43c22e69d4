//! The shading of stuck windows, the same behind every chart of time.

use super::axis::TimeAxis;
use super::ink::Ink;
use super::sheet::{DrawError, Sheet, stretch};
use crate::analysis::findings::Window;
use crate::report::sweep::Span;

/// The outermost possible extent of a window; open ends reach to the ends of the axis.
pub fn hull(window: &Window, axis: TimeAxis) -> Span {
    let first = window
        .start
        .earliest
        .or(window.start.latest)
        .unwrap_or(axis.span.from);
    let last = window.end.latest.unwrap_or(axis.span.to);
    Span {
        from: first,
        to: last.max(first),
    }
}

/// The stretch in which at least one message was certainly stuck, if the evidence has one.
pub fn core(window: &Window) -> Option<Span> {
    let span = Span {
        from: window.start.latest?,
        to: window.end.earliest?,
    };
    (span.from < span.to).then_some(span)
}

/// Shades the windows from `top` to `bottom`, before anything else is drawn there.
pub fn shade<'w>(
    sheet: &mut Sheet<'_>,
    windows: impl IntoIterator<Item = &'w Window>,
    axis: TimeAxis,
    top: i32,
    bottom: i32,
) -> Result<(), DrawError> {
    // Windows of several places overlap; each stretch of the axis is shaded once.
    let mut stretches: Vec<(i32, i32)> = windows
        .into_iter()
        .filter_map(|w| stretch(axis, core(w).unwrap_or_else(|| hull(w, axis))))
        .collect();
    stretches.sort_unstable();
    let mut merged: Vec<(i32, i32)> = Vec::new();
    for (from, to) in stretches {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    for (from, to) in merged {
        sheet.block((from, top), (to, bottom), Ink::Window)?;
    }
    Ok(())
}
