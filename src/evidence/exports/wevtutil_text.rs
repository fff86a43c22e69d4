//! `wevtutil qe … /f:text`: blocks of labelled lines, the message at the end of each.
//!
//! `Event[0]:` (later builds without the colon), labels behind two blanks, `Description:` alone on its line, then the
//! message flush left and a blank line. The labels stay English where the levels are not: samples from English and
//! Chinese Windows in public notes on the command. `Date:` is ISO 8601, of early builds without an offset (local
//! time), of later ones with seven digits and `Z`.

use super::level;
use super::lines::{self, Excerpt};
use super::record::{self, ExportRecord, ExportTime};
use super::sink::Sink;
use crate::evidence::model::Level;
use crate::evidence::problems::{ExportFault, RowFault};

pub fn parse(text: &str, sink: &mut Sink<'_>) {
    let mut block: Option<Block<'_>> = None;
    let (mut row, mut before) = (0, 0_u64);
    let mut zulu = false;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line = line.trim_end();
        if is_header(line, lines.clone().next()) {
            if let Some(done) = block.take() {
                zulu |= done.finish(sink);
            }
            row += 1;
            block = Some(Block::new(row, line));
        } else {
            match &mut block {
                Some(block) => block.add(line),
                None => before += u64::from(!line.trim().is_empty()),
            }
        }
    }
    if let Some(last) = block {
        if last.message.is_none() {
            sink.fault(ExportFault::Cut {
                at: format!("event {row} of the file"),
            });
        }
        zulu |= last.finish(sink);
    }
    if before > 0 {
        sink.note(format_args!(
            "{before} lines before the first event are no part of one."
        ));
    }
    if zulu {
        sink.note(
            "Its times end in Z and are taken as UTC; that wevtutil means UTC by it is inferred.",
        );
    }
}

/// `Event[12]:`, with the line after it: a message may hold such a line too.
fn is_header(line: &str, next: Option<&str>) -> bool {
    let number = line
        .strip_prefix("Event[")
        .and_then(|rest| rest.trim_end_matches(':').strip_suffix(']'));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
        && next.is_some_and(|next| next.starts_with("  Log Name:"))
}

#[derive(Default)]
struct Block<'t> {
    row: u64,
    shown: Excerpt<'t>,
    log: &'t str,
    source: &'t str,
    date: &'t str,
    id: &'t str,
    task: &'t str,
    level: &'t str,
    user: &'t str,
    user_name: &'t str,
    computer: &'t str,
    /// The lines after `Description:`, once it has come.
    message: Option<Vec<&'t str>>,
}

impl<'t> Block<'t> {
    fn new(row: u64, header: &'t str) -> Self {
        let mut block = Self {
            row,
            ..Self::default()
        };
        block.shown.add(header);
        block
    }

    fn add(&mut self, line: &'t str) {
        if let Some(message) = &mut self.message {
            return message.push(line);
        }
        self.shown.add(line);
        let Some((label, value)) = line.trim_start().split_once(':') else {
            return;
        };
        let value = value.trim();
        match label {
            "Log Name" => self.log = value,
            "Source" => self.source = value,
            "Date" => self.date = value,
            "Event ID" => self.id = value,
            "Task" => self.task = value,
            "Level" => self.level = value,
            "User" => self.user = value,
            "User Name" => self.user_name = value,
            "Computer" => self.computer = value,
            "Description" => self.message = Some(vec![value]),
            _ => {}
        }
    }

    /// Hands the record over; whether its time claims to be UTC.
    fn finish(self, sink: &mut Sink<'_>) -> bool {
        match self.record() {
            Ok(record) => {
                sink.add(record, &self.shown.text());
                self.date.ends_with('Z')
            }
            Err(fault) => {
                sink.fail(self.row, fault, &self.shown.text());
                false
            }
        }
    }

