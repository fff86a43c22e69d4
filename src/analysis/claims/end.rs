//! How it left, where no record shows it delivered: by a restart, a retry, a deletion, or not at all.

use super::{Claim, Setting, absence, delivered};
use crate::analysis::bounds::Bounds;
use crate::analysis::facts::{ServerFacts, Sign};
use crate::analysis::findings::{Confidence, EndCause, Status};
use crate::analysis::residence::Residence;
use crate::analysis::wording::{moment, span};
use crate::case::InterventionKind;
use crate::case::config::InterventionConfig;
use crate::profile::{Role, ServiceKey};
use crate::time::{HOUR, MINUTE, Timestamp};

/// How far off the time that somebody noted for a change may be, either way.
const NOTED_BY_HAND: i64 = 15 * MINUTE;
/// Said of a message that the known tables lack, where nobody says how many tables there are.
const ELSEWHERE: &str = "Every known temp table lacks it, but how many the server has is not told (`virtual_servers`): it may be in another, \
     or have left.";
/// A store that stops within this time of a reboot does so as part of it.
const PART_OF_RESTART: i64 = 10 * MINUTE;
/// A restart is named without a delivery record only where it is known to within this time when the message left. In
/// longer times much else happens: a retry gets through, or somebody deletes rows.
const LONGEST_NAMED: i64 = 24 * HOUR;
/// A log that ends so long before the evidence does is taken to reach its end.
const END_OF_LOG: i64 = 12 * HOUR;

/// Gone too soon to have been stuck. Where somebody had the table open or noted a change, a deletion explains it as
/// well as a retry does.
pub(super) fn short(
    residence: &Residence<'_>,
    bounds: &Bounds,
    setting: &Setting<'_, '_>,
    claim: &mut Claim,
) {
    claim.candidates.clear();
    claim.end = EndCause::LeftWithoutRestart;
    if let Some(departed) = &residence.trail.departed {
        claim.status = Status::DeliveredOnRetry;
        claim.release_confidence = Some(Confidence::Confirmed);
        claim.release_why = delivered::sentence(departed);
    } else if let Some(change) = change_within(bounds, setting, destroys) {
        (claim.status, claim.end) = gone_with(change.kind);
        claim.release_confidence = Some(Confidence::Possible);
        claim.release_why = format!(
            "Gone in the interval in which \"{}\" was noted. It may never have been delivered.",
            change.what
        );
    } else if residence.sightings.is_empty() {
        claim.status = Status::DeliveredOnRetry;
        claim.release_why =
            "Gone within the time in which a retry gets through; no delivery record \
                             shows where to."
                .to_owned();
    } else {
        claim.confidence = Confidence::Possible;
        claim.release_why =
            "Gone within the time in which a retry gets through; but somebody had the \
                             table open, and a deletion would look the same."
                .to_owned();
    }
}

pub(super) fn of_possible(residence: &Residence<'_>, bounds: &Bounds, claim: &mut Claim) {
    if let Some(departed) = &residence.trail.departed {
        claim.release_confidence = Some(Confidence::Confirmed);
        claim.release_why = format!(
            "{} Whether it had been stuck until then is not known.",
            delivered::sentence(departed)
        );
        return;
    }
    if bounds.left.latest.is_some() && !claim.candidates.is_empty() {
        claim.release_confidence = Some(Confidence::Possible);
    }
    claim.release_why = match (bounds.left.latest, residence.elsewhere) {
        (Some(_), _) => "Gone; how is not known.".to_owned(),
        (None, true) => ELSEWHERE.to_owned(),
        (None, false) => "Nothing shows when it left.".to_owned(),
    };
}

pub(super) fn open(
    residence: &Residence<'_>,
    bounds: &Bounds,
    setting: &Setting<'_, '_>,
    claim: &mut Claim,
) {
    let table = residence.place.as_deref().unwrap_or("the temp tables");
    let unlooked = format!("no capture of {table} since shows whether it is still there.");
    if let Some(change) = change_within(bounds, setting, destroys) {
        (claim.status, claim.end) = gone_with(change.kind);
        claim.release_confidence = Some(Confidence::Possible);
        claim.release_why = format!(
            "\"{}\" was noted after it was last seen, and {unlooked} It may never have been delivered.",
            change.what
        );
    } else if let Some(change) = change_within(bounds, setting, recovers) {
        claim.release_why = format!(
            "\"{}\" was noted after it was last seen, and {unlooked}",
            change.what
        );
    } else if residence.elsewhere {
        claim.release_why = ELSEWHERE.to_owned();
    } else if !claim.candidates.is_empty() {
        claim.release_why = format!("SMTP restarted after it was last seen, and {unlooked}");
    } else if let Some(down) = store_down(bounds.left.earliest, None, setting) {
        claim.release_why = format!(
            "The Information Store went down at {} ({}), which can let it out without a restart of SMTP (KB 950757) or be \
             part of a new database; {unlooked}",
            moment(down.at),
            down.cite
        );
    } else if !restarts_would_show(
        bounds.left.earliest,
        end_of_evidence(setting.facts),
        setting,
    ) {
        claim.release_why = format!(
            "The System log does not speak of all the time since, so a restart of SMTP cannot be excluded; \
             {unlooked}"
        );
    } else {
        claim.status = Status::Stuck;
        claim.end = EndCause::StillOpen;
        claim.release_why = "Nothing shows it gone.".to_owned();
    }
    if let Some(silence) = absence::since(residence, bounds, setting) {
        claim.release_why.push_str(&silence);
    } else if let Some(part) = delivered::in_part(residence) {
        claim.release_why.push_str(&part);
    }
}

