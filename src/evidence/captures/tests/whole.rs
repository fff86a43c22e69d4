//! When a capture is complete, and what is said when it is not.

use forge::mfcmapi::{folder_pane, subfolder_table_txt};

use super::*;

/// The export without the files that `lost` names.
fn without(truth: &Dump, lost: impl Fn(&str) -> bool) -> Vec<FileReading> {
    let mut files = folder_dump(truth);
    files.retain(|(path, _)| !lost(path));
    read(below(NAMED, files), "")
}

#[test]
fn a_subfolder_that_is_not_there() {
    let truth = dump(8, 3, Build::Modern);
    let readings = without(&truth, |path| path.starts_with("2/"));
    assert!(!one(&readings).complete);
    assert_told(&readings, &["1 of 3 subfolders are not there (2)"]);
}

#[test]
fn subfolders_that_were_not_exported() {
    let truth = Dump {
        walked: false,
        ..dump(8, 3, Build::Modern)
    };
    let readings = read(below(NAMED, folder_dump(&truth)), "");
    assert!(!one(&readings).complete);
    assert_eq!(
        one(&readings).rows.len(),
        2,
        "those of the table's own folder"
    );
    assert_told(
        &readings,
        &["the subfolders of BH01_TempTable#1_20060314T143000Z were not exported"],
    );
}

#[test]
fn a_folder_without_its_properties() {
    let truth = dump(4, 1, Build::Modern);
    let readings = without(&truth, |path| path == "FOLDER_PROPS.xml");
    assert!(!one(&readings).complete);
    assert_told(
        &readings,
        &["nothing says whether BH01_TempTable#1_20060314T143000Z has subfolders"],
    );
    // A subfolder's own are not needed: its parent says that it has none, its table how many messages.
    let readings = without(&truth, |path| path == "1/FOLDER_PROPS.xml");
    assert!(one(&readings).complete, "{:#?}", problems(&readings));
}

#[test]
fn a_folder_without_its_table_has_the_messages_of_its_files() {
    let truth = dump(6, 1, Build::Modern);
    let readings = without(&truth, |path| path == "1/CONTENTS_TABLE.xml");
    assert_eq!(one(&readings).rows.len(), 6);
    assert!(one(&readings).complete, "{:#?}", problems(&readings));
    let readings = without(&truth, |path| {
        path.starts_with("1/") && !path.ends_with("FOLDER_PROPS.xml")
    });
    assert!(!one(&readings).complete);
    assert_told(
        &readings,
        &[
            "its own number of messages says 3 messages, but 0 are listed",
            "numbers of messages and rows differ",
        ],
    );
    assert_eq!(readings[0].reading.damaged, 1);
}

#[test]
fn numbers_that_are_not_those_of_the_rows() {
    let truth = dump(3, 0, Build::Modern);
    let mut files = folder_dump(&truth);
    for (path, bytes) in &mut files {
        if path == "CONTENTS_TABLE.xml" {
            // One digit of `messagecount`, in UTF-16.
            let wide = |text: &str| {
                text.encode_utf16()
                    .flat_map(u16::to_le_bytes)
                    .collect::<Vec<u8>>()
            };
            let at = memchr::memmem::find(bytes, &wide("0x00000003")).unwrap();
            bytes[at + 18] = b'5';
        }
    }
    let readings = read(below(NAMED, files), "");
    assert!(!one(&readings).complete);
    assert_told(
        &readings,
        &["its table says 5 messages, but 3 are listed", "differ"],
    );
}

#[test]
fn a_table_beside_the_pane_of_its_folder() {
    let alone = |truth: &Dump, pane: &Dump| {
        let files = vec![
            (
                format!("{NAMED}/table.txt"),
                table_txt(truth, Build::Modern),
            ),
            (
                format!("{NAMED}/props.xml"),
                folder_pane(pane, 0, Build::Modern),
            ),
        ];
        read(files, "")
    };
    let truth = Dump {
        with_message_ids: true,
        ..dump(25, 0, Build::Modern)
    };
    assert!(one(&alone(&truth, &truth)).complete);
    let more = dump(26, 0, Build::Modern);
    let readings = alone(&truth, &more);
    assert!(!one(&readings).complete);
    let deeper = Dump {
        subfolders: 20,
        rows: truth.rows.clone(),
        ..dump(0, 0, Build::Modern)
    };
    let readings = alone(&truth, &deeper);
    assert!(!one(&readings).complete);
    assert_told(&readings, &["were not exported"]);
}

#[test]
fn a_pane_of_an_empty_folder_is_an_empty_table() {
    let pane = |truth: &Dump| {
        read(
            vec![(
                format!("{NAMED}/props.xml"),
                folder_pane(truth, 0, Build::Modern),
            )],
            "",
        )
    };
    let empty = pane(&dump(0, 0, Build::Modern));
    assert!(one(&empty).complete && one(&empty).rows.is_empty());
    assert_told(&empty, &[]);
    for other in [dump(0, 20, Build::Modern), dump(2, 0, Build::Modern)] {
        let readings = pane(&other);
        assert_eq!(snapshots(&readings), Vec::<&Snapshot>::new());
        assert_eq!(readings[0].reading.notes.len(), 1);
    }
}

#[test]
fn an_empty_table_with_all_its_subfolders() {
    let readings = read(below(NAMED, folder_dump(&dump(0, 20, Build::Modern))), "");
    assert!(one(&readings).complete && one(&readings).rows.is_empty());
    assert_told(&readings, &[]);
}

#[test]
fn one_subfolder_alone_is_not_the_table() {
    let truth = dump(8, 3, Build::Modern);
    let files = folder_dump(&truth).into_iter().filter_map(|(path, bytes)| {
        let inside = path.strip_prefix("2/")?;
        Some((format!("{NAMED}/{inside}"), bytes))
    });
    let readings = read(files.collect(), "");
    assert_eq!(one(&readings).rows.len(), 2);
    assert!(!one(&readings).complete);
    assert_told(&readings, &["it is of the folder `2` alone"]);
}

#[test]
fn a_second_look_at_the_same_table_adds_no_rows() {
    let truth = dump(6, 2, Build::Modern);
    let mut files = folder_dump(&truth);
    files.push((
        "1/table.txt".into(),
        subfolder_table_txt(&truth, 1, Build::Modern),
    ));
    let readings = read(below(NAMED, files), "");
    assert_eq!(one(&readings).rows.len(), 6);
    assert!(one(&readings).complete, "{:#?}", problems(&readings));
}
