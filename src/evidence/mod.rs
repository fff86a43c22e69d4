//! Reading evidence: one reader a format; each turns one file into events or snapshots, plus the problems it met.
//!
//! A new format is one reader in `READERS` (and one recogniser in the case room). A bad record never stops a
//! file and a bad file never stops a case; both are counted and listed.

mod across;
mod captures;
mod counters;
mod evt;
mod evtx;
mod exports;
mod listing;
mod local_time;
mod log;
mod mail_log;
mod mapi;
mod message_file;
mod mfcmapi;
pub mod model;
mod origin;
mod problems;
mod progress;
mod read_all;
mod registry;
mod smtp_log;
mod snapshot;
mod stream;
mod taken;
mod tally;
mod text;
mod tracking;
#[cfg(test)]
mod trial;

use std::collections::HashSet;
use std::sync::LazyLock;

use chrono_tz::Tz;

pub use across::{evidence_sha256, problems_across_files};
pub use captures::settle as settle_captures;
pub use evtx::Method as EvtxMethod;
pub use local_time::settle as settle_local_times;
pub use progress::{NoProgress, Progress};
pub use read_all::{FileReading, read_all, read_mail_logs};

use crate::case::time_text::LocalRules;
use crate::case::{CaseConfig, DateOrder, Format, FoundFile};
use crate::profile::{Counters, Settings};
use stream::EvidenceStream;

/// No message at all.
static NOBODY: LazyLock<Followed> = LazyLock::new(|| Followed {
    all: false,
    keys: HashSet::new(),
    late_after: i64::MAX,
});

/// No setting and no counter.
static NO_SETTINGS: Settings = Settings { rules: Vec::new() };
static NO_COUNTERS: Counters = Counters { rules: Vec::new() };
/// No word of any log.
static WORDLESS: LazyLock<model::MailWords> = LazyLock::new(model::MailWords::default);

/// Which events are kept whole: asked with channel, provider and the low 16 bits of the id. The others are only
/// counted into their log's [`model::LogSpan`].
pub type Keep<'a> = &'a (dyn Fn(&str, &str, u16) -> bool + Sync);

/// Which of the kept events are kept in the end: asked with their strings read. The answer may hang on nothing but
/// log, provider, id, strings and text: a reader need not decode an event again to know it for one refused before.
pub type Matters<'a> = &'a (dyn Fn(&model::Event) -> bool + Sync);

/// What readers need to know besides the file.
#[derive(Clone, Copy)]
pub struct ReadContext<'a> {
    pub config: &'a CaseConfig,
    /// Zone of evidence in local time: the command line's, else that of `case.toml`.
    pub time_zone: Option<Tz>,
    /// Order of day and month in the same.
    pub date_order: Option<DateOrder>,
    pub keep: Keep<'a>,
    pub matters: Matters<'a>,
    /// Records carved from slack space count as events.
    pub include_recovered: bool,
    /// How `.evtx` files are read: the methods differ in speed alone.
    pub evtx_method: EvtxMethod,
    /// Which messages the logs of the mail system are read for.
    pub followed: &'a Followed,
    /// Which registry values matter.
    pub settings: &'a Settings,
    /// Which performance counters matter.
    pub counters: &'a Counters,
    /// What these logs' words for events mean.
    pub words: &'a model::MailWords,
}

/// The messages that are followed through the logs of the mail system.
#[derive(Clone, Debug, Default)]
pub struct Followed {
    /// Every message is followed, for a look at a file of its own.
    pub all: bool,
    /// Join keys ([`crate::profile::message_key`]) of the messages that failed scanning or were seen in a table.
    pub keys: HashSet<String>,
    /// Microseconds after which a message that reached its end counts as late, and is kept although nothing else
    /// speaks of it.
    pub late_after: i64,
}

impl<'a> ReadContext<'a> {
    /// With zone and date order as `case.toml` gives them, and every kept event mattering.
    pub fn new(config: &'a CaseConfig, keep: Keep<'a>) -> Self {
        Self {
            config,
            time_zone: config.time_zone,
            date_order: config.date_order,
            keep,
            matters: &|_| true,
            include_recovered: false,
            evtx_method: EvtxMethod::default(),
            followed: &NOBODY,
            settings: &NO_SETTINGS,
            counters: &NO_COUNTERS,
            words: &WORDLESS,
        }
    }

    fn local_rules(&self) -> LocalRules {
        LocalRules {
            zone: self.time_zone,
            order: self.date_order,
        }
    }
}

/// A reader of one format. It may leave the end of the stream unread: the rest is hashed after it.
trait Reader: Sync {
    fn format(&self) -> Format;
    /// Reads what it can and adds what went wrong to the reading's problems.
    fn read(
        &self,
        file: &FoundFile,
        stream: &mut EvidenceStream<'_>,
        context: &ReadContext<'_>,
    ) -> model::Reading;
}

/// Every format that can be read. What is not here is hashed and listed.
const READERS: &[&dyn Reader] = &[
    &evtx::EvtxReader,
    &evt::EvtReader,
    &exports::DUMPEL,
    &exports::EVENT_DETAILS,
    &exports::EVENT_LOG_CSV,
    &exports::EVENT_QUERY,
    &exports::EVENT_VIEWER_2003,
    &exports::EVENT_VIEWER_CSV,
    &exports::EVENT_XML,
    &exports::LOG_PARSER,
    &exports::POWERSHELL_CLIXML,
    &exports::POWERSHELL_JSON,
    &exports::PS_LOG_LIST,
    &exports::WEVTUTIL_TEXT,
    &exports::WIN_EVENT_CSV,
    &snapshot::JsonReader,
    &snapshot::CsvReader,
    &mfcmapi::MfcmapiReader,
    &message_file::MessageFileReader,
    &registry::FileReader,
    &registry::QueryReader,
    &listing::ListingReader,
    &counters::CounterReader,
    &tracking::TRACKING_2003,
    &tracking::TRACKING_2007,
    &smtp_log::W3C,
    &smtp_log::IIS,
    &smtp_log::NCSA,
];
