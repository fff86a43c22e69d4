//! Where each `<Event>` element begins and ends, in text that may be broken anywhere.

use crate::case::markup::{Kind, Tag, Tags};

/// One element, from its start tag to where it ends.
pub struct Element<'a> {
    pub text: &'a str,
    pub end: End,
}

/// What ends an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Its own end tag.
    Closed,
    /// The start of the next event: its own end is lost.
    NextBegins,
    OfFile,
}

/// The elements of a text, in order.
pub struct Elements<'a> {
    text: &'a str,
    tags: Tags<'a>,
    /// Where the open element starts, and how many elements of that name are open in it, itself included.
    open: Option<(usize, u64)>,
    root: Option<&'a str>,
}

impl<'a> Elements<'a> {
    pub fn of(text: &'a str) -> Self {
        Self {
            text,
            tags: Tags::of(text),
            open: None,
            root: None,
        }
    }

    /// Whether the element that holds the events was opened and never closed. Asked when all are read.
    pub fn root_is_open(&self) -> bool {
        self.root.is_some() && self.open.is_none()
    }

    fn element(&self, start: usize, end: usize, by: End) -> Option<Element<'a>> {
        let text = self.text.get(start..end)?;
        Some(Element { text, end: by })
    }

    /// Takes up a tag outside all events.
    fn outside(&mut self, tag: &Tag<'a>) {
        match tag.kind {
            Kind::Start if self.root.is_none() => self.root = Some(tag.name()),
            Kind::End if self.root == Some(tag.name()) => self.root = None,
            _ => {}
        }
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        while let Some(tag) = self.tags.next() {
            if tag.local_name() != "Event" {
                if self.open.is_none() {
                    self.outside(&tag);
                }
                continue;
            }
            match (tag.kind, &mut self.open) {
                (Kind::Start, None) => self.open = Some((tag.start, 1)),
                (Kind::Start, Some((start, _))) if has_system(self.text, tag.end) => {
                    let start = std::mem::replace(start, tag.start);
                    self.open = Some((tag.start, 1));
                    return self.element(start, tag.start, End::NextBegins);
                }
                // Data may hold elements of that name too.
                (Kind::Start, Some((_, depth))) => *depth += 1,
                (Kind::End, Some((_, depth @ 2..))) => *depth -= 1,
                (Kind::End, Some((start, _))) => {
                    let start = *start;
                    self.open = None;
                    return self.element(start, tag.end, End::Closed);
                }
                (Kind::Empty, None) => return self.element(tag.start, tag.end, End::Closed),
                (Kind::Empty, Some(_)) | (Kind::End, None) => {}
            }
        }
        let (start, _) = self.open.take()?;
        self.root = None;
        self.element(start, self.text.len(), End::OfFile)
    }
}

/// Whether `System` follows, as in every event. What Event Viewer shows as XML has `- ` before each element when it is
/// copied (so in Microsoft's own descriptions of security events).
fn has_system(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '-');
    let Some(rest) = rest.strip_prefix('<') else {
        return false;
    };
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/' | '<'));
    let name = end.and_then(|end| rest.get(..end)).unwrap_or_default();
    name == "System" || name.ends_with(":System")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (Vec<(&str, End)>, bool) {
        let mut elements = Elements::of(text);
        let mut all = Vec::new();
        for element in elements.by_ref() {
            all.push((element.text, element.end));
        }
        (all, elements.root_is_open())
    }

    #[test]
    fn with_and_without_a_root() {
        let one = "<Event><System/></Event>";
        let (all, open) = found("<?xml version=\"1.0\"?><Events><Event><System/></Event></Events>");
        assert_eq!((all, open), (vec![(one, End::Closed)], false));
        let (all, open) = found("<Event><System/></Event>\r\n<Event><System/></Event>");
        assert_eq!((all, open), (vec![(one, End::Closed); 2], false));
        assert!(found("<Log><Event><System/></Event>").1);
    }

    #[test]
    fn a_broken_element_ends_where_the_next_begins() {
        let (all, _) =
            found("<Events><Event x='1'><System><Event>\n- <System></System></Event></Events>");
        assert_eq!(
            all,
            [
                ("<Event x='1'><System>", End::NextBegins),
                ("<Event>\n- <System></System></Event>", End::Closed)
            ]
        );
        let (all, open) = found("<Events><Event><System>");
        assert_eq!((all, open), (vec![("<Event><System>", End::OfFile)], false));
    }

    #[test]
    fn elements_of_that_name_in_the_data_are_no_events() {
        let text = "<Event><System/><UserData><Event>x</Event><Event/></UserData></Event>";
        assert_eq!(found(text).0, [(text, End::Closed)]);
    }
}
