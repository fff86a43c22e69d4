//! The `<Event>` element that Vista and later copy below the text of an event: its exact values.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event as Xml};
use quick_xml::reader::Reader;

/// Longest element read; an event holds 64 KiB.
const MOST_BYTES: usize = 1024 * 1024;

/// What the element says. Empty where it does not.
#[derive(Debug, Default, PartialEq)]
pub struct Embedded {
    pub provider: String,
    pub id: String,
    pub qualifiers: Option<u16>,
    pub level: Option<u8>,
    pub task: Option<u16>,
    /// UTC, as written.
    pub time: String,
    pub record_id: Option<u64>,
    pub channel: String,
    pub computer: String,
    pub user: Option<String>,
    pub strings: Vec<String>,
    /// As long as `strings`; empty for strings without a name.
    pub names: Vec<String>,
}

/// Reads one element; `None` where it is no well-formed XML or names no event.
pub fn read(xml: &str) -> Option<Embedded> {
    if xml.len() > MOST_BYTES {
        return None;
    }
    let mut reader = Reader::from_str(xml);
    let mut found = Embedded::default();
    let mut path: Vec<String> = Vec::new();
    let mut text = String::new();
    loop {
        match reader.read_event().ok()? {
            Xml::Start(start) => {
                found.attributes(&start);
                path.push(start.local_name().as_ref().to_owned());
                text.clear();
            }
            Xml::Empty(empty) => {
                found.attributes(&empty);
                found.element(empty.local_name().as_ref(), "");
            }
            Xml::Text(piece) => text.push_str(&piece.xml10_content()),
            Xml::CData(piece) => text.push_str(&piece),
            Xml::GeneralRef(name) => match name.resolve_char_ref().ok()? {
                Some(c) => text.push(c),
                None => text.push_str(quick_xml::escape::resolve_predefined_entity(&name)?),
            },
            Xml::End(_) => {
                found.element(&path.pop()?, &text);
                text.clear();
                if path.is_empty() {
                    break;
                }
            }
            Xml::Eof => return None,
            _ => {}
        }
    }
    (!found.provider.is_empty() && !found.id.is_empty()).then_some(found)
}

impl Embedded {
    fn attributes(&mut self, start: &BytesStart<'_>) {
        let value = |name: &str| {
            let attribute = start.try_get_attribute(name).ok()??;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
            Some(value.into_owned())
        };
        match start.local_name().as_ref() {
            "Provider" => self.provider = value("Name").unwrap_or_default(),
            "EventID" => self.qualifiers = value("Qualifiers").and_then(|v| v.parse().ok()),
            "TimeCreated" => self.time = value("SystemTime").unwrap_or_default(),
            "Security" => self.user = value("UserID"),
            "Data" => self.names.push(value("Name").unwrap_or_default()),
            _ => {}
        }
    }

    fn element(&mut self, name: &str, text: &str) {
        match name {
            "EventID" => text.trim().clone_into(&mut self.id),
            "Level" => self.level = text.trim().parse().ok(),
            "Task" => self.task = text.trim().parse().ok(),
            "EventRecordID" => self.record_id = text.trim().parse().ok(),
            "Channel" => text.trim().clone_into(&mut self.channel),
            "Computer" => text.trim().clone_into(&mut self.computer),
            "Data" => self.strings.push(text.to_owned()),
            _ => {}
        }
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// The layout of a public posting of a whole copied event, with this project's names in it.
    pub const EVENT: &str = r#"<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">
  <System>
    <Provider Name="Service Control Manager" Guid="{555908d1-a6d7-4695-8e1e-26931d2012f4}" EventSourceName="Service Control Manager" />
    <EventID Qualifiers="16384">7036</EventID>
    <Version>0</Version>
    <Level>4</Level>
    <Task>0</Task>
    <Opcode>0</Opcode>
    <Keywords>0x8080000000000000</Keywords>
    <TimeCreated SystemTime="2016-02-25T16:59:08.4271234Z" />
    <EventRecordID>4711</EventRecordID>
    <Correlation />
    <Execution ProcessID="708" ThreadID="1936" />
    <Channel>System</Channel>
    <Computer>bh01.corp.example</Computer>
    <Security />
  </System>
  <EventData>
    <Data Name="param1">IIS Admin &amp; &#83;ervice</Data>
    <Data Name="param2">stopped</Data>
    <Binary>49004900</Binary>
  </EventData>
</Event>"#;

    #[test]
    fn exact_values() {
        let read = read(EVENT).unwrap();
        assert_eq!(read.provider, "Service Control Manager");
        assert_eq!((read.id.as_str(), read.qualifiers), ("7036", Some(16384)));
        assert_eq!(read.record_id, Some(4711));
        assert_eq!(read.strings, ["IIS Admin & Service", "stopped"]);
        assert_eq!(read.names, ["param1", "param2"]);
        assert_eq!(read.time, "2016-02-25T16:59:08.4271234Z");
        assert_eq!((read.level, read.task, read.user), (Some(4), Some(0), None));
    }

    #[test]
    fn what_is_no_event() {
        assert_eq!(super::read("<Event><System></Event>"), None);
        assert_eq!(super::read("<Event></Event>"), None);
        assert_eq!(super::read(EVENT.split_at(600).0), None);
    }
}
