//! How old was the mail that went out after each restart, by delivery records? A heap of the measured ages, and under
//! it the bounds that the same mail had without them.

use super::age;
use super::axis::Amount;
use super::ink::Ink;
use super::sheet::{self, AXIS, Align, DrawError, GUTTER, MARGIN, Place, Sheet, WIDTH};
use super::{Chart, Content, Data, Key, Made, Section};
use crate::analysis::findings::{OldMail, Restart};
use crate::report::format;
use crate::report::view::table::{Cell, Table};
use crate::report::view::words;

/// Restarts drawn; further ones are in the table.
const MAX_LANES: usize = 10;
const HEIGHT: i32 = 72;
/// Height of the tallest column of a heap.
const HEAP: i32 = 40;
/// Where the heap stands in its lane.
const FLOOR: i32 = 50;
/// Width of a column of a heap.
const COLUMN: i32 = 5;
const TOP: i32 = 6;

pub struct OldMailChart;

impl Chart for OldMailChart {
    fn id(&self) -> &'static str {
        "chart-old-mail"
    }

    fn title(&self) -> &'static str {
        "How old was the mail that was seen going out after each restart?"
    }

    fn section(&self) -> Section {
        Section::OldMail
    }

    fn make(&self, data: &Data<'_>) -> Result<Made, DrawError> {
        let all = words::old_mail(data.findings);
        if all.is_empty() {
            return Ok(Made::Nothing(nothing(data)));
        }
        let drawn = all.get(..MAX_LANES.min(all.len())).unwrap_or_default();
        let lanes: Vec<Lane<'_>> = drawn
            .iter()
            .map(|(r, old)| Lane::new(data, r, old))
            .collect();
        let most = lanes
            .iter()
            .flat_map(|l| [Some(l.old.age_max_s), l.bounds.and_then(|b| b.1)])
            .flatten()
            .fold(0.0, f64::max);
        let axis = Amount::lengths(most);
        let height = TOP + i32::try_from(lanes.len())? * HEIGHT + AXIS;
        let drawing = sheet::draw(height, |sheet| draw(sheet, data, &lanes, axis))?;
        Ok(Made::Drawn(Box::new(Content {
            caption: caption(&all, drawn.len()),
            key: key(&lanes),
            table: table(data, &all),
            drawing,
        })))
    }
}

fn nothing(data: &Data<'_>) -> String {
    let restarts = &data.findings.restarts;
    if restarts.iter().any(|r| r.old_mail.is_some()) {
        "delivery records show no old mail after any restart that they cover"
    } else if restarts.is_empty() {
        "no restart is known"
    } else if words::has_tracking(data.findings) {
        "no tracking log speaks of the time of a restart"
    } else {
        "no tracking log is in the evidence"
    }
    .to_owned()
}

/// A restart with what went out after it.
struct Lane<'a> {
    restart: &'a Restart,
    old: &'a OldMail,
    /// Least and greatest possible age of what the restart is named to have let out; no upper end where nothing
    /// limits it.
    bounds: Option<(f64, Option<f64>)>,
}

impl<'a> Lane<'a> {
    fn new(data: &Data<'_>, restart: &'a Restart, old: &'a OldMail) -> Self {
        Self {
            restart,
            old,
            bounds: age::bounds(data.findings, restart),
        }
    }
}

