//! Readings of forged logs compared with the lines that they were forged from, and of hostile ones.

mod damage;

use std::sync::Arc;

use super::*;
use crate::case::{CaseConfig, Source};
use crate::evidence::Followed;
use crate::evidence::model::{FileId, MailRecord, Step};
use crate::evidence::progress::NoProgress;
use crate::profile::{Profile, message_key};
use crate::time::{MINUTE, SECOND, Timestamp};

const HEADER: &str = "# Message Tracking Log File\r\n# Exchange System Attendant Version 6.5.7638.1\r\n\
    # Date\tTime\tclient-ip\tClient-hostname\tPartner-Name\tServer-hostname\tserver-IP\tRecipient-Address\tEvent-ID\t\
    MSGID\tPriority\tRecipient-Report-Status\ttotal-bytes\tNumber-Recipients\tOrigination-Time\tEncryption\t\
    service-Version\tLinked-MSGID\tMessage-Subject\tSender-Address\r\n";

const FIELDS: &str = "#Software: Microsoft Exchange Server\r\n#Version: 14.03.0123.002\r\n\
    #Log-type: Message Tracking Log\r\n#Date: 2018-08-20T00:00:00.000Z\r\n#Fields: date-time,client-ip,client-hostname,\
    server-ip,server-hostname,source-context,connector-id,source,event-id,internal-message-id,message-id,\
    recipient-address,recipient-status,total-bytes,recipient-count,related-recipient-address,reference,message-subject,\
    sender-address,return-path,message-info\r\n";

/// A row of 2003 that says something in every column that is read.
fn row(time: &str, event: &str, id: &str, originated: &str, subject: &str) -> String {
    format!(
        "2006-3-14\t{time} GMT\t10.1.2.3\tfe01\tbe01.corp.example\tBH01\t10.1.0.21\ta@x.example\t{event}\t{id}\t0\t0\t\
         4321\t2\t{originated}\t0\tVersion: 6.0.3790.1830\t-\t{subject}\tc@y.example\r\n"
    )
}

fn row_2007(
    time: &str,
    client: &str,
    server: &str,
    event: &str,
    subject: &str,
    info: &str,
) -> String {
    format!(
        "2018-08-20T{time}Z,10.2.3.4,{client},10.2.3.5,{server},08D5;x,,SMTP,{event},4711,<1@x.example>,\
         a@x.example;b@x.example,,4321,2,,,{subject},c@y.example,c@y.example,{info}\r\n"
    )
}

fn followed(ids: &[&str], late_after: i64) -> Followed {
    Followed {
        all: false,
        keys: ids.iter().map(|id| message_key(id)).collect(),
        late_after,
    }
}

fn read_as(reader: &TrackingReader, bytes: &[u8], followed: &Followed, path: &str) -> Reading {
    let file = FoundFile {
        id: FileId(7),
        path: path.into(),
        source: Source::Memory(Arc::from(bytes)),
        format: reader.format(),
        recognised_by: String::new(),
        bytes: bytes.len() as u64,
    };
    let config = CaseConfig::default();
    let profile = Profile::shipped("exchange-2003").unwrap();
    let keep = |_: &str, _: &str, _: u16| false;
    let mut context = ReadContext::new(&config, &keep);
    context.followed = followed;
    context.words = &profile.mail_words;
    let mut stream = EvidenceStream::open(&file, &NoProgress).unwrap();
    reader.read(&file, &mut stream, &context)
}

fn read_2003(text: &str, ids: &[&str]) -> Reading {
    read_as(
        &TRACKING_2003,
        text.as_bytes(),
        &followed(ids, i64::MAX),
        "x.log",
    )
}

