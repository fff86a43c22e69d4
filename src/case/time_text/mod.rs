//! Times as people and programs write them, with and without a zone.
//!
//! Nothing is guessed: a local time needs a zone, a date such as `3/4/2006` needs the order of day and month,
//! and what lacks them is a [`TimeFault`] that says which. A local time in the hour that a clock change repeats
//! becomes an interval that holds both readings, marked by an [`Oddity`].

mod scan;
mod written;

use chrono::{Duration, LocalResult, NaiveDateTime, Offset, TimeZone};
use chrono_tz::Tz;

use crate::time::{SECOND, Stamp, Timestamp};
use scan::{Date, Parts};
pub use written::WrittenTime;

/// Order of day, month and year in dates that do not begin with a four-digit year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DateOrder {
    Dmy,
    Mdy,
    Ymd,
}

impl DateOrder {
    /// From `dmy`, `mdy` or `ymd`, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "dmy" => Some(Self::Dmy),
            "mdy" => Some(Self::Mdy),
            "ymd" => Some(Self::Ymd),
            _ => None,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dmy => "dmy",
            Self::Mdy => "mdy",
            Self::Ymd => "ymd",
        }
    }
}

/// What is known about the clock and the habits of whoever wrote times without a zone.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalRules {
    pub zone: Option<Tz>,
    pub order: Option<DateOrder>,
}

/// A time that could be read.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadTime {
    pub stamp: Stamp,
    pub oddity: Option<Oddity>,
}

/// A local time that a clock change makes unclear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Oddity {
    /// The clock showed this time twice; the stamp covers both instants.
    Ambiguous,
    /// The clock skipped this time; the stamp covers the readings by the offsets before and after.
    Skipped,
}

/// Why a text could not be read as a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TimeFault {
    NotATime,
    /// No such day or hour, or outside the years 1601 to 9999.
    OutOfRange,
    NoZone,
    NoDateOrder,
}

/// Reads one time. The text is kept in [`Stamp::original`].
pub fn read(text: &str, rules: LocalRules) -> Result<ReadTime, TimeFault> {
    let parts = Parts::parse(text).ok_or(TimeFault::NotATime)?;
    let date = parts.date.resolve(rules.order)?;
    let local = NaiveDateTime::new(date, parts.clock.ok_or(TimeFault::OutOfRange)?);
    let (earliest, latest, oddity) = match parts.offset_minutes {
        Some(offset) => {
            let at = utc_micros(local, i64::from(offset) * 60)?;
            (at, at, None)
        }
        None => resolve_local(local, rules.zone.ok_or(TimeFault::NoZone)?)?,
    };
    let at = Timestamp::from_micros(earliest).ok_or(TimeFault::OutOfRange)?;
    let precision = parts
        .precision
        .saturating_add(latest.saturating_sub(earliest));
    let stamp = Stamp {
        at,
        precision,
        original: Some(text.trim().to_owned()),
    };
    Ok(ReadTime { stamp, oddity })
}

/// Whether the text has the shape of a date with a time of day, zone or not.
pub fn has_shape(text: &str) -> bool {
    Parts::parse(text).is_some()
}

/// The order of day and month that this text alone proves (a day above 12), if any.
pub fn proven_order(text: &str) -> Option<DateOrder> {
    match Parts::parse(text)?.date {
        Date::YearLast {
            first: 13..,
            second: ..=12,
            ..
        } => Some(DateOrder::Dmy),
        Date::YearLast {
            first: ..=12,
            second: 13..,
            ..
        } => Some(DateOrder::Mdy),
        _ => None,
    }
}

fn utc_micros(local: NaiveDateTime, offset_seconds: i64) -> Result<i64, TimeFault> {
    local
        .and_utc()
        .timestamp_micros()
        .checked_sub(offset_seconds.saturating_mul(SECOND))
        .ok_or(TimeFault::OutOfRange)
}

/// Earliest and latest instant at which clocks of the zone show this time.
fn resolve_local(local: NaiveDateTime, zone: Tz) -> Result<(i64, i64, Option<Oddity>), TimeFault> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) => Ok((at.timestamp_micros(), at.timestamp_micros(), None)),
        LocalResult::Ambiguous(a, b) => {
            let (a, b) = (a.timestamp_micros(), b.timestamp_micros());
            Ok((a.min(b), a.max(b), Some(Oddity::Ambiguous)))
        }
        LocalResult::None => {
            let offset_at = |at: Option<NaiveDateTime>| {
                let at = at.ok_or(TimeFault::OutOfRange)?;
                Ok(i64::from(
                    zone.offset_from_utc_datetime(&at).fix().local_minus_utc(),
                ))
            };
            let day = Duration::days(1);
            let a = utc_micros(local, offset_at(local.checked_sub_signed(day))?)?;
            let b = utc_micros(local, offset_at(local.checked_add_signed(day))?)?;
            Ok((a.min(b), a.max(b), Some(Oddity::Skipped)))
        }
    }
}

#[cfg(test)]
mod tests;
