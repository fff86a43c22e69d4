//! What the forms made of lines share: values that say nothing, and messages of several lines.

/// Words that stand for "no value": of English Windows, and as seen on German and Spanish ones (public postings of
/// copied event details).
const NOTHING: &[&str] = &["", "n/a", "n/v", "no disponible"];

/// A value, unless it only says that there is none.
pub fn given(value: &str) -> Option<&str> {
    let value = value.trim();
    let nothing = NOTHING.contains(&value.to_lowercase().as_str());
    (!nothing).then_some(value)
}

/// The lines of a message with their line breaks, without the blank ones around it.
pub fn message(lines: &[&str]) -> Option<String> {
    let blank = |line: &&str| line.trim().is_empty();
    let first = lines.iter().position(|line| !blank(line))?;
    let last = lines.iter().rposition(|line| !blank(line))?;
    let lines: Vec<&str> = lines
        .get(first..=last)?
        .iter()
        .map(|line| line.trim_end())
        .collect();
    Some(lines.join("\n"))
}

/// A category that is shown as its number: `3`, `(3)`. Names of categories tell no number.
pub fn category(value: &str) -> Option<u16> {
    let value = value.trim();
    let inner = value
        .strip_prefix('(')
        .and_then(|value| value.strip_suffix(')'))
        .unwrap_or(value);
    inner.parse().ok()
}

/// `system` as `System`: some tools write the names of the classic logs in small letters.
pub fn log_name(name: &str) -> String {
    const CLASSIC: [&str; 3] = ["Application", "System", "Security"];
    let name = name.trim();
    let classic = CLASSIC
        .iter()
        .find(|known| known.eq_ignore_ascii_case(name));
    classic.map_or_else(|| name.to_owned(), |known| (*known).to_owned())
}

/// The first lines of a block, for the list of failing rows.
#[derive(Default)]
pub struct Excerpt<'t> {
    lines: Vec<&'t str>,
}

impl<'t> Excerpt<'t> {
    /// Lines kept: enough for the 120 characters that are shown.
    const KEPT: usize = 6;

    pub fn add(&mut self, line: &'t str) {
        if self.lines.len() < Self::KEPT && !line.trim().is_empty() {
            self.lines.push(line.trim());
        }
    }

    pub fn text(&self) -> String {
        self.lines.join(" | ")
    }
}

#[cfg(test)]
pub mod trial {
    //! Parsing a text in a test.

    use crate::case::{CaseConfig, Format, FoundFile, Source};
    use crate::evidence::ReadContext;
    use crate::evidence::exports::sink::Sink;
    use crate::evidence::model::{Event, FileId, Reading};

