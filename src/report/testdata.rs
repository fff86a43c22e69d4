//! Made-up findings for the report's own tests: an incident like the one of the article, on four servers over three
//! weeks, with everything that a report can hold. Numbers agree with each other where the tests compare them.

use crate::analysis::findings::*;
use crate::time::{HOUR, Interval, MINUTE, SECOND, Timestamp};
use crate::timeline::row::Row;

/// An instant, written as `2006-03-14T14:30:00Z`.
pub fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

/// A residence of which nothing is known.
pub fn message(id: &str, server: &str) -> Message {
    Message {
        id: id.to_owned(),
        message_id: None,
        server: server.to_owned(),
        place: None,
        place_basis: PlaceBasis::Unknown,
        entered: Interval::default(),
        left: Interval::default(),
        stayed_s: Stay::default(),
        status: Status::Unknown,
        released_by: None,
        release_candidates: Vec::new(),
        scan_failures: 0,
        error_codes: Vec::new(),
        confidence: Confidence::Possible,
        why: String::new(),
        release_confidence: None,
        release_why: String::new(),
        subject: None,
        sender: None,
        recipients: Vec::new(),
        size: None,
        message_class: None,
        evidence: Vec::new(),
    }
}

/// The findings of a case without any evidence.
pub fn empty() -> Findings {
    Findings {
        schema: SCHEMA.to_owned(),
        case: CaseInfo {
            name: "Case 0".to_owned(),
            profile: "exchange-2003".to_owned(),
            time_zone: None,
            evidence_sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
                .to_owned(),
            options: Options {
                stuck_after_s: 900.0,
                since: None,
                until: None,
            },
        },
        tool: Tool {
            name: "stuckmail".to_owned(),
            version: "0.1.0".to_owned(),
        },
        verdict: Verdict {
            state: State::Unknown,
            sentence: "Nothing in the evidence speaks of mail.".to_owned(),
            as_of: None,
            reasons: vec!["No evidence file was recognised.".to_owned()],
        },
        servers: Vec::new(),
        bursts: Vec::new(),
        restarts: Vec::new(),
        windows: Vec::new(),
        messages: Vec::new(),
        interventions: Vec::new(),
        observations: Vec::new(),
        captures: Vec::new(),
        coverage: Vec::new(),
        problems: Vec::new(),
        evidence: Vec::new(),
    }
}

/// A case whose logs hold nothing of note: no 348, no capture, two restarts.
pub fn quiet() -> Findings {
    let full = findings();
    Findings {
        case: CaseInfo {
            name: "Quiet".to_owned(),
            ..full.case
        },
        verdict: Verdict {
            state: State::Unknown,
            sentence: "No scan failure was logged, but no temp table was looked at.".to_owned(),
            as_of: Some(at("2006-03-27T05:00:00Z")),
            reasons: vec!["Mail can be held without event 348 (KB 950757).".to_owned()],
        },
        servers: full
            .servers
            .into_iter()
            .map(|s| Server {
                scan_failures: 0,
                last_scan_failure: None,
                held_now: CountBand::default(),
                places: Vec::new(),
                ..s
            })
            .collect(),
        restarts: full
            .restarts
            .into_iter()
            .take(2)
            .map(|r| Restart {
                released: Released::default(),
                held_before: None,
                windows: Vec::new(),
                ..r
            })
            .collect(),
        coverage: full.coverage,
        evidence: full.evidence,
        ..empty()
    }
}

