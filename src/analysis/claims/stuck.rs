//! Was it stuck: the least possible stay, and what it rests on.

use crate::analysis::bounds::{Bounds, WRITTEN_WITHIN};
use crate::analysis::findings::Confidence;
use crate::analysis::residence::Residence;
use crate::analysis::wording::{moment, plural, span};

/// Whether the least possible stay, and whether the greatest, reaches the threshold.
pub(super) enum Stuck {
    Surely,
    Perhaps,
    Never,
}

/// Whether it was stuck: the least possible stay reaches the threshold, and on what it rests.
pub(super) fn of(
    residence: &Residence<'_>,
    bounds: &Bounds,
    threshold: i64,
    doubt: i64,
) -> (Stuck, Confidence, String) {
    let failures = residence.failures.len();
    let sightings = residence.sightings.len();
    let seen = match (failures, sightings) {
        (0, n) => format!("was listed in {}", plural(n, "capture", "captures")),
        (n, 0) => format!("failed scanning {}", plural(n, "time", "times")),
        (n, m) => format!(
            "failed scanning {} and was listed in {}",
            plural(n, "time", "times"),
            plural(m, "capture", "captures")
        ),
    };
    let appearances = bounds_without_creation(residence).saturating_sub(doubt);
    let least = bounds.least_stay().saturating_sub(doubt).max(0);
    if appearances >= threshold && (sightings >= 2 || (sightings >= 1 && failures >= 1)) {
        let why = format!("It {seen}: there for at least {}.", span(least));
        return (Stuck::Surely, Confidence::Confirmed, why);
    }
    if least >= threshold
        && let Some((confidence, why)) = by_delivery(residence, bounds, least, &seen)
    {
        return (Stuck::Surely, confidence, why);
    }
    if least >= threshold
        && sightings > 0
        && bounds.from_store
        && let Some(line) = residence.trail.handed_over
    {
        let why = format!(
            "It {seen}, and the log of {} has it from the store at {} ({}): there for at least {}.",
            line.server,
            moment(line.at),
            line.record.cite,
            span(least)
        );
        return (Stuck::Surely, Confidence::Probable, why);
    }
    if least >= threshold && sightings > 0 {
        let why = format!(
            "It {seen}: there for at least {}, by the row's own creation time.",
            span(least)
        );
        return (Stuck::Surely, Confidence::Probable, why);
    }
    if least >= threshold {
        // Failed scans alone do not show where it lay between them, nor that it lay still.
        let why = format!(
            "It {seen} over {}, but was never listed in a capture.",
            span(least)
        );
        return (Stuck::Perhaps, Confidence::Possible, why);
    }
    if let Some(why) = retried(residence, threshold.saturating_sub(doubt), &seen) {
        return (Stuck::Never, Confidence::Probable, why);
    }
    let greatest = bounds
        .greatest_stay()
        .map(|most| most.saturating_add(doubt));
    match greatest {
        Some(greatest) if greatest < threshold => {
            let why = format!("It {seen} and was gone after {} at most.", span(greatest));
            (Stuck::Never, Confidence::Probable, why)
        }
        greatest => {
            let most = greatest.map_or_else(
                || "nothing limits how long it may have stayed".to_owned(),
                |greatest| format!("it may have stayed for up to {}", span(greatest)),
            );
            let why = format!("It {seen}: there for at least {}, and {most}.", span(least));
            (Stuck::Perhaps, Confidence::Possible, why)
        }
    }
}

/// Stuck by the log of the mail system: it was seen here, and that log shows it going on only long after.
///
/// A sighting shows where it lay. A failed scan does not: there the log must also show it handed to this server
/// before, so that it was here all the time.
fn by_delivery(
    residence: &Residence<'_>,
    bounds: &Bounds,
    least: i64,
    seen: &str,
) -> Option<(Confidence, String)> {
    let trail = &residence.trail;
    // The line by which the server first had it shows it coming, not going on.
    let came = trail.handed_over.map(|mail| mail.record.cite);
    let again = trail
        .resubmitted
        .filter(|mail| Some(mail.record.cite) != came);
    let on = again.into_iter().chain(trail.gone_on);
    let on = on
        .filter(|mail| bounds.last_seen.is_some_and(|seen| mail.when.lo >= seen))
        .min_by_key(|mail| mail.when)?;
    let first = residence.appeared()?.first;
    let handed = trail.handed_over.filter(|mail| mail.when.lo <= first.hi);
    let least = span(least);
    let went = format!(
        "the log of {} shows it going on only at {} ({})",
        on.server,
        moment(on.at),
        on.record.cite
    );
    if !residence.sightings.is_empty() {
        let why = format!("It {seen}, and {went}: there for at least {least}.");
        return Some((Confidence::Confirmed, why));
    }
    let handed = handed?;
    trail.gone_on?;
    let why = format!(
        "It {seen}; {went}, though the server had it since {} ({}): there for at least {least}.",
        moment(handed.at),
        handed.record.cite
    );
    Some((Confidence::Probable, why))
}

/// Why it was no more than retried, where it went out for all recipients within the threshold of its submission.
///
/// A sender's clock wrote the time of submission and may run ahead, so it counts only from the first line of this
/// server's own log, where that is earlier.
fn retried(residence: &Residence<'_>, threshold: i64, seen: &str) -> Option<String> {
    let trail = &residence.trail;
    let (departed, submitted) = (trail.departed.as_ref()?, trail.submitted_at?);
    let handed = trail.handed_over?.when.lo.plus(-WRITTEN_WITHIN);
    let took = departed.when.hi.since(submitted.lo.min(handed));
    let plausible = residence
        .appeared()
        .is_some_and(|appeared| submitted.lo <= appeared.first.hi);
    (plausible && took < threshold).then(|| {
        format!(
            "It {seen}, and had gone out for all recipients {} after it was submitted.",
            span(took)
        )
    })
}

/// The least stay that failures and sightings alone show.
fn bounds_without_creation(residence: &Residence<'_>) -> i64 {
    let failures = residence.failures.iter().map(|failure| failure.when);
    let sightings = residence
        .sightings
        .iter()
        .map(|sighting| sighting.capture.when);
    let all: Vec<_> = failures.chain(sightings).collect();
    match (
        all.iter().map(|when| when.lo).max(),
        all.iter().map(|when| when.hi).min(),
    ) {
        (Some(last), Some(first)) => last.since(first).max(0),
        _ => 0,
    }
}
