//! What a server's own events say of its offset from UTC: 6008 and 520 hold local times in their text, and stand at a
//! known instant in a UTC log.
//!
//! 6008 (EventLog): `The previous system shutdown at %1 on %2 was unexpected.` Time and date, written by the locale of
//! the server, are those of the last heartbeat before the shutdown; the heartbeat is stored every minute or, by other
//! accounts, every five (Shutdown Event Tracker, technet cc778526). 520 (Security): the tenth string is the new time,
//! which is that of the record itself (ultimatewindowssecurity.com, event 520).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono_tz::TZ_VARIANTS;
use regex::Regex;

use super::clock::{Clock, Offsets};
use super::rows::ORDERS;
use super::utc_logs::{Server, Servers, UtcLogs};
use crate::case::time_text::WrittenTime;
use crate::evidence::model::{Citation, Event};
use crate::evidence::read_all::FileReading;
use crate::time::{MINUTE, SECOND};

/// A heartbeat may be so much older than the last record before the shutdown.
const HEARTBEAT: i64 = 10 * MINUTE;
/// Records this shortly before a 6008 may already be of the new start.
const STARTING: i64 = 10 * MINUTE;

/// At one instant the server's clock was so far ahead of UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OffsetProof {
    pub cite: Citation,
    /// 6008 or 520.
    pub id: u16,
    /// The local time in the event's text.
    pub text: String,
    /// The instant of that local time, in microseconds since 1970.
    pub utc: i64,
    /// In minutes.
    pub offset: i32,
}

/// The proofs of each server, in the order of evidence.
pub fn gather(
    readings: &[FileReading],
    servers: &Servers<'_>,
    logs: &UtcLogs<'_>,
) -> BTreeMap<Server, Vec<OffsetProof>> {
    let mut proofs: BTreeMap<Server, Vec<OffsetProof>> = BTreeMap::new();
    for event in readings.iter().flat_map(|file| &file.reading.events) {
        let shutdown = event.id == 6008 && event.provider.eq_ignore_ascii_case("eventlog");
        let clock_set = event.id == 520 && event.provider.eq_ignore_ascii_case("security");
        if !(shutdown || clock_set) || event.recovered {
            continue;
        }
        let Some(server) = servers.find(&event.computer) else {
            continue;
        };
        let proof = if shutdown {
            let log = logs.get(server, &event.channel);
            let boot = event.time.at.micros();
            let starting = boot.saturating_sub(STARTING).div_euclid(SECOND);
            log.and_then(|log| log.last_before(starting))
                .and_then(|before| by_shutdown(event, before.saturating_mul(SECOND)))
        } else {
            by_clock_set(event)
        };
        proofs.entry(server).or_default().extend(proof);
    }
    proofs
}

/// The heartbeat lies after the last record before the shutdown, but for its own interval, and before the start.
fn by_shutdown(event: &Event, before: i64) -> Option<OffsetProof> {
    let texts = match event.strings.as_slice() {
        // Vista and later put marks of direction around them.
        [time, date, ..] => vec![format!("{date} {time}").replace('\u{200e}', "")],
        _ => joined(event, 0),
    };
    let (earliest, latest) = (before.saturating_sub(HEARTBEAT), latest(event));
    only(event, &texts, |local, width| {
        let possible = in_use(latest).into_iter();
        let fits = |offset: &i64| local - offset + width > earliest && local - offset <= latest;
        possible.filter(fits).collect()
    })
}

/// The new time is the record's own, to the second.
fn by_clock_set(event: &Event) -> Option<OffsetProof> {
    let texts = match event.strings.get(9) {
        Some(new) => joined_at(new, 0).into_iter().collect(),
        None => joined(event, usize::MAX),
    };
    let at = event.time.at.micros();
    only(event, &texts, |local, _| {
        let second = local - at.div_euclid(SECOND) * SECOND;
        let mut set = Offsets::default();
        for offset in [second - SECOND, second, second + SECOND] {
            set.insert(offset);
        }
        set.iter().collect()
    })
}