    fn record(&self) -> Result<ExportRecord, RowFault> {
        let broken = || RowFault::Other("it breaks off before its message".to_owned());
        let message = self.message.as_deref().ok_or_else(broken)?;
        let source = lines::given(self.source).ok_or(RowFault::NoSource)?;
        let date = lines::given(self.date).ok_or(RowFault::NoTime)?;
        let id = lines::given(self.id).ok_or(RowFault::NoId)?;
        let (id, qualifiers) =
            record::event_id(id).ok_or_else(|| RowFault::BadId(id.to_owned()))?;
        let owned = |value: &str| lines::given(value).map(str::to_owned);
        Ok(ExportRecord {
            qualifiers,
            log: owned(self.log),
            computer: owned(self.computer),
            level: level::from_word(self.level).unwrap_or(Level::Always),
            category: lines::category(self.task),
            user: owned(self.user).or_else(|| owned(self.user_name)),
            text: lines::message(message).filter(|text| text != "N/A"),
            ..ExportRecord::new(self.row, ExportTime::Text(date.to_owned()), source, id)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::lines::trial::{events, read};
    use super::*;

    /// Two events in the layout of public samples, with this project's names in them.
    const SAMPLE: &str = "Event[0]:\r\n  Log Name: System\r\n  Source: Service Control Manager\r\n  \
        Date: 2016-12-22T05:29:02.512\r\n  Event ID: 7036\r\n  Task: N/A\r\n  Level: Information\r\n  \
        Opcode: N/A\r\n  Keyword: Classic\r\n  User: S-1-5-18\r\n  User Name: NT AUTHORITY\\SYSTEM\r\n  \
        Computer: BH01\r\n  Description: \r\nThe IIS Admin Service service entered the stopped state.\r\n\r\n\
        Event[1]:\r\n  Log Name: Application\r\n  Source: MSExchangeTransport\r\n  \
        Date: 2016-12-22T05:30:02.000\r\n  Event ID: 348\r\n  Task: 3\r\n  Level: 信息\r\n  Opcode: N/A\r\n  \
        Keyword: Classic\r\n  User: N/A\r\n  User Name: N/A\r\n  Computer: BH01\r\n  Description: \r\n\
        A message could not be virus scanned - this operation will be retried later.\r\n\
        Internet Message ID <a@b>,\r\n\r\nError Code 0x0.\r\n\r\n";

    #[test]
    fn early_builds_write_local_time() {
        let reading = read(parse, "x.txt", SAMPLE);
        assert_eq!((reading.records, reading.damaged), (2, 0));
        let events = events(&reading);
        let [(service, at), (scan, _)] = events.as_slice() else {
            panic!("{events:?}");
        };
        assert_eq!(at, "2016-12-22T05:29:02.512");
        assert_eq!((service.id, service.level), (7036, Level::Information));
        assert_eq!((&*service.computer, &*service.channel), ("BH01", "System"));
        assert_eq!(service.user.as_deref(), Some("S-1-5-18"));
        assert_eq!(
            service.text.as_deref(),
            Some("The IIS Admin Service service entered the stopped state.")
        );
        assert_eq!((scan.category, scan.user.as_deref()), (Some(3), None));
        let text = scan.text.as_deref().unwrap();
        assert!(text.ends_with("<a@b>,\n\nError Code 0x0."), "{text}");
    }

    #[test]
    fn later_builds_write_seven_digits_and_z() {
        let text = SAMPLE
            .replace("]:\r", "]\r")
            .replace("02.512", "02.5120000Z")
            .replace("02.000", "02.0000000Z");
        let reading = read(parse, "x.txt", &text);
        assert_eq!((reading.records, reading.events.len()), (2, 2));
        let at = reading.events.first().unwrap().time.at.to_string();
        assert_eq!(at, "2016-12-22T05:29:02.512000Z");
        assert!(reading.notes.iter().any(|note| note.contains("inferred")));
    }

    #[test]
    fn failing_blocks_are_counted_with_their_reason() {
        let text = SAMPLE.replace("Event ID: 7036", "Event ID: many");
        let reading = read(parse, "x.txt", &text);
        assert_eq!((reading.records, reading.damaged), (1, 1));
        let cut = SAMPLE.get(..SAMPLE.len() - 200).unwrap();
        let reading = read(parse, "x.txt", cut);
        assert_eq!((reading.records, reading.damaged), (1, 1));
        assert!(
            reading
                .problems
                .iter()
                .any(|p| p.what.contains("ends inside"))
        );
    }

    #[test]
    fn a_header_inside_a_message_is_text() {
        let text = SAMPLE.replace("Error Code", "Event[7]:\r\nError Code");
        assert_eq!(read(parse, "x.txt", &text).records, 2);
    }

    proptest! {
        #[test]
        fn shuffled_and_cut_samples_give_no_more_than_they_hold(
            order in proptest::collection::vec(0_usize..28, 0..60), cut in 0_usize..2000,
        ) {
            let pieces: Vec<&str> = SAMPLE.split_inclusive('\n').collect();
            let text: String = order.iter().filter_map(|at| pieces.get(*at).copied()).collect();
            let text: String = text.chars().take(cut).collect();
            let reading = read(parse, "x.txt", &text);
            prop_assert!(reading.records <= text.matches("Event[").count() as u64);
        }
    }
}
