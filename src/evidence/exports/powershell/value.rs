//! The value of a property, whichever of the two forms it came in.

use std::borrow::Cow;
use std::fmt;

use super::super::record::ExportTime;
use crate::case::time_text::{self, LocalRules};
use crate::evidence::log::utf16::allowed;
use crate::time::{SECOND, Stamp, Timestamp};

/// A value.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    #[default]
    Nothing,
    /// Text, numbers and the like as they are written.
    Text(String),
    /// A time as it is written.
    Time(String),
    Bytes(Vec<u8>),
    List(Vec<Value>),
}

impl Value {
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Time(text) => Some(text),
            Self::Nothing | Self::Bytes(_) | Self::List(_) => None,
        }
    }
}

/// As an insertion string, in the way that `.evtx` readers write one of that type.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => Ok(()),
            Self::Text(text) => f.write_str(&printable(text)),
            Self::Time(text) => match instant(text) {
                Some(at) => write!(f, "{at}"),
                None => f.write_str(text),
            },
            Self::Bytes(bytes) => bytes.iter().try_for_each(|byte| write!(f, "{byte:02X}")),
            Self::List(items) => items.iter().try_for_each(|item| item.fmt(f)),
        }
    }
}

/// Text with `_` for what XML cannot hold, so that every form of one record gives the same.
pub fn printable(text: &str) -> String {
    text.chars().map(allowed).collect()
}

/// A time as `ConvertTo-Json` of Windows PowerShell writes it, as .NET's JavaScriptSerializer does: `/Date(ms)/`,
/// milliseconds since 1970 in UTC whatever offset follows them. Anything else is left as text.
pub fn time(text: &str) -> ExportTime {
    let Some(milliseconds) = milliseconds(text) else {
        return ExportTime::Text(text.to_owned());
    };
    let Some(at) = milliseconds
        .checked_mul(1000)
        .and_then(Timestamp::from_micros)
    else {
        return ExportTime::Text(text.to_owned());
    };
    // Classic events are logged in whole seconds; what is finer than a millisecond was cut off.
    let precision = if milliseconds % 1000 == 0 {
        SECOND
    } else {
        1000
    };
    ExportTime::At(Stamp {
        at,
        precision,
        original: Some(text.to_owned()),
    })
}

/// Whether the text is such a time.
pub fn is_date(text: &str) -> bool {
    milliseconds(text).is_some()
}

fn milliseconds(text: &str) -> Option<i64> {
    let inner = text.trim().strip_prefix("/Date(")?.strip_suffix(")/")?;
    // `1595374458918+0200`; the sign of the number itself is part of it.
    let offset_at = inner
        .char_indices()
        .skip(1)
        .find(|(_, c)| matches!(c, '+' | '-'))
        .map_or(inner.len(), |(at, _)| at);
    let (number, offset) = inner.split_at_checked(offset_at)?;
    let digits = offset.get(1..).unwrap_or_default();
    let is_offset =
        offset.is_empty() || (digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()));
    number.parse().ok().filter(|_| is_offset)
}

/// The instant, where the text fixes one.
pub fn instant(text: &str) -> Option<Timestamp> {
    match time(text) {
        ExportTime::At(stamp) => Some(stamp.at),
        ExportTime::Text(text) => {
            let read = time_text::read(&text, LocalRules::default()).ok()?;
            Some(read.stamp.at)
        }
    }
}

/// Text of CLIXML without `_x000A_` escapes: UTF-16 units in hex, `_x005F_` for an underscore that could be taken for
/// one (MS-PSRP 2.2.5.3.2).
pub fn without_escapes(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut units = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some((unit, behind)) = escape(rest) {
            units.push(unit);
            rest = behind;
            continue;
        }
        flush(&mut units, &mut plain);
        let next = rest.char_indices().nth(1).map_or(rest.len(), |(at, _)| at);
        let (c, behind) = rest.split_at(next);
        plain.push_str(c);
        rest = behind;
    }
    flush(&mut units, &mut plain);
    Cow::Owned(plain)
}

fn flush(units: &mut Vec<u16>, plain: &mut String) {
    plain.extend(char::decode_utf16(units.drain(..)).map(|unit| unit.unwrap_or('_')));
}

fn escape(text: &str) -> Option<(u16, &str)> {
    let rest = text.strip_prefix("_x")?;
    let hex = rest.get(..4)?;
    let behind = rest.get(4..)?.strip_prefix('_')?;
    let digits = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    let unit = u16::from_str_radix(hex, 16).ok().filter(|_| digits)?;
    Some((unit, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<String> {
        match time(text) {
            ExportTime::At(stamp) => Some(stamp.at.to_string()),
            ExportTime::Text(_) => None,
        }
    }

    /// 1595374458 is 2020-07-21T23:34:18Z by `date -u -d @1595374458`.
    #[test]
    fn dates_of_json_are_in_utc() {
        for text in [
            "/Date(1595374458918)/",
            "/Date(1595374458918+0200)/",
            "/Date(1595374458918-0700)/",
        ] {
            assert_eq!(
                at(text).as_deref(),
                Some("2020-07-21T23:34:18.918000Z"),
                "{text}"
            );
        }
        assert_eq!(
            at("/Date(-1000)/").as_deref(),
            Some("1969-12-31T23:59:59.000000Z")
        );
        for text in [
            "/Date()/",
            "/Date(1+2)/",
            "/Date(99999999999999999999)/",
            "/Date(9223372036854775807)/",
            "2020-07-21",
        ] {
            assert_eq!(at(text), None, "{text}");
        }
    }

    #[test]
    fn escapes_of_clixml() {
        assert_eq!(without_escapes("a_x000D__x000A_b"), "a\r\nb");
        assert_eq!(without_escapes("_x005F_x000A_"), "_x000A_");
        assert_eq!(without_escapes("_xD83D__xDE00_ _xD83D_"), "😀 _");
        assert_eq!(without_escapes("_x00_ _x+123_ _xé"), "_x00_ _x+123_ _xé");
    }

    #[test]
    fn strings_as_evtx_readers_write_them() {
        let list = Value::List(vec![Value::Nothing, Value::Text("a\u{1}".into())]);
        assert_eq!(list.to_string(), "a_");
        assert_eq!(Value::Bytes(vec![0, 255]).to_string(), "00FF");
        assert_eq!(
            Value::Time("2021-10-06T15:44:43.0986128-07:00".into()).to_string(),
            "2021-10-06T22:44:43.098612Z"
        );
    }
}
