//! Rows of delimited text (RFC 4180), as spreadsheets, shells and consoles write them: quoted cells may hold the
//! delimiter, line breaks and doubled quotation marks.
//!
//! Damage stays local: a quotation mark that is never closed costs its own row. Time is linear in the text, whatever
//! it holds.

use std::borrow::Cow;

/// Delimiters of such text: commas, semicolons (Excel in most of Europe), tabs.
pub const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// A quoted cell longer than this was never closed. (A record of an event log holds 64 KiB at most.)
const LONGEST_CELL: usize = 1024 * 1024;

/// More cells than this are one: no export has so many columns.
const MOST_CELLS: usize = 512;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// As it stands in the text, without its line break.
    pub text: &'a str,
    pub cells: Vec<Cow<'a, str>>,
    /// False when a quotation mark is not closed before the text ends or the next row begins.
    pub closed: bool,
    /// A quoted cell holds a quotation mark that is not doubled.
    pub stray_quote: bool,
}

/// Tells of a line whether it begins a row, even inside a quoted cell: then the quotation mark was not closed.
pub type Begins<'a> = &'a dyn Fn(&str) -> bool;

/// The rows of a text. Lines without any character are passed over.
pub struct Rows<'a> {
    text: &'a str,
    at: usize,
    delimiter: u8,
    begins: Option<Begins<'a>>,
    /// No quotation mark before this offset closes a cell: looked for once, in vain.
    unclosed_until: usize,
}

/// One cell and where the next begins.
struct Cell<'a> {
    value: Cow<'a, str>,
    /// Offset of the delimiter, of the line break, or of the end of the text.
    end: usize,
    closed: bool,
    stray_quote: bool,
}

impl<'a> Rows<'a> {
    pub fn new(text: &'a str, delimiter: u8) -> Self {
        Self {
            text,
            at: 0,
            delimiter,
            begins: None,
            unclosed_until: 0,
        }
    }

    pub fn beginning_with(mut self, begins: Begins<'a>) -> Self {
        self.begins = Some(begins);
        self
    }

    /// Offset of the first character that was not read yet.
    pub fn offset(&self) -> usize {
        self.at
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// Offset of the first byte from `from` on that `wanted` accepts, or the end of the text.
    fn seek(&self, from: usize, wanted: impl Fn(u8) -> bool) -> usize {
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        rest.iter()
            .position(|&byte| wanted(byte))
            .map_or(self.text.len(), |found| from.saturating_add(found))
    }

    /// Whether a cell may end there: before a delimiter, a line break, or at the end of the text.
    fn is_end(&self, at: usize) -> bool {
        match self.byte(at) {
            None | Some(b'\n') => true,
            Some(b'\r') => matches!(self.byte(at + 1), None | Some(b'\n')),
            Some(byte) => byte == self.delimiter,
        }
    }

    fn cell(&mut self, start: usize) -> Cell<'a> {
        let quoted = self.byte(start) == Some(b'"');
        if quoted && self.byte(start + 1) == Some(b'"') && self.is_end(start + 2) {
            return Cell {
                value: Cow::Borrowed(""),
                end: start + 2,
                closed: true,
                stray_quote: false,
            };
        }
        if quoted && start >= self.unclosed_until {
            return self.quoted(start);
        }
        self.plain(start, self.delimiter)
    }

