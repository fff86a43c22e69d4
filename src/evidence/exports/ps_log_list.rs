//! Sysinternals `psloglist`: one line a record (`-s`, with `-t` another delimiter), or a block a record.
//!
//! The block form is that of the tool's own output, published whole with its version 2.81 (xCyclopedia):
//!
//! ```text
//! System log on \\BH01:
//! [4711] Service Control Manager
//!    Type:     INFORMATION
//!    Computer: BH01
//!    Time:     3/14/2006 9:30:00 AM   ID:       7036
//!    User:     NT AUTHORITY\SYSTEM
//! The IIS Admin Service service entered the stopped state.
//! ```
//!
//! The number is the record's own, the newest first. Where the message file is missing, `Message text not available.
//! Insertion strings:` stands before the strings, which blanks separate. For `-s` no output was found: number, log,
//! source, type, computer, time, id, user, text, as a public script takes its columns apart. Times are local.

use super::level;
use super::lines::{self, Excerpt};
use super::record::{self, ExportRecord, ExportTime};
use super::sink::Sink;
use crate::case::time_text;
use crate::evidence::model::{JOINED_STRINGS, Level};
use crate::evidence::problems::RowFault;

const DELIMITERS: [char; 4] = [',', '\t', ';', '|'];

pub fn parse(text: &str, sink: &mut Sink<'_>) {
    let mut open: Option<Open<'_>> = None;
    let mut section: Option<&str> = None;
    let (mut row, mut short) = (0, 0_u64);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line = line.trim_end();
        let next = if let Some(log) = log_of(line) {
            section = Some(log);
            None
        } else if is_block(line, lines.clone().next()) {
            Some(Open::block(row + 1, section, line))
        } else if let Some(fields) = DELIMITERS.iter().find_map(|d| fields(line, *d)) {
            short += 1;
            Some(Open::line(row + 1, fields))
        } else {
            match &mut open {
                Some(open) => open.add(line),
                None if is_preamble(line) => {}
                None => {
                    row += 1;
                    let fault = RowFault::Other("it begins no record".to_owned());
                    sink.fail(row, fault, line);
                }
            }
            continue;
        };
        if let Some(done) = open.take() {
            done.finish(sink);
        }
        row += u64::from(next.is_some());
        open = next;
    }
    if let Some(done) = open {
        done.finish(sink);
    }
    if short > 0 {
        sink.note("The layout of psloglist -s is inferred: no output of it was published.");
    }
}

/// `System log on \\BH01:`.
fn log_of(line: &str) -> Option<&str> {
    let (log, host) = line.strip_suffix(':')?.split_once(" log on \\\\")?;
    (!host.contains(char::is_whitespace) && !log.starts_with(' ')).then_some(log)
}

/// `[4711] Service Control Manager`, with the type on the next line.
fn is_block(line: &str, next: Option<&str>) -> bool {
    header(line).is_some() && next.is_some_and(|next| next.trim_start().starts_with("Type:"))
}

fn header(line: &str) -> Option<(u64, &str)> {
    let (number, source) = line.strip_prefix('[')?.split_once("] ")?;
    Some((number.parse().ok()?, source.trim())).filter(|(_, source)| !source.is_empty())
}

/// What the tool says before its first record.
fn is_preamble(line: &str) -> bool {
    let line = line.trim();
    line.is_empty()
        || line.to_ascii_lowercase().starts_with("psloglist v")
        || line.starts_with("Copyright (C)")
        || line.starts_with("Sysinternals")
}

/// The nine fields of a line, if number, time and id stand where they belong.
fn fields(line: &str, delimiter: char) -> Option<Vec<&str>> {
    let fields: Vec<&str> = line
        .splitn(9, delimiter)
        .map(|field| {
            let field = field.trim();
            field
                .strip_prefix('"')
                .and_then(|field| field.strip_suffix('"'))
                .unwrap_or(field)
        })
        .collect();
    let [number, _, source, kind, _, time, id, _, _] = fields.as_slice() else {
        return None;
    };
    let digits = |field: &str| !field.is_empty() && field.bytes().all(|b| b.is_ascii_digit());
    (digits(number)
        && digits(id)
        && !source.is_empty()
        && level::from_word(kind).is_some()
        && time_text::has_shape(time))
    .then_some(fields)
}

