//! The index against the evtx crate: the same records, fields, strings and problems, whatever the bytes.

use std::fs::ReadDir;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use forge::evtx::{Options, samples, write};
use proptest::prelude::*;

use super::*;
use crate::case::{CaseConfig, Format, FoundFile, Source};
use crate::evidence::evtx::chunk::{CHUNK_BYTES, header_checksum};
use crate::evidence::evtx::header::u32_at;
use crate::evidence::evtx::{EvtxReader, Method};
use crate::evidence::model::{FileId, Reading};
use crate::evidence::progress::NoProgress;
use crate::evidence::stream::EvidenceStream;
use crate::evidence::{Keep, ReadContext, Reader};

const FILE_HEADER: usize = 4096;

fn read(bytes: &[u8], method: Method, keep: Keep<'_>) -> Reading {
    let file = FoundFile {
        id: FileId(1),
        path: "a.evtx".into(),
        source: Source::Memory(Arc::from(bytes)),
        format: Format::Evtx,
        recognised_by: String::new(),
        bytes: bytes.len() as u64,
    };
    let config = CaseConfig::default();
    let mut stream = EvidenceStream::open(&file, &NoProgress).unwrap();
    let mut context = ReadContext::new(&config, keep);
    context.matters = &|event| !event.strings.iter().any(|string| string.contains('a'));
    context.evtx_method = method;
    EvtxReader.read(&file, &mut stream, &context)
}

/// Reads by both methods, once keeping every event and once some.
fn compare(bytes: &[u8], what: &str) {
    let keeps: [Keep<'_>; 2] = [&|_, _, _| true, &|_, provider, id| {
        !(usize::from(id) + provider.len()).is_multiple_of(3)
    }];
    for keep in keeps {
        let [fast, slow] = [Method::IndexFirst, Method::DecodeAll].map(|m| read(bytes, m, keep));
        assert_eq!(fast.records, slow.records, "{what}");
        assert_eq!(fast.damaged, slow.damaged, "{what}");
        assert_eq!(fast.problems, slow.problems, "{what}");
        assert_eq!(fast.events.len(), slow.events.len(), "{what}");
        for (fast, slow) in fast.events.iter().zip(&slow.events) {
            assert_eq!(fast, slow, "{what}");
        }
        assert_eq!(
            format!("{:?}", fast.spans),
            format!("{:?}", slow.spans),
            "{what}"
        );
    }
}

/// Chunks that the index can be asked to read, and those that it read.
#[derive(Default)]
struct Share {
    sound: usize,
    indexed: usize,
}

impl Share {
    fn add(&mut self, bytes: &[u8], keep: Keep<'_>) {
        let want = Want {
            file: FileId(1),
            keep,
            matters: &|_| true,
        };
        for chunk in bytes
            .get(FILE_HEADER..)
            .unwrap_or_default()
            .chunks(CHUNK_BYTES)
        {
            if Header::read(chunk).is_none() {
                continue;
            }
            let (mut desk, mut scratch) = (Desk::default(), Scratch::default());
            let read = super::chunk(chunk, &want, &mut desk, &mut scratch, &mut Vec::new());
            self.sound += 1;
            self.indexed += usize::from(read.is_some());
        }
    }
}

fn written() -> Vec<(String, Vec<u8>)> {
    let log = |(name, records): (String, Vec<_>)| {
        let bytes = write(&records, &Options::default()).unwrap();
        (name, bytes)
    };
    samples().into_iter().map(log).collect()
}

fn real_folder() -> Option<ReadDir> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/real/evtx");
    let files = std::fs::read_dir(&folder).ok();
    if files.is_none() {
        eprintln!(
            "not run: the real evidence files are not at {}",
            folder.display()
        );
    }
    files
}

