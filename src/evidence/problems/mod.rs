//! What went wrong while reading, in words that a support engineer can act on.
//!
//! Each kind of damage is one problem for a file, with its count and the first three places, never one a record.

mod across;
mod capture;
mod counters;
mod evt;
mod evtx;
mod export;
mod listing;
mod local_time;
mod mail_log;
mod mfcmapi;
mod registry;
mod snapshot;
mod stream;
mod taken;

pub use across::AcrossFault;
pub use capture::CaptureFault;
pub use counters::CounterFault;
pub use evt::EvtFault;
pub use evtx::EvtxFault;
pub use export::{ExportFault, FailedRow, RowFault};
pub use listing::ListingFault;
pub use local_time::{LocalFault, Undecidable, duration, order_in_words};
pub use mail_log::MailFault;
pub use mfcmapi::MfcmapiFault;
pub use registry::RegistryFault;
pub use snapshot::{SnapshotFault, TimeTrouble};
pub use stream::StreamFault;
pub use taken::TakenFault;

use super::model::Problem;

/// What happened, why it matters, what to do.
pub struct Texts {
    pub what: String,
    pub why_it_matters: String,
    pub what_to_do: String,
}

impl Texts {
    fn new(
        what: impl Into<String>,
        why_it_matters: impl Into<String>,
        what_to_do: impl Into<String>,
    ) -> Self {
        Self {
            what: what.into(),
            why_it_matters: why_it_matters.into(),
            what_to_do: what_to_do.into(),
        }
    }
}

/// A fault of one layer that can be put into words.
pub trait Fault {
    fn texts(&self) -> Texts;
}

/// A fault and the evidence it concerns.
pub struct Trouble<F> {
    evidence: String,
    fault: F,
}

impl<F: Fault> Trouble<F> {
    pub fn new(evidence: &str, fault: F) -> Self {
        Self {
            evidence: evidence.to_owned(),
            fault,
        }
    }
}

impl<F: Fault> From<Trouble<F>> for Problem {
    fn from(trouble: Trouble<F>) -> Self {
        let Texts {
            what,
            why_it_matters,
            what_to_do,
        } = trouble.fault.texts();
        Self {
            evidence: trouble.evidence,
            what,
            why_it_matters,
            what_to_do,
        }
    }
}

/// `1 record`, `2 records`.
pub fn counted(count: u64, thing: &str) -> String {
    if count == 1 {
        format!("1 {thing}")
    } else {
        format!("{count} {thing}s")
    }
}

/// The text with a capital at its beginning.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
