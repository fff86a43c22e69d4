use std::borrow::Cow;

use crate::case::event_rows;
use crate::case::recognise::text::is_text;
use crate::case::recognise::{Format, Head, Recognised};
use crate::case::{event_words, names};
use crate::evidence::model::Level;

/// Records that are looked at.
const RECORDS: usize = 16;

/// Sources that only Windows has, in lower case; they are the same in every language.
const SOURCES: [&str; 10] = [
    "application popup",
    "dcom",
    "esent",
    "eventlog",
    "netlogon",
    "scecli",
    "service control manager",
    "smtpsvc",
    "userenv",
    "w32time",
];

/// Nine fields without a header: only the shape of its records tells it. Fewer than half of those looked at may be
/// damaged, but not the first.
pub fn recognise(head: &Head<'_>) -> Option<Recognised> {
    if !is_text(head) {
        return None;
    }
    let cut = (head.bytes.len() as u64) < head.length;
    let text = match cut {
        true => head.text().rsplit_once('\n')?.0,
        false => head.text(),
    };
    let (delimiter, _) = event_rows::delimiter(text)?;
    let records: Vec<&str> = text
        .lines()
        .filter(|line| event_rows::begins(line, delimiter).is_some())
        .take(RECORDS)
        .collect();
    // What stands before the first record can only be its header or a `sep=` line.
    let before = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .take_while(|line| event_rows::begins(line, delimiter).is_none());
    if before.count() > 2 {
        return None;
    }
    let shaped = |line: &&str| {
        let (cells, _) = event_rows::split(line, delimiter);
        has_shape(&cells).then(|| is_telling(&cells))
    };
    let shapes: Vec<Option<bool>> = records.iter().map(shaped).collect();
    let fitting = shapes.iter().flatten().count();
    let claimed = shapes.first().is_some_and(Option::is_some)
        && fitting * 2 > records.len()
        && shapes.contains(&Some(true));
    let by = || {
        format!(
            "{fitting} of its first {} records have the nine fields of Windows 2003's Event Viewer",
            records.len()
        )
    };
    claimed.then(|| Recognised::new(Format::EventViewer2003, by()))
}

/// Date, time, source, type, category, event, user, computer.
fn has_shape(cells: &[Cow<'_, str>]) -> bool {
    let [_, _, source, kind, category, id, user, computer] = cells else {
        return false;
    };
    let is_word = |text: &str| {
        let text = text.trim();
        (1..=40).contains(&text.chars().count())
            && text
                .chars()
                .all(|c| c.is_alphabetic() || matches!(c, ' ' | '\'' | '\u{2019}' | '-'))
    };
    let id = id.trim();
    let is_id = (1..=10).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit());
    let is_host = |text: &str| {
        // A host may be called as an everyday word, which names of folders may not.
        let text = text.trim();
        let short = text.len() <= 15 && text.bytes().all(|b| b.is_ascii_alphanumeric());
        names::is_host_like(text) || (short && text.bytes().any(|b| b.is_ascii_alphabetic()))
    };
    !source.trim().is_empty()
        && is_word(kind)
        && !category.trim().is_empty()
        && is_id
        && !user.trim().is_empty()
        && is_host(computer)
}

/// Whether a row of that shape can hardly be another table's: its type is a severity in a known language, or its
/// source is one of Windows.
fn is_telling(cells: &[Cow<'_, str>]) -> bool {
    let [_, _, source, kind, ..] = cells else {
        return false;
    };
    let source = source.trim().to_lowercase();
    let severity = matches!(
        event_words::level(kind),
        Some(Level::Error | Level::Warning | Level::Information)
    );
    severity
        || SOURCES.contains(&source.as_str())
        || source.starts_with("msexchange")
        || (source == "security" && event_words::level(kind).is_some())
}

#[cfg(test)]
mod tests {
    use crate::case::recognise::{Format, Head, recognise};

    fn format(text: &str) -> Format {
        recognise(&Head::new(text.as_bytes(), text.len() as u64, false, None)).format
    }

    #[test]
    fn records_of_every_delimiter_and_language() {
        for text in [
            "3/14/2006,9:30:00 AM,MSExchangeTransport,Error,Exchange Store Driver ,348,N/A,BH01,A message\r\n",
            "14.03.2006\t09:30:00\tMSExchangeTransport\tFehler\tKeine\t348\tNicht zutreffend\tBH01\tText\r\n",
            "\u{feff}14/03/2006;9:30:00;EventLog;Informations;Aucun;6005;N/A;BH01;\"a \"\"b\"\"\r\nc\"\r\n",
            "\"2006/03/14\",\"9:30:00\",\"DCOM\",\"エラー\",\"なし\",\"10016\",\"N/A\",\"BH01\",\"x\"\r\n",
            // A language whose words nobody told us.
            "14.3.2006;9.30.00;a;Virhe;Ei;1;E;BH01;x\n14.3.2006;9.30.00;DCOM;Virhe;Ei;1;E;BH01;x\n",
        ] {
            assert_eq!(format(text), Format::EventViewer2003, "{text}");
        }
    }

    #[test]
    fn other_rows_are_left_alone() {
        for text in [
            &"2006-03-14,09:30:00,widget,blue,large,12,smith,shop,paid\n".repeat(9),
            &"2006-03-14,09:30:00,widget,None,large,12,smith,shop1,paid\n".repeat(9),
            "3/14/2006,9:30:00 AM,MSExchangeTransport,Error,x,abc,N/A,BH01,y\n",
            "#Software: Microsoft Internet Information Services 6.0\n#Fields: date time c-ip\n\
             2006-03-14 09:30:00 10.0.0.1 GET / - 80 - 200\n",
            "[03/14/2006 09:30:00.0000] [0] Starting setup, checking, all, of, 12, parts, here\n",
        ] {
            assert_eq!(format(text), Format::NotEvidence, "{text}");
        }
    }

    /// Rows that begin with a date and a time, too.
    #[test]
    fn tracking_logs_are_left_to_their_own_reader() {
        let text = "# Message Tracking Log File\n# Date\tTime\tclient-ip\n\
                    2006-3-14\t9:30:0 GMT\t10.0.0.1\th\tp\t1019\t-\tBH01\n";
        assert_eq!(format(text), Format::Tracking2003);
    }

    /// The same number of fields, in the order of dumpel.
    #[test]
    fn dumpel_is_left_to_its_own_reader() {
        let text = "3/14/2006,9:30:00 AM,1,0,348,N/A,MSExchangeTransport,BH01,x\n";
        assert_eq!(format(text), Format::Dumpel);
    }

    #[test]
    fn damage_does_not_hide_a_log() {
        let row = "3/14/2006,9:30:00 AM,DCOM,Error,None,10016,N/A,BH01,text\nmore text\n";
        let damaged = format!("{row}3/14/2006,9:30:00 AM,DC\n{row}{row}");
        assert_eq!(format(&damaged), Format::EventViewer2003);
    }
}
