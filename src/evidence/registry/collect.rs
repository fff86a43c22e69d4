//! Which of an export's keys and values are kept.

use std::collections::BTreeSet;

use super::data::Data;
use crate::evidence::model::{Citation, FileId, RegistryValue};
use crate::evidence::problems::RegistryFault;
use crate::evidence::tally::Tally;
use crate::profile::{Settings, canonical_key, control_set};

/// No key that matters has a longer path.
const LONGEST_KEY: usize = 1024;
/// More values than any server has under the keys that matter.
const MOST_VALUES: usize = 20_000;

const COMPUTER_NAME: &str =
    r"hkey_local_machine\system\currentcontrolset\control\computername\computername";
const ACTIVE_COMPUTER_NAME: &str =
    r"hkey_local_machine\system\currentcontrolset\control\computername\activecomputername";
const TIME_ZONE: &str = r"hkey_local_machine\system\currentcontrolset\control\timezoneinformation";
const SELECT: &str = r"hkey_local_machine\system\select";

/// Values of the time zone that are told.
const TIME_ZONE_VALUES: [&str; 5] = [
    "Bias",
    "ActiveTimeBias",
    "StandardName",
    "DaylightName",
    "TimeZoneKeyName",
];

/// What the key at hand is good for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Setting,
    /// It tells the server's name; the lesser number is trusted more.
    ServerName(u8),
    TimeZone,
    /// It tells which control set is current.
    Select,
}

/// The key that values belong to.
struct Key {
    path: String,
    set: Set,
    used_as: Use,
}

/// Which control set a key lies in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Set {
    /// In none.
    None,
    Current,
    Number(u32),
}

impl Set {
    fn of(path: &str) -> Self {
        match path.split('\\').nth(2) {
            Some(part) if part.eq_ignore_ascii_case("CurrentControlSet") => Self::Current,
            Some(part) => control_set(part).map_or(Self::None, Self::Number),
            None => Self::None,
        }
    }
}

/// Takes what a parser finds.
pub struct Collector<'s> {
    file: FileId,
    settings: &'s Settings,
    key: Option<Key>,
    first_line: Option<u64>,
    keys: Vec<(Set, String)>,
    values: Vec<(Set, RegistryValue)>,
    server: Option<(u8, String)>,
    time_zone: Vec<(String, String)>,
    current_set: Option<u64>,
    records: u64,
    left_out: u64,
    unreadable: Tally,
    deletions: Tally,
}

/// What was kept of one export.
pub struct Collected {
    pub cite: Citation,
    pub keys: Vec<String>,
    pub values: Vec<RegistryValue>,
    /// The server that the export names.
    pub server: Option<String>,
    /// The settings of its time zone, by name.
    pub time_zone: Vec<(String, String)>,
    /// Values met.
    pub records: u64,
    pub damaged: u64,
    pub faults: Vec<RegistryFault>,
}

impl<'s> Collector<'s> {
    pub fn new(file: FileId, settings: &'s Settings) -> Self {
        Self {
            file,
            settings,
            key: None,
            first_line: None,
            keys: Vec::new(),
            values: Vec::new(),
            server: None,
            time_zone: Vec::new(),
            current_set: None,
            records: 0,
            left_out: 0,
            unreadable: Tally::default(),
            deletions: Tally::default(),
        }
    }

    /// A key begins.
    pub fn key(&mut self, line: u64, path: &str) {
        let path = path.trim();
        self.first_line.get_or_insert(line);
        self.key = self.use_of(path).map(|used_as| Key {
            path: path.to_owned(),
            set: Set::of(path),
            used_as,
        });
        if let Some(key) = self
            .key
            .as_ref()
            .filter(|key| key.used_as == Use::Setting && self.keys.len() < MOST_VALUES)
        {
            self.keys.push((key.set, key.path.clone()));
        }
    }

    fn use_of(&self, path: &str) -> Option<Use> {
        if path.len() > LONGEST_KEY {
            return None;
        }
        if self.settings.is_key(path) {
            return Some(Use::Setting);
        }
        match canonical_key(path).as_str() {
            COMPUTER_NAME => Some(Use::ServerName(0)),
            ACTIVE_COMPUTER_NAME => Some(Use::ServerName(1)),
            TIME_ZONE => Some(Use::TimeZone),
            SELECT => Some(Use::Select),
            _ => None,
        }
    }

    /// Counts a value; whether its data are wanted.
    pub fn wants_value(&mut self) -> bool {
        self.records += 1;
        self.key.is_some()
    }

