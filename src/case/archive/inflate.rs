//! Raw Deflate (RFC 1951) as a stream that does not pass a cut end off as the end: the readers of `flate2` do.

use std::io::{self, BufRead, BufReader, Read};

use flate2::{Decompress, FlushDecompress, Status};

pub struct Inflate<R> {
    input: BufReader<R>,
    state: Decompress,
    ended: bool,
}

impl<R: Read> Inflate<R> {
    pub fn new(input: R) -> Self {
        Self {
            input: BufReader::with_capacity(32 * 1024, input),
            state: Decompress::new(false),
            ended: false,
        }
    }
}

impl<R: Read> Read for Inflate<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while !self.ended && !into.is_empty() {
            let input = self.input.fill_buf()?;
            let at_end = input.is_empty();
            let (before_in, before_out) = (self.state.total_in(), self.state.total_out());
            let status = self
                .state
                .decompress(input, into, FlushDecompress::None)
                .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "its data is damaged"))?;
            let taken = self.state.total_in().saturating_sub(before_in);
            self.input
                .consume(usize::try_from(taken).unwrap_or(usize::MAX));
            self.ended = status == Status::StreamEnd;
            let given = self.state.total_out().saturating_sub(before_out);
            if given > 0 {
                return Ok(usize::try_from(given).unwrap_or_default());
            }
            if at_end && !self.ended {
                return Err(io::Error::new(
                    io::ErrorKind::UnexpectedEof,
                    "its end is missing",
                ));
            }
            if taken == 0 && !self.ended {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "its data is damaged",
                ));
            }
        }
        Ok(0)
    }
}
