use super::header;
use crate::case::event_columns::{Column, Form};
use crate::case::recognise::{Format, Head, Recognised};

/// Fields of Log Parser's EVT input (documentation.help/Log-Parser/EVT_Fields), all or a selection. `TimeGenerated`
/// and `EventID` are PowerShell's names too; at least one other must be Log Parser's own.
pub fn recognise(head: &Head<'_>) -> Option<Recognised> {
    header::claim(head, Format::LogParserCsv, Form::LogParser, |header| {
        const OWN: [Column; 6] = [
            Column::Source,
            Column::Strings,
            Column::EventType,
            Column::Level,
            Column::Log,
            Column::RecordNumber,
        ];
        header.has(Column::Time)
            && header.has(Column::Id)
            && OWN.iter().any(|&column| header.has(column))
    })
}

#[cfg(test)]
mod tests {
    use crate::case::recognise::{Format, Head, recognise};

    fn format(text: &str) -> Format {
        recognise(&Head::new(text.as_bytes(), text.len() as u64, false, None)).format
    }

    #[test]
    fn whole_rows_and_selections() {
        for text in [
            "EventLog,RecordNumber,TimeGenerated,TimeWritten,EventID,EventType,EventTypeName,EventCategory,\
             EventCategoryName,SourceName,Strings,ComputerName,SID,Message,Data\r\n",
            "TimeGenerated\tEventID\tSourceName\tStrings\n",
            "TimeGenerated,EventID,Strings\n2006-03-14 09:30:00,348,<a@b>|0x0\n",
        ] {
            assert_eq!(format(text), Format::LogParserCsv, "{text}");
        }
        assert_ne!(
            format("TimeGenerated,EventID,Message\n2006-03-14 09:30:00,348,x\n"),
            Format::LogParserCsv
        );
    }
}
