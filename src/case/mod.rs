//! A case: a folder of evidence, or an archive of one, opened read-only. Lists its files in a fixed order, recognises each by its
//! content, and reads `case.toml`. Nothing is ever written into it.

pub mod archive;
pub mod columns;
pub mod config;
pub mod console;
pub mod delimited;
pub mod encoding;
mod error;
pub mod event_columns;
pub mod event_rows;
pub mod event_words;
mod locate;
pub mod markup;
pub mod names;
mod open;
mod problems;
pub mod recognise;
mod single;
mod source;
mod suggest;
pub mod time_text;
mod walk;

use std::path::PathBuf;

pub use config::{CaseConfig, ConfigError, InterventionKind, ServerConfig, SnapshotConfig};
pub use error::Error;
pub use open::{in_memory, open};
pub use problems::Problem;
pub use recognise::Format;
pub use single::open_file;
pub use source::{Source, State};
pub use time_text::DateOrder;

use crate::evidence::model::{self, FileId};

/// An opened case.
#[derive(Clone, Debug)]
pub struct Case {
    pub root: PathBuf,
    /// From `case.toml`, else the name of the folder or archive.
    pub name: String,
    pub config: CaseConfig,
    /// The `case.toml` that was used.
    pub config_file: Option<FileId>,
    /// Every regular file, `case.toml` and what is not evidence included, sorted by path.
    pub files: Vec<FoundFile>,
    pub problems: Vec<model::Problem>,
}

/// One file of a case.
#[derive(Clone, Debug)]
pub struct FoundFile {
    pub id: FileId,
    /// Relative to the case folder, with `/`; inside an archive `logs.zip!/bh01/System.evt`.
    pub path: String,
    pub source: Source,
    pub format: Format,
    /// Why it was taken for that: `starts with ElfFile`.
    pub recognised_by: String,
    /// Size when the case was opened.
    pub bytes: u64,
}

impl Case {
    /// Whether any file can be read as evidence.
    pub fn has_evidence(&self) -> bool {
        self.files.iter().any(|file| file.format.is_readable())
    }

    pub fn file(&self, id: FileId) -> Option<&FoundFile> {
        self.files.iter().find(|file| file.id == id)
    }
}

#[cfg(test)]
mod tests;
