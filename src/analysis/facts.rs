//! The facts of each server, sorted out of the timeline: what failed, what started and stopped, what was
//! seen where.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::case::CaseConfig;
use crate::evidence::model::{Citation, MailLog, Traffic};
use crate::profile::{Profile, Role, ServiceKey, message_key};
use crate::time::{Bracket, Timestamp};
use crate::timeline::{
    LogCoverage, TimedExport, TimedListing, TimedMail, TimedSnapshot, TimedStart, Timeline,
};

use super::clock_moves::{self, ClockMove};
use super::identity::Listing;
use super::tracks;

/// Name of the log that scan failures are written to.
const FAILURE_LOG: &str = "application";
/// Name of the log that service starts and stops are written to.
const SERVICE_LOG: &str = "system";

/// What is known of one server.
pub struct ServerFacts<'t> {
    pub name: Arc<str>,
    pub role: Option<String>,
    /// Scan failures in order.
    pub failures: Vec<Failure>,
    /// Every signal that is not a scan failure, in order.
    pub signals: Vec<Sign>,
    /// Captures in order.
    pub captures: Vec<Capture<'t>>,
    /// Tables that are known to exist: captured, or counted in `case.toml`.
    pub tables: BTreeSet<String>,
    /// Number of SMTP virtual servers, where `case.toml` says.
    pub virtual_servers: Option<u32>,
    pub coverage: Vec<&'t LogCoverage>,
    /// Lines of this server's own logs of the mail system, in order.
    pub mail: Vec<&'t TimedMail>,
    /// Headers in the logs of its SMTP virtual servers, in order.
    pub starts: Vec<&'t TimedStart>,
    /// When a log of each SMTP virtual server last shows it at work, by its instance number.
    pub at_work: BTreeMap<u32, Timestamp>,
    /// What its tracking log counts.
    pub traffic: Option<&'t Traffic>,
    /// Its registry exports in order.
    pub exports: Vec<&'t TimedExport>,
    /// Listings of its folders in order.
    pub listings: Vec<&'t TimedListing>,
    /// What somebody read on a screen, and what listings show, in order.
    pub seen: Vec<Seen>,
    /// Where its clock was moved, in order.
    pub clock_moves: Vec<ClockMove>,
    /// Corrections of the clock by less than a second.
    pub slight_moves: usize,
}

/// What was seen in one place other than a temp table's capture.
#[derive(Clone, Debug)]
pub struct Seen {
    pub at: Timestamp,
    pub place: String,
    pub count: Option<u64>,
    /// The count is all there was.
    pub complete: bool,
    /// `E7#3` or `case.toml`.
    pub source: String,
    /// The listing that shows it; `None` for what `case.toml` tells.
    pub cite: Option<Citation>,
}

/// One capture of one table.
pub struct Capture<'t> {
    pub timed: &'t TimedSnapshot,
    /// Its rows, by every name that any capture shows of them.
    pub listing: Listing,
}

impl Capture<'_> {
    pub fn table(&self) -> &str {
        &self.timed.snapshot.table.value
    }

    /// Every message of the table is listed, and there is none.
    pub fn is_empty_table(&self) -> bool {
        self.timed.snapshot.complete && self.timed.snapshot.rows.is_empty()
    }
}

/// One failed scan.
#[derive(Clone, Debug)]
pub struct Failure {
    pub at: Timestamp,
    pub when: Bracket,
    /// The message's join key; `None` where the record does not name it.
    pub key: Option<String>,
    /// The message id as spelt.
    pub message_id: Option<String>,
    pub code: Option<String>,
    pub cite: Citation,
}

/// One signal other than a scan failure.
#[derive(Clone, Debug)]
pub struct Sign {
    /// Key of the profile's rule that it matched.
    pub rule: String,
    pub role: Role,
    pub at: Timestamp,
    pub when: Bracket,
    pub service: Option<ServiceKey>,
    /// Join key of the message it names.
    pub key: Option<String>,
    pub user: Option<String>,
    pub summary: String,
    /// Microseconds by which it says that the clock was moved.
    pub clock_moved: Option<i64>,
    pub cite: Citation,
}

impl Sign {
    /// Whether it says this of this service.
    pub fn is(&self, role: Role, service: ServiceKey) -> bool {
        self.role == role && self.service == Some(service)
    }
}

