//! `case.toml`: what only the people on the spot can know. Every part of it is optional.

mod duration;
mod error;
mod raw;
mod servers;
mod values;

use chrono_tz::Tz;

pub use duration::parse as parse_duration;
pub use error::ConfigError;
pub use values::parse_zone;

use super::encoding::CodePage;
use super::time_text::{DateOrder, LocalRules};
use crate::time::Stamp;

/// The validated contents of `case.toml`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CaseConfig {
    /// What the paths of the case's files begin with: nothing in a folder, `case42.zip!/case42/` in an archive.
    pub base: String,
    pub name: Option<String>,
    /// Name of the profile: `exchange-2003`, `exchange-2013`.
    pub profile: Option<String>,
    /// Zone of evidence that is written in local time.
    pub time_zone: Option<Tz>,
    /// Order of day and month in the same.
    pub date_order: Option<DateOrder>,
    /// Code page of text that is neither UTF-8 nor UTF-16.
    pub code_page: Option<CodePage>,
    pub servers: Vec<ServerConfig>,
    pub snapshots: Vec<SnapshotConfig>,
    pub settings: Vec<SettingConfig>,
    pub logs: Vec<LogConfig>,
    pub interventions: Vec<InterventionConfig>,
    pub observations: Vec<ObservationConfig>,
}

/// One `[[server]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerConfig {
    pub name: String,
    pub role: Option<String>,
    pub aliases: Vec<String>,
    /// How far its clock runs ahead of true time, in microseconds (negative: behind).
    pub clock_ahead_by: Option<i64>,
    /// Number of SMTP virtual servers, and so of temp tables.
    pub virtual_servers: Option<u32>,
    /// Microseconds by which its times may be wrong either way.
    pub clock_uncertainty: Option<i64>,
}

/// One `[[snapshot]]`: what a file, or the folder of an export, cannot say itself.
#[derive(Clone, Debug, PartialEq)]
pub struct SnapshotConfig {
    /// Relative to the case folder, with `/`.
    pub file: String,
    pub server: Option<String>,
    pub table: Option<String>,
    pub captured_at: Option<Stamp>,
}

impl SnapshotConfig {
    /// Whether the entry speaks of this file: it names the file itself, or a folder above it. Case is ignored,
    /// as on the systems that the evidence comes from.
    pub fn covers(&self, path: &str) -> bool {
        covers(&self.file, path)
    }
}

/// Whether an entry for `entry` speaks of the file `path`: it is that file, or a folder or archive above it.
pub fn covers(entry: &str, path: &str) -> bool {
    let (entry, path) = (entry.to_lowercase(), path.to_lowercase());
    path.strip_prefix(&entry)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || rest.starts_with("!/"))
}

/// One `[[setting]]`: what a registry export, a listing of folders or a file of performance counters, or a folder of
/// them, cannot say itself.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingConfig {
    /// Relative to the case folder, with `/`.
    pub file: String,
    pub server: Option<String>,
    /// When the export or listing was made.
    pub captured_at: Option<Stamp>,
    /// Zone of its local times, where it differs from the case's.
    pub time_zone: Option<Tz>,
    pub date_order: Option<DateOrder>,
}

/// One `[[log]]`: what an exported log, or a folder of them, cannot say itself.
#[derive(Clone, Debug, PartialEq)]
pub struct LogConfig {
    /// Relative to the case folder, with `/`.
    pub file: String,
    pub server: Option<String>,
    /// `Application`, `System`, `Security`.
    pub log: Option<String>,
    /// Zone of its local times, where it differs from the case's.
    pub time_zone: Option<Tz>,
    pub date_order: Option<DateOrder>,
    pub code_page: Option<CodePage>,
}

/// One `[[intervention]]`.
#[derive(Clone, Debug, PartialEq)]
pub struct InterventionConfig {
    pub at: Stamp,
    /// `None`: it concerns all servers.
    pub server: Option<String>,
    pub kind: InterventionKind,
    pub what: String,
}

/// What kind of change somebody made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InterventionKind {
    Registry,
    ScannerUpdate,
    StoreRecreated,
    RowsDeleted,
    RowsRecovered,
    Other,
}

impl InterventionKind {
    /// All kinds, as `case.toml` spells them.
    pub const ALL: [(&'static str, Self); 6] = [
        ("registry", Self::Registry),
        ("scanner_update", Self::ScannerUpdate),
        ("store_recreated", Self::StoreRecreated),
        ("rows_deleted", Self::RowsDeleted),
        ("rows_recovered", Self::RowsRecovered),
        ("other", Self::Other),
    ];

    pub fn as_str(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, kind)| *kind == self)
            .map_or("other", |(name, _)| name)
    }
}

/// One `[[observation]]`: what somebody only read on a screen.
#[derive(Clone, Debug, PartialEq)]
pub struct ObservationConfig {
    pub at: Stamp,
    pub server: String,
    /// The place looked at (`where` in the file).
    pub place: String,
    pub count: Option<u64>,
    pub note: Option<String>,
}

impl CaseConfig {
    /// Reads the text of a `case.toml`.
    ///
    /// # Errors
    /// With line, column and the offending line: a file whose options cannot all be honoured would change
    /// conclusions silently.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        values::validate(raw::parse(text)?, text)
    }

    /// Says that the case lies in an archive: the files that `case.toml` names are below `base`.
    pub fn put_below(&mut self, base: String) {
        let snapshots = self.snapshots.iter_mut().map(|entry| &mut entry.file);
        let settings = self.settings.iter_mut().map(|entry| &mut entry.file);
        let logs = self.logs.iter_mut().map(|entry| &mut entry.file);
        for file in snapshots.chain(settings).chain(logs) {
            file.insert_str(0, &base);
        }
        self.base = base;
    }

    /// The path of a file below the case itself: what comes before it says nothing of the file.
    pub fn below<'a>(&self, path: &'a str) -> &'a str {
        path.strip_prefix(&self.base).unwrap_or(path)
    }

    /// The `[[log]]` entries that speak of this file, the closest first.
    pub fn logs_of(&self, path: &str) -> Vec<&LogConfig> {
        let mut entries: Vec<&LogConfig> = self
            .logs
            .iter()
            .filter(|entry| covers(&entry.file, path))
            .collect();
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.file.len()));
        entries
    }

    /// The `[[setting]]` entries that speak of this file, the closest first.
    pub fn settings_of(&self, path: &str) -> Vec<&SettingConfig> {
        let mut entries: Vec<&SettingConfig> = self
            .settings
            .iter()
            .filter(|entry| covers(&entry.file, path))
            .collect();
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.file.len()));
        entries
    }

    /// The code page of this file, where the case names one.
    pub fn code_page_of(&self, path: &str) -> Option<CodePage> {
        let own = self
            .logs_of(path)
            .into_iter()
            .find_map(|entry| entry.code_page);
        own.or(self.code_page)
    }

    /// Zone and date order for evidence in local time.
    pub fn local_rules(&self) -> LocalRules {
        LocalRules {
            zone: self.time_zone,
            order: self.date_order,
        }
    }
}

#[cfg(test)]
mod tests;
