//! One object as a small tree, and what its parts are worth.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::case::markup::unescape;
use crate::evidence::evtx::payload::resolve;
use crate::evidence::exports::powershell::{Value, without_escapes};
use crate::evidence::problems::RowFault;

/// Deeper than any depth that Export-Clixml is asked for.
const MOST_OPEN: usize = 64;
/// More elements than any event has: each of its strings takes about six.
const MOST_NODES: usize = 20_000;

/// One element.
#[derive(Debug, Default)]
pub struct Node {
    /// Kind of value (MS-PSRP 2.2.5.1): `S` text, `I32` a number, `DT` a time, `Obj` an object, …
    pub name: String,
    /// Name of the property that it is the value of.
    pub label: Option<String>,
    text: String,
    pub children: Vec<Node>,
}

impl Node {
    fn of(tag: &BytesStart<'_>) -> Self {
        let label = tag.try_get_attribute("N").ok().flatten();
        Self {
            name: tag.local_name().as_ref().to_owned(),
            label: label.map(|label| without_escapes(&unescape(&label.value)).into_owned()),
            ..Self::default()
        }
    }

    fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// As a value of a property.
    pub fn value(&self) -> Value {
        match self.name.as_str() {
            "Nil" | "Ref" => Value::Nothing,
            "DT" => Value::Time(self.text.trim().to_owned()),
            "BA" => base64(&self.text).map_or(Value::Nothing, Value::Bytes),
            "Obj" => self.object(),
            _ => Value::Text(without_escapes(&self.text).into_owned()),
        }
    }

    /// An object is a list, or has a `Value` (an insertion string, a SID), or a simple value, or at least a text.
    fn object(&self) -> Value {
        let list = ["LST", "IE", "QUE", "STK"];
        if let Some(list) = list.iter().find_map(|name| self.child(name)) {
            return Value::List(list.children.iter().map(Node::value).collect());
        }
        let properties = self.child("Props").map(|properties| &properties.children);
        let value = properties
            .into_iter()
            .flatten()
            .find(|property| property.label.as_deref() == Some("Value"));
        if let Some(value) = value {
            return value.value();
        }
        // A time that was given notes, then what an enumeration calls the value.
        let plain = ["DT", "ToString", "S", "I32"];
        plain
            .iter()
            .find_map(|name| self.child(name))
            .map_or(Value::Nothing, Node::value)
    }
}

/// Reads one object, given whole.
pub fn read(object: &str) -> Result<Node, RowFault> {
    let mut reader = Reader::from_str(object);
    reader.config_mut().allow_dangling_amp = true;
    // The first stands for the text as a whole.
    let mut open = vec![Node::default()];
    let mut nodes = 0;
    loop {
        let (tag, empty) = match reader.read_event() {
            Ok(Event::Start(tag)) => (tag, false),
            Ok(Event::Empty(tag)) => (tag, true),
            Ok(Event::End(_)) => {
                close(&mut open);
                continue;
            }
            Ok(Event::Text(text)) => {
                push(&mut open, &text);
                continue;
            }
            Ok(Event::CData(text)) => {
                push(&mut open, &text);
                continue;
            }
            Ok(Event::GeneralRef(name)) => {
                push(&mut open, &resolve(&name));
                continue;
            }
            Ok(Event::Eof) => break,
            Ok(_) => continue,
            Err(fault) => return Err(RowFault::Other(format!("its XML is broken: {fault}"))),
        };
        nodes += 1;
        if open.len() > MOST_OPEN || nodes > MOST_NODES {
            return Err(RowFault::Other("it is larger than any event".to_owned()));
        }
        open.push(Node::of(&tag));
        if empty {
            close(&mut open);
        }
    }
    match <[Node; 1]>::try_from(open) {
        Ok([mut whole]) => Ok(whole.children.pop().unwrap_or_default()),
        Err(_) => Err(RowFault::Other("it is not closed".to_owned())),
    }
}

fn push(open: &mut [Node], text: &str) {
    if let Some(node) = open.last_mut() {
        node.text.push_str(text);
    }
}

fn close(open: &mut Vec<Node>) {
    if let [.., _, _] = open.as_slice()
        && let Some(done) = open.pop()
        && let Some(parent) = open.last_mut()
    {
        parent.children.push(done);
    }
}

/// RFC 4648 base64 with padding; `None` for anything else.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let sextet = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => continue,
            _ => return None,
        };
        held = (held << 6 | u32::from(sextet)) & 0xFFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xFF).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(xml: &str) -> Value {
        read(xml).unwrap().value()
    }

    #[test]
    fn values_of_every_kind() {
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!(value("<S N='a'>x_x000A_&lt;</S>"), text("x\n<"));
        assert_eq!(value("<Nil N='a'/>"), Value::Nothing);
        // RFC 4648, section 10.
        assert_eq!(value("<BA>Zm9vYmE=</BA>"), Value::Bytes(b"fooba".to_vec()));
        assert_eq!(
            value("<Obj><TN/><ToString>Error</ToString><I32>1</I32></Obj>"),
            text("Error")
        );
        assert_eq!(
            value("<Obj><DT>2006-03-14T14:30:02Z</DT><MS><I32 N='DisplayHint'>2</I32></MS></Obj>"),
            Value::Time("2006-03-14T14:30:02Z".into())
        );
        assert_eq!(
            value(
                "<Obj><LST><S>a</S><Nil/><Obj><Props><I32 N='Value'>3</I32></Props></Obj></LST></Obj>"
            ),
            Value::List(vec![text("a"), Value::Nothing, text("3")])
        );
        assert!(read("<Obj><S>").is_err() && read(&"<Obj>".repeat(65)).is_err());
    }
}
