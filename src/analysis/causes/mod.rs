//! Causes: every cause that the profile names, tested against the evidence of one window.
//!
//! A scan failure alone does not prove that the scanner was too slow; each rival is supported, possible or ruled
//! out, with the reason. What nothing here can test stays possible.

mod look_alikes;

use std::collections::BTreeSet;

use super::Examined;
use super::facts::{ServerFacts, Sign, table_number};
use super::windows::StuckWindow;
use super::wording::{moment, plural};
use crate::analysis::findings::{Cause, Standing};
use crate::profile::{Profile, Role, ServiceKey};
use crate::time::{HOUR, MINUTE, Timestamp};

/// What sets a window off lies at most this long before its first message is known to be there.
const BEFORE: i64 = HOUR;
/// A crash strands mail that was in transport at that moment.
const CRASH_BEFORE: i64 = 30 * MINUTE;

/// What one window's causes are judged by.
struct Scene<'a, 't> {
    facts: &'a ServerFacts<'t>,
    profile: &'a Profile,
    window: &'a StuckWindow,
    members: Vec<&'a Examined<'t>>,
    from: Timestamp,
    to: Timestamp,
}

/// The causes of one window, in the order of the profile.
pub fn of_window<'t>(
    facts: &ServerFacts<'t>,
    profile: &Profile,
    window: &StuckWindow,
    examined: &[Examined<'t>],
) -> Vec<Cause> {
    let members: Vec<&Examined<'t>> = window
        .members
        .iter()
        .filter_map(|index| examined.get(*index))
        .collect();
    let start = window
        .start
        .earliest
        .or(window.start.latest)
        .unwrap_or(Timestamp::EARLIEST);
    let scene = Scene {
        facts,
        profile,
        window,
        members,
        from: start.plus(-BEFORE),
        to: window.end.earliest.unwrap_or(start),
    };
    profile
        .causes
        .iter()
        .map(|rule| {
            let (standing, why) = scene.test(&rule.id);
            Cause {
                id: rule.id.clone(),
                name: rule.name.clone(),
                standing,
                why,
            }
        })
        .collect()
}

type Judgement = (Standing, String);

impl Scene<'_, '_> {
    fn test(&self, id: &str) -> Judgement {
        match id {
            "scanner-timeout" => self.scanner_timeout(),
            "signed-mail" => self.signed_mail(),
            "greylisting" => self.without_failures(),
            "orphan-table" => self.orphan_table(),
            "store-driver" => self.store_driver(),
            "scanner-killed" => self.scanner_killed(),
            "inetinfo-crash" => self.crash(),
            "categorizer" => self.neighbour(&[6004, 9003, 9004]),
            "store-down" => self.store_down(),
            "mailroot-queue" => self.mailroot_queue(),
            "log-hole" => self.log_hole(),
            _ => (
                Standing::Possible,
                "Nothing in this evidence can test it.".to_owned(),
            ),
        }
    }

    fn failed(&self) -> usize {
        self.members
            .iter()
            .filter(|stay| stay.residence.scan_failures().next().is_some())
            .count()
    }

    /// Whether the log that failures go to speaks of the whole window.
    fn failures_would_show(&self) -> bool {
        self.facts.failure_log().is_some_and(|log| {
            log.speaks_throughout(self.from.max(log.from), self.to)
                && log.from <= self.from.plus(BEFORE)
        })
    }

    fn services_would_show(&self) -> bool {
        self.facts.service_log().is_some_and(|log| {
            log.from <= self.from.plus(BEFORE)
                && log.speaks_throughout(self.from.max(log.from), self.to)
        })
    }

    fn signs(&self, from: Timestamp, wanted: impl Fn(&Sign) -> bool) -> Vec<&Sign> {
        let within = self
            .facts
            .signals
            .iter()
            .filter(|sign| (from..=self.to).contains(&sign.at));
        within.filter(|sign| wanted(sign)).collect()
    }

    fn scanner_timeout(&self) -> Judgement {
        let (failed, all) = (self.failed(), self.members.len());
        let both = self
            .members
            .iter()
            .filter(|s| {
                s.residence.scan_failures().next().is_some() && !s.residence.sightings.is_empty()
            })
            .count();
        match (failed, both) {
            (0, _) if self.failures_would_show() => (
                Standing::RuledOut,
                "No scan failure names any of these messages, and the log covers the time."
                    .to_owned(),
            ),
            (0, _) => (
                Standing::Possible,
                "No scan failure names these messages, but the log does not cover the whole time."
                    .to_owned(),
            ),
            (_, 0) => (
                Standing::Possible,
                format!("{failed} of {all} failed scanning; none was also seen in a table."),
            ),
            _ => (
                Standing::Supported,
                format!(
                    "{both} of {all} messages both failed scanning and were listed in the table, as the \
                     article describes. Which setting was too low the events do not say."
                ),
            ),
        }
    }

