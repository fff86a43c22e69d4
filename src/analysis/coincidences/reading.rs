//! Comparisons in plain words. They say what comes together, never what causes what.

use super::{Compared, Outcome, SIGNIFICANT};
use crate::analysis::findings::{CoincidenceKind, Counted};

/// A comparison that took its place among so many that could have shown something.
pub(super) fn of(one: &Compared, p_adjusted: Option<f64>, tested: usize) -> String {
    let counts = match &one.outcome {
        Outcome::Shift(found, nearness, _) => {
            let (of, began) = match one.counted {
                Counted::Bursts => ("bursts", "began"),
                Counted::Messages => ("messages", "first failed"),
            };
            let expected = match found.expected {
                few if few < 0.1 => "fewer than 0.1".to_owned(),
                many => format!("{many:.1}"),
            };
            format!(
                "{} of {} {of} {began} {nearness}; {expected} would by chance.",
                found.near, found.events
            )
        }
        Outcome::Day(found, events, zone) => {
            let minutes = (found.mean * 1440.0).round() as u32 % 1440;
            format!(
                "The largest bursts of {events} days lie on average around {:02}:{:02} ({zone}), with a concentration of \
                 {:.2} on a scale from 0 (all round the clock) to 1 (all at once).",
                minutes / 60,
                minutes % 60,
                found.length
            )
        }
    };
    let (Some(p), Some(adjusted)) = (one.outcome.p_value(), p_adjusted) else {
        return format!(
            "{counts} Nothing can be shown: with so few, no arrangement would be remarkable."
        );
    };
    if let Outcome::Shift(found, _, Some(by_days)) = &one.outcome
        && found.p_value < SIGNIFICANT
        && *by_days >= SIGNIFICANT
    {
        return format!(
            "{counts} Nothing is shown: both may follow the time of day ({} among all shifts, {} among those by whole days).",
            probability(found.p_value),
            probability(*by_days)
        );
    }
    let chance = match tested {
        tested if tested > 1 && p < SIGNIFICANT => format!(
            "{}; {} allowing for {tested} comparisons",
            probability(p),
            probability(adjusted)
        ),
        _ => probability(p),
    };
    if adjusted >= SIGNIFICANT {
        return format!("{counts} Nothing is shown ({chance}).");
    }
    let caution = match one.kind {
        CoincidenceKind::TimeOfDay => "why, it does not say.",
        _ => "which brings on the other, or whether both follow the time of day, it does not say.",
    };
    format!("{counts} That is more than chance explains ({chance}); {caution}")
}

fn probability(p: f64) -> String {
    if p < 0.001 {
        "p < 0.001".to_owned()
    } else if p < 0.1 {
        format!("p = {p:.3}")
    } else {
        format!("p = {p:.2}")
    }
}
