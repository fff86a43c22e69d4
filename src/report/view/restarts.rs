//! The restart review: each restart of SMTP, what was held before it, what it let out, and how old that was.

use super::links::{Link, Links};
use super::parts::{Cites, Length, Sure, When};
use super::select::{MAX_CARDS, MAX_RESTARTS};
use super::words;
use crate::analysis::findings::{Confidence, CountBand, Findings, Restart};
use crate::report::format::{self, Round};

/// Messages named in a row.
const MAX_MESSAGES: usize = 8;

#[derive(Debug)]
pub struct Restarts {
    pub sentence: String,
    /// Whether restarts let mail out: server and answer.
    pub effects: Vec<(String, String)>,
    pub rows: Vec<RestartRow>,
    pub left_out: Option<String>,
}

#[derive(Debug)]
pub struct RestartRow {
    pub id: String,
    pub server: String,
    pub kind: &'static str,
    pub mark: &'static str,
    pub by: Option<String>,
    pub stopped: Option<When>,
    pub started: Option<When>,
    pub down: Option<Length>,
    pub held_before: String,
    pub released: String,
    pub released_messages: Vec<Link>,
    pub more_released: String,
    pub oldest: Option<Length>,
    /// What delivery records show going out after it.
    pub old_mail: String,
    pub old_mail_oldest: Option<Length>,
    pub survived: Vec<Link>,
    pub more_survived: String,
    pub windows: Vec<Link>,
    pub sure: Sure,
    pub evidence: Cites,
}

impl Restarts {
    pub fn new(findings: &Findings, links: &Links) -> Self {
        let rows: Vec<RestartRow> = findings
            .restarts
            .iter()
            .take(MAX_RESTARTS)
            .map(|r| RestartRow::new(r, links))
            .collect();
        Self {
            sentence: sentence(findings),
            effects: findings
                .restart_effects
                .iter()
                .take(MAX_CARDS)
                .map(|effect| (effect.server.clone(), effect.reading.clone()))
                .collect(),
            left_out: super::left_out(
                rows.len(),
                findings.restarts.len(),
                "restarts",
                "findings.json",
            ),
            rows,
        }
    }
}

/// What the restarts come to.
fn sentence(findings: &Findings) -> String {
    let all = &findings.restarts;
    if all.is_empty() {
        return match findings.coverage.iter().any(|c| c.log.eq_ignore_ascii_case("System")) {
            true => "No restart of SMTP stands in the System logs that the evidence holds.".to_owned(),
            false => "No restart of SMTP is known, and no System log, where restarts are written, is in the evidence.".to_owned(),
        };
    }
    let count = |which: &dyn Fn(&&Restart) -> bool| all.iter().filter(which).count() as u64;
    let released = count(&|r| !r.released.known.is_empty());
    let none_held =
        count(&|r| r.released.known.is_empty() && r.held_before == Some(CountBand::default()));
    let unknown = count(&|r| r.released.known.is_empty() && r.held_before.is_none());
    let possible = count(&|r| r.confidence == Confidence::Possible);
    let sure = all.len() as u64 - possible;
    let mut parts = Vec::new();
    if sure > 0 {
        parts.push(format!("SMTP was restarted {}.", times(sure)));
    }
    if possible > 0 {
        parts.push(format!(
            "{}{}: no record says that SMTP itself restarted then.",
            if sure > 0 { "And " } else { "" },
            format::counted(possible, "possible restart", "possible restarts")
        ));
    }
    if released > 0 {
        parts.push(format!(
            "{} {} stuck mail out.",
            format::counted(released, "restart", "restarts"),
            words::did_let(words::release_confidence(findings))
        ));
    }
    if none_held > 0 {
        parts.push(format!(
            "Before {} nothing was held.",
            format::count(none_held)
        ));
    }
    if unknown > 0 {
        let them = format::count(unknown);
        parts.push(format!(
            "For {them} the evidence does not say what was held."
        ));
    }
    parts.join(" ")
}

fn times(n: u64) -> String {
    match n {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{} times", format::count(n)),
    }
}

impl RestartRow {
    fn new(r: &Restart, links: &Links) -> Self {
        let known = &r.released.known;
        let more = |ids: &[String]| match ids.len().saturating_sub(MAX_MESSAGES) as u64 {
            0 => String::new(),
            n => format!("and {} more", format::count(n)),
        };
        let named = |ids: &[String]| {
            ids.iter()
                .take(MAX_MESSAGES)
                .map(|id| links.to(id))
                .collect()
        };
        Self {
            id: r.id.clone(),
            server: r.server.clone(),
            kind: words::restart_kind(r.kind),
            mark: words::restart_mark(r.kind),
            by: r.by.clone(),
            stopped: r.stopped_at.map(When::new),
            started: r.started_at.map(When::new),
            down: r.down_s.map(|s| Length::new(s, Round::Up)),
            held_before: held_before(r.held_before),
            released: released(r),
            released_messages: named(known),
            more_released: more(known),
            oldest: r.released.oldest_age_s.map(|s| Length::new(s, Round::Down)),
            old_mail: match &r.old_mail {
                None => "no log speaks of it".to_owned(),
                Some(old) if old.messages == 0 => "none".to_owned(),
                Some(old) => format::counted(old.messages, "message", "messages"),
            },
            old_mail_oldest: r
                .old_mail
                .as_ref()
                .filter(|old| old.messages > 0)
                .map(|old| Length::new(old.age_max_s, Round::Nearest)),
            survived: named(&r.survived),
            more_survived: more(&r.survived),
            windows: r.windows.iter().take(12).map(|id| links.to(id)).collect(),
            sure: Sure::new(r.confidence, &r.why),
            evidence: Cites::new(links, &r.evidence, 4, 40),
        }
    }
}

fn held_before(held: Option<CountBand>) -> String {
    match held {
        None => "not known".to_owned(),
        Some(CountBand {
            at_least: 0,
            at_most: 0,
        }) => "none".to_owned(),
        Some(band) => format::band(band.at_least, band.at_most),
    }
}

fn released(r: &Restart) -> String {
    match (r.released.known.len() as u64, r.held_before) {
        (0, Some(CountBand { at_most: 0, .. })) => "nothing: none was held".to_owned(),
        (0, _) => "nothing known".to_owned(),
        (n, _) => format::counted(n, "message", "messages"),
    }
}
