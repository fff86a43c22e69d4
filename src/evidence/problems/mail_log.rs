//! What is wrong with the logs of the mail system.

use super::{FailedRow, Fault, Texts, counted};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailFault {
    /// Lines that could not be read, of `total`.
    Lines {
        failed: u64,
        total: u64,
        first: Vec<FailedRow>,
    },
    /// A line of columns does not name what no line can do without.
    Columns { line: u64, lacks: Vec<&'static str> },
    /// Lines that were to be kept but were too many.
    LeftOut {
        kept: u64,
        left_out: u64,
        /// They are of messages that are followed, not merely of late ones.
        followed: bool,
    },
    /// Lines of more servers or more times than one log can have.
    Uncounted { lines: u64 },
    /// Neither lines nor names say which server it is from.
    NoServer,
    /// Fields are neither UTF-8 nor of a code page that the case names.
    AssumedCodePage,
    /// Its times are local, and nothing says by which clock.
    LocalTime {
        lines: u64,
        lacks_zone: bool,
        lacks_order: bool,
        file: String,
    },
    /// Times that clocks showed twice, or not at all.
    UnclearTimes { lines: u64, first: u64 },
}

const LOST: &str =
    "What these lines say of messages is missing: that a message is not found here proves nothing.";

impl Fault for MailFault {
    fn texts(&self) -> Texts {
        match self {
            Self::Lines {
                failed,
                total,
                first,
            } => lines(*failed, *total, first),
            Self::Columns { line, lacks } => Texts::new(
                format!(
                    "The line of columns (line {line}) does not name {}.",
                    lacks.join(", ")
                ),
                "The lines under it cannot be read: which message went where is lost.",
                "Compare with the original file; restore its line of columns, or log with all columns from now on.",
            ),
            Self::LeftOut {
                kept,
                left_out,
                followed,
            } => Texts::new(
                format!(
                    "Of the lines that {}, the first {kept} were kept and {left_out} left out.",
                    if *followed {
                        "name messages of this case"
                    } else {
                        "are kept for other reasons (late mail, or every message of a file looked at alone)"
                    }
                ),
                "Ends of messages behind that point of the file are missing from the analysis; counts and delays are whole.",
                "Split the case into shorter periods, or leave out logs of days that do not matter.",
            ),
            Self::Uncounted { lines } => Texts::new(
                format!(
                    "{} of more servers, or from more days, than one log can have.",
                    counted(*lines, "line")
                ),
                "They are not in the counts of mail, so that delays and amounts are incomplete.",
                "Compare with the original file: it may have been put together from many, or damaged.",
            ),
            Self::NoServer => Texts::new(
                "Nothing says which server this log is from.",
                "It is joined to no server's restarts and tables.",
                "Put the file into a folder named after the server, or add to case.toml: [[log]] with file and server.",
            ),
            Self::AssumedCodePage => Texts::new(
                "Some texts were read as windows-1252.",
                "Subjects and addresses beyond plain ASCII may be wrong.",
                "Name the code page in case.toml (code_page = 1252).",
            ),
            Self::LocalTime {
                lines,
                lacks_zone,
                lacks_order,
                file,
            } => local_time(*lines, *lacks_zone, *lacks_order, file),
            Self::UnclearTimes { lines, first } => Texts::new(
                format!(
                    "{} from an hour that clocks went through twice or skipped; the first: line {first}.",
                    counted(*lines, "line")
                ),
                "Each may mean more than one instant; all are allowed for, so bounds that rest on them are wider.",
                "Let the service log in the W3C form, whose times are in UTC.",
            ),
        }
    }
}

fn lines(failed: u64, total: u64, first: &[FailedRow]) -> Texts {
    let listed: Vec<String> = first
        .iter()
        .map(|row| format!("line {} ({}): `{}`", row.row, row.fault, row.excerpt))
        .collect();
    let amount = if failed.saturating_mul(2) >= total {
        format!("{failed} of {total} lines, half of the file or more,")
    } else {
        counted(failed, "line")
    };
    Texts::new(
        format!(
            "{amount} could not be read. The first: {}.",
            listed.join("; ")
        ),
        LOST,
        "Copy the file again from the server, in binary mode and while nothing writes to it.",
    )
}

fn local_time(lines: u64, lacks_zone: bool, lacks_order: bool, file: &str) -> Texts {
    let mut lacking = Vec::new();
    let mut entry = vec![format!("file = {}", quoted(file))];
    if lacks_zone {
        lacking.push("the zone of its clock");
        entry.push("time_zone = \"America/New_York\"".to_owned());
    }
    if lacks_order {
        lacking.push("the order of day and month in its dates");
        entry.push("date_order = \"mdy\"".to_owned());
    }
    Texts::new(
        format!(
            "Its {} in local time, and nothing tells {}.",
            if lines == 1 {
                "line is".to_owned()
            } else {
                format!("{lines} lines are")
            },
            lacking.join(" and ")
        ),
        "None of them is on the timeline: what they show is missing from the analysis.",
        format!(
            "Add to case.toml, with the zone and order of that server: [[log]] {}.",
            entry.join("; ")
        ),
    )
}

/// A path as TOML writes it.
fn quoted(path: &str) -> String {
    toml::Value::String(path.to_owned()).to_string()
}
