//! Times as people and programs write them, with and without a zone.
//!
//! Nothing is guessed: a local time needs a zone, a date such as `3/4/2006` needs the order of day and month,
//! and what lacks them is a [`TimeFault`] that says which. A local time in the hour that a clock change repeats
//! becomes an interval that holds both readings, marked by an [`Oddity`].

use chrono::{Duration, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone};
use chrono_tz::Tz;

use crate::time::{MINUTE, SECOND, Stamp, Timestamp};

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
    let precision = parts.precision.saturating_add(latest.saturating_sub(earliest));
    let stamp = Stamp { at, precision, original: Some(text.trim().to_owned()) };
    Ok(ReadTime { stamp, oddity })
}

/// Whether the text has the shape of a date with a time of day, zone or not.
pub fn has_shape(text: &str) -> bool {
    Parts::parse(text).is_some()
}

/// The order of day and month that this text alone proves (a day above 12), if any.
pub fn proven_order(text: &str) -> Option<DateOrder> {
    match Parts::parse(text)?.date {
        Date::YearLast { first: 13.., second: ..=12, .. } => Some(DateOrder::Dmy),
        Date::YearLast { first: ..=12, second: 13.., .. } => Some(DateOrder::Mdy),
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
                Ok(i64::from(zone.offset_from_utc_datetime(&at).fix().local_minus_utc()))
            };
            let day = Duration::days(1);
            let a = utc_micros(local, offset_at(local.checked_sub_signed(day))?)?;
            let b = utc_micros(local, offset_at(local.checked_add_signed(day))?)?;
            Ok((a.min(b), a.max(b), Some(Oddity::Skipped)))
        }
    }
}

/// A text taken apart, before zone and date order are applied.
struct Parts {
    date: Date,
    /// `None` when the numbers are no time of day.
    clock: Option<NaiveTime>,
    precision: i64,
    offset_minutes: Option<i32>,
}

enum Date {
    YearFirst { year: i32, month: u32, day: u32 },
    /// `3/4/2006`, `03.04.06`: the meaning of the numbers depends on the date order.
    YearLast { first: u32, second: u32, third: u32, third_digits: usize },
}

impl Date {
    fn resolve(&self, order: Option<DateOrder>) -> Result<NaiveDate, TimeFault> {
        let (year, month, day) = match *self {
            Self::YearFirst { year, month, day } => (year, month, day),
            Self::YearLast { first, second, third, third_digits } => {
                match (order.ok_or(TimeFault::NoDateOrder)?, third_digits) {
                    (DateOrder::Dmy, _) => (full_year(third, third_digits), second, first),
                    (DateOrder::Mdy, _) => (full_year(third, third_digits), first, second),
                    (DateOrder::Ymd, 2) => (full_year(first, 2), second, third),
                    // A year that stands last contradicts the order that was given.
                    (DateOrder::Ymd, _) => return Err(TimeFault::NoDateOrder),
                }
            }
        };
        NaiveDate::from_ymd_opt(year, month, day).ok_or(TimeFault::OutOfRange)
    }
}

/// Two-digit years: 00 to 49 are 2000 to 2049. No mail server logged anything before 1950.
fn full_year(number: u32, digits: usize) -> i32 {
    let number = i32::try_from(number).unwrap_or(i32::MAX);
    match (digits, number) {
        (2, 0..=49) => 2000 + number,
        (2, _) => 1900 + number,
        _ => number,
    }
}

impl Parts {
    fn parse(text: &str) -> Option<Self> {
        let mut scan = Scan::new(text);
        let date = scan.date()?;
        scan.gap_before_time()?;
        let (clock, precision) = scan.clock()?;
        let offset_minutes = scan.offset()?;
        scan.at_end().then_some(Self { date, clock, precision, offset_minutes })
    }
}

/// A cursor over the characters of one time.
struct Scan<'a> {
    rest: &'a str,
}

impl<'a> Scan<'a> {
    fn new(text: &'a str) -> Self {
        // Later Windows puts left-to-right marks into dates.
        Self { rest: text.trim_matches(|c: char| c.is_whitespace() || c == '\u{200e}') }
    }

