//! Server, table and time: from where they are learnt, and what is said when they are not.

use forge::mfcmapi::{mailbox_table, message_list, message_pane};

use super::*;
use crate::evidence::model::Origin;

fn paths(folder: &str) -> Files {
    below(folder, folder_dump(&dump(4, 1, Build::Modern)))
}

#[test]
fn the_name_of_a_folder_above() {
    let readings = read(paths("night/bh01_TT1_2006-03-14T0930-0500/export"), "");
    let capture = one(&readings);
    assert_eq!(
        (capture.server.value.as_str(), capture.server.from),
        ("bh01", Origin::FolderName)
    );
    // MAPI's own name of the folder.
    assert_eq!(
        (capture.table.value.as_str(), capture.table.from),
        ("TempTable#1", Origin::Document)
    );
    assert!(capture.complete);
}

#[test]
fn an_entry_for_the_folder_of_the_export() {
    let entry = "[[snapshot]]\nfile = \"night/one\"\nserver = \"BH01\"\ncaptured_at = \"2006-03-14T09:30:00-05:00\"\n";
    let readings = read(paths("night/one"), entry);
    let capture = one(&readings);
    assert_eq!(
        (capture.server.from, capture.captured_at.from),
        (Origin::CaseToml, Origin::CaseToml)
    );
    assert!(capture.complete);
    // An entry for one of its files does as well.
    let readings = read(
        paths("night/one"),
        &entry.replace("night/one", "night/one/CONTENTS_TABLE.xml"),
    );
    assert!(one(&readings).complete);
}

#[test]
fn without_a_time_the_lines_to_add_are_said() {
    let readings = read(paths("BH01/TempTable#1"), "");
    assert_eq!(snapshots(&readings), Vec::<&Snapshot>::new());
    assert_told(
        &readings,
        &["This capture of 4 messages cannot be used: its time is not known."],
    );
    let problem = &readings[0].reading.problems[0];
    let (_, lines) = problem.what_to_do.split_once(":\n").unwrap();
    assert!(lines.contains("file = \"BH01/TempTable#1\"") && lines.contains("server = \"BH01\""));
    // Pasted as they are, they make it a capture.
    assert!(one(&read(paths("BH01/TempTable#1"), lines)).complete);
}

/// A whole server's export: the table of mailboxes, a folder for each, and in it folders that are no temp tables.
#[test]
fn a_store_with_several_tables_and_other_folders() {
    let mailbox = "SMTP (MAIL-02-{0F8E9C11-0001})";
    let top = "20060314T143000Z/SMTP (MAIL_02_{0F8E9C11_0001})";
    let mut files = vec![(
        "20060314T143000Z/MAILBOX_TABLE.xml".to_owned(),
        mailbox_table("MAIL-02", &["Jane \"J\" Doe", mailbox], Build::Modern),
    )];
    let folder = |name: &str| Dump {
        table: name.into(),
        rows: Vec::new(),
        ..dump(0, 0, Build::Modern)
    };
    files.extend(below(top, folder_dump(&folder("Root Container"))));
    files.extend(below(
        &format!("{top}/MTS-IN"),
        folder_dump(&folder("MTS-IN")),
    ));
    for number in 1..=2 {
        let table = Dump {
            table: format!("TempTable#{number}"),
            rows: vec![row(number, 1)],
            ..dump(0, 1, Build::Modern)
        };
        files.extend(below(
            &format!("{top}/TempTable#{number}"),
            folder_dump(&table),
        ));
    }
    let readings = read(files, "");
    let found = snapshots(&readings);
    assert_eq!(found.len(), 2, "{:#?}", problems(&readings));
    for (capture, number) in found.iter().zip(1..) {
        assert_eq!(capture.table.value, format!("TempTable#{number}"));
        assert_eq!(
            (capture.server.value.as_str(), capture.server.from),
            ("MAIL-02", Origin::Document)
        );
        assert!(capture.complete);
        assert_eq!(capture.rows.len(), 1);
    }
    let notes: Vec<&String> = readings
        .iter()
        .flat_map(|file| &file.reading.notes)
        .collect();
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(notes[0].contains("`Root Container`, which is no temp table"));
    // The server is known by two ways that are spelt differently because MFCMAPI replaced the hyphen.
    let other: Vec<String> = problems(&readings);
    assert!(
        other
            .iter()
            .all(|what| what.contains("disagree about the server")),
        "{other:#?}"
    );
}

#[test]
fn two_captures_of_one_table_stay_two() {
    let mut files = paths("BH01_TT1_20060314T143000Z");
    files.extend(paths("BH01_TT1_20060314T153000Z"));
    let readings = read(files, "");
    let times: Vec<String> = snapshots(&readings)
        .iter()
        .map(|capture| capture.captured_at.value.at.to_string())
        .collect();
    assert_eq!(
        times,
        ["2006-03-14T14:30:00.000000Z", "2006-03-14T15:30:00.000000Z"]
    );
}

#[test]
fn a_list_of_mrmapi_knows_folder_and_keys() {
    let mut truth = dump(3, 0, Build::Modern);
    truth.rows[1].subject = "He said \"no\",\"never\"".into();
    let list = message_list(&truth, 0, "C:\\out\\TempTable#1");
    let entry = "[[snapshot]]\nfile = \"list.txt\"\nserver = \"BH01\"\ncaptured_at = \"2006-03-14T14:30:00Z\"\n";
    let readings = read(vec![("list.txt".into(), list)], entry);
    let capture = one(&readings);
    assert_eq!(
        (capture.table.value.as_str(), capture.complete),
        ("TempTable#1", false)
    );
    for (row, truth) in capture.rows.iter().zip(&truth.rows) {
        assert_eq!(row.record_key.as_deref(), Some(truth.record_key.as_str()));
        assert_eq!(row.subject.as_deref(), Some(truth.subject.as_str()));
        assert_eq!(row.message_class.as_deref(), Some("IPM.Note"));
    }
}

#[test]
fn single_messages_are_captures_only_where_a_table_is_known() {
    let message = forge::mfcmapi::msg(&row(1, 0));
    let readings = read(vec![("mails/Order.msg".into(), message.clone())], "");
    assert_told(&readings, &[]);
    assert!(readings[0].reading.notes[0].contains("left alone"));
    for (name, bytes) in [
        ("one.msg", message),
        ("props.xml", message_pane(&row(1, 0), Build::Modern)),
    ] {
        let readings = read(vec![(format!("{NAMED}/{name}"), bytes)], "");
        let capture = one(&readings);
        assert_eq!(
            capture.rows[0].message_id.as_deref(),
            Some("<00000001@Contoso.example>")
        );
        assert!(!capture.complete);
    }
}
