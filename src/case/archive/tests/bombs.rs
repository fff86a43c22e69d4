//! Archives that unpack to far more than they are, and logs that only look like it.

use std::time::{Duration, Instant};

use super::*;
use crate::case::archive::limits::{self, Budget, FREE_BYTES, FREE_TOTAL, MOST_DEPTH};

/// One GiB of the same byte, `times` over, as a `.gz`.
fn gzip_of_zeros(gibibytes: usize) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    let chunk = vec![0; 1 << 20];
    for _ in 0..gibibytes * 1024 {
        writer.write_all(&chunk).unwrap();
    }
    writer.finish().unwrap()
}

#[test]
fn zeros_without_end_stop_early() {
    let bomb = gzip_of_zeros(2);
    // Many times as a member of one .gz: 10 GiB out of 10 MB.
    let bomb = bomb.repeat(5);
    let start = Instant::now();
    let (_dir, case) = open_with("a.gz", &bomb);
    assert!(
        start.elapsed() < Duration::from_secs(60),
        "{:?}",
        start.elapsed()
    );
    assert_problem(&case, "a.gz!/a", "unpacks to more than 1000 times its size");
    let kept = case.files.last().unwrap().bytes;
    assert!(
        (FREE_BYTES..=FREE_BYTES + (1 << 20)).contains(&kept),
        "{kept}"
    );
}

#[test]
fn archives_in_archives_stop_at_the_limit_of_depth() {
    let mut bytes = zip(&[("System.evt", EVT)]);
    for _ in 0..6 {
        bytes = zip(&[("a.zip", &bytes)]);
    }
    let (_dir, case) = open_with("a.zip", &bytes);
    let deepest = ["a.zip"; MOST_DEPTH + 1].join("!/");
    assert_eq!(*paths(&case).last().unwrap(), deepest);
    assert_problem(&case, &deepest, "lies in 4 others; it was not opened");
    assert_eq!(case.files.len(), MOST_DEPTH + 1);
}

#[test]
fn many_bombs_in_one_archive_stop_at_its_limit() {
    // As 42.zip: archives of the same archive, each level sixteen times as large.
    let zeros = gzip_of_zeros(1);
    let mut bytes = zip_with(CompressionMethod::Stored, &[("zeros.gz", &zeros)]);
    for _ in 0..2 {
        let names: Vec<String> = (0..16).map(|n| format!("{n}.zip")).collect();
        let files: Vec<(&str, &[u8])> = names
            .iter()
            .map(|name| (name.as_str(), bytes.as_slice()))
            .collect();
        bytes = zip(&files);
    }
    assert!(bytes.len() < 2_000_000, "{}", bytes.len());
    let start = Instant::now();
    let (_dir, case) = open_with("42.zip", &bytes);
    assert!(
        start.elapsed() < Duration::from_secs(90),
        "{:?}",
        start.elapsed()
    );
    let limit = case
        .problems
        .iter()
        .any(|problem| problem.what.contains("the limit of its archive"));
    assert!(limit, "{:#?}", case.problems);
    let unpacked: u64 = case
        .files
        .iter()
        .filter(|file| file.path.contains("zeros"))
        .map(|file| file.bytes)
        .sum();
    assert!(unpacked <= FREE_TOTAL.max(bytes.len() as u64 * limits::MOST_RATIO) + FREE_BYTES);
}

/// The archive that holds itself, by R. Cox ("Zip files all the way down", 2010), is a loop for whoever has no limit
/// of depth. This one does the same without his code: each level is an archive of the one before.
#[test]
fn an_entry_that_is_the_archive_itself_ends() {
    // A stored entry whose bytes are the whole archive cannot be written, but a header can say so.
    let mut bytes = zip_with(CompressionMethod::Stored, &[("a.zip", &[0; 200])]);
    let central = bytes
        .windows(4)
        .position(|window| window == b"PK\x01\x02")
        .unwrap();
    let whole = bytes.len() as u32;
    for at in [central + 20, central + 24] {
        bytes[at..at + 4].copy_from_slice(&whole.to_le_bytes());
    }
    let (_dir, case) = open_with("a.zip", &bytes);
    assert!(case.files.len() <= 2);
}

#[test]
fn too_many_entries_are_cut_at_the_limit() {
    // Headers of .tar files of 0 bytes: 512 bytes each, and next to nothing when compressed.
    let mut header = ::tar::Header::new_ustar();
    header.set_path("a").unwrap();
    header.set_size(0);
    header.set_cksum();
    let bytes = header.as_bytes().repeat(limits::MOST_ENTRIES + 10);
    let (_dir, case) = open_with("a.tgz", &gzip(&bytes));
    assert_eq!(case.files.len(), limits::MOST_ENTRIES + 1);
    assert_problem(&case, "a.tgz", "more than 100000 files");
    // All of one name.
    assert_eq!(
        case.files
            .iter()
            .filter(|file| file.path == "a.tgz!/a (100000)")
            .count(),
        1
    );
}

/// A log of 1 GiB with 1 MiB of records, which is what a log looks like that was given room and not filled: it must not
/// count as a bomb.
#[test]
fn a_log_full_of_zeros_is_no_bomb() {
    // Bytes with the entropy of records: zlib makes about a tenth of them.
    let mut state = 42_u32;
    let records: Vec<u8> = (0..1 << 20)
        .map(|at: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if at % 16 < 14 {
                (at % 16) as u8
            } else {
                (state >> 24) as u8 & 0x3F
            }
        })
        .collect();
    let mut writer = GzEncoder::new(Vec::new(), Compression::default());
    writer.write_all(EVT).unwrap();
    writer.write_all(&records).unwrap();
    let chunk = vec![0; 1 << 20];
    for _ in 0..1023 {
        writer.write_all(&chunk).unwrap();
    }
    let bytes = writer.finish().unwrap();
    let (_dir, case) = open_with("System.evt.gz", &bytes);
    let log = case.files.last().unwrap();
    assert_eq!((log.bytes, log.format), ((1 << 30) + 16, Format::Evt));
    let ratio = log.bytes / bytes.len() as u64;
    assert!((500..1000).contains(&ratio), "{ratio}");
    // The whole is over what a small archive may unpack to, but not over 1000 times its size.
    assert!(case.problems.is_empty(), "{:?}", case.problems);
}

#[test]
fn the_limit_of_the_case_comes_before_that_of_the_archive() {
    let mut budget = Budget::new(10 << 20, 3 << 30);
    assert_eq!(budget.bytes_left(), 3 << 30);
    budget.add_bytes(u64::MAX);
    assert_eq!(budget.bytes_left(), 0);
    assert_eq!(Budget::new(10, u64::MAX).bytes_left(), FREE_TOTAL);
    assert!(!limits::is_bomb(FREE_BYTES, 1) && limits::is_bomb(FREE_BYTES + 1, 1));
    assert!(!limits::is_bomb(FREE_BYTES + 1, FREE_BYTES / 1000 + 1));
}
