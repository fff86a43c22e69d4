//! Did mail take longer while messages were stuck? The median and the 95th percentile of the delay before, in and
//! after each window.

use std::collections::BTreeMap;

use plotters::coord::ranged1d::Ranged;

use super::ink::Ink;
use super::log_axis::LogLengths;
use super::sheet::{self, AXIS, Align, DrawError, GUTTER, MARGIN, Place, Sheet, WIDTH};
use super::{Chart, Content, Data, Key, Made, Section};
use crate::analysis::findings::{Delay, Phase};
use crate::report::format;
use crate::report::view::table::{Cell, Table};
use crate::report::view::words;

/// Windows drawn; further ones are in the table.
const MAX_LANES: usize = 8;
const LINE: i32 = 20;
const PAD: i32 = 7;
const TOP: i32 = 6;
/// Pixels that the numbers beside a mark need.
const ROOM: i32 = 250;

pub struct DelayChart;

impl Chart for DelayChart {
    fn id(&self) -> &'static str {
        "chart-delay"
    }

    fn title(&self) -> &'static str {
        "Did mail take longer while messages were stuck?"
    }

    fn section(&self) -> Section {
        Section::Delays
    }

    fn make(&self, data: &Data<'_>) -> Result<Made, DrawError> {
        let lanes = lanes(data);
        if lanes.is_empty() {
            return Ok(Made::Nothing(nothing(data)));
        }
        let drawn = lanes.get(..MAX_LANES.min(lanes.len())).unwrap_or_default();
        let most = drawn
            .iter()
            .flat_map(|lane| &lane.delays)
            .filter_map(|d| Some(d.median_s?.max(d.p95_s?)))
            .fold(0.0, f64::max);
        let axis = LogLengths::up_to(most);
        let height = TOP + drawn.iter().map(Lane::height).sum::<i32>() + AXIS;
        let drawing = sheet::draw(height, |sheet| draw(sheet, data, drawn, axis))?;
        let key = vec![
            Key {
                mark: "●",
                ink: Ink::Stuck.name(),
                meaning: "median",
            },
            Key {
                mark: "▲",
                ink: Ink::Failure.name(),
                meaning: "what 95 % of the records did not exceed",
            },
        ];
        Ok(Made::Drawn(Box::new(Content {
            caption: caption(data, lanes.len() - drawn.len()),
            key,
            table: table(data),
            drawing,
        })))
    }
}

/// The delays around one window on one server.
struct Lane<'a> {
    window: &'a str,
    server: &'a str,
    delays: Vec<&'a Delay>,
}

impl Lane<'_> {
    fn height(&self) -> i32 {
        i32::try_from(self.delays.len()).unwrap_or(3) * LINE + 2 * PAD
    }
}

/// Windows around which at least one delay is known, in their order.
fn lanes<'a>(data: &Data<'a>) -> Vec<Lane<'a>> {
    let mut around: BTreeMap<(&str, &str), Vec<&Delay>> = BTreeMap::new();
    for delay in &data.findings.delays {
        if let (Some(window), false) = (&delay.window, delay.phase == Phase::All) {
            let of_window = around.entry((window, &delay.server)).or_default();
            of_window.push(delay);
        }
    }
    let mut lanes: Vec<Lane<'a>> = Vec::new();
    for window in &data.findings.windows {
        let key = (window.id.as_str(), window.server.as_str());
        let mut delays = around.remove(&key).unwrap_or_default();
        delays.sort_by_key(|d| (d.phase, d.from));
        delays.dedup_by_key(|d| d.phase);
        if delays.iter().any(|d| d.median_s.is_some()) {
            lanes.push(Lane {
                window: &window.id,
                server: &window.server,
                delays,
            });
        }
    }
    lanes
}

fn nothing(data: &Data<'_>) -> String {
    let findings = data.findings;
    if findings.delays.is_empty() && !words::has_tracking(findings) {
        "no tracking log is in the evidence"
    } else if findings.windows.is_empty() {
        "there is no stuck window to compare with"
    } else {
        "around no stuck window is there enough mail in the logs"
    }
    .to_owned()
}

