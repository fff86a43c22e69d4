//! Archives good and bad, opened as a case.

mod bombs;
mod damaged;
mod good;
mod hostile;
mod random;

use std::io::{Cursor, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::case::{self, Case, Format};

/// The header of a `.evt` log without records.
pub const EVT: &[u8] = b"\x30\0\0\0LfLe\x01\0\0\0\x01\0\0\0";

pub fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    dir
}

pub fn zip_with(method: CompressionMethod, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    zip_with(CompressionMethod::Deflated, files)
}

pub fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::default());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

/// An archive by another program (`tests/data/archives/README.md`).
pub fn fixture(name: &str) -> Vec<u8> {
    let manifest = Path::new(file!()).ancestors().nth(5).unwrap();
    let data = manifest.join("tests/data/archives").join(name);
    std::fs::read(&data).unwrap_or_else(|fault| panic!("{}: {fault}", data.display()))
}

pub fn paths(case: &Case) -> Vec<&str> {
    case.files.iter().map(|file| file.path.as_str()).collect()
}

pub fn bytes_of(case: &Case, path: &str) -> Vec<u8> {
    let file = case.files.iter().find(|file| file.path == path);
    let file = file.unwrap_or_else(|| panic!("no {path} in {:?}", paths(case)));
    let bytes = file.source.head(u64::MAX).unwrap();
    assert_eq!(
        (bytes.len() as u64, file.bytes),
        (file.bytes, file.source.state().unwrap().bytes),
        "{path}"
    );
    bytes
}

pub fn format_of(case: &Case, path: &str) -> Format {
    let file = case.files.iter().find(|file| file.path == path);
    file.unwrap_or_else(|| panic!("no {path} in {:?}", paths(case)))
        .format
}

/// Whether the case has a problem for this path that says this.
pub fn has_problem(case: &Case, path: &str, part: &str) -> bool {
    case.problems
        .iter()
        .any(|problem| problem.evidence == path && problem.what.contains(part))
}

pub fn assert_problem(case: &Case, path: &str, part: &str) {
    assert!(
        has_problem(case, path, part),
        "{path}: {part}: {:#?}",
        case.problems
    );
    let complete = |problem: &crate::evidence::model::Problem| {
        !problem.why_it_matters.is_empty() && !problem.what_to_do.is_empty()
    };
    assert!(case.problems.iter().all(complete));
}

/// A case folder with one file, opened.
pub fn open_with(name: &str, bytes: &[u8]) -> (TempDir, Case) {
    let dir = folder(&[(name, bytes)]);
    let case = case::open(dir.path()).unwrap();
    (dir, case)
}

/// The case is the file itself.
pub fn open_as_case(name: &str, bytes: &[u8]) -> (TempDir, Case) {
    let dir = folder(&[(name, bytes)]);
    let case = case::open(&dir.path().join(name)).unwrap();
    (dir, case)
}
