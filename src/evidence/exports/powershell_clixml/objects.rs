//! Where the objects that are events begin and end, by the names of their types.

use std::collections::HashMap;

use crate::case::markup::{Kind, Tags};
use crate::case::recognise::clixml_event;
use crate::evidence::exports::powershell::without_escapes;

/// Bytes in which the names of an object's types must be told; those of Windows take less than one KiB.
const TYPE_BYTES: usize = 8 * 1024;

/// One object, from its start tag to where it ends.
pub struct Object<'a> {
    pub text: &'a str,
    pub end: End,
    /// False where the definition of its types was lost.
    pub is_event: bool,
    /// The log, where the name of the type tells it.
    pub log: Option<String>,
}

/// What ends an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Closed,
    /// The start of the next event: its own end is lost.
    NextBegins,
    OfFile,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Type {
    Event {
        log: Option<String>,
    },
    Other,
    /// Its definition is not there, or broken.
    Unknown,
}

struct Open {
    start: usize,
    of: Type,
    /// Objects open in it, itself included.
    depth: u64,
}

/// The objects of a text, in order.
pub struct Objects<'a> {
    text: &'a str,
    tags: Tags<'a>,
    /// Types by the number of their definition.
    types: HashMap<&'a str, Type>,
    open: Option<Open>,
    roots: u64,
}

impl<'a> Objects<'a> {
    pub fn of(text: &'a str) -> Self {
        Self {
            text,
            tags: Tags::of(text),
            types: HashMap::new(),
            open: None,
            roots: 0,
        }
    }

    /// Whether the file's own element was opened and never closed. Asked when all objects are read.
    pub fn root_is_open(&self) -> bool {
        self.roots > 0
    }

    /// The type of the object whose start tag ends there.
    fn type_at(&mut self, at: usize) -> Type {
        let rest = self.text.get(at..).unwrap_or_default().trim_start();
        if !rest.starts_with("<TN") {
            return Type::Other;
        }
        let window = rest
            .get(..rest.floor_char_boundary(TYPE_BYTES))
            .unwrap_or_default();
        let mut tags = Tags::of(window);
        let Some(first) = tags.next() else {
            return Type::Other;
        };
        let number = first.attribute("RefId").unwrap_or_default();
        if first.local_name() == "TNRef" {
            return self.types.get(number).cloned().unwrap_or(Type::Unknown);
        }
        let mut of = Type::Unknown;
        for tag in tags {
            match (tag.local_name(), tag.kind) {
                ("T", Kind::Start) => {
                    let name = window
                        .get(tag.end..)
                        .and_then(|rest| rest.split('<').next());
                    let name = without_escapes(name.unwrap_or_default());
                    if let Some(log) = clixml_event(&name) {
                        of = Type::Event {
                            log: log.map(crate::case::markup::unescape),
                        };
                        break;
                    }
                    of = Type::Other;
                }
                ("T", _) => {}
                _ => break,
            }
        }
        self.types.insert(number, of.clone());
        of
    }

    fn object(&self, open: Open, end_at: usize, end: End) -> Option<Object<'a>> {
        let (is_event, log) = match open.of {
            Type::Event { log } => (true, log),
            Type::Other | Type::Unknown => (false, None),
        };
        Some(Object {
            text: self.text.get(open.start..end_at)?,
            end,
            is_event,
            log,
        })
    }
}

impl<'a> Iterator for Objects<'a> {
    type Item = Object<'a>;

    fn next(&mut self) -> Option<Object<'a>> {
        while let Some(tag) = self.tags.next() {
            match (tag.local_name(), tag.kind) {
                ("Objs", Kind::Start) => self.roots += 1,
                ("Objs", Kind::End) => self.roots = self.roots.saturating_sub(1),
                ("Obj", Kind::Start) => {
                    let of = self.type_at(tag.end);
                    let begins = matches!(of, Type::Event { .. });
                    match &mut self.open {
                        Some(open) if !begins => open.depth += 1,
                        None if of == Type::Other => {}
                        open => {
                            let next = Open {
                                start: tag.start,
                                of,
                                depth: 1,
                            };
                            if let Some(broken) = open.replace(next) {
                                return self.object(broken, tag.start, End::NextBegins);
                            }
                        }
                    }
                }
                ("Obj", Kind::End) => {
                    let Some(mut open) = self.open.take() else {
                        continue;
                    };
                    open.depth -= 1;
                    if open.depth == 0 {
                        return self.object(open, tag.end, End::Closed);
                    }
                    self.open = Some(open);
                }
                _ => {}
            }
        }
        let open = self.open.take()?;
        self.roots = 0;
        self.object(open, self.text.len(), End::OfFile)
    }
}
