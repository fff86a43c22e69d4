//! Causes: what could have made mail wait, and by which conditions each stands or falls.
//!
//! The conditions are data. A profile puts them together from a small closed vocabulary of general tests
//! ([`Test`]), so that another generation of servers needs no other code. The analysis answers the tests; it knows
//! no cause by its name.

use serde::Deserialize;
use toml::Spanned;

use super::{Role, ServiceKey};

/// One possible cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CauseRule {
    pub id: String,
    pub name: String,
    /// The article that describes it.
    pub source: String,
    pub summary: String,
    /// What evidence would settle whether it was this.
    pub settle: String,
    /// The same by ids of [`Piece`].
    pub settled_by: Vec<String>,
    /// Any of these speaks for it.
    pub supported_by: Vec<Reason>,
    /// Any of these excludes it.
    pub ruled_out_by: Vec<Reason>,
    /// What is said where it is neither, by the first that holds.
    pub possible_by: Vec<Reason>,
    /// Adds a sentence where it holds, and changes no standing.
    pub also: Vec<Reason>,
}

impl CauseRule {
    /// All of its conditions with the name of their list.
    pub fn reasons(&self) -> impl Iterator<Item = (&'static str, &Reason)> {
        let lists = [
            ("supported_by", &self.supported_by),
            ("ruled_out_by", &self.ruled_out_by),
            ("possible_by", &self.possible_by),
            ("also", &self.also),
        ];
        lists
            .into_iter()
            .flat_map(|(list, reasons)| reasons.iter().map(move |reason| (list, reason)))
    }
}

/// A piece of evidence that settles causes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Piece {
    pub id: String,
    /// As it is asked for, to stand after a colon.
    pub what: String,
}

/// A condition: all of its tests hold. `why` says so in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    pub when: Vec<Test>,
    /// With `{name}` for what the tests found, and `{name:one:many}` for a number with its noun.
    pub why: String,
    /// Where this condition comes from, if not from the cause's own source.
    pub source: Option<String>,
    /// Of one by which a cause is possible: that something speaks for it, not only that nothing excludes it.
    #[serde(default)]
    pub sign: bool,
}

/// One question that can be asked of a window's evidence.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "test", rename_all = "snake_case", deny_unknown_fields)]
pub enum Test {
    /// How many of the window's messages are such. Gives `count`, `of` (those that were asked), `rest`, `all`.
    Messages {
        /// All of these must be true of a message.
        #[serde(default)]
        that: Vec<Trait>,
        /// Its message class is one of these; `*` at the end stands for anything.
        #[serde(default)]
        class: Vec<String>,
        /// An event of such a role names it.
        #[serde(default)]
        named_by: Vec<Role>,
        /// A failed scan of it bears one of these error codes, compared as numbers: `0x0`.
        #[serde(default)]
        code: Vec<String>,
        /// Only these messages are asked.
        #[serde(default)]
        among: Vec<Trait>,
        share: Share,
    },
    /// Whether such events were logged. Gives `count`, `first`, `last`, `cite`, `summary`.
    Events {
        #[serde(default)]
        roles: Vec<Role>,
        /// Keys of the profile's rules.
        #[serde(default)]
        rules: Vec<String>,
        /// Only of these services.
        #[serde(default)]
        services: Vec<ServiceKey>,
        /// Only events that name a message, or that name none.
        names_message: Option<bool>,
        within: Span,
        /// How long before the span it still counts; an hour unless told otherwise.
        minutes_before: Option<u16>,
        /// `false`: that none was logged.
        #[serde(default = "yes")]
        found: bool,
    },
    /// Whether logs speak of the whole span.
    Covered {
        logs: Vec<String>,
        within: Span,
        minutes_before: Option<u16>,
        #[serde(default = "yes")]
        found: bool,
    },
    /// Whether one of these logs of the server has a hole while mail may have waited. Gives `log`, `from`, `to`, `why`.
    Hole { logs: Vec<String> },
    /// How the number of the window's place stands to the number of virtual servers. Gives `number`, `servers`.
    PlaceNumber { is: PlaceNumber },
    /// What was seen in another place, on a screen or in a listing. Gives `place`, `count`, `at`, `source`.
    Observed {
        /// Words that must all stand in the name of the place.
        place: Vec<String>,
        found: Sight,
        within: Span,
        /// As many places as the server has virtual servers were seen, each in full.
        #[serde(default)]
        every_virtual_server: bool,
    },
    /// Whether the server's clock was moved. Gives `count`, `at`, `cite`.
    ClockMoved {
        within: Span,
        #[serde(default = "yes")]
        found: bool,
    },
    /// Whether somebody noted a change of such a kind in `case.toml`. Gives `what`, `at`.
    Changed { kinds: Vec<String>, within: Span },
    /// How the last exported value of a setting before the window ended stands to its documented default. Gives
    /// `name`, `value`, `default`, `unit`, `at`.
    Setting {
        key: String,
        name: String,
        is: Against,
    },
    /// Whether rows of the window's captures are listed under another server, too. Gives `count`, `servers`.
    RowsElsewhere {
        #[serde(default = "yes")]
        found: bool,
    },
    /// Whether the server of a capture was only guessed, from a folder's or a bare file's name. Gives `count`.
    ServerGuessed {
        #[serde(default = "yes")]
        found: bool,
    },
}

