//! How many messages were held at each instant, as a band.
//!
//! Each residence contributes three nested stretches of time: when it was certainly there, when it may have been
//! there as far as the evidence bounds it, and when nothing at all rules it out. One pass over the sorted ends of
//! all stretches gives the three counts at every instant, so a hundred thousand residences cost a sort.

use crate::analysis::findings::{Confidence, Message, Status};
use crate::time::Timestamp;

/// From when to when a chart or a count speaks. Never empty: `from < to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: Timestamp,
    pub to: Timestamp,
}

impl Span {
    /// Length in microseconds.
    pub fn width(self) -> i64 {
        self.to.since(self.from)
    }

    /// Whether any part of `[from, to]` lies inside.
    pub fn overlaps(self, from: Timestamp, to: Timestamp) -> bool {
        from <= self.to && to >= self.from
    }
}

/// How many residences of interest are held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Stuck for certain.
    pub certain: u64,
    /// Allowed by the bounds that evidence sets.
    pub possible: u64,
    /// Not ruled out by anything: bounds that nothing sets reach to the ends of the span.
    pub permitted: u64,
}

impl Held {
    /// The larger of each count.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self {
            certain: self.certain.max(other.certain),
            possible: self.possible.max(other.possible),
            permitted: self.permitted.max(other.permitted),
        }
    }
}

/// The counts from `at` until the next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub at: Timestamp,
    pub held: Held,
}

/// Counts over time of the residences that were, or may have been, stuck: those whose longest possible stay reaches
/// `stuck_after_s`. The first step is at `span.from`.
pub fn steps<'a>(
    messages: impl IntoIterator<Item = &'a Message>,
    stuck_after_s: f64,
    span: Span,
) -> Vec<Step> {
    let mut changes: Vec<(Timestamp, Change)> = Vec::new();
    let mut stretch = |from: Timestamp, to: Timestamp, change: Change| {
        // Reversed: the evidence contradicts itself there, and the stretch is empty.
        if from > to || !span.overlaps(from, to) {
            return;
        }
        changes.push((from.max(span.from), change));
        if to < span.to {
            // A stay ends after its last instant.
            changes.push((to.plus(1), change.undone()));
        }
    };
    for m in messages
        .into_iter()
        .filter(|m| may_be_stuck(m, stuck_after_s))
    {
        let (first, last) = (m.entered.latest, m.left.earliest);
        let open_end = if m.status == Status::Stuck {
            Some(span.to)
        } else {
            last
        };
        if let (Some(first), Some(last)) = (first, last)
            && is_stuck(m, stuck_after_s)
        {
            stretch(first, last, Change::CERTAIN);
        }
        let (from, to) = (
            m.entered.earliest.or(first),
            m.left.latest.or(open_end).or(first),
        );
        if let (Some(from), Some(to)) = (from, to) {
            stretch(from, to, Change::POSSIBLE);
        }
        stretch(
            m.entered.earliest.unwrap_or(span.from),
            m.left.latest.unwrap_or(span.to),
            Change::PERMITTED,
        );
    }
    changes.sort_by_key(|(at, _)| *at);
    accumulate(&changes, span)
}

/// Whether the least possible stay makes the message stuck, and the claim is more than possible: what the evidence only
/// permits is not counted as certain, however long it would be.
pub fn is_stuck(m: &Message, stuck_after_s: f64) -> bool {
    m.confidence != Confidence::Possible && m.stayed_s.min >= stuck_after_s
}

/// Whether the greatest possible stay makes the message stuck.
pub fn may_be_stuck(m: &Message, stuck_after_s: f64) -> bool {
    m.status != Status::DeliveredOnRetry && m.stayed_s.max.is_none_or(|max| max >= stuck_after_s)
}

/// The largest counts within each of `columns` equal parts of the span, in order.
pub fn sample(steps: &[Step], span: Span, columns: usize) -> Vec<Held> {
    let mut out = Vec::with_capacity(columns);
    let mut current = Held::default();
    let mut steps = steps.iter().peekable();
    for column in 1..=columns {
        let end = i128::from(span.width()) * column as i128 / columns as i128;
        let end = span.from.plus(i64::try_from(end).unwrap_or(i64::MAX));
        // What holds at the column's start counts too, unless a step stands exactly there.
        let mut highest = current;
        while let Some(step) = steps.next_if(|step| step.at < end) {
            current = step.held;
            highest = highest.max(current);
        }
        out.push(highest);
    }
    out
}

