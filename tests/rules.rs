//! The rules of `docs/method.md`, each shown by small cases in `tests/rules/*.toml`.
//!
//! A rule is a file: what the servers logged, what was captured, and what must follow. `tests/rules/README.md`
//! says how to write one; no Rust is needed.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use common::mail::{self, Delivery, Listing, Registry};
use common::{CaseFolder, clock, logs::Day};
use serde::Deserialize;
use serde_json::{Value, json};
use stuckmail::analysis::findings::{Findings, NextStep};
use stuckmail::pipeline::Options;
use stuckmail::profile::Profile;
use stuckmail::profile::cause::{Part, parts};
use stuckmail::time::{MINUTE, Timestamp};

/// One file of `tests/rules`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    /// Why this must follow.
    notes: String,
    /// The section of `docs/method.md` that says so.
    method: String,
    /// The text of `case.toml`.
    #[serde(default)]
    case: String,
    stuck_after_minutes: Option<i64>,
    #[serde(default = "whole_day")]
    logs: String,
    /// Servers whose logs say nothing of interest.
    #[serde(default)]
    servers: Vec<String>,
    /// Logs that are not among the evidence.
    #[serde(default)]
    without: Vec<String>,
    /// Records that are missing.
    #[serde(default)]
    holes: Vec<String>,
    #[serde(default)]
    events: Vec<EventLine>,
    #[serde(default, rename = "capture")]
    captures: Vec<Capture>,
    /// From when to when tracking logs speak, where there are any.
    #[serde(default = "tracked")]
    tracking: String,
    #[serde(default, rename = "delivery")]
    deliveries: Vec<Delivery>,
    #[serde(default)]
    registry: Vec<Registry>,
    #[serde(default, rename = "listing")]
    listings: Vec<Listing>,
    /// Starts of SMTP virtual servers by their own logs: `12:00 BH01 2`.
    #[serde(default)]
    smtp_logs: Vec<String>,
    expect: BTreeMap<String, toml::Value>,
}

fn tracked() -> String {
    "08:00 .. 18:00".to_owned()
}

fn whole_day() -> String {
    "09:00 .. 18:00".to_owned()
}

#[derive(Deserialize)]
#[serde(untagged)]
enum EventLine {
    Short(String),
    Full(FullEvent),
}

/// An event that has no short form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FullEvent {
    at: String,
    server: String,
    log: String,
    provider: String,
    id: u16,
    #[serde(default)]
    strings: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Capture {
    at: String,
    #[serde(default = "first_server")]
    server: String,
    #[serde(default = "first_table")]
    table: String,
    #[serde(default = "yes")]
    complete: bool,
    /// Its server stands in the name of its folder alone.
    #[serde(default)]
    guessed: bool,
    rows: Vec<Row>,
}

fn first_server() -> String {
    "BH01".to_owned()
}

fn first_table() -> String {
    "TempTable#1".to_owned()
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Row {
    Id(String),
    Full(FullRow),
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct FullRow {
    id: Option<String>,
    record_key: Option<String>,
    entry_id: Option<String>,
    created: Option<String>,
    submitted: Option<String>,
    subject: Option<String>,
    class: Option<String>,
}

impl Capture {
    /// A short time, or one in full for a capture that bears another month or year.
    fn noted(&self) -> String {
        match self.at.contains('T') {
            true => self.at.clone(),
            false => clock::rfc3339(&self.at),
        }
    }
}

impl Row {
    fn json(&self) -> Value {
        let row = match self {
            Self::Id(id) => return json!({"internet_message_id": id}),
            Self::Full(row) => row,
        };
        let fields = [
            ("internet_message_id", row.id.clone()),
            ("record_key", row.record_key.clone()),
            ("entry_id", row.entry_id.clone()),
            ("created_at", row.created.as_deref().map(clock::rfc3339)),
            ("submitted_at", row.submitted.as_deref().map(clock::rfc3339)),
            ("subject", row.subject.clone()),
            ("message_class", row.class.clone()),
        ];
        fields
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), Value::String(value?))))
            .collect()
    }
}

