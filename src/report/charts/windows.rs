//! The shading of the certain part of stuck windows, the same behind every chart of time.

use super::axis::TimeAxis;
use super::ink::Ink;
use super::sheet::{DrawError, Sheet, stretch};
use crate::analysis::findings::{Confidence, Window};
use crate::report::sweep::Span;

/// The stretch in which at least one message was certainly stuck, if the evidence has one. A window that is only
/// possible has none, whatever its bounds.
pub fn core(window: &Window) -> Option<Span> {
    if window.confidence == Confidence::Possible {
        return None;
    }
    let (from, to) = (window.start.latest?, window.end.earliest?);
    (from < to).then_some(Span { from, to })
}

/// Shades the certain part of the windows from `top` to `bottom`, before anything else is drawn there.
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
        .filter_map(|w| stretch(axis, core(w)?))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testdata;

    #[test]
    fn a_window_that_is_only_possible_has_no_certain_part() {
        let mut window = testdata::findings().windows.remove(1);
        assert_eq!(window.confidence, Confidence::Confirmed);
        assert!(core(&window).is_some());
        window.confidence = Confidence::Possible;
        assert_eq!(core(&window), None);
    }
}