#[derive(Default)]
struct Open<'t> {
    row: u64,
    shown: Excerpt<'t>,
    number: Option<u64>,
    log: Option<&'t str>,
    source: &'t str,
    kind: &'t str,
    computer: &'t str,
    time: &'t str,
    id: &'t str,
    user: &'t str,
    message: Vec<&'t str>,
    /// The labels of a block are over.
    in_message: bool,
}

impl<'t> Open<'t> {
    fn line(row: u64, fields: Vec<&'t str>) -> Self {
        let mut of = fields.into_iter();
        let mut next = || of.next().unwrap_or("");
        Self {
            row,
            number: next().parse().ok(),
            log: lines::given(next()),
            source: next(),
            kind: next(),
            computer: next(),
            time: next(),
            id: next(),
            user: next(),
            message: vec![next()],
            in_message: true,
            shown: Excerpt::default(),
        }
    }

    fn block(row: u64, log: Option<&'t str>, line: &'t str) -> Self {
        let mut block = Self {
            row,
            log,
            ..Self::default()
        };
        if let Some((number, source)) = header(line) {
            (block.number, block.source) = (Some(number), source);
        }
        block.shown.add(line);
        block
    }

    fn add(&mut self, line: &'t str) {
        if !self.in_message {
            self.shown.add(line);
            if self.label(line) {
                return;
            }
            self.in_message = true;
        }
        self.message.push(line);
    }

    /// Takes a line of labels; whether it was one.
    fn label(&mut self, line: &'t str) -> bool {
        let Some((label, value)) = line.strip_prefix("   ").and_then(|l| l.split_once(':')) else {
            return false;
        };
        let value = value.trim();
        match label {
            "Type" => self.kind = value,
            "Computer" => self.computer = value,
            "User" => self.user = value,
            "Time" => match value.rsplit_once("ID:") {
                Some((time, id)) => (self.time, self.id) = (time.trim(), id.trim()),
                None => self.time = value,
            },
            _ => return false,
        }
        true
    }

    fn finish(self, sink: &mut Sink<'_>) {
        let shown = if self.number.is_some() && !self.shown.text().is_empty() {
            self.shown.text()
        } else {
            format!("{} {} {}", self.source, self.time, self.id)
        };
        match self.record() {
            Ok(record) => sink.add(record, &shown),
            Err(fault) => sink.fail(self.row, fault, &shown),
        }
    }

    fn record(&self) -> Result<ExportRecord, RowFault> {
        let id = lines::given(self.id).ok_or(RowFault::NoId)?;
        let (id, qualifiers) =
            record::event_id(id).ok_or_else(|| RowFault::BadId(id.to_owned()))?;
        let time = lines::given(self.time).ok_or(RowFault::NoTime)?;
        let owned = |value: &str| lines::given(value).map(str::to_owned);
        let text = lines::message(&self.message);
        let joined = text.as_deref().and_then(strings_of);
        Ok(ExportRecord {
            qualifiers,
            record_id: self.number,
            log: self.log.map(lines::log_name),
            computer: owned(self.computer),
            level: level::from_word(self.kind).unwrap_or(Level::Always),
            user: owned(self.user),
            names: joined.iter().map(|_| JOINED_STRINGS.to_owned()).collect(),
            text: text.filter(|_| joined.is_none()),
            strings: joined.into_iter().collect(),
            ..ExportRecord::new(self.row, ExportTime::Text(time.to_owned()), self.source, id)
        })
    }
}