impl Rule {
    fn write(&self, case: &CaseFolder) {
        if !self.case.is_empty() {
            case.write("case.toml", &self.case);
        }
        let (from, to) = self.logs.split_once("..").expect("logs = \"FROM .. TO\"");
        let mut day = Day::new(from, to);
        for event in &self.events {
            match event {
                EventLine::Short(line) => day.event(line),
                EventLine::Full(e) => day.record(common::events::classic(
                    clock::at(&e.at),
                    &e.server,
                    &e.log,
                    &e.provider,
                    e.id,
                    &e.strings.iter().map(String::as_str).collect::<Vec<_>>(),
                )),
            }
        }
        self.servers.iter().for_each(|name| day.server(name));
        self.without.iter().for_each(|log| day.without(log));
        self.holes.iter().for_each(|hole| day.hole(hole));
        day.write(case, "logs");
        mail::write_tracking(case, &self.deliveries, &self.tracking);
        for export in &self.registry {
            mail::write_registry(case, export);
        }
        for listing in &self.listings {
            mail::write_listing(case, listing);
        }
        for start in &self.smtp_logs {
            mail::write_smtp_log(case, start);
        }
        for (number, capture) in self.captures.iter().enumerate() {
            let mut snapshot = json!({
                "schema": "temp-table-snapshot/1", "server": capture.server, "table": capture.table,
                "captured_at": capture.noted(), "complete": capture.complete,
                "messages": capture.rows.iter().map(Row::json).collect::<Vec<_>>(),
            });
            let mut folder = "captures";
            if capture.guessed {
                snapshot.as_object_mut().unwrap().remove("server");
                folder = &capture.server;
            }
            case.write(&format!("{folder}/{number:02}.json"), snapshot.to_string());
        }
    }

    /// What differs from what is expected, a line each.
    fn faults(&self) -> Vec<String> {
        let case = CaseFolder::new();
        self.write(&case);
        let mut options = Options::default();
        if let Some(minutes) = self.stuck_after_minutes {
            options.stuck_after = minutes * MINUTE;
        }
        let findings = case.outcome(&options).findings;
        let found = serde_json::to_value(&findings).unwrap();
        let mut faults = Vec::new();
        for (part, expected) in &self.expect {
            if part == "problems" {
                problems(expected, &findings, &mut faults);
            } else if part == "steps" {
                steps(expected, &findings, &mut faults);
            } else if part == "no_steps" {
                no_steps(expected, &findings, &mut faults);
            } else {
                compare(
                    part,
                    expected,
                    found.get(part).unwrap_or(&Value::Null),
                    &mut faults,
                );
            }
        }
        faults
    }
}

/// Each expected text stands in some problem; an empty list: there is no problem at all.
fn problems(expected: &toml::Value, findings: &Findings, faults: &mut Vec<String>) {
    let told: Vec<&str> = findings
        .problems
        .iter()
        .map(|problem| problem.what.as_str())
        .collect();
    let texts: Vec<&str> = expected
        .as_array()
        .unwrap()
        .iter()
        .filter_map(toml::Value::as_str)
        .collect();
    if texts.is_empty() && !told.is_empty() {
        faults.push(format!("problems: {told:#?}, expected none"));
    }
    for text in texts
        .iter()
        .filter(|text| !told.iter().any(|what| what.contains(**text)))
    {
        faults.push(format!("problems: none says `{text}`: {told:#?}"));
    }
}

/// Each expected `step SERVER: text` stands among the next steps, in this order; an empty list: there are none.
fn steps(expected: &toml::Value, findings: &Findings, faults: &mut Vec<String>) {
    let told = |step: &NextStep| {
        let server = step.server.as_deref().unwrap_or("case");
        format!("{} {server}: {} {}", step.step, step.what, step.why)
    };
    let all: Vec<String> = findings.next_steps.iter().map(told).collect();
    let wanted: Vec<&str> = expected
        .as_array()
        .unwrap()
        .iter()
        .filter_map(toml::Value::as_str)
        .collect();
    if wanted.is_empty() && !all.is_empty() {
        faults.push(format!("steps: {all:#?}, expected none"));
    }
    let mut rest = all.iter();
    for text in wanted {
        let (head, words) = text.split_once(": ").unwrap_or((text, ""));
        let is = |step: &&String| step.starts_with(&format!("{head}: ")) && step.contains(words);
        if rest.find(is).is_none() {
            faults.push(format!(
                "steps: none is `{text}`, or not in this order: {all:#?}"
            ));
        }
    }
}

