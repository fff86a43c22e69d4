//! How long did stuck mail stay? The share still held after each length of stay, with its band; where the evidence does
//! not say at which length it falls, a box.

use plotters::coord::ranged1d::Ranged;

use super::ink::Ink;
use super::log_axis::LogLengths;
use super::sheet::{self, AXIS, Align, DrawError, GUTTER, MARGIN, Place, Sheet, WIDTH};
use super::{Chart, Content, Data, Key, Made, Section};
use crate::analysis::findings::{LengthOfStay, StayLength};
use crate::report::format::{self, Round};
use crate::report::view::table::{Cell, Table};

/// The case and so many servers; further ones are in the findings.
const MAX_PANELS: usize = 4;
const HEIGHT: i32 = 96;
const GAP: i32 = 16;
const TOP: i32 = 10;
/// Steps nearer to each other than this are drawn as one.
const NEAR: i32 = 2;

pub struct StayChart;

impl Chart for StayChart {
    fn id(&self) -> &'static str {
        "chart-stay"
    }

    fn title(&self) -> &'static str {
        "How long did stuck mail stay?"
    }

    fn section(&self) -> Section {
        Section::Messages
    }

    fn make(&self, data: &Data<'_>) -> Result<Made, DrawError> {
        let all = &data.findings.stays;
        if all.is_empty() {
            return Ok(Made::Nothing(
                "no message is confirmed or probable to have been stuck".to_owned(),
            ));
        }
        let drawn = all.get(..MAX_PANELS.min(all.len())).unwrap_or_default();
        let ends = drawn.iter().flat_map(|of| &of.curve);
        let ends = ends
            .flat_map(|step| [Some(step.from_s), step.to_s])
            .flatten();
        let (least, most) = ends.fold((f64::INFINITY, 0.0), |(least, most): (f64, f64), s| {
            (least.min(s), most.max(s))
        });
        let axis = LogLengths::between(least, most);
        let height = TOP + i32::try_from(drawn.len())? * (HEIGHT + GAP) - GAP + AXIS;
        let drawing = sheet::draw(height, |sheet| {
            for (n, of) in (0..).zip(drawn) {
                let top = TOP + n * (HEIGHT + GAP);
                let last = usize::try_from(n)? + 1 == drawn.len();
                draw(sheet, of, axis, top, last)?;
            }
            Ok(())
        })?;
        Ok(Made::Drawn(Box::new(Content {
            caption: caption(drawn),
            key: key(drawn),
            table: table(drawn, axis),
            drawing,
        })))
    }
}

fn key(drawn: &[LengthOfStay]) -> Vec<Key> {
    let mut key = vec![Key {
        mark: "━",
        ink: Ink::Stuck.name(),
        meaning: "share of the stays that lasted longer",
    }];
    if drawn.iter().any(|of| of.counts_as.is_some()) {
        key.push(Key {
            mark: "█",
            ink: Ink::Possible.name(),
            meaning: "95 % band, point by point; mail that left together counts for less",
        });
    }
    key.push(Key {
        mark: "□",
        ink: Ink::Permitted.name(),
        meaning: "somewhere here the share falls: the evidence says no more",
    });
    key
}

fn whose(of: &LengthOfStay) -> &str {
    of.server.as_deref().unwrap_or("all servers")
}

/// The corners of a staircase that changes its level at each of these points.
fn staircase(
    levels: impl Iterator<Item = (i32, i32)>,
    start: (i32, i32),
    end: i32,
) -> Vec<(i32, i32)> {
    let (mut corners, mut level) = (vec![start], start.1);
    for (x, y) in levels.filter(|(_, y)| *y >= start.1) {
        if y == level {
            continue;
        }
        match corners.last_mut() {
            // So near the step before that it goes straight on down.
            Some(last) if x - last.0 < NEAR => last.1 = y,
            _ => corners.extend([(x, level), (x, y)]),
        }
        level = y;
    }
    corners.push((end, level));
    corners
}

fn draw(
    sheet: &mut Sheet<'_>,
    of: &LengthOfStay,
    axis: LogLengths,
    top: i32,
    last: bool,
) -> Result<(), DrawError> {
    let x = |seconds: f64| axis.map(&seconds, (GUTTER, WIDTH - MARGIN));
    let y = |share: f64| top + HEIGHT - (f64::from(HEIGHT) * share.clamp(0.0, 1.0)).round() as i32;
    let end = WIDTH - MARGIN;
    // The band first, so that everything else lies upon it.
    if of.counts_as.is_some() {
        let upper = of.curve.iter().map(|step| {
            let level = step.high.unwrap_or(1.0);
            (step.to_s.map_or(end, x), y(level))
        });
        let lower = of.curve.iter().map(|step| {
            let level = step.low.unwrap_or(0.0);
            (x(step.from_s), y(level))
        });
        let first = of.curve.first().map_or(GUTTER, |step| x(step.from_s));
        let mut corners = staircase(upper, (first, y(1.0)), end);
        let mut below = staircase(lower, (first, y(1.0)), end);
        below.reverse();
        corners.extend(below);
        sheet.area(&corners, Ink::Possible)?;
    }
    let place = Place {
        top,
        height: HEIGHT,
        labels: last,
    };
    sheet.lanes(place, axis, &|s| LogLengths::label(*s))?;
    for share in [1.0, 0.5, 0.0] {
        let label = format!("{:.0} %", share * 100.0);
        sheet.words((GUTTER - 6, y(share)), &label, Align::Right, Ink::Muted)?;
    }
    sheet.line(&[(GUTTER, y(0.5)), (end, y(0.5))], Ink::Grid, 1)?;
    let count = format::counted(of.residences, "stay", "stays");
    sheet.words(
        (0, top + 34),
        &sheet::fit(whose(of), 15),
        Align::Left,
        Ink::Text,
    )?;
    sheet.words((0, top + 62), &count, Align::Left, Ink::Muted)?;
    // Where it falls is known to the width of a line, or it is a box.
    let mut before = 1.0;
    let mut sure = Vec::new();
    for step in &of.curve {
        let (from, to) = (x(step.from_s), step.to_s.map_or(end, x));
        if to - from > NEAR {
            let (high, low) = (y(before), y(step.survival));
            let round = [(to, high), (from, high), (from, low), (to, low)];
            sheet.line(&round, Ink::Permitted, 1)?;
            sure.push((from, y(before), to, y(step.survival)));
        } else {
            sure.push((to, y(before), to, y(step.survival)));
        }
        before = step.survival;
    }
    draw_curve(sheet, &sure, y(1.0), end)?;
    let half = of.half.map_or(String::new(), lasted);
    let text = format!("{}, {count}: half lasted {half}", whose(of));
    sheet.spot((0, top), (end, top + HEIGHT), text, None);
    Ok(())
}

