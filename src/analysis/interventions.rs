//! Interventions: how many scan failures were logged before and after each change, over the hours that logs
//! cover.

use super::facts::ServerFacts;
use super::settings::{self, Change};
use super::wording::plural;
use crate::analysis::findings::{Exposure, Intervention, RateRatio};
use crate::case::CaseConfig;
use crate::case::InterventionKind;
use crate::case::config::InterventionConfig;
use crate::stats::{LEVEL_95, rate};
use crate::time::{HOUR, Timestamp};

/// When it had been silent before a change for more than this share of the time after it, the silence after it says
/// little about the change.
const LONG_SILENCE: f64 = 0.1;

/// Every change of `case.toml`, and every one that two exports of the registry show, compared.
pub fn of_case(config: &CaseConfig, servers: &[ServerFacts<'_>]) -> Vec<Intervention> {
    let told = &config.interventions;
    let mut shown: Vec<Change> = servers.iter().flat_map(settings::changes).collect();
    let mut all: Vec<Intervention> = Vec::new();
    for change in told {
        let server = change
            .server
            .as_deref()
            .map(|name| config.canonical_server(name));
        let mut compared = compared((change.at.at, change.at.at), server.as_deref(), servers);
        compared.kind = change.kind.as_str().to_owned();
        compared.what = change.what.clone();
        for export in taken(&mut shown, change, server.as_deref(), told) {
            join(&mut compared, export);
        }
        all.push(compared);
    }
    for change in shown {
        let mut compared = compared(change.between, Some(&change.server), servers);
        compared.kind = InterventionKind::Registry.as_str().to_owned();
        compared.what = settings::in_words(&change.changes);
        compared.changes = change.changes;
        compared.evidence = change.evidence.iter().map(ToString::to_string).collect();
        all.push(compared);
    }
    all.sort_by(|a, b| (a.at, &a.server, &a.what).cmp(&(b.at, &b.server, &b.what)));
    all
}

/// The exports that show what `case.toml` tells: of that server, a change of the registry in the time between them,
/// where no other such change is told.
fn taken(
    shown: &mut Vec<Change>,
    told: &InterventionConfig,
    server: Option<&str>,
    all: &[InterventionConfig],
) -> Vec<Change> {
    let within = |change: &InterventionConfig, (from, to): (Timestamp, Timestamp)| {
        change.kind == InterventionKind::Registry && from <= change.at.at && change.at.at <= to
    };
    let fits = |export: &Change| {
        let same = |other: &&InterventionConfig| {
            within(other, export.between) && other.server == told.server
        };
        within(told, export.between)
            && server.is_none_or(|server| server == export.server)
            && all.iter().filter(same).count() == 1
    };
    let (taken, left) = std::mem::take(shown).into_iter().partition(fits);
    *shown = left;
    taken
}

fn join(intervention: &mut Intervention, export: Change) {
    intervention.what = format!(
        "{} (exports of {}: {})",
        intervention.what,
        export.server,
        settings::in_words(&export.changes)
    );
    intervention.changes.extend(export.changes);
    let cites = export.evidence.iter().map(ToString::to_string);
    intervention.evidence.extend(cites);
}

/// What was logged before the first and after the second of two instants between which a change was made.
fn compared(
    (from, to): (Timestamp, Timestamp),
    server: Option<&str>,
    servers: &[ServerFacts<'_>],
) -> Intervention {
    let concerned = servers
        .iter()
        .filter(|facts| server.is_none_or(|name| name == facts.name.as_ref()));
    let (mut before, mut after) = (Exposure::default(), Exposure::default());
    // How long it had been silent already, where it was most lately not.
    let mut silence: Option<f64> = None;
    for facts in concerned {
        let Some(log) = facts.failure_log() else {
            continue;
        };
        let earlier = || facts.failures.iter().filter(|failure| failure.at < from);
        before.events += earlier().count() as u64;
        if let Some(last) = earlier().next_back() {
            let silent = hours(log.covered(last.at, from));
            silence = Some(silence.map_or(silent, |known| known.min(silent)));
        }
        let later = facts.failures.iter().filter(|failure| failure.at >= to);
        after.events += later.count() as u64;
        before.hours += hours(log.covered(Timestamp::EARLIEST, from));
        after.hours += hours(log.covered(to, Timestamp::LATEST));
    }
    let observed = |side: Exposure| rate::Observed {
        events: side.events,
        exposure: side.hours,
    };
    let compared = rate::ratio(observed(before), observed(after), LEVEL_95)
        .filter(|_| before.events + after.events > 0);
    Intervention {
        at: to,
        not_before: (from < to).then_some(from),
        server: server.map(str::to_owned),
        kind: String::new(),
        what: String::new(),
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
