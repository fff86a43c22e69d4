//! Snapshots as CSV: one row a message, columns by any of their names, several captures in one file if a
//! column says server, table or time.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord};

use super::{
    RawFile, RawRow, RawSnapshot, add_problems, assemble, read_text, some_text, split_recipients,
};
use crate::case::columns::{self, Column};
use crate::case::{Format, FoundFile};
use crate::evidence::model::Reading;
use crate::evidence::problems::SnapshotFault;
use crate::evidence::stream::EvidenceStream;
use crate::evidence::tally::Tally;
use crate::evidence::{ReadContext, Reader};

pub struct CsvReader;

impl Reader for CsvReader {
    fn format(&self) -> Format {
        Format::SnapshotCsv
    }

    fn read(
        &self,
        file: &FoundFile,
        stream: &mut EvidenceStream<'_>,
        context: &ReadContext<'_>,
    ) -> Reading {
        let mut faults = Vec::new();
        let code_page = context.config.code_page_of(&file.path);
        let mut reading = match read_text(stream, code_page, &mut faults) {
            Some(text) => assemble::assemble(parse(&text), file, context),
            None => Reading::default(),
        };
        add_problems(&mut reading, &file.path, faults);
        reading
    }
}

pub(super) fn parse(text: &str) -> RawFile {
    let body = without_separator_line(text);
    let Some(header) = Header::find(body) else {
        let rows = body.lines().filter(|line| !line.trim().is_empty()).count() as u64;
        let first_line = body
            .lines()
            .find(|line| !line.trim().is_empty())
            .unwrap_or_default();
        let fault = SnapshotFault::NoHeader {
            first_line: first_line.chars().take(80).collect(),
        };
        return RawFile {
            faults: vec![fault],
            damaged: rows,
            records: rows,
            ..RawFile::default()
        };
    };
    let mut table = Table::new(header);
    let mut rows = ReaderBuilder::new()
        .has_headers(true)
        .flexible(true)
        .delimiter(table.header.delimiter)
        .from_reader(body.as_bytes());
    for row in rows.records() {
        match row {
            Ok(row) => table.add(&row),
            // Cannot be: the text is UTF-8 and rows may have any length.
            Err(_) => table.unusable(0),
        }
    }
    table.into_raw()
}

/// Excel writes and understands a first line `sep=;`.
fn without_separator_line(text: &str) -> &str {
    let trimmed = text.trim_start();
    match trimmed.split_once('\n') {
        Some((line, rest)) if line.trim().to_ascii_lowercase().starts_with("sep=") => rest,
        _ => trimmed,
    }
}

/// What the first line names.
struct Header {
    delimiter: u8,
    cells: usize,
    /// For each column the cells that give it, best first.
    columns: BTreeMap<Column, Vec<usize>>,
    /// Names of the cells that are no column of ours.
    extra: Vec<String>,
}

impl Header {
    /// The delimiter is the one by which most cells are known columns. `None` when no cell is.
    fn find(text: &str) -> Option<Self> {
        let by = [b',', b';', b'\t'].map(|delimiter| Self::read(text, delimiter));
        by.into_iter()
            .flatten()
            .filter(|header| !header.columns.is_empty())
            .max_by_key(|header| (header.known(), std::cmp::Reverse(header.extra.len())))
    }

    fn known(&self) -> usize {
        self.columns.values().map(Vec::len).sum()
    }

    fn read(text: &str, delimiter: u8) -> Option<Self> {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        let first = reader.records().next()?.ok()?;
        let mut ranked: BTreeMap<Column, Vec<(usize, usize)>> = BTreeMap::new();
        let mut extra = Vec::new();
        for (at, cell) in first.iter().enumerate() {
            match columns::match_header(cell) {
                Some(found) => ranked
                    .entry(found.column)
                    .or_default()
                    .push((found.rank, at)),
                None if cell.trim().is_empty() => {}
                None => extra.push(cell.trim().to_owned()),
            }
        }
        let columns = ranked
            .into_iter()
            .map(|(column, mut cells)| {
                cells.sort_unstable();
                (column, cells.into_iter().map(|(_, at)| at).collect())
            })
            .collect();
        Some(Self {
            delimiter,
            cells: first.len(),
            columns,
            extra,
        })
    }

    /// The first cell for this column that says something.
    fn text(&self, row: &StringRecord, column: Column) -> Option<String> {
        self.columns
            .get(&column)?
            .iter()
            .find_map(|&at| some_text(row.get(at)?))
    }

