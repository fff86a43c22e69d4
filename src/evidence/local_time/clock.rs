//! Clocks that may have written a file: how far from UTC they stood, and when.
//!
//! Besides the zones of the IANA database there is every fixed offset. Event Viewer up to Windows Server 2003 showed
//! all events by the offset in force when they were looked at, so that those of the other half of the year stand an
//! hour off (KB 129574, KB 158588): such an export follows no zone's rules.

use std::fmt;

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::{TZ_VARIANTS, Tz};

use crate::time::{MINUTE, SECOND};

/// Offsets of local time from UTC that occur, in minutes: from Baker Island to the Line Islands.
const LEAST: i32 = -12 * 60;
const MOST: i32 = 14 * 60;
/// All offsets in use today and in the years of Windows are multiples of it, in minutes.
const STEP: i32 = 15;

/// One hypothesis of how a clock was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    Zone(Tz),
    /// Always so many minutes ahead of UTC.
    Fixed(i32),
}

impl Clock {
    /// Every clock that can have written a file.
    pub fn all() -> impl Iterator<Item = Self> {
        let fixed = every_offset().map(Self::Fixed);
        fixed.chain(TZ_VARIANTS.iter().copied().map(Self::Zone))
    }

    /// Seconds that it is ahead of UTC at an instant, given in microseconds since 1970.
    pub fn offset_at(self, utc: i64) -> i32 {
        match self {
            Self::Fixed(minutes) => minutes * 60,
            Self::Zone(zone) => {
                let at = DateTime::from_timestamp_micros(utc).unwrap_or_default();
                zone.offset_from_utc_datetime(&at.naive_utc())
                    .fix()
                    .local_minus_utc()
            }
        }
    }

    /// Whether it showed `local` when it was `utc`.
    pub fn showed(self, local: i64, utc: i64) -> bool {
        local.saturating_sub(utc) == i64::from(self.offset_at(utc)) * SECOND
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zone(zone) => f.write_str(zone.name()),
            Self::Fixed(minutes) => utc_offset(minutes * 60).fmt(f),
        }
    }
}

/// `UTC-5`, `UTC+5:30`, `UTC`.
pub fn utc_offset(seconds: i32) -> String {
    let (sign, size) = (if seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs());
    match (size / 3600, size % 3600 / 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

fn every_offset() -> impl Iterator<Item = i32> {
    (LEAST..=MOST).step_by(15)
}

/// A set of offsets, multiples of a quarter of an hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offsets(u128);

impl Offsets {
    /// Every offset that occurs.
    pub fn every() -> impl Iterator<Item = i64> {
        every_offset().map(|minutes| i64::from(minutes) * MINUTE)
    }

    /// Adds an offset in microseconds; one that does not occur is left out, and `false` is returned.
    pub fn insert(&mut self, offset: i64) -> bool {
        let step = i64::from(STEP) * MINUTE;
        let least = i64::from(LEAST) * MINUTE;
        let most = i64::from(MOST) * MINUTE;
        if offset % step != 0 || !(least..=most).contains(&offset) {
            return false;
        }
        let Ok(bit) = u32::try_from((offset - least) / step) else {
            return false;
        };
        self.0 |= 1_u128.checked_shl(bit).unwrap_or(0);
        true
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// In microseconds, the least first.
    pub fn iter(self) -> impl Iterator<Item = i64> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            (rest != 0).then(|| {
                let bit = i64::from(rest.trailing_zeros());
                rest &= rest - 1;
                (i64::from(LEAST) + bit * i64::from(STEP)) * MINUTE
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_kept_as_they_were_put_in() {
        let mut set = Offsets::default();
        assert!(Offsets::every().all(|offset| set.insert(offset)));
        assert_eq!((set.count(), Offsets::every().count()), (105, 105));
        assert!(set.iter().eq(Offsets::every()));
        for wrong in [
            7 * MINUTE,
            14 * 60 * MINUTE + 15 * MINUTE,
            -12 * 60 * MINUTE - 1,
        ] {
            assert!(!set.insert(wrong));
        }
    }

    #[test]
    fn offsets_are_shown_as_people_write_them() {
        let shown = [-18_000, 19_800, 0, -34_200].map(utc_offset);
        assert_eq!(shown, ["UTC-5", "UTC+5:30", "UTC", "UTC-9:30"]);
    }
}
