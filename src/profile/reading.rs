//! Message templates read backwards: from a rendered text to the insertion strings that made it.
//!
//! Texts come out of many tools. White space, line breaks, left-to-right marks and the shape of quotes and apostrophes
//! differ between them and mean nothing; so do blanks beside Chinese and Japanese characters, where a tool puts them
//! in place of a line break. The sentences that the Event Viewer of Windows 2003 and earlier adds are no part of a
//! message.

use super::template::{Part, collapse};

/// Readings of one text that are looked for; a text with more is not worth the search.
const MOST_READINGS: usize = 16;
/// Places at which literals are tried, for all readings of one text together: a message has some hundred characters.
const MOST_STEPS: usize = 50_000;

/// Every reading of a text by the parts of a template; `inserts` is the highest number that they use.
pub(super) fn readings(parts: &[Part], inserts: usize, text: &str) -> Vec<Vec<String>> {
    let text = normal(text);
    let mut search = Search {
        found: Vec::new(),
        steps: 0,
    };
    if !parts.is_empty() {
        search.part(parts, None, &text, &vec![None; inserts]);
    }
    search.found
}

/// One line without marks, and without the sentences that Event Viewer adds.
fn normal(text: &str) -> String {
    let marks = ['\u{200e}', '\u{200f}', '\u{202a}', '\u{202c}'];
    let text = collapse(&text.replace(marks, ""));
    let end = without_tail(&text).len();
    text.get(..end).unwrap_or_default().to_owned()
}

/// Sentences that Event Viewer of Windows 2000, XP and 2003 puts below every message, before their address.
const TAILS: [&str; 2] = [
    "For more information, see Help and Support Center at ",
    "For more information, click ",
];

/// The message without the sentence that points to more information, with or without a blank before it.
fn without_tail(text: &str) -> &str {
    for tail in TAILS {
        if let Some((message, address)) = text.rsplit_once(tail)
            && address.starts_with("http")
            && !address.contains(char::is_whitespace)
        {
            return message.trim_end();
        }
    }
    text
}

struct Search {
    found: Vec<Vec<String>>,
    steps: usize,
}

impl Search {
    /// Reads `rest` by `parts`. `open`: the insert that what comes before the next literal belongs to.
    fn part(&mut self, parts: &[Part], open: Option<usize>, rest: &str, strings: &[Option<&str>]) {
        let Some((part, parts)) = parts.split_first() else {
            if let Some(strings) = bind(strings, open, rest) {
                let owned = |string: &Option<&str>| string.unwrap_or("").to_owned();
                let reading: Vec<String> = strings.iter().map(owned).collect();
                if !self.found.contains(&reading) {
                    self.found.push(reading);
                }
            }
            return;
        };
        let literal = match part {
            Part::Insert(number) => return self.part(parts, Some(*number), rest, strings),
            Part::Text(literal) if parts.is_empty() => literal.trim_end(),
            Part::Text(literal) => literal.as_str(),
        };
        for (at, _) in rest.char_indices().chain([(rest.len(), ' ')]) {
            self.steps += 1;
            if self.found.len() >= MOST_READINGS
                || self.steps > MOST_STEPS
                || (open.is_none() && at > 0)
            {
                return;
            }
            let Some((before, from)) = rest.split_at_checked(at) else {
                return;
            };
            // The blank before an empty insert is the one after it too.
            let shorter = match literal.trim_start() {
                shorter if at == 0 && open.is_some() && !shorter.is_empty() => shorter,
                _ => literal,
            };
            let after = matched(from, literal).or_else(|| matched(from, shorter));
            let Some(after) = after.filter(|after| !parts.is_empty() || after.trim().is_empty())
            else {
                continue;
            };
            if let Some(strings) = bind(strings, open, before) {
                self.part(parts, None, after, &strings);
            }
        }
    }
}

/// The strings with one more; `None` where that contradicts what the same insert held before.
fn bind<'t>(
    strings: &[Option<&'t str>],
    open: Option<usize>,
    value: &'t str,
) -> Option<Vec<Option<&'t str>>> {
    let value = value.trim();
    let mut strings = strings.to_vec();
    let Some(number) = open else {
        return value.is_empty().then_some(strings);
    };
    let slot = strings.get_mut(number.checked_sub(1)?)?;
    if slot.is_some_and(|known| known != value) {
        return None;
    }
    *slot = Some(value);
    Some(strings)
}

