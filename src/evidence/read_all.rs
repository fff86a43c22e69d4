//! All files of a case on all cores, with the same result whatever the number of threads.

use rayon::prelude::*;

use super::model::{FileId, Problem, Reading};
use super::problems::Trouble;
use super::progress::Progress;
use super::stream::EvidenceStream;
use super::{READERS, ReadContext, Reader};
use crate::case::{Case, Format, FoundFile};

/// One file as it was read.
#[derive(Clone, Debug)]
pub struct FileReading {
    pub id: FileId,
    pub path: String,
    /// Of the bytes read, in hex; empty when none could be.
    pub sha256: String,
    /// Bytes read.
    pub bytes: u64,
    pub format: Format,
    pub recognised_by: String,
    pub reading: Reading,
}

impl FileReading {
    /// What was made of a file, without its bytes having been read.
    pub(crate) fn of(file: &FoundFile, reading: Reading) -> Self {
        Self {
            id: file.id,
            path: file.path.clone(),
            sha256: String::new(),
            bytes: 0,
            format: file.format,
            recognised_by: file.recognised_by.clone(),
            reading,
        }
    }
}

/// Reads and hashes every file of the case but the logs of the mail system, in the order of their ids.
pub fn read_all(
    case: &Case,
    context: &ReadContext<'_>,
    progress: &dyn Progress,
) -> Vec<FileReading> {
    progress.stage(
        "Reading and hashing evidence",
        case.files.iter().map(|file| file.bytes).sum(),
    );
    read_where(case, context, progress, |format| !format.is_mail_log())
}

/// Reads and hashes the logs of the mail system, for the messages that [`ReadContext::followed`] names.
pub fn read_mail_logs(
    case: &Case,
    context: &ReadContext<'_>,
    progress: &dyn Progress,
) -> Vec<FileReading> {
    read_where(case, context, progress, Format::is_mail_log)
}

/// Every core takes the largest file that is left, and helps with the parts of another's when none is. Memory stays
/// within two small blocks a core, and what is kept of each file.
fn read_where(
    case: &Case,
    context: &ReadContext<'_>,
    progress: &dyn Progress,
    wanted: fn(Format) -> bool,
) -> Vec<FileReading> {
    let wanted = case.files.iter().filter(|file| wanted(file.format));
    let mut files: Vec<&FoundFile> = wanted.collect();
    files.sort_by_key(|file| std::cmp::Reverse(file.bytes));
    let readings = files
        .into_iter()
        .par_bridge()
        .map(|file| read_one(file, context, progress));
    let mut readings: Vec<FileReading> = readings.collect();
    readings.sort_by_key(|reading| reading.id);
    readings
}

fn reader_of(format: Format) -> Option<&'static dyn Reader> {
    READERS
        .iter()
        .copied()
        .find(|reader| reader.format() == format)
}

fn read_one(file: &FoundFile, context: &ReadContext<'_>, progress: &dyn Progress) -> FileReading {
    let mut result = FileReading::of(file, Reading::default());
    let mut stream = match EvidenceStream::open(file, progress) {
        Ok(stream) => stream,
        Err(fault) => {
            result
                .reading
                .problems
                .push(Problem::from(Trouble::new(&file.path, fault)));
            return result;
        }
    };
    if let Some(reader) = reader_of(file.format) {
        result.reading = reader.read(file, &mut stream, context);
    }
    let sum = stream.finish();
    (result.sha256, result.bytes) = (sum.sha256, sum.bytes);
    if let Some(fault) = sum.fault {
        result
            .reading
            .problems
            .push(Problem::from(Trouble::new(&file.path, fault)));
    }
    result
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::sync::atomic::{AtomicU64, Ordering};

    use tempfile::TempDir;

    use super::*;
    use crate::case;
    use crate::evidence::{NoProgress, evidence_sha256};

    const SNAPSHOT: &[u8] = br#"{"schema":"temp-table-snapshot/1","messages":[]}"#;

    fn folder() -> TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("BH01_TT1_20060314T143000Z.json"), SNAPSHOT).unwrap();
        fs::write(dir.path().join("notes.txt"), b"abc").unwrap();
        fs::write(dir.path().join("System.evtx"), b"ElfFile\0").unwrap();
        dir
    }

    fn read(case: &Case) -> Vec<FileReading> {
        read_all(
            case,
            &ReadContext::new(&case.config, &|_, _, _| true),
            &NoProgress,
        )
    }

    #[test]
    fn every_file_is_hashed_in_the_order_of_ids() {
        let dir = folder();
        let readings = read(&case::open(dir.path()).unwrap());
        let listed: Vec<_> = readings
            .iter()
            .map(|file| (file.id.0, file.path.as_str()))
            .collect();
        assert_eq!(
            listed,
            [
                (1, "BH01_TT1_20060314T143000Z.json"),
                (2, "System.evtx"),
                (3, "notes.txt")
            ]
        );
        let notes = readings.last().unwrap();
        // SHA-256 of `abc`, FIPS 180-2 appendix B.1.
        assert_eq!(
            notes.sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(
            (notes.bytes, notes.format, notes.reading.problems.len()),
            (3, Format::NotEvidence, 0)
        );
        assert_eq!(
            readings.first().map(|file| file.reading.snapshots.len()),
            Some(1)
        );
        assert_eq!(evidence_sha256(&readings).len(), 64);
    }

    #[test]
    fn a_file_that_vanished_or_cannot_be_read_does_not_stop_the_rest() {
        let dir = folder();
        let case = case::open(dir.path()).unwrap();
        fs::remove_file(dir.path().join("System.evtx")).unwrap();
        fs::remove_file(dir.path().join("notes.txt")).unwrap();
        // A folder in its place cannot be read as a file, whoever asks.
        fs::create_dir(dir.path().join("notes.txt")).unwrap();
        let readings = read(&case);
        let of: BTreeMap<_, _> = readings
            .iter()
            .map(|file| (file.path.as_str(), file))
            .collect();
        let what = |path: &str| {
            of[path]
                .reading
                .problems
                .first()
                .map(|problem| problem.what.clone())
        };
        assert!(
            what("System.evtx").is_some_and(|what| what.contains("gone when it was to be read"))
        );
        assert!(what("notes.txt").is_some(), "a folder is no file");
        assert_eq!(of["System.evtx"].sha256, "");
        assert_eq!(
            of["BH01_TT1_20060314T143000Z.json"].reading.snapshots.len(),
            1
        );
    }

    #[derive(Default)]
    struct Counter {
        total: AtomicU64,
        done: AtomicU64,
    }

    impl Progress for Counter {
        fn stage(&self, _: &str, total_bytes: u64) {
            self.total.fetch_add(total_bytes, Ordering::Relaxed);
        }

        fn advance(&self, bytes: u64) {
            self.done.fetch_add(bytes, Ordering::Relaxed);
        }
    }

    #[test]
    fn progress_ends_at_its_total() {
        let dir = folder();
        let case = case::open(dir.path()).unwrap();
        let counter = Counter::default();
        read_all(
            &case,
            &ReadContext::new(&case.config, &|_, _, _| true),
            &counter,
        );
        let total = counter.total.load(Ordering::Relaxed);
        assert_eq!(
            (total, counter.done.load(Ordering::Relaxed)),
            (8 + 3 + SNAPSHOT.len() as u64, total)
        );
    }
}
