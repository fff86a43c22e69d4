//! Exports that the forge wrote, read back and compared with what it was told to write.

mod aside;
mod damage;
mod hostile;
mod places;
mod whole;

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use forge::mfcmapi::{Build, Dump, Row, folder_dump, table_txt};

use super::*;
use crate::case::recognise::{Head, recognise};
use crate::case::{Case, CaseConfig, FoundFile, Source};
use crate::evidence::model::{FileId, Snapshot};
use crate::evidence::{NoProgress, read_all};

type Files = Vec<(String, Vec<u8>)>;

/// These files as a case, read and settled.
fn read(mut files: Files, config: &str) -> Vec<FileReading> {
    files.sort();
    let found = files.into_iter().zip(1..).map(|((path, bytes), id)| {
        let recognised = recognise(&Head::new(&bytes, bytes.len() as u64, false, None));
        FoundFile {
            id: FileId(id),
            path,
            format: recognised.format,
            recognised_by: recognised.by,
            bytes: bytes.len() as u64,
            source: Source::Memory(Arc::from(bytes)),
        }
    });
    let case = Case {
        root: PathBuf::new(),
        name: "case".into(),
        config: CaseConfig::parse(config).unwrap(),
        config_file: None,
        files: found.collect(),
        problems: Vec::new(),
    };
    let context = ReadContext::new(&case.config, &|_, _, _| false);
    let mut readings = read_all(&case, &context, &NoProgress);
    settle(&mut readings, &context);
    readings
}

fn snapshots(readings: &[FileReading]) -> Vec<&Snapshot> {
    readings
        .iter()
        .flat_map(|file| &file.reading.snapshots)
        .collect()
}

#[track_caller]
fn one(readings: &[FileReading]) -> &Snapshot {
    let found = snapshots(readings);
    assert_eq!(found.len(), 1, "{:#?}", problems(readings));
    found[0]
}

/// What is said of all files.
fn problems(readings: &[FileReading]) -> Vec<String> {
    let told = readings.iter().flat_map(|file| &file.reading.problems);
    told.map(|problem| format!("{}: {}", problem.evidence, problem.what))
        .collect()
}

#[track_caller]
fn assert_told(readings: &[FileReading], words: &[&str]) {
    let told = problems(readings);
    for word in words {
        assert!(
            told.iter().any(|what| what.contains(word)),
            "{word}: {told:#?}"
        );
    }
    assert_eq!(told.len(), words.len(), "{told:#?}");
}

/// A folder whose name says everything.
const NAMED: &str = "BH01_TempTable#1_20060314T143000Z";

fn below(folder: &str, files: Files) -> Files {
    files
        .into_iter()
        .map(|(path, bytes)| (format!("{folder}/{path}"), bytes))
        .collect()
}

fn at(minutes: u32) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2006-03-14T09:02:11.406Z".parse().unwrap();
    start + TimeDelta::minutes(minutes.into()) + TimeDelta::nanoseconds(700)
}

fn row(number: u32, subfolder: u32) -> Row {
    Row {
        message_id: Some(format!("<{number:08X}@Contoso.example>")),
        subject: format!("Angebot für \"März\" {number}"),
        sender: format!("sender{number}@contoso.example"),
        recipients: vec![
            format!("to{number}@fabrikam.example"),
            "second@fabrikam.example".into(),
        ],
        size: 1000 + number,
        class: "IPM.Note".into(),
        body: format!("Hello {number}\nand more"),
        submitted: Some(at(number)),
        delivered: Some(at(number + 1)),
        created: Some(at(number + 2)),
        modified: Some(at(number + 3)),
        entry_id: format!("{:016X}", 0xE000 + number),
        record_key: format!("{:016X}", 0xA000 + number),
        search_key: format!("{:032X}", 0xB000 + number),
        headers: None,
        subfolder,
    }
}

/// A table with so many rows, spread over its subfolders and itself.
fn dump(rows: u32, subfolders: u32, build: Build) -> Dump {
    Dump {
        table: "TempTable#1".into(),
        subfolders,
        walked: true,
        build,
        with_message_ids: false,
        rows: (0..rows)
            .map(|number| row(number, number % (subfolders + 1)))
            .collect(),
    }
}

/// Everything of a message that all exports of a folder hold.
#[track_caller]
fn assert_same(read: &crate::evidence::model::SnapshotRow, truth: &Row) {
    let time = |stamp: &Option<crate::time::Stamp>| stamp.as_ref().map(|stamp| stamp.at.datetime());
    let micros = |at: Option<DateTime<Utc>>| at.map(|at| at - TimeDelta::nanoseconds(700));
    assert_eq!(read.message_id, truth.message_id);
    assert_eq!(read.subject.as_deref(), Some(truth.subject.as_str()));
    assert_eq!(read.sender.as_deref(), Some(truth.sender.as_str()));
    assert_eq!(read.recipients, truth.recipients);
    assert_eq!(read.size, Some(truth.size.into()));
    assert_eq!(read.message_class.as_deref(), Some("IPM.Note"));
    assert_eq!(read.entry_id.as_deref(), Some(truth.entry_id.as_str()));
    assert_eq!(read.record_key.as_deref(), Some(truth.record_key.as_str()));
    assert_eq!(time(&read.submitted_at), micros(truth.submitted));
    assert_eq!(time(&read.delivered_at), micros(truth.delivered));
    assert_eq!(time(&read.created_at), micros(truth.created));
    assert_eq!(time(&read.modified_at), micros(truth.modified));
}

