//! What lies in the folders of an export and is no message of the table.

use forge::mfcmapi::message_xml;

use super::*;

fn text(files: &Files, path: &str) -> String {
    let (_, bytes) = files.iter().find(|(name, _)| name == path).unwrap();
    let units: Vec<u16> = bytes[2..]
        .chunks(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    String::from_utf16(&units).unwrap()
}

fn utf16(text: &str) -> Vec<u8> {
    [
        vec![0xFF, 0xFE],
        text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
    ]
    .concat()
}

/// A message that is attached to another has a file beside it (`-Attach0.xml`).
#[test]
fn attached_messages_are_no_rows() {
    let truth = dump(2, 0, Build::Modern);
    let files = folder_dump(&truth);
    let parent = files
        .iter()
        .map(|(path, _)| path.as_str())
        .find(|path| path.contains("A000"))
        .unwrap()
        .to_owned();
    let attached = parent.replace(".xml", "-Attach0.xml");
    let inner = Row {
        message_id: Some("<inner@x>".into()),
        ..row(77, 0)
    };
    for told in [true, false] {
        let mut files = files.clone();
        files.push((attached.clone(), message_xml(&inner, Build::Modern)));
        if told {
            let element =
                format!("<embeddedmessage path=\"C:\\out\\{attached}\"/>\r\n</attachments>");
            let with = text(&files, &parent).replace("</attachments>", &element);
            files
                .iter_mut()
                .find(|(path, _)| *path == parent)
                .unwrap()
                .1 = utf16(&with);
        }
        let readings = read(below(NAMED, files), "");
        assert_eq!(one(&readings).rows.len(), 2, "{told}");
        assert!(one(&readings).complete);
        assert!(readings[0].reading.notes[0].starts_with("1 beside the messages"));
    }
}

#[test]
fn what_a_folder_keeps_for_itself_is_no_mail() {
    let truth = dump(2, 0, Build::Modern);
    let mut files = folder_dump(&truth);
    let hidden = Dump {
        rows: vec![row(50, 0)],
        ..truth.clone()
    };
    let table = text(&folder_dump(&hidden), "CONTENTS_TABLE.xml")
        .replace("\"Contents\"", "\"Associated Contents\"");
    for (path, bytes) in &mut files {
        if path == "ASSOCIATED_CONTENTS_TABLE.xml" {
            *bytes = utf16(&table);
        }
    }
    files.push((
        "Rule_000000000000A032.xml".into(),
        message_xml(&hidden.rows[0], Build::Modern),
    ));
    let readings = read(below(NAMED, files), "");
    assert_eq!(one(&readings).rows.len(), 2);
    assert!(one(&readings).complete, "{:#?}", problems(&readings));
    assert!(readings[0].reading.notes[0].starts_with("2 beside the messages"));
}
