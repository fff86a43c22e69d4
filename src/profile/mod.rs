//! Which events tell something, and what they tell: profiles, as data.
//!
//! A profile is a TOML file. It names the services to watch, gives each event that matters a
//! [`Role`], knows its message text and what each insertion string holds, and lists the causes to
//! look for, the registry values and the performance counters that matter. The analysis reads [`Signal`]s and never an event number, so that another generation
//! of servers is another file.
//!
//! ```text
//! exchange-2003.toml ──► document (what is written) ──► load (checked) ──► Profile ──► signal (one event)
//! ```

pub mod cause;
mod clock_set;
mod counter;
mod document;
mod error;
mod load;
mod message_id;
mod reading;
mod role;
mod rule;
mod service;
mod setting;
mod signal;
mod step;
mod strings;
mod template;

pub use cause::CauseRule;
pub use counter::{CounterRule, Counters};
pub use error::Error;
pub use message_id::message_key;
pub use role::Role;
pub use rule::{Basis, Layout, Rule};
pub use service::{Service, ServiceKey};
pub use setting::{SettingRule, Settings, canonical_key, control_set};
pub use signal::Signal;
pub use step::{Need, StepRule, fill};
pub use template::Template;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::evidence::model::MailWords;
use rule::Ids;

/// The profiles that come with the program, by name.
const SHIPPED: &[(&str, &str)] = &[("exchange-2003", include_str!("exchange-2003.toml"))];

/// Which events matter on one generation of servers, and what they mean.
#[derive(Clone, Debug)]
pub struct Profile {
    /// `exchange-2003`.
    pub name: String,
    /// The same in words.
    pub title: String,
    /// What a place is called in sentences: `temp table`.
    pub place_noun: String,
    place_name: Template,
    pub services: Vec<Service>,
    /// In the order of the file.
    pub rules: Vec<Rule>,
    /// What could have made mail wait, in the order of the file.
    pub causes: Vec<CauseRule>,
    /// Evidence that settles causes, by the names that they use for it.
    pub pieces: Vec<cause::Piece>,
    /// What to do next, the most important first.
    pub steps: Vec<StepRule>,
    /// Registry values that matter.
    pub settings: Settings,
    /// Performance counters that matter.
    pub counters: Counters,
    /// What the mail system's own logs call the steps of a message.
    pub mail_words: MailWords,
    states: Vec<StateWord>,
    parameters: BTreeMap<u32, String>,
    error_codes: BTreeMap<u32, ErrorCode>,
    /// Event id and index of its rule, sorted: the first question asked of every record of every
    /// log.
    by_id: Vec<(u16, usize)>,
    /// Rules that take every event of their provider that no other rule takes.
    catch_all: Vec<usize>,
}

/// The meaning of an error code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorCode {
    pub meaning: String,
    /// `Documented` only where a page shows the code together with the scan failure.
    pub basis: Basis,
    pub source: Option<String>,
}

/// A word for the state of a service, as some language of Windows writes it.
#[derive(Clone, Debug)]
struct StateWord {
    word: String,
    role: Role,
}