fn draw(
    sheet: &mut Sheet<'_>,
    data: &Data<'_>,
    lanes: &[Lane<'_>],
    axis: LogLengths,
) -> Result<(), DrawError> {
    let height = lanes.iter().map(Lane::height).sum::<i32>();
    let place = Place {
        top: TOP,
        height,
        labels: true,
    };
    let mut top = TOP;
    // The shading that stands for a window in every chart, here behind the time that it lasted.
    for lane in lanes {
        for (i, delay) in (0..).zip(&lane.delays) {
            if delay.phase == Phase::During {
                let y = top + PAD + i * LINE;
                sheet.block((GUTTER, y), (WIDTH - MARGIN, y + LINE), Ink::Window)?;
            }
        }
        top += lane.height();
    }
    sheet.lanes(place, axis, &|s| LogLengths::label(*s))?;
    top = TOP;
    for lane in lanes {
        if top > TOP {
            sheet.line(&[(0, top), (WIDTH - MARGIN, top)], Ink::Grid, 1)?;
        }
        draw_lane(sheet, data, lane, axis, top)?;
        top += lane.height();
    }
    Ok(())
}

fn draw_lane(
    sheet: &mut Sheet<'_>,
    data: &Data<'_>,
    lane: &Lane<'_>,
    axis: LogLengths,
    top: i32,
) -> Result<(), DrawError> {
    let first = top + PAD + LINE / 2;
    sheet.words((0, first), lane.window, Align::Left, Ink::Text)?;
    let server = sheet::fit(lane.server, 7);
    sheet.words((0, first + 15), &server, Align::Left, Ink::Muted)?;
    for (i, delay) in (0..).zip(&lane.delays) {
        let y = first + i * LINE;
        let name = match delay.phase {
            Phase::During => "meanwhile",
            other => words::phase(other),
        };
        sheet.words((GUTTER - 8, y), name, Align::Right, Ink::Muted)?;
        draw_delay(sheet, delay, axis, y)?;
        let href = data.links.to(lane.window).href;
        sheet.spot(
            (0, y - LINE / 2),
            (WIDTH - MARGIN, y + LINE / 2),
            sentence(lane, delay),
            href,
        );
    }
    Ok(())
}

fn draw_delay(
    sheet: &mut Sheet<'_>,
    delay: &Delay,
    axis: LogLengths,
    y: i32,
) -> Result<(), DrawError> {
    let (Some(median), Some(p95)) = (delay.median_s, delay.p95_s) else {
        let few = numbers(delay);
        return sheet.words((GUTTER + 10, y), &few, Align::Left, Ink::Muted);
    };
    let x = |s: f64| axis.map(&s, (GUTTER, WIDTH - MARGIN));
    let (half, most) = (x(median), x(p95));
    sheet.line(&[(half, y), (most, y)], Ink::Permitted, 1)?;
    sheet.shape((most, y), &[(0, -5), (5, 4), (-5, 4)], Ink::Failure)?;
    sheet.dot((half, y), 4, Ink::Stuck, false)?;
    let right = half.max(most) + 12;
    if right + ROOM <= WIDTH - MARGIN {
        sheet.words((right, y), &numbers(delay), Align::Left, Ink::Text)
    } else {
        // On the left of the median, or, where that has no room either, between the two marks.
        let end = if half.min(most) - ROOM > GUTTER {
            half.min(most)
        } else {
            half.max(most)
        };
        let text = numbers(delay);
        // The line between the marks stops where the words stand.
        let wide = i32::try_from(text.chars().count()).unwrap_or(0) * 6;
        let behind = match delay.phase {
            Phase::During => Ink::Window,
            _ => Ink::Paper,
        };
        sheet.block((end - 16 - wide, y - 8), (end - 9, y + 8), behind)?;
        sheet.words((end - 12, y), &text, Align::Right, Ink::Text)
    }
}

/// `4 s, 95 % 44 h; 5,920 messages`.
fn numbers(delay: &Delay) -> String {
    let messages = format::counted(delay.records, "record", "records");
    match (delay.median_s, delay.p95_s) {
        (Some(half), Some(most)) => format!(
            "{}, 95 % {}; {messages}",
            words::measured(half),
            words::measured(most)
        ),
        _ => format!("too few to say: {messages}"),
    }
}

fn sentence(lane: &Lane<'_>, delay: &Delay) -> String {
    let phase = match delay.phase {
        Phase::Before => "Before",
        Phase::After => "After",
        Phase::During | Phase::All => "In",
    };
    format!(
        "{phase} {} on {}, {} to {} UTC: {}",
        lane.window,
        lane.server,
        format::minute(delay.from),
        format::minute(delay.to),
        numbers(delay)
    )
}

fn caption(data: &Data<'_>, hidden: usize) -> String {
    let lines = words::delay_lines(data.findings);
    let mut out = if lines.is_empty() {
        "While messages were stuck, too little mail is in the logs to say how long it took."
            .to_owned()
    } else {
        let shown: Vec<&str> = lines.iter().take(4).map(String::as_str).collect();
        let text = shown.join("; ");
        let mut text = text.replacen("in ", "In ", 1);
        text.push('.');
        text
    };
    if hidden > 0 {
        out.push_str(&format!(
            " {} in the table only.",
            format::counted(hidden as u64, "window", "windows")
        ));
    }
    out
}

fn table(data: &Data<'_>) -> Table {
    let mut table = Table::new(
        "Delay from submission to the last documented step on the server".to_owned(),
        &[
            "Window",
            "Server",
            "Phase",
            "From (UTC)",
            "To (UTC)",
            "Records",
            "Median",
            "95th percentile",
        ],
    );
    for d in &data.findings.delays {
        let length = |s: Option<f64>| Cell::number(s.map_or("too few".to_owned(), words::measured));
        let window = d.window.as_ref().map(|w| data.links.to(w));
        table.push(vec![
            Cell::links(window.into_iter().collect()),
            Cell::text(d.server.clone()),
            Cell::text(words::phase(d.phase).to_owned()),
            Cell::text(format::minute(d.from)),
            Cell::text(format::minute(d.to)),
            Cell::count(d.records),
            length(d.median_s),
            length(d.p95_s),
        ]);
    }
    table.limit(200, "findings.json has every delay");
    table
}
