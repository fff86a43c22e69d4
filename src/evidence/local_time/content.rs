//! Whether two copies of a record, each as its form keeps it, have the same content.

use crate::evidence::model::Event;

/// Whether nothing in the two speaks against their being one record: strings equal where both have them, texts equal
/// where both have them, strings found in the text where one has the one and one the other.
pub fn same(a: &Event, b: &Event) -> bool {
    let has_strings = |event: &Event| event.strings.iter().any(|text| !text.trim().is_empty());
    match (has_strings(a), has_strings(b), text(a), text(b)) {
        (true, true, _, _) => same_strings(a, b),
        (_, _, Some(one), Some(other)) => words(one).eq(words(other)),
        (true, _, _, Some(text)) => holds(text, a),
        (_, true, Some(text), _) => holds(text, b),
        // One of them kept nothing but its kind.
        _ => true,
    }
}

fn text(event: &Event) -> Option<&str> {
    let text = event.text.as_deref()?.trim();
    (!text.is_empty()).then_some(text)
}

/// Empty strings at the end are lost in some forms, and blanks around strings in others.
fn same_strings(a: &Event, b: &Event) -> bool {
    let longest = a.strings.len().max(b.strings.len());
    let at = |event: &'_ Event, index: usize| {
        let string = event.strings.get(index).map_or("", |string| string.trim());
        string.to_owned()
    };
    (0..longest).all(|index| at(a, index) == at(b, index))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}

/// Whether a rendered text shows the strings of an event. Parameter messages (`%%1053`) are shown by their text, and
/// not every template shows every string; so most of them must be there.
fn holds(text: &str, event: &Event) -> bool {
    let text = words(text).collect::<Vec<_>>().join(" ");
    let strings = event.strings.iter().map(|string| string.trim());
    let (mut shown, mut missing) = (0_usize, 0_usize);
    for string in strings.filter(|string| !string.is_empty() && !string.starts_with("%%")) {
        let string = words(string).collect::<Vec<_>>().join(" ");
        if text.contains(&string) {
            shown += 1;
        } else {
            missing += 1;
        }
    }
    shown >= missing
}

/// What tells a record from others of its kind: its strings, else its text.
pub fn key(event: &Event) -> String {
    let strings: Vec<&str> = event.strings.iter().map(|string| string.trim()).collect();
    match text(event) {
        Some(text) if strings.iter().all(|string| string.is_empty()) => {
            words(text).collect::<Vec<_>>().join(" ")
        }
        _ => strings.join("\u{1f}"),
    }
}
