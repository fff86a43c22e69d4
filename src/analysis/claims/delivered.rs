//! How it left, where the logs of the mail system show it.

use super::end::restarts_would_show;
use super::{Claim, Setting};
use crate::analysis::bounds::Bounds;
use crate::analysis::findings::{Confidence, EndCause, Status};
use crate::analysis::mail::Departure;
use crate::analysis::residence::Residence;
use crate::analysis::restarts::AFTER_START;
use crate::analysis::wording::{moment, plural};
use crate::time::Timestamp;
use crate::timeline::TimedMail;

/// Claims how a message left that was certainly stuck, where documented records decide it. Says whether they do.
pub(super) fn decides(
    residence: &Residence<'_>,
    bounds: &Bounds,
    setting: &Setting<'_, '_>,
    claim: &mut Claim,
) -> bool {
    let departed = residence.trail.departed.as_ref();
    let Some(left) = bounds.left.latest else {
        return false;
    };
    if let Some(LetOut {
        restart,
        sign,
        spoken,
    }) = released_by(residence, bounds, setting)
    {
        let started = setting
            .restarts
            .get(restart)
            .map(|restart| restart.instant());
        claim.status = Status::Released;
        claim.end = EndCause::SmtpRestart;
        claim.released_by = Some(restart);
        claim.release_confidence = Some(match spoken {
            true => Confidence::Confirmed,
            false => Confidence::Probable,
        });
        claim.release_why = format!(
            "SMTP started at {}, and the log of {} shows it {} at {} ({}), {}. {}",
            started.map(moment).unwrap_or_default(),
            sign.server,
            if sign.record.step.is_onward() {
                "going on"
            } else {
                "handed to transport again"
            },
            moment(sign.at),
            sign.record.cite,
            match spoken {
                true => "not before",
                false if sign.record.step.is_onward() && !sign.record.tells_of_queues() =>
                    "though it has no word for a wait on the way to the next server",
                false => "though it does not speak of all the time since it was last seen",
            },
            departed.map_or_else(
                || "It was gone from the table afterwards; no documented record shows where to."
                    .to_owned(),
                sentence
            )
        );
        return true;
    }
    let Some(departed) = departed else {
        return false;
    };
    claim.status = Status::Released;
    let near = claim
        .candidates
        .iter()
        .filter_map(|index| setting.restarts.get(*index));
    let mut near = near.map(|restart| restart.at());
    // It may have been sent hours after it left the table: it waited in a queue for the next server.
    let late = onward(residence).is_none_or(|on| !on.record.tells_of_queues());
    let explained = near.any(|at| {
        at.lo <= departed.when.hi && (late || departed.when.lo <= at.hi.plus(AFTER_START))
    });
    let shown = restarts_would_show(bounds.last_seen, Some(left), setting);
    let told = sentence(departed);
    (claim.end, claim.release_confidence, claim.release_why) = match (explained, shown) {
        (true, _) => (
            EndCause::Unknown,
            Some(Confidence::Possible),
            format!("{told} A restart may have let it out, but that it did is not certain."),
        ),
        (false, true) => (
            EndCause::LeftWithoutRestart,
            Some(Confidence::Confirmed),
            format!("{told} SMTP had not started in the ten minutes before: a retry got through."),
        ),
        (false, false) => (
            EndCause::Unknown,
            Some(Confidence::Possible),
            format!(
                "{told} The System log does not speak of all the time in which it left, so whether a restart of SMTP \
                 let it out is not known."
            ),
        ),
    };
    true
}

/// The restart that let a message out.
struct LetOut<'t> {
    /// Its index.
    restart: usize,
    /// The record that shows it.
    sign: &'t TimedMail,
    /// The log speaks of all the time since the message was last seen, and would tell if it waited elsewhere: only
    /// then does it show that it did not go before.
    spoken: bool,
}