    /// What a parser makes of a text, with every event kept.
    pub fn read(parse: fn(&str, &mut Sink<'_>), path: &str, text: &str) -> Reading {
        let file = FoundFile {
            id: FileId(1),
            path: path.into(),
            source: Source::Memory([].into()),
            format: Format::NotEvidence,
            recognised_by: String::new(),
            bytes: 0,
        };
        let config = CaseConfig::default();
        let keep = |_: &str, _: &str, _: u16| true;
        let context = ReadContext::new(&config, &keep);
        let mut sink = Sink::new(&file, &context);
        parse(text, &mut sink);
        sink.finish()
    }

    /// All events, those of known and those of local time, and the times as written.
    pub fn events(reading: &Reading) -> Vec<(Event, String)> {
        let timed = reading.events.iter().map(|event| {
            let written = event.time.original.clone().unwrap_or_default();
            (event.clone(), written)
        });
        let local = reading.local.records.iter().filter_map(|record| {
            let event = record.event.as_ref()?;
            Some((event.as_ref().clone(), record.written.to_string()))
        });
        timed.chain(local).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_messages() {
        assert_eq!(given(" N/A "), None);
        assert_eq!(given("No disponible"), None);
        assert_eq!(given(" BH01"), Some("BH01"));
        assert_eq!(message(&["", "a  ", "", " b", " "]).unwrap(), "a\n\n b");
        assert_eq!(message(&["", " "]), None);
        assert_eq!(category("(5960)"), Some(5960));
        assert_eq!(category("None"), None);
        assert_eq!(log_name("system"), "System");
        assert_eq!(log_name("DNS Server"), "DNS Server");
    }

    /// Large and hostile texts take time in proportion to their length; a square of it would not end here.
    #[test]
    fn no_form_takes_long() {
        use super::super::{dumpel, event_details, event_query, ps_log_list, wevtutil_text};

        let block = "Event Type: E\nEvent Source: S\nEvent ID: 1\nDate: 1/2/2006\nTime: 9:30:00\nDescription:\n";
        let texts = [
            block.repeat(5_000),
            format!("{block}{}", "\n".repeat(20_000)),
            format!("{block}text\n{}", "Event Xml:\n<Event >\n".repeat(10_000)),
            format!("Event[0]:\n  Log Name: System\n  Description:\n{}", "Event[1]:\n".repeat(20_000)),
            format!("Listing the events in 'system' log of host 'A'\n{}", "\"a\",\"\n".repeat(20_000)),
            "\"Type\",\"Event\",\"Date Time\",\"Source\",\"ComputerName\"\n\"a\",\"1\",\"1/2/2006 9:30:00\",\"s\",\"\n"
                .repeat(5_000),
            "[1] S\n   Type:     ERROR\n".repeat(10_000),
            "1/2/2006\t9:30:00\t1\t0\t1\tN/A\tS\tC\t\n\n".repeat(5_000),
            "a,".repeat(200_000),
            ":".repeat(200_000),
        ];
        let parsers = [
            dumpel::parse,
            event_details::parse,
            event_query::parse,
            ps_log_list::parse,
            wevtutil_text::parse,
        ];
        for (text, parse) in texts
            .iter()
            .flat_map(|text| parsers.map(|parse| (text, parse)))
        {
            let reading = trial::read(parse, "x.txt", text);
            assert!(reading.records + reading.damaged <= text.lines().count() as u64);
        }
    }

    /// From a folder: recognised by content under names that say nothing, read, and in local time.
    #[test]
    fn every_line_form_from_a_folder() {
        use crate::case;
        use crate::evidence::{NoProgress, ReadContext, read_all};

        let text = "The IIS Admin Service service entered the stopped state.";
        let source = "Service Control Manager";
        let clipboard = format!(
            "Event Type:\tInformation\r\nEvent Source:\t{source}\r\nEvent Category:\tNone\r\nEvent ID:\t7036\r\n\
             Date:\t\t3/14/2006\r\nTime:\t\t9:30:00 AM\r\nUser:\t\tN/A\r\nComputer:\tBH01\r\nDescription:\r\n{text}\r\n"
        );
        let forms = [
            (
                "events by wevtutil (text)",
                format!(
                    "Event[0]:\r\n  Log Name: System\r\n  Source: {source}\r\n  Date: 2006-03-14T09:30:00.000\r\n  \
                 Event ID: 7036\r\n  Level: Information\r\n  Computer: BH01\r\n  Description: \r\n{text}\r\n"
                ),
            ),
            ("event details copied as text", clipboard),
            (
                "events by eventquery.vbs",
                format!(
                    "Listing the events in 'system' log of host 'BH01'\r\n\"Type\",\"Event\",\"Date Time\",\"Source\",\
                 \"ComputerName\",\"Category\",\"User\",\"Description\"\r\n\"information\",\"7036\",\
                 \"03/14/2006 09:30:00\",\"{source}\",\"BH01\",\"None\",\"N/A\",\"{text}\"\r\n"
                ),
            ),
            (
                "events by dumpel",
                format!(
                    "3/14/2006\t9:30:00 AM\t4\t0\t7036\tN/A\t{source}\tBH01\tIIS Admin Service stopped \r\n"
                ),
            ),
            (
                "events by psloglist",
                format!(
                    "17,System,{source},INFORMATION,BH01,3/14/2006 9:30:00 AM,7036,None,{text}\r\n"
                ),
            ),
        ];
        let dir = tempfile::tempdir().unwrap();
        for (at, (_, content)) in forms.iter().enumerate() {
            std::fs::write(dir.path().join(format!("{at}.txt")), content).unwrap();
        }
        let case = case::open(dir.path()).unwrap();
        let context = ReadContext::new(&case.config, &|_, _, _| true);
        let readings = read_all(&case, &context, &NoProgress);
        for ((format, _), file) in forms.iter().zip(&readings) {
            assert_eq!(file.format.as_str(), *format, "{}", file.recognised_by);
            assert_eq!(
                (file.reading.records, file.reading.damaged),
                (1, 0),
                "{format}"
            );
            let [(event, at)] = trial::events(&file.reading).try_into().unwrap();
            assert_eq!(
                (&*event.channel, &*event.computer),
                ("System", "BH01"),
                "{format}"
            );
            assert_eq!((event.id, &*event.provider), (7036, source), "{format}");
            assert!(at.contains("2006") && at.contains("30:00"), "{at}");
            assert_eq!(file.reading.local.records.len(), 1, "{format}");
        }
    }
}
