//! A case in memory: what a program made, without a folder on disk. From the readings on it goes the way of every case.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Error, Options, Outcome, conclude, profile_of, read};
use crate::case::{self, Format};
use crate::evidence::model::Reading;
use crate::evidence::{FileReading, NoProgress};

/// What is held of one file.
#[derive(Clone, Debug)]
pub enum Held {
    /// Its bytes, to be recognised and read like any file's.
    Bytes(Arc<[u8]>),
    /// An event log as its reader would give it. Events that the profile gives no role are left out later; the file
    /// that their citations name is the one that holds them.
    Log(Box<Reading>),
}

/// Analyses a case whose files are held in memory, each with its path in the case. Event logs may be held as readings:
/// to render them as a file of Windows only to read it again is most of the work of a small case.
///
/// # Errors
/// As [`super::analyze_folder`].
pub fn analyze_memory(
    name: &str,
    files: Vec<(String, Held)>,
    options: &Options,
) -> Result<Outcome, Error> {
    let mut logs = BTreeMap::new();
    let mut listed = Vec::new();
    for (path, held) in files {
        let (bytes, format): (Arc<[u8]>, _) = match held {
            Held::Bytes(bytes) => (bytes, None),
            Held::Log(reading) => {
                logs.insert(path.clone(), reading);
                (Arc::from([]), Some(Format::Evtx))
            }
        };
        listed.push((path, bytes, format));
    }
    let mut case = case::in_memory(name, listed)?;
    let mut held = Vec::new();
    case.files.retain(|file| {
        let Some(mut reading) = logs.remove(&file.path) else {
            return true;
        };
        for event in &mut reading.events {
            event.cite.file = file.id;
        }
        held.push(FileReading::of(file, *reading));
        false
    });
    let profile = profile_of(&case, options)?;
    let (readings, problems) = read(&case, held, &profile, options, &NoProgress);
    case.problems.extend(problems);
    Ok(conclude(&case, readings, profile, options)?.outcome)
}