#[test]
fn logs_of_the_forge_are_read_alike() {
    let mut share = Share::default();
    for (name, bytes) in written() {
        compare(&bytes, &name);
        share.add(&bytes, &|_, _, _| true);
    }
    assert_eq!(
        share.indexed, share.sound,
        "the index reads whatever the forge writes"
    );
}

#[test]
fn real_logs_are_read_alike() {
    let Some(files) = real_folder() else { return };
    let (mut counted, mut kept) = (Share::default(), Share::default());
    for file in files {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        compare(&bytes, &path.display().to_string());
        counted.add(&bytes, &|_, _, _| false);
        kept.add(&bytes, &|_, _, _| true);
    }
    println!(
        "of {} sound chunks {} were indexed, {} of them with every event kept",
        counted.sound, counted.indexed, kept.indexed
    );
    // Should the index stop reading what Windows writes, nothing but the speed would tell.
    assert!(counted.indexed * 100 >= counted.sound * 95);
    assert!(kept.indexed * 100 >= kept.sound * 80);
}

/// Puts right checksums over changed bytes, so that only the change itself can be noticed.
fn seal(log: &mut [u8]) {
    for chunk in log
        .get_mut(FILE_HEADER..)
        .unwrap_or_default()
        .chunks_mut(CHUNK_BYTES)
    {
        let Some(free) = u32_at(chunk, 48).and_then(|free| usize::try_from(free).ok()) else {
            continue;
        };
        let Some(data) = chunk.get(CHUNK_HEADER_BYTES..free) else {
            continue;
        };
        let data = evtx::checksum_ieee(data).to_le_bytes();
        chunk[52..56].copy_from_slice(&data);
        let header = header_checksum(chunk).unwrap().to_le_bytes();
        chunk[124..128].copy_from_slice(&header);
    }
}

/// A chunk with a file header before it, its bytes changed at the places given, each among the used ones.
fn changed(chunk: &[u8], changes: &[(usize, u8)], sealed: bool) -> Vec<u8> {
    let mut log = vec![0; FILE_HEADER];
    log.extend_from_slice(chunk);
    let free = u32_at(chunk, 48)
        .and_then(|free| usize::try_from(free).ok())
        .unwrap_or(0);
    let used = free.clamp(1, chunk.len());
    for &(at, byte) in changes {
        log[FILE_HEADER + at % used] = byte;
    }
    if sealed {
        seal(&mut log);
    }
    log
}

/// A few changed bytes; small values more often, since types, tokens and sizes are such.
fn changes() -> impl Strategy<Value = Vec<(usize, u8)>> {
    let byte = prop_oneof![0_u8..0x24, any::<u8>()];
    proptest::collection::vec((0..CHUNK_BYTES, byte), 1..8)
}

/// Chunks of the forge's samples and, where they are present, of real logs.
fn chunks() -> &'static [Vec<u8>] {
    static CHUNKS: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    CHUNKS.get_or_init(|| {
        let mut logs: Vec<Vec<u8>> = written().into_iter().map(|(_, bytes)| bytes).collect();
        for file in real_folder().into_iter().flatten() {
            logs.push(std::fs::read(file.unwrap().path()).unwrap());
        }
        let of = |log: &Vec<u8>| -> Vec<Vec<u8>> {
            let chunks = log
                .get(FILE_HEADER..)
                .unwrap_or_default()
                .chunks_exact(CHUNK_BYTES);
            chunks
                .filter(|chunk| Header::read(chunk).is_some())
                .map(<[u8]>::to_vec)
                .collect()
        };
        logs.iter().flat_map(of).collect()
    })
}

proptest::proptest! {
    #![proptest_config(ProptestConfig::default())]

    #[test]
    fn changed_chunks_are_read_alike(
        which in any::<proptest::sample::Index>(),
        sealed in prop_oneof![4 => Just(true), 1 => Just(false)],
        changes in changes(),
    ) {
        let chunk = which.get(chunks());
        compare(&changed(chunk, &changes, sealed), "a changed chunk");
    }
}
