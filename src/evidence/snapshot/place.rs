//! Which server, which table, when: by the order of trust of the contract.
//!
//! The document itself, a `case.toml` entry for the file, the full file-name pattern, the folder's name, the
//! bare file name. What is known from several of them must agree, or it is reported.

use super::times::{TimeColumn, Times};
use crate::case::CaseConfig;
use crate::case::config::SnapshotConfig;
use crate::case::names::{self, NameParts};
use crate::evidence::mapi::server_of_store;
use crate::evidence::model::{Attributed, Origin};
use crate::evidence::problems::SnapshotFault;
use crate::time::Stamp;

/// What a capture says of itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stated<'a> {
    pub server: Option<&'a str>,
    pub table: Option<&'a str>,
    pub virtual_server: Option<u32>,
    pub captured_at: Option<&'a str>,
}

/// What is known of one capture, where it is known.
#[derive(Debug, Default)]
pub struct Place {
    pub server: Option<Attributed<String>>,
    pub table: Option<Attributed<String>>,
    pub captured_at: Option<Attributed<Stamp>>,
    /// A name says `partial`.
    pub partial: bool,
}

/// What names and `case.toml` say of a file, whatever snapshots are in it.
pub struct Surroundings<'a> {
    config: &'a CaseConfig,
    entry: Option<&'a SnapshotConfig>,
    full: Option<NameParts>,
    /// From the folder that holds the file up to the case folder.
    folders: Vec<&'a str>,
    loose: NameParts,
}

/// One statement about the server or table.
struct Claim {
    value: String,
    from: Origin,
    /// Made on purpose: a disagreement with it is worth a word.
    firm: bool,
}

impl<'a> Surroundings<'a> {
    /// Of a file that holds captures.
    pub fn of(file: &'a str, config: &'a CaseConfig) -> Self {
        let path = config.below(file);
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = names::stem(name);
        Self {
            full: names::full_pattern(stem),
            loose: names::loose_parts(stem),
            ..Self::around(folders, &[file], config)
        }
    }

