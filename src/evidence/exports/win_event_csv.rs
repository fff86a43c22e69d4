//! `Get-WinEvent … | Export-Csv`: the properties of `EventLogRecord`, all or a selection.
//!
//! `Properties`, the insertion strings, come out as the name of their type, so the message is all that tells them.
//! Times are local, in the format of the session's culture.

use super::sink::Sink;
use super::table;
use crate::case::event_columns::Form;

pub fn parse(text: &str, sink: &mut Sink<'_>) {
    table::read(text, Form::WinEvent, sink, |_, _| Ok(()));
}
