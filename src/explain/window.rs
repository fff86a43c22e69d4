//! One stuck window, followed back to its stays and their records.

use std::collections::{BTreeMap, BTreeSet};

use super::message::limits;
use super::records::{Meant, Records};
use super::words::{between, limit, rule};
use super::{Explanation, Piece, Point, in_order, told};
use crate::analysis::findings::{
    Cause, Confidence, Findings, LimitRule, Message, Restart, Standing, Window,
};
use crate::report::{format, words};
use crate::time::Timestamp;

/// Stays that are told of one by one.
const MOST_MEMBERS: usize = 200;
/// Records of one cause or one side, and contradictions.
const MOST_OF_ONE: usize = 12;
/// Records in short.
const MOST_OTHERS: usize = 200;

/// The stays of a window.
pub fn members<'f>(window: &Window, findings: &'f Findings) -> Vec<&'f Message> {
    let wanted: BTreeSet<&str> = window.residences.iter().map(String::as_str).collect();
    let all = findings.messages.iter();
    all.filter(|m| wanted.contains(m.id.as_str())).collect()
}

pub fn explain(window: &Window, findings: &Findings, records: &Records<'_>) -> Explanation {
    let members = members(window, findings);
    let chain = chain(window, &members, findings, records);
    let shown: BTreeSet<_> = chain.iter().map(|piece| piece.record.cite).collect();
    let (others, left_out) = others(window, &members, records, &shown);
    let of = |standing: Standing| {
        let causes = window.causes.iter();
        let point = move |cause: &Cause| {
            let sign = match (cause.standing, cause.sign) {
                (Standing::Possible, true) => " (something speaks for it)",
                _ => "",
            };
            Point::new(format!("{}{sign}", cause.name), cause.why.clone())
        };
        causes
            .filter(move |cause| cause.standing == standing)
            .map(point)
    };
    Explanation {
        id: window.id.clone(),
        claim: claim(window),
        confidence: Some(window.confidence),
        why: window.why.clone(),
        parts: parts(window, findings),
        stays: stays(&members),
        stays_are: "Its stays",
        chain,
        others,
        left_out,
        ruled_out: of(Standing::RuledOut).collect(),
        not_ruled_out: of(Standing::Possible).collect(),
        would_change: would_change(window, &members),
    }
}

pub fn claim(window: &Window) -> String {
    let was = match window.confidence {
        Confidence::Possible => "may have been",
        Confidence::Confirmed | Confidence::Probable => "was",
    };
    let place = match &window.place {
        Some(place) => format!("{} {place}", window.server),
        None => format!("{} (table not known)", window.server),
    };
    let messages = format::counted(window.messages.len() as u64, "message", "messages");
    // A message that came back, or whose id is not known, makes the two numbers differ.
    let stays = match window.residences.len() == window.messages.len() {
        true => String::new(),
        false => format!(
            " in {}",
            format::counted(window.residences.len() as u64, "stay", "stays")
        ),
    };
    format!("Mail {was} stuck on {place}: {messages}{stays}.")
}

fn parts(window: &Window, findings: &Findings) -> Vec<Point> {
    let ended = words::end_cause(window.end_cause);
    let ended = match ended_by(window, findings) {
        Some(restart) => format!(
            "{}: {}. {}",
            ended.trim_end_matches('.'),
            restart.id,
            restart.why
        ),
        None => ended.to_owned(),
    };
    let most = words::band_of(
        window.peak.at_least,
        window.peak.at_most,
        "message",
        "messages",
    );
    let when = window
        .peak
        .at
        .map_or_else(String::new, |at| format!(" at {} UTC", format::time(at)));
    let mut parts = vec![
        Point::new("Began", between(window.start)),
        Point::new("Ended", format!("{}: {ended}", between(window.end))),
        Point::new("At the most", format!("{most}{when}")),
    ];
    if !window.bursts.is_empty() {
        parts.push(Point::new("Bursts", window.bursts.join(", ")));
    }
    let causes = window.causes.iter();
    for cause in causes.filter(|cause| cause.standing == Standing::Supported) {
        parts.push(Point::new(
            "Supported cause",
            format!("{}: {}", cause.name, cause.why),
        ));
    }
    parts
}

/// The restart that is named as having ended it.
pub fn ended_by<'f>(window: &Window, findings: &'f Findings) -> Option<&'f Restart> {
    let id = window.restart.as_ref()?;
    findings.restarts.iter().find(|restart| restart.id == *id)
}

/// Its stays, one by one.
fn stays(members: &[&Message]) -> Vec<Point> {
    told(members, MOST_MEMBERS, |member| {
        let id = member.message_id.as_deref().unwrap_or("no message id");
        Some(Point::new(
            member.id.clone(),
            format!(
                "{id}, {}, {}: entered {}; left {}. {}",
                words::status(member.status),
                words::confidence(member.confidence),
                between(member.entered),
                between(member.left),
                member.why
            ),
        ))
    })
}