/// The insertion strings that stand in for a message, joined by blanks.
fn strings_of(text: &str) -> Option<String> {
    let rest = text.strip_prefix("Message text not available.")?;
    let (_, strings) = rest.split_once("Insertion strings:")?;
    Some(strings.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::lines::trial::{events, read};
    use super::*;

    /// The layout of the published output, blanks at the ends of lines included; names of this project.
    const BLOCKS: &str = "\r\nPsLoglist v2.81 - local and remote event log viewer\r\n\
        Copyright (C) 2000-2019 Mark Russinovich\r\nSysinternals - www.sysinternals.com\r\n\r\n\
        System log on \\\\BH01:\r\n[513] Service Control Manager\r\n   Type:     INFORMATION \r\n   \
        Computer: BH01\r\n   Time:     9/25/2006 8:36:52 AM   ID:       7036 \r\n   User:     NT AUTHORITY\\SYSTEM\r\n\
        The IIS Admin Service service entered the stopped state.\r\n\r\n[512] Service Control Manager\r\n   \
        Type:     ERROR \r\n   Computer: BH01\r\n   Time:     9/25/2006 8:36:47 AM   ID:       7000 \r\n\
        The X service failed to start due to the following error: \r\n%%1275\r\n\r\n[511] MSExchangeTransport\r\n   \
        Type:     ERROR \r\n   Computer: BH01\r\n   Time:     9/25/2006 8:36:47 AM   ID:       348 \r\n\
        Message text not available.  Insertion strings:\r\n\t<a@b> 0x0  \r\n\r\n";

    #[test]
    fn blocks_with_numbers() {
        let reading = read(parse, "x.txt", BLOCKS);
        assert_eq!((reading.records, reading.damaged), (3, 0), "{reading:?}");
        let events = events(&reading);
        let [(state, at), (failed, _), (scan, _)] = events.as_slice() else {
            panic!("{events:?}");
        };
        assert_eq!(at, "9/25/2006 8:36:52 AM");
        assert_eq!((state.record_id, state.id), (Some(513), 7036));
        assert_eq!((&*state.channel, &*state.computer), ("System", "BH01"));
        assert_eq!(state.user.as_deref(), Some("NT AUTHORITY\\SYSTEM"));
        assert_eq!(state.level, Level::Information);
        assert_eq!(
            failed.text.as_deref(),
            Some("The X service failed to start due to the following error:\n%%1275")
        );
        assert_eq!(
            (scan.text.as_deref(), scan.strings.as_slice()),
            (None, &["<a@b> 0x0".to_owned()][..])
        );
        assert_eq!(scan.names, [JOINED_STRINGS]);
    }

    const LINES: &str = "System log on \\\\BH01:\r\n\
        513,System,Service Control Manager,INFORMATION,BH01,9/25/2006 8:36:52 AM,7036,NT AUTHORITY\\SYSTEM,The IIS Admin Service service entered the stopped state.\r\n\
        512,System,X,AUDIT SUCCESS,BH01,9/25/2006 8:36:51 AM,1,None,A, b, c\r\nand d\r\n";

    #[test]
    fn lines_with_any_delimiter() {
        for delimiter in [",", "\t", "|"] {
            let text = LINES.replace(',', delimiter);
            let reading = read(parse, "x.txt", &text);
            assert_eq!((reading.records, reading.damaged), (2, 0), "{reading:?}");
            let events = events(&reading);
            let (second, _) = events.last().unwrap();
            assert_eq!(second.record_id, Some(512));
            assert_eq!(second.text.as_deref().unwrap().lines().count(), 2);
            assert!(reading.notes.iter().any(|note| note.contains("inferred")));
        }
    }

    #[test]
    fn what_is_no_record_is_a_failed_row() {
        let reading = read(parse, "x.txt", &format!("hello\n{LINES}"));
        assert_eq!((reading.records, reading.damaged), (2, 1));
        let reading = read(parse, "x.txt", &BLOCKS.replace("ID:       348", ""));
        assert_eq!((reading.records, reading.damaged), (2, 1));
    }

    proptest! {
        #[test]
        fn shuffled_and_cut_outputs_give_no_more_than_they_hold(
            order in proptest::collection::vec(0_usize..32, 0..50), cut in 0_usize..2000,
        ) {
            let sample = [BLOCKS, LINES].concat();
            let pieces: Vec<&str> = sample.split_inclusive('\n').collect();
            let text: String = order.iter().filter_map(|at| pieces.get(*at).copied()).collect();
            let text: String = text.chars().take(cut).collect();
            let most = text.lines().filter(|l| l.starts_with('[') || l.starts_with('5')).count();
            prop_assert!(read(parse, "x.txt", &text).records <= most as u64);
        }
    }
}
