//! Writing a report: every output of one run, together or not at all.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::folder::{self, Staging, Target};
use super::manifest::FileRef;
use super::view::Page;
use super::{Error, html, json, markdown, timeline_csv};
use crate::analysis::findings::Findings;
use crate::time::Timestamp;
use crate::timeline::row::Row;

/// Writes the timeline as Parquet; supplied by whoever holds it as a frame.
pub type ParquetWriter<'a> = dyn Fn(&mut dyn Write) -> io::Result<()> + 'a;

/// What to write and where. `report.html`, `findings.json`, `timeline.csv`, `run.json` and `manifest.json` are
/// always written.
pub struct WritePlan<'a> {
    /// The report folder itself, such as `reports/case42`. Its parents are made where they are missing.
    pub folder: &'a Path,
    /// Write `report.md`.
    pub markdown: bool,
    /// Write `timeline.parquet` with this.
    pub parquet: Option<&'a ParquetWriter<'a>>,
    /// Write into a folder that is not an earlier report on this case.
    pub force: bool,
    pub run: RunInfo,
}

/// The contents of `run.json`: when, where and by which build. The only output that differs between two runs on the
/// same evidence; the caller gives every value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RunInfo {
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    /// Name of the machine that ran the analysis.
    pub host: Option<String>,
    /// `linux x86_64` and the like.
    pub platform: Option<String>,
    /// The command line as typed.
    pub command: Vec<String>,
    /// The case folder as an absolute path.
    pub case_path: Option<String>,
    /// Version, and commit where known, of the program.
    pub build: String,
}

/// A report that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub folder: PathBuf,
    /// The page to open first.
    pub html: PathBuf,
    /// Every file of the report, the manifest last.
    pub files: Vec<FileRef>,
}

/// Checks that a report on this case could go into `plan.folder`, before the long work starts.
pub fn check(
    folder: &Path,
    case_name: &str,
    evidence_sha256: &str,
    force: bool,
) -> Result<(), Error> {
    folder::inspect(folder, case_name, evidence_sha256, force).map(drop)
}

/// Writes the whole report. On failure what stood in the folder before still stands there.
pub fn write(plan: &WritePlan, findings: &Findings, rows: &[Row]) -> Result<Written, Error> {
    let case = &findings.case;
    let how: Target = folder::inspect(plan.folder, &case.name, &case.evidence_sha256, plan.force)?;
    let page = Page::new(findings, rows)?;
    let mut staging = Staging::new(plan.folder)?;
    staging.file("report.html", |out| html::write(&page, out))?;
    staging.file("findings.json", |out| {
        json::write(findings, out).map_err(failed("findings.json"))
    })?;
    staging.file("timeline.csv", |out| {
        timeline_csv::write(rows, out).map_err(failed("timeline.csv"))
    })?;
    if let Some(parquet) = plan.parquet {
        staging.file("timeline.parquet", |out| {
            parquet(out).map_err(failed("timeline.parquet"))
        })?;
    }
    if plan.markdown {
        staging.file("report.md", |out| markdown::write(&page, out))?;
    }
    staging.file("run.json", |out| {
        write_run(&plan.run, out).map_err(failed("run.json"))
    })?;
    let files = staging.publish(case, &how)?;
    Ok(Written {
        folder: plan.folder.to_owned(),
        html: plan.folder.join("report.html"),
        files,
    })
}

fn write_run(run: &RunInfo, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, run)?;
    out.write_all(b"\n")
}

fn failed(file: &'static str) -> impl FnOnce(io::Error) -> Error {
    Error::io(
        "write",
        Path::new(file),
        "Check that there is room on the disk",
    )
}

/// The name of a case made fit for a folder on any system: letters, digits, `-`, `_`, `.` and blanks stay, and
/// what Windows reserves (`CON`, trailing dots) is avoided.
pub fn folder_name(case: &str) -> String {
    const RESERVED: [&str; 4] = ["CON", "PRN", "AUX", "NUL"];
    let kept: String = case
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ' | '#') {
                c
            } else {
                '_'
            }
        })
        .take(80)
        .collect();
    let name = kept.trim_matches(['.', ' ']);
    let stem = name
        .split('.')
        .next()
        .unwrap_or_default()
        .to_ascii_uppercase();
    let port = stem.len() == 4 && (stem.starts_with("COM") || stem.starts_with("LPT"));
    if name.is_empty() {
        "case".to_owned()
    } else if port || RESERVED.contains(&stem.as_str()) {
        format!("{name}_")
    } else {
        name.to_owned()
    }
}
