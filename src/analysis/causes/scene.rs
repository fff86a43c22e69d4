//! The scene of one window: its messages, and the parts of time in which evidence speaks of it.

use super::Ground;
use crate::analysis::Examined;
use crate::analysis::facts::{Failure, ServerFacts, Sign};
use crate::analysis::findings::Confidence;
use crate::analysis::windows::StuckWindow;
use crate::profile::cause::Span;
use crate::time::{HOUR, MINUTE, Timestamp};
use crate::timeline::LogCoverage;

/// What sets a window off lies at most this long before its first message came: the store driver's own retries are
/// over within the hour, so that a message that fails now and did not fail before came within it.
const BEFORE: i64 = HOUR;
/// Records about one thing are written within this time of one another.
const AFTER: i64 = 5 * MINUTE;

/// One window with what it is judged by.
pub(super) struct Scene<'a, 't> {
    pub ground: &'a Ground<'a, 't>,
    pub window: &'a StuckWindow,
    pub members: Vec<&'a Examined<'t>>,
    /// Before this its first message cannot have come; `None` where nothing tells.
    begins: Option<Timestamp>,
    /// Its first message was certainly there.
    there: Timestamp,
    /// All of its messages had certainly come, and none of them failed scanning after this.
    all_in: Timestamp,
    /// Its last message was certainly still there.
    last: Timestamp,
    /// After this nothing can have made it wait; `None` where nothing limits it.
    ends: Option<Timestamp>,
}

