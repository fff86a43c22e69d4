//! The tags of XML text, found without reading anything else: enough to tell what a file is, and to find its records
//! again behind a broken one.
//!
//! Comments, CDATA sections and processing instructions are passed over. Every byte is looked at a fixed number of
//! times, whatever the text.

/// One tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag<'a> {
    /// Offset of its `<`.
    pub start: usize,
    /// Offset behind its `>`, or where the text breaks it off.
    pub end: usize,
    pub kind: Kind,
    /// What stands between the brackets, without the slashes.
    inner: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Start,
    End,
    /// `<Correlation/>`
    Empty,
}

impl<'a> Tag<'a> {
    /// With its namespace prefix.
    pub fn name(&self) -> &'a str {
        let end = self
            .inner
            .find(|c: char| c.is_whitespace())
            .unwrap_or(self.inner.len());
        self.inner.get(..end).unwrap_or_default()
    }

    /// Without its namespace prefix.
    pub fn local_name(&self) -> &'a str {
        let name = self.name();
        name.rsplit_once(':').map_or(name, |(_, local)| local)
    }

    /// The value of an attribute as written, its entities left alone.
    pub fn attribute(&self, name: &str) -> Option<&'a str> {
        let mut rest = self.inner.get(self.name().len()..)?.trim_start();
        while !rest.is_empty() {
            let (found, behind) = rest.split_once('=')?;
            let behind = behind.trim_start();
            let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let (value, behind) = behind.get(1..)?.split_once(quote)?;
            if found.trim() == name {
                return Some(value);
            }
            rest = behind.trim_start();
        }
        None
    }
}

/// What is passed over: how it begins and ends.
const PASSED_OVER: [(&str, &str); 3] = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];

/// The tags of a text, in order.
#[derive(Clone, Debug)]
pub struct Tags<'a> {
    text: &'a str,
    at: usize,
    /// No such end was found from here on, so nobody need look again.
    endless: [bool; PASSED_OVER.len()],
}

impl<'a> Tags<'a> {
    pub fn of(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            endless: [false; PASSED_OVER.len()],
        }
    }

    /// Passes over a comment and its like; true if one stood there. One that never ends is text.
    fn pass_over(&mut self, start: usize) -> bool {
        let rest = self.text.get(start..).unwrap_or_default();
        for ((begin, end), endless) in PASSED_OVER.iter().zip(&mut self.endless) {
            let Some(body) = rest.strip_prefix(begin) else {
                continue;
            };
            let length = if *endless { None } else { body.find(end) };
            *endless |= length.is_none();
            self.at = start + begin.len() + length.map_or(0, |length| length + end.len());
            return true;
        }
        false
    }
}

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        loop {
            let start = self.at + self.text.get(self.at..)?.find('<')?;
            if self.pass_over(start) {
                continue;
            }
            let rest = self.text.get(start + 1..)?;
            let is_end = rest.starts_with('/');
            let body = rest.strip_prefix('/').unwrap_or(rest);
            if !body.starts_with(|c: char| c.is_alphabetic() || c == '_') {
                self.at = start + 1;
                continue;
            }
            let length = length(body);
            let inner = body.get(..length)?;
            let body_at = start + 1 + usize::from(is_end);
            let closed = body.get(length..)?.starts_with('>');
            self.at = body_at + length + usize::from(closed);
            let trimmed = inner.strip_suffix('/').unwrap_or(inner);
            let kind = match (is_end, closed && trimmed.len() < inner.len()) {
                (true, _) => Kind::End,
                (false, true) => Kind::Empty,
                (false, false) => Kind::Start,
            };
            return Some(Tag {
                start,
                end: self.at,
                kind,
                inner: trimmed,
            });
        }
    }
}

/// Length of a tag up to its `>`, or to the `<` or the end of the text that breaks it off. A `<` cannot stand inside
/// quotes either (XML 1.0, production 10).
fn length(body: &str) -> usize {
    let mut quote = None;
    for (at, byte) in body.bytes().enumerate() {
        match (byte, quote) {
            (b'<', _) | (b'>', None) => return at,
            (b'"' | b'\'', None) => quote = Some(byte),
            (_, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    body.len()
}

/// The value of an attribute or a text without its entities; as it stands if they are broken.
pub fn unescape(text: &str) -> String {
    quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), |plain| plain.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<(&str, Kind)> {
        Tags::of(text).map(|tag| (tag.name(), tag.kind)).collect()
    }

    #[test]
    fn tags_and_what_is_none() {
        let text = "<?xml version='1.0'?><!-- <no> --><a:Event x='>' y=\"/\"><![CDATA[<no>]]>1 < 2<b/><b /></a:Event>";
        assert_eq!(
            names(text),
            [
                ("a:Event", Kind::Start),
                ("b", Kind::Empty),
                ("b", Kind::Empty),
                ("a:Event", Kind::End)
            ]
        );
        assert_eq!(Tags::of(text).next().unwrap().local_name(), "Event");
    }

    #[test]
    fn broken_tags_end_where_the_next_begins() {
        assert_eq!(
            names("<a x='1<b><c"),
            [("a", Kind::Start), ("b", Kind::Start), ("c", Kind::Start)]
        );
        // A comment that never ends hides nothing.
        assert_eq!(names("<!-- <a><!-- <b>").len(), 2);
    }

    #[test]
    fn attributes_by_name() {
        let tag = Tags::of("<Provider Name='a \"b\"' EventSourceName = \"c\"/>")
            .next()
            .unwrap();
        assert_eq!(tag.attribute("Name"), Some("a \"b\""));
        assert_eq!(tag.attribute("EventSourceName"), Some("c"));
        assert_eq!(tag.attribute("Guid"), None);
        assert_eq!(Tags::of("<a b c='1'>").next().unwrap().attribute("c"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_text_comes_to_an_end(text in "[<>/!?a'\"\\[\\]CDAT =é-]{0,200}") {
            let mut behind = 0;
            for tag in Tags::of(&text) {
                proptest::prop_assert!(tag.start >= behind && tag.end > tag.start);
                proptest::prop_assert!(text.get(tag.start..tag.end).is_some());
                let _ = (tag.attribute("a"), tag.local_name());
                behind = tag.end;
            }
        }
    }
}
