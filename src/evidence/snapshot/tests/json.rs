//! JSON snapshots, and what all snapshots share: place, time, completeness.

use super::*;

const DOCUMENT: &str = r#"{"schema": "temp-table-snapshot/1", "server": "BH01", "table": "TempTable#1", "virtual_server": 1,
 "captured_at": "2006-03-14T09:30:00-05:00", "tool": "MFCMAPI 6.0", "complete": true, "folder": "", "includes_subfolders": true,
 "messages": [{"entry_id": "0000AB", "internet_message_id": "<a@b>", "subject": "Quote 17", "sender": "x@y", "recipients": ["p@q", "r@s"],
   "size": 12345, "message_class": "IPM.Note", "submitted_at": "2006-03-14T14:01:02.5Z", "delivered_at": null,
   "created_at": "2006-03-14T09:01-05:00", "modified_at": "2006-03-14T14:20:00Z"}]}"#;

#[test]
fn the_document_of_the_contract() {
    let reading = read("any.json", DOCUMENT.as_bytes(), "");
    assert_told(&reading, &[]);
    let snapshot = one(&reading);
    assert_eq!(
        (snapshot.server.value.as_str(), snapshot.server.from),
        ("BH01", Origin::Document)
    );
    assert_eq!(
        (snapshot.table.value.as_str(), snapshot.virtual_server),
        ("TempTable#1", Some(1))
    );
    assert_eq!(
        snapshot.captured_at.value.at.to_string(),
        "2006-03-14T14:30:00.000000Z"
    );
    assert_eq!(
        (snapshot.captured_at.value.precision, snapshot.complete),
        (SECOND, true)
    );
    assert_eq!(snapshot.cite.to_string(), "E2#1");
    let row = snapshot.rows.first().unwrap();
    assert_eq!(
        (row.message_id.as_deref(), row.size),
        (Some("<a@b>"), Some(12345))
    );
    assert_eq!(row.recipients, ["p@q", "r@s"]);
    assert_eq!(row.submitted_at.as_ref().unwrap().precision, SECOND / 10);
    assert_eq!(row.created_at.as_ref().unwrap().precision, MINUTE);
    assert_eq!(row.delivered_at, None);
}

#[test]
fn arrays_and_lines_number_their_messages_through() {
    let line = DOCUMENT.replace('\n', " ");
    let other = line
        .replace("TempTable#1", "TempTable#2")
        .replace("\"virtual_server\": 1,", "");
    for text in [
        format!("[{line},\n{other}]"),
        format!("{line}\n{other}\n"),
        format!("\u{feff}{line}\r\n\r\n{other}"),
    ] {
        let reading = read("any.json", text.as_bytes(), "");
        assert_told(&reading, &[]);
        let cites: Vec<_> = reading
            .snapshots
            .iter()
            .map(|s| (s.cite.to_string(), s.table.value.as_str()))
            .collect();
        assert_eq!(
            cites,
            [
                ("E2#1".into(), "TempTable#1"),
                ("E2#2".into(), "TempTable#2")
            ]
        );
        assert_eq!((reading.records, reading.damaged), (2, 0));
    }
}

#[test]
fn only_messages_are_required() {
    let reading = read(
        "bh01/TT2_2006-03-14T0930-0500.json",
        br#"{"messages": []}"#,
        "[[server]]\nname = \"BH01\"",
    );
    let snapshot = one(&reading);
    assert_eq!(
        (snapshot.server.value.as_str(), snapshot.server.from),
        ("bh01", Origin::FolderName)
    );
    assert_eq!(
        (snapshot.table.value.as_str(), snapshot.table.from),
        ("TempTable#2", Origin::FileName)
    );
    assert_eq!(
        (
            snapshot.captured_at.from,
            snapshot.captured_at.value.precision
        ),
        (Origin::FileName, MINUTE)
    );
    assert!(snapshot.complete && snapshot.rows.is_empty());
}