/// The whole incident.
pub fn findings() -> Findings {
    let mut messages = Vec::new();
    for group in GROUPS {
        group.add(&mut messages);
    }
    messages.sort_by(|a, b| {
        a.entered
            .latest
            .cmp(&b.entered.latest)
            .then(a.id.cmp(&b.id))
    });
    for (i, m) in messages.iter_mut().enumerate() {
        m.id = format!("M{}", i + 1);
    }
    let windows = windows(&messages);
    Findings {
        case: CaseInfo {
            name: "Case 42".to_owned(),
            time_zone: Some("America/New_York".to_owned()),
            evidence_sha256: "9f2c7a51d0c4b8e36d1f5a7b90e2c4d6f8a1b3c5d7e9f0a2b4c6d8e0f1a3b5c7".to_owned(),
            ..empty().case
        },
        verdict: Verdict {
            state: State::AtRisk,
            sentence: "Mail was stuck on BH01 and BH02 three times between 8 and 19 March. It is over on BH01; on \
                       BH02 event 348 was logged again after the last restart and TempTable#1 was not looked at since."
                .to_owned(),
            as_of: Some(at("2006-03-27T05:00:00Z")),
            reasons: vec![
                "BH02: 2 events 348 after restart R6, no complete capture of every table followed.".to_owned(),
                "BH01: both tables were seen empty on 21 March, after the last event 348.".to_owned(),
                "FE01 and BE01: no event 348 in 1,008 covered hours, no temp table looked at.".to_owned(),
                "The clock of BH02 was 2 min 13 s ahead and was corrected by that much.".to_owned(),
            ],
        },
        servers: servers(),
        bursts: bursts(),
        restarts: restarts(&messages),
        windows,
        interventions: interventions(),
        observations: vec![Observation {
            at: at("2006-03-14T14:40:00Z"),
            server: "BH01".to_owned(),
            place: "TempTable#1".to_owned(),
            count: Some(31),
            note: Some("Messages pending submission was empty".to_owned()),
        }],
        captures: captures(),
        coverage: coverage(),
        problems: problems(),
        evidence: evidence(),
        messages,
        ..empty()
    }
}

/// The rows of the timeline that belong to [`findings`]: every scan failure, restart, capture and change.
pub fn rows(findings: &Findings) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut record = 4000;
    for burst in &findings.bursts {
        let step = burst.end.since(burst.start) / i64::try_from(burst.events).unwrap().max(1);
        for i in 0..i64::try_from(burst.events).unwrap() {
            record += 3;
            let name = format!("<20060308{:04}.GA@corp.example>", i % 60);
            rows.push(failure(
                burst.start.plus(i * step),
                &burst.server,
                record,
                &name,
            ));
        }
    }
    // Outside of bursts, some failures on the bridgeheads, until the change.
    for day in 6..20 {
        for (server, hour) in [("BH01", 9), ("BH02", 16)] {
            record += 7;
            let time = at(&format!(
                "2006-03-{day:02}T{hour:02}:{:02}:07Z",
                (day * 7) % 60
            ));
            rows.push(failure(
                time,
                server,
                record,
                &format!("<lone{day}@corp.example>"),
            ));
        }
    }
    for restart in &findings.restarts {
        let Some(time) = restart.started_at else {
            continue;
        };
        let summary = format!("SMTP runs again ({})", restart.id);
        let evidence = restart.evidence.first().cloned().unwrap_or_default();
        rows.push(Row {
            time,
            kind: "restart".to_owned(),
            summary,
            evidence,
            ..blank(&restart.server)
        });
    }
    for c in &findings.captures {
        let kind = if c.count == 0 { "empty_table" } else { "seen" };
        rows.push(Row {
            time: c.at,
            kind: kind.to_owned(),
            place: Some(c.place.clone()),
            summary: format!("{} lists {} messages", c.place, c.count),
            evidence: c.evidence.clone(),
            ..blank(&c.server)
        });
    }
    for change in &findings.interventions {
        rows.push(Row {
            time: change.at,
            kind: "intervention".to_owned(),
            summary: change.what.clone(),
            ..blank(change.server.as_deref().unwrap_or_default())
        });
    }
    rows.sort();
    rows
}

fn failure(time: Timestamp, server: &str, record: u64, message_id: &str) -> Row {
    Row {
        time,
        kind: "scan_failure".to_owned(),
        message_id: Some(message_id.to_owned()),
        log: Some("Application".to_owned()),
        provider: Some("MSExchangeTransport".to_owned()),
        event_id: Some(348),
        level: Some("Error".to_owned()),
        summary: format!(
            "{message_id} could not be virus scanned, to be retried later, error code 0x0"
        ),
        evidence: format!("E{}#{record}", if server == "BH01" { 3 } else { 6 }),
        ..blank(server)
    }
}

