//! What to do next: the steps of the profile whose conditions hold, each with its reason.
//!
//! A step that nothing in the evidence calls for is not there. Which step follows from a condition, and its words, are
//! the profile's; here the conditions are tested.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::ServerFacts;
use super::wording::{moment, plural, span};
use super::{Conclusions, Examined, ServerAnalysis};
use crate::analysis::findings::{
    Check, ClockChangeKind, Confidence, Message, MissingKind, NextStep, Now, Setting, SmtpNow,
    Standing, Status,
};
use crate::profile::{Need, Profile, StepRule, canonical_key, fill};
use crate::time::Timestamp;
use crate::timeline::LogCoverage;

/// Steps of a case; evidence may name very many servers.
const MOST_STEPS: usize = 1000;
/// Records and ids that one step names.
const MOST_NAMED: usize = 12;

/// One time that a condition holds.
#[derive(Default)]
struct Call {
    server: Option<String>,
    words: BTreeMap<&'static str, String>,
    source: Option<String>,
    refers: Vec<String>,
    evidence: Vec<String>,
}

impl Call {
    fn on(server: &str) -> Self {
        Self {
            server: Some(server.to_owned()),
            ..Self::default()
        }
        .with("server", server)
    }

    fn with(mut self, word: &'static str, says: impl Into<String>) -> Self {
        self.words.insert(word, says.into());
        self
    }

    fn about(mut self, refers: Vec<String>, evidence: Vec<String>) -> Self {
        (self.refers, self.evidence) = (refers, evidence);
        self
    }
}

/// What conditions are tested on.
struct Ground<'a, 't> {
    profile: &'a Profile,
    servers: &'a [ServerAnalysis<'t>],
    found: &'a Conclusions,
}

