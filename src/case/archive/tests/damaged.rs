//! Archives that were cut or changed on their way.

use super::*;

/// Bytes that do not compress, so that a cut leaves some of every entry.
fn noise(length: usize, seed: u32) -> Vec<u8> {
    let mut state = seed;
    let noise = std::iter::repeat_with(move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    EVT.iter().copied().chain(noise).take(length).collect()
}

#[test]
fn a_zip_without_its_directory_gives_what_is_there() {
    let (first, second) = (noise(5000, 1), noise(5000, 2));
    for method in [CompressionMethod::Deflated, CompressionMethod::Stored] {
        let whole = zip_with(method, &[("a.evt", &first), ("b.evt", &second)]);
        let central = whole
            .windows(4)
            .position(|window| window == b"PK\x01\x02")
            .unwrap();
        // The directory alone is gone.
        let (_dir, case) = open_with("a.zip", &whole[..central]);
        assert_eq!(bytes_of(&case, "a.zip!/a.evt"), first);
        assert_eq!(bytes_of(&case, "a.zip!/b.evt"), second);
        assert_problem(&case, "a.zip", "going through the archive itself found 2");
        // The second entry is cut too.
        let (_dir, case) = open_with("a.zip", &whole[..central - 2000]);
        assert_eq!(bytes_of(&case, "a.zip!/a.evt"), first);
        let rest = bytes_of(&case, "a.zip!/b.evt");
        assert!(
            rest.len() > 2000 && second.starts_with(&rest),
            "{}",
            rest.len()
        );
        let second = "a.zip!/b.evt";
        assert!(
            has_problem(&case, second, "its end is missing")
                || has_problem(&case, second, "says that it has"),
            "{:?}",
            case.problems
        );
    }
}

#[test]
fn entries_whose_sizes_come_behind_their_data_are_found_without_a_directory() {
    // As macOS and Java write them: a header with bit 3 and no sizes, the data, the descriptor.
    let data = noise(3000, 3);
    let packed = {
        let mut writer = flate2::write::DeflateEncoder::new(Vec::new(), Compression::default());
        writer.write_all(&data).unwrap();
        writer.finish().unwrap()
    };
    let mut crc = flate2::Crc::new();
    crc.update(&data);
    let mut bytes = Vec::new();
    for name in [b"a.evt", b"b.evt"] {
        bytes.extend(b"PK\x03\x04\x14\0\x08\0\x08\0\0\0\0\0");
        bytes.extend([0; 12]);
        bytes.extend(b"\x05\0\0\0");
        bytes.extend(name);
        bytes.extend(&packed);
        bytes.extend(b"PK\x07\x08");
        for field in [crc.sum(), packed.len() as u32, data.len() as u32] {
            bytes.extend(field.to_le_bytes());
        }
    }
    let (_dir, case) = open_with("a.zip", &bytes);
    assert_eq!(bytes_of(&case, "a.zip!/a.evt"), data);
    assert_eq!(bytes_of(&case, "a.zip!/b.evt"), data);
    assert_eq!(case.problems.len(), 1);
    // Cut in the second: no descriptor is left.
    let (_dir, case) = open_with("a.zip", &bytes[..bytes.len() - 500]);
    assert_eq!(bytes_of(&case, "a.zip!/a.evt"), data);
    assert!(data.starts_with(&bytes_of(&case, "a.zip!/b.evt")));
    assert_problem(&case, "a.zip!/b.evt", "its end is missing");
}

#[test]
fn a_directory_damaged_in_the_middle_keeps_its_first_entries() {
    let files: [(&str, &[u8]); 3] = [("a.evt", EVT), ("b.evt", b"b"), ("c.evt", b"c")];
    let mut bytes = zip(&files);
    let second = bytes
        .windows(4)
        .enumerate()
        .filter(|(_, window)| *window == b"PK\x01\x02")
        .nth(1)
        .unwrap()
        .0;
    bytes[second] = 0;
    let (_dir, case) = open_with("a.zip", &bytes);
    for (name, content) in files {
        assert_eq!(bytes_of(&case, &format!("a.zip!/{name}")), content);
    }
    assert_problem(
        &case,
        "a.zip",
        "damaged after 1; going through the archive itself found 2 more",
    );
}

#[test]
fn a_wrong_checksum_is_reported_and_the_bytes_are_used() {
    let mut bytes = zip_with(CompressionMethod::Stored, &[("a.evt", EVT), ("b.evt", EVT)]);
    let at = bytes
        .windows(4)
        .position(|window| window == b"LfLe")
        .unwrap();
    bytes[at + 6] ^= 0x40;
    let (_dir, case) = open_with("a.zip", &bytes);
    assert_problem(&case, "a.zip!/a.evt", "does not have the checksum (CRC-32)");
    assert_eq!(bytes_of(&case, "a.zip!/a.evt").len(), EVT.len());
    assert_eq!(format_of(&case, "a.zip!/a.evt"), Format::Evt);
    assert_eq!(case.problems.len(), 1);

    let mut bytes = gzip(EVT);
    let crc = bytes.len() - 8;
    bytes[crc] ^= 1;
    let (_dir, case) = open_with("System.evt.gz", &bytes);
    assert_eq!(bytes_of(&case, "System.evt.gz!/System.evt"), EVT);
    assert_problem(
        &case,
        "System.evt.gz!/System.evt",
        "cannot be unpacked to its end",
    );
}

#[test]
fn damage_in_a_7z_costs_no_more_than_what_is_behind_it() {
    let whole = fixture("lzma.7z");
    // The packed bytes of the first block begin behind the header of 32 bytes.
    let mut bytes = whole.clone();
    bytes[40] ^= 0xFF;
    let (_dir, case) = open_with("a.7z", &bytes);
    assert_eq!(
        bytes_of(&case, "a.7z!/notes.txt"),
        b"a note about the case\n"
    );
    let damaged = "a.7z!/bh01/SysEvent.Evt";
    assert!(
        has_problem(&case, damaged, "cannot be unpacked")
            || has_problem(&case, damaged, "does not have the checksum"),
        "{:?}",
        case.problems
    );
    // Without its end a .7z has no list of its files.
    let (_dir, case) = open_with("a.7z", &whole[..whole.len() - 20]);
    assert_eq!(paths(&case), ["a.7z"]);
    assert_problem(&case, "a.7z", "This archive cannot be read");
}

#[test]
fn a_cut_gz_or_tar_gz_gives_its_first_part() {
    let log = noise(50_000, 4);
    let whole = gzip(&log);
    let (_dir, case) = open_with("System.evt.gz", &whole[..30_000]);
    let rest = bytes_of(&case, "System.evt.gz!/System.evt");
    assert!(rest.len() > 20_000 && log.starts_with(&rest));
    assert_problem(
        &case,
        "System.evt.gz!/System.evt",
        "cannot be unpacked to its end",
    );

    let whole = gzip(&tar(&[("a.evt", &log), ("b.evt", &log)]));
    let (_dir, case) = open_with("a.tgz", &whole[..70_000]);
    assert_eq!(bytes_of(&case, "a.tgz!/a.evt"), log);
    assert!(log.starts_with(&bytes_of(&case, "a.tgz!/b.evt")));
    assert_problem(&case, "a.tgz", "cannot be unpacked to its end");
    assert_problem(&case, "a.tgz!/b.evt", "says that it has 50000 bytes");
}

#[test]
fn a_damaged_header_in_a_tar_costs_one_file() {
    let log = noise(1500, 5);
    let mut bytes = tar(&[("a.evt", &log), ("b.evt", &log), ("c.evt", &log)]);
    // Header and three blocks each: the second header is at 2048.
    bytes[2048 + 20] ^= 0x55;
    let (_dir, case) = open_with("a.tar", &bytes);
    assert_eq!(paths(&case), ["a.tar", "a.tar!/a.evt", "a.tar!/c.evt"]);
    assert_eq!(bytes_of(&case, "a.tar!/c.evt"), log);
    assert_problem(&case, "a.tar", "bytes of this .tar belong to no file");
}

#[test]
fn many_damaged_entries_are_summed_up() {
    let names: Vec<String> = (0..50).map(|n| format!("{n:02}.evt")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), EVT)).collect();
    let mut bytes = zip_with(CompressionMethod::Stored, &files);
    let logs: Vec<usize> = bytes
        .windows(4)
        .enumerate()
        .filter(|(_, w)| *w == b"LfLe")
        .map(|(at, _)| at)
        .collect();
    for at in logs {
        bytes[at + 9] ^= 1;
    }
    let (_dir, case) = open_with("a.zip", &bytes);
    assert_eq!((case.files.len(), case.problems.len()), (51, 21));
    assert_problem(
        &case,
        "a.zip",
        "Damaged like those listed one by one: 30 entries (`20.evt`",
    );
}

#[test]
fn a_program_before_the_archive_does_not_hide_it() {
    // Only the archive counts from its own beginning; a self-extracting one is called a program.
    let (_dir, case) = open_with(
        "a.zip",
        &[b"PK00".as_slice(), &zip(&[("a.evt", EVT)])].concat(),
    );
    assert_eq!(bytes_of(&case, "a.zip!/a.evt"), EVT);
    assert!(case.problems.is_empty(), "{:?}", case.problems);
}
