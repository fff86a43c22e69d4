//! Records decoded by the evtx crate, one after the other: slow, but it reads whatever can be read. It is the judge
//! of what the index finds, and of all damage.

use std::sync::Arc;

use evtx::err::EvtxError;
use evtx::{EvtxChunkData, EvtxRecord, ParserSettings};

use super::chunk::{CHUNK_BYTES, Outcome, State, Want, plausible_numbers};
use super::desk::Desk;
use super::event::{self, Place};
use super::payload;
use super::system::{System, unescape};
use crate::evidence::log::catalogue::Key;
use crate::evidence::model::Event;
use crate::time::Timestamp;

/// Decodes a chunk whose magic is right. Adds its records to the desk's rows and the wanted ones to `events`.
pub fn chunk(
    data: Vec<u8>,
    settings: &Arc<ParserSettings>,
    want: &Want<'_>,
    desk: &mut Desk,
    events: &mut Vec<Event>,
    outcome: &mut Outcome,
) {
    let Ok(mut chunk) = EvtxChunkData::new(data, false) else {
        outcome.state = State::BadMagic;
        return;
    };
    check(&chunk, outcome);
    let Ok(mut chunk) = chunk.parse(Arc::clone(settings)) else {
        outcome.state = State::Unreadable;
        return;
    };
    for record in chunk.iter() {
        match record {
            Ok(record) => {
                let number = record.event_record_id;
                if take(record, want, desk, events).is_none() {
                    outcome.bad_records.add(format_args!("record {number}"));
                }
            }
            Err(fault) => outcome.bad_records.add(place(&fault, outcome.at)),
        }
    }
}

/// Takes up one record; `None` when it has no readable `System` part.
fn take(
    record: EvtxRecord<'_>,
    want: &Want<'_>,
    desk: &mut Desk,
    events: &mut Vec<Event>,
) -> Option<()> {
    let logged = Timestamp::from_micros(record.timestamp.as_microsecond());
    let number = record.event_record_id;
    let xml = record.into_xml_bytes().ok()?.data;
    let system = System::scan(&xml)?;
    let time = system.time().or(logged)?;
    let record_id = system.record_id.unwrap_or(number);
    let names = &mut desk.catalogue;
    let key = Key {
        computer: names.name(&unescape(system.computer)),
        channel: names.name(&unescape(system.channel)),
        provider: names.name(&unescape(system.provider)),
        id: system.id,
    };
    let kind = names.kind(key, want.keep);
    desk.push(kind, record_id, time);
    if desk.catalogue.get(kind)?.kept {
        let payload = payload::read(xml.get(system.end..).unwrap_or_default());
        let place = Place {
            file: want.file,
            record_id,
            time,
        };
        let of = event::System {
            key,
            qualifiers: system.qualifiers,
            level: system.level,
            category: system.category,
            user: system.user(),
        };
        let event = event::event(place, of, payload, &desk.catalogue);
        events.extend(Some(event).filter(|event| (want.matters)(event)));
    }
    Some(())
}

/// Compares checksums and notes the record numbers that the header claims.
fn check(chunk: &EvtxChunkData, outcome: &mut Outcome) {
    outcome.header_checksum_wrong = !chunk.validate_header_checksum();
    // The end of a chunk that is cut off is missing from the checksum too; that is reported as the cut.
    outcome.data_checksum_wrong =
        chunk.data.len() == CHUNK_BYTES && !chunk.validate_data_checksum();
    let header = &chunk.header;
    let numbers = plausible_numbers(
        header.first_event_record_number,
        header.last_event_record_number,
    );
    outcome.numbers = numbers.filter(|_| !outcome.header_checksum_wrong);
}

/// Where in the file a record could not be read, as well as the crate says it.
fn place(fault: &EvtxError, chunk_at: u64) -> String {
    match fault {
        EvtxError::FailedToReadRecordAt { offset, .. } => {
            format!("byte {}", chunk_at.saturating_add(*offset))
        }
        EvtxError::FailedToParseRecord { record_id, .. } => format!("record {record_id}"),
        _ => format!("in the chunk at byte {chunk_at}"),
    }
}
