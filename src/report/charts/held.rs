//! How many messages were held in each place over time: a band, with what was seen as points on it.

use std::collections::BTreeMap;

use super::axis::{Amount, TimeAxis};
use super::ink::Ink;
use super::sheet::{self, AXIS, DrawError, Place, Sheet, across};
use super::{Chart, Content, Data, Key, Made, Section, band, windows};
use crate::analysis::findings::{Capture, Message};
use crate::report::format;
use crate::report::sweep::{self, Held, Step, may_be_stuck};
use crate::report::view::table::{Cell, Table};
use crate::report::view::words;
use crate::time::Timestamp;

/// Places drawn; the ones with the most messages come first.
const MAX_PANELS: usize = 8;
const HEIGHT: i32 = 84;
const GAP: i32 = 14;
const MAX_ROWS: usize = 200;

pub struct HeldPerPlace;

impl Chart for HeldPerPlace {
    fn id(&self) -> &'static str {
        "chart-held"
    }

    fn title(&self) -> &'static str {
        "How many messages were held in each place?"
    }

    fn section(&self) -> Section {
        Section::Messages
    }

    fn make(&self, data: &Data<'_>) -> Result<Made, DrawError> {
        let axis = match data.axis_or_why() {
            Ok(axis) => axis,
            Err(why) => return Ok(Made::Nothing(why)),
        };
        let (panels, hidden) = panels(data, axis);
        if panels.is_empty() {
            return Ok(Made::Nothing(
                "no message is known to have been held and no table was seen".to_owned(),
            ));
        }
        let height = 6 + i32::try_from(panels.len())? * (HEIGHT + GAP) + AXIS;
        let drawing = sheet::draw(height, |sheet| draw(sheet, data, axis, &panels))?;
        let mut key: Vec<Key> = band::key().into();
        key.extend(band::capture_key(&data.findings.captures));
        key.push(Key {
            mark: "┆",
            ink: Ink::Restart.name(),
            meaning: "restart of SMTP",
        });
        Ok(Made::Drawn(Box::new(Content {
            caption: caption(&panels, hidden),
            key,
            table: table(data, axis, &panels),
            drawing,
        })))
    }
}

/// One place with what is known of it.
struct PlacePanel<'a> {
    server: &'a str,
    place: Option<&'a str>,
    steps: Vec<Step>,
    peak: Held,
    captures: Vec<&'a Capture>,
}

impl PlacePanel<'_> {
    fn name(&self) -> String {
        words::place_name(self.server, self.place)
    }
}

/// What the findings have of one place.
#[derive(Default)]
struct Known<'a> {
    messages: Vec<&'a Message>,
    captures: Vec<&'a Capture>,
}

/// The places worth a panel, and how many are left out.
fn panels<'a>(data: &Data<'a>, axis: TimeAxis) -> (Vec<PlacePanel<'a>>, usize) {
    let findings = data.findings;
    let after = findings.case.options.stuck_after_s;
    let mut places: BTreeMap<(&str, Option<&str>), Known<'_>> = BTreeMap::new();
    for m in findings.messages.iter().filter(|m| may_be_stuck(m, after)) {
        places
            .entry((&m.server, m.place.as_deref()))
            .or_default()
            .messages
            .push(m);
    }
    for c in &findings.captures {
        places
            .entry((&c.server, Some(&c.place)))
            .or_default()
            .captures
            .push(c);
    }
    let mut panels: Vec<PlacePanel<'a>> = places
        .into_iter()
        .map(|((server, place), Known { messages, captures })| {
            let steps = sweep::steps(messages.iter().copied(), after, axis.span);
            let peak = steps
                .iter()
                .map(|s| s.held)
                .fold(Held::default(), Held::max);
            PlacePanel {
                server,
                place,
                steps,
                peak,
                captures,
            }
        })
        .collect();
    let hidden = panels.len().saturating_sub(MAX_PANELS);
    if hidden > 0 {
        panels.sort_by_key(|p| {
            (
                std::cmp::Reverse((p.peak.certain, p.peak.permitted)),
                p.server,
                p.place,
            )
        });
        panels.truncate(MAX_PANELS);
        panels.sort_by_key(|p| (p.server, p.place));
    }
    (panels, hidden)
}

