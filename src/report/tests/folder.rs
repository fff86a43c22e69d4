//! Where a report goes, what it replaces and what it leaves alone.

use std::fs;
use std::path::Path;

use super::plan;
use crate::analysis::findings::{CaseInfo, Findings};
use crate::report::folder::hex;
use crate::report::{Error, Manifest, WritePlan, Written, folder_name, testdata, write};

#[test]
fn an_earlier_report_on_the_case_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("deep/case");
    let first = write(&plan(&folder), &testdata::findings(), &[]).unwrap();
    let without_markdown = WritePlan {
        markdown: false,
        ..plan(&folder)
    };
    let quiet = Findings {
        case: testdata::findings().case,
        ..testdata::quiet()
    };
    let second = write(&without_markdown, &quiet, &[]).unwrap();
    assert_eq!(first.folder, second.folder);
    assert!(!folder.join("report.md").exists());
    assert!(
        fs::read_to_string(folder.join("report.html"))
            .unwrap()
            .contains("No stuck window was found.")
    );
    assert_eq!(
        names(dir.path().join("deep").as_path()),
        ["case"],
        "nothing is left beside the report"
    );
}

#[test]
fn the_manifest_lists_every_file_with_its_hash() {
    use sha2::{Digest, Sha256};
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("case");
    let hello = |out: &mut dyn std::io::Write| out.write_all(b"PAR1");
    let plan = WritePlan {
        parquet: Some(&hello),
        ..plan(&folder)
    };
    let Written { files, .. } = write(&plan, &testdata::findings(), &[]).unwrap();
    let manifest = Manifest::parse(&fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    let listed: Vec<&str> = manifest.files.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(
        listed,
        [
            "findings.json",
            "report.html",
            "report.md",
            "run.json",
            "timeline.csv",
            "timeline.parquet"
        ]
    );
    for file in &manifest.files {
        let bytes = fs::read(folder.join(&file.name)).unwrap();
        assert_eq!(bytes.len() as u64, file.bytes);
        assert_eq!(hex(&Sha256::digest(&bytes)), file.sha256, "{}", file.name);
    }
    assert_eq!(files.len(), manifest.files.len() + 1);
    assert_eq!(manifest.case.name, "Case 42");
    assert_eq!(fs::read(folder.join("timeline.parquet")).unwrap(), b"PAR1");
}

#[test]
fn what_is_not_ours_needs_force_and_survives_it() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("case");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("notes.txt"), "mine").unwrap();
    let findings = testdata::findings();
    assert!(matches!(
        write(&plan(&folder), &findings, &[]),
        Err(Error::Foreign { .. })
    ));
    let forced = WritePlan {
        force: true,
        ..plan(&folder)
    };
    write(&forced, &findings, &[]).unwrap();
    assert_eq!(
        fs::read_to_string(folder.join("notes.txt")).unwrap(),
        "mine"
    );
    assert!(folder.join("report.html").exists());
    let refused = write(&plan(&folder), &findings, &[]).unwrap_err();
    assert!(refused.to_string().contains("`notes.txt`"), "{refused}");
    // What an earlier report left and the new one does not write goes away, the rest stays.
    write(
        &WritePlan {
            markdown: false,
            ..forced
        },
        &findings,
        &[],
    )
    .unwrap();
    assert!(!folder.join("report.md").exists() && folder.join("notes.txt").exists());
    assert_eq!(names(dir.path()), ["case"]);
}

#[test]
fn another_case_and_a_plain_file_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("case");
    write(&plan(&folder), &testdata::findings(), &[]).unwrap();
    let other = Findings {
        case: CaseInfo {
            name: "Other".to_owned(),
            evidence_sha256: "00".to_owned(),
            ..testdata::empty().case
        },
        ..testdata::empty()
    };
    let error = write(&plan(&folder), &other, &[]).unwrap_err();
    assert!(
        error.to_string().contains("another case, `Case 42`"),
        "{error}"
    );
    let file = dir.path().join("file");
    fs::write(&file, "x").unwrap();
    for force in [false, true] {
        let refused = write(
            &WritePlan {
                force,
                ..plan(&file)
            },
            &other,
            &[],
        );
        assert!(matches!(refused, Err(Error::NotAFolder { .. })));
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "x");
}

#[test]
fn a_failure_half_way_leaves_the_old_report() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("case");
    write(&plan(&folder), &testdata::findings(), &[]).unwrap();
    let before = fs::read(folder.join("manifest.json")).unwrap();
    let full = |_: &mut dyn std::io::Write| Err(std::io::Error::other("disk full"));
    let failing = WritePlan {
        parquet: Some(&full),
        ..plan(&folder)
    };
    let error = write(
        &failing,
        &Findings {
            case: testdata::findings().case,
            ..testdata::quiet()
        },
        &[],
    )
    .unwrap_err();
    assert!(error.to_string().contains("disk full"), "{error}");
    assert_eq!(fs::read(folder.join("manifest.json")).unwrap(), before);
    assert_eq!(names(dir.path()), ["case"]);
}

#[test]
fn folder_names_are_fit_for_windows() {
    for (case, name) in [
        ("Case 42", "Case 42"),
        ("a/b\\c:d*e?", "a_b_c_d_e_"),
        ("..", "case"),
        ("con", "con_"),
        ("LPT1.txt", "LPT1.txt_"),
        ("Störung März.", "Störung März"),
        ("", "case"),
    ] {
        assert_eq!(folder_name(case), name);
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
