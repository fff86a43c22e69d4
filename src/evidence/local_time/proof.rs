//! Which clocks and orders of day and month the records found in UTC logs leave possible.
//!
//! A hypothesis (an order and a clock) is ruled out only against the best one, and only where at least three records
//! tell the two apart. Records that recur regularly fit many offsets equally well, so they rule out nothing, however
//! many of them there are.

use std::collections::{BTreeMap, BTreeSet};

use super::clock::Clock;
use super::local_map::LocalMap;
use super::testimony::{Comparison, Testimony, Witness, spread};
use crate::case::DateOrder;
use crate::time::{MINUTE, SECOND};

/// Proofs needed: for the best hypothesis at all, and against each other one.
const NEEDED: u64 = 3;
/// So many times more records must speak for the best than for the other.
const MARGIN: u64 = 5;
/// From so many records on, the sequence of all records must fit as well.
const SEQUENCE: u64 = 10;

/// How the clock may have been set that wrote the file, and how its dates are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hypothesis {
    pub order: DateOrder,
    pub clock: Clock,
}

/// What comparing proves.
#[derive(Debug)]
pub struct Proof {
    /// What explains the most records.
    pub best: Hypothesis,
    /// Every hypothesis that is not ruled out, the best among them.
    pub left: Vec<Hypothesis>,
    /// The records that the best explains.
    pub agree: Vec<Agreed>,
    /// Indices of records that stand in UTC logs under their number, but at other times.
    pub differ: Vec<usize>,
    /// No clock explains them all: other offsets, too, are proven by several records.
    pub mixed: bool,
}

/// A record that stands in a UTC log at the offset that a hypothesis gives it.
#[derive(Clone, Copy, Debug)]
pub struct Agreed {
    /// Index of the record.
    pub row: usize,
    /// In microseconds.
    pub offset: i64,
    /// Its copy is like no other, and stands at this offset alone: whatever the clock, this record's instant is known.
    pub sure: bool,
}

impl Proof {
    pub fn allows(&self, hypothesis: Hypothesis) -> bool {
        self.left.contains(&hypothesis)
    }

    /// The orders that are left, none twice.
    pub fn orders(&self) -> Vec<DateOrder> {
        let orders: BTreeSet<DateOrder> = self.left.iter().map(|left| left.order).collect();
        orders.into_iter().collect()
    }

    /// The offsets (microseconds) of records whose own copies fix their instants, by their indices.
    pub fn own_offsets(&self) -> BTreeMap<usize, i64> {
        let sure = self.agree.iter().filter(|agreed| agreed.sure);
        sure.map(|agreed| (agreed.row, agreed.offset)).collect()
    }

    pub fn clocks(&self, order: DateOrder) -> Vec<Clock> {
        let left = self.left.iter().filter(|left| left.order == order);
        left.map(|left| left.clock).collect()
    }
}

/// Weighs all clocks and the given orders; `None` when nothing is proven. `days`: those of the local times, by order.
pub fn weigh(
    comparison: &Comparison<'_>,
    orders: &[DateOrder],
    days: &dyn Fn(DateOrder) -> Vec<i64>,
) -> Option<Proof> {
    if comparison.compared.is_empty() {
        return None;
    }
    let heard: Vec<Testimony> = orders
        .iter()
        .map(|order| comparison.testimony(*order))
        .collect();
    let mut judged: Vec<Judged<'_>> = Vec::new();
    for testimony in &heard {
        for clock in Clock::all() {
            let all = 0..comparison.compared.len();
            judged.push(Judged {
                hypothesis: Hypothesis {
                    order: testimony.order,
                    clock,
                },
                testimony,
                agree: all
                    .filter(|at| testimony.agreement(*at, clock).is_some())
                    .collect(),
            });
        }
    }
    // The first of those that explain the most: of the records that are like no other, then of all.
    let best = judged
        .iter()
        .rev()
        .max_by_key(|judged| (judged.telling(&judged.agree), judged.support()))?;
    let differ = differing(best);
    let elsewhere = elsewhere(best);
    let against = differ.len().max(elsewhere.len());
    if best.support() < NEEDED
        || against > best.agree.len()
        || !sequence_fits(comparison, best, days)
    {
        return None;
    }
    let left = judged.iter().filter(|other| !other.is_ruled_out_by(best));
    let mut left: Vec<Hypothesis> = left.map(|left| left.hypothesis).collect();
    let mixed = elsewhere.len() as u64 >= NEEDED;
    if mixed {
        let order = best.hypothesis.order;
        let offsets: BTreeSet<i32> = elsewhere.into_iter().collect();
        let clocks = offsets.into_iter().map(Clock::Fixed);
        left.extend(clocks.map(|clock| Hypothesis { order, clock }));
    }
    Some(Proof {
        best: best.hypothesis,
        left,
        agree: best.agreed(comparison),
        differ: rows_at(comparison, &differ),
        mixed,
    })
}

/// A hypothesis with the records that it explains.
struct Judged<'a> {
    hypothesis: Hypothesis,
    testimony: &'a Testimony,
    /// Places in the list of compared records, sorted.
    agree: Vec<usize>,
}

