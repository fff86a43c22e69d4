//! A comparison in plain words. It says what was counted, never that the change caused it.

use crate::analysis::effects::{chance, number};
use crate::analysis::findings::{Exposure, Units};
use crate::analysis::wording::plural;
use crate::stats::rate;

/// When it had been silent before a change for more than this share of the time after it, the silence after it says
/// little about the change.
const LONG_SILENCE: f64 = 0.1;
/// What is less likely by chance is worth a claim.
const SELDOM: f64 = 0.05;

pub(super) fn of(
    (before, after): (Exposure, Exposure),
    silence: Option<f64>,
    compared: Option<&rate::Ratio>,
    units: &Units,
) -> String {
    let counted = |exposure: Exposure| {
        format!(
            "{} in {:.1} covered hours",
            plural(exposure.events as usize, "failure", "failures"),
            exposure.hours
        )
    };
    let counts = format!("Before: {}. After: {}.", counted(before), counted(after));
    let Some(compared) = compared else {
        let missing = if before.hours <= 0.0 {
            "No log covers the time before it"
        } else if after.hours <= 0.0 {
            "No log covers the time after it"
        } else {
            "There was no failure to compare"
        };
        return format!("{counts} {missing}, so nothing can be compared.");
    };
    let fell = compared.limits.high < 1.0;
    let meaning = match (compared.limits.high, compared.limits.low) {
        (high, _) if fell => match after.events {
            0 if silence.is_some_and(|silent| silent > LONG_SILENCE * after.hours) => format!(
                "There was no failure after it; but the last one before was already {:.1} covered hours \
                 earlier, so the silence may have begun without this change.",
                silence.unwrap_or_default()
            ),
            0 => format!(
                "Failures stopped: even allowing for chance, the rate after is at most {:.1} % of the rate \
                 before (95 % interval).",
                high * 100.0
            ),
            _ => format!(
                "The rate fell to between {:.1} % and {:.1} % of what it was (95 % interval).",
                compared.limits.low * 100.0,
                high * 100.0
            ),
        },
        (_, low) if low > 1.0 => {
            format!("The rate rose to at least {low:.1} times what it was (95 % interval).")
        }
        _ => "The counts do not show that the rate changed.".to_owned(),
    };
    let differs = fell || compared.limits.low > 1.0;
    let parts = [
        counts,
        meaning,
        clustered((before, after), units, differs),
        supported(after, units),
        "That it changed at the same time does not prove what changed it.".to_owned(),
    ];
    let said: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    said.join(" ")
}

/// What is left of it with bursts as the units.
fn clustered((early, late): (Exposure, Exposure), units: &Units, differs: bool) -> String {
    let (before, after) = (units.bursts_before.events, units.bursts_after.events);
    let mut text = format!(
        "Failures come in bursts: {} before and {after} after{}.",
        plural(before as usize, "burst", "bursts"),
        units
            .bursts_p_value
            .map(|p| format!(" ({})", chance(p)))
            .unwrap_or_default()
    );
    if let Some(p) = units.p_clustered {
        let fell = early.events as f64 / early.hours >= late.events as f64 / late.hours;
        text.push_str(&format!(
            " A stretch as long as the time {} it, placed anywhere in the log, would hold as many failures in {} % of cases.",
            if fell { "before" } else { "after" },
            number(100.0 * p)
        ));
    }
    let bursts_differ = units.bursts_p_value.map(|p| p <= SELDOM);
    let turned_differs = units.p_clustered.map(|p| 2.0 * p <= SELDOM);
    if differs && bursts_differ == Some(true) && turned_differs == Some(false) {
        text.push_str(
            " The two disagree. The second turns on how long that stretch was silent at its ends, however many bursts lie in it. If \
             the bursts came independently of each other, chance is unlikely; if they are one bad spell, it is not.",
        );
        return text;
    }
    let by_chance = bursts_differ == Some(false) || turned_differs == Some(false);
    if differs && by_chance {
        text.push_str(" So chance alone may give it.");
        let lacks = units
            .silence_needed_hours
            .map(|needed| needed - units.bursts_after.hours);
        if after == 0
            && let Some(lacks) = lacks.filter(|lacks| *lacks > 0.0)
        {
            text.push_str(&format!(
                " Another {lacks:.0} covered hours without a burst would tell."
            ));
        }
    }
    text
}

/// What silence supports.
fn supported(after: Exposure, units: &Units) -> String {
    match (
        after.events,
        units.upper_after_per_hour,
        units.upper_bursts_after_per_day,
    ) {
        (0, Some(failures), Some(bursts)) => format!(
            "The silence supports a rate of at most {} failures an hour, or {} bursts a day (95 %).",
            number(failures),
            number(bursts)
        ),
        _ => String::new(),
    }
}
