//! The insertion strings of an event: its own, or those that its text or its joined strings give back.

use std::borrow::Cow;

use super::{Layout, Profile, Rule};
use crate::evidence::model::{Event, JOINED_STRINGS};

/// Inserts on which conclusions rest.
const TELLING: &[&str] = &["message_id", "error_code", "service", "state", "user"];

/// The insertion strings of an event that `rule` takes; none where they cannot be told.
pub(super) fn of<'e>(profile: &Profile, rule: &Rule, event: &'e Event) -> Cow<'e, [String]> {
    if let Some(joined) = joined(event) {
        return Cow::Owned(split(profile, rule, joined).unwrap_or_default());
    }
    match &event.text {
        Some(text) if event.strings.is_empty() => {
            Cow::Owned(read_back(profile, rule, text).unwrap_or_default())
        }
        _ => Cow::Borrowed(&event.strings),
    }
}

/// The strings of an event in one, where a tool joined them by blanks.
pub(super) fn joined(event: &Event) -> Option<&str> {
    match (event.strings.as_slice(), event.names.as_slice()) {
        ([joined], [name]) if name == JOINED_STRINGS => Some(joined),
        _ => None,
    }
}

/// The insertion strings of a rendered text, by the first template, of whatever language, that reads it whole.
///
/// Where one reads it in several ways, the one in which message id, error code, service and state look most like
/// such; none where two of those look the same and differ in what they tell.
fn read_back(profile: &Profile, rule: &Rule, text: &str) -> Option<Vec<String>> {
    let (layout, readings) = rule.layouts.iter().find_map(|layout| {
        let readings = layout.template.as_ref()?.readings(text);
        (!readings.is_empty()).then_some((layout, readings))
    })?;
    let score = |reading: &Vec<String>| likeness(profile, layout, reading);
    let best = readings.iter().map(score).max()?;
    let mut best = readings.iter().filter(|reading| score(reading) == best);
    let first = best.next()?;
    let told = |reading: &Vec<String>| telling(layout, reading);
    best.all(|other| told(other) == told(first))
        .then(|| first.clone())
}

/// What a reading says of the things on which conclusions rest.
fn telling(layout: &Layout, reading: &[String]) -> Vec<String> {
    layout
        .inserts
        .iter()
        .zip(reading)
        .filter(|(name, _)| TELLING.contains(&name.as_str()))
        .map(|(_, value)| value.clone())
        .collect()
}

/// How many of the inserts look like what they are called.
fn likeness(profile: &Profile, layout: &Layout, reading: &[String]) -> usize {
    let score = |(name, value): (&String, &String)| match name.as_str() {
        "message_id" if is_bracketed(value) => 2,
        "message_id" => usize::from(is_message_id(value)),
        "error_code" => usize::from(is_code(value)),
        "service" => usize::from(profile.service(value).is_some()),
        "state" => usize::from(profile.state(value).is_some()),
        _ => 0,
    };
    layout.inserts.iter().zip(reading).map(score).sum()
}

/// Strings that blanks join, told apart by what each must look like.
fn split(profile: &Profile, rule: &Rule, joined: &str) -> Option<Vec<String>> {
    let layouts = rule
        .layouts
        .iter()
        .filter(|layout| layout.language.is_none());
    layouts
        .into_iter()
        .find_map(|layout| split_by(profile, layout, joined))
}

fn split_by(profile: &Profile, layout: &Layout, joined: &str) -> Option<Vec<String>> {
    let mut rest = joined.trim();
    let mut strings = Vec::new();
    for (index, name) in layout.inserts.iter().enumerate() {
        let last = index + 1 == layout.inserts.len();
        let word = rest.split_whitespace().next().unwrap_or("");
        let value = match name.as_str() {
            "service" => service_at(profile, rest)?,
            _ if last => rest,
            "message_id" if is_message_id(word) => word,
            "error_code" if is_code(word) => word,
            _ if !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit()) => word,
            _ => return None,
        };
        let looks = match name.as_str() {
            "message_id" => is_message_id(value),
            "error_code" => is_code(value),
            "state" => profile.state(value).is_some(),
            _ => true,
        };
        if !looks {
            return None;
        }
        strings.push(value.to_owned());
        rest = rest.strip_prefix(value)?.trim_start();
    }
    (rest.is_empty() && !strings.is_empty()).then_some(strings)
}

/// The longest name of a service with which the text begins.
fn service_at<'t>(profile: &Profile, text: &'t str) -> Option<&'t str> {
    let names = profile
        .services
        .iter()
        .flat_map(|service| service.display.iter().chain(&service.names));
    names
        .filter_map(|name| {
            let (head, rest) = text.split_at_checked(name.len())?;
            let ends = rest.is_empty() || rest.starts_with(char::is_whitespace);
            (ends && head.eq_ignore_ascii_case(name)).then_some(head)
        })
        .max_by_key(|name| name.len())
}

/// `<local@domain>`, with or without brackets.
pub(super) fn is_message_id(text: &str) -> bool {
    text.contains('@') && !text.contains(char::is_whitespace)
}

/// In brackets: then it may hold anything.
fn is_bracketed(text: &str) -> bool {
    text.starts_with('<') && text.ends_with('>') && text.contains('@')
}

/// `0x…` or a number with a sign.
pub(super) fn is_code(text: &str) -> bool {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    match digits {
        Some(digits) => !digits.is_empty() && digits.chars().all(|c| c.is_ascii_hexdigit()),
        None => {
            text.starts_with('-')
                && text.len() > 1
                && text.chars().skip(1).all(|c| c.is_ascii_digit())
        }
    }
}