    fn orphan_table(&self) -> Judgement {
        let number = self
            .window
            .place
            .as_deref()
            .and_then(|table| table_number(self.profile, table));
        match (number, self.facts.virtual_servers) {
            (Some(number), Some(count)) if number > count => (
                Standing::Supported,
                format!(
                    "The table is number {number}, and the server has {count} virtual servers."
                ),
            ),
            (Some(number), Some(count)) => (
                Standing::RuledOut,
                format!(
                    "The table is number {number}, and the server has {}.",
                    plural(count as usize, "virtual server", "virtual servers")
                ),
            ),
            (None, _) => (Standing::Possible, "The table is not known.".to_owned()),
            (_, None) => (
                Standing::Possible,
                "How many virtual servers there are is not known.".to_owned(),
            ),
        }
    }

    fn store_driver(&self) -> Judgement {
        let events = self.signs(self.from, |sign| sign.role == Role::DeliveryFailure);
        let keys: BTreeSet<&str> = self
            .members
            .iter()
            .filter_map(|s| s.residence.id.message_key.as_deref())
            .collect();
        let naming = events
            .iter()
            .filter(|e| e.key.as_deref().is_some_and(|k| keys.contains(k)))
            .count();
        self.by_events(
            events.len(),
            naming,
            "delivery failure (327)",
            "delivery failures (327)",
        )
    }

    fn by_events(&self, events: usize, naming: usize, one: &str, many: &str) -> Judgement {
        match (events, naming) {
            (0, _) if self.failures_would_show() => {
                (Standing::RuledOut, format!("No {one} in the covered time."))
            }
            (0, _) => (
                Standing::Possible,
                format!("No {one}, but the log does not cover the whole time."),
            ),
            (n, 0) => (
                Standing::Possible,
                format!(
                    "{} in the same time, naming none of these messages.",
                    plural(n, one, many)
                ),
            ),
            (_, m) => (
                Standing::Supported,
                format!("{} of these messages are named by a {one}.", m),
            ),
        }
    }

    fn scanner_killed(&self) -> Judgement {
        let killed = self.signs(self.from, |sign| {
            matches!(sign.role, Role::ScannerKilled)
                || sign.is(Role::ServiceCrashed, ServiceKey::Scanner)
        });
        match killed.first() {
            Some(first) => (
                Standing::Supported,
                format!(
                    "The scan process was killed or crashed {} in or just before this window, first at {} \
                     ({}).",
                    plural(killed.len(), "time", "times"),
                    moment(first.at),
                    first.cite
                ),
            ),
            None if self.failures_would_show() => (
                Standing::RuledOut,
                "No event says that the scan process was killed, and the log covers the time."
                    .to_owned(),
            ),
            None => (
                Standing::Possible,
                "No event says so, but the log does not cover the whole time.".to_owned(),
            ),
        }
    }

    fn crash(&self) -> Judgement {
        let start = self.window.start.latest.unwrap_or(self.to);
        let from = self.from.plus(BEFORE - CRASH_BEFORE);
        let crashes = self.signs(from, |sign| {
            sign.at <= start
                && (sign.is(Role::ServiceCrashed, ServiceKey::Smtp)
                    || sign.is(Role::ServiceCrashed, ServiceKey::Host))
        });
        match crashes.last() {
            Some(last) => (
                Standing::Supported,
                format!(
                    "{} at {} ({}), just before the window.",
                    last.summary,
                    moment(last.at),
                    last.cite
                ),
            ),
            None if self.services_would_show() => (
                Standing::RuledOut,
                "Neither SMTP nor IIS crashed just before, and the System log covers the time."
                    .to_owned(),
            ),
            None => (
                Standing::Possible,
                "No crash is logged, but the System log does not cover the whole time.".to_owned(),
            ),
        }
    }

    fn neighbour(&self, ids: &[u16]) -> Judgement {
        let wanted: Vec<String> = ids.iter().map(|id| format!("transport-{id}")).collect();
        let events = self.signs(self.from, |sign| {
            sign.role == Role::Neighbour && wanted.contains(&sign.rule)
        });
        self.by_events(events.len(), 0, "categorizer event", "categorizer events")
    }

    fn store_down(&self) -> Judgement {
        let stops = self.signs(self.from, |sign| {
            sign.is(Role::ServiceStopped, ServiceKey::Store)
                || sign.is(Role::ServiceCrashed, ServiceKey::Store)
        });
        match stops.first() {
            Some(first) => (
                Standing::Possible,
                format!("The Information Store went down at {} ({}).", moment(first.at), first.cite),
            ),
            None if self.services_would_show() => (
                Standing::RuledOut,
                "The Information Store did not stop on this server, and the System log covers the time."
                    .to_owned(),
            ),
            None => (
                Standing::Possible,
                "No stop is logged, but the System log does not cover the whole time.".to_owned(),
            ),
        }
    }

    fn log_hole(&self) -> Judgement {
        if self.failures_would_show() && self.services_would_show() {
            return (
                Standing::RuledOut,
                "The Application and System logs cover this window without a hole.".to_owned(),
            );
        }
        let hole = self
            .facts
            .coverage
            .iter()
            .find_map(|log| log.hole_within(self.from, self.to).map(|hole| (log, hole)));
        match hole {
            Some((log, hole)) => (
                Standing::Supported,
                format!(
                    "The {} log is silent from {} to {}: {}",
                    log.log,
                    moment(hole.from),
                    moment(hole.to),
                    hole.why
                ),
            ),
            None => (
                Standing::Possible,
                "The logs of this server do not reach over the whole window.".to_owned(),
            ),
        }
    }
}
