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
}
