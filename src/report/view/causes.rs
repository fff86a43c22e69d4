//! Rival causes over all windows: each cause once, with its source and what would settle it, and each reason once,
//! with the windows that it holds for.

use std::collections::BTreeMap;

use super::links::{Link, Links};
use super::parts::Cites;
use super::select::MAX_CARDS;
use super::words;
use crate::analysis::findings::{Cause, Findings, Standing};
use crate::report::format;

/// Reasons shown for one cause.
const MAX_REASONS: usize = 12;
/// Windows named beside one reason.
const MAX_WINDOWS: usize = 24;
const SHOWN_EVIDENCE: usize = 3;

#[derive(Debug)]
pub struct Causes {
    pub groups: Vec<Group>,
}

/// One cause.
#[derive(Debug)]
pub struct Group {
    pub name: String,
    pub source: String,
    pub settle: String,
    pub reasons: Vec<ReasonRow>,
    pub left_out: Option<String>,
}

/// One standing of a cause with its reason.
#[derive(Debug)]
pub struct ReasonRow {
    pub standing: &'static str,
    pub mark: &'static str,
    pub class: &'static str,
    pub why: String,
    pub windows: Vec<Link>,
    pub more_windows: String,
    pub evidence: Cites,
}

/// What is gathered of one reason: its windows, and the first evidence for it.
struct Gathered<'f> {
    sign: bool,
    windows: Vec<&'f str>,
    evidence: &'f [String],
}

impl Causes {
    /// The supported causes first, then the possible, then those that are ruled out everywhere.
    pub fn new(findings: &Findings, links: &Links) -> Self {
        let mut order: Vec<&Cause> = Vec::new();
        let mut reasons: BTreeMap<(&str, Standing, &str), Gathered<'_>> = BTreeMap::new();
        for window in findings.windows.iter().take(MAX_CARDS) {
            for cause in &window.causes {
                if !order.iter().any(|known| known.id == cause.id) {
                    order.push(cause);
                }
                let key = (cause.id.as_str(), cause.standing, cause.why.as_str());
                let gathered = reasons.entry(key).or_insert_with(|| Gathered {
                    sign: cause.sign,
                    windows: Vec::new(),
                    evidence: &cause.evidence,
                });
                gathered.windows.push(&window.id);
            }
        }
        let best = |id: &str| {
            let mut standings = reasons.keys().filter(|(of, ..)| *of == id);
            standings.next().map(|(_, standing, _)| *standing)
        };
        order.sort_by_key(|cause| best(&cause.id));
        let group = |cause: &&Cause| {
            let own = reasons.iter().filter(|((id, ..), _)| *id == cause.id);
            let all: Vec<_> = own.collect();
            Group {
                name: cause.name.clone(),
                source: cause.source.clone(),
                settle: cause.settle.clone(),
                left_out: super::left_out(
                    all.len().min(MAX_REASONS),
                    all.len(),
                    "reasons",
                    "findings.json",
                ),
                reasons: all
                    .into_iter()
                    .take(MAX_REASONS)
                    .map(|((_, standing, why), gathered)| {
                        ReasonRow::new(*standing, why, gathered, links)
                    })
                    .collect(),
            }
        };
        Self {
            groups: order.iter().map(group).collect(),
        }
    }
}

impl ReasonRow {
    fn new(standing: Standing, why: &str, gathered: &Gathered<'_>, links: &Links) -> Self {
        let windows = &gathered.windows;
        Self {
            standing: words::standing_of(standing, gathered.sign),
            mark: words::standing_mark(standing),
            class: words::standing_class(standing),
            why: why.to_owned(),
            windows: windows
                .iter()
                .take(MAX_WINDOWS)
                .map(|id| links.to(id))
                .collect(),
            more_windows: match windows.len().saturating_sub(MAX_WINDOWS) as u64 {
                0 => String::new(),
                n => format!("and {} more", format::count(n)),
            },
            evidence: Cites::new(links, gathered.evidence, SHOWN_EVIDENCE, 0),
        }
    }
}
