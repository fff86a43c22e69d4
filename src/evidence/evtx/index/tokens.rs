//! The tokens of a template definition (MS-EVEN6 2.2.12), of those kinds only that Windows writes everywhere.
//!
//! Whatever else a definition may hold by the specification (entities, CDATA, processing instructions) is left to
//! the evtx crate: here it ends the reading with `None`.

use super::cursor::Cursor;
use super::values;
use crate::evidence::log::utf16;

const END: u8 = 0x00;
const OPEN: u8 = 0x01;
const OPEN_WITH_ATTRIBUTES: u8 = 0x41;
const CLOSE_START: u8 = 0x02;
const CLOSE_EMPTY: u8 = 0x03;
const CLOSE: u8 = 0x04;
const VALUE: u8 = 0x05;
const VALUE_MORE: u8 = 0x45;
const ATTRIBUTE: u8 = 0x06;
const ATTRIBUTE_MORE: u8 = 0x46;
const SLOT: u8 = 0x0D;
const OPTIONAL_SLOT: u8 = 0x0E;
pub const FRAGMENT: u8 = 0x0F;

/// Bytes of a name's link to the next name and of its hash, before its length.
const NAME_LINK_BYTES: usize = 6;

/// What an element says when its presence hangs on no value.
const NO_DEPENDENCY: u16 = 0xFFFF;

pub enum Token<'c> {
    /// An element begins; with `dependency`, only where that value is not null.
    Open {
        name: &'c [u8],
        dependency: Option<u16>,
    },
    CloseStart,
    CloseEmpty,
    Close,
    Attribute(&'c [u8]),
    /// Fixed text, UTF-16.
    Text(&'c [u8]),
    /// The place of a value of the record, by its number.
    Slot(u16),
}

/// Reads a definition's body token by token.
pub struct Tokens<'c> {
    chunk: &'c [u8],
    cursor: Cursor<'c>,
}

impl<'c> Tokens<'c> {
    /// `cursor` stands at the body's first byte and ends with it.
    pub fn new(chunk: &'c [u8], cursor: Cursor<'c>) -> Self {
        Self { chunk, cursor }
    }

    /// The next token, `Some(None)` at the end; `None` where the crate must judge.
    pub fn next(&mut self) -> Option<Option<Token<'c>>> {
        loop {
            if self.cursor.rest().is_empty() {
                return Some(None);
            }
            let token = match self.cursor.u8()? {
                END => return Some(None),
                FRAGMENT => {
                    self.cursor.take(3)?;
                    continue;
                }
                OPEN => self.open(false)?,
                OPEN_WITH_ATTRIBUTES => self.open(true)?,
                CLOSE_START => Token::CloseStart,
                CLOSE_EMPTY => Token::CloseEmpty,
                CLOSE => Token::Close,
                VALUE | VALUE_MORE => self.text()?,
                ATTRIBUTE | ATTRIBUTE_MORE => Token::Attribute(self.name()?),
                SLOT | OPTIONAL_SLOT => self.slot()?,
                _ => return None,
            };
            return Some(Some(token));
        }
    }

    fn open(&mut self, has_attributes: bool) -> Option<Token<'c>> {
        let dependency = self.cursor.u16()?;
        self.cursor.u32()?; // the element's length: not needed
        let name = self.name()?;
        if has_attributes {
            self.cursor.u32()?; // the attributes' length
        }
        let dependency = (dependency != NO_DEPENDENCY).then_some(dependency);
        Some(Token::Open { name, dependency })
    }

    fn text(&mut self) -> Option<Token<'c>> {
        if self.cursor.u8()? != values::STRING {
            return None;
        }
        let length = usize::from(self.cursor.u16()?);
        let utf16 = self.cursor.take(length.checked_mul(2)?)?;
        Some(Token::Text(utf16::until_nul(utf16)))
    }

    fn slot(&mut self) -> Option<Token<'c>> {
        let id = self.cursor.u16()?;
        values::is_known(self.cursor.u8()?).then_some(Token::Slot(id))
    }

    /// A name, by its place in the chunk; where that is right here, the name is passed over.
    fn name(&mut self) -> Option<&'c [u8]> {
        let at = self.cursor.index()?;
        let name = name_at(self.chunk, at)?;
        if at == self.cursor.at() {
            name_at_cursor(&mut self.cursor)?;
        }
        Some(name)
    }
}

/// The name at this offset of the chunk: link, hash, length, text, NUL. Only plain ones.
fn name_at(chunk: &[u8], at: usize) -> Option<&[u8]> {
    name_at_cursor(&mut Cursor::new(chunk, at, chunk.len())?)
}

fn name_at_cursor<'c>(cursor: &mut Cursor<'c>) -> Option<&'c [u8]> {
    cursor.take(NAME_LINK_BYTES)?;
    let length = usize::from(cursor.u16()?);
    let utf16 = cursor.take(length.checked_mul(2)?)?;
    cursor.u16()?;
    utf16::is_plain_name(utf16).then_some(utf16)
}