/// The curve where it is known, broken where it is not.
fn draw_curve(
    sheet: &mut Sheet<'_>,
    steps: &[(i32, i32, i32, i32)],
    top: i32,
    end: i32,
) -> Result<(), DrawError> {
    let mut piece = vec![(GUTTER, top)];
    for (from, high, to, low) in steps {
        let known = from == to;
        match piece.last_mut() {
            Some(last) if known && from - last.0 < NEAR => last.1 = *low,
            _ => {
                piece.push((*from, *high));
                if known {
                    piece.push((*to, *low));
                } else {
                    sheet.line(&piece, Ink::Stuck, 2)?;
                    piece = vec![(*to, *low)];
                }
            }
        }
    }
    let level = piece.last().map_or(top, |last| last.1);
    if piece.last().is_some_and(|last| last.0 < end) {
        piece.push((end, level));
    }
    if piece.len() > 1 {
        sheet.line(&piece, Ink::Stuck, 2)?;
    }
    Ok(())
}

fn caption(drawn: &[LengthOfStay]) -> String {
    let readings: Vec<&str> = drawn.iter().map(|of| of.reading.as_str()).collect();
    format!(
        "{} Counted is the mail that is confirmed or probable to have been stuck, not what a retry delivered, and not what \
         is only possible.",
        readings.join(" ")
    )
}

/// The least and the greatest share that may still be held after a length.
fn held_after(of: &LengthOfStay, seconds: f64) -> (f64, f64) {
    let past = |ended: &dyn Fn(f64, Option<f64>) -> bool| {
        let steps = of
            .curve
            .iter()
            .take_while(|step| ended(step.from_s, step.to_s));
        steps.last().map_or(1.0, |step| step.survival)
    };
    let low = past(&|from, _| from <= seconds);
    let high = past(&|_, to| to.is_some_and(|to| to <= seconds));
    (low, high)
}

fn table(drawn: &[LengthOfStay], axis: LogLengths) -> Table {
    let mut table = Table::new(
        "How long the longest three quarters, half and quarter lasted".to_owned(),
        &[
            "Mail of",
            "Stays",
            "Left on occasions",
            "75 % lasted",
            "50 % lasted",
            "95 % limits of that",
            "25 % lasted",
            "Share that lasted longer than",
        ],
    );
    for of in drawn {
        table.push(vec![
            Cell::text(whose(of).to_owned()),
            Cell::count(of.residences),
            Cell::count(of.occasions),
            Cell::number(of.three_quarters.map_or(String::new(), lasted)),
            Cell::number(of.half.map_or(String::new(), lasted)),
            Cell::number(of.half.map_or(String::new(), limits)),
            Cell::number(of.quarter.map_or(String::new(), lasted)),
            Cell::text(shares(of, axis)),
        ]);
    }
    table
}

/// `1 h: 96 %, 1 d: 30 to 40 %`, at the lengths that the axis names.
fn shares(of: &LengthOfStay, axis: LogLengths) -> String {
    let percent = |share: f64| format!("{:.0}", share * 100.0);
    let at = axis.ticks().map(|seconds| {
        let (low, high) = held_after(of, seconds);
        let (low, high) = (percent(low), percent(high));
        let share = if low == high {
            low
        } else {
            format!("{low} to {high}")
        };
        format!("{}: {share} %", LogLengths::label(seconds))
    });
    at.collect::<Vec<_>>().join(", ")
}

fn lasted(of: StayLength) -> String {
    let low = format::duration(of.low_s, Round::Down);
    match of.high_s.map(|high| format::duration(high, Round::Down)) {
        None => format!("at least {low}"),
        Some(high) if high == low => low,
        Some(high) => format!("{low} to {high}"),
    }
}

fn limits(of: StayLength) -> String {
    match (of.limit_low_s, of.limit_high_s) {
        (None, None) => "none".to_owned(),
        (low, high) => {
            let limit = |seconds: Option<f64>, round| {
                seconds.map_or("no limit".to_owned(), |s| format::duration(s, round))
            };
            format!("{} to {}", limit(low, Round::Down), limit(high, Round::Up))
        }
    }
}
