//! One storage of a `.msg`: a stream of short values, and a stream for every longer one ([MS-OXMSG] 2.4).

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use super::MESSAGE_CODEPAGE;
use crate::case::encoding::{self, CodePage};
use crate::evidence::mapi::{Properties, Value};
use crate::evidence::tally::Tally;

/// The stream of short values.
pub const PROPERTIES: &str = "__properties_version1.0";
/// Bytes before the first value ([MS-OXMSG] 2.4.1): at the top, and of a recipient.
pub const ROOT_HEADER: usize = 32;
pub const RECIPIENT_HEADER: usize = 8;
/// A short value: tag, flags, eight bytes.
const ENTRY: usize = 16;

const LONG_VALUE: &str = "__substg1.0_";
const RECIPIENT: &str = "__recip_version1.0_#";

/// Longer values are not read: no key, subject or address is, and headers with the message id in them come early.
const MOST_VALUE: u64 = 1024 * 1024;
/// The same for the stream of short values, of which a message has some hundred.
const MOST_ENTRIES: u64 = 1024 * 1024;

type File = cfb::CompoundFile<Cursor<Vec<u8>>>;

pub struct Container {
    file: File,
    /// Code page of texts that are no Unicode, as the message says, else as the case does.
    code_page: Option<CodePage>,
    /// The code page that had to be guessed.
    pub guessed: Option<String>,
    /// Streams that cannot be read.
    pub broken: Tally,
}

impl Container {
    pub fn new(file: File, code_page: Option<CodePage>) -> Self {
        let mut container = Self {
            file,
            code_page,
            guessed: None,
            broken: Tally::default(),
        };
        container.code_page = container.own_code_page().or(code_page);
        container
    }

    pub fn has_message(&self) -> bool {
        self.file.is_stream(Path::new("/").join(PROPERTIES))
    }

    fn own_code_page(&mut self) -> Option<CodePage> {
        let entries = self.entries(Path::new("/"), ROOT_HEADER);
        let own = entries
            .into_iter()
            .find(|(tag, _)| tag >> 16 == u32::from(MESSAGE_CODEPAGE));
        let number = own.map(|(_, value)| u32::try_from(value & 0xFFFF_FFFF).unwrap_or(0))?;
        CodePage::parse(&number.to_string())
    }

    /// The paths of the recipients' storages, in their order.
    pub fn recipients(&self) -> Vec<String> {
        let entries = self.file.read_root_storage();
        let mut paths: Vec<String> = entries
            .filter(|entry| entry.is_storage() && entry.name().starts_with(RECIPIENT))
            .map(|entry| format!("/{}", entry.name()))
            .collect();
        paths.sort();
        paths
    }

    /// The properties of one storage; `header` is what comes before its short values.
    pub fn properties(&mut self, storage: &str, header: usize) -> Properties {
        let folder = PathBuf::from(if storage.is_empty() { "/" } else { storage });
        let mut properties = Properties::default();
        for (tag, value) in self.entries(&folder, header) {
            let (id, kind) = parts(tag);
            if !Properties::wants(id) || is_long(kind) {
                continue;
            }
            if let Some(value) = Value::from_bytes(kind, &value.to_le_bytes(), |_| String::new()) {
                properties.add(id, value);
            }
        }
        for (name, length) in self.long_values(&folder) {
            let tag = name
                .strip_prefix(LONG_VALUE)
                .and_then(|tag| u32::from_str_radix(tag, 16).ok());
            let Some((id, kind)) = tag.map(parts) else {
                continue;
            };
            if !Properties::wants(id) || !is_long(kind) {
                continue;
            }
            let Some(bytes) = self.stream(&folder.join(&name), length.min(MOST_VALUE)) else {
                self.broken.add(name);
                continue;
            };
            let (code_page, mut guessed) = (self.code_page, None);
            let value = Value::from_bytes(kind, &bytes, |bytes| {
                let decoded = encoding::decode(bytes, code_page);
                String::from(decoded.text)
            });
            if kind == STRING8 {
                let decoded = encoding::decode(&bytes, code_page).encoding;
                guessed = decoded.is_guess().then(|| decoded.describe());
            }
            self.guessed = self.guessed.take().or(guessed);
            if let Some(value) = value {
                properties.add(id, value);
            }
        }
        properties
    }

    /// Names and lengths of a storage's longer values.
    fn long_values(&self, folder: &Path) -> Vec<(String, u64)> {
        let Ok(entries) = self.file.read_storage(folder) else {
            return Vec::new();
        };
        entries
            .filter(|entry| entry.is_stream() && entry.name().starts_with(LONG_VALUE))
            .map(|entry| (entry.name().to_owned(), entry.len()))
            .collect()
    }

    /// Tags and bytes of a storage's short values.
    fn entries(&mut self, folder: &Path, header: usize) -> Vec<(u32, u64)> {
        let path = folder.join(PROPERTIES);
        let Some(bytes) = self.stream(&path, MOST_ENTRIES) else {
            self.broken.add(PROPERTIES);
            return Vec::new();
        };
        let entries = bytes.get(header..).unwrap_or_default();
        entries
            .chunks_exact(ENTRY)
            .filter_map(|entry| {
                let tag = entry.get(..4)?.try_into().ok()?;
                let value = entry.get(8..)?.try_into().ok()?;
                Some((u32::from_le_bytes(tag), u64::from_le_bytes(value)))
            })
            .collect()
    }

    /// At most so many bytes of a stream; `None` when it cannot be read to there.
    fn stream(&mut self, path: &Path, most: u64) -> Option<Vec<u8>> {
        let stream = self.file.open_stream(path).ok()?;
        let mut bytes = Vec::new();
        let expected = stream.len().min(most);
        stream.take(most).read_to_end(&mut bytes).ok()?;
        (bytes.len() as u64 == expected).then_some(bytes)
    }
}

const STRING8: u16 = 0x001E;

fn parts(tag: u32) -> (u16, u16) {
    // Two halves of 32 bits fit into 16 each.
    let half = |number: u32| u16::try_from(number & 0xFFFF).unwrap_or(0);
    (half(tag >> 16), half(tag))
}

/// PT_STRING8, PT_UNICODE, PT_BINARY: in streams of their own.
fn is_long(kind: u16) -> bool {
    matches!(kind, STRING8 | 0x001F | 0x0102)
}
