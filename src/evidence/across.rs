//! What can be seen only by looking at all files together.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::model::Problem;
use super::problems::{AcrossFault, Trouble};
use super::read_all::FileReading;
use crate::case::{CaseConfig, Format};

/// SHA-256 (hex) of the sorted lines `path NUL sha256 LF` of all files of the case.
pub fn evidence_sha256(readings: &[FileReading]) -> String {
    let mut lines: Vec<String> = readings
        .iter()
        .map(|file| format!("{}\0{}\n", file.path, file.sha256))
        .collect();
    lines.sort();
    let digest = Sha256::digest(lines.concat().as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Copies of one file, and server names that were taken for one machine though they differ.
pub fn problems_across_files(readings: &[FileReading], config: &CaseConfig) -> Vec<Problem> {
    let mut faults = copies(readings);
    faults.extend(spellings(readings, config));
    faults
        .into_iter()
        .map(|fault| Problem::from(Trouble::new("", fault)))
        .collect()
}

fn copies(readings: &[FileReading]) -> Vec<AcrossFault> {
    let mut by_hash: BTreeMap<&str, Vec<&FileReading>> = BTreeMap::new();
    for file in readings
        .iter()
        .filter(|file| file.format.is_readable() && file.bytes > 0)
        // The files of an export are alike wherever there is nothing to list.
        .filter(|file| file.format != Format::Mfcmapi)
    {
        by_hash.entry(&file.sha256).or_default().push(file);
    }
    let mut faults: Vec<AcrossFault> = by_hash
        .into_values()
        .filter(|files| files.len() > 1)
        .map(|files| AcrossFault::SameContent {
            paths: files.iter().map(|file| file.path.clone()).collect(),
            snapshot: files.iter().any(|file| file.format.is_snapshot()),
        })
        .collect();
    faults.sort_by_key(|fault| format!("{fault:?}"));
    faults
}

fn spellings(readings: &[FileReading], config: &CaseConfig) -> Vec<AcrossFault> {
    let mut spelt: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for file in readings {
        let computers = file.reading.spans.iter().map(|span| span.computer.as_ref());
        let servers = file
            .reading
            .snapshots
            .iter()
            .map(|snapshot| snapshot.server.value.as_str());
        for name in computers.chain(servers) {
            spelt
                .entry(config.canonical_server(name))
                .or_default()
                .insert(name);
        }
    }
    let mut faults = Vec::new();
    for (server, names) in spelt {
        let folded: BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
        let domains: BTreeSet<&str> = folded
            .iter()
            .filter_map(|name| Some(name.split_once('.')?.1))
            .collect();
        let listed: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        if domains.len() > 1 && config.find_server(&server).is_none() {
            faults.push(AcrossFault::SeveralDomains {
                server,
                names: listed,
            });
        } else if folded.len() < names.len() {
            faults.push(AcrossFault::CaseDiffers {
                server,
                names: listed,
            });
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::case::Format;
    use crate::evidence::model::{FileId, LogSpan, Reading};

    fn file(id: u32, path: &str, sha256: &str, computers: &[&str]) -> FileReading {
        let span = |name: &&str| LogSpan {
            computer: Arc::from(*name),
            channel: Arc::from("System"),
            records: Vec::new(),
            unnumbered: Vec::new(),
            kinds: Vec::new(),
        };
        FileReading {
            id: FileId(id),
            path: path.into(),
            sha256: sha256.into(),
            bytes: 1,
            format: Format::Evtx,
            recognised_by: String::new(),
            reading: Reading {
                spans: computers.iter().map(span).collect(),
                ..Reading::default()
            },
        }
    }

    #[test]
    fn copies_and_spellings_are_told() {
        let readings = [
            file(1, "a.evtx", "11", &["BH01", "be01.a.example"]),
            file(2, "b.evtx", "11", &["bh01", "BE01.b.example"]),
            file(3, "c.evtx", "22", &["FE01", "fe01.corp.example"]),
        ];
        let problems = problems_across_files(&readings, &CaseConfig::default());
        let whats: Vec<_> = problems
            .iter()
            .map(|problem| problem.what.as_str())
            .collect();
        assert_eq!(whats.len(), 3, "{whats:?}");
        assert!(
            whats
                .iter()
                .any(|what| what.contains("a.evtx") && what.contains("b.evtx"))
        );
        assert!(
            whats
                .iter()
                .any(|what| what.contains("BH01") && what.contains("bh01"))
        );
        assert!(whats.iter().any(|what| what.contains("be01.a.example")));
    }

    /// `printf 'a\0%s\nb\0%s\n' 1 2 | sha256sum`
    #[test]
    fn the_case_hash_is_that_of_its_lines() {
        let readings = [file(1, "b", "2", &[]), file(2, "a", "1", &[])];
        assert_eq!(
            evidence_sha256(&readings),
            "1a04f75bd0704a1e3a5609aa6cef325ce65e2ccde2c36252d0e2fc2ddcb5762d"
        );
    }
}
