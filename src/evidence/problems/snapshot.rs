//! What is wrong with snapshots.

use super::{Fault, Texts, capital, counted};
use crate::case::time_text::TimeFault;
use crate::evidence::model::Origin;
use crate::evidence::tally::Tally;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SnapshotFault {
    TooLarge {
        most: u64,
    },
    AssumedCodePage {
        encoding: String,
    },
    LossyText {
        encoding: String,
    },
    JsonCut {
        line: u64,
        column: u64,
        rows: u64,
    },
    JsonSyntax {
        line: u64,
        column: u64,
        what: String,
        rows: u64,
    },
    BadLines(Tally),
    OtherSchema {
        found: Vec<String>,
    },
    NoMessages(Tally),
    WrongType(Tally),
    UnknownFields(Vec<String>),
    NoHeader {
        first_line: String,
    },
    Ragged {
        cells: u64,
        places: Tally,
    },
    ExtraColumns(Vec<String>),
    Lacking {
        what: &'static str,
        snapshots: u64,
        rows: u64,
    },
    Disagreement {
        what: &'static str,
        used: String,
        used_from: Origin,
        other: String,
        other_from: Origin,
    },
    CompleteInDoubt {
        why: &'static str,
    },
    NoMessageIds,
    Time {
        column: &'static str,
        trouble: TimeTrouble,
        places: Tally,
    },
}

/// Why times could not be read, or only with a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TimeTrouble {
    NoZone,
    NoDateOrder,
    OrdersContradict,
    NotATime,
    OutOfRange,
    Ambiguous,
    Skipped,
}

impl From<TimeFault> for TimeTrouble {
    fn from(fault: TimeFault) -> Self {
        match fault {
            TimeFault::NotATime => Self::NotATime,
            TimeFault::OutOfRange => Self::OutOfRange,
            TimeFault::NoZone => Self::NoZone,
            TimeFault::NoDateOrder => Self::NoDateOrder,
        }
    }
}

const NOT_COMPLETE: &str =
    "The capture counts as incomplete: it shows what was there, but not what was not.";
const RIGHT_COLUMNS: &str = "Give the columns names on the first line, such as internet_message_id, subject, sender, size, \
     created_at (or PR_INTERNET_MESSAGE_ID, PR_SUBJECT, …).";

impl Fault for SnapshotFault {
    /// One table of texts, longer than a function should be, so that the compiler sees that none is missing.
    fn texts(&self) -> Texts {
        match self {
            Self::TooLarge { most } => Texts::new(
                format!(
                    "The file is larger than {} MiB, more than any capture of a temp table.",
                    most / (1024 * 1024)
                ),
                "It was hashed but not read.",
                "Split it into one file a capture.",
            ),
            Self::AssumedCodePage { encoding } => Texts::new(
                format!("The text is not UTF-8; it was read as {encoding}."),
                "Accented letters in subjects and names may be shown wrongly. Message ids and times are not affected.",
                "Name the code page in case.toml (code_page = 1252), or save the file as UTF-8, if the letters matter.",
            ),
            Self::LossyText { encoding } => Texts::new(
                format!("Some bytes are not valid {encoding}; they are shown as \u{fffd}."),
                "Single characters of subjects or names are lost; if the file is cut, its end is.",
                "Export the capture again if that matters.",
            ),
            Self::JsonCut { line, column, rows } => Texts::new(
                format!(
                    "The JSON ends too early (line {line}, column {column}); {} before that {} kept.",
                    counted(*rows, "message"),
                    if *rows == 1 { "was" } else { "were" }
                ),
                NOT_COMPLETE,
                "Copy the file again from where it was made.",
            ),
            Self::JsonSyntax {
                line,
                column,
                what,
                rows,
            } => Texts::new(
                format!(
                    "The JSON is broken at line {line}, column {column}: {what}. {} before that {} kept.",
                    counted(*rows, "message"),
                    if *rows == 1 { "was" } else { "were" }
                ),
                NOT_COMPLETE,
                "Correct that place, or export the capture again.",
            ),
            Self::BadLines(places) => Texts::new(
                format!(
                    "{} of the file could not be read as JSON ({}).",
                    counted(places.count, "line"),
                    places.places()
                ),
                "The captures on these lines are missing or incomplete; the other lines were read.",
                "Correct these lines, or export the captures again.",
            ),
            Self::OtherSchema { found } => Texts::new(
                format!(
                    "The schema is {}, but this version reads temp-table-snapshot/1.",
                    found.join(", ")
                ),
                "These captures are not part of the analysis.",
                "Use a version that reads this schema, or write the capture as temp-table-snapshot/1.",
            ),
            Self::NoMessages(places) => Texts::new(
                format!(
                    "{} without a list `messages` ({}).",
                    counted(places.count, "snapshot"),
                    places.places()
                ),
                "Whether the table was empty cannot be told, so the capture is not used.",
                "Add \"messages\": [] if the table was empty, else the list.",
            ),
            Self::WrongType(places) => Texts::new(
                format!(
                    "{} not what the format asks for ({}).",
                    counted(places.count, "value"),
                    places.places()
                ),
                "These values are left out; the rest of each message was read.",
                "Correct them if they matter; `analyze schema snapshot` prints the format.",
            ),
            Self::UnknownFields(names) => Texts::new(
                format!(
                    "Fields that the format does not know were passed over: {}.",
                    names.join(", ")
                ),
                "If one is a misspelt field, its values are missing from the analysis.",
                "Compare the names with `analyze schema snapshot`.",
            ),
            Self::NoHeader { first_line } => Texts::new(
                format!("The CSV has no header line; its first line is `{first_line}`."),
                "What its columns mean is not known, so no message of it is counted as seen.",
                RIGHT_COLUMNS,
            ),
            Self::Ragged { cells, places } => Texts::new(
                format!(
                    "{} not the {cells} cells of the header and could not be used ({}).",
                    if places.count == 1 {
                        "1 row has".to_owned()
                    } else {
                        format!("{} rows have", places.count)
                    },
                    places.places()
                ),
                NOT_COMPLETE,
                "Put quotes around values that hold the delimiter or line breaks, or export the capture again.",
            ),
            Self::ExtraColumns(names) => Texts::new(
                format!(
                    "Columns that the analysis does not use: {}.",
                    names.join(", ")
                ),
                "Nothing, unless one of them is a misspelt column.",
                RIGHT_COLUMNS,
            ),
            Self::Lacking {
                what,
                snapshots,
                rows,
            } => lacking(what, *snapshots, *rows),
            Self::Disagreement {
                what,
                used,
                used_from,
                other,
                other_from,
            } => Texts::new(
                format!(
                    "{} and {} disagree about the {what}: `{used}` and `{other}`. The first was used.",
                    capital(used_from.as_str()),
                    other_from.as_str()
                ),
                "If the wrong one was used, messages are counted on the wrong server, in the wrong table or at the wrong time.",
                "Correct the one that is wrong. A [[snapshot]] entry in case.toml can say it for files that cannot be changed.",
            ),
            Self::CompleteInDoubt { why } => Texts::new(
                format!("The capture calls itself complete, but {why}."),
                NOT_COMPLETE,
                "If every subfolder was captured, correct `includes_subfolders`, `folder` or the name.",
            ),
            Self::NoMessageIds => Texts::new(
                "No row has an Internet Message ID.",
                "The messages cannot be joined with events 348 or delivery logs; only their number, times and entry ids count.",
                "Add the column PR_INTERNET_MESSAGE_ID (tag 0x1035001F) to the view before exporting it; or, in MFCMAPI, export \
                 the folder as text files, which lists all properties of every message.",
            ),
            Self::Time {
                column,
                trouble,
                places,
            } => trouble.texts(column, places),
        }
    }
}

