//! `timeline.csv`: the unified timeline, one row a line.
//!
//! RFC 4180 quoting, UTF-8 without a mark, lines ended by LF. A spreadsheet would run a cell that begins with
//! `=`, `+`, `-`, `@`, a tab or a carriage return as a formula; such a cell gets a leading apostrophe, which
//! spreadsheets take as "this is text" (<https://owasp.org/www-community/attacks/CSV_Injection>). A reader that
//! wants the cell as the evidence has it strips one leading apostrophe before those characters.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::timeline::row::{COLUMNS, Row};

/// Writes the heads and every row.
pub fn write<'a>(rows: impl IntoIterator<Item = &'a Row>, out: impl Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(COLUMNS)?;
    for row in rows {
        let event_id = row.event_id.map(|id| id.to_string());
        let time = row.time.to_string();
        let cells: [&str; COLUMNS.len()] = [
            &time,
            &row.server,
            &row.kind,
            row.place.as_deref().unwrap_or_default(),
            row.message_id.as_deref().unwrap_or_default(),
            row.log.as_deref().unwrap_or_default(),
            row.provider.as_deref().unwrap_or_default(),
            event_id.as_deref().unwrap_or_default(),
            row.level.as_deref().unwrap_or_default(),
            &row.summary,
            &row.evidence,
            row.original_time.as_deref().unwrap_or_default(),
        ];
        csv.write_record(cells.map(|cell| harmless(cell).into_owned()))?;
    }
    csv.flush()
}

/// The cell, with an apostrophe before what a spreadsheet would take for a formula.
fn harmless(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    fn row(summary: &str) -> Row {
        Row {
            time: Timestamp::parse_rfc3339("2006-03-14T14:30:05Z").unwrap(),
            server: "BH01".to_owned(),
            kind: "scan_failure".to_owned(),
            place: None,
            message_id: Some("<a@b>".to_owned()),
            log: Some("Application".to_owned()),
            provider: Some("MSExchangeTransport".to_owned()),
            event_id: Some(348),
            level: Some("Error".to_owned()),
            summary: summary.to_owned(),
            evidence: "E3#4711".to_owned(),
            original_time: None,
        }
    }

    #[test]
    fn heads_and_cells_are_the_contract() {
        let mut out = Vec::new();
        write(&[row("could not be scanned, \"later\"")], &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "time,server,kind,place,message_id,log,provider,event_id,level,summary,evidence,original_time\n\
             2006-03-14T14:30:05.000000Z,BH01,scan_failure,,<a@b>,Application,MSExchangeTransport,348,Error,\
             \"could not be scanned, \"\"later\"\"\",E3#4711,\n"
        );
    }

    #[test]
    fn formulas_are_made_harmless() {
        for bad in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            let mut out = Vec::new();
            write(&[row(bad)], &mut out).unwrap();
            let mut reader = csv::Reader::from_reader(out.as_slice());
            let record = reader.records().next().unwrap().unwrap();
            assert_eq!(&record[9], format!("'{bad}"));
        }
    }
}
