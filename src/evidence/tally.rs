//! One kind of damage in one file: how often, and where first.

use std::fmt;

/// Places shown of each kind of damage; the rest is only counted.
const SHOWN: usize = 3;

/// A count with the first few places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub count: u64,
    first: Vec<String>,
}

impl Tally {
    pub fn add(&mut self, place: impl fmt::Display) {
        self.count += 1;
        if self.first.len() < SHOWN {
            self.first.push(place.to_string());
        }
    }

    /// Adds what a later part of the file met.
    pub fn append(&mut self, later: Self) {
        self.count += later.count;
        let room = SHOWN.saturating_sub(self.first.len());
        self.first.extend(later.first.into_iter().take(room));
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// `byte 4096`, or `first at byte 4096, byte 69632, byte 135168`.
    pub fn places(&self) -> String {
        let list = self.first.join(", ");
        if self.count > self.first.len() as u64 {
            format!("the first: {list}")
        } else {
            list
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn the_first_three_are_shown_in_order() {
        let mut tally = Tally::default();
        tally.add("byte 1");
        assert_eq!(tally.places(), "byte 1");
        let mut later = Tally::default();
        (2..=5).for_each(|n| later.add(format!("byte {n}")));
        tally.append(later);
        assert_eq!(
            (tally.count, tally.places().as_str()),
            (5, "the first: byte 1, byte 2, byte 3")
        );
    }
}
