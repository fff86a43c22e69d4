//! What rendering costs the evtx crate, by which records that would run into its limits are told in advance.

use super::values::Instance;

/// Bounds far below the crate's own (a record: 262,144 nodes and 16 MiB of text; a chunk: four times that), and far
/// above what logs of Windows need.
const MOST_TOKENS: usize = 150_000;
const MOST_RECORD_TEXT: usize = 4 << 20;
const MOST_CHUNK_TEXT: usize = 32 << 20;
/// Bytes of text that one byte of a value can become: `&quot;` for two bytes, a number of four digits for one.
const TEXT_PER_BYTE: usize = 8;

/// The cost of one template.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    pub tokens: usize,
    /// Bytes of names and fixed texts.
    pub text: usize,
    /// How often the value used most often is used.
    pub uses: usize,
}

/// What the records of a chunk cost the crate so far, at most.
#[derive(Default)]
pub struct Spent {
    tokens: usize,
    text: usize,
}

impl Spent {
    /// Adds an instance in a record of so many bytes; `None` when it might be too much for the crate.
    pub fn add(&mut self, cost: Cost, instance: &Instance, bytes: usize) -> Option<()> {
        // An array repeats an element of the template, at most all of it.
        let copies = instance.items.saturating_add(1);
        let values = cost
            .uses
            .saturating_mul(bytes)
            .saturating_mul(TEXT_PER_BYTE);
        let text = cost.text.saturating_mul(copies).saturating_add(values);
        self.tokens = self
            .tokens
            .saturating_add(cost.tokens.saturating_mul(copies));
        self.text = self.text.saturating_add(text);
        let possible = text <= MOST_RECORD_TEXT && self.text <= MOST_CHUNK_TEXT;
        (possible && self.tokens <= MOST_TOKENS).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instance(items: usize) -> Instance {
        Instance {
            template: 0,
            first: 0,
            count: 1,
            items,
            embedded: None,
            start: 0,
            end: 0,
        }
    }

    #[test]
    fn costly_records_are_left_to_the_crate() {
        let usual = Cost {
            tokens: 100,
            text: 2000,
            uses: 1,
        };
        assert_eq!(Spent::default().add(usual, &instance(20), 60_000), Some(()));
        let long_name = Cost {
            text: 60_000,
            ..usual
        };
        assert_eq!(Spent::default().add(long_name, &instance(2000), 6000), None);
        let repeated = Cost { uses: 500, ..usual };
        assert_eq!(Spent::default().add(repeated, &instance(0), 60_000), None);
    }

    #[test]
    fn many_cheap_records_can_be_too_much_together() {
        let mut spent = Spent::default();
        let large = Cost {
            tokens: 10_000,
            text: 0,
            uses: 0,
        };
        let taken = (0..100).take_while(|_| spent.add(large, &instance(0), 100).is_some());
        assert_eq!(taken.count(), MOST_TOKENS / 10_000);
    }
}
