//! Text exports of MFCMAPI and MrMAPI: contents tables, folders, messages, property panes, mailbox tables.
//!
//! They look like XML and are none: nothing is escaped, a CDATA section ends where its element does, and the encoding
//! that the header names is not that of the file (MFCMAPI's `core/utility/output.cpp`). So [`scan`] reads lines as the
//! writers made them, and [`plain`] those of the builds of 2007. What a file is, its first element says ([`read_parts`]).

mod contents;
mod folder;
mod list;
mod mailboxes;
mod message;
mod plain;
mod rows;
mod scan;
mod table;
#[cfg(test)]
mod tests;

use super::model::{Problem, Reading, TablePart};
use super::problems::{MfcmapiFault, Trouble};
use super::stream::EvidenceStream;
use super::tally::Tally;
use super::text;
use super::{ReadContext, Reader};
use crate::case::{Format, FoundFile};
use scan::{Scanner, Token};

pub struct MfcmapiReader;

/// Larger than any real export of one folder; read whole, so memory is bounded.
const MOST_BYTES: usize = 512 * 1024 * 1024;

impl Reader for MfcmapiReader {
    fn format(&self) -> Format {
        Format::Mfcmapi
    }

    fn read(
        &self,
        file: &FoundFile,
        stream: &mut EvidenceStream<'_>,
        context: &ReadContext<'_>,
    ) -> Reading {
        let mut reading = Reading::default();
        let mut faults = Vec::new();
        match text::read(stream, context.config.code_page_of(&file.path), MOST_BYTES) {
            None => faults.push(MfcmapiFault::TooLarge {
                most: MOST_BYTES as u64,
            }),
            Some(text) => {
                let encoding = text.encoding.describe();
                if text.encoding.is_guess() {
                    faults.push(MfcmapiFault::AssumedCodePage { encoding });
                } else if text.lossy {
                    faults.push(MfcmapiFault::LossyText { encoding });
                }
                let outcome = read_parts(&text.text);
                reading.records = outcome.records;
                reading.damaged = outcome.lost.total();
                faults.extend(outcome.lost.into_faults());
                reading.parts = outcome.parts;
            }
        }
        let told = faults
            .into_iter()
            .map(|fault| Problem::from(Trouble::new(&file.path, fault)));
        reading.problems.extend(told);
        reading
    }
}

/// What a text held.
#[derive(Default)]
struct Outcome {
    parts: Vec<TablePart>,
    /// Rows met, used or not.
    records: u64,
    lost: Lost,
}

/// What could not be read of a text. Each is counted where it was met.
#[derive(Default)]
struct Lost {
    /// Properties that break off.
    broken: Tally,
    /// Properties that come twice in one list, with two values.
    conflicts: Tally,
    /// Rows without any property of use.
    bare: Tally,
    /// Places where rows are missing, by their numbers.
    holes: Tally,
    /// Property lists inside of a message that are not the message's own.
    foreign: Tally,
    /// The file ends too early, there.
    cut: Option<String>,
}

impl Lost {
    fn total(&self) -> u64 {
        [
            &self.broken,
            &self.conflicts,
            &self.bare,
            &self.holes,
            &self.foreign,
        ]
        .into_iter()
        .map(|tally| tally.count)
        .sum::<u64>()
        .saturating_add(u64::from(self.cut.is_some()))
    }

    /// Whether rows may be missing because of it.
    fn any(&self) -> bool {
        self.total() > 0
    }

    fn into_faults(self) -> impl Iterator<Item = MfcmapiFault> {
        let tallies = [
            (
                self.broken,
                MfcmapiFault::Broken as fn(Tally) -> MfcmapiFault,
            ),
            (self.conflicts, MfcmapiFault::Conflicts),
            (self.bare, MfcmapiFault::Bare),
            (self.holes, MfcmapiFault::Holes),
            (self.foreign, MfcmapiFault::Foreign),
        ];
        let told = tallies.into_iter().filter(|(tally, _)| !tally.is_empty());
        let told = told.map(|(tally, fault)| fault(tally));
        told.chain(self.cut.map(|at| MfcmapiFault::Cut { at }))
    }
}

/// Reads a text by its first element.
fn read_parts(text: &str) -> Outcome {
    let mut lost = Lost::default();
    let mut records = 0;
    let parts = if plain::is_plain(text) {
        plain::read(text, &mut records, &mut lost)
    } else if list::is_list(text) {
        list::read(text, &mut records, &mut lost)
    } else {
        let mut scanner = Scanner::new(text);
        let parts = by_root(&mut scanner, &mut records, &mut lost);
        lost.broken.append(scanner.into_broken());
        parts
    };
    Outcome {
        parts,
        records,
        lost,
    }
}

fn by_root(scanner: &mut Scanner<'_>, records: &mut u64, lost: &mut Lost) -> Vec<TablePart> {
    let root = std::iter::from_fn(|| scanner.next_token()).find_map(|token| match token {
        Token::Open(tag) => Some(tag),
        _ => None,
    });
    let Some(root) = root else { return Vec::new() };
    match root.name {
        "table" => table::read(scanner, records, lost),
        "ContentsTable" => contents::read(root, scanner, records, lost),
        "message" => message::read(scanner, records, lost),
        "properties" => folder::read_pane(scanner, records, lost),
        "folderprops" => folder::read(scanner, records, lost),
        "messagestoreprops" | "storetable" => mailboxes::read_store(scanner, records, lost),
        "mailboxtable" => mailboxes::read(root, scanner, records, lost),
        _ => Vec::new(),
    }
}
