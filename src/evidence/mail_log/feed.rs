//! Whole lines out of a stream of blocks, in UTF-8 or whatever one-byte-per-ASCII encoding the file has.

use encoding_rs::{Decoder, UTF_16BE, UTF_16LE};
use memchr::{memchr, memchr_iter, memrchr};

use crate::case::encoding::{self, TextEncoding};
use crate::evidence::stream::EvidenceStream;

/// Bytes read at a time.
const BLOCK: usize = 4 * 1024 * 1024;

/// A longer line is no line of a log, and its end is passed over.
pub const MOST_LINE: usize = 1024 * 1024;

/// How much of the first block tells the encoding.
const SAMPLE: usize = 4096;

/// What the feed hands out, in the order of the file.
pub enum Piece<'a> {
    /// Whole lines, each with its end.
    Lines(&'a [u8]),
    /// What stands behind the last line end: the file may break off in it.
    Last(&'a [u8]),
    /// The beginning of a line that is too long.
    TooLong(&'a [u8]),
}

/// Cuts blocks at line ends and carries what is left over to the next.
#[derive(Default)]
pub struct Feed {
    begun: bool,
    encoding: Option<TextEncoding>,
    utf16: Option<Decoder>,
    carry: Vec<u8>,
    /// The rest of a line that is too long is being passed over.
    skipping: bool,
}

impl Feed {
    /// Gives all lines of the stream to `work`; how the text is encoded, where there is any.
    pub fn run(
        stream: &mut EvidenceStream<'_>,
        mut work: impl FnMut(Piece<'_>) + Send,
    ) -> Option<TextEncoding> {
        Self::run_by(stream, BLOCK, &mut work)
    }

    /// The same in blocks of a size that a test may choose.
    pub fn run_by(
        stream: &mut EvidenceStream<'_>,
        block: usize,
        work: &mut (impl FnMut(Piece<'_>) + Send),
    ) -> Option<TextEncoding> {
        let mut feed = Self::default();
        stream.each_block(block, |block| feed.block(block, work));
        feed.end(work);
        feed.encoding
    }

    fn block(&mut self, block: &[u8], work: &mut impl FnMut(Piece<'_>)) {
        let block = if self.begun { block } else { self.begin(block) };
        match self.utf16.as_mut() {
            None => self.bytes(block, work),
            Some(decoder) => {
                let mut text = String::new();
                if let Some(room) = decoder.max_utf8_buffer_length(block.len()) {
                    text.reserve(room);
                }
                // The room suffices for all of the block, so that one call takes it.
                let _ = decoder.decode_to_string(block, &mut text, false);
                self.bytes(text.as_bytes(), work);
            }
        }
    }

    /// Learns the encoding; the block without its mark.
    fn begin<'b>(&mut self, block: &'b [u8]) -> &'b [u8] {
        self.begun = true;
        let sample = block.get(..SAMPLE).unwrap_or(block);
        let found = encoding::decode(sample, None).encoding;
        self.encoding = Some(found);
        self.utf16 = match found {
            TextEncoding::Utf16LeBom | TextEncoding::Utf16Le => Some(UTF_16LE),
            TextEncoding::Utf16BeBom | TextEncoding::Utf16Be => Some(UTF_16BE),
            _ => None,
        }
        .map(|encoding| encoding.new_decoder_with_bom_removal());
        block.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(block)
    }

    fn bytes(&mut self, bytes: &[u8], work: &mut impl FnMut(Piece<'_>)) {
        let mut rest = bytes;
        if self.skipping || !self.carry.is_empty() {
            let Some(end) = memchr(b'\n', rest) else {
                return self.keep(rest, work);
            };
            let (line, after) = rest.split_at(end.saturating_add(1).min(rest.len()));
            rest = after;
            self.keep(line, work);
            if !self.skipping {
                work(Piece::Lines(&self.carry));
            }
            self.carry.clear();
            self.skipping = false;
        }
        let whole = memrchr(b'\n', rest).map_or(0, |end| end.saturating_add(1));
        let (lines, after) = rest.split_at(whole.min(rest.len()));
        if !lines.is_empty() {
            work(Piece::Lines(lines));
        }
        self.keep(after, work);
    }

    /// Holds a part of a line until its end is known.
    fn keep(&mut self, part: &[u8], work: &mut impl FnMut(Piece<'_>)) {
        if self.skipping {
            return;
        }
        self.carry.extend_from_slice(part);
        if self.carry.len() > MOST_LINE {
            work(Piece::TooLong(&self.carry));
            self.carry.clear();
            self.skipping = true;
        }
    }

    fn end(&mut self, work: &mut impl FnMut(Piece<'_>)) {
        if !self.carry.is_empty() {
            work(Piece::Last(&self.carry));
        }
    }
}

/// The lines of a text without their ends (LF, or CR LF).
pub fn lines_of(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let ends = memchr_iter(b'\n', text).chain((!text.ends_with(b"\n")).then_some(text.len()));
    let mut from = 0;
    ends.filter_map(move |end| {
        let line = text.get(from..end)?;
        from = end.saturating_add(1);
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::case::{Format, FoundFile, Source};
    use crate::evidence::model::FileId;
    use crate::evidence::progress::NoProgress;

    /// The lines that come out, and whether the last piece was an unfinished one.
    fn fed(bytes: &[u8], block: usize) -> (Vec<Vec<u8>>, bool, usize) {
        let file = FoundFile {
            id: FileId(1),
            path: "x".into(),
            source: Source::Memory(Arc::from(bytes)),
            format: Format::Tracking2003,
            recognised_by: String::new(),
            bytes: bytes.len() as u64,
        };
        let mut stream = EvidenceStream::open(&file, &NoProgress).unwrap();
        let (mut lines, mut last, mut long) = (Vec::new(), false, 0);
        Feed::run_by(&mut stream, block, &mut |piece: Piece<'_>| match piece {
            Piece::Lines(text) => {
                assert!(text.ends_with(b"\n"));
                lines.extend(lines_of(text).map(<[u8]>::to_vec));
            }
            Piece::Last(text) => {
                last = true;
                lines.extend(lines_of(text).map(<[u8]>::to_vec));
            }
            Piece::TooLong(_) => long += 1,
        });
        (lines, last, long)
    }

    #[test]
    fn too_long_a_line_is_passed_over_alone() {
        let long = vec![b'x'; MOST_LINE + 5];
        let text = [b"a\n", long.as_slice(), b"\nb\n"].concat();
        for block in [64 * 1024, text.len()] {
            let (lines, last, long) = fed(&text, block);
            let expected: &[&[u8]] = if block == text.len() {
                // It fits into one block, and is handed out with the others there.
                &[b"a", &text[2..2 + MOST_LINE + 5], b"b"]
            } else {
                &[b"a", b"b"]
            };
            assert_eq!(
                (lines.as_slice(), last),
                (
                    expected
                        .iter()
                        .map(|l| l.to_vec())
                        .collect::<Vec<_>>()
                        .as_slice(),
                    false
                )
            );
            assert_eq!(long, usize::from(block != text.len()));
        }
    }

    #[test]
    fn utf16_is_read_as_text() {
        let text = "# Date\tTime\r\n2006\u{20ac}\r\nend";
        for (mark, big) in [(&b"\xFF\xFE"[..], false), (b"\xFE\xFF", true), (b"", false)] {
            let units = text.encode_utf16();
            let body: Vec<u8> = units
                .flat_map(|unit| {
                    if big {
                        unit.to_be_bytes()
                    } else {
                        unit.to_le_bytes()
                    }
                })
                .collect();
            for block in [7, 4096] {
                if mark.is_empty() && block == 7 {
                    continue;
                }
                let (lines, last, _) = fed(&[mark, &body].concat(), block);
                let lines: Vec<String> = lines
                    .into_iter()
                    .map(|line| String::from_utf8(line).unwrap())
                    .collect();
                assert_eq!(
                    (lines.as_slice(), last),
                    (
                        &[
                            "# Date\tTime".to_owned(),
                            "2006\u{20ac}".to_owned(),
                            "end".to_owned()
                        ][..],
                        true
                    )
                );
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn blocks_of_any_size_give_the_same_lines(text in "[ab\r\n]{0,60}", block in 1_usize..20) {
            let text = text.as_bytes();
            let (lines, last, _) = fed(text, block);
            let mut expected: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
            let rest = expected.pop().unwrap_or_default();
            proptest::prop_assert_eq!(last, !rest.is_empty());
            if last { expected.push(rest); }
            let expected: Vec<&[u8]> = expected.iter().map(|line| line.strip_suffix(b"\r").unwrap_or(line)).collect();
            proptest::prop_assert_eq!(lines, expected);
        }
    }
}