    /// Of a folder whose files make one capture: their names say nothing, because the tool chose them.
    pub fn of_folder(folder: &'a str, files: &[&'a str], config: &'a CaseConfig) -> Self {
        let folders = config.below(folder);
        let inside = format!("{folder}/");
        let entries = [files, &[inside.as_str()]].concat();
        Self::around(folders, &entries, config)
    }

    fn around(folders: &'a str, files: &[&str], config: &'a CaseConfig) -> Self {
        // The entry that names a file itself comes before one for a folder above it.
        let covering = config
            .snapshots
            .iter()
            .filter(|entry| files.iter().any(|file| entry.covers(file)));
        Self {
            config,
            entry: covering.max_by_key(|entry| entry.file.len()),
            full: None,
            folders: folders
                .rsplit('/')
                .filter(|folder| !folder.is_empty())
                .collect(),
            loose: NameParts::default(),
        }
    }

    /// Puts together what is known of one snapshot.
    pub fn place(
        &self,
        stated: Stated<'_>,
        times: &mut Times,
        faults: &mut Vec<SnapshotFault>,
    ) -> Place {
        let mut servers = self.servers(stated);
        let mut tables = self.tables(stated);
        let captured = self.times(stated, times);
        let same_server =
            |a: &str, b: &str| self.config.canonical_server(a) == self.config.canonical_server(b);
        report_disagreement("server", &servers, same_server, faults);
        report_disagreement("table", &tables, |a, b| a.eq_ignore_ascii_case(b), faults);
        if let Some((best, other)) = first_disagreement(&captured) {
            faults.push(SnapshotFault::Disagreement {
                what: "time",
                used: best.value.at.to_string(),
                used_from: best.from,
                other: other.value.at.to_string(),
                other_from: other.from,
            });
        }
        let take = |claims: &mut Vec<Claim>| {
            (!claims.is_empty())
                .then(|| claims.remove(0))
                .map(|claim| Attributed {
                    value: claim.value,
                    from: claim.from,
                })
        };
        Place {
            server: take(&mut servers),
            table: take(&mut tables),
            captured_at: captured.into_iter().next(),
            partial: self
                .full
                .as_ref()
                .map_or(self.loose.partial, |full| full.partial),
        }
    }

    /// Statements about the server, the most trusted first.
    fn servers(&self, stated: Stated<'_>) -> Vec<Claim> {
        let mut claims = Vec::new();
        let mut claim = |value: Option<String>, from, firm| {
            claims.extend(value.map(|value| Claim { value, from, firm }));
        };
        let known = |name: &str| self.config.find_server(name).is_some();
        claim(stated.server.map(str::to_owned), Origin::Document, true);
        claim(
            self.entry.and_then(|entry| entry.server.clone()),
            Origin::CaseToml,
            true,
        );
        claim(
            self.full.as_ref().and_then(|full| full.server.clone()),
            Origin::FileNamePattern,
            true,
        );
        let pattern = self
            .folders
            .iter()
            .find_map(|folder| names::full_pattern(folder)?.server);
        let named = self
            .folders
            .iter()
            .map(|folder| names::folder_name(folder))
            .find(|folder| known(folder))
            .map(str::to_owned);
        // MFCMAPI calls the folder of a store after its mailbox.
        let mailbox = self
            .folders
            .iter()
            .find_map(|folder| server_of_store(folder))
            .map(str::to_owned);
        claim(pattern.or(mailbox).or(named), Origin::FolderName, true);
        let loose = self.loose.server.clone().filter(|_| self.full.is_none());
        let loose = loose.filter(|name| {
            known(name) || (self.loose.table.is_some() && names::is_host_like(name))
        });
        claim(loose, Origin::FileName, true);
        // A folder that might be called after a server that `case.toml` does not know.
        let guess = self
            .folders
            .iter()
            .find(|folder| names::is_host_like(folder));
        claim(
            guess.map(|folder| (*folder).to_owned()),
            Origin::FolderName,
            false,
        );
        claims
    }

    fn tables(&self, stated: Stated<'_>) -> Vec<Claim> {
        let mut claims = Vec::new();
        let mut claim = |value: Option<String>, from| {
            claims.extend(value.map(|value| Claim {
                value,
                from,
                firm: true,
            }));
        };
        let by_number = stated
            .virtual_server
            .map(|number| format!("TempTable#{number}"));
        let own = stated
            .table
            .map(|table| names::table_name(table).unwrap_or_else(|| table.to_owned()));
        claim(own.or(by_number), Origin::Document);
        claim(
            self.entry.and_then(|entry| entry.table.clone()),
            Origin::CaseToml,
        );
        claim(
            self.full.as_ref().and_then(|full| full.table.clone()),
            Origin::FileNamePattern,
        );
        claim(
            self.folders
                .iter()
                .find_map(|folder| names::loose_parts(folder).table),
            Origin::FolderName,
        );
        claim(
            self.loose.table.clone().filter(|_| self.full.is_none()),
            Origin::FileName,
        );
        claims
    }

    fn times(&self, stated: Stated<'_>, times: &mut Times) -> Vec<Attributed<Stamp>> {
        let mut found = Vec::new();
        let mut read = |text: Option<&str>, from: Origin| {
            let stamp = times.read(TimeColumn::Captured, text, || from.as_str().to_owned());
            found.extend(stamp.map(|value| Attributed { value, from }));
        };
        read(stated.captured_at, Origin::Document);
        let entry = self.entry.and_then(|entry| entry.captured_at.clone());
        let by_name = self.full.as_ref().and_then(|full| full.time.as_deref());
        read(by_name, Origin::FileNamePattern);
        let folder = self
            .folders
            .iter()
            .find_map(|folder| names::loose_parts(folder).time);
        read(folder.as_deref(), Origin::FolderName);
        read(
            self.loose.time.as_deref().filter(|_| self.full.is_none()),
            Origin::FileName,
        );
        found.extend(entry.map(|value| Attributed {
            value,
            from: Origin::CaseToml,
        }));
        found.sort_by_key(|stamp| stamp.from);
        found
    }
}

/// Reports the first statement that contradicts the one that is used.
fn report_disagreement(
    what: &'static str,
    claims: &[Claim],
    same: impl Fn(&str, &str) -> bool,
    faults: &mut Vec<SnapshotFault>,
) {
    let Some((used, others)) = claims.split_first() else {
        return;
    };
    if let Some(other) = others
        .iter()
        .find(|other| other.firm && !same(&used.value, &other.value))
    {
        faults.push(SnapshotFault::Disagreement {
            what,
            used: used.value.clone(),
            used_from: used.from,
            other: other.value.clone(),
            other_from: other.from,
        });
    }
}

/// Two times agree when the intervals that their writing leaves open meet.
fn first_disagreement(
    times: &[Attributed<Stamp>],
) -> Option<(&Attributed<Stamp>, &Attributed<Stamp>)> {
    let (used, others) = times.split_first()?;
    let apart = |other: &&Attributed<Stamp>| {
        let (a, b) = (&used.value, &other.value);
        a.at.plus(a.precision) < b.at || b.at.plus(b.precision) < a.at
    };
    Some((used, others.iter().find(apart)?))
}
