//! The words of one log, found by their bytes.

use std::sync::Arc;

use crate::evidence::model::{Dialect, MailWords, Meaning};

/// What a log calls its events, as far as it is known. There are some dozen, so that looking through all is quickest.
pub struct Words(Vec<(Arc<str>, Meaning)>);

impl Words {
    pub fn new(words: &MailWords, dialect: Dialect) -> Self {
        let of_log = words.of(dialect);
        Self(
            of_log
                .map(|(word, meaning)| (Arc::from(word), meaning))
                .collect(),
        )
    }

    /// The word's own spelling where it is known, and what it means.
    pub fn meaning(&self, word: &[u8]) -> (Option<&Arc<str>>, Meaning) {
        let known = self.0.iter().find(|(known, _)| known.as_bytes() == word);
        known.map_or((None, Meaning::UNKNOWN), |(word, meaning)| {
            (Some(word), *meaning)
        })
    }
}
