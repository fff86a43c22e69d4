//! `--since` and `--until`: what is shown, never what is concluded.

use std::borrow::Cow;

use crate::analysis::findings::Findings;
use crate::report::sweep::Span;
use crate::time::{Interval, Timestamp};
use crate::timeline::row::Row;

/// The findings without what lies wholly outside of the span that was asked for.
pub fn findings(findings: &Findings) -> Cow<'_, Findings> {
    let Some(span) = span(findings) else {
        return Cow::Borrowed(findings);
    };
    let inside = |from: Option<Timestamp>, to: Option<Timestamp>| {
        span.overlaps(from.unwrap_or(span.from), to.unwrap_or(span.to))
    };
    let during =
        |start: Interval, end: Interval| inside(start.earliest.or(start.latest), end.latest);
    let mut cut = findings.clone();
    cut.windows.retain(|w| during(w.start, w.end));
    cut.messages.retain(|m| during(m.entered, m.left));
    cut.bursts.retain(|b| inside(Some(b.start), Some(b.end)));
    cut.restarts
        .retain(|r| inside(Some(r.stopped_at.unwrap_or(r.at)), Some(r.at)));
    cut.captures.retain(|c| inside(Some(c.at), Some(c.at)));
    cut.delays.retain(|d| inside(Some(d.from), Some(d.to)));
    cut.counters.retain(|c| inside(Some(c.from), Some(c.to)));
    cut.observations.retain(|o| inside(Some(o.at), Some(o.at)));
    Cow::Owned(cut)
}

/// The rows of the timeline that are shown.
pub fn rows<'a>(findings: &Findings, rows: &'a [Row]) -> Cow<'a, [Row]> {
    match span(findings) {
        None => Cow::Borrowed(rows),
        Some(span) => Cow::Owned(
            rows.iter()
                .filter(|r| span.overlaps(r.time, r.time))
                .cloned()
                .collect(),
        ),
    }
}

fn span(findings: &Findings) -> Option<Span> {
    let options = &findings.case.options;
    if options.since.is_none() && options.until.is_none() {
        return None;
    }
    let far =
        Timestamp::from_seconds(0).map(|epoch| (epoch.plus(i64::MIN), epoch.plus(i64::MAX)))?;
    Some(Span {
        from: options.since.unwrap_or(far.0),
        to: options.until.unwrap_or(far.1),
    })
}
