//! Which rows are one message, and what all parts together say of it.

use std::collections::HashMap;

use crate::evidence::model::{PartRow, SnapshotRow};

/// The rows of one capture, each message once.
#[derive(Default)]
pub struct Joined {
    pub rows: Vec<PartRow>,
    /// Where the row with this name stands: kind of name, and name.
    by_name: HashMap<(Kind, String), usize>,
}

/// Names of rows, the strongest first. A search key is shared by copies, so it names a row only beside others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    RecordKey,
    EntryId,
    SearchKey,
}

fn names(part: &PartRow) -> [(Kind, Option<&String>); 3] {
    [
        (Kind::RecordKey, part.row.record_key.as_ref()),
        (Kind::EntryId, part.row.entry_id.as_ref()),
        (Kind::SearchKey, part.search_key.as_ref()),
    ]
}

/// Whether a row bears any name.
pub fn has_name(part: &PartRow) -> bool {
    names(part).into_iter().any(|(_, name)| name.is_some())
}

/// Whether a row shows anything by which a person would know the message.
pub fn shows_something(part: &PartRow) -> bool {
    let row = &part.row;
    row.subject.is_some() || row.submitted_at.is_some() || row.delivered_at.is_some()
}

impl Joined {
    /// Adds a row of a table, or what it says to the row that is the same message.
    pub fn add(&mut self, part: PartRow) {
        match self.find(&part) {
            Some(at) => self.merge(at, part, false),
            None => self.push(part),
        }
    }

    /// Adds a message from a file of its own, which knows more of it than any table. It may bear no key but the one in
    /// the name of that file: what a `.msg` holds is a copy, and keys stay with the original.
    pub fn add_message(&mut self, part: PartRow, key: Option<String>) {
        let by_key = key.and_then(|key| {
            let kinds = [Kind::RecordKey, Kind::SearchKey].into_iter();
            kinds
                .map(|kind| (kind, key.clone()))
                .find_map(|name| self.by_name.get(&name).copied())
        });
        let found = by_key.filter(|at| self.may_be_same(*at, &part));
        match found.or_else(|| self.find(&part)) {
            Some(at) => self.merge(at, part, true),
            None => self.push(part),
        }
    }

    /// Adds a row of a second look at the same table, which may bear no key at all: then what it shows decides, if only
    /// one row shows the same.
    pub fn add_alike(&mut self, part: PartRow) {
        let nameless = !has_name(&part);
        let alike: Vec<usize> = self
            .rows
            .iter()
            .zip(0..)
            .filter(|(row, _)| nameless && looks_like(&row.row, &part.row))
            .map(|(_, at)| at)
            .take(2)
            .collect();
        match alike.as_slice() {
            [at] => self.merge(*at, part, false),
            _ => self.add(part),
        }
    }

    fn find(&self, part: &PartRow) -> Option<usize> {
        names(part).into_iter().find_map(|(kind, name)| {
            let at = self.by_name.get(&(kind, name?.clone())).copied()?;
            self.may_be_same(at, part).then_some(at)
        })
    }

    /// The strongest name that both bear must be the same.
    fn may_be_same(&self, at: usize, part: &PartRow) -> bool {
        let Some(row) = self.rows.get(at) else {
            return false;
        };
        let pairs = names(row).into_iter().zip(names(part));
        let both = pairs.filter_map(|((_, a), (_, b))| Some(a? == b?)).next();
        both.unwrap_or(true)
    }

    fn push(&mut self, part: PartRow) {
        let at = self.rows.len();
        self.index(at, &part);
        self.rows.push(part);
    }

    fn index(&mut self, at: usize, part: &PartRow) {
        for (kind, name) in names(part) {
            if let Some(name) = name {
                self.by_name.entry((kind, name.clone())).or_insert(at);
            }
        }
    }

    /// `leads`: where both say something, the new part is right.
    fn merge(&mut self, at: usize, part: PartRow, leads: bool) {
        self.index(at, &part);
        let Some(row) = self.rows.get_mut(at) else {
            return;
        };
        if leads {
            let known = std::mem::replace(row, part);
            complete(row, known);
        } else {
            complete(row, part);
        }
    }
}

/// Class, subject and times are the same, as far as both say them; and both say a subject or a time.
fn looks_like(a: &SnapshotRow, b: &SnapshotRow) -> bool {
    fn agree<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> Option<bool> {
        Some(a? == b?)
    }
    let compared = [
        agree(a.subject.as_ref(), b.subject.as_ref()),
        agree(a.submitted_at.as_ref(), b.submitted_at.as_ref()),
        agree(a.delivered_at.as_ref(), b.delivered_at.as_ref()),
        agree(a.message_class.as_ref(), b.message_class.as_ref()).filter(|same| !same),
        agree(a.message_id.as_ref(), b.message_id.as_ref()),
    ];
    compared.contains(&Some(true)) && !compared.contains(&Some(false))
}

/// Takes over what the other part knows and this one does not.
fn complete(row: &mut PartRow, other: PartRow) {
    let (mine, theirs) = (&mut row.row, other.row);
    macro_rules! fill {
        ($($field:ident),*) => {
            $(if mine.$field.is_none() { mine.$field = theirs.$field; })*
        };
    }
    fill!(
        record_key,
        entry_id,
        message_id,
        subject,
        sender,
        size,
        message_class,
        submitted_at,
        delivered_at,
        created_at,
        modified_at
    );
    if mine.recipients.is_empty() {
        mine.recipients = theirs.recipients;
    }
    row.search_key = row.search_key.take().or(other.search_key);
    row.associated |= other.associated;
    row.has_gaps |= other.has_gaps;
}
