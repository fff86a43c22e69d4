//! The same records as `.evtx` and as XML, layouts as Windows' tools write them, and broken ones.

use evtx::{EvtxParser, ParserSettings};
use forge::evtx::{Options, samples, write};
use proptest::prelude::*;

use super::super::EVENT_XML;
use super::super::reading::{events, format, read, whats};
use crate::case::Format;
use crate::evidence::evtx::EvtxReader;
use crate::evidence::model::{Event, Level};

/// As the evtx crate shows the records of a log.
fn rendered(log: &[u8], indent: bool) -> Vec<String> {
    let settings = ParserSettings::new().indent(indent);
    let parser = EvtxParser::from_buffer(log.to_vec()).unwrap();
    let mut parser = parser.with_configuration(settings);
    let records = parser.records();
    let xml = records.map(|record| record.unwrap().data);
    xml.map(|xml| xml.split_once("?>").unwrap().1.trim().to_owned())
        .collect()
}

/// Without what hangs on the file alone.
fn uncited(events: Vec<Event>) -> Vec<Event> {
    let same = |mut event: Event| {
        event.cite.record = 0;
        event
    };
    events.into_iter().map(same).collect()
}

/// Every log that the forge knows, as the `.evtx` reader reads it and as XML in four layouts.
#[test]
fn the_same_events_as_from_evtx() {
    let mut compared = 0;
    for (name, records) in samples() {
        let log = write(&records, &Options::default()).unwrap();
        let expected = uncited(read(&EvtxReader, &log).events);
        if expected.is_empty() {
            continue;
        }
        compared += expected.len();
        let (plain, pretty) = (rendered(&log, false), rendered(&log, true));
        let layouts = [
            plain.join("\r\n"),
            format!(
                "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\r\n<Events>{}</Events>",
                plain.concat()
            ),
            format!("<Log>{}</Log>", pretty.join("\n")),
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-16\"?>{}",
                pretty.concat()
            ),
        ];
        for text in layouts {
            assert_eq!(format(&text), Format::EventXml, "{name}");
            let reading = read(&EVENT_XML, text.as_bytes());
            assert_eq!(whats(&reading), Vec::<&str>::new(), "{name}");
            assert_eq!(uncited(reading.events), expected, "{name}");
        }
    }
    assert!(compared > 1000, "{compared}");
}

/// Layout of `wevtutil qe Application /f:RenderedXml`: single quotes, no root, no line ends between the elements.
const RENDERED: &str = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>\
<Provider Name='MSExchangeTransport'/><EventID Qualifiers='49156'>348</EventID><Level>2</Level><Task>2</Task>\
<Keywords>0x80000000000000</Keywords><TimeCreated SystemTime='2006-03-14T14:30:02.000000000Z'/>\
<EventRecordID>4711</EventRecordID><Channel>Application</Channel><Computer>BH01</Computer><Security/></System>\
<EventData><Data>&lt;a@b&gt;</Data><Data></Data><Data>0x0</Data><Binary>0001</Binary></EventData>\
<RenderingInfo Culture='en-US'><Message>A message could not be virus scanned.\r\n Error Code 0x0.</Message>\
<Level>Error</Level><Task>Exchange Store Driver</Task><Opcode></Opcode><Channel></Channel><Provider></Provider>\
<Keywords><Keyword>Classic</Keyword></Keywords></RenderingInfo></Event>";

#[test]
fn rendered_events_have_their_text() {
    let found = events(&EVENT_XML, RENDERED);
    let event = found.first().unwrap();
    assert_eq!(
        (event.id, event.qualifiers, event.level, event.category),
        (348, Some(0xC004), Level::Error, Some(2))
    );
    assert_eq!(event.strings, ["<a@b>", "", "0x0"]);
    assert_eq!(
        event.text.as_deref(),
        Some("A message could not be virus scanned.\r\n Error Code 0x0.")
    );
    assert_eq!(event.time.at.to_string(), "2006-03-14T14:30:02.000000Z");
    assert_eq!(event.cite.record, 4711);
    let notes = read(&EVENT_XML, RENDERED.as_bytes()).notes;
    assert!(
        notes
            .iter()
            .any(|note| note == "Its message texts are in en-US.")
    );
}

