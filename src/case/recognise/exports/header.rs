//! Claiming a file by its header row.

use crate::case::delimited::Rows;
use crate::case::event_columns::{Column, Form, Header};
use crate::case::recognise::text::is_text;
use crate::case::recognise::{Format, Head, Recognised};
use crate::case::time_text;

/// So many known columns need no proof by a row.
const SURE: usize = 4;

/// Rows that are looked at for a time.
const ROWS: usize = 20;

/// The file as an export of this form, if its header has what `suffices` asks for. With few known columns a row must
/// have a time and a number where the header says, as other tables may use such names.
pub fn claim(
    head: &Head<'_>,
    format: Format,
    form: Form,
    suffices: impl Fn(&Header) -> bool,
) -> Option<Recognised> {
    if !is_text(head) {
        return None;
    }
    let text = head.text();
    let header = Header::find(text, form).filter(|header| suffices(header))?;
    if header.known() < SURE && header.type_name.is_none() && !has_event(text, &header) {
        return None;
    }
    let names: Vec<&str> = [Column::Time, Column::Source, Column::Id, Column::FullId]
        .into_iter()
        .filter_map(|column| header.cells.get(header.at(column)?))
        .map(|name| name.trim())
        .collect();
    let by = format!(
        "header with {} known columns, {} among them",
        header.known(),
        names.join(", ")
    );
    Some(Recognised::new(format, by))
}

fn has_event(text: &str, header: &Header) -> bool {
    let body = text.get(header.end..).unwrap_or_default();
    let id = header.at(Column::Id).or(header.at(Column::FullId));
    Rows::new(body, header.delimiter).take(ROWS).any(|row| {
        let cell = |at: Option<usize>| row.cells.get(at?).map(|cell| cell.trim());
        let is_number = |text: &str| {
            text.bytes()
                .all(|b| b.is_ascii_digit() || b"-.,x".contains(&b))
        };
        cell(header.at(Column::Time)).is_some_and(time_text::has_shape)
            && cell(id).is_some_and(|id| !id.is_empty() && is_number(id))
    })
}
