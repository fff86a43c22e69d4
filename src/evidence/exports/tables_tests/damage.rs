//! Damaged, mixed and random exports: counted, never fatal, never more than was there.

use proptest::prelude::*;

use super::*;

const VIEWER: &str = "Level,Date and Time,Source,Event ID,Task Category\r\n\
    Error,3/14/2006 9:30:00 AM,MSExchangeTransport,348,None,\"one, \"\"two\"\"\r\nthree\"\r\n\
    Information,3/14/2006 9:29:00 AM,EventLog,6005,None,started\r\n\
    Warning,3/14/2006 9:28:00 AM,DCOM,10016,None,\"a\r\nb\"\r\n";

const ROWS_2003: &str = "3/14/2006,9:30:00 AM,MSExchangeTransport,Error,None,348,N/A,BH01,one, two\r\nthree\r\n\
    3/14/2006,9:29:00 AM,EventLog,Information,None,6005,N/A,BH01,\"started, \"\"yes\"\"\r\nmore\"\r\n\
    3/14/2006,9:28:00 AM,DCOM,Warning,None,10016,N/A,BH01,a\r\n";

const WIN_EVENT: &str = "\"Message\",\"Id\",\"RecordId\",\"ProviderName\",\"TimeCreated\",\"LevelDisplayName\"\r\n\
    \"one\r\ntwo\",\"348\",\"3\",\"MSExchangeTransport\",\"3/14/2006 9:30:00 AM\",\"Error\"\r\n\
    \"a \"\"b\"\"\",\"6005\",\"2\",\"EventLog\",\"3/14/2006 9:29:00 AM\",\"Information\"\r\n";

const EVENT_LOG: &str = "#TYPE System.Diagnostics.EventLogEntry#System/EventLog/2147489653\r\n\
    \"EventID\",\"Index\",\"EntryType\",\"Message\",\"Source\",\"InstanceId\",\"TimeGenerated\"\r\n\
    \"6005\",\"2\",\"Information\",\"part of the event:'a'\",\"EventLog\",\"2147489653\",\"3/14/2006 9:30:00 AM\"\r\n\
    \"6006\",\"1\",\"Information\",\"x\r\ny\",\"EventLog\",\"2147489654\",\"3/14/2006 9:29:00 AM\"\r\n";

const LOG_PARSER_ROWS: &str = "EventLog,RecordNumber,TimeGenerated,EventID,EventType,SourceName,Strings,Message\r\n\
    System,2,2006-03-14 09:30:00,7036,4,Service Control Manager,a|running,\"The a, service\"\r\n\
    System,1,2006-03-14 09:29:00,6005,4,EventLog,,started\r\n";

const SAMPLES: [(Format, &str); 5] = [
    (Format::EventViewerCsv, VIEWER),
    (Format::EventViewer2003, ROWS_2003),
    (Format::WinEventCsv, WIN_EVENT),
    (Format::EventLogCsv, EVENT_LOG),
    (Format::LogParserCsv, LOG_PARSER_ROWS),
];

#[test]
fn the_samples_are_sound() {
    for (expected, text) in SAMPLES {
        let (format, reading) = read(text);
        assert_eq!((format, reading.damaged), (expected, 0));
        assert!(reading.records >= 2);
    }
}

#[test]
fn rows_that_fail_are_shown() {
    let text = VIEWER
        .replace("348", "none")
        .replace("3/14/2006 9:28:00 AM", "yesterday");
    let (_, reading) = read(&text);
    assert_eq!((reading.records, reading.damaged), (1, 2));
    let what = whats(&reading);
    assert!(
        what.contains("2 of 3 rows, half of the file or more,"),
        "{what}"
    );
    assert!(what.contains("`none` is no event id"), "{what}");
    assert!(what.contains("`yesterday` is no time"), "{what}");
    let (_, reading) = read(&ROWS_2003.replace("EventLog", " "));
    assert!(whats(&reading).contains("row 2 (it has no source)"));
}

/// The first export breaks off inside a description, the second follows with its own header.
#[test]
fn two_exports_in_one_file() {
    let cut = VIEWER.get(..VIEWER.len() - 5).unwrap();
    let (_, reading) = read(&format!("{cut}\r\n{VIEWER}"));
    assert_eq!(
        (reading.records, reading.damaged),
        (5, 1),
        "{}",
        whats(&reading)
    );
    let (_, reading) = read(&format!("{EVENT_LOG}{EVENT_LOG}"));
    assert_eq!((reading.records, reading.damaged), (4, 0));
}

