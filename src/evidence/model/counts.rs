//! Counts that were taken of a server: listings of folders, performance counters.

use super::{Attributed, Citation};
use crate::time::{Stamp, Timestamp};

/// What one folder held when it was listed (`dir`).
#[derive(Clone, Debug, PartialEq)]
pub struct FolderListing {
    /// The file and the line of the folder's name.
    pub cite: Citation,
    pub server: Attributed<String>,
    pub at: Attributed<Stamp>,
    /// As spelt: `D:\Exchsrvr\Mailroot\vsi 1\Queue`.
    pub folder: String,
    /// Number in `vsi 1`.
    pub virtual_server: Option<u32>,
    pub files: u64,
    /// Bytes of these files.
    pub bytes: u64,
    /// Written last, the first and the last of the files.
    pub oldest: Option<Stamp>,
    pub newest: Option<Stamp>,
    /// The listing's own count of files and that of its lines agree.
    pub complete: bool,
}

/// One performance counter over time.
#[derive(Clone, Debug, PartialEq)]
pub struct CounterSeries {
    /// The file and the number of the counter's column.
    pub cite: Citation,
    pub server: String,
    /// Path without the server: `\SMTP Server(_Total)\Local Queue Length`.
    pub counter: String,
    pub points: Vec<(Timestamp, f64)>,
}
