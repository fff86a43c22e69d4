//! Did the change help? Scan failures an hour before and after each intervention, over covered hours.

use plotters::prelude::*;

use super::axis::{Amount, TimeAxis, bin_starts, bin_width};
use super::ink::Ink;
use super::sheet::{self, AXIS, Align, DrawError, GUTTER, MARGIN, Place, Sheet, WIDTH, across};
use super::{Chart, Content, Data, Key, Made, Section, windows};
use crate::analysis::findings::{Exposure, Intervention};
use crate::report::format;
use crate::report::view::table::{Cell, Table};
use crate::report::view::words;
use crate::time::{HOUR, Timestamp};

/// Interventions drawn; further ones are in the cards beside the chart.
const MAX_PANELS: usize = 6;
/// Few and wide, so that the means can be seen beside the peaks.
const BINS: i64 = 32;
const HEIGHT: i32 = 84;
/// Above each plot: the two rates in words.
const HEAD: i32 = 24;
const GAP: i32 = 14;

pub struct BeforeAfter;

impl Chart for BeforeAfter {
    fn id(&self) -> &'static str {
        "chart-change"
    }

    fn title(&self) -> &'static str {
        "Scan failures an hour before and after each intervention"
    }

    fn section(&self) -> Section {
        Section::Interventions
    }

    fn make(&self, data: &Data<'_>) -> Result<Made, DrawError> {
        let changes = &data.findings.interventions;
        let axis = match data.axis_or_why() {
            Ok(axis) => axis,
            Err(why) => return Ok(Made::Nothing(why)),
        };
        if changes.is_empty() {
            return Ok(Made::Nothing("no intervention is recorded".to_owned()));
        }
        if changes
            .iter()
            .all(|c| c.before.events + c.after.events == 0)
        {
            return Ok(Made::Nothing(
                "no scan failure was logged before or after any intervention".to_owned(),
            ));
        }
        let drawn = changes
            .get(..MAX_PANELS.min(changes.len()))
            .unwrap_or_default();
        let height = 6 + i32::try_from(drawn.len())? * (HEAD + HEIGHT + GAP) + AXIS;
        let drawing = sheet::draw(height, |sheet| {
            for (n, change) in drawn.iter().enumerate() {
                draw(sheet, data, axis, n, change, n + 1 == drawn.len())?;
            }
            Ok(())
        })?;
        let key = vec![
            Key {
                mark: "█",
                ink: Ink::Failure.name(),
                meaning: "scan failures an hour",
            },
            Key {
                mark: "━",
                ink: Ink::Text.name(),
                meaning: "mean over the covered hours before and after",
            },
            Key {
                mark: "⚑",
                ink: Ink::Intervention.name(),
                meaning: "the intervention",
            },
        ];
        Ok(Made::Drawn(Box::new(Content {
            caption: caption(changes),
            key,
            table: table(data, changes),
            drawing,
        })))
    }
}

fn draw(
    sheet: &mut Sheet<'_>,
    data: &Data<'_>,
    axis: TimeAxis,
    n: usize,
    change: &Intervention,
    last: bool,
) -> Result<(), DrawError> {
    let bin = bin_width(axis.span, BINS);
    let rates = rates(data, axis, bin, change.server.as_deref());
    let means = [rate(change.before), rate(change.after)];
    let most = rates
        .iter()
        .map(|(_, r)| *r)
        .chain(means.iter().flatten().copied())
        .fold(0.0, f64::max);
    let top = 6 + i32::try_from(n)? * (HEAD + HEIGHT + GAP) + HEAD;
    let place = Place {
        top,
        height: HEIGHT,
        labels: last,
    };
    let amount = Amount::up_to(most, 3.0, false);
    windows::shade(sheet, &data.findings.windows, axis, top, top + HEIGHT)?;
    let mut panel = sheet.time_panel(place, axis, amount)?;
    panel.draw_series(rates.iter().filter(|(_, r)| *r > 0.0).map(|(at, r)| {
        let ends = [(at.micros(), 0.0), (at.plus(bin).micros(), *r)];
        let mut bar = Rectangle::new(ends, Ink::Failure.rgb().filled());
        bar.set_margin(0, 0, 0, 1);
        bar
    }))?;
    let id = words::intervention_id(n);
    sheet.name_panel(
        top,
        &[&id, change.server.as_deref().unwrap_or("all servers")],
    )?;
    let x = across(axis, change.at).clamp(GUTTER, WIDTH - MARGIN);
    let y = |r: f64| top + HEIGHT - (f64::from(HEIGHT) * (r / amount.top).min(1.0)).round() as i32;
    for (mean, (from, to)) in means.into_iter().zip([(GUTTER, x), (x, WIDTH - MARGIN)]) {
        if let Some(mean) = mean {
            sheet.line(&[(from, y(mean)), (to, y(mean))], Ink::Text, 2)?;
        }
    }
    draw_heads(sheet, change, (x, top - 13))?;
    sheet.flag((x, top - 20), top + HEIGHT)?;
    sheet.mark_spot(
        (x + 4, top - 16),
        words::intervention_line(change),
        data.links.to(&id).href,
    );
    Ok(())
}

