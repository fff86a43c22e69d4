use super::header;
use crate::case::event_columns::{Column, Form};
use crate::case::recognise::{Format, Head, Recognised};

/// Properties of `EventLogRecord`: all of them, or a selection that can still be read (`Select TimeCreated, Id,
/// LevelDisplayName, Message`).
pub fn recognise(head: &Head<'_>) -> Option<Recognised> {
    header::claim(head, Format::WinEventCsv, Form::WinEvent, |header| {
        header.has(Column::Time)
            && header.has(Column::Id)
            && (header.has(Column::Source) || header.has(Column::Message))
    })
}

#[cfg(test)]
mod tests {
    use crate::case::recognise::{Format, Head, recognise};

    fn format(text: &str) -> Format {
        recognise(&Head::new(text.as_bytes(), text.len() as u64, false, None)).format
    }

    #[test]
    fn whole_records_and_selections() {
        for text in [
            "#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\r\n\
             \"Message\",\"Id\",\"Version\",\"Qualifiers\",\"Level\",\"Task\",\"RecordId\",\"ProviderName\",\"TimeCreated\"\r\n",
            "\"TimeCreated\";\"Id\";\"LevelDisplayName\";\"Message\"\r\n",
            "Id\tTimeCreated\tMessage\n348\t3/14/2006 9:30:00 AM\tx\n",
        ] {
            assert_eq!(format(text), Format::WinEventCsv, "{text}");
        }
    }

    #[test]
    fn other_tables_are_left_alone() {
        for text in [
            "Id,TimeCreated,Message\nabc,3/14/2006 9:30:00 AM,x\n",
            "Id,Message\n1,x\n",
            "TimeCreated,Id\n",
        ] {
            assert_eq!(format(text), Format::NotEvidence, "{text}");
        }
    }
}
