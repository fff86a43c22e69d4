//! What can the evidence speak of? One bar for each log of each server, with its holes, and the captures.

use std::collections::BTreeMap;

use super::axis::TimeAxis;
use super::ink::Ink;
use super::sheet::{self, AXIS, Align, DrawError, Place, Sheet, across, stretch};
use super::{Chart, Content, Data, Key, Made, Section, band, windows};
use crate::analysis::findings::{Capture, Coverage};
use crate::report::format;
use crate::report::sweep::Span;
use crate::report::view::table::{Cell, Table};
use crate::report::view::words;
use crate::time::HOUR;

/// Lanes drawn; the table has the rest.
const MAX_LANES: usize = 30;
const LANE: i32 = 22;
const TOP: i32 = 6;

pub struct CoverageChart;

impl Chart for CoverageChart {
    fn id(&self) -> &'static str {
        "chart-coverage"
    }

    fn title(&self) -> &'static str {
        "From when to when can the evidence speak?"
    }

    fn section(&self) -> Section {
        Section::Servers
    }

    fn make(&self, data: &Data<'_>) -> Result<Made, DrawError> {
        let axis = match data.axis_or_why() {
            Ok(axis) => axis,
            Err(why) => return Ok(Made::Nothing(why)),
        };
        let lanes = lanes(data);
        if lanes.is_empty() {
            return Ok(Made::Nothing(
                "no log and no capture is in the evidence".to_owned(),
            ));
        }
        let drawn = lanes.get(..MAX_LANES.min(lanes.len())).unwrap_or_default();
        let height = TOP + i32::try_from(drawn.len())? * LANE + AXIS + 2;
        let drawing = sheet::draw(height, |sheet| draw(sheet, data, axis, drawn))?;
        let mut key = vec![Key {
            mark: "█",
            ink: Ink::Coverage.name(),
            meaning: "the log covers",
        }];
        if data.findings.coverage.iter().any(|c| !c.holes.is_empty()) {
            key.push(Key {
                mark: "✕",
                ink: Ink::Failure.name(),
                meaning: "hole",
            });
        }
        key.extend(band::capture_key(&data.findings.captures));
        let hidden = lanes.len() - drawn.len();
        Ok(Made::Drawn(Box::new(Content {
            caption: caption(data, hidden),
            key,
            table: table(data),
            drawing,
        })))
    }
}

/// One line of the chart.
enum Lane<'a> {
    Log(&'a Coverage),
    Place(&'a str, &'a str, Vec<&'a Capture>),
}

/// Logs and places, server by server.
fn lanes<'a>(data: &Data<'a>) -> Vec<Lane<'a>> {
    let mut by_name: BTreeMap<(&str, u8, &str), Lane<'a>> = BTreeMap::new();
    for log in &data.findings.coverage {
        by_name.insert((&log.server, 0, &log.log), Lane::Log(log));
    }
    for capture in &data.findings.captures {
        let lane = by_name
            .entry((&capture.server, 1, &capture.place))
            .or_insert_with(|| Lane::Place(&capture.server, &capture.place, Vec::new()));
        if let Lane::Place(_, _, captures) = lane {
            captures.push(capture);
        }
    }
    by_name.into_values().collect()
}

