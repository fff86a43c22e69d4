//! Clocks: how far each server's was ahead, and how sure one can be of a written time.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::evidence::model::{Event, Snapshot};
use crate::time::{Bracket, MINUTE, Stamp};

use super::{TimedEvent, TimedSnapshot};

/// How far the time noted for a capture made by hand may be off, either way.
///
/// A person starts the export, looks at a clock, and writes down whole minutes.
pub const BY_HAND: i64 = 2 * MINUTE;

/// What `case.toml` says of the servers' clocks, by the servers' one spelling.
#[derive(Clone, Debug, Default)]
pub struct Clocks {
    servers: BTreeMap<String, Clock>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Clock {
    ahead: i64,
    uncertainty: i64,
}

impl Clocks {
    /// Notes that a server's clock was ahead by so much and is known to within so much (microseconds).
    pub fn set(&mut self, server: &str, ahead: i64, uncertainty: i64) {
        self.servers
            .insert(server.to_owned(), Clock { ahead, uncertainty });
    }

    fn clock(&self, server: &str) -> Clock {
        self.servers.get(server).copied().unwrap_or_default()
    }

    /// Microseconds by which a server's clock was ahead.
    pub fn ahead(&self, server: &str) -> i64 {
        self.clock(server).ahead
    }

    /// When something that the server's own clock stamped can have happened.
    pub fn own(&self, server: &str, stamp: &Stamp) -> Bracket {
        let clock = self.clock(server);
        Bracket::of(stamp, clock.ahead, clock.uncertainty)
    }

    pub(super) fn place_event(&self, event: Event, server: Arc<str>) -> TimedEvent {
        let when = self.own(&server, &event.time);
        let at = event.time.at.plus(-self.ahead(&server));
        TimedEvent {
            event,
            server,
            at,
            when,
            copies: Vec::new(),
        }
    }

    /// When something can have happened whose time was noted by a person.
    pub(super) fn noted(&self, server: &str, stamp: &Stamp) -> Bracket {
        Bracket::of(stamp, 0, self.clock(server).uncertainty.max(BY_HAND))
    }

    /// A capture's time was noted by a person or a script at another machine, so the server's known offset
    /// does not apply to it.
    pub(super) fn place_snapshot(&self, snapshot: Snapshot, server: Arc<str>) -> TimedSnapshot {
        let stamp = &snapshot.captured_at.value;
        let (at, when) = (stamp.at, self.noted(&server, stamp));
        TimedSnapshot {
            snapshot,
            server,
            at,
            when,
        }
    }
}
