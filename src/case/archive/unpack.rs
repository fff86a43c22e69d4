//! Unpacking one entry: as a stream, and once to its end to learn how long it really is and whether it is whole.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;

use super::inflate::Inflate;
use super::kind::{KIND_BYTES, Kind};
use super::limits;
use super::region::{Region, RegionReader};
use super::spool::{Spool, SpoolWriter};

/// How the bytes of an entry are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    Stored,
    Deflate,
    /// Deflate with a window of 64 KiB, as the Windows Explorer uses for large files.
    Deflate64,
    Gzip,
}

/// An entry before it was unpacked.
#[derive(Clone, Debug)]
pub struct Packed {
    pub region: Region,
    pub packing: Packing,
    /// What the archive says of it.
    pub crc: Option<u32>,
    pub length: Option<u64>,
}

/// An entry that was unpacked to its end.
#[derive(Debug)]
pub struct Unpacked {
    /// Bytes that came out.
    pub length: u64,
    pub end: End,
    /// The kind of archive that it is itself.
    pub kind: Option<Kind>,
    /// Its bytes, where they can be read without unpacking them again.
    pub region: Option<Region>,
}

/// How unpacking ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    Whole,
    /// The bytes do not have the CRC-32 that the archive says.
    WrongChecksum,
    /// It can be unpacked no further.
    Damaged(String),
    /// Fewer or more bytes than the archive says.
    WrongLength {
        said: u64,
    },
    /// Unpacks to far more than its size.
    Bomb {
        packed: u64,
    },
    /// The archive or the case reached its limit.
    Limit,
    /// The temporary file could not be written.
    NoSpace(String),
}

/// Bytes unpacked at a time.
const CHUNK: usize = 128 * 1024;

/// The unpacked bytes of a region, as a stream. Not for [`Packing::Deflate64`], which is unpacked into the spool.
pub fn stream(region: &Region, packing: Packing) -> io::Result<Box<dyn Read + Send>> {
    let reader = region.reader()?;
    Ok(decoder(reader, packing))
}

fn decoder<R: Read + Send + 'static>(reader: R, packing: Packing) -> Box<dyn Read + Send> {
    match packing {
        Packing::Stored | Packing::Deflate64 => Box::new(reader),
        Packing::Deflate => Box::new(Inflate::new(reader)),
        Packing::Gzip => Box::new(MultiGzDecoder::new(reader)),
    }
}

/// Counts what is taken from the packed side.
pub struct Counted<R> {
    inner: R,
    taken: Arc<AtomicU64>,
}