    /// One value of the key at hand, of which [`Self::wants_value`] said that it is wanted.
    pub fn value(&mut self, line: u64, name: &str, data: Data) {
        let Some(key) = &self.key else { return };
        match key.used_as {
            Use::Setting if self.settings.find(&key.path, name).is_none() => {}
            Use::Setting if self.values.len() >= MOST_VALUES => self.left_out += 1,
            Use::Setting => {
                let value = RegistryValue {
                    cite: Citation {
                        file: self.file,
                        record: line,
                    },
                    key: key.path.clone(),
                    name: name.to_owned(),
                    kind: data.kind.into_owned(),
                    data: data.text,
                    number: data.number,
                };
                self.values.push((key.set, value));
            }
            Use::ServerName(trust) if name.eq_ignore_ascii_case("ComputerName") => {
                let better = self.server.as_ref().is_none_or(|(known, _)| trust < *known);
                if better && !data.text.trim().is_empty() {
                    self.server = Some((trust, data.text.trim().to_owned()));
                }
            }
            Use::TimeZone => {
                let known = self.time_zone.iter().any(|(known, _)| known == name);
                if TIME_ZONE_VALUES.contains(&name) && !known {
                    self.time_zone.push((name.to_owned(), signed(&data)));
                }
            }
            Use::Select if name.eq_ignore_ascii_case("Current") => self.current_set = data.number,
            Use::ServerName(_) | Use::Select => {}
        }
    }

    /// A line that is nothing that an export holds.
    pub fn unreadable(&mut self, line: u64) {
        self.unreadable.add(format_args!("line {line}"));
    }

    /// A key or value that is to be taken away.
    pub fn deletion(&mut self, line: u64) {
        self.deletions.add(format_args!("line {line}"));
    }

    pub fn finish(mut self) -> Collected {
        let mut faults = Vec::new();
        faults.extend(self.choose_control_set());
        if self.left_out > 0 {
            faults.push(RegistryFault::TooMany {
                kept: MOST_VALUES as u64,
                left_out: self.left_out,
            });
        }
        let damaged = self.unreadable.count;
        if !self.unreadable.is_empty() {
            faults.push(RegistryFault::Unreadable(self.unreadable));
        }
        if !self.deletions.is_empty() {
            faults.push(RegistryFault::Deletions(self.deletions));
        }
        Collected {
            cite: Citation {
                file: self.file,
                record: self.first_line.unwrap_or(1),
            },
            keys: self.keys.into_iter().map(|(_, key)| key).collect(),
            values: self.values.into_iter().map(|(_, value)| value).collect(),
            server: self.server.map(|(_, name)| name),
            time_zone: self.time_zone,
            records: self.records,
            damaged,
            faults,
        }
    }

    /// Leaves out control sets that are not the current one. A copy of the current set under its own number says nothing
    /// new; where only numbers are there, the export's `Select` key decides, else the lowest is taken.
    fn choose_control_set(&mut self) -> Option<RegistryFault> {
        let sets: BTreeSet<Set> = self.keys.iter().map(|(set, _)| *set).collect();
        let numbers: Vec<u32> = sets
            .iter()
            .filter_map(|set| match set {
                Set::Number(number) => Some(*number),
                Set::None | Set::Current => None,
            })
            .collect();
        let named = self
            .current_set
            .and_then(|number| u32::try_from(number).ok())
            .filter(|number| numbers.contains(number));
        let used = match (sets.contains(&Set::Current), numbers.first()) {
            (true, _) => Set::Current,
            (false, Some(lowest)) => Set::Number(named.unwrap_or(*lowest)),
            (false, None) => return None,
        };
        let is_used = |set: &Set| matches!(set, Set::None) || *set == used;
        let before = self.values.len();
        self.keys.retain(|(set, _)| is_used(set));
        self.values.retain(|(set, _)| is_used(set));
        let left_out = before.saturating_sub(self.values.len()) as u64;
        match used {
            Set::Number(number) if numbers.len() > 1 => Some(RegistryFault::OtherControlSets {
                used: format!("ControlSet{number:03}"),
                left_out,
            }),
            _ => None,
        }
    }
}

/// Numbers of the time zone may be negative: minutes that a clock runs ahead of UTC.
fn signed(data: &Data) -> String {
    match data.number.and_then(|number| u32::try_from(number).ok()) {
        Some(number) => number.cast_signed().to_string(),
        None => data.text.clone(),
    }
}
