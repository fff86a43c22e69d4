//! What the logs of the mail system, registry exports and counters add to the made-up incident.

use super::at;
use crate::analysis::findings::*;
use crate::time::{HOUR, MINUTE, SECOND, Timestamp};

/// Adds deliveries, old mail, delays, settings, counts and what changed, some of it null.
pub fn add(findings: &mut Findings) {
    for message in &mut findings.messages {
        deliver(message);
    }
    let messages = &findings.messages;
    for restart in &mut findings.restarts {
        restart.old_mail = match restart.id.as_str() {
            "R4" | "R5" => Some(old_mail(restart, messages)),
            "R6" => Some(no_old_mail()),
            _ => None,
        };
    }
    findings.delays = delays();
    findings.settings = settings();
    findings.counters = counters();
    if let Some(change) = findings.interventions.get_mut(1) {
        change.not_before = Some(at("2006-03-20T17:00:00Z"));
        change.changes = changes();
        change.evidence = vec!["E21#4".to_owned(), "E22#4".to_owned()];
    }
    findings.observations.push(Observation {
        at: at("2006-03-14T14:45:00Z"),
        server: "BH01".to_owned(),
        place: "mailroot\\vsi 1\\queue".to_owned(),
        count: Some(0),
        note: None,
        evidence: Some("E24#7".to_owned()),
    });
}

/// A restart after which nothing old went out.
fn no_old_mail() -> OldMail {
    OldMail {
        within_s: 900.0,
        messages: 0,
        recipients: 0,
        age_median_s: 0.0,
        age_max_s: 0.0,
        items: Vec::new(),
    }
}

/// The records of a message that R4 or R5 let out; every fifth has one recipient left who was not reached.
fn deliver(message: &mut Message) {
    let started = match message.released_by.as_deref() {
        Some("R4") => at("2006-03-15T11:05:09Z"),
        Some("R5") => at("2006-03-18T08:01:11Z"),
        _ => return,
    };
    let number: i64 = message.id.trim_start_matches('M').parse().unwrap();
    let came = message.entered.latest.unwrap();
    let out = started.plus((20 + 7 * number) * SECOND);
    let to = vec![format!("buyer{}@partner.example", number % 7)];
    let step = |at: Timestamp, step: &str, event: &str, documented, partner: bool, line| Delivery {
        at,
        server: "BH01".to_owned(),
        step: step.to_owned(),
        event: event.to_owned(),
        documented,
        recipients: to.clone(),
        partner: partner.then(|| "mx1.partner.example".to_owned()),
        evidence: format!("E19#{}", 10 * number + line),
    };
    message.submitted_at = Some(came.plus(-8 * SECOND));
    message.deliveries = vec![
        step(
            came.plus(-8 * SECOND),
            "mail_submitted",
            "1027",
            true,
            false,
            1,
        ),
        step(
            out.plus(-3 * SECOND),
            "mail_submitted",
            "1019",
            true,
            false,
            2,
        ),
        step(
            out.plus(-2 * SECOND),
            "mail_queued",
            "1023",
            false,
            false,
            3,
        ),
        step(out, "mail_sent", "1031", true, true, 4),
    ];
    message.recipients_reached = Some(match number % 5 {
        0 => Reached {
            reached: 1,
            of: Some(2),
        },
        1 => Reached {
            reached: 1,
            of: None,
        },
        _ => Reached {
            reached: 1,
            of: Some(1),
        },
    });
}

