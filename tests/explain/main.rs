//! `analyze explain` on `fixtures/case42`: what it shows of a record is what the file holds, as other readers read it.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

#[path = "../common/mod.rs"]
mod common;

mod command;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use common::case42;
use serde_json::Value;
use stuckmail::analysis::findings::{Confidence, Findings, Limit, LimitRule, Message, Status};
use stuckmail::evidence::NoProgress;
use stuckmail::explain::{Explanation, Record, explain};
use stuckmail::pipeline::Options;
use stuckmail::time::{HOUR, Interval, MINUTE, SECOND, Timestamp};

fn explained(ids: &[String]) -> Vec<Explanation> {
    explain(case42().path(), ids, &Options::default(), &NoProgress).unwrap()
}

fn findings() -> Findings {
    case42().outcome(&Options::default()).findings
}

/// Every claim of the case.
fn all_ids(findings: &Findings) -> Vec<String> {
    let messages = findings.messages.iter().map(|m| m.id.clone());
    let windows = findings.windows.iter().map(|w| w.id.clone());
    let restarts = findings.restarts.iter().map(|r| r.id.clone());
    let bursts = findings.bursts.iter().map(|b| b.id.clone());
    let contradictions = findings.contradictions.iter().map(|x| x.id.clone());
    let steps = findings.next_steps.iter().map(|n| n.id.clone());
    messages
        .chain(windows)
        .chain(restarts)
        .chain(bursts)
        .chain(contradictions)
        .chain(steps)
        .collect()
}

fn value<'r>(record: &'r Record, name: &str) -> Option<&'r str> {
    let found = record.fields.iter().find(|(own, _)| own == name);
    found.map(|(_, value)| value.as_str())
}

