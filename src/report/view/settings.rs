//! Settings as registry exports show them, beside what is documented of them. Nothing here judges.

use std::collections::BTreeMap;

use super::links::{Link, Links};
use super::parts::{Clipped, When};
use crate::analysis::findings::{DocumentedSetting, Findings, Setting};
use crate::report::format;
use crate::time::Timestamp;

/// Exports shown.
const MAX_EXPORTS: usize = 40;
/// Settings shown of one export.
const MAX_SETTINGS: usize = 150;
const VALUE: usize = 120;
const KEY: usize = 160;

#[derive(Debug)]
pub struct Settings {
    pub sentence: String,
    pub exports: Vec<Export>,
    pub left_out: Option<String>,
}

/// The settings of one server at one time.
#[derive(Debug)]
pub struct Export {
    pub server: String,
    pub at: When,
    pub rows: Vec<SettingRow>,
    pub left_out: Option<String>,
}

#[derive(Debug)]
pub struct SettingRow {
    pub name: Clipped,
    pub key: Clipped,
    pub value: Option<Clipped>,
    pub default: String,
    pub range: String,
    pub differs: &'static str,
    pub meaning: String,
    pub source: String,
    pub evidence: Link,
}

impl Settings {
    pub fn new(findings: &Findings, links: &Links) -> Self {
        let all = &findings.settings;
        let mut groups: BTreeMap<(Timestamp, &str), Vec<&Setting>> = BTreeMap::new();
        for setting in all {
            let of = (setting.at, setting.server.as_str());
            groups.entry(of).or_default().push(setting);
        }
        Self {
            sentence: sentence(all, groups.len()),
            exports: groups
                .values()
                .take(MAX_EXPORTS)
                .filter_map(|group| export(group, links))
                .collect(),
            left_out: super::left_out(
                groups.len().min(MAX_EXPORTS),
                groups.len(),
                "exports",
                "findings.json",
            ),
        }
    }
}

fn sentence(settings: &[Setting], exports: usize) -> String {
    if settings.is_empty() {
        return "No setting is known: the evidence has no registry export with the keys of the virus scan.".to_owned();
    }
    let documented = settings.iter().filter_map(|s| s.documented.as_ref());
    let (all, differing) = documented.fold((0, 0), |(all, differing), d| {
        (all + 1, differing + u64::from(d.differs))
    });
    format!(
        "{} in {}. Of {} something is documented; {} from the documented default or range, which may well be meant.",
        format::counted(settings.len() as u64, "setting", "settings"),
        format::counted(exports as u64, "export", "exports"),
        format::count(all),
        if differing == 1 {
            "1 differs".to_owned()
        } else {
            format!("{} differ", format::count(differing))
        }
    )
}

fn export(group: &[&Setting], links: &Links) -> Option<Export> {
    let first = group.first()?;
    Some(Export {
        server: first.server.clone(),
        at: When::new(first.at),
        rows: group
            .iter()
            .take(MAX_SETTINGS)
            .map(|s| row(s, links))
            .collect(),
        left_out: super::left_out(
            group.len().min(MAX_SETTINGS),
            group.len(),
            "settings",
            "findings.json",
        ),
    })
}

fn row(setting: &Setting, links: &Links) -> SettingRow {
    let known = setting.documented.as_ref();
    let text =
        |of: fn(&DocumentedSetting) -> &str| known.map_or(String::new(), |d| of(d).to_owned());
    let with_unit = |of: fn(&DocumentedSetting) -> &Option<String>| {
        known.map_or(String::new(), |d| {
            let unit = d.unit.as_deref().map(|unit| format!(" {unit}"));
            let value = of(d).as_ref();
            value.map_or("–".to_owned(), |v| v.clone() + &unit.unwrap_or_default())
        })
    };
    SettingRow {
        name: Clipped::new(&setting.name, VALUE),
        key: Clipped::new(&setting.key, KEY),
        value: setting.value.as_deref().map(|v| Clipped::new(v, VALUE)),
        default: with_unit(|d| &d.default),
        range: with_unit(|d| &d.range),
        differs: match known {
            None => "nothing documented",
            Some(d) if d.differs => "differs",
            Some(d) if d.default.is_some() => "the default",
            Some(d) if d.range.as_deref().is_some_and(is_numeric) => "within the range",
            Some(_) => "nothing to compare with",
        },
        meaning: text(|d| &d.meaning),
        source: text(|d| &d.source),
        evidence: links.cite(&setting.evidence),
    }
}

/// Whether a range is one of numbers, that a value can be held against; one that depends on the number of processors is
/// not.
fn is_numeric(range: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    range
        .split_once(" to ")
        .is_some_and(|(least, most)| number(least) && number(most))
}