/// Adds to or takes from the three counts.
#[derive(Clone, Copy)]
struct Change([i64; 3]);

impl Change {
    const CERTAIN: Self = Self([1, 0, 0]);
    const POSSIBLE: Self = Self([0, 1, 0]);
    const PERMITTED: Self = Self([0, 0, 1]);

    fn undone(self) -> Self {
        Self(self.0.map(|n| -n))
    }
}

fn accumulate(changes: &[(Timestamp, Change)], span: Span) -> Vec<Step> {
    let mut counts = [0_i64; 3];
    let mut steps = vec![Step {
        at: span.from,
        held: Held::default(),
    }];
    for (at, Change(by)) in changes {
        for (count, by) in counts.iter_mut().zip(by) {
            *count += by;
        }
        let [certain, possible, permitted] = counts.map(|n| u64::try_from(n).unwrap_or(0));
        // The nesting holds by construction unless the evidence contradicts itself; then it is restored here.
        let possible = possible.max(certain);
        let held = Held {
            certain,
            possible,
            permitted: permitted.max(possible),
        };
        match steps.last_mut() {
            Some(last) if last.at == *at => last.held = held,
            _ => steps.push(Step { at: *at, held }),
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::findings::Stay;
    use crate::report::testdata;
    use crate::time::{Interval, MINUTE};

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_micros(minutes * MINUTE).unwrap()
    }

    fn residence(entered: (Option<i64>, Option<i64>), left: (Option<i64>, Option<i64>)) -> Message {
        let interval = |(e, l): (Option<i64>, Option<i64>)| Interval {
            earliest: e.map(at),
            latest: l.map(at),
        };
        let min = match (entered.1, left.0) {
            (Some(e), Some(l)) => ((l - e) * 60) as f64,
            _ => 0.0,
        };
        let max = match (entered.0, left.1) {
            (Some(e), Some(l)) => Some(((l - e) * 60) as f64),
            _ => None,
        };
        Message {
            confidence: Confidence::Confirmed,
            entered: interval(entered),
            left: interval(left),
            stayed_s: Stay { min, max },
            status: Status::Unknown,
            ..testdata::message("M1", "BH01")
        }
    }

    /// Counts at one instant by looking at every message: the slow way, to compare with.
    fn brute(messages: &[Message], span: Span, now: Timestamp) -> (u64, u64) {
        let certain = messages.iter().filter(|m| {
            is_stuck(m, 900.0)
                && m.entered.latest.is_some_and(|e| e <= now)
                && m.left.earliest.is_some_and(|l| now <= l)
        });
        let permitted = messages.iter().filter(|m| {
            may_be_stuck(m, 900.0)
                && m.entered.earliest.unwrap_or(span.from) <= now
                && now <= m.left.latest.unwrap_or(span.to)
        });
        (certain.count() as u64, permitted.count() as u64)
    }

    #[test]
    fn sweep_equals_counting_at_every_minute() {
        let span = Span {
            from: at(0),
            to: at(600),
        };
        let messages = [
            residence((Some(10), Some(12)), (Some(60), Some(90))),
            residence((None, Some(30)), (Some(200), Some(210))),
            residence((Some(40), Some(50)), (Some(300), None)),
            residence((None, None), (None, None)),
            residence((Some(-50), Some(-20)), (Some(20), Some(700))),
            residence((Some(100), Some(101)), (Some(103), Some(105))),
        ];
        let steps = steps(&messages, 900.0, span);
        for minute in 0..600 {
            let now = at(minute);
            let held = steps.iter().rev().find(|s| s.at <= now).unwrap().held;
            assert_eq!(
                (held.certain, held.permitted),
                brute(&messages, span, now),
                "minute {minute}"
            );
            assert!(held.certain <= held.possible && held.possible <= held.permitted);
        }
    }

    #[test]
    fn samples_keep_the_peaks() {
        let span = Span {
            from: at(0),
            to: at(100),
        };
        let steps = steps(
            &[residence((Some(31), Some(31)), (Some(49), Some(49)))],
            900.0,
            span,
        );
        let certain: Vec<u64> = sample(&steps, span, 10).iter().map(|h| h.certain).collect();
        assert_eq!(certain, [0, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
    }
}
