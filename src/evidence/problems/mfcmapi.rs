//! What is wrong with single files of MFCMAPI, MrMAPI and Outlook.

use super::{Fault, Texts, counted};
use crate::evidence::tally::Tally;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MfcmapiFault {
    TooLarge {
        most: u64,
    },
    AssumedCodePage {
        encoding: String,
    },
    LossyText {
        encoding: String,
    },
    /// Properties that break off, or whose value cannot be read.
    Broken(Tally),
    /// Objects with two values of one property, or with one that the writer never asks for.
    Conflicts(Tally),
    /// Rows without any property that is known.
    Bare(Tally),
    /// The numbers of the rows show that some are missing.
    Holes(Tally),
    /// Property lists in a message that do not bear its keys.
    Foreign(Tally),
    Cut {
        at: String,
    },
    /// The container of a `.msg` cannot be read.
    Container {
        reason: String,
    },
}

const INCOMPLETE: &str =
    "The capture counts as incomplete: it shows what was there, but not what was not.";
const AGAIN: &str = "Copy the file again from where it was made, or export it again.";

impl Fault for MfcmapiFault {
    /// One table of texts, longer than a function should be, so that the compiler sees that none is missing.
    fn texts(&self) -> Texts {
        match self {
            Self::TooLarge { most } => Texts::new(
                format!(
                    "The file is larger than {} MiB, more than any export of one folder.",
                    most / (1024 * 1024)
                ),
                "It was hashed but not read.",
                "Export a table with fewer columns, or the folder without bodies and attachments.",
            ),
            Self::AssumedCodePage { encoding } => Texts::new(
                format!("The text is not UTF-8; it was read as {encoding}."),
                "Accented letters in subjects and names may be shown wrongly. Keys, message ids and times are not affected.",
                "Name the code page of the machine in case.toml (code_page = 1252), if the letters matter.",
            ),
            Self::LossyText { encoding } => Texts::new(
                format!("Some bytes are not valid {encoding}; they are shown as \u{fffd}."),
                "Single characters of subjects or names are lost; if the file is cut, its end is.",
                AGAIN,
            ),
            Self::Broken(places) => Texts::new(
                format!(
                    "{} broken off, or has a value that cannot be read ({}).",
                    if places.count == 1 {
                        "1 property is".to_owned()
                    } else {
                        format!("Each of {} properties is", places.count)
                    },
                    places.places()
                ),
                "The messages they belong to are listed without them, and rows behind them may be missing. The capture counts as incomplete.",
                AGAIN,
            ),
            Self::Conflicts(places) => Texts::new(
                format!(
                    "{} two different values of one property, or one that such an export never has ({}).",
                    if places.count == 1 {
                        "1 object has".to_owned()
                    } else {
                        format!("{} objects have", places.count)
                    },
                    places.places()
                ),
                "Either rows ran together where the file is damaged, or text inside of a message \
                 looks like a property, which may be done on purpose. No such value was used.",
                "Look at the file there. If it is a forgery, the message is worth a look of its own.",
            ),
            Self::Bare(places) => Texts::new(
                format!(
                    "{} no property that tells anything of a message or folder ({}).",
                    if places.count == 1 {
                        "1 row has".to_owned()
                    } else {
                        format!("{} rows have", places.count)
                    },
                    places.places()
                ),
                INCOMPLETE,
                "Add the columns PR_ENTRYID, PR_RECORD_KEY, PR_SUBJECT and PR_INTERNET_MESSAGE_ID (0x1035001F) to the \
                 view, and export it again.",
            ),
            Self::Holes(places) => Texts::new(
                format!(
                    "The numbers of the rows have {} ({}).",
                    counted(places.count, "gap"),
                    places.places()
                ),
                INCOMPLETE,
                AGAIN,
            ),
            Self::Foreign(places) => Texts::new(
                format!(
                    "{} in this message without the message's own keys ({}).",
                    counted(places.count, "list of properties"),
                    places.places()
                ),
                "Text in a body or an attachment looks like what MFCMAPI writes, perhaps on purpose. It was not used.",
                "Nothing, if the message quotes such an export. Otherwise look at who sent it.",
            ),
            Self::Cut { at } => Texts::new(
                format!("The file ends too early ({at}); what stands before was used."),
                INCOMPLETE,
                AGAIN,
            ),
            Self::Container { reason } => Texts::new(
                format!("The compound file cannot be read: {reason}."),
                "The message in it is not counted as seen.",
                AGAIN,
            ),
        }
    }
}
