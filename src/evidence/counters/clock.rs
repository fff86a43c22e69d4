//! From local times to UTC.
//!
//! Performance Logs and Alerts writes into the header which zone the server was in and how many minutes have to be added
//! to its times for UTC, once, when the log is begun: when clocks change for summer or winter time, the times jump and
//! the header does not. (Postings of such logs show both.) So where the zone is given and was at the header's offset when
//! the log began, its rules are used; else the header's offset, up to where the clock goes back. `typeperf` writes
//! neither.

use chrono_tz::Tz;

use super::cells::Cells;
use super::header::Header;
use crate::case::DateOrder;
use crate::case::time_text::{self, LocalRules, ReadTime};
use crate::evidence::problems::CounterFault;
use crate::time::MINUTE;

/// How local times are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// By the rules of a zone.
    Zone(Tz),
    /// By one offset: minutes to add for UTC.
    Bias(i64),
    /// Not at all.
    Unknown,
}

impl Clock {
    pub fn choose<'t>(
        header: &Header,
        zone: Option<Tz>,
        mut rows: impl Iterator<Item = (&'t str, u64)>,
        faults: &mut Vec<CounterFault>,
    ) -> Self {
        match (zone, header.bias) {
            (None, None) => Self::Unknown,
            (None, Some(bias)) => Self::Bias(bias),
            (Some(zone), None) => Self::Zone(zone),
            (Some(zone), Some(bias)) => {
                let first = rows.find_map(|(line, _)| {
                    Cells::new(line, header.delimiter)
                        .next()
                        .filter(|cell| time_text::has_shape(cell))
                });
                let fits = |text: &str| {
                    let by_zone = Self::Zone(zone).read(text)?;
                    let by_header = Self::Bias(bias).read(text)?;
                    let end = by_zone.stamp.at.plus(by_zone.stamp.precision);
                    Some((by_zone.stamp.at..=end).contains(&by_header.stamp.at))
                };
                match first.and_then(|text| fits(&text)) {
                    Some(false) => {
                        faults.push(CounterFault::ZoneContradicts {
                            zone: zone.name().to_owned(),
                            bias,
                        });
                        Self::Bias(bias)
                    }
                    _ => Self::Zone(zone),
                }
            }
        }
    }

    /// A time of a row: month, day, year, whatever the system's habits.
    pub fn read(self, text: &str) -> Option<ReadTime> {
        let (zone, shift) = match self {
            Self::Zone(zone) => (zone, 0),
            Self::Bias(bias) => (Tz::UTC, bias.checked_mul(MINUTE)?),
            Self::Unknown => return None,
        };
        let rules = LocalRules {
            zone: Some(zone),
            order: Some(DateOrder::Mdy),
        };
        let mut read = time_text::read(text, rules).ok()?;
        read.stamp.at = read.stamp.at.plus(shift);
        Some(read)
    }

    pub fn note(self, header: &Header) -> String {
        let named = header.zone_name.as_deref().unwrap_or_default();
        match self {
            Self::Zone(zone) => {
                format!("Its times are local and were read by the rules of {zone}.")
            }
            Self::Bias(bias) => format!(
                "Its times are local; its header says that UTC was {} minutes {} of them when the log was begun ({named}). \
                 Whether clocks were changed later it does not say.",
                bias.abs(),
                if bias < 0 { "behind" } else { "ahead" }
            ),
            Self::Unknown => "Its times are local, and nothing says of which zone.".to_owned(),
        }
    }
}
