//! JSON whose first object has the properties of an event, as `Get-WinEvent` or `Get-EventLog` name them.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::case::recognise::{Format, Head, Recognised};

/// Properties of which one at least must be there, beside a time and an id.
const OF_RECORD: [&str; 6] = [
    "ProviderName",
    "LogName",
    "RecordId",
    "LevelDisplayName",
    "MachineName",
    "Message",
];
const OF_ENTRY: [&str; 4] = ["Source", "EntryType", "ReplacementStrings", "Index"];

/// More names than any event has properties.
const MOST_NAMES: usize = 200;

pub fn recognise(head: &Head<'_>) -> Option<Recognised> {
    let names = first_names(head.text());
    let has = |name: &str| names.iter().any(|found| found == name);
    let any = |of: &'static [&'static str]| of.iter().copied().find(|name| has(name));
    let telling = if has("TimeCreated") && has("Id") {
        ["TimeCreated", "Id", any(&OF_RECORD)?]
    } else {
        let time = any(&["TimeGenerated", "TimeWritten"])?;
        [time, any(&["InstanceId", "EventID"])?, any(&OF_ENTRY)?]
    };
    let by = format!(
        "JSON objects with {}, {} and {}",
        telling[0], telling[1], telling[2]
    );
    Some(Recognised::new(Format::PowerShellJson, by))
}

/// Names of the properties of the first object, as far as the text has it.
fn first_names(text: &str) -> Vec<String> {
    let blank = |c: char| c.is_whitespace() || c == '\u{feff}';
    let mut text = text.trim_start_matches(blank);
    let mut names = Vec::new();
    // An array, or one that Windows PowerShell wraps: `{"value": [`.
    for opening in ["{\"value\":[", "["] {
        let mut rest = Some(text);
        for c in opening.chars() {
            rest = rest.and_then(|rest| {
                Some(rest.strip_prefix(c)?).map(|rest| match c {
                    'a'..='z' => rest,
                    _ => rest.trim_start_matches(blank),
                })
            });
        }
        text = rest.unwrap_or(text);
    }
    if text.starts_with('{') {
        let mut source = serde_json::Deserializer::from_str(text);
        // The text may end inside the object: the names before its end are enough.
        let _ = Names(&mut names).deserialize(&mut source);
    }
    names
}

struct Names<'a>(&'a mut Vec<String>);

impl<'de> DeserializeSeed<'de> for Names<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Names<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while let Some(name) = fields.next_key::<String>()? {
            if self.0.len() < MOST_NAMES {
                self.0.push(name);
            }
            fields.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::case::recognise::{Format, Head, recognise};

    fn format(text: &str) -> Format {
        recognise(&Head::new(text.as_bytes(), text.len() as u64, false, None)).format
    }

    #[test]
    fn events_of_both_commands() {
        let record = r#"{"Id": 7036, "Properties": [{"Value": "x"}], "TimeCreated": "\/Date(1)\/", "ProviderName": "y""#;
        let entry =
            r#"{"EventID":7036,"Message":"\"Source\":","Index":1,"TimeGenerated":"\/Date(1)\/""#;
        for object in [record, entry] {
            for begin in ["", "\u{feff}", " [\r\n  ", "{\r\n  \"value\" : [ "] {
                let text = format!("{begin}{object}");
                assert_eq!(format(&text), Format::PowerShellJson, "{text}");
                assert_eq!(format(&format!("{text}, \"Mess")), Format::PowerShellJson);
            }
        }
    }

    #[test]
    fn what_merely_looks_alike_is_not_claimed() {
        for text in [
            // An event as evtx_dump writes it, a trace event, a rule about events, and a list of notes.
            r#"{"Event":{"System":{"EventID":7036,"TimeCreated":{},"Id":1,"ProviderName":"x"}}}"#,
            r#"{"Timestamp":"2017-07-20T15:57:59Z","ProviderName":"x","Id":51477,"Message":"y"}"#,
            r#"["TimeCreated","Id","ProviderName"]"#,
            r#"{"note":"{\"TimeCreated\":1,\"Id\":2,\"ProviderName\":3}"}"#,
            r#"{"Id":1,"TimeCreated":"x"}"#,
            "[",
            "{",
        ] {
            assert_eq!(format(text), Format::NotEvidence, "{text}");
        }
        let snapshot = r#"[{"schema":"temp-table-snapshot/1","messages":[{"Id":1,"TimeCreated":"x","Message":"y"}]}]"#;
        assert_eq!(format(snapshot), Format::SnapshotJson);
    }
}