/// What can be true of a message of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trait {
    /// A failed scan names it.
    Failed,
    /// A capture lists it.
    Sighted,
    /// Its message id is known, so that events and records can name it.
    HasId,
    ClassKnown,
    /// A documented delivery record shows it put off.
    PutOff,
    /// A delivery record shows it going out when SMTP started.
    LetOut,
    /// Delivery records account for all of its recipients.
    Departed,
    /// It lay there before SMTP started and certainly still some minutes after.
    OutlivedRestart,
    /// It was certainly or probably stuck.
    Stuck,
}

/// How many of the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Share {
    None,
    Some,
    /// More than half.
    Most,
    /// Some, and not more than half.
    Few,
    /// All of them, and at least one.
    All,
}

/// A part of the time around a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Just before its first message was certainly there. Nothing is found in it where that message may have come
    /// more than the lead, and more than an hour, earlier.
    Before,
    /// From before its first message can have come until that message was certainly there, however long that is.
    Arrival,
    /// From before its first message can have come until all its messages had certainly come and none failed
    /// scanning any more: a cause comes before its effect.
    Entry,
    /// From before its first message can have come until its last message was certainly still there; of a window
    /// that is only possible, silence must be known until nothing more can have been there.
    Window,
    /// From before its first message can have come until nothing more can have been there.
    Hull,
    /// While a message was certainly there.
    Core,
    /// From when it was last certainly there until it was certainly gone.
    End,
    /// All that the logs hold.
    Ever,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceNumber {
    /// The place's number is greater than the number of virtual servers. Numbers may have gaps, so that this alone
    /// does not show that there is none of that number.
    Beyond,
    /// A log of that virtual server itself shows it at work when mail waited, or after.
    Live,
    /// It is not greater, and neither is that of any other known place of the server.
    Within,
    /// It is not greater, but that of another known place is: one of the numbers may have no virtual server.
    Doubtful,
    /// The place is not known, or has no number.
    Unknown,
    /// Nobody told the number of virtual servers.
    Uncounted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    /// Something lay there.
    Some,
    /// It was looked at, and nothing lay there.
    None,
    /// Nobody looked.
    Unseen,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    BelowDefault,
    AboveDefault,
}

fn yes() -> bool {
    true
}

impl Test {
    /// Names of the values that it gives to the sentence.
    pub fn gives(&self) -> &'static [&'static str] {
        match self {
            Self::Messages { .. } => &["count", "of", "rest", "all"],
            Self::Events { found: true, .. } => &["count", "first", "last", "cite", "summary"],
            Self::ClockMoved { found: true, .. } => &["count", "at", "cite"],
            Self::RowsElsewhere { found: true } => &["count", "servers"],
            Self::ServerGuessed { found: true } => &["count"],
            Self::Hole { .. } => &["log", "from", "to", "why"],
            Self::PlaceNumber { is } => match is {
                PlaceNumber::Unknown => &[],
                PlaceNumber::Uncounted | PlaceNumber::Live => &["number"],
                _ => &["number", "servers"],
            },
            Self::Observed {
                found: Sight::Unseen,
                ..
            } => &[],
            Self::Observed { .. } => &["place", "count", "at", "source"],
            Self::Changed { .. } => &["what", "at"],
            Self::Setting { .. } => &["name", "value", "default", "unit", "at"],
            Self::Events { .. }
            | Self::Covered { .. }
            | Self::ClockMoved { .. }
            | Self::RowsElsewhere { .. }
            | Self::ServerGuessed { .. } => &[],
        }
    }
}

/// A cause as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CauseDocument {
    pub id: String,
    pub name: String,
    pub source: String,
    pub summary: String,
    pub settle: String,
    #[serde(default)]
    pub settled_by: Vec<String>,
    #[serde(default)]
    pub supported_by: Vec<Spanned<Reason>>,
    #[serde(default)]
    pub ruled_out_by: Vec<Spanned<Reason>>,
    #[serde(default)]
    pub possible_by: Vec<Spanned<Reason>>,
    #[serde(default)]
    pub also: Vec<Spanned<Reason>>,
}

