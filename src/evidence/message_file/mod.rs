//! Messages in compound files (`.msg`), as MFCMAPI, MrMAPI `-MSG` and Outlook save them ([MS-OXMSG]).
//!
//! The container is read by the `cfb` crate ([MS-CFB]); the properties in it are read here ([`storage`]). The times of
//! creation and of the last change are left out: a `.msg` is a copy of the message, so they need not be those of the row
//! in the table.

mod storage;
#[cfg(test)]
mod tests;

use std::io::Cursor;

use super::mapi::{Properties, part_row, recipient_of};
use super::model::{PartRow, Problem, Reading, TablePart};
use super::problems::{MfcmapiFault, Trouble};
use super::stream::EvidenceStream;
use super::tally::Tally;
use super::{ReadContext, Reader};
use crate::case::encoding::CodePage;
use crate::case::{Format, FoundFile};
use storage::{Container, PROPERTIES, RECIPIENT_HEADER, ROOT_HEADER};

pub struct MessageFileReader;

/// Larger than any mail that Exchange 2003 would carry; read whole, so memory is bounded.
const MOST_BYTES: usize = 256 * 1024 * 1024;

impl Reader for MessageFileReader {
    fn format(&self) -> Format {
        Format::MessageFile
    }

    fn read(
        &self,
        file: &FoundFile,
        stream: &mut EvidenceStream<'_>,
        context: &ReadContext<'_>,
    ) -> Reading {
        let mut reading = Reading::default();
        let mut faults = Vec::new();
        let bytes = stream.next_block(MOST_BYTES);
        if bytes.len() == MOST_BYTES {
            faults.push(MfcmapiFault::TooLarge {
                most: MOST_BYTES as u64,
            });
        } else {
            read_message(
                bytes,
                context.config.code_page_of(&file.path),
                &mut reading,
                &mut faults,
            );
        }
        let told = faults
            .into_iter()
            .map(|fault| Problem::from(Trouble::new(&file.path, fault)));
        reading.problems.extend(told);
        reading
    }
}

/// Reads the message of a container; that there is none is no fault: other programs use such containers, too.
fn read_message(
    bytes: Vec<u8>,
    code_page: Option<CodePage>,
    reading: &mut Reading,
    faults: &mut Vec<MfcmapiFault>,
) {
    let mut container = match cfb::CompoundFile::open(Cursor::new(bytes)) {
        Ok(file) => Container::new(file, code_page),
        Err(fault) => {
            reading.damaged = 1;
            faults.push(MfcmapiFault::Container {
                reason: fault.to_string(),
            });
            return;
        }
    };
    if !container.has_message() {
        reading.notes.push(format!(
            "It has no stream {PROPERTIES} at its top: no message, and left alone."
        ));
        return;
    }
    reading.records = 1;
    let properties = container.properties("", ROOT_HEADER);
    let recipients = container.recipients();
    let recipients: Vec<Properties> = recipients
        .into_iter()
        .map(|path| container.properties(&path, RECIPIENT_HEADER))
        .collect();
    let Container {
        broken, guessed, ..
    } = container;
    if let Some(encoding) = guessed {
        faults.push(MfcmapiFault::AssumedCodePage { encoding });
    }
    if properties.is_empty() {
        let mut bare = Tally::default();
        bare.add("the message");
        faults.push(MfcmapiFault::Bare(bare));
        reading.damaged = 1;
    } else {
        let part = message(&properties, &recipients, !broken.is_empty());
        reading.parts.push(TablePart::Message(Box::new(part)));
    }
    reading.damaged += broken.count;
    if !broken.is_empty() {
        faults.push(MfcmapiFault::Broken(broken));
    }
}

fn message(properties: &Properties, recipients: &[Properties], has_gaps: bool) -> PartRow {
    let mut part = part_row(properties, 1);
    let addresses: Vec<String> = recipients.iter().filter_map(recipient_of).collect();
    if !addresses.is_empty() {
        part.row.recipients = addresses;
    }
    (part.row.created_at, part.row.modified_at) = (None, None);
    part.has_gaps |= has_gaps;
    part
}

/// PR_MESSAGE_CODEPAGE: in which code page its texts are that are no Unicode.
const MESSAGE_CODEPAGE: u16 = 0x3FFD;
