//! The charts of the report, one question each.
//!
//! A chart takes the findings, answers its question in a caption with numbers, draws it, and gives the same numbers
//! as a table. To add one, write a file and put it into [`CHARTS`].

use std::collections::BTreeMap;

use crate::analysis::findings::Findings;
use crate::report::Error;
use crate::report::sweep::Span;
use crate::report::totals::Totals;
use crate::report::view::links::Links;
use crate::report::view::table::Table;
use crate::time::{HOUR, Timestamp};
use crate::timeline::row::Row;

mod age;
mod axis;
mod band;
mod change;
mod counters;
mod coverage;
mod delay;
mod held;
mod ink;
mod lanes;
mod log_axis;
mod old_mail;
mod overview;
mod sheet;
mod stay;
mod strokes;
mod svg;
pub(super) mod windows;

use axis::TimeAxis;
use sheet::{DrawError, Drawing};

/// Every chart, in the order of the page.
const CHARTS: [&dyn Chart; 9] = [
    &overview::Overview,
    &held::HeldPerPlace,
    &stay::StayChart,
    &age::AgeAtRestart,
    &old_mail::OldMailChart,
    &delay::DelayChart,
    &change::BeforeAfter,
    &coverage::CoverageChart,
    &counters::CountersChart,
];

/// The part of the page that a chart belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    Summary,
    Messages,
    Restarts,
    OldMail,
    Delays,
    Interventions,
    Servers,
}

/// One chart.
trait Chart: Sync {
    /// Its anchor in the page.
    fn id(&self) -> &'static str;
    /// The question it answers, as a title.
    fn title(&self) -> &'static str;
    fn section(&self) -> Section;
    /// Draws it, or says why there is nothing to draw.
    fn make(&self, data: &Data<'_>) -> Result<Made, DrawError>;
}

/// What a chart came to.
enum Made {
    Drawn(Box<Content>),
    Nothing(String),
}

/// A chart that has something to show.
struct Content {
    /// The answer in words, with numbers.
    caption: String,
    /// What the marks mean, as far as the drawing does not say it.
    key: Vec<Key>,
    table: Table,
    drawing: Drawing,
}

/// One mark and its meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// A character of the mark's shape.
    pub mark: &'static str,
    /// Name of its ink.
    pub ink: &'static str,
    pub meaning: &'static str,
}

/// A chart as the page shows it.
#[derive(Clone, Debug)]
pub struct Figure {
    pub id: &'static str,
    pub title: &'static str,
    pub caption: String,
    pub key: Vec<Key>,
    /// Mark-up, safe as it is.
    pub plot: String,
    /// Mark-up, safe as it is.
    pub spots: String,
    pub table: Table,
}

/// A chart that was left out, and why.
#[derive(Clone, Debug)]
pub struct LeftOut {
    pub title: &'static str,
    pub why: String,
}

/// The charts of one part of the page.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    pub drawn: Vec<Figure>,
    pub left_out: Vec<LeftOut>,
}

/// What charts are made from.
pub struct Data<'a> {
    pub findings: &'a Findings,
    pub totals: &'a Totals,
    pub links: &'a Links,
    /// Time and server of every scan failure, in order of time.
    pub failures: Vec<(Timestamp, &'a str)>,
    /// The axis of every chart of time; none when nothing has a time.
    pub axis: Option<TimeAxis>,
}

impl<'a> Data<'a> {
    pub fn new(
        findings: &'a Findings,
        rows: &'a [Row],
        totals: &'a Totals,
        links: &'a Links,
    ) -> Self {
        let mut failures: Vec<(Timestamp, &str)> = rows
            .iter()
            .filter(|r| r.kind == "scan_failure")
            .map(|r| (r.time, r.server.as_str()))
            .collect();
        failures.sort_unstable();
        let axis = span(findings, totals, &failures).map(|span| TimeAxis { span });
        Self {
            findings,
            totals,
            links,
            failures,
            axis,
        }
    }

    /// The axis, or the reason why there is none.
    fn axis_or_why(&self) -> Result<TimeAxis, String> {
        self.axis
            .ok_or_else(|| "no evidence carries a time".to_owned())
    }
}

/// Draws every chart, by the part of the page it belongs to.
pub fn draw_all(data: &Data<'_>) -> Result<BTreeMap<Section, Figures>, Error> {
    let mut sections: BTreeMap<Section, Figures> = BTreeMap::new();
    for chart in CHARTS {
        let figures = sections.entry(chart.section()).or_default();
        match chart.make(data).map_err(Error::render(chart.title()))? {
            Made::Nothing(why) => figures.left_out.push(LeftOut {
                title: chart.title(),
                why,
            }),
            Made::Drawn(content) => figures
                .drawn
                .push(framed(chart, *content).map_err(Error::render(chart.title()))?),
        }
    }
    Ok(sections)
}

fn framed(chart: &dyn Chart, content: Content) -> Result<Figure, DrawError> {
    let Content {
        caption,
        key,
        table,
        drawing,
    } = content;
    let label = svg::Label {
        id: chart.id(),
        title: chart.title(),
        desc: &caption,
    };
    let plot = svg::finish(&drawing.raw, drawing.size, label)?;
    let spots = svg::spots(&drawing.spots, drawing.size)?;
    Ok(Figure {
        id: chart.id(),
        title: chart.title(),
        caption,
        key,
        plot,
        spots,
        table,
    })
}

/// The span of the time axis: what the evidence covers and everything that was found, cut to what is to be shown.
fn span(findings: &Findings, totals: &Totals, failures: &[(Timestamp, &str)]) -> Option<Span> {
    let covered = totals.span.into_iter().flat_map(|(from, to)| [from, to]);
    let found = failures
        .first()
        .into_iter()
        .chain(failures.last())
        .map(|(at, _)| *at);
    let restarts = findings.restarts.iter().map(|r| r.at);
    let changes = findings.interventions.iter().map(|i| i.at);
    let times: Vec<Timestamp> = covered
        .chain(found)
        .chain(restarts)
        .chain(changes)
        .collect();
    let options = &findings.case.options;
    let from = options.since.or(times.iter().min().copied())?;
    let to = options.until.or(times.iter().max().copied())?;
    // A single instant still needs a width to be drawn on.
    if to.since(from) < HOUR {
        return Some(Span {
            from: from.plus(-HOUR),
            to: from.max(to).plus(HOUR),
        });
    }
    Some(Span { from, to })
}