    fn at_end(&self) -> bool {
        self.rest.is_empty()
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn eat(&mut self, accepted: impl Fn(char) -> bool) -> Option<char> {
        let c = self.peek().filter(|&c| accepted(c))?;
        self.rest = self.rest.get(c.len_utf8()..)?;
        Some(c)
    }

    fn skip_blank(&mut self) {
        while self.eat(|c| c.is_whitespace() || c == '\u{200e}').is_some() {}
    }

    /// The next run of digits, not cut off by more than `most`.
    fn digits(&mut self, most: usize) -> Option<&'a str> {
        let end = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let run = self.rest.get(..end.min(most)).filter(|run| !run.is_empty())?;
        self.rest = self.rest.get(run.len()..)?;
        Some(run)
    }

    fn number(&mut self, most: usize) -> Option<u32> {
        self.digits(most)?.parse().ok()
    }

    /// Exactly so many digits.
    fn exactly(&mut self, count: usize) -> Option<u32> {
        self.digits(count).filter(|run| run.len() == count)?.parse().ok()
    }

    fn date(&mut self) -> Option<Date> {
        let first = self.digits(4)?;
        let Some(separator) = self.eat(|c| matches!(c, '-' | '/' | '.')) else {
            // 20060314
            let year = first.parse().ok().filter(|_| first.len() == 4)?;
            return Some(Date::YearFirst { year, month: self.exactly(2)?, day: self.exactly(2)? });
        };
        let second = self.number(2)?;
        // Some languages write a blank after the point: `14. 3. 2006`.
        self.eat(|c| c == separator)?;
        let third = self.digits(4)?;
        match (first.len(), third.len()) {
            (4, 1 | 2) => Some(Date::YearFirst {
                year: first.parse().ok()?,
                month: second,
                day: third.parse().ok()?,
            }),
            (1 | 2, 2 | 4) => Some(Date::YearLast {
                first: first.parse().ok()?,
                second,
                third: third.parse().ok()?,
                third_digits: third.len(),
            }),
            _ => None,
        }
    }

    fn gap_before_time(&mut self) -> Option<()> {
        if self.eat(|c| matches!(c, 'T' | 't' | '_' | ',')).is_none() {
            self.peek().filter(|c| c.is_whitespace() || *c == '\u{200e}')?;
        }
        self.skip_blank();
        Some(())
    }

    /// Time of day (`None` inside when the numbers are none) and the width that its writing leaves open.
    fn clock(&mut self) -> Option<(Option<NaiveTime>, i64)> {
        let hour = self.number(2)?;
        // File names cannot hold `:`, so `0930`, `09-30` and `09.30` are written there.
        let separator = self.eat(|c| matches!(c, ':' | '-' | '.'));
        let minute = self.exactly(2)?;
        let mut second = 0;
        let (mut micros, mut precision) = (0, MINUTE);
        if self.has_seconds(separator) {
            if separator.is_some() {
                self.eat(|c| Some(c) == separator)?;
            }
            second = self.exactly(2)?;
            (micros, precision) = self.fraction()?;
        }
        let hour = match self.half_of_day() {
            None => Some(hour),
            Some(_) if !(1..=12).contains(&hour) => None,
            Some(afternoon) => Some(hour % 12 + if afternoon { 12 } else { 0 }),
        };
        let clock = hour.and_then(|h| NaiveTime::from_hms_micro_opt(h, minute, second, micros));
        Some((clock, precision))
    }

    /// Seconds follow a second separator and two digits; `-0500` after `09-30` is an offset instead.
    fn has_seconds(&self, separator: Option<char>) -> bool {
        let mut ahead = Scan { rest: self.rest };
        if separator.is_some() && ahead.eat(|c| Some(c) == separator).is_none() {
            return false;
        }
        let run = ahead.digits(usize::MAX).map_or(0, str::len);
        run == 2 || (run == 0 && separator == Some(':'))
    }

