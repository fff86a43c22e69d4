//! How old was the mail that each restart let out? One thin bar a message, from the least to the greatest possible
//! age, the oldest at the top of its restart.

use std::collections::BTreeMap;

use super::axis::Amount;
use super::ink::Ink;
use super::sheet::{self, AXIS, Align, DrawError, GUTTER, MARGIN, Place, Sheet, WIDTH};
use super::{Chart, Content, Data, Key, Made, Section};
use crate::analysis::findings::{Findings, Message, Restart};
use crate::report::format::{self, Round};
use crate::report::view::table::{Cell, Table};
use crate::report::view::words;
use crate::time::{SECOND, Timestamp};

/// Restarts drawn; further ones are in the table of restarts.
const MAX_LANES: usize = 12;
/// Messages drawn for one restart; of more, evenly spaced ranks are drawn.
const MAX_BARS: usize = 120;
const TOP: i32 = 8;

pub struct AgeAtRestart;

impl Chart for AgeAtRestart {
    fn id(&self) -> &'static str {
        "chart-age"
    }

    fn title(&self) -> &'static str {
        "How old was the mail that each restart let out?"
    }

    fn section(&self) -> Section {
        Section::Restarts
    }

    fn make(&self, data: &Data<'_>) -> Result<Made, DrawError> {
        let groups = groups(data);
        if groups.is_empty() {
            return Ok(Made::Nothing(
                "no restart is known to have let a message out".to_owned(),
            ));
        }
        let drawn = groups
            .get(..MAX_LANES.min(groups.len()))
            .unwrap_or_default();
        let max = drawn
            .iter()
            .flat_map(|g| &g.ages)
            .map(|a| a.high.unwrap_or(a.low))
            .fold(0.0, f64::max);
        let axis = Amount::lengths(max);
        let height = TOP + drawn.iter().map(Group::height).sum::<i32>() + AXIS;
        let drawing = sheet::draw(height, |sheet| draw(sheet, data, drawn, axis))?;
        let key = vec![
            Key {
                mark: "■",
                ink: Ink::Stuck.name(),
                meaning: "least possible age of a message",
            },
            Key {
                mark: "━",
                ink: Ink::Possible.name(),
                meaning: "up to its greatest possible age",
            },
            Key {
                mark: "┄",
                ink: Ink::Permitted.name(),
                meaning: "nothing limits its age",
            },
        ];
        Ok(Made::Drawn(Box::new(Content {
            caption: caption(&groups),
            key,
            table: table(data, &groups),
            drawing,
        })))
    }
}

/// A message's age when it was let out, in seconds.
struct Age {
    low: f64,
    high: Option<f64>,
}

/// A restart and the ages of what it let out, the oldest first.
struct Group<'a> {
    restart: &'a Restart,
    ages: Vec<Age>,
}

impl Group<'_> {
    fn bars(&self) -> usize {
        self.ages.len().min(MAX_BARS)
    }

    fn height(&self) -> i32 {
        let bars = i32::try_from(self.bars()).unwrap_or(0);
        (bars * self.pitch() + 16).max(40)
    }

    /// Pixels from one bar to the next.
    fn pitch(&self) -> i32 {
        match self.bars() {
            0..=24 => 6,
            25..=60 => 4,
            _ => 2,
        }
    }
}

fn groups<'a>(data: &Data<'a>) -> Vec<Group<'a>> {
    let messages: BTreeMap<&str, &Message> = data
        .findings
        .messages
        .iter()
        .map(|m| (m.id.as_str(), m))
        .collect();
    let mut groups: Vec<Group<'a>> = Vec::new();
    for restart in &data.findings.restarts {
        let mut ages: Vec<Age> = restart
            .released
            .known
            .iter()
            .filter_map(|id| messages.get(id.as_str()))
            .filter_map(|m| age_at(restart, m))
            .collect();
        ages.sort_by(|a, b| b.low.total_cmp(&a.low));
        if !ages.is_empty() {
            groups.push(Group { restart, ages });
        }
    }
    groups
}

/// The age of a message when the restart let it out: from its entry to the stop at least, to the start at most.
fn age_at(restart: &Restart, message: &Message) -> Option<Age> {
    let seconds = |from: Timestamp, to: Timestamp| (to.since(from) as f64 / SECOND as f64).max(0.0);
    let stopped = restart.stopped_at.unwrap_or(restart.at);
    Some(Age {
        low: seconds(message.entered.latest?, stopped),
        high: message
            .entered
            .earliest
            .map(|from| seconds(from, restart.at)),
    })
}

/// The least and the greatest age that the stays permit which a restart is named as having ended; the greatest is
/// missing where nothing limits it.
pub fn bounds(findings: &Findings, restart: &Restart) -> Option<(f64, Option<f64>)> {
    let let_out = findings.messages.iter();
    let ages: Vec<Age> = let_out
        .filter(|m| m.released_by.as_ref() == Some(&restart.id))
        .filter_map(|m| age_at(restart, m))
        .collect();
    let low = ages.iter().map(|a| a.low).min_by(f64::total_cmp)?;
    let high = ages
        .iter()
        .try_fold(0.0, |most: f64, a| a.high.map(|high| most.max(high)));
    Some((low, high))
}

