//! `analyze explain`: what claims rest on, for a terminal.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use anstyle::Style;
use stuckmail::explain::{Explanation, Piece, Point, Record};
use stuckmail::report::{format, visible, words};

use super::exit::unless_closed;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
/// Entries of one list, unless all are asked for: what is summed up fits a few screens.
const MOST_LISTED: usize = 30;
/// Kinds of records that are counted by name where not all records are listed.
const MOST_KINDS: usize = 6;
/// How far a record's own text stands in.
const INDENT: usize = 4;

/// Prints what was explained: of long lists the first few, or with `all` everything.
///
/// # Errors
/// When stdout cannot be written to.
pub fn print(explained: &[Explanation], width: usize, all: bool) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    let mut lines = Vec::new();
    let most = if all { usize::MAX } else { MOST_LISTED };
    for (number, explanation) in explained.iter().enumerate() {
        if number > 0 {
            lines.push(String::new());
        }
        let page = Page { width, most };
        lines.extend(page.of(explanation));
    }
    unless_closed(
        lines
            .iter()
            .try_for_each(|line| writeln!(out, "{line}"))
            .and_then(|()| out.flush()),
    )
}

/// Lines of so many columns. Everything that is put on it is made visible first: evidence may hold the codes by which
/// terminals are told what to do.
struct Page {
    width: usize,
    /// Entries of one list.
    most: usize,
}

impl Page {
    fn of(&self, explanation: &Explanation) -> Vec<String> {
        let sure = explanation.confidence.map_or_else(String::new, |sure| {
            format!(
                " ({} {})",
                words::confidence_mark(sure),
                words::confidence(sure)
            )
        });
        let head = format!("{}{sure}: {}", explanation.id, explanation.claim);
        let mut lines: Vec<String> = self
            .wrapped(&head, 0, 0)
            .into_iter()
            .map(|line| format!("{BOLD}{line}{BOLD:#}"))
            .collect();
        if !explanation.why.is_empty() {
            lines.extend(self.wrapped(&explanation.why, 0, 0));
        }
        lines.push(String::new());
        for Point { what, says } in &explanation.parts {
            lines.extend(self.wrapped(&format!("{what}: {says}"), 2, INDENT));
        }
        lines.extend(self.points(explanation.stays_are, &explanation.stays));
        if !explanation.chain.is_empty() {
            lines.extend(heading("What it rests on, in order of time (UTC)"));
        }
        for piece in &explanation.chain {
            lines.extend(self.piece(piece));
        }
        lines.extend(self.others(explanation));
        lines.extend(self.points("Ruled out", &explanation.ruled_out));
        lines.extend(self.points("Not ruled out", &explanation.not_ruled_out));
        if !explanation.would_change.is_empty() {
            lines.extend(heading("What would change it"));
        }
        for wanted in &explanation.would_change {
            lines.extend(self.wrapped(wanted, 2, INDENT));
        }
        lines
    }

    fn points(&self, name: &str, points: &[Point]) -> Vec<String> {
        if points.is_empty() {
            return Vec::new();
        }
        let mut lines = heading(name);
        for Point { what, says } in points.iter().take(self.most) {
            lines.extend(self.wrapped(&format!("{what}: {says}"), 2, INDENT));
        }
        let more = points.len().saturating_sub(self.most) as u64;
        if more > 0 {
            let more = format!("and {} more, with --all", format::count(more));
            lines.extend(self.wrapped(&more, 2, INDENT));
        }
        lines
    }

    /// Records in short; those that are too many are counted by kind.
    fn others(&self, explanation: &Explanation) -> Vec<String> {
        let all = &explanation.others;
        if all.is_empty() && explanation.left_out == 0 {
            return Vec::new();
        }
        let mut lines = heading("Other records that it cites");
        for piece in all.iter().take(self.most) {
            lines.extend(self.wrapped(&in_short(piece), 2, INDENT));
        }
        let rest = all.get(self.most..).unwrap_or_default();
        if !rest.is_empty() {
            let more = format!(
                "and {} more, with --all: {}",
                format::count(rest.len() as u64),
                kinds(rest)
            );
            lines.extend(self.wrapped(&more, 2, INDENT));
        }
        if explanation.left_out > 0 {
            let more = format::count(explanation.left_out as u64);
            lines.extend(self.wrapped(&format!("and {more} more, in findings.json"), 2, INDENT));
        }
        lines
    }

    /// A record in full, with what it shows.
    fn piece(&self, piece: &Piece) -> Vec<String> {
        let record = &piece.record;
        let mut lines = self.wrapped(&title(record), 2, INDENT);
        for shows in &piece.shows {
            lines.extend(self.wrapped(&format!("→ {shows}"), INDENT, INDENT + 2));
        }
        for text in record.text.iter().flat_map(|text| text.lines()) {
            lines.extend(self.dim(text));
        }
        for (name, value) in &record.fields {
            lines.extend(self.dim(&format!("{name}: {value}")));
        }
        let mut file = format!("in {}", record.file);
        if !record.copies.is_empty() {
            file.push_str(&format!("; the same record: {}", record.copies.join(", ")));
        }
        lines.extend(self.dim(&file));
        lines
    }

    fn dim(&self, text: &str) -> Vec<String> {
        let lines = self.wrapped(text, INDENT, INDENT + 2);
        lines
            .into_iter()
            .map(|line| format!("{DIM}{line}{DIM:#}"))
            .collect()
    }