impl Judged<'_> {
    fn support(&self) -> u64 {
        self.support_of(self.agree.iter().copied())
    }

    /// How many proofs these records are: those without weight of their own count once for each stretch of time.
    fn support_of(&self, records: impl Iterator<Item = usize>) -> u64 {
        let (mut proofs, mut slots) = (0, BTreeSet::new());
        for at in records {
            match self.testimony.witnesses.get(at).and_then(Option::as_ref) {
                Some(witness) if witness.weight > 0 => proofs += u64::from(witness.weight),
                Some(_) => slots.extend(self.testimony.slot(at)),
                None => {}
            }
        }
        proofs + slots.len() as u64
    }

    /// How many proofs the records are that are like no other.
    fn telling<'r>(&self, records: impl IntoIterator<Item = &'r usize>) -> u64 {
        let witnesses = records
            .into_iter()
            .filter_map(|at| self.testimony.witnesses.get(*at));
        witnesses
            .flatten()
            .map(|witness| u64::from(witness.weight))
            .sum()
    }

    /// By the records that tell the two apart; or by those alone that are like no other, because recurring ones fit
    /// many offsets and are missing only where the other log begins or ends.
    fn is_ruled_out_by(&self, best: &Self) -> bool {
        let for_best: Vec<usize> = only_in(&best.agree, &self.agree).collect();
        let for_this: Vec<usize> = only_in(&self.agree, &best.agree).collect();
        let rules_out =
            |for_best: u64, for_this: u64| for_best >= NEEDED && for_best >= MARGIN * for_this;
        let all = |judged: &Self, records: &[usize]| judged.support_of(records.iter().copied());
        rules_out(all(best, &for_best), all(self, &for_this))
            || rules_out(best.telling(&for_best), self.telling(&for_this))
    }

    fn agreed(&self, comparison: &Comparison<'_>) -> Vec<Agreed> {
        let agreed = |at: &usize| {
            let row = *comparison.compared.get(*at)?;
            let offset = self.testimony.agreement(*at, self.hypothesis.clock)?;
            let witness = self.testimony.witnesses.get(*at)?.as_ref()?;
            let sure = witness.weight > 0 && witness.offsets.count() == 1;
            Some(Agreed { row, offset, sure })
        };
        self.agree.iter().filter_map(agreed).collect()
    }

    /// The compared records that it does not explain, though something is known of them.
    fn unexplained(&self) -> impl Iterator<Item = (usize, &Witness)> {
        let all = self.testimony.witnesses.iter().enumerate();
        let mut agree = self.agree.iter().peekable();
        all.filter_map(move |(at, witness)| {
            if agree.next_if(|other| **other == at).is_some() {
                return None;
            }
            Some((at, witness.as_ref()?))
        })
    }
}

/// Those of the first sorted list that are not in the second.
fn only_in<'a>(first: &'a [usize], second: &'a [usize]) -> impl Iterator<Item = usize> + 'a {
    let mut rest = second.iter().peekable();
    first.iter().copied().filter(move |at| {
        while rest.next_if(|other| **other < *at).is_some() {}
        rest.peek().is_none_or(|other| **other != *at)
    })
}

/// Records found under their number, but not at the time that the clock gives them.
fn differing(best: &Judged<'_>) -> Vec<usize> {
    let numbered = best.unexplained().filter(|(_, witness)| witness.numbered);
    numbered.map(|(at, _)| at).collect()
}

fn rows_at(comparison: &Comparison<'_>, places: &[usize]) -> Vec<usize> {
    let rows = places.iter().filter_map(|at| comparison.compared.get(*at));
    rows.copied().collect()
}

/// The offsets (minutes) of records that stand at one offset alone, and another one.
fn elsewhere(best: &Judged<'_>) -> Vec<i32> {
    let alone = |witness: &&Witness| witness.weight > 0 && witness.offsets.count() == 1;
    let witnesses = best.unexplained().map(|(_, witness)| witness).filter(alone);
    let offsets = witnesses.filter_map(|witness| witness.offsets.iter().next());
    offsets
        .filter_map(|offset| i32::try_from(offset / MINUTE).ok())
        .collect()
}

/// Whether the UTC log has records wherever the best hypothesis puts those of the file. Kept records alone might agree
/// by chance where they recur; all of them do not.
fn sequence_fits(
    comparison: &Comparison<'_>,
    best: &Judged<'_>,
    days: &dyn Fn(DateOrder) -> Vec<i64>,
) -> bool {
    let mut witnesses = best.testimony.witnesses.iter().flatten();
    if witnesses.any(|witness| witness.numbered) {
        return true;
    }
    let best = best.hypothesis;
    let map = LocalMap::new(&[best.clock], &days(best.order));
    let all: Vec<usize> = (0..comparison.local.records.records.len()).collect();
    let (mut within, mut found) = (0_u64, 0_u64);
    for row in spread(&all) {
        let Some(record) = comparison.record(row) else {
            continue;
        };
        let Some((log, kind)) = comparison.log(record).zip(comparison.kind(record)) else {
            continue;
        };
        let Some((local, width)) = comparison.local_time(row, best.order) else {
            continue;
        };
        if !log.has_kind(&kind.provider, kind.id) {
            continue;
        }
        let offsets = map.piece(local).map_or(&[][..], |piece| &piece.offsets);
        let logged = offsets.iter().filter_map(|offset| {
            let second = local.div_euclid(SECOND) - i64::from(*offset);
            log.logged_at(second, width / SECOND)
        });
        if let Some(logged) = logged.reduce(|a, b| a || b) {
            within += 1;
            found += u64::from(logged);
        }
    }
    within < SEQUENCE || found * 5 >= within * 4
}
