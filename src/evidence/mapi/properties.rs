//! The properties of one object, and how their values are told apart.

use super::id;
use crate::time::{Stamp, Timestamp};

/// A property's value, of the types that are read.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Text(String),
    /// In hex, upper case.
    Binary(String),
    Time(Stamp),
    Number(i64),
    Boolean(bool),
}

/// The lower half of a tag.
const PT_SHORT: u16 = 0x0002;
const PT_LONG: u16 = 0x0003;
/// MAPI has no value; which is why stands in its place.
const PT_ERROR: u16 = 0x000A;
const PT_BOOLEAN: u16 = 0x000B;
const PT_I8: u16 = 0x0014;
const PT_STRING8: u16 = 0x001E;
const PT_UNICODE: u16 = 0x001F;
const PT_SYSTIME: u16 = 0x0040;
const PT_BINARY: u16 = 0x0102;

/// Ids with the name that stands for them where a tag cannot be read.
const KNOWN: [(u16, &str); 26] = [
    (id::MESSAGE_CLASS, "MESSAGE_CLASS"),
    (id::SUBJECT, "SUBJECT"),
    (id::CLIENT_SUBMIT_TIME, "CLIENT_SUBMIT_TIME"),
    (id::SENT_REPRESENTING_NAME, "SENT_REPRESENTING_NAME"),
    (id::TRANSPORT_MESSAGE_HEADERS, "TRANSPORT_MESSAGE_HEADERS"),
    (id::SENDER_NAME, "SENDER_NAME"),
    (id::SENDER_EMAIL_ADDRESS, "SENDER_EMAIL_ADDRESS"),
    (id::DISPLAY_BCC, "DISPLAY_BCC"),
    (id::DISPLAY_CC, "DISPLAY_CC"),
    (id::DISPLAY_TO, "DISPLAY_TO"),
    (id::MESSAGE_DELIVERY_TIME, "MESSAGE_DELIVERY_TIME"),
    (id::MESSAGE_FLAGS, "MESSAGE_FLAGS"),
    (id::MESSAGE_SIZE, "MESSAGE_SIZE"),
    (id::RECORD_KEY, "RECORD_KEY"),
    (id::ENTRY_ID, "ENTRYID"),
    (id::INTERNET_MESSAGE_ID, "INTERNET_MESSAGE_ID"),
    (id::DISPLAY_NAME, "DISPLAY_NAME"),
    (id::EMAIL_ADDRESS, "EMAIL_ADDRESS"),
    (id::CREATION_TIME, "CREATION_TIME"),
    (id::LAST_MODIFICATION_TIME, "LAST_MODIFICATION_TIME"),
    (id::SEARCH_KEY, "SEARCH_KEY"),
    (id::CONTENT_COUNT, "CONTENT_COUNT"),
    (id::SUBFOLDERS, "SUBFOLDERS"),
    (id::SMTP_ADDRESS, "SMTP_ADDRESS"),
    (id::SENDER_SMTP_ADDRESS, "SENDER_SMTP_ADDRESS"),
    (
        id::LONGTERM_ENTRYID_FROM_TABLE,
        "LONGTERM_ENTRYID_FROM_TABLE",
    ),
];

/// The id of `PR_SUBJECT`, `PR_SUBJECT_W`, or of the first known name in a list of such.
pub fn id_by_name(names: &str) -> Option<u16> {
    names.split(',').find_map(|name| {
        let name = name.trim().strip_prefix("PR_")?;
        let name = name
            .strip_suffix("_W")
            .or_else(|| name.strip_suffix("_A"))
            .unwrap_or(name);
        let known = KNOWN.iter().find(|(_, known)| *known == name);
        known.map(|(id, _)| *id)
    })
}

/// The properties of one object that are of use, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct Properties {
    /// `None`: it came twice with different values, so neither can be trusted.
    list: Vec<(u16, Option<Value>)>,
    /// Properties that contradict themselves.
    pub conflicts: u64,
}

impl Properties {
    /// Whether values of this id are of use at all.
    pub fn wants(id: u16) -> bool {
        KNOWN.iter().any(|(known, _)| *known == id)
    }

    /// An object has one value of a property. Where a list has two that differ, text inside one of them passes itself
    /// off as a property, or the list is of two objects.
    pub fn add(&mut self, id: u16, value: Value) {
        if !Self::wants(id) {
            return;
        }
        match self.list.iter_mut().find(|(known, _)| *known == id) {
            None => self.list.push((id, Some(value))),
            Some((_, held)) if held.as_ref().is_some_and(|held| *held != value) => {
                *held = None;
                self.conflicts += 1;
            }
            Some(_) => {}
        }
    }

