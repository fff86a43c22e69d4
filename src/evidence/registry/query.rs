//! What `reg query` prints: the key at the margin, below it name, type and data, apart by tabs (Windows 2003) or four
//! blanks (later).

use super::collect::Collector;
use super::data::Data;

/// Types as `reg.exe` names them.
const KINDS: [&str; 12] = [
    "REG_DWORD_LITTLE_ENDIAN",
    "REG_DWORD_BIG_ENDIAN",
    "REG_FULL_RESOURCE_DESCRIPTOR",
    "REG_RESOURCE_REQUIREMENTS_LIST",
    "REG_RESOURCE_LIST",
    "REG_EXPAND_SZ",
    "REG_MULTI_SZ",
    "REG_BINARY",
    "REG_DWORD",
    "REG_QWORD",
    "REG_NONE",
    "REG_SZ",
];

/// Names that stand for a key's default value, in English; other languages put theirs into brackets too.
const DEFAULTS: [&str; 2] = ["<NO NAME>", "(Default)"];

/// Hands on every key and value of the text.
pub fn parse(text: &str, collector: &mut Collector<'_>) {
    let mut strange = None;
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim_end();
        if line.is_empty() || line.starts_with('!') {
            continue;
        }
        // The last line may be the sum of what was found, in any language.
        if let Some(before) = strange.take() {
            collector.unreadable(before);
        }
        if is_key(line) {
            collector.key(number, line);
        } else if let Some((name, kind, data)) = value(line) {
            if !collector.wants_value() {
                continue;
            }
            let name = if DEFAULTS.contains(&name) { "" } else { name };
            match data_of(kind, data) {
                Some(data) => collector.value(number, name, data),
                None => collector.unreadable(number),
            }
        } else {
            strange = Some(number);
        }
    }
}

/// Whether the line is a key.
pub fn is_key(line: &str) -> bool {
    let line = line.trim_start_matches('\u{feff}');
    line.starts_with("HKEY_")
}

/// Name, type and data, if the line is a value.
pub fn value(line: &str) -> Option<(&str, &'static str, &str)> {
    let line = line.strip_prefix("    ")?;
    // The first type that stands alone: names and data may hold the word, too.
    let found = line.match_indices("REG_").find_map(|(at, _)| {
        let (name, rest) = line.split_at_checked(at)?;
        let kind = KINDS.into_iter().find(|kind| {
            rest.strip_prefix(kind)
                .is_some_and(|after| after.is_empty() || after.starts_with([' ', '\t']))
        })?;
        let apart = name.ends_with(['\t', ' ']) && !name.trim().is_empty();
        apart.then_some((name.trim_end(), kind, rest.get(kind.len()..)?))
    });
    let (name, kind, data) = found?;
    let data = data
        .strip_prefix('\t')
        .or_else(|| data.strip_prefix("    "))
        .unwrap_or_else(|| data.trim_start());
    Some((name, kind, data))
}

fn data_of(kind: &'static str, data: &str) -> Option<Data> {
    Some(match kind {
        "REG_DWORD" | "REG_DWORD_LITTLE_ENDIAN" | "REG_DWORD_BIG_ENDIAN" | "REG_QWORD" => {
            let data = data.trim();
            let number = match data.strip_prefix("0x") {
                Some(hex) => u64::from_str_radix(hex, 16),
                None => data.parse(),
            };
            Data::number(kind, number.ok()?)
        }
        "REG_MULTI_SZ" => Data::texts(data.split("\\0")),
        "REG_SZ" | "REG_EXPAND_SZ" => Data::text(kind, data.to_owned()),
        _ => Data::text(kind, data.trim().to_ascii_lowercase()),
    })
}
