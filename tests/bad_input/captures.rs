//! Snapshots of temp tables that are broken, or that leave open what they show.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stuckmail::analysis::findings::{Findings, Message};

use crate::common::{CaseFolder, WITNESS, assert_problem, assert_witness, clock, snapshot};
use crate::told;

const JSON: &str = "captures/table.json";
/// A name that carries server, table and time: 14:30 UTC.
const CSV: &str = "BH01_TempTable#1_20060314T143000Z.csv";

#[track_caller]
fn message<'a>(findings: &'a Findings, id: &str) -> &'a Message {
    let found = findings
        .messages
        .iter()
        .find(|m| m.message_id.as_deref() == Some(id));
    found.unwrap_or_else(|| panic!("{id} is not among the messages"))
}

/// A case whose capture at 10:30 is this JSON text.
#[track_caller]
fn json_told(text: &str, words: &[&str]) -> Findings {
    let case = CaseFolder::with_witness();
    case.write(JSON, text);
    told(&case, words)
}

#[test]
fn json_with_values_of_the_wrong_type() {
    let rows = json!([
        {"internet_message_id": "<a@b>", "size": "large", "recipients": 5, "subject": ["x"]},
        "not a message",
        {"internet_message_id": "<c@d>"}
    ]);
    let findings = json_told(
        &snapshot("10:30", &rows).to_string(),
        &["not what the format asks for"],
    );
    assert_eq!(message(&findings, "<a@b>").size, None);
    message(&findings, "<c@d>");
}

#[test]
fn json_whose_messages_are_no_list() {
    for messages in [json!({}), json!("none"), json!(3), Value::Null] {
        let findings = json_told(&snapshot("10:30", &messages).to_string(), &["messages"]);
        assert_eq!(
            findings.captures,
            [],
            "{messages}: whether the table was empty cannot be told"
        );
    }
}

#[test]
fn json_without_messages() {
    let mut document = snapshot("10:30", &json!([]));
    document.as_object_mut().unwrap().remove("messages");
    let findings = json_told(&document.to_string(), &["without a list `messages`"]);
    assert_eq!(findings.captures, []);
}

#[test]
fn json_with_fields_that_nobody_knows() {
    let mut document = snapshot(
        "10:30",
        &json!([{"internet_message_id": "<a@b>", "importence": 2}]),
    );
    document["colour"] = json!("green");
    let findings = json_told(&document.to_string(), &["colour", "importence"]);
    message(&findings, "<a@b>");
    assert!(findings.captures[0].complete);
}

#[test]
fn json_that_ends_too_early_keeps_what_came_before() {
    let rows = json!([{"internet_message_id": "<a@b>"}, {"internet_message_id": "<c@d>"}]);
    let text = snapshot("10:30", &rows).to_string();
    // The document names server, table and time first or last, depending on the order of its fields; a file may
    // also be cut before them, and then its name must say them.
    let cut = &text[..text.rfind("<c@d>").unwrap()];
    let case = CaseFolder::with_witness();
    case.write("BH01_TempTable#1_20060314T103000Z.json", cut);
    let findings = told(&case, &["ends too early", "1 message"]);
    message(&findings, "<a@b>");
    assert!(
        !findings.captures[0].complete,
        "what it does not list is not known to be absent"
    );
}

#[test]
fn json_of_another_schema() {
    let mut document = snapshot("10:30", &json!([]));
    document["schema"] = json!("temp-table-snapshot/9");
    let findings = json_told(&document.to_string(), &["temp-table-snapshot/9"]);
    assert_eq!(findings.captures, []);
}

#[test]
fn one_bad_line_among_many() {
    let line = |at: &str| snapshot(at, &json!([{"internet_message_id": "<a@b>"}])).to_string();
    let text = format!("{}\n{{\"schema\": oops\n{}\n", line("10:30"), line("11:30"));
    let findings = json_told(&text, &["1 line", "could not be read as JSON"]);
    assert_eq!(findings.captures.len(), 2);
}

