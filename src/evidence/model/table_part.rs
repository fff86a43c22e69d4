//! Parts of a capture that is spread over several files, as exports of MFCMAPI are.
//!
//! A reader sees one file; which folder of which table it belongs to shows only when all are read
//! ([`crate::evidence::settle_captures`]).

use super::SnapshotRow;

/// What one file of an export holds.
#[derive(Clone, Debug, PartialEq)]
pub enum TablePart {
    Listing(Listing),
    Folder(FolderPart),
    /// One message by itself.
    Message(Box<PartRow>),
    Server(ServerPart),
}

/// A table of messages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    pub kind: ListingKind,
    /// How many messages the table says it has.
    pub counted: Option<u64>,
    pub rows: Vec<PartRow>,
    /// Rows are known to be missing: the file is cut, or some could not be read.
    pub has_gaps: bool,
}

/// Which table of a folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListingKind {
    /// Exported from its window (`table.txt`).
    #[default]
    View,
    /// Of a folder that was exported whole (`CONTENTS_TABLE.xml`).
    Contents,
    /// Of what a folder holds beside its messages: views, forms, rules. None of it waits for delivery.
    Associated,
    /// Subjects and the names of files alone (MrMAPI `-List`).
    Names,
}

/// One message, with what only the putting together of parts needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartRow {
    pub row: SnapshotRow,
    /// PR_SEARCH_KEY; copies of a message share it.
    pub search_key: Option<String>,
    /// It is no message of the folder but lies beside them (MSGFLAG_ASSOCIATED).
    pub associated: bool,
    /// Files of the messages that are attached to this one.
    pub attached: Vec<String>,
    /// The folder that it says it lies in.
    pub folder: Option<String>,
    /// Some of it could not be read.
    pub has_gaps: bool,
}

/// The properties of a folder.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FolderPart {
    /// PR_DISPLAY_NAME.
    pub name: Option<String>,
    /// PR_CONTENT_COUNT.
    pub content_count: Option<u64>,
    /// PR_SUBFOLDERS.
    pub has_subfolders: Option<bool>,
    /// The rows of its hierarchy table.
    pub subfolders: Vec<Subfolder>,
    pub has_gaps: bool,
}

/// A row of a hierarchy table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Subfolder {
    pub name: Option<String>,
    /// PR_SUBFOLDERS.
    pub has_subfolders: Option<bool>,
}

/// What tells of which server the exports below are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServerPart {
    pub server: Option<String>,
    /// Display names of the mailboxes that it speaks of; none: of the store that the export is from.
    pub mailboxes: Vec<String>,
}
