//! Cut, shuffled and random exports: read to their end, never more rows than were there, and complete only if nothing
//! is wrong.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

fn good(which: usize) -> &'static Files {
    static GOOD: OnceLock<Vec<Files>> = OnceLock::new();
    let make = || {
        let table = |build| {
            vec![(
                format!("{NAMED}/table.txt"),
                table_txt(&dump(25, 0, build), build),
            )]
        };
        vec![
            below(NAMED, folder_dump(&dump(5, 2, Build::Modern))),
            below(NAMED, folder_dump(&dump(5, 1, Build::Ansi(1252)))),
            below(NAMED, forge::mfcmapi::msg_dump(&dump(3, 0, Build::Modern))),
            table(Build::Modern),
            table(Build::Year2007(1252)),
        ]
    };
    let good = GOOD.get_or_init(make);
    &good[which % good.len()]
}

fn rows_of(readings: &[FileReading]) -> usize {
    snapshots(readings)
        .iter()
        .map(|capture| capture.rows.len())
        .sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn one_file_cut_anywhere(which in 0..5_usize, file in any::<prop::sample::Index>(), cut in any::<prop::sample::Index>()) {
        let mut files = good(which).clone();
        let most = rows_of(&read(files.clone(), ""));
        let file = file.index(files.len());
        let length = files[file].1.len();
        files[file].1.truncate(cut.index(length));
        let readings = read(files, "");
        // A message whose table lost its row stands for itself.
        prop_assert!(rows_of(&readings) <= most, "{} cut to {}: {:?}", readings[file].path, readings[file].bytes, snapshots(&readings).iter().flat_map(|s| &s.rows).map(|r| (&r.record_key, &r.entry_id, &r.message_id, r.file)).collect::<Vec<_>>());
    }

    #[test]
    fn bytes_flipped(which in 0..5_usize, flips in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
        let mut files = good(which).clone();
        for (file, at, value) in flips {
            let file = file.index(files.len());
            let length = files[file].1.len();
            files[file].1[at.index(length)] = value;
        }
        read(files, "");
    }

    #[test]
    fn pieces_shuffled(which in 0..5_usize, order in any::<u64>()) {
        let mut files = good(which).clone();
        for (_, bytes) in &mut files {
            let mut pieces: Vec<Vec<u8>> = bytes.chunks(64).map(<[u8]>::to_vec).collect();
            let length = pieces.len() as u64;
            for index in 0..pieces.len() {
                let other = (order.rotate_left(index as u32 % 64) % length) as usize;
                pieces.swap(index, other);
            }
            *bytes = pieces.concat();
        }
        read(files, "");
    }

    /// A file that says of itself that rows are missing is never complete.
    #[test]
    fn lines_lost_are_noticed(line in any::<prop::sample::Index>()) {
        let truth = dump(4, 0, Build::Ansi(1252));
        let mut files = folder_dump(&truth);
        let contents = files.iter_mut().find(|(path, _)| path == "CONTENTS_TABLE.xml").unwrap();
        let text = String::from_utf8_lossy(&contents.1).into_owned();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let starts: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].starts_with("<message num")).collect();
        let at = line.index(starts.len());
        let end = starts.get(at + 1).copied().unwrap_or(lines.len() - 1);
        let kept = [&lines[..starts[at]], &lines[end..]].concat().concat();
        contents.1 = kept.into_bytes();
        files.retain(|(path, _)| !path.contains(&truth.rows[at].record_key));
        let readings = read(below(NAMED, files), "");
        prop_assert!(!one(&readings).complete);
        prop_assert_eq!(one(&readings).rows.len(), 3);
    }
}

/// Each would cost the square of its length if every end that is missing were looked for again.
#[test]
fn texts_made_to_be_slow() {
    let header = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<table>\n";
    let row = "<row index = \"0x00000000\">\n";
    let open =
        "\t<property tag = \"0x0037001F\" type = \"PT_UNICODE\" >\n\t\t<Value><![CDATA[]]>\n";
    let plain = "Row 0x1 of 0x14\r\nTag: 0x0037001E\r\nProperty Name(s): PR_SUBJECT\r\nDASL: x, \"";
    let texts = [
        format!("{header}{}", row.repeat(1_000_000)),
        format!("{header}{row}{}", open.repeat(200_000)),
        format!("{header}{row}{}", "<![CDATA[".repeat(2_000_000)),
        format!(
            "{header}{row}\t<property tag = \"0x0037001F\" type = \"PT_UNICODE\" >\n\t\t<Value><![CDATA[{}",
            "]]></Value> ".repeat(1_000_000)
        ),
        format!(
            "<message>\n<properties listtype=\"summary\">\n{}",
            "<body property=\"x\">\n<![CDATA[]]>\n".repeat(300_000)
        ),
        format!(
            "<folderprops>\n<properties listtype=\"x\">\n<HierarchyTable>\n{}",
            "<row>\n".repeat(1_000_000)
        ),
        plain.repeat(100_000),
        format!(
            "Subject, Message Class, Filename\n{}",
            "\"never ends\n".repeat(1_000_000)
        ),
    ];
    for (index, text) in texts.into_iter().enumerate() {
        let start = Instant::now();
        read(
            vec![(format!("{NAMED}/{index}.txt"), text.into_bytes())],
            "",
        );
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "text {index}: {:?}",
            start.elapsed()
        );
    }
}
