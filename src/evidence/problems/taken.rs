//! What is wrong with files of settings and counts, whatever they hold.

use super::{Fault, Texts, TimeTrouble, capital};
use crate::evidence::model::Origin;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakenFault {
    TooLarge {
        most: u64,
    },
    AssumedCodePage {
        encoding: String,
    },
    LossyText {
        encoding: String,
    },
    Disagreement {
        what: &'static str,
        used: String,
        used_from: Origin,
        other: String,
        other_from: Origin,
    },
    /// The time that a name tells.
    Time {
        text: String,
        trouble: TimeTrouble,
    },
    /// Whose it is or when it was taken is not known.
    Lacking {
        what: &'static str,
        file: String,
        /// `14 values`.
        holds: String,
    },
}

impl Fault for TakenFault {
    fn texts(&self) -> Texts {
        match self {
            Self::TooLarge { most } => Texts::new(
                format!("The file is larger than {} MiB.", most / (1024 * 1024)),
                "It was hashed but not read.",
                "Split it, or save only what matters.",
            ),
            Self::AssumedCodePage { encoding } => Texts::new(
                format!("The text is not UTF-8; it was read as {encoding}."),
                "Accented letters may be shown wrongly. Numbers, and names in plain English letters, are not affected.",
                "Name the code page in case.toml (code_page = 1252; consoles write 850 or 437) if the letters matter.",
            ),
            Self::LossyText { encoding } => Texts::new(
                format!("Some bytes are not valid {encoding}; they are shown as \u{fffd}."),
                "Single characters are lost; if the file is cut, its end is.",
                "Save the file again if that matters.",
            ),
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
                "If the wrong one was used, the values are told of the wrong server or the wrong time.",
                "Correct the one that is wrong. A [[setting]] entry in case.toml can say it for files that cannot be changed.",
            ),
            Self::Time { text, trouble } => time(text, *trouble),
            Self::Lacking { what, file, holds } => Texts::new(
                format!("{holds} cannot be used: the {what} of the file is not known."),
                "A value without server and time cannot be put before or after anything.",
                format!(
                    "Name the file like BH01_registry_20060320T220000Z.reg, or add to case.toml: [[setting]] file = \"{file}\", \
                     server = \"BH01\", captured_at = \"2006-03-20T22:00:00-05:00\"."
                ),
            ),
        }
    }
}

fn time(text: &str, trouble: TimeTrouble) -> Texts {
    let (what, to_do) = match trouble {
        TimeTrouble::NoZone => (
            "has no time zone",
            "Write the offset into the name (`Z`, `-0500`), or add time_zone = \"America/New_York\" to case.toml.",
        ),
        TimeTrouble::NoDateOrder | TimeTrouble::OrdersContradict => (
            "leaves the order of day and month open",
            "Write the year first, like 20060320T220000Z.",
        ),
        TimeTrouble::NotATime | TimeTrouble::OutOfRange => (
            "is none that exists",
            "Write it like 20060320T220000Z, or set captured_at in a [[setting]] entry of case.toml.",
        ),
        TimeTrouble::Ambiguous => (
            "lies in the hour that clocks went through twice; both readings are allowed for",
            "Write the offset from UTC into the name, if it is known.",
        ),
        TimeTrouble::Skipped => (
            "lies in the hour that clocks skipped; an hour either way is allowed for",
            "Check time_zone in case.toml.",
        ),
    };
    Texts::new(
        format!("The time `{text}` in its name {what}."),
        "When the file was taken rests on that time.",
        to_do,
    )
}
