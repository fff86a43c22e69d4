//! `dumpel.exe` of the Windows NT and 2000 Resource Kits: one line a record, without header.
//!
//! KB Q129266: date, time, type, category, event id, user, source, computer, strings; tabs between them (the article's
//! sample line is one with tabs of four), or commas with `-c`. The insertion strings, not the message, come last: with
//! `-t` a tab between them, else blanks, which strings may hold themselves. Times are local.

use super::level;
use super::lines;
use super::record::{self, ExportRecord, ExportTime};
use super::sink::Sink;
use crate::case::time_text;
use crate::evidence::model::{JOINED_STRINGS, Level};
use crate::evidence::problems::RowFault;

/// Fields before the strings.
const FIXED: usize = 8;

pub fn parse(text: &str, sink: &mut Sink<'_>) {
    let delimiter = text.lines().find_map(delimiter_of).unwrap_or('\t');
    let fields = |line: &str| line.split(delimiter).count();
    let apart = delimiter == '\t'
        && text
            .lines()
            .any(|line| is_row(line, delimiter) && fields(line) > FIXED + 1);
    let mut pending: Option<(Row, String)> = None;
    let (mut row, mut joined) = (0, 0_u64);
    for line in text.lines() {
        let line = line.trim_end_matches(['\r', '\n']);
        if is_row(line, delimiter) {
            row += 1;
            let next = Row::new(row, line, delimiter, apart);
            if let Some((done, shown)) = pending.replace((next, line.to_owned())) {
                joined += done.finish(&shown, sink);
            }
        } else if let Some((open, _)) = &mut pending {
            open.go_on(line);
        } else if !line.trim().is_empty() {
            row += 1;
            let found = fields(line);
            sink.fail(
                row,
                RowFault::Fields {
                    found,
                    expected: FIXED + 1,
                },
                line,
            );
        }
    }
    if let Some((done, shown)) = pending {
        joined += done.finish(&shown, sink);
    }
    sink.note("dumpel writes insertion strings, not messages.");
    if joined > 0 {
        sink.note(format_args!(
            "In {joined} records blanks stand between the strings: they are told apart where the event is known \
             (dumpel -t keeps them apart)."
        ));
    }
}

/// The delimiter of a line that has the shape of a record.
fn delimiter_of(line: &str) -> Option<char> {
    ['\t', ',']
        .into_iter()
        .find(|delimiter| is_row(line, *delimiter))
}

/// Date, time, and three numbers of which the first is an event type (winnt.h).
fn is_row(line: &str, delimiter: char) -> bool {
    let fields: Vec<&str> = line.splitn(FIXED + 1, delimiter).map(str::trim).collect();
    let [date, time, kind, category, id, _, source, computer, ..] = fields.as_slice() else {
        return false;
    };
    let number = |field: &str| field.parse::<u16>().is_ok();
    matches!(*kind, "0" | "1" | "2" | "4" | "8" | "16")
        && number(category)
        && number(id)
        && !source.is_empty()
        && !computer.is_empty()
        && time_text::has_shape(&format!("{date} {time}"))
}

/// A record as far as it was read; a string may go on in the next lines.
struct Row {
    number: u64,
    record: Result<ExportRecord, RowFault>,
    /// Blanks, not tabs, stand between the strings.
    joined: bool,
}

impl Row {
    fn new(row: u64, line: &str, delimiter: char, apart: bool) -> Self {
        let mut fields = line.split(delimiter);
        let mut next = || fields.next().unwrap_or("").trim().to_owned();
        let (date, time) = (next(), next());
        let (kind, category, id) = (next(), next(), next());
        let (user, source, computer) = (next(), next(), next());
        let strings: Vec<String> = if apart {
            let mut strings: Vec<String> = fields.map(str::to_owned).collect();
            // The line may end with a tab.
            if strings.last().is_some_and(|last| last.trim().is_empty()) {
                strings.pop();
            }
            strings
        } else {
            let mut rest = String::new();
            for (index, field) in fields.enumerate() {
                if index > 0 {
                    rest.push(delimiter);
                }
                rest.push_str(field);
            }
            let rest = rest.trim();
            if rest.is_empty() {
                Vec::new()
            } else {
                vec![rest.to_owned()]
            }
        };
        let joined = !apart;
        let record = match record::event_id(&id) {
            None => Err(RowFault::BadId(id)),
            Some((id, qualifiers)) => Ok(ExportRecord {
                qualifiers,
                computer: lines::given(&computer).map(str::to_owned),
                level: kind
                    .parse()
                    .ok()
                    .and_then(level::from_event_type)
                    .unwrap_or(Level::Always),
                category: category.parse().ok(),
                user: lines::given(&user).map(str::to_owned),
                strings,
                ..ExportRecord::new(row, ExportTime::Text(format!("{date} {time}")), &source, id)
            }),
        };
        Self {
            number: row,
            record,
            joined,
        }
    }