impl ServerFacts<'_> {
    /// Coverage of the log that scan failures go to.
    pub fn failure_log(&self) -> Option<&LogCoverage> {
        self.log(FAILURE_LOG)
    }

    /// Coverage of the log that starts and stops go to.
    pub fn service_log(&self) -> Option<&LogCoverage> {
        self.log(SERVICE_LOG)
    }

    /// Coverage of its tracking log.
    pub fn tracking_log(&self) -> Option<&LogCoverage> {
        self.log(MailLog::Tracking.as_str())
    }

    /// Whether its tracking log speaks of every instant of `[from, to]`.
    pub fn tracked(&self, from: Timestamp, to: Timestamp) -> bool {
        let log = self.tracking_log();
        log.is_some_and(|log| from <= to && log.speaks_throughout(from, to))
    }

    /// Whether anything but the logs of the mail system speaks of it. They show where other servers' mail went, and
    /// say nothing of what is stuck here.
    pub fn is_only_a_witness(&self) -> bool {
        let mail_log = |log: &&LogCoverage| {
            [MailLog::Tracking, MailLog::Smtp]
                .iter()
                .any(|mail| log.log == mail.as_str())
        };
        self.captures.is_empty() && !self.coverage.is_empty() && self.coverage.iter().all(mail_log)
    }

    fn log(&self, name: &str) -> Option<&LogCoverage> {
        self.coverage
            .iter()
            .copied()
            .find(|log| log.log.eq_ignore_ascii_case(name))
    }

    /// The last instant that a log or a capture of this server speaks of.
    pub fn as_of(&self) -> Option<Timestamp> {
        let logs = self.coverage.iter().map(|log| log.to).max();
        logs.or_else(|| self.captures.last().map(|capture| capture.timed.at))
    }

    /// The last instant that any evidence of what it holds is of: its logs' end or its last capture, whichever is later.
    pub fn end(&self) -> Option<Timestamp> {
        let captured = self.captures.iter().map(|capture| capture.timed.at).max();
        self.as_of().max(captured)
    }

    /// By how much a span of time on this server may be off, because its clock was moved within it.
    pub fn clock_doubt(&self, from: Timestamp, to: Timestamp) -> i64 {
        let within = self
            .clock_moves
            .iter()
            .filter(|known| known.is_within(from, to));
        within.map(ClockMove::doubt).fold(0, i64::saturating_add)
    }

    /// Whether no number of virtual servers is given, so that more tables may exist than are known.
    pub fn tables_uncounted(&self) -> bool {
        self.virtual_servers.is_none()
    }
}

/// Sorts the timeline out by server. Servers that only `case.toml` names are there too, without evidence.
pub fn by_server<'t>(
    timeline: &'t Timeline,
    profile: &Profile,
    config: &CaseConfig,
) -> Vec<ServerFacts<'t>> {
    let mut servers: BTreeMap<Arc<str>, ServerFacts<'t>> = BTreeMap::new();
    for entry in &config.servers {
        let name: Arc<str> = config.canonical_server(&entry.name).into();
        let server = server(&mut servers, &name);
        server.role = entry.role.clone();
        server.virtual_servers = entry.virtual_servers;
    }
    for timed in &timeline.events {
        let Some(signal) = profile.signal(&timed.event) else {
            continue;
        };
        let server = server(&mut servers, &timed.server);
        let key = signal
            .message_id
            .as_deref()
            .map(message_key)
            .filter(|key| !key.is_empty());
        if signal.role == Role::ScanFailure {
            server.failures.push(Failure {
                at: timed.at,
                when: timed.when,
                key,
                message_id: signal.message_id,
                code: signal.error_code,
                cite: timed.event.cite,
            });
        } else {
            server.signals.push(Sign {
                rule: signal.rule.key.clone(),
                role: signal.role,
                at: timed.at,
                when: timed.when,
                service: signal.service.map(|service| service.key),
                key,
                clock_moved: signal.clock_moved(),
                user: signal.user,
                summary: signal.summary,
                cite: timed.event.cite,
            });
        }
    }
    for capture in &timeline.snapshots {
        let server = server(&mut servers, &capture.server);
        server.tables.insert(capture.snapshot.table.value.clone());
        server.captures.push(Capture {
            timed: capture,
            listing: Listing::new(capture.snapshot.complete),
        });
    }
    for log in &timeline.coverage {
        server(&mut servers, &log.server).coverage.push(log);
    }
    add_mail(&mut servers, timeline);
    for told in &config.observations {
        let name: Arc<str> = config.canonical_server(&told.server).into();
        server(&mut servers, &name).seen.push(Seen {
            at: told.at.at,
            place: told.place.clone(),
            count: told.count,
            complete: true,
            source: "case.toml".to_owned(),
            cite: None,
        });
    }
    for facts in servers.values_mut() {
        facts
            .seen
            .sort_by(|a, b| (a.at, &a.place, &a.source).cmp(&(b.at, &b.place, &b.source)));
        name_tables(facts, profile);
        note_work(facts);
        let listings = tracks::listings(&facts.captures);
        for (capture, listing) in facts.captures.iter_mut().zip(listings) {
            capture.listing = listing;
        }
        let steps = timeline.steps.iter();
        let own = steps.filter(|step| step.server == facts.name);
        (facts.clock_moves, facts.slight_moves) = clock_moves::of_server(&facts.signals, own);
    }
    servers.into_values().collect()
}

