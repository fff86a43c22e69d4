//! `.msg` files of the forge, of code pages, and broken ones.

use std::io::Write;

use forge::mfcmapi::{Row, msg};
use proptest::prelude::*;

use super::*;
use crate::case::recognise::{Format, Head, recognise};

fn read(bytes: Vec<u8>) -> (Reading, Vec<MfcmapiFault>) {
    let (mut reading, mut faults) = (Reading::default(), Vec::new());
    read_message(bytes, None, &mut reading, &mut faults);
    (reading, faults)
}

fn message_of(reading: &Reading) -> &PartRow {
    match reading.parts.as_slice() {
        [TablePart::Message(part)] => part,
        other => panic!("{other:?}"),
    }
}

fn good() -> Vec<u8> {
    msg(&Row {
        message_id: Some("<a@b.example>".into()),
        subject: "Größe".into(),
        sender: "s@b.example".into(),
        recipients: vec!["r@c.example".into(), "q@c.example".into()],
        size: 4711,
        class: "IPM.Note.SMIME".into(),
        submitted: Some("2006-03-14T09:02:11.406Z".parse().unwrap()),
        created: Some("2006-03-14T09:02:11.406Z".parse().unwrap()),
        search_key: "00FF".into(),
        ..Row::default()
    })
}

fn format(bytes: &[u8]) -> Format {
    recognise(&Head::new(bytes, bytes.len() as u64, false, None)).format
}

#[test]
fn what_the_forge_wrote_is_read() {
    let bytes = good();
    assert_eq!(format(&bytes), Format::MessageFile);
    let (reading, faults) = read(bytes);
    assert_eq!(
        (reading.records, reading.damaged, faults),
        (1, 0, Vec::new())
    );
    let part = message_of(&reading);
    assert_eq!(part.row.message_id.as_deref(), Some("<a@b.example>"));
    assert_eq!(part.row.subject.as_deref(), Some("Größe"));
    assert_eq!(part.row.sender.as_deref(), Some("s@b.example"));
    assert_eq!(part.row.recipients, ["r@c.example", "q@c.example"]);
    assert_eq!(part.row.size, Some(4711));
    assert_eq!(part.row.message_class.as_deref(), Some("IPM.Note.SMIME"));
    let submitted = part
        .row
        .submitted_at
        .as_ref()
        .map(|stamp| stamp.at.to_string());
    assert_eq!(submitted.as_deref(), Some("2006-03-14T09:02:11.406000Z"));
    assert_eq!(part.row.created_at, None);
    assert_eq!(part.search_key.as_deref(), Some("00FF"));
}

/// A file with these streams at its top.
fn container(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (name, bytes) in streams {
        file.create_stream(format!("/{name}"))
            .unwrap()
            .write_all(bytes)
            .unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

/// The short value of one property behind an empty header.
fn entries(tag: u32, value: u64) -> Vec<u8> {
    let mut bytes = vec![0; ROOT_HEADER];
    bytes.extend(tag.to_le_bytes());
    bytes.extend(6_u32.to_le_bytes());
    bytes.extend(value.to_le_bytes());
    bytes
}

#[test]
fn texts_in_the_code_page_that_the_message_names() {
    // 0x5FFD is no code page that is known: 0x3FFD is, and 1251 has "Пр" at 0xCF 0xF0 (Unicode's CP1251.TXT).
    let short = entries(0x3FFD_0003, 1251);
    let bytes = container(&[
        (PROPERTIES, &short),
        ("__substg1.0_0037001E", b"\xcf\xf0"),
        ("__substg1.0_1035001E", b"<a@b>"),
    ]);
    assert_eq!(format(&bytes), Format::MessageFile);
    let (reading, faults) = read(bytes);
    assert_eq!(faults, []);
    assert_eq!(message_of(&reading).row.subject.as_deref(), Some("Пр"));
    assert_eq!(
        message_of(&reading).row.message_id.as_deref(),
        Some("<a@b>")
    );
}

#[test]
fn other_compound_files_are_no_evidence() {
    let word = container(&[("WordDocument", b"text"), ("1Table", b"x")]);
    assert_eq!(format(&word), Format::NotEvidence);
    let (reading, faults) = read(word);
    assert_eq!(
        (reading.parts.len(), faults.len(), reading.notes.len()),
        (0, 0, 1)
    );
}

#[test]
fn a_message_without_anything_in_it_is_said() {
    let (reading, faults) = read(container(&[(PROPERTIES, &[0; 32])]));
    assert_eq!(reading.parts, []);
    assert!(matches!(faults.as_slice(), [MfcmapiFault::Bare(_)]));
    let (reading, faults) = read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and no more".to_vec());
    assert_eq!(reading.damaged, 1);
    assert!(matches!(
        faults.as_slice(),
        [MfcmapiFault::Container { .. }]
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn cut_and_flipped(cut in any::<prop::sample::Index>(), flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12)) {
        let mut bytes = good();
        let length = bytes.len();
        for (at, value) in flips {
            bytes[at.index(length)] = value;
        }
        format(&bytes);
        read(bytes.clone());
        bytes.truncate(cut.index(length));
        format(&bytes);
        read(bytes);
    }

    /// The tables of sectors and the directory, of which a wrong entry leads anywhere.
    #[test]
    fn numbers_of_sectors_replaced(places in prop::collection::vec((0..300_usize, prop::sample::select(vec![0_u32, 1, 2, 3, 4, 7, 0xFFFF_FFFE, 0xFFFF_FFFF, 0x7FFF_FFFF])), 1..6)) {
        let mut bytes = good();
        for (at, value) in places {
            // The header's fields, and the first sectors.
            let at = 24 + at * 4;
            if let Some(field) = bytes.get_mut(at..at + 4) {
                field.copy_from_slice(&value.to_le_bytes());
            }
        }
        read(bytes);
    }
}