/// The end of the second in which the event was logged.
fn latest(event: &Event) -> i64 {
    let stamp = &event.time;
    stamp.at.plus(stamp.precision.max(SECOND)).micros()
}

/// The one offset that the texts leave, whatever the order of day and month.
fn only(
    event: &Event,
    texts: &[String],
    possible: impl Fn(i64, i64) -> Vec<i64>,
) -> Option<OffsetProof> {
    let mut found: BTreeMap<i64, (i64, &String)> = BTreeMap::new();
    for text in texts {
        let Ok(time) = WrittenTime::parse(text) else {
            continue;
        };
        for order in ORDERS {
            let Ok(local) = time.local(Some(order)) else {
                continue;
            };
            let local = local.and_utc().timestamp_micros();
            for offset in possible(local, time.precision) {
                found.insert(offset, (local - offset, text));
            }
        }
    }
    let (offset, (utc, text)) = found.pop_first()?;
    found.is_empty().then_some(OffsetProof {
        cite: event.cite,
        id: event.id,
        text: text.clone(),
        utc,
        offset: i32::try_from(offset / MINUTE).ok()?,
    })
}

/// The offsets (microseconds) that any zone had at that instant.
fn in_use(utc: i64) -> Vec<i64> {
    let zones = TZ_VARIANTS.iter();
    let mut offsets: Vec<i64> = zones
        .map(|zone| i64::from(Clock::Zone(*zone).offset_at(utc)) * SECOND)
        .collect();
    offsets.sort_unstable();
    offsets.dedup();
    offsets
}

fn joined(event: &Event, which: usize) -> Vec<String> {
    let text = event.text.as_deref().unwrap_or_default();
    joined_at(text, which).into_iter().collect()
}

/// Only `AM` in capitals: in German `um 12:30:00 am 3.6.2006` the word means `on`.
static TIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b[0-9]{1,2}[:.][0-9]{2}[:.][0-9]{2}(?:\s?(?:[AP]M\b|[ap]\.m\.))?").ok()
});
/// With a year of four digits: one of two would be taken for a time of day, or the other way round.
static DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let (first, last) = (
        "[0-9]{4}S[0-9]{1,2}S[0-9]{1,2}",
        "[0-9]{1,2}S[0-9]{1,2}S[0-9]{4}",
    );
    let dates = ["/", "-", r"\."].map(|s| format!("{first}|{last}").replace('S', s));
    Regex::new(&format!(r"\b(?:{})\b", dates.join("|"))).ok()
});

/// The date and the time of day of that number in a text (the last where there are fewer), date first.
fn joined_at(text: &str, which: usize) -> Option<String> {
    let text = text.replace('\u{200e}', "");
    let date = nth(&DATE, &text, which)?;
    let without_dates = DATE.as_ref()?.replace_all(&text, " ");
    let time = nth(&TIME, &without_dates, which)?;
    Some(format!("{date} {time}"))
}

fn nth(pattern: &LazyLock<Option<Regex>>, text: &str, which: usize) -> Option<String> {
    let found: Vec<&str> = pattern
        .as_ref()?
        .find_iter(text)
        .map(|found| found.as_str())
        .collect();
    let found = found.get(which).or(found.last())?;
    Some((*found).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_and_time_are_found_in_rendered_texts() {
        let english = "The previous system shutdown at \u{200e}1:02:58 PM on \u{200e}6/3/2006 was unexpected.";
        assert_eq!(joined_at(english, 0).unwrap(), "6/3/2006 1:02:58 PM");
        let german =
            "Das vorherige Herunterfahren des Systems um 13:02:58 am 03.06.2006 kam unerwartet.";
        assert_eq!(joined_at(german, 0).unwrap(), "03.06.2006 13:02:58");
        let set = "Previous Time: 7:05:00 PM 8/5/2004 New Time: 7:09:19 PM 8/5/2004";
        assert_eq!(joined_at(set, usize::MAX).unwrap(), "8/5/2004 7:09:19 PM");
        assert_eq!(joined_at("no time at all", 0), None);
        assert_eq!(joined_at("", usize::MAX), None);
    }
}