fn draw(
    sheet: &mut Sheet<'_>,
    data: &Data<'_>,
    axis: TimeAxis,
    lanes: &[Lane<'_>],
) -> Result<(), DrawError> {
    let height = i32::try_from(lanes.len())? * LANE;
    let place = Place {
        top: TOP,
        height,
        labels: true,
    };
    windows::shade(sheet, &data.findings.windows, axis, TOP, TOP + height)?;
    sheet.lanes(place, axis, &|t| TimeAxis::label(*t))?;
    let mut server = "";
    for (i, lane) in (0..).zip(lanes) {
        let top = TOP + i * LANE;
        let (of, name) = match lane {
            Lane::Log(log) => (log.server.as_str(), log.log.as_str()),
            Lane::Place(server, place, _) => (*server, *place),
        };
        if of != server {
            sheet.words(
                (0, top + LANE / 2),
                &sheet::fit(of, 7),
                Align::Left,
                Ink::Text,
            )?;
            server = of;
        }
        sheet.words(
            (sheet::GUTTER - 8, top + LANE / 2),
            &sheet::fit(words::log_short(name), 12),
            Align::Right,
            Ink::Muted,
        )?;
        match lane {
            Lane::Log(log) => draw_log(sheet, axis, log, top)?,
            Lane::Place(_, _, captures) => draw_captures(sheet, data, axis, captures, top)?,
        }
    }
    Ok(())
}

fn draw_log(
    sheet: &mut Sheet<'_>,
    axis: TimeAxis,
    log: &Coverage,
    top: i32,
) -> Result<(), DrawError> {
    let Some((from, to)) = stretch(
        axis,
        Span {
            from: log.from,
            to: log.to,
        },
    ) else {
        return Ok(());
    };
    let (upper, lower) = (top + 6, top + LANE - 6);
    sheet.block((from, upper), (to, lower), Ink::Coverage)?;
    sheet.spot((from, upper), (to, lower), sentence(log), None);
    for hole in &log.holes {
        if let Some((from, to)) = stretch(
            axis,
            Span {
                from: hole.from,
                to: hole.to,
            },
        ) {
            sheet.block((from, upper), (to, lower), Ink::Paper)?;
            let (x, y) = ((from + to) / 2, (upper + lower) / 2);
            sheet.line(&[(x - 4, y - 4), (x + 4, y + 4)], Ink::Failure, 2)?;
            sheet.line(&[(x - 4, y + 4), (x + 4, y - 4)], Ink::Failure, 2)?;
            let times = format!(
                "{} to {}",
                format::minute(hole.from),
                format::minute(hole.to)
            );
            sheet.mark_spot((x, y), format!("Hole from {times}: {}", hole.why), None);
        }
    }
    Ok(())
}

fn draw_captures(
    sheet: &mut Sheet<'_>,
    data: &Data<'_>,
    axis: TimeAxis,
    captures: &[&Capture],
    top: i32,
) -> Result<(), DrawError> {
    for capture in captures.iter().filter(|c| axis.span.overlaps(c.at, c.at)) {
        let at = (across(axis, capture.at), top + LANE / 2);
        sheet.capture(at, capture)?;
        sheet.mark_spot(
            at,
            words::capture(capture),
            data.links.cite(&capture.evidence).href,
        );
    }
    Ok(())
}

fn sentence(log: &Coverage) -> String {
    format!(
        "{} {}: {} to {}, {}, {}",
        log.server,
        log.log,
        format::minute(log.from),
        format::minute(log.to),
        format::counted(log.records, "record", "records"),
        format::counted(log.holes.len() as u64, "hole", "holes")
    )
}

fn caption(data: &Data<'_>, hidden: usize) -> String {
    let findings = data.findings;
    let holes: u64 = findings.coverage.iter().map(|c| c.holes.len() as u64).sum();
    let mut out = if findings.coverage.is_empty() {
        "No log is in the evidence.".to_owned()
    } else {
        format!(
            "{} of {} speak, with {}; the Application logs, where scan failures are written, cover {} in all.",
            format::counted(findings.coverage.len() as u64, "log", "logs"),
            format::counted(words::servers_with_logs(findings), "server", "servers"),
            format::counted(holes, "hole", "holes"),
            format::hours(data.totals.covered_hours)
        )
    };
    out.push_str(&match findings.captures.len() as u64 {
        0 => " No temp table was looked at.".to_owned(),
        n => format!(
            " Temp tables were looked at {}.",
            format::counted(n, "time", "times")
        ),
    });
    if hidden > 0 {
        out.push_str(&format!(
            " {} in the table only.",
            format::counted(hidden as u64, "lane", "lanes")
        ));
    }
    out
}

fn table(data: &Data<'_>) -> Table {
    let mut table = Table::new(
        "Logs and captures".to_owned(),
        &[
            "Server",
            "Log or place",
            "From (UTC)",
            "To (UTC)",
            "Records",
            "Holes",
            "Hours in holes",
        ],
    );
    for lane in lanes(data) {
        table.push(match lane {
            Lane::Log(log) => {
                let missing: i64 = log
                    .holes
                    .iter()
                    .map(|h| h.to.since(h.from).max(0))
                    .fold(0, i64::saturating_add);
                vec![
                    Cell::text(log.server.clone()),
                    Cell::text(log.log.clone()),
                    Cell::text(format::minute(log.from)),
                    Cell::text(format::minute(log.to)),
                    Cell::count(log.records),
                    Cell::count(log.holes.len() as u64),
                    Cell::number(format::hours(missing as f64 / HOUR as f64)),
                ]
            }
            Lane::Place(server, place, captures) => {
                let time = |c: Option<&&Capture>| {
                    Cell::text(c.map_or(String::new(), |c| format::minute(c.at)))
                };
                let n = format::counted(captures.len() as u64, "capture", "captures");
                vec![
                    Cell::text(server.to_owned()),
                    Cell::text(place.to_owned()),
                    time(captures.iter().min_by_key(|c| c.at)),
                    time(captures.iter().max_by_key(|c| c.at)),
                    Cell::number(n),
                    Cell::text(String::new()),
                    Cell::text(String::new()),
                ]
            }
        });
    }
    table.limit(200, "findings.json has the rest");
    table
}
