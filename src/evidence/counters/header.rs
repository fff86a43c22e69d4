//! The first line: which counters, whose, and by what clock.

use std::collections::BTreeSet;

use super::cells::Cells;
use super::counters;
use crate::profile::Counters;

/// More counters than any server has of those that matter.
const MOST_COLUMNS: usize = 512;
/// No path of a counter is longer.
const LONGEST_PATH: usize = 2048;

/// One counter that matters.
pub struct Column {
    /// Number of the column, the time's being 1.
    pub number: u64,
    pub server: Option<String>,
    /// `\SMTP Server(_Total)\Local Queue Length`
    pub counter: String,
}

/// What the first line says.
pub struct Header {
    pub delimiter: char,
    /// The zone as the system calls it, and the minutes to add to local time for UTC.
    pub zone_name: Option<String>,
    pub bias: Option<i64>,
    /// In order of their numbers.
    pub columns: Vec<Column>,
    /// Counters of any kind.
    pub all: u64,
    /// Counters that matter and were too many.
    pub left_out: u64,
}

impl Header {
    pub fn read(line: &str, wanted: &Counters) -> Self {
        let line = line.trim_start().trim_start_matches('\u{feff}');
        let tabs = line.trim_start_matches('"').starts_with("(PDH-TSV");
        let delimiter = if tabs { '\t' } else { ',' };
        let mut cells = Cells::new(line, delimiter);
        let (zone_name, bias) = cells.next().map_or((None, None), |cell| zone(&cell));
        let mut header = Self {
            delimiter,
            zone_name,
            bias,
            columns: Vec::new(),
            all: 0,
            left_out: 0,
        };
        let mut seen = BTreeSet::new();
        for (cell, number) in cells.zip(2..) {
            header.all += 1;
            let Some((server, counter)) = path(&cell) else {
                continue;
            };
            if cell.len() > LONGEST_PATH || wanted.find(counter).is_none() {
                continue;
            }
            if header.columns.len() >= MOST_COLUMNS {
                header.left_out += 1;
            } else if seen.insert(cell.to_lowercase()) {
                header.columns.push(Column {
                    number,
                    server: server.map(str::to_owned),
                    counter: counter.to_owned(),
                });
            }
        }
        header
    }

    pub fn note(&self) -> String {
        let all = counters(usize::try_from(self.all).unwrap_or(usize::MAX));
        if self.columns.is_empty() {
            return format!("It holds {all}, none of which plays a part here; it was left alone.");
        }
        format!(
            "It holds {} that matter, of {all} in all.",
            counters(self.columns.len())
        )
    }
}

/// `(PDH-CSV 4.0) (Eastern Standard Time)(300)`; names of zones may hold brackets.
fn zone(cell: &str) -> (Option<String>, Option<i64>) {
    let read = || {
        let (_, rest) = cell.split_once(") (")?;
        let (name, bias) = rest.rsplit_once(")(")?;
        let bias: i64 = bias.trim_end().strip_suffix(')')?.trim().parse().ok()?;
        // No clock differs by more than a day from UTC.
        (bias.abs() < 24 * 60).then(|| (name.to_owned(), bias))
    };
    match read() {
        Some((name, bias)) => (Some(name), Some(bias)),
        None => (None, None),
    }
}

/// Server and counter of `\\BH01\SMTP Server(_Total)\Local Queue Length`.
fn path(cell: &str) -> Option<(Option<&str>, &str)> {
    let cell = cell.trim();
    let Some(rest) = cell.strip_prefix("\\\\") else {
        return cell.starts_with('\\').then_some((None, cell));
    };
    let at = rest.find('\\')?;
    let (server, counter) = rest.split_at_checked(at)?;
    Some((Some(server).filter(|server| !server.is_empty()), counter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_of_headers() {
        assert_eq!(
            zone("(PDH-CSV 4.0) (Eastern Daylight Time)(240)"),
            (Some("Eastern Daylight Time".to_owned()), Some(240))
        );
        assert_eq!(
            zone("(PDH-CSV 4.0) (Maroc (heure d'\u{e9}t\u{e9}))(-60)").1,
            Some(-60)
        );
        assert_eq!(zone("(PDH-CSV 4.0)"), (None, None));
        assert_eq!(zone("(PDH-CSV 4.0) (x)(99999)"), (None, None));
    }

    #[test]
    fn paths_of_counters() {
        assert_eq!(
            path("\\\\BH01\\SMTP Server(_Total)\\Local Queue Length"),
            Some((Some("BH01"), "\\SMTP Server(_Total)\\Local Queue Length"))
        );
        assert_eq!(
            path("\\Memory\\Pages/sec"),
            Some((None, "\\Memory\\Pages/sec"))
        );
        assert_eq!((path("Memory"), path("\\\\BH01")), (None, None));
    }
}