    fn go_on(&mut self, line: &str) {
        if let Ok(record) = &mut self.record {
            match record.strings.last_mut() {
                Some(last) => {
                    last.push('\n');
                    last.push_str(line);
                }
                None if !line.trim().is_empty() => record.strings.push(line.to_owned()),
                None => {}
            }
        }
    }

    /// Hands the record over; 1 if its strings are joined.
    fn finish(self, shown: &str, sink: &mut Sink<'_>) -> u64 {
        let mut record = match self.record {
            Ok(record) => record,
            Err(fault) => {
                sink.fail(self.number, fault, shown);
                return 0;
            }
        };
        if let Some(last) = record.strings.last_mut() {
            last.truncate(last.trim_end().len());
        }
        let joined = self.joined
            && record
                .strings
                .iter()
                .any(|string| string.contains(char::is_whitespace));
        if joined {
            record.names = vec![JOINED_STRINGS.to_owned()];
        }
        sink.add(record, shown);
        u64::from(joined)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::lines::trial::{events, read};
    use super::*;

    /// The first line is that of KB Q129266.
    const SAMPLE: &str = "4/11/95\t4:58:39 AM\t1\t0\t1016\tN/A\tDhcpServer\tREDIPSRVP2\t%%20013 \r\n\
        3/14/2006\t9:30:00 AM\t4\t0\t7036\tN/A\tService Control Manager\tBH01\tIIS Admin Service stopped \r\n\
        3/14/2006\t9:31:00 AM\t1\t3\t348\tCORP\\jo\tMSExchangeTransport\tBH01\t<a@b> 0x0\r\nmore of it\r\n";

    #[test]
    fn tabs_and_joined_strings() {
        let reading = read(parse, "x.txt", SAMPLE);
        assert_eq!((reading.records, reading.damaged), (3, 0));
        let events = events(&reading);
        let [(dhcp, at), (service, _), (scan, _)] = events.as_slice() else {
            panic!("{events:?}");
        };
        assert_eq!(at, "4/11/95 4:58:39 AM");
        assert_eq!(
            (&*dhcp.provider, &*dhcp.computer),
            ("DhcpServer", "REDIPSRVP2")
        );
        assert_eq!((dhcp.id, dhcp.level), (1016, Level::Error));
        assert_eq!(
            (dhcp.strings.as_slice(), dhcp.names.len()),
            (&["%%20013".to_owned()][..], 0)
        );
        assert_eq!(service.strings, ["IIS Admin Service stopped"]);
        assert_eq!(service.names, [JOINED_STRINGS]);
        assert_eq!(scan.strings, ["<a@b> 0x0\nmore of it"]);
        assert_eq!(
            (scan.category, scan.user.as_deref()),
            (Some(3), Some("CORP\\jo"))
        );
    }

    #[test]
    fn commas_and_strings_kept_apart() {
        let commas = SAMPLE.replace('\t', ",");
        assert_eq!(read(parse, "x.txt", &commas).records, 3);
        let apart = SAMPLE
            .replace("Service stopped", "Service\tstopped")
            .replace("> 0x0", ">\t0x0");
        let reading = read(parse, "x.txt", &apart);
        let strings: Vec<_> = events(&reading)
            .into_iter()
            .map(|(event, _)| event.strings)
            .collect();
        assert_eq!(strings.get(1).unwrap(), &["IIS Admin Service", "stopped"]);
        assert_eq!(strings.get(2).unwrap(), &["<a@b>", "0x0\nmore of it"]);
    }

    #[test]
    fn lines_before_the_first_record_are_failed_rows() {
        let reading = read(
            parse,
            "x.txt",
            &format!("Dump successfully completed\n{SAMPLE}"),
        );
        assert_eq!((reading.records, reading.damaged), (3, 1));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[\t0-9/:, AMNx\n]{0,200}") {
            let reading = read(parse, "x.txt", &text);
            prop_assert!(reading.records <= text.lines().count() as u64);
        }

        #[test]
        fn cut_samples_give_no_more_than_they_hold(cut in 0_usize..300) {
            let text: String = SAMPLE.chars().take(cut).collect();
            prop_assert!(read(parse, "x.txt", &text).records <= 3);
        }
    }
}
