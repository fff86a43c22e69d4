//! One event, read by the profile.

use crate::evidence::model::Event;

use super::strings::{self, is_code, is_message_id};
use super::template::{collapse, resolve_parameter};
use super::{Layout, Profile, Role, Rule, Service};

/// Longest summary, in characters: an insertion string can hold a whole stack trace.
const SUMMARY_LIMIT: usize = 400;

/// Names that later systems give to the account that did something.
const USER_NAMES: &[&str] = &["user", "SubjectUserName"];

/// What an event tells.
#[derive(Clone, Debug)]
pub struct Signal<'p> {
    pub rule: &'p Rule,
    /// The part it plays; a change of state is resolved to running, stopped or paused.
    pub role: Role,
    /// The service that it is about.
    pub service: Option<&'p Service>,
    /// That service's name, spelt as in the event.
    pub service_name: Option<String>,
    /// The message that it names, as spelt, with its brackets if it has them.
    pub message_id: Option<String>,
    /// As spelt: `0x0`, `-2147024882`.
    pub error_code: Option<String>,
    /// Who did it, where event or record says.
    pub user: Option<String>,
    /// Named insertion strings in order, parameter messages resolved.
    pub fields: Vec<(String, String)>,
    /// The event on one line.
    pub summary: String,
}

/// Reads `event` by the rules of `profile`; `None` when it plays no part.
pub(super) fn read<'p>(profile: &'p Profile, event: &Event) -> Option<Signal<'p>> {
    let rule = find_rule(profile, event)?;
    let strings = strings::of(profile, rule, event);
    let strings = strings.as_ref();
    let layout = rule.layout(strings.len())?;
    let named = |wanted: &str| insert(layout, strings, wanted);

    let service_name = named("service");
    let service = service_name
        .as_deref()
        .and_then(|name| profile.service(name));
    if rule.role.is_about_a_service() && service.is_none() {
        return None;
    }
    let role = match rule.role {
        Role::ServiceState => named("state")
            .and_then(|word| profile.state(&word))
            .unwrap_or(rule.role),
        role => role,
    };
    let fields = fields(profile, layout, event, strings);
    let user = fields
        .iter()
        .find(|(name, _)| USER_NAMES.contains(&name.as_str()));
    Some(Signal {
        rule,
        role,
        service,
        // A 348 is about nothing but a message; the layouts of 327 are too uncertain to take any
        // string for one.
        message_id: pick(layout, strings, "message_id", is_message_id)
            .filter(|id| rule.role == Role::ScanFailure || is_message_id(id)),
        error_code: pick(layout, strings, "error_code", is_code),
        user: user
            .map(|(_, value)| value.clone())
            .or_else(|| event.user.clone()),
        summary: shorten(&summary(profile, rule, layout, event, strings, &fields)),
        service_name,
        fields,
    })
}

/// The rule of an event: by its text where the profile knows phrases and the event has text, else
/// by its id.
///
/// An event whose text holds none of the phrases of the rule for its id is not that event (ids were
/// reused between versions of a product); then only a rule for every event of the provider takes
/// it.
pub(super) fn find_rule<'p>(profile: &'p Profile, event: &Event) -> Option<&'p Rule> {
    let numbered = profile.rule(&event.channel, &event.provider, event.id)?;
    let mut by_text = profile
        .rules_by_text(&event.channel, &event.provider)
        .peekable();
    if by_text.peek().is_none() {
        return Some(numbered);
    }
    let joined;
    let text = match &event.text {
        Some(text) => text.as_str(),
        None => {
            joined = event.strings.join(" ");
            joined.as_str()
        }
    };
    if let Some(rule) = by_text.find(|rule| has_phrase(rule, text)) {
        return Some(rule);
    }
    if event.text.is_none() || numbered.texts.is_empty() {
        return Some(numbered);
    }
    let catch_all = profile
        .catch_all
        .iter()
        .filter_map(|index| profile.rules.get(*index));
    catch_all
        .into_iter()
        .find(|rule| rule.is_from(&event.channel, &event.provider))
}

