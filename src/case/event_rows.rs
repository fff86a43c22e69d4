//! Rows as the Event Viewer of Windows 2000, XP and 2003 saves them as text or CSV: no header, nine fields: date,
//! time, source, type, category, event, user, computer, description (learn.microsoft.com cc780824).
//!
//! The description may hold commas and line breaks, quoted or not: a record goes on until a line begins with a date
//! and a time.

use std::borrow::Cow;

use super::delimited::{self, DELIMITERS};
use super::time_text;

/// Fields before the description.
pub const FIELDS: usize = 8;

/// Longer texts are no date and no time of day.
const LONGEST_TIME: usize = 40;

/// The fields of a record's first line, and the beginning of its description, if it has one.
pub fn split(line: &str, delimiter: u8) -> (Vec<Cow<'_, str>>, Option<&str>) {
    delimited::split_line(line, delimiter, FIELDS)
}

/// Date and time of a record that this line begins, as one text.
pub fn begins(line: &str, delimiter: u8) -> Option<String> {
    let start = line.trim_start_matches(['"', '\u{200e}', '\u{feff}']);
    if !start.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let line = line.trim_start_matches('\u{feff}');
    let (cells, rest) = delimited::split_line(line, delimiter, 2);
    rest?;
    let [date, time] = cells.as_slice() else {
        return None;
    };
    if date.len().max(time.len()) > LONGEST_TIME {
        return None;
    }
    let text = format!("{} {}", date.trim(), time.trim());
    time_text::has_shape(&text).then_some(text)
}

/// The delimiter by which most lines of a text begin a record, with their number.
pub fn delimiter(text: &str) -> Option<(u8, usize)> {
    let count = |delimiter| {
        let lines = text.lines();
        lines
            .filter(|line| begins(line, delimiter).is_some())
            .count()
    };
    DELIMITERS
        .into_iter()
        .rev()
        .map(|delimiter| (delimiter, count(delimiter)))
        .max_by_key(|(_, count)| *count)
        .filter(|(_, count)| *count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_begin_a_record() {
        for (line, delimiter) in [
            ("3/14/2006,9:30:00 AM,a", b','),
            ("14.03.2006\t09:30:00\ta", b'\t'),
            ("14.3.2006;9.30.00;a", b';'),
            ("\"2006/03/14\",\"9:30:00\",a", b','),
        ] {
            assert!(begins(line, delimiter).is_some(), "{line}");
        }
        for line in [
            "",
            "3/14/2006 9:30:00,a",
            "3/14/2006,text,a",
            "3/14/2006,9:30:00",
            "12,13,14",
            "Date,Time,Source",
        ] {
            assert_eq!(begins(line, b','), None, "{line}");
        }
        assert_eq!(
            delimiter("1.2.2006;10:00;x;y,z\nmore, text\n"),
            Some((b';', 1))
        );
    }
}
