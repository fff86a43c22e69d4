//! The values that a record fills into its template: where they lie and of what type they are.
//!
//! A template instance is a reference to the template (its definition follows at first use), the number of values,
//! a descriptor of four bytes for each (size, type), then the values (MS-EVEN6 2.2.12). Sizes are held against types
//! here, so that a value that the evtx crate would read otherwise than by its size never gets further.

use super::cursor::Cursor;
use super::template::{SlotUse, Templates};
use super::tokens::FRAGMENT;

pub const NULL: u8 = 0x00;
pub const STRING: u8 = 0x01;
pub const ANSI_STRING: u8 = 0x02;
pub const INT8: u8 = 0x03;
pub const UINT8: u8 = 0x04;
pub const INT16: u8 = 0x05;
pub const UINT16: u8 = 0x06;
pub const INT32: u8 = 0x07;
pub const UINT32: u8 = 0x08;
pub const INT64: u8 = 0x09;
pub const UINT64: u8 = 0x0A;
pub const REAL32: u8 = 0x0B;
pub const REAL64: u8 = 0x0C;
pub const BOOL: u8 = 0x0D;
pub const BINARY: u8 = 0x0E;
pub const GUID: u8 = 0x0F;
pub const SIZE: u8 = 0x10;
pub const FILETIME: u8 = 0x11;
pub const SYSTEMTIME: u8 = 0x12;
pub const SID: u8 = 0x13;
pub const HEX32: u8 = 0x14;
pub const HEX64: u8 = 0x15;
const HANDLE: u8 = 0x20;
pub const BINXML: u8 = 0x21;
const XML: u8 = 0x23;
pub const STRINGS: u8 = 0x81;
/// Arrays of the types from [`STRING`] to [`HEX64`] have their number with this bit.
const ARRAY: u8 = 0x80;

const TEMPLATE_INSTANCE: u8 = 0x0C;
/// Bytes of a definition before its body: link, GUID, length of the body.
pub const DEFINITION_HEADER: usize = 24;
const DESCRIPTOR_BYTES: usize = 4;
/// More values than any template of Windows has.
const MOST_VALUES: usize = 1024;

/// Whether the specification knows a type of this number.
pub fn is_known(kind: u8) -> bool {
    let scalar = kind & !ARRAY;
    scalar <= HEX64 && kind != ARRAY || matches!(kind, HANDLE | BINXML | XML)
}

/// One value of a record.
#[derive(Clone, Copy, Debug)]
pub struct Value {
    pub kind: u8,
    pub size: u16,
    /// Offset in the chunk. Chunks have 64 KiB, so offsets fit in 32 bits.
    at: u32,
}

impl Value {
    pub fn bytes<'c>(&self, chunk: &'c [u8]) -> &'c [u8] {
        let at = self.at as usize;
        chunk
            .get(at..at + usize::from(self.size))
            .unwrap_or_default()
    }

    /// Null, or binary XML without a byte, which readers take for null.
    pub fn is_null(&self) -> bool {
        self.kind == NULL || self.kind == BINXML && self.size == 0
    }

    /// Where its bytes begin and end.
    pub fn place(&self) -> (usize, usize) {
        let at = self.at as usize;
        (at, at + usize::from(self.size))
    }
}

/// A template with its values.
#[derive(Clone, Copy)]
pub struct Instance {
    /// Number of the template in [`Templates`].
    pub template: usize,
    /// Of the first value in the list that [`read`] filled.
    pub first: usize,
    pub count: usize,
    /// Items of its array of strings, if it has one: each repeats an element.
    pub items: usize,
    /// The one value that holds XML.
    pub embedded: Option<usize>,
    /// Offsets in the chunk of the first descriptor, and behind the last value.
    pub start: usize,
    pub end: usize,
}

impl Instance {
    pub fn values<'v>(&self, all: &'v [Value]) -> &'v [Value] {
        all.get(self.first..)
            .and_then(|rest| rest.get(..self.count))
            .unwrap_or_default()
    }
}