impl<R> Counted<R> {
    pub fn new(inner: R) -> (Self, Arc<AtomicU64>) {
        let taken = Arc::new(AtomicU64::new(0));
        let counted = Self {
            inner,
            taken: Arc::clone(&taken),
        };
        (counted, taken)
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.taken.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl<R: io::Seek> io::Seek for Counted<R> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

/// Unpacks an entry to its end, or to `most` bytes. It goes to the spool if it is an archive itself, or cannot be
/// streamed.
pub fn unpack(packed: &Packed, most: u64, spool: &Arc<Spool>) -> Unpacked {
    if packed.packing == Packing::Stored && packed.crc.is_none() {
        return unpacked_already(packed);
    }
    let (reader, taken) = match packed.region.reader() {
        Ok(reader) => Counted::new(reader),
        Err(fault) => return Unpacked::nothing(End::Damaged(fault.to_string())),
    };
    let mut work = Work {
        most,
        taken: &taken,
        spool,
        keep: match packed.packing {
            Packing::Stored => Keep::Never,
            Packing::Deflate64 => Keep::Always,
            Packing::Deflate | Packing::Gzip => Keep::Archives,
        },
        crc: packed.crc.map(|_| flate2::Crc::new()),
        head: Vec::new(),
        length: 0,
        writer: None,
    };
    let end = match packed.packing {
        Packing::Deflate64 => deflate64(reader, packed, &mut work),
        packing => work.run(&mut decoder(reader, packing)),
    };
    let mut unpacked = work.finish(end, packed);
    if packed.packing == Packing::Stored {
        unpacked.region = Some(packed.region.clone());
    }
    unpacked
}

/// Stored bytes without a checksum need not be read to be known.
fn unpacked_already(packed: &Packed) -> Unpacked {
    let length = packed.region.length();
    let (kind, end) = match packed.region.bytes_at(0, KIND_BYTES) {
        Ok(head) => (Kind::of(&head), length_end(packed.length, length)),
        Err(fault) => (None, End::Damaged(fault.to_string())),
    };
    Unpacked {
        length,
        end,
        kind,
        region: Some(packed.region.clone()),
    }
}

fn length_end(said: Option<u64>, length: u64) -> End {
    match said {
        Some(said) if said != length => End::WrongLength { said },
        _ => End::Whole,
    }
}

/// The `zip` crate can unpack it, but only out of an archive: the entry gets a local header of its own.
fn deflate64(reader: Counted<RegionReader>, packed: &Packed, work: &mut Work<'_>) -> End {
    let (Ok(in_size), Ok(out_size)) = (
        u32::try_from(packed.region.length()),
        u32::try_from(packed.length.unwrap_or(u64::from(u32::MAX))),
    ) else {
        return End::Damaged("it is larger than 4 GiB, which cannot be read with Deflate64".into());
    };
    let mut header = b"PK\x03\x04\x15\0\0\0\x09\0\0\0\0\0".to_vec();
    for field in [packed.crc.unwrap_or_default(), in_size, out_size] {
        header.extend(field.to_le_bytes());
    }
    header.extend(b"\x01\0\0\0e");
    let mut archive = io::Cursor::new(header).chain(reader);
    match zip::read::read_zipfile_from_stream(&mut archive) {
        Ok(Some(mut file)) => work.run(&mut file),
        Ok(None) => End::Damaged("its data cannot be found".into()),
        Err(fault) => End::Damaged(fault.to_string()),
    }
}

enum Keep {
    Never,
    Archives,
    Always,
}

/// Unpacking in progress.
struct Work<'a> {
    most: u64,
    taken: &'a AtomicU64,
    spool: &'a Arc<Spool>,
    keep: Keep,
    crc: Option<flate2::Crc>,
    /// The first bytes, until the kind is known.
    head: Vec<u8>,
    length: u64,
    writer: Option<SpoolWriter>,
}

impl Work<'_> {
    fn run(&mut self, from: &mut dyn Read) -> End {
        let mut chunk = vec![0; CHUNK];
        loop {
            let read = match from.read(&mut chunk) {
                Ok(0) => return End::Whole,
                Ok(read) => read,
                Err(fault) if fault.kind() == io::ErrorKind::Interrupted => continue,
                Err(fault) => return End::Damaged(fault.to_string()),
            };
            let room = usize::try_from(self.most.saturating_sub(self.length)).unwrap_or(usize::MAX);
            let bytes = chunk.get(..read.min(room)).unwrap_or_default();
            if let Err(fault) = self.take(bytes) {
                return End::NoSpace(fault.to_string());
            }
            if read > room {
                return End::Limit;
            }
            let packed = self.taken.load(Ordering::Relaxed);
            if limits::is_bomb(self.length, packed) {
                return End::Bomb { packed };
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some(crc) = &mut self.crc {
            crc.update(bytes);
        }
        if self.head.len() < KIND_BYTES {
            let wanted = KIND_BYTES.saturating_sub(self.head.len()).min(bytes.len());
            self.head.extend(bytes.iter().take(wanted));
        }
        let keeps = match self.keep {
            Keep::Never => false,
            Keep::Always => true,
            // Decided on the first chunk that is long enough; what came before is still in `head`.
            Keep::Archives => {
                self.writer.is_some()
                    || (self.length < KIND_BYTES as u64 && Kind::of(&self.head).is_some())
            }
        };
        if keeps {
            let missed = usize::try_from(self.length).unwrap_or(usize::MAX);
            let writer = match self.writer.as_mut() {
                Some(writer) => writer,
                None => {
                    let writer = self.writer.insert(self.spool.writer());
                    writer.write_all(self.head.get(..missed).unwrap_or_default())?;
                    writer
                }
            };
            writer.write_all(bytes)?;
        }
        self.length = self.length.saturating_add(bytes.len() as u64);
        Ok(())
    }

    fn finish(self, end: End, packed: &Packed) -> Unpacked {
        let mut end = match end {
            End::Whole => match (length_end(packed.length, self.length), packed.crc, self.crc) {
                (End::Whole, Some(said), Some(crc)) if crc.sum() != said => End::WrongChecksum,
                (end, ..) => end,
            },
            end => end,
        };
        let region = match self.writer.map(SpoolWriter::finish) {
            Some(Ok(spooled)) => Some(Region::spooled(spooled)),
            Some(Err(fault)) => {
                end = End::NoSpace(fault.to_string());
                None
            }
            None => None,
        };
        Unpacked {
            length: match (&region, &end) {
                (None, End::NoSpace(_)) => 0,
                _ => self.length,
            },
            end,
            kind: Kind::of(&self.head),
            region,
        }
    }
}

impl Unpacked {
    pub fn nothing(end: End) -> Self {
        Self {
            length: 0,
            end,
            kind: None,
            region: None,
        }
    }
}
