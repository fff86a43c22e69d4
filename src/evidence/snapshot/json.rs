//! Snapshots as JSON: one document, an array of them, or one a line.

use serde::de::{DeserializeSeed, IgnoredAny, SeqAccess, Visitor};

use super::draft::Draft;
use super::json_fields::DocumentSeed;
use super::{RawFile, add_problems, assemble, read_text};
use crate::case::{Format, FoundFile};
use crate::evidence::model::Reading;
use crate::evidence::problems::SnapshotFault;
use crate::evidence::stream::EvidenceStream;
use crate::evidence::tally::Tally;
use crate::evidence::{ReadContext, Reader};

pub struct JsonReader;

impl Reader for JsonReader {
    fn format(&self) -> Format {
        Format::SnapshotJson
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

/// Reads all documents of a text, and of a broken one what stands before the break.
pub(super) fn parse(text: &str) -> RawFile {
    let mut draft = Draft::default();
    let mut faults = Vec::new();
    let mut bad_lines = Tally::default();
    if is_lines(text) {
        for (line, number) in text
            .lines()
            .zip(1_u64..)
            .filter(|(line, _)| !line.trim().is_empty())
        {
            if parse_document(line, &mut draft).is_err() {
                bad_lines.add(format_args!("line {number}"));
            }
        }
        draft.damaged += bad_lines.count;
    } else if let Err(fault) = parse_whole(text, &mut draft) {
        draft.damaged += 1;
        faults.push(syntax(&fault, draft.rows()));
    }
    if !bad_lines.is_empty() {
        faults.push(SnapshotFault::BadLines(bad_lines));
    }
    draft.into_raw(faults)
}

/// Whether the text has one document a line: one of the first two lines is a whole object, and others follow.
fn is_lines(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first_two = [lines.next(), lines.next()];
    let whole =
        |line: &str| line.starts_with('{') && serde_json::from_str::<IgnoredAny>(line).is_ok();
    first_two.iter().all(Option::is_some) && first_two.into_iter().flatten().any(whole)
}

fn parse_document(text: &str, draft: &mut Draft) -> serde_json::Result<()> {
    let mut source = serde_json::Deserializer::from_str(text);
    let read = DocumentSeed { draft }
        .deserialize(&mut source)
        .and_then(|()| source.end());
    if read.is_err() {
        draft.break_off();
    }
    read
}

fn parse_whole(text: &str, draft: &mut Draft) -> serde_json::Result<()> {
    if !text.trim_start().starts_with('[') {
        return parse_document(text, draft);
    }
    let mut source = serde_json::Deserializer::from_str(text);
    let read = Documents { draft }
        .deserialize(&mut source)
        .and_then(|()| source.end());
    if read.is_err() {
        draft.break_off();
    }
    read
}

fn syntax(fault: &serde_json::Error, rows: u64) -> SnapshotFault {
    let (line, column) = (fault.line() as u64, fault.column() as u64);
    if fault.is_eof() {
        return SnapshotFault::JsonCut { line, column, rows };
    }
    // serde_json ends its sentence with the place, which we give ourselves.
    let what = fault.to_string();
    let what = what
        .split(" at line ")
        .next()
        .unwrap_or_default()
        .to_owned();
    SnapshotFault::JsonSyntax {
        line,
        column,
        what,
        rows,
    }
}

/// An array of documents.
struct Documents<'a> {
    draft: &'a mut Draft,
}

impl<'de> DeserializeSeed<'de> for Documents<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Documents<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an array of snapshots")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items
            .next_element_seed(DocumentSeed { draft: self.draft })?
            .is_some()
        {}
        Ok(())
    }
}
