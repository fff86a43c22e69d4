//! Whether a line names a message that is followed, asked of every line.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use crate::evidence::Followed;
use crate::profile::message_key;

/// The messages that are followed. A hash of the message id's own bytes says no for nearly every line; only where it
/// says yes the key is made and compared.
pub struct Wanted<'a> {
    followed: &'a Followed,
    hashes: HashSet<u64, BuildHasherDefault<Itself>>,
}

impl<'a> Wanted<'a> {
    pub fn new(followed: &'a Followed) -> Self {
        Self {
            followed,
            hashes: followed
                .keys
                .iter()
                .map(|key| hash(key.as_bytes()))
                .collect(),
        }
    }

    /// Every message is wanted.
    pub fn all(&self) -> bool {
        self.followed.all
    }

    pub fn late_after(&self) -> i64 {
        self.followed.late_after
    }

    /// Whether the message of that id is followed.
    pub fn holds(&self, id: &[u8]) -> bool {
        if self.hashes.is_empty() {
            return false;
        }
        // Capitals beyond ASCII are folded by the key alone.
        let may_be = !id.is_ascii() || self.hashes.contains(&hash(bare(id)));
        may_be
            && self
                .followed
                .keys
                .contains(&message_key(&String::from_utf8_lossy(id)))
    }
}

/// An ASCII message id as [`message_key`] strips it.
fn bare(id: &[u8]) -> &[u8] {
    let id = blanks_off(id);
    let inner = id
        .strip_prefix(b"<")
        .and_then(|inner| inner.strip_suffix(b">"));
    inner.map_or(id, blanks_off)
}

/// Without the blanks around it, of which `str::trim` knows one more in ASCII than `trim_ascii`.
fn blanks_off(mut text: &[u8]) -> &[u8] {
    let blank = |byte: u8| byte.is_ascii_whitespace() || byte == 0x0B;
    while let Some((_, rest)) = text.split_first().filter(|(first, _)| blank(**first)) {
        text = rest;
    }
    while let Some((_, rest)) = text.split_last().filter(|(last, _)| blank(**last)) {
        text = rest;
    }
    text
}

/// FNV-1a over eight bytes at a time, with ASCII letters folded: what differs in the case of the part before the `@`
/// alone is told apart by the key.
fn hash(text: &[u8]) -> u64 {
    const PRIME: u64 = 0x0000_0100_0000_01B3;
    let (words, rest) = text.as_chunks::<8>();
    let mut sum = 0xCBF2_9CE4_8422_2325_u64;
    let mut mix = |word: u64| {
        // Bit 5 tells capitals from small letters; folding it everywhere confuses some signs, which costs nothing.
        let folded = word | 0x2020_2020_2020_2020;
        sum = (sum ^ folded).wrapping_mul(PRIME);
        sum ^= sum >> 29;
    };
    for word in words {
        mix(u64::from_le_bytes(*word));
    }
    let last = rest
        .iter()
        .fold(0, |word, byte| (word << 8) | u64::from(*byte));
    mix(last);
    mix(text.len() as u64);
    sum
}

/// A number that is a hash already.
#[derive(Default)]
struct Itself(u64);

impl Hasher for Itself {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn followed(keys: &[&str]) -> Followed {
        Followed {
            all: false,
            keys: keys.iter().map(|key| message_key(key)).collect(),
            late_after: i64::MAX,
        }
    }

    #[test]
    fn spellings_of_one_id() {
        let followed = followed(&["<AbC@Mail.Example.COM>", "<é@É.example>", "bare"]);
        let wanted = Wanted::new(&followed);
        for id in [
            "<AbC@mail.example.com>",
            " AbC@MAIL.EXAMPLE.com ",
            "\u{b}<AbC@mail.example.com>",
            "<é@é.example>",
            "<bare>",
        ] {
            assert!(wanted.holds(id.as_bytes()), "{id}");
        }
        for id in [
            "<abc@mail.example.com>",
            "<AbC@mail.example.co>",
            "",
            "-",
            "<É@é.example>",
        ] {
            assert!(!wanted.holds(id.as_bytes()), "{id}");
        }
        let nobody = Followed::default();
        assert!(!Wanted::new(&nobody).holds(b""));
    }

    proptest::proptest! {
        /// Whatever the key makes equal is found, and nothing else.
        #[test]
        fn holds_is_what_the_keys_hold(key in "[ <>aAé@.]{0,12}", id in "[ <>aAé@.\u{b}\u{a0}]{0,12}") {
            let followed = followed(&[&key]);
            let wanted = Wanted::new(&followed);
            proptest::prop_assert!(wanted.holds(key.as_bytes()));
            proptest::prop_assert_eq!(wanted.holds(id.as_bytes()), followed.keys.contains(&message_key(&id)));
        }
    }
}
