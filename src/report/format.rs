//! How times, lengths, counts and rates are written for a reader.
//!
//! Everything here turns a value into English text and nothing else. A length that is a lower limit is rounded down
//! and one that is an upper limit is rounded up, so that "at least" and "at most" stay true after rounding.

use chrono::SecondsFormat;

use crate::time::Timestamp;

const MINUTE: f64 = 60.0;
const HOUR: f64 = 3600.0;
const DAY: f64 = 86_400.0;

/// Which way a length is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// For "at least".
    Down,
    /// For "at most".
    Up,
    /// For what was measured and bounds nothing.
    Nearest,
}

impl Round {
    fn apply(self, value: f64) -> f64 {
        match self {
            Self::Down => value.floor(),
            Self::Up => value.ceil(),
            Self::Nearest => value.round(),
        }
    }
}

/// `2006-03-14 14:30:05`, in UTC.
pub fn time(at: Timestamp) -> String {
    at.datetime().format("%Y-%m-%d %H:%M:%S").to_string()
}

/// `2006-03-14 14:30`, in UTC: for sentences and chart tables, where seconds only make noise.
pub fn minute(at: Timestamp) -> String {
    at.datetime().format("%Y-%m-%d %H:%M").to_string()
}

/// RFC 3339 with as many decimals as the value needs: what `<time datetime>` carries.
pub fn iso(at: Timestamp) -> String {
    at.datetime().to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// A length in seconds as a reader says it: `2 d 3 h`, `41 min`, `under 1 s`.
pub fn duration(seconds: f64, round: Round) -> String {
    if !seconds.is_finite() {
        return "not known".to_owned();
    }
    let s = seconds.max(0.0);
    if s == 0.0 {
        return "0 s".to_owned();
    }
    if s < 1.0 {
        return "under 1 s".to_owned();
    }
    if s < 2.0 * MINUTE {
        return format!("{} s", round.apply(s));
    }
    if s < 2.0 * HOUR {
        return format!("{} min", round.apply(s / MINUTE));
    }
    if s < 2.0 * DAY {
        return pair(round.apply(s / MINUTE), MINUTE, "h", "min");
    }
    if s < 14.0 * DAY {
        return pair(round.apply(s / HOUR), 24.0, "d", "h");
    }
    format!("{} d", thousands_f(round.apply(s / DAY)))
}

/// `units` of the small kind as large and small: 51 hours as `2 d 3 h`.
fn pair(units: f64, per_large: f64, large: &str, small: &str) -> String {
    let (whole, rest) = ((units / per_large).floor(), units % per_large);
    if rest == 0.0 {
        format!("{whole} {large}")
    } else {
        format!("{whole} {large} {rest} {small}")
    }
}

/// The same length to the microsecond: `183,845.25 s`.
pub fn exact_seconds(seconds: f64) -> String {
    if !seconds.is_finite() {
        return "not known".to_owned();
    }
    let micros = (seconds * 1e6).round();
    let (whole, part) = ((micros / 1e6).trunc(), (micros % 1e6).abs());
    let whole = thousands_f(whole);
    if part == 0.0 {
        return format!("{whole} s");
    }
    let decimals = format!("{part:06}");
    format!("{whole}.{} s", decimals.trim_end_matches('0'))
}

fn thousands_f(value: f64) -> String {
    let negative = value < 0.0;
    // Lengths and hours of a case are far below 2^53.
    let text = count(value.abs() as u64);
    if negative { format!("-{text}") } else { text }
}

/// `100,000`.
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// `1 message`, `2 messages`.
pub fn counted(value: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(value), if value == 1 { one } else { many })
}

/// `12`, `12 to 15`.
pub fn band(at_least: u64, at_most: u64) -> String {
    if at_least >= at_most {
        count(at_least)
    } else {
        format!("{} to {}", count(at_least), count(at_most))
    }
}

