//! Cut, flipped, shuffled and random logs: read to their end, and never more records than were there.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

/// A log to start from, and how many records are in it. Small enough to be read thousands of times.
fn good(which: usize) -> (Vec<u8>, u64) {
    static GOOD: OnceLock<Vec<(Vec<u8>, u64)>> = OnceLock::new();
    let make = |name| {
        let sample = sample(name);
        let records = sample.records.len() + sample.options.slack.len();
        (write(&sample.records, &sample.options), records as u64)
    };
    let good = GOOD.get_or_init(|| NAMES.map(make).into());
    good[which % good.len()].clone()
}

const NAMES: [&str; 4] = ["saved", "strings", "straight-slack", "wrapped-dirty"];

/// All that may be found of a log with so many records.
fn check(bytes: &[u8], most: u64) {
    let reading = read(bytes);
    assert!(reading.records + reading.recovered <= most);
    assert_eq!(reading.events.len() as u64, reading.records);
    let with = read_as("AppEvent.Evt", bytes, true);
    assert!(with.events.len() as u64 <= most);
    assert_eq!(with.recovered, reading.recovered);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn cut_anywhere(which in 0..4_usize, cut in any::<prop::sample::Index>()) {
        let (bytes, most) = good(which);
        check(&bytes[..cut.index(bytes.len())], most);
        check(&bytes[cut.index(bytes.len())..], most);
    }

    #[test]
    fn bytes_flipped(which in 0..4_usize, flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40)) {
        let (mut bytes, most) = good(which);
        let length = bytes.len();
        for (at, value) in flips {
            bytes[at.index(length)] = value;
        }
        check(&bytes, most);
    }

    /// One byte is worth one record, and a neighbour at most.
    #[test]
    fn one_byte_flipped(at in 48..2600_usize, value in any::<u8>()) {
        let (mut bytes, _) = good(0);
        bytes[at] = value;
        let reading = read(&bytes);
        prop_assert!(reading.records >= 18, "{} {}", reading.records, reading.recovered);
    }

    #[test]
    fn pieces_shuffled(which in 0..4_usize, size in 1..4000_usize, order in prop::collection::vec(any::<u16>(), 1..200)) {
        let (bytes, most) = good(which);
        let mut pieces: Vec<(u16, &[u8])> = order.iter().copied().cycle().zip(bytes.chunks(size * 4)).collect();
        pieces.sort();
        let shuffled: Vec<u8> = pieces.iter().flat_map(|(_, piece)| piece.iter().copied()).collect();
        check(&shuffled, most);
    }

    #[test]
    fn random_bytes_with_signatures(mut bytes in prop::collection::vec(any::<u8>(), 0..20_000), every in 1..200_usize, header in any::<bool>()) {
        for at in (0..bytes.len()).step_by(every * 4) {
            let rest = &mut bytes[at..];
            let length = rest.len().min(4);
            rest[..length].copy_from_slice(&b"LfLe"[..length]);
        }
        if header && bytes.len() > 48 {
            bytes[..48].copy_from_slice(&good(3).0[..48]);
        }
        let most = bytes.len() as u64 / 56 + 1;
        check(&bytes, most);
    }
}

/// Every place looks like the beginning of a long record: work must not grow with the square of the length.
#[test]
fn a_hostile_file_is_read_in_time() {
    let mut record = [0x41; 64];
    record[..4].copy_from_slice(&(500_000_u32 / 64 * 64 + 4).to_le_bytes());
    record[4..8].copy_from_slice(b"LfLe");
    record[8..12].copy_from_slice(&1_u32.to_le_bytes());
    record[24..26].copy_from_slice(&1_u16.to_le_bytes());
    let names_without_end: Vec<u8> = record.iter().copied().cycle().take(2 << 20).collect();
    record[56..64].copy_from_slice(&[0x41, 0, 0, 0, 0x42, 0, 0, 0]);
    let whole_inside_each_other: Vec<u8> = record.iter().copied().cycle().take(2 << 20).collect();
    record[..4].copy_from_slice(&500_000_u32.to_le_bytes());
    let wrong_lengths: Vec<u8> = record.iter().copied().cycle().take(2 << 20).collect();
    let zeros = vec![0; 2 << 20];
    for bytes in [
        names_without_end,
        whole_inside_each_other,
        wrong_lengths,
        zeros,
    ] {
        let begun = Instant::now();
        check(&bytes, bytes.len() as u64 / 56 + 1);
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{:?}",
            begun.elapsed()
        );
    }
}
