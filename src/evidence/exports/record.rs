//! One record of an export, before zone, server and log are settled.

use crate::evidence::model::Level;
use crate::time::{Stamp, Timestamp};

/// What one record (row, element, block of lines) of an export says.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportRecord {
    /// Its number in the file, counted from 1: rows, elements or blocks, whatever a person would count.
    pub row: u64,
    pub time: ExportTime,
    /// When the log service wrote it down, where the form keeps that apart and in UTC.
    pub written: Option<Timestamp>,
    /// The computer, where the record names one.
    pub computer: Option<String>,
    /// The log, where the record names it.
    pub log: Option<String>,
    /// The event source.
    pub source: String,
    /// Low 16 bits of the event identifier.
    pub id: u16,
    /// High 16 bits, where the form keeps them.
    pub qualifiers: Option<u16>,
    pub level: Level,
    pub category: Option<u16>,
    /// Number of the record in its log, where the form has it.
    pub record_id: Option<u64>,
    /// Insertion strings, where the form keeps them apart.
    pub strings: Vec<String>,
    /// Names of the strings; then as long as `strings`.
    pub names: Vec<String>,
    pub user: Option<String>,
    /// The rendered message.
    pub text: Option<String>,
}

impl ExportRecord {
    /// A record with what every form has; the rest empty.
    pub fn new(row: u64, time: ExportTime, source: &str, id: u16) -> Self {
        Self {
            row,
            time,
            written: None,
            computer: None,
            log: None,
            source: source.to_owned(),
            id,
            qualifiers: None,
            level: Level::Always,
            category: None,
            record_id: None,
            strings: Vec::new(),
            names: Vec::new(),
            user: None,
            text: None,
        }
    }
}

/// A record's time.
#[derive(Clone, Debug, PartialEq)]
pub enum ExportTime {
    /// Fixed by the file.
    At(Stamp),
    /// As written; read by [`crate::case::time_text`], and local if it names no offset.
    Text(String),
}

/// An event identifier as exports write it: `348`, `1.073.748.860`, `-2147483300`, `0x40001B7C`: its low and, where
/// it has them, its high 16 bits.
pub fn event_id(text: &str) -> Option<(u16, Option<u16>)> {
    let text = text.trim();
    let number = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => {
            let separator = |c: &char| matches!(c, '.' | ',' | '\'' | '\u{a0}' | '\u{202f}');
            let digits: String = text.chars().filter(|c| !separator(c)).collect();
            match digits.parse::<i64>().ok()? {
                signed @ -2_147_483_648..=-1 => i32::try_from(signed).ok()?.cast_unsigned(),
                number => u32::try_from(number).ok()?,
            }
        }
    };
    let [a, b, c, d] = number.to_be_bytes();
    let high = u16::from_be_bytes([a, b]);
    Some((u16::from_be_bytes([c, d]), (high != 0).then_some(high)))
}

#[cfg(test)]
mod tests {
    use super::event_id;

    /// 0x40001B7C is 7036 of the Service Control Manager (winevt-kb, services.exe).
    #[test]
    fn identifiers_however_they_are_written() {
        for written in ["0x40001B7C", "1073748860", "1.073.748.860"] {
            assert_eq!(event_id(written), Some((7036, Some(0x4000))), "{written}");
        }
        assert_eq!(event_id(" 348 "), Some((348, None)));
        assert_eq!(event_id("-2147483300"), Some((348, Some(0x8000))));
        assert_eq!(event_id("4294967296"), None);
        assert_eq!(event_id("Error"), None);
    }
}
