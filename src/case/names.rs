//! What the names of files and folders say about a capture: server, table, time.
//!
//! The full pattern is `SERVER_TABLE_TIME[_partial]`, read from the right because server names may hold `_`:
//! `BH01_TempTable#1_20060314T143000Z.csv`, `BH01_TT1_2006-03-14T0930-0500.json`.

use super::time_text;

/// What one name says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameParts {
    pub server: Option<String>,
    /// Canonical: `TempTable#1`.
    pub table: Option<String>,
    /// As written, for [`time_text::read`].
    pub time: Option<String>,
    /// The name says that the capture does not list everything.
    pub partial: bool,
}

/// The canonical name of a temp table: `TempTable#1` from `temptable#1`, `TempTable1`, `TT1`, `TT#1`.
///
/// `None` for anything else, which then is a name of its own.
pub fn table_name(text: &str) -> Option<String> {
    let lower = text.trim().to_ascii_lowercase();
    let rest = lower
        .strip_prefix("temptable")
        .or_else(|| lower.strip_prefix("tt"))?;
    let number = rest.strip_prefix('#').unwrap_or(rest);
    let number: u32 = number
        .parse()
        .ok()
        .filter(|_| number.bytes().all(|b| b.is_ascii_digit()))?;
    Some(format!("TempTable#{number}"))
}

/// The number of the SMTP virtual server that a temp table belongs to (KB 906557): 1 for `TempTable#1`.
pub fn virtual_server_of(table: &str) -> Option<u32> {
    table_name(table)?.strip_prefix("TempTable#")?.parse().ok()
}

/// The name without its extension and without the mark of a copy (`name (1).csv`).
pub fn stem(name: &str) -> &str {
    let stem = match name.rsplit_once('.') {
        Some((stem, ext)) if !stem.is_empty() && is_extension(ext) => stem,
        _ => name,
    };
    match stem.rsplit_once(" (") {
        Some((original, copy))
            if copy
                .trim_end_matches(')')
                .bytes()
                .all(|b| b.is_ascii_digit()) =>
        {
            original
        }
        _ => stem,
    }
}

/// What the name of a folder may say of a server: the folder's own, or that of an archive (`BH01.zip!`).
pub fn folder_name(part: &str) -> &str {
    part.strip_suffix('!')
        .map_or(part, without_archive_extension)
}

/// `case42` of `case42.zip`, `case42.tar.gz`, `case42.7z`.
pub fn without_archive_extension(name: &str) -> &str {
    let lower = name.to_ascii_lowercase();
    let cut = [".zip", ".tar.gz", ".tgz", ".tar", ".7z", ".gz"]
        .into_iter()
        .find(|extension| lower.ends_with(extension))
        .and_then(|extension| name.get(..name.len().checked_sub(extension.len())?));
    cut.filter(|stem| !stem.is_empty()).unwrap_or(name)
}

fn is_extension(text: &str) -> bool {
    (1..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphabetic())
}

/// Server, table and time, when the name has all three in the order of the full pattern.
pub fn full_pattern(stem: &str) -> Option<NameParts> {
    let mut parts: Vec<&str> = stem.split('_').collect();
    let partial = parts
        .last()
        .is_some_and(|last| last.eq_ignore_ascii_case("partial"));
    if partial {
        parts.pop();
    }
    let time = pop_time(&mut parts)?;
    let table = table_name(parts.pop()?)?;
    let server = parts.join("_");
    let server = Some(server).filter(|name| !name.is_empty())?;
    Some(NameParts {
        server: Some(server),
        table: Some(table),
        time: Some(time),
        partial,
    })
}

/// Server and time of a name like `BH01_registry_20060320T220000Z` or `BH01_20060320T220000Z`, read from the right. What
/// stands between server and time says what the file is and counts for nothing; `is_server` tells where the server ends
/// if its own name holds `_`.
pub fn server_and_time(stem: &str, is_server: impl Fn(&str) -> bool) -> Option<NameParts> {
    let mut parts: Vec<&str> = stem.split('_').collect();
    let time = pop_time(&mut parts)?;
    let starts = (1..=parts.len()).rev();
    let known = starts
        .filter_map(|count| Some(parts.get(..count)?.join("_")))
        .find(|start| is_server(start));
    let server = known.or_else(|| {
        if parts.len() > 1 {
            parts.pop();
        }
        Some(parts.join("_")).filter(|name| is_host_like(name))
    })?;
    Some(NameParts {
        server: Some(server),
        time: Some(time),
        ..NameParts::default()
    })
}

/// The server at the beginning of a name that has not the full pattern: `BH01_registry`.
pub fn leading_server(stem: &str, is_server: impl Fn(&str) -> bool) -> Option<String> {
    let parts: Vec<&str> = stem.split(['_', ' ']).collect();
    let starts = (1..=parts.len()).rev();
    starts
        .filter_map(|count| Some(parts.get(..count)?.join("_")))
        .find(|start| is_server(start))
}

/// A time at the end of the parts: in one part, or as date and time of day in two.
fn pop_time(parts: &mut Vec<&str>) -> Option<String> {
    let last = parts.pop()?;
    if time_text::has_shape(last) {
        return Some(last.to_owned());
    }
    let both = format!("{}T{last}", parts.pop()?);
    time_text::has_shape(&both).then_some(both)
}

