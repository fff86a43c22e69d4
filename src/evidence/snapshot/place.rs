//! Which server, which table, when: by the order of trust of the contract ([`crate::evidence::origin`]).

use super::times::{TimeColumn, Times};
use crate::case::CaseConfig;
use crate::case::config::SnapshotConfig;
use crate::case::names;
use crate::evidence::model::{Attributed, Origin};
use crate::evidence::origin::{Claim, Names, disagreement, times_apart};
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
    entry: Option<&'a SnapshotConfig>,
    names: Names<'a>,
}

impl<'a> Surroundings<'a> {
    /// Of a file that holds captures.
    pub fn of(file: &'a str, config: &'a CaseConfig) -> Self {
        Self {
            entry: entry(&[file], config),
            names: Names::of(file, config, names::full_pattern),
        }
    }

    /// Of a folder whose files make one capture: their names say nothing, because the tool chose them.
    pub fn of_folder(folder: &'a str, files: &[&'a str], config: &'a CaseConfig) -> Self {
        let inside = format!("{folder}/");
        Self {
            entry: entry(&[files, &[inside.as_str()]].concat(), config),
            names: Names::of_folder(folder, config),
        }
    }

    /// Puts together what is known of one snapshot.
    pub fn place(
        &self,
        stated: Stated<'_>,
        times: &mut Times,
        faults: &mut Vec<SnapshotFault>,
    ) -> Place {
        let servers = self.servers(stated);
        let tables = self.tables(stated);
        let captured = self.times(stated, times);
        let same_server = |a: &str, b: &str| self.names.same_server(a, b);
        report_disagreement("server", &servers, same_server, faults);
        report_disagreement("table", &tables, |a, b| a.eq_ignore_ascii_case(b), faults);
        if let Some((best, other)) = times_apart(&captured) {
            faults.push(SnapshotFault::Disagreement {
                what: "time",
                used: best.value.at.to_string(),
                used_from: best.from,
                other: other.value.at.to_string(),
                other_from: other.from,
            });
        }
        Place {
            server: servers.into_iter().next().map(Attributed::from),
            table: tables.into_iter().next().map(Attributed::from),
            captured_at: captured.into_iter().next(),
            partial: self
                .names
                .full
                .as_ref()
                .map_or(self.names.loose.partial, |full| full.partial),
        }
    }

    /// Statements about the server, the most trusted first.
    fn servers(&self, stated: Stated<'_>) -> Vec<Claim> {
        let loose = &self.names.loose;
        let named = loose.server.clone().filter(|name| {
            self.names.is_known(name) || (loose.table.is_some() && names::is_host_like(name))
        });
        let entry = self.entry.and_then(|entry| entry.server.clone());
        self.names
            .servers(stated.server.map(str::to_owned), entry, named)
    }

    fn tables(&self, stated: Stated<'_>) -> Vec<Claim> {
        let mut claims = Vec::new();
        let mut claim = |value: Option<String>, from| {
            claims.extend(value.map(|value| Claim::firm(value, from)));
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
        let full = self.names.full.as_ref();
        claim(
            full.and_then(|full| full.table.clone()),
            Origin::FileNamePattern,
        );
        claim(
            self.names
                .folders
                .iter()
                .find_map(|folder| names::loose_parts(folder).table),
            Origin::FolderName,
        );
        claim(
            self.names.loose.table.clone().filter(|_| full.is_none()),
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
        for (time, from) in self.names.times() {
            read(Some(&time), from);
        }
        let entry = self.entry.and_then(|entry| entry.captured_at.clone());
        found.extend(entry.map(|value| Attributed {
            value,
            from: Origin::CaseToml,
        }));
        found.sort_by_key(|stamp| stamp.from);
        found
    }
}

/// The entry that names a file itself comes before one for a folder above it.
fn entry<'a>(files: &[&str], config: &'a CaseConfig) -> Option<&'a SnapshotConfig> {
    let covering = config
        .snapshots
        .iter()
        .filter(|entry| files.iter().any(|file| entry.covers(file)));
    covering.max_by_key(|entry| entry.file.len())
}

/// Reports the first statement that contradicts the one that is used.
fn report_disagreement(
    what: &'static str,
    claims: &[Claim],
    same: impl Fn(&str, &str) -> bool,
    faults: &mut Vec<SnapshotFault>,
) {
    if let Some((used, other)) = disagreement(claims, same) {
        faults.push(SnapshotFault::Disagreement {
            what,
            used: used.value.clone(),
            used_from: used.from,
            other: other.value.clone(),
            other_from: other.from,
        });
    }
}
