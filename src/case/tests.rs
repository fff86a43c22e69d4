//! Case folders, good and bad.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::*;

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    dir
}

fn whats(case: &Case) -> Vec<(&str, &str)> {
    case.problems
        .iter()
        .map(|problem| (problem.evidence.as_str(), problem.what.as_str()))
        .collect()
}

#[test]
fn files_are_sorted_by_bytes_and_numbered() {
    let dir = folder(&[
        ("bh01/System.evtx", b"ElfFile\0"),
        ("b.txt", b"note"),
        (
            "B.json",
            br#"{"schema":"temp-table-snapshot/1","messages":[]}"#,
        ),
        ("case.toml", b"name = \"Case 42\"\n"),
        (".DS_Store", b"\0\0\0\x01Bud1"),
    ]);
    let case = open(dir.path()).unwrap();
    let listed: Vec<_> = case
        .files
        .iter()
        .map(|f| (f.id.0, f.path.as_str(), f.format))
        .collect();
    assert_eq!(
        listed,
        [
            (1, ".DS_Store", Format::NotEvidence),
            (2, "B.json", Format::SnapshotJson),
            (3, "b.txt", Format::NotEvidence),
            (4, "bh01/System.evtx", Format::Evtx),
            (5, "case.toml", Format::CaseToml),
        ]
    );
    assert_eq!(
        (case.name.as_str(), case.config_file),
        ("Case 42", Some(FileId(5)))
    );
    assert!(case.has_evidence() && case.problems.is_empty());
}

#[test]
fn what_cannot_be_a_case_is_refused_with_advice() {
    let dir = folder(&[
        ("case42/System.evtx", b"ElfFile\0"),
        ("empty/deeper/.keep", b""),
    ]);
    fs::remove_file(dir.path().join("empty/deeper/.keep")).unwrap();
    let message = |path: &str| open(&dir.path().join(path)).unwrap_err().to_string();
    assert!(message("case24").contains("did you mean") && message("case24").contains("case42"));
    assert!(message("nothing-like-it").contains("give the folder that holds the evidence"));
    assert!(message("case42/System.evtx").contains("is a file"));
    assert!(message("empty").contains("holds no files"));
}

#[test]
fn a_bad_case_toml_stops_with_its_line() {
    let dir = folder(&[
        ("case.toml", b"name = \"x\"\n[[servers]]\nname = \"BH01\"\n"),
        ("a.evtx", b"ElfFile\0"),
    ]);
    let message = open(dir.path()).unwrap_err().to_string();
    assert!(
        message.contains("case.toml` line 2") && message.contains("[[servers]]"),
        "{message}"
    );
    assert!(message.contains("did you mean `server`?"), "{message}");
    let dir = folder(&[
        ("case.toml", b"name = \"Stra\xdfe\"\n"),
        ("a.evtx", b"ElfFile\0"),
    ]);
    assert!(
        open(dir.path())
            .unwrap_err()
            .to_string()
            .contains("save it as UTF-8")
    );
}

#[test]
fn what_is_wrong_with_files_is_listed() {
    let dir = folder(&[
        ("notes.txt", b"nothing to see"),
        ("Empty.evtx", b""),
        ("Wrong.evtx", b"this is not a log"),
        ("deep/case.toml", b"name = \"y\""),
        ("table.txt", b"the rows, as I remember them"),
        ("case.toml", b"[[snapshot]]\nfile = \"tabel.txt\"\n[[server]]\nname = \"BH01\"\n[[server]]\nname = \"bh01\"\n"),
    ]);
    let case = open(dir.path()).unwrap();
    let problems = whats(&case);
    let has = |path: &str, part: &str| {
        problems
            .iter()
            .any(|(evidence, what)| *evidence == path && what.contains(part))
    };
    assert!(has("Empty.evtx", "0 bytes"));
    assert!(has("Wrong.evtx", "no Windows event log"));
    assert!(has("deep/case.toml", "not used"));
    assert!(has("case.toml", "`tabel.txt`"));
    assert!(has("case.toml", "`BH01` and `bh01`"));
    assert!(has("", "None of the 6 files"));
    assert!(
        case.problems
            .iter()
            .any(|problem| problem.what_to_do.contains("did you mean `table.txt`?"))
    );
    assert!(
        case.problems
            .iter()
            .all(|problem| !problem.why_it_matters.is_empty() && !problem.what_to_do.is_empty())
    );
}

#[test]
fn snapshot_entries_cover_files_and_folders() {
    let entry = SnapshotConfig {
        file: "BH01/TempTable#1".into(),
        server: None,
        table: None,
        captured_at: None,
    };
    assert!(entry.covers("bh01/TempTable#1/table.txt") && entry.covers("BH01/temptable#1"));
    assert!(!entry.covers("BH01/TempTable#10/table.txt"));
}

#[cfg(unix)]
#[test]
fn links_out_of_the_case_are_not_followed() {
    use std::os::unix::fs::symlink;
    let outside = folder(&[("secret.evtx", b"ElfFile\0")]);
    let dir = folder(&[("real.evtx", b"ElfFile\0")]);
    let link = |target: &Path, name: &str| symlink(target, dir.path().join(name)).unwrap();
    link(&outside.path().join("secret.evtx"), "out.evtx");
    link(outside.path(), "out");
    link(&dir.path().join("real.evtx"), "in.evtx");
    link(Path::new("/no/such/file"), "broken");
    let case = open(dir.path()).unwrap();
    assert_eq!(
        case.files
            .iter()
            .map(|f| f.path.as_str())
            .collect::<Vec<_>>(),
        ["real.evtx"]
    );
    let problems = whats(&case);
    assert_eq!(
        problems.iter().map(|(path, _)| *path).collect::<Vec<_>>(),
        ["broken", "out", "out.evtx"]
    );
}

#[cfg(unix)]
#[test]
fn sockets_are_not_opened() {
    let dir = folder(&[("real.evtx", b"ElfFile\0")]);
    let _socket = std::os::unix::net::UnixListener::bind(dir.path().join("socket")).unwrap();
    let case = open(dir.path()).unwrap();
    assert_eq!(whats(&case).len(), 1);
    assert_eq!(case.problems.first().unwrap().evidence, "socket");
}