/// Places of the name table: one for each of the 64 hash values of names.
const NAME_BUCKETS: usize = 64;
/// Where the name table stands in a chunk's header.
const NAME_TABLE: usize = 128;
/// More names than any real chunk has; a chain that runs in a circle has no end.
const MOST_NAMES: usize = 2048;

/// Whether every name that the chunk's header leads to can be read: the evtx crate refuses the whole chunk else.
pub fn names_are_sound(chunk: &[u8]) -> bool {
    walk_names(chunk).is_some()
}

fn walk_names(chunk: &[u8]) -> Option<()> {
    let mut table = Cursor::new(chunk, NAME_TABLE, NAME_TABLE + 4 * NAME_BUCKETS)?;
    let mut names = 0;
    for _ in 0..NAME_BUCKETS {
        let mut at = table.index()?;
        while at != 0 {
            names += 1;
            if names > MOST_NAMES {
                return None;
            }
            let mut cursor = Cursor::new(chunk, at, chunk.len())?;
            at = cursor.index()?;
            cursor.u16()?;
            let length = usize::from(cursor.u16()?);
            let utf16 = cursor.take(length.checked_mul(2)?)?;
            cursor.u16()?;
            if !utf16
                .as_chunks::<2>()
                .0
                .iter()
                .all(|[low, high]| *low < 0x80 && *high == 0)
            {
                return None;
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Link, hash, length, text, NUL.
    fn name(next: u32, text: &str) -> Vec<u8> {
        let mut bytes = next.to_le_bytes().to_vec();
        bytes.extend([0; 2]);
        bytes.extend(u16::try_from(text.len()).unwrap().to_le_bytes());
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        bytes.extend([0; 2]);
        bytes
    }

    /// `<a>%7</a>` with its name in place, then `<a/>` with the name by reference.
    fn body() -> Vec<u8> {
        let mut body = vec![FRAGMENT, 1, 1, 0, OPEN, 0xFF, 0xFF, 0, 0, 0, 0];
        body.extend(15_u32.to_le_bytes());
        body.extend(name(0, "a"));
        body.extend([CLOSE_START, OPTIONAL_SLOT, 7, 0, values::STRING, CLOSE]);
        body.extend([OPEN, 3, 0, 0, 0, 0, 0]);
        body.extend(15_u32.to_le_bytes());
        body.extend([CLOSE_EMPTY, END, 0xEE]);
        body
    }

    fn spell(bytes: &[u8]) -> Option<String> {
        let mut tokens = Tokens::new(bytes, Cursor::new(bytes, 0, bytes.len())?);
        let mut spelt = String::new();
        while let Some(token) = tokens.next()? {
            spelt += &match token {
                Token::Open { name, dependency } => {
                    format!("<{}{dependency:?}", utf16::decode(name))
                }
                Token::CloseStart => ">".to_owned(),
                Token::CloseEmpty => "/>".to_owned(),
                Token::Close => "</>".to_owned(),
                Token::Attribute(name) => format!("@{}", utf16::decode(name)),
                Token::Text(utf16) => utf16::decode(utf16),
                Token::Slot(id) => format!("%{id}"),
            };
        }
        Some(spelt)
    }

    #[test]
    fn names_are_read_in_place_and_by_reference() {
        assert_eq!(spell(&body()).as_deref(), Some("<aNone>%7</><aSome(3)/>"));
    }

    #[test]
    fn odd_and_cut_definitions_are_left_to_the_crate() {
        let body = body();
        for cut in 1..body.len() - 2 {
            // Between two tokens the cut cannot be seen here: that no element is left open is seen by the plan.
            let spelt = spell(&body[..cut]);
            assert!(
                spelt.is_none_or(|spelt| spelt != "<aNone>%7</><aSome(3)/>"),
                "{cut}"
            );
        }
        assert_eq!(spell(&[0x07, 0, 0]), None, "a CDATA section");
        assert_eq!(spell(&[SLOT, 0, 0, 0x16]), None, "a type that is not known");
    }

    #[test]
    fn a_name_table_that_runs_in_a_circle_is_not_sound() {
        let mut chunk = vec![0; NAME_TABLE + 4 * NAME_BUCKETS];
        let first = u32::try_from(chunk.len()).unwrap();
        chunk.extend(name(0, "Event"));
        chunk[NAME_TABLE..NAME_TABLE + 4].copy_from_slice(&first.to_le_bytes());
        assert!(names_are_sound(&chunk));
        chunk[first as usize..first as usize + 4].copy_from_slice(&first.to_le_bytes());
        assert!(!names_are_sound(&chunk));
        assert!(!names_are_sound(&chunk[..first as usize]));
    }
}
