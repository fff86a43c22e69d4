//! From bytes to text: byte order marks, UTF-16 with and without one, UTF-8, the code page that the case names, and
//! as a stated last resort the code page that the bytes look like.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use oem_cp::code_table::DECODING_TABLE_CP_MAP;

/// A code page of Windows: of its windows (ANSI) or of its console (OEM).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodePage {
    /// `windows-1252`, `shift_jis`, …: Windows' own tables, as the WHATWG Encoding Standard has them.
    Ansi(&'static Encoding),
    /// 437, 850, …: what console programs write.
    Oem(u16),
}

impl CodePage {
    /// From `1252`, `windows-1252`, `cp850`, `932`, `shift_jis`, in any case. `None` for UTF-8 and UTF-16, which need
    /// no telling.
    pub fn parse(text: &str) -> Option<Self> {
        let label = text.trim().to_ascii_lowercase();
        let digits = label
            .strip_prefix("cp")
            .or_else(|| label.strip_prefix("oem"))
            .or_else(|| label.strip_prefix("windows-"))
            .unwrap_or(&label);
        if let Ok(number) = digits.parse::<u16>() {
            let ansi = match number {
                1250..=1258 => Encoding::for_label(format!("windows-{number}").as_bytes()),
                932 => Some(encoding_rs::SHIFT_JIS),
                936 => Some(encoding_rs::GBK),
                949 => Some(encoding_rs::EUC_KR),
                950 => Some(encoding_rs::BIG5),
                874 => Some(encoding_rs::WINDOWS_874),
                _ => None,
            };
            let oem = || {
                DECODING_TABLE_CP_MAP
                    .get(&number)
                    .map(|_| Self::Oem(number))
            };
            return ansi.map(Self::Ansi).or_else(oem);
        }
        Encoding::for_label(label.as_bytes())
            .filter(|known| ![UTF_8, UTF_16LE, UTF_16BE].contains(known))
            .map(Self::Ansi)
    }

    /// `windows-1252`, `code page 850`.
    pub fn name(self) -> String {
        match self {
            Self::Ansi(known) => known.name().to_ascii_lowercase(),
            Self::Oem(number) => format!("code page {number}"),
        }
    }

    /// The text, and whether some bytes meant nothing and were replaced by U+FFFD.
    pub fn decode(self, bytes: &[u8]) -> (Cow<'_, str>, bool) {
        match self {
            Self::Ansi(known) => known.decode_without_bom_handling(bytes),
            Self::Oem(number) => {
                let text = DECODING_TABLE_CP_MAP
                    .get(&number)
                    .map(|table| table.decode_string_lossy(bytes))
                    .unwrap_or_default();
                let lossy = text.contains(char::REPLACEMENT_CHARACTER);
                (Cow::Owned(text), lossy)
            }
        }
    }
}

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
    /// The code page that the case names; the bytes are not UTF-8.
    Told(CodePage),
    /// The code page that the bytes look like: a guess that is always stated.
    Guessed(CodePage),
}

impl TextEncoding {
    /// For the list of evidence: `UTF-8`, `windows-1252 (assumed, as it is not UTF-8)`.
    pub fn describe(self) -> String {
        match self {
            Self::Utf8 => "UTF-8".to_owned(),
            Self::Utf8Bom => "UTF-8 with a byte order mark".to_owned(),
            Self::Utf16LeBom | Self::Utf16Le => "UTF-16 (little-endian)".to_owned(),
            Self::Utf16BeBom | Self::Utf16Be => "UTF-16 (big-endian)".to_owned(),
            Self::Told(page) => format!("{} (as case.toml says)", page.name()),
            Self::Guessed(page) => format!("{} (assumed, as it is not UTF-8)", page.name()),
        }
    }

    /// Whether a character's value rests on nothing but what the bytes look like.
    pub fn is_guess(self) -> bool {
        matches!(self, Self::Guessed(_))
    }

    /// Whether the text is UTF-16.
    pub fn is_utf16(self) -> bool {
        matches!(
            self,
            Self::Utf16LeBom | Self::Utf16BeBom | Self::Utf16Le | Self::Utf16Be
        )
    }

