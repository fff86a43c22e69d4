//! The axes: time in UTC, counts from nought, and lengths of time.

use std::ops::Range;

use chrono::{DateTime, Datelike, Months, NaiveTime, Timelike, Utc};
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use crate::report::format::{self, Round};
use crate::report::sweep::Span;
use crate::time::{DAY, HOUR, MINUTE, SECOND, Timestamp};

/// Most labels on a time axis.
const MAX_LABELS: i64 = 12;

/// Steps of less than a month that fall on round times.
const STEPS: [i64; 20] = [
    SECOND,
    10 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    3 * DAY,
    4 * DAY,
    7 * DAY,
    14 * DAY,
];

/// Longer steps, in months.
const MONTH_STEPS: [u32; 8] = [1, 2, 3, 6, 12, 24, 60, 120];

/// The smallest round step that cuts `width` into at most `parts`.
pub fn round_step(width: i64, parts: i64) -> i64 {
    let enough = |step: &i64| width / step < parts;
    let days = [28, 56, 91, 182, 365, 730, 1826, 3652].map(|days| days * DAY);
    STEPS
        .into_iter()
        .chain(days)
        .find(enough)
        .unwrap_or(i64::MAX)
}

/// UTC time from left to right, the same for every chart of a report. Values outside are drawn at the edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeAxis {
    pub span: Span,
}

impl TimeAxis {
    /// The instants that get a line and a label: round days or hours, first days of months or years.
    pub fn ticks(&self) -> Vec<i64> {
        let (from, to) = (self.span.from.micros(), self.span.to.micros());
        match STEPS
            .iter()
            .find(|step| self.span.width() / **step < MAX_LABELS)
        {
            Some(&step) => {
                let first = from.div_euclid(step) * step;
                (0..=MAX_LABELS + 1)
                    .map(|n| first + n * step)
                    .filter(|t| (from..=to).contains(t))
                    .collect()
            }
            None => self.month_ticks(),
        }
    }

    fn month_ticks(&self) -> Vec<i64> {
        let months = self.span.width() / (30 * DAY);
        let step = MONTH_STEPS
            .into_iter()
            .find(|s| months / i64::from(*s) < MAX_LABELS)
            .unwrap_or(1200);
        let start = self.span.from.datetime();
        // January of the first year that the step divides.
        let year = start.year()
            - start
                .year()
                .rem_euclid(i32::try_from(step / 12).unwrap_or(1).max(1));
        let mut at = start
            .date_naive()
            .with_day(1)
            .and_then(|d| d.with_month(1))
            .and_then(|d| d.with_year(year));
        let mut ticks = Vec::new();
        while let Some(day) = at {
            let micros = day.and_time(NaiveTime::MIN).and_utc().timestamp_micros();
            if micros > self.span.to.micros() {
                break;
            }
            if micros >= self.span.from.micros() {
                ticks.push(micros);
            }
            at = day.checked_add_months(Months::new(step));
        }
        ticks
    }

    /// The label of a tick: the hour, the day, the month or the year, whichever is the news.
    pub fn label(micros: i64) -> String {
        let Some(at) = DateTime::<Utc>::from_timestamp_micros(micros) else {
            return String::new();
        };
        let midnight = at.num_seconds_from_midnight() == 0;
        if !midnight && at.second() != 0 {
            at.format("%H:%M:%S").to_string()
        } else if !midnight {
            at.format("%H:%M").to_string()
        } else if at.ordinal() == 1 {
            at.format("%-d %b %Y").to_string()
        } else {
            at.format("%-d %b").to_string()
        }
    }
}

impl Ranged for TimeAxis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = i64;

    fn map(&self, value: &i64, limit: (i32, i32)) -> i32 {
        let share =
            (*value as f64 - self.span.from.micros() as f64) / self.span.width().max(1) as f64;
        pixel(share, limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<i64> {
        self.ticks()
    }

    fn range(&self) -> Range<i64> {
        self.span.from.micros()..self.span.to.micros()
    }
}

impl ValueFormatter<i64> for TimeAxis {
    fn format_ext(&self, value: &i64) -> String {
        Self::label(*value)
    }
}

/// A number axis that begins at nought. Values above `top` are drawn at `top`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Amount {
    pub top: f64,
    step: f64,
}