/// Whether the text holds one of the rule's phrases, in any case and with any white space.
fn has_phrase(rule: &Rule, text: &str) -> bool {
    let text = collapse(text).to_lowercase();
    rule.texts
        .iter()
        .any(|phrase| text.contains(&phrase.to_lowercase()))
}

/// The insertion string of that name, without white space around it; `None` where it is missing or
/// empty.
fn insert(layout: &Layout, strings: &[String], wanted: &str) -> Option<String> {
    let position = layout.inserts.iter().position(|name| name == wanted)?;
    let value = strings.get(position)?.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// The insertion string of that name, but if it does not look like one and exactly one other does,
/// that one: the order of the inserts of a scan failure is read off its text, not off its message
/// file.
fn pick(
    layout: &Layout,
    strings: &[String],
    wanted: &str,
    looks: fn(&str) -> bool,
) -> Option<String> {
    if !layout.inserts.iter().any(|name| name == wanted) {
        return None;
    }
    let named = insert(layout, strings, wanted);
    if named.as_deref().is_some_and(looks) {
        return named;
    }
    let mut others = strings
        .iter()
        .map(|string| string.trim())
        .filter(|string| looks(string));
    match (others.next(), others.next()) {
        (Some(only), None) => Some(only.to_owned()),
        _ => named,
    }
}

/// The insertion strings with names: the record's own where it has them, else the profile's, else
/// `%3`.
fn fields(
    profile: &Profile,
    layout: &Layout,
    event: &Event,
    strings: &[String],
) -> Vec<(String, String)> {
    let name = |index: usize| {
        let of_record = event
            .names
            .get(index)
            .filter(|_| event.names.len() == strings.len());
        let of_profile = layout.inserts.get(index);
        // A classic event that a later system re-saved names its strings param1, param2, …: no
        // names at all.
        let of_record = of_record.filter(|name| !name.is_empty() && !name.starts_with("param"));
        let name = of_profile.filter(|name| !name.is_empty()).or(of_record);
        name.cloned().unwrap_or_else(|| format!("%{}", index + 1))
    };
    let value = |string: &String| {
        resolve_parameter(string, &profile.parameters)
            .trim()
            .to_owned()
    };
    strings
        .iter()
        .enumerate()
        .filter(|(_, string)| !string.trim().is_empty())
        .map(|(index, string)| (name(index), value(string)))
        .collect()
}

/// The event in words: its own rendered text, else the template with its strings, else the title
/// with its fields.
fn summary(
    profile: &Profile,
    rule: &Rule,
    layout: &Layout,
    event: &Event,
    strings: &[String],
    fields: &[(String, String)],
) -> String {
    if let Some(text) = event.text.as_deref().filter(|text| !text.trim().is_empty()) {
        return collapse(text);
    }
    if let Some(joined) = strings::joined(event).filter(|_| strings.is_empty()) {
        return format!("{}: {}", rule.title, collapse(joined));
    }
    let joined = strings.join(" ");
    if has_phrase(rule, &joined) {
        // The record keeps its whole message as an insertion string.
        return collapse(&joined);
    }
    let wants_strings = layout
        .template
        .as_ref()
        .map_or(0, super::Template::highest_insert)
        > 0;
    match &layout.template {
        Some(template) if !wants_strings || !strings.is_empty() => {
            template.render(strings, &profile.parameters)
        }
        _ if fields.is_empty() => rule.title.clone(),
        _ => {
            let list = fields
                .iter()
                .map(|(name, value)| format!("{name} {}", collapse(value)));
            format!("{}: {}", rule.title, list.collect::<Vec<_>>().join("; "))
        }
    }
}

/// At most [`SUMMARY_LIMIT`] characters, with an ellipsis where something was cut off.
fn shorten(text: &str) -> String {
    match text.char_indices().nth(SUMMARY_LIMIT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}
