//! Message texts with insertion sequences, as message files hold them.
//!
//! Microsoft Learn, "Message Text Files" and `FormatMessage`: `%1` to `%99` insert a string
//! (perhaps with a format between exclamation marks), `%n` a line break, `%r` a carriage return,
//! `%b` and `%t` white space, `%0` ends the text, `%` and anything else is that character. An
//! insert may itself be `%%1053`: a parameter message, looked up by number.

use std::collections::BTreeMap;

use super::reading::readings;

/// Stands where a record lacks the insertion string that its text needs.
const MISSING: &str = "?";

/// A message text, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// As the profile writes it.
    source: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Text with its white space collapsed; a single space stands for any run of white space.
    Text(String),
    /// Insertion string, counted from 1.
    Insert(usize),
}

impl Template {
    /// Takes a text apart.
    pub fn new(source: &str) -> Self {
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut chars = source.chars().peekable();
        while let Some(c) = chars.next() {
            if c != '%' {
                text.push(c);
                continue;
            }
            match chars.next() {
                Some('0') | None => break,
                Some('n' | 'r' | 'b' | 't') => text.push(' '),
                Some(digit) if digit.is_ascii_digit() => {
                    let mut number = digit.to_string();
                    if let Some(second) = chars.next_if(char::is_ascii_digit) {
                        number.push(second);
                    }
                    push_text(&mut parts, &mut text);
                    // Two ASCII digits always fit.
                    parts.push(Part::Insert(number.parse().unwrap_or_default()));
                    skip_format(&mut chars);
                }
                Some(other) => text.push(other),
            }
        }
        push_text(&mut parts, &mut text);
        Self {
            source: source.to_owned(),
            parts,
        }
    }

    /// The text as the profile writes it.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The highest insertion string that the text uses.
    pub fn highest_insert(&self) -> usize {
        let numbers = self.parts.iter().map(|part| match part {
            Part::Text(_) => 0,
            Part::Insert(number) => *number,
        });
        numbers.max().unwrap_or(0)
    }

    /// The text with its insertion strings, on one line. A string that is missing is shown as `?`,
    /// a parameter message that is not in `parameters` as it is.
    pub fn render(&self, strings: &[String], parameters: &BTreeMap<u32, String>) -> String {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Insert(number) => match number.checked_sub(1).and_then(|i| strings.get(i)) {
                    Some(string) => out.push_str(&resolve_parameter(string, parameters)),
                    None => out.push_str(MISSING),
                },
            }
        }
        collapse(&out)
    }

    /// The insertion strings of a text that was made by this template, or `None` when it was not.
    ///
    /// White space counts as equal however much of it there is. Each insert takes as little as it
    /// can; one that the template does not use is empty.
    #[cfg(test)]
    pub fn read(&self, text: &str) -> Option<Vec<String>> {
        self.readings(text).into_iter().next()
    }

    /// Every way to read a text as made by this template, those first in which inserts take little;
    /// none when it was not. More than one where a literal stands inside an insert too.
    pub fn readings(&self, text: &str) -> Vec<Vec<String>> {
        readings(&self.parts, self.highest_insert(), text)
    }
}

/// Adds the text so far as a part, with its white space collapsed but kept at both ends.
fn push_text(parts: &mut Vec<Part>, text: &mut String) {
    if text.is_empty() {
        return;
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let c = if c.is_whitespace() { ' ' } else { c };
        if c != ' ' || !out.ends_with(' ') {
            out.push(c);
        }
    }
    text.clear();
    parts.push(Part::Text(out));
}

/// Skips the format of an insert: `!s!`.
fn skip_format(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    let mut ahead = chars.clone();
    if ahead.next() == Some('!') && ahead.by_ref().any(|c| c == '!') {
        *chars = ahead;
    }
}

/// A parameter message (`%%1053`) in words; anything else as it is.
pub(super) fn resolve_parameter(string: &str, parameters: &BTreeMap<u32, String>) -> String {
    let number = string
        .trim()
        .strip_prefix("%%")
        .and_then(|number| number.parse::<u32>().ok());
    match number.and_then(|number| parameters.get(&number)) {
        Some(text) => text.clone(),
        None => string.to_owned(),
    }
}

/// One line: every run of white space becomes one space, none at the ends.
pub(super) fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(list: &[&str]) -> Vec<String> {
        list.iter().map(|s| (*s).to_owned()).collect()
    }

    #[test]
    fn renders_the_sequences_of_message_files() {
        let parameters = BTreeMap::from([(1053, "It did not respond.".to_owned())]);
        let template = Template::new("The %1 service:  %n%2!s! (100%% of %10)%t.%0 not this");
        let all = strings(&["SMTP", "%%1053", "", "", "", "", "", "", "", "x"]);
        assert_eq!(
            template.render(&all, &parameters),
            "The SMTP service: It did not respond. (100% of x) ."
        );
        assert_eq!(template.highest_insert(), 10);
    }

    #[test]
    fn missing_inserts_and_unknown_parameters_show() {
        let template = Template::new("%1 and %2 and %0");
        assert_eq!(
            template.render(&strings(&["%%20013"]), &BTreeMap::new()),
            "%%20013 and ? and"
        );
    }

    #[test]
    fn what_was_rendered_is_read_back() {
        let template = Template::new("The %1 service entered the %2 state.");
        let read = template.read(
            "The Simple Mail Transfer Protocol (SMTP)  service entered\r\nthe running state. ",
        );
        assert_eq!(
            read.unwrap(),
            strings(&["Simple Mail Transfer Protocol (SMTP)", "running"])
        );
        assert_eq!(
            template.read("Der Dienst \"SMTP\" befindet sich jetzt im Status \"beendet\"."),
            None
        );
        assert_eq!(template.read(""), None);
    }

    #[test]
    fn reading_a_text_without_inserts_wants_all_of_it() {
        let template = Template::new("The Event log service was started.");
        assert_eq!(
            template.read("The Event log service was started."),
            Some(vec![])
        );
        assert_eq!(
            template.read("The Event log service was started. Or not."),
            None
        );
    }

    #[test]
    fn an_insert_at_the_end_takes_the_rest() {
        let template = Template::new("Failed: %n%2");
        assert_eq!(
            template.read("Failed:\nthis and that").unwrap(),
            strings(&["", "this and that"])
        );
    }
}