/// The restart that let it out, and the record that shows it: the first by which it was handed to transport again or
/// went on after its last appearance, within ten minutes of the start, and none before SMTP stopped.
fn released_by<'t>(
    residence: &Residence<'t>,
    bounds: &Bounds,
    setting: &Setting<'_, '_>,
) -> Option<LetOut<'t>> {
    let last = residence.appeared()?.last;
    // A start that hands it to transport again without letting it out is followed by another handing, or by none
    // of the records that it went on: what counts is the way out after it was last certainly there.
    let since = bounds
        .left
        .earliest
        .map_or(last.lo, |there| there.max(last.lo));
    let sign = first_sign(residence, since)
        .filter(|sign| bounds.left.latest.is_none_or(|left| sign.when.lo <= left))?;
    let entered = bounds.entered.latest?;
    let named = setting.restarts.iter().enumerate().rfind(|(_, restart)| {
        restart.confidence != Confidence::Possible
            && restart.concerns(residence.place.as_deref())
            && restart.at().lo <= sign.when.hi
            && sign.when.lo <= restart.at().hi.plus(AFTER_START)
    });
    let (index, restart) = named?;
    let stop = restart.begun();
    // What is said of the time between its last appearance and the stop shows it going before.
    let before = sign.when.hi < stop;
    // Another restart, of which the log does not speak, may have let it out as well.
    let seen = bounds.last_seen.unwrap_or(last.lo);
    let tells = !sign.record.step.is_onward() || sign.record.tells_of_queues();
    let spoken = tells && setting.facts.tracked(seen, sign.when.lo.max(seen));
    let alone = setting.restarts.iter().enumerate().all(|(other, rival)| {
        other == index || rival.at().hi < seen || rival.at().lo > sign.when.hi
    });
    let there = last.lo <= restart.at().hi && (spoken || alone);
    let stuck = stop.since(entered) >= setting.stuck_after;
    let after = residence
        .trail
        .departed
        .as_ref()
        .is_none_or(|departed| departed.when.hi >= stop);
    (!before && there && stuck && after).then_some(LetOut {
        restart: index,
        sign,
        spoken,
    })
}

/// The first record of its own server, of whatever meaning, by which it went on after its last appearance.
fn onward<'t>(residence: &Residence<'t>) -> Option<&'t TimedMail> {
    let last = residence.appeared()?.last;
    let records = residence.trail.records.iter().copied();
    records
        .filter(|mail| mail.server == residence.server && mail.when.lo >= last.lo)
        .find(|mail| mail.record.step.is_onward())
}

/// The first documented record after the last appearance by which it was handed to transport again or went on.
fn first_sign<'t>(residence: &Residence<'t>, since: Timestamp) -> Option<&'t TimedMail> {
    let trail = &residence.trail;
    let again = trail.records.iter().copied().find(|mail| {
        mail.record.documented
            && mail.server == residence.server
            && mail.record.step.is_handed()
            && mail.when.lo >= since
    });
    let on = trail.gone_on;
    again
        .into_iter()
        .chain(on)
        .min_by_key(|mail| (mail.when, mail.record.cite))
}

/// When it had gone out, for whom, and where that is written.
pub(super) fn sentence(departed: &Departure<'_>) -> String {
    let last = departed.records.last();
    let cite = last
        .map(|mail| format!(" ({})", mail.record.cite))
        .unwrap_or_default();
    let at = last.map(|mail| moment(mail.at)).unwrap_or_default();
    let all = usize::try_from(departed.of).unwrap_or(usize::MAX);
    let whom = match departed.of {
        1 => "its one recipient".to_owned(),
        _ => format!("all {}", plural(all, "recipient", "recipients")),
    };
    match departed.given_up {
        0 => format!("It had gone out for {whom} at {at}{cite}."),
        some if some >= all => format!("It was given up for {whom} at {at}{cite}: not delivered."),
        some => format!(
            "It had left for {whom} at {at}{cite}; for {some} of them it was given up and not delivered."
        ),
    }
}

/// That it went out for some of its recipients, but not shown for all.
pub(super) fn in_part(residence: &Residence<'_>) -> Option<String> {
    let reached = residence
        .trail
        .reached
        .filter(|reached| reached.reached > 0)?;
    Some(match reached.of {
        Some(of) => format!(
            " By documented records it reached {} of {of} recipients.",
            reached.reached
        ),
        None => format!(
            " By documented records it reached {} recipients; of how many is not known.",
            reached.reached
        ),
    })
}
