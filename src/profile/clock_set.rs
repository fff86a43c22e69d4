//! By how much a clock was set, read from the event that says so.

use super::{Role, Signal};
use crate::case::DateOrder;
use crate::case::time_text::WrittenTime;

/// Names of the insertion strings with the time before: Kernel-General 1, Security 4616, Security 520.
const BEFORE: [&str; 3] = ["OldTime", "PreviousTime", "previous_time"];
/// Names of those with the time after.
const AFTER: [&str; 3] = ["NewTime", "NewTime", "new_time"];

impl Signal<'_> {
    /// Microseconds by which the clock was moved, negative back; `None` where the event does not say it, or not in
    /// a way that leaves one answer.
    pub fn clock_moved(&self) -> Option<i64> {
        if self.role != Role::ClockChanged {
            return None;
        }
        let named = |wanted: &str| {
            let field = self.fields.iter().find(|(name, _)| name == wanted)?;
            parse(&field.1)
        };
        let mut pairs = BEFORE.into_iter().zip(AFTER);
        let (before, after) =
            pairs.find_map(|(before, after)| Some((named(before)?, named(after)?)))?;
        difference(&before, &after)
    }
}

/// Date and time of day in either order: 520 writes the time first, `7:09:19 PM 8/5/2004`.
fn parse(text: &str) -> Option<WrittenTime> {
    let text = text.replace('\u{200e}', "");
    let date_last = || {
        let (time, date) = text.trim().rsplit_once(' ')?;
        WrittenTime::parse(&format!("{date} {time}")).ok()
    };
    WrittenTime::parse(&text).ok().or_else(date_last)
}

/// Both are written by one hand, so that only readings in one order of day and month compare. Most steps are within a
/// day, of which every order says the same.
fn difference(before: &WrittenTime, after: &WrittenTime) -> Option<i64> {
    let orders = [DateOrder::Mdy, DateOrder::Dmy, DateOrder::Ymd];
    let mut found = orders.into_iter().filter_map(|order| {
        let (before, after) = (
            before.local(Some(order)).ok()?,
            after.local(Some(order)).ok()?,
        );
        (after - before).num_microseconds()
    });
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{DAY, SECOND};

    fn moved(before: &str, after: &str) -> Option<i64> {
        difference(&parse(before).unwrap(), &parse(after).unwrap())
    }

    #[test]
    fn steps_in_every_way_of_writing() {
        // The samples of ultimatewindowssecurity.com (520) and of Microsoft's page on 4616.
        let minute = 60 * SECOND;
        assert_eq!(
            moved("7:09:19 PM 8/5/2004", "7:10:19 PM 8/5/2004"),
            Some(minute)
        );
        assert_eq!(
            moved(
                "2015-10-09T05:04:30.0000000Z",
                "2015-10-09T05:04:29.0000000Z"
            ),
            Some(-SECOND)
        );
        // The day after, or a month later: nobody can know.
        assert_eq!(moved("7:09:19 PM 8/5/2004", "7:09:19 PM 9/5/2004"), None);
        assert_eq!(
            moved("7:09:19 PM 8/25/2004", "7:09:19 PM 8/26/2004"),
            Some(DAY)
        );
    }
}
