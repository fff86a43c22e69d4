use super::header;
use crate::case::event_columns::{Column, Form};
use crate::case::recognise::{Format, Head, Recognised};

/// Properties of `EventLogEntry`: all of them, or a selection that can still be read.
pub fn recognise(head: &Head<'_>) -> Option<Recognised> {
    header::claim(head, Format::EventLogCsv, Form::EventLog, |header| {
        header.has(Column::Time)
            && (header.has(Column::Id) || header.has(Column::FullId))
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
    fn whole_entries_and_selections() {
        for text in [
            "#TYPE System.Diagnostics.EventLogEntry#system/Microsoft-Windows-GroupPolicy/1500\r\n\
             \"EventID\",\"MachineName\",\"Data\",\"Index\",\"Category\",\"CategoryNumber\",\"EntryType\",\"Message\",\"Source\"\
             ,\"ReplacementStrings\",\"InstanceId\",\"TimeGenerated\",\"TimeWritten\",\"UserName\",\"Site\",\"Container\"\r\n",
            "Index;TimeGenerated;EntryType;Source;InstanceID;Message\r\n",
            "EventID,TimeGenerated,Message\n348,3/14/2006 9:30:00 AM,x\n",
        ] {
            assert_eq!(format(text), Format::EventLogCsv, "{text}");
        }
        assert_eq!(
            format("EventID,TimeGenerated,Message\nx,yesterday,x\n"),
            Format::NotEvidence
        );
    }
}
