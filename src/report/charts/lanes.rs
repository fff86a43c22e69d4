//! A lane for each server: a thin bar where its logs speak, restarts above it, captures below it.

use std::collections::BTreeMap;

use super::Data;
use super::axis::TimeAxis;
use super::ink::Ink;
use super::sheet::{self, Align, DrawError, Place, Sheet, across};
use crate::analysis::findings::Findings;
use crate::evidence::model::MailLog;
use crate::report::sweep::Span;
use crate::report::view::words;

/// Height of a lane.
pub const HEIGHT: i32 = 25;
/// Servers drawn; further ones are in the table of servers.
const MAX_LANES: usize = 10;
const ABOVE: i32 = 5;
const BELOW: i32 = 6;

/// Servers that anything is known of, by name; when there are too many, those that matter most.
pub fn servers(findings: &Findings) -> Vec<&str> {
    let mut weight: BTreeMap<&str, u64> = BTreeMap::new();
    let logged = findings.coverage.iter().map(|c| &c.server);
    let seen = findings.captures.iter().map(|c| &c.server);
    for name in logged.chain(seen) {
        weight.entry(name).or_default();
    }
    for server in &findings.servers {
        *weight.entry(&server.name).or_default() += server.scan_failures;
    }
    for restart in &findings.restarts {
        *weight.entry(&restart.server).or_default() += 1;
    }
    let mut by_weight: Vec<(&str, u64)> = weight.into_iter().collect();
    by_weight.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    by_weight.truncate(MAX_LANES);
    let mut names: Vec<&str> = by_weight.into_iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    names
}

/// Draws the lanes with the labels of the time axis under them.
pub fn draw(
    sheet: &mut Sheet<'_>,
    data: &Data<'_>,
    axis: TimeAxis,
    place: Place,
    servers: &[&str],
) -> Result<(), DrawError> {
    sheet.lanes(place, axis, &|t| TimeAxis::label(*t))?;
    for (i, server) in (0..).zip(servers) {
        let middle = place.top + i * HEIGHT + HEIGHT / 2;
        sheet.words((0, middle), &sheet::fit(server, 16), Align::Left, Ink::Text)?;
        draw_coverage(sheet, data, axis, server, middle)?;
        draw_captures(sheet, data, axis, server, middle + BELOW)?;
        draw_restarts(sheet, data, axis, server, middle - ABOVE)?;
    }
    let year = format!("{} UTC", axis.span.from.datetime().format("%Y"));
    let foot = place.top + place.height + 12;
    sheet.words((0, foot), &year, Align::Left, Ink::Muted)
}

/// A bar from the first to the last instant that any event log of the server covers; a hole in any of them interrupts
/// it. The logs of the mail system, of which often single days are saved, have lanes of their own in the chart of
/// coverage.
fn draw_coverage(
    sheet: &mut Sheet<'_>,
    data: &Data<'_>,
    axis: TimeAxis,
    server: &str,
    y: i32,
) -> Result<(), DrawError> {
    let of_mail = [MailLog::Tracking.as_str(), MailLog::Smtp.as_str()];
    let all = || data.findings.coverage.iter();
    let logs = || all().filter(|c| c.server == server && !of_mail.contains(&c.log.as_str()));
    let bar = |from, to| sheet::stretch(axis, Span { from, to });
    for (from, to) in logs().filter_map(|log| bar(log.from, log.to)) {
        sheet.block((from, y - 1), (to, y + 2), Ink::Coverage)?;
    }
    for (from, to) in logs()
        .flat_map(|log| &log.holes)
        .filter_map(|hole| bar(hole.from, hole.to))
    {
        sheet.block((from, y - 1), (to, y + 2), Ink::Paper)?;
        sheet.line(&[(from, y - 4), (from, y + 5)], Ink::Coverage, 1)?;
        sheet.line(&[(to, y - 4), (to, y + 5)], Ink::Coverage, 1)?;
    }
    Ok(())
}

fn draw_captures(
    sheet: &mut Sheet<'_>,
    data: &Data<'_>,
    axis: TimeAxis,
    server: &str,
    y: i32,
) -> Result<(), DrawError> {
    let shown = |at| axis.span.overlaps(at, at);
    let captures = data.findings.captures.iter();
    for capture in captures.filter(|c| c.server == server && shown(c.at)) {
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

fn draw_restarts(
    sheet: &mut Sheet<'_>,
    data: &Data<'_>,
    axis: TimeAxis,
    server: &str,
    y: i32,
) -> Result<(), DrawError> {
    let shown = |at| axis.span.overlaps(at, at);
    let restarts = data.findings.restarts.iter();
    for restart in restarts.filter(|r| r.server == server && shown(r.at)) {
        let at = (across(axis, restart.at), y);
        sheet.restart(at, restart.kind)?;
        sheet.mark_spot(
            at,
            words::restart_line(restart),
            data.links.to(&restart.id).href,
        );
    }
    Ok(())
}