    fn plain(&self, start: usize, delimiter: u8) -> Cell<'a> {
        let end = self.seek(start, |byte| byte == delimiter || byte == b'\n');
        let value = self.slice(start, end);
        let at_line_end = self.byte(end) != Some(delimiter) || delimiter == b'\n';
        let value = match value.strip_suffix('\r') {
            Some(line) if at_line_end => line,
            _ => value,
        };
        Cell {
            value: Cow::Borrowed(value),
            end,
            closed: true,
            stray_quote: false,
        }
    }

    /// A cell whose opening quotation mark stands at `open`.
    fn quoted(&mut self, open: usize) -> Cell<'a> {
        let first = open + 1;
        let limit = first.saturating_add(LONGEST_CELL).min(self.text.len());
        let (mut at, mut doubled, mut stray_quote) = (first, false, false);
        loop {
            at = self.seek(at, |byte| byte == b'"' || byte == b'\n');
            if at >= limit {
                self.unclosed_until = limit;
                // A text that ends inside a cell: all of it belongs there. Otherwise the cell ends with its line.
                let end = match limit == self.text.len() {
                    true => limit,
                    false => self.seek(open, |byte| byte == b'\n'),
                };
                return self.unclosed(first, end, stray_quote);
            }
            if self.byte(at) == Some(b'\n') {
                let line_end = self.seek(at + 1, |byte| byte == b'\n');
                let line = self.slice(at + 1, line_end);
                if self.begins.is_some_and(|begins| begins(line)) {
                    return self.unclosed(first, at, stray_quote);
                }
                at += 1;
                continue;
            }
            let after = self.seek(at, |byte| byte != b'"');
            let marks = after - at;
            if marks % 2 == 1 {
                if self.is_end(after) {
                    return Cell {
                        value: undouble(self.slice(first, after - 1), doubled || marks > 1),
                        end: after,
                        closed: true,
                        stray_quote,
                    };
                }
                stray_quote = true;
            }
            doubled |= marks > 1;
            at = after;
        }
    }

    fn unclosed(&self, first: usize, end: usize, stray_quote: bool) -> Cell<'a> {
        Cell {
            value: Cow::Borrowed(self.slice(first, end).trim_end_matches('\r')),
            end,
            closed: false,
            stray_quote,
        }
    }
}

impl<'a> Iterator for Rows<'a> {
    type Item = Row<'a>;

    fn next(&mut self) -> Option<Row<'a>> {
        self.at = self.seek(self.at, |byte| !matches!(byte, b'\r' | b'\n'));
        let start = self.at;
        self.byte(start)?;
        let (mut cells, mut closed, mut stray_quote) = (Vec::new(), true, false);
        let mut at = start;
        loop {
            let cell = match cells.len() + 1 < MOST_CELLS {
                true => self.cell(at),
                false => self.plain(at, b'\n'),
            };
            cells.push(cell.value);
            closed &= cell.closed;
            stray_quote |= cell.stray_quote;
            at = cell.end;
            if !cell.closed || self.byte(at) != Some(self.delimiter) {
                break;
            }
            at += 1;
        }
        // An unclosed cell may end before a line break that belongs to no row.
        let end = self.seek(at, |byte| byte == b'\n');
        self.at = end;
        let text = self.slice(start, end);
        Some(Row {
            text: text.strip_suffix('\r').unwrap_or(text),
            cells,
            closed,
            stray_quote,
        })
    }
}

fn undouble(text: &str, doubled: bool) -> Cow<'_, str> {
    match doubled {
        true => Cow::Owned(text.replace("\"\"", "\"")),
        false => Cow::Borrowed(text),
    }
}

/// A cell that stands alone, freed from its quotation marks.
pub fn unquote(text: &str) -> Cow<'_, str> {
    let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    inner.map_or(Cow::Borrowed(text), |inner| {
        undouble(inner, inner.contains('"'))
    })
}

