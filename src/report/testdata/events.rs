//! Bursts, restarts and windows of the made-up incident.

use super::at;
use super::messages::TT1;
use crate::analysis::findings::*;
use crate::time::{MINUTE, SECOND};

pub fn bursts() -> Vec<Burst> {
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
                level: Some(9),
                parts: vec![
                    BurstPart {
                        start: at(start).plus(4 * MINUTE),
                        end: at(start).plus(7 * MINUTE),
                        events: events / 3,
                        level: 11,
                    },
                    BurstPart {
                        start: at(start).plus(5 * MINUTE),
                        end: at(start).plus(6 * MINUTE),
                        events: events / 5,
                        level: 12,
                    },
                ],
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

pub fn coincidences() -> Vec<Coincidence> {
    let compared = |kind, with: &str, near, p: Option<f64>, reading: &str| Coincidence {
        server: "BH01".to_owned(),
        kind,
        with: with.to_owned(),
        counted: Counted::Bursts,
        events: 3,
        near: Some(near),
        expected: Some(0.2),
        p_value: p,
        p_adjusted: p.map(|p| p * 2.0),
        reading: reading.to_owned(),
        evidence: vec!["E3#3998".to_owned()],
    };
    vec![
        compared(
            CoincidenceKind::DefinitionsUpdated,
            "updates of the virus definitions",
            3,
            Some(0.002),
            "3 of 3 bursts began within 30 minutes after an update of the virus definitions; 0.2 would by chance. That \
             is more than chance explains (p = 0.002; p = 0.004 allowing for 2 comparisons); which brings on the other it \
             does not say.",
        ),
        compared(
            CoincidenceKind::MailVolume,
            "mail volume",
            1,
            Some(0.3),
            "1 of 3 bursts began in the busiest tenth of the time, by the tracking log; 0.2 would by chance. Nothing is \
             shown (p = 0.30).",
        ),
        compared(
            CoincidenceKind::SmtpRestarted,
            "restarts of SMTP",
            0,
            None,
            "0 of 3 bursts began within 30 minutes after a restart of SMTP; 0.2 would by chance. Nothing can be shown: \
             with so few, no arrangement would be remarkable.",
        ),
    ]
}

pub fn restarts(messages: &[Message]) -> Vec<Restart> {
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
                confidence: oldest.map(|_| Confidence::Probable),
                oldest_age_s: oldest,
            },
            old_mail: None,
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

pub fn windows(messages: &[Message]) -> Vec<Window> {
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
        sign: standing == Standing::Supported,
        why: why.to_owned(),
        settle: format!("What would settle {id}."),
        source: "KB 843545".to_owned(),
        evidence: vec!["E1#101".to_owned()],
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
