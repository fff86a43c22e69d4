//! Snapshots good and bad, as files of a case.

use std::sync::Arc;

use super::*;
use crate::case::recognise::{Format, Head, recognise};
use crate::case::{CaseConfig, FoundFile, Source};
use crate::evidence::model::{FileId, Origin, Snapshot};
use crate::evidence::progress::NoProgress;
use crate::evidence::{ReadContext, Reader};
use crate::time::{HOUR, MINUTE, SECOND};

fn read(path: &str, bytes: &[u8], config: &str) -> Reading {
    let recognised = recognise(&Head::new(bytes, bytes.len() as u64, true));
    let file = FoundFile {
        id: FileId(2),
        path: path.into(),
        source: Source::Memory(Arc::from(bytes)),
        format: recognised.format,
        recognised_by: recognised.by,
        bytes: bytes.len() as u64,
    };
    let config = CaseConfig::parse(config).unwrap();
    let mut stream = EvidenceStream::open(&file, &NoProgress).unwrap();
    let reader: &dyn Reader = if file.format == Format::SnapshotJson { &JsonReader } else { &CsvReader };
    reader.read(&file, &mut stream, &ReadContext::new(&config, &|_, _, _| false))
}

const NAMED_JSON: &str = "BH01_TempTable#1_20060314T143000Z.json";
const NAMED_CSV: &str = "BH01_TempTable#1_20060314T143000Z.csv";

fn one(reading: &Reading) -> &Snapshot {
    assert_eq!(reading.snapshots.len(), 1, "{:#?}", reading.problems);
    reading.snapshots.first().unwrap()
}

fn told(reading: &Reading, part: &str) -> bool {
    reading.problems.iter().any(|p| p.what.contains(part) || p.what_to_do.contains(part))
}

#[track_caller]
fn assert_told(reading: &Reading, parts: &[&str]) {
    for part in parts {
        assert!(told(reading, part), "{part}: {:#?}", reading.problems);
    }
    assert_eq!(reading.problems.len(), parts.len(), "{:#?}", reading.problems);
}

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
    assert_eq!((snapshot.server.value.as_str(), snapshot.server.from), ("BH01", Origin::Document));
    assert_eq!((snapshot.table.value.as_str(), snapshot.virtual_server), ("TempTable#1", Some(1)));
    assert_eq!(snapshot.captured_at.value.at.to_string(), "2006-03-14T14:30:00.000000Z");
    assert_eq!((snapshot.captured_at.value.precision, snapshot.complete), (SECOND, true));
    assert_eq!(snapshot.cite.to_string(), "E2#1");
    let row = snapshot.rows.first().unwrap();
    assert_eq!((row.message_id.as_deref(), row.size), (Some("<a@b>"), Some(12345)));
    assert_eq!(row.recipients, ["p@q", "r@s"]);
    assert_eq!(row.submitted_at.as_ref().unwrap().precision, SECOND / 10);
    assert_eq!(row.created_at.as_ref().unwrap().precision, MINUTE);
    assert_eq!(row.delivered_at, None);
}

#[test]
fn arrays_and_lines_number_their_messages_through() {
    let line = DOCUMENT.replace('\n', " ");
    let other = line.replace("TempTable#1", "TempTable#2").replace("\"virtual_server\": 1,", "");
    for text in [format!("[{line},\n{other}]"), format!("{line}\n{other}\n"), format!("\u{feff}{line}\r\n\r\n{other}")] {
        let reading = read("any.json", text.as_bytes(), "");
        assert_told(&reading, &[]);
        let cites: Vec<_> = reading.snapshots.iter().map(|s| (s.cite.to_string(), s.table.value.as_str())).collect();
        assert_eq!(cites, [("E2#1".into(), "TempTable#1"), ("E2#2".into(), "TempTable#2")]);
        assert_eq!((reading.records, reading.damaged), (2, 0));
    }
}