fn key(lanes: &[Lane<'_>]) -> Vec<Key> {
    let mut key = vec![
        Key {
            mark: "█",
            ink: Ink::Stuck.name(),
            meaning: "messages of that age, by delivery records",
        },
        Key {
            mark: "▲",
            ink: Ink::Text.name(),
            meaning: "their median",
        },
    ];
    if lanes.iter().any(|l| l.bounds.is_some()) {
        key.push(Key {
            mark: "━",
            ink: Ink::Possible.name(),
            meaning: "from the least to the greatest age that the restart's stays permit",
        });
    }
    if lanes
        .iter()
        .any(|l| l.bounds.is_some_and(|b| b.1.is_none()))
    {
        key.push(Key {
            mark: "┄",
            ink: Ink::Permitted.name(),
            meaning: "nothing in the stays limits it",
        });
    }
    key
}

fn draw(
    sheet: &mut Sheet<'_>,
    data: &Data<'_>,
    lanes: &[Lane<'_>],
    axis: Amount,
) -> Result<(), DrawError> {
    let place = Place {
        top: TOP,
        height: i32::try_from(lanes.len())? * HEIGHT,
        labels: true,
    };
    sheet.lanes(place, axis, &|s| Amount::length_label(*s))?;
    for (i, lane) in (0..).zip(lanes) {
        let top = TOP + i * HEIGHT;
        if i > 0 {
            sheet.line(&[(0, top), (WIDTH - MARGIN, top)], Ink::Grid, 1)?;
        }
        let middle = top + HEIGHT / 2;
        sheet.restart((8, middle - 7), lane.restart.kind)?;
        sheet.words((20, middle - 7), &lane.restart.id, Align::Left, Ink::Text)?;
        let server = sheet::fit(&lane.restart.server, 13);
        sheet.words((20, middle + 8), &server, Align::Left, Ink::Muted)?;
        draw_heap(sheet, lane.old, axis, top)?;
        draw_bounds(sheet, lane, axis, top + FLOOR + 14)?;
        let line = words::old_mail_line(lane.restart, lane.old);
        let href = data.links.to(&lane.restart.id).href;
        sheet.spot((0, top), (WIDTH - MARGIN, top + HEIGHT), line, href);
    }
    Ok(())
}

/// Where a length lies across the sheet.
fn x(axis: Amount, seconds: f64) -> i32 {
    let share = (seconds / axis.top).clamp(0.0, 1.0);
    GUTTER + (f64::from(WIDTH - MARGIN - GUTTER) * share).round() as i32
}

/// Columns as high as they hold messages; where they are few, a message is a few pixels high and no more.
fn draw_heap(
    sheet: &mut Sheet<'_>,
    old: &OldMail,
    axis: Amount,
    top: i32,
) -> Result<(), DrawError> {
    let columns = usize::try_from((WIDTH - MARGIN - GUTTER) / COLUMN + 1)?;
    let mut heap = vec![0_i32; columns];
    for item in &old.items {
        let column = usize::try_from((x(axis, item.age_s) - GUTTER) / COLUMN)?;
        if let Some(height) = heap.get_mut(column) {
            *height += 1;
        }
    }
    let tallest = heap.iter().copied().max().unwrap_or(0).max(1);
    let one = (f64::from(HEAP) / f64::from(tallest)).min(8.0);
    let floor = top + FLOOR;
    for (i, count) in (0..).zip(heap).filter(|(_, count)| *count > 0) {
        let left = GUTTER + i * COLUMN;
        let height = (f64::from(count) * one).round().max(2.0) as i32;
        sheet.block(
            (left, floor - height),
            (left + COLUMN - 1, floor),
            Ink::Stuck,
        )?;
    }
    let median = x(axis, old.age_median_s);
    let tip = [(0, -4), (5, 4), (-5, 4)];
    sheet.shape((median, floor + 6), &tip, Ink::Text)?;
    let text = format!(
        "{}, median {}, oldest {}",
        format::counted(old.messages, "message", "messages"),
        words::measured(old.age_median_s),
        words::measured(old.age_max_s)
    );
    // Above the floor the heap itself may stand on either side; beside the mark of the median nothing does.
    let at = floor + 7;
    if median > WIDTH / 2 {
        sheet.words((median - 10, at), &text, Align::Right, Ink::Text)
    } else {
        sheet.words((median + 10, at), &text, Align::Left, Ink::Text)
    }
}

fn draw_bounds(
    sheet: &mut Sheet<'_>,
    lane: &Lane<'_>,
    axis: Amount,
    y: i32,
) -> Result<(), DrawError> {
    let Some((low, high)) = lane.bounds else {
        return Ok(());
    };
    match high {
        Some(high) => sheet.block((x(axis, low), y), (x(axis, high), y + 4), Ink::Possible),
        None => sheet.dashes(
            (x(axis, low), y + 2),
            (WIDTH - MARGIN, y + 2),
            Ink::Permitted,
        ),
    }
}

fn caption(all: &[(&Restart, &OldMail)], drawn: usize) -> String {
    let mut parts: Vec<String> = all
        .iter()
        .take(4)
        .map(|(restart, old)| words::old_mail_sentence(restart, old))
        .collect();
    if let Some(more @ 1..) = all.len().checked_sub(drawn) {
        parts.push(format!(
            "{} in the table only.",
            format::counted(more as u64, "further restart", "further restarts")
        ));
    }
    if all
        .iter()
        .any(|(_, old)| old.messages > old.items.len() as u64)
    {
        parts.push("Where there are more than 1,000, the oldest of them are drawn.".to_owned());
    }
    parts.join(" ")
}

fn table(data: &Data<'_>, all: &[(&Restart, &OldMail)]) -> Table {
    let mut table = Table::new(
        "Age of old mail when it went out, by delivery records".to_owned(),
        &[
            "Restart",
            "Server",
            "Messages",
            "Recipients reached",
            "Median age",
            "Oldest",
            "By its stays, at least",
            "By its stays, at most",
        ],
    );
    for (restart, old) in all {
        let (low, high) = match age::bounds(data.findings, restart) {
            None => ("–".to_owned(), "–".to_owned()),
            Some((low, high)) => (
                format::duration(low, format::Round::Down),
                high.map_or("no limit".to_owned(), |s| {
                    format::duration(s, format::Round::Up)
                }),
            ),
        };
        table.push(vec![
            Cell::links(vec![data.links.to(&restart.id)]),
            Cell::text(restart.server.clone()),
            Cell::count(old.messages),
            Cell::count(old.recipients),
            Cell::number(words::measured(old.age_median_s)),
            Cell::number(words::measured(old.age_max_s)),
            Cell::number(low),
            Cell::number(high),
        ]);
    }
    table.limit(200, "findings.json has every restart");
    table
}
