//! Zone and order of one file: given, or proven, or neither.

use std::collections::BTreeMap;

use chrono_tz::{TZ_VARIANTS, Tz};

use super::clock::Clock;
use super::given::{Given, Told};
use super::local_map::LocalMap;
use super::placed::Placed;
use super::proof::{self, Hypothesis, Proof};
use super::rows::{OrderProof, Rows};
use super::server_offset::OffsetProof;
use super::testimony::Comparison;
use super::utc_logs::{LocalLogs, Server, UtcLogs};
use super::words;
use crate::case::{DateOrder, Format};
use crate::evidence::ReadContext;
use crate::evidence::model::LocalRecords;
use crate::evidence::problems::{LocalFault, Undecidable};
use crate::evidence::read_all::FileReading;
use crate::evidence::tally::Tally;
use crate::time::{DAY, SECOND};

/// What becomes of the local records of one file.
#[derive(Debug, Default)]
pub struct Decision {
    /// `None`: none of them is on the timeline.
    pub placed: Option<Placed>,
    pub notes: Vec<String>,
    pub faults: Vec<LocalFault>,
}

/// Everything known in UTC that bears on local times.
pub struct Known<'a> {
    pub logs: &'a UtcLogs<'a>,
    pub offsets: &'a BTreeMap<Server, Vec<OffsetProof>>,
}

/// Decides for one file.
pub fn decide(file: &FileReading, known: &Known<'_>, context: &ReadContext<'_>) -> Decision {
    let records = &file.reading.local;
    let rows = Rows::parse(&records.records);
    let local = LocalLogs::new(records, known.logs.servers);
    let desk = Desk {
        file,
        records,
        rows: &rows,
        local: &local,
        known,
        given: Given::of(&file.path, context),
    };
    desk.decide()
}

/// One file on the desk.
struct Desk<'a> {
    file: &'a FileReading,
    records: &'a LocalRecords,
    rows: &'a Rows,
    local: &'a LocalLogs<'a>,
    known: &'a Known<'a>,
    given: Given,
}

/// How the order of day and month was learnt.
#[derive(Clone, Copy)]
enum OrderBy {
    Given(&'static str),
    /// It makes no difference.
    NotNeeded,
    /// This record can be read in no other.
    Day(usize),
    Copies,
}

impl Desk<'_> {
    fn decide(&self) -> Decision {
        let mut decision = Decision::default();
        let by_days = self.rows.order_proof();
        if let (OrderProof::Contradictory(first, second), None) = (&by_days, self.given.order) {
            decision.faults.push(LocalFault::OrdersContradict {
                records: self.records.records.len() as u64,
                first: self.shown(*first),
                second: self.shown(*second),
                file: self.file.path.clone(),
            });
            return decision;
        }
        let comparison = Comparison::new(self.file.id, self.local, self.rows, self.known.logs);
        let candidates = self.candidates(&by_days);
        let proof = proof::weigh(&comparison, &candidates, &|order| self.days(order));
        self.check_order(&by_days, &comparison, proof.as_ref(), &mut decision);
        let Some((order, order_by)) = self.order(&by_days, proof.as_ref()) else {
            let lacks_zone = self.given.zone.is_none() && proof.is_none();
            let undecidable = self.undecidable(None, lacks_zone, String::new());
            decision.faults.push(undecidable);
            return decision;
        };
        let proof = proof.filter(|proof| proof.orders().contains(&order));
        match self.given.zone {
            Some(zone) => self.by_given(zone, order, &comparison, proof.as_ref(), &mut decision),
            None => match &proof {
                Some(proof) => self.by_copies(order, &comparison, proof, &mut decision),
                None => self.by_server(order, &mut decision),
            },
        }
        if decision.placed.is_some() {
            self.note_order(order, order_by, &mut decision);
            if let Some(placed) = &decision.placed {
                decision.faults.extend(self.faults(placed, order));
            }
        }
        decision
    }

    fn candidates(&self, by_days: &OrderProof) -> Vec<DateOrder> {
        let mut orders = match by_days {
            OrderProof::Irrelevant(any) => return vec![*any],
            OrderProof::Only(only, _) => vec![*only],
            OrderProof::Open(open) => open.clone(),
            OrderProof::Contradictory(..) => Vec::new(),
        };
        let given = self.given.order.map(|told| told.value);
        orders.extend(given.filter(|given| !orders.contains(given)));
        orders
    }

    fn order(&self, by_days: &OrderProof, proof: Option<&Proof>) -> Option<(DateOrder, OrderBy)> {
        if let OrderProof::Irrelevant(any) = by_days {
            return Some((*any, OrderBy::NotNeeded));
        }
        if let Some(told) = self.given.order {
            return Some((told.value, OrderBy::Given(told.by)));
        }
        if let OrderProof::Only(only, row) = by_days {
            return Some((*only, OrderBy::Day(*row)));
        }
        match proof?.orders().as_slice() {
            [only] => Some((*only, OrderBy::Copies)),
            _ => None,
        }
    }

