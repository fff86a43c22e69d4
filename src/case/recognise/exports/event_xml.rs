//! `<Event>` elements with a `System` part, in a root of any name or in none.

use crate::case::markup::{Kind, Tags};
use crate::case::recognise::{Format, Head, Recognised};

/// Namespace of the event schema.
const NAMESPACE: &str = "http://schemas.microsoft.com/win/2004/08/events/event";

pub fn recognise(head: &Head<'_>) -> Option<Recognised> {
    let text = head.text();
    // What Event Viewer shows as XML has `- ` before each element when it is copied.
    let begins =
        text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '\u{feff}'));
    if !begins.starts_with('<') {
        return None;
    }
    let mut tags = Tags::of(text).filter(|tag| tag.kind != Kind::End);
    let first = tags.next()?;
    let (event, by) = match first.local_name() {
        "Event" => (first, "<Event> elements without a root".to_owned()),
        root => {
            let event = tags.next().filter(|tag| tag.local_name() == "Event")?;
            (event, format!("<Event> elements in <{root}>"))
        }
    };
    if event.kind != Kind::Start || tags.next()?.local_name() != "System" {
        return None;
    }
    let of_schema = [first, event].iter().any(|tag| {
        let prefix = tag.name().rsplit_once(':').map(|(prefix, _)| prefix);
        let declared = match prefix {
            Some(prefix) => tag.attribute(&format!("xmlns:{prefix}")),
            None => tag.attribute("xmlns"),
        };
        declared == Some(NAMESPACE)
    });
    // Without the namespace: only with what every event says.
    let telling = ["Provider", "EventID", "TimeCreated"];
    let mut missing: Vec<&str> = telling.to_vec();
    for tag in tags.take_while(|tag| tag.local_name() != "Event") {
        missing.retain(|name| *name != tag.local_name());
    }
    (of_schema || missing.is_empty()).then(|| Recognised::new(Format::EventXml, by))
}

#[cfg(test)]
mod tests {
    use crate::case::recognise::{Format, Head, recognise};

    fn format(text: &str) -> Format {
        recognise(&Head::new(text.as_bytes(), text.len() as u64, false, None)).format
    }

    const XMLNS: &str = "http://schemas.microsoft.com/win/2004/08/events/event";

    #[test]
    fn every_way_to_hold_events() {
        let event = format!("<Event xmlns='{XMLNS}'><System><Provider Name='x'/>");
        let wrapped = [
            event.clone(),
            format!("<?xml version=\"1.0\" encoding=\"utf-16\"?>\r\n<Events>{event}"),
            format!("\u{feff}<!-- saved --><Log>\n  {event}"),
            event
                .replace("<System>", "\r\n- <System>")
                .replace("<Event", "- <Event"),
            format!("<e:Event xmlns:e=\"{XMLNS}\"><e:System>"),
            "<Event><System><Provider Name='x'/><EventID>1</EventID><TimeCreated/>".to_owned(),
        ];
        for text in wrapped {
            assert_eq!(format(&text), Format::EventXml, "{text}");
        }
    }

    #[test]
    fn what_merely_looks_alike_is_not_claimed() {
        for text in [
            "<Events/>",
            "<Events></Events>",
            "<Events><Event><Name>Party</Name></Event></Events>",
            "<Event><System>x</System></Event>",
            "<rss><channel><Event/></channel></rss>",
            "Notes: <Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>",
            "<Event",
        ] {
            assert_eq!(format(text), Format::NotEvidence, "{text}");
        }
    }
}