fn blank(server: &str) -> Row {
    Row {
        time: at("2006-03-06T05:00:00Z"),
        server: server.to_owned(),
        kind: String::new(),
        place: None,
        message_id: None,
        log: None,
        provider: None,
        event_id: None,
        level: None,
        summary: String::new(),
        evidence: String::new(),
        original_time: None,
    }
}

/// Messages that came in one burst and went the same way.
struct Group {
    server: &'static str,
    place: Option<&'static str>,
    count: i64,
    start: &'static str,
    /// Minutes between two of them.
    pace: i64,
    seen: Option<&'static str>,
    left: (Option<&'static str>, Option<&'static str>),
    status: Status,
    by: Option<&'static str>,
    confidence: Confidence,
}

const TT1: Option<&str> = Some("TempTable#1");

const GROUPS: [Group; 6] = [
    Group {
        server: "BH01",
        place: TT1,
        count: 9,
        start: "2006-03-08T14:03:00Z",
        pace: 4,
        seen: None,
        left: (None, Some("2006-03-10T07:12:40Z")),
        status: Status::Unknown,
        by: None,
        confidence: Confidence::Possible,
    },
    Group {
        server: "BH01",
        place: TT1,
        count: 31,
        start: "2006-03-13T13:41:10Z",
        pace: 2,
        seen: Some("2006-03-14T14:30:00Z"),
        left: (Some("2006-03-15T11:04:30Z"), Some("2006-03-15T11:40:00Z")),
        status: Status::Released,
        by: Some("R4"),
        confidence: Confidence::Confirmed,
    },
    Group {
        server: "BH01",
        place: Some("TempTable#2"),
        count: 6,
        start: "2006-03-13T13:52:00Z",
        pace: 5,
        seen: Some("2006-03-14T14:36:00Z"),
        left: (Some("2006-03-15T11:04:30Z"), Some("2006-03-15T11:42:00Z")),
        status: Status::Released,
        by: Some("R4"),
        confidence: Confidence::Confirmed,
    },
    Group {
        server: "BH02",
        place: TT1,
        count: 7,
        start: "2006-03-14T09:18:00Z",
        pace: 6,
        seen: Some("2006-03-16T15:05:00Z"),
        left: (Some("2006-03-16T15:05:00Z"), Some("2006-03-19T03:30:00Z")),
        status: Status::LostPossible,
        by: None,
        confidence: Confidence::Confirmed,
    },
    Group {
        server: "BH01",
        place: TT1,
        count: 5,
        start: "2006-03-17T15:24:00Z",
        pace: 3,
        seen: None,
        left: (Some("2006-03-17T18:40:00Z"), Some("2006-03-18T08:30:00Z")),
        status: Status::Released,
        by: Some("R5"),
        confidence: Confidence::Probable,
    },
    Group {
        server: "BH02",
        place: None,
        count: 2,
        start: "2006-03-25T10:12:00Z",
        pace: 50,
        seen: None,
        left: (None, None),
        status: Status::Unknown,
        by: None,
        confidence: Confidence::Possible,
    },
];

const SUBJECTS: [&str; 8] = [
    "Quote 17, revised delivery dates",
    "RE: Invoice 20060311 – second reminder",
    "Minutes of the works council, 13 March",
    "FW: Lieferverzug Müller & Söhne",
    "見積書の件",
    "Your order #88213 has shipped",
    "Board papers (final, please use this one)",
    "Out of office: Back on Monday",
];

