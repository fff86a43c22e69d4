//! UTF-16 text as the chunk holds it, made into what the rendered XML would say.

use std::borrow::Cow;

/// Code units of a slice, in order; an odd byte at the end is none.
fn units(utf16: &[u8]) -> impl Iterator<Item = u16> + Clone + '_ {
    utf16
        .as_chunks::<2>()
        .0
        .iter()
        .map(|unit| u16::from_le_bytes(*unit))
}

/// The text up to its first NUL, where readers end it.
pub fn until_nul(utf16: &[u8]) -> &[u8] {
    let (pairs, _) = utf16.as_chunks::<2>();
    let length = pairs
        .iter()
        .position(|unit| *unit == [0, 0])
        .unwrap_or(pairs.len());
    pairs.get(..length).unwrap_or_default().as_flattened()
}

/// Decodes, with `_` for what XML cannot hold (control characters, lone surrogates, U+FFFE and U+FFFF): so Windows
/// and the evtx crate write them.
pub fn decode(utf16: &[u8]) -> String {
    if let Some(text) = printable_ascii(utf16) {
        return text;
    }
    let mut text = String::with_capacity(utf16.len() / 2);
    text.extend(char::decode_utf16(units(utf16)).map(|unit| unit.map_or('_', allowed)));
    text
}

/// Nearly all text of a server's logs.
fn printable_ascii(utf16: &[u8]) -> Option<String> {
    let pairs = utf16.as_chunks::<2>().0;
    let printable = pairs
        .iter()
        .all(|[low, high]| *high == 0 && matches!(low, b' '..=b'~'));
    if !printable {
        return None;
    }
    String::from_utf8(pairs.iter().map(|[low, _]| *low).collect()).ok()
}

/// The same for text in the code page of Western Europe, which the evtx crate takes for granted, without its NULs.
pub fn ansi(bytes: &[u8]) -> String {
    let bytes: Vec<u8> = bytes.iter().copied().filter(|&byte| byte != 0).collect();
    let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes);
    text.chars().map(allowed).collect()
}

/// The character, or `_` in place of one that XML cannot hold.
pub fn allowed(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' => c,
        '\0'..' ' | '\u{FFFE}' | '\u{FFFF}' => '_',
        _ => c,
    }
}

/// Whether the text is exactly this ASCII text.
pub fn is(utf16: &[u8], ascii: &str) -> bool {
    utf16.len() == 2 * ascii.len() && units(utf16).eq(ascii.bytes().map(u16::from))
}

/// Longer names than any element of Windows has, in bytes.
const MOST_NAME_BYTES: usize = 512;

/// Whether every character is one that names are made of, so that no reader can trip over it.
pub fn is_plain_name(utf16: &[u8]) -> bool {
    let plain = |unit: u16| {
        u8::try_from(unit)
            .is_ok_and(|c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-' | b'.' | b':'))
    };
    (2..=MOST_NAME_BYTES).contains(&utf16.len()) && units(utf16).all(plain)
}

/// The decimal number that the text spells, as [`str::parse`] reads it between white space.
pub fn number(utf16: &[u8]) -> Option<u64> {
    let text: Cow<'_, str> = decode(utf16).into();
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn text_ends_at_nul_and_loses_what_xml_cannot_hold() {
        assert_eq!(until_nul(&utf16("ab\0c")), utf16("ab"));
        assert_eq!(until_nul(&utf16("ab")), utf16("ab"));
        assert_eq!(decode(&utf16("\u{1}é\t😀\u{FFFE}")), "_é\t😀_");
        assert_eq!(decode(&[0x00, 0xD8, 0x41, 0x00]), "_A");
        // 0x80 is the euro sign in Windows-1252.
        assert_eq!(ansi(b"\x80 \x01\0A"), "€ _A");
    }

    #[test]
    fn names_and_numbers() {
        assert!(is(&utf16("System"), "System") && !is(&utf16("Systen"), "System"));
        assert!(is_plain_name(&utf16("EventData")) && !is_plain_name(&utf16("a b")));
        assert!(!is_plain_name(&[]) && !is_plain_name(&utf16("ä")));
        assert_eq!(number(&utf16(" 7036 ")), Some(7036));
        assert_eq!(number(&utf16("0x1")), None);
    }
}
