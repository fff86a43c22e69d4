//! Parts of captures put together into snapshots, once every file has been read.
//!
//! An export of a temp table is a tree of folders, each with a table of its messages, its own properties and a file for
//! every message. Which parts belong together, the folders say ([`tree`]); which rows are one message, their keys
//! ([`join`]); whether anything is missing, the numbers that the folders give ([`whole`]).

mod aside;
mod group;
mod join;
mod sanitize;
#[cfg(test)]
mod tests;
mod told;
mod tree;
mod whole;

use super::ReadContext;
use super::model::TablePart;
use super::read_all::FileReading;
use group::Group;

/// One part and where it is from.
struct Held {
    /// Index of the file's reading.
    reading: usize,
    path: String,
    part: TablePart,
}

impl Held {
    /// The folder of its file, without `/` at its end.
    fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// Makes snapshots of the parts that the readings hold. A snapshot sits in the reading of one of its files, the first
/// by path.
pub fn settle(readings: &mut [FileReading], context: &ReadContext<'_>) {
    let mut held = Vec::new();
    for (index, file) in readings.iter_mut().enumerate() {
        let parts = std::mem::take(&mut file.reading.parts);
        held.extend(parts.into_iter().map(|part| Held {
            reading: index,
            path: file.path.clone(),
            part,
        }));
    }
    if held.is_empty() {
        return;
    }
    held.sort_by(|a, b| a.path.cmp(&b.path));
    let (servers, parts): (Vec<Held>, Vec<Held>) = held
        .into_iter()
        .partition(|held| matches!(held.part, TablePart::Server(_)));
    for (root, members) in tree::groups(parts, context.config) {
        Group::new(root, members).settle(&servers, readings, context);
    }
}
