//! Files that cannot be read, or do not hold still.

use super::{Fault, Texts};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamFault {
    /// Gone between listing and opening.
    Vanished,
    /// Gone between opening and the end of reading.
    VanishedWhileRead,
    Unreadable(String),
    /// Reading failed in the middle.
    Broken {
        at: u64,
        reason: String,
    },
    /// Size or time of last change is no longer what it was.
    Changed {
        before: u64,
        read: u64,
        after: u64,
    },
}

impl Fault for StreamFault {
    fn texts(&self) -> Texts {
        let again = "Copy the evidence to a folder that nothing writes to, and run again.";
        match self {
            Self::Vanished => Texts::new(
                "The file was in the folder when the run began, but gone when it was to be read.",
                "What it held is not part of the analysis.",
                again,
            ),
            Self::VanishedWhileRead => Texts::new(
                "The file was deleted or moved while it was read.",
                "It was read to its end, but cannot be compared with the hash in this report any more.",
                again,
            ),
            Self::Unreadable(reason) => Texts::new(
                format!("The file could not be opened: {reason}."),
                "What it holds is not part of the analysis, and it has no hash.",
                "Give yourself permission to read it, or copy it to a folder of your own.",
            ),
            Self::Broken { at, reason } => Texts::new(
                format!("Reading failed after byte {at}: {reason}."),
                "The rest of the file is missing from the analysis; the hash is that of the part that was read.",
                "Copy the file again from the server, or from another medium.",
            ),
            Self::Changed {
                before,
                read,
                after,
            } => Texts::new(
                format!(
                    "The file changed while it was read: {before} bytes at first, {after} at the end, {read} read."
                ),
                "Its end may be cut or inconsistent; the hash is that of the bytes that were read.",
                again,
            ),
        }
    }
}
