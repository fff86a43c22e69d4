//! The same evidence gives the same bytes: whatever the number of threads, wherever the folder lies, in whatever
//! order its files came to be.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::path::Path;

use common::{CaseFolder, case42, copy_folder, run_on};

/// Every output but `run.json`, which tells when, where and by which build.
const OUTPUTS: [&str; 6] = [
    "findings.json",
    "timeline.csv",
    "report.html",
    "report.md",
    "timeline.parquet",
    "manifest.json",
];

/// The outputs of one run.
fn outputs(case: &Path, report: &Path, more: &[&str]) -> Vec<(&'static str, Vec<u8>)> {
    let args = [&["--format", "md,parquet", "--all-events"], more].concat();
    let run = run_on(case, report, &args).done();
    OUTPUTS
        .iter()
        .map(|name| (*name, run.bytes(name)))
        .collect()
}

#[track_caller]
fn assert_same(a: &[(&str, Vec<u8>)], b: &[(&str, Vec<u8>)], how: &str) {
    for ((name, ours), (_, theirs)) in a.iter().zip(b) {
        // The manifest lists run.json with its hash, which differs.
        if *name == "manifest.json" {
            continue;
        }
        let at = ours.iter().zip(theirs).position(|(x, y)| x != y);
        assert!(
            ours == theirs,
            "{how}: {name} differs at byte {at:?} ({} and {} bytes)",
            ours.len(),
            theirs.len()
        );
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let case = case42();
    let one = outputs(case.path(), &case.beside("one"), &["--threads", "1"]);
    for threads in ["2", "8"] {
        let more = outputs(case.path(), &case.beside(threads), &["--threads", threads]);
        assert_same(&one, &more, threads);
    }
}

#[test]
fn two_runs_are_alike() {
    let case = case42();
    let first = outputs(case.path(), &case.beside("a"), &[]);
    // Another folder for the report, and one that holds a report already.
    assert_same(
        &first,
        &outputs(case.path(), &case.beside("b"), &[]),
        "another report folder",
    );
    assert_same(
        &first,
        &outputs(case.path(), &case.beside("a"), &[]),
        "a second run",
    );
}

#[test]
fn neither_place_nor_name_nor_order_of_making_changes_anything() {
    let case = case42();
    let original = outputs(case.path(), &case.beside("original"), &[]);
    let copies = CaseFolder::new();
    let renamed = copies.beside("Another name (2)");
    copy_folder(case.path(), &renamed, |_| {});
    assert_same(
        &original,
        &outputs(&renamed, &copies.beside("r"), &[]),
        "a renamed copy",
    );
    let reversed = copies.beside("reversed");
    copy_folder(case.path(), &reversed, |files| files.reverse());
    assert_same(
        &original,
        &outputs(&reversed, &copies.beside("s"), &[]),
        "made in reverse",
    );
    let shuffled = copies.beside("shuffled");
    copy_folder(case.path(), &shuffled, |files| {
        let middle = files.len() / 2;
        files.rotate_left(middle);
    });
    assert_same(
        &original,
        &outputs(&shuffled, &copies.beside("t"), &[]),
        "made in another order",
    );
}

/// Nothing of the machine, the clock or the path is in the outputs.
#[test]
fn the_outputs_do_not_tell_where_they_were_made() {
    let case = CaseFolder::with_witness();
    let run = case.run(&["--format", "md"]).done();
    let here = case.path().parent().unwrap().display().to_string();
    let today = chrono::Utc::now().format("%Y-%m-%d").to_string();
    for name in ["findings.json", "timeline.csv", "report.html", "report.md"] {
        let text = run.text(name);
        assert!(!text.contains(&here), "{name} holds the path");
        assert!(!text.contains(&today), "{name} holds the date of the run");
    }
    // The machine's part is kept apart.
    assert!(run.text("run.json").contains(&today));
}

/// The joint hash of the evidence is that of the sorted lines `path NUL sha256 LF`.
#[test]
fn the_hash_of_the_evidence_can_be_made_by_hand() {
    use sha2::{Digest, Sha256};
    let case = case42();
    let findings = case
        .outcome(&stuckmail::pipeline::Options::default())
        .findings;
    let hex = |bytes: &[u8]| -> String {
        Sha256::digest(bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    };
    let mut lines = Vec::new();
    for file in common::files_below(case.path()) {
        let path = file
            .strip_prefix(case.path())
            .unwrap()
            .to_string_lossy()
            .replace('\\', "/");
        let hash = hex(&std::fs::read(&file).unwrap());
        let listed = findings.evidence.iter().find(|f| f.path == path).unwrap();
        assert_eq!(listed.sha256, hash, "{path}");
        lines.push(format!("{path}\0{hash}\n"));
        if path.ends_with(".zip") {
            let mut zip = zip::ZipArchive::new(std::fs::File::open(&file).unwrap()).unwrap();
            for index in 0..zip.len() {
                let mut entry = zip.by_index(index).unwrap();
                let mut bytes = Vec::new();
                std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
                let name = entry.name().unwrap().into_owned();
                lines.push(format!("{path}!/{name}\0{}\n", hex(&bytes)));
            }
        }
    }
    lines.sort();
    assert_eq!(
        findings.case.evidence_sha256,
        hex(lines.concat().as_bytes())
    );
}
