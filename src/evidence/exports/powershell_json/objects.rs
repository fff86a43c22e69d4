//! Where each object of a JSON text begins and ends.
//!
//! At the top of the text stand objects or arrays of objects, one or several: exports are appended to each other.
//! Objects are broken apart at every line that begins with `{`, which no line inside an object does that PowerShell
//! writes, so that a broken line costs only itself. Of a broken array what stands before the break is used.

use serde::de::IgnoredAny;

/// What stands next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<'a> {
    Object(&'a str),
    /// A value of another kind, or text that is no JSON.
    NoObject(&'a str),
    /// With what is wrong. Inside an array nothing can be read behind it.
    Broken(&'a str, String),
    EndOfFile(&'a str),
    /// The array ends without its bracket, or is followed by something else than a comma.
    EndOfList {
        line: u64,
        what: String,
    },
}

/// The objects of a text, in order.
pub struct Objects<'a> {
    text: &'a str,
    at: usize,
    in_list: bool,
    /// The list has an object around it, which is still open.
    in_wrapper: bool,
    /// Where the next line begins an object or a list, once looked for.
    section_end: usize,
}

/// How one value ends.
enum Extent {
    Whole(usize),
    EndOfFile,
    Broken(String),
}

impl<'a> Objects<'a> {
    pub fn of(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            in_list: false,
            in_wrapper: false,
            section_end: 0,
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip(&mut self, skipped: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(skipped).len();
    }

    /// The text up to the next line that begins an object or an array.
    fn section(&mut self) -> &'a str {
        let rest = self.rest();
        if self.section_end <= self.at {
            let next = rest
                .match_indices('\n')
                .find(|(at, _)| {
                    let line = rest.get(at + 1..).unwrap_or_default();
                    line.starts_with(['{', '['])
                })
                .map_or(rest.len(), |(at, _)| at + 1);
            self.section_end = self.at + next;
        }
        rest.get(..self.section_end - self.at).unwrap_or(rest)
    }

    fn take(&mut self, length: usize) -> &'a str {
        let taken = self.rest().get(..length).unwrap_or_default();
        self.at += length;
        taken
    }

    fn give_up(&mut self) {
        self.at = self.text.len();
        self.in_list = false;
    }

    /// The next element of an array; `None` at its end.
    fn element(&mut self) -> Option<Found<'a>> {
        let rest = self.rest();
        let found = match rest.chars().next() {
            None => Found::EndOfList {
                line: self.line(),
                what: "its list of events is not closed".to_owned(),
            },
            Some(']') => {
                self.at += 1;
                self.in_list = false;
                return None;
            }
            Some('{') => match extent(rest) {
                Extent::Whole(length) => {
                    let object = self.take(length);
                    return Some(self.behind_element(Found::Object(object)));
                }
                Extent::EndOfFile => Found::EndOfFile(rest),
                Extent::Broken(what) => Found::Broken(rest, what),
            },
            Some(_) => {
                let end = rest.find([',', ']', '\n', '{']).unwrap_or(rest.len());
                match end {
                    0 => Found::EndOfList {
                        line: self.line(),
                        what: "a value is missing in its list of events".to_owned(),
                    },
                    end => {
                        let value = self.take(end);
                        return Some(self.behind_element(Found::NoObject(value)));
                    }
                }
            }
        };
        self.give_up();
        Some(found)
    }

    /// Passes over the comma. What else may follow is seen when the next element is looked for.
    fn behind_element(&mut self, found: Found<'a>) -> Found<'a> {
        self.skip(char::is_whitespace);
        if self.rest().starts_with(',') {
            self.at += 1;
            self.skip(char::is_whitespace);
        }
        found
    }

    /// Number of the line that is being read, from 1.
    fn line(&self) -> u64 {
        let before = self.text.get(..self.at).unwrap_or_default();
        before.lines().count().max(1) as u64
    }

    /// An object at the top, or what is none.
    fn object(&mut self) -> Found<'a> {
        let section = self.section();
        if !section.starts_with('{') {
            return Found::NoObject(self.take(section.len()));
        }
        match extent(section) {
            Extent::Whole(length) => Found::Object(self.take(length)),
            Extent::EndOfFile if section.len() == self.rest().len() => {
                Found::EndOfFile(self.take(section.len()))
            }
            Extent::EndOfFile => {
                let what = "the next one begins inside it".to_owned();
                Found::Broken(self.take(section.len()), what)
            }
            Extent::Broken(what) => Found::Broken(self.take(section.len()), what),
        }
    }
}

impl<'a> Iterator for Objects<'a> {
    type Item = Found<'a>;

