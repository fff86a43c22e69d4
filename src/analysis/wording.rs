//! Small words that several findings share.

use crate::time::{DAY, HOUR, MINUTE, SECOND, Timestamp};

/// `1 capture`, `3 captures`.
pub fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A length of time in two units at most: `2 d 3 h`, `41 min`, `12 s`. Always rounded down, so that "at
/// least" stays true.
pub fn span(micros: i64) -> String {
    let two = |big: i64, big_name: &str, small: i64, small_name: &str| {
        let (whole, rest) = (micros / big, micros % big / small);
        match rest {
            0 => format!("{whole} {big_name}"),
            rest => format!("{whole} {big_name} {rest} {small_name}"),
        }
    };
    match micros {
        m if m >= DAY => two(DAY, "d", HOUR, "h"),
        m if m >= HOUR => two(HOUR, "h", MINUTE, "min"),
        m if m >= MINUTE => two(MINUTE, "min", MINUTE, "min"),
        m => format!("{} s", m.max(0) / SECOND),
    }
}

/// An instant for a sentence, in whole seconds: `2006-03-14 19:14:46 UTC`.
pub fn moment(at: Timestamp) -> String {
    at.datetime().format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_rounded_down_to_two_units() {
        assert_eq!(span(2 * DAY + 3 * HOUR + 59 * MINUTE), "2 d 3 h");
        assert_eq!(span(HOUR + 30 * SECOND), "1 h");
        assert_eq!(span(41 * MINUTE + 59 * SECOND), "41 min");
        assert_eq!(span(-5), "0 s");
    }
}