    /// The text on lines that fit, the first `first` columns in, the others `rest`. Nothing is left out: a word that is
    /// too long is broken.
    fn wrapped(&self, text: &str, first: usize, rest: usize) -> Vec<String> {
        let text = visible(text);
        let mut lines = Vec::new();
        let mut line = " ".repeat(first);
        let mut used = first;
        let mut begun = false;
        for word in text.split_whitespace() {
            let mut letters: Vec<char> = word.chars().collect();
            if begun && used + 1 + letters.len() > self.width {
                lines.push(std::mem::replace(&mut line, " ".repeat(rest)));
                (used, begun) = (rest, false);
            }
            if begun {
                line.push(' ');
                used += 1;
            }
            while used + letters.len() > self.width {
                let fits = self.width.saturating_sub(used).max(1).min(letters.len());
                line.extend(letters.drain(..fits));
                lines.push(std::mem::replace(&mut line, " ".repeat(rest)));
                used = rest;
            }
            used += letters.len();
            begun = true;
            line.extend(letters);
        }
        if begun {
            lines.push(line);
        }
        lines
    }
}

fn heading(name: &str) -> Vec<String> {
    vec![String::new(), format!("{BOLD}{name}{BOLD:#}")]
}

/// How many records of which kind: `Application log, MSExchangeTransport 348 (22)`.
fn kinds(pieces: &[Piece]) -> String {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for piece in pieces {
        let title = piece.record.title.as_str();
        let kind = title
            .split_once(", record ")
            .map_or(title, |(kind, _)| kind);
        *counts.entry(kind).or_default() += 1;
    }
    let mut counts: Vec<(&str, u64)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| Reverse(*count));
    let others: u64 = counts.iter().skip(MOST_KINDS).map(|(_, count)| count).sum();
    let shown = counts.iter().take(MOST_KINDS);
    let mut told: Vec<String> = shown
        .map(|(kind, count)| format!("{kind} ({})", format::count(*count)))
        .collect();
    if others > 0 {
        told.push(format!("others ({})", format::count(others)));
    }
    told.join("; ")
}

fn title(record: &Record) -> String {
    let at = record
        .at
        .map_or_else(String::new, |at| format!("{} ", format::time(at)));
    format!("{at}{} {}", record.cite, record.title)
}

fn in_short(piece: &Piece) -> String {
    let record = &piece.record;
    let text = record.text.as_deref().unwrap_or_default();
    // Of a record without a text, what tells it from its neighbours.
    let telling = record.fields.iter().filter(|(name, _)| {
        text.is_empty() && ["recipients", "other end", "lists", "subject"].contains(&name.as_str())
    });
    let first: Vec<String> = telling
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    let first = first.join("; ");
    let shows = match piece.shows.is_empty() {
        true => String::new(),
        false => format!(" [{}]", piece.shows.join("; ")),
    };
    format!("{}: {text}{first}{shows}", title(record))
}

#[cfg(test)]
mod tests {
    use super::*;
    use anstream::adapter::strip_str;
    use stuckmail::evidence::model::{Citation, FileId};

    fn explanation(hostile: &str) -> Explanation {
        let record = Record {
            cite: Citation {
                file: FileId(3),
                record: 7,
            },
            file: hostile.to_owned(),
            at: None,
            title: hostile.to_owned(),
            fields: vec![(hostile.to_owned(), hostile.to_owned())],
            text: Some(hostile.to_owned()),
            copies: vec![hostile.to_owned()],
        };
        let piece = Piece {
            record,
            shows: vec![hostile.to_owned()],
        };
        let point = Point {
            what: hostile.to_owned(),
            says: hostile.to_owned(),
        };
        Explanation {
            id: "M1".to_owned(),
            claim: hostile.to_owned(),
            confidence: None,
            why: hostile.to_owned(),
            parts: vec![point.clone()],
            stays: vec![point.clone()],
            stays_are: "Its stays",
            chain: vec![piece.clone()],
            others: vec![piece],
            left_out: 3,
            ruled_out: vec![point.clone()],
            not_ruled_out: vec![point],
            would_change: vec![hostile.to_owned()],
        }
    }

    #[test]
    fn evidence_cannot_command_the_terminal_and_every_line_fits() {
        let bad = "\u{1b}[2J\u{1b}]0;x\u{7}\u{202E}\r\nzwei\u{0}drei ".repeat(4) + &"x".repeat(500);
        for width in [40, 77, 1000] {
            let lines = Page { width, most: 30 }.of(&explanation(&bad));
            for line in lines {
                let plain = strip_str(&line).to_string();
                assert!(!plain.chars().any(char::is_control), "{plain:?}");
                assert!(!plain.contains('\u{202E}'), "{plain:?}");
                assert!(plain.chars().count() <= width, "{width}: {plain}");
            }
        }
    }

    #[test]
    fn nothing_is_left_out_of_a_long_line() {
        let page = Page {
            width: 40,
            most: 30,
        };
        let text = format!("one {} two {}", "ü".repeat(90), "three ".repeat(20));
        let lines = page.wrapped(&text, 2, 4);
        let told: String = lines.join("").split_whitespace().collect();
        let wanted: String = text.split_whitespace().collect();
        assert_eq!(told, wanted);
        assert!(lines[0].starts_with("  one"), "{lines:?}");
        assert!(lines[1].starts_with("    ü"), "{lines:?}");
    }
}
