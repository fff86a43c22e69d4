//! The cells of one line, of which there may be very many.

use std::borrow::Cow;

/// Cells in order. Line breaks stand in none.
pub struct Cells<'t> {
    rest: Option<&'t str>,
    delimiter: char,
}

impl<'t> Cells<'t> {
    pub fn new(line: &'t str, delimiter: char) -> Self {
        Self {
            rest: Some(line.trim_end_matches('\r')),
            delimiter,
        }
    }

    /// A quoted cell: its end is the first quotation mark that is not doubled.
    fn quoted(&mut self, inner: &'t str) -> Cow<'t, str> {
        let bytes = inner.as_bytes();
        let (mut at, mut doubled) = (0, false);
        let end = loop {
            let found = memchr::memchr(b'"', bytes.get(at..).unwrap_or_default());
            let Some(mark) = found.and_then(|found| at.checked_add(found)) else {
                break bytes.len();
            };
            if bytes.get(mark + 1) != Some(&b'"') {
                break mark;
            }
            doubled = true;
            at = mark + 2;
        };
        let value = inner.get(..end).unwrap_or(inner);
        let after = inner.get(end..).unwrap_or_default();
        self.rest = after.split_once(self.delimiter).map(|(_, rest)| rest);
        match doubled {
            true => Cow::Owned(value.replace("\"\"", "\"")),
            false => Cow::Borrowed(value),
        }
    }
}

impl<'t> Iterator for Cells<'t> {
    type Item = Cow<'t, str>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest.take()?;
        if let Some(inner) = rest.strip_prefix('"') {
            return Some(self.quoted(inner));
        }
        match rest.split_once(self.delimiter) {
            Some((cell, rest)) => {
                self.rest = Some(rest);
                Some(Cow::Borrowed(cell))
            }
            None => Some(Cow::Borrowed(rest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_and_plain_cells() {
        let cells = |line| {
            Cells::new(line, ',')
                .map(Cow::into_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(cells("\"a\",\"b, c\",\" \""), ["a", "b, c", " "]);
        assert_eq!(cells("a,\"b\"\"c\",,d\r"), ["a", "b\"c", "", "d"]);
        assert_eq!(cells("\"cut"), ["cut"]);
        assert_eq!(cells(""), [""]);
    }
}
