//! What a record says, in a form in which copies compare: white space, brackets and empty strings at the end differ
//! between the forms in which a record is exported.

use crate::evidence::model::Event;

/// What two copies of one record have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    Equal,
    /// One has only strings, the other only text, or one has neither: nothing contradicts.
    Incomparable,
    Different,
}

/// The insertion strings as one key; `None` where the record has none that says anything.
pub fn strings_key(event: &Event) -> Option<String> {
    let strings: Vec<String> = event.strings.iter().map(|text| plain(text)).collect();
    let said = strings.iter().rposition(|text| !text.is_empty())? + 1;
    Some(strings.get(..said)?.join("\u{1f}"))
}

/// The rendered text as one key.
pub fn text_key(event: &Event) -> Option<String> {
    let text = collapse(event.text.as_deref()?);
    (!text.is_empty()).then_some(text)
}

/// How the contents of two records compare.
///
/// Strings count where both have them. One that is empty in one of the two is no difference: a string that the
/// message's text does not show cannot be read back from it.
pub fn likeness(a: &Event, b: &Event) -> Likeness {
    match (strings_key(a), strings_key(b)) {
        (Some(_), Some(_)) => match first_difference(a, b) {
            Some(_) => Likeness::Different,
            None => Likeness::Equal,
        },
        _ => match (text_key(a), text_key(b)) {
            (Some(a), Some(b)) if a == b => Likeness::Equal,
            (Some(_), Some(_)) => Likeness::Different,
            _ => Likeness::Incomparable,
        },
    }
}

/// The first insertion string (counted from 1) in which two records differ, with both values.
pub fn first_difference(a: &Event, b: &Event) -> Option<(usize, String, String)> {
    let pairs = a.strings.iter().zip(&b.strings).enumerate();
    pairs
        .map(|(index, (a, b))| (index + 1, plain(a), plain(b)))
        .find(|(_, a, b)| {
            // A parameter message (`%%1053`) is a number in one form and words in another.
            let comparable = |text: &str| !text.is_empty() && !text.starts_with("%%");
            a != b && comparable(a) && comparable(b)
        })
}

/// One string without what forms add or take away.
fn plain(text: &str) -> String {
    let text = collapse(text);
    text.trim_matches(['<', '>', '\u{200e}']).to_owned()
}

/// The event source in the form in which copies compare: the later Event Viewer leaves out the beginning that most of
/// the system's own sources share.
pub fn source_key(provider: &str) -> String {
    let name = provider.to_lowercase();
    match name.strip_prefix("microsoft-windows-") {
        Some(short) => short.to_owned(),
        None => name,
    }
}

/// The text with single spaces for all white space.
pub fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