#[test]
fn trust_goes_down_from_the_document_to_the_bare_name() {
    let entry = "[[snapshot]]\nfile = \"x/a.json\"\nserver = \"BH02\"\ntable = \"TT2\"\ncaptured_at = \"2006-03-14T15:00:00Z\"\n";
    let reading = read(
        "x/a.json",
        br#"{"server": "bh02.corp.example", "messages": []}"#,
        entry,
    );
    assert_told(&reading, &[]);
    let snapshot = one(&reading);
    assert_eq!(
        (snapshot.server.from, snapshot.table.from),
        (Origin::Document, Origin::CaseToml)
    );
    let disagreeing = read(NAMED_JSON, br#"{"server": "BH02", "table": "TT2", "captured_at": "2006-03-14T15:00:00Z", "messages": []}"#, "");
    assert_told(
        &disagreeing,
        &[
            "about the server: `BH02` and `BH01`",
            "about the table",
            "about the time",
        ],
    );
    assert_eq!(
        one(&disagreeing).captured_at.value.at.to_string(),
        "2006-03-14T15:00:00.000000Z"
    );
}

#[test]
fn a_snapshot_without_place_or_time_is_told_and_left_out() {
    let reading = read(
        "captures/table.json",
        br#"{"messages": [{"entry_id": "00"}]}"#,
        "",
    );
    assert!(reading.snapshots.is_empty());
    assert_eq!(reading.records, 1);
    assert_told(
        &reading,
        &[
            "the server is not known",
            "the table is not known",
            "the time is not known",
        ],
    );
    assert!(
        reading
            .problems
            .iter()
            .all(|p| p.what_to_do.contains("[[snapshot]]"))
    );
}

#[test]
fn local_times_need_the_zone() {
    let text = r#"{"server": "BH01", "table": "TT1", "captured_at": "2006-03-14T09:30:00", "messages": [{"internet_message_id": "<a@b>"}]}"#;
    let without = read("a.json", text.as_bytes(), "");
    assert!(without.snapshots.is_empty());
    assert_told(
        &without,
        &["time_zone = \"America/New_York\"", "the time is not known"],
    );
    let with = read(
        "a.json",
        text.as_bytes(),
        "time_zone = \"America/New_York\"",
    );
    assert_told(&with, &[]);
    assert_eq!(
        one(&with).captured_at.value.at.to_string(),
        "2006-03-14T14:30:00.000000Z"
    );
    let twice = text.replace("2006-03-14T09:30:00", "2006-10-29T01:30:00");
    let twice = read(
        "a.json",
        twice.as_bytes(),
        "time_zone = \"America/New_York\"",
    );
    assert_told(&twice, &["clocks went through twice"]);
    assert_eq!(one(&twice).captured_at.value.precision, HOUR + SECOND);
}

#[test]
fn day_and_month_are_proved_or_asked_for() {
    let csv = |dates: [&str; 2]| {
        format!(
            "internet_message_id,created_at\n<a@b>,{}\n<c@d>,{}\n",
            dates[0], dates[1]
        )
    };
    let zone = "time_zone = \"America/New_York\"\n";
    let undecided = read(
        NAMED_CSV,
        csv(["3/4/2006 9:30 AM", "3/5/2006 9:30 AM"]).as_bytes(),
        zone,
    );
    assert_told(&undecided, &["date_order = \"mdy\""]);
    assert!(
        one(&undecided)
            .rows
            .iter()
            .all(|row| row.created_at.is_none())
    );
    let proved = read(
        NAMED_CSV,
        csv(["3/4/2006 9:30 AM", "3/14/2006 9:30 AM"]).as_bytes(),
        zone,
    );
    assert_told(&proved, &[]);
    let first = one(&proved)
        .rows
        .first()
        .unwrap()
        .created_at
        .clone()
        .unwrap();
    assert_eq!(
        (first.at.to_string().as_str(), first.precision),
        ("2006-03-04T14:30:00.000000Z", MINUTE)
    );
    let both = read(
        NAMED_CSV,
        csv(["14/3/2006 9:30 AM", "3/14/2006 9:30 AM"]).as_bytes(),
        zone,
    );
    assert_told(&both, &["prove both orders", "date_order = \"mdy\""]);
    let given = read(
        NAMED_CSV,
        csv(["3/4/2006 9:30 AM", "3/5/2006 9:30 AM"]).as_bytes(),
        &format!("{zone}date_order = \"dmy\""),
    );
    assert_eq!(
        one(&given)
            .rows
            .first()
            .unwrap()
            .created_at
            .as_ref()
            .unwrap()
            .at
            .to_string(),
        "2006-04-03T13:30:00.000000Z"
    );
}

#[test]
fn wrong_types_cost_only_themselves() {
    let text = r#"{"server": 5, "messages": [{"internet_message_id": "<a@b>", "size": "big", "recipients": "p@q; r@s"}, 7,
        {"entry_id": {}, "internet_message_id": "<c@d>", "size": "77", "colour": 1}], "weather": []}"#;
    let reading = read(NAMED_JSON, text.as_bytes(), "");
    let snapshot = one(&reading);
    assert_eq!(
        snapshot
            .rows
            .iter()
            .map(|row| row.record)
            .collect::<Vec<_>>(),
        [1, 3]
    );
    assert_eq!(
        snapshot.rows.iter().map(|row| row.size).collect::<Vec<_>>(),
        [None, Some(77)]
    );
    assert_eq!(snapshot.rows.first().unwrap().recipients, ["p@q", "r@s"]);
    assert!(!snapshot.complete, "a message was lost");
    assert_eq!((reading.records, reading.damaged), (3, 1));
    assert_told(
        &reading,
        &[
            "4 values not what the format asks for (the first: snapshot: `server` is a number, message 1: `size` is text, message 2 is a number",
            "messages[].colour, weather",
        ],
    );
}

