//! Damaged, large and hostile logs.

use super::*;

#[test]
fn rows_that_cannot_be_read_are_counted_and_shown() {
    let good = row("9:0:0", "1031", "<a@x>", "-", "a\tsubject\twith tabs");
    let text = [
        HEADER,
        &good,
        "2006-3-14\t9:0:1 GMT\t10.1.2.3\n",
        &row("9:99:0", "1031", "<a@x>", "-", "-"),
        &row("9:0:0", "-", "<a@x>", "-", "-"),
        "\0\0\0\0\0\0\r\n",
        &format!("\0\0\0{good}"),
        "2006-3-14\t9:0:1 GMT\t10.1",
    ]
    .concat();
    let reading = read_2003(&text, &["a@x"]);
    assert_eq!((reading.records, reading.damaged), (2, 4));
    let shown = |line: String| line.chars().take(120).collect::<String>();
    let expected = format!(
        "4 of 6 lines, half of the file or more, could not be read. The first: line 5 (it has 3 fields instead of 20): \
         `2006-3-14\t9:0:1 GMT\t10.1.2.3`; line 6 (`2006-3-14 9:99:0 GMT` is no time): `{}…`; line 7 (it has no event id): \
         `{}…`.",
        shown(row("9:99:0", "1031", "<a@x>", "-", "-")),
        shown(row("9:0:0", "-", "<a@x>", "-", "-"))
    );
    assert_eq!(whats(&reading), [expected]);
    let subjects: Vec<_> = reading
        .mail
        .records
        .iter()
        .map(|record| record.subject.as_deref())
        .collect();
    assert_eq!(subjects, [Some("a\tsubject\twith tabs"); 2]);
    assert_eq!(
        reading.mail.records[1].sender.as_deref(),
        Some("c@y.example")
    );
    let open = format!(
        "{FIELDS}{}",
        row_2007("11:32:37.448", "a", "b", "SEND", "\"open", "")
    );
    assert!(whats(&read_2007(&open, &[]))[0].contains("a quotation mark is not closed"));
}

#[test]
fn encodings_and_a_server_that_nothing_names() {
    let text =
        format!("{HEADER}{}", row("9:0:0", "1031", "<a@x>", "-", "Straße")).replace("BH01", "-");
    let utf16: Vec<u8> = "\u{feff}"
        .chars()
        .chain(text.chars())
        .collect::<String>()
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let reading = read_as(
        &TRACKING_2003,
        &utf16,
        &followed(&["a@x"], 0),
        "bh07/20060314.log",
    );
    assert_eq!(reading.mail.records[0].subject.as_deref(), Some("Straße"));
    assert_eq!(&*reading.mail.records[0].server, "bh07");
    assert_eq!(
        (
            &*reading.mail.spans[0].server,
            &*reading.mail.traffic[0].server
        ),
        ("bh07", "bh07")
    );
    assert_eq!(
        reading.notes,
        [
            "Its text is UTF-16 (little-endian).",
            "Its lines do not name their server: bh07 by the folder's name."
        ]
    );
    let ansi: Vec<u8> = text
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let reading = read_as(&TRACKING_2003, &ansi, &followed(&["a@x"], 0), "x.log");
    assert_eq!(reading.mail.records[0].subject.as_deref(), Some("Straße"));
    assert_eq!(
        whats(&reading),
        [
            "Some texts were read as windows-1252.",
            "Nothing says which server this log is from."
        ]
    );
}

