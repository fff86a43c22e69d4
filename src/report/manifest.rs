//! `manifest.json`: which files make up a report, with their hashes, and of which case.
//!
//! It marks a folder as ours, so that a later run may replace it, and lets anyone check that the files are still as
//! they were written.

use serde::{Deserialize, Serialize};

use crate::analysis::findings::CaseInfo;

/// File name of the manifest inside a report folder.
pub const FILE_NAME: &str = "manifest.json";
/// Value of [`Manifest::schema`].
pub const SCHEMA: &str = "stuckmail-report/1";

/// The contents of `manifest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub schema: String,
    pub case: CaseRef,
    /// Every other file of the report, sorted by name.
    pub files: Vec<FileRef>,
}

/// Which case a report is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRef {
    pub name: String,
    pub evidence_sha256: String,
}

/// One file of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    pub name: String,
    pub bytes: u64,
    pub sha256: String,
}

impl Manifest {
    /// The manifest of a report on `case` made of `files`.
    pub fn new(case: &CaseInfo, mut files: Vec<FileRef>) -> Self {
        files.sort_by(|a, b| a.name.cmp(&b.name));
        let case = CaseRef {
            name: case.name.clone(),
            evidence_sha256: case.evidence_sha256.clone(),
        };
        Self {
            schema: SCHEMA.to_owned(),
            case,
            files,
        }
    }

    /// Reads a manifest; `None` when the text is not one of ours.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let manifest: Self = serde_json::from_slice(text).ok()?;
        (manifest.schema == SCHEMA).then_some(manifest)
    }

    /// Whether this is a report on the same case: the same name, or the same evidence under a new name.
    pub fn is_same_case(&self, name: &str, evidence_sha256: &str) -> bool {
        self.case.name == name || self.case.evidence_sha256 == evidence_sha256
    }
}
