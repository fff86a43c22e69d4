//! Which of two instants a doubtful local time means, where the order of the records leaves only one.
//!
//! When clocks go back, an hour of local times comes twice. Records stand in their log in the order in which they were
//! written, so a record between one known to be before the change and one known to be before it, too, cannot be of the
//! second hour; and where the times themselves jump back, what stands before the jump is of the first.

use crate::time::{DAY, MINUTE};

/// Records written at nearly one time may stand in either order.
const JITTER: i64 = 5 * MINUTE;
/// Certain records looked at on each side of doubtful ones.
const NEIGHBOURS: usize = 100;

/// The instants (microseconds) that one record may mean, the earliest first; one is certain.
pub type Options = Vec<i64>;

/// Takes away instants that the order of the records excludes. `log`: the records of one log in the order in which
/// they were written, or in the opposite one. Nothing is taken away near records that contradict that order.
pub fn settle(log: &mut [&mut Options]) {
    match direction(log) {
        Some(Direction::Ascending) => settle_runs(log),
        Some(Direction::Descending) => {
            log.reverse();
            settle_runs(log);
            log.reverse();
        }
        None => {}
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Ascending,
    Descending,
}

fn certain(options: &Options) -> Option<i64> {
    match options.as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

/// The direction of all but stray certain neighbours. A file in which the others are many was sorted by something else.
fn direction(log: &[&mut Options]) -> Option<Direction> {
    let (mut up, mut down) = (0_usize, 0_usize);
    let mut last = None;
    for at in log.iter().filter_map(|options| certain(options)) {
        if let Some(last) = last.replace(at) {
            up += usize::from(at > last + JITTER);
            down += usize::from(at < last - JITTER);
        }
    }
    // A clock that was set back is rarely met.
    match (up, down) {
        (0, 0) => None,
        (up, down) if up >= 20 * down => Some(Direction::Ascending),
        (up, down) if down >= 20 * up => Some(Direction::Descending),
        _ => None,
    }
}

/// Runs of doubtful records, each with the certain ones around it.
fn settle_runs(log: &mut [&mut Options]) {
    let mut at = 0;
    while at < log.len() {
        let doubtful = |options: &&mut Options| certain(options).is_none();
        let Some(rest) = log.get(at..) else {
            return;
        };
        let Some(start) = rest.iter().position(doubtful).map(|gap| at + gap) else {
            return;
        };
        let run = log
            .get(start..)
            .and_then(|rest| rest.iter().position(|options| certain(options).is_some()));
        let end = run.map_or(log.len(), |length| start + length);
        if is_orderly(log, start, end) {
            let before = start.checked_sub(1).and_then(|at| certain(log.get(at)?));
            let after = log.get(end).and_then(|options| certain(options));
            if let Some(run) = log.get_mut(start..end) {
                settle_run(run, before, after);
            }
        }
        at = end;
    }
}

/// Whether the certain records within a day of the run ascend.
fn is_orderly(log: &[&mut Options], start: usize, end: usize) -> bool {
    let before = log.get(..start).unwrap_or_default().iter().rev();
    let after = log.get(end..).unwrap_or_default().iter();
    let known = |options: &&mut Options| certain(options);
    ascends(before.filter_map(known).map(|at| -at)) && ascends(after.filter_map(known))
}

fn ascends(times: impl Iterator<Item = i64>) -> bool {
    let mut times = times.take(NEIGHBOURS).peekable();
    let Some(&first) = times.peek() else {
        return true;
    };
    let mut latest = first;
    for at in times.take_while(|at| *at <= first + DAY) {
        if at < latest - JITTER {
            return false;
        }
        latest = latest.max(at);
    }
    true
}

fn settle_run(run: &mut [&mut Options], before: Option<i64>, after: Option<i64>) {
    let mut least: Vec<i64> = Vec::with_capacity(run.len());
    let mut floor = before.unwrap_or(i64::MIN / 2);
    for options in run.iter() {
        let Some(first) = options.iter().find(|at| **at >= floor - JITTER) else {
            return;
        };
        least.push(*first);
        floor = floor.max(*first);
    }
    let mut most: Vec<i64> = Vec::with_capacity(run.len());
    let mut ceiling = after.unwrap_or(i64::MAX / 2);
    for options in run.iter().rev() {
        let Some(last) = options.iter().rev().find(|at| **at <= ceiling + JITTER) else {
            return;
        };
        most.push(*last);
        ceiling = ceiling.min(*last);
    }
    for (options, (least, most)) in run
        .iter_mut()
        .zip(least.into_iter().zip(most.into_iter().rev()))
    {
        if least <= most {
            options.retain(|at| (least..=most).contains(at));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::HOUR;

    /// Local minutes of the night when clocks go back from 2:00 to 1:00; times between are doubtful.
    fn night(local: &[i64]) -> Vec<Options> {
        let options = |minute: &i64| match minute {
            ..60 => vec![minute * MINUTE],
            60..120 => vec![minute * MINUTE, minute * MINUTE + HOUR],
            _ => vec![minute * MINUTE + HOUR],
        };
        local.iter().map(options).collect()
    }

    fn settled(local: &[i64]) -> Vec<Vec<i64>> {
        let mut night = night(local);
        settle(&mut night.iter_mut().collect::<Vec<_>>());
        let minutes = |options: Options| options.iter().map(|at| at / MINUTE).collect();
        night.into_iter().map(minutes).collect()
    }

    #[test]
    fn a_jump_back_tells_the_first_hour_from_the_second() {
        let known = settled(&[30, 65, 80, 110, 62, 90, 130]);
        assert_eq!(known, [[30], [65], [80], [110], [122], [150], [190]]);
        let mut backwards = settled(&[130, 90, 62, 110, 80, 65, 30]);
        backwards.reverse();
        assert_eq!(known, backwards);
    }

    #[test]
    fn without_a_jump_nothing_is_known() {
        let doubtful = settled(&[30, 65, 80, 110, 130]);
        assert!(doubtful[1..4].iter().all(|options| options.len() == 2));
        let alone = settled(&[65, 70]);
        assert!(alone.iter().all(|options| options.len() == 2));
    }

    #[test]
    fn records_in_disorder_prove_nothing() {
        let sorted_by_source = settled(&[30, 200, 10, 65, 110, 62, 250, 20, 130]);
        assert!(
            sorted_by_source
                .iter()
                .filter(|options| options.len() == 2)
                .count()
                == 3
        );
    }
}
