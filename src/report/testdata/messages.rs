//! The messages of the made-up incident.

use super::{at, message};
use crate::analysis::findings::*;
use crate::time::{Interval, MINUTE, SECOND, Timestamp};

/// Messages that came in one burst and went the same way.
pub struct Group {
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

pub const TT1: Option<&str> = Some("TempTable#1");

pub const GROUPS: [Group; 6] = [
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
    pub fn add(&self, messages: &mut Vec<Message>) {
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
                submitted_at: None,
                deliveries: Vec::new(),
                recipients_reached: None,
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