/// The records that set the window's own limits, and those of the restart that ended it.
fn chain(
    window: &Window,
    members: &[&Message],
    findings: &Findings,
    records: &Records<'_>,
) -> Vec<Piece> {
    let ends: [(&str, &str, Option<Timestamp>); 4] = [
        (
            "entered at the earliest",
            "began at the earliest",
            window.start.earliest,
        ),
        (
            "entered at the latest",
            "began at the latest",
            window.start.latest,
        ),
        (
            "left at the earliest",
            "ended at the earliest",
            window.end.earliest,
        ),
        (
            "left at the latest",
            "ended at the latest",
            window.end.latest,
        ),
    ];
    let mut shows: BTreeMap<(String, bool), (Meant<'_>, Vec<String>)> = BTreeMap::new();
    for member in members {
        let times = [
            member.entered.earliest,
            member.entered.latest,
            member.left.earliest,
            member.left.latest,
        ];
        for ((name, told, end), at) in ends.into_iter().zip(times) {
            let Some(end) = end.filter(|_| at == end) else {
                continue;
            };
            let set = limits(member).into_iter().find(|(own, _)| *own == name);
            if let Some((_, set)) = set {
                let absence = set.rule == LimitRule::Absence;
                for cite in &set.evidence {
                    let meant = Meant {
                        server: Some(&member.server),
                        place: member.place.as_deref(),
                        message_id: member.message_id.as_deref(),
                        absence,
                    };
                    let text =
                        format!("{}, by {}: {}", limit(told, end), member.id, rule(set.rule));
                    let known = shows
                        .entry((cite.clone(), absence))
                        .or_insert((meant, Vec::new()));
                    known.1.push(text);
                }
            }
        }
    }
    let restart = ended_by(window, findings);
    if let Some(restart) = restart {
        for cite in &restart.evidence {
            let known = shows
                .entry((cite.clone(), false))
                .or_insert((Meant::default(), Vec::new()));
            let told = format!("a record of the restart {} that ended it", restart.id);
            known.1.push(told);
        }
    }
    for (cite, told) in causes(window).chain(sides(window, findings)) {
        let meant = Meant {
            server: Some(&window.server),
            place: window.place.as_deref(),
            ..Meant::default()
        };
        let known = shows
            .entry((cite.clone(), false))
            .or_insert((meant, Vec::new()));
        known.1.push(told);
    }
    let pieces = shows.into_iter().filter_map(|((cite, _), (meant, shows))| {
        Some(Piece {
            record: records.get(&cite, meant)?,
            shows,
        })
    });
    in_order(pieces.collect())
}

/// What its causes and the contradictions that lower it rest on.
pub fn cites<'f>(window: &'f Window, findings: &'f Findings) -> impl Iterator<Item = &'f String> {
    let sides = sides(window, findings).map(|(cite, _)| cite);
    causes(window).map(|(cite, _)| cite).chain(sides)
}

/// Records of the causes that are supported or have a sign, each with the cause that it speaks of.
fn causes(window: &Window) -> impl Iterator<Item = (&String, String)> {
    let speaks = |cause: &&Cause| cause.standing == Standing::Supported || cause.sign;
    let causes = window.causes.iter().filter(speaks);
    causes.flat_map(|cause| {
        let told = format!(
            "of the cause \"{}\" ({})",
            cause.name,
            words::standing(cause.standing)
        );
        let cites = cause.evidence.iter().take(MOST_OF_ONE);
        cites.map(move |cite| (cite, told.clone()))
    })
}

/// Records of both sides of the contradictions that make it, or one of its stays, less sure.
fn sides<'f>(
    window: &'f Window,
    findings: &'f Findings,
) -> impl Iterator<Item = (&'f String, String)> {
    let mut own: BTreeSet<&String> = window.residences.iter().collect();
    own.insert(&window.id);
    let found = findings.contradictions.iter();
    let found = found.filter(move |found| found.lowers.iter().any(|id| own.contains(id)));
    found.take(MOST_OF_ONE).flat_map(|found| {
        found.sides.iter().flat_map(|side| {
            let told = format!("{}, one side: {}", found.id, side.says);
            let cites = side.evidence.iter().take(MOST_OF_ONE);
            cites.map(move |cite| (cite, told.clone()))
        })
    })
}

/// The other records of the window, each with the stay that it speaks of.
fn others(
    window: &Window,
    members: &[&Message],
    records: &Records<'_>,
    shown: &BTreeSet<crate::evidence::model::Citation>,
) -> (Vec<Piece>, usize) {
    let mut of: BTreeMap<&str, &Message> = BTreeMap::new();
    for member in members {
        for cite in &member.evidence {
            of.entry(cite).or_insert(member);
        }
    }
    let all = window.evidence.iter().filter_map(|cite| {
        let member = of.get(cite.as_str());
        let meant = Meant {
            server: Some(&window.server),
            place: window.place.as_deref(),
            message_id: member.and_then(|m| m.message_id.as_deref()),
            absence: false,
        };
        let record = records.get(cite, meant)?;
        (!shown.contains(&record.cite)).then(|| Piece {
            record,
            shows: member.map(|m| m.id.clone()).into_iter().collect(),
        })
    });
    let mut all = in_order(all.collect());
    let left_out = all.len().saturating_sub(MOST_OTHERS);
    all.truncate(MOST_OTHERS);
    (all, left_out)
}

fn would_change(window: &Window, members: &[&Message]) -> Vec<String> {
    let table = window.place.as_deref().unwrap_or("every temp table");
    let mut wanted = Vec::new();
    if window.start.earliest.is_none() {
        wanted.push(format!("An earlier complete capture of {table}, or an earlier tracking log, would show since when mail waited."));
    }
    if window.end.latest.is_none() {
        wanted.push(format!(
            "A complete capture of {table} made now would show whether mail still waits."
        ));
    }
    let unseen = members.iter().filter(|m| m.place.is_none()).count() as u64;
    if unseen > 0 {
        wanted.push(format!(
            "Captures of the time would show in which table {} lay.",
            format::counted(unseen, "message", "messages")
        ));
    }
    let open = window.causes.iter();
    let open = open.filter(|cause| cause.standing == Standing::Possible);
    wanted.extend(open.map(|cause| format!("Whether it was \"{}\": {}", cause.name, cause.settle)));
    wanted
}
