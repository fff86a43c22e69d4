//! What the readers of the mail system's logs share: lines out of a stream, fast times, the messages that matter, and
//! the sheet on which everything is counted and kept.
//!
//! These logs hold a line for every message that ever went through, gigabytes of them. A line is looked at in place and
//! nothing of it is copied unless it is kept; memory is bounded by what is kept and counted, never by the file.

mod clock;
mod feed;
mod servers;
mod sheet;
mod text;
mod wanted;
mod words;

pub use clock::{Calendar, date_time, time_of_day};
pub use feed::{Feed, Piece, lines_of};
pub use sheet::{Draft, Ground, Sheet};
pub use text::{Decoder, trimmed};
pub use wanted::Wanted;
pub use words::Words;

/// Characters of a failing line that are kept to be shown.
const EXCERPT: usize = 120;

/// The beginning of a line, for the list of failing ones.
pub fn excerpt(line: &[u8]) -> String {
    let start = line.get(..EXCERPT * 4).unwrap_or(line);
    let text = String::from_utf8_lossy(start);
    let text = text.trim().trim_matches('\0');
    let mut shown: String = text.chars().take(EXCERPT).collect();
    if shown.len() < text.len() || start.len() < line.len() {
        shown.push('…');
    }
    shown
}
