//! `.reg` files (KB 310516): `REGEDIT4` in the ANSI code page, version 5.00 in UTF-16.
//!
//! `hex` data go on in the next line after a `\`; text that holds a line break is written with it.

use std::borrow::Cow;

use super::collect::Collector;
use super::data::{Data, Strings};
use crate::case::encoding::CodePage;

/// Lines that one text may go on for: its end was lost then.
const MOST_TEXT_LINES: usize = 1000;

type Lines<'t> = std::iter::Peekable<std::iter::Zip<std::str::Lines<'t>, std::ops::RangeFrom<u64>>>;

/// Hands on every key and value of the text.
pub fn parse(text: &str, code_page: Option<CodePage>, collector: &mut Collector<'_>) {
    let mut strings = Strings::Utf16;
    let mut lines: Lines<'_> = text.lines().zip(1..).peekable();
    while let Some((line, number)) = lines.next() {
        // Exports joined by `copy /b` keep the marks of their encoding.
        let line = line.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if line.is_empty() || line.starts_with(';') {
            continue;
        }
        if line.eq_ignore_ascii_case("REGEDIT4") {
            strings = Strings::Ansi(code_page);
        } else if is_version_5(line) {
            strings = Strings::Utf16;
        } else if let Some(rest) = line.strip_prefix('[') {
            key(rest, number, collector);
        } else if let Some((name, data)) = name(line) {
            value(&name, data, number, strings, &mut lines, collector);
        } else {
            collector.unreadable(number);
        }
    }
}

/// Whether the line is the header of the later form.
pub fn is_version_5(line: &str) -> bool {
    line.to_ascii_lowercase()
        .starts_with("windows registry editor version 5")
}

/// A key, behind its bracket.
fn key(rest: &str, line: u64, collector: &mut Collector<'_>) {
    match rest.rsplit_once(']') {
        Some((path, _)) if path.starts_with('-') => {
            collector.deletion(line);
            collector.key(line, "");
        }
        Some((path, _)) => collector.key(line, path),
        None => {
            collector.unreadable(line);
            // Values that follow belong to nobody.
            collector.key(line, "");
        }
    }
}

/// The name of a value, and what stands behind its `=`.
fn name(line: &str) -> Option<(Cow<'_, str>, &str)> {
    let (name, rest) = match line.strip_prefix('@') {
        Some(rest) => (Cow::Borrowed(""), rest),
        None => {
            let mut name = String::new();
            let rest = unescape(line.strip_prefix('"')?, &mut name)?;
            (Cow::Owned(name), rest)
        }
    };
    Some((name, rest.trim_start().strip_prefix('=')?.trim_start()))
}

/// Adds a quoted text to `out` up to its closing quotation mark, and gives what follows; `None` when it goes on.
fn unescape<'t>(text: &'t str, out: &mut String) -> Option<&'t str> {
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => return Some(letters.as_str()),
            '\\' => out.push(letters.next().unwrap_or('\\')),
            letter => out.push(letter),
        }
    }
    None
}

fn value(
    name: &str,
    data: &str,
    line: u64,
    strings: Strings,
    lines: &mut Lines<'_>,
    collector: &mut Collector<'_>,
) {
    let wanted = collector.wants_value();
    let read = if data == "-" {
        collector.deletion(line);
        return;
    } else if let Some(text) = data.strip_prefix('"') {
        quoted(text, lines).map(|text| Data::text("REG_SZ", text))
    } else if let Some(number) = strip_word(data, "dword:") {
        u32::from_str_radix(number.trim(), 16)
            .ok()
            .map(|number| Data::number("REG_DWORD", number.into()))
    } else if let Some(rest) = strip_word(data, "hex") {
        hex(rest, wanted, strings, lines)
    } else {
        None
    };
    match read {
        Some(data) if wanted => collector.value(line, name, data),
        Some(_) => {}
        None => collector.unreadable(line),
    }
}

fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (start, rest) = text.split_at_checked(word.len())?;
    start.eq_ignore_ascii_case(word).then_some(rest)
}

/// A text behind its quotation mark, over as many lines as it has.
fn quoted(first: &str, lines: &mut Lines<'_>) -> Option<String> {
    let mut out = String::new();
    if unescape(first, &mut out).is_some() {
        return Some(out);
    }
    for _ in 0..MOST_TEXT_LINES {
        let (line, _) = lines.next_if(|(line, _)| !line.starts_with("[HKEY_"))?;
        out.push('\n');
        if unescape(line, &mut out).is_some() {
            return Some(out);
        }
    }
    None
}

/// `hex:` or `hex(7):` and its bytes, over as many lines as end with `\`.
fn hex(rest: &str, wanted: bool, strings: Strings, lines: &mut Lines<'_>) -> Option<Data> {
    let (kind, first) = rest.split_once(':')?;
    let kind = match kind.trim() {
        "" => Some(3),
        kind => kind
            .strip_prefix('(')
            .and_then(|kind| kind.strip_suffix(')'))
            .and_then(|kind| u32::from_str_radix(kind, 16).ok()),
    };
    let mut bytes = Vec::new();
    let mut good = true;
    let mut part = first.trim();
    loop {
        let goes_on = part.strip_suffix('\\');
        let digits = goes_on.unwrap_or(part);
        if wanted {
            good &= add_bytes(digits, &mut bytes).is_some();
        }
        if goes_on.is_none() {
            break;
        }
        // A key never stands where bytes go on: the end of the value was lost.
        match lines.next_if(|(line, _)| !line.starts_with('[')) {
            Some((line, _)) => part = line.trim(),
            None => return None,
        }
    }
    (good && kind.is_some()).then(|| Data::from_bytes(kind.unwrap_or(3), &bytes, strings))
}

fn add_bytes(digits: &str, bytes: &mut Vec<u8>) -> Option<()> {
    for pair in digits.split(',').map(str::trim) {
        if pair.is_empty() {
            continue;
        }
        let plain = pair.len() <= 2 && pair.bytes().all(|byte| byte.is_ascii_hexdigit());
        bytes.push(u8::from_str_radix(pair, 16).ok().filter(|_| plain)?);
    }
    Some(())
}
