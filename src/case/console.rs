//! What `dir` prints, by its shape: the words are those of the console's language, the layout is always the same.
//!
//! ```text
//!  Directory of D:\Exchsrvr\Mailroot\vsi 1\Queue
//!
//! 03/14/2006  09:30 AM             1,234 NTFS_1.EML
//!                1 File(s)          1,234 bytes
//! ```

use super::time_text;

/// Width of the size, right-aligned, four blanks behind the time.
const SIZE_WIDTH: usize = 14;

/// What stands behind the folder in languages that put it first: Japanese, Chinese, Korean.
const BEHIND: [&str; 5] = [
    "\u{306e}\u{30c7}\u{30a3}\u{30ec}\u{30af}\u{30c8}\u{30ea}",
    "\u{7684}\u{76ee}\u{5f55}",
    "\u{7684}\u{76ee}\u{9304}",
    "\u{c758} \u{b514}\u{b809}\u{d130}\u{b9ac}",
    "\u{b514}\u{b809}\u{d130}\u{b9ac}",
];

/// The folder that a line names: one blank, words, and a path from its root on.
pub fn folder(line: &str) -> Option<&str> {
    let text = line
        .strip_prefix(' ')
        .filter(|text| !text.starts_with(' '))?;
    let path = root(text)?.trim_end();
    let path = BEHIND
        .iter()
        .find_map(|words| path.strip_suffix(words))
        .unwrap_or(path);
    Some(path.trim_end())
}

/// From `D:\` or `\\server\` on.
fn root(text: &str) -> Option<&str> {
    let drive = text.match_indices(":\\").find_map(|(at, _)| {
        let start = at.checked_sub(1)?;
        let letter = text
            .get(start..at)?
            .chars()
            .all(|c| c.is_ascii_alphabetic());
        let before = text.get(..start)?;
        let alone = !before.ends_with(|c: char| c.is_ascii_alphanumeric());
        (letter && alone).then_some(start)
    });
    let share = || {
        let at = text.find("\\\\")?;
        text.get(at + 2..)?.contains('\\').then_some(at)
    };
    text.get(drive.or_else(share)?..)
}

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row<'t> {
    /// Date and time as written.
    pub time: &'t str,
    /// Size of a file; `None` for a folder or link.
    pub bytes: Option<u64>,
}

impl<'t> Row<'t> {
    pub fn parse(line: &'t str) -> Option<Self> {
        if !line.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let (time, rest) = line.split_once("    ")?;
        if !time_text::has_shape(time) {
            return None;
        }
        let bytes = match rest.trim_start().strip_prefix('<') {
            Some(kind) => {
                kind.split_once('>')?;
                None
            }
            None => Some(size(rest)?),
        };
        Some(Self { time, bytes })
    }
}

fn size(rest: &str) -> Option<u64> {
    let end = rest.char_indices().nth(SIZE_WIDTH).map(|(at, _)| at);
    let field = end
        .filter(|end| rest.get(*end..).is_some_and(|name| name.starts_with(' ')))
        .and_then(|end| number(rest.get(..end)?));
    field.or_else(|| number(rest.split_whitespace().next()?))
}

/// Files and bytes of the line that adds up a folder: a number and a word, twice.
pub fn total(line: &str) -> Option<(u64, u64)> {
    let text = line.strip_prefix("  ")?.trim_start();
    let (files, rest) = leading_number(text)?;
    let at = rest.find(|c: char| c.is_ascii_digit())?;
    let (word, rest) = rest.split_at_checked(at)?;
    let (bytes, rest) = leading_number(rest)?;
    let words = |text: &str| text.chars().any(char::is_alphabetic);
    (words(word) && words(rest)).then_some((files, bytes))
}

/// The number at the beginning, with what groups its digits, and what follows it.
fn leading_number(text: &str) -> Option<(u64, &str)> {
    let mut end = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let digit_follows = letters
            .peek()
            .is_some_and(|(_, next)| next.is_ascii_digit());
        if letter.is_ascii_digit() {
            end = at + 1;
        } else if !(is_group(letter) && digit_follows) {
            break;
        }
    }
    let (number_text, rest) = text.split_at_checked(end)?;
    Some((number(number_text)?, rest))
}

/// What stands between groups of three digits in some language.
fn is_group(letter: char) -> bool {
    matches!(
        letter,
        ',' | '.' | '\'' | '\u{2019}' | ' ' | '\u{a0}' | '\u{202f}' | '\u{ff}'
    )
}

fn number(text: &str) -> Option<u64> {
    let digits: String = text.chars().filter(|letter| !is_group(*letter)).collect();
    digits.parse().ok().filter(|_| !digits.starts_with('+'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_in_several_languages() {
        for line in [
            " Directory of D:\\Mailroot\\vsi 1\\Queue",
            " Verzeichnis von D:\\Mailroot\\vsi 1\\Queue",
            " D:\\Mailroot\\vsi 1\\Queue \u{306e}\u{30c7}\u{30a3}\u{30ec}\u{30af}\u{30c8}\u{30ea}",
            " D:\\Mailroot\\vsi 1\\Queue \u{7684}\u{76ee}\u{5f55}",
        ] {
            assert_eq!(folder(line), Some("D:\\Mailroot\\vsi 1\\Queue"), "{line}");
        }
        assert_eq!(
            folder(" Directory of \\\\BH01\\d$\\x"),
            Some("\\\\BH01\\d$\\x")
        );
        for line in [
            " Volume in drive D has no label.",
            " Volume in Laufwerk D: hat keine Bezeichnung.",
            "D:\\Mailroot",
            "  D:\\Mailroot",
            " see http:\\x",
        ] {
            assert_eq!(folder(line), None, "{line}");
        }
    }

    /// Rows and totals of listings that users of these languages posted.
    #[test]
    fn rows_and_totals_in_several_languages() {
        let bytes = |line: &str| Row::parse(line).map(|row| row.bytes);
        assert_eq!(
            bytes("01/09/2019  02:59 PM         4,855,952 wireless.cab"),
            Some(Some(4_855_952))
        );
        assert_eq!(
            bytes("12.04.2019  10:27     5 209 325 568 IRIS.DAT"),
            Some(Some(5_209_325_568))
        );
        assert_eq!(
            bytes("17.04.2019  18:31         2.453.504 timeit.exe"),
            Some(Some(2_453_504))
        );
        assert_eq!(
            bytes("01/09/2019  02:59 PM    <DIR>          .."),
            Some(None)
        );
        // A name that begins with digits is no part of the size.
        assert_eq!(
            bytes("29.08.2002  04:00                46 123 iris.lck"),
            Some(Some(46))
        );
        assert_eq!(bytes("see 01/09/2019"), None);
        assert_eq!(
            total("               3 File(s)     10,395,004 bytes"),
            Some((3, 10_395_004))
        );
        assert_eq!(
            total("               2 Datei(en),  5 209 325 614 Bytes"),
            Some((2, 5_209_325_614))
        );
        assert_eq!(
            total(
                "               1 \u{500b}\u{306e}\u{30d5}\u{30a1}\u{30a4}\u{30eb}          1,234 \u{30d0}\u{30a4}\u{30c8}"
            ),
            Some((1, 1234))
        );
        assert_eq!(total("     Total Files Listed:"), None);
        assert_eq!(total("3 File(s) 4 bytes"), None);
    }
}