/// Bytes as a reader says them: `512 B`, `1.4 MB`, in steps of 1,000.
pub fn bytes(value: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if value < 1000 {
        return format!("{value} B");
    }
    let mut scaled = value as f64;
    let mut unit = "B";
    for name in UNITS {
        if scaled < 999.5 {
            break;
        }
        scaled /= 1000.0;
        unit = name;
    }
    if scaled < 10.0 {
        format!("{scaled:.1} {unit}")
    } else {
        format!("{scaled:.0} {unit}")
    }
}

/// Two significant digits, without an exponent: `0.31`, `14`, `0`.
pub fn rate(value: f64) -> String {
    if !value.is_finite() {
        return "not known".to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let magnitude = value.abs().log10().floor() as i32;
    if magnitude >= 1 {
        return thousands_f(value.round());
    }
    let decimals = usize::try_from(1 - magnitude).unwrap_or(0).min(6);
    format!("{value:.decimals$}")
}

/// Hours of exposure: `474 h`, `1.5 h`.
pub fn hours(value: f64) -> String {
    if value > 0.0 && value < 10.0 {
        format!("{value:.1} h")
    } else {
        format!("{} h", thousands_f(value.round()))
    }
}

/// A probability: `p < 0.001`, `p = 0.03`.
pub fn p_value(p: f64) -> String {
    if p < 0.001 {
        "p < 0.001".to_owned()
    } else if p < 0.095 {
        format!("p = {}", rate(p))
    } else {
        format!("p = {p:.2}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_round_towards_the_truth() {
        assert_eq!(duration(0.0, Round::Down), "0 s");
        assert_eq!(duration(0.4, Round::Up), "under 1 s");
        assert_eq!(duration(41.5, Round::Down), "41 s");
        assert_eq!(duration(41.5, Round::Up), "42 s");
        assert_eq!(duration(2.0 * MINUTE, Round::Down), "2 min");
        assert_eq!(duration(5.0 * HOUR, Round::Down), "5 h");
        assert_eq!(duration(5.0 * HOUR + 1.0, Round::Up), "5 h 1 min");
        // 183,845 s is 2 d 3 h 4 min 5 s.
        assert_eq!(duration(183_845.0, Round::Down), "2 d 3 h");
        assert_eq!(duration(183_845.0, Round::Up), "2 d 4 h");
        assert_eq!(duration(183_845.0, Round::Nearest), "2 d 3 h");
        assert_eq!(duration(41.5, Round::Nearest), "42 s");
        assert_eq!(duration(47.99 * HOUR, Round::Up), "48 h");
        assert_eq!(duration(21.2 * DAY, Round::Down), "21 d");
        assert_eq!(duration(f64::INFINITY, Round::Up), "not known");
    }

    #[test]
    fn exact_keeps_what_was_rounded() {
        assert_eq!(exact_seconds(183_845.0), "183,845 s");
        assert_eq!(exact_seconds(1.25), "1.25 s");
        assert_eq!(exact_seconds(0.000_001), "0.000001 s");
    }

    #[test]
    fn counts_bytes_and_rates() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(counted(1, "message", "messages"), "1 message");
        assert_eq!(band(3, 3), "3");
        assert_eq!(band(3, 12), "3 to 12");
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(1_100_000), "1.1 MB");
        assert_eq!(bytes(999_600), "1.0 MB");
        assert_eq!(bytes(69_632), "70 kB");
        assert_eq!(rate(0.3101), "0.31");
        assert_eq!(rate(14.4), "14");
        assert_eq!(rate(0.004_26), "0.0043");
        assert_eq!(p_value(0.000_2), "p < 0.001");
        assert_eq!(p_value(0.031), "p = 0.031");
        assert_eq!(p_value(0.4), "p = 0.40");
    }

    #[test]
    fn times_are_utc_and_iso_keeps_microseconds() {
        let at = Timestamp::parse_rfc3339("2006-03-14T09:30:05.250000-05:00").unwrap();
        assert_eq!(time(at), "2006-03-14 14:30:05");
        assert_eq!(iso(at), "2006-03-14T14:30:05.250Z");
    }
}