fn old_mail(restart: &Restart, messages: &[Message]) -> OldMail {
    let mut items: Vec<OldMessage> = messages
        .iter()
        .filter(|m| m.released_by.as_ref() == Some(&restart.id))
        .filter_map(|m| {
            let (submitted_at, last) = (m.submitted_at?, m.deliveries.last()?);
            Some(OldMessage {
                message_id: m.message_id.clone()?,
                message: Some(m.id.clone()),
                submitted_at,
                out_at: last.at,
                age_s: last.at.since(submitted_at) as f64 / SECOND as f64,
                recipients: 1,
                evidence: last.evidence.clone(),
            })
        })
        .collect();
    // One that no scan failure names and no capture lists.
    items.push(OldMessage {
        message_id: "<20060314.unseen@corp.example>".to_owned(),
        message: None,
        submitted_at: restart.at.plus(-26 * HOUR),
        out_at: restart.at.plus(40 * SECOND),
        age_s: 26.0 * 3600.0 + 40.0,
        recipients: 4,
        evidence: "E19#9001".to_owned(),
    });
    items.sort_by(|a, b| b.age_s.total_cmp(&a.age_s));
    OldMail {
        within_s: 900.0,
        messages: items.len() as u64,
        recipients: items.iter().map(|i| i.recipients).sum(),
        age_median_s: items[items.len() / 2].age_s,
        age_max_s: items[0].age_s,
        items,
    }
}

fn delays() -> Vec<Delay> {
    let delay = |server: &str, window: Option<&str>, phase, from: &str, to: &str, numbers| {
        let (messages, times): (u64, Option<(f64, f64)>) = numbers;
        Delay {
            server: server.to_owned(),
            window: window.map(str::to_owned),
            phase,
            from: at(from),
            to: at(to),
            records: messages,
            median_s: times.map(|t| t.0),
            p95_s: times.map(|t| t.1),
        }
    };
    let (w2, w5) = (Some("W2"), Some("W5"));
    let (begin, end) = ("2006-03-12T00:00:00Z", "2006-03-27T00:00:00Z");
    vec![
        delay(
            "BH01",
            None,
            Phase::All,
            begin,
            end,
            (48_211, Some((3.1, 44.0))),
        ),
        delay(
            "BH01",
            w2,
            Phase::Before,
            "2006-03-12T13:41:10Z",
            "2006-03-13T13:41:10Z",
            (3_104, Some((2.9, 11.0))),
        ),
        delay(
            "BH01",
            w2,
            Phase::During,
            "2006-03-13T13:41:10Z",
            "2006-03-15T11:04:30Z",
            (5_920, Some((4.2, 158_400.0))),
        ),
        delay(
            "BH01",
            w2,
            Phase::After,
            "2006-03-15T11:04:30Z",
            "2006-03-16T11:04:30Z",
            (2_871, Some((3.0, 12.5))),
        ),
        delay(
            "BH01",
            w5,
            Phase::Before,
            "2006-03-16T15:24:00Z",
            "2006-03-17T15:24:00Z",
            (2_790, Some((0.0, 9.0))),
        ),
        delay(
            "BH01",
            w5,
            Phase::During,
            "2006-03-17T15:24:00Z",
            "2006-03-17T18:40:00Z",
            (4, None),
        ),
        delay(
            "BH01",
            w5,
            Phase::After,
            "2006-03-17T18:40:00Z",
            "2006-03-18T18:40:00Z",
            (1_210, Some((3.3, 14.0))),
        ),
        delay(
            "BH02",
            None,
            Phase::All,
            "2006-03-21T00:00:00Z",
            end,
            (3, None),
        ),
    ]
}

