//! Registry exports, listings of folders, performance counters.

use super::text::is_text;
use super::{Format, Head, Recognised};
use crate::case::console;

/// Lines of the beginning that are looked at.
const LINES: usize = 200;

/// `.reg` files tell their version in the first line (KB 310516).
pub fn registry_file(head: &Head<'_>) -> Option<Recognised> {
    let line = head
        .text()
        .lines()
        .find(|line| !line.trim().is_empty())?
        .trim();
    let version = if line.eq_ignore_ascii_case("REGEDIT4") {
        "REGEDIT4"
    } else if line
        .to_ascii_lowercase()
        .starts_with("windows registry editor version 5")
    {
        "Windows Registry Editor Version 5.00"
    } else {
        return None;
    };
    Some(Recognised::new(
        Format::RegistryFile,
        format!("begins with {version}"),
    ))
}

/// `reg query`: keys at the margin, values with their types below.
pub fn registry_query(head: &Head<'_>) -> Option<Recognised> {
    let lines = || {
        let lines = head.text().lines().map(str::trim_end);
        lines.filter(|line| !line.is_empty()).take(LINES)
    };
    let first = lines().next()?;
    if first.starts_with("! REG.EXE VERSION") {
        return Some(Recognised::new(
            Format::RegistryQuery,
            "begins with the version of reg.exe",
        ));
    }
    let is_key = |line: &str| line.starts_with("HKEY_");
    let is_value = |line: &str| {
        line.starts_with("    ")
            && line
                .split_whitespace()
                .any(|word| word.starts_with("REG_") && word.len() > 5)
    };
    let rest_fits = lines()
        .skip(1)
        .filter(|line| is_key(line) || is_value(line))
        .count();
    // At most the sum at the end is neither.
    let fits = is_key(first) && is_text(head) && rest_fits + 2 >= lines().count();
    fits.then(|| {
        Recognised::new(
            Format::RegistryQuery,
            "registry keys, and values with their types",
        )
    })
}

/// `dir`: the name of a folder, then rows of date, time, size and name.
pub fn folder_listing(head: &Head<'_>) -> Option<Recognised> {
    if !is_text(head) {
        return None;
    }
    let mut lines = head
        .text()
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
        .take(LINES);
    let mut named = false;
    let found = lines.any(|line| {
        if console::folder(line).is_some() {
            named = true;
            return false;
        }
        // The first row or total after the folder's name decides.
        named && (console::Row::parse(line).is_some() || console::total(line).is_some())
    });
    found.then(|| {
        Recognised::new(
            Format::FolderListing,
            "a folder and its files as dir lists them",
        )
    })
}

/// CSV and TSV of Performance Logs and Alerts, `relog` and `typeperf` name themselves in their first cell.
pub fn counters(head: &Head<'_>) -> Option<Recognised> {
    let line = head.text().lines().find(|line| !line.trim().is_empty())?;
    let start = line.trim_start().trim_start_matches('"');
    let form = ["(PDH-CSV ", "(PDH-TSV "]
        .into_iter()
        .find(|form| start.starts_with(form))?;
    Some(Recognised::new(
        Format::CounterCsv,
        format!("begins with {}", form.trim_end()),
    ))
}
