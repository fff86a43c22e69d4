//! Snapshots of temp tables in the project's own format, `temp-table-snapshot/1`, as JSON and as CSV.
//!
//! [`json`] and [`csv`] turn a file into [`RawSnapshot`]s: texts, as they stand there. [`assemble`] makes
//! snapshots of them: times, and server, table and time by the order of trust ([`place`]).

mod assemble;
mod csv;
mod draft;
mod json;
mod json_fields;
pub(super) mod place;
pub(super) mod times;

pub use csv::CsvReader;
pub use json::JsonReader;

use super::model::{Problem, Reading};
use super::problems::{SnapshotFault, Trouble};
use super::stream::EvidenceStream;
use super::text;
use crate::case::encoding::CodePage;

/// A snapshot as its file has it, before anything is interpreted.
#[derive(Debug, Default)]
struct RawSnapshot {
    /// Number of the first row; where there is none, of the row that would have come.
    first_record: u64,
    server: Option<String>,
    table: Option<String>,
    virtual_server: Option<u32>,
    captured_at: Option<String>,
    tool: Option<String>,
    complete: Option<bool>,
    /// The subfolder of the table that was captured; empty for the table itself.
    folder: Option<String>,
    includes_subfolders: Option<bool>,
    /// Rows are known to be missing: the file is cut, or some could not be read.
    has_gaps: bool,
    rows: Vec<RawRow>,
}

impl RawSnapshot {
    fn stated(&self) -> place::Stated<'_> {
        place::Stated {
            server: self.server.as_deref(),
            table: self.table.as_deref(),
            virtual_server: self.virtual_server,
            captured_at: self.captured_at.as_deref(),
        }
    }
}

/// One message, its times still text.
#[derive(Debug, Default)]
struct RawRow {
    record: u64,
    entry_id: Option<String>,
    record_key: Option<String>,
    message_id: Option<String>,
    subject: Option<String>,
    sender: Option<String>,
    recipients: Vec<String>,
    size: Option<u64>,
    message_class: Option<String>,
    submitted_at: Option<String>,
    delivered_at: Option<String>,
    created_at: Option<String>,
    modified_at: Option<String>,
}

/// What one file held.
#[derive(Debug, Default)]
struct RawFile {
    snapshots: Vec<RawSnapshot>,
    faults: Vec<SnapshotFault>,
    /// Rows met, used or not.
    records: u64,
    /// Rows or documents that could not be used.
    damaged: u64,
}

/// Larger than any real capture (a million messages take a few hundred MB); read whole, so memory is bounded.
const MOST_BYTES: usize = 512 * 1024 * 1024;

/// The file's text, with what has to be said about its encoding; `None` when it is too large.
fn read_text(
    stream: &mut EvidenceStream<'_>,
    code_page: Option<CodePage>,
    faults: &mut Vec<SnapshotFault>,
) -> Option<String> {
    let Some(read) = text::read(stream, code_page, MOST_BYTES) else {
        faults.push(SnapshotFault::TooLarge {
            most: MOST_BYTES as u64,
        });
        return None;
    };
    let encoding = read.encoding.describe();
    if read.encoding.is_guess() {
        faults.push(SnapshotFault::AssumedCodePage { encoding });
    } else if read.lossy {
        faults.push(SnapshotFault::LossyText { encoding });
    }
    Some(read.text)
}

/// `a; b;c` as MAPI shows recipients, taken apart.
fn split_recipients(text: &str) -> Vec<String> {
    text.split(';')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A text that says something, without the blanks around it.
fn some_text(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn add_problems(reading: &mut Reading, path: &str, faults: Vec<SnapshotFault>) {
    reading.problems.extend(
        faults
            .into_iter()
            .map(|fault| Problem::from(Trouble::new(path, fault))),
    );
}

#[cfg(test)]
mod tests;