    /// Takes up what a row says of its whole capture. One row that denies completeness decides.
    fn describe(&self, row: &StringRecord, snapshot: &mut RawSnapshot) {
        let text = |column| self.text(row, column);
        let says = |column, negated: bool| Some(truth(&text(column)?)? != negated);
        let complete = [
            snapshot.complete,
            says(Column::Complete, false),
            says(Column::Partial, true),
        ];
        snapshot.complete = complete.into_iter().flatten().reduce(|a, b| a && b);
        snapshot.tool = snapshot.tool.take().or_else(|| text(Column::Tool));
        let number = || text(Column::VirtualServer)?.parse().ok();
        snapshot.virtual_server = snapshot.virtual_server.or_else(number);
    }
}

/// What tells the captures of one file apart.
type Key = [Option<String>; 3];

/// The rows read so far.
struct Table {
    header: Header,
    snapshots: Vec<RawSnapshot>,
    at: BTreeMap<Key, usize>,
    records: u64,
    ragged: Tally,
    wrong: Tally,
}

impl Table {
    fn new(header: Header) -> Self {
        Self {
            header,
            snapshots: Vec::new(),
            at: BTreeMap::new(),
            records: 0,
            ragged: Tally::default(),
            wrong: Tally::default(),
        }
    }

    fn add(&mut self, row: &StringRecord) {
        self.records += 1;
        // Spreadsheets leave empty cells behind the last column, and rows of nothing but empty cells.
        if row.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        let surplus = row
            .iter()
            .skip(self.header.cells)
            .any(|cell| !cell.trim().is_empty());
        if row.len() < self.header.cells || surplus {
            self.unusable(row.len());
            return;
        }
        let message = self.message(row);
        let at = self.snapshot_at(row);
        if let Some(snapshot) = self.snapshots.get_mut(at) {
            self.header.describe(row, snapshot);
            snapshot.rows.push(message);
        }
    }

    fn unusable(&mut self, cells: usize) {
        self.ragged
            .add(format_args!("row {} has {cells} cells", self.records));
    }

    fn message(&mut self, row: &StringRecord) -> RawRow {
        let text = |column| self.header.text(row, column);
        let size_text = text(Column::Size);
        let size = size_text.as_deref().and_then(|text| text.parse().ok());
        let message = RawRow {
            record: self.records,
            entry_id: text(Column::EntryId),
            record_key: text(Column::RecordKey),
            message_id: text(Column::MessageId),
            subject: text(Column::Subject),
            sender: text(Column::Sender),
            recipients: text(Column::Recipients)
                .map(|names| split_recipients(&names))
                .unwrap_or_default(),
            size,
            message_class: text(Column::MessageClass),
            submitted_at: text(Column::SubmittedAt),
            delivered_at: text(Column::DeliveredAt),
            created_at: text(Column::CreatedAt),
            modified_at: text(Column::ModifiedAt),
        };
        if let (Some(text), None) = (size_text, size) {
            self.wrong
                .add(format_args!("row {}: size `{text}`", self.records));
        }
        message
    }

    /// Which of the captures the row belongs to; a new one is begun where its key is new.
    fn snapshot_at(&mut self, row: &StringRecord) -> usize {
        let key = [Column::Server, Column::Table, Column::CapturedAt]
            .map(|column| self.header.text(row, column));
        let next = self.snapshots.len();
        let at = *self.at.entry(key.clone()).or_insert(next);
        if at == next {
            let [server, table, captured_at] = key;
            self.snapshots.push(RawSnapshot {
                first_record: self.records,
                server,
                table,
                captured_at,
                ..RawSnapshot::default()
            });
        }
        at
    }

    fn into_raw(mut self) -> RawFile {
        let mut faults = Vec::new();
        if self.snapshots.is_empty() {
            // A header without rows is an empty table, seen.
            self.snapshots.push(RawSnapshot::default());
        }
        let damaged = self.ragged.count;
        if damaged > 0 {
            faults.push(SnapshotFault::Ragged {
                cells: self.header.cells as u64,
                places: self.ragged,
            });
            self.snapshots
                .iter_mut()
                .for_each(|snapshot| snapshot.has_gaps = true);
        }
        if !self.wrong.is_empty() {
            faults.push(SnapshotFault::WrongType(self.wrong));
        }
        if !self.header.extra.is_empty() {
            faults.push(SnapshotFault::ExtraColumns(self.header.extra));
        }
        RawFile {
            snapshots: self.snapshots,
            faults,
            records: self.records,
            damaged,
        }
    }
}

fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" | "y" => Some(true),
        "false" | "no" | "0" | "n" => Some(false),
        _ => None,
    }
}
