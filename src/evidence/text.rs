//! A file read whole as text: its encoding, and what has to be said about it.

use super::stream::EvidenceStream;
use crate::case::encoding::{self, CodePage, TextEncoding};

/// The text of a file.
pub struct Text {
    pub text: String,
    pub encoding: TextEncoding,
    /// Some bytes meant nothing in this encoding and were replaced by U+FFFD.
    pub lossy: bool,
}

/// Reads the rest of the file, if it is shorter than `most` bytes. `code_page`: what the case says of the file.
pub fn read(
    stream: &mut EvidenceStream<'_>,
    code_page: Option<CodePage>,
    most: usize,
) -> Option<Text> {
    let bytes = stream.next_block(most);
    if bytes.len() == most {
        return None;
    }
    let decoded = encoding::decode(&bytes, code_page);
    Some(Text {
        encoding: decoded.encoding,
        lossy: decoded.lossy,
        text: decoded.text.into_owned(),
    })
}
