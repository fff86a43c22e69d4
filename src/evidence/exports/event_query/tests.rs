//! The three formats, with and without header.

use proptest::prelude::*;

use super::super::lines::trial::{events, read};
use super::*;

const PREAMBLE: &str = "Microsoft (R) Windows Script Host Version 5.6\r\n\
    Copyright (C) Microsoft Corporation 1996-2001. All rights reserved.\r\n\r\n\r\n\
    ------------------------------------------------------------------------------\r\n\
    Listing the events in 'system' log of host 'BRIDGEHEAD-0001'\r\n\
    ------------------------------------------------------------------------------\r\n";

/// Header and row with the widths of the public samples.
const TABLE: &str = "Type          Event  Date Time                Source            ComputerName   Category        User                 Description\r\n\
    ------------- ------ ------------------------ ----------------- -------------- --------------- -------------------- -----------\r\n\
    information   7036   08/09/2010 10:14:38      Service Control M BRIDGEHEAD-000 None            N/A                  The IIS Admin Service service entered the stopped state.     \r\n\
    error         7000   08/09/2010 10:14:39      Service Control M BRIDGEHEAD-000 None            NT AUTHORITY\\SYSTEM  The X service failed to start due to the following error:  The service cannot be started.   \r\n";

#[test]
fn a_table_with_cut_off_names() {
    let reading = read(parse, "x.txt", &[PREAMBLE, TABLE].concat());
    assert_eq!((reading.records, reading.damaged), (2, 0), "{reading:?}");
    let events = events(&reading);
    let [(first, at), (second, _)] = events.as_slice() else {
        panic!("{events:?}");
    };
    assert_eq!(at, "08/09/2010 10:14:38");
    assert_eq!(&*first.provider, "Service Control Manager");
    assert_eq!(
        (&*first.computer, &*first.channel),
        ("BRIDGEHEAD-0001", "System")
    );
    assert_eq!(
        (first.id, first.level, first.user.as_deref()),
        (7036, Level::Information, None)
    );
    assert_eq!(
        first.text.as_deref(),
        Some("The IIS Admin Service service entered the stopped state.")
    );
    assert_eq!(second.user.as_deref(), Some("NT AUTHORITY\\SYSTEM"));
    assert!(
        second
            .text
            .as_deref()
            .unwrap()
            .starts_with("The X service failed")
    );
    assert!(
        reading
            .notes
            .iter()
            .any(|note| note.contains("2 of them were completed"))
    );
}

#[test]
fn a_table_without_header_or_details() {
    let rows: String = TABLE
        .lines()
        .skip(2)
        .map(|row| format!("{row}\n"))
        .collect();
    assert_eq!(read(parse, "x.txt", &[PREAMBLE, &rows].concat()).records, 2);
    let short: String = TABLE
        .lines()
        .filter_map(|row| row.get(..79))
        .map(|row| format!("{row}\n"))
        .collect();
    let reading = read(parse, "x.txt", &[PREAMBLE, &short].concat());
    assert_eq!((reading.records, reading.damaged), (2, 0));
    assert!(
        events(&reading)
            .iter()
            .all(|(event, _)| event.text.is_none())
    );
}

/// The rows of the public samples, with other names in them.
const CSV: &str = "\"Type\",\"Event\",\"Date Time\",\"Source\",\"ComputerName\",\"Category\",\"User\",\"Description\"\r\n\
    \"information\",\"7036\",\"10/04/2010 16:31:23\",\"Service Control Manager\",\"BH01\",\"None\",\"N/A\",\"The IIS Admin Service service entered the running state.\"\r\n\
    \"audit success\",\"520\",\"10/04/2010 16:31:17\",\"Security\",\"BH01\",\"None\",\"NT AUTHORITY\\SYSTEM\",\"He said \"now\", and\r\n\r\nmeant it, \"\"so\"\".\"\r\n\
    \"error\",\"348\",\"10/04/2010 16:31:12\",\"MSExchangeTransport\",\"BH01\",\"Exchange Store Driver\",\"N/A\",\"A, b\",\"c.\"\r\n";

#[test]
fn csv_with_quotes_and_lines_in_messages() {
    for text in [[PREAMBLE, CSV].concat(), CSV.to_owned()] {
        let reading = read(parse, "x.txt", &text);
        assert_eq!((reading.records, reading.damaged), (3, 0), "{reading:?}");
        let texts: Vec<_> = events(&reading)
            .into_iter()
            .filter_map(|(event, _)| event.text)
            .collect();
        assert_eq!(
            texts,
            [
                "The IIS Admin Service service entered the running state.",
                "He said \"now\", and\n\nmeant it, \"so\".",
                "A, b\",\"c.",
            ]
        );
    }
    let headless: String = CSV.lines().skip(1).map(|row| format!("{row}\n")).collect();
    assert_eq!(
        read(parse, "x.txt", &[PREAMBLE, &headless].concat()).records,
        3
    );
}

#[test]
fn a_list() {
    let list = "\r\nType:         error\r\nEvent:        348\r\nDate Time:    10/04/2010 16:31:12\r\n\
        Source:       MSExchangeTransport\r\nComputerName: BH01\r\nCategory:     None\r\nUser:         N/A\r\n\
        Description:  A message: not scanned.\r\nMore: of it.\r\n\r\nType:         warning\r\nEvent:        1\r\n\
        Date Time:    10/04/2010 16:31:13\r\nSource:       X\r\nComputerName: BH01\r\n";
    let reading = read(parse, "x.txt", &[PREAMBLE, list].concat());
    let events = events(&reading);
    assert_eq!(events.len(), 2, "{reading:?}");
    let (first, _) = events.first().unwrap();
    assert_eq!(
        first.text.as_deref(),
        Some("A message: not scanned.\nMore: of it.")
    );
    assert!(reading.notes.iter().any(|note| note.contains("inferred")));
}

#[test]
fn rows_that_fit_nothing_are_failed() {
    let text = [
        PREAMBLE,
        TABLE.lines().next().unwrap(),
        "\r\ngarbage without columns\r\n",
    ]
    .concat();
    let reading = read(parse, "x.txt", &text);
    assert_eq!((reading.records, reading.damaged), (0, 1));
    let unclosed = CSV.trim_end().trim_end_matches('"');
    let reading = read(parse, "x.txt", unclosed);
    assert_eq!((reading.records, reading.damaged), (2, 1));
}

proptest! {
    #[test]
    fn shuffled_and_cut_outputs_give_no_more_than_they_hold(
        order in proptest::collection::vec(0_usize..20, 0..40), cut in 0_usize..3000,
    ) {
        let sample = [PREAMBLE, TABLE, PREAMBLE, CSV].concat();
        let pieces: Vec<&str> = sample.split_inclusive('\n').collect();
        let text: String = order.iter().filter_map(|at| pieces.get(*at).copied()).collect();
        let text: String = text.chars().take(cut).collect();
        let reading = read(parse, "x.txt", &text);
        prop_assert!(reading.records <= text.matches("2010").count() as u64);
    }
}