/// The four limits: the interval's own, and what is said to set it.
fn limits(message: &Message) -> [(&'static str, Option<Timestamp>, Option<&Limit>); 4] {
    let by = &message.bounds_by;
    let Interval { earliest, latest } = message.entered;
    [
        ("entered_earliest", earliest, by.entered_earliest.as_ref()),
        ("entered_latest", latest, by.entered_latest.as_ref()),
        (
            "left_earliest",
            message.left.earliest,
            by.left_earliest.as_ref(),
        ),
        ("left_latest", message.left.latest, by.left_latest.as_ref()),
    ]
}

#[test]
fn every_limit_of_every_stay_has_its_basis() {
    let findings = findings();
    let mut rules: BTreeMap<LimitRule, usize> = BTreeMap::new();
    for message in &findings.messages {
        for (name, at, by) in limits(message) {
            assert_eq!(at.is_some(), by.is_some(), "{name} of {}", message.id);
            if let Some(by) = by {
                assert!(!by.evidence.is_empty(), "{name} of {}", message.id);
                assert_ne!(by.rule, LimitRule::Together, "{name} of {}", message.id);
                *rules.entry(by.rule).or_default() += 1;
            }
        }
    }
    // Each rule that the fixture has evidence for is at work in it.
    for rule in [
        LimitRule::ScanFailure,
        LimitRule::Sighting,
        LimitRule::Absence,
        LimitRule::CreationTime,
        LimitRule::FirstLine,
        LimitRule::HandedOverAgain,
        LimitRule::GoneForAll,
    ] {
        assert!(
            rules.contains_key(&rule),
            "{rule:?} sets no limit: {rules:?}"
        );
    }
}

/// The record that is said to set a limit bears the limit's own time, as far as its kind allows: to a second in a log,
/// two minutes more where a person noted it, a minute more where a line is written after what it tells.
#[test]
fn the_records_that_set_a_limit_bear_its_time() {
    let findings = findings();
    let ids: Vec<String> = findings.messages.iter().map(|m| m.id.clone()).collect();
    let mut compared = 0;
    for (message, explanation) in findings.messages.iter().zip(explained(&ids)) {
        assert_eq!(message.id, explanation.id);
        let records: Vec<&Record> = explanation
            .chain
            .iter()
            .map(|piece| &piece.record)
            .collect();
        for (name, at, by) in limits(message) {
            let (Some(at), Some(by)) = (at, by) else {
                continue;
            };
            let allowed = match by.rule {
                LimitRule::ScanFailure | LimitRule::HandedOverAgain | LimitRule::GoneForAll => {
                    SECOND
                }
                LimitRule::Sighting | LimitRule::Absence => 2 * MINUTE + SECOND,
                LimitRule::FirstLine | LimitRule::FromStore | LimitRule::WentOn => MINUTE + SECOND,
                LimitRule::CreationTime
                | LimitRule::OtherEnd
                | LimitRule::PreviousStay
                | LimitRule::Together => continue,
            };
            let own = records
                .iter()
                .filter(|r| by.evidence.contains(&r.cite.to_string()));
            let nearest = own.map(|r| at.since(r.at.unwrap()).abs()).min();
            assert!(
                nearest.unwrap() <= allowed,
                "{name} of {}: {at} is {nearest:?} from its record",
                message.id
            );
            compared += 1;
        }
    }
    assert!(compared > 500, "{compared} limits compared");
}

/// Reads the files of the case again, each with another reader.
#[derive(Default)]
struct Files {
    /// Strings of the records of event logs, by file and record number.
    logs: BTreeMap<String, BTreeMap<u64, Value>>,
    lines: BTreeMap<String, Vec<String>>,
}

impl Files {
    fn event(&mut self, root: &Path, record: &Record) -> Value {
        let log = self.logs.entry(record.file.clone()).or_insert_with(|| {
            let mut parser = evtx::EvtxParser::from_path(root.join(&record.file)).unwrap();
            let records = parser.records_json_value();
            records
                .map(|r| r.unwrap())
                .map(|r| (r.event_record_id, r.data))
                .collect()
        });
        log[&record.cite.record].clone()
    }

    fn line(&mut self, root: &Path, record: &Record) -> String {
        let lines = self.lines.entry(record.file.clone()).or_insert_with(|| {
            let (archive, inside) = record.file.split_once("!/").unwrap();
            let mut archive =
                zip::ZipArchive::new(std::fs::File::open(root.join(archive)).unwrap()).unwrap();
            let mut bytes = Vec::new();
            archive
                .by_name(inside)
                .unwrap()
                .read_to_end(&mut bytes)
                .unwrap();
            String::from_utf8(bytes)
                .unwrap()
                .lines()
                .map(str::to_owned)
                .collect()
        });
        lines[usize::try_from(record.cite.record).unwrap() - 1].clone()
    }
}

/// What an event's own strings are, by the `evtx` crate's rendering of the whole record.
fn compare_event(record: &Record, event: &Value) {
    let system = &event["Event"]["System"];
    let id = system["EventID"]["#text"]
        .as_u64()
        .or(system["EventID"].as_u64())
        .unwrap();
    assert!(
        record
            .title
            .contains(&format!(" {id}, record {}", record.cite.record)),
        "{}",
        record.title
    );
    let provider = system["Provider"]["#attributes"]["Name"].as_str().unwrap();
    assert!(record.title.contains(provider), "{}", record.title);
    let at = system["TimeCreated"]["#attributes"]["SystemTime"]
        .as_str()
        .unwrap();
    let at = Timestamp::parse_rfc3339(at).unwrap();
    assert!(
        at.since(record.at.unwrap()).abs() < HOUR,
        "{} at {at}",
        record.title
    );
    let data = &event["Event"]["EventData"]["Data"];
    let own: Vec<String> = match data {
        Value::Null => Vec::new(),
        Value::Array(all) => all.iter().map(text_of).collect(),
        one => match &one["#text"] {
            Value::Array(all) => all.iter().map(text_of).collect(),
            _ => vec![text_of(one)],
        },
    };
    for (number, text) in own.iter().enumerate() {
        let named = record.fields.iter().any(|(_, value)| value == text);
        assert!(
            named,
            "string {number} `{text}` of {} is not in {:?}",
            record.cite, record.fields
        );
    }
    assert!(
        !own.is_empty() || record.text.is_some(),
        "{} says nothing",
        record.cite
    );
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(fields) => text_of(fields.get("#text").unwrap_or(&Value::Null)),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// A row of a JSON capture, as plain JSON.
fn compare_row(record: &Record, document: &Value) {
    let captures = match document {
        Value::Array(all) => all.clone(),
        one => vec![one.clone()],
    };
    let rows = captures
        .iter()
        .flat_map(|capture| capture["messages"].as_array().unwrap());
    let id = value(record, "message id").unwrap();
    let mut same = rows.filter(|row| row["internet_message_id"] == id);
    let row = same
        .next()
        .unwrap_or_else(|| panic!("{id} is not in {}", record.file));
    for (name, field) in [
        ("subject", "subject"),
        ("sender", "sender"),
        ("entry id", "entry_id"),
    ] {
        if let Some(own) = row[field].as_str() {
            assert_eq!(value(record, name), Some(own), "{name} of {}", record.cite);
        }
    }
    if let Some(size) = row["size"].as_u64() {
        assert_eq!(
            value(record, "size"),
            Some(size.to_string().as_str()),
            "{}",
            record.cite
        );
    }
}

#[test]
fn what_is_shown_of_a_record_is_what_its_file_holds() {
    let case = case42();
    let ids = all_ids(&findings());
    let mut files = Files::default();
    let (mut events, mut lines, mut rows) = (0, 0, 0);
    for explanation in explained(&ids) {
        // What is asked for because it is missing rests on no record.
        assert!(
            !explanation.chain.is_empty() || explanation.id.starts_with('N'),
            "{} rests on nothing",
            explanation.id
        );
        for piece in explanation.chain.iter().chain(&explanation.others) {
            let record = &piece.record;
            if record.file.ends_with(".evtx") {
                compare_event(record, &files.event(case.path(), record));
                events += 1;
            } else if record.file.contains("tracking.zip!/") {
                let line = files.line(case.path(), record);
                for name in ["message id", "subject", "sender", "time as written"] {
                    let told = value(record, name).unwrap_or_default();
                    let told = told.split(' ').next().unwrap();
                    assert!(line.contains(told), "{name} {told} is not in {line}");
                }
                let event = record
                    .title
                    .split("event ")
                    .nth(1)
                    .unwrap()
                    .split(' ')
                    .next()
                    .unwrap();
                assert!(
                    line.split('\t').any(|column| column == event),
                    "{event} is not in {line}"
                );
                lines += 1;
            } else if record.file.ends_with(".json") && value(record, "message id").is_some() {
                let text = std::fs::read_to_string(case.path().join(&record.file)).unwrap();
                compare_row(record, &serde_json::from_str(&text).unwrap());
                rows += 1;
            }
        }
    }
    assert!(
        events > 400 && lines > 500 && rows > 20,
        "{events} events, {lines} lines, {rows} rows"
    );
}

/// A citation may lead to a capture and to its first row; what is shown is the one that is meant.
#[test]
fn a_capture_that_lacks_a_message_is_shown_as_a_capture() {
    let findings = findings();
    let absent = |m: &&Message| {
        let by = m.bounds_by.left_latest.as_ref();
        by.is_some_and(|by| by.rule == LimitRule::Absence)
    };
    let ids: Vec<String> = findings
        .messages
        .iter()
        .filter(absent)
        .map(|m| m.id.clone())
        .collect();
    assert!(ids.len() > 3, "{ids:?}");
    for explanation in explained(&ids) {
        let lacking = explanation.chain.iter().filter(|piece| {
            piece
                .shows
                .iter()
                .any(|shows| shows.contains("left at the latest"))
        });
        let titles: Vec<&str> = lacking.map(|piece| piece.record.title.as_str()).collect();
        assert!(!titles.is_empty(), "{}", explanation.id);
        for title in titles {
            assert!(
                title.starts_with("complete capture of TempTable#"),
                "{}: {title}",
                explanation.id
            );
        }
    }
}

#[test]
fn the_explanation_says_what_the_findings_say() {
    let findings = findings();
    let by_id: BTreeMap<String, Explanation> = explained(&all_ids(&findings))
        .into_iter()
        .map(|e| (e.id.clone(), e))
        .collect();
    for window in &findings.windows {
        let told = &by_id[&window.id];
        assert_eq!(told.confidence, Some(window.confidence));
        let supported = told.parts.iter().filter(|p| p.what == "Supported cause");
        let causes = told.ruled_out.len() + told.not_ruled_out.len() + supported.count();
        assert_eq!(causes, window.causes.len(), "{}", window.id);
        for message in &window.residences {
            assert!(
                told.stays.iter().any(|stay| stay.what == *message),
                "{message} of {}",
                window.id
            );
        }
    }
    for restart in &findings.restarts {
        let told = &by_id[&restart.id];
        assert_eq!(told.chain.len(), restart.evidence.len(), "{}", restart.id);
        for message in &restart.released.known {
            let named = format!("Let out {message}");
            assert!(told.stays.iter().any(|stay| stay.what == named), "{named}");
        }
    }
    for burst in &findings.bursts {
        let told = &by_id[&burst.id];
        let shown = told.chain.len() + told.others.len() + told.left_out;
        assert_eq!(shown as u64, burst.events, "{}", burst.id);
    }
    for found in &findings.contradictions {
        let told = &by_id[&found.id];
        for side in &found.sides {
            assert!(
                told.parts
                    .iter()
                    .any(|part| part.says.starts_with(&side.says))
            );
            for cite in &side.evidence {
                let mut pieces = told.chain.iter();
                let piece = pieces.find(|p| p.record.cite.to_string() == *cite).unwrap();
                assert!(piece.shows.contains(&side.says), "{}: {cite}", found.id);
            }
        }
        let lowered: Vec<&str> = told.stays.iter().map(|s| s.what.as_str()).collect();
        assert_eq!(lowered, found.lowers, "{}", found.id);
    }
    for step in &findings.next_steps {
        let told = &by_id[&step.id];
        assert_eq!((&told.claim, &told.why), (&step.what, &step.why));
        let about: Vec<&str> = told.stays.iter().map(|s| s.what.as_str()).collect();
        assert_eq!(about, step.refers, "{}", step.id);
        assert_eq!(told.chain.len(), step.evidence.len(), "{}", step.id);
    }
    assert!(findings.contradictions.len() == 1 && findings.next_steps.len() > 5);
}

/// What a cause of a window rests on is shown as records, and so are both sides of what contradicts it.
#[test]
fn a_window_shows_the_records_of_its_causes_and_contradictions() {
    let findings = findings();
    let ids: Vec<String> = findings.windows.iter().map(|w| w.id.clone()).collect();
    let (mut of_causes, mut of_sides) = (0, 0);
    for (window, told) in findings.windows.iter().zip(explained(&ids)) {
        let shown: Vec<String> = told
            .chain
            .iter()
            .map(|piece| piece.record.cite.to_string())
            .collect();
        for cause in window.causes.iter().filter(|c| c.sign) {
            let Some(first) = cause.evidence.first() else {
                continue;
            };
            assert!(shown.contains(first), "{} of {}", cause.id, window.id);
            of_causes += 1;
        }
        let lowers = |id: &String| *id == window.id || window.residences.contains(id);
        for found in &findings.contradictions {
            if !found.lowers.iter().any(lowers) {
                continue;
            }
            for cite in found.sides.iter().filter_map(|side| side.evidence.first()) {
                assert!(shown.contains(cite), "{} of {}", found.id, window.id);
                of_sides += 1;
            }
        }
    }
    assert!(of_causes > 0, "{of_causes} causes, {of_sides} sides");
}

/// The headline is no surer of how a message left than the findings are.
#[test]
fn a_headline_says_how_sure_it_is_of_each_part() {
    let findings = findings();
    let ids: Vec<String> = findings.messages.iter().map(|m| m.id.clone()).collect();
    let mut compared = 0;
    for (message, told) in findings.messages.iter().zip(explained(&ids)) {
        if message.status != Status::Released {
            continue;
        }
        let left = match (&message.released_by, message.release_confidence) {
            (Some(id), Some(sure)) => format!("How it left: by {id}, {}.", said(sure)),
            (None, Some(sure)) => format!("How it left: nothing is named, {}.", said(sure)),
            (_, None) => "How it left is not known.".to_owned(),
        };
        assert!(
            told.claim.ends_with(&left),
            "{}: {}",
            message.id,
            told.claim
        );
        let was = told.claim.contains(" was stuck: ");
        assert_eq!(was, message.confidence == Confidence::Confirmed);
        compared += 1;
    }
    assert!(compared > 0);
}

fn said(sure: Confidence) -> &'static str {
    match sure {
        Confidence::Confirmed => "confirmed",
        Confidence::Probable => "probable",
        Confidence::Possible => "possible",
    }
}