    /// A given order that the days or the copies of the file contradict.
    fn check_order(
        &self,
        by_days: &OrderProof,
        comparison: &Comparison<'_>,
        proof: Option<&Proof>,
        decision: &mut Decision,
    ) {
        let Some(told) = self.given.order else {
            return;
        };
        let (proven, why) = match (by_days, proof) {
            (OrderProof::Irrelevant(_), _) => return,
            (OrderProof::Only(only, row), _) if *only != told.value => {
                let (row, text) = self.shown(*row);
                (
                    *only,
                    format!("row {row} (`{text}`) can be read in no other order"),
                )
            }
            (_, Some(proof)) if !proof.orders().contains(&told.value) => {
                let order = proof.best.order;
                (order, words::copies(comparison, order, proof))
            }
            _ => return,
        };
        decision.faults.push(LocalFault::OrderContradicted {
            given: told.value,
            source: words::capital(told.by),
            proven,
            proof: why,
        });
    }

    fn by_given(
        &self,
        zone: Told<Tz>,
        order: DateOrder,
        comparison: &Comparison<'_>,
        proof: Option<&Proof>,
        decision: &mut Decision,
    ) {
        let clock = Clock::Zone(zone.value);
        let map = LocalMap::new(&[clock], &self.days(order));
        decision.notes.push(format!(
            "Its times are local: {}, by {}.",
            zone.value.name(),
            zone.by
        ));
        match proof {
            Some(proof) if proof.allows(Hypothesis { order, clock }) => {
                decision.notes.push(format!(
                    "That agrees with other evidence: {}.",
                    words::copies(comparison, order, proof)
                ));
            }
            Some(proof) => {
                let fault = self.contradiction(zone, order, comparison, proof, &map);
                decision.faults.extend(fault);
            }
            None => {}
        }
        let placed = Placed::new(self.records, self.rows, order, &map, &BTreeMap::new());
        let fixed = |proof: &Proof| {
            let left = proof.clocks(order);
            left.iter().any(|clock| matches!(clock, Clock::Fixed(_)))
        };
        if proof.is_none_or(fixed) {
            decision
                .faults
                .extend(self.current_offset(zone.value.name(), &placed));
        }
        decision.placed = Some(placed);
    }

    fn contradiction(
        &self,
        zone: Told<Tz>,
        order: DateOrder,
        comparison: &Comparison<'_>,
        proof: &Proof,
        map: &LocalMap,
    ) -> Option<LocalFault> {
        let mut places = Tally::default();
        let (mut late, mut offsets) = (None, Vec::new());
        for agreed in &proof.agree {
            let Some((local, _)) = comparison.local_time(agreed.row, order) else {
                continue;
            };
            let Some(piece) = map.piece(local) else {
                continue;
            };
            let offset = i32::try_from(agreed.offset / SECOND).unwrap_or(i32::MAX);
            if piece.offsets.contains(&offset) {
                continue;
            }
            let given = piece.offsets.first().copied().unwrap_or_default();
            late.get_or_insert(i64::from(offset) - i64::from(given));
            offsets.push(agreed.offset);
            places.add(words::pair(comparison, order, *agreed));
        }
        Some(LocalFault::ZoneContradicted {
            zone: zone.value.name().to_owned(),
            source: words::capital(zone.by),
            proven: words::offsets(&offsets),
            late: late?,
            places,
        })
    }

    fn by_copies(
        &self,
        order: DateOrder,
        comparison: &Comparison<'_>,
        proof: &Proof,
        decision: &mut Decision,
    ) {
        let map = LocalMap::new(&proof.clocks(order), &self.days(order));
        let placed = Placed::new(self.records, self.rows, order, &map, &proof.own_offsets());
        let copies = words::copies(comparison, order, proof);
        if !placed.any() {
            let because = format!("Other evidence leaves too many offsets possible: {copies}.");
            decision
                .faults
                .push(self.undecidable(Some(order), true, because));
            return;
        }
        decision
            .notes
            .push(format!("Its times are local; {copies}."));
        if proof.mixed {
            decision.notes.push(
                "No zone explains all of these records, so all offsets that they prove are allowed for.".to_owned(),
            );
        }
        decision.placed = Some(placed);
    }

