//! What to do next: the steps of the profile whose conditions hold, each with its reason.
//!
//! A step that nothing in the evidence calls for is not there. Which step follows from a condition, and its words, are
//! the profile's; here the conditions are tested, each kind in a room of its own.

mod causes;
mod held;
mod logs;
mod settings;
mod tables;

use std::collections::BTreeMap;

use super::wording::plural;
use super::{Conclusions, ServerAnalysis};
use crate::analysis::findings::{NextStep, Now};
use crate::profile::{Need, Profile, StepRule, fill};

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
            Need::RestartLetsOut => self.of_now(held::restart_lets_out),
            Need::HeldInTable => self.of_now(held::held_in_table),
            Need::MailPerhapsLost => held::perhaps_lost(self),
            Need::TableNotLookedAt => tables::not_looked_at(self),
            Need::LogMissing => self.of_servers(logs::log_missing),
            Need::LogEndsEarly => self.of_now(logs::log_ends_early),
            Need::LogHole => self.of_servers(logs::log_holes),
            Need::SettingNotShown => settings::not_shown(self, rule),
            Need::SettingChanged => settings::changed(self, rule),
            Need::CauseSupported => causes::supported(self, rule),
            Need::CausePossible => causes::with_a_sign(self, rule),
            Need::NoCauseSupported => causes::none_supported(self, rule),
            Need::ClocksDisagree => logs::clocks(self),
            Need::TablesUncounted => self.of_servers(tables::tables_uncounted),
            Need::RowsWithoutMessageId => self.of_servers(tables::rows_without_id),
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
