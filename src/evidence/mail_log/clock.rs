//! Times of log lines, read from their bytes. What is not written as usual is left to [`time_text`], which is slower.

use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;

use crate::case::time_text::{self, LocalRules};
use crate::time::{DAY, HOUR, MINUTE, SECOND, Stamp, Timestamp};

/// An instant, and the width of the interval that its writing leaves open.
pub type Instant = (Timestamp, i64);

/// Dates as days since 1970; the last one is remembered, as most lines of a log are of one day.
#[derive(Clone, Default)]
pub struct Calendar {
    last: Vec<u8>,
    days: i64,
}

impl Calendar {
    /// Days since 1970 of `2006-3-14` or `2006-03-14`.
    pub fn days(&mut self, text: &[u8]) -> Option<i64> {
        if text != self.last.as_slice() {
            self.days = days(text)?;
            self.last.clear();
            self.last.extend_from_slice(text);
        }
        Some(self.days)
    }
}

fn days(text: &[u8]) -> Option<i64> {
    let mut parts = text.split(|byte| *byte == b'-');
    let year = parts.next().filter(|year| year.len() == 4)?;
    let (month, day) = (parts.next()?, parts.next()?);
    if parts.next().is_some() || !(1..=2).contains(&month.len()) || !(1..=2).contains(&day.len()) {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(
        i32::try_from(number(year)?).ok()?,
        number(month)?,
        number(day)?,
    )?;
    Some(date.and_time(NaiveTime::MIN).and_utc().timestamp() / (DAY / SECOND))
}

/// A number of few digits.
fn number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 6 {
        return None;
    }
    digits.iter().try_fold(0_u32, |number, digit| {
        let digit = digit.checked_sub(b'0').filter(|digit| *digit < 10)?;
        Some(number * 10 + u32::from(digit))
    })
}

/// Microseconds since midnight of `9:5:7`, `09:05:07.250`, and the width that the writing leaves open. ` GMT`, ` UTC`
/// or `Z` behind it is passed over: what stands there otherwise makes it no time.
pub fn time_of_day(text: &[u8]) -> Option<(i64, i64)> {
    let (hour, rest) = up_to_two(text)?;
    let (minute, rest) = up_to_two(rest.strip_prefix(b":")?)?;
    let (second, rest) = up_to_two(rest.strip_prefix(b":")?)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (fraction, precision, rest) = match rest.strip_prefix(b".") {
        None => (0, SECOND, rest),
        Some(rest) => {
            let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let (digits, rest) = rest.split_at(length.min(rest.len()));
            let missing = u32::try_from(6_usize.checked_sub(length)?).ok()?;
            let unit = 10_i64.checked_pow(missing)?;
            let micros = i64::from(number(digits)?) * unit;
            (micros, if missing == 0 { 0 } else { unit }, rest)
        }
    };
    if !matches!(rest, b"" | b"Z" | b" GMT" | b" UTC") {
        return None;
    }
    let micros = i64::from(hour) * HOUR + i64::from(minute) * MINUTE + i64::from(second) * SECOND;
    Some((micros + fraction, precision))
}

fn up_to_two(text: &[u8]) -> Option<(u32, &[u8])> {
    let length = text
        .iter()
        .take(2)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let (digits, rest) = text.split_at(length.min(text.len()));
    Some((number(digits)?, rest))
}

/// The instant of a date and a time of day in UTC.
pub fn date_time(calendar: &mut Calendar, date: &[u8], time: &[u8]) -> Option<Instant> {
    let quick = calendar.days(date).zip(time_of_day(time));
    match quick {
        Some((days, (micros, precision))) => {
            let at = Timestamp::from_micros(days.checked_mul(DAY)?.checked_add(micros)?)?;
            Some((at, precision))
        }
        None => slowly(&[date, b" ", time].concat()),
    }
}

/// As [`time_text`] reads it; without a zone it is UTC.
fn slowly(text: &[u8]) -> Option<Instant> {
    let text = std::str::from_utf8(text)
        .ok()
        .filter(|text| text.len() < 64)?;
    let rules = LocalRules {
        zone: Some(Tz::UTC),
        order: None,
    };
    let Stamp { at, precision, .. } = time_text::read(text, rules).ok()?.stamp;
    Some((at, precision))
}

impl Calendar {
    /// The instant of one field that holds date and time, with `T` or a blank between them.
    pub fn instant(&mut self, text: &[u8]) -> Option<Instant> {
        let middle = text.iter().position(|byte| matches!(byte, b'T' | b' '))?;
        let (date, time) = text.split_at_checked(middle)?;
        date_time(self, date, time.get(1..)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(date: &str, time: &str) -> Option<(String, i64)> {
        let (at, precision) =
            date_time(&mut Calendar::default(), date.as_bytes(), time.as_bytes())?;
        Some((at.to_string(), precision))
    }

    #[test]
    fn as_logs_write_them() {
        let nine = |text: &str, precision| Some((format!("2006-03-14T{text}Z"), precision));
        assert_eq!(
            read("2006-3-14", "9:5:7 GMT"),
            nine("09:05:07.000000", SECOND)
        );
        assert_eq!(
            read("2006-03-14", "09:05:07"),
            nine("09:05:07.000000", SECOND)
        );
        assert_eq!(
            read("2006-03-14", "23:59:59.250Z"),
            nine("23:59:59.250000", 1000)
        );
        assert_eq!(
            read("2006-03-14", "0:0:0.123456"),
            nine("00:00:00.123456", 0)
        );
        // Left to the slower reader.
        assert_eq!(
            read("2006-03-14", "9:05 PM"),
            nine("21:05:00.000000", MINUTE)
        );
        for (date, time) in [
            ("2006-13-1", "0:0:0"),
            ("2006-2-30", "0:0:0"),
            ("2006-3-14", "24:0:0"),
            ("14/3/2006", "9:05:07"),
            ("2006-3-14", "9:5:7 EST"),
            ("", ""),
            ("2006-3-14-1", "9:05:07"),
        ] {
            assert_eq!(read(date, time), None, "{date} {time}");
        }
        let mut calendar = Calendar::default();
        let iso = calendar.instant(b"2018-08-20T09:32:36.448Z").unwrap();
        assert_eq!(
            (iso.0.to_string().as_str(), iso.1),
            ("2018-08-20T09:32:36.448000Z", 1000)
        );
        assert_eq!(calendar.instant(b"07I: NTS:"), None);
    }

    proptest::proptest! {
        /// Against chrono's own reading of the same text.
        #[test]
        fn agrees_with_chrono(seconds in -11_644_473_600_i64..253_402_300_799, millis in 0_u32..1000) {
            let at = chrono::DateTime::from_timestamp(seconds, millis * 1_000_000).unwrap();
            let text = at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
            let (read, _) = Calendar::default().instant(text.as_bytes()).unwrap();
            proptest::prop_assert_eq!(read.datetime(), at);
        }

        #[test]
        fn any_bytes_are_a_time_or_none(date in proptest::collection::vec(proptest::num::u8::ANY, 0..20),
                                        time in proptest::collection::vec(proptest::num::u8::ANY, 0..20)) {
            let mut calendar = Calendar::default();
            date_time(&mut calendar, &date, &time);
            calendar.instant(&time);
        }
    }
}
