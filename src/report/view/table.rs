//! A plain table: heads, rows of short cells, and what was left out.

use super::links::Link;
use crate::report::format;

/// A table under a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub caption: String,
    pub heads: Vec<&'static str>,
    pub rows: Vec<Vec<Cell>>,
    /// How many rows are left out, and where they are.
    pub note: Option<String>,
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub links: Vec<Link>,
    /// Set to the right, figures of equal width.
    pub number: bool,
}

impl Cell {
    pub fn text(text: String) -> Self {
        Self {
            links: vec![Link::plain(text)],
            number: false,
        }
    }

    pub fn number(text: String) -> Self {
        Self {
            links: vec![Link::plain(text)],
            number: true,
        }
    }

    pub fn count(value: u64) -> Self {
        Self::number(format::count(value))
    }

    pub fn links(links: Vec<Link>) -> Self {
        Self {
            links,
            number: false,
        }
    }
}

impl Table {
    pub fn new(caption: String, heads: &[&'static str]) -> Self {
        Self {
            caption,
            heads: heads.to_vec(),
            rows: Vec::new(),
            note: None,
        }
    }

    pub fn push(&mut self, row: Vec<Cell>) {
        self.rows.push(row);
    }

    /// Keeps the first `most` rows and says where the rest is.
    pub fn limit(&mut self, most: usize, rest: &str) {
        if self.rows.len() > most {
            let total = format::count(self.rows.len() as u64);
            self.note = Some(format!(
                "The first {} of {total} rows; {rest}.",
                format::count(most as u64)
            ));
            self.rows.truncate(most);
        }
    }
}
