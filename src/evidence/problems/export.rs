//! What is wrong with exports of event logs.

use std::fmt;

use super::{Fault, Texts, counted};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportFault {
    TooLarge {
        most: u64,
    },
    AssumedCodePage {
        encoding: String,
    },
    LossyText {
        encoding: String,
    },
    /// Rows that could not be read as records, of `total`.
    Rows {
        failed: u64,
        total: u64,
        first: Vec<FailedRow>,
    },
    /// The file ends inside a record.
    Cut {
        at: String,
    },
    /// The markup breaks off or contradicts itself there; what stands before was used.
    Malformed {
        at: String,
        what: String,
    },
    /// Neither records nor names say which server it is from.
    NoServer,
    /// Neither records nor names say which log it is.
    NoLog,
    /// Its columns do not name the sources of the events.
    NoSource,
    /// Insertion strings were lost when it was saved, and it has no message text either.
    NoStrings,
}

/// A row that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedRow {
    /// Counted from 1.
    pub row: u64,
    pub fault: RowFault,
    /// Its beginning.
    pub excerpt: String,
}

/// Why a row could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowFault {
    NoTime,
    BadTime(String),
    NoId,
    BadId(String),
    NoSource,
    /// Fewer or more fields than the form has.
    Fields {
        found: usize,
        expected: usize,
    },
    Other(String),
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTime => write!(f, "it has no time"),
            Self::BadTime(text) => write!(f, "`{text}` is no time"),
            Self::NoId => write!(f, "it has no event id"),
            Self::BadId(text) => write!(f, "`{text}` is no event id"),
            Self::NoSource => write!(f, "it has no source"),
            Self::Fields { found, expected } => {
                write!(f, "it has {found} fields instead of {expected}")
            }
            Self::Other(what) => write!(f, "{what}"),
        }
    }
}

const LOST: &str = "Events may be missing here: absence of an event in this file proves nothing.";
const AGAIN: &str =
    "Export the log again, or better save the log itself (.evt or .evtx) and add it to the case.";

impl Fault for ExportFault {
    fn texts(&self) -> Texts {
        match self {
            Self::TooLarge { most } => Texts::new(
                format!(
                    "The file is larger than {} MiB and was not read.",
                    most >> 20
                ),
                "Its events are not part of the analysis.",
                "Save the log itself (.evt or .evtx), which may be of any size, or export a shorter period.",
            ),
            Self::AssumedCodePage { encoding } => Texts::new(
                format!("The text was read as {encoding}."),
                "Names and message texts beyond plain ASCII may be wrong.",
                "Name the code page in case.toml (code_page = 1252), or save the export as Unicode.",
            ),
            Self::LossyText { encoding } => Texts::new(
                format!("Some bytes are no {encoding} text and are shown as U+FFFD."),
                "Names and message texts may be damaged where they stand.",
                "Compare with the original file; copy it in binary mode.",
            ),
            Self::Rows {
                failed,
                total,
                first,
            } => rows(*failed, *total, first),
            Self::Cut { at } => Texts::new(
                format!("The file ends inside a record ({at})."),
                LOST,
                AGAIN,
            ),
            Self::Malformed { at, what } => Texts::new(
                format!("The file cannot be read on from {at}: {what}."),
                LOST,
                AGAIN,
            ),
            Self::NoServer => Texts::new(
                "Nothing says which server these events are from.",
                "They stand on the timeline without being joined to any server's restarts and tables.",
                "Put the file into a folder named after the server, or add to case.toml: [[log]] with file and server.",
            ),
            Self::NoLog => Texts::new(
                "Nothing says which log these events are from.",
                "Coverage of the server's logs cannot count them.",
                "Name the file after its log (System.csv), or add to case.toml: [[log]] with file and log.",
            ),
            Self::NoSource => Texts::new(
                "Its rows do not name the source of an event.",
                "An event is known by its source and its number: by the number alone none can be told from another's.",
                "Export the log again with the source (ProviderName or Source), or better save the log itself.",
            ),
            Self::NoStrings => Texts::new(
                "Neither message texts nor insertion strings were saved.",
                "Which message a scan failure names, and which service stopped, is lost.",
                AGAIN,
            ),
        }
    }
}

fn rows(failed: u64, total: u64, first: &[FailedRow]) -> Texts {
    let listed: Vec<String> = first
        .iter()
        .map(|row| format!("row {} ({}): `{}`", row.row, row.fault, row.excerpt))
        .collect();
    let amount = if failed * 2 >= total {
        format!("{failed} of {total} rows, half of the file or more,")
    } else {
        counted(failed, "row")
    };
    Texts::new(
        format!(
            "{amount} could not be read as events. The first: {}.",
            listed.join("; ")
        ),
        LOST,
        AGAIN,
    )
}