fn add_mail<'t>(servers: &mut BTreeMap<Arc<str>, ServerFacts<'t>>, timeline: &'t Timeline) {
    for mail in &timeline.mail {
        server(servers, &mail.server).mail.push(mail);
    }
    for start in &timeline.starts {
        server(servers, &start.server).starts.push(start);
    }
    for traffic in &timeline.traffic {
        if traffic.log == MailLog::Tracking {
            server(servers, &traffic.server).traffic = Some(traffic);
        }
    }
    for export in &timeline.exports {
        server(servers, &export.server).exports.push(export);
    }
    for listing in &timeline.listings {
        let server = server(servers, &listing.server);
        server.listings.push(listing);
        server.seen.push(Seen {
            at: listing.at,
            place: listing.listing.folder.clone(),
            count: Some(listing.listing.files),
            complete: listing.listing.complete,
            source: listing.listing.cite.to_string(),
            cite: Some(listing.listing.cite),
        });
    }
}

fn server<'m, 't>(
    servers: &'m mut BTreeMap<Arc<str>, ServerFacts<'t>>,
    name: &Arc<str>,
) -> &'m mut ServerFacts<'t> {
    servers
        .entry(Arc::clone(name))
        .or_insert_with(|| ServerFacts {
            name: Arc::clone(name),
            role: None,
            failures: Vec::new(),
            signals: Vec::new(),
            captures: Vec::new(),
            tables: BTreeSet::new(),
            virtual_servers: None,
            coverage: Vec::new(),
            mail: Vec::new(),
            starts: Vec::new(),
            at_work: BTreeMap::new(),
            traffic: None,
            exports: Vec::new(),
            listings: Vec::new(),
            seen: Vec::new(),
            clock_moves: Vec::new(),
            slight_moves: 0,
        })
}

/// Notes when the logs of its virtual servers last show each at work. A queue folder may outlive its virtual server.
fn note_work(facts: &mut ServerFacts<'_>) {
    let starts = facts.starts.iter();
    let started = starts.map(|start| (start.start.virtual_server, start.at));
    let mail = facts.mail.iter();
    let served = mail.map(|mail| (mail.record.virtual_server, mail.at));
    for (number, at) in started.chain(served) {
        if let Some(number) = number {
            let last = facts.at_work.entry(number).or_insert(at);
            *last = at.max(*last);
        }
    }
}

/// Adds the tables that must exist: one for each counted virtual server, and those numbered below a captured
/// one. Where nobody counted the virtual servers, one that has a log or a queue folder of its own has a table, too
/// (that `SMTPSVC2` is the second virtual server is inferred; taking a table for one that exists asks for more
/// captures, never for fewer).
fn name_tables(facts: &mut ServerFacts<'_>, profile: &Profile) {
    // A count far beyond what a server can have is an error in case.toml, not a list to build.
    const MOST_VIRTUAL_SERVERS: u32 = 256;
    let highest = facts
        .tables
        .iter()
        .filter_map(|table| table_number(profile, table))
        .max();
    let logged = facts.starts.iter().map(|start| start.start.virtual_server);
    let listed = facts
        .listings
        .iter()
        .map(|listing| listing.listing.virtual_server);
    let named = facts.mail.iter().map(|mail| mail.record.virtual_server);
    let seen = logged.chain(listed).chain(named).flatten().max();
    let count = facts
        .virtual_servers
        .or(seen)
        .max(highest)
        .unwrap_or(0)
        .min(MOST_VIRTUAL_SERVERS);
    facts
        .tables
        .extend((1..=count).map(|number| profile.place_name(number)));
}

/// The virtual server's number in a table's name: 2 for `TempTable#2`.
pub fn table_number(profile: &Profile, table: &str) -> Option<u32> {
    let first = profile.place_name(1);
    table.strip_prefix(first.strip_suffix('1')?)?.parse().ok()
}