/// None of these steps is called for.
fn no_steps(expected: &toml::Value, findings: &Findings, faults: &mut Vec<String>) {
    let unwanted = expected.as_array().unwrap().iter();
    for step in unwanted.filter_map(toml::Value::as_str) {
        if let Some(found) = findings.next_steps.iter().find(|found| found.step == step) {
            faults.push(format!(
                "steps: `{step}` is there: {} {}",
                found.what, found.why
            ));
        }
    }
}

/// Compares what is expected with the same part of the findings; fields that are not expected are free.
fn compare(path: &str, expected: &toml::Value, found: &Value, faults: &mut Vec<String>) {
    match (expected, found) {
        (toml::Value::Table(fields), Value::Object(object)) => {
            for (name, expected) in fields {
                match object.get(name) {
                    Some(found) => compare(&format!("{path}.{name}"), expected, found, faults),
                    None => faults.push(format!("{path}: findings have no field `{name}`")),
                }
            }
        }
        (toml::Value::Array(wanted), Value::Array(items)) => {
            if wanted.len() != items.len() {
                let shown = serde_json::to_string_pretty(items).unwrap();
                faults.push(format!(
                    "{path}: {} of them, expected {}: {shown}",
                    items.len(),
                    wanted.len()
                ));
            }
            for (number, (expected, found)) in wanted.iter().zip(items).enumerate() {
                compare(&format!("{path}[{number}]"), expected, found, faults);
            }
        }
        // Items of a list by their ids, with their standing: causes = { signed-mail = "supported" }.
        (toml::Value::Table(wanted), Value::Array(items)) => {
            for (id, expected) in wanted {
                let path = format!("{path}.{id}");
                match items.iter().find(|item| item["id"] == json!(id)) {
                    Some(found) if expected.is_table() => compare(&path, expected, found, faults),
                    Some(found) => compare(&path, expected, &found["standing"], faults),
                    None => faults.push(format!("{path}: there is none")),
                }
            }
        }
        // A number with decimals is meant to the last of four digits; a whole one exactly.
        (toml::Value::Float(wanted), Value::Number(number)) => {
            let number = number.as_f64().unwrap();
            if (number - wanted).abs() > 0.0005 * wanted.abs() {
                faults.push(format!("{path}: {number}, expected {wanted}"));
            }
        }
        _ => {
            let (wanted, said) = (written(expected), said(found));
            if wanted != said {
                faults.push(format!("{path}: {said}, expected {wanted}"));
            }
        }
    }
}

