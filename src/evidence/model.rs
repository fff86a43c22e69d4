//! What the readers give: plain data, the same whatever the format it came in.

mod counts;
mod mail;
mod settings;
mod table_part;

use std::fmt;
use std::sync::Arc;

use crate::time::{Stamp, Timestamp};

pub use counts::{CounterSeries, FolderListing};
pub use mail::{
    CELL, Cell, Dialect, MailLog, MailReading, MailRecord, MailSpan, MailWords, Meaning,
    ServiceStart, Step, Traffic,
};
pub use settings::{RegistryExport, RegistryValue};
pub use table_part::{FolderPart, Listing, ListingKind, PartRow, ServerPart, Subfolder, TablePart};

/// Number of an evidence file in its case, counted from 1 in the order of the sorted paths; shown as `E3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "E{}", self.0)
    }
}

/// One record (or row, or byte offset) of one evidence file; shown as `E3#4711`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Citation {
    pub file: FileId,
    pub record: u64,
}

impl fmt::Display for Citation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.file, self.record)
    }
}

/// One record of a Windows event log, however it was exported.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub cite: Citation,
    /// When it was logged (`.evt`: generated), by the server's own clock.
    pub time: Stamp,
    /// When the log service wrote it down, where the form keeps that apart.
    pub written: Option<Timestamp>,
    /// The computer that the record names, spelt as there.
    pub computer: Arc<str>,
    /// The log: `Application`, `System`, `Security`, …
    pub channel: Arc<str>,
    /// The event source.
    pub provider: Arc<str>,
    /// Low 16 bits of the event identifier.
    pub id: u16,
    /// High 16 bits of the identifier, where the format keeps them.
    pub qualifiers: Option<u16>,
    pub level: Level,
    /// Category of a classic event, task of a later one, by its number.
    pub category: Option<u16>,
    /// Number of the record in its log, where the form says it.
    pub record_id: Option<u64>,
    /// Insertion strings, in order, empty ones kept. Named data of later events: the values in order.
    pub strings: Vec<String>,
    /// Names of the strings, where the event names them; then as long as `strings`.
    pub names: Vec<String>,
    /// Who caused it (a SID or an account name), where the record says.
    pub user: Option<String>,
    /// The message as rendered text, where the export has it.
    pub text: Option<String>,
    /// Carved from slack space: nobody knows whether it was overwritten or deleted on purpose.
    pub recovered: bool,
}

/// The only name of an event whose only string holds all insertion strings, joined by blanks by the tool that wrote
/// them: no string to be compared with another. The profile tells them apart where it knows the event.
pub const JOINED_STRINGS: &str = "(strings joined by blanks)";

/// Severity of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Critical,
    Error,
    Warning,
    Information,
    Verbose,
    /// Level 0: audits, and events that set none.
    Always,
}

impl Level {
    /// From the number that EVTX keeps (winmeta.h: 1 critical … 5 verbose).
    pub fn from_number(number: u8) -> Self {
        match number {
            1 => Self::Critical,
            2 => Self::Error,
            3 => Self::Warning,
            4 => Self::Information,
            5 => Self::Verbose,
            _ => Self::Always,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "Critical",
            Self::Error => "Error",
            Self::Warning => "Warning",
            Self::Information => "Information",
            Self::Verbose => "Verbose",
            Self::Always => "",
        }
    }
}

/// Records of an export in local time: on no timeline until zone and order of day and month are known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LocalRecords {
    pub kinds: Vec<RecordKind>,
    /// In the order of the file.
    pub records: Vec<LocalRecord>,
}

/// Who logged what, where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordKind {
    pub computer: Arc<str>,
    /// Empty where neither file nor names say which log it is.
    pub channel: Arc<str>,
    pub provider: Arc<str>,
    /// Low 16 bits of the event identifier.
    pub id: u16,
}

/// One record whose time is not yet known.
#[derive(Clone, Debug, PartialEq)]
pub struct LocalRecord {
    /// The record's row in its file, counted from 1.
    pub row: u64,
    /// The time as the file writes it.
    pub written: Box<str>,
    pub record_id: Option<u64>,
    /// Index in [`LocalRecords::kinds`].
    pub kind: u32,
    /// Kept whole; its own `time` means nothing yet.
    pub event: Option<Box<Event>>,
}