/// A log of several blocks, read with any number of threads, gives what its rows one by one give.
#[test]
fn parts_are_put_together_in_order() {
    let mut text = HEADER.to_owned();
    let rows = 40_000_u64;
    for number in 0..rows {
        let time = format!("{}:{}:{}", number / 3600, number / 60 % 60, number % 60);
        let id = if number % 1000 == 7 {
            "<a@x>".to_owned()
        } else {
            format!("<{number}@y>")
        };
        text.push_str(&row(&time, "1031", &id, "2006-3-13 0:0:0 GMT", "subject"));
        if number == 25_000 {
            text.push_str(HEADER);
        }
    }
    assert!(text.len() > 6 << 20);
    let readings: Vec<Reading> = [1, 3]
        .iter()
        .map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(*threads)
                .build()
                .unwrap();
            pool.install(|| read_2003(&text, &["a@x"]))
        })
        .collect();
    let lines: Vec<u64> = readings[0]
        .mail
        .records
        .iter()
        .map(|record| record.cite.record)
        .collect();
    let expected: Vec<u64> = (0..rows)
        .filter(|number| number % 1000 == 7)
        .map(|number| number + 4 + if number > 25_000 { 3 } else { 0 })
        .collect();
    assert_eq!(lines, expected);
    assert_eq!(readings[0].records, rows);
    let finals: u64 = readings[0].mail.traffic[0]
        .cells
        .values()
        .map(|cell| cell.finals)
        .sum();
    assert_eq!(
        (finals, readings[0].mail.traffic[0].cells.len()),
        (rows, rows.div_ceil(600) as usize)
    );
    assert_eq!(format!("{:?}", readings[0]), format!("{:?}", readings[1]));
}

#[test]
fn what_is_kept_and_counted_is_bounded() {
    let id = "<a@x>";
    let mut text = HEADER.to_owned();
    for number in 0..100_100_u32 {
        text.push_str(&format!(
            "{}-1-1\t0:0:0\t-\t-\t-\tS{}\t-\t-\t1031\t{id}\t0\t0\t1\t1\t-\t0\t-\t-\t-\t-\n",
            1700 + number / 13,
            number % 100
        ));
    }
    let reading = read_2003(&text, &[id]);
    assert_eq!(
        (reading.mail.records.len(), reading.records),
        (100_000, 100_100)
    );
    assert!(reading.mail.spans.len() <= 64);
    let cells: usize = reading
        .mail
        .traffic
        .iter()
        .map(|traffic| traffic.cells.len())
        .sum();
    assert!(cells <= 366 * 144, "{cells}");
    let whats = whats(&reading);
    assert!(
        whats[0].contains("of more servers, or from more days"),
        "{whats:?}"
    );
    assert!(
        whats[1].contains("the first 100000 were kept and 100 left out"),
        "{whats:?}"
    );
}

proptest::proptest! {
    /// Cut, shuffled and damaged logs give counts that add up, and nothing panics.
    #[test]
    fn damage_is_counted(cut in 0_usize..4000, flips in proptest::collection::vec((0_usize..4000, proptest::num::u8::ANY), 0..30),
                         moved in 0_usize..4000) {
        let good = |form: &str| if form == "2003" {
            format!("{HEADER}{}", row("9:0:0", "1031", "<a@x>", "2006-3-14 8:0:0 GMT", "s\tt").repeat(8))
        } else {
            format!("{FIELDS}{}", row_2007("11:32:37.448", "a", "b", "SEND", "\"a \"\"b\"\"\"", "2018-08-20T09:32:36.448Z").repeat(8))
        };
        for (form, reader) in [("2003", &TRACKING_2003), ("2007", &TRACKING_2007)] {
            let mut bytes = good(form).into_bytes();
            for (place, byte) in &flips {
                let place = place % bytes.len();
                bytes[place] = *byte;
            }
            let moved = moved % bytes.len();
            bytes.rotate_left(moved);
            bytes.truncate(cut);
            let reading = read_as(reader, &bytes, &Followed { all: true, ..Followed::default() }, "x.log");
            let lines = bytes.split(|byte| *byte == b'\n').count() as u64;
            proptest::prop_assert!(reading.records + reading.damaged <= lines);
            proptest::prop_assert!(reading.mail.records.len() as u64 <= reading.records);
            let counted: u64 = reading.mail.spans.iter().map(|span| span.lines).sum();
            proptest::prop_assert_eq!(counted, reading.records);
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..3000)) {
        for reader in [&TRACKING_2003, &TRACKING_2007] {
            read_as(reader, &bytes, &Followed { all: true, ..Followed::default() }, "x.log");
        }
    }
}
