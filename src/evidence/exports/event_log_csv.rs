//! `Get-EventLog … | Export-Csv`: the properties of `EventLogEntry`, all or a selection.
//!
//! `InstanceId` is the whole identifier: 7040 is written as 1073748864, 0x40001B80 (seen in a public export).
//! `ReplacementStrings` come out as the name of their type; where the message file is missing, the message holds them.
//! `TimeWritten` is local too, so it is not kept. The log stands only in the line `#TYPE`, of the first entry.

use super::sink::Sink;
use super::table;
use crate::case::event_columns::{Column, Form, Header};
use crate::evidence::log::place;

pub fn parse(text: &str, sink: &mut Sink<'_>) {
    let log = log_of_type(text);
    if let Some(log) = &log {
        sink.note(format_args!(
            "Its first line says that the first entry is of the log {log}; all entries were taken for that log's."
        ));
    }
    table::read(text, Form::EventLog, sink, |row, record| {
        // What a source proves of itself outweighs a line about another entry.
        let proven = || {
            row.text(Column::Source)
                .and_then(|source| place::log_by_sources([source].into_iter()))
        };
        record.log = log.as_ref().map(|log| match proven() {
            Some(proven) if !proven.eq_ignore_ascii_case(log) => proven.to_owned(),
            _ => log.clone(),
        });
        Ok(())
    });
}

/// `System` from `#TYPE System.Diagnostics.EventLogEntry#System/Service Control Manager/1073748860`.
fn log_of_type(text: &str) -> Option<String> {
    let header = Header::find(text, Form::EventLog)?;
    let name = header.type_name?;
    let (_, rest) = name.split_once("EventLogEntry#")?;
    let (log, _) = rest.split_once('/')?;
    let log = log.trim();
    // PowerShell repeats what was typed after `-LogName`.
    let known = ["Application", "System", "Security"];
    let spelt = known.iter().find(|known| known.eq_ignore_ascii_case(log));
    (!log.is_empty()).then(|| spelt.map_or_else(|| log.to_owned(), |known| (*known).to_owned()))
}
