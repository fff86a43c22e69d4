//! What the program writes and reads is what its schemas say.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::fs;

use common::{CaseFolder, case42, files_below, run_in};
use jsonschema::Validator;
use serde_json::{Value, json};

fn schema(format: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let run = run_in(folder.path(), &["schema", format]).done();
    serde_json::from_str(&run.stdout).unwrap()
}

fn validator(format: &str) -> Validator {
    jsonschema::validator_for(&schema(format)).unwrap()
}

#[track_caller]
fn assert_valid(validator: &Validator, document: &Value, what: &str) {
    let faults: Vec<String> = validator
        .iter_errors(document)
        .take(5)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{what}:\n{}", faults.join("\n"));
}

/// JSON files of case42.
fn snapshots() -> Vec<(String, Value)> {
    let case = case42();
    let files = files_below(case.path());
    let json = files
        .iter()
        .filter(|path| path.extension().is_some_and(|ext| ext == "json"));
    json.map(|path| {
        let text = fs::read_to_string(path).unwrap();
        (
            path.display().to_string(),
            serde_json::from_str(&text).unwrap(),
        )
    })
    .collect()
}

#[test]
fn findings_are_as_their_schema_says() {
    let case = case42();
    let report = CaseFolder::new();
    let run = common::run_on(case.path(), &report.beside("report"), &[]).done();
    let findings = run.json();
    assert_valid(&validator("findings"), &findings, "case42");
    assert_eq!(findings["schema"], "findings/1");
    assert!(
        findings["messages"].as_array().unwrap().len() > 20,
        "too little to show anything"
    );
}

#[test]
fn findings_about_nothing_are_too() {
    let case = CaseFolder::new();
    case.write("notes.txt", "nothing");
    let run = case.run(&["--since", "2006-03-14T00:00:00Z"]).done();
    assert_valid(
        &validator("findings"),
        &run.json(),
        "a case without evidence",
    );
}

/// A schema that lets everything through says nothing: each of these changes must be refused.
#[test]
fn a_changed_document_is_refused() {
    let validator = validator("findings");
    let case = CaseFolder::with_witness();
    case.write_snapshot(
        "1.json",
        "10:30",
        &json!([{"internet_message_id": "<a@b>"}]),
    );
    let findings = case.run(&[]).done().json();
    assert_valid(&validator, &findings, "the unchanged document");
    let changes: [(&str, Value); 9] = [
        ("/verdict/state", json!("fine")),
        ("/verdict/sentence", json!(null)),
        ("/messages/0/status", json!("lost")),
        ("/messages/0/entered", json!("2006-03-14T10:00:00Z")),
        ("/messages/0/scan_failures", json!(-1)),
        ("/windows/0/residences", json!("M1")),
        ("/servers/0/held_now/at_most", json!("one")),
        ("/evidence/0/bytes", json!(1.5)),
        ("/coverage", json!({})),
    ];
    for (place, value) in changes {
        let mut changed = findings.clone();
        *changed
            .pointer_mut(place)
            .unwrap_or_else(|| panic!("no {place}")) = value;
        assert!(!validator.is_valid(&changed), "{place} can be anything");
    }
    for field in [
        "schema", "case", "verdict", "messages", "coverage", "problems",
    ] {
        let mut changed = findings.clone();
        changed.as_object_mut().unwrap().remove(field);
        assert!(!validator.is_valid(&changed), "{field} can be missing");
    }
}

#[test]
fn the_snapshots_of_case42_are_as_their_schema_says() {
    let validator = validator("snapshot");
    let snapshots = snapshots();
    assert!(snapshots.len() >= 5, "{} snapshots", snapshots.len());
    assert!(
        snapshots.iter().any(|(_, document)| document.is_array()),
        "none holds several"
    );
    for (path, document) in &snapshots {
        assert_valid(&validator, document, path);
    }
}

/// What the schema refuses, the reader reports; what it lets through, the reader takes without a word.
#[test]
fn the_reader_agrees_with_the_schema() {
    let validator = validator("snapshot");
    let good = common::snapshot(
        "10:30",
        &json!([{"internet_message_id": "<a@b>", "size": 7}]),
    );
    let mut documents = vec![(good.clone(), true)];
    for (place, value) in [
        ("/messages", json!({})),
        ("/messages/0/size", json!("big")),
        ("/messages/0", json!("x")),
        ("/complete", json!("yes")),
        ("/schema", json!("temp-table-snapshot/2")),
    ] {
        let mut changed = good.clone();
        *changed.pointer_mut(place).unwrap() = value;
        documents.push((changed, false));
    }
    for (document, fits) in documents {
        assert_eq!(validator.is_valid(&document), fits, "{document}");
        let case = CaseFolder::with_witness();
        case.write("table.json", document.to_string());
        let problems = case.analyse().problems;
        assert_eq!(problems.is_empty(), fits, "{document}: {problems:#?}");
    }
}

#[test]
fn schemas_describe_themselves() {
    for format in ["findings", "snapshot"] {
        let schema = schema(format);
        assert!(
            schema["$schema"]
                .as_str()
                .unwrap()
                .contains("json-schema.org"),
            "{format}"
        );
        let text = schema.to_string();
        assert!(
            text.contains("description"),
            "{format}: fields are not described"
        );
        assert!(
            jsonschema::meta::is_valid(&schema),
            "{format} is no valid JSON Schema"
        );
    }
}