const BUILDS: [Build; 3] = [Build::Modern, Build::Ansi(1252), Build::Year2007(1252)];

#[test]
fn a_tree_of_every_build_is_one_complete_capture() {
    for build in BUILDS {
        let truth = dump(7, 3, build);
        let readings = read(below(NAMED, folder_dump(&truth)), "code_page = 1252");
        let capture = one(&readings);
        assert_eq!(capture.server.value, "BH01");
        assert_eq!(
            (capture.table.value.as_str(), capture.virtual_server),
            ("TempTable#1", Some(1))
        );
        assert_eq!(
            capture.captured_at.value.at.to_string(),
            "2006-03-14T14:30:00.000000Z"
        );
        assert!(capture.complete, "{build:?}: {:#?}", problems(&readings));
        assert_eq!(capture.rows.len(), 7);
        for truth in &truth.rows {
            let found = capture
                .rows
                .iter()
                .find(|row| row.message_id == truth.message_id);
            assert_same(found.unwrap(), truth);
        }
        assert_told(&readings, &[]);
        assert_eq!(readings[0].id, capture.cite.file);
        let damaged: u64 = readings.iter().map(|file| file.reading.damaged).sum();
        assert_eq!(damaged, 0);
    }
}

/// Twenty rows a block in all builds, so that every numbering starts again; 45 of them.
#[test]
fn a_table_of_every_build_lists_all_rows() {
    for build in BUILDS {
        let truth = Dump {
            with_message_ids: true,
            ..dump(45, 0, build)
        };
        let name = format!("{NAMED}.txt");
        let readings = read(vec![(name, table_txt(&truth, build))], "code_page = 1252");
        let capture = one(&readings);
        assert_eq!(capture.rows.len(), 45, "{build:?}");
        for (row, truth) in capture.rows.iter().zip(&truth.rows) {
            assert_eq!(row.message_id, truth.message_id);
            assert_eq!(row.subject.as_deref(), Some(truth.subject.as_str()));
            assert_eq!(row.entry_id.as_deref(), Some(truth.entry_id.as_str()));
            assert_eq!(row.recipients, truth.recipients);
            let submitted = row.submitted_at.as_ref().unwrap().at.datetime();
            assert_eq!(
                submitted + TimeDelta::nanoseconds(700),
                truth.submitted.unwrap()
            );
            assert_eq!(row.created_at, None, "the view has no such column");
        }
        assert!(!capture.complete);
        assert_told(&readings, &["nothing says how many messages"]);
    }
}

#[test]
fn messages_in_msg_files_join_the_table_beside_them() {
    let truth = dump(5, 1, Build::Modern);
    let readings = read(below(NAMED, forge::mfcmapi::msg_dump(&truth)), "");
    let capture = one(&readings);
    assert!(capture.complete, "{:#?}", problems(&readings));
    assert_eq!(capture.rows.len(), 5);
    for truth in &truth.rows {
        let found = capture
            .rows
            .iter()
            .find(|row| row.message_id == truth.message_id)
            .unwrap();
        assert_eq!(found.record_key.as_deref(), Some(truth.record_key.as_str()));
        assert_eq!(found.sender.as_deref(), Some(truth.sender.as_str()));
        assert_eq!(found.recipients, truth.recipients);
        assert_eq!(found.size, Some(truth.size.into()));
        assert_eq!(found.created_at, None, "a copy's, if anything");
    }
}

/// Keys stay with the original: then the name of the file tells which row a `.msg` is of.
#[test]
fn a_copy_without_keys_is_known_by_the_name_of_its_file() {
    let truth = dump(3, 0, Build::Modern);
    let mut files = forge::mfcmapi::msg_dump(&truth);
    for (path, bytes) in &mut files {
        if let Some(row) = truth.rows.iter().find(|row| path.contains(&row.record_key)) {
            let copy = Row {
                entry_id: String::new(),
                record_key: String::new(),
                search_key: String::new(),
                ..row.clone()
            };
            *bytes = forge::mfcmapi::msg(&copy);
        }
    }
    let readings = read(below(NAMED, files), "");
    let capture = one(&readings);
    assert_eq!(capture.rows.len(), 3);
    assert!(
        capture
            .rows
            .iter()
            .all(|row| row.message_id.is_some() && row.record_key.is_some())
    );
}

#[test]
fn without_message_ids_a_capture_counts_and_says_how_to_get_them() {
    let mut truth = dump(3, 0, Build::Modern);
    truth.rows.iter_mut().for_each(|row| row.message_id = None);
    let readings = read(below(NAMED, folder_dump(&truth)), "");
    assert!(one(&readings).complete);
    assert_told(&readings, &["No row has an Internet Message ID"]);
    let what_to_do = &readings[0].reading.problems[0].what_to_do;
    assert!(what_to_do.contains("0x1035001F") && what_to_do.contains("as text files"));
    // The headers of mail that came by SMTP are a second source.
    truth.rows[0].headers = Some("Received: by x\r\nMessage-ID:\r\n <from@headers>\r\n".into());
    let readings = read(below(NAMED, folder_dump(&truth)), "");
    assert_eq!(
        one(&readings)
            .rows
            .iter()
            .filter_map(|row| row.message_id.as_deref())
            .next(),
        Some("<from@headers>")
    );
}