/// Whatever a name says that is not the full pattern: a table, a time, and what stands before them.
///
/// The server is only a claim: the caller decides whether the text can be one.
pub fn loose_parts(stem: &str) -> NameParts {
    let mut found = NameParts::default();
    let mut before = Vec::new();
    for part in stem.split(['_', ' ']).filter(|part| !part.is_empty()) {
        if let Some(table) = table_name(part) {
            found.table.get_or_insert(table);
        } else if time_text::has_shape(part) {
            found.time.get_or_insert(part.to_owned());
        } else if part.eq_ignore_ascii_case("partial") {
            found.partial = true;
        } else if found.table.is_none() && found.time.is_none() {
            before.push(part);
        }
    }
    found.server = Some(before.join("_")).filter(|name| !name.is_empty());
    found
}

/// Words that name a kind of folder or file, never a server.
const GENERIC: [&str; 39] = [
    "app",
    "application",
    "apps",
    "backup",
    "capture",
    "captures",
    "case",
    "counters",
    "csv",
    "dir",
    "dump",
    "dumps",
    "evidence",
    "events",
    "eventlogs",
    "evtx",
    "export",
    "exports",
    "json",
    "listing",
    "listings",
    "logs",
    "log",
    "mail",
    "mailroot",
    "mfcmapi",
    "perf",
    "queue",
    "reg",
    "registry",
    "settings",
    "snapshot",
    "snapshots",
    "system",
    "table",
    "tables",
    "temptables",
    "tracking",
    "typeperf",
];

/// Whether a text could be the name of a host: the characters of NetBIOS and DNS names, and no everyday word.
pub fn is_host_like(text: &str) -> bool {
    let label = text.split('.').next().unwrap_or(text);
    !label.is_empty()
        && label.len() <= 63
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        && label.bytes().any(|b| b.is_ascii_alphabetic())
        && !GENERIC.contains(&text.to_ascii_lowercase().as_str())
        && table_name(text).is_none()
        && !time_text::has_shape(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full(name: &str) -> Option<(String, String, String, bool)> {
        let parts = full_pattern(stem(name))?;
        Some((parts.server?, parts.table?, parts.time?, parts.partial))
    }

    #[test]
    fn full_patterns_of_the_contract() {
        let owned =
            |a: &str, b: &str, c: &str, d| Some((a.to_owned(), b.to_owned(), c.to_owned(), d));
        assert_eq!(
            full("BH01_TempTable#1_20060314T143000Z.csv"),
            owned("BH01", "TempTable#1", "20060314T143000Z", false)
        );
        assert_eq!(
            full("BH01_TT1_2006-03-14T0930-0500.json"),
            owned("BH01", "TempTable#1", "2006-03-14T0930-0500", false)
        );
        assert_eq!(
            full("MAIL_BH_01_tt2_2006-03-14_0930_partial.csv"),
            owned("MAIL_BH_01", "TempTable#2", "2006-03-14T0930", true)
        );
        assert_eq!(full("TempTable#1_20060314T143000Z.csv"), None);
        assert_eq!(full("BH01_TempTable#1.csv"), None);
        assert_eq!(full("BH01_20060314T143000Z.csv"), None);
    }

    #[test]
    fn names_of_exports_are_read_from_the_right() {
        let read = |name: &str| {
            let known = |name: &str| name.eq_ignore_ascii_case("mail_be_01");
            let parts = server_and_time(stem(name), known)?;
            Some((parts.server?, parts.time?))
        };
        let is = |server: &str, time: &str| Some((server.to_owned(), time.to_owned()));
        assert_eq!(
            read("BH01_registry_20060320T220000Z.reg"),
            is("BH01", "20060320T220000Z")
        );
        assert_eq!(
            read("MAIL_BH_01_queue_2006-03-14_0930.txt"),
            is("MAIL_BH_01", "2006-03-14T0930")
        );
        assert_eq!(
            read("Mail_BE_01_20060320T220000Z.reg"),
            is("Mail_BE_01", "20060320T220000Z")
        );
        assert_eq!(
            read("BH01_20060320T220000Z.reg"),
            is("BH01", "20060320T220000Z")
        );
        assert_eq!(read("registry_20060320T220000Z_x.reg"), None);
        assert_eq!(read("20060320T220000Z.reg"), None);
    }

    #[test]
    fn loose_names_say_what_they_can() {
        let parts = loose_parts(stem("bh01_TempTable#3.csv"));
        assert_eq!(
            (parts.server.as_deref(), parts.table.as_deref()),
            (Some("bh01"), Some("TempTable#3"))
        );
        let parts = loose_parts(stem("TT2 20060314T143000Z partial.csv"));
        assert_eq!(
            (parts.server, parts.table.as_deref()),
            (None, Some("TempTable#2"))
        );
        assert_eq!(
            (parts.time.as_deref(), parts.partial),
            (Some("20060314T143000Z"), true)
        );
    }

    #[test]
    fn tables_and_hosts() {
        assert_eq!(table_name("TT"), None);
        assert_eq!(table_name("temptable12").as_deref(), Some("TempTable#12"));
        assert_eq!(table_name("TT+1"), None);
        assert_eq!(virtual_server_of("TempTable#2"), Some(2));
        assert!(is_host_like("BH01") && is_host_like("bh01.corp.example"));
        assert!(
            !is_host_like("snapshots") && !is_host_like("2006-03-14") && !is_host_like("my folder")
        );
        assert_eq!(stem("a (2).csv"), "a");
        assert_eq!(
            (folder_name("BH01.zip!"), folder_name("BH01.zip")),
            ("BH01", "BH01.zip")
        );
        assert_eq!(without_archive_extension("Case 42.TAR.GZ"), "Case 42");
        assert_eq!(without_archive_extension(".zip"), ".zip");
        assert_eq!(
            stem("bh01.corp.example_TT1_20060314T143000Z"),
            "bh01.corp.example_TT1_20060314T143000Z"
        );
    }
}