fn written(expected: &toml::Value) -> String {
    match expected {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A value of the findings as rules write it: times short, intervals as `from .. to`, `none` for null.
fn said(found: &Value) -> String {
    match found {
        Value::Null => "none".to_owned(),
        Value::String(text) => {
            Timestamp::parse_rfc3339(text).map_or_else(|| text.clone(), clock::short)
        }
        Value::Object(bounds) if bounds.contains_key("earliest") => {
            let bound = |name: &str| match &bounds[name] {
                Value::Null => "?".to_owned(),
                time => said(time),
            };
            format!("{} .. {}", bound("earliest"), bound("latest"))
        }
        Value::Number(number) => number.as_f64().unwrap().to_string(),
        other => other.to_string(),
    }
}

fn rule_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    files.sort();
    files
}

fn name_of(file: &Path) -> String {
    file.file_stem().unwrap().to_string_lossy().into_owned()
}

/// `RULE=name cargo test --test rules` runs the rules whose names hold that text.
#[test]
fn every_rule_holds() {
    let only = std::env::var("RULE").unwrap_or_default();
    let mut broken = Vec::new();
    for file in rule_files()
        .iter()
        .filter(|file| name_of(file).contains(&only))
    {
        let text = fs::read_to_string(file).unwrap();
        let rule: Rule = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", name_of(file)));
        let faults = rule.faults();
        if !faults.is_empty() {
            let notes = rule.notes.trim();
            broken.push(format!(
                "{}\n  {notes}\n  - {}",
                name_of(file),
                faults.join("\n  - ")
            ));
        }
    }
    assert!(
        broken.is_empty(),
        "{} rules do not hold:\n\n{}",
        broken.len(),
        broken.join("\n\n")
    );
}

/// Every step that the shipped profile knows is shown to appear by one rule, and not to appear by another.
#[test]
fn every_step_appears_in_one_rule_and_not_in_another() {
    let mut shown = BTreeSet::new();
    let mut absent = BTreeSet::new();
    for file in rule_files() {
        let rule: Rule = toml::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let listed = |part: &str| -> Vec<String> {
            let list = rule.expect.get(part).and_then(toml::Value::as_array);
            let texts = list.into_iter().flatten().filter_map(toml::Value::as_str);
            texts
                .map(|text| text.split(' ').next().unwrap().to_owned())
                .collect()
        };
        shown.extend(listed("steps"));
        absent.extend(listed("no_steps"));
    }
    let profile = Profile::shipped("exchange-2003").unwrap();
    let known: BTreeSet<String> = profile.steps.iter().map(|step| step.id.clone()).collect();
    assert_eq!(shown, known);
    assert_eq!(absent, known);
}

/// A rule that names no section, or expects nothing, shows nothing.
#[test]
fn every_rule_says_why_and_expects_something() {
    let method = include_str!("../docs/method.md");
    let files = rule_files();
    assert!(files.len() >= 25, "{} rules", files.len());
    for file in files {
        let rule: Rule = toml::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let name = name_of(&file);
        assert!(rule.notes.trim().len() > 20, "{name}: notes");
        assert!(!rule.expect.is_empty(), "{name}: expects nothing");
        let heading = |line: &&str| line.starts_with("## ") && line.contains(rule.method.as_str());
        assert!(
            method.lines().any(|line| heading(&line)),
            "{name}: docs/method.md has no section `{}`",
            rule.method
        );
    }
}

/// Each condition of the shipped profile is the expected reason of some rule.
#[test]
fn every_condition_of_a_cause_has_a_rule() {
    let mut expected: Vec<(String, String)> = Vec::new();
    for file in rule_files() {
        let rule: Rule = toml::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let windows = rule.expect.get("windows").and_then(toml::Value::as_array);
        let causes = windows
            .into_iter()
            .flatten()
            .filter_map(|w| w.get("causes"));
        for (id, cause) in causes.filter_map(toml::Value::as_table).flatten() {
            if let Some(why) = cause.get("why").and_then(toml::Value::as_str) {
                expected.push((id.clone(), why.to_owned()));
            }
        }
    }
    let profile = Profile::shipped("exchange-2003").unwrap();
    let mut missing = Vec::new();
    for cause in &profile.causes {
        for (list, reason) in cause.reasons() {
            let shown = expected
                .iter()
                .any(|(id, why)| *id == cause.id && holds(&reason.why, why));
            if !shown {
                missing.push(format!("{} {list}: {}", cause.id, reason.why));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "no rule expects:\n{}",
        missing.join("\n")
    );
}

/// Whether the words of a sentence with values in it stand in a text, in their order.
fn holds(sentence: &str, text: &str) -> bool {
    let mut rest = text;
    for part in parts(sentence).unwrap() {
        let words: Vec<&str> = match part {
            Part::Words(words) => vec![words],
            Part::Value { noun: None, .. } => vec![""],
            Part::Value {
                noun: Some((one, many)),
                ..
            } => vec![one, many],
        };
        let ends = words
            .iter()
            .filter_map(|w| rest.find(w).map(|at| at + w.len()));
        let Some(end) = ends.min() else { return false };
        rest = &rest[end..];
    }
    true
}

/// The comparison itself: a wrong value, a field that does not exist and a missing item are all faults.
#[test]
fn differences_are_seen() {
    let found = json!({"messages": [{"status": "stuck", "place": null,
        "left": {"earliest": "2006-03-14T10:30:00.000000Z", "latest": null}}]});
    let faults = |text: &str| {
        let expected: BTreeMap<String, toml::Value> = toml::from_str(text).unwrap();
        let mut faults = Vec::new();
        for (part, expected) in &expected {
            compare(part, expected, &found[part], &mut faults);
        }
        faults
    };
    let same = "[[messages]]\nstatus = \"stuck\"\nplace = \"none\"\nleft = \"10:30 .. ?\"";
    assert_eq!(faults(same), Vec::<String>::new());
    assert_eq!(faults("[[messages]]\nstatus = \"released\"").len(), 1);
    assert_eq!(faults("[[messages]]\nstate = \"stuck\"").len(), 1);
    assert_eq!(faults("[[messages]]\n[[messages]]").len(), 1);
    assert_eq!(faults("messages = []").len(), 1);
    assert_eq!(faults("[[messages]]\nleft = \"10:30 .. 11:00\"").len(), 1);
}
