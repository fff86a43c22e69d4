//! CSV snapshots.

use super::*;

#[test]
fn csv_in_every_dress() {
    let rows = "PR_INTERNET_MESSAGE_ID|Subject|0x0E080003|PidTagClientSubmitTime|Colour\r\n<a@b>|\"R\u{e9}: one| two\"|12|2006-03-14T14:00:00Z|red\r\n";
    let utf16 =
        |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    for delimiter in [",", ";", "\t"] {
        let text = rows.replace('|', delimiter);
        let latin: Vec<u8> = text
            .chars()
            .map(|c| u8::try_from(u32::from(c)).unwrap())
            .collect();
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
            assert_eq!(
                row.subject.as_deref(),
                Some(format!("R\u{e9}: one{delimiter} two").as_str()),
                "{at}"
            );
            assert_eq!(
                (row.size, row.message_id.as_deref()),
                (Some(12), Some("<a@b>"))
            );
            assert!(told(&reading, "Colour"));
            assert_eq!(told(&reading, "windows-1252"), at == 5);
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
    assert_told(
        &reading,
        &["no header line; its first line is `<a@b>,hello,123`"],
    );
    assert_eq!(
        (reading.records, reading.damaged, reading.snapshots.len()),
        (2, 2, 0)
    );
}

#[test]
fn ragged_rows_are_counted_and_make_the_capture_incomplete() {
    let text = "internet_message_id,subject,size\n<a@b>,x,1\n<c@d>,y\n<e@f>,un,quoted,3\n<g@h>,z,4,,\n,,\n<i@j>,v,big\n";
    let reading = read(NAMED_CSV, text.as_bytes(), "");
    let records: Vec<_> = one(&reading).rows.iter().map(|row| row.record).collect();
    assert_eq!((records, one(&reading).complete), (vec![1, 4, 6], false));
    assert_eq!((reading.records, reading.damaged), (6, 2));
    assert_told(
        &reading,
        &[
            "2 rows have not the 3 cells of the header",
            "row 6: size `big`",
        ],
    );
}

#[test]
fn columns_can_tell_several_captures_apart() {
    let text = "server,table,captured_at,internet_message_id,complete\n\
                BH01,TT1,2006-03-14T14:30:00Z,<a@b>,true\nBH01,TT2,2006-03-14T14:30:00Z,<c@d>,no\n\
                BH01,TT1,2006-03-14T14:30:00Z,<e@f>,true\n";
    let reading = read("all.csv", text.as_bytes(), "");
    let found: Vec<_> = reading
        .snapshots
        .iter()
        .map(|s| {
            (
                s.table.value.as_str(),
                s.rows.len(),
                s.complete,
                s.cite.record,
            )
        })
        .collect();
    assert_eq!(
        found,
        [("TempTable#1", 2, true, 1), ("TempTable#2", 1, false, 2)]
    );
}

#[test]
fn rows_without_message_ids_are_told() {
    assert_told(
        &read(NAMED_CSV, b"PR_ENTRYID,PR_SUBJECT\n00,x\n", ""),
        &["No row has an Internet Message ID"],
    );
}

proptest::proptest! {
    #[test]
    fn any_csv_is_read_or_refused(rows in "(internet_message_id[,;\t]subject[,;\t]created_at\n)?[\\PC\n\",;\t]{0,200}") {
        read(NAMED_CSV, rows.as_bytes(), "date_order = \"mdy\"");
    }
}
