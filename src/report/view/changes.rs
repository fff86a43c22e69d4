//! What somebody changed, and what was logged before and after it.

use super::links::Links;
use super::parts::{Cites, Clipped, When};
use super::select::MAX_CARDS;
use super::words;
use crate::analysis::findings::{Findings, Intervention, SettingChange, Units};
use crate::report::format;

/// Values shown of one change.
const MAX_VALUES: usize = 60;
const VALUE: usize = 120;
const KEY: usize = 160;

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
    /// The same by other units than single failures.
    pub units: Vec<(&'static str, String)>,
    /// It was made after this, and before `at`.
    pub not_before: Option<When>,
    pub values: Vec<ValueRow>,
    pub values_left_out: Option<String>,
    pub evidence: Cites,
}

/// One value that changed.
#[derive(Debug)]
pub struct ValueRow {
    pub name: Clipped,
    pub key: Clipped,
    /// None: it was not there.
    pub before: Option<Clipped>,
    pub after: Option<Clipped>,
}

impl Changes {
    pub fn new(findings: &Findings, links: &Links) -> Self {
        let all = &findings.interventions;
        let cards: Vec<ChangeCard> = all
            .iter()
            .take(MAX_CARDS)
            .enumerate()
            .map(|(n, change)| card(n, change, links))
            .collect();
        Self {
            left_out: super::left_out(cards.len(), all.len(), "interventions", "findings.json"),
            cards,
        }
    }
}

fn card(n: usize, change: &Intervention, links: &Links) -> ChangeCard {
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
        units: units(&change.units),
        not_before: change.not_before.map(When::new),
        values: change.changes.iter().take(MAX_VALUES).map(value).collect(),
        values_left_out: super::left_out(
            change.changes.len().min(MAX_VALUES),
            change.changes.len(),
            "values",
            "findings.json",
        ),
        evidence: Cites::new(links, &change.evidence, 4, 20),
    }
}

/// Bursts, stuck mail and the test that keeps bursts together.
fn units(units: &Units) -> Vec<(&'static str, String)> {
    let count = format::count;
    let mut all = vec![(
        "Bursts",
        format!(
            "{} before, {} after",
            count(units.bursts_before.events),
            count(units.bursts_after.events)
        ),
    )];
    if let Some(ratio) = &units.bursts_ratio {
        let p = units
            .bursts_p_value
            .map(format::p_value)
            .unwrap_or_default();
        all.push((
            "Bursts after ÷ before",
            format!("{}; {p}", words::ratio(ratio)),
        ));
    }
    all.push((
        "Stuck mail that came",
        format!(
            "{} before, {} after; windows {} and {}",
            count(units.stuck_before.events),
            count(units.stuck_after.events),
            count(units.windows_before.events),
            count(units.windows_after.events)
        ),
    ));
    if let (Some(before), Some(after)) = (units.delay_before_s, units.delay_after_s) {
        all.push((
            "Median delay",
            format!(
                "{} before, {} after",
                words::measured(before),
                words::measured(after)
            ),
        ));
    }
    all
}

fn value(change: &SettingChange) -> ValueRow {
    let clipped = |text: &Option<String>| text.as_deref().map(|t| Clipped::new(t, VALUE));
    ValueRow {
        name: Clipped::new(&change.name, VALUE),
        key: Clipped::new(&change.key, KEY),
        before: clipped(&change.before),
        after: clipped(&change.after),
    }
}
