//! The one instant type of the house.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// An instant in UTC, in whole microseconds since 1970-01-01T00:00:00Z.
///
/// Reads and writes itself as RFC 3339 with six decimals and `Z`, as the findings contract asks.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Seconds between 1601-01-01 (the epoch of FILETIME, MS-DTYP 2.3.3) and 1970-01-01.
const FILETIME_TO_UNIX_SECONDS: i64 = 11_644_473_600;

/// The years that a log can plausibly speak of; what lies outside is not a time but damage.
const MIN_MICROS: i64 = -11_644_473_600_000_000; // 1601-01-01
const MAX_MICROS: i64 = 253_402_300_799_999_999; // 9999-12-31T23:59:59.999999Z

impl Timestamp {
    /// The first instant that can be held, 1601-01-01.
    pub const EARLIEST: Self = Self(MIN_MICROS);
    /// The last instant that can be held, at the end of the year 9999.
    pub const LATEST: Self = Self(MAX_MICROS);

    /// From microseconds since 1970. `None` outside the years 1601 to 9999.
    pub fn from_micros(micros: i64) -> Option<Self> {
        (MIN_MICROS..=MAX_MICROS)
            .contains(&micros)
            .then_some(Self(micros))
    }

    /// From seconds since 1970.
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        Self::from_micros(seconds.checked_mul(1_000_000)?)
    }

    /// From a Windows FILETIME: 100-nanosecond steps since 1601-01-01 UTC (MS-DTYP 2.3.3).
    pub fn from_filetime(filetime: u64) -> Option<Self> {
        let micros = i64::try_from(filetime / 10).ok()?;
        Self::from_micros(micros.checked_sub(FILETIME_TO_UNIX_SECONDS.checked_mul(1_000_000)?)?)
    }

    /// From chrono's instant; anything finer than a microsecond is cut off.
    pub fn from_datetime(at: DateTime<Utc>) -> Option<Self> {
        Self::from_micros(at.timestamp_micros())
    }

    /// Parses RFC 3339 text that carries its zone.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let at = DateTime::parse_from_rfc3339(text).ok()?;
        Self::from_datetime(at.with_timezone(&Utc))
    }

    /// Microseconds since 1970.
    pub fn micros(self) -> i64 {
        self.0
    }

    /// As chrono's instant.
    pub fn datetime(self) -> DateTime<Utc> {
        // Every constructor keeps to the years 1601 to 9999, which chrono holds.
        DateTime::from_timestamp_micros(self.0).unwrap_or_default()
    }

    /// Later by so many microseconds (earlier when negative), held inside the years 1601 to 9999.
    #[must_use]
    pub fn plus(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros).clamp(MIN_MICROS, MAX_MICROS))
    }

    /// Microseconds from `earlier` to `self`; negative when `earlier` is later.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.datetime().to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse_rfc3339(&text).ok_or_else(|| {
            D::Error::custom(format!("`{text}` is not an RFC 3339 time with a zone"))
        })
    }
}

impl JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "format": "date-time",
            "description": "RFC 3339, UTC, to the microsecond."
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filetime_of_a_published_value() {
        // MFCMAPI's own unit test: Low 0x085535B0 High 0x01D387EC is 2018-01-07T19:16:34.571Z.
        let at = Timestamp::from_filetime(0x01D3_87EC_0855_35B0).unwrap();
        assert_eq!(at.to_string(), "2018-01-07T19:16:34.571000Z");
    }

    #[test]
    fn bounds_are_years_1601_to_9999() {
        assert_eq!(
            Timestamp::from_filetime(0).unwrap().to_string(),
            "1601-01-01T00:00:00.000000Z"
        );
        assert_eq!(Timestamp::from_filetime(u64::MAX), None);
        assert_eq!(Timestamp::from_seconds(i64::MAX), None);
        let end = Timestamp::from_micros(MAX_MICROS).unwrap();
        assert_eq!(end.plus(1), end);
    }

    #[test]
    fn zone_is_required() {
        assert_eq!(Timestamp::parse_rfc3339("2006-03-14T09:30:00"), None);
        let at = Timestamp::parse_rfc3339("2006-03-14T09:30:00-05:00").unwrap();
        assert_eq!(at.to_string(), "2006-03-14T14:30:00.000000Z");
    }
}
