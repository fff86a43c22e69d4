//! Damage in `.evt` files.

use super::{Fault, Texts, counted};
use crate::evidence::tally::Tally;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvtFault {
    HeaderDamaged,
    /// The log was in use when it was copied.
    Dirty,
    NoRecords,
    /// No end-of-file record: the file is cut, or its end was overwritten.
    NoEnd,
    WrongLength {
        places: Tally,
        /// The oldest record is among them.
        unanchored: bool,
    },
    /// Bytes between the records of the log.
    Gaps {
        bytes: u64,
    },
    /// Records with fewer insertion strings than they count.
    StringsCut(Tally),
    Recovered {
        records: u64,
        included: bool,
    },
    NoLog,
}

const LOST: &str =
    "Events may be missing here: absence of an event in this stretch of the log proves nothing.";
const AGAIN: &str = "Save the log again with Event Viewer (Save Log File As) if the server still has it, and copy the saved file.";

impl Fault for EvtFault {
    fn texts(&self) -> Texts {
        match self {
            Self::HeaderDamaged => Texts::new(
                "The file header is damaged or missing; records were found by their own structure.",
                "Nothing is lost by it, but something wrote over the file's beginning or cut it off.",
                AGAIN,
            ),
            Self::Dirty => Texts::new(
                "The log was in use when it was copied: it was never closed, and its header is out of date.",
                "Records were found by their own structure. The newest ones may not have reached the file.",
                "Save the log with Event Viewer instead of copying the file from a running server.",
            ),
            Self::NoRecords => Texts::new(
                "The log holds no records.",
                "It says nothing: not even what happened before it was cleared.",
                "Check that the right log was saved.",
            ),
            Self::NoEnd => Texts::new(
                "The log has no end-of-file record: the file is cut off or damaged.",
                LOST,
                AGAIN,
            ),
            Self::WrongLength { places, unanchored } => {
                let why = if *unanchored {
                    "The oldest record is among them, so that nothing vouches for the others: all records of this log count as recovered."
                } else {
                    "These records count as recovered: their contents may be damaged."
                };
                let what = format!(
                    "{} of the log {} a wrong length ({}).",
                    counted(places.count, "record"),
                    if places.count == 1 { "has" } else { "have" },
                    places.places()
                );
                Texts::new(what, why, AGAIN)
            }
            Self::Gaps { bytes } => Texts::new(
                format!(
                    "{} between the records of the log belong to none.",
                    counted(*bytes, "byte")
                ),
                LOST,
                AGAIN,
            ),
            Self::StringsCut(places) => Texts::new(
                format!(
                    "{} fewer insertion strings than {} ({}).",
                    if places.count == 1 {
                        "1 record has".to_owned()
                    } else {
                        format!("{} records have", places.count)
                    },
                    if places.count == 1 {
                        "it counts"
                    } else {
                        "they count"
                    },
                    places.places()
                ),
                "What they say is cut off.",
                AGAIN,
            ),
            Self::Recovered { records, included } => Texts::new(
                format!(
                    "{} {} found outside of the log's own ring or with a wrong length.",
                    counted(*records, "record"),
                    if *records == 1 { "was" } else { "were" }
                ),
                if *included {
                    "They are on the timeline, marked as recovered. They were given up by the log, and prove only that such an event was once logged."
                } else {
                    "They were given up by the log and are left out of every conclusion."
                },
                if *included {
                    "Compare with a run without --include-recovered before relying on them."
                } else {
                    "Run again with --include-recovered to see them on the timeline."
                },
            ),
            Self::NoLog => Texts::new(
                "Nothing says which log this is: the form does not hold it, and neither does the file's name.",
                "Coverage of the server's logs cannot count it.",
                "Name the file after its log (AppEvent.Evt, System.evt), or add to case.toml: [[log]] with file and log.",
            ),
        }
    }
}
