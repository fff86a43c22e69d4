//! The page: the findings as words, numbers and links, ready for the templates, which only put them in place.
//!
//! One file a section. Everything that is capped for size is capped here, and says so.

use std::borrow::Cow;

use super::Error;
use super::charts::{self, Data, Figures, Section};
use super::totals::Totals;
use crate::analysis::findings::Findings;
use crate::timeline::row::Row;

pub mod bursts;
pub mod causes;
pub mod changes;
pub mod contradictions;
pub mod delays;
pub mod evidence;
pub mod links;
pub mod messages;
pub mod method;
pub mod now;
pub mod parts;
pub mod restarts;
pub mod select;
pub mod servers;
pub mod settings;
pub mod shown;
pub mod summary;
pub mod table;
pub mod timeline;
pub mod windows;
pub mod words;

/// Everything that `report.html` and `report.md` show.
#[derive(Debug)]
pub struct Page {
    pub summary: summary::Summary,
    pub overview: Figures,
    pub now: now::Now,
    pub windows: windows::Windows,
    pub bursts: bursts::Bursts,
    pub causes: causes::Causes,
    pub contradictions: contradictions::Contradictions,
    pub messages: messages::Messages,
    pub messages_charts: Figures,
    /// How long stuck mail stayed, in words.
    pub stays: Vec<String>,
    pub restarts: restarts::Restarts,
    pub restarts_charts: Figures,
    pub delays: delays::Delays,
    pub old_mail_charts: Figures,
    pub delays_charts: Figures,
    pub changes: changes::Changes,
    pub changes_charts: Figures,
    pub servers: servers::Servers,
    pub servers_charts: Figures,
    pub settings: settings::Settings,
    pub timeline: timeline::Timeline,
    pub evidence: evidence::Evidence,
    pub method: method::Method,
}

impl Page {
    /// Makes the page. The headline numbers count everything; lists and charts show what lies between `--since` and
    /// `--until`.
    pub fn new(findings: &Findings, rows: &[Row]) -> Result<Self, Error> {
        let totals = Totals::of(findings);
        let all = findings;
        let findings: Cow<'_, Findings> = shown::findings(findings);
        let findings = findings.as_ref();
        let rows = shown::rows(findings, rows);
        let selection = select::Selection::new(findings, &rows);
        let links = &selection.links;
        let mut figures = charts::draw_all(&Data::new(findings, &rows, &totals, links))?;
        let mut take = |section| figures.remove(&section).unwrap_or_default();
        Ok(Self {
            summary: summary::Summary::new(all, &totals, links),
            overview: take(Section::Summary),
            now: now::Now::new(all, links),
            windows: windows::Windows::new(findings, &totals, links),
            bursts: bursts::Bursts::new(findings, &totals, links),
            causes: causes::Causes::new(findings, links),
            contradictions: contradictions::Contradictions::new(findings, links),
            messages: messages::Messages::new(findings, &selection),
            messages_charts: take(Section::Messages),
            stays: findings.stays.iter().map(|of| of.reading.clone()).collect(),
            restarts: restarts::Restarts::new(findings, links),
            restarts_charts: take(Section::Restarts),
            delays: delays::Delays::new(findings, links),
            old_mail_charts: take(Section::OldMail),
            delays_charts: take(Section::Delays),
            changes: changes::Changes::new(findings, links),
            changes_charts: take(Section::Interventions),
            servers: servers::Servers::new(findings, links),
            servers_charts: take(Section::Servers),
            settings: settings::Settings::new(findings, links),
            timeline: timeline::Timeline::new(&rows, &selection),
            evidence: evidence::Evidence::new(findings, links),
            method: method::Method::new(findings),
        })
    }
}

/// `The first 50 of 1,200 …; all are in findings.json.`, or nothing when nothing is left out.
fn left_out(shown: usize, total: usize, what: &str, where_all: &str) -> Option<String> {
    use super::format::count;
    (shown < total).then(|| {
        format!(
            "{} of {} {what} are shown; all are in {where_all}.",
            count(shown as u64),
            count(total as u64)
        )
    })
}