/// Reads the one template instance that fills the bytes from `start` to `end` of the chunk, and adds its values to
/// `values`. `None` where there is anything else.
pub fn read<'c>(
    chunk: &'c [u8],
    (start, end): (usize, usize),
    templates: &mut Templates<'c>,
    values: &mut Vec<Value>,
) -> Option<Instance> {
    let mut cursor = Cursor::new(chunk, start, end)?;
    let mut token = cursor.u8()?;
    if token == FRAGMENT {
        cursor.take(3)?;
        token = cursor.u8()?;
    }
    if token != TEMPLATE_INSTANCE {
        return None;
    }
    cursor.take(1 + 4)?; // a byte without known meaning, the short id
    let definition = cursor.index()?;
    let template = templates.at(chunk, definition)?;
    if definition == cursor.at() {
        let header: [u8; DEFINITION_HEADER] = cursor.array()?;
        let [.., a, b, c, d] = header;
        cursor.take(usize::try_from(u32::from_le_bytes([a, b, c, d])).ok()?)?;
    }
    let count = cursor.index().filter(|&count| count <= MOST_VALUES)?;
    let mut instance = Instance {
        template,
        first: values.len(),
        count,
        items: 0,
        embedded: None,
        start: cursor.at(),
        end: 0,
    };
    let descriptors = cursor
        .take(count * DESCRIPTOR_BYTES)?
        .as_chunks::<DESCRIPTOR_BYTES>()
        .0;
    let uses = templates.uses(template);
    let mut at = cursor.at();
    for (id, &[low, high, kind, _]) in descriptors.iter().enumerate() {
        let size = u16::from_le_bytes([low, high]);
        let value = Value {
            kind,
            size,
            at: u32::try_from(at).ok()?,
        };
        match fits(kind, size) {
            Fit::Yes => {}
            Fit::Look => {
                let slot = uses.get(id).copied().unwrap_or_default();
                instance.items += look(kind, value.bytes(chunk), slot, instance.items)?;
                if kind == BINXML && instance.embedded.replace(id).is_some() {
                    return None;
                }
            }
            Fit::No => return None,
        }
        values.push(value);
        at += usize::from(size);
    }
    // Only now is it known that all of them lie within the bytes given; outside the chunk a value has no bytes.
    cursor.take(at - cursor.at())?;
    instance.end = cursor.at();
    // Behind it the end of the stream, or its end token.
    matches!(cursor.rest(), [] | [0, ..]).then_some(instance)
}

/// Whether a value of this type can have this size.
enum Fit {
    Yes,
    /// Its bytes, or its place in the template, must be looked at.
    Look,
    No,
}

#[inline]
fn fits(kind: u8, size: u16) -> Fit {
    let possible = match kind {
        NULL | BINARY | ANSI_STRING => true,
        STRING => size & 1 == 0,
        INT8 | UINT8 => size == 1,
        INT16 | UINT16 => size == 2,
        INT32 | UINT32 | REAL32 | BOOL | HEX32 => size == 4,
        INT64 | UINT64 | REAL64 | FILETIME | HEX64 => size == 8,
        GUID | SYSTEMTIME => size == 16,
        SIZE => size == 4 || size == 8,
        BINXML if size == 0 => true,
        SID | BINXML | STRINGS => return Fit::Look,
        _ => false,
    };
    if possible { Fit::Yes } else { Fit::No }
}

/// Checks a value whose size does not tell all; how many elements it makes of one.
fn look(kind: u8, bytes: &[u8], slot: SlotUse, items_before: usize) -> Option<usize> {
    match kind {
        // Eight bytes of which the second counts the numbers of four bytes that follow.
        SID => (bytes.len() == 8 + 4 * usize::from(*bytes.get(1)?)).then_some(0),
        // XML inside a value is followed only where it stands behind `System`: no field can be in it.
        BINXML => matches!(slot, SlotUse::EMBEDDED | SlotUse::PART).then_some(0),
        // Each string ends with a NUL, and only one value of a record repeats elements.
        STRINGS => {
            let (units, odd) = bytes.as_chunks::<2>();
            let whole = odd.is_empty() && units.last().is_none_or(|last| *last == [0, 0]);
            let expected = slot == SlotUse::DATA && items_before == 0;
            let ends = units.iter().filter(|unit| **unit == [0, 0]).count();
            (whole && expected).then_some(ends)
        }
        _ => None,
    }
}

/// The strings of an array, each without its NUL.
pub fn strings(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let units = bytes.as_chunks::<2>().0;
    units
        .split_inclusive(|unit| *unit == [0, 0])
        .map(|item| match item {
            [text @ .., [0, 0]] => text.as_flattened(),
            text => text.as_flattened(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_an_array_end_with_nul() {
        let bytes = b"a\0b\0\0\0\0\0c\0\0\0";
        let items: Vec<&[u8]> = strings(bytes).collect();
        assert_eq!(items, [b"a\0b\0".as_slice(), b"", b"c\0"]);
        assert_eq!(strings(b"").count(), 0);
        assert_eq!(look(STRINGS, bytes, SlotUse::DATA, 0), Some(3));
        assert_eq!(look(STRINGS, b"a\0", SlotUse::DATA, 0), None);
        assert_eq!(look(STRINGS, bytes, SlotUse::OTHER, 0), None);
    }

    #[test]
    fn sizes_are_held_against_types() {
        let yes = |kind, size| matches!(fits(kind, size), Fit::Yes);
        assert!(yes(STRING, 4) && !yes(STRING, 3));
        assert!(yes(SIZE, 4) && yes(SIZE, 8) && !yes(SIZE, 2));
        assert!(yes(FILETIME, 8) && !yes(FILETIME, 0) && !yes(XML, 0));
        assert!(is_known(0x95) && !is_known(0x80) && !is_known(0x16) && !is_known(0xA1));
        // S-1-5-18: revision, one number, authority, number.
        let sid = [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0];
        assert_eq!(look(SID, &sid, SlotUse::default(), 0), Some(0));
        assert_eq!(look(SID, &sid[..8], SlotUse::default(), 0), None);
    }
}
