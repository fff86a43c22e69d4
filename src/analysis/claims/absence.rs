//! What it means that no log of the mail system shows a message going on.
//!
//! Only a tracking log that speaks of all the time, and that had this message in it before, can say so.

use super::Setting;
use crate::analysis::bounds::Bounds;
use crate::analysis::residence::Residence;
use crate::analysis::restarts::AFTER_START;
use crate::analysis::wording::moment;
use crate::evidence::model::Step;
use crate::time::Timestamp;

/// A sentence that it was never seen again, where the tracking log shows that: since it was last seen, to the log's
/// end.
pub(super) fn since(
    residence: &Residence<'_>,
    bounds: &Bounds,
    setting: &Setting<'_, '_>,
) -> Option<String> {
    let to = setting.facts.tracking_log()?.to;
    let long_enough = to.since(bounds.last_seen?) >= setting.stuck_after;
    (long_enough && silent(residence, to, setting)).then(|| sentence(to))
}

/// The same of a message that was gone by some instant, and of the minutes after it.
pub(super) fn until(
    residence: &Residence<'_>,
    bounds: &Bounds,
    gone_by: Timestamp,
    setting: &Setting<'_, '_>,
) -> Option<String> {
    bounds.last_seen?;
    let to = gone_by.plus(AFTER_START);
    silent(residence, to, setting).then(|| sentence(to))
}

fn sentence(to: Timestamp) -> String {
    format!(
        " The tracking log speaks of all the time until {} and shows it nowhere again: nothing shows it delivered.",
        moment(to)
    )
}

fn silent(residence: &Residence<'_>, to: Timestamp, setting: &Setting<'_, '_>) -> bool {
    let trail = &residence.trail;
    let known_here = trail
        .records
        .iter()
        .any(|mail| mail.server == residence.server);
    let Some(last) = residence.appeared().map(|appeared| appeared.last) else {
        return false;
    };
    // A record whose meaning is only inferred proves no delivery, but it breaks the silence.
    let heard = trail.records.iter().any(|mail| match mail.record.step {
        Step::Other | Step::Deferred => false,
        step if step.is_onward() => mail.when.hi >= last.lo,
        _ => mail.when.lo > last.hi,
    });
    !trail.shared && known_here && !heard && setting.facts.tracked(last.lo, to)
}