    /// Takes over another list of the same object, which must not contradict this one.
    pub fn complete(&mut self, other: Self) {
        self.conflicts += other.conflicts;
        for (id, value) in other.list {
            match (value, self.list.iter_mut().find(|(known, _)| *known == id)) {
                (Some(value), _) => self.add(id, value),
                (None, Some((_, held))) => *held = None,
                (None, None) => self.list.push((id, None)),
            }
        }
    }

    /// Whether no property of use was met.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    fn get(&self, id: u16) -> Option<&Value> {
        let found = self.list.iter().find(|(known, _)| *known == id);
        found.and_then(|(_, value)| value.as_ref())
    }

    pub fn text(&self, id: u16) -> Option<&str> {
        match self.get(id)? {
            Value::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    pub fn binary(&self, id: u16) -> Option<&str> {
        match self.get(id)? {
            Value::Binary(hex) => Some(hex),
            _ => None,
        }
    }

    pub fn time(&self, id: u16) -> Option<Stamp> {
        match self.get(id)? {
            Value::Time(stamp) => Some(stamp.clone()),
            _ => None,
        }
    }

    pub fn number(&self, id: u16) -> Option<u64> {
        match self.get(id)? {
            Value::Number(number) => u64::try_from(*number).ok(),
            _ => None,
        }
    }

    pub fn boolean(&self, id: u16) -> Option<bool> {
        match self.get(id)? {
            Value::Boolean(value) => Some(*value),
            _ => None,
        }
    }
}

impl Value {
    /// From the bytes that a type keeps itself or in a stream; text that is no Unicode goes through `decode`.
    pub fn from_bytes(kind: u16, bytes: &[u8], decode: impl Fn(&[u8]) -> String) -> Option<Self> {
        let word = |length: usize| {
            Some(
                bytes
                    .get(..length)?
                    .iter()
                    .rev()
                    .fold(0_u64, |all, &byte| all << 8 | u64::from(byte)),
            )
        };
        match kind {
            PT_SHORT => Some(Self::Number(i64::try_from(word(2)?).ok()?)),
            PT_LONG => Some(Self::Number(i64::try_from(word(4)?).ok()?)),
            PT_I8 => Some(Self::Number(i64::try_from(word(8)?).ok()?)),
            PT_BOOLEAN => Some(Self::Boolean(word(2)? != 0)),
            PT_SYSTIME => Self::filetime(word(8)?),
            PT_STRING8 => Some(Self::Text(decode(bytes))),
            PT_UNICODE => Some(Self::Text(
                encoding_rs::UTF_16LE
                    .decode_without_bom_handling(bytes)
                    .0
                    .into_owned(),
            )),
            PT_BINARY => Some(Self::Binary(
                bytes.iter().map(|byte| format!("{byte:02X}")).collect(),
            )),
            _ => None,
        }
    }

    /// From the two texts that MFCMAPI shows of a value, by the type in the tag. A time comes from its FILETIME alone:
    /// how the other text is to be read hangs on the settings of the machine.
    pub fn from_shown(kind: u16, value: &str, alternative: &str) -> Option<Self> {
        match kind {
            PT_SHORT | PT_LONG => number(value)
                .or_else(|| number(alternative))
                .map(Self::Number),
            PT_I8 => number(alternative)
                .or_else(|| number(value))
                .map(Self::Number),
            PT_BOOLEAN if value.trim().eq_ignore_ascii_case("true") => Some(Self::Boolean(true)),
            PT_BOOLEAN if value.trim().eq_ignore_ascii_case("false") => Some(Self::Boolean(false)),
            PT_SYSTIME => Self::filetime(low_high(alternative)?),
            PT_STRING8 | PT_UNICODE => Some(Self::Text(value.to_owned())),
            PT_BINARY => hex(value).map(Self::Binary),
            _ => None,
        }
    }

    /// Whether these texts are how MFCMAPI shows that there is no value, so that nothing is lost.
    pub fn is_none(kind: u16, value: &str, alternative: &str) -> bool {
        let nothing = ["", "NULL", "cb: 0 lpb: NULL", "Invalid systime"].contains(&value.trim());
        nothing || kind == PT_ERROR || low_high(alternative) == Some(0)
    }

    /// Zero is what MAPI has where there is no time.
    fn filetime(time: u64) -> Option<Self> {
        let at = Timestamp::from_filetime(time).filter(|_| time != 0)?;
        Some(Self::Time(Stamp::exact(at)))
    }
}

fn number(text: &str) -> Option<i64> {
    let text = text.trim();
    match text.strip_prefix("0x") {
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

/// `Low: 0x821B1EE0 High: 0x01C52874`.
fn low_high(text: &str) -> Option<u64> {
    let (low, high) = text.trim().strip_prefix("Low:")?.split_once("High:")?;
    let half = |text: &str| u32::from_str_radix(text.trim().strip_prefix("0x")?, 16).ok();
    Some(u64::from(half(high)?) << 32 | u64::from(half(low)?))
}

/// `0100AF`, or `cb: 3 lpb: 0100AF` as builds before August 2019 write it.
fn hex(text: &str) -> Option<String> {
    let text = text.trim();
    let (length, digits) = match text.strip_prefix("cb:") {
        Some(rest) => {
            let (length, digits) = rest.split_once("lpb:")?;
            (Some(length.trim().parse::<usize>().ok()?), digits.trim())
        }
        None => (None, text),
    };
    let whole = !digits.is_empty() && digits.len().is_multiple_of(2);
    let said = length.is_none_or(|length| length.checked_mul(2) == Some(digits.len()));
    (whole && said && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .then(|| digits.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// MFCMAPI's own unit test has this pair as 2018-01-07T19:16:34.571Z.
    #[test]
    fn a_time_is_its_filetime_alone() {
        let shown = |text, alternative| Value::from_shown(PT_SYSTIME, text, alternative);
        let expected = Timestamp::parse_rfc3339("2018-01-07T19:16:34.571Z").unwrap();
        let pair = "Low: 0x085535B0 High: 0x01D387EC";
        for text in ["07:16:34.571 PM 1/7/2018", "19:16:34.571  7.1.2018", ""] {
            assert_eq!(shown(text, pair), Some(Value::Time(Stamp::exact(expected))));
        }
        assert_eq!(shown("07:16:34.571 PM 1/7/2018", ""), None);
        assert_eq!(shown("", "Low: 0x00000000 High: 0x00000000"), None);
        assert_eq!(
            shown("Invalid systime", "Low: 0xFFFFFFFF High: 0xFFFFFFFF"),
            None
        );
        let bytes = 0x01D3_87EC_0855_35B0_u64.to_le_bytes();
        let stored = Value::from_bytes(PT_SYSTIME, &bytes, |_| String::new());
        assert_eq!(stored, Some(Value::Time(Stamp::exact(expected))));
    }

    #[test]
    fn binary_values_are_whole_or_nothing() {
        assert_eq!(hex("0100af").as_deref(), Some("0100AF"));
        assert_eq!(hex("cb: 3 lpb: 0100AF").as_deref(), Some("0100AF"));
        for cut in [
            "cb: 4 lpb: 0100AF",
            "0100A",
            "",
            "NULL",
            "cb: 0 lpb: NULL",
            "cb: x lpb: 00",
        ] {
            assert_eq!(hex(cut), None, "{cut}");
        }
    }

    #[test]
    fn numbers_and_flags() {
        let shown = Value::from_shown;
        assert_eq!(shown(PT_LONG, "4", "0x4"), Some(Value::Number(4)));
        assert_eq!(
            shown(PT_I8, "0x00000001:0x00000000", "4294967296"),
            Some(Value::Number(4_294_967_296))
        );
        assert_eq!(shown(PT_BOOLEAN, "True", ""), Some(Value::Boolean(true)));
        // PT_ERROR: the tag says that there is no value, whatever the text.
        assert_eq!(shown(0x000A, "MAPI_E_NOT_FOUND", ""), None);
    }

    #[test]
    fn two_values_of_one_property_are_none() {
        let mut list = Properties::default();
        list.add(id::SUBJECT, Value::Text("a".into()));
        list.add(id::SUBJECT, Value::Text("a".into()));
        assert_eq!((list.text(id::SUBJECT), list.conflicts), (Some("a"), 0));
        list.add(id::SUBJECT, Value::Text("b".into()));
        list.add(id::SUBJECT, Value::Text("c".into()));
        assert_eq!((list.text(id::SUBJECT), list.conflicts), (None, 1));
    }

    #[test]
    fn names_where_a_tag_fails() {
        assert_eq!(id_by_name("PR_SUBJECT_W, PidTagSubject"), Some(id::SUBJECT));
        assert_eq!(
            id_by_name("ptagSubject, PR_INTERNET_MESSAGE_ID_A"),
            Some(id::INTERNET_MESSAGE_ID)
        );
        assert_eq!(id_by_name("PR_HASATTACH"), None);
    }
}
