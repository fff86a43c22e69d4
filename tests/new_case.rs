//! `analyze new`: the folder that it makes, and that it never touches one that is there.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::fs;

use common::{CaseFolder, assert_problem, files_below, run_in, run_on};
use stuckmail::case;

#[test]
fn a_new_case_can_be_filled_and_analysed() {
    let keep = CaseFolder::new();
    let outside = keep.beside("");
    let made = run_in(
        &outside,
        &[
            "new",
            "new case",
            "--server",
            "BH01",
            "--server",
            "BE01",
            "--timezone",
            "America/New_York",
        ],
    )
    .done();
    assert!(
        made.stdout.contains("analyze \"new case\""),
        "{}",
        made.stdout
    );
    assert!(
        made.stdout.contains("CAPTURE.md") && made.stdout.contains("BE01/"),
        "{}",
        made.stdout
    );
    let folder = outside.join("new case");
    let names: Vec<String> = files_below(&folder)
        .iter()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(
        names,
        ["CAPTURE.md", "case.toml", "collect.cmd", "collect.ps1"]
    );
    assert!(folder.join("BH01").is_dir() && folder.join("BE01").is_dir());
    let opened = case::open(&folder).unwrap();
    assert_eq!(opened.config.servers.len(), 2);

    // Nothing in it yet: that is said, and nothing else is wrong.
    let run = run_on(&folder, &keep.beside("report"), &[]).done();
    let findings = run.findings();
    assert_problem(&findings, &["None of the 4 files", "evidence"]);
    for server in ["BH01", "BE01"] {
        assert_problem(&findings, &["case.toml", server]);
    }
    assert_eq!(findings.problems.len(), 3);

    // What the script writes on a server goes into the server's folder.
    let key = forge::registry::Key::new(
        r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\MSExchangeIS\VirusScan",
    );
    let export = forge::registry::write(
        forge::registry::Form::Regedit5,
        &[key.dword("ScanTimeout", 180)],
    );
    let collected = folder.join("BH01/BH01_collected_20060320-220000");
    fs::create_dir(&collected).unwrap();
    fs::write(
        collected.join("BH01_virusscan_20060320T220007-0500.reg"),
        export,
    )
    .unwrap();
    let opened = case::open(&folder).unwrap();
    assert!(opened.has_evidence());
    let file = collected.join("BH01_virusscan_20060320T220007-0500.reg");
    let shown = run_in(&keep.beside(""), &["inspect", &file.to_string_lossy()]).done();
    for part in [
        "BH01 at 2006-03-21 03:00:07 UTC",
        "VirusScan\\ScanTimeout = 180 (REG_DWORD)",
    ] {
        assert!(shown.stdout.contains(part), "{part}: {}", shown.stdout);
    }
    let run = run_on(&folder, &keep.beside("report"), &["--force"]).done();
    let told: Vec<String> = run
        .findings()
        .problems
        .iter()
        .map(|p| p.what.clone())
        .collect();
    assert!(
        !told.iter().any(|what| what.contains("disagree")),
        "{told:?}"
    );
}

#[test]
fn a_folder_that_holds_something_is_not_touched() {
    let keep = CaseFolder::new();
    keep.write("case.toml", "name = \"mine\"");
    let before = files_below(keep.path());
    let run = run_in(&keep.beside(""), &["new", "case"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("not empty"), "{}", run.stderr);
    assert_eq!(files_below(keep.path()), before);
    assert_eq!(
        fs::read_to_string(keep.path().join("case.toml")).unwrap(),
        "name = \"mine\""
    );
    // Neither is one that this program made.
    run_in(&keep.beside(""), &["new", "twice"]).done();
    assert_eq!(run_in(&keep.beside(""), &["new", "twice"]).code, 1);
    // A file of that name.
    fs::write(keep.beside("file"), "x").unwrap();
    let run = run_in(&keep.beside(""), &["new", "file"]);
    assert_eq!(
        (run.code, run.stderr.contains("is a file")),
        (1, true),
        "{}",
        run.stderr
    );
    // An empty folder serves.
    fs::create_dir(keep.beside("empty")).unwrap();
    run_in(&keep.beside(""), &["new", "empty"]).done();
}

#[test]
fn wrong_names_are_refused() {
    let keep = CaseFolder::new();
    for args in [
        &["new", "x", "--server", "a/b"][..],
        &["new", "x", "--server", "A", "--server", "a"],
        &["new"],
    ] {
        let run = run_in(&keep.beside(""), args);
        assert_eq!(run.code, 2, "{}", run.stderr);
    }
    assert!(!keep.beside("x").exists());
}