impl<'a, 't> Scene<'a, 't> {
    pub fn new(
        ground: &'a Ground<'a, 't>,
        window: &'a StuckWindow,
        examined: &'a [Examined<'t>],
    ) -> Self {
        let members: Vec<&Examined<'t>> = window
            .members
            .iter()
            .filter_map(|index| examined.get(*index))
            .collect();
        let there = window
            .start
            .latest
            .or(window.start.earliest)
            .unwrap_or(Timestamp::EARLIEST);
        let last = window.end.earliest.unwrap_or(there).max(there);
        let came = members.iter().flat_map(|stay| {
            let failed = stay.residence.failures.last().map(|failure| failure.at);
            stay.bounds.entered.latest.into_iter().chain(failed)
        });
        let all_in = came.max().unwrap_or(there).max(there);
        // Of those that nothing limits, each failed: what does not fail may have come long before.
        let mut unlimited = members
            .iter()
            .filter(|stay| stay.bounds.entered.earliest.is_none());
        let by_failure = unlimited.all(|stay| !stay.residence.failures.is_empty());
        let begins = match window.start.earliest {
            Some(earliest) => Some(earliest),
            None if by_failure => Some(there.plus(-BEFORE)),
            None => started_before(ground, window, there),
        };
        let ends = match window.confidence {
            Confidence::Possible => window.end.latest,
            // What was certainly stuck by then had its cause by then.
            _ => Some(last),
        };
        Self {
            ground,
            window,
            members,
            begins,
            there,
            all_in,
            last,
            ends,
        }
    }

    /// Whether its first message was certainly there by then.
    pub fn was_there_by(&self, at: Timestamp) -> bool {
        self.there <= at
    }

    pub fn facts(&self) -> &'a ServerFacts<'t> {
        self.ground.facts
    }

    /// Whether its first message may have come so long before it certainly was there that "just before" means nothing:
    /// what happened in between may have come after it.
    pub fn comes_vaguely(&self, before: Option<u16>) -> bool {
        let earliest = self.there.plus(-lead(before).max(BEFORE));
        self.begins.is_none_or(|begins| begins < earliest)
    }

    /// The times in which something that was logged or seen speaks of the window.
    pub fn near(&self, span: Span, before: Option<u16>) -> (Timestamp, Timestamp) {
        let before = lead(before);
        let begins = self.begins.unwrap_or(self.there.plus(-BEFORE));
        match span {
            // What comes after the effect is no cause of it, so that no slack is given.
            Span::Before | Span::Arrival => (begins.min(self.there).plus(-before), self.there),
            Span::Entry => (begins.plus(-before), self.all_in.plus(AFTER)),
            Span::Window => (begins.plus(-before), self.last.plus(AFTER)),
            Span::Hull => (
                begins.plus(-before),
                self.window.end.latest.unwrap_or(self.last.plus(AFTER)),
            ),
            Span::Core => (self.there, self.last),
            Span::End => (
                self.last.plus(-AFTER),
                self.window.end.latest.unwrap_or(Timestamp::LATEST),
            ),
            Span::Ever => (Timestamp::EARLIEST, Timestamp::LATEST),
        }
    }

    /// The times of which silence must be known, for it to exclude anything; `None` where nothing limits them
    /// before. An end that nothing limits is open.
    pub fn all(&self, span: Span, before: Option<u16>) -> Option<(Timestamp, Option<Timestamp>)> {
        let begins = self.begins.map(|at| at.plus(-lead(before)));
        let slack = |at: Timestamp| at.plus(AFTER);
        Some(match span {
            Span::Before | Span::Arrival => (begins?, Some(slack(self.there))),
            Span::Entry => (begins?, Some(slack(self.all_in))),
            Span::Window => (begins?, self.ends.map(slack)),
            Span::Hull => (begins?, self.window.end.latest),
            Span::Core => (self.there, Some(self.last)),
            Span::End => (self.last, self.window.end.latest),
            Span::Ever => (Timestamp::EARLIEST, None),
        })
    }

    /// Whether a log speaks of all of a span. The lead before a window counts only as far as the log reaches back,
    /// but not less than to where its first message can have come; the end of the evidence limits an open end.
    pub fn speaks(&self, log: &LogCoverage, span: Span, before: Option<u16>) -> bool {
        let Some((from, to)) = self.all(span, before) else {
            return false;
        };
        let (from, to) = match span {
            Span::Ever => (log.from, log.to),
            Span::Core | Span::End => (from, to.unwrap_or(log.to)),
            Span::Before | Span::Arrival => (self.reaches_back(log, from), self.there),
            Span::Entry => (self.reaches_back(log, from), self.all_in),
            Span::Hull => (
                self.reaches_back(log, from),
                to.unwrap_or(log.to.max(self.last)),
            ),
            Span::Window => (
                self.reaches_back(log, from),
                self.ends.unwrap_or(log.to.max(self.last)),
            ),
        };
        from <= to && log.speaks_throughout(from, to)
    }

    fn reaches_back(&self, log: &LogCoverage, from: Timestamp) -> Timestamp {
        from.max(log.from.min(self.begins.unwrap_or(from)))
    }

    /// Signals other than scan failures between two times.
    pub fn signs(&self, (from, to): (Timestamp, Timestamp)) -> &'a [Sign] {
        between(&self.facts().signals, from, to, |sign| sign.at)
    }

    /// Scan failures between two times, of whatever message.
    pub fn failures(&self, (from, to): (Timestamp, Timestamp)) -> &'a [Failure] {
        between(&self.facts().failures, from, to, |failure| failure.at)
    }
}

fn lead(minutes: Option<u16>) -> i64 {
    minutes.map_or(BEFORE, |minutes| i64::from(minutes) * MINUTE)
}

/// The last start of SMTP before a window: it submitted again what lay in the table, so that what waits since then
/// has its cause since then.
fn started_before(
    ground: &Ground<'_, '_>,
    window: &StuckWindow,
    there: Timestamp,
) -> Option<Timestamp> {
    let until = ground
        .restarts
        .partition_point(|restart| restart.at().lo < there);
    let before = ground.restarts.get(..until).unwrap_or_default();
    let last = before.iter().rev().find(|restart| {
        restart.confidence != Confidence::Possible
            && restart.concerns(window.place.as_deref())
            && restart.at().hi <= there
    })?;
    Some(last.begun())
}

/// The part of a list in order of time between two times.
pub(super) fn between<T>(
    list: &[T],
    from: Timestamp,
    to: Timestamp,
    at: impl Fn(&T) -> Timestamp,
) -> &[T] {
    let first = list.partition_point(|item| at(item) < from);
    let last = list.partition_point(|item| at(item) <= to);
    list.get(first..last.max(first)).unwrap_or_default()
}
