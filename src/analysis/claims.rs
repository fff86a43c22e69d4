//! Claims: was it stuck, is it gone, what let it out; each with its confidence and its reason.

use super::bounds::Bounds;
use super::facts::ServerFacts;
use super::residence::Residence;
use super::restarts::Restart;
use super::wording::{plural, span};
use crate::analysis::findings::{Confidence, EndCause, PlaceBasis, Status};
use crate::case::InterventionKind;
use crate::case::config::InterventionConfig;
use crate::profile::{Role, ServiceKey};
use crate::time::{HOUR, MINUTE, Timestamp};

/// How far off the time that somebody noted for a change may be, either way.
const NOTED_BY_HAND: i64 = 15 * MINUTE;
/// A store that stops within this time of a reboot does so as part of it.
const PART_OF_RESTART: i64 = 10 * MINUTE;
/// A log that ends so long before the evidence does is taken to reach its end.
const END_OF_LOG: i64 = 12 * HOUR;

/// What is claimed of one residence.
#[derive(Clone, Debug)]
pub struct Claim {
    pub status: Status,
    pub confidence: Confidence,
    pub why: String,
    pub end: EndCause,
    /// Even the greatest possible stay is too short to count as stuck.
    pub never_stuck: bool,
    /// Index of the restart that is named as having let it out.
    pub released_by: Option<usize>,
    /// Indices of the restarts that may have let it out.
    pub candidates: Vec<usize>,
    pub release_confidence: Option<Confidence>,
    pub release_why: String,
}

/// What a claim is drawn from besides the residence itself.
pub struct Setting<'a, 't> {
    pub facts: &'a ServerFacts<'t>,
    pub restarts: &'a [Restart],
    /// Changes made on this server, or on no server in particular.
    pub interventions: &'a [&'a InterventionConfig],
    /// Microseconds after which a message counts as stuck.
    pub stuck_after: i64,
}

/// Draws the claims of one residence.
pub fn of(residence: &Residence<'_>, bounds: &Bounds, setting: &Setting<'_, '_>) -> Claim {
    // What the clock was moved by within the stay may be missing of it, or be too much.
    let doubt = match (bounds.entered.latest, bounds.left.earliest) {
        (Some(from), Some(to)) => setting.facts.clock_doubt(from, to),
        _ => 0,
    };
    let (stuck, confidence, mut why) = stuck(residence, bounds, setting.stuck_after, doubt);
    if doubt > 0 {
        why.push_str(&format!(
            " The server's clock was moved by {} within that time, which is allowed for.",
            span(doubt)
        ));
    }
    let mut claim = Claim {
        status: Status::Unknown,
        confidence,
        why,
        end: EndCause::Unknown,
        never_stuck: matches!(stuck, Stuck::Never),
        released_by: None,
        candidates: candidates(bounds, setting),
        release_confidence: None,
        release_why: String::new(),
    };
    match stuck {
        Stuck::Never => short(residence, bounds, setting, &mut claim),
        Stuck::Perhaps => end_of_possible(bounds, &mut claim),
        Stuck::Surely => match bounds.left.latest {
            None => open(residence, bounds, setting, &mut claim),
            Some(gone_by) => gone(residence, bounds, gone_by, setting, &mut claim),
        },
    }
    if bounds.contradiction {
        claim.confidence = Confidence::Possible;
        claim.why.push_str(
            " The evidence contradicts itself about these times, so this is only possible.",
        );
    }
    claim
}

enum Stuck {
    Surely,
    Perhaps,
    Never,
}

/// Whether it was stuck: the least possible stay reaches the threshold, and on what it rests.
fn stuck(
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

/// Restarts within the interval in which it left. SMTP resubmits a whole table when it starts, so the first
/// after the last appearance is the candidate; a later one would need evidence that the message outlived
/// the first, and that evidence would have moved the interval.
fn candidates(bounds: &Bounds, setting: &Setting<'_, '_>) -> Vec<usize> {
    let Some(from) = bounds.left.earliest else {
        return Vec::new();
    };
    let within = setting.restarts.iter().enumerate().filter(|(_, restart)| {
        restart.at().hi >= from && bounds.left.latest.is_none_or(|to| restart.at().lo <= to)
    });
    within.map(|(index, _)| index).collect()
}

/// Gone too soon to have been stuck. Where somebody had the table open or noted a change, a deletion explains it as
/// well as a retry does.
fn short(residence: &Residence<'_>, bounds: &Bounds, setting: &Setting<'_, '_>, claim: &mut Claim) {
    claim.candidates.clear();
    claim.end = EndCause::LeftWithoutRestart;
    if let Some(change) = change_within(bounds, setting, destroys) {
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

fn end_of_possible(bounds: &Bounds, claim: &mut Claim) {
    if bounds.left.latest.is_some() && !claim.candidates.is_empty() {
        claim.release_confidence = Some(Confidence::Possible);
    }
    claim.release_why = match bounds.left.latest {
        Some(_) => "Gone; how is not known.".to_owned(),
        None => "Nothing shows when it left.".to_owned(),
    };
}

fn open(residence: &Residence<'_>, bounds: &Bounds, setting: &Setting<'_, '_>, claim: &mut Claim) {
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
    } else if !claim.candidates.is_empty() {
        claim.release_why = format!("SMTP restarted after it was last seen, and {unlooked}");
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
}

fn gone(
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
        return;
    }
    let Some((&first, others)) = claim.candidates.split_first() else {
        return gone_without_restart(bounds, gone_by, setting, claim);
    };
    claim.status = Status::Released;
    match rival(residence, bounds, gone_by, first, others, setting) {
        None => {
            claim.released_by = Some(first);
            claim.end = EndCause::SmtpRestart;
            claim.release_confidence = Some(Confidence::Probable);
            claim.release_why =
                "Seen before this restart and gone after it, and no other cause is in the \
                                 evidence. No delivery record confirms it."
                    .to_owned();
        }
        Some(rival) => {
            claim.release_confidence = Some(Confidence::Possible);
            claim.release_why =
                format!("A restart may have let it out, but none is named: {rival}");
        }
    }
}

fn gone_without_restart(
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
fn restarts_would_show(
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
    let left_from = bounds.left.earliest?;
    let uncounted = residence.basis == PlaceBasis::Unknown && setting.facts.tables_uncounted();
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
    if uncounted {
        return Some("its table is not known, nor how many tables the server has.".to_owned());
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
