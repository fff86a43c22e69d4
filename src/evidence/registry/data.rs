//! The data of one value, by its type.

use std::borrow::Cow;

use crate::case::encoding::{self, CodePage};

/// Type, text and number of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Data {
    /// `REG_DWORD`, `hex(9)`.
    pub kind: Cow<'static, str>,
    pub text: String,
    pub number: Option<u64>,
}

/// Between the strings of a `REG_MULTI_SZ`.
const BETWEEN: &str = "; ";

/// How the bytes of a string are to be understood.
#[derive(Clone, Copy)]
pub enum Strings {
    Utf16,
    Ansi(Option<CodePage>),
}

impl Data {
    pub fn text(kind: &'static str, text: String) -> Self {
        Self {
            kind: Cow::Borrowed(kind),
            text,
            number: None,
        }
    }

    pub fn number(kind: &'static str, number: u64) -> Self {
        Self {
            kind: Cow::Borrowed(kind),
            text: number.to_string(),
            number: Some(number),
        }
    }

    /// Several strings as one text.
    pub fn texts<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let texts: Vec<&str> = texts.filter(|text| !text.is_empty()).collect();
        Self::text("REG_MULTI_SZ", texts.join(BETWEEN))
    }

    pub fn binary(kind: impl Into<Cow<'static, str>>, bytes: &[u8]) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).map(|&d| char::from(d));
        let hex = bytes
            .iter()
            .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
            .flatten();
        Self {
            kind: kind.into(),
            text: hex.collect(),
            number: None,
        }
    }

    /// From bytes and the number of their type (winnt.h).
    pub fn from_bytes(kind: u32, bytes: &[u8], strings: Strings) -> Self {
        match (kind, bytes) {
            (1, _) => Self::text("REG_SZ", strings.all(bytes).join("")),
            (2, _) => Self::text("REG_EXPAND_SZ", strings.all(bytes).join("")),
            (3, _) => Self::binary("REG_BINARY", bytes),
            (4, &[a, b, c, d]) => {
                Self::number("REG_DWORD", u32::from_le_bytes([a, b, c, d]).into())
            }
            (5, &[a, b, c, d]) => Self::number(
                "REG_DWORD_BIG_ENDIAN",
                u32::from_be_bytes([a, b, c, d]).into(),
            ),
            (7, _) => Self::texts(strings.all(bytes).iter().map(String::as_str)),
            (11, &[a, b, c, d, e, f, g, h]) => {
                Self::number("REG_QWORD", u64::from_le_bytes([a, b, c, d, e, f, g, h]))
            }
            _ => Self::binary(format!("hex({kind:x})"), bytes),
        }
    }
}

impl Strings {
    /// The strings between zero characters.
    fn all(self, bytes: &[u8]) -> Vec<String> {
        match self {
            Self::Utf16 => {
                let units: Vec<u16> = bytes
                    .chunks_exact(2)
                    .filter_map(|pair| Some(u16::from_le_bytes(pair.try_into().ok()?)))
                    .collect();
                units
                    .split(|unit| *unit == 0)
                    .map(String::from_utf16_lossy)
                    .collect()
            }
            // Each by itself, so that the zeros between them are not taken for those of UTF-16.
            Self::Ansi(page) => bytes
                .split(|byte| *byte == 0)
                .map(|part| ansi(part, page))
                .collect(),
        }
    }
}

/// A text in the ANSI code page. The blank behind it keeps an accented letter at its end from being taken for the
/// beginning of a longer character that was cut.
fn ansi(bytes: &[u8], page: Option<CodePage>) -> String {
    let text = encoding::decode(&[bytes, b" "].concat(), page)
        .text
        .into_owned();
    text.strip_suffix(' ').unwrap_or(&text).to_owned()
}