    /// Microseconds and the width of the interval that the digits leave open.
    fn fraction(&mut self) -> Option<(u32, i64)> {
        let mut ahead = Scan { rest: self.rest };
        let point = ahead.eat(|c| matches!(c, '.' | ','));
        if point.is_none() || !ahead.peek().is_some_and(|c| c.is_ascii_digit()) {
            return Some((0, SECOND));
        }
        let digits = ahead.digits(usize::MAX)?;
        self.rest = ahead.rest;
        let kept = digits.get(..digits.len().min(6))?;
        let missing = u32::try_from(6 - kept.len()).ok()?;
        let unit = 10_u32.checked_pow(missing)?;
        let micros = kept.parse::<u32>().ok()?.checked_mul(unit)?;
        Some((micros, if missing == 0 { 0 } else { i64::from(unit) }))
    }

    /// `Some(true)` for PM, `Some(false)` for AM.
    fn half_of_day(&mut self) -> Option<bool> {
        let mut ahead = Scan { rest: self.rest };
        ahead.skip_blank();
        let afternoon = ahead.eat(|c| matches!(c, 'A' | 'a' | 'P' | 'p'))?.eq_ignore_ascii_case(&'p');
        let dotted = ahead.eat(|c| c == '.').is_some();
        ahead.eat(|c| matches!(c, 'M' | 'm'))?;
        if dotted {
            ahead.eat(|c| c == '.')?;
        }
        self.rest = ahead.rest;
        Some(afternoon)
    }

