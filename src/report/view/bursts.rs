//! Bursts of scan failures, and what they coincide with.

use super::links::{Link, Links};
use super::parts::{Cites, Clipped, When};
use super::select::MAX_BURSTS;
use super::words;
use crate::analysis::SIGNIFICANT;
use crate::analysis::findings::{
    Burst, BurstPart, Coincidence, CoincidenceKind, Counted, Findings,
};
use crate::report::format::{self, Round};
use crate::report::totals::Totals;
use crate::time::SECOND;

#[derive(Debug)]
pub struct Bursts {
    pub sentence: String,
    pub rows: Vec<BurstRow>,
    pub left_out: Option<String>,
    pub beside: Beside,
}

/// What bursts were compared with.
#[derive(Debug)]
pub struct Beside {
    /// `None` where there is no failure to compare.
    pub sentence: Option<String>,
    pub rows: Vec<BesideRow>,
    pub left_out: Option<String>,
}

#[derive(Debug)]
pub struct BesideRow {
    pub server: String,
    pub with: Clipped,
    /// `4 of 5 bursts`.
    pub near: String,
    pub expected: String,
    /// The adjusted p-value, or that there is none.
    pub chance: String,
    pub shown: bool,
    pub reading: String,
    pub evidence: Cites,
}

#[derive(Debug)]
pub struct BurstRow {
    pub id: String,
    pub server: String,
    pub start: When,
    pub end: When,
    pub events: String,
    pub messages: String,
    pub peak: String,
    pub densest: String,
    pub base: String,
    pub p_value: String,
    pub codes: String,
    pub windows: Vec<Link>,
    pub evidence: Cites,
}

impl Bursts {
    pub fn new(findings: &Findings, totals: &Totals, links: &Links) -> Self {
        let rows: Vec<BurstRow> = findings
            .bursts
            .iter()
            .take(MAX_BURSTS)
            .map(|b| row(b, findings, links))
            .collect();
        Self {
            sentence: words::failures_sentence(findings, totals),
            left_out: super::left_out(rows.len(), findings.bursts.len(), "bursts", "findings.json"),
            rows,
            beside: Beside::new(findings, totals, links),
        }
    }
}

/// Comparisons in the table.
const MAX_BESIDE: usize = 60;
const WITH: usize = 80;

impl Beside {
    fn new(findings: &Findings, totals: &Totals, links: &Links) -> Self {
        let all = &findings.coincidences;
        let rows: Vec<BesideRow> = all
            .iter()
            .take(MAX_BESIDE)
            .map(|one| beside_row(one, links))
            .collect();
        Self {
            sentence: (totals.scan_failures > 0).then(|| beside_sentence(all)),
            left_out: super::left_out(rows.len(), all.len(), "comparisons", "findings.json"),
            rows,
        }
    }
}

/// Whether bursts and what they were compared with come together more than chance explains.
fn is_shown(one: &Coincidence) -> bool {
    one.p_adjusted.is_some_and(|p| p < SIGNIFICANT)
}

/// What was looked at, what that shows, and what could not be looked at.
fn beside_sentence(all: &[Coincidence]) -> String {
    let kinds = [
        (
            CoincidenceKind::DefinitionsUpdated,
            "updates of the virus definitions",
        ),
        (
            CoincidenceKind::ScannerRestarted,
            "ends and starts of the scanner",
        ),
        (
            CoincidenceKind::StoreScan,
            "virus scanning events of the store",
        ),
        (CoincidenceKind::SmtpRestarted, "restarts of SMTP"),
        (CoincidenceKind::MailVolume, "mail volume"),
        (CoincidenceKind::Counter, "counters"),
        (CoincidenceKind::TimeOfDay, "the time of day"),
    ];
    let missing = kinds
        .iter()
        .filter(|(kind, _)| !all.iter().any(|one| one.kind == *kind));
    let missing: Vec<&str> = missing.map(|(_, name)| *name).collect();
    let looked = match all.len() {
        0 => "They could be compared with nothing.".to_owned(),
        n => {
            let shown = match all.iter().filter(|one| is_shown(one)).count() as u64 {
                0 => "nothing is shown to come together with them".to_owned(),
                1 => "one comes together with them more than chance explains".to_owned(),
                n => format!(
                    "{} come together with them more than chance explains",
                    format::count(n)
                ),
            };
            format!(
                "{}: {shown}.",
                format::counted(n as u64, "comparison", "comparisons")
            )
        }
    };
    let rest = if missing.is_empty() {
        String::new()
    } else {
        format!(
            " Not compared, for there are too few of them or of bursts, or no log that covers both: {}.",
            missing.join(", ")
        )
    };
    format!(
        "{looked}{rest} No event is known that tells of scheduled scans or backups, so nothing is said of those."
    )
}

fn beside_row(one: &Coincidence, links: &Links) -> BesideRow {
    let of = match one.counted {
        Counted::Bursts => format::counted(one.events, "burst", "bursts"),
        Counted::Messages => format::counted(one.events, "message", "messages"),
    };
    BesideRow {
        server: one.server.clone(),
        with: Clipped::new(&one.with, WITH),
        near: match one.near {
            Some(near) => format!("{} of {of}", format::count(near)),
            None => of,
        },
        expected: one.expected.map_or("—".to_owned(), |expected| {
            if expected < 0.1 {
                "< 0.1".to_owned()
            } else {
                format!("{expected:.1}")
            }
        }),
        chance: one.p_adjusted.map_or("silent".to_owned(), format::p_value),
        shown: is_shown(one),
        reading: one.reading.clone(),
        evidence: Cites::new(links, &one.evidence, 1, 11),
    }
}

/// The densest part of a burst: `12 in 3 min, 512 × the average`. A burst that no level of the automaton is worth has none.
fn densest(burst: &Burst) -> String {
    let average = |level: u8| match 1_u64.checked_shl(level.into()) {
        Some(times) => format!("{} × the average", format::count(times)),
        None => format!("2^{level} × the average"),
    };
    let part = |part: &BurstPart| {
        let seconds = part.end.since(part.start) as f64 / SECOND as f64;
        let within = format::duration(seconds.max(1.0), Round::Up);
        format!(
            "{} in {within}, {}",
            format::count(part.events),
            average(part.level)
        )
    };
    let best = burst
        .parts
        .iter()
        .max_by_key(|part| (part.level, part.events));
    match (best, burst.level) {
        (Some(best), _) => part(best),
        (None, Some(level)) if level > 0 => format!("all of it, {}", average(level)),
        (None, _) => "—".to_owned(),
    }
}

fn row(burst: &Burst, findings: &Findings, links: &Links) -> BurstRow {
    let windows = findings
        .windows
        .iter()
        .filter(|w| w.bursts.contains(&burst.id));
    BurstRow {
        id: burst.id.clone(),
        server: burst.server.clone(),
        start: When::new(burst.start),
        end: When::new(burst.end),
        events: format::count(burst.events),
        messages: format::count(burst.messages),
        peak: format::count(burst.peak_per_minute),
        densest: densest(burst),
        base: format::rate(burst.base_per_hour),
        p_value: burst
            .p_value
            .map_or("not known".to_owned(), format::p_value),
        codes: burst
            .error_codes
            .iter()
            .take(6)
            .map(|c| format!("{} × {}", c.code, format::count(c.count)))
            .collect::<Vec<_>>()
            .join(", "),
        windows: windows.take(12).map(|w| links.to(&w.id)).collect(),
        evidence: Cites::new(links, &burst.evidence, 2, 24),
    }
}
