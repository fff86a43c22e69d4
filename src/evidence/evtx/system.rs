//! The `System` part of a rendered event: who logged what, when, where.
//!
//! A scan by hand instead of an XML parser: every record passes here, most of them only to be counted. It
//! relies on the evtx crate's own output (escaped text, double quotes, no comments), not on arbitrary XML.

use std::borrow::Cow;

use crate::time::Timestamp;

/// The fields of `System`, still escaped.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct System<'a> {
    /// The classic event source where the provider names one, as Event Viewer shows it, else the provider.
    pub provider: &'a [u8],
    pub channel: &'a [u8],
    pub computer: &'a [u8],
    pub id: u16,
    pub qualifiers: Option<u16>,
    pub level: u8,
    /// `Task`: the category of a classic event.
    pub category: Option<u16>,
    pub record_id: Option<u64>,
    /// Offset behind `</System>`.
    pub end: usize,
    time: &'a [u8],
    user: &'a [u8],
}

impl<'a> System<'a> {
    /// Finds the fields in a rendered record; `None` without a `System` element that has an event id.
    pub fn scan(xml: &'a [u8]) -> Option<Self> {
        let mut system = Self::default();
        let mut at = find(xml, b"<System>")? + b"<System>".len();
        let mut has_id = false;
        loop {
            at += xml.get(at..)?.iter().position(|&byte| byte == b'<')? + 1;
            let tag_end = at + xml.get(at..)?.iter().position(|&byte| byte == b'>')?;
            let tag = xml.get(at..tag_end)?;
            at = tag_end + 1;
            if tag == b"/System" {
                system.end = at;
                return has_id.then_some(system);
            }
            if tag.first() == Some(&b'/') {
                continue;
            }
            let text_length = xml.get(at..)?.iter().position(|&byte| byte == b'<')?;
            let text = xml.get(at..at + text_length)?;
            has_id |= system.field(tag, text);
        }
    }

    /// Takes up one element; true when it is a valid event id.
    fn field(&mut self, tag: &'a [u8], text: &'a [u8]) -> bool {
        let name_end = tag
            .iter()
            .position(|byte| matches!(byte, b' ' | b'/'))
            .unwrap_or(tag.len());
        match tag.get(..name_end).unwrap_or_default() {
            b"Provider" => {
                let source = attribute(tag, b" EventSourceName=\"").filter(|name| !name.is_empty());
                self.provider = source
                    .or_else(|| attribute(tag, b" Name=\""))
                    .unwrap_or_default();
            }
            b"EventID" => {
                let Some(id) = number(text) else { return false };
                // Low 16 bits; some writers put the whole 32-bit identifier here.
                let Ok(low) = u16::try_from(id & 0xFFFF) else {
                    return false;
                };
                self.id = low;
                let high = attribute(tag, b" Qualifiers=\"")
                    .and_then(number)
                    .or((id > 0xFFFF).then_some(id >> 16));
                self.qualifiers = high.and_then(|high| u16::try_from(high).ok());
                return true;
            }
            b"Level" => self.level = number(text).and_then(|n| u8::try_from(n).ok()).unwrap_or(0),
            b"Task" => self.category = number(text).and_then(|n| u16::try_from(n).ok()),
            b"TimeCreated" => self.time = attribute(tag, b" SystemTime=\"").unwrap_or_default(),
            b"EventRecordID" => self.record_id = number(text),
            b"Channel" => self.channel = text,
            b"Computer" => self.computer = text,
            b"Security" => self.user = attribute(tag, b" UserID=\"").unwrap_or_default(),
            _ => {}
        }
        false
    }

    /// `TimeCreated`, to the microsecond.
    pub fn time(&self) -> Option<Timestamp> {
        Timestamp::parse_rfc3339(std::str::from_utf8(self.time).ok()?)
    }

    /// The SID of whoever caused the event.
    pub fn user(&self) -> Option<String> {
        (!self.user.is_empty()).then(|| unescape(self.user).into_owned())
    }
}

/// Text of the rendered XML without its escapes.
pub fn unescape(escaped: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(escaped);
    if !escaped.contains(&b'&') {
        return text;
    }
    match quick_xml::escape::unescape(&text) {
        Ok(plain) => Cow::Owned(plain.into_owned()),
        Err(_) => Cow::Owned(text.into_owned()),
    }
}

fn attribute<'a>(tag: &'a [u8], opening: &[u8]) -> Option<&'a [u8]> {
    let value = tag.get(find(tag, opening)? + opening.len()..)?;
    value.get(..value.iter().position(|&byte| byte == b'"')?)
}

fn number(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.trim().parse().ok()
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Event xmlns=\"x\"><System>\
        <Provider Name=\"Microsoft-Windows-Eventlog\" Guid=\"{1}\" EventSourceName=\"R&amp;D\"/>\
        <EventID Qualifiers=\"16384\">7036</EventID><Level>4</Level>\
        <TimeCreated SystemTime=\"2010-11-21T03:55:59.6264271Z\"/><EventRecordID>106</EventRecordID><Correlation/>\
        <Channel>System</Channel><Computer>BH01</Computer><Security UserID=\"S-1-5-18\"/></System><EventData/></Event>";

    #[test]
    fn every_field_is_found() {
        let system = System::scan(RECORD.as_bytes()).unwrap();
        assert_eq!(unescape(system.provider), "R&D");
        assert_eq!(
            (system.id, system.qualifiers, system.level),
            (7036, Some(0x4000), 4)
        );
        assert_eq!(
            (system.channel, system.computer),
            (b"System".as_slice(), b"BH01".as_slice())
        );
        assert_eq!(
            (system.record_id, system.user()),
            (Some(106), Some("S-1-5-18".to_owned()))
        );
        assert_eq!(
            system.time().unwrap().to_string(),
            "2010-11-21T03:55:59.626427Z"
        );
        assert_eq!(RECORD.get(system.end..), Some("<EventData/></Event>"));
    }

    #[test]
    fn a_32_bit_identifier_is_split() {
        let xml = b"<System><EventID>1073748860</EventID></System>";
        let system = System::scan(xml).unwrap();
        assert_eq!((system.id, system.qualifiers), (7036, Some(0x4000)));
    }

    #[test]
    fn without_system_or_id_there_is_no_event() {
        for xml in [
            "",
            "<Event/>",
            "<System></System>",
            "<System><EventID>x</EventID></System>",
            "<System><EventID>1",
        ] {
            assert_eq!(System::scan(xml.as_bytes()), None, "{xml}");
        }
    }

    proptest::proptest! {
        #[test]
        fn cut_records_never_panic(cut in 0..RECORD.len()) {
            let _ = System::scan(RECORD.as_bytes().get(..cut).unwrap());
        }
    }
}