    /// The zone at the end of the text: outer `None` when it is malformed, inner when there is none.
    fn offset(&mut self) -> Option<Option<i32>> {
        self.skip_blank();
        for utc in ["Z", "z", "UTC", "GMT"] {
            if let Some(rest) = self.rest.strip_prefix(utc) {
                self.rest = rest;
                return Some(Some(0));
            }
        }
        let Some(sign) = self.eat(|c| matches!(c, '+' | '-' | '\u{2212}')) else {
            return Some(None);
        };
        let hours = self.exactly(2)?;
        let colon = self.eat(|c| c == ':').is_some();
        let minutes = if colon || !self.at_end() { self.exactly(2)? } else { 0 };
        if hours > 14 || minutes > 59 {
            return None;
        }
        let total = i32::try_from(hours * 60 + minutes).ok()?;
        Some(Some(if sign == '+' { total } else { -total }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::HOUR;

    const NEW_YORK: LocalRules =
        LocalRules { zone: Some(Tz::America__New_York), order: Some(DateOrder::Mdy) };
    const NOTHING: LocalRules = LocalRules { zone: None, order: None };

    fn at(text: &str, rules: LocalRules) -> (String, i64) {
        let time = read(text, rules).unwrap();
        (time.stamp.at.to_string(), time.stamp.precision)
    }

    #[test]
    fn zoned_times_need_no_rules() {
        for text in [
            "2006-03-14T09:30:00-05:00",
            "2006-03-14 09:30:00-0500",
            "20060314T143000Z",
            "2006-03-14T14:30:00 UTC",
            "2006-03-14T093000-05",
            "2006-03-14_09-30-00-0500",
            "\u{200e}2006/03/14 2:30:00 PM Z\u{200e}",
        ] {
            assert_eq!(at(text, NOTHING), ("2006-03-14T14:30:00.000000Z".into(), SECOND), "{text}");
        }
    }

    #[test]
    fn precision_is_that_of_the_text() {
        assert_eq!(at("2006-03-14T0930-0500", NOTHING).1, MINUTE);
        assert_eq!(at("2006-03-14T09-30-0500", NOTHING), ("2006-03-14T14:30:00.000000Z".into(), MINUTE));
        assert_eq!(at("2006-03-14T09:30:00.5Z", NOTHING).1, 100_000);
        assert_eq!(at("2006-03-14T09:30:00.123Z", NOTHING).1, 1_000);
        assert_eq!(at("2006-03-14T09:30:00.1234567Z", NOTHING), ("2006-03-14T09:30:00.123456Z".into(), 0));
    }

    #[test]
    fn local_times_by_zone_and_order() {
        assert_eq!(at("3/14/2006 9:30 AM", NEW_YORK), ("2006-03-14T14:30:00.000000Z".into(), MINUTE));
        assert_eq!(at("7/4/2006 12:05:07 am", NEW_YORK), ("2006-07-04T04:05:07.000000Z".into(), SECOND));
        assert_eq!(at("3/14/06 9:30 PM", NEW_YORK).0, "2006-03-15T02:30:00.000000Z");
        let berlin = LocalRules { zone: Some(Tz::Europe__Berlin), order: Some(DateOrder::Dmy) };
        assert_eq!(at("14.03.2006 09:30:00", berlin).0, "2006-03-14T08:30:00.000000Z");
        let ymd = LocalRules { zone: Some(Tz::Asia__Tokyo), order: Some(DateOrder::Ymd) };
        assert_eq!(at("06/03/14 09:30", ymd).0, "2006-03-14T00:30:00.000000Z");
    }

    #[test]
    fn what_is_missing_is_said() {
        let fault = |text, rules| read(text, rules).unwrap_err();
        assert_eq!(fault("2006-03-14T09:30:00", NOTHING), TimeFault::NoZone);
        assert_eq!(fault("3/14/2006 9:30 AM", NOTHING), TimeFault::NoDateOrder);
        let ymd = LocalRules { order: Some(DateOrder::Ymd), ..NEW_YORK };
        assert_eq!(fault("3/14/2006 9:30 AM", ymd), TimeFault::NoDateOrder);
        for text in ["2006-02-30T09:30:00Z", "2006-03-14T25:30:00Z", "13/13/2006 9:30", "2006-03-14 13:00 PM"] {
            assert_eq!(fault(text, NEW_YORK), TimeFault::OutOfRange, "{text}");
        }
        for text in ["", "yesterday", "2006-03-14", "38790.39583", "2006-03-14T09", "2006-03-14T09:30:00Zulu", "9:30"] {
            assert_eq!(fault(text, NEW_YORK), TimeFault::NotATime, "{text}");
        }
    }

    #[test]
    fn a_day_above_twelve_proves_the_order() {
        assert_eq!(proven_order("3/14/2006 9:30 AM"), Some(DateOrder::Mdy));
        assert_eq!(proven_order("14.03.2006 9:30"), Some(DateOrder::Dmy));
        assert_eq!(proven_order("3/4/2006 9:30"), None);
        assert_eq!(proven_order("2006-03-14T09:30"), None);
    }

    /// In 2006 New York left summer time on 29 October at 02:00 and entered it on 2 April at 02:00.
    #[test]
    fn clock_changes_are_marked_and_covered() {
        let twice = read("10/29/2006 1:30 AM", NEW_YORK).unwrap();
        assert_eq!(twice.oddity, Some(Oddity::Ambiguous));
        assert_eq!(twice.stamp.at.to_string(), "2006-10-29T05:30:00.000000Z");
        assert_eq!(twice.stamp.precision, HOUR + MINUTE);
        let never = read("4/2/2006 2:30:00 AM", NEW_YORK).unwrap();
        assert_eq!(never.oddity, Some(Oddity::Skipped));
        assert_eq!(never.stamp.at.to_string(), "2006-04-02T06:30:00.000000Z");
        assert_eq!(never.stamp.precision, HOUR + SECOND);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = read(&text, NEW_YORK);
        }

        #[test]
        fn near_times_are_read_or_refused(text in "[0-9TZ:/. +APM-]{0,30}") {
            let _ = read(&text, NEW_YORK);
        }

        #[test]
        fn rfc3339_agrees_with_chrono(seconds in 0_i64..4_000_000_000, minutes in -840_i32..=840) {
            let zone = chrono::FixedOffset::east_opt(minutes * 60).unwrap();
            let text = chrono::DateTime::from_timestamp(seconds, 0).unwrap().with_timezone(&zone).to_rfc3339();
            let read = read(&text, NOTHING).unwrap();
            proptest::prop_assert_eq!(Some(read.stamp.at), Timestamp::from_seconds(seconds));
        }
    }
}
