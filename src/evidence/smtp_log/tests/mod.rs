//! Readings of logs as public samples have them (addresses changed), and of hostile ones.

use std::sync::Arc;

mod local;

use super::*;
use crate::case::{CaseConfig, Source};
use crate::evidence::Followed;
use crate::evidence::model::{FileId, MailRecord, Step};
use crate::evidence::progress::NoProgress;
use crate::profile::{Profile, message_key};
use crate::time::Timestamp;

const HEADER: &str = "#Software: Microsoft Internet Information Services 5.0\r\n#Version: 1.0\r\n\
    #Date: 2006-10-09 05:00:15\r\n#Fields: date time c-ip cs-username s-sitename s-computername s-ip s-port cs-method \
    cs-uri-stem cs-uri-query sc-status sc-win32-status sc-bytes cs-bytes time-taken cs-version cs-host cs(User-Agent) \
    cs(Cookie) cs(Referer) \r\n";

/// One line of the W3C form.
fn w3c(time: &str, who: &str, rest: &str) -> String {
    format!(
        "2006-10-09 {time} {who} SMTPSVC2 MEE-PDC 192.168.1.2 0 {rest} 0 48 13 0 SMTP - - - -\r\n"
    )
}

fn session(ip: &str, id: &str) -> String {
    let who = format!("{ip} h.example");
    [
        w3c("05:00:15", &who, "HELO - +h.example 250"),
        w3c("05:00:16", &who, "MAIL - +FROM:+<s@b.example> 250"),
        w3c("05:00:16", &who, "RCPT - +TO:+<r1@c.example> 250"),
        w3c("05:00:17", &who, "RCPT - +TO:<no@c.example> 550"),
        w3c("05:00:17", &who, "RCPT - +TO:<r2@c.example> 250"),
        w3c("05:00:19", &who, &format!("DATA - +{id} 250")),
        w3c("05:00:19", &who, "QUIT - h.example 240"),
    ]
    .concat()
}

fn read_with(reader: &SmtpReader, bytes: &[u8], config: &str, path: &str, all: bool) -> Reading {
    let file = FoundFile {
        id: FileId(7),
        path: path.into(),
        source: Source::Memory(Arc::from(bytes)),
        format: reader.format(),
        recognised_by: String::new(),
        bytes: bytes.len() as u64,
    };
    let followed = Followed {
        all,
        keys: [
            "<1@b.example>",
            "<000001c6ed61$33a7e690$97cfa8c0@e>",
            "0019E3517201287MAIL01",
        ]
        .map(message_key)
        .into(),
        late_after: i64::MAX,
    };
    let config = CaseConfig::parse(config).unwrap();
    let profile = Profile::shipped("exchange-2003").unwrap();
    let keep = |_: &str, _: &str, _: u16| false;
    let mut context = ReadContext::new(&config, &keep);
    context.followed = &followed;
    context.words = &profile.mail_words;
    let mut stream = EvidenceStream::open(&file, &NoProgress).unwrap();
    reader.read(&file, &mut stream, &context)
}