fn draw(
    sheet: &mut Sheet<'_>,
    data: &Data<'_>,
    axis: TimeAxis,
    panels: &[PlacePanel<'_>],
) -> Result<(), DrawError> {
    for (i, panel) in (0..).zip(panels) {
        let last = usize::try_from(i)? + 1 == panels.len();
        let place = Place {
            top: 6 + i * (HEIGHT + GAP),
            height: HEIGHT,
            labels: last,
        };
        let bottom = place.top + place.height;
        let same = |w: &&crate::analysis::findings::Window| {
            w.server == panel.server && w.place.as_deref() == panel.place
        };
        windows::shade(
            sheet,
            data.findings.windows.iter().filter(same),
            axis,
            place.top,
            bottom,
        )?;
        let most = panel.captures.iter().map(|c| c.count).max().unwrap_or(0);
        let amount = band::draw_to(
            sheet,
            place,
            axis,
            &panel.steps,
            most.max(panel.peak.permitted),
        )?;
        sheet.name_panel(
            place.top,
            &[panel.server, panel.place.unwrap_or("place not known")],
        )?;
        for restart in data
            .findings
            .restarts
            .iter()
            .filter(|r| r.server == panel.server)
        {
            if axis.span.overlaps(restart.at, restart.at) {
                let x = across(axis, restart.at);
                sheet.dashes((x, place.top), (x, bottom), Ink::Restart)?;
                let href = data.links.to(&restart.id).href;
                sheet.spot(
                    (x - 4, place.top),
                    (x + 4, bottom),
                    words::restart_line(restart),
                    href,
                );
            }
        }
        draw_captures(sheet, data, axis, place, amount, &panel.captures)?;
    }
    Ok(())
}

fn draw_captures(
    sheet: &mut Sheet<'_>,
    data: &Data<'_>,
    axis: TimeAxis,
    place: Place,
    amount: Amount,
    captures: &[&Capture],
) -> Result<(), DrawError> {
    for capture in captures.iter().filter(|c| axis.span.overlaps(c.at, c.at)) {
        let share = (capture.count as f64 / amount.top).min(1.0);
        let y = place.top + place.height - (share * f64::from(place.height)).round() as i32;
        let at = (across(axis, capture.at), y);
        sheet.capture(at, capture)?;
        sheet.mark_spot(
            at,
            words::capture(capture),
            data.links.cite(&capture.evidence).href,
        );
    }
    Ok(())
}

fn caption(panels: &[PlacePanel<'_>], hidden: usize) -> String {
    let mut out = String::new();
    for panel in panels.iter().filter(|p| p.peak.permitted > 0) {
        let peak = words::band_of(
            panel.peak.certain,
            panel.peak.permitted,
            "message",
            "messages",
        );
        out.push_str(&format!("{}: {peak} at the most. ", panel.name()));
    }
    let idle = panels.iter().filter(|p| p.peak.permitted == 0).count() as u64;
    if idle > 0 {
        out.push_str(&format!(
            "{} with nothing stuck. ",
            format::counted(idle, "place", "places")
        ));
    }
    if hidden > 0 {
        out.push_str(&format!(
            "{} with fewer messages not drawn. ",
            format::counted(hidden as u64, "place", "places")
        ));
    }
    out.trim_end().to_owned()
}

fn table(data: &Data<'_>, axis: TimeAxis, panels: &[PlacePanel<'_>]) -> Table {
    let mut table = Table::new(
        "The same numbers, wherever a table was seen, a restart fell or a count was highest"
            .to_owned(),
        &[
            "When (UTC)",
            "Place",
            "Stuck at least",
            "Stuck at most",
            "Seen",
            "Source",
        ],
    );
    let mut rows: Vec<(Timestamp, Vec<Cell>)> = Vec::new();
    for panel in panels {
        let held_at =
            |at: Timestamp| match panel.steps.partition_point(|s| s.at <= at).checked_sub(1) {
                Some(i) => panel.steps.get(i).map(|s| s.held).unwrap_or_default(),
                None => Held::default(),
            };
        let mut push = |at: Timestamp, seen: Cell, source: Cell| {
            let held = held_at(at);
            let cells = vec![
                Cell::text(format::minute(at)),
                Cell::text(panel.name()),
                Cell::count(held.certain),
                Cell::count(held.permitted),
                seen,
                source,
            ];
            rows.push((at, cells));
        };
        for c in panel
            .captures
            .iter()
            .filter(|c| axis.span.overlaps(c.at, c.at))
        {
            push(
                c.at,
                Cell::count(c.count),
                Cell::links(vec![data.links.cite(&c.evidence)]),
            );
        }
        for r in data
            .findings
            .restarts
            .iter()
            .filter(|r| r.server == panel.server)
        {
            if axis.span.overlaps(r.at, r.at) {
                push(
                    r.stopped_at.unwrap_or(r.at),
                    Cell::text(String::new()),
                    Cell::links(vec![data.links.to(&r.id)]),
                );
            }
        }
        if let Some(top) = panel
            .steps
            .iter()
            .find(|s| s.held.certain == panel.peak.certain && s.held.certain > 0)
        {
            push(
                top.at,
                Cell::text(String::new()),
                Cell::text("highest count".to_owned()),
            );
        }
    }
    rows.sort_by_key(|(at, _)| *at);
    rows.into_iter().for_each(|(_, cells)| table.push(cells));
    table.limit(MAX_ROWS, "findings.json has every interval");
    table
}
