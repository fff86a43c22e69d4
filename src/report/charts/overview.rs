//! What happened, on one page-wide picture: scan failures, messages stuck, and per server what the logs cover,
//! when SMTP restarted, when somebody looked and what was changed.

use std::collections::{BTreeMap, BTreeSet};

use plotters::prelude::*;

use super::axis::{Amount, TimeAxis, bin_starts, bin_width};
use super::ink::Ink;
use super::sheet::{self, AXIS, DrawError, Place, Sheet, across};
use super::{Chart, Content, Data, Key, Made, Section, band, lanes, windows};
use crate::analysis::findings::{Findings, RestartKind};
use crate::report::format;
use crate::report::sweep::{self, Held, Span, Step};
use crate::report::view::table::{Cell, Table};
use crate::report::view::words;
use crate::time::Timestamp;

/// Bins across the chart; each is at least five pixels wide.
const BINS: i64 = 170;
/// Steps of the table under the chart, fewer than bins so that it can be read.
const TABLE_STEPS: i64 = 60;
/// Rows of the table under the chart.
const MAX_ROWS: usize = 200;

const FAILURES: Place = Place {
    top: 6,
    height: 60,
    labels: false,
};
const STUCK: Place = Place {
    top: 78,
    height: 72,
    labels: false,
};
const LANES_TOP: i32 = 160;

pub struct Overview;

impl Chart for Overview {
    fn id(&self) -> &'static str {
        "chart-overview"
    }

    fn title(&self) -> &'static str {
        "What happened, and when"
    }

    fn section(&self) -> Section {
        Section::Summary
    }

    fn make(&self, data: &Data<'_>) -> Result<Made, DrawError> {
        let axis = match data.axis_or_why() {
            Ok(axis) => axis,
            Err(why) => return Ok(Made::Nothing(why)),
        };
        let picture = Picture::new(data, axis);
        let lanes = i32::try_from(picture.lanes.len())?;
        let height = LANES_TOP + lanes * lanes::HEIGHT + AXIS + 4;
        let drawing = sheet::draw(height, |sheet| picture.draw(sheet))?;
        Ok(Made::Drawn(Box::new(Content {
            caption: picture.caption(),
            key: key(data.findings),
            table: picture.table(),
            drawing,
        })))
    }
}

/// Everything the drawing and its table show, worked out once.
struct Picture<'a> {
    data: &'a Data<'a>,
    axis: TimeAxis,
    bin: i64,
    bins: BTreeMap<Timestamp, u64>,
    steps: Vec<Step>,
    lanes: Vec<&'a str>,
}

impl<'a> Picture<'a> {
    fn new(data: &'a Data<'a>, axis: TimeAxis) -> Self {
        let findings = data.findings;
        let bin = bin_width(axis.span, BINS);
        let mut bins: BTreeMap<Timestamp, u64> =
            bin_starts(axis.span, bin).map(|at| (at, 0)).collect();
        for (at, _) in &data.failures {
            // Failures outside of what is shown are not drawn at its edge.
            if axis.span.overlaps(*at, *at)
                && let Some((_, count)) = bins.range_mut(..=*at).next_back()
            {
                *count += 1;
            }
        }
        let steps = sweep::steps(
            &findings.messages,
            findings.case.options.stuck_after_s,
            axis.span,
        );
        Self {
            data,
            axis,
            bin,
            bins,
            steps,
            lanes: lanes::servers(findings),
        }
    }

    fn draw(&self, sheet: &mut Sheet<'_>) -> Result<(), DrawError> {
        let lanes_height = i32::try_from(self.lanes.len())? * lanes::HEIGHT;
        let bottom = LANES_TOP + lanes_height;
        windows::shade(
            sheet,
            &self.data.findings.windows,
            self.axis,
            FAILURES.top,
            bottom,
        )?;
        self.draw_failures(sheet)?;
        band::draw(sheet, STUCK, self.axis, &self.steps)?;
        sheet.name_panel(STUCK.top, &["Messages", "stuck"])?;
        let place = Place {
            top: LANES_TOP,
            height: lanes_height,
            labels: true,
        };
        lanes::draw(sheet, self.data, self.axis, place, &self.lanes)?;
        self.draw_flags(sheet, bottom)
    }

    fn draw_failures(&self, sheet: &mut Sheet<'_>) -> Result<(), DrawError> {
        let max = self.bins.values().max().copied().unwrap_or(0);
        let mut panel =
            sheet.time_panel(FAILURES, self.axis, Amount::up_to(max as f64, 3.0, true))?;
        let end = |at: &Timestamp| at.plus(self.bin).micros();
        let filled = self.bins.iter().filter(|(_, count)| **count > 0);
        panel.draw_series(filled.clone().map(|(at, count)| {
            let mut bar = Rectangle::new(
                [(at.micros(), 0.0), (end(at), *count as f64)],
                Ink::Failure.rgb().filled(),
            );
            bar.set_margin(0, 0, 0, 1);
            bar
        }))?;
        let unit = format!("per {}", words::step(self.bin));
        sheet.name_panel(
            FAILURES.top,
            &[words::failures_short(self.data.findings), &unit],
        )?;
        for (at, count) in filled {
            let (x0, x1) = (across(self.axis, *at), across(self.axis, at.plus(self.bin)));
            let text = format!(
                "{} from {} UTC, {}",
                format::counted(*count, "scan failure", "scan failures"),
                format::minute(*at),
                words::step(self.bin)
            );
            sheet.spot(
                (x0, FAILURES.top),
                (x1, FAILURES.top + FAILURES.height),
                text,
                self.burst_at(*at),
            );
        }
        Ok(())
    }

