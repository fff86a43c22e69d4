//! Bounded reading of little-endian bytes: nothing here can run past its end.

/// A place in a chunk, and the end that it must not pass.
#[derive(Clone, Copy)]
pub struct Cursor<'c> {
    bytes: &'c [u8],
    at: usize,
}

impl<'c> Cursor<'c> {
    /// Reads `chunk` from `at` up to `end`; both count from the chunk's first byte.
    pub fn new(chunk: &'c [u8], at: usize, end: usize) -> Option<Self> {
        let bytes = chunk.get(..end)?;
        (at <= end).then_some(Self { bytes, at })
    }

    /// Offset in the chunk of what is read next.
    pub fn at(&self) -> usize {
        self.at
    }

    /// What is left, without taking it.
    pub fn rest(&self) -> &'c [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    #[inline]
    pub fn take(&mut self, count: usize) -> Option<&'c [u8]> {
        let (taken, _) = self.bytes.get(self.at..)?.split_at_checked(count)?;
        self.at += count;
        Some(taken)
    }

    #[inline]
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let taken = self.bytes.get(self.at..)?.first_chunk::<N>()?;
        self.at += N;
        Some(*taken)
    }

    pub fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// An offset or a size, as an index.
    pub fn index(&mut self) -> Option<usize> {
        usize::try_from(self.u32()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::Cursor;

    #[test]
    fn the_end_is_never_passed() {
        let chunk = [1, 2, 3, 4, 5, 6];
        let mut cursor = Cursor::new(&chunk, 1, 4).unwrap();
        assert_eq!((cursor.u16(), cursor.u16()), (Some(0x0302), None));
        assert_eq!((cursor.at(), cursor.rest()), (3, [4].as_slice()));
        assert_eq!(
            (cursor.take(1), cursor.take(1)),
            (Some([4].as_slice()), None)
        );
        assert_eq!((cursor.take(0), cursor.u8()), (Some([].as_slice()), None));
        assert!(Cursor::new(&chunk, 0, 7).is_none() && Cursor::new(&chunk, 5, 4).is_none());
    }
}