/// Which records of one log one file holds, and what kinds they are of: the ground of coverage.
#[derive(Clone, Debug)]
pub struct LogSpan {
    pub computer: Arc<str>,
    pub channel: Arc<str>,
    /// Record number and time of every numbered record, in the order of the file.
    pub records: Vec<(u64, Timestamp)>,
    /// Times of the records of a form without record numbers, in the order of the file.
    pub unnumbered: Vec<Timestamp>,
    /// Records by provider and event id, sorted.
    pub kinds: Vec<(Arc<str>, u16, u64)>,
}

/// The contents of one place at one instant; without rows it is an empty place, seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// The file, and the first row or the byte offset of the snapshot in it.
    pub cite: Citation,
    pub server: Attributed<String>,
    /// The table's name alone: `TempTable#1`.
    pub table: Attributed<String>,
    pub virtual_server: Option<u32>,
    pub captured_at: Attributed<Stamp>,
    /// Every message of the table is listed: only then is a missing one an absence.
    pub complete: bool,
    pub tool: Option<String>,
    pub rows: Vec<SnapshotRow>,
}

impl Snapshot {
    /// Where one of its rows stands.
    pub fn cite_of(&self, row: &SnapshotRow) -> Citation {
        Citation {
            file: row.file.unwrap_or(self.cite.file),
            record: row.record,
        }
    }
}

/// One message as a snapshot lists it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SnapshotRow {
    /// The row's number in its file, counted from 1.
    pub record: u64,
    /// The file, where it is not that of the snapshot: an export of MFCMAPI has a file for every message.
    pub file: Option<FileId>,
    pub entry_id: Option<String>,
    pub record_key: Option<String>,
    /// PR_INTERNET_MESSAGE_ID as spelt, with its brackets if it has them.
    pub message_id: Option<String>,
    pub subject: Option<String>,
    pub sender: Option<String>,
    pub recipients: Vec<String>,
    /// Bytes.
    pub size: Option<u64>,
    pub message_class: Option<String>,
    pub submitted_at: Option<Stamp>,
    pub delivered_at: Option<Stamp>,
    pub created_at: Option<Stamp>,
    pub modified_at: Option<Stamp>,
}

/// A value with where it was learnt.
#[derive(Clone, Debug, PartialEq)]
pub struct Attributed<T> {
    pub value: T,
    pub from: Origin,
}

/// Where a snapshot's server, table or time was learnt, in the order of trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    Document,
    CaseToml,
    FileNamePattern,
    FolderName,
    FileName,
}

impl Origin {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Document => "the document",
            Self::CaseToml => "case.toml",
            Self::FileNamePattern => "the file's name",
            Self::FolderName => "the folder's name",
            Self::FileName => "the file's name",
        }
    }
}

/// Something that went wrong or is missing, in words that a reader can act on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file or record: a path, `E3` or `E3#4711`; empty when it is the case as a whole.
    pub evidence: String,
    pub what: String,
    pub why_it_matters: String,
    pub what_to_do: String,
}

/// What one evidence file gave.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Events to keep, in the order of the file.
    pub events: Vec<Event>,
    pub spans: Vec<LogSpan>,
    pub snapshots: Vec<Snapshot>,
    /// Parts of captures, until [`crate::evidence::settle_captures`] has made snapshots of them.
    pub parts: Vec<TablePart>,
    pub mail: MailReading,
    pub registry: Vec<RegistryExport>,
    pub listings: Vec<FolderListing>,
    pub counters: Vec<CounterSeries>,
    /// Records in local time, until [`crate::evidence::settle_local_times`] has moved them to `events` and `spans`.
    pub local: LocalRecords,
    pub problems: Vec<Problem>,
    /// How the file was understood, in sentences: `Its times are local; …`.
    pub notes: Vec<String>,
    /// Records or rows read.
    pub records: u64,
    /// Records carved from slack space.
    pub recovered: u64,
    /// Records, chunks or rows that could not be read.
    pub damaged: u64,
}
