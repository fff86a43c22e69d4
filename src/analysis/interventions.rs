//! Interventions: how many scan failures were logged before and after each change, over the hours that logs
//! cover.

use super::facts::ServerFacts;
use super::wording::plural;
use crate::analysis::findings::{Exposure, Intervention, RateRatio};
use crate::case::CaseConfig;
use crate::case::config::InterventionConfig;
use crate::stats::{LEVEL_95, rate};
use crate::time::{HOUR, Timestamp};

/// When it had been silent before a change for more than this share of the time after it, the silence after it says
/// little about the change.
const LONG_SILENCE: f64 = 0.1;

/// Every change of `case.toml`, compared.
pub fn of_case(config: &CaseConfig, servers: &[ServerFacts<'_>]) -> Vec<Intervention> {
    let mut all: Vec<Intervention> = config
        .interventions
        .iter()
        .map(|change| of_change(change, config, servers))
        .collect();
    all.sort_by(|a, b| (a.at, &a.server, &a.what).cmp(&(b.at, &b.server, &b.what)));
    all
}

fn of_change(
    change: &InterventionConfig,
    config: &CaseConfig,
    servers: &[ServerFacts<'_>],
) -> Intervention {
    let at = change.at.at;
    let server = change
        .server
        .as_deref()
        .map(|name| config.canonical_server(name));
    let concerned = servers.iter().filter(|facts| {
        server
            .as_deref()
            .is_none_or(|name| name == facts.name.as_ref())
    });
    let (mut before, mut after) = (Exposure::default(), Exposure::default());
    // How long it had been silent already, where it was most lately not.
    let mut silence: Option<f64> = None;
    for facts in concerned {
        let Some(log) = facts.failure_log() else {
            continue;
        };
        let earlier = facts
            .failures
            .iter()
            .filter(|failure| failure.at < at)
            .count() as u64;
        before.events += earlier;
        if let Some(last) = facts.failures.iter().rev().find(|failure| failure.at < at) {
            let silent = hours(log.covered(last.at, at));
            silence = Some(silence.map_or(silent, |known| known.min(silent)));
        }
        after.events += facts.failures.len() as u64 - earlier;
        before.hours += hours(log.covered(Timestamp::EARLIEST, at));
        after.hours += hours(log.covered(at, Timestamp::LATEST));
    }
    let observed = |side: Exposure| rate::Observed {
        events: side.events,
        exposure: side.hours,
    };
    let compared = rate::ratio(observed(before), observed(after), LEVEL_95)
        .filter(|_| before.events + after.events > 0);
    Intervention {
        at,
        not_before: None,
        server,
        kind: change.kind.as_str().to_owned(),
        what: change.what.clone(),
        before,
        after,
        rate_ratio: compared.as_ref().map(|c| RateRatio {
            estimate: c.estimate,
            low: c.limits.low,
            high: Some(c.limits.high).filter(|high| high.is_finite()),
        }),
        p_value: compared.as_ref().map(|c| c.p_value),
        reading: reading(before, after, silence, compared.as_ref()),
        changes: Vec::new(),
        evidence: Vec::new(),
    }
}

fn hours(micros: i64) -> f64 {
    micros as f64 / HOUR as f64
}

/// The comparison in plain words. It says what was counted, never that the change caused it.
fn reading(
    before: Exposure,
    after: Exposure,
    silence: Option<f64>,
    compared: Option<&rate::Ratio>,
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
    let meaning = match (compared.limits.high, compared.limits.low) {
        (high, _) if high < 1.0 => match after.events {
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
    format!(
        "{counts} {meaning} Failures come in bursts, so chance is underrated here, and that it changed at the same \
         time does not prove what changed it."
    )
}
