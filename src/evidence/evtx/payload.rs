//! What an event carries: insertion strings of classic events, named values of later ones.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// Strings in order, empty ones kept, with their names where the event names any.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Payload {
    pub strings: Vec<String>,
    pub names: Vec<String>,
    /// The rendered message, in logs forwarded or saved with their texts.
    pub text: Option<String>,
}

impl Payload {
    /// Adds a string. Names are kept from the first one on: strings before it get an empty one.
    pub fn add(&mut self, value: String, name: String) {
        if !name.is_empty() || !self.names.is_empty() {
            self.names.resize(self.strings.len(), String::new());
            self.names.push(name);
        }
        self.strings.push(value);
    }
}

/// Reads what follows `</System>`: `EventData`, `UserData`, `RenderingInfo`.
///
/// Of `EventData` every `Data` is a string (`Binary` is none); of `UserData` and other parts, every element
/// without children is a value under its own name.
pub fn read(xml: &[u8]) -> Payload {
    let mut scan = Scan::default();
    let xml = String::from_utf8_lossy(xml);
    let mut reader = Reader::from_str(&xml);
    reader.config_mut().check_end_names = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => scan.open(&tag),
            Ok(Event::Empty(tag)) => {
                scan.open(&tag);
                scan.close();
            }
            Ok(Event::End(_)) => scan.close(),
            Ok(Event::Text(text)) => scan.push(&text),
            Ok(Event::CData(text)) => scan.push(&text),
            Ok(Event::GeneralRef(name)) => scan.push(&resolve(&name)),
            // Broken XML cannot come from the evtx crate; what was read so far stands.
            Ok(Event::Eof) | Err(_) => return scan.payload,
            Ok(_) => {}
        }
    }
}

/// What a reference stands for; as it is written where it stands for nothing.
pub fn resolve(name: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = name.resolve_char_ref() {
        return character.to_string();
    }
    resolve_predefined_entity(name).map_or_else(|| format!("&{};", &**name), str::to_owned)
}

/// Takes the elements that follow `</System>`, one after the other.
#[derive(Default)]
pub struct Scan {
    /// Names of the open elements, and whether each has had a child element.
    open: Vec<(String, bool)>,
    /// Value of the `Name` attribute of the innermost element.
    label: Option<String>,
    text: String,
    pub payload: Payload,
}

impl Scan {
    pub fn open(&mut self, tag: &BytesStart<'_>) {
        if let Some(parent) = self.open.last_mut() {
            parent.1 = true;
        }
        let name = tag.local_name().as_ref().to_owned();
        self.open.push((name, false));
        self.label = tag
            .try_get_attribute("Name")
            .ok()
            .flatten()
            .map(|attribute| super::system::unescape(attribute.value.as_bytes()).into_owned());
        self.text.clear();
    }

    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub fn close(&mut self) {
        let Some((name, has_children)) = self.open.pop() else {
            return;
        };
        let text = std::mem::take(&mut self.text);
        let label = self.label.take();
        match self.open.first().map(|(part, _)| part.as_str()) {
            Some("EventData") if name == "Data" => {
                self.payload.add(text, label.unwrap_or_default())
            }
            Some("RenderingInfo") if name == "Message" => self.payload.text = Some(text),
            Some("EventData" | "RenderingInfo") | None => {}
            Some(_) if !has_children => self.payload.add(text, name),
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(xml: &str) -> (Vec<String>, Vec<String>) {
        let payload = read(xml.as_bytes());
        (payload.strings, payload.names)
    }

    #[test]
    fn classic_strings_keep_their_places() {
        let (strings, names) = strings(
            "<EventData><Data>&lt;a@b&gt;</Data><Data></Data><Data/><Data>x&#13;&amp;y</Data><Binary>00FF</Binary></EventData></Event>",
        );
        assert_eq!(strings, ["<a@b>", "", "", "x\r&y"]);
        assert!(names.is_empty());
    }

    #[test]
    fn named_values_have_names_of_equal_number() {
        let (strings, names) =
            strings("<EventData><Data>x</Data><Data Name=\"param2\">stopped</Data></EventData>");
        assert_eq!(
            (strings, names),
            (
                vec!["x".into(), "stopped".into()],
                vec![String::new(), "param2".into()]
            )
        );
    }

    #[test]
    fn user_data_gives_its_leaves() {
        let (strings, names) = strings(
            "<UserData><Log xmlns=\"y\"><Channel>System</Channel><Path/></Log></UserData></Event>",
        );
        assert_eq!(
            (strings, names),
            (
                vec!["System".to_owned(), String::new()],
                vec!["Channel".to_owned(), "Path".into()]
            )
        );
    }

    #[test]
    fn the_rendered_message_is_text_not_a_string() {
        let payload = read(b"<EventData/><RenderingInfo Culture=\"en-US\"><Message>Hello.</Message><Level>Error</Level></RenderingInfo></Event>");
        assert_eq!(
            (payload.text.as_deref(), payload.strings.len()),
            (Some("Hello."), 0)
        );
    }
}
