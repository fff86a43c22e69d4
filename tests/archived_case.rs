//! A case that is an archive, or holds its evidence in one, gives the findings of the folder.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use common::{CaseFolder, case42, files_below};
use flate2::{Compression, write::GzEncoder};
use stuckmail::analysis::findings::Findings;
use stuckmail::evidence::NoProgress;
use stuckmail::pipeline::{self, Options};

/// Paths and bytes of a folder's files.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let path = |file: &Path| {
        let below = file.strip_prefix(folder).unwrap();
        below.to_str().unwrap().replace('\\', "/")
    };
    files_below(folder)
        .iter()
        .map(|file| (path(file), fs::read(file).unwrap()))
        .collect()
}

fn zipped(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        zip.start_file(path, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn tar_gz(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, path, bytes.as_slice())
            .unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

fn analyse(case: &Path) -> Findings {
    pipeline::analyze_folder(case, &Options::default(), &NoProgress)
        .unwrap()
        .findings
}

/// Without the paths of files, which differ, and the hash of these paths.
fn conclusions(mut findings: Findings) -> Findings {
    findings.case.evidence_sha256.clear();
    for file in &mut findings.evidence {
        let inside = file.path.rsplit("!/").next().unwrap_or_default();
        file.path = inside.trim_start_matches("case42/").to_owned();
    }
    for problem in &mut findings.problems {
        for text in [
            &mut problem.evidence,
            &mut problem.what,
            &mut problem.what_to_do,
        ] {
            *text = text
                .replace("case.zip!/", "")
                .replace("case.tar.gz!/", "")
                .replace("case42/", "");
        }
    }
    findings.problems.sort();
    findings
}

#[test]
fn the_case_as_an_archive() {
    let case = case42();
    let folder = conclusions(analyse(case.path()));
    let plain = files(case.path());
    // With and without a folder around everything, as people make archives.
    let wrapped: Vec<(String, Vec<u8>)> = plain
        .iter()
        .map(|(path, bytes)| (format!("case42/{path}"), bytes.clone()))
        .collect();
    for (name, bytes) in [
        ("case.zip", zipped(&plain)),
        ("case.zip", zipped(&wrapped)),
        ("case.tar.gz", tar_gz(&wrapped)),
    ] {
        let path = case.beside(name);
        fs::write(&path, bytes).unwrap();
        let mut findings = analyse(&path);
        // The archive itself stands in the list of evidence, before its entries.
        let archive = findings.evidence.remove(0);
        assert!(archive.format.starts_with("archive"), "{}", archive.format);
        let shown = &findings.evidence[0].path;
        assert!(shown.starts_with(&format!("{name}!/")), "{shown}");
        let found = conclusions(findings);
        assert_eq!(found.verdict, folder.verdict);
        assert_eq!(found.messages.len(), folder.messages.len());
        let without_evidence = |findings: &Findings| {
            let mut value = serde_json::to_value(findings).unwrap();
            strip_citations(&mut value);
            value
        };
        let (found, folder) = (without_evidence(&found), without_evidence(&folder));
        for part in [
            "messages",
            "restarts",
            "windows",
            "bursts",
            "servers",
            "interventions",
            "coverage",
        ] {
            assert_eq!(found[part], folder[part], "{name}: {part}");
        }
    }
}

/// Citations count files, and the archive is one more.
fn strip_citations(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            map.remove("evidence");
            map.values_mut().for_each(strip_citations);
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(strip_citations),
        serde_json::Value::String(text) => {
            let cited = regex::Regex::new(r"\bE[0-9]+#").unwrap();
            *text = cited.replace_all(text, "E#").into_owned();
        }
        _ => {}
    }
}

/// An archive inside a folder, and one inside that.
#[test]
fn archives_inside_the_case() {
    let case = case42();
    let plain = analyse(case.path());
    let (logs, others): (Vec<_>, Vec<_>) = files(case.path())
        .into_iter()
        .partition(|(path, _)| path.starts_with("bh01/") && path.ends_with(".evtx"));
    let logs: Vec<(String, Vec<u8>)> = logs
        .into_iter()
        .map(|(path, bytes)| (path.trim_start_matches("bh01/").to_owned(), bytes))
        .collect();
    let mixed = CaseFolder::new();
    for (path, bytes) in others {
        mixed.write(&path, bytes);
    }
    mixed.write(
        "bh01/logs.zip",
        zipped(&[("inner.tar.gz".to_owned(), tar_gz(&logs))]),
    );
    let findings = mixed.analyse();
    assert_eq!(findings.messages.len(), plain.messages.len());
    assert_eq!(findings.verdict.state, plain.verdict.state);
    let shown = findings.evidence.iter().map(|file| file.path.as_str());
    let mut inner = shown.filter(|path| path.starts_with("bh01/logs.zip!/inner.tar.gz!/"));
    assert!(inner.any(|path| path.ends_with("System.evtx")));
    // Nothing was unpacked beside it.
    let on_disk = files_below(mixed.path());
    assert!(
        on_disk
            .iter()
            .all(|path| !path.ends_with("System.evtx") || !path.to_str().unwrap().contains("bh01"))
    );
}