pub(super) fn gone(
    residence: &Residence<'_>,
    bounds: &Bounds,
    gone_by: Timestamp,
    setting: &Setting<'_, '_>,
    claim: &mut Claim,
) {
    if let Some(change) = change_within(bounds, setting, destroys) {
        (claim.status, claim.end) = gone_with(change.kind);
        claim.release_confidence = Some(match claim.candidates.is_empty() {
            true => Confidence::Probable,
            false => Confidence::Possible,
        });
        claim.release_why = format!(
            "Gone in the interval in which \"{}\" was noted. This mail may never have been delivered.",
            change.what
        );
        if let Some(silence) = absence::until(residence, bounds, gone_by, setting) {
            claim.release_confidence = Some(match claim.candidates.is_empty() {
                true => Confidence::Confirmed,
                false => Confidence::Probable,
            });
            claim.release_why.push_str(&silence);
        }
        return;
    }
    if let Some(silence) = absence::until(residence, bounds, gone_by, setting) {
        claim.status = Status::LostPossible;
        claim.release_confidence = Some(Confidence::Probable);
        claim.release_why = format!(
            "Gone from the table, but not on its way.{silence} It may never have been delivered."
        );
        return;
    }
    // A start that only a header in the SMTP log suggests explains nothing where the System log knows of none.
    let suggested = |index: &usize| {
        let restart = setting.restarts.get(*index);
        restart.is_some_and(|restart| {
            restart.confidence == Confidence::Possible && !restart.tables.is_empty()
        })
    };
    let candidates: Vec<usize> = match claim.candidates.iter().all(suggested) {
        true => Vec::new(),
        false => claim.candidates.clone(),
    };
    let Some((&first, others)) = candidates.split_first() else {
        return gone_without_restart(residence, bounds, gone_by, setting, claim);
    };
    claim.status = Status::Released;
    let part = delivered::in_part(residence).unwrap_or_default();
    match rival(residence, bounds, gone_by, first, others, setting) {
        None => {
            claim.released_by = Some(first);
            claim.end = EndCause::SmtpRestart;
            claim.release_confidence = Some(Confidence::Probable);
            claim.release_why = format!(
                "Seen before this restart and gone after it, and no other cause is in the evidence. No delivery \
                 record confirms it.{part}"
            );
        }
        Some(rival) => {
            claim.release_confidence = Some(Confidence::Possible);
            claim.release_why =
                format!("A restart may have let it out, but none is named: {rival}{part}");
        }
    }
}

fn gone_without_restart(
    residence: &Residence<'_>,
    bounds: &Bounds,
    gone_by: Timestamp,
    setting: &Setting<'_, '_>,
    claim: &mut Claim,
) {
    claim.release_confidence = Some(Confidence::Possible);
    if let Some(change) = change_within(bounds, setting, recovers) {
        claim.release_why = format!(
            "Gone in the interval in which \"{}\" was noted; whether this message was among them is not known.",
            change.what
        );
    } else if !restarts_would_show(bounds.left.earliest, Some(gone_by), setting) {
        claim.release_why =
            "Gone; the System log does not speak of all the time in which it left, so whether \
                             a restart of SMTP let it out is not known."
                .to_owned();
    } else if let Some(on) = residence.trail.gone_on {
        claim.status = Status::Released;
        claim.end = EndCause::LeftWithoutRestart;
        claim.release_confidence = Some(Confidence::Probable);
        claim.release_why = format!(
            "Gone without a restart of SMTP in the logs, and the log of {} shows it going on at {} ({}): a retry got \
             through. That it went out to all recipients is not shown.",
            on.server,
            moment(on.at),
            on.record.cite
        );
    } else {
        claim.status = Status::LostPossible;
        claim.end = EndCause::LeftWithoutRestart;
        claim.release_why = "Gone without a restart of SMTP in the logs: a retry that got through explains \
                             it, and so does a deletion that nobody noted. No delivery record says which; it \
                             may never have been delivered."
            .to_owned();
    }
}

/// Whether the log of services speaks of the whole time, in words that the profile knows.
pub(super) fn restarts_would_show(
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    setting: &Setting<'_, '_>,
) -> bool {
    let (Some(from), Some(to)) = (from, to) else {
        return false;
    };
    let unread = setting.facts.signals.iter().any(|sign| {
        sign.is(Role::ServiceState, ServiceKey::Smtp) && (from..=to).contains(&sign.at)
    });
    let log = setting.facts.service_log();
    !unread && log.is_some_and(|log| from >= to || log.speaks_throughout(from, to))
}

