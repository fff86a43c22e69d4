//! What the logs of the mail system itself say: tracking logs and the logs of the SMTP service.
//!
//! These logs hold a line for every message that ever went through, so only what matters is kept whole: lines that
//! name a message which is followed, and lines of messages that came late. Of all the others the counts are kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::Citation;
use crate::stats::sketch::Sketch;
use crate::time::{MINUTE, Stamp, Timestamp};

/// Everything that one file of such a log gave.
#[derive(Clone, Debug, Default)]
pub struct MailReading {
    /// In the order of the file.
    pub records: Vec<MailRecord>,
    /// How much went through, by server.
    pub traffic: Vec<Traffic>,
    /// From when to when the file speaks, by server.
    pub spans: Vec<MailSpan>,
    /// Signs that the SMTP service of a server had started.
    pub starts: Vec<ServiceStart>,
}

/// One line about one message.
#[derive(Clone, Debug, PartialEq)]
pub struct MailRecord {
    pub cite: Citation,
    pub time: Stamp,
    /// The server whose log it is, as spelt there.
    pub server: Arc<str>,
    pub log: MailLog,
    pub step: Step,
    /// The log's own word for what happened: `1031`, `DELIVER`, `DATA`.
    pub event: Arc<str>,
    /// Whether what the word means is documented. What is only inferred is shown and decides nothing.
    pub documented: bool,
    /// As spelt, with its brackets if it has them.
    pub message_id: Arc<str>,
    /// The recipients that this line is about.
    pub recipients: Vec<Arc<str>>,
    /// Recipients of the message, as the line counts them.
    pub recipient_count: Option<u32>,
    /// The server at the other end.
    pub partner: Option<Arc<str>>,
    /// Number of the SMTP virtual server.
    pub virtual_server: Option<u32>,
    pub subject: Option<String>,
    pub sender: Option<String>,
    /// Bytes of the message.
    pub size: Option<u64>,
    /// When the message was first submitted, where the line says.
    pub originated: Option<Stamp>,
}

impl MailRecord {
    /// Whether its kind of log has words for what a message does between its table and the next server. That of
    /// Exchange 2003 has, and its words are numbers ("Message History": 1033, 1034, 1020). That of 2007 has none
    /// (TechNet bb124375), so its `SEND` may stand hours after the message left its table.
    pub fn tells_of_queues(&self) -> bool {
        self.log == MailLog::Tracking && self.event.bytes().all(|byte| byte.is_ascii_digit())
    }
}

/// The kind of log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MailLog {
    Tracking,
    Smtp,
}

impl MailLog {
    /// The name that coverage and the timeline show.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tracking => "Message tracking",
            Self::Smtp => "SMTP service",
        }
    }
}

/// How far a message has come, in the order in which it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Anything that says nothing of where the message is.
    Other,
    /// It arrived from another system.
    Received,
    /// It was handed to transport, for the first time or again.
    Submitted,
    /// The same, out of the store: it lies in a temp table from then on.
    FromStore,
    /// It was put off.
    Deferred,
    /// Its recipients were looked up, or are about to be.
    Categorised,
    /// It waits for its way out, past the categorizer.
    Queued,
    /// The next server is being given it.
    TransferStarted,
    /// The next server has it.
    SentOn,
    /// It is in the mailbox.
    Delivered,
    /// It was given up: non-delivery report, poison, bad mail.
    Failed,
}

impl Step {
    /// The `kind` of the timeline.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Other => "mail",
            Self::Received => "mail_received",
            Self::Submitted | Self::FromStore => "mail_submitted",
            Self::Deferred => "mail_deferred",
            Self::Categorised => "mail_categorised",
            Self::Queued => "mail_queued",
            Self::TransferStarted => "mail_transfer",
            Self::SentOn => "mail_sent",
            Self::Delivered => "mail_delivered",
            Self::Failed => "mail_failed",
        }
    }

    /// The server hands it to its transport.
    pub fn is_handed(self) -> bool {
        matches!(self, Self::Submitted | Self::FromStore)
    }

    /// The server has it.
    pub fn is_had(self) -> bool {
        self == Self::Received || self.is_handed()
    }

    /// The message is past the place where it waited for its scan.
    pub fn is_onward(self) -> bool {
        matches!(
            self,
            Self::Queued | Self::TransferStarted | Self::SentOn | Self::Delivered | Self::Failed
        )
    }

    /// The message left the server, for the recipients that the line is about.
    pub fn is_final(self) -> bool {
        matches!(self, Self::SentOn | Self::Delivered | Self::Failed)
    }
}

/// Length of the cells in which traffic is counted.
pub const CELL: i64 = 10 * MINUTE;

/// How many messages went through a server, and how long they took.
#[derive(Clone, Debug, PartialEq)]
pub struct Traffic {
    pub server: Arc<str>,
    pub log: MailLog,
    /// By the number of the cell since 1970: time in microseconds divided by [`CELL`], rounded down.
    pub cells: BTreeMap<i64, Cell>,
}

/// What is counted of one cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// Lines.
    pub lines: u64,
    /// Final documented steps.
    pub finals: u64,
    /// Seconds from submission to these, where the lines say both.
    pub delays: Sketch,
}

/// From when to when one file of such a log speaks.
#[derive(Clone, Debug, PartialEq)]
pub struct MailSpan {
    pub cite: Citation,
    pub server: Arc<str>,
    pub log: MailLog,
    pub virtual_server: Option<u32>,
    pub from: Timestamp,
    pub to: Timestamp,
    pub lines: u64,
}

/// A header in the log of an SMTP virtual server: the service writes one when it starts (inferred).
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceStart {
    pub cite: Citation,
    pub server: Arc<str>,
    pub virtual_server: Option<u32>,
    pub at: Stamp,
    /// It stands at the beginning of its file, where a new file alone explains it.
    pub opens_file: bool,
}

/// Logs whose words for events are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum Dialect {
    #[serde(rename = "tracking-2003")]
    Tracking2003,
    #[serde(rename = "tracking-2007")]
    Tracking2007,
    #[serde(rename = "smtp")]
    Smtp,
}

/// What a log's word for an event means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    pub step: Step,
    pub documented: bool,
}

impl Meaning {
    /// Of a word that nothing is known of.
    pub const UNKNOWN: Self = Self {
        step: Step::Other,
        documented: false,
    };
}

/// The words of all logs whose meaning is known; readers are given them and know none themselves.
#[derive(Clone, Debug, Default)]
pub struct MailWords(BTreeMap<(Dialect, String), Meaning>);

impl MailWords {
    /// Adds a word; `false` where it is known already.
    pub fn add(&mut self, dialect: Dialect, word: &str, meaning: Meaning) -> bool {
        let key = (dialect, word.to_owned());
        self.0.insert(key, meaning).is_none()
    }

    /// The words of one kind of log, in order.
    pub fn of(&self, dialect: Dialect) -> impl Iterator<Item = (&str, Meaning)> {
        self.0
            .iter()
            .filter(move |((own, _), _)| *own == dialect)
            .map(|((_, word), meaning)| (word.as_str(), *meaning))
    }
}
