//! Index first, decode late: a chunk's records read without rendering them.
//!
//! A record names a template and gives its values. The template, read once per chunk ([`template`], [`plan`]), says
//! where the fields of `System` stand; the record's values ([`values`]) are then looked up ([`facts`]). Strings are
//! decoded only for records that are wanted ([`data`]).
//!
//! The evtx crate stays the judge: whatever is damaged, unusual, or so costly that the crate might refuse it ends the
//! indexing of its chunk with `None`, and the crate reads the whole chunk. So a record is lost, or found, by the
//! crate's rules alone.

mod cost;
mod cursor;
mod data;
mod facts;
mod fields;
mod frame;
mod plan;
mod recent;
mod records;
pub mod refused;
mod template;
mod tokens;
pub mod values;

use super::chunk::{CHUNK_HEADER_BYTES, Want};
use super::desk::Desk;
use crate::evidence::model::Event;
use cost::Spent;
use frame::{Frame, Header};
use recent::RecentNames;
use records::Records;
use template::Templates;

/// What is remembered from chunk to chunk of one run.
#[derive(Default)]
pub struct Scratch<'c> {
    templates: Templates<'c>,
    names: RecentNames<'c>,
}

/// Reads a chunk into the desk's rows, and the wanted events. Gives the record numbers by its header; `None` where
/// the crate must read the chunk, whatever was added until then being void.
pub fn chunk<'c>(
    bytes: &'c [u8],
    want: &Want<'_>,
    desk: &mut Desk,
    scratch: &mut Scratch<'c>,
    events: &mut Vec<Event>,
) -> Option<Option<(u64, u64)>> {
    let header = Header::read(bytes)?;
    scratch.templates.clear();
    let mut records = Records {
        chunk: bytes,
        want,
        desk,
        scratch,
        events,
        spent: Spent::default(),
    };
    let mut at = CHUNK_HEADER_BYTES;
    while at < header.free_space {
        let record = Frame::read(bytes, at, header.free_space)?;
        records.take(&record)?;
        if record.number == header.last_record {
            break;
        }
        at = record.end;
    }
    Some(header.numbers)
}

#[cfg(test)]
mod tests;
