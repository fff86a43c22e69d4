//! Faults that concern several files.

use super::{Fault, Texts};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AcrossFault {
    SameContent { paths: Vec<String>, snapshot: bool },
    CaseDiffers { server: String, names: Vec<String> },
    SeveralDomains { server: String, names: Vec<String> },
}

impl Fault for AcrossFault {
    fn texts(&self) -> Texts {
        match self {
            Self::SameContent { paths, snapshot } => Texts::new(
                format!(
                    "These files are the same, byte for byte: {}.",
                    paths.join(", ")
                ),
                if *snapshot {
                    "A capture that was copied says nothing new; as a second capture it would prove too much."
                } else {
                    "A log that was copied says nothing new; each record is counted once."
                },
                "Nothing, if the copy was meant. Otherwise look whether another file should stand in its place.",
            ),
            Self::CaseDiffers { server, names } => Texts::new(
                format!(
                    "The names {} were taken for one server, {server}.",
                    names.join(", ")
                ),
                "Windows does not distinguish capitals in computer names, so this is nearly always one machine.",
                "Nothing, if it is one machine. If these are two, analyse them as two cases.",
            ),
            Self::SeveralDomains { server, names } => Texts::new(
                format!(
                    "The names {} differ in their domain, and were taken for one server, {server}.",
                    names.join(", ")
                ),
                "If they are different machines, their logs and tables are mixed up here.",
                "If they are one machine, add a [[server]] with these names as `aliases` to case.toml. \
                 If they are two, give each its own [[server]] with the full name, or analyse them as two cases.",
            ),
        }
    }
}
