//! What did the performance counters show meanwhile? The highest value of each short stretch of time.

use std::collections::BTreeMap;

use super::axis::{Amount, TimeAxis};
use super::ink::Ink;
use super::sheet::{self, AXIS, Align, DrawError, GUTTER, MARGIN, Place, Sheet, WIDTH, across};
use super::{Chart, Content, Data, Key, Made, Section, windows};
use crate::analysis::findings::{Counter, CounterPeak};
use crate::report::format;
use crate::report::view::table::{Cell, Table};

/// Counters drawn, those that rose most above their median; the table has all.
const MAX_PANELS: usize = 6;
const HEIGHT: i32 = 60;
/// Above each plot: the counter's name.
const HEAD: i32 = 22;
const GAP: i32 = 12;
const TOP: i32 = 4;
/// A line is broken where samples are missing for so many times their usual distance.
const GAP_FACTOR: i64 = 4;

pub struct CountersChart;

impl Chart for CountersChart {
    fn id(&self) -> &'static str {
        "chart-counters"
    }

    fn title(&self) -> &'static str {
        "What did the performance counters show?"
    }

    fn section(&self) -> Section {
        Section::Servers
    }

    fn make(&self, data: &Data<'_>) -> Result<Made, DrawError> {
        let axis = match data.axis_or_why() {
            Ok(axis) => axis,
            Err(why) => return Ok(Made::Nothing(why)),
        };
        let all = &data.findings.counters;
        if all.is_empty() {
            return Ok(Made::Nothing(
                "no performance counter is in the evidence".to_owned(),
            ));
        }
        let drawn = chosen(all);
        let height = TOP + i32::try_from(drawn.len())? * (HEAD + HEIGHT + GAP) + AXIS;
        let drawing = sheet::draw(height, |sheet| {
            for (i, counter) in drawn.iter().enumerate() {
                draw(sheet, data, axis, i, counter, i + 1 == drawn.len())?;
            }
            Ok(())
        })?;
        let key = vec![
            Key {
                mark: "━",
                ink: Ink::Capture.name(),
                meaning: "highest sample of each stretch of time",
            },
            Key {
                mark: "▲",
                ink: Ink::Capture.name(),
                meaning: "highest of all",
            },
            Key {
                mark: "█",
                ink: Ink::Window.name(),
                meaning: "messages certainly stuck on the server",
            },
        ];
        Ok(Made::Drawn(Box::new(Content {
            caption: caption(&drawn, all.len()),
            key,
            table: table(data),
            drawing,
        })))
    }
}

/// The counters to draw, in the order of the findings.
fn chosen(all: &[Counter]) -> Vec<&Counter> {
    let mut order: Vec<(usize, &Counter)> = all.iter().enumerate().collect();
    // How far it rose, as a part of its greatest value, so that counters of any size compare.
    let rise = |c: &Counter| {
        if c.max > 0.0 {
            (c.max - c.median) / c.max
        } else {
            0.0
        }
    };
    order.sort_by(|(i, a), (j, b)| rise(b).total_cmp(&rise(a)).then(i.cmp(j)));
    order.truncate(MAX_PANELS);
    order.sort_by_key(|(i, _)| *i);
    order.into_iter().map(|(_, counter)| counter).collect()
}