#[test]
fn snapshots_that_do_not_say_what_they_show() {
    for (field, words) in [
        ("server", "the server is not known"),
        ("table", "the table is not known"),
        ("captured_at", "the time is not known"),
    ] {
        let mut document = snapshot("10:30", &json!([{"internet_message_id": "<a@b>"}]));
        document.as_object_mut().unwrap().remove(field);
        let findings = json_told(&document.to_string(), &[words, "case.toml"]);
        assert_eq!(findings.captures, [], "without {field}");
        assert!(
            !findings
                .messages
                .iter()
                .any(|m| m.message_id.as_deref() == Some("<a@b>"))
        );
    }
}

#[test]
fn case_toml_can_say_it_for_them() {
    let case = CaseFolder::with_witness();
    case.write(
        "saved/list.csv",
        "internet_message_id,subject\n<a@b>,Hello\n",
    );
    case.write(
        "case.toml",
        "[[snapshot]]\nfile = \"saved/list.csv\"\nserver = \"BH01\"\ntable = \"TempTable#2\"\n\
         captured_at = \"2006-03-14T10:30:00Z\"\n",
    );
    let findings = case.run(&[]).done().findings();
    assert_eq!(
        message(&findings, "<a@b>").place.as_deref(),
        Some("TempTable#2")
    );
    assert_eq!(findings.captures[0].at, clock::stamp("10:30"));
}

#[test]
fn times_without_a_zone_are_not_guessed() {
    let mut document = snapshot("10:30", &json!([{"internet_message_id": "<a@b>"}]));
    document["captured_at"] = json!("2006-03-14T10:30:00");
    let findings = json_told(&document.to_string(), &["without a time zone", "time_zone"]);
    assert_eq!(findings.captures, []);
    // With the zone it is a time: half past ten in New York is half past three in Greenwich (winter time).
    let case = CaseFolder::with_witness();
    case.write(JSON, document.to_string());
    let findings = case
        .run(&["--timezone", "America/New_York"])
        .done()
        .findings();
    assert_eq!(findings.captures[0].at, clock::stamp("15:30"));
}

#[test]
fn days_and_months_are_not_guessed() {
    let text = "internet_message_id,PR_CREATION_TIME\n<a@b>,3/4/2006 9:30:00 AM\n";
    let case = CaseFolder::with_witness();
    case.write(CSV, text);
    let run = case.run(&["--timezone", "UTC"]).done();
    assert_problem(&run.findings(), &["order of day and month", "date_order"]);
    message(&run.findings(), "<a@b>");
}

/// A case whose capture at 14:30 is this CSV.
fn csv_case(bytes: impl AsRef<[u8]>) -> CaseFolder {
    let case = CaseFolder::with_witness();
    case.write(CSV, bytes);
    case
}

#[test]
fn csv_without_a_header() {
    let findings = told(
        &csv_case("<a@b>,hello,123\n<c@d>,again,44\n"),
        &["no header line"],
    );
    assert_eq!(findings.captures, []);
}

#[test]
fn csv_with_a_header_and_no_rows_is_an_empty_table() {
    let findings = csv_case("internet_message_id,subject\n")
        .run(&[])
        .done()
        .findings();
    assert_eq!(findings.captures.len(), 1);
    assert_eq!(
        (findings.captures[0].count, findings.captures[0].complete),
        (0, true)
    );
    assert_eq!(
        message(&findings, WITNESS).left.latest,
        Some(clock::stamp("14:32:01"))
    );
}

#[test]
fn csv_with_ragged_rows_is_no_longer_complete() {
    let text = "internet_message_id,subject,size\n<a@b>,hello,1\n<c@d>,a,b,c,d\n<e@f>,fine,3\n";
    let findings = told(&csv_case(text), &["1 row has", "cells of the header"]);
    message(&findings, "<a@b>");
    message(&findings, "<e@f>");
    assert!(!findings.captures[0].complete);
}

#[test]
fn csv_with_other_delimiters() {
    for text in [
        "internet_message_id;subject;size\n<a@b>;one, two;1\n",
        "internet_message_id\tsubject\tsize\n<a@b>\tone, two\t1\n",
        "sep=;\r\ninternet_message_id;subject;size\r\n<a@b>;one, two;1\r\n",
        "\u{feff}internet_message_id,subject,size\n<a@b>,\"one, two\",1\n",
    ] {
        let findings = csv_case(text).run(&[]).done().findings();
        assert_witness(&findings);
        let message = message(&findings, "<a@b>");
        assert_eq!(
            (message.subject.as_deref(), message.size),
            (Some("one, two"), Some(1)),
            "{text}"
        );
    }
}