fn settings() -> Vec<Setting> {
    const SCANNER: &str =
        "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\MSExchangeIS\\VirusScan";
    const TRANSPORT: &str = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Exchange\\TransportAVAPI";
    let setting =
        |time: &str, key: &str, name: &str, value: Option<&str>, documented, cite: &str| Setting {
            at: at(time),
            server: "BH01".to_owned(),
            key: key.to_owned(),
            name: name.to_owned(),
            value: value.map(str::to_owned),
            documented,
            evidence: cite.to_owned(),
        };
    let timeout = |differs| {
        Some(DocumentedSetting {
            default: Some("180".to_owned()),
            range: None,
            unit: Some("seconds".to_owned()),
            meaning: "How long a client waits for the scan of a message.".to_owned(),
            differs,
            source: "administrator's guides of AVG and McAfee".to_owned(),
        })
    };
    let switch = Some(DocumentedSetting {
        default: None,
        range: Some("0 or 1".to_owned()),
        unit: None,
        meaning: "Whether the store has messages scanned.".to_owned(),
        differs: false,
        source: "KB 285667".to_owned(),
    });
    let (first, second) = ("2006-03-20T17:00:00Z", "2006-03-21T03:00:00Z");
    vec![
        setting(
            first,
            SCANNER,
            "Enabled",
            Some("1"),
            switch.clone(),
            "E21#2",
        ),
        setting(
            first,
            SCANNER,
            "ScanTimeout",
            Some("180"),
            timeout(false),
            "E21#4",
        ),
        setting(
            first,
            SCANNER,
            "Vendor",
            Some("As it was found"),
            None,
            "E21#5",
        ),
        setting(first, TRANSPORT, "Enabled", None, None, "E21#9"),
        setting(second, SCANNER, "Enabled", Some("1"), switch, "E22#2"),
        setting(
            second,
            SCANNER,
            "ScanTimeout",
            Some("600"),
            timeout(true),
            "E22#4",
        ),
    ]
}

fn changes() -> Vec<SettingChange> {
    let change = |name: &str, before: Option<&str>, after: Option<&str>| SettingChange {
        key: "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\MSExchangeIS\\VirusScan"
            .to_owned(),
        name: name.to_owned(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    };
    vec![
        change("ReloadNow", Some("1"), None),
        change("ScanTimeout", Some("180"), Some("600")),
        change("ScanningThreads", None, Some("9")),
    ]
}

/// A queue that fills while mail is held, with a gap in its samples, and one that stays empty.
fn counters() -> Vec<Counter> {
    let begin = at("2006-03-12T00:00:00Z");
    let peaks: Vec<CounterPeak> = (0..480_i32)
        .filter(|n| !(200..240).contains(n))
        .map(|n| {
            let at = begin.plus(i64::from(n) * 30 * MINUTE);
            let filled =
                at > super::at("2006-03-13T13:41:10Z") && at < super::at("2006-03-15T11:05:00Z");
            let value = f64::from(n % 4) + if filled { 26.0 + f64::from(n % 9) } else { 0.0 };
            CounterPeak { at, value }
        })
        .collect();
    let top = peaks
        .iter()
        .copied()
        .max_by(|a, b| a.value.total_cmp(&b.value))
        .unwrap();
    let counter = |counter: &str, max, max_at, peaks: Vec<CounterPeak>, cite: &str| Counter {
        server: "BH01".to_owned(),
        counter: counter.to_owned(),
        from: begin,
        to: begin.plus(480 * 30 * MINUTE),
        samples: 14_400,
        min: 0.0,
        median: if max > 0.0 { 2.0 } else { 0.0 },
        max,
        max_at,
        peaks,
        evidence: cite.to_owned(),
    };
    let flat = peaks
        .iter()
        .map(|p| CounterPeak { value: 0.0, ..*p })
        .collect();
    vec![
        counter(
            "\\MSExchangeIS\\Virus Scan Queue Length",
            top.value,
            top.at,
            peaks,
            "E23#2",
        ),
        counter(
            "\\SMTP Server(_Total)\\Local Queue Length",
            0.0,
            begin,
            flat,
            "E23#3",
        ),
    ]
}

/// From when to when the logs of the mail system speak.
pub fn coverage() -> Vec<Coverage> {
    [
        ("BH01", "2006-03-12T00:00:00Z", 412_006),
        ("BH02", "2006-03-21T00:00:00Z", 9_874),
    ]
    .map(|(server, from, records)| Coverage {
        server: server.to_owned(),
        log: "Message tracking".to_owned(),
        from: at(from),
        to: at("2006-03-27T00:00:00Z"),
        records,
        holes: Vec::new(),
    })
    .into()
}
