//! The lines of MFCMAPI's writers, taken apart: elements of structure, and properties between them.
//!
//! Values come from mail, so anybody may have written them. A value in a CDATA section ends where `]]>` and the end of
//! its own element follow each other; whatever looks like structure before that is text. Every byte is looked at a
//! fixed number of times.

use memchr::memmem;

use crate::evidence::mapi::{Properties, Value, id_by_name};
use crate::evidence::tally::Tally;

/// An element's start, `name="value"` pairs and all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag<'a> {
    pub name: &'a str,
    /// What stands between name and `>`.
    rest: &'a str,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Token<'a> {
    Open(Tag<'a>),
    Close(&'a str),
    /// A property of use.
    Property(u16, Value),
    /// A property that is of no use, or whose value is none (PT_ERROR).
    Other,
}

/// Elements that structure a file. A line that begins with anything else is passed over.
const STRUCTURE: [&str; 17] = [
    "table",
    "row",
    "ContentsTable",
    "message",
    "properties",
    "folderprops",
    "HierarchyTable",
    "recipients",
    "recipient",
    "attachments",
    "attachment",
    "embeddedmessage",
    "tableprops",
    "mailboxtable",
    "mailbox",
    "messagestoreprops",
    "storetable",
];

pub struct Scanner<'a> {
    text: &'a str,
    /// Where the next line begins.
    at: usize,
    line: u64,
    broken: Tally,
    /// Ends of elements that were looked for in vain: there are none behind, either.
    exhausted: Vec<&'static str>,
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            line: 0,
            broken: Tally::default(),
            exhausted: Vec::new(),
        }
    }

    /// Number of the line last read, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Properties that break off.
    pub fn into_broken(self) -> Tally {
        self.broken
    }

    /// How many properties broke off so far.
    pub fn broken(&self) -> u64 {
        self.broken.count
    }

    pub fn next_token(&mut self) -> Option<Token<'a>> {
        loop {
            let line = self.next_line()?;
            if line.starts_with("<property ") {
                return Some(self.property(line));
            }
            if line.starts_with("<body ") {
                self.pass_body(line);
                continue;
            }
            if let Some(token) = structure(line) {
                return Some(token);
            }
        }
    }

    /// The next line without what indents it and what ends it.
    fn next_line(&mut self) -> Option<&'a str> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |at| at + 1);
        self.at += length;
        self.line += 1;
        rest.get(..length)
            .map(|line| line.trim_matches(['\t', '\r', '\n', ' ']))
    }

    /// Everything from `<property …>` to its end.
    fn property(&mut self, first: &'a str) -> Token<'a> {
        let (mut names, mut value, mut alternative) = (None, None, None);
        let mut several = false;
        loop {
            let before = (self.at, self.line);
            let Some(line) = self.next_line() else {
                self.broken.add(format_args!("line {}", before.1));
                break;
            };
            if line == "</property>" {
                break;
            }
            if line.starts_with("<Value") {
                several |= attribute(opening(line), "mv").is_some();
                let read = self.element(line, before.0, "</Value>", several);
                value = value.or(read);
            } else if line.starts_with("<AltValue") {
                let read = self.element(line, before.0, "</AltValue>", several);
                alternative = alternative.or(read);
            } else if line.starts_with("<SmartView") {
                self.element(line, before.0, "</SmartView>", several);
            } else if line.starts_with("<Name>") || line.starts_with("<ExactNames>") {
                names = names.or(inner(line));
            } else if line.starts_with("<property ")
                || structure(line).is_some_and(|token| !(several && token.is_bare_row()))
            {
                // Its end is missing: what follows is read for itself.
                (self.at, self.line) = before;
                self.broken.add(format_args!("line {}", before.1));
                break;
            }
        }
        if several {
            return Token::Other;
        }
        let (value, alternative) = (value.unwrap_or_default(), alternative.unwrap_or_default());
        self.token(first, names, value, alternative)
    }

    /// What a property means. Where its tag cannot be read, its name says which it is, and the word beside the tag of
    /// which type.
    fn token(
        &mut self,
        first: &str,
        names: Option<&str>,
        value: &str,
        alternative: &str,
    ) -> Token<'a> {
        let tag = attribute(first, "tag")
            .and_then(|tag| u32::from_str_radix(tag.trim().strip_prefix("0x")?, 16).ok());
        let halves = |tag: u32| {
            let half = |number: u32| u16::try_from(number & 0xFFFF).ok();
            Some((half(tag >> 16)?, half(tag)?))
        };
        let by_name = || Some((names.and_then(id_by_name)?, guessed_kind(first)));
        let known = tag.and_then(halves).or_else(by_name);
        let Some((id, kind)) = known.filter(|(id, _)| Properties::wants(*id)) else {
            return Token::Other;
        };
        match Value::from_shown(kind, value, alternative) {
            Some(value) => Token::Property(id, value),
            None => {
                if !Value::is_none(kind, value, alternative) {
                    self.broken.add(format_args!("line {}", self.line));
                }
                Token::Other
            }
        }
    }

    /// The text of an element that begins in `line`, at or behind `from`. `None` when it has no end.
    fn element(
        &mut self,
        line: &'a str,
        from: usize,
        end: &'static str,
        several: bool,
    ) -> Option<&'a str> {
        let open = line.find('>')?;
        let indent = self.text.get(from..)?.find(line)?;
        let start = from + indent + open + 1;
        let rest = self.text.get(start..)?;
        if !rest.starts_with(CDATA) {
            // On one line, or the beginning of several values.
            let text = line.get(open + 1..).unwrap_or_default();
            return match text.strip_suffix(end) {
                Some(text) => Some(text),
                None if several || text.is_empty() => None,
                None => {
                    self.broken.add(format_args!("line {}", self.line));
                    None
                }
            };
        }
        match self.end_of_cdata(start, end) {
            Some((text_end, behind)) => {
                self.move_to(behind);
                self.text.get(start + CDATA.len()..text_end)
            }
            None => {
                self.broken.add(format_args!("line {}", self.line));
                None
            }
        }
    }

    /// Where the CDATA section that begins at `start` ends, and where its element does.
    fn end_of_cdata(&mut self, start: usize, end: &'static str) -> Option<(usize, usize)> {
        if self.exhausted.contains(&end) {
            return None;
        }
        let rest = self.text.get(start..)?;
        let found = memmem::find_iter(rest.as_bytes(), "]]>").find_map(|at| {
            let behind = rest.get(at + 3..)?;
            // Builds of 2007 end the line between the two.
            let gap = behind.len() - behind.trim_start_matches(['\r', '\n']).len();
            let after = behind.get(gap..)?.strip_prefix(end)?;
            let ends_line = after.is_empty() || after.starts_with(['\r', '\n']);
            ends_line.then_some((start + at, start + at + 3 + gap + end.len()))
        });
        if found.is_none() {
            self.exhausted.push(end);
        }
        found
    }

    /// Goes on behind the line that holds `at`.
    fn move_to(&mut self, at: usize) {
        let passed = self.text.get(self.at..at).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', passed.as_bytes()).count() as u64;
        self.at = self.at.max(at);
        let rest = self.text.get(self.at..).unwrap_or_default();
        // In the middle of a line only where the element ended on a later one than it began.
        if !passed.is_empty() && memchr::memchr(b'\n', rest.as_bytes()).is_some() {
            self.next_line();
        }
    }

    /// Passes over a message's body, of which nothing is read.
    fn pass_body(&mut self, line: &str) {
        const END: &str = "</body>";
        if line.ends_with(END) {
            return;
        }
        let before = self.at;
        let starts_cdata = self
            .text
            .get(before..)
            .is_some_and(|rest| rest.starts_with(CDATA));
        if !starts_cdata {
            // With an error in place of the text, the end follows at once.
            return;
        }
        match self.end_of_cdata(before, END) {
            Some((_, behind)) => self.move_to(behind),
            None => self.broken.add(format_args!("line {}", self.line)),
        }
    }
}