impl Group {
    fn add(&self, messages: &mut Vec<Message>) {
        for i in 0..self.count {
            let n = messages.len();
            let came = at(self.start).plus(i * self.pace * MINUTE);
            let left = Interval {
                earliest: self.left.0.map(at).or(Some(came.plus(i * 31 * MINUTE / 4))),
                latest: self.left.1.map(at),
            };
            let entered = Interval {
                earliest: self.seen.map(|_| came.plus(-(i % 4) * 40 * SECOND)),
                latest: Some(came),
            };
            let seconds = |from: Timestamp, to: Timestamp| to.since(from) as f64 / 1e6;
            let stayed_s = Stay {
                min: left.earliest.map_or(0.0, |l| seconds(came, l)),
                max: entered
                    .earliest
                    .zip(left.latest)
                    .map(|(e, l)| seconds(e, l)),
            };
            let sighted = self.seen.is_some();
            messages.push(Message {
                message_id: Some(format!(
                    "<200603{:02}{:04}.GA{n}@corp.example>",
                    8 + n % 9,
                    i * 37
                )),
                place: self.place.map(str::to_owned),
                place_basis: match (self.place, sighted) {
                    (Some(_), true) => PlaceBasis::Sighted,
                    (Some(_), false) => PlaceBasis::Inferred,
                    (None, _) => PlaceBasis::Unknown,
                },
                entered,
                left,
                stayed_s,
                status: self.status,
                released_by: self.by.map(str::to_owned),
                release_candidates: if self.confidence == Confidence::Possible
                    && self.left.1.is_some()
                {
                    vec!["R2".to_owned()]
                } else {
                    Vec::new()
                },
                scan_failures: 1 + (i % 5) as u64,
                error_codes: vec!["0x0".to_owned()],
                confidence: self.confidence,
                why: match self.confidence {
                    Confidence::Confirmed => {
                        "It failed to be scanned and was seen in the table long after."
                    }
                    Confidence::Probable => {
                        "It failed to be scanned again and again for over three hours."
                    }
                    Confidence::Possible => {
                        "Only the longest stay that the evidence permits is long enough."
                    }
                }
                .to_owned(),
                release_confidence: self.by.map(|_| Confidence::Probable),
                release_why: self.by.map_or(String::new(), |by| {
                    format!(
                        "It was there before {by} and absent after it, with no rival in between."
                    )
                }),
                subject: sighted.then(|| SUBJECTS[n % SUBJECTS.len()].to_owned()),
                sender: sighted.then(|| format!("user{}@corp.example", n % 13)),
                recipients: if sighted {
                    vec![format!("buyer{}@partner.example", n % 7)]
                } else {
                    Vec::new()
                },
                size: sighted.then_some(4096 + 3719 * n as u64),
                message_class: sighted.then(|| "IPM.Note".to_owned()),
                evidence: vec![
                    format!("E3#{}", 4003 + 3 * n),
                    format!("E3#{}", 4300 + n),
                    format!("E9#{}", i + 1),
                ],
                ..message(&format!("X{n}"), self.server)
            });
        }
    }
}

fn servers() -> Vec<Server> {
    let verdict = |state, sentence: &str| Verdict {
        state,
        sentence: sentence.to_owned(),
        as_of: Some(at("2006-03-27T05:00:00Z")),
        reasons: Vec::new(),
    };
    let base = |name: &str, role: &str, verdict| Server {
        name: name.to_owned(),
        role: Some(role.to_owned()),
        places: Vec::new(),
        verdict,
        smtp_now: SmtpNow::Running,
        scan_failures: 0,
        last_scan_failure: None,
        held_now: CountBand::default(),
    };
    vec![
        base(
            "BE01",
            "back-end",
            verdict(
                State::Unknown,
                "No event 348, but no temp table was looked at.",
            ),
        ),
        Server {
            places: vec!["TempTable#1".to_owned(), "TempTable#2".to_owned()],
            scan_failures: 14 + 122 + 214 + 37,
            last_scan_failure: Some(at("2006-03-19T09:13:07Z")),
            ..base(
                "BH01",
                "bridgehead",
                verdict(
                    State::Recovered,
                    "Both tables were seen empty after the last event 348.",
                ),
            )
        },
        Server {
            places: vec!["TempTable#1".to_owned()],
            scan_failures: 14 + 48,
            last_scan_failure: Some(at("2006-03-25T11:02:00Z")),
            held_now: CountBand {
                at_least: 0,
                at_most: 2,
            },
            ..base(
                "BH02",
                "bridgehead",
                verdict(
                    State::AtRisk,
                    "Event 348 after the last restart, tables not seen since.",
                ),
            )
        },
        base(
            "FE01",
            "front-end",
            verdict(
                State::Unknown,
                "No event 348, but no temp table was looked at.",
            ),
        ),
    ]
}