fn lacking(what: &str, snapshots: u64, rows: u64) -> Texts {
    let entry = match what {
        "time" => "captured_at = \"2006-03-14T09:30:00-05:00\"",
        "server" => "server = \"BH01\"",
        _ => "table = \"TempTable#1\"",
    };
    Texts::new(
        format!(
            "{} with {} cannot be used: the {what} is not known.",
            counted(snapshots, "snapshot"),
            counted(rows, "row")
        ),
        "Without server, table and time the messages in it prove nothing.",
        format!(
            "Name the file like BH01_TempTable#1_20060314T143000Z.csv, or add a [[snapshot]] entry to case.toml with \
             `file` and {entry}."
        ),
    )
}

impl TimeTrouble {
    fn texts(self, column: &str, places: &Tally) -> Texts {
        let (count, shown) = (counted(places.count, "time"), places.places());
        let unread = "These times are left out; where it is the time of the capture, the capture is not used.";
        match self {
            Self::NoZone => Texts::new(
                format!("{count} in `{column}` without a time zone ({shown})."),
                unread,
                "Add the zone of the server to case.toml, for example: time_zone = \"America/New_York\"",
            ),
            Self::NoDateOrder => Texts::new(
                format!(
                    "{count} in `{column}` whose order of day and month is not known ({shown})."
                ),
                unread,
                "Add the order to case.toml: date_order = \"mdy\" (American) or date_order = \"dmy\" (most others)",
            ),
            Self::OrdersContradict => Texts::new(
                format!("The days in `{column}` prove both orders of day and month in one column."),
                unread,
                "Correct the dates, best as 2006-03-14T09:30:00-05:00.",
            ),
            Self::NotATime => Texts::new(
                format!("{count} in `{column}` that cannot be read as a time ({shown})."),
                unread,
                "Write times like 2006-03-14T09:30:00-05:00.",
            ),
            Self::OutOfRange => Texts::new(
                format!("{count} in `{column}` that do not exist ({shown})."),
                unread,
                "Correct them. If day and month are swapped, set date_order in case.toml.",
            ),
            Self::Ambiguous => Texts::new(
                format!(
                    "{count} in `{column}` from the hour that clocks went through twice ({shown})."
                ),
                "Each may mean one of two instants an hour apart; both are allowed for, so bounds are an hour wider.",
                "Write the offset from UTC into the time, if it is known.",
            ),
            Self::Skipped => Texts::new(
                format!("{count} in `{column}` from the hour that clocks skipped ({shown})."),
                "The clock that wrote them was not set as time_zone says; an hour either way is allowed for.",
                "Check time_zone in case.toml, and whether that machine changed to summer time.",
            ),
        }
    }
}
