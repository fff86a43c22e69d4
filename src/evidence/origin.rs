//! Which server, and when: what a document, `case.toml` and names say of a file, by the order of trust of the contract.
//!
//! The document itself, a `case.toml` entry for the file, the full file-name pattern, the folder's name, the bare file
//! name. What is known from several of them must agree, or it is reported.

use super::mapi::server_of_store;
use super::model::{Attributed, Origin};
use crate::case::CaseConfig;
use crate::case::names::{self, NameParts};
use crate::time::Stamp;

/// One statement about the server or place.
pub struct Claim {
    pub value: String,
    pub from: Origin,
    /// Made on purpose: a disagreement with it is worth a word.
    pub firm: bool,
}

impl Claim {
    pub fn firm(value: String, from: Origin) -> Self {
        Self {
            value,
            from,
            firm: true,
        }
    }
}

impl From<Claim> for Attributed<String> {
    fn from(claim: Claim) -> Self {
        Self {
            value: claim.value,
            from: claim.from,
        }
    }
}

/// What the names of a file and of the folders above it say.
pub struct Names<'a> {
    pub config: &'a CaseConfig,
    /// The full pattern of the file's name, where it has one.
    pub full: Option<NameParts>,
    /// From the folder that holds the file up to the case folder.
    pub folders: Vec<&'a str>,
    /// What the name says otherwise.
    pub loose: NameParts,
}

impl<'a> Names<'a> {
    /// Of the file at `path`. `full` reads the full pattern out of a name without its extension.
    pub fn of(
        path: &'a str,
        config: &'a CaseConfig,
        full: impl Fn(&str) -> Option<NameParts>,
    ) -> Self {
        let path = config.below(path);
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = names::stem(name);
        Self {
            config,
            full: full(stem),
            folders: folders
                .rsplit('/')
                .filter(|folder| !folder.is_empty())
                .collect(),
            loose: names::loose_parts(stem),
        }
    }

    /// Of a folder whose files' names say nothing, because a tool chose them.
    pub fn of_folder(folder: &'a str, config: &'a CaseConfig) -> Self {
        let folders = config.below(folder).rsplit('/');
        Self {
            config,
            full: None,
            folders: folders.filter(|folder| !folder.is_empty()).collect(),
            loose: NameParts::default(),
        }
    }

    /// Whether `case.toml` names this server.
    pub fn is_known(&self, name: &str) -> bool {
        self.config.find_server(name).is_some()
    }

    /// Statements about the server, the most trusted first. `loose` is what the bare file name claims.
    pub fn servers(
        &self,
        document: Option<String>,
        entry: Option<String>,
        loose: Option<String>,
    ) -> Vec<Claim> {
        let mut claims = Vec::new();
        let mut claim = |value: Option<String>, from, firm| {
            claims.extend(value.map(|value| Claim { value, from, firm }));
        };
        claim(document, Origin::Document, true);
        claim(entry, Origin::CaseToml, true);
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
            .find(|folder| self.is_known(folder))
            .map(str::to_owned);
        // MFCMAPI calls the folder of a store after its mailbox.
        let mailbox = self
            .folders
            .iter()
            .find_map(|folder| server_of_store(folder))
            .map(str::to_owned);
        claim(pattern.or(mailbox).or(named), Origin::FolderName, true);
        claim(
            loose.filter(|_| self.full.is_none()),
            Origin::FileName,
            true,
        );
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

    /// Whether two spellings mean one server.
    pub fn same_server(&self, a: &str, b: &str) -> bool {
        self.config.canonical_server(a) == self.config.canonical_server(b)
    }

    /// The times that names tell, as written, the most trusted first.
    pub fn times(&self) -> impl Iterator<Item = (String, Origin)> {
        let full = self.full.as_ref().and_then(|full| full.time.clone());
        let folder = self
            .folders
            .iter()
            .find_map(|folder| names::loose_parts(folder).time);
        let loose = self.loose.time.clone().filter(|_| self.full.is_none());
        [
            (full, Origin::FileNamePattern),
            (folder, Origin::FolderName),
            (loose, Origin::FileName),
        ]
        .into_iter()
        .filter_map(|(time, from)| Some((time?, from)))
    }
}

/// The statement that is used and the first firm one that contradicts it.
pub fn disagreement(
    claims: &[Claim],
    same: impl Fn(&str, &str) -> bool,
) -> Option<(&Claim, &Claim)> {
    let (used, others) = claims.split_first()?;
    let other = others
        .iter()
        .find(|other| other.firm && !same(&used.value, &other.value))?;
    Some((used, other))
}

/// The time that is used and the first that contradicts it: two times agree when the intervals that their writing leaves
/// open meet.
pub fn times_apart(
    times: &[Attributed<Stamp>],
) -> Option<(&Attributed<Stamp>, &Attributed<Stamp>)> {
    let (used, others) = times.split_first()?;
    let apart = |other: &&Attributed<Stamp>| {
        let (a, b) = (&used.value, &other.value);
        a.at.plus(a.precision) < b.at || b.at.plus(b.precision) < a.at
    };
    Some((used, others.iter().find(apart)?))
}
