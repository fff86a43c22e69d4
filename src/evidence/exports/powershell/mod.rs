//! What PowerShell's JSON and CLIXML have in common: the objects of `Get-WinEvent` (`EventLogRecord`) and of
//! `Get-EventLog` (`EventLogEntry`), property by property.

mod property;
mod summary;
mod value;

pub use property::Property;
pub use summary::Summary;
pub use value::{Value, is_date, without_escapes};

use super::level;
use super::record::{ExportRecord, event_id};
use crate::evidence::model::Level;
use crate::evidence::problems::RowFault;

/// What `Properties` holds of each insertion string where it was saved without depth.
const PROPERTY_TYPE: &str = "System.Diagnostics.Eventing.Reader.EventProperty";

/// One object, as far as it was read. Properties that were left out when it was saved are `Value::Nothing`.
#[derive(Debug, Default)]
pub struct PowerShellEvent {
    values: [Value; Property::COUNT],
}

/// What a record lacks that its form could have held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lacks {
    /// The names of types stand where its insertion strings should.
    pub strings_lost: bool,
    /// It has neither strings nor text.
    pub mute: bool,
    /// It names a severity that is in no list of words.
    pub level_unknown: bool,
}

impl PowerShellEvent {
    /// Sets a property; the first of two that mean the same stands, if it says anything.
    pub fn set(&mut self, property: Property, value: Value) {
        if let Some(held @ Value::Nothing) = self.values.get_mut(property as usize) {
            *held = value;
        }
    }

    fn get(&self, property: Property) -> &Value {
        self.values
            .get(property as usize)
            .unwrap_or(&Value::Nothing)
    }

    /// Text of a property, unless it is empty.
    fn text(&self, property: Property) -> Option<&str> {
        self.get(property).text().filter(|text| !text.is_empty())
    }

    fn number(&self, property: Property) -> Option<u64> {
        self.text(property)?.trim().parse().ok()
    }

    /// The record, and what it lacks.
    pub fn record(&self, row: u64) -> Result<(ExportRecord, Lacks), RowFault> {
        // The instance id is the whole 32-bit identifier: 1073748864 of event 7040.
        let written = self
            .text(Property::InstanceId)
            .or_else(|| self.text(Property::Id))
            .ok_or(RowFault::NoId)?;
        let (id, high) = event_id(written).ok_or_else(|| RowFault::BadId(written.to_owned()))?;
        let source = self.text(Property::Source).ok_or(RowFault::NoSource)?;
        let time = self.text(Property::Time).ok_or(RowFault::NoTime)?;
        let qualifiers = self.number(Property::Qualifiers);
        let level = self.level();
        let (strings, strings_lost) = self.strings();
        let text = self.text(Property::Message).map(value::printable);
        let lacks = Lacks {
            strings_lost,
            mute: text.is_none()
                && (strings_lost || *self.get(Property::Strings) == Value::Nothing),
            level_unknown: level.is_none(),
        };
        let owned = |property| self.text(property).map(str::to_owned);
        let record = ExportRecord {
            written: self.text(Property::Written).and_then(value::instant),
            computer: owned(Property::Computer),
            log: owned(Property::Log).map(|log| log_name(&log)),
            qualifiers: qualifiers.and_then(|n| u16::try_from(n).ok()).or(high),
            level: level.unwrap_or(Level::Always),
            category: self
                .number(Property::Category)
                .and_then(|n| u16::try_from(n).ok()),
            record_id: self.number(Property::RecordId),
            strings,
            user: owned(Property::User),
            text,
            ..ExportRecord::new(row, value::time(time), source, id)
        };
        Ok((record, lacks))
    }

    /// The severity: by its number, else by its word; `None` for a word that is not known.
    fn level(&self) -> Option<Level> {
        if let Some(level) = self.text(Property::Level) {
            return match level.trim().parse() {
                Ok(number) => Some(Level::from_number(number)),
                Err(_) => level::from_word(level),
            };
        }
        if let Some(kind) = self.text(Property::EntryType) {
            return match kind.trim().parse() {
                Ok(number) => level::from_event_type(number),
                Err(_) => level::from_word(kind),
            };
        }
        self.text(Property::LevelName)
            .map_or(Some(Level::Always), level::from_word)
    }

    /// Insertion strings, and whether they were lost.
    fn strings(&self) -> (Vec<String>, bool) {
        let items = match self.get(Property::Strings) {
            Value::List(items) => items.as_slice(),
            // A list that was too deep is one text: the names of types, or strings that nobody can take apart.
            other => {
                return (
                    Vec::new(),
                    other.text().is_some_and(|text| !text.is_empty()),
                );
            }
        };
        if items.iter().any(|item| item.text() == Some(PROPERTY_TYPE)) {
            return (Vec::new(), true);
        }
        // The binary data of a classic event stands behind its strings, of which it is none.
        let classic = self.text(Property::Qualifiers).is_some();
        let items = match items {
            [strings @ .., Value::Bytes(_)] if classic => strings,
            all => all,
        };
        (items.iter().map(Value::to_string).collect(), false)
    }
}

/// Get-EventLog gives the name of a log as it was typed.
fn log_name(log: &str) -> String {
    let classic = ["Application", "System", "Security"];
    let known = classic.iter().find(|known| known.eq_ignore_ascii_case(log));
    known.map_or_else(|| log.to_owned(), |known| (*known).to_owned())
}
