//! A card for each stuck window: what set it off, what let it out, what speaks for and against.

use super::links::{Link, Links};
use super::parts::{Between, Cites, Sure};
use super::select::MAX_CARDS;
use super::words;
use crate::analysis::findings::{Burst, Cause, EndCause, Findings, Peak, Standing, Window};
use crate::report::charts;
use crate::report::format::{self, Round};
use crate::report::totals::Totals;

/// Messages named on a card.
const MAX_MESSAGES: usize = 80;
const SHOWN_EVIDENCE: usize = 8;
const FOLDED_EVIDENCE: usize = 60;
const SHOWN_FOR_CAUSE: usize = 3;

#[derive(Debug)]
pub struct Windows {
    pub cards: Vec<Card>,
    /// Said when there is none.
    pub nothing: Option<String>,
    pub left_out: Option<String>,
}

#[derive(Debug)]
pub struct Card {
    pub id: String,
    pub anchor: Option<String>,
    pub place: String,
    pub sure: Sure,
    pub start: Between,
    pub end: Between,
    pub core: String,
    pub peak: String,
    pub set_off: Vec<SetOff>,
    pub no_trigger: Option<&'static str>,
    pub let_out: &'static str,
    pub restart: Option<Link>,
    pub restart_line: Option<String>,
    pub warning: bool,
    pub supported: Vec<CauseLine>,
    /// The names of the others; their reasons stand in the table of causes.
    pub possible: String,
    pub ruled_out: String,
    pub counts: String,
    pub messages: Vec<Link>,
    pub more_messages: String,
    pub evidence: Cites,
}

/// A burst that set a window off.
#[derive(Debug)]
pub struct SetOff {
    pub link: Link,
    pub text: String,
}

/// A cause that the evidence of the window supports.
#[derive(Debug)]
pub struct CauseLine {
    pub name: String,
    pub why: String,
    pub evidence: Cites,
}

impl Windows {
    pub fn new(findings: &Findings, totals: &Totals, links: &Links) -> Self {
        let cards: Vec<Card> = findings
            .windows
            .iter()
            .take(MAX_CARDS)
            .map(|w| Card::new(w, findings, links))
            .collect();
        Self {
            nothing: cards.is_empty().then(|| nothing(findings, totals)),
            left_out: super::left_out(
                cards.len(),
                findings.windows.len(),
                "windows",
                "findings.json",
            ),
            cards,
        }
    }
}

/// What was looked at in vain.
fn nothing(findings: &Findings, totals: &Totals) -> String {
    let failures = words::failures_sentence(findings, totals);
    let captures = match (
        findings.captures.len() as u64,
        findings.captures.iter().filter(|c| c.count > 0).count() as u64,
    ) {
        (0, _) => "No temp table was looked at, so the logs alone speak.".to_owned(),
        (n, 0) => format!(
            "All {} of temp tables were empty.",
            format::counted(n, "capture", "captures")
        ),
        (n, full) => format!(
            "{} of {} of temp tables listed messages.",
            format::count(full),
            format::counted(n, "capture", "captures")
        ),
    };
    format!("No stuck window was found. {failures} {captures}")
}

impl Card {
    fn new(window: &Window, findings: &Findings, links: &Links) -> Self {
        let restart = window
            .restart
            .as_ref()
            .and_then(|id| findings.restarts.iter().find(|r| &r.id == id));
        let set_off: Vec<SetOff> = window
            .bursts
            .iter()
            .map(|id| SetOff {
                link: links.to(id),
                text: findings
                    .bursts
                    .iter()
                    .find(|b| &b.id == id)
                    .map_or(String::new(), burst_text),
            })
            .collect();
        let of = |standing: Standing| window.causes.iter().filter(move |c| c.standing == standing);
        let names = |standing: Standing| {
            let names: Vec<&str> = of(standing).map(|cause| cause.name.as_str()).collect();
            names.join("; ")
        };
        Self {
            id: window.id.clone(),
            anchor: links.to(&window.id).href.map(|_| window.id.clone()),
            place: words::place_name(&window.server, window.place.as_deref()),
            sure: Sure::new(window.confidence, &window.why),
            start: Between::beginning(window.start),
            end: Between::end(window.end),
            core: core(window),
            peak: peak(&window.peak),
            no_trigger: set_off
                .is_empty()
                .then_some("No burst of scan failures precedes it."),
            set_off,
            let_out: words::end_cause(window.end_cause),
            restart: window.restart.as_ref().map(|id| links.to(id)),
            restart_line: restart.map(words::restart_line),
            warning: matches!(
                window.end_cause,
                EndCause::Removed | EndCause::StoreRecreated
            ),
            supported: of(Standing::Supported)
                .map(|cause| CauseLine::new(cause, links))
                .collect(),
            possible: names(Standing::Possible),
            ruled_out: names(Standing::RuledOut),
            counts: counts(window),
            messages: window
                .residences
                .iter()
                .take(MAX_MESSAGES)
                .map(|id| links.to(id))
                .collect(),
            more_messages: match window.residences.len().saturating_sub(MAX_MESSAGES) as u64 {
                0 => String::new(),
                n => format!("and {} more in findings.json", format::count(n)),
            },
            evidence: Cites::new(links, &window.evidence, SHOWN_EVIDENCE, FOLDED_EVIDENCE),
        }
    }
}

impl CauseLine {
    fn new(cause: &Cause, links: &Links) -> Self {
        Self {
            name: cause.name.clone(),
            why: cause.why.clone(),
            evidence: Cites::new(links, &cause.evidence, SHOWN_FOR_CAUSE, 0),
        }
    }
}

/// How long it lasted for certain.
fn core(window: &Window) -> String {
    match charts::windows::core(window) {
        Some(core) => {
            let length = format::duration(core.width() as f64 / 1e6, Round::Down);
            format!("lasted at least {length}")
        }
        None => "no stretch of it is certain".to_owned(),
    }
}

fn peak(peak: &Peak) -> String {
    let at = peak.at.map_or(String::new(), |at| {
        format!(", at {} UTC", format::minute(at))
    });
    format!(
        "{} at once{at}",
        words::band_of(peak.at_least, peak.at_most, "message", "messages")
    )
}

fn counts(window: &Window) -> String {
    let stays = format::counted(window.residences.len() as u64, "stay", "stays");
    let distinct = window.messages.len() as u64;
    if distinct == 0 {
        format!("{stays}; no message id is known")
    } else {
        format!(
            "{stays} of {}",
            format::counted(distinct, "message", "messages")
        )
    }
}

/// `214 scan failures on 61 messages from 14:02 to 14:40`.
fn burst_text(burst: &Burst) -> String {
    format!(
        "{} on {} from {} to {} UTC",
        format::counted(burst.events, "scan failure", "scan failures"),
        format::counted(burst.messages, "message", "messages"),
        format::minute(burst.start),
        format::minute(burst.end)
    )
}