fn read(reader: &SmtpReader, text: &str, path: &str) -> Reading {
    read_with(reader, text.as_bytes(), "", path, false)
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

fn recipients(record: &MailRecord) -> Vec<&str> {
    record.recipients.iter().map(|to| &**to).collect()
}

#[test]
fn a_message_that_comes_in() {
    let text = [
        HEADER,
        &session("192.0.2.7", "<1@B.example>"),
        &session("192.0.2.8", "<2@b.example>"),
    ]
    .concat();
    let reading = read(&W3C, &text, "x.log");
    assert_eq!(
        (reading.records, whats(&reading), reading.notes.len()),
        (14, vec![], 0)
    );
    let [record] = reading.mail.records.as_slice() else {
        panic!("{:?}", reading.mail.records)
    };
    assert_eq!(
        (record.cite.record, record.time.at),
        (10, at("2006-10-09T05:00:19Z"))
    );
    assert_eq!(
        (record.step, &*record.event, record.documented),
        (Step::Received, "DATA", false)
    );
    assert_eq!(
        (&*record.server, record.virtual_server),
        ("MEE-PDC", Some(2))
    );
    assert_eq!(
        (&*record.message_id, record.partner.as_deref()),
        ("<1@B.example>", Some("192.0.2.7"))
    );
    assert_eq!(
        (record.sender.as_deref(), recipients(record)),
        (Some("s@b.example"), vec!["r1@c.example", "r2@c.example"])
    );
    let [span] = reading.mail.spans.as_slice() else {
        panic!()
    };
    assert_eq!(
        (&*span.server, span.virtual_server, span.lines),
        ("MEE-PDC", Some(2), 14)
    );
    assert_eq!(
        (span.from, span.to),
        (at("2006-10-09T05:00:15Z"), at("2006-10-09T05:00:19Z"))
    );
    // A refused message came from nobody.
    let refused = text.replace("DATA - +<1@B.example> 250", "DATA - +<1@B.example> 550");
    assert_eq!(read(&W3C, &refused, "x.log").mail.records.len(), 0);
}

#[test]
fn connections_of_one_peer_that_mix_name_no_recipients() {
    let one = session("192.0.2.7", "<1@b.example>");
    let lines: Vec<&str> = one.split_inclusive('\n').collect();
    let mixed = [HEADER, lines[1], &lines[..6].concat(), lines[5]].concat();
    let reading = read(&W3C, &mixed, "x.log");
    assert_eq!(reading.mail.records.len(), 2);
    assert!(
        reading
            .mail
            .records
            .iter()
            .all(|record| record.recipients.is_empty() && record.sender.is_none())
    );
}

#[test]
fn a_message_that_goes_out() {
    let command = |time: &str, rest: &str| w3c(time, "192.0.2.9 OutboundConnectionCommand", rest);
    let reply = |time: &str, text: &str| {
        w3c(
            time,
            "192.0.2.9 OutboundConnectionResponse",
            &format!("- - {text} 0"),
        )
    };
    let text = [
        HEADER.to_owned(),
        reply("05:01:00", "220+be01+ESMTP"),
        command("05:01:00", "EHLO - bh01 0"),
        reply("05:01:00", "250-be01+Hello"),
        command("05:01:01", "MAIL - FROM:<s@b.example> 0"),
        // An address in brackets is no message id.
        reply("05:01:01", "250+2.1.0+<1@b.example>+Sender+OK"),
        command("05:01:01", "RCPT - TO:<r1@c.example> 0"),
        reply("05:01:01", "250+2.1.5+<1@b.example>"),
        command("05:01:01", "DATA - - 0"),
        reply("05:01:01", "354+Start+mail+input"),
        reply(
            "05:01:02",
            "250+2.6.0+<1@b.example>+Queued+mail+for+delivery",
        ),
        command("05:01:02", "QUIT - - 0"),
        reply("05:01:02", "221+2.0.0+closing"),
    ]
    .concat();
    let reading = read(&W3C, &text, "x.log");
    let [record] = reading.mail.records.as_slice() else {
        panic!("{:?}", reading.mail.records)
    };
    assert_eq!(
        (record.cite.record, record.step, record.documented),
        (14, Step::SentOn, false)
    );
    assert_eq!(
        (recipients(record), record.sender.as_deref()),
        (vec!["r1@c.example"], Some("s@b.example"))
    );
    assert_eq!(
        (&*record.event, &*record.message_id),
        ("OutboundConnectionResponse", "<1@b.example>")
    );
    let deferred = text.replace(
        "250+2.6.0+<1@b.example>+Queued",
        "451+4.7.0+<1@b.example>+Not+now",
    );
    assert_eq!(read(&W3C, &deferred, "x.log").mail.records.len(), 0);
}

#[test]
fn headers_are_starts_of_the_service() {
    let again = HEADER.replace("05:00:15", "06:30:00");
    let mail = session("192.0.2.7", "<1@b.example>");
    let text = [HEADER, &mail, &again, &mail].concat();
    let reading = read(&W3C, &text, "x.log");
    let starts: Vec<_> = reading
        .mail
        .starts
        .iter()
        .map(|start| {
            (
                start.cite.record,
                &*start.server,
                start.virtual_server,
                start.at.at,
                start.opens_file,
            )
        })
        .collect();
    assert_eq!(
        starts,
        [
            (3, "MEE-PDC", Some(2), at("2006-10-09T05:00:15Z"), true),
            (14, "MEE-PDC", Some(2), at("2006-10-09T06:30:00Z"), false)
        ]
    );
    assert_eq!(reading.records, 14);
    // Nothing but a header: the folder says which virtual server and which server.
    let reading = read(&W3C, HEADER, "bh03/LogFiles/SMTPSVC3/ex061009.log");
    let [start] = reading.mail.starts.as_slice() else {
        panic!()
    };
    assert_eq!(
        (&*start.server, start.virtual_server, start.opens_file),
        ("bh03", Some(3), true)
    );
}

#[test]
fn times_without_dates_and_columns_that_change() {
    // Microsoft's example of the default columns has no date.
    let text = "#Date: 2006-10-09 05:00:15\n#Fields: time c-ip cs-method cs-uri-stem sc-status\n\
                13:17:37 10.3.5.1 MAIL - 250\n13:17:38 10.3.5.1 MAIL - 250 -\n\
                #Fields: time c-ip cs-method cs-uri-query sc-status date s-computername\n\
                13:17:39 10.3.5.1 DATA <1@b.example> 250 2006-10-10 BH01\n\0\0\0\0\n";
    let reading = read(&W3C, text, "x.log");
    assert_eq!((reading.records, reading.damaged), (2, 1));
    assert_eq!(reading.mail.records[0].time.at, at("2006-10-10T13:17:39Z"));
    assert_eq!(reading.notes, ["Its columns change in line 5."]);
    assert!(
        whats(&reading)[0].contains("line 4 (it has 6 fields instead of 5)"),
        "{:?}",
        whats(&reading)
    );
    let spans: Vec<_> = reading
        .mail
        .spans
        .iter()
        .map(|span| (&*span.server, span.lines, span.from, span.to))
        .collect();
    assert_eq!(
        spans,
        [(
            "BH01",
            2,
            at("2006-10-09T13:17:37Z"),
            at("2006-10-10T13:17:39Z")
        )]
    );
    let headless = text.lines().nth(2).unwrap();
    assert!(
        whats(&read(&W3C, headless, "x.log"))[0].contains("no line above it names the columns")
    );
}