    /// Link to a burst that overlaps the bin.
    fn burst_at(&self, from: Timestamp) -> Option<String> {
        let to = from.plus(self.bin);
        let burst = self
            .data
            .findings
            .bursts
            .iter()
            .find(|b| b.start < to && from <= b.end)?;
        self.data.links.to(&burst.id).href
    }

    fn draw_flags(&self, sheet: &mut Sheet<'_>, bottom: i32) -> Result<(), DrawError> {
        for (n, change) in self.data.findings.interventions.iter().enumerate() {
            if self.axis.span.overlaps(change.at, change.at) {
                let x = across(self.axis, change.at);
                sheet.flag((x, FAILURES.top), bottom)?;
                let href = self.data.links.to(&words::intervention_id(n)).href;
                sheet.mark_spot(
                    (x + 4, FAILURES.top + 4),
                    words::intervention_line(change),
                    href,
                );
            }
        }
        Ok(())
    }

    fn caption(&self) -> String {
        let totals = self.data.totals;
        let failures = words::failures_sentence(self.data.findings, totals);
        if totals.stuck.at_most == 0 {
            return format!("{failures} Nothing in the evidence shows a message stuck.");
        }
        let peak = self
            .steps
            .iter()
            .map(|s| s.held)
            .fold(Held::default(), Held::max);
        let stuck = words::band_of(peak.certain, peak.permitted, "message", "messages");
        let released = match totals.releasing_restarts {
            0 => "No restart is known to have let mail out.".to_owned(),
            n => format!(
                "{} of SMTP {} {} out.",
                format::counted(n, "restart", "restarts"),
                words::did_let(words::release_confidence(self.data.findings)),
                format::counted(totals.released, "stuck message", "stuck messages")
            ),
        };
        format!("{failures} The most stuck at once: {stuck}. {released}")
    }

    fn table(&self) -> Table {
        let findings = self.data.findings;
        let width = bin_width(self.axis.span, TABLE_STEPS);
        let starts: Vec<Timestamp> = bin_starts(self.axis.span, width).collect();
        let whole = Span {
            from: starts.first().copied().unwrap_or(self.axis.span.from),
            to: starts.last().map_or(self.axis.span.to, |at| at.plus(width)),
        };
        let held = sweep::sample(&self.steps, whole, starts.len());
        let mut table = Table::new(
            format!(
                "The same numbers in steps of {}, in UTC; steps without news are left out",
                words::step(width)
            ),
            &[
                "From",
                "Scan failures",
                "Stuck at least",
                "Stuck at most",
                "Restarts",
                "Captures",
            ],
        );
        let mut last = Held::default();
        for (from, held) in starts.into_iter().zip(held) {
            let changed = std::mem::replace(&mut last, held) != held;
            let inside = |at: Timestamp| from <= at && at < from.plus(width);
            let before = |at: Timestamp| {
                self.data
                    .failures
                    .partition_point(|(failure, _)| *failure < at)
            };
            let failures = (before(from.plus(width)) - before(from)) as u64;
            let restarts: Vec<_> = findings
                .restarts
                .iter()
                .filter(|r| inside(r.at))
                .map(|r| self.data.links.to(&r.id))
                .collect();
            let captures = findings.captures.iter().filter(|c| inside(c.at)).count() as u64;
            if failures + captures == 0 && restarts.is_empty() && !changed {
                continue;
            }
            table.push(vec![
                Cell::text(format::minute(from)),
                Cell::count(failures),
                Cell::count(held.certain),
                Cell::count(held.permitted),
                Cell::links(restarts),
                Cell::count(captures),
            ]);
        }
        table.limit(MAX_ROWS, "timeline.csv has every event");
        table
    }
}

/// Only the marks that are drawn.
fn key(findings: &Findings) -> Vec<Key> {
    let kinds: BTreeSet<_> = findings
        .restarts
        .iter()
        .map(|r| words::restart_order(r.kind))
        .collect();
    let mut key = vec![];
    if !findings.messages.is_empty() {
        key.extend(band::key());
    }
    let all = [
        RestartKind::ServiceRestart,
        RestartKind::ServiceCrash,
        RestartKind::Reboot,
        RestartKind::UnexpectedReboot,
    ];
    for kind in all
        .into_iter()
        .filter(|k| kinds.contains(&words::restart_order(*k)))
    {
        key.push(Key {
            mark: words::restart_mark(kind),
            ink: Ink::Restart.name(),
            meaning: words::restart_kind(kind),
        });
    }
    key.extend(band::capture_key(&findings.captures));
    if !findings.interventions.is_empty() {
        key.push(Key {
            mark: "⚑",
            ink: Ink::Intervention.name(),
            meaning: "intervention",
        });
    }
    if !findings.coverage.is_empty() {
        key.push(Key {
            mark: "▬",
            ink: Ink::Coverage.name(),
            meaning: "logs cover",
        });
    }
    if findings.windows.iter().any(|w| windows::core(w).is_some()) {
        key.push(Key {
            mark: "█",
            ink: Ink::Window.name(),
            meaning: "stuck window, its certain part",
        });
    }
    key
}