/// The steps of a case, in the order of the profile, then of the servers.
pub fn of_case(
    profile: &Profile,
    servers: &[ServerAnalysis<'_>],
    found: &Conclusions,
) -> Vec<NextStep> {
    let ground = Ground {
        profile,
        servers,
        found,
    };
    let called = profile
        .steps
        .iter()
        .flat_map(|rule| ground.calls(rule).into_iter().map(move |call| (rule, call)));
    called
        .take(MOST_STEPS)
        .zip(1..)
        .map(|((rule, call), number)| {
            let word = |name: &str| call.words.get(name).cloned();
            NextStep {
                id: format!("N{number}"),
                step: rule.id.clone(),
                what: fill(&rule.what, word),
                why: fill(&rule.why, word),
                server: call.server.clone(),
                source: rule.source.clone().or(call.source.clone()),
                refers: some_of(call.refers.clone()),
                evidence: some_of(call.evidence.clone()),
            }
        })
        .collect()
}

fn some_of(mut all: Vec<String>) -> Vec<String> {
    all.truncate(MOST_NAMED);
    all
}

impl Ground<'_, '_> {
    fn calls(&self, rule: &StepRule) -> Vec<Call> {
        match rule.when {
            Need::RestartLetsOut => self.of_now(restart_lets_out),
            Need::HeldInTable => self.of_now(held_in_table),
            Need::MailPerhapsLost => self.perhaps_lost(),
            Need::TableNotLookedAt => self.not_looked_at(),
            Need::LogMissing => self.of_servers(log_missing),
            Need::LogEndsEarly => self.of_now(log_ends_early),
            Need::LogHole => self.of_servers(log_holes),
            Need::SettingNotShown => self.setting_not_shown(rule),
            Need::SettingChanged => self.setting_changed(rule),
            Need::CauseSupported => self.causes(rule, Standing::Supported),
            Need::CausePossible => self.causes(rule, Standing::Possible),
            Need::ClocksDisagree => self.clocks(),
            Need::TablesUncounted => self.of_servers(tables_uncounted),
            Need::RowsWithoutMessageId => self.of_servers(rows_without_id),
        }
    }

    fn of_now(&self, call: impl Fn(&Now) -> Vec<Call>) -> Vec<Call> {
        self.found.now.iter().flat_map(call).collect()
    }

    /// Of the servers whose own state the evidence speaks of.
    fn of_servers(&self, call: impl Fn(&ServerAnalysis<'_>) -> Vec<Call>) -> Vec<Call> {
        let speaking = self.servers.iter().filter(|s| super::now::speaks(&s.facts));
        speaking.flat_map(call).collect()
    }

    fn perhaps_lost(&self) -> Vec<Call> {
        let mut lost: BTreeMap<&str, Vec<&Message>> = BTreeMap::new();
        for message in &self.found.messages {
            if matches!(message.status, Status::Removed | Status::LostPossible) {
                lost.entry(&message.server).or_default().push(message);
            }
        }
        lost.into_iter()
            .map(|(server, messages)| {
                let ids: Vec<String> = messages.iter().map(|m| m.id.clone()).collect();
                let evidence = messages.iter().filter_map(|m| m.evidence.last().cloned());
                Call::on(server)
                    .with("count", many(messages.len(), "message", "messages"))
                    .with("messages", listed(&ids))
                    .about(ids, evidence.collect())
            })
            .collect()
    }

    /// Tables that were never looked at, or not since mail was last known to wait; and, of a server on which mail ever
    /// waited, not since the last restart.
    fn not_looked_at(&self) -> Vec<Call> {
        let checks = self.found.checks.iter();
        let checks: BTreeMap<&str, &Check> = checks.map(|c| (c.server.as_str(), c)).collect();
        let servers = self.servers.iter();
        let servers: BTreeMap<&str, &ServerAnalysis<'_>> =
            servers.map(|s| (s.facts.name.as_ref(), s)).collect();
        let mut calls = Vec::new();
        for now in &self.found.now {
            let check = checks.get(now.server.as_str());
            let of = servers.get(now.server.as_str()).copied();
            let waited = of.is_some_and(|s| !s.examined.is_empty() || !s.facts.failures.is_empty());
            let mut tables: Vec<String> = Vec::new();
            let mut reasons: Vec<String> = Vec::new();
            let mut evidence = Vec::new();
            for missing in &now.missing {
                match missing.kind {
                    MissingKind::NeverCaptured | MissingKind::CaptureTooOld => {
                        tables.extend(missing.place.clone());
                    }
                    MissingKind::NoTableKnown => tables.push("every temp table".to_owned()),
                    _ => continue,
                }
                reasons.push(missing.what.clone());
                evidence.extend(missing.evidence.iter().cloned());
            }
            let mut refers = Vec::new();
            if let Some(check) = check.filter(|_| waited)
                && let Some(restart) = &check.last_restart
            {
                let named: BTreeSet<String> = tables.iter().cloned().collect();
                for table in check.tables.iter().filter(|t| t.looked_at.is_none()) {
                    if !named.contains(&table.place) {
                        tables.push(table.place.clone());
                        reasons.push(format!(
                            "{} was not looked at after the last restart ({}).",
                            table.place, restart.id
                        ));
                        refers = vec![restart.id.clone()];
                    }
                }
            }
            if let Some(failed) = of.filter(|_| tables.is_empty()).and_then(failed_since_look) {
                tables = failed.tables;
                reasons = vec![failed.reason];
                evidence = vec![failed.evidence];
            }
            if !tables.is_empty() {
                calls.push(
                    Call::on(&now.server)
                        .with("tables", listed(&tables))
                        .with("reason", some_reasons(&reasons))
                        .about(refers, evidence),
                );
            }
        }
        calls
    }

    fn setting_not_shown(&self, rule: &StepRule) -> Vec<Call> {
        let Some((key, values)) = &rule.setting else {
            return Vec::new();
        };
        let mut known: BTreeMap<&str, Vec<&Setting>> = BTreeMap::new();
        for setting in &self.found.settings {
            known.entry(&setting.server).or_default().push(setting);
        }
        self.of_servers(|server| {
            let name = server.facts.name.as_ref();
            let shown = |value: &String| {
                let mut own = known.get(name).into_iter().flatten();
                own.any(|s| is_of(&s.key, &s.name, key, value))
            };
            let hidden: Vec<String> = values.iter().filter(|v| !shown(v)).cloned().collect();
            let Some(last) = server.facts.failures.last().filter(|_| !hidden.is_empty()) else {
                return Vec::new();
            };
            let count = many(server.facts.failures.len(), "scan failure", "scan failures");
            let call = self.of_setting(name, key, &hidden).with("count", count);
            vec![call.about(Vec::new(), vec![last.cite.to_string()])]
        })
    }

    fn of_setting(&self, server: &str, key: &str, values: &[String]) -> Call {
        let known = values
            .iter()
            .filter_map(|value| self.profile.settings.find(key, value));
        let mut meanings: Vec<&str> = Vec::new();
        let mut sources: Vec<&str> = Vec::new();
        for rule in known {
            meanings.push(&rule.meaning);
            if !sources.contains(&rule.source.as_str()) {
                sources.push(&rule.source);
            }
        }
        Call {
            source: (!sources.is_empty()).then(|| sources.join("; ")),
            ..Call::on(server)
                .with("key", key)
                .with("values", listed(values))
                .with("meaning", meanings.join(" "))
        }
    }

    fn setting_changed(&self, rule: &StepRule) -> Vec<Call> {
        let Some((key, values)) = &rule.setting else {
            return Vec::new();
        };
        let mut calls = Vec::new();
        for made in &self.found.interventions {
            let Some(server) = &made.server else {
                continue;
            };
            let wanted =
                |name: &str, of: &str| values.iter().any(|value| is_of(of, name, key, value));
            let changed: Vec<_> = made
                .changes
                .iter()
                .filter(|c| wanted(&c.name, &c.key))
                .collect();
            if changed.is_empty() {
                continue;
            }
            let said =
                |value: &Option<String>| value.clone().unwrap_or_else(|| "not there".to_owned());
            let told = changed.iter().map(|change| {
                let (before, after) = (said(&change.before), said(&change.after));
                format!("{}, {before} before and {after} after", change.name)
            });
            let told = told.collect::<Vec<_>>().join("; ");
            let when = match made.not_before {
                Some(from) => format!("between {} and {}", moment(from), moment(made.at)),
                None => format!("at {}", moment(made.at)),
            };
            let names: Vec<String> = changed.iter().map(|change| change.name.clone()).collect();
            let call = self
                .of_setting(server, key, &names)
                .with("change", told)
                .with("when", when);
            calls.push(call.about(Vec::new(), made.evidence.clone()));
        }
        calls
    }

    /// Causes that stand so in a window in which mail was certainly stuck, each once.
    fn causes(&self, rule: &StepRule, standing: Standing) -> Vec<Call> {
        let sure = self
            .found
            .windows
            .iter()
            .filter(|w| w.confidence != Confidence::Possible);
        let mut windows: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut supported: Vec<&str> = Vec::new();
        for window in sure {
            for cause in &window.causes {
                if cause.standing == standing {
                    windows
                        .entry(&cause.id)
                        .or_default()
                        .push(window.id.clone());
                }
                if cause.standing == Standing::Supported {
                    supported.push(&cause.id);
                }
            }
        }
        let mut calls = Vec::new();
        for cause in &self.profile.causes {
            // Where one window supports it, reading of it is called for already.
            let read = standing == Standing::Possible && supported.contains(&cause.id.as_str());
            let Some(ids) = windows.get(cause.id.as_str()).filter(|_| !read) else {
                continue;
            };
            if rule.except.contains(&cause.id) {
                continue;
            }
            let call = Call {
                source: Some(cause.source.clone()),
                ..Call::default()
            };
            calls.push(
                call.with("cause", cause.name.clone())
                    .with("windows", listed(ids))
                    .with("summary", cause.summary.clone())
                    .with("settle", cause.settle.clone())
                    .with("source", cause.source.clone())
                    .about(ids.clone(), Vec::new()),
            );
        }
        calls
    }

    fn clocks(&self) -> Vec<Call> {
        let mut calls: Vec<Call> = Vec::new();
        let mut told: BTreeSet<&str> = BTreeSet::new();
        let changes = self.found.clocks.iter();
        for change in changes.filter(|c| c.kind == ClockChangeKind::Disagrees) {
            if !told.insert(&change.server) {
                continue;
            }
            calls.push(
                Call::on(&change.server)
                    .with("reason", change.why.clone())
                    .about(change.windows.clone(), change.evidence.clone()),
            );
        }
        calls
    }
}

/// The first few reasons.
fn some_reasons(reasons: &[String]) -> String {
    const SHOWN: usize = 4;
    let shown: Vec<&str> = reasons.iter().take(SHOWN).map(String::as_str).collect();
    let more = match reasons.len() - shown.len() {
        0 => String::new(),
        more => format!(" So it is with {}.", many(more, "other", "others")),
    };
    format!("{}{more}", shown.join(" "))
}

fn restart_lets_out(now: &Now) -> Vec<Call> {
    let restart = &now.restart;
    if restart.oldest_age_s.is_none() {
        return Vec::new();
    }
    let known: u64 = now.places.iter().map(|place| place.held.at_most).sum();
    let known = usize::try_from(known).unwrap_or(usize::MAX);
    let count = match (restart.at_least, restart.at_most) {
        (0, _) => format!("up to {}", many(known, "message", "messages")),
        (least, Some(most)) if least == most => many(known, "message", "messages"),
        (least, Some(most)) => format!("{least} to {most} messages"),
        (least, None) => format!("at least {least} messages"),
    };
    let age = restart.oldest_age_s.map_or(0, |age| (age.min * 1e6) as i64);
    let age = match age {
        0 => String::new(),
        age => format!(", the oldest at least {} old", span(age)),
    };
    let whom = match restart.recipients {
        0 => String::new(),
        recipients => format!(
            ", for {}",
            many(
                usize::try_from(recipients).unwrap_or(usize::MAX),
                "recipient",
                "recipients"
            )
        ),
    };
    let state = match restart.smtp_now {
        SmtpNow::Stopped => "started",
        SmtpNow::Running | SmtpNow::Unknown => "restarted",
    };
    let messages = now
        .places
        .iter()
        .flat_map(|place| place.messages.iter().cloned());
    let call = Call::on(&now.server)
        .with("state", state)
        .with("count", count)
        .with("age", age)
        .with("whom", whom);
    vec![call.about(messages.collect(), Vec::new())]
}

fn held_in_table(now: &Now) -> Vec<Call> {
    let holding = || now.places.iter().filter(|place| place.held.at_most > 0);
    let named: Vec<String> = holding().filter_map(|place| place.place.clone()).collect();
    let most: u64 = holding().map(|place| place.held.at_most).sum();
    if most == 0 {
        return Vec::new();
    }
    let tables = match holding().all(|place| place.place.is_some()) {
        true => listed(&named),
        false => "any temp table".to_owned(),
    };
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let messages = holding().flat_map(|place| place.messages.iter().cloned());
    let call = Call::on(&now.server)
        .with("tables", tables)
        .with("count", many(most, "message", "messages"));
    vec![call.about(messages.collect(), Vec::new())]
}

fn log_ends_early(now: &Now) -> Vec<Call> {
    let early = now
        .missing
        .iter()
        .filter(|m| m.kind == MissingKind::LogEndsEarly);
    early
        .map(|missing| {
            Call::on(&now.server)
                .with("log", missing.log.clone().unwrap_or_default())
                .with("reason", missing.what.clone())
        })
        .collect()
}

/// Failures after every table was looked at for the last time, of messages that no record shows gone out.
struct FailedSince {
    tables: Vec<String>,
    reason: String,
    evidence: String,
}

fn failed_since_look(server: &ServerAnalysis<'_>) -> Option<FailedSince> {
    let facts = &server.facts;
    let last = super::verdict::last_open_failure(facts, &server.examined)?;
    let looks = super::now::last_looks(facts);
    let older = facts.tables.iter().filter(|table| {
        let look = looks.get(table.as_str());
        look.is_none_or(|look| look.timed.when.lo < last.when.hi)
    });
    let tables: Vec<String> = older.cloned().collect();
    (!tables.is_empty()).then(|| FailedSince {
        reason: format!(
            "Mail failed scanning at {} ({}), after {} last looked at.",
            moment(last.at),
            last.cite,
            match tables.len() {
                1 => format!("{} was", listed(&tables)),
                _ => format!("{} were", listed(&tables)),
            }
        ),
        evidence: last.cite.to_string(),
        tables,
    })
}

fn log_missing(server: &ServerAnalysis<'_>) -> Vec<Call> {
    let facts = &server.facts;
    let waited = !server.examined.is_empty() || !facts.failures.is_empty();
    let mut calls = Vec::new();
    if facts.failure_log().is_none() {
        calls.push(Call::on(&facts.name).with("log", "Application"));
    }
    // Restarts matter where mail waited.
    if facts.service_log().is_none() && waited {
        calls.push(Call::on(&facts.name).with("log", "System"));
    }
    calls
}

/// Holes in the logs of failures and of restarts, and in the tracking log where it would show what became of a message.
fn log_holes(server: &ServerAnalysis<'_>) -> Vec<Call> {
    let facts = &server.facts;
    let own = facts.failure_log().into_iter().chain(facts.service_log());
    let mut calls: Vec<Call> = own
        .filter_map(|log| hole(facts, log, |_, _| true))
        .collect();
    if let Some(log) = facts.tracking_log() {
        let fates = || server.examined.iter().filter(|stay| fate_is_open(stay));
        let matters = |from: Timestamp, to: Timestamp| {
            fates().any(|stay| {
                let left = stay.bounds.left;
                left.earliest.is_none_or(|at| at <= to) && left.latest.is_none_or(|at| at >= from)
            })
        };
        calls.extend(hole(facts, log, matters));
    }
    calls
}

/// Nothing shows what became of it.
fn fate_is_open(stay: &Examined<'_>) -> bool {
    let unknown = matches!(
        stay.claim.status,
        Status::Unknown | Status::LostPossible | Status::Removed
    );
    unknown && stay.residence.trail.departed.is_none()
}

/// The longest hole of a log that matters.
fn hole(
    facts: &ServerFacts<'_>,
    log: &LogCoverage,
    matters: impl Fn(Timestamp, Timestamp) -> bool,
) -> Option<Call> {
    let holes: Vec<_> = log
        .holes
        .iter()
        .filter(|hole| matters(hole.from, hole.to))
        .collect();
    let longest = holes
        .iter()
        .max_by_key(|hole| (hole.to.since(hole.from), std::cmp::Reverse(hole.from)))?;
    let more = match holes.len() - 1 {
        0 => String::new(),
        more => format!(" It is the longest of {}.", many(more + 1, "hole", "holes")),
    };
    Some(
        Call::on(&facts.name)
            .with("log", log.log.clone())
            .with("from", moment(longest.from))
            .with("to", moment(longest.to))
            .with("reason", format!("{}{more}", longest.why)),
    )
}

fn tables_uncounted(server: &ServerAnalysis<'_>) -> Vec<Call> {
    let facts = &server.facts;
    let unplaced = server
        .examined
        .iter()
        .filter(|stay| stay.residence.place.is_none());
    let unplaced = unplaced.count();
    if !facts.tables_uncounted() || unplaced == 0 {
        return Vec::new();
    }
    vec![Call::on(&facts.name).with("count", many(unplaced, "message", "messages"))]
}

/// Rows that no scan failure can be joined to, where there are failures.
fn rows_without_id(server: &ServerAnalysis<'_>) -> Vec<Call> {
    let facts = &server.facts;
    let bare = |capture: &&super::facts::Capture<'_>| {
        let rows = &capture.timed.snapshot.rows;
        rows.iter().any(|row| row.message_id.is_none())
    };
    let captures: Vec<_> = facts.captures.iter().filter(bare).collect();
    let rows: usize = captures
        .iter()
        .map(|c| {
            c.timed
                .snapshot
                .rows
                .iter()
                .filter(|row| row.message_id.is_none())
                .count()
        })
        .sum();
    if rows == 0 || facts.failures.is_empty() {
        return Vec::new();
    }
    let evidence = captures.iter().map(|c| c.timed.snapshot.cite.to_string());
    vec![
        Call::on(&facts.name)
            .with("rows", many(rows, "row", "rows"))
            .with("captures", many(captures.len(), "capture", "captures"))
            .about(Vec::new(), evidence.collect()),
    ]
}

/// Whether a value of the registry is that of the profile, however the key is spelt.
fn is_of(key: &str, name: &str, wanted: &str, value: &str) -> bool {
    name.eq_ignore_ascii_case(value) && canonical_key(key) == canonical_key(wanted)
}

fn many(count: usize, one: &str, more: &str) -> String {
    plural(count, one, more)
}

/// `TempTable#1 and TempTable#2`; of many, the first few.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 6;
    match names {
        [] => "none".to_owned(),
        [one] => one.clone(),
        many if many.len() > SHOWN => {
            let shown = many.get(..SHOWN).unwrap_or_default();
            format!("{} and {} more", shown.join(", "), many.len() - SHOWN)
        }
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