fn draw(
    sheet: &mut Sheet<'_>,
    data: &Data<'_>,
    axis: TimeAxis,
    n: usize,
    counter: &Counter,
    last: bool,
) -> Result<(), DrawError> {
    let top = TOP + i32::try_from(n)? * (HEAD + HEIGHT + GAP) + HEAD;
    let place = Place {
        top,
        height: HEIGHT,
        labels: last,
    };
    let whole = counter.peaks.iter().all(|p| p.value.fract() == 0.0);
    let amount = Amount::up_to(counter.max, 3.0, whole);
    let bottom = top + HEIGHT;
    let of_server = data.findings.windows.iter();
    let of_server = of_server.filter(|w| w.server == counter.server);
    windows::shade(sheet, of_server, axis, top, bottom)?;
    sheet.time_panel(place, axis, amount)?;
    let server = sheet::fit(&counter.server, 15);
    sheet.words((0, top - 11), &server, Align::Left, Ink::Text)?;
    let name = sheet::fit(&counter.counter, 120);
    sheet.words((GUTTER, top - 11), &name, Align::Left, Ink::Text)?;
    let y = |value: f64| {
        let share = (value / amount.top).clamp(0.0, 1.0);
        bottom - (f64::from(HEIGHT) * share).round() as i32
    };
    let shown = counter.peaks.iter();
    let shown: Vec<&CounterPeak> = shown.filter(|p| axis.span.overlaps(p.at, p.at)).collect();
    for line in lines(&shown, axis) {
        let points: Vec<(i32, i32)> = line.into_iter().map(|(x, value)| (x, y(value))).collect();
        match points.as_slice() {
            // A sample alone is a short stroke.
            [(x, y)] => sheet.line(&[(*x - 1, *y), (*x + 1, *y)], Ink::Capture, 2)?,
            points => sheet.line(points, Ink::Capture, 1)?,
        }
    }
    if counter.max > 0.0 && axis.span.overlaps(counter.max_at, counter.max_at) {
        let at = (across(axis, counter.max_at), y(counter.max));
        sheet.shape(at, &[(0, -5), (5, 4), (-5, 4)], Ink::Capture)?;
    }
    let href = data.links.cite(&counter.evidence).href;
    sheet.spot((0, top), (WIDTH - MARGIN, bottom), sentence(counter), href);
    Ok(())
}

/// The highest value of each column of pixels, as lines that break where samples are missing.
fn lines(peaks: &[&CounterPeak], axis: TimeAxis) -> Vec<Vec<(i32, f64)>> {
    let mut gaps: Vec<i64> = peaks
        .windows(2)
        .filter_map(|pair| Some(pair.last()?.at.since(pair.first()?.at)))
        .collect();
    gaps.sort_unstable();
    let usual = gaps.get(gaps.len() / 2).copied().unwrap_or(0).max(1);
    let mut lines: Vec<BTreeMap<i32, f64>> = Vec::new();
    let mut before = None;
    for peak in peaks {
        let broken = before.is_none_or(|at| peak.at.since(at) > usual.saturating_mul(GAP_FACTOR));
        before = Some(peak.at);
        if broken {
            lines.push(BTreeMap::new());
        }
        if let Some(line) = lines.last_mut() {
            let highest = line.entry(across(axis, peak.at)).or_insert(peak.value);
            *highest = highest.max(peak.value);
        }
    }
    lines
        .into_iter()
        .map(|line| line.into_iter().collect())
        .collect()
}

/// `\MSExchangeIS\Virus Scan Queue Length on BH01: at the most 37, 2006-03-14 10:00 UTC; median 2`.
fn sentence(counter: &Counter) -> String {
    format!(
        "{} on {}: at the most {}, {} UTC; median {}",
        counter.counter,
        counter.server,
        Amount::label(counter.max),
        format::minute(counter.max_at),
        Amount::label(counter.median)
    )
}

fn caption(drawn: &[&Counter], all: usize) -> String {
    let mut parts: Vec<String> = drawn.iter().take(3).map(|c| sentence(c) + ".").collect();
    if all > drawn.len() {
        parts.push(format!(
            "{} of {} are drawn, those that rose most above their median; the table has all.",
            drawn.len(),
            format::counted(all as u64, "counter", "counters")
        ));
    }
    parts.join(" ")
}

fn table(data: &Data<'_>) -> Table {
    let mut table = Table::new(
        "Performance counters over the time that they were sampled".to_owned(),
        &[
            "Server",
            "Counter",
            "From (UTC)",
            "To (UTC)",
            "Samples",
            "Least",
            "Median",
            "Greatest",
            "Greatest at (UTC)",
            "Evidence",
        ],
    );
    for c in &data.findings.counters {
        table.push(vec![
            Cell::text(c.server.clone()),
            Cell::text(c.counter.clone()),
            Cell::text(format::minute(c.from)),
            Cell::text(format::minute(c.to)),
            Cell::count(c.samples),
            Cell::number(Amount::label(c.min)),
            Cell::number(Amount::label(c.median)),
            Cell::number(Amount::label(c.max)),
            Cell::text(format::minute(c.max_at)),
            Cell::links(vec![data.links.cite(&c.evidence)]),
        ]);
    }
    table.limit(200, "findings.json has every counter");
    table
}
