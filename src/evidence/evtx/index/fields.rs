//! The fields of one record, by its plan and values: what a reader of the rendered XML would find, read without
//! rendering it.
//!
//! Every function gives `None` for a value of a type that this field never has in a log of Windows.

use super::plan::{Field, Source};
use super::values::{self, Value};
use crate::evidence::log::utf16;
use crate::time::Timestamp;

/// Years beyond which a time is no time of an event; the evtx crate's own bound lies a few hours before 10000.
const LATEST_FILETIME: u64 = 2_650_000_000_000_000_000;

/// A record's values, with the bytes they lie in.
#[derive(Clone, Copy)]
pub struct Values<'c, 'v> {
    pub chunk: &'c [u8],
    pub list: &'v [Value],
}

/// What a field holds.
pub enum Content<'c> {
    /// Absent, empty, null or left out: readers see no difference in the fields that matter.
    Nothing,
    Text(&'c [u8]),
    Value(Value),
}

impl<'c> Values<'c, '_> {
    pub fn content(&self, field: Field<'c>) -> Option<Content<'c>> {
        let null = |id: u16| self.list.get(usize::from(id)).is_some_and(Value::is_null);
        if field.dependency.is_some_and(null) {
            return Some(Content::Nothing);
        }
        Some(match field.source {
            Source::Nothing => Content::Nothing,
            Source::Text(utf16) => Content::Text(utf16),
            Source::Mixed => return None,
            Source::Slot(id) => match self.list.get(usize::from(id)) {
                None => Content::Nothing,
                Some(value) if value.is_null() => Content::Nothing,
                Some(value) if value.kind == values::STRING => {
                    Content::Text(utf16::until_nul(value.bytes(self.chunk)))
                }
                Some(value) => Content::Value(*value),
            },
        })
    }

    /// UTF-16 text, empty where there is none.
    pub fn text(&self, field: Field<'c>) -> Option<&'c [u8]> {
        match self.content(field)? {
            Content::Nothing => Some(&[]),
            Content::Text(utf16) => Some(utf16),
            Content::Value(_) => None,
        }
    }

    /// A number, `Some(None)` where there is none or the text is none.
    pub fn number(&self, field: Field<'c>) -> Option<Option<u64>> {
        let value = match self.content(field)? {
            Content::Nothing => return Some(None),
            Content::Text(utf16) => return Some(utf16::number(utf16)),
            Content::Value(value) => value,
        };
        let bytes = value.bytes(self.chunk);
        let number = match value.kind {
            values::UINT8 => u64::from(*bytes.first()?),
            values::UINT16 => u64::from(u16::from_le_bytes(*bytes.first_chunk()?)),
            values::UINT32 => u64::from(u32::from_le_bytes(*bytes.first_chunk()?)),
            values::UINT64 => u64::from_le_bytes(*bytes.first_chunk()?),
            _ => return None,
        };
        Some(Some(number))
    }

    /// A time that is stored as one.
    pub fn time(&self, field: Field<'c>) -> Option<Timestamp> {
        match self.content(field)? {
            Content::Value(value) if value.kind == values::FILETIME => {
                filetime(u64::from_le_bytes(*value.bytes(self.chunk).first_chunk()?))
            }
            _ => None,
        }
    }

    /// A SID, `Some(None)` where there is none.
    pub fn user(&self, field: Field<'c>) -> Option<Option<String>> {
        let user = match self.content(field)? {
            Content::Nothing => return Some(None),
            Content::Text(utf16) => utf16::decode(utf16),
            Content::Value(value) if value.kind == values::SID => sid(value.bytes(self.chunk))?,
            Content::Value(_) => return None,
        };
        Some(Some(user).filter(|user| !user.is_empty()))
    }
}

/// The instant, if it is one that every reader agrees on.
pub fn filetime(filetime: u64) -> Option<Timestamp> {
    Timestamp::from_filetime(filetime).filter(|_| filetime <= LATEST_FILETIME)
}

/// `S-1-5-18`: revision, count, authority (big-endian), numbers (MS-DTYP 2.4.2).
pub fn sid(bytes: &[u8]) -> Option<String> {
    let (&[revision, _, a, b, c, d, e, f], numbers) = bytes.split_first_chunk::<8>()?;
    let authority = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
    let mut text = format!("S-{revision}-{authority}");
    for number in numbers.as_chunks::<4>().0 {
        text.push_str(&format!("-{}", u32::from_le_bytes(*number)));
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sids_are_spelt_as_in_ms_dtyp() {
        // The well-known SIDs of Local System and Builtin\Administrators.
        assert_eq!(
            sid(&[1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]).as_deref(),
            Some("S-1-5-18")
        );
        let administrators = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0];
        assert_eq!(sid(&administrators).as_deref(), Some("S-1-5-32-544"));
        assert_eq!(sid(&[1, 1, 0]), None);
    }

    #[test]
    fn times_that_no_log_holds_are_none() {
        assert!(filetime(0).is_some() && filetime(LATEST_FILETIME).is_some());
        assert!(filetime(LATEST_FILETIME + 1).is_none() && filetime(u64::MAX).is_none());
    }
}