fn draw(
    sheet: &mut Sheet<'_>,
    data: &Data<'_>,
    groups: &[Group<'_>],
    axis: Amount,
) -> Result<(), DrawError> {
    let height = groups.iter().map(Group::height).sum::<i32>();
    let place = Place {
        top: TOP,
        height,
        labels: true,
    };
    sheet.lanes(place, axis, &|s| Amount::length_label(*s))?;
    let plot = WIDTH - MARGIN - GUTTER;
    let x = |seconds: f64| {
        GUTTER + (f64::from(plot) * (seconds / axis.top).clamp(0.0, 1.0)).round() as i32
    };
    let mut top = TOP;
    for group in groups {
        let restart = group.restart;
        let middle = top + group.height() / 2;
        sheet.restart((8, middle - 7), restart.kind)?;
        sheet.words((20, middle - 7), &restart.id, Align::Left, Ink::Text)?;
        sheet.words(
            (20, middle + 8),
            &sheet::fit(&restart.server, 13),
            Align::Left,
            Ink::Muted,
        )?;
        if top > TOP {
            sheet.line(&[(0, top), (WIDTH - MARGIN, top)], Ink::Grid, 1)?;
        }
        let bars = i32::try_from(group.bars())?;
        let mut y = middle - bars * group.pitch() / 2 + group.pitch() / 2;
        for age in evenly(&group.ages, group.bars()) {
            let low = x(age.low);
            match age.high.map(x) {
                Some(high) if high > low => {
                    sheet.block(
                        (low, y - 1),
                        (high, y + group.pitch().min(4) - 2),
                        Ink::Possible,
                    )?;
                }
                Some(_) => {}
                None => sheet.dashes((low, y), (WIDTH - MARGIN, y), Ink::Permitted)?,
            }
            let half = if group.pitch() > 2 { 2 } else { 1 };
            sheet.block((low - half, y - half), (low + half, y + half), Ink::Stuck)?;
            y += group.pitch();
        }
        let href = data.links.to(&restart.id).href;
        sheet.spot(
            (0, top),
            (WIDTH - MARGIN, top + group.height()),
            sentence(group),
            href,
        );
        top += group.height();
    }
    Ok(())
}

/// `n` of the ages, evenly spaced by rank, first and last among them.
fn evenly(ages: &[Age], n: usize) -> impl Iterator<Item = &Age> {
    let last = ages.len().saturating_sub(1);
    (0..n).filter_map(move |i| ages.get(if n > 1 { i * last / (n - 1) } else { 0 }))
}

fn sentence(group: &Group<'_>) -> String {
    let n = format::counted(group.ages.len() as u64, "message", "messages");
    let oldest = group.ages.first().map_or(0.0, |a| a.low);
    let median = group.ages.get(group.ages.len() / 2).map_or(0.0, |a| a.low);
    format!(
        "{} on {} {} {n} out; the oldest had been held for at least {}, half of them for at least {}.",
        group.restart.id,
        group.restart.server,
        words::did_let(group.restart.released.confidence),
        format::duration(oldest, Round::Down),
        format::duration(median, Round::Down)
    )
}

fn caption(groups: &[Group<'_>]) -> String {
    let mut parts: Vec<String> = groups.iter().take(4).map(sentence).collect();
    if groups.len() > 4 {
        parts.push(format!(
            "{} more let mail out.",
            format::counted(groups.len() as u64 - 4, "restart", "restarts")
        ));
    }
    parts.join(" ")
}

fn table(data: &Data<'_>, groups: &[Group<'_>]) -> Table {
    let mut table = Table::new(
        "Age of the messages when they were let out".to_owned(),
        &[
            "Restart",
            "Server",
            "Kind",
            "Messages",
            "Youngest, at least",
            "Median, at least",
            "Oldest, at least",
            "Oldest, at most",
        ],
    );
    for group in groups {
        let low =
            |age: Option<&Age>| age.map_or(String::new(), |a| format::duration(a.low, Round::Down));
        let longest = group
            .ages
            .iter()
            .try_fold(0.0, |most: f64, a| a.high.map(|high| most.max(high)));
        table.push(vec![
            Cell::links(vec![data.links.to(&group.restart.id)]),
            Cell::text(group.restart.server.clone()),
            Cell::text(words::restart_kind(group.restart.kind).to_owned()),
            Cell::count(group.ages.len() as u64),
            Cell::number(low(group.ages.last())),
            Cell::number(low(group.ages.get(group.ages.len() / 2))),
            Cell::number(low(group.ages.first())),
            Cell::number(longest.map_or("no limit".to_owned(), |s| format::duration(s, Round::Up))),
        ]);
    }
    table.limit(200, "findings.json has every restart");
    table
}
