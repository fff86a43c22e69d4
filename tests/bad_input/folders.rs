//! Folders that are no case, and files that cannot be read.

use std::fs;

use serde_json::json;

use crate::common::{CaseFolder, assert_problem, run_on};
use crate::{assert_summary_has_problems, evidence, told};

#[test]
fn no_such_folder() {
    let case = CaseFolder::new();
    let run = run_on(&case.beside("no-such-case"), &case.beside("report"), &[]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("there is no folder"), "{}", run.stderr);
    assert!(!run.report.exists());
}

#[test]
fn a_misspelt_folder_is_suggested() {
    let case = CaseFolder::new();
    let run = run_on(&case.beside("casse"), &case.beside("report"), &[]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("did you mean"), "{}", run.stderr);
}

#[test]
fn an_empty_folder() {
    let case = CaseFolder::new();
    let run = case.run(&[]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("holds no files"), "{}", run.stderr);
    assert!(!run.report.exists());
}

#[test]
fn a_file_instead_of_a_folder() {
    let case = CaseFolder::new();
    let file = case.write("Application.evtx", "x");
    let run = run_on(&file, &case.beside("report"), &[]);
    assert_eq!(run.code, 1);
    assert!(
        run.stderr.contains("is a file, but a case is a folder"),
        "{}",
        run.stderr
    );
}

#[test]
fn nothing_in_it_is_evidence() {
    let case = CaseFolder::new();
    case.write("notes.txt", "as I remember them");
    case.write("photo.png", b"\x89PNG\r\n\x1a\n");
    let run = case.run(&[]).done();
    let findings = run.findings();
    assert_problem(&findings, &["None of the 2 files", "evidence"]);
    assert_eq!(
        serde_json::to_value(findings.verdict.state).unwrap(),
        json!("unknown")
    );
    assert_eq!(
        findings.evidence.len(),
        2,
        "what is not evidence is listed too"
    );
    assert!(
        findings
            .evidence
            .iter()
            .all(|file| file.format == "not evidence")
    );
    assert_summary_has_problems(&run);
    assert!(run.stdout.contains("UNKNOWN"), "{}", run.stdout);
}

#[test]
fn what_is_not_evidence_is_listed_and_left_alone() {
    let case = CaseFolder::with_witness();
    case.write("notes.txt", "as I remember them");
    let findings = case.run(&[]).done().findings();
    crate::common::assert_witness(&findings);
    assert_eq!(evidence(&findings, "notes.txt").format, "not evidence");
}

/// What looks like an archive and is none is said to be damaged, and the rest is read.
#[test]
fn an_archive_in_name_only_is_reported() {
    let case = CaseFolder::with_witness();
    case.write("logs.zip", b"PK\x03\x04rest");
    let findings = case.run(&[]).done().findings();
    crate::common::assert_witness(&findings);
    let mut problems = findings.problems.iter();
    assert!(
        problems.any(|problem| problem.evidence == "logs.zip"),
        "{:?}",
        findings.problems
    );
}

#[test]
fn empty_files_named_as_evidence() {
    for name in [
        "System.evtx",
        "BH01_TempTable#1_20060314T143000Z.csv",
        "table.json",
    ] {
        let case = CaseFolder::with_witness();
        case.write(name, "");
        told(&case, &["empty (0 bytes)"]);
    }
}

#[test]
fn a_case_toml_with_an_unknown_field_shows_the_line() {
    let case = CaseFolder::with_witness();
    case.write(
        "case.toml",
        "name = \"Case 7\"\n\n[[server]]\nname = \"BH01\"\nvirtual_server = 2\n",
    );
    let run = case.run(&[]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    for words in [
        "case.toml",
        "line 5",
        "virtual_server = 2",
        "^^^^",
        "`virtual_servers`",
    ] {
        assert!(
            run.stderr.contains(words),
            "`{words}` is not in\n{}",
            run.stderr
        );
    }
}

#[test]
fn a_case_toml_that_cannot_be_honoured_shows_the_line() {
    for (text, line, words) in [
        ("time_zone = \"New York\"\n", "line 1", "time_zone"),
        ("name = \"x\"\nname = \"y\"\n", "line 2", "name"),
        ("name = \"x\n", "line 1", "name"),
        (
            "\n[[server]]\nname = \"BH01\"\nclock_ahead_by = \"soon\"\n",
            "line 4",
            "soon",
        ),
        (
            "[[server]]\nname = \"BH01\"\nvirtual_servers = -1\n",
            "line 3",
            "virtual_servers",
        ),
        (
            "[[intervention]]\nat = \"2006-03-14T09:30:00Z\"\nkind = \"prayer\"\nwhat = \"x\"\n",
            "line 3",
            "rows_deleted",
        ),
        (
            "[[snapshot]]\nfile = \"x.csv\"\ncaptured_at = \"yesterday\"\n",
            "line 3",
            "yesterday",
        ),
    ] {
        let case = CaseFolder::with_witness();
        case.write("case.toml", text);
        let run = case.run(&[]);
        assert_eq!(run.code, 1, "{text}");
        assert!(
            run.stderr.contains(line) && run.stderr.contains(words),
            "{text}:\n{}",
            run.stderr
        );
    }
}

#[test]
fn a_snapshot_entry_for_a_file_that_is_not_there() {
    let case = CaseFolder::with_witness();
    case.write(
        "case.toml",
        "[[snapshot]]\nfile = \"bh01/tabel.csv\"\nserver = \"BH01\"\n",
    );
    case.write("bh01/table.csv", "subject,sender\n");
    told(&case, &["bh01/tabel.csv", "bh01/table.csv"]);
}

#[cfg(unix)]
#[test]
fn links_and_sockets_are_not_followed_nor_opened() {
    use std::os::unix::fs::symlink;
    let case = CaseFolder::with_witness();
    symlink("nowhere.evtx", case.path().join("System.evtx")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(case.path().join("pipe.csv")).unwrap();
    let outside = case.beside("outside.evtx");
    fs::write(&outside, "x").unwrap();
    symlink(&outside, case.path().join("outside.evtx")).unwrap();
    let findings = told(&case, &["points to nothing"]);
    assert_problem(&findings, &["pipe.csv", "not opened"]);
    assert_problem(&findings, &["outside.evtx", "leads out of the case folder"]);
}

#[cfg(unix)]
#[test]
fn an_unreadable_file() {
    use std::os::unix::fs::PermissionsExt;
    let case = CaseFolder::with_witness();
    let path = case.write("System.evtx", "x");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&path).is_ok() {
        eprintln!("not run: this user (root) may read every file");
        return;
    }
    told(&case, &["could not be opened"]);
}

/// The evidence is only read: not a byte, name or time of the folder changes.
#[test]
fn nothing_is_written_into_the_case() {
    let case = CaseFolder::with_witness();
    let state = || -> Vec<_> {
        crate::common::files_below(case.path())
            .into_iter()
            .map(|path| {
                let modified = fs::metadata(&path).unwrap().modified().unwrap();
                (fs::read(&path).unwrap(), path, modified)
            })
            .collect()
    };
    let before = state();
    case.run(&[]).done();
    assert_eq!(state(), before);
}