impl Amount {
    /// An axis for values up to `max`, its top rounded up to a whole number of 1, 2 or 5 times a power of ten.
    /// `whole` keeps the steps to whole numbers.
    pub fn up_to(max: f64, parts: f64, whole: bool) -> Self {
        let max = if max.is_finite() && max > 0.0 {
            max
        } else {
            1.0
        };
        let raw = max / parts;
        let power = 10_f64.powf(raw.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .map(|m| m * power)
            .into_iter()
            .find(|s| *s >= raw)
            .unwrap_or(raw);
        let step = if whole { step.max(1.0).round() } else { step };
        Self {
            top: (max / step).ceil() * step,
            step,
        }
    }

    /// An axis of lengths of time in seconds, with steps that clocks and calendars know.
    pub fn lengths(max_s: f64) -> Self {
        let micros = (max_s.max(1.0) * SECOND as f64) as i64;
        let step = round_step(micros, 9) as f64 / SECOND as f64;
        Self {
            top: (max_s.max(1.0) / step).ceil() * step,
            step,
        }
    }

    pub fn ticks(&self) -> Vec<f64> {
        let n = (self.top / self.step).round().clamp(1.0, 40.0) as u32;
        (0..=n).map(|i| f64::from(i) * self.step).collect()
    }

    /// The label of a tick on an axis of lengths.
    pub fn length_label(seconds: f64) -> String {
        format::duration(seconds.round(), Round::Down)
    }

    /// The label of a tick on an axis of counts or rates.
    pub fn label(value: f64) -> String {
        if value >= 1.0 && value.fract() == 0.0 {
            format::count(value as u64)
        } else {
            format::rate(value)
        }
    }
}

impl Ranged for Amount {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        pixel(value / self.top, limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks()
    }

    fn range(&self) -> Range<f64> {
        0.0..self.top
    }
}

impl ValueFormatter<f64> for Amount {
    fn format_ext(&self, value: &f64) -> String {
        Self::label(*value)
    }
}

/// Where a share of the axis lies, held inside the limits.
pub fn pixel(share: f64, (from, to): (i32, i32)) -> i32 {
    let share = if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.0
    };
    from + (f64::from(to - from) * share).round() as i32
}

/// The width of the bins of a histogram over `span`: a round time that gives at most `bins`.
pub fn bin_width(span: Span, bins: i64) -> i64 {
    round_step(span.width(), bins)
}

/// The starts of all bins of `width` over `span`, the first at or before its start, aligned to round times.
pub fn bin_starts(span: Span, width: i64) -> impl Iterator<Item = Timestamp> {
    let first = span.from.micros().div_euclid(width) * width;
    let n = (span.to.micros() - first).div_euclid(width);
    (0..=n).filter_map(move |i| Timestamp::from_micros(first + i * width))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: &str, to: &str) -> Span {
        let at = |text| Timestamp::parse_rfc3339(text).unwrap();
        Span {
            from: at(from),
            to: at(to),
        }
    }

    fn labels(span: Span) -> Vec<String> {
        TimeAxis { span }
            .ticks()
            .into_iter()
            .map(TimeAxis::label)
            .collect()
    }

    #[test]
    fn three_weeks_are_labelled_by_days() {
        let labels = labels(span("2006-03-06T05:00:00Z", "2006-03-27T05:00:00Z"));
        assert_eq!(labels.first().map(String::as_str), Some("7 Mar"));
        assert!(labels.len() <= 12 && labels.len() > 5, "{labels:?}");
    }

    #[test]
    fn years_are_labelled_by_new_years_days() {
        let labels = labels(span("2001-05-01T00:00:00Z", "2011-02-01T00:00:00Z"));
        assert_eq!(labels.first().map(String::as_str), Some("1 Jan 2002"));
        assert_eq!(labels.len(), 10);
    }

    #[test]
    fn an_hour_is_labelled_by_minutes() {
        let labels = labels(span("2006-03-06T05:01:00Z", "2006-03-06T06:01:00Z"));
        assert_eq!(labels[0], "05:10");
    }

    #[test]
    fn the_longest_span_that_time_allows_still_ends() {
        let labels = labels(span("1601-01-01T00:00:00Z", "9999-12-31T00:00:00Z"));
        assert!(labels.len() < 100);
    }

    #[test]
    fn amounts_end_on_round_numbers() {
        assert_eq!(Amount::up_to(31.0, 3.0, true).top, 40.0);
        assert_eq!(Amount::up_to(1.0, 3.0, true).ticks(), [0.0, 1.0]);
        assert_eq!(Amount::up_to(0.0, 3.0, true).top, 1.0);
        assert_eq!(Amount::up_to(0.31, 3.0, false).top, 0.4);
        assert_eq!(Amount::lengths(50.0 * 3600.0).top, 54.0 * 3600.0);
    }

    #[test]
    fn values_outside_are_drawn_at_the_edge() {
        let axis = TimeAxis {
            span: span("2006-03-06T00:00:00Z", "2006-03-07T00:00:00Z"),
        };
        assert_eq!(axis.map(&i64::MIN, (10, 110)), 10);
        assert_eq!(axis.map(&i64::MAX, (10, 110)), 110);
    }
}
