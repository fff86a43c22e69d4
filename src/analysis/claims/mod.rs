//! Claims: was it stuck, is it gone, what let it out; each with its confidence and its reason.

mod absence;
mod delivered;
mod end;
mod stuck;

use super::bounds::Bounds;
use super::facts::ServerFacts;
use super::residence::Residence;
use super::restarts::Restart;
use super::wording::span;
use crate::analysis::findings::{Confidence, EndCause, Status};
use crate::case::config::InterventionConfig;
use stuck::Stuck;

/// What is claimed of one residence.
#[derive(Clone, Debug)]
pub struct Claim {
    pub status: Status,
    pub confidence: Confidence,
    pub why: String,
    /// A capture that it rests on may bear a wrong time.
    pub time_in_doubt: bool,
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
    let (stuck, confidence, mut why) = stuck::of(residence, bounds, setting.stuck_after, doubt);
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
        time_in_doubt: false,
        end: EndCause::Unknown,
        never_stuck: matches!(stuck, Stuck::Never),
        released_by: None,
        candidates: candidates(residence, bounds, setting),
        release_confidence: None,
        release_why: String::new(),
    };
    match stuck {
        Stuck::Never => end::short(residence, bounds, setting, &mut claim),
        Stuck::Perhaps => end::of_possible(residence, bounds, &mut claim),
        Stuck::Surely if delivered::decides(residence, bounds, setting, &mut claim) => {}
        Stuck::Surely => match bounds.left.latest {
            None => end::open(residence, bounds, setting, &mut claim),
            Some(gone_by) => end::gone(residence, bounds, gone_by, setting, &mut claim),
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

/// Restarts within the interval in which it left. SMTP resubmits a whole table when it starts, so the first
/// after the last appearance is the candidate; a later one would need evidence that the message outlived
/// the first, and that evidence would have moved the interval.
fn candidates(residence: &Residence<'_>, bounds: &Bounds, setting: &Setting<'_, '_>) -> Vec<usize> {
    let Some(from) = bounds.last_seen.or(bounds.left.earliest) else {
        return Vec::new();
    };
    let within = setting.restarts.iter().enumerate().filter(|(_, restart)| {
        restart.at().hi >= from
            && restart.concerns(residence.place.as_deref())
            && bounds.left.latest.is_none_or(|to| restart.at().lo <= to)
    });
    within.map(|(index, _)| index).collect()
}
