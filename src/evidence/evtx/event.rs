//! One event put together, whichever way it was read.

use super::payload::Payload;
use crate::evidence::log::catalogue::{Catalogue, Key};
use crate::evidence::model::{Citation, Event, FileId, Level};
use crate::time::{SECOND, Stamp, Timestamp};

/// Where and when an event was logged.
#[derive(Clone, Copy)]
pub struct Place {
    pub file: FileId,
    pub record_id: u64,
    pub time: Timestamp,
}

/// What its `System` part says beside that.
pub struct System {
    pub key: Key,
    pub qualifiers: Option<u16>,
    pub level: u8,
    pub category: Option<u16>,
    pub user: Option<String>,
}

pub fn event(place: Place, system: System, payload: Payload, names: &Catalogue) -> Event {
    Event {
        cite: Citation {
            file: place.file,
            record: place.record_id,
        },
        time: stamp(place.time),
        written: None,
        computer: names.text(system.key.computer),
        channel: names.text(system.key.channel),
        provider: names.text(system.key.provider),
        id: system.key.id,
        qualifiers: system.qualifiers,
        level: Level::from_number(system.level),
        category: system.category,
        record_id: Some(place.record_id),
        strings: payload.strings,
        names: payload.names,
        user: system.user,
        text: payload.text,
        recovered: false,
    }
}

/// Classic events are logged in whole seconds; a fraction of exactly zero is taken for that.
fn stamp(at: Timestamp) -> Stamp {
    let precision = if at.micros() % SECOND == 0 { SECOND } else { 0 };
    Stamp {
        at,
        precision,
        original: None,
    }
}