fn bursts() -> Vec<Burst> {
    let burst =
        |id: &str, server: &str, start: &str, minutes: i64, events, messages, peak_per_minute| {
            Burst {
                id: id.to_owned(),
                server: server.to_owned(),
                start: at(start),
                end: at(start).plus(minutes * MINUTE),
                events,
                messages,
                peak_per_minute,
                base_per_hour: 0.03,
                p_value: Some(0.000_000_2),
                error_codes: vec![CodeCount {
                    code: "0x0".to_owned(),
                    count: events,
                }],
                evidence: (0..events)
                    .map(|i| format!("E{}#{}", if server == "BH01" { 3 } else { 6 }, 4003 + 3 * i))
                    .collect(),
            }
        };
    vec![
        burst("B1", "BH01", "2006-03-08T14:02:10Z", 38, 122, 9, 6),
        burst("B2", "BH01", "2006-03-13T13:40:30Z", 67, 214, 37, 9),
        burst("B3", "BH02", "2006-03-14T09:15:00Z", 52, 48, 7, 3),
        burst("B4", "BH01", "2006-03-17T15:22:00Z", 21, 37, 5, 4),
    ]
}

fn restarts(messages: &[Message]) -> Vec<Restart> {
    let restart = |id: &str, server: &str, kind, stopped: &str, down: i64, why: &str| {
        let known: Vec<String> = messages
            .iter()
            .filter(|m| m.released_by.as_deref() == Some(id))
            .map(|m| m.id.clone())
            .collect();
        let oldest = messages
            .iter()
            .filter(|m| m.released_by.as_deref() == Some(id))
            .map(|m| m.stayed_s.min)
            .fold(None, |most: Option<f64>, s| {
                Some(most.map_or(s, |m| m.max(s)))
            });
        Restart {
            id: id.to_owned(),
            server: server.to_owned(),
            kind,
            at: at(stopped).plus(down * SECOND),
            stopped_at: Some(at(stopped)),
            started_at: Some(at(stopped).plus(down * SECOND)),
            down_s: Some(down as f64),
            confidence: Confidence::Confirmed,
            why: why.to_owned(),
            by: None,
            released: Released {
                known,
                oldest_age_s: oldest,
            },
            survived: Vec::new(),
            held_before: None,
            windows: Vec::new(),
            evidence: vec![
                format!("E4#{}", 900 + stopped.len()),
                format!("E4#{}", 901 + stopped.len()),
            ],
        }
    };
    let band = |at_least, at_most| Some(CountBand { at_least, at_most });
    let service = "7036 says stopped and running again.";
    let mut all = vec![
        restart(
            "R1",
            "FE01",
            RestartKind::Reboot,
            "2006-03-07T04:00:12Z",
            184,
            "6006, then 6005: a clean shutdown and a boot.",
        ),
        Restart {
            held_before: band(0, 9),
            windows: vec!["W1".to_owned()],
            ..restart(
                "R2",
                "BH01",
                RestartKind::UnexpectedReboot,
                "2006-03-10T07:08:02Z",
                278,
                "6008 speaks of an unexpected shutdown.",
            )
        },
        restart(
            "R3",
            "BE01",
            RestartKind::ServiceCrash,
            "2006-03-12T21:33:47Z",
            61,
            "7031 says that SMTP terminated unexpectedly.",
        ),
        Restart {
            held_before: band(37, 37),
            windows: vec!["W2".to_owned(), "W3".to_owned()],
            by: Some("CORP\\operator7".to_owned()),
            ..restart(
                "R4",
                "BH01",
                RestartKind::ServiceRestart,
                "2006-03-15T11:05:00Z",
                9,
                service,
            )
        },
        Restart {
            held_before: band(5, 5),
            ..restart(
                "R5",
                "BH01",
                RestartKind::ServiceRestart,
                "2006-03-18T08:01:00Z",
                11,
                service,
            )
        },
        Restart {
            held_before: band(0, 0),
            ..restart(
                "R6",
                "BH02",
                RestartKind::ServiceRestart,
                "2006-03-21T22:15:00Z",
                8,
                service,
            )
        },
    ];
    for (i, r) in all.iter_mut().enumerate() {
        r.evidence = vec![format!("E4#{}", 900 + 2 * i), format!("E4#{}", 901 + 2 * i)];
    }
    all
}

