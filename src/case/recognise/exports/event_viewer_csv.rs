use super::header;
use crate::case::event_columns::{Column, Form};
use crate::case::recognise::{Format, Head, Recognised};

/// `Level,Date and Time,Source,Event ID,Task Category` in any of the known languages, order and delimiter; the
/// Security log has `Keywords` instead of the level.
pub fn recognise(head: &Head<'_>) -> Option<Recognised> {
    header::claim(head, Format::EventViewerCsv, Form::EventViewer, |header| {
        [Column::Time, Column::Source, Column::Id]
            .iter()
            .all(|&column| header.has(column))
    })
}

#[cfg(test)]
mod tests {
    use crate::case::recognise::{Format, Head, recognise};

    fn format(text: &str) -> Format {
        recognise(&Head::new(text.as_bytes(), text.len() as u64, false, None)).format
    }

    #[test]
    fn headers_with_and_without_rows() {
        for text in [
            "Level,Date and Time,Source,Event ID,Task Category\r\n",
            "\u{feff}Ebene;Datum und Uhrzeit;Quelle;Ereignis-ID;Aufgabenkategorie;\r\n",
            "Niveau\tDate et heure\tSource\tID de l\u{2019}événement\tCatégorie de la tâche\r\n",
            "Keywords,Date and Time,Source,Event ID,Task Category\r\n",
            "Computer,Event ID,Date and Time,Source,Log\r\n",
            "sep=,\r\nDate and Time,Source,Event ID\r\n3/14/2006 9:30:00 AM,a,348,text\r\n",
        ] {
            assert_eq!(format(text), Format::EventViewerCsv, "{text}");
        }
        let japanese = "レベル,日付と時刻,ソース,イベント ID,タスクのカテゴリ\r\n";
        let shift_jis = encoding_rs::SHIFT_JIS.encode(japanese).0;
        let head = Head::new(&shift_jis, shift_jis.len() as u64, false, None);
        assert_eq!(recognise(&head).format, Format::EventViewerCsv);
    }

    #[test]
    fn other_tables_are_left_alone() {
        for text in [
            "Level,Date,Source\n1,2006-03-14,x\n",
            "Source,User,Level\n",
            "Date and Time,Source,Event ID\nyesterday,a,b\n",
            "subject,Date and Time\n",
        ] {
            assert_eq!(format(text), Format::NotEvidence, "{text}");
        }
    }
}
