//! What is wrong with registry exports.

use super::{Fault, Texts, counted};
use crate::evidence::tally::Tally;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegistryFault {
    /// Lines that are no key, value or remark.
    Unreadable(Tally),
    /// Values that are taken away: exports have none.
    Deletions(Tally),
    /// More values that matter than any server has.
    TooMany { kept: u64, left_out: u64 },
    /// Keys of control sets that are not the current one.
    OtherControlSets { used: String, left_out: u64 },
}

impl Fault for RegistryFault {
    fn texts(&self) -> Texts {
        match self {
            Self::Unreadable(places) => Texts::new(
                format!(
                    "{} of the export could not be read ({}).",
                    counted(places.count, "line"),
                    places.places()
                ),
                "Values that stand there are missing; whether one was set cannot be told.",
                "Export the keys again, and copy the file in binary mode.",
            ),
            Self::Deletions(places) => Texts::new(
                format!(
                    "{} to be deleted ({}).",
                    if places.count == 1 {
                        "1 key or value is".to_owned()
                    } else {
                        format!("{} keys or values are", places.count)
                    },
                    places.places()
                ),
                "An export of the registry never says that: the file was made to change a registry. What it sets need not \
                 be what a server had.",
                "Take it out of the case if it is no export, and note the change as an [[intervention]] in case.toml.",
            ),
            Self::TooMany { kept, left_out } => Texts::new(
                format!("The export holds more than {kept} values below the keys that matter."),
                format!("The last {left_out} of them are left out."),
                "Export the keys of the mail server and its scanner alone.",
            ),
            Self::OtherControlSets { used, left_out } => Texts::new(
                format!(
                    "The export holds several control sets; {used} was taken for the current one, and {} of others left out.",
                    counted(*left_out, "value")
                ),
                "An older control set holds values that were not in force.",
                "Export CurrentControlSet alone; HKEY_LOCAL_MACHINE\\SYSTEM\\Select says which set is current.",
            ),
        }
    }
}
