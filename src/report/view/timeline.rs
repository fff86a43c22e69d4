//! The timeline as far as a page has room for it.

use super::parts::{Clipped, When};
use super::links::Link;
use super::select::Selection;
use crate::timeline::row::Row;

const SUMMARY: usize = 220;
const NAME: usize = 60;

#[derive(Debug)]
pub struct Timeline {
    pub rows: Vec<TimelineRow>,
    pub left_out: Option<String>,
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
        let shown: Vec<TimelineRow> = selection
            .rows
            .iter()
            .filter_map(|(i, anchor)| Some(row(rows.get(*i)?, anchor.clone(), selection)))
            .collect();
        let left_out = super::left_out(shown.len(), rows.len(), "rows", "timeline.csv");
        Self {
            left_out: left_out.map(|text| format!("{text} Restarts, changes and what the findings cite were chosen first.")),
            rows: shown,
        }
    }
}

fn row(row: &Row, anchor: Option<String>, selection: &Selection) -> TimelineRow {
    let event = row.event_id.map(|id| id.to_string());
    let source: Vec<&str> = [row.log.as_deref(), row.provider.as_deref(), event.as_deref()].into_iter().flatten().collect();
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
        evidence: Link { text: row.evidence.clone(), href: selection.links.to(file).href },
        original_time: row.original_time.clone(),
    }
}

/// What kind of line it is, for its mark.
fn class(kind: &str) -> &'static str {
    match kind {
        "scan_failure" => "failure",
        "seen" | "gone" | "empty_table" => "capture",
        "intervention" => "intervention",
        "observation" => "capture",
        "restart" => "restart",
        _ if kind.starts_with("service") || kind.contains("boot") || kind.contains("shutdown") => "restart",
        _ => "other",
    }
}