#[test]
fn csv_in_utf_16_and_windows_1252() {
    let text = "internet_message_id,subject\r\n<a@b>,Müller & Söhne\r\n";
    let wide = |bytes: fn(u16) -> [u8; 2], mark: [u8; 2]| -> Vec<u8> {
        mark.into_iter()
            .chain(text.encode_utf16().flat_map(bytes))
            .collect()
    };
    let little = wide(u16::to_le_bytes, [0xFF, 0xFE]);
    let big = wide(u16::to_be_bytes, [0xFE, 0xFF]);
    let western: Vec<u8> = text.chars().map(|c| c as u8).collect();
    for bytes in [&little, &big, &western] {
        let findings = csv_case(bytes).run(&[]).done().findings();
        assert_witness(&findings);
        assert_eq!(
            message(&findings, "<a@b>").subject.as_deref(),
            Some("Müller & Söhne")
        );
    }
    told(&csv_case(western), &["windows-1252"]);
}

#[test]
fn csv_with_mapi_names_tags_and_other_columns() {
    for header in [
        "PR_INTERNET_MESSAGE_ID,PR_SUBJECT,PR_MESSAGE_SIZE,Favourite colour",
        "pr_internet_message_id,pr_subject,pr_message_size,x",
        "PidTagInternetMessageId,PidTagSubject,PidTagMessageSize,x",
        "0x1035001F,0x0037001F,0x0E080003,x",
    ] {
        let case = csv_case(format!("{header}\n<a@b>,Hello,77,green\n"));
        let findings = case.run(&[]).done().findings();
        let message = message(&findings, "<a@b>");
        assert_eq!(message.subject.as_deref(), Some("Hello"), "{header}");
        assert_eq!(message.size, Some(77), "{header}");
    }
}

#[test]
fn rows_without_message_ids_are_told() {
    told(
        &csv_case("PR_SUBJECT,PR_ENTRYID\nHello,0A0B\n"),
        &["No row has an Internet Message ID"],
    );
}

#[test]
fn the_same_capture_twice_is_one_sighting() {
    let case = CaseFolder::with_witness();
    let rows = json!([{"internet_message_id": "<a@b>"}]);
    case.write_snapshot("captures/1.json", "10:30", &rows);
    case.write_snapshot("captures/1 (copy).json", "10:30", &rows);
    let findings = told(&case, &["the same, byte for byte"]);
    let message = message(&findings, "<a@b>");
    assert_eq!(message.evidence.len(), 1, "{:?}", message.evidence);
    assert_eq!(findings.captures.len(), 1);
}

/// 100,000 messages in one table: done in seconds, and the report stays one that opens and can be attached.
#[test]
fn a_hundred_thousand_messages_in_one_snapshot() {
    const MESSAGES: u64 = 100_000;
    let rows: Vec<Value> = (0..MESSAGES)
        .map(|number| {
            json!({"internet_message_id": format!("<{number}.a-long-enough-part@mail.contoso.example>"),
                "subject": format!("RE: Quarterly figures {number}"), "sender": "anna@contoso.example", "size": 4711})
        })
        .collect();
    let case = CaseFolder::with_witness();
    let again = rows[..1000].to_vec();
    case.write_snapshot(JSON, "10:30", &json!(rows));
    case.write_snapshot("captures/later.json", "11:30", &json!(again));
    let begun = Instant::now();
    let run = case.run(&[]).done();
    let took = begun.elapsed();
    let findings = run.findings();
    // The witness failed at 10:00 and is in neither capture.
    assert_eq!(findings.messages.len() as u64, MESSAGES + 1);
    let page = run.bytes("report.html").len();
    assert!(page < 5_000_000, "report.html has {page} bytes");
    assert!(took < Duration::from_secs(30), "{took:?}");
    let listed = run.text("timeline.csv").lines().count() as u64;
    assert!(
        listed > MESSAGES,
        "the full list is in the CSV: {listed} lines"
    );
}