#[test]
fn documents_without_messages_or_of_another_schema_are_told() {
    for text in [
        r#"{"server":"BH01","table":"TT1","captured_at":"x"}"#,
        r#"{"schema":"temp-table-snapshot/1","messages":null}"#,
    ] {
        assert_told(
            &read(NAMED_JSON, text.as_bytes(), ""),
            &["without a list `messages`"],
        );
    }
    let wrong = read(
        NAMED_JSON,
        br#"{"schema":"temp-table-snapshot/1","messages":{"a":1}}"#,
        "",
    );
    assert_told(
        &wrong,
        &["without a list `messages`", "`messages` is an object"],
    );
    let later = read(
        NAMED_JSON,
        br#"{"schema":"temp-table-snapshot/2","messages":[]}"#,
        "",
    );
    assert_told(&later, &["temp-table-snapshot/2"]);
}

#[test]
fn a_cut_document_keeps_what_stands_before_the_cut() {
    let text = r#"{"messages": [{"internet_message_id": "<a@b>"}, {"internet_message_id": "<c@"#;
    let reading = read(NAMED_JSON, text.as_bytes(), "");
    assert_eq!(
        (
            one(&reading).rows.len(),
            one(&reading).complete,
            reading.damaged
        ),
        (1, false, 1)
    );
    assert_told(
        &reading,
        &["ends too early (line 1, column 76); 1 message before that was kept"],
    );
    let line = DOCUMENT.replace('\n', " ");
    let lines = read(
        "any.json",
        format!("{line}\n{}\n{line}\n", &line[..200]).as_bytes(),
        "",
    );
    assert_eq!((lines.snapshots.len(), lines.damaged), (2, 1));
    assert_told(
        &lines,
        &["1 line of the file could not be read as JSON (line 2)"],
    );
    let syntax = read(NAMED_JSON, br#"{"messages": [}"#, "");
    assert_told(&syntax, &["broken at line 1, column 15: expected value"]);
}

#[test]
fn completeness_is_doubted_when_parts_are_missing() {
    let complete = |path: &str, fields: &str| {
        let reading = read(
            path,
            format!("{{{fields} \"messages\": []}}").as_bytes(),
            "",
        );
        (one(&reading).complete, reading.problems.len())
    };
    assert_eq!(complete(NAMED_JSON, ""), (true, 0));
    assert_eq!(complete(NAMED_JSON, "\"complete\": false,"), (false, 0));
    assert_eq!(
        complete(NAMED_JSON, "\"includes_subfolders\": false,"),
        (false, 0)
    );
    assert_eq!(complete(NAMED_JSON, "\"folder\": \"sub\","), (false, 0));
    assert_eq!(
        complete("BH01_TT1_20060314T143000Z_partial.json", ""),
        (false, 0)
    );
    assert_eq!(
        complete(
            NAMED_JSON,
            "\"complete\": true, \"includes_subfolders\": false,"
        ),
        (false, 1)
    );
}

#[test]
fn hostile_texts_pass_through_unchanged() {
    let subject = "<script>=1+1 \u{202e}gpj.\0exe";
    let text =
        serde_json::json!({"messages": [{"internet_message_id": "<a@b>", "subject": subject}]})
            .to_string();
    let reading = read(NAMED_JSON, text.as_bytes(), "");
    assert_eq!(
        one(&reading).rows.first().unwrap().subject.as_deref(),
        Some(subject)
    );
    let deep = "[".repeat(100_000);
    let list = read(NAMED_JSON, format!("{{\"messages\": {deep}").as_bytes(), "");
    assert!(told(&list, "ends too early"));
    let field = read(
        NAMED_JSON,
        format!("{{\"messages\": [{{\"subject\": {deep}").as_bytes(),
        "",
    );
    assert!(told(&field, "recursion limit"));
}

#[test]
fn a_hundred_thousand_messages() {
    let message = r#"{"internet_message_id":"<0123456789abcdef@mail.corp.example>","subject":"Quote 17","size":1234,"created_at":"2006-03-14T14:00:00Z"}"#;
    let text = format!("{{\"messages\":[{}]}}", vec![message; 100_000].join(","));
    let reading = read(NAMED_JSON, text.as_bytes(), "");
    assert_eq!(
        (one(&reading).rows.len(), reading.problems.len()),
        (100_000, 0)
    );
}

proptest::proptest! {
    #[test]
    fn cut_and_changed_documents_never_panic(
        cut in 0_usize..900,
        at in 0_usize..900,
        byte in proptest::num::u8::ANY,
    ) {
        let mut bytes = DOCUMENT.as_bytes().to_vec();
        let length = bytes.len();
        bytes[at % length] = byte;
        bytes.truncate(cut);
        let reading = read("x/any.json", &bytes, "");
        proptest::prop_assert!(reading.records <= 1 || reading.damaged > 0);
    }
}
