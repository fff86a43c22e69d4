//! What a file is, by its content. A new format is one function here, in `RECOGNISERS`, and one reader.
//!
//! Names decide nothing on their own. They only help where content cannot speak: a table of values without a
//! header that the case says is a capture is reported as such instead of being passed over.

mod binary;
mod text;

use super::encoding::{self, Decoded};

/// The kinds of file that the case room knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Windows event log of Vista and later (`ElfFile`).
    Evtx,
    /// `temp-table-snapshot/1`: one, an array, or one a line.
    SnapshotJson,
    SnapshotCsv,
    /// The `case.toml` of the case itself.
    CaseToml,
    /// Windows event log up to Server 2003 (`LfLe`): known, but no reader yet.
    Evt,
    /// An export of MFCMAPI or MrMAPI: known, but no reader yet.
    Mfcmapi,
    NotEvidence,
}

impl Format {
    /// The name that reports show.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Evtx => "Windows event log (.evtx)",
            Self::SnapshotJson => "temp-table snapshot (JSON)",
            Self::SnapshotCsv => "temp-table snapshot (CSV)",
            Self::CaseToml => "case.toml",
            Self::Evt => "Windows event log up to 2003 (.evt), not read yet",
            Self::Mfcmapi => "MFCMAPI export, not read yet",
            Self::NotEvidence => "not evidence",
        }
    }

    /// Whether a reader exists for it.
    pub fn is_readable(self) -> bool {
        matches!(self, Self::Evtx | Self::SnapshotJson | Self::SnapshotCsv)
    }
}

/// What a file was taken for, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    pub format: Format,
    /// The reason, for the list of evidence: `starts with ElfFile`.
    pub by: String,
}

impl Recognised {
    fn new(format: Format, by: impl Into<String>) -> Self {
        Self {
            format,
            by: by.into(),
        }
    }
}

/// How much of a file recognition looks at.
pub const HEAD_BYTES: u64 = 70 * 1024;

/// The beginning of a file, with what the case says about it.
pub struct Head<'a> {
    pub bytes: &'a [u8],
    /// Length of the whole file.
    pub length: u64,
    /// `case.toml` or the names of the file and its folder say that this is a capture of a table.
    pub said_to_be_snapshot: bool,
    decoded: Decoded<'a>,
}

impl<'a> Head<'a> {
    pub fn new(bytes: &'a [u8], length: u64, said_to_be_snapshot: bool) -> Self {
        Self {
            bytes,
            length,
            said_to_be_snapshot,
            decoded: encoding::decode(bytes),
        }
    }

    fn text(&self) -> &str {
        &self.decoded.text
    }
}

type Recogniser = fn(&Head<'_>) -> Option<Recognised>;

/// Asked in this order; the first that claims a file has it.
const RECOGNISERS: &[Recogniser] = &[
    binary::empty,
    binary::evtx,
    binary::evt,
    binary::other_known,
    text::mfcmapi,
    text::snapshot_json,
    text::snapshot_csv,
    text::said_to_be_snapshot,
];

/// Recognises one file.
pub fn recognise(head: &Head<'_>) -> Recognised {
    RECOGNISERS
        .iter()
        .find_map(|recogniser| recogniser(head))
        .unwrap_or_else(|| Recognised::new(Format::NotEvidence, "content of no known kind"))
}
