//! Bursts of scan failures.

use super::links::{Link, Links};
use super::parts::{Cites, When};
use super::select::MAX_BURSTS;
use super::words;
use crate::analysis::findings::{Burst, Findings};
use crate::report::format;
use crate::report::totals::Totals;

#[derive(Debug)]
pub struct Bursts {
    pub sentence: String,
    pub rows: Vec<BurstRow>,
    pub left_out: Option<String>,
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
        }
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
        base: format::rate(burst.base_per_hour),
        p_value: burst
            .p_value
            .map_or("no base rate".to_owned(), format::p_value),
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