impl Profile {
    /// Names of the profiles that come with the program.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SHIPPED.iter().map(|(name, _)| *name)
    }

    /// The profile of that name.
    ///
    /// # Errors
    /// [`Error::Unknown`] when none is called so.
    pub fn shipped(name: &str) -> Result<Self, Error> {
        /// Read once: a program that analyses many cases does so for each of them.
        static READ: Mutex<BTreeMap<&str, Profile>> = Mutex::new(BTreeMap::new());
        let Some((name, text)) = SHIPPED.iter().find(|(known, _)| *known == name) else {
            let known = Self::names().collect::<Vec<_>>().join(", ");
            return Err(Error::Unknown {
                name: name.to_owned(),
                known,
            });
        };
        let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(profile) = read.get(name) {
            return Ok(profile.clone());
        }
        let profile = Self::from_toml(text, &format!("{name}.toml"))?;
        read.insert(name, profile.clone());
        Ok(profile)
    }

    /// Reads a profile; `origin` is the name that errors call it by.
    ///
    /// # Errors
    /// When the text is no TOML, has a field that is not known or is missing, or contradicts itself
    /// (two rules for one event). Errors name the line.
    pub fn from_toml(text: &str, origin: &str) -> Result<Self, Error> {
        load::load(text, origin)
    }

    /// The rule for an event, by log, provider and the low 16 bits of its id.
    ///
    /// An empty `channel` (an export that does not say which log it is) fits every log.
    pub fn rule(&self, channel: &str, provider: &str, id: u16) -> Option<&Rule> {
        let from = self.by_id.partition_point(|(known, _)| *known < id);
        let numbered = self
            .by_id
            .iter()
            .skip(from)
            .take_while(|(known, _)| *known == id);
        numbered
            .map(|(_, index)| index)
            .chain(&self.catch_all)
            .filter_map(|index| self.rules.get(*index))
            .find(|rule| rule.is_from(channel, provider))
    }

    /// What the event tells, if the profile gives it a role.
    ///
    /// Events of the service manager about services that the profile does not name are no signals.
    pub fn signal(&self, event: &crate::evidence::model::Event) -> Option<Signal<'_>> {
        signal::read(self, event)
    }

    /// Fills in the insertion strings of an event that came without: from its text, by the first
    /// template, of whatever language, that reads it whole, or from strings that a tool joined by
    /// blanks. An event whose strings cannot be told is left as it is.
    ///
    /// A string that the text does not show is empty then. What the event tells does not change:
    /// [`Self::signal`] reads it the same way.
    pub fn complete(&self, event: &mut crate::evidence::model::Event) {
        let joined = strings::joined(event).is_some();
        if !joined && (!event.strings.is_empty() || event.text.is_none()) {
            return;
        }
        let Some(rule) = signal::find_rule(self, event) else {
            return;
        };
        let strings = strings::of(self, rule, event).into_owned();
        if !strings.is_empty() {
            event.strings = strings;
            if joined {
                event.names.clear();
            }
        }
    }

    /// The service of that display name or service name, in any case.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.is_called(name))
    }

    /// The name of the place that belongs to an SMTP virtual server: `TempTable#1`.
    pub fn place_name(&self, virtual_server: u32) -> String {
        self.place_name
            .render(&[virtual_server.to_string()], &BTreeMap::new())
    }

    /// The meaning of an error code written in hexadecimal (`0x8007000E`) or as a signed decimal
    /// (`-2147024882`).
    pub fn error_code(&self, written: &str) -> Option<&ErrorCode> {
        self.error_codes.get(&parse_code(written)?)
    }

    /// The cause of that id.
    pub fn cause(&self, id: &str) -> Option<&CauseRule> {
        self.causes.iter().find(|cause| cause.id == id)
    }

    /// Rules that may apply to events of this log and provider because of their text, whatever
    /// their id.
    fn rules_by_text<'p, 'e>(
        &'p self,
        channel: &'e str,
        provider: &'e str,
    ) -> impl Iterator<Item = &'p Rule> + use<'p, 'e> {
        self.rules
            .iter()
            .filter(move |rule| !rule.texts.is_empty() && rule.is_from(channel, provider))
    }

    /// The role that a word for a state stands for.
    fn state(&self, word: &str) -> Option<Role> {
        let word = word.trim();
        let known = self
            .states
            .iter()
            .find(|state| state.word.to_lowercase() == word.to_lowercase());
        known.map(|state| state.role)
    }
}

impl Ids {
    /// Every id of the rule.
    fn iter(&self) -> Box<dyn Iterator<Item = u16> + '_> {
        match self {
            Self::List(ids) => Box::new(ids.iter().copied()),
            Self::Range(first, last) => Box::new(*first..=*last),
            Self::Any => Box::new(std::iter::empty()),
        }
    }
}

/// An error code as 32 bits, from `0x…` or a decimal number that may be negative.
fn parse_code(written: &str) -> Option<u32> {
    let written = written.trim().trim_end_matches('.');
    if let Some(hex) = written
        .strip_prefix("0x")
        .or_else(|| written.strip_prefix("0X"))
    {
        return u32::from_str_radix(hex, 16).ok();
    }
    if let Ok(code) = written.parse::<u32>() {
        return Some(code);
    }
    written.parse::<i32>().ok().map(i32::cast_unsigned)
}

#[cfg(test)]
mod tests;