fn windows(messages: &[Message]) -> Vec<Window> {
    let of = |server: &str, place: Option<&str>, from: &str, to: &str| -> Vec<&Message> {
        let inside = |m: &&Message| {
            m.entered
                .latest
                .is_some_and(|e| e >= at(from) && e < at(to))
        };
        messages
            .iter()
            .filter(|m| m.server == server && m.place.as_deref() == place)
            .filter(inside)
            .collect()
    };
    let window = |id: &str, held: Vec<&Message>, bursts: &[&str], peak: (u64, u64)| Window {
        id: id.to_owned(),
        server: held[0].server.clone(),
        place: held[0].place.clone(),
        start: held[0].entered,
        end: held[0].left,
        end_cause: EndCause::Unknown,
        restart: None,
        residences: held.iter().map(|m| m.id.clone()).collect(),
        messages: held.iter().filter_map(|m| m.message_id.clone()).collect(),
        peak: Peak {
            at: held.last().and_then(|m| m.entered.latest),
            at_least: peak.0,
            at_most: peak.1,
        },
        bursts: bursts.iter().map(|b| (*b).to_owned()).collect(),
        causes: causes(),
        confidence: held[0].confidence,
        why: "Messages that failed to be scanned were seen in the table a day later.".to_owned(),
        evidence: held.iter().flat_map(|m| m.evidence.clone()).collect(),
    };
    vec![
        Window {
            why:
                "No capture was taken: only the longest stays that the logs permit are long enough."
                    .to_owned(),
            ..window(
                "W1",
                of("BH01", TT1, "2006-03-08T00:00:00Z", "2006-03-10T00:00:00Z"),
                &["B1"],
                (0, 9),
            )
        },
        Window {
            end_cause: EndCause::SmtpRestart,
            restart: Some("R4".to_owned()),
            ..window(
                "W2",
                of("BH01", TT1, "2006-03-13T00:00:00Z", "2006-03-14T00:00:00Z"),
                &["B2"],
                (31, 31),
            )
        },
        Window {
            end_cause: EndCause::SmtpRestart,
            restart: Some("R4".to_owned()),
            ..window(
                "W3",
                of(
                    "BH01",
                    Some("TempTable#2"),
                    "2006-03-13T00:00:00Z",
                    "2006-03-14T00:00:00Z",
                ),
                &["B2"],
                (6, 6),
            )
        },
        Window {
            end_cause: EndCause::StoreRecreated,
            ..window(
                "W4",
                of("BH02", TT1, "2006-03-14T00:00:00Z", "2006-03-15T00:00:00Z"),
                &["B3"],
                (7, 7),
            )
        },
        Window {
            end_cause: EndCause::SmtpRestart,
            restart: Some("R5".to_owned()),
            why: "Repeated failures over three hours, absent after the restart.".to_owned(),
            ..window(
                "W5",
                of("BH01", TT1, "2006-03-17T00:00:00Z", "2006-03-18T00:00:00Z"),
                &["B4"],
                (5, 5),
            )
        },
    ]
}