    fn next(&mut self) -> Option<Found<'a>> {
        loop {
            self.skip(|c| c.is_whitespace() || c == '\u{feff}');
            if self.in_list {
                match self.element() {
                    None => continue,
                    found => return found,
                }
            }
            let rest = self.rest();
            if rest.is_empty() {
                return None;
            }
            if self.in_wrapper
                && let Some(behind) = wrapper_ends(rest)
            {
                self.in_wrapper = false;
                self.at = self.text.len() - behind.len();
            } else if let Some(behind) = list_begins(rest) {
                self.in_wrapper = rest.starts_with('{');
                self.in_list = true;
                self.at = self.text.len() - behind.len();
            } else {
                return Some(self.object());
            }
        }
    }
}

/// What stands in an array: `[`, or the same as Windows PowerShell writes it where somebody had added to the array:
/// `{"value": [`.
fn list_begins(text: &str) -> Option<&str> {
    if let Some(behind) = text.strip_prefix('[') {
        return Some(behind);
    }
    let inner = text.strip_prefix('{')?.trim_start();
    let behind = inner.strip_prefix("\"value\"")?.trim_start();
    let behind = behind.strip_prefix(':')?.trim_start();
    behind.strip_prefix('[')
}

/// The end of such a wrapper: `, "Count": 2}`.
fn wrapper_ends(text: &str) -> Option<&str> {
    let inner = text.strip_prefix(',').unwrap_or(text).trim_start();
    let behind = match inner.strip_prefix("\"Count\"") {
        Some(count) => {
            let count = count.trim_start().strip_prefix(':')?.trim_start();
            count.trim_start_matches(|c: char| c.is_ascii_digit())
        }
        None => inner,
    };
    behind.trim_start().strip_prefix('}')
}

/// Where the object ends that the text begins with.
fn extent(text: &str) -> Extent {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    match values.next() {
        Some(Ok(_)) => Extent::Whole(values.byte_offset()),
        None => Extent::EndOfFile,
        Some(Err(fault)) if fault.is_eof() => Extent::EndOfFile,
        Some(Err(fault)) => {
            // serde_json ends its sentence with the place, counted from the start of this object.
            let what = fault.to_string();
            let what = what.split(" at line ").next().unwrap_or_default();
            Extent::Broken(what.to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<Found<'_>> {
        Objects::of(text).collect()
    }

    fn object(text: &str) -> Found<'_> {
        Found::Object(text)
    }

    #[test]
    fn one_object_a_list_or_lines() {
        assert_eq!(found(" {\"a\":1} "), [object("{\"a\":1}")]);
        let two = [object("{\"a\":{}}"), object("{}")];
        for text in [
            "[{\"a\":{}},{}]",
            "[\r\n {\"a\":{}} , {} ]\n",
            "{\"a\":{}}\r\n{}",
            "{\"a\":{}}{}",
            "[{\"a\":{}}]\n[{}]",
            "{ \"value\": [{\"a\":{}},{}],\r\n \"Count\": 2 }",
        ] {
            assert_eq!(found(text), two, "{text}");
        }
        assert_eq!(found("[]"), []);
    }

    #[test]
    fn a_broken_line_costs_only_itself() {
        assert_eq!(
            found("{}\n{\"a\":\n{}\nWARNING: x\n{}"),
            [
                object("{}"),
                Found::Broken("{\"a\":\n", "the next one begins inside it".into()),
                object("{}"),
                Found::NoObject("WARNING: x\n"),
                object("{}"),
            ]
        );
        assert_eq!(found("{}\n{\"a"), [object("{}"), Found::EndOfFile("{\"a")]);
    }

    #[test]
    fn of_a_broken_list_what_stands_before_the_break() {
        assert_eq!(found("[{},{\"a"), [object("{}"), Found::EndOfFile("{\"a")]);
        assert!(matches!(found("[{},{]").as_slice(), [_, Found::Broken(..)]));
        let end = |line, what: &str| Found::EndOfList {
            line,
            what: what.into(),
        };
        let not_closed = "its list of events is not closed";
        assert_eq!(found("[{},\n"), [object("{}"), end(1, not_closed)]);
        assert_eq!(found("[{},null,3]").len(), 3);
        let missing = "a value is missing in its list of events";
        assert_eq!(found("[{},,"), [object("{}"), end(1, missing)]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_comes_to_an_end(text in "[\\[\\]{},:\"a1 \n]{0,120}") {
            proptest::prop_assert!(found(&text).len() <= text.len());
        }
    }

    /// Work grows with the length of the text, not with its square, and needs no deeper stack.
    #[test]
    fn hostile_text_takes_no_longer_than_its_length() {
        for piece in [
            "[]",
            "[",
            "{}",
            "{",
            "{\"a\":[",
            "{\"value\":[]}",
            "{\"value\":[",
            "{\n",
            "[{},",
            "\n{\"",
            "1,",
        ] {
            let text = piece.repeat(300_000);
            assert!(found(&text).len() <= text.len(), "{piece}");
        }
    }
}
