//! PowerShell's serialised objects, if any of the first is an event.

use crate::case::markup::{Kind, Tags};
use crate::case::recognise::{Format, Head, Recognised};

const NAMESPACE: &str = "http://schemas.microsoft.com/powershell/2004/04";

const RECORD: &str = "System.Diagnostics.Eventing.Reader.EventLogRecord";
const ENTRY: &str = "System.Diagnostics.EventLogEntry";

pub fn recognise(head: &Head<'_>) -> Option<Recognised> {
    let text = head.text();
    if !text
        .trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n'])
        .starts_with('<')
    {
        return None;
    }
    let mut tags = Tags::of(text);
    let first = tags.next()?;
    if first.local_name() != "Objs" || first.attribute("xmlns") != Some(NAMESPACE) {
        return None;
    }
    let names = tags.filter(|tag| tag.kind == Kind::Start && tag.name() == "T");
    let mut names = names.filter_map(|tag| text.get(tag.end..)?.split('<').next());
    let name = names.find(|name| event_type(name).is_some())?;
    let by = format!(
        "PowerShell's CLIXML with objects of {}",
        name.split('#').next()?
    );
    Some(Recognised::new(Format::PowerShellClixml, by))
}

/// Whether the type is that of an event, also where the object was brought from another machine (`Deserialized.`) or
/// some of its properties were chosen (`Selected.`); inside, the log if the name tells it, as PowerShell adds it for
/// Get-EventLog: `System.Diagnostics.EventLogEntry#System/Service Control Manager/1073748860`.
pub fn event_type(name: &str) -> Option<Option<&str>> {
    let mut name = name.trim();
    while let Some(rest) = ["Deserialized.", "Selected."]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
    {
        name = rest;
    }
    if name == RECORD {
        return Some(None);
    }
    match name.strip_prefix(ENTRY)? {
        "" => Some(None),
        rest => {
            let log = rest.strip_prefix('#')?.split('/').next();
            Some(log.filter(|log| !log.is_empty()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::event_type;
    use crate::case::recognise::{Format, Head, recognise};

    fn format(kind: &str) -> Format {
        let text = format!(
            "\u{feff}<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">\r\n  \
             <Obj RefId=\"0\">\r\n    <TN RefId=\"0\">\r\n      <T>{kind}</T>\r\n      <T>System.Object</T>"
        );
        recognise(&Head::new(text.as_bytes(), text.len() as u64, false, None)).format
    }

    #[test]
    fn events_by_their_type() {
        for kind in [
            "System.Diagnostics.Eventing.Reader.EventLogRecord",
            "Deserialized.System.Diagnostics.Eventing.Reader.EventLogRecord",
            "Selected.System.Diagnostics.Eventing.Reader.EventLogRecord",
            "System.Diagnostics.EventLogEntry#system/EventLog/6005",
            "Selected.System.Diagnostics.EventLogEntry",
        ] {
            assert_eq!(format(kind), Format::PowerShellClixml, "{kind}");
        }
        for kind in [
            "System.Diagnostics.Eventing.Reader.EventLogConfiguration",
            "System.Diagnostics.EventLogEntryCollection",
            "System.Diagnostics.Process",
            "",
        ] {
            assert_eq!(format(kind), Format::NotEvidence, "{kind}");
        }
    }

    #[test]
    fn the_type_tells_the_log() {
        let name = "System.Diagnostics.EventLogEntry#System/Service Control Manager/1073748860";
        assert_eq!(event_type(name), Some(Some("System")));
        assert_eq!(event_type("System.Diagnostics.EventLogEntry"), Some(None));
        assert_eq!(event_type("System.Diagnostics.EventLogEntries"), None);
    }
}