fn causes() -> Vec<Cause> {
    let cause = |id: &str, name: &str, standing, why: &str| Cause {
        id: id.to_owned(),
        name: name.to_owned(),
        standing,
        why: why.to_owned(),
    };
    vec![
        cause(
            "scanner-timeout",
            "The scanner ran out of time or threads",
            Standing::Supported,
            "A burst of event 348 with error code 0x0, and rows of those messages in the temp table.",
        ),
        cause(
            "signed-mail",
            "Signed mail cannot be scanned (KB 843545)",
            Standing::RuledOut,
            "None of the messages seen has a signed message class.",
        ),
        cause(
            "scanner-killed",
            "The scanner's process was terminated",
            Standing::Possible,
            "The Application log of BH01 holds no event of the scanner at all.",
        ),
        cause(
            "kb-950757",
            "Old mail after a restart without event 348 (KB 950757)",
            Standing::RuledOut,
            "Every message has an event 348.",
        ),
    ]
}

fn interventions() -> Vec<Intervention> {
    vec![
        Intervention {
            at: at("2006-03-19T03:00:00Z"),
            server: Some("BH02".to_owned()),
            kind: "store_recreated".to_owned(),
            what: "Dismounted the mailbox store, moved the database files aside, mounted it empty".to_owned(),
            before: Exposure { events: 61, hours: 310.0 },
            after: Exposure { events: 1, hours: 194.0 },
            rate_ratio: Some(RateRatio { estimate: Some(0.026), low: 0.0007, high: Some(0.15) }),
            p_value: Some(0.000_01),
            reading: "Scan failures became rarer: to between 0.0007 and 0.15 of the rate before.".to_owned(),
        },
        Intervention {
            at: at("2006-03-21T03:00:00Z"),
            server: Some("BH01".to_owned()),
            kind: "registry".to_owned(),
            what: "Raised the scan timeout and the number of input threads".to_owned(),
            before: Exposure { events: 387, hours: 352.0 },
            after: Exposure { events: 0, hours: 146.0 },
            rate_ratio: Some(RateRatio { estimate: Some(0.0), low: 0.0, high: Some(0.023) }),
            p_value: Some(0.000_001),
            reading: "None in 146 covered hours after it; the silence supports a rate of at most 0.025 an hour.".to_owned(),
        },
    ]
}

fn captures() -> Vec<Capture> {
    let capture = |time: &str, server: &str, place: &str, count, complete, file: u32| Capture {
        at: at(time),
        server: server.to_owned(),
        place: place.to_owned(),
        count,
        complete,
        tool: Some("MFCMAPI 6.0".to_owned()),
        evidence: format!("E{file}#1"),
    };
    vec![
        capture("2006-03-14T14:30:00Z", "BH01", "TempTable#1", 31, true, 9),
        capture("2006-03-14T14:36:00Z", "BH01", "TempTable#2", 6, true, 10),
        capture("2006-03-15T11:03:00Z", "BH01", "TempTable#1", 22, false, 11),
        capture("2006-03-15T11:40:00Z", "BH01", "TempTable#1", 0, true, 12),
        capture("2006-03-15T11:42:00Z", "BH01", "TempTable#2", 0, true, 13),
        capture("2006-03-16T15:05:00Z", "BH02", "TempTable#1", 7, true, 14),
        capture("2006-03-19T03:30:00Z", "BH02", "TempTable#1", 0, true, 15),
        capture("2006-03-21T13:10:00Z", "BH01", "TempTable#1", 0, true, 16),
        capture("2006-03-21T13:12:00Z", "BH01", "TempTable#2", 0, true, 17),
        capture("2006-03-21T22:01:00Z", "BH02", "TempTable#1", 0, true, 18),
    ]
}

