//! Causes: every cause that the profile names, tested against the evidence of one window.
//!
//! A scan failure alone does not prove that the scanner was too slow; each rival is supported, possible or ruled
//! out, with the reason and the evidence that it rests on. What nothing here can test stays possible. Which tests
//! decide about which cause is said by the profile ([`crate::profile::cause`]); this room only answers them.
//!
//! ```text
//! profile: conditions ─► answers (one test, one window) ─► standing of each cause
//! facts, residences ───► scene (spans of time) ────┘
//! ```

mod answers;
mod elsewhere;
mod scene;

use super::Examined;
use super::facts::ServerFacts;
use super::restarts::Restart;
use super::windows::StuckWindow;
use super::wording::plural;
use crate::analysis::findings::{Cause, Standing};
use crate::case::config::InterventionConfig;
use crate::evidence::model::Citation;
use crate::profile::cause::{self, Part, Reason};
use crate::profile::{CauseRule, Profile};

pub use elsewhere::Elsewhere;
use scene::Scene;

/// Records cited for one condition.
const CITED: usize = 8;
/// What is said where no condition of a cause holds.
const UNTESTED: &str = "Nothing in this evidence can test it.";

/// What the causes of one server's windows are judged by.
pub struct Ground<'a, 't> {
    pub facts: &'a ServerFacts<'t>,
    pub profile: &'a Profile,
    pub restarts: &'a [Restart],
    /// Changes made on this server, or on no server in particular.
    pub interventions: &'a [&'a InterventionConfig],
    /// Rows that are listed under more than one server.
    pub elsewhere: &'a Elsewhere<'t>,
}

/// The causes of one window, in the order of the profile.
pub fn of_window<'t>(
    ground: &Ground<'_, 't>,
    window: &StuckWindow,
    examined: &[Examined<'t>],
) -> Vec<Cause> {
    let scene = Scene::new(ground, window, examined);
    ground
        .profile
        .causes
        .iter()
        .map(|rule| judge(rule, &scene))
        .collect()
}

/// Where a cause stands. What speaks for it and what excludes it cancel out: then it is possible, and both are said.
fn judge(rule: &CauseRule, scene: &Scene<'_, '_>) -> Cause {
    let first = |reasons: &[Reason]| reasons.iter().find_map(|reason| holds(reason, scene));
    let (standing, sign, said) = match (first(&rule.supported_by), first(&rule.ruled_out_by)) {
        (Some(support), None) => (Standing::Supported, true, support),
        (None, Some(excluded)) => (Standing::RuledOut, false, excluded),
        (Some(support), Some(excluded)) => {
            let mut both = support;
            both.why.push_str(" But: ");
            both.add(excluded);
            (Standing::Possible, true, both)
        }
        (None, None) => {
            let untested = || Said {
                why: UNTESTED.to_owned(),
                ..Said::default()
            };
            let mut reasons = rule.possible_by.iter();
            let possible = reasons.find_map(|reason| Some((reason.sign, holds(reason, scene)?)));
            let (sign, said) = possible.unwrap_or_else(|| (false, untested()));
            (Standing::Possible, sign, said)
        }
    };
    let mut said = said;
    for more in rule.also.iter().filter_map(|reason| holds(reason, scene)) {
        said.why.push(' ');
        said.add(more);
    }
    let source = match said.sources.is_empty() {
        true => rule.source.clone(),
        false => format!("{}; {}", rule.source, said.sources.join("; ")),
    };
    said.evidence.sort();
    said.evidence.dedup();
    Cause {
        id: rule.id.clone(),
        name: rule.name.clone(),
        standing,
        sign,
        why: said.why,
        settle: rule.settle.clone(),
        source,
        evidence: said.evidence.iter().map(Citation::to_string).collect(),
    }
}

/// A condition that holds, in words.
#[derive(Default)]
struct Said {
    why: String,
    /// Sources that are not the cause's own.
    sources: Vec<String>,
    evidence: Vec<Citation>,
}

impl Said {
    fn add(&mut self, other: Self) {
        self.why.push_str(&other.why);
        self.evidence.extend(other.evidence);
        for source in other.sources {
            if !self.sources.contains(&source) {
                self.sources.push(source);
            }
        }
    }
}

/// The condition in words, if all of its tests hold.
fn holds(reason: &Reason, scene: &Scene<'_, '_>) -> Option<Said> {
    let mut values = Vec::new();
    let mut evidence = Vec::new();
    for test in &reason.when {
        let answer = scene.answer(test)?;
        values.extend(answer.values);
        evidence.extend(answer.evidence);
    }
    Some(Said {
        why: sentence(&reason.why, &values),
        sources: reason.source.iter().cloned().collect(),
        evidence,
    })
}

/// What a test found out, by the name that sentences use for it; of two of one name the first counts.
type Values = Vec<(&'static str, Value)>;

/// A value of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Count(usize),
    Text(String),
}

/// Fills the values into a sentence. The profile was checked when it was read, so nothing is left open.
fn sentence(written: &str, values: &Values) -> String {
    let mut out = String::with_capacity(written.len());
    for part in cause::parts(written).unwrap_or_default() {
        match part {
            Part::Words(words) => out.push_str(words),
            Part::Value { name, noun } => {
                let value = values.iter().find(|(known, _)| *known == name);
                match (value, noun) {
                    (Some((_, Value::Count(count))), Some((one, many))) => {
                        out.push_str(&plural(*count, one, many));
                    }
                    (Some((_, Value::Count(count))), None) => out.push_str(&count.to_string()),
                    (Some((_, Value::Text(text))), _) => out.push_str(text),
                    (None, _) => {}
                }
            }
        }
    }
    out
}
