//! Taking the text of a time apart, character by character.

use chrono::{NaiveDate, NaiveTime};

use super::{DateOrder, TimeFault};
use crate::time::{MINUTE, SECOND};

/// A text taken apart, before zone and date order are applied.
pub(super) struct Parts {
    pub date: Date,
    /// `None` when the numbers are no time of day.
    pub clock: Option<NaiveTime>,
    pub precision: i64,
    pub offset_minutes: Option<i32>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Date {
    YearFirst {
        year: i32,
        month: u32,
        day: u32,
    },
    /// `3/4/2006`, `03.04.06`: the meaning of the numbers depends on the date order.
    YearLast {
        first: u32,
        first_digits: usize,
        second: u32,
        third: u32,
        third_digits: usize,
    },
}

impl Date {
    pub fn resolve(&self, order: Option<DateOrder>) -> Result<NaiveDate, TimeFault> {
        let (year, month, day) = match *self {
            Self::YearFirst { year, month, day } => (year, month, day),
            Self::YearLast {
                first,
                first_digits,
                second,
                third,
                third_digits,
            } => {
                match (order.ok_or(TimeFault::NoDateOrder)?, third_digits) {
                    (DateOrder::Dmy, _) => (full_year(third, third_digits), second, first),
                    (DateOrder::Mdy, _) => (full_year(third, third_digits), first, second),
                    // A year is never written with one digit.
                    (DateOrder::Ymd, 2) if first_digits == 2 => {
                        (full_year(first, 2), second, third)
                    }
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
    pub fn parse(text: &str) -> Option<Self> {
        let mut scan = Scan::new(text);
        let date = scan.date()?;
        scan.gap_before_time()?;
        let (clock, precision) = scan.clock()?;
        let offset_minutes = scan.offset()?;
        scan.at_end().then_some(Self {
            date,
            clock,
            precision,
            offset_minutes,
        })
    }
}

/// A cursor over the characters of one time.
struct Scan<'a> {
    rest: &'a str,
}

impl<'a> Scan<'a> {
    fn new(text: &'a str) -> Self {
        // Later Windows puts left-to-right marks into dates.
        Self {
            rest: text.trim_matches(|c: char| c.is_whitespace() || c == '\u{200e}'),
        }
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
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(self.rest.len());
        let run = self
            .rest
            .get(..end.min(most))
            .filter(|run| !run.is_empty())?;
        self.rest = self.rest.get(run.len()..)?;
        Some(run)
    }

    fn number(&mut self, most: usize) -> Option<u32> {
        self.digits(most)?.parse().ok()
    }

    /// Exactly so many digits.
    fn exactly(&mut self, count: usize) -> Option<u32> {
        self.digits(count)
            .filter(|run| run.len() == count)?
            .parse()
            .ok()
    }

    fn date(&mut self) -> Option<Date> {
        let first = self.digits(4)?;
        let Some(separator) = self.eat(|c| matches!(c, '-' | '/' | '.')) else {
            // 20060314
            let year = first.parse().ok().filter(|_| first.len() == 4)?;
            return Some(Date::YearFirst {
                year,
                month: self.exactly(2)?,
                day: self.exactly(2)?,
            });
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
                first_digits: first.len(),
                second,
                third: third.parse().ok()?,
                third_digits: third.len(),
            }),
            _ => None,
        }
    }

    fn gap_before_time(&mut self) -> Option<()> {
        if self.eat(|c| matches!(c, 'T' | 't' | '_' | ',')).is_none() {
            self.peek()
                .filter(|c| c.is_whitespace() || *c == '\u{200e}')?;
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
        let afternoon = ahead
            .eat(|c| matches!(c, 'A' | 'a' | 'P' | 'p'))?
            .eq_ignore_ascii_case(&'p');
        let dotted = ahead.eat(|c| c == '.').is_some();
        if dotted {
            // Spanish: `9:30:00 a. m.`
            ahead.skip_blank();
        }
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
        let minutes = if colon || !self.at_end() {
            self.exactly(2)?
        } else {
            0
        };
        if hours > 14 || minutes > 59 {
            return None;
        }
        let total = i32::try_from(hours * 60 + minutes).ok()?;
        Some(Some(if sign == '+' { total } else { -total }))
    }
}