#[test]
fn prefixes_references_and_sections() {
    let text = "<r><e:Event xmlns:e=\"http://schemas.microsoft.com/win/2004/08/events/event\"><e:System>\
        <e:Provider Name=\"Microsoft-R&amp;D\" EventSourceName='R&#38;D'/><e:EventID>1073748860</e:EventID>\
        <e:TimeCreated SystemTime=\"2006-03-14T14:30:02.5Z\"/><e:Channel>System</e:Channel>\
        <e:Computer>BH01</e:Computer></e:System><e:EventData><e:Data Name='a'>&#x41;&#0;&nosuch;&amp</e:Data>\
        <e:Data Name=\"b\"><![CDATA[<Event><System>]]></e:Data></e:EventData></e:Event></r>";
    let found = events(&EVENT_XML, text);
    let event = found.first().unwrap();
    assert_eq!(event.provider.as_ref(), "R&D");
    assert_eq!((event.id, event.qualifiers), (7036, Some(0x4000)));
    assert_eq!(event.strings, ["A&#0;&nosuch;&amp", "<Event><System>"]);
    assert_eq!((found.len(), event.names.join(",")), (1, "a,b".to_owned()));
}

#[test]
fn a_broken_element_costs_only_itself() {
    let broken = [
        (RENDERED.replace("</System>", ""), "its XML is broken"),
        (RENDERED.replace("348", "x"), "`x` is no event id"),
        (RENDERED.replace("SystemTime", "Time"), "it has no time"),
        (RENDERED.replace("14T14", "14T34"), "is no time"),
        (RENDERED.replace("Name=", "Nom="), "it has no source"),
        (
            RENDERED.replace("</Event>", ""),
            "the next one begins inside it",
        ),
        (
            RENDERED.get(..200).unwrap().to_owned(),
            "the next one begins inside it",
        ),
    ];
    for (text, what) in broken {
        let text = format!("{RENDERED}{text}{RENDERED}");
        let reading = read(&EVENT_XML, text.as_bytes());
        assert!(
            whats(&reading).concat().contains(what),
            "{what}: {:?}",
            whats(&reading)
        );
        assert_eq!((reading.records, reading.damaged), (2, 1), "{what}");
    }
}

#[test]
fn a_cut_file_says_so() {
    let cut = RENDERED.get(..RENDERED.len() - 30).unwrap();
    let reading = read(&EVENT_XML, format!("<Events>{RENDERED}{cut}").as_bytes());
    assert_eq!((reading.records, reading.damaged), (1, 1));
    assert!(
        whats(&reading)
            .concat()
            .contains("row 2 (the file ends inside it)")
    );
    let reading = read(&EVENT_XML, format!("<Events>{RENDERED}").as_bytes());
    assert_eq!((reading.records, reading.damaged), (1, 0));
    assert!(
        whats(&reading)
            .concat()
            .contains("behind event 1: it ends there")
    );
}

#[test]
fn deep_nesting_is_refused() {
    let deep = "<a>".repeat(100_000) + &"</a>".repeat(100_000);
    let text = RENDERED.replace("<Data></Data>", &deep);
    let reading = read(&EVENT_XML, format!("{text}{RENDERED}").as_bytes());
    assert_eq!((reading.records, reading.damaged), (1, 1));
}

/// Work grows with the length of the text, not with its square: this ends at once or in hours.
#[test]
fn hostile_text_takes_no_longer_than_its_length() {
    for piece in [
        "<Event><System>",
        "<Event><!--",
        "<Event><System><![CDATA[",
        "<Event a='",
        "<",
    ] {
        let text = format!("<Events>{}", piece.repeat(300_000));
        let reading = read(&EVENT_XML, text.as_bytes());
        assert_eq!(reading.records, 0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn changed_cut_and_shuffled_text_never_panics(
        changes in prop::collection::vec((0_usize..4000, "[<>&/'\"! a-z\\-]"), 0..12),
        cut in 0_usize..4200,
        pieces in prop::collection::vec(0_usize..6, 0..6),
    ) {
        let mut text = format!("<Events>{RENDERED}{RENDERED}{RENDERED}</Events>");
        for (at, with) in changes {
            if text.get(at..at + 1).is_some() {
                text.replace_range(at..at + 1, &with);
            }
        }
        text.truncate(cut);
        let reading = read(&EVENT_XML, text.as_bytes());
        prop_assert!(reading.records <= 3);
        let sixth = text.len() / 6;
        let shuffled: String = pieces.iter().filter_map(|piece| text.get(piece * sixth..(piece + 1) * sixth)).collect();
        let reading = read(&EVENT_XML, shuffled.as_bytes());
        prop_assert!(reading.records <= 6);
    }
}
