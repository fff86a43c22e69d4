//! From the state of every chunk to a few problems for the file.

use super::chunk::{CHUNK_BYTES, Outcome, State};
use super::header::{FileHeader, HEADER_BYTES};
use crate::evidence::model::Problem;
use crate::evidence::problems::{EvtxFault, Trouble};
use crate::evidence::tally::Tally;

/// All damage of one log, gathered chunk by chunk in the order of the file.
#[derive(Default)]
pub struct Damage {
    chunks: u64,
    /// Chunks up to the last one that holds anything.
    used: u64,
    /// Zeroed chunks since the last used one: unused, unless another used one follows.
    waiting: Tally,
    zeroed: Gap,
    bad_magic: Gap,
    /// Last record number of the last sound chunk, and which kinds of gap lie behind it.
    last_number: Option<u64>,
    gap_open: bool,
    gap_has_bad_magic: bool,
    cut: Option<(u64, u64)>,
    magic_restored: Tally,
    header_checksum: Tally,
    data_checksum: Tally,
    unreadable: Tally,
    parser_failed: Tally,
    bad_records: Tally,
    lost_records: u64,
}

/// Chunks that gave nothing, and the records that should have been in them.
#[derive(Default)]
struct Gap {
    places: Tally,
    lost: Option<u64>,
}

impl Damage {
    pub fn add(&mut self, outcome: Outcome) {
        self.chunks += 1;
        let place = format!("byte {}", outcome.at);
        if outcome.state == State::Zero {
            self.waiting.add(place);
            return;
        }
        self.settle_zeroed();
        self.used = self.chunks;
        if outcome.bytes < CHUNK_BYTES as u64 {
            self.cut = Some((outcome.at, outcome.bytes));
        }
        match outcome.state {
            State::BadMagic => {
                self.bad_magic.places.add(place);
                self.gap_open = true;
                self.gap_has_bad_magic = true;
            }
            State::Unreadable => self.unreadable.add(place),
            State::Read | State::Zero => self.add_read(outcome, &place),
        }
    }

    /// Zeroed chunks turn out to be damage when a used one follows.
    fn settle_zeroed(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        self.gap_open |= !waiting.is_empty();
        self.zeroed.places.append(waiting);
    }

    fn add_read(&mut self, outcome: Outcome, place: &str) {
        let note = |tally: &mut Tally, holds: bool| {
            if holds {
                tally.add(place);
            }
        };
        note(&mut self.magic_restored, outcome.magic_restored);
        note(&mut self.header_checksum, outcome.header_checksum_wrong);
        note(&mut self.data_checksum, outcome.data_checksum_wrong);
        note(&mut self.parser_failed, outcome.parser_failed);
        let claimed = outcome.numbers.map_or(0, |(first, last)| last - first + 1);
        let missing = claimed
            .saturating_sub(outcome.records)
            .max(outcome.bad_records.count);
        self.lost_records += missing;
        if missing > 0 && outcome.bad_records.is_empty() {
            self.bad_records
                .add(format_args!("in the chunk at {place}"));
        }
        self.bad_records.append(outcome.bad_records);
        self.close_gap(outcome.numbers);
    }

    /// Counts the records that the numbers on both sides of lost chunks leave out.
    fn close_gap(&mut self, numbers: Option<(u64, u64)>) {
        let Some((first, last)) = numbers else { return };
        if let (true, Some(before)) = (self.gap_open, self.last_number) {
            let gap = if self.gap_has_bad_magic {
                &mut self.bad_magic
            } else {
                &mut self.zeroed
            };
            // In a log that has wrapped round, numbers step back somewhere: that says nothing.
            if let Some(lost) = first
                .checked_sub(before.saturating_add(1))
                .filter(|&lost| lost > 0)
            {
                gap.lost = Some(gap.lost.unwrap_or(0).saturating_add(lost));
            }
        }
        self.last_number = Some(last);
        self.gap_open = false;
        self.gap_has_bad_magic = false;
    }

    /// The problems of the file, and how many records (or whole chunks, where their records cannot be
    /// counted) could not be read.
    pub fn into_problems(mut self, header: &FileHeader, path: &str) -> (Vec<Problem>, u64) {
        let counted = header.chunk_count.unwrap_or(0);
        // Chunks that the header counts as used but that hold only zeros are damage even at the end.
        if counted > self.used && self.chunks >= counted {
            self.used = counted;
            self.settle_zeroed();
        }
        let gaps = [&self.zeroed, &self.bad_magic];
        let damaged = self.lost_records
            + self.unreadable.count
            + gaps
                .iter()
                .map(|gap| gap.lost.unwrap_or(gap.places.count))
                .sum::<u64>();
        let faults = self.faults(header);
        (
            faults
                .into_iter()
                .map(|fault| Problem::from(Trouble::new(path, fault)))
                .collect(),
            damaged,
        )
    }

    fn faults(self, header: &FileHeader) -> Vec<EvtxFault> {
        let mut faults = Vec::new();
        if header.bytes < HEADER_BYTES as u64 {
            faults.push(EvtxFault::NoHeader {
                bytes: header.bytes,
            });
            return faults;
        }
        faults.extend(header.damage.map(|why| EvtxFault::HeaderDamaged { why }));
        if header.dirty {
            faults.push(EvtxFault::Dirty);
        }
        if self.chunks == 0 {
            faults.push(EvtxFault::NoChunks);
            return faults;
        }
        faults.extend(
            self.cut
                .map(|(at, bytes)| EvtxFault::CutChunk { at, bytes }),
        );
        if let Some(counted) = header.chunk_count.filter(|&counted| counted > self.chunks) {
            faults.push(EvtxFault::MissingChunks {
                present: self.chunks,
                counted,
            });
        }
        let mut of = |tally: Tally, fault: fn(Tally) -> EvtxFault| {
            if !tally.is_empty() {
                faults.push(fault(tally));
            }
        };
        of(self.magic_restored, EvtxFault::MagicRestored);
        of(self.header_checksum, EvtxFault::HeaderChecksum);
        of(self.data_checksum, EvtxFault::DataChecksum);
        of(self.unreadable, EvtxFault::UnreadableChunks);
        of(self.parser_failed, EvtxFault::ParserFailed);
        let Gap { places, lost } = self.zeroed;
        if !places.is_empty() {
            faults.push(EvtxFault::ZeroedChunks { places, lost });
        }
        let Gap { places, lost } = self.bad_magic;
        if !places.is_empty() {
            faults.push(EvtxFault::BadMagic { places, lost });
        }
        if self.lost_records > 0 {
            faults.push(EvtxFault::Records {
                places: self.bad_records,
                lost: self.lost_records,
            });
        }
        faults
    }
}
