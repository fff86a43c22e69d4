//! One rule of a profile: which events it takes and what they say.

use serde::Deserialize;

use super::{Role, Template};

/// How well a statement of the profile is founded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// A page or a message file says so.
    Documented,
    /// Read in source code.
    DocumentedCode,
    /// General knowledge, or it follows from something documented. Never decides alone.
    Inferred,
}

impl Basis {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::DocumentedCode => "documented in code",
            Self::Inferred => "inferred",
        }
    }
}

/// Which events a rule takes, what role they play and how their text is made.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Name of the rule, unique in its profile.
    pub key: String,
    /// For 7036 and its like `ServiceState`, which [`super::Signal::role`] resolves by the state.
    pub role: Role,
    /// The log; `None` where the source does not say which.
    pub log: Option<String>,
    /// The event source and its other spellings.
    pub providers: Vec<String>,
    pub(super) ids: Ids,
    /// Phrases that identify the event by its text.
    pub texts: Vec<String>,
    /// As the source names it: `Error`, `Warning`, `Information`.
    pub severity: Option<String>,
    pub category: Option<String>,
    /// The event in plain words.
    pub title: String,
    /// The ways in which the event is written, the usual one first. Never empty.
    pub layouts: Vec<Layout>,
    pub basis: Basis,
    /// How well the order of the insertion strings is founded.
    pub inserts_basis: Basis,
    /// Article or file that describes the event.
    pub source: Option<String>,
    /// What the event means for stuck mail.
    pub meaning: String,
}

/// One way in which an event's text is made of its insertion strings.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The language of the text, as `de`; `None` for English, and where no text was found.
    pub language: Option<String>,
    /// The message text; `None` where none was found.
    pub template: Option<Template>,
    /// Names of %1, %2, …; empty where nobody has said what one holds.
    pub inserts: Vec<String>,
    pub source: Option<String>,
}

/// The event ids of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ids {
    List(Vec<u16>),
    /// First and last.
    Range(u16, u16),
    /// Every event of the provider that no other rule takes.
    Any,
}

impl Rule {
    /// Whether log and provider fit. An empty `channel` fits every log.
    pub fn is_from(&self, channel: &str, provider: &str) -> bool {
        let log_fits = channel.is_empty()
            || self
                .log
                .as_deref()
                .is_none_or(|log| log.eq_ignore_ascii_case(channel));
        log_fits
            && self
                .providers
                .iter()
                .any(|known| known.eq_ignore_ascii_case(provider))
    }

    /// The layout whose number of insertion strings is that of the event, else the usual one.
    pub(super) fn layout(&self, strings: usize) -> Option<&Layout> {
        self.layouts
            .iter()
            .find(|layout| layout.inserts.len() == strings)
            .or(self.layouts.first())
    }
}
