//! The synthetic samples of MFCMAPI's exports, laid out byte for byte as its writers do, read and compared with what
//! stands in them.
//!
//! The files lie beside the repository, not in it; where they are absent the test says that it was not run.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::fs;
use std::path::{Path, PathBuf};

use stuckmail::case;
use stuckmail::evidence::model::{Snapshot, SnapshotRow};
use stuckmail::evidence::{FileReading, NoProgress, ReadContext, read_all, settle_captures};

fn samples() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/mfcmapi/TempTable#1");
    let present = folder.join("table.txt").is_file();
    if !present {
        eprintln!("not run: the samples are not at {}", folder.display());
    }
    present.then_some(folder)
}

/// The samples that `wanted` takes, in a folder whose name says everything.
fn read(samples: &Path, wanted: impl Fn(&str) -> bool) -> Vec<FileReading> {
    let case = tempfile::tempdir().unwrap();
    let folder = case.path().join("BH01_TempTable#1_20050314T143000Z");
    fs::create_dir(&folder).unwrap();
    for entry in fs::read_dir(samples).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if wanted(&name) {
            fs::write(folder.join(name), fs::read(entry.path()).unwrap()).unwrap();
        }
    }
    let case = case::open(case.path()).unwrap();
    let context = ReadContext::new(&case.config, &|_, _, _| false);
    let mut readings = read_all(&case, &context, &NoProgress);
    settle_captures(&mut readings, &context);
    readings
}

#[track_caller]
fn one(readings: &[FileReading]) -> &Snapshot {
    let found: Vec<&Snapshot> = readings
        .iter()
        .flat_map(|file| &file.reading.snapshots)
        .collect();
    assert_eq!(found.len(), 1);
    found[0]
}

fn time(stamp: &Option<stuckmail::time::Stamp>) -> Option<String> {
    stamp.as_ref().map(|stamp| stamp.at.to_string())
}

fn by_subject<'a>(snapshot: &'a Snapshot, subject: &str) -> &'a SnapshotRow {
    let mut found = snapshot
        .rows
        .iter()
        .filter(|row| row.subject.as_deref() == Some(subject));
    let row = found.next().unwrap();
    assert!(found.next().is_none(), "{subject} is one message");
    row
}

/// Counted in Python: `len(re.findall(r'<message num=', open(…, encoding='utf-16').read()))` is 2 for the table of the
/// folder, and `<row index = ` 2 for `table.txt`; the same two subjects in each. FILETIMEs in Python:
/// `datetime(1601,1,1) + timedelta(microseconds=(0x01C52874 << 32 | 0x821B1EE0) // 10)` is 09:02:11.406 on 2005-03-14.
#[test]
fn the_folder_is_one_capture_of_two_messages() {
    let Some(samples) = samples() else { return };
    let readings = read(&samples, |_| true);
    let snapshot = one(&readings);
    assert_eq!(snapshot.rows.len(), 2);
    assert!(
        !snapshot.complete,
        "the folder's own properties are not among the samples"
    );
    let quote = by_subject(snapshot, "Quote 17");
    assert_eq!(
        quote.message_id.as_deref(),
        Some("<5B1C0B7A4E@contoso.example>")
    );
    assert_eq!(quote.record_key.as_deref(), Some("0100000000000001"));
    assert_eq!(quote.message_class.as_deref(), Some("IPM.Note"));
    assert_eq!(quote.recipients, ["Jane Doe"]);
    for stamp in [&quote.submitted_at, &quote.delivered_at, &quote.modified_at] {
        assert_eq!(time(stamp).as_deref(), Some("2005-03-14T09:02:11.406000Z"));
    }
    let reply = by_subject(snapshot, "RE: Angebot für März");
    assert_eq!(reply.message_id, None);
    assert_eq!(reply.record_key.as_deref(), Some("0100000000000002"));
    assert_eq!(
        time(&reply.delivered_at).as_deref(),
        Some("2005-03-14T09:40:00.093000Z")
    );
    let damaged: u64 = readings.iter().map(|file| file.reading.damaged).sum();
    assert_eq!(damaged, 0);
}

#[test]
fn each_file_alone_is_less() {
    let Some(samples) = samples() else { return };
    let readings = read(&samples, |name| name == "table.txt");
    let snapshot = one(&readings);
    assert_eq!(snapshot.rows.len(), 2);
    assert_eq!(
        by_subject(snapshot, "RE: Angebot für März").recipients,
        ["Sales"]
    );
    assert!(
        readings
            .iter()
            .flat_map(|file| &file.reading.problems)
            .any(|problem| {
                problem.what.contains("No row has an Internet Message ID")
                    && problem.what_to_do.contains("0x1035001F")
            })
    );
    let readings = read(&samples, |name| name.starts_with("Quote"));
    assert_eq!(one(&readings).rows.len(), 1);
}
