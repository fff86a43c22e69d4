//! What is wrong with captures that are put together from several files.

use super::local_time::toml_string;
use super::{Fault, Texts, counted};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaptureFault {
    /// Server, table or time is not known.
    Unplaced {
        rows: u64,
        /// `server`, `table`, `time`.
        lacking: Vec<&'static str>,
        /// The file or folder that a `[[snapshot]]` entry should name.
        path: String,
        server: Option<String>,
        table: Option<String>,
        /// As `case.toml` would have it.
        time: Option<String>,
    },
    /// It may not list every message.
    Incomplete { table: String, why: Vec<String> },
    /// A folder's own number of messages is not that of its rows.
    CountDiffers {
        folder: String,
        whose: &'static str,
        said: u64,
        rows: u64,
    },
}

impl CaptureFault {
    /// Whether rows are missing, rather than too many.
    pub fn is_loss(&self) -> bool {
        matches!(self, Self::CountDiffers { said, rows, .. } if said > rows)
    }
}

impl Fault for CaptureFault {
    fn texts(&self) -> Texts {
        match self {
            Self::Unplaced {
                rows,
                lacking,
                path,
                server,
                table,
                time,
            } => {
                let entry = entry(path, [server, table, time]);
                Texts::new(
                    format!(
                        "This capture of {} cannot be used: its {} not known.",
                        counted(*rows, "message"),
                        match lacking.as_slice() {
                            [one] => format!("{one} is"),
                            [first @ .., last] => format!("{} and {last} are", first.join(", ")),
                            [] => "place is".to_owned(),
                        }
                    ),
                    "MFCMAPI does not write down where and when. Without server, table and time the messages prove nothing.",
                    format!(
                        "Add to case.toml, with the values that were true when it was made:\n{entry}"
                    ),
                )
            }
            Self::Incomplete { table, why } => Texts::new(
                format!(
                    "The capture of {table} may not list every message: {}.",
                    why.join("; ")
                ),
                "It shows what was there, but not what was not: no message counts as gone because of it.",
                "In MFCMAPI, export the table's folder as text files, with its subfolders; that writes down how many \
                 messages and subfolders there are.",
            ),
            Self::CountDiffers {
                folder,
                whose,
                said,
                rows,
            } => Texts::new(
                format!(
                    "{folder}: {whose} says {}, but {} listed.",
                    counted(*said, "message"),
                    is_are(*rows)
                ),
                "Rows are missing, or mail came or left while it was exported. The capture counts as incomplete.",
                "Compare with a second export, made while no mail is moving.",
            ),
        }
    }
}

fn is_are(rows: u64) -> String {
    match rows {
        1 => "1 is".to_owned(),
        rows => format!("{rows} are"),
    }
}

/// The entry to paste: what is known as it is, what is not as an example.
fn entry(path: &str, [server, table, time]: [&Option<String>; 3]) -> String {
    let value =
        |known: &Option<String>, example: &str| toml_string(known.as_deref().unwrap_or(example));
    format!(
        "[[snapshot]]\nfile = {}\nserver = {}\ntable = {}\ncaptured_at = {}",
        toml_string(path),
        value(server, "BH01"),
        value(table, "TempTable#1"),
        value(time, "2006-03-14T09:30:00-05:00")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::CaseConfig;

    #[test]
    fn the_lines_to_add_are_lines_of_case_toml() {
        let fault = CaptureFault::Unplaced {
            rows: 2,
            lacking: vec!["server", "time"],
            path: "night \"2\"/TempTable#1".into(),
            server: None,
            table: Some("TempTable#1".into()),
            time: None,
        };
        let texts = fault.texts();
        assert!(texts.what.ends_with("its server and time are not known."));
        let (_, lines) = texts.what_to_do.split_once(":\n").unwrap();
        let config = CaseConfig::parse(lines).unwrap();
        let entry = &config.snapshots[0];
        assert_eq!(entry.file, "night \"2\"/TempTable#1");
        assert_eq!(entry.table.as_deref(), Some("TempTable#1"));
    }
}
