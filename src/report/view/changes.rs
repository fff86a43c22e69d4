//! What somebody changed, and what was logged before and after it.

use super::parts::When;
use super::select::MAX_CARDS;
use super::words;
use crate::analysis::findings::{Findings, Intervention};
use crate::report::format;

#[derive(Debug)]
pub struct Changes {
    pub cards: Vec<ChangeCard>,
    pub left_out: Option<String>,
}

#[derive(Debug)]
pub struct ChangeCard {
    pub id: String,
    pub at: When,
    pub server: String,
    pub kind: String,
    pub what: String,
    pub reading: String,
    pub before: String,
    pub after: String,
    pub ratio: Option<String>,
    pub p_value: Option<String>,
}

impl Changes {
    pub fn new(findings: &Findings) -> Self {
        let all = &findings.interventions;
        let cards: Vec<ChangeCard> = all.iter().take(MAX_CARDS).enumerate().map(card).collect();
        Self {
            left_out: super::left_out(cards.len(), all.len(), "interventions", "findings.json"),
            cards,
        }
    }
}

fn card((n, change): (usize, &Intervention)) -> ChangeCard {
    ChangeCard {
        id: words::intervention_id(n),
        at: When::new(change.at),
        server: change
            .server
            .clone()
            .unwrap_or_else(|| "all servers".to_owned()),
        kind: words::intervention_kind(&change.kind),
        what: change.what.clone(),
        reading: change.reading.clone(),
        before: words::exposure(change.before),
        after: words::exposure(change.after),
        ratio: change.rate_ratio.as_ref().map(words::ratio),
        p_value: change.p_value.map(format::p_value),
    }
}