/// What a condition may refer to in the rest of the profile and of the program.
pub(super) struct Known<'a> {
    pub rules: Vec<&'a str>,
    /// Kinds of changes that `case.toml` may tell.
    pub changes: Vec<&'a str>,
    /// Whether a value has a rule with a default.
    pub has_default: &'a dyn Fn(&str, &str) -> bool,
}

/// Silence excludes a cause only where it would have been heard: such a condition must ask for coverage, too.
pub(super) fn check_exclusion(reason: &Reason) -> Result<(), String> {
    let silent = |test: &Test| matches!(test, Test::Events { found: false, .. });
    let covered = |test: &Test| matches!(test, Test::Covered { found: true, .. });
    match reason.when.iter().any(silent) && !reason.when.iter().any(covered) {
        true => Err("`ruled_out_by` rests on events that were not logged: add a `covered` test, so that they could not \
                     have been missed"
            .to_owned()),
        false => Ok(()),
    }
}

/// What is wrong with a condition, and what to write instead.
pub(super) fn check(reason: &Reason, known: &Known<'_>) -> Result<(), String> {
    if reason.when.is_empty() {
        return Err("a condition needs at least one test in `when`".to_owned());
    }
    if reason.why.trim().is_empty() {
        return Err("a condition needs a sentence in `why`".to_owned());
    }
    for test in &reason.when {
        check_test(test, known)?;
    }
    let given: Vec<&str> = reason
        .when
        .iter()
        .flat_map(|test| test.gives().iter().copied())
        .collect();
    for part in parts(&reason.why)? {
        if let Part::Value { name, .. } = part
            && !given.contains(&name)
        {
            let given = if given.is_empty() {
                "nothing".to_owned()
            } else {
                given.join(", ")
            };
            return Err(format!(
                "`why` uses {{{name}}}, but its tests give only {given}"
            ));
        }
    }
    Ok(())
}

fn check_test(test: &Test, known: &Known<'_>) -> Result<(), String> {
    let one_of = |what: &str, written: &str, list: &[&str]| {
        if list.contains(&written) {
            return Ok(());
        }
        Err(format!(
            "no {what} is called `{written}`; there are: {}",
            list.join(", ")
        ))
    };
    match test {
        Test::Messages {
            that,
            class,
            named_by,
            code,
            ..
        } if that.is_empty() && class.is_empty() && named_by.is_empty() && code.is_empty() => Err(
            "`messages` needs one of `that`, `class`, `named_by` and `code`, to say which messages"
                .to_owned(),
        ),
        Test::Events { roles, rules, .. } => {
            if roles.is_empty() && rules.is_empty() {
                return Err("`events` needs `roles` or `rules`, to say which events".to_owned());
            }
            rules
                .iter()
                .try_for_each(|rule| one_of("rule", rule, &known.rules))
        }
        Test::Covered { logs, .. } | Test::Hole { logs } if logs.is_empty() => {
            Err("`covered` and `hole` need the names of `logs`, such as \"Application\"".to_owned())
        }
        Test::Observed { place, .. } if place.is_empty() => {
            Err("`observed` needs words that stand in the name of the `place`".to_owned())
        }
        Test::Changed { kinds, .. } => {
            if kinds.is_empty() {
                return Err(format!(
                    "`changed` needs `kinds`; there are: {}",
                    known.changes.join(", ")
                ));
            }
            kinds
                .iter()
                .try_for_each(|kind| one_of("kind of change", kind, &known.changes))
        }
        Test::Setting { key, name, .. } if !(known.has_default)(key, name) => Err(format!(
            "no [[setting]] with a `default` is for `{name}` of {key}; add one, or leave the test out"
        )),
        _ => Ok(()),
    }
}

/// A piece of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'t> {
    Words(&'t str),
    /// A value by its name; with a noun in both numbers where it is counted.
    Value {
        name: &'t str,
        noun: Option<(&'t str, &'t str)>,
    },
}

/// The pieces of a sentence with `{name}` and `{name:one:many}` in it.
///
/// # Errors
/// Where a brace is not closed, or holds neither one name nor a name with two nouns.
pub fn parts(sentence: &str) -> Result<Vec<Part<'_>>, String> {
    let mut parts = Vec::new();
    let mut rest = sentence;
    while let Some((words, after)) = rest.split_once('{') {
        let Some((inside, after)) = after.split_once('}') else {
            return Err(format!("a {{ is not closed in `{sentence}`"));
        };
        parts.push(Part::Words(words));
        let fields: Vec<&str> = inside.split(':').collect();
        parts.push(match fields.as_slice() {
            [name] => Part::Value { name, noun: None },
            [name, one, many] => Part::Value {
                name,
                noun: Some((one, many)),
            },
            _ => {
                return Err(format!(
                    "`{{{inside}}}` is neither {{name}} nor {{name:one:many}}"
                ));
            }
        });
        rest = after;
    }
    parts.push(Part::Words(rest));
    Ok(parts)
}
