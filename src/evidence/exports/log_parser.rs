//! Log Parser 2.2, `-i:EVT` to `-o:CSV` or `-o:TSV` (documentation.help/Log-Parser/EVT_Fields).
//!
//! It keeps the insertion strings, joined by `|`. Times are local, `yyyy-MM-dd HH:mm:ss`. `EventLog` is what stood
//! behind `FROM`: a log, `\\server\log`, or the path of a log file.

use super::record::ExportRecord;
use super::sink::Sink;
use super::table;
use crate::case::event_columns::{Column, Form};
use crate::case::names;
use crate::evidence::log::place;

pub fn parse(text: &str, sink: &mut Sink<'_>) {
    table::read(text, Form::LogParser, sink, |row, record| {
        if let Some(strings) = row.text(Column::Strings) {
            record.strings = strings.split('|').map(str::to_owned).collect();
        }
        settle_log(record);
        Ok(())
    });
}

fn settle_log(record: &mut ExportRecord) {
    let Some(written) = record.log.take() else {
        return;
    };
    let mut parts = written.rsplit(['\\', '/']).filter(|part| !part.is_empty());
    let last = parts.next().unwrap_or(&written);
    let lower = last.to_ascii_lowercase();
    record.log = match lower.ends_with(".evt") || lower.ends_with(".evtx") {
        true => {
            let stem = names::stem(last);
            let named = place::log_by_name(stem);
            Some(named.map_or_else(|| stem.to_owned(), |learnt| learnt.name))
        }
        false => Some(last.to_owned()),
    };
}