    fn decode(self, bytes: &[u8]) -> (Cow<'_, str>, bool) {
        match self {
            Self::Utf8 | Self::Utf8Bom => UTF_8.decode_without_bom_handling(bytes),
            Self::Utf16LeBom | Self::Utf16Le => UTF_16LE.decode_without_bom_handling(bytes),
            Self::Utf16BeBom | Self::Utf16Be => UTF_16BE.decode_without_bom_handling(bytes),
            Self::Told(page) | Self::Guessed(page) => page.decode(bytes),
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

/// Decodes the whole of a file (or, for recognition, its beginning). `told` is the code page of text that is neither
/// UTF-8 nor UTF-16, where the case names one.
pub fn decode(bytes: &[u8], told: Option<CodePage>) -> Decoded<'_> {
    let encoding = detect(bytes, told);
    let body = bytes.get(encoding.mark_length()..).unwrap_or_default();
    let (text, lossy) = encoding.decode(body);
    Decoded {
        text,
        encoding,
        lossy,
    }
}

fn detect(bytes: &[u8], told: Option<CodePage>) -> TextEncoding {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => TextEncoding::Utf8Bom,
        [0xFF, 0xFE, ..] => TextEncoding::Utf16LeBom,
        [0xFE, 0xFF, ..] => TextEncoding::Utf16BeBom,
        _ => detect_without_mark(bytes, told),
    }
}

/// How many bytes decide on UTF-16 without a mark.
const UTF16_SAMPLE: usize = 512;

fn detect_without_mark(bytes: &[u8], told: Option<CodePage>) -> TextEncoding {
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
        Err(_) => told.map_or_else(|| TextEncoding::Guessed(guess(bytes)), TextEncoding::Told),
    }
}

/// How many bytes decide on a code page.
const GUESS_SAMPLE: usize = 1024 * 1024;

/// The code page that the bytes look like.
fn guess(bytes: &[u8]) -> CodePage {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes.get(..GUESS_SAMPLE).unwrap_or(bytes), true);
    CodePage::Ansi(detector.guess(None, Utf8Detection::Deny))
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
                TextEncoding::Guessed(CodePage::Ansi(encoding_rs::WINDOWS_1252)),
            ),
        ];
        for (bytes, encoding) in cases {
            let decoded = decode(&bytes, None);
            assert_eq!((decoded.encoding, decoded.text.as_ref()), (encoding, text));
            assert!(!decoded.lossy);
        }
    }

    #[test]
    fn a_cut_character_is_lossy_utf8() {
        let decoded = decode(b"Stra\xC3", None);
        assert_eq!(
            (decoded.encoding, decoded.lossy),
            (TextEncoding::Utf8, true)
        );
        assert_eq!(decoded.text, "Stra\u{fffd}");
    }

    #[test]
    fn a_nul_inside_text_is_not_utf16() {
        assert_eq!(
            decode(b"subject\n\"a\0b\"\n", None).encoding,
            TextEncoding::Utf8
        );
        assert_eq!(decode(b"", None).encoding, TextEncoding::Utf8);
    }

    #[test]
    fn code_pages_by_number_and_name() {
        let ansi = |encoding| Some(CodePage::Ansi(encoding));
        assert_eq!(CodePage::parse("1252"), ansi(encoding_rs::WINDOWS_1252));
        assert_eq!(
            CodePage::parse("Windows-1251"),
            ansi(encoding_rs::WINDOWS_1251)
        );
        assert_eq!(CodePage::parse("cp932"), ansi(encoding_rs::SHIFT_JIS));
        assert_eq!(CodePage::parse("850"), Some(CodePage::Oem(850)));
        assert_eq!(CodePage::parse("utf-8"), None);
        assert_eq!(CodePage::parse("12"), None);
    }

    /// 0x84 is ä in code page 850 and a low quotation mark in windows-1252 (Unicode's CP850.TXT, CP1252.TXT).
    #[test]
    fn the_case_decides_on_the_code_page() {
        let told = decode(b"Dienst l\x84uft", CodePage::parse("850"));
        assert_eq!(told.text, "Dienst läuft");
        assert_eq!(told.encoding, TextEncoding::Told(CodePage::Oem(850)));
        let japanese = encoding_rs::SHIFT_JIS
            .encode("レベル,日付と時刻,ソース,イベント ID\r\n")
            .0;
        let guessed = decode(&japanese, None);
        assert!(guessed.text.starts_with("レベル,日付と時刻"), "{guessed:?}");
        assert!(guessed.encoding.is_guess());
        // What is UTF-8 needs no code page, whatever the case says.
        let utf8 = decode("läuft".as_bytes(), CodePage::parse("850"));
        assert_eq!(
            (utf8.text.as_ref(), utf8.encoding),
            ("läuft", TextEncoding::Utf8)
        );
    }
}
