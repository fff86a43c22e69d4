//! What the conclusions rest on: every file with its hash, and everything that was wrong with it.

use super::links::{Link, Links};
use super::parts::When;
use super::select::MAX_FILES;
use crate::analysis::findings::{EvidenceFile, Findings};
use crate::report::format;

/// Problems listed.
const MAX_PROBLEMS: usize = 300;

#[derive(Debug)]
pub struct Evidence {
    pub sentence: String,
    pub files: Vec<FileRow>,
    pub files_left_out: Option<String>,
    pub problems: Vec<ProblemRow>,
    pub problems_left_out: Option<String>,
}

#[derive(Debug)]
pub struct FileRow {
    pub id: String,
    pub path: String,
    pub sha256: String,
    pub size: String,
    pub exact_size: String,
    pub format: String,
    pub recognised_by: String,
    /// How it was understood, in sentences.
    pub notes: Vec<String>,
    pub servers: String,
    pub records: String,
    /// Recovered and damaged records, where there are any.
    pub damage: Option<String>,
    pub from: Option<When>,
    pub to: Option<When>,
}

#[derive(Debug)]
pub struct ProblemRow {
    pub evidence: Link,
    pub what: String,
    pub why_it_matters: String,
    pub what_to_do: String,
}

impl Evidence {
    pub fn new(findings: &Findings, links: &Links) -> Self {
        let files: Vec<FileRow> = findings.evidence.iter().take(MAX_FILES).map(file).collect();
        let problems: Vec<ProblemRow> = findings
            .problems
            .iter()
            .take(MAX_PROBLEMS)
            .map(|p| ProblemRow {
                evidence: if p.evidence.is_empty() {
                    Link::plain("the case")
                } else {
                    links.cite(&p.evidence)
                },
                what: p.what.clone(),
                why_it_matters: p.why_it_matters.clone(),
                what_to_do: p.what_to_do.clone(),
            })
            .collect();
        Self {
            sentence: sentence(findings),
            files_left_out: super::left_out(
                files.len(),
                findings.evidence.len(),
                "files",
                "findings.json",
            ),
            files,
            problems_left_out: super::left_out(
                problems.len(),
                findings.problems.len(),
                "problems",
                "findings.json",
            ),
            problems,
        }
    }
}

fn sentence(findings: &Findings) -> String {
    let sum = |of: fn(&EvidenceFile) -> u64| {
        findings
            .evidence
            .iter()
            .map(of)
            .fold(0, u64::saturating_add)
    };
    let damaged = sum(|e| e.damaged);
    let damage = if damaged == 0 {
        "none of them damaged".to_owned()
    } else {
        format!(
            "and {} that could not be read",
            format::counted(damaged, "record", "records")
        )
    };
    format!(
        "{}, {}, {}, {damage}.",
        format::counted(findings.evidence.len() as u64, "file", "files"),
        format::bytes(sum(|e| e.bytes)),
        format::counted(sum(|e| e.records), "record", "records")
    )
}

fn file(e: &EvidenceFile) -> FileRow {
    let damage = match (e.recovered, e.damaged) {
        (0, 0) => None,
        (0, d) => Some(format!("{} damaged", format::count(d))),
        (r, 0) => Some(format!("{} recovered", format::count(r))),
        (r, d) => Some(format!(
            "{} recovered, {} damaged",
            format::count(r),
            format::count(d)
        )),
    };
    FileRow {
        id: e.id.clone(),
        path: e.path.clone(),
        sha256: e.sha256.clone(),
        size: format::bytes(e.bytes),
        exact_size: format::counted(e.bytes, "byte", "bytes"),
        format: e.format.clone(),
        recognised_by: e.recognised_by.clone(),
        notes: e.notes.clone(),
        servers: e.servers.join(", "),
        records: format::count(e.records),
        damage,
        from: e.from.map(When::new),
        to: e.to.map(When::new),
    }
}
