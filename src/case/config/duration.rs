//! Durations as people write them: `2m13s`, `5s`, `-40s`, `1h`, `250ms`.

/// Microseconds of a written duration; `None` when it is none.
///
/// Units are `d`, `h`, `m` (or `min`), `s`, `ms`, each at most once and from long to short.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest.is_empty() {
        return None;
    }
    let mut total: i64 = 0;
    let mut longest = i64::MAX;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest.get(..digits)?.parse().ok()?;
        let after = rest.get(digits..)?.trim_start();
        let letters = after
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(after.len());
        let unit = unit_micros(after.get(..letters)?)?;
        if unit >= longest {
            return None;
        }
        longest = unit;
        total = total.checked_add(number.checked_mul(unit)?)?;
        rest = after.get(letters..)?.trim_start();
    }
    Some(if negative { -total } else { total })
}

fn unit_micros(unit: &str) -> Option<i64> {
    use crate::time::{DAY, HOUR, MINUTE, SECOND};
    Some(match unit {
        "d" => DAY,
        "h" => HOUR,
        "m" | "min" => MINUTE,
        "s" | "sec" => SECOND,
        "ms" => 1000,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn durations_of_the_contract() {
        assert_eq!(parse("2m13s"), Some(133_000_000));
        assert_eq!(parse("5s"), Some(5_000_000));
        assert_eq!(parse("-40s"), Some(-40_000_000));
        assert_eq!(parse("1h"), Some(3_600_000_000));
        assert_eq!(parse(" 1 h 30 min "), Some(5_400_000_000));
        assert_eq!(parse("250ms"), Some(250_000));
        assert_eq!(parse("0s"), Some(0));
    }

    #[test]
    fn others_are_none() {
        for text in [
            "",
            "-",
            "5",
            "s",
            "5x",
            "5s 2m",
            "1h1h",
            "1.5h",
            "99999999999999d",
            "--5s",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
