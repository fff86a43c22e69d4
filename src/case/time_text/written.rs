//! A time taken apart but not yet understood: what to hold while zone and order of day and month are sought.

use chrono::{NaiveDateTime, NaiveTime};

use super::scan::{Date, Parts};
use super::{DateOrder, TimeFault};

/// A time as written. It can be read by one order of day and month after the other, without its text.
#[derive(Clone, Copy, Debug)]
pub struct WrittenTime {
    date: Date,
    clock: NaiveTime,
    /// Width of the interval that the writing leaves open, in microseconds.
    pub precision: i64,
    /// Offset from UTC in minutes, where the text names one.
    pub offset_minutes: Option<i32>,
}

impl WrittenTime {
    /// Takes a text apart.
    ///
    /// # Errors
    /// When it has not the shape of a time, or names no time of day that exists.
    pub fn parse(text: &str) -> Result<Self, TimeFault> {
        let parts = Parts::parse(text).ok_or(TimeFault::NotATime)?;
        Ok(Self {
            date: parts.date,
            clock: parts.clock.ok_or(TimeFault::OutOfRange)?,
            precision: parts.precision,
            offset_minutes: parts.offset_minutes,
        })
    }

    /// Whether the date means different days by different orders of day and month.
    pub fn needs_order(&self) -> bool {
        matches!(self.date, Date::YearLast { .. })
    }

    /// Date and time of day as the clock showed them.
    ///
    /// # Errors
    /// When the order is needed and not given, or there is no such day in it.
    pub fn local(&self, order: Option<DateOrder>) -> Result<NaiveDateTime, TimeFault> {
        Ok(NaiveDateTime::new(self.date.resolve(order)?, self.clock))
    }
}
