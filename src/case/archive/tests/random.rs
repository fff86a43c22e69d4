//! Cut, changed and random archives: none may panic, hang or give more than was in it.

use proptest::prelude::*;

use super::*;

fn good() -> Vec<(&'static str, Vec<u8>)> {
    let text = "MSExchangeIS,348,the same text again and again\r\n".repeat(40);
    let files: [(&str, &[u8]); 3] = [
        ("bh01/System.evt", EVT),
        ("bh01/log.csv", text.as_bytes()),
        ("e", b""),
    ];
    let inner = zip(&files);
    vec![
        ("a.zip", inner.clone()),
        (
            "b.zip",
            zip_with(
                CompressionMethod::Stored,
                &[("c.zip", &inner), ("t.tar", &tar(&files))],
            ),
        ),
        ("c.tar", tar(&files)),
        ("d.tgz", gzip(&tar(&files))),
        ("e.gz", gzip(text.as_bytes())),
        ("f.7z", fixture("solid.7z")),
        ("g.7z", fixture("lzma.7z")),
        ("h.zip", fixture("deflate64.zip")),
    ]
}

/// Opens it and reads every file to its end; gives the bytes of all entries.
fn read_all(name: &str, bytes: &[u8]) -> u64 {
    let (_dir, case) = open_with(name, bytes);
    let mut sum = 0;
    for file in &case.files {
        let mut stream = file.source.open().unwrap();
        let read = std::io::copy(&mut stream, &mut std::io::sink()).unwrap();
        assert_eq!(read, file.bytes, "{}", file.path);
        sum += read;
    }
    let twice = case::open(_dir.path()).unwrap();
    assert_eq!(paths(&case), paths(&twice));
    assert_eq!(case.problems, twice.problems);
    sum
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn cut(which in 0_usize..8, keep in 0.0_f64..1.0) {
        let (name, bytes) = good().swap_remove(which);
        let keep = (bytes.len() as f64 * keep) as usize;
        let sum = read_all(name, &bytes[..keep]);
        prop_assert!(sum <= 100_000, "{}", sum);
    }

    #[test]
    fn changed(which in 0_usize..8, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        let (name, mut bytes) = good().swap_remove(which);
        for (at, to) in changes {
            let at = at.index(bytes.len());
            bytes[at] = to;
        }
        read_all(name, &bytes);
    }

    /// Fields of the headers, where a change does the most.
    #[test]
    fn headers_changed(which in 0_usize..8, field in any::<prop::sample::Index>(), value in prop::sample::select(vec![0_u32, 1, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF])) {
        let (name, mut bytes) = good().swap_remove(which);
        let at = field.index(bytes.len() - 4);
        bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        read_all(name, &bytes);
    }

    #[test]
    fn shuffled(which in 0_usize..8, pieces in prop::collection::vec(any::<prop::sample::Index>(), 2..12)) {
        let (name, bytes) = good().swap_remove(which);
        let chunks: Vec<&[u8]> = bytes.chunks(37).collect();
        let shuffled: Vec<u8> = pieces.iter().flat_map(|at| chunks[at.index(chunks.len())].to_vec()).collect();
        read_all(name, &[&bytes[..32], &shuffled].concat());
    }

    #[test]
    fn random_behind_a_signature(magic in prop::sample::select(vec![&b"PK\x03\x04"[..], b"PK\x05\x06", b"\x1f\x8b\x08", b"7z\xBC\xAF\x27\x1C\0\x04"]), rest in prop::collection::vec(any::<u8>(), 0..600)) {
        read_all("a", &[magic, &rest].concat());
    }

    /// The checksums of a .7z keep random changes out of its header: here they are right.
    #[test]
    fn seven_zip_headers_with_the_right_checksum(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), which in 0_usize..2) {
        let mut bytes = fixture(["plain-header.7z", "solid.7z"][which]);
        let word = |bytes: &[u8], at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap()) as usize;
        let (start, length) = (32 + word(&bytes, 12), word(&bytes, 20));
        for (at, to) in changes {
            let at = start + at.index(length);
            bytes[at] = to;
        }
        let crc = |bytes: &[u8]| {
            let mut crc = flate2::Crc::new();
            crc.update(bytes);
            crc.sum().to_le_bytes()
        };
        let header = crc(&bytes[start..start + length]);
        bytes[28..32].copy_from_slice(&header);
        let first = crc(&bytes[12..32]);
        bytes[8..12].copy_from_slice(&first);
        read_all("a.7z", &bytes);
    }
}