/// The two rates in words, on their sides of the flag; where a side has no room, the other takes both.
fn draw_heads(
    sheet: &mut Sheet<'_>,
    change: &Intervention,
    (x, y): (i32, i32),
) -> Result<(), DrawError> {
    const ROOM: i32 = 260;
    let before = format!("before: {}", words::exposure(change.before));
    let after = format!("after: {}", words::exposure(change.after));
    if x - GUTTER < ROOM {
        sheet.words(
            (x + 16, y),
            &format!("{before}; {after}"),
            Align::Left,
            Ink::Text,
        )
    } else if WIDTH - MARGIN - x < ROOM {
        sheet.words(
            (x - 8, y),
            &format!("{before}; {after}"),
            Align::Right,
            Ink::Text,
        )
    } else {
        sheet.words((x - 8, y), &before, Align::Right, Ink::Text)?;
        sheet.words((x + 16, y), &after, Align::Left, Ink::Text)
    }
}

/// Failures an hour in each bin, of one server or of all.
fn rates(data: &Data<'_>, axis: TimeAxis, bin: i64, server: Option<&str>) -> Vec<(Timestamp, f64)> {
    let hours = bin as f64 / HOUR as f64;
    let of_server: Vec<Timestamp> = data
        .failures
        .iter()
        .filter(|(_, s)| server.is_none_or(|wanted| wanted == *s))
        .map(|(at, _)| *at)
        .collect();
    bin_starts(axis.span, bin)
        .map(|start| {
            let first = of_server.partition_point(|at| *at < start);
            let end = of_server.partition_point(|at| *at < start.plus(bin));
            (start, (end - first) as f64 / hours)
        })
        .collect()
}

fn rate(exposure: Exposure) -> Option<f64> {
    (exposure.hours > 0.0).then(|| exposure.events as f64 / exposure.hours)
}

fn caption(changes: &[Intervention]) -> String {
    let mut parts: Vec<String> = changes
        .iter()
        .enumerate()
        .take(3)
        .map(|(n, c)| {
            format!(
                "{}, {}: {} before, {} after{}.",
                words::intervention_id(n),
                format::minute(c.at),
                words::exposure(c.before),
                words::exposure(c.after),
                by_bursts(c)
            )
        })
        .collect();
    if changes.len() > parts.len() {
        parts.push(format!(
            "{} more in the table.",
            changes.len() - parts.len()
        ));
    }
    parts.join(" ")
}

/// Failures alone overrate the difference, so the caption does not leave it at them.
fn by_bursts(change: &Intervention) -> String {
    let units = &change.units;
    let Some(p) = units.bursts_p_value else {
        return String::new();
    };
    format!(
        "; in bursts {} and {}, {}",
        units.bursts_before.events,
        units.bursts_after.events,
        format::p_value(p)
    )
}

fn table(data: &Data<'_>, changes: &[Intervention]) -> Table {
    let mut table = Table::new(
        "Scan failures before and after, over the hours that the logs cover".to_owned(),
        &[
            "Intervention",
            "At (UTC)",
            "Server",
            "Before",
            "Hours",
            "An hour",
            "After",
            "Hours",
            "An hour",
            "After ÷ before (95 %)",
        ],
    );
    for (n, c) in changes.iter().enumerate() {
        let per_hour = |e: Exposure| rate(e).map_or("–".to_owned(), format::rate);
        table.push(vec![
            Cell::links(vec![data.links.to(&words::intervention_id(n))]),
            Cell::text(format::minute(c.at)),
            Cell::text(c.server.clone().unwrap_or_else(|| "all".to_owned())),
            Cell::count(c.before.events),
            Cell::number(format::hours(c.before.hours)),
            Cell::number(per_hour(c.before)),
            Cell::count(c.after.events),
            Cell::number(format::hours(c.after.hours)),
            Cell::number(per_hour(c.after)),
            Cell::number(c.rate_ratio.as_ref().map_or("–".to_owned(), words::ratio)),
        ]);
    }
    table.limit(100, "findings.json has every intervention");
    table
}
