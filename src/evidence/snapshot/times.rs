//! The times of one file: one column, one habit of writing.

use std::collections::BTreeMap;

use super::RawSnapshot;
use crate::case::DateOrder;
use crate::case::time_text::{self, LocalRules, Oddity};
use crate::evidence::problems::{SnapshotFault, TimeTrouble};
use crate::evidence::tally::Tally;
use crate::time::Stamp;

/// A column that holds times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TimeColumn {
    Captured,
    Submitted,
    Delivered,
    Created,
    Modified,
}

impl TimeColumn {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Captured => "captured_at",
            Self::Submitted => "submitted_at",
            Self::Delivered => "delivered_at",
            Self::Created => "created_at",
            Self::Modified => "modified_at",
        }
    }
}

/// Reads the times of one file and remembers what could not be read.
pub struct Times {
    rules: LocalRules,
    /// Orders that a day above 12 proves, by column.
    proven: BTreeMap<TimeColumn, DateOrder>,
    troubles: BTreeMap<(TimeColumn, TimeTrouble), Tally>,
}

impl Times {
    /// For times in the names of files and folders, which prove no order of day and month.
    pub fn of_names(rules: LocalRules) -> Self {
        Self {
            rules,
            proven: BTreeMap::new(),
            troubles: BTreeMap::new(),
        }
    }

    /// Looks through the file for proofs of the order of day and month, unless the case gives it.
    pub(super) fn new(rules: LocalRules, snapshots: &[RawSnapshot]) -> Self {
        let mut times = Self::of_names(rules);
        if rules.order.is_none() {
            times.prove(snapshots);
        }
        times
    }

    fn prove(&mut self, snapshots: &[RawSnapshot]) {
        let mut seen: BTreeMap<TimeColumn, (Option<DateOrder>, bool)> = BTreeMap::new();
        let mut look = |column: TimeColumn, text: &Option<String>| {
            let Some(order) = text.as_deref().and_then(time_text::proven_order) else {
                return;
            };
            let (first, contradicted) = seen.entry(column).or_default();
            *contradicted |= first.is_some_and(|first| first != order);
            first.get_or_insert(order);
        };
        for snapshot in snapshots {
            look(TimeColumn::Captured, &snapshot.captured_at);
            for row in &snapshot.rows {
                look(TimeColumn::Submitted, &row.submitted_at);
                look(TimeColumn::Delivered, &row.delivered_at);
                look(TimeColumn::Created, &row.created_at);
                look(TimeColumn::Modified, &row.modified_at);
            }
        }
        for (column, (order, contradicted)) in seen {
            match order {
                Some(_) if contradicted => {
                    self.note(column, TimeTrouble::OrdersContradict, "the column")
                }
                Some(order) => drop(self.proven.insert(column, order)),
                None => {}
            }
        }
    }

    /// One time of one row; `None` when it cannot be read, which is noted.
    pub fn read(
        &mut self,
        column: TimeColumn,
        text: Option<&str>,
        place: impl Fn() -> String,
    ) -> Option<Stamp> {
        let text = text?;
        let order = self
            .rules
            .order
            .or_else(|| self.proven.get(&column).copied());
        match time_text::read(
            text,
            LocalRules {
                order,
                ..self.rules
            },
        ) {
            Ok(time) => {
                if let Some(oddity) = time.oddity {
                    let trouble = match oddity {
                        Oddity::Ambiguous => TimeTrouble::Ambiguous,
                        Oddity::Skipped => TimeTrouble::Skipped,
                    };
                    self.note(column, trouble, &format!("{}: {text}", place()));
                }
                Some(time.stamp)
            }
            Err(fault) => {
                self.note(column, fault.into(), &format!("{}: {text}", place()));
                None
            }
        }
    }

    fn note(&mut self, column: TimeColumn, trouble: TimeTrouble, place: &str) {
        self.troubles
            .entry((column, trouble))
            .or_default()
            .add(place);
    }

    /// What could not be read, by column and reason; and the orders that had to be proved.
    pub fn into_faults(self) -> Vec<SnapshotFault> {
        self.troubles
            .into_iter()
            .map(|((column, trouble), places)| SnapshotFault::Time {
                column: column.as_str(),
                trouble,
                places,
            })
            .collect()
    }
}