#[test]
fn only_messages_are_required() {
    let reading = read("bh01/TT2_2006-03-14T0930-0500.json", br#"{"messages": []}"#, "[[server]]\nname = \"BH01\"");
    let snapshot = one(&reading);
    assert_eq!((snapshot.server.value.as_str(), snapshot.server.from), ("bh01", Origin::FolderName));
    assert_eq!((snapshot.table.value.as_str(), snapshot.table.from), ("TempTable#2", Origin::FileName));
    assert_eq!((snapshot.captured_at.from, snapshot.captured_at.value.precision), (Origin::FileName, MINUTE));
    assert!(snapshot.complete && snapshot.rows.is_empty());
}

#[test]
fn trust_goes_down_from_the_document_to_the_bare_name() {
    let entry = "[[snapshot]]\nfile = \"x/a.json\"\nserver = \"BH02\"\ntable = \"TT2\"\ncaptured_at = \"2006-03-14T15:00:00Z\"\n";
    let reading = read("x/a.json", br#"{"server": "bh02.corp.example", "messages": []}"#, entry);
    assert_told(&reading, &[]);
    let snapshot = one(&reading);
    assert_eq!((snapshot.server.from, snapshot.table.from), (Origin::Document, Origin::CaseToml));
    let disagreeing = read(NAMED_JSON, br#"{"server": "BH02", "table": "TT2", "captured_at": "2006-03-14T15:00:00Z", "messages": []}"#, "");
    assert_told(&disagreeing, &["about the server: `BH02` and `BH01`", "about the table", "about the time"]);
    assert_eq!(one(&disagreeing).captured_at.value.at.to_string(), "2006-03-14T15:00:00.000000Z");
}

#[test]
fn a_snapshot_without_place_or_time_is_told_and_left_out() {
    let reading = read("captures/table.json", br#"{"messages": [{"entry_id": "00"}]}"#, "");
    assert!(reading.snapshots.is_empty());
    assert_eq!(reading.records, 1);
    assert_told(&reading, &["the server is not known", "the table is not known", "the time is not known"]);
    assert!(reading.problems.iter().all(|p| p.what_to_do.contains("[[snapshot]]")));
}

#[test]
fn local_times_need_the_zone() {
    let text = r#"{"server": "BH01", "table": "TT1", "captured_at": "2006-03-14T09:30:00", "messages": [{"internet_message_id": "<a@b>"}]}"#;
    let without = read("a.json", text.as_bytes(), "");
    assert!(without.snapshots.is_empty());
    assert_told(&without, &["time_zone = \"America/New_York\"", "the time is not known"]);
    let with = read("a.json", text.as_bytes(), "time_zone = \"America/New_York\"");
    assert_told(&with, &[]);
    assert_eq!(one(&with).captured_at.value.at.to_string(), "2006-03-14T14:30:00.000000Z");
    let twice = text.replace("2006-03-14T09:30:00", "2006-10-29T01:30:00");
    let twice = read("a.json", twice.as_bytes(), "time_zone = \"America/New_York\"");
    assert_told(&twice, &["clocks went through twice"]);
    assert_eq!(one(&twice).captured_at.value.precision, HOUR + SECOND);
}

#[test]
fn day_and_month_are_proved_or_asked_for() {
    let csv = |dates: [&str; 2]| {
        format!("internet_message_id,created_at\n<a@b>,{}\n<c@d>,{}\n", dates[0], dates[1])
    };
    let zone = "time_zone = \"America/New_York\"\n";
    let undecided = read(NAMED_CSV, csv(["3/4/2006 9:30 AM", "3/5/2006 9:30 AM"]).as_bytes(), zone);
    assert_told(&undecided, &["date_order = \"mdy\""]);
    assert!(one(&undecided).rows.iter().all(|row| row.created_at.is_none()));
    let proved = read(NAMED_CSV, csv(["3/4/2006 9:30 AM", "3/14/2006 9:30 AM"]).as_bytes(), zone);
    assert_told(&proved, &[]);
    let first = one(&proved).rows.first().unwrap().created_at.clone().unwrap();
    assert_eq!((first.at.to_string().as_str(), first.precision), ("2006-03-04T14:30:00.000000Z", MINUTE));
    let both = read(NAMED_CSV, csv(["14/3/2006 9:30 AM", "3/14/2006 9:30 AM"]).as_bytes(), zone);
    assert_told(&both, &["prove both orders", "date_order = \"mdy\""]);
    let given = read(NAMED_CSV, csv(["3/4/2006 9:30 AM", "3/5/2006 9:30 AM"]).as_bytes(), &format!("{zone}date_order = \"dmy\""));
    assert_eq!(one(&given).rows.first().unwrap().created_at.as_ref().unwrap().at.to_string(), "2006-04-03T13:30:00.000000Z");
}

#[test]
fn wrong_types_cost_only_themselves() {
    let text = r#"{"server": 5, "messages": [{"internet_message_id": "<a@b>", "size": "big", "recipients": "p@q; r@s"}, 7,
        {"entry_id": {}, "internet_message_id": "<c@d>", "size": "77", "colour": 1}], "weather": []}"#;
    let reading = read(NAMED_JSON, text.as_bytes(), "");
    let snapshot = one(&reading);
    assert_eq!(snapshot.rows.iter().map(|row| row.record).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(snapshot.rows.iter().map(|row| row.size).collect::<Vec<_>>(), [None, Some(77)]);
    assert_eq!(snapshot.rows.first().unwrap().recipients, ["p@q", "r@s"]);
    assert!(!snapshot.complete, "a message was lost");
    assert_eq!((reading.records, reading.damaged), (3, 1));
    assert_told(&reading, &["4 values not what the format asks for (the first: snapshot: `server` is a number, message 1: `size` is text, message 2 is a number", "messages[].colour, weather"]);
}

#[test]
fn documents_without_messages_or_of_another_schema_are_told() {
    for text in [r#"{"server":"BH01","table":"TT1","captured_at":"x"}"#, r#"{"schema":"temp-table-snapshot/1","messages":null}"#] {
        assert_told(&read(NAMED_JSON, text.as_bytes(), ""), &["without a list `messages`"]);
    }
    let wrong = read(NAMED_JSON, br#"{"schema":"temp-table-snapshot/1","messages":{"a":1}}"#, "");
    assert_told(&wrong, &["without a list `messages`", "`messages` is an object"]);
    let later = read(NAMED_JSON, br#"{"schema":"temp-table-snapshot/2","messages":[]}"#, "");
    assert_told(&later, &["temp-table-snapshot/2"]);
}

#[test]
fn a_cut_document_keeps_what_stands_before_the_cut() {
    let text = r#"{"messages": [{"internet_message_id": "<a@b>"}, {"internet_message_id": "<c@"#;
    let reading = read(NAMED_JSON, text.as_bytes(), "");
    assert_eq!((one(&reading).rows.len(), one(&reading).complete, reading.damaged), (1, false, 1));
    assert_told(&reading, &["ends too early (line 1, column 77); 1 message before that was kept"]);
    let line = DOCUMENT.replace('\n', " ");
    let lines = read("any.json", format!("{line}\n{}\n{line}\n", &line[..200]).as_bytes(), "");
    assert_eq!((lines.snapshots.len(), lines.damaged), (2, 1));
    assert_told(&lines, &["1 line of the file could not be read as JSON (line 2)"]);
    let syntax = read(NAMED_JSON, br#"{"messages": [}"#, "");
    assert_told(&syntax, &["broken at line 1, column 15: expected value"]);
}

#[test]
fn completeness_is_doubted_when_parts_are_missing() {
    let complete = |path: &str, fields: &str| {
        let reading = read(path, format!("{{{fields} \"messages\": []}}").as_bytes(), "");
        (one(&reading).complete, reading.problems.len())
    };
    assert_eq!(complete(NAMED_JSON, ""), (true, 0));
    assert_eq!(complete(NAMED_JSON, "\"complete\": false,"), (false, 0));
    assert_eq!(complete(NAMED_JSON, "\"includes_subfolders\": false,"), (false, 0));
    assert_eq!(complete(NAMED_JSON, "\"folder\": \"sub\","), (false, 0));
    assert_eq!(complete("BH01_TT1_20060314T143000Z_partial.json", ""), (false, 0));
    assert_eq!(complete(NAMED_JSON, "\"complete\": true, \"includes_subfolders\": false,"), (false, 1));
}

#[test]
fn csv_in_every_dress() {
    let rows = "PR_INTERNET_MESSAGE_ID|Subject|0x0E080003|PidTagClientSubmitTime|Colour\r\n<a@b>|\"R\u{e9}: one| two\"|12|2006-03-14T14:00:00Z|red\r\n";
    let utf16 = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    for delimiter in [",", ";", "\t"] {
        let text = rows.replace('|', delimiter);
        let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        let mut dresses = vec![
            text.clone().into_bytes(),
            format!("\u{feff}{text}").into_bytes(),
            format!("sep={delimiter}\r\n{text}").into_bytes(),
            utf16(&text),
            utf16(&format!("\u{feff}{text}")),
        ];
        dresses.push(latin);
        for (at, bytes) in dresses.iter().enumerate() {
            let reading = read(NAMED_CSV, bytes, "");
            let row = one(&reading).rows.first().unwrap().clone();
            assert_eq!(row.subject.as_deref(), Some(format!("R\u{e9}: one{delimiter} two").as_str()), "{at}");
            assert_eq!((row.size, row.message_id.as_deref()), (Some(12), Some("<a@b>")));
            assert!(told(&reading, "Colour"));
            assert_eq!(told(&reading, "Windows-1252"), at == 5);
        }
    }
}

#[test]
fn a_header_alone_is_an_empty_table_seen() {
    let reading = read(NAMED_CSV, b"internet_message_id,subject\r\n", "");
    assert_told(&reading, &[]);
    assert!(one(&reading).rows.is_empty() && one(&reading).complete);
    assert_eq!(one(&reading).cite.to_string(), "E2#0");
}

#[test]
fn csv_without_header_is_told() {
    let reading = read(NAMED_CSV, b"<a@b>,hello,123\n<c@d>,again,44\n", "");
    assert_told(&reading, &["no header line; its first line is `<a@b>,hello,123`"]);
    assert_eq!((reading.records, reading.damaged, reading.snapshots.len()), (2, 2, 0));
}

#[test]
fn ragged_rows_are_counted_and_make_the_capture_incomplete() {
    let text = "internet_message_id,subject,size\n<a@b>,x,1\n<c@d>,y\n<e@f>,un,quoted,3\n<g@h>,z,4,,\n,,\n<i@j>,v,big\n";
    let reading = read(NAMED_CSV, text.as_bytes(), "");
    let records: Vec<_> = one(&reading).rows.iter().map(|row| row.record).collect();
    assert_eq!((records, one(&reading).complete), (vec![1, 4, 6], false));
    assert_eq!((reading.records, reading.damaged), (6, 2));
    assert_told(&reading, &["2 rows have not the 3 cells of the header", "row 6: size `big`"]);
}

#[test]
fn columns_can_tell_several_captures_apart() {
    let text = "server,table,captured_at,internet_message_id,complete\n\
                BH01,TT1,2006-03-14T14:30:00Z,<a@b>,true\nBH01,TT2,2006-03-14T14:30:00Z,<c@d>,no\n\
                BH01,TT1,2006-03-14T14:30:00Z,<e@f>,true\n";
    let reading = read("all.csv", text.as_bytes(), "");
    let found: Vec<_> =
        reading.snapshots.iter().map(|s| (s.table.value.as_str(), s.rows.len(), s.complete, s.cite.record)).collect();
    assert_eq!(found, [("TempTable#1", 2, true, 1), ("TempTable#2", 1, false, 2)]);
}

#[test]
fn rows_without_message_ids_are_told() {
    assert_told(&read(NAMED_CSV, b"PR_ENTRYID,PR_SUBJECT\n00,x\n", ""), &["No row has an Internet Message ID"]);
}

#[test]
fn hostile_texts_pass_through_unchanged() {
    let subject = "<script>=1+1 \u{202e}gpj.\0exe";
    let text = serde_json::json!({"messages": [{"internet_message_id": "<a@b>", "subject": subject}]}).to_string();
    let reading = read(NAMED_JSON, text.as_bytes(), "");
    assert_eq!(one(&reading).rows.first().unwrap().subject.as_deref(), Some(subject));
    let deep = format!("{{\"messages\": {}", "[".repeat(100_000));
    assert!(told(&read(NAMED_JSON, deep.as_bytes(), ""), "recursion limit"));
}

#[test]
fn a_hundred_thousand_messages() {
    let message = r#"{"internet_message_id":"<0123456789abcdef@mail.corp.example>","subject":"Quote 17","size":1234,"created_at":"2006-03-14T14:00:00Z"}"#;
    let text = format!("{{\"messages\":[{}]}}", vec![message; 100_000].join(","));
    let reading = read(NAMED_JSON, text.as_bytes(), "");
    assert_eq!((one(&reading).rows.len(), reading.problems.len()), (100_000, 0));
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

    #[test]
    fn any_csv_is_read_or_refused(rows in "(internet_message_id[,;\t]subject[,;\t]created_at\n)?[\\PC\n\",;\t]{0,200}") {
        read(NAMED_CSV, rows.as_bytes(), "date_order = \"mdy\"");
    }
}
