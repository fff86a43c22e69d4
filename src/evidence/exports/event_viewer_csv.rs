//! Events saved by the Event Viewer of Vista and later as CSV or as text with tabs.
//!
//! `Level,Date and Time,Source,Event ID,Task Category` and a description that has no name, in the viewer's language;
//! `Keywords` instead of the level in the Security log; more columns where somebody had added them to the view. Times
//! are local, in the format of the viewer's locale.

use super::level;
use super::sink::Sink;
use super::table;
use crate::case::event_columns::{Column, Form};

pub fn parse(text: &str, sink: &mut Sink<'_>) {
    table::read(text, Form::EventViewer, sink, |row, record| {
        if !row.header.has(Column::Level) {
            let keywords = row.text(Column::Keywords);
            if let Some(level) = keywords.and_then(level::from_word) {
                record.level = level;
            }
        }
        Ok(())
    });
}
