//! Names of entries, made fit to be shown. Nothing is ever unpacked under such a name, so that one that leads out of
//! the archive can do no harm; but it must not look like another file of the case either.

use std::collections::BTreeMap;

use oem_cp::code_table::DECODING_TABLE_CP437;

/// Longer names are cut; no file system of the time had them.
const MOST_CHARS: usize = 1024;

/// A name as it is shown, and whether it led out of the archive as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryName {
    pub shown: String,
    pub led_outside: bool,
}

impl EntryName {
    /// Parts separated by `/`, without drive, root, `.` and `..`; characters that steer a terminal or turn the
    /// direction of writing are replaced.
    pub fn new(written: &str) -> Self {
        let slashed = written.replace('\\', "/");
        let (drive, rest) = match slashed.as_bytes() {
            [letter, b':', ..] if letter.is_ascii_alphabetic() => {
                (true, slashed.get(2..).unwrap_or_default())
            }
            _ => (false, slashed.as_str()),
        };
        let led_outside =
            drive || rest.starts_with('/') || rest.split('/').any(|part| part == "..");
        let parts: Vec<&str> = rest
            .split('/')
            .filter(|part| !matches!(*part, "" | "." | ".."))
            .collect();
        let shown: String = parts
            .join("/")
            .chars()
            .take(MOST_CHARS)
            .map(|c| if is_harmless(c) { c } else { '\u{FFFD}' })
            .collect();
        Self {
            shown: if shown.is_empty() {
                "(no name)".to_owned()
            } else {
                shown
            },
            led_outside,
        }
    }
}

fn is_harmless(c: char) -> bool {
    let turns =
        matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    !c.is_control() && !turns
}

/// Bytes of a name: UTF-8 where they are, as most programs write it now whether they say so or not; else code page
/// 437, which APPNOTE.TXT appendix D gives for all others.
pub fn decode(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => oem_cp::decode_string_complete_table(bytes, &DECODING_TABLE_CP437),
    }
}

/// Gives every entry of an archive a name of its own: a second `System.evt` becomes `System (2).evt`.
#[derive(Debug, Default)]
pub struct Taken {
    /// With how often each was asked for: ten thousand entries of one name shall not cost ten thousand tries each.
    names: BTreeMap<String, u64>,
}

impl Taken {
    /// The name, and whether it had to be changed.
    pub fn unique(&mut self, name: String) -> (String, bool) {
        let mut number = match self.names.get(&name) {
            None => {
                self.names.insert(name.clone(), 1);
                return (name, false);
            }
            Some(&asked) => asked,
        };
        let (folders, file) = name.rsplit_once('/').unwrap_or(("", &name));
        let (stem, dot, extension) = match file.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => (stem, ".", extension),
            _ => (file, "", ""),
        };
        let slash = if folders.is_empty() { "" } else { "/" };
        let numbered = loop {
            number = number.saturating_add(1);
            let candidate = format!("{folders}{slash}{stem} ({number}){dot}{extension}");
            if !self.names.contains_key(&candidate) {
                break candidate;
            }
        };
        self.names.insert(numbered.clone(), 1);
        self.names.insert(name, number);
        (numbered, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(written: &str) -> (String, bool) {
        let name = EntryName::new(written);
        (name.shown, name.led_outside)
    }

    #[test]
    fn names_stay_inside() {
        let cases = [
            ("bh01/System.evt", "bh01/System.evt", false),
            ("bh01\\System.evt", "bh01/System.evt", false),
            ("./bh01//System.evt", "bh01/System.evt", false),
            ("../../etc/passwd", "etc/passwd", true),
            ("..\\..\\boot.ini", "boot.ini", true),
            ("bh01/../../x", "bh01/x", true),
            ("/etc/passwd", "etc/passwd", true),
            ("C:\\WINDOWS\\System.evt", "WINDOWS/System.evt", true),
            ("c:System.evt", "System.evt", true),
            ("\\\\server\\share\\a.evt", "server/share/a.evt", true),
            ("..", "(no name)", true),
            ("", "(no name)", false),
            ("a\u{1b}[2Jb\n.evt", "a\u{FFFD}[2Jb\u{FFFD}.evt", false),
            ("gpj.\u{202E}evt", "gpj.\u{FFFD}evt", false),
            ("a..b/...", "a..b/...", false),
        ];
        for (written, name, outside) in cases {
            assert_eq!(shown(written), (name.to_owned(), outside), "{written}");
        }
        assert_eq!(shown(&"x".repeat(70_000)).0.chars().count(), MOST_CHARS);
    }

    #[test]
    fn bytes_are_utf_8_or_code_page_437() {
        assert_eq!(decode("Übersicht.csv".as_bytes()), "Übersicht.csv");
        // 0x9A is Ü and 0x81 ü in code page 437.
        assert_eq!(decode(b"\x9Abersicht f\x81r.csv"), "Übersicht für.csv");
    }

    #[test]
    fn the_second_of_a_name_is_numbered() {
        let mut taken = Taken::default();
        let mut unique = |name: &str| taken.unique(name.to_owned());
        assert_eq!(unique("a/System.evt"), ("a/System.evt".to_owned(), false));
        assert_eq!(
            unique("a/System.evt"),
            ("a/System (2).evt".to_owned(), true)
        );
        assert_eq!(
            unique("a/System.evt"),
            ("a/System (3).evt".to_owned(), true)
        );
        assert_eq!(unique("b.d/log"), ("b.d/log".to_owned(), false));
        assert_eq!(unique("b.d/log"), ("b.d/log (2)".to_owned(), true));
        assert_eq!(unique(".x"), (".x".to_owned(), false));
        assert_eq!(unique(".x"), (".x (2)".to_owned(), true));
    }
}