const CDATA: &str = "<![CDATA[";

impl Token<'_> {
    /// One of several values, in a property that has them.
    fn is_bare_row(&self) -> bool {
        match self {
            Self::Open(tag) => tag.name == "row" && tag.rest.is_empty(),
            Self::Close(name) => *name == "row",
            _ => false,
        }
    }
}

/// An element's start, without its text.
fn opening(line: &str) -> &str {
    line.split_inclusive('>').next().unwrap_or(line)
}

/// The element of structure that a line opens or closes.
fn structure(line: &str) -> Option<Token<'_>> {
    let inside = line.strip_prefix('<')?;
    let (closes, inside) = match inside.strip_prefix('/') {
        Some(inside) => (true, inside),
        None => (false, inside),
    };
    let length = inside
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(inside.len());
    let name = inside.get(..length)?;
    if !STRUCTURE.contains(&name) {
        return None;
    }
    let rest = inside.get(length..)?;
    Some(match closes {
        true => Token::Close(name),
        false => Token::Open(Tag {
            name,
            rest: rest.strip_suffix('>').unwrap_or(rest),
        }),
    })
}

impl<'a> Tag<'a> {
    /// The value of an attribute as written.
    pub fn attribute(&self, name: &str) -> Option<&'a str> {
        attribute(self.rest, name)
    }

    /// The value of the last attribute of an element: it may hold quotes, which nothing escapes.
    pub fn last_attribute(&self, name: &str) -> Option<&'a str> {
        let (_, behind) = self.rest.split_once(&format!("{name}=\""))?;
        Some(behind.rsplit_once('"').map_or(behind, |(value, _)| value))
    }

    /// The text between one attribute's quote and the beginning of the next attribute.
    pub fn attribute_before(&self, name: &str, next: &str) -> Option<&'a str> {
        let (_, behind) = self.rest.split_once(&format!("{name}=\""))?;
        behind
            .rsplit_once(&format!("\" {next}="))
            .map(|(value, _)| value)
    }

    /// A number in hex, as all of MFCMAPI's are.
    pub fn number(&self, name: &str) -> Option<u64> {
        u64::from_str_radix(self.attribute(name)?.trim().strip_prefix("0x")?, 16).ok()
    }
}

/// `name = "value"` or `name="value"`.
fn attribute<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = text;
    loop {
        let at = rest.find(name)?;
        let before_is_blank = rest
            .get(..at)
            .is_none_or(|before| before.is_empty() || before.ends_with([' ', '\t']));
        rest = rest.get(at + name.len()..)?;
        let value = rest.trim_start().strip_prefix('=').map(str::trim_start);
        if let Some(value) = value.and_then(|value| value.strip_prefix('"'))
            && before_is_blank
        {
            return value.split('"').next();
        }
    }
}

/// The text of an element on one line.
fn inner(line: &str) -> Option<&str> {
    let (_, behind) = line.split_once('>')?;
    behind.rsplit_once("</").map(|(text, _)| text)
}

/// The type that the word beside the tag means.
fn guessed_kind(line: &str) -> u16 {
    match attribute(line, "type") {
        Some("PT_UNICODE") => 0x001F,
        Some("PT_STRING8") => 0x001E,
        Some("PT_BINARY") => 0x0102,
        Some("PT_SYSTIME") => 0x0040,
        Some("PT_LONG") => 0x0003,
        Some("PT_BOOLEAN") => 0x000B,
        _ => 0,
    }
}
