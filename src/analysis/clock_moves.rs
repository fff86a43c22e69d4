//! Where a server's clock was moved: told by events (520, 4616, Kernel-General 1) and by records whose times go back
//! against the order of their numbers.
//!
//! Times on either side of a move are not on one scale, and nothing says which side was right: a stay that spans it may
//! be shorter or longer than it looks by as much as the clock was moved.

use super::facts::Sign;
use crate::evidence::model::Citation;
use crate::profile::Role;
use crate::time::{MINUTE, SECOND, Timestamp};
use crate::timeline::ClockStep;

/// Corrections by the time service that change no conclusion.
const SLIGHT: i64 = SECOND;
/// An event about a move is logged within this time of the records that show it.
const SAME_MOVE: i64 = 5 * MINUTE;

/// One move of one server's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockMove {
    /// What the clock showed just before, as far as a record tells, and just after.
    pub before: Timestamp,
    pub after: Timestamp,
    /// Microseconds, negative back; `None` where the event does not say. Of a move that only the order of records
    /// shows, the least that it can have been.
    pub moved: Option<i64>,
    /// The amount is exact.
    pub exact: bool,
    pub logs: Vec<String>,
    pub evidence: Vec<Citation>,
}

impl ClockMove {
    /// How far a time span across it may be off.
    pub fn doubt(&self) -> i64 {
        self.moved.unwrap_or(0).saturating_abs()
    }

    /// Whether it lies within that time, by either scale.
    pub fn is_within(&self, from: Timestamp, to: Timestamp) -> bool {
        self.before.min(self.after) <= to && from <= self.before.max(self.after)
    }
}

/// The moves of one server in order; those by less than a second are left out, and only counted.
pub fn of_server<'s>(
    signals: &[Sign],
    steps: impl Iterator<Item = &'s ClockStep>,
) -> (Vec<ClockMove>, usize) {
    let mut moves: Vec<ClockMove> = Vec::new();
    for step in steps {
        let near = moves.iter_mut().find(|known| {
            known.after.since(step.after.1).abs() <= SAME_MOVE
                && known.before.since(step.before.1).abs() <= SAME_MOVE
        });
        match near {
            // The same move, seen in another log of the server.
            Some(known) => {
                known.moved = known.moved.min(Some(-step.at_least()));
                known.logs.push(step.log.clone());
                known.evidence.extend([step.before.0, step.after.0]);
            }
            None => moves.push(ClockMove {
                before: step.before.1,
                after: step.after.1,
                moved: Some(-step.at_least()),
                exact: false,
                logs: vec![step.log.clone()],
                evidence: vec![step.before.0, step.after.0],
            }),
        }
    }
    let mut slight = 0;
    for sign in signals
        .iter()
        .filter(|sign| sign.role == Role::ClockChanged)
    {
        if sign.clock_moved.is_some_and(|moved| moved.abs() < SLIGHT) {
            slight += 1;
            continue;
        }
        let told = moves.iter_mut().find(|known| {
            let by_order = !known.exact && known.after.since(sign.at).abs() <= SAME_MOVE;
            by_order && sign.clock_moved.is_none_or(|moved| moved < 0)
        });
        match told {
            Some(known) => {
                if let Some(moved) = sign.clock_moved {
                    (known.moved, known.exact) = (Some(moved), true);
                }
                known.evidence.push(sign.cite);
            }
            None => moves.push(ClockMove {
                before: sign.at.plus(-sign.clock_moved.unwrap_or(0)),
                after: sign.at,
                moved: sign.clock_moved,
                exact: sign.clock_moved.is_some(),
                logs: Vec::new(),
                evidence: vec![sign.cite],
            }),
        }
    }
    moves.sort_by_key(|known| (known.after, known.before));
    (moves, slight)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::evidence::model::FileId;
    use crate::time::{Bracket, HOUR};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_142_000_000 + seconds).unwrap()
    }

    fn cite(record: u64) -> Citation {
        Citation {
            file: FileId(1),
            record,
        }
    }

    fn step(log: &str, before: i64, after: i64) -> ClockStep {
        ClockStep {
            server: Arc::from("BH01"),
            log: log.to_owned(),
            before: (cite(1), at(before)),
            after: (cite(2), at(after)),
        }
    }

    fn set(seconds: i64, moved: Option<i64>) -> Sign {
        Sign {
            rule: "520".to_owned(),
            role: Role::ClockChanged,
            at: at(seconds),
            when: Bracket {
                lo: at(seconds),
                hi: at(seconds),
            },
            service: None,
            key: None,
            user: None,
            summary: String::new(),
            clock_moved: moved,
            cite: cite(9),
        }
    }

    #[test]
    fn one_move_seen_in_two_logs_and_told_by_an_event_is_one() {
        let steps = [step("system", 1000, 400), step("application", 990, 410)];
        let (moves, slight) = of_server(&[set(402, Some(-605 * SECOND))], steps.iter());
        assert_eq!((moves.len(), slight), (1, 0));
        assert_eq!(
            (moves[0].moved, moves[0].exact),
            (Some(-605 * SECOND), true)
        );
        assert_eq!(moves[0].logs, ["system", "application"]);
        assert!(moves[0].is_within(at(500), at(600)) && !moves[0].is_within(at(1100), at(1200)));
    }

    #[test]
    fn a_move_forward_is_another_than_one_back() {
        let steps = [step("system", 1000, 400)];
        let (moves, _) = of_server(&[set(410, Some(HOUR))], steps.iter());
        assert_eq!(moves.len(), 2);
    }

    #[test]
    fn slight_corrections_are_only_counted_and_unknown_ones_kept() {
        let signs = [set(1, Some(3000)), set(2, Some(-900_000)), set(3, None)];
        let (moves, slight) = of_server(&signs, [].iter());
        assert_eq!((moves.len(), slight), (1, 2));
        assert_eq!((moves[0].moved, moves[0].doubt()), (None, 0));
    }
}
