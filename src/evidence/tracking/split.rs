//! Lines into fields, in place.

use memchr::{memchr, memchr_iter};

/// Fields that are told apart; a row of a log has far fewer.
const MOST_FIELDS: usize = 256;

/// Splits at tabs. How many fields there are, of which `fields` holds the first.
pub fn at_tabs<'l>(line: &'l [u8], fields: &mut Vec<&'l [u8]>) -> usize {
    fields.clear();
    let mut from = 0;
    let mut found = 0;
    for end in memchr_iter(b'\t', line).chain([line.len()]) {
        found += 1;
        if found <= MOST_FIELDS {
            fields.extend(line.get(from..end));
        }
        from = end.saturating_add(1);
    }
    found
}

/// Splits at commas that are not between quotation marks (RFC 4180). Marks that are doubled inside of a field stay so.
/// `None` where a mark is not closed.
pub fn at_commas<'l>(line: &'l [u8], fields: &mut Vec<&'l [u8]>) -> Option<usize> {
    fields.clear();
    let mut rest = line;
    let mut found = 0;
    loop {
        let (field, after) = match rest.strip_prefix(b"\"") {
            None => plain(rest),
            Some(inner) => {
                let end = closing(inner)?;
                let (field, after) = inner.split_at_checked(end)?;
                match after.get(1..)? {
                    [] => (field, None),
                    [b',', after @ ..] => (field, Some(after)),
                    // `"x" y`: the marks are a part of the field.
                    _ => plain(rest),
                }
            }
        };
        found += 1;
        if found <= MOST_FIELDS {
            fields.push(field);
        }
        match after {
            None => return Some(found),
            Some(after) => rest = after,
        }
    }
}

/// The field up to the next comma, and what stands behind that.
fn plain(rest: &[u8]) -> (&[u8], Option<&[u8]>) {
    match memchr(b',', rest) {
        None => (rest, None),
        Some(end) => {
            let (field, after) = rest.split_at(end);
            (field, after.get(1..))
        }
    }
}

/// Where the mark stands that closes a field.
fn closing(inner: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let mark = from + memchr(b'"', inner.get(from..)?)?;
        if inner.get(mark + 1) != Some(&b'"') {
            return Some(mark);
        }
        from = mark + 2;
    }
}

/// Puts the fields of a row together again that tabs inside of the field `broken` made of it, so that `width` are left.
pub fn mend<'l>(
    line: &'l [u8],
    fields: &mut Vec<&'l [u8]>,
    broken: usize,
    width: usize,
) -> Option<()> {
    let more = fields.len().checked_sub(width).filter(|more| *more > 0)?;
    let last = broken.checked_add(more)?;
    let from: usize = fields
        .get(..broken)?
        .iter()
        .map(|field| field.len() + 1)
        .sum();
    let parts = fields.get(broken..=last)?;
    let length = parts
        .iter()
        .map(|field| field.len() + 1)
        .sum::<usize>()
        .checked_sub(1)?;
    let whole = line.get(from..from.checked_add(length)?)?;
    fields.drain(broken..last);
    *fields.get_mut(broken)? = whole;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commas(line: &str) -> Option<Vec<String>> {
        let mut fields = Vec::new();
        at_commas(line.as_bytes(), &mut fields)?;
        Some(
            fields
                .iter()
                .map(|f| String::from_utf8_lossy(f).into_owned())
                .collect(),
        )
    }

    #[test]
    fn quotation_marks() {
        let of = |line| commas(line).unwrap();
        assert_eq!(of("a,\"b, c\",,d"), ["a", "b, c", "", "d"]);
        assert_eq!(of("\"a \"\"b\"\"\",c"), ["a \"\"b\"\"", "c"]);
        assert_eq!(of("\"a\" b,c\"d,\"\""), ["\"a\" b", "c\"d", ""]);
        assert_eq!(of(""), [""]);
        assert_eq!(commas("a,\"b,c"), None);
    }

    #[test]
    fn tabs_inside_of_a_field() {
        let line = b"1\t2\tone\tmore\ttab\tend";
        let mut fields = Vec::new();
        assert_eq!(at_tabs(line, &mut fields), 6);
        mend(line, &mut fields, 2, 4).unwrap();
        assert_eq!(fields, [&b"1"[..], b"2", b"one\tmore\ttab", b"end"]);
        assert_eq!(mend(line, &mut fields, 2, 4), None);
    }

    proptest::proptest! {
        /// The csv crate reads the same line as the same fields.
        #[test]
        fn agrees_with_the_csv_crate(cells in proptest::collection::vec("[ab,\"]{0,6}", 1..6)) {
            let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
            writer.write_record(&cells).unwrap();
            let written = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let read = commas(written.trim_end_matches('\n')).unwrap();
            let read: Vec<String> = read.iter().map(|field| field.replace("\"\"", "\"")).collect();
            proptest::prop_assert_eq!(read, cells);
        }
    }
}