/// The end of the evidence, or that of the System log where it is only somewhat older: a quiet log's newest record
/// is older than the newest of all.
fn end_of_evidence(facts: &ServerFacts<'_>) -> Option<Timestamp> {
    let end = facts.as_of()?;
    let log = facts.service_log().map(|log| log.to);
    Some(
        log.filter(|log| end.since(*log) <= END_OF_LOG)
            .unwrap_or(end),
    )
}

/// What else could have ended the stay than the first restart after the last appearance.
fn rival(
    residence: &Residence<'_>,
    bounds: &Bounds,
    gone_by: Timestamp,
    first: usize,
    others: &[usize],
    setting: &Setting<'_, '_>,
) -> Option<String> {
    let restart = setting.restarts.get(first)?;
    let last_seen_hi = last_seen(residence)?;
    let entered = bounds.entered.latest?;
    let left_from = bounds.last_seen.or(bounds.left.earliest)?;
    if restart.confidence == Confidence::Possible {
        return Some("whether SMTP itself restarted then is only possible.".to_owned());
    }
    if residence.sightings.is_empty() {
        return Some(
            "it was never seen in a table, so a retry may have let it out before.".to_owned(),
        );
    }
    if !others.is_empty() {
        return Some("SMTP restarted more than once before it was seen gone.".to_owned());
    }
    if last_seen_hi > restart.begun() {
        return Some("it may have been last seen only after the restart.".to_owned());
    }
    if residence
        .gone_seen_after
        .is_none_or(|after| after < restart.at().lo)
    {
        return Some("it may have been gone before the restart.".to_owned());
    }
    if restart.begun().since(entered) < setting.stuck_after {
        return Some("it had not yet been stuck for long when SMTP stopped.".to_owned());
    }
    let outlived = setting.restarts.iter().find(|earlier| {
        earlier.confidence != Confidence::Possible
            && earlier.concerns(residence.place.as_deref())
            && entered < earlier.begun()
            && earlier.at().hi < left_from
    });
    if let Some(earlier) = outlived {
        return Some(format!(
            "it outlived the start of SMTP at {}, so a start does not surely let it out.",
            moment(earlier.instant())
        ));
    }
    if gone_by.since(left_from) > LONGEST_NAMED {
        return Some(format!(
            "it left at some time within {}, in which a retry or a deletion cannot be told from it.",
            span(gone_by.since(left_from))
        ));
    }
    if !restarts_would_show(Some(left_from), Some(gone_by), setting) {
        return Some(
            "the System log does not speak of the whole time in which it left.".to_owned(),
        );
    }
    if let Some(change) = change_within(bounds, setting, recovers) {
        return Some(format!("\"{}\" was noted in the same time.", change.what));
    }
    let store = setting.facts.signals.iter().any(|sign| {
        let down = sign.is(Role::ServiceStopped, ServiceKey::Store)
            || sign.is(Role::ServiceCrashed, ServiceKey::Store);
        let with_reboot =
            restart.booted.is_some() && sign.at.since(restart.begun()).abs() <= PART_OF_RESTART;
        down && (left_from..=gone_by).contains(&sign.at) && !with_reboot
    });
    store.then(|| "the Information Store went down in the same time.".to_owned())
}

/// The first sign after `from` (and by `to`) that the Information Store went down.
fn store_down<'a>(
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    setting: &Setting<'a, '_>,
) -> Option<&'a Sign> {
    let from = from?;
    setting.facts.signals.iter().find(|sign| {
        let down = sign.is(Role::ServiceStopped, ServiceKey::Store)
            || sign.is(Role::ServiceCrashed, ServiceKey::Store);
        down && sign.at >= from && to.is_none_or(|to| sign.at <= to)
    })
}

fn last_seen(residence: &Residence<'_>) -> Option<Timestamp> {
    let failures = residence.failures.iter().map(|failure| failure.when.hi);
    failures
        .chain(residence.sightings.iter().map(|s| s.capture.when.hi))
        .max()
}

/// The first change of that kind noted in `case.toml` for the time in which the message left.
fn change_within<'a>(
    bounds: &Bounds,
    setting: &Setting<'a, '_>,
    wanted: fn(InterventionKind) -> bool,
) -> Option<&'a InterventionConfig> {
    let from = bounds.left.earliest?.plus(-NOTED_BY_HAND);
    let to = bounds.left.latest.map(|to| to.plus(NOTED_BY_HAND));
    setting.interventions.iter().copied().find(|change| {
        wanted(change.kind) && change.at.at >= from && to.is_none_or(|to| change.at.at <= to)
    })
}

fn recovers(kind: InterventionKind) -> bool {
    kind == InterventionKind::RowsRecovered
}

fn destroys(kind: InterventionKind) -> bool {
    matches!(
        kind,
        InterventionKind::RowsDeleted | InterventionKind::StoreRecreated
    )
}

fn gone_with(kind: InterventionKind) -> (Status, EndCause) {
    match kind {
        InterventionKind::RowsDeleted => (Status::Removed, EndCause::Removed),
        _ => (Status::LostPossible, EndCause::StoreRecreated),
    }
}