fn read_2007(text: &str, ids: &[&str]) -> Reading {
    read_as(
        &TRACKING_2007,
        text.as_bytes(),
        &followed(ids, i64::MAX),
        "x.log",
    )
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

fn whats(reading: &Reading) -> Vec<&str> {
    reading
        .problems
        .iter()
        .map(|problem| problem.what.as_str())
        .collect()
}

/// Number of the line, and the step.
fn steps(records: &[MailRecord]) -> Vec<(u64, Step, bool)> {
    let step = |record: &MailRecord| (record.cite.record, record.step, record.documented);
    records.iter().map(step).collect()
}

#[test]
fn every_column_of_2003() {
    let text = [
        HEADER,
        &row(
            "9:5:7",
            "1031",
            "<A@X.example>",
            "2006-3-14 8:0:0 GMT",
            "Price, \"new\"",
        ),
        &row("9:5:8", "1031", "<other@x.example>", "-", "-"),
    ]
    .concat();
    let reading = read_2003(&text, &["<A@x.EXAMPLE>"]);
    assert_eq!(
        (reading.records, reading.damaged, reading.problems.len()),
        (2, 0, 0)
    );
    assert_eq!(reading.notes, [""; 0]);
    let [record] = reading.mail.records.as_slice() else {
        panic!("{:?}", reading.mail)
    };
    assert_eq!(record.cite.record, 4);
    assert_eq!(
        (record.time.at, record.time.precision),
        (at("2006-03-14T09:05:07Z"), SECOND)
    );
    assert_eq!(record.time.original.as_deref(), Some("2006-3-14 9:5:7 GMT"));
    assert_eq!(
        (&*record.server, record.partner.as_deref()),
        ("BH01", Some("be01.corp.example"))
    );
    assert_eq!(
        (record.step, &*record.event, record.documented),
        (Step::SentOn, "1031", true)
    );
    assert_eq!(&*record.message_id, "<A@X.example>");
    let recipients: Vec<&str> = record.recipients.iter().map(|to| &**to).collect();
    assert_eq!(
        (recipients.as_slice(), record.recipient_count),
        (&["a@x.example"][..], Some(2))
    );
    assert_eq!(record.subject.as_deref(), Some("Price, \"new\""));
    assert_eq!(
        (record.sender.as_deref(), record.size),
        (Some("c@y.example"), Some(4321))
    );
    let originated = record.originated.as_ref().unwrap();
    assert_eq!(
        (originated.at, originated.precision),
        (at("2006-03-14T08:00:00Z"), SECOND)
    );

    let [span] = reading.mail.spans.as_slice() else {
        panic!()
    };
    assert_eq!(
        (&*span.server, span.lines, span.cite.record),
        ("BH01", 2, 4)
    );
    assert_eq!(
        (span.from, span.to),
        (at("2006-03-14T09:05:07Z"), at("2006-03-14T09:05:08Z"))
    );
    let [traffic] = reading.mail.traffic.as_slice() else {
        panic!()
    };
    let cells: Vec<_> = traffic.cells.values().collect();
    assert_eq!(
        (cells[0].lines, cells[0].finals, cells[0].delays.count()),
        (2, 2, 1)
    );
    // 3,907 seconds from origination, within the one per cent of the sketch.
    let delay = cells[0].delays.quantile(0.5).unwrap();
    assert!((delay - 3907.0).abs() < 40.0, "{delay}");
}

#[test]
fn words_of_2003() {
    let events = [
        "1019", "1020", "1023", "1024", "1025", "1027", "1028", "1030", "1031", "1033", "1034",
        "1036", "26",
    ];
    let rows: String = events
        .iter()
        .map(|event| row("0:0:1", event, "<a@x>", "-", "-"))
        .collect();
    let reading = read_2003(&format!("{HEADER}{rows}"), &["a@x"]);
    let found: Vec<_> = reading
        .mail
        .records
        .iter()
        .map(|record| (record.step, record.documented))
        .collect();
    // domain: KB 821905 and "Message History" name ten of these; the rest is inferred.
    let expected = [
        (Step::Submitted, true),
        (Step::TransferStarted, true),
        (Step::Queued, false),
        (Step::Categorised, true),
        (Step::Submitted, true),
        (Step::FromStore, true),
        (Step::Delivered, false),
        (Step::Failed, false),
        (Step::SentOn, true),
        (Step::Queued, true),
        (Step::Queued, true),
        (Step::Queued, false),
        (Step::Other, false),
    ];
    assert_eq!(found, expected);
    assert_eq!(&*reading.mail.records[12].event, "26");
}

#[test]
fn servers_and_columns_of_2007() {
    // As in a public output of Get-MessageTrackingLog: RECEIVE on HUB12 from a client, DELIVER by HUB12 to MBX68.
    let text = [
        "\u{feff}",
        FIELDS,
        &row_2007(
            "11:32:37.448",
            "PALKPC",
            "HUB12",
            "RECEIVE",
            "\"Price, \"\"new\"\"\"",
            "07I: NTS:",
        ),
        &row_2007(
            "11:32:37.969",
            "HUB12",
            "MBX68",
            "DELIVER",
            "x",
            "2018-08-20T09:32:36.448Z;SRV=HUB12:TOTAL=0",
        ),
        &row_2007("11:32:38.000", "", "", "EXPAND", "x", ""),
        &row_2007(
            "11:32:39.000",
            "",
            "",
            "HARECEIVE",
            "x",
            "2018-08-20T09:32:36.448Z",
        ),
    ]
    .concat();
    let reading = read_2007(&text, &["<1@x.example>"]);
    assert_eq!((reading.records, whats(&reading)), (4, vec![]));
    let records = &reading.mail.records;
    assert!(
        records.iter().all(|record| &*record.server == "HUB12"),
        "{records:?}"
    );
    assert_eq!(
        steps(records),
        [
            (6, Step::Received, true),
            (7, Step::Delivered, true),
            (8, Step::Other, true),
            (9, Step::Other, false)
        ]
    );
    assert_eq!(records[0].partner.as_deref(), Some("PALKPC"));
    assert_eq!(records[1].partner.as_deref(), Some("MBX68"));
    assert_eq!(
        (
            records[0].originated.is_some(),
            records[3].originated.is_some()
        ),
        (false, false)
    );
    let originated = records[1].originated.as_ref().unwrap();
    assert_eq!(
        (originated.at, originated.precision),
        (at("2018-08-20T09:32:36.448Z"), 1000)
    );
    assert_eq!(records[0].subject.as_deref(), Some("Price, \"new\""));
    let recipients: Vec<&str> = records[1].recipients.iter().map(|to| &**to).collect();
    assert_eq!(recipients, ["a@x.example", "b@x.example"]);
    let spans: Vec<_> = reading
        .mail
        .spans
        .iter()
        .map(|span| (&*span.server, span.lines))
        .collect();
    assert_eq!(spans, [("HUB12", 4)]);
    assert_eq!(reading.mail.traffic.len(), 1);
}

#[test]
fn late_messages_are_kept_though_nobody_follows_them() {
    let text = [
        HEADER,
        &row("9:0:0", "1031", "<late@x>", "2006-3-14 8:45:0 GMT", "-"),
        &row("9:0:0", "1031", "<soon@x>", "2006-3-14 8:45:1 GMT", "-"),
        // What is inferred decides nothing, and what is no end neither.
        &row("9:0:0", "1028", "<late@x>", "2006-3-14 8:0:0 GMT", "-"),
        &row("9:0:0", "1020", "<late@x>", "2006-3-14 8:0:0 GMT", "-"),
        // KB 246965: a number of seconds, valid for mail of the organisation alone.
        &row("9:0:0", "1031", "<number@x>", "123456789", "-"),
    ]
    .concat();
    let reading = read_as(
        &TRACKING_2003,
        text.as_bytes(),
        &followed(&[], 15 * MINUTE),
        "x.log",
    );
    let ids: Vec<&str> = reading
        .mail
        .records
        .iter()
        .map(|record| &*record.message_id)
        .collect();
    assert_eq!(ids, ["<late@x>"]);
    assert_eq!(reading.records, 5);
    let all = Followed {
        all: true,
        ..Followed::default()
    };
    let reading = read_as(&TRACKING_2003, text.as_bytes(), &all, "x.log");
    assert_eq!(reading.mail.records.len(), 5);
}

#[test]
fn without_header_and_with_columns_that_change() {
    let headless = row("9:0:0", "1031", "<a@x>", "-", "-");
    let reading = read_2003(&headless, &["a@x"]);
    assert_eq!((reading.mail.records.len(), whats(&reading)), (1, vec![]));
    assert!(
        reading.notes[0].contains("by their position"),
        "{:?}",
        reading.notes
    );
    // The documented columns alone.
    let short: String = headless.split('\t').take(16).collect::<Vec<_>>().join("\t");
    assert_eq!(
        read_2003(&format!("{short}\r\n"), &["a@x"])
            .mail
            .records
            .len(),
        1
    );

    let changed = format!(
        "{HEADER}{headless}# MSGID\tEvent-ID\tServer-hostname\tTime\tDate\n<a@x>\t1019\tBH02\t9:0:1\t2006-3-14\n"
    );
    let reading = read_2003(&changed, &["a@x"]);
    assert_eq!(
        steps(&reading.mail.records),
        [(4, Step::SentOn, true), (6, Step::Submitted, true)]
    );
    assert_eq!(reading.notes, ["Its columns change in line 5."]);
    assert_eq!(&*reading.mail.records[1].server, "BH02");

    let lacking = format!(
        "{HEADER}{headless}# Date\tTime\tServer-hostname\tMSGID\n2006-3-14\t9:0:1\tBH01\t<a@x>\n"
    );
    let reading = read_2003(&lacking, &["a@x"]);
    assert_eq!((reading.records, reading.damaged), (1, 1));
    assert!(
        whats(&reading)[0].contains("(line 5) does not name Event-ID"),
        "{:?}",
        whats(&reading)
    );

    let unknown = HEADER.replace("6.5.7638.1", "7.0.1");
    let reading = read_2003(&format!("{unknown}{headless}"), &["a@x"]);
    assert_eq!(reading.mail.records.len(), 1);
    assert!(reading.notes[0].starts_with("Its header names version 7.0.1"));
    let headless = row_2007("11:32:37.448", "a", "b", "SEND", "x", "");
    assert_eq!(read_2007(&headless, &["1@x.example"]).damaged, 1);
}
