//! The times of one file as written, and what they prove about the order of day and month.

use crate::case::DateOrder;
use crate::case::time_text::WrittenTime;
use crate::evidence::model::LocalRecord;

/// Every order of day, month and year, in the order in which they are tried.
pub const ORDERS: [DateOrder; 3] = [DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd];

/// The times of the records of one file, each taken apart once.
pub struct Rows {
    /// As long as the records; `None` where the text is no time.
    pub times: Vec<Option<WrittenTime>>,
}

/// What the dates of a file prove about their order, each proof with the index of the record that gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderProof {
    /// It makes no difference; this one will do.
    Irrelevant(DateOrder),
    /// One alone can read all the dates; the record is one that its rivals cannot read.
    Only(DateOrder, usize),
    /// Several can read them all.
    Open(Vec<DateOrder>),
    /// None can read them all: these two cannot be read by one order.
    Contradictory(usize, usize),
}

impl Rows {
    pub fn parse(records: &[LocalRecord]) -> Self {
        let times = records
            .iter()
            .map(|record| WrittenTime::parse(&record.written).ok());
        Self {
            times: times.collect(),
        }
    }

    /// What the clock showed at that record, in microseconds since 1970 of its own zone.
    pub fn local(&self, row: usize, order: DateOrder) -> Option<i64> {
        let time = self.times.get(row)?.as_ref()?;
        let local = time.local(Some(order)).ok()?;
        Some(local.and_utc().timestamp_micros())
    }

    /// The orders that can read every date that any order can read.
    pub fn order_proof(&self) -> OrderProof {
        let mut open = ORDERS.to_vec();
        // By which record each order was ruled out.
        let mut ruled_out: Vec<(DateOrder, usize)> = Vec::new();
        let mut differ = false;
        for (row, time) in self.times.iter().enumerate() {
            let Some(time) = time.as_ref().filter(|time| time.needs_order()) else {
                continue;
            };
            let read = ORDERS.map(|order| time.local(Some(order)).ok());
            if read.iter().all(Option::is_none) {
                continue;
            }
            for (order, read) in ORDERS.iter().zip(read) {
                if read.is_none() && open.contains(order) {
                    open.retain(|other| other != order);
                    ruled_out.push((*order, row));
                }
            }
            let mut readings = ORDERS
                .iter()
                .zip(read)
                .filter(|(order, _)| open.contains(order))
                .map(|(_, read)| read);
            let first = readings.next();
            differ |= readings.any(|read| Some(read) != first);
            if open.is_empty() {
                break;
            }
        }
        let by = |order: DateOrder| {
            let found = ruled_out.iter().find(|(other, _)| *other == order);
            found.map_or(0, |(_, row)| *row)
        };
        match open.as_slice() {
            [] => OrderProof::Contradictory(by(DateOrder::Dmy), by(DateOrder::Mdy)),
            [only @ DateOrder::Dmy] => OrderProof::Only(*only, by(DateOrder::Mdy)),
            [only] => OrderProof::Only(*only, by(DateOrder::Dmy)),
            [any, ..] if !differ => OrderProof::Irrelevant(*any),
            _ => OrderProof::Open(open),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof(texts: &[&str]) -> OrderProof {
        let records: Vec<LocalRecord> = (1..)
            .zip(texts)
            .map(|(row, text)| LocalRecord {
                row,
                written: Box::from(*text),
                record_id: None,
                kind: 0,
                event: None,
            })
            .collect();
        Rows::parse(&records).order_proof()
    }

    #[test]
    fn a_day_above_twelve_rules_orders_out() {
        assert_eq!(
            proof(&["3/4/2006 9:30", "3/14/2006 9:30"]),
            OrderProof::Only(DateOrder::Mdy, 1)
        );
        assert_eq!(
            proof(&["14.03.2006 9:30", "03.04.2006 9:30"]),
            OrderProof::Only(DateOrder::Dmy, 0)
        );
        assert_eq!(
            proof(&["3/14/2006 9:30", "nothing", "14/3/2006 9:30"]),
            OrderProof::Contradictory(0, 2)
        );
        assert_eq!(
            proof(&["3/4/2006 9:30", "40/40/2006 9:30"]),
            OrderProof::Open(vec![DateOrder::Dmy, DateOrder::Mdy])
        );
    }

    #[test]
    fn years_of_two_digits_may_stand_first() {
        assert_eq!(
            proof(&["14/03/06 9:30"]),
            OrderProof::Open(vec![DateOrder::Dmy, DateOrder::Ymd])
        );
        assert_eq!(
            proof(&["14/03/06 9:30", "1/04/06 9:30"]),
            OrderProof::Only(DateOrder::Dmy, 0)
        );
        assert_eq!(
            proof(&["06/03/14 9:30", "06/04/12 9:30"]),
            OrderProof::Open(ORDERS.to_vec())
        );
    }

    #[test]
    fn an_order_that_changes_nothing_is_not_needed() {
        assert_eq!(
            proof(&["2006-03-14 9:30"]),
            OrderProof::Irrelevant(DateOrder::Dmy)
        );
        assert_eq!(
            proof(&["3/3/2006 9:30", "04.04.2006 9:30"]),
            OrderProof::Irrelevant(DateOrder::Dmy)
        );
        assert_eq!(proof(&[]), OrderProof::Irrelevant(DateOrder::Dmy));
    }
}