    /// By what the server's own events say of its offset.
    fn by_server(&self, order: DateOrder, decision: &mut Decision) {
        let server = self.local.only_server();
        let proofs = server.and_then(|server| self.known.offsets.get(&server));
        let Some(proofs) = proofs.filter(|proofs| !proofs.is_empty()) else {
            decision
                .faults
                .push(self.undecidable(Some(order), true, String::new()));
            return;
        };
        let explains = |clock: &Clock| {
            let mut proofs = proofs.iter();
            proofs.all(|proof| clock.offset_at(proof.utc) == proof.offset * 60)
        };
        let clocks: Vec<Clock> = TZ_VARIANTS
            .iter()
            .map(|zone| Clock::Zone(*zone))
            .filter(explains)
            .collect();
        let said = words::server_offsets(proofs);
        if clocks.is_empty() {
            let because = format!("The server's own events fit no zone: {said}.");
            decision
                .faults
                .push(self.undecidable(Some(order), true, because));
            return;
        }
        let map = LocalMap::new(&clocks, &self.days(order));
        let placed = Placed::new(self.records, self.rows, order, &map, &BTreeMap::new());
        if !placed.any() {
            let because =
                format!("The server's own events fit zones that differ too much: {said}.");
            decision
                .faults
                .push(self.undecidable(Some(order), true, because));
            return;
        }
        decision.notes.push(format!(
            "Its times are local; the server's own events show its offset: {said}. That the file was saved on a \
             machine set to the server's zone is assumed."
        ));
        decision
            .faults
            .extend(self.current_offset("the server's zone", &placed));
        decision.placed = Some(placed);
    }

    /// Event Viewer of Windows 2003 shows times of both halves of the year by one offset.
    fn current_offset(&self, zone: &str, placed: &Placed) -> Option<LocalFault> {
        let crosses = placed.offsets.len() > 1 || !placed.ambiguous.is_empty();
        (self.file.format == Format::EventViewer2003 && crosses).then(|| {
            LocalFault::CurrentOffset {
                zone: zone.to_owned(),
            }
        })
    }

    fn note_order(&self, order: DateOrder, by: OrderBy, decision: &mut Decision) {
        let order = words::order(order);
        let note = match by {
            OrderBy::NotNeeded => return,
            OrderBy::Given(by) => format!("Its dates are {order}, by {by}."),
            OrderBy::Day(row) => {
                let (row, text) = self.shown(row);
                format!("Its dates are {order}: row {row} ({text}) can be read in no other order.")
            }
            OrderBy::Copies => format!(
                "Its dates are {order}: only so do its records stand at the times of their copies in UTC."
            ),
        };
        decision.notes.push(note);
    }

    fn faults(&self, placed: &Placed, order: DateOrder) -> Vec<LocalFault> {
        let mut faults = Vec::new();
        if placed.failed > 0 {
            faults.push(LocalFault::Rows {
                failed: placed.failed,
                total: self.records.records.len() as u64,
                order,
                first: placed.first_failed.clone(),
            });
        }
        if !placed.ambiguous.is_empty() {
            faults.push(LocalFault::Ambiguous {
                places: placed.ambiguous.clone(),
                settled: placed.settled,
            });
        }
        type Of = fn(Tally) -> LocalFault;
        let tallies: [(&Tally, Of); 3] = [
            (&placed.skipped, LocalFault::Skipped),
            (&placed.spread, LocalFault::Spread),
            (&placed.too_wide, LocalFault::TooWide),
        ];
        let met = tallies.into_iter().filter(|(tally, _)| !tally.is_empty());
        faults.extend(met.map(|(tally, fault)| fault(tally.clone())));
        faults
    }

    fn undecidable(
        &self,
        order: Option<DateOrder>,
        lacks_zone: bool,
        because: String,
    ) -> LocalFault {
        let (first, last) = self.ends(order);
        LocalFault::Undecidable(Undecidable {
            records: self.records.records.len() as u64,
            from: first,
            to: last,
            lacks_zone,
            lacks_order: order.is_none(),
            because,
            file: self.file.path.clone(),
        })
    }

    /// The first and the last time, as written; as they stand in the file where the order is not known.
    fn ends(&self, order: Option<DateOrder>) -> (String, String) {
        let text = |row: usize| self.shown(row).1;
        let last = self.records.records.len().saturating_sub(1);
        let by_time = order.and_then(|order| {
            let rows = (0..=last).filter_map(|row| Some((self.rows.local(row, order)?, row)));
            let (mut first, mut last) = (None, None);
            for at in rows {
                first = Some(first.map_or(at, |first: (i64, usize)| first.min(at)));
                last = Some(last.map_or(at, |last: (i64, usize)| last.max(at)));
            }
            Some((text(first?.1), text(last?.1)))
        });
        by_time.unwrap_or_else(|| (text(0), text(last)))
    }

    /// A record's row and time, for people.
    fn shown(&self, row: usize) -> (u64, String) {
        let record = self.records.records.get(row);
        record.map_or((0, String::new()), |record| {
            (record.row, record.written.to_string())
        })
    }

    /// The days of local time that have records, sorted.
    fn days(&self, order: DateOrder) -> Vec<i64> {
        let rows = 0..self.records.records.len();
        let mut days: Vec<i64> = Vec::new();
        for local in rows.filter_map(|row| self.rows.local(row, order)) {
            let day = local.div_euclid(DAY);
            // Neighbours are mostly of one day.
            if days.last() != Some(&day) {
                days.push(day);
            }
        }
        days.sort_unstable();
        days.dedup();
        days
    }
}