/// What follows `literal` at the beginning of `text`.
fn matched<'t>(text: &'t str, literal: &str) -> Option<&'t str> {
    let mut rest = text.chars();
    let mut wanted = literal.chars().peekable();
    let mut last: Option<char> = None;
    while let Some(want) = wanted.next() {
        let here = rest.clone();
        let next = rest.next();
        let wide = last.is_some_and(is_wide) || wanted.peek().copied().is_some_and(is_wide);
        match next {
            Some(c) if fold(c) == fold(want) => {}
            // The text ends where only a blank is left, or has none where the template has.
            None if want == ' ' => rest = here,
            Some(_) if want == ' ' && wide => rest = here,
            // It has one where the template has none.
            Some(' ') if is_wide(want) && last.is_some_and(is_wide) => {
                if rest.next().map(fold) != Some(fold(want)) {
                    return None;
                }
            }
            _ => return None,
        }
        last = Some(want);
    }
    Some(rest.as_str())
}

/// Chinese and Japanese characters and punctuation.
fn is_wide(c: char) -> bool {
    ('\u{3000}'..='\u{9fff}').contains(&c) || ('\u{ff00}'..='\u{ffef}').contains(&c)
}

/// Quotes and apostrophes of every shape as the plain ones.
fn fold(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{201e}' => '"',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::profile::Template;

    fn read(template: &str, text: &str) -> Vec<Vec<String>> {
        Template::new(template).readings(text)
    }

    #[test]
    fn sentences_of_event_viewer_are_no_part() {
        let template = "The %1 service entered the %2 state.";
        for tail in [
            "\r\n\r\nFor more information, see Help and Support Center at http://go.microsoft.com/fwlink/events.asp.",
            "For more information, click http://www.microsoft.com/contentredirect.asp. ",
        ] {
            let text = format!("The X service\r\nentered the running state.{tail}");
            assert_eq!(read(template, &text), [["X", "running"]], "{tail}");
        }
        assert!(
            read(
                template,
                "The X service entered the running state. And more."
            )
            .is_empty()
        );
        assert_eq!(
            read(
                "Failed: %1",
                "Failed: %%5\nFor more information, click http://x/y.asp."
            ),
            [["%%5"]]
        );
    }

    #[test]
    fn marks_and_quotes_mean_nothing() {
        let template = "The previous system shutdown at %1 on %2 was unexpected.";
        assert_eq!(
            read(
                template,
                "The previous system shutdown at 9:30:00 AM on \u{200e}3/\u{200e}14/\u{200e}2006 was unexpected."
            ),
            [["9:30:00 AM", "3/14/2006"]]
        );
        assert_eq!(
            read(
                "Le service %1 est entré dans l'état : %2.",
                "Le service X est entré dans l\u{2019}état\u{a0}: arrêté."
            ),
            [["X", "arrêté"]]
        );
    }

    #[test]
    fn blanks_beside_japanese_mean_nothing() {
        let template = "%1 サービスは終了しました。このサービスの終了は %2 回目です。";
        for text in [
            "A B サービスは終了しました。このサービスの終了は 1 回目です。",
            "A B サービスは終了しました。\r\nこのサービスの終了は 1 回目です。",
            "A Bサービスは終了しました。 このサービスの終了は1回目です。",
        ] {
            assert_eq!(read(template, text), [["A B", "1"]], "{text}");
        }
    }

    #[test]
    fn inserts_may_be_empty() {
        assert_eq!(
            read(
                "Bug: %1%n String: %2%n Comment: %3",
                "Bug:\r\n String:\r\n Comment:"
            ),
            [["", "", ""]]
        );
        assert_eq!(
            read("Bug: %1%n Comment: %2", "Bug: 1\r\n Comment: "),
            [["1", ""]]
        );
    }

    #[test]
    fn every_reading_of_an_unclear_text() {
        assert_eq!(
            read("ID %1, Code %2.", "ID <a, Code b@c>, Code 0x0."),
            [["<a", "b@c>, Code 0x0"], ["<a, Code b@c>", "0x0"]]
        );
        // An insert that comes twice must hold the same.
        assert_eq!(read("%1 and %1", "a and b"), Vec::<Vec<String>>::new());
        assert_eq!(read("%1 and %1", "a and a"), [["a"]]);
    }

    proptest! {
        #[test]
        fn any_text_is_read_within_bounds(text in "[ab ,.]{0,300}") {
            let found = read("%1 %2,%3 %4.%5 a%6", &text);
            prop_assert!(found.len() <= super::MOST_READINGS);
        }

        #[test]
        fn what_was_rendered_is_among_the_readings(a in "[a-z<>@,. ]{1,20}", b in "[a-z0-9 ]{1,8}") {
            let template = Template::new("Internet Message ID %1, Error Code %2.");
            let strings = [a, b].map(|s| s.split_whitespace().collect::<Vec<_>>().join(" "));
            prop_assume!(strings.iter().all(|s| !s.is_empty()));
            let text = template.render(&strings, &Default::default());
            prop_assert!(template.readings(&text).contains(&strings.to_vec()));
        }
    }
}
