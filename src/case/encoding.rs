//! From bytes to text: byte order marks, UTF-16 with and without one, UTF-8, and Windows-1252 as a stated last resort.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How a file's text was encoded, and how that was found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextEncoding {
    Utf8,
    Utf8Bom,
    Utf16LeBom,
    Utf16BeBom,
    /// UTF-16 without a byte order mark, known by its zero bytes.
    Utf16Le,
    Utf16Be,
    /// Not valid UTF-8, so read as the Western code page: a guess that is always stated.
    Windows1252,
}

impl TextEncoding {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8Bom => "UTF-8 with a byte order mark",
            Self::Utf16LeBom | Self::Utf16Le => "UTF-16 (little-endian)",
            Self::Utf16BeBom | Self::Utf16Be => "UTF-16 (big-endian)",
            Self::Windows1252 => "Windows-1252 (assumed, as it is not UTF-8)",
        }
    }

    fn codec(self) -> &'static Encoding {
        match self {
            Self::Utf8 | Self::Utf8Bom => UTF_8,
            Self::Utf16LeBom | Self::Utf16Le => UTF_16LE,
            Self::Utf16BeBom | Self::Utf16Be => UTF_16BE,
            Self::Windows1252 => WINDOWS_1252,
        }
    }

    fn mark_length(self) -> usize {
        match self {
            Self::Utf8Bom => 3,
            Self::Utf16LeBom | Self::Utf16BeBom => 2,
            _ => 0,
        }
    }
}

/// A file's bytes as text.
#[derive(Clone, Debug)]
pub struct Decoded<'a> {
    pub text: Cow<'a, str>,
    pub encoding: TextEncoding,
    /// Some bytes meant nothing in this encoding and were replaced by U+FFFD.
    pub lossy: bool,
}

/// Decodes the whole of a file (or, for recognition, its beginning).
pub fn decode(bytes: &[u8]) -> Decoded<'_> {
    let encoding = detect(bytes);
    let body = bytes.get(encoding.mark_length()..).unwrap_or_default();
    let (text, lossy) = encoding.codec().decode_without_bom_handling(body);
    Decoded {
        text,
        encoding,
        lossy,
    }
}

fn detect(bytes: &[u8]) -> TextEncoding {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => TextEncoding::Utf8Bom,
        [0xFF, 0xFE, ..] => TextEncoding::Utf16LeBom,
        [0xFE, 0xFF, ..] => TextEncoding::Utf16BeBom,
        _ => detect_without_mark(bytes),
    }
}

/// How many bytes decide on UTF-16 without a mark.
const UTF16_SAMPLE: usize = 512;

fn detect_without_mark(bytes: &[u8]) -> TextEncoding {
    let sample = bytes.get(..UTF16_SAMPLE).unwrap_or(bytes);
    let zeros = |parity: usize| {
        sample
            .iter()
            .skip(parity)
            .step_by(2)
            .filter(|&&b| b == 0)
            .count()
    };
    let (even, odd, pairs) = (zeros(0), zeros(1), sample.len() / 2);
    // Text that begins in a Latin script (a header, a brace) has a zero in nearly every pair.
    if pairs >= 2 && odd * 4 >= pairs * 3 && even * 4 <= pairs {
        return TextEncoding::Utf16Le;
    }
    if pairs >= 2 && even * 4 >= pairs * 3 && odd * 4 <= pairs {
        return TextEncoding::Utf16Be;
    }
    match std::str::from_utf8(bytes) {
        Ok(_) => TextEncoding::Utf8,
        // Only the last character is cut off: the file, or the part read of it, ends in its middle.
        Err(fault) if fault.error_len().is_none() => TextEncoding::Utf8,
        Err(_) => TextEncoding::Windows1252,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|u| {
                if big {
                    u.to_be_bytes()
                } else {
                    u.to_le_bytes()
                }
            })
            .collect()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "subject,size\r\nRé: \u{20ac}5,12\r\n";
        let with_mark = |mark: &[u8], body: Vec<u8>| [mark, &body].concat();
        let cases = [
            (text.as_bytes().to_vec(), TextEncoding::Utf8),
            (
                with_mark(b"\xEF\xBB\xBF", text.as_bytes().to_vec()),
                TextEncoding::Utf8Bom,
            ),
            (
                with_mark(b"\xFF\xFE", utf16(text, false)),
                TextEncoding::Utf16LeBom,
            ),
            (
                with_mark(b"\xFE\xFF", utf16(text, true)),
                TextEncoding::Utf16BeBom,
            ),
            (utf16(text, false), TextEncoding::Utf16Le),
            (utf16(text, true), TextEncoding::Utf16Be),
            (
                b"subject,size\r\nR\xe9: \x805,12\r\n".to_vec(),
                TextEncoding::Windows1252,
            ),
        ];
        for (bytes, encoding) in cases {
            let decoded = decode(&bytes);
            assert_eq!((decoded.encoding, decoded.text.as_ref()), (encoding, text));
            assert!(!decoded.lossy);
        }
    }

    #[test]
    fn a_cut_character_is_lossy_utf8() {
        let decoded = decode(b"Stra\xC3");
        assert_eq!(
            (decoded.encoding, decoded.lossy),
            (TextEncoding::Utf8, true)
        );
        assert_eq!(decoded.text, "Stra\u{fffd}");
    }

    #[test]
    fn a_nul_inside_text_is_not_utf16() {
        assert_eq!(decode(b"subject\n\"a\0b\"\n").encoding, TextEncoding::Utf8);
        assert_eq!(decode(b"").encoding, TextEncoding::Utf8);
    }
}
