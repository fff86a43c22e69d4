//! The timeline as far as a page has room for it, folded by day.

use std::collections::BTreeMap;

use super::links::Link;
use super::parts::{Clipped, When};
use super::select::Selection;
use crate::report::format;
use crate::timeline::row::Row;

const SUMMARY: usize = 220;
const NAME: usize = 60;
/// More days than this are folded by month.
const MAX_DAYS: usize = 62;
/// A day with no more rows than this is shown unfolded.
const OPEN: usize = 10;

#[derive(Debug)]
pub struct Timeline {
    pub days: Vec<Day>,
    pub left_out: Option<String>,
}

/// The rows of one day, or of one month.
#[derive(Debug)]
pub struct Day {
    pub name: String,
    /// What happened, by kind.
    pub counts: String,
    pub open: bool,
    pub rows: Vec<TimelineRow>,
}

#[derive(Debug)]
pub struct TimelineRow {
    pub anchor: Option<String>,
    pub at: When,
    pub server: Clipped,
    pub kind: String,
    pub class: &'static str,
    pub place: String,
    pub summary: Clipped,
    /// Log, provider and number of the event.
    pub source: Clipped,
    pub evidence: Link,
    pub original_time: Option<String>,
}

impl Timeline {
    pub fn new(rows: &[Row], selection: &Selection) -> Self {
        let chosen: Vec<(&Row, Option<String>)> = selection
            .rows
            .iter()
            .filter_map(|(i, anchor)| Some((rows.get(*i)?, anchor.clone())))
            .collect();
        let left_out = super::left_out(chosen.len(), rows.len(), "rows", "timeline.csv");
        let day = |row: &Row| row.time.datetime().format("%Y-%m-%d").to_string();
        let mut names: Vec<String> = chosen.iter().map(|(row, _)| day(row)).collect();
        names.dedup();
        let by_month = names.len() > MAX_DAYS;
        let mut days: BTreeMap<String, Vec<(&Row, Option<String>)>> = BTreeMap::new();
        for (row, anchor) in chosen {
            let mut name = day(row);
            if by_month {
                name.truncate("2006-03".len());
            }
            days.entry(name).or_default().push((row, anchor));
        }
        Self {
            days: days
                .into_iter()
                .map(|(name, rows)| Day::new(name, rows, selection))
                .collect(),
            left_out: left_out.map(|text| {
                format!("{text} Restarts, changes and what the findings cite were chosen first.")
            }),
        }
    }
}

impl Day {
    fn new(name: String, rows: Vec<(&Row, Option<String>)>, selection: &Selection) -> Self {
        let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
        for (row, _) in &rows {
            *kinds.entry(&row.kind).or_default() += 1;
        }
        let mut counts: Vec<(&str, u64)> = kinds.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let counts: Vec<String> = counts
            .into_iter()
            .map(|(kind, n)| format!("{} × {}", format::count(n), kind.replace('_', " ")))
            .collect();
        Self {
            name,
            counts: counts.join(", "),
            open: rows.len() <= OPEN,
            rows: rows
                .into_iter()
                .map(|(row, anchor)| timeline_row(row, anchor, selection))
                .collect(),
        }
    }
}

fn timeline_row(row: &Row, anchor: Option<String>, selection: &Selection) -> TimelineRow {
    let event = row.event_id.map(|id| id.to_string());
    let source = [
        row.log.as_deref(),
        row.provider.as_deref(),
        event.as_deref(),
    ];
    let source: Vec<&str> = source.into_iter().flatten().collect();
    let file = row.evidence.split('#').next().unwrap_or_default();
    TimelineRow {
        anchor,
        at: When::new(row.time),
        server: Clipped::new(&row.server, NAME),
        kind: row.kind.replace('_', " "),
        class: class(&row.kind),
        place: row.place.clone().unwrap_or_default(),
        summary: Clipped::new(&row.summary, SUMMARY),
        source: Clipped::new(&source.join(" "), NAME),
        // A row leads to its file: it is itself where citations of the record lead.
        evidence: Link {
            text: row.evidence.clone(),
            href: selection.links.to(file).href,
        },
        original_time: row.original_time.clone(),
    }
}

/// What kind of line it is, for its mark.
fn class(kind: &str) -> &'static str {
    match kind {
        "scan_failure" => "failure",
        "seen" | "gone" | "empty_table" | "observation" => "capture",
        "intervention" => "intervention",
        "restart" => "restart",
        _ if kind.starts_with("service") || kind.contains("boot") || kind.contains("shutdown") => {
            "restart"
        }
        _ => "other",
    }
}
