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

/// From this size on a file is read alone, its parts on all cores, so that few large buffers are in use at once.
const LARGE: u64 = 8 * 1024 * 1024;

/// Reads and hashes every file of the case, in the order of their ids.
///
/// Memory stays within a few blocks of a few MiB, and what is kept of each file.
pub fn read_all(case: &Case, context: &ReadContext<'_>, progress: &dyn Progress) -> Vec<FileReading> {
    let total = case.files.iter().map(|file| file.bytes).sum();
    progress.stage("Reading and hashing evidence", total);
    let (large, small): (Vec<_>, Vec<_>) = case.files.iter().partition(|file| file.bytes >= LARGE);
    let mut readings: Vec<FileReading> = large.into_iter().map(|file| read_one(file, context, progress)).collect();
    readings.par_extend(small.into_par_iter().map(|file| read_one(file, context, progress)));
    readings.sort_by_key(|reading| reading.id);
    readings
}

fn reader_of(format: Format) -> Option<&'static dyn Reader> {
    READERS.iter().copied().find(|reader| reader.format() == format)
}

fn read_one(file: &FoundFile, context: &ReadContext<'_>, progress: &dyn Progress) -> FileReading {
    let mut result = FileReading {
        id: file.id,
        path: file.path.clone(),
        sha256: String::new(),
        bytes: 0,
        format: file.format,
        recognised_by: file.recognised_by.clone(),
        reading: Reading::default(),
    };
    let mut stream = match EvidenceStream::open(file, progress) {
        Ok(stream) => stream,
        Err(fault) => {
            result.reading.problems.push(Problem::from(Trouble::new(&file.path, fault)));
            return result;
        }
    };
    if let Some(reader) = reader_of(file.format) {
        result.reading = reader.read(file, &mut stream, context);
    }
    let sum = stream.finish();
    (result.sha256, result.bytes) = (sum.sha256, sum.bytes);
    if let Some(fault) = sum.fault {
        result.reading.problems.push(Problem::from(Trouble::new(&file.path, fault)));
    }
    result
}