#[test]
fn a_record_that_breaks_off_is_no_record() {
    let at = VIEWER.rfind("\r\nb").unwrap();
    let (_, reading) = read(VIEWER.get(..at).unwrap());
    assert_eq!((reading.records, reading.damaged), (2, 1));
    let (_, reading) = read(ROWS_2003.get(..ROWS_2003.len() - 12).unwrap());
    assert_eq!((reading.records, reading.damaged), (2, 1));
}

#[test]
fn identifiers_that_contradict_each_other() {
    let (_, reading) = read(&EVENT_LOG.replace("\"6005\"", "\"6013\""));
    assert!(
        whats(&reading).contains("contradict"),
        "{}",
        whats(&reading)
    );
}

#[test]
fn a_wrong_form_is_a_problem_and_nothing_else() {
    for (format, _) in SAMPLES {
        let reading = read_as(format, b"neither header\nnor rows\n");
        assert_eq!(reading.records, 0);
        assert!(!reading.problems.is_empty());
    }
}

/// What no export holds costs neither the records before it nor more than a moment.
#[test]
fn long_lines_and_many_cells() {
    for (format, text) in SAMPLES {
        for more in [
            ",".repeat(300_000),
            "\"".repeat(300_001),
            ",\"".repeat(200_000),
            "3/14/2006,9:30:00 AM,".repeat(20_000),
        ] {
            let reading = read_as(format, format!("{text}{more}\r\n").as_bytes());
            assert!(reading.records >= 2, "{format:?}");
        }
    }
}

/// Lines that could each be a row: no reader may find more records than these.
fn lines(text: &str) -> u64 {
    text.lines().count() as u64
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn cut_anywhere(sample in 0..SAMPLES.len(), from in 0..100_usize, to in 0..700_usize) {
        let (format, text) = SAMPLES[sample];
        let cut: String = text.chars().skip(from).take(to).collect();
        let reading = read_as(format, cut.as_bytes());
        prop_assert!(reading.records <= lines(&cut));
        // Recognition alone must cope as well.
        let _ = recognise(&Head::new(cut.as_bytes(), 1_000_000, false, None));
    }

    #[test]
    fn lines_in_another_order(
        sample in 0..SAMPLES.len(),
        order in prop::collection::vec(0..10_usize, 0..20),
    ) {
        let (format, text) = SAMPLES[sample];
        let all: Vec<&str> = text.split_inclusive('\n').collect();
        let shuffled: String = order.iter().filter_map(|&at| all.get(at).copied()).collect();
        let reading = read_as(format, shuffled.as_bytes());
        prop_assert!(reading.records <= lines(&shuffled));
    }

    #[test]
    fn characters_exchanged(
        sample in 0..SAMPLES.len(),
        changes in prop::collection::vec((0..700_usize, "[,;\t\"\r\n0a\u{e9}\u{200e}\u{feff}]"), 1..8),
    ) {
        let (format, text) = SAMPLES[sample];
        let mut characters: Vec<char> = text.chars().collect();
        for (at, new) in changes {
            if let (Some(old), Some(new)) = (characters.get_mut(at), new.chars().next()) {
                *old = new;
            }
        }
        let changed: String = characters.into_iter().collect();
        let reading = read_as(format, changed.as_bytes());
        prop_assert!(reading.records <= lines(&changed));
    }

    #[test]
    fn any_bytes(format in 0..SAMPLES.len(), bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let (format, _) = SAMPLES[format];
        read_as(format, &bytes);
    }

    /// One row's damage is that row's: the others come out as they are.
    #[test]
    fn damage_stays_in_its_row(garbage in "[a-z ,;\"]{0,40}") {
        let rows: Vec<&str> = VIEWER.split_inclusive("\r\n").collect();
        let good = "Warning,3/14/2006 9:28:00 AM,DCOM,10016,None,x\r\n";
        let text = format!("{}{good}{garbage}\r\n{good}{good}", rows[0]);
        let reading = read_as(Format::EventViewerCsv, text.as_bytes());
        prop_assert_eq!(reading.records, 3, "{}", text);
    }
}