fn coverage() -> Vec<Coverage> {
    let mut all = Vec::new();
    for (server, records) in [
        ("BE01", 9_120),
        ("BH01", 18_411),
        ("BH02", 12_007),
        ("FE01", 7_344),
    ] {
        for log in ["Application", "System"] {
            let holes = if server == "BH02" && log == "Application" {
                vec![Hole {
                    from: at("2006-03-11T02:10:00Z"),
                    to: at("2006-03-11T19:45:00Z"),
                    why: "record ids 6120 to 6544 are missing".to_owned(),
                }]
            } else {
                Vec::new()
            };
            all.push(Coverage {
                server: server.to_owned(),
                log: log.to_owned(),
                from: at("2006-03-06T05:00:00Z").plus(if log == "System" { 5 * HOUR } else { 0 }),
                to: at("2006-03-27T05:00:00Z"),
                records: if log == "System" {
                    records / 6
                } else {
                    records
                },
                holes,
            });
        }
    }
    all
}

fn problems() -> Vec<Problem> {
    let problem = |evidence: &str, what: &str, why_it_matters: &str, what_to_do: &str| Problem {
        evidence: evidence.to_owned(),
        what: what.to_owned(),
        why_it_matters: why_it_matters.to_owned(),
        what_to_do: what_to_do.to_owned(),
    };
    vec![
        problem(
            "E5",
            "Two chunks of BH02/Application.evtx are damaged; 425 records are lost.",
            "Event 348 in those hours cannot be seen.",
            "Copy the log again, if the server still has it.",
        ),
        problem(
            "E11",
            "The capture walked 12 of 20 subfolders.",
            "A message missing from it may still have been in the table.",
            "Capture all subfolders.",
        ),
        problem(
            "",
            "No temp table of FE01 and BE01 was looked at.",
            "Mail can be held without event 348 (KB 950757).",
            "Look at TempTable#1 of both with MFCMAPI.",
        ),
    ]
}

fn evidence() -> Vec<EvidenceFile> {
    let paths = [
        "case.toml",
        "be01/Application.evtx",
        "bh01/Application.evtx",
        "bh01/System.evtx",
        "bh02/Application.evtx",
        "bh02/System.evtx",
        "fe01/Application.evtx",
        "fe01/System.evtx",
        "snapshots/BH01_TT1_2006-03-14T0930-0500.json",
        "snapshots/BH01_TT2_2006-03-14T0936-0500.json",
        "snapshots/BH01_TempTable#1_20060315T110300Z_partial.csv",
        "snapshots/BH01_TempTable#1_20060315T114000Z.csv",
        "snapshots/BH01_TempTable#2_20060315T114200Z.csv",
        "snapshots/BH02_TT1_2006-03-16T1005-0500.json",
        "snapshots/BH02_TT1_2006-03-18T2230-0500.json",
        "snapshots/BH01_TT1_2006-03-21T0810-0500.json",
        "snapshots/BH01_TT2_2006-03-21T0812-0500.json",
        "snapshots/BH02_TT1_2006-03-21T1701-0500.json",
    ];
    paths
        .iter()
        .enumerate()
        .map(|(i, path)| {
            let log = path.ends_with(".evtx");
            EvidenceFile {
                id: format!("E{}", i + 1),
                path: (*path).to_owned(),
                sha256: format!(
                    "{:064x}",
                    0x9e37_79b9_7f4a_7c15_u128 * (i as u128 + 1) * 0x1234_5678_9abc_def1
                ),
                bytes: if log {
                    1_118_208 + 65_536 * i as u64
                } else {
                    2_310 + 97 * i as u64
                },
                format: if log {
                    "Windows event log (EVTX)"
                } else {
                    "temp table snapshot"
                }
                .to_owned(),
                recognised_by: if log {
                    "the signature ElfFile"
                } else {
                    "its fields"
                }
                .to_owned(),
                servers: ["BE01", "BH01", "BH02", "FE01"]
                    .into_iter()
                    .filter(|name| path.to_uppercase().contains(name))
                    .map(str::to_owned)
                    .collect(),
                records: if log { 9_000 + i as u64 } else { 7 },
                recovered: 0,
                damaged: if *path == "bh02/Application.evtx" {
                    425
                } else {
                    0
                },
                from: log.then(|| at("2006-03-06T05:00:00Z")),
                to: log.then(|| at("2006-03-27T05:00:00Z")),
            }
        })
        .collect()
}
