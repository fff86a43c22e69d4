//! What each file holds of each log: the ground on which copies, holes and clocks are judged.

use std::sync::Arc;

use crate::evidence::model::{FileId, LogSpan};

/// The records that one file holds of one log of one server.
#[derive(Clone, Debug)]
pub(super) struct FileSpan {
    pub file: FileId,
    /// The server's one spelling.
    pub server: Arc<str>,
    /// The file writes its times as text, so that a zone may have been mistaken and fractions are lost.
    pub textual: bool,
    pub span: LogSpan,
}

/// A log of a server; the log's name in lower case, empty where nothing says which it is.
pub(super) type LogKey = (Arc<str>, String);

impl FileSpan {
    pub fn key(&self) -> LogKey {
        (Arc::clone(&self.server), self.span.channel.to_lowercase())
    }
}
