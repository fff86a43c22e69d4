//! Small cases for the tests: folders of evidence with known content, and the program run on them.
#![allow(dead_code, reason = "every test file uses its own part of this")]
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

pub mod clock;
pub mod events;
pub mod logs;
pub mod mail;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use forge::record::EventRecord;
use forge::sim::truth::Truth;
use serde_json::{Value, json};
use stuckmail::analysis::findings::Findings;
use stuckmail::evidence::NoProgress;
use stuckmail::pipeline::{self, Options, Outcome};
use tempfile::TempDir;

/// A case folder that vanishes with the test, and room beside it for reports.
pub struct CaseFolder {
    keep: TempDir,
    root: PathBuf,
}

impl CaseFolder {
    /// An empty folder.
    pub fn new() -> Self {
        let keep = tempfile::tempdir().unwrap();
        let root = keep.path().join("case");
        fs::create_dir(&root).unwrap();
        Self { keep, root }
    }

    /// A folder whose server BH01 has one virtual server, whose logs cover 14 March 2006, and whose one scan
    /// failure is that of [`WITNESS`] at 10:00: what the rest of a damaged case must still show.
    pub fn with_witness() -> Self {
        let case = Self::new();
        case.write(
            "case.toml",
            "[[server]]\nname = \"BH01\"\nvirtual_servers = 1\n",
        );
        let mut day = logs::Day::new("09:00", "18:00");
        day.event(&format!("10:00 BH01 348 {WITNESS} 0x0"));
        day.write(&case, "witness");
        case
    }

    /// The folder of evidence.
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// A place outside the case, for its report.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.keep.path().join(name)
    }

    /// Writes one file, and the folders above it.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// Writes a log as Windows would.
    pub fn write_log(&self, path: &str, records: &[EventRecord]) -> PathBuf {
        self.write(path, evtx(records))
    }

    /// Writes a JSON snapshot of BH01's first table with these messages.
    pub fn write_snapshot(&self, path: &str, at: &str, messages: &Value) -> PathBuf {
        self.write(path, snapshot(at, messages).to_string())
    }

    /// The findings of the library.
    pub fn analyse(&self) -> Findings {
        self.outcome(&Options::default()).findings
    }

    pub fn outcome(&self, options: &Options) -> Outcome {
        pipeline::analyze_folder(&self.root, options, &NoProgress).unwrap()
    }

    /// Runs the program on the folder, with the report beside it.
    pub fn run(&self, more: &[&str]) -> Run {
        run_on(&self.root, &self.beside("report"), more)
    }
}

/// The case of the repository, or the same made by the forge where the repository has none.
pub fn case42() -> CaseFolder {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/case42");
    let keep = tempfile::tempdir().unwrap();
    if committed.is_dir() {
        return CaseFolder {
            keep,
            root: committed,
        };
    }
    let root = keep.path().join("case42");
    forge::case42::write(&root).unwrap();
    CaseFolder { keep, root }
}

/// What really happened in [`case42`].
pub fn truth42() -> Truth {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/case42.truth.json");
    match fs::read_to_string(committed) {
        Ok(text) => serde_json::from_str(&text).unwrap(),
        Err(_) => forge::sim::Incident::run(forge::case42::plan()).truth,
    }
}

/// The message that the unharmed part of a case tells of.
pub const WITNESS: &str = "<witness@contoso.example>";

/// The bytes of a log that holds these records.
pub fn evtx(records: &[EventRecord]) -> Vec<u8> {
    forge::evtx::write(records, &forge::evtx::Options::default()).unwrap()
}

/// A complete capture of BH01's first table.
pub fn snapshot(at: &str, messages: &Value) -> Value {
    json!({"schema": "temp-table-snapshot/1", "server": "BH01", "table": "TempTable#1",
        "captured_at": clock::rfc3339(at), "complete": true, "messages": messages})
}

/// What one run of the program gave.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
    pub report: PathBuf,
}

/// Runs `analyze CASE -o REPORT` and whatever else is asked.
pub fn run_on(case: &Path, report: &Path, more: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_analyze"));
    command.arg(case).arg("-o").arg(report).args(more);
    run(&mut command, report)
}

/// Runs the program with these arguments in this folder.
pub fn run_in(folder: &Path, args: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_analyze"));
    command.args(args).current_dir(folder);
    run(&mut command, Path::new(""))
}

fn run(command: &mut Command, report: &Path) -> Run {
    let done = command.env("NO_COLOR", "1").output().unwrap();
    Run {
        code: done.status.code().unwrap_or(-1),
        stdout: String::from_utf8(done.stdout).unwrap(),
        stderr: String::from_utf8(done.stderr).unwrap(),
        report: report.to_owned(),
    }
}

impl Run {
    /// Fails, with all that was said, unless the analysis was done.
    #[track_caller]
    pub fn done(self) -> Self {
        assert_eq!(
            self.code, 0,
            "stdout:\n{}\nstderr:\n{}",
            self.stdout, self.stderr
        );
        self
    }

    pub fn text(&self, file: &str) -> String {
        fs::read_to_string(self.report.join(file)).unwrap()
    }

    pub fn bytes(&self, file: &str) -> Vec<u8> {
        fs::read(self.report.join(file)).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text("findings.json")).unwrap()
    }

    pub fn findings(&self) -> Findings {
        serde_json::from_str(&self.text("findings.json")).unwrap()
    }
}

/// Fails unless some problem says all of these words (of whatever problem: what, why or what to do).
#[track_caller]
pub fn assert_problem(findings: &Findings, words: &[&str]) {
    let told: Vec<String> = findings
        .problems
        .iter()
        .map(|p| {
            format!(
                "{}: {} {} {}",
                p.evidence, p.what, p.why_it_matters, p.what_to_do
            )
        })
        .collect();
    let found = told
        .iter()
        .any(|text| words.iter().all(|word| text.contains(word)));
    assert!(
        found,
        "no problem says all of {words:?}:\n{}",
        told.join("\n")
    );
}

/// Fails unless the scan failure of the unharmed log was found.
#[track_caller]
pub fn assert_witness(findings: &Findings) {
    let ids: Vec<_> = findings
        .messages
        .iter()
        .filter_map(|m| m.message_id.as_deref())
        .collect();
    assert!(ids.contains(&WITNESS), "{WITNESS} is not among {ids:?}");
}

/// A copy of a folder whose files were made in the order that `order` gives.
pub fn copy_folder(from: &Path, to: &Path, order: impl Fn(&mut Vec<PathBuf>)) {
    let mut files: Vec<PathBuf> = files_below(from);
    order(&mut files);
    for file in files {
        let target = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(&file, &target).unwrap();
    }
}

/// Every file of a folder and its subfolders, sorted.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect();
    files.sort();
    files
}
