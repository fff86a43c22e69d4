//! Damage in `.evtx` files.

use super::{Fault, Texts, counted};
use crate::evidence::tally::Tally;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvtxFault {
    /// Shorter than the file header.
    NoHeader {
        bytes: u64,
    },
    HeaderDamaged {
        why: &'static str,
    },
    /// The log was open when it was copied.
    Dirty,
    /// Header only.
    NoChunks,
    /// The file ends inside a chunk.
    CutChunk {
        at: u64,
        bytes: u64,
    },
    /// Fewer chunks than the header counts.
    MissingChunks {
        present: u64,
        counted: u64,
    },
    ZeroedChunks {
        places: Tally,
        lost: Option<u64>,
    },
    BadMagic {
        places: Tally,
        lost: Option<u64>,
    },
    /// Chunks whose magic alone was damaged, proved by their checksum.
    MagicRestored(Tally),
    HeaderChecksum(Tally),
    DataChecksum(Tally),
    /// Chunks whose string tables could not be followed.
    UnreadableChunks(Tally),
    /// The parser gave up in the middle.
    ParserFailed(Tally),
    Records {
        places: Tally,
        lost: u64,
    },
}

/// What every damaged log leaves open.
const LOST: &str =
    "Events may be missing here: absence of an event in this stretch of the log proves nothing.";
const AGAIN: &str = "Save the log again with Event Viewer or `wevtutil epl` if the server still has it, and check the copy.";

fn lost_records(lost: Option<u64>) -> String {
    match lost {
        Some(lost) => format!(
            " By the record numbers around them, {} are missing.",
            counted(lost, "record")
        ),
        None => String::new(),
    }
}

impl Fault for EvtxFault {
    /// One table of texts, longer than a function should be, so that the compiler sees that none is missing.
    fn texts(&self) -> Texts {
        match self {
            Self::NoHeader { bytes } => Texts::new(
                format!(
                    "The log is cut off inside its file header: {bytes} of 4096 bytes are there."
                ),
                "It holds no event.",
                AGAIN,
            ),
            Self::HeaderDamaged { why } => Texts::new(
                format!("The file header is damaged ({why})."),
                "The events were read all the same, by the chunks behind it; how many there should be is not known.",
                AGAIN,
            ),
            Self::Dirty => Texts::new(
                "The log was not closed when it was copied (the header says dirty).",
                "The newest events may be missing or incomplete; the older ones are not affected.",
                "Nothing, unless the last minutes matter. Then save the log with `wevtutil epl` instead of copying it.",
            ),
            Self::NoChunks => Texts::new(
                "The log has a header and nothing behind it.",
                "It holds no event; whether the log was empty or the copy was cut cannot be told.",
                AGAIN,
            ),
            Self::CutChunk { at, bytes } => Texts::new(
                format!(
                    "The file ends inside the chunk at byte {at}: {bytes} of its 65536 bytes are there."
                ),
                LOST,
                AGAIN,
            ),
            Self::MissingChunks { present, counted } => Texts::new(
                format!(
                    "The header counts {counted} chunks of events, but the file holds {present}."
                ),
                LOST,
                AGAIN,
            ),
            Self::ZeroedChunks { places, lost } => Texts::new(
                format!(
                    "{} among the used ones hold only zeros ({}).{}",
                    counted(places.count, "chunk"),
                    places.places(),
                    lost_records(*lost)
                ),
                LOST,
                AGAIN,
            ),
            Self::BadMagic { places, lost } => Texts::new(
                format!(
                    "{} do not begin as a chunk must and were passed over ({}).{}",
                    counted(places.count, "chunk"),
                    places.places(),
                    lost_records(*lost)
                ),
                LOST,
                AGAIN,
            ),
            Self::MagicRestored(places) => Texts::new(
                format!(
                    "The first bytes of {} were wrong ({}); the checksum proves that only they are, so the chunk was read.",
                    counted(places.count, "chunk"),
                    places.places()
                ),
                "The file was changed or damaged after it was written, perhaps also where no checksum shows it.",
                AGAIN,
            ),
            Self::HeaderChecksum(places) => Texts::new(
                format!(
                    "The header checksum of {} is wrong ({}).",
                    counted(places.count, "chunk"),
                    places.places()
                ),
                "Their records were read all the same, but may have been damaged or changed.",
                AGAIN,
            ),
            Self::DataChecksum(places) => Texts::new(
                format!(
                    "The checksum over the records of {} is wrong ({}).",
                    counted(places.count, "chunk"),
                    places.places()
                ),
                "The records were read all the same. In a log copied while open this is common in the last chunk; \
                 elsewhere records may have been damaged or changed.",
                AGAIN,
            ),
            Self::UnreadableChunks(places) => Texts::new(
                format!(
                    "The tables of {} are damaged, so that no record can be read ({}).",
                    counted(places.count, "chunk"),
                    places.places()
                ),
                LOST,
                AGAIN,
            ),
            Self::ParserFailed(places) => Texts::new(
                format!(
                    "The parser failed inside {} ({}); what came before was kept.",
                    counted(places.count, "chunk"),
                    places.places()
                ),
                LOST,
                "Please report it with the file, if the file may be shown.",
            ),
            Self::Records { places, lost } => Texts::new(
                format!(
                    "{} could not be read ({}).",
                    counted(*lost, "record"),
                    places.places()
                ),
                LOST,
                AGAIN,
            ),
        }
    }
}