/// The first `count` cells of one line, and the rest of it behind their delimiter, if there is more.
pub fn split_line(line: &str, delimiter: u8, count: usize) -> (Vec<Cow<'_, str>>, Option<&str>) {
    let mut rows = Rows::new(line, delimiter);
    let mut cells = Vec::with_capacity(count);
    let mut at = 0;
    while cells.len() < count {
        let cell = rows.cell(at);
        cells.push(cell.value);
        if rows.byte(cell.end) != Some(delimiter) {
            return (cells, None);
        }
        at = cell.end + 1;
    }
    (cells, line.get(at..))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        Rows::new(text, b',')
            .map(|row| row.cells.into_iter().map(Cow::into_owned).collect())
            .collect()
    }

    #[test]
    fn cells_with_delimiters_breaks_and_quotation_marks() {
        let text = "a,\"b, c\",\"d \"\"e\"\"\"\r\n\r\n,\"\",\"f\r\ng\"\r\n\"\"\"h\",i\"j,";
        let expected: [&[&str]; 3] = [
            &["a", "b, c", "d \"e\""],
            &["", "", "f\r\ng"],
            &["\"h", "i\"j", ""],
        ];
        assert_eq!(cells(text), expected);
        let texts: Vec<&str> = Rows::new(text, b',').map(|row| row.text).collect();
        assert_eq!(texts.get(1), Some(&",\"\",\"f\r\ng\""));
    }

    #[test]
    fn a_lone_quotation_mark_inside_a_cell_is_kept_and_told() {
        let row = Rows::new("\"says \"yes\" to it\",b\nc", b',')
            .next()
            .unwrap();
        assert_eq!(row.cells, ["says \"yes\" to it", "b"]);
        assert!(row.closed && row.stray_quote);
    }

    #[test]
    fn an_unclosed_quotation_mark_costs_one_row() {
        let begins = |line: &str| line.starts_with("x,");
        let text = "x,\"one\nmore\nx,two\nx,\"thr\nee\"";
        let rows: Vec<Row<'_>> = Rows::new(text, b',').beginning_with(&begins).collect();
        let found: Vec<(&str, bool)> = rows.iter().map(|row| (row.text, row.closed)).collect();
        assert_eq!(
            found,
            [
                ("x,\"one\nmore", false),
                ("x,two", true),
                ("x,\"thr\nee\"", true)
            ]
        );
        let cut: Vec<Row<'_>> = Rows::new("a\nb,\"c\nd", b',').collect();
        assert_eq!((cut.len(), cut.last().unwrap().closed), (2, false));
    }

    #[test]
    fn a_cell_longer_than_any_record_was_not_closed() {
        let long = format!("a,\"b\n{}\nc,d\n", "e\n".repeat(LONGEST_CELL));
        let mut rows = Rows::new(&long, b',');
        assert!(!rows.next().unwrap().closed);
        assert_eq!(rows.next().unwrap().text, "e");
        assert_eq!(rows.last().unwrap().text, "c,d");
    }

    #[test]
    fn the_first_cells_and_the_rest() {
        let (cells, rest) = split_line("a;\"b;c\";d;e;f", b';', 3);
        assert_eq!(cells, ["a", "b;c", "d"]);
        assert_eq!(rest, Some("e;f"));
        assert_eq!(split_line("a;b", b';', 3).1, None);
        assert_eq!(unquote("\"a \"\"b\"\"\""), "a \"b\"");
        assert_eq!(unquote("\"a"), "\"a");
    }

    /// Quotation marks in every second character, none of which closes anything.
    #[test]
    fn hostile_quotation_marks_take_linear_time() {
        let text = "\"a\n".repeat(400_000);
        assert!(Rows::new(&text, b',').count() <= 400_000);
    }

    proptest! {
        /// What the csv crate writes is read as it was written.
        #[test]
        fn what_another_writer_wrote(
            table in prop::collection::vec(prop::collection::vec("[a,;\t\r\n\" \u{e9}]{1,6}", 2..5), 1..6)
        ) {
            // Line breaks inside a cell are kept; a lone CR needs quotes that the writer gives it.
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            prop_assert_eq!(cells(&text), table);
        }

        #[test]
        fn any_text_is_read_to_its_end(text in "[a,\n\r\"\u{e9}]{0,200}") {
            let rows: Vec<Row<'_>> = Rows::new(&text, b',').collect();
            let lines = text.lines().filter(|line| !line.trim_matches('\r').is_empty()).count();
            prop_assert!(rows.len() <= lines);
            let read: usize = rows.iter().map(|row| row.text.len()).sum();
            let skipped = text.len() - read;
            prop_assert!(skipped <= text.bytes().filter(|b| matches!(b, b'\r' | b'\n')).count());
        }
    }
}
