//! The records that findings cite, as text.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::findings::Findings;
use crate::evidence::model::{
    Citation, FileId, JOINED_STRINGS, RegistryValue, Snapshot, SnapshotRow,
};
use crate::profile::{Profile, message_key};
use crate::report::format;
use crate::report::words::mail_step;
use crate::time::{Stamp, Timestamp};
use crate::timeline::{
    TimedEvent, TimedExport, TimedListing, TimedMail, TimedSnapshot, TimedStart, Timeline,
};

/// Longest value or text of one record that is kept, in characters; how much is missing is said.
const MOST_TEXT: usize = 4000;
/// Recipients of one record.
const MOST_RECIPIENTS: usize = 50;

/// One record of the evidence, as text.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub cite: Citation,
    /// The file that holds it, by its path in the case.
    pub file: String,
    /// By a corrected clock.
    pub at: Option<Timestamp>,
    /// What it is: `Application log, MSExchangeTransport 348, record 55250 of BH01`.
    pub title: String,
    /// Names and values as the record has them.
    pub fields: Vec<(String, String)>,
    /// The record's own text, or what the profile reads from it.
    pub text: Option<String>,
    /// The same record in other files.
    pub copies: Vec<String>,
}

/// What a citation leads to. One may lead to several: a capture and its first row, two captures of one file.
#[derive(Clone, Copy)]
enum Held<'t> {
    Event(&'t TimedEvent),
    Capture(&'t TimedSnapshot),
    Row(&'t TimedSnapshot, &'t SnapshotRow),
    Mail(&'t TimedMail),
    Start(&'t TimedStart),
    Export(&'t TimedExport),
    Value(&'t TimedExport, &'t RegistryValue),
    Listing(&'t TimedListing),
}

/// Which of the things that one citation leads to is meant.
#[derive(Clone, Copy, Debug, Default)]
pub struct Meant<'a> {
    pub server: Option<&'a str>,
    pub place: Option<&'a str>,
    pub message_id: Option<&'a str>,
    /// A capture that lacks the message, not a row that lists it.
    pub absence: bool,
}

/// The cited records of a case.
pub struct Records<'t> {
    held: BTreeMap<Citation, Vec<Held<'t>>>,
    files: BTreeMap<FileId, &'t str>,
    profile: &'t Profile,
}

impl<'t> Records<'t> {
    /// Looks up every record that is `wanted`.
    pub fn of(
        timeline: &'t Timeline,
        profile: &'t Profile,
        findings: &'t Findings,
        wanted: &BTreeSet<&str>,
    ) -> Self {
        let wanted: BTreeSet<Citation> = wanted.iter().filter_map(|text| cite(text)).collect();
        let mut held: BTreeMap<Citation, Vec<Held<'t>>> = BTreeMap::new();
        let mut add = |cite: Citation, found: Held<'t>| {
            if wanted.contains(&cite) {
                held.entry(cite).or_default().push(found);
            }
        };
        for event in &timeline.events {
            add(event.event.cite, Held::Event(event));
        }
        for timed in &timeline.snapshots {
            add(timed.snapshot.cite, Held::Capture(timed));
            for row in &timed.snapshot.rows {
                add(timed.snapshot.cite_of(row), Held::Row(timed, row));
            }
        }
        for mail in &timeline.mail {
            add(mail.record.cite, Held::Mail(mail));
        }
        for start in &timeline.starts {
            add(start.start.cite, Held::Start(start));
        }
        for export in &timeline.exports {
            add(export.export.cite, Held::Export(export));
            for value in &export.export.values {
                add(value.cite, Held::Value(export, value));
            }
        }
        for listing in &timeline.listings {
            add(listing.listing.cite, Held::Listing(listing));
        }
        let files = findings.evidence.iter();
        let files = files.filter_map(|file| Some((file_id(&file.id)?, file.path.as_str())));
        Self {
            held,
            files: files.collect(),
            profile,
        }
    }

    /// The record that a finding cites.
    pub fn get(&self, text: &str, meant: Meant<'_>) -> Option<Record> {
        let cite = cite(text)?;
        let held = self.held.get(&cite)?;
        let best = held.iter().min_by_key(|held| strangeness(held, meant))?;
        let mut record = match best {
            Held::Event(event) => self.event(event),
            Held::Capture(timed) => capture(timed),
            Held::Row(timed, row) => listed(timed, row),
            Held::Mail(mail) => line(mail),
            Held::Start(start) => header(start),
            Held::Export(export) => exported(export),
            Held::Value(export, value) => setting(export, value),
            Held::Listing(listing) => folder(listing),
        };
        record.file = self
            .files
            .get(&cite.file)
            .copied()
            .unwrap_or_default()
            .to_owned();
        Some(record)
    }

    fn event(&self, timed: &TimedEvent) -> Record {
        let event = &timed.event;
        let signal = self.profile.signal(event);
        let number = event
            .record_id
            .map_or_else(String::new, |id| format!(", record {id}"));
        let mut fields = vec![field("computer", &event.computer)];
        if !event.level.as_str().is_empty() {
            fields.push(field("level", event.level.as_str()));
        }
        fields.extend(event.user.as_deref().map(|user| field("user", user)));
        for (number, text) in event.strings.iter().enumerate() {
            let name = event
                .names
                .get(number)
                .filter(|name| *name != JOINED_STRINGS);
            let name = name
                .cloned()
                .unwrap_or_else(|| format!("string {}", number + 1));
            fields.push(field(&name, text));
        }
        if event.recovered {
            fields.push(field("recovered", "carved from the slack space of the log"));
        }
        fields.extend(logged(&event.time, timed.at));
        let text = event
            .text
            .clone()
            .or_else(|| signal.map(|signal| signal.summary));
        Record {
            title: format!(
                "{} log, {} {}{number}",
                event.channel, event.provider, event.id
            ),
            fields,
            text: text.map(|text| cut(&text)),
            copies: timed.copies.iter().map(ToString::to_string).collect(),
            ..blank(event.cite, timed.at)
        }
    }
}

/// How ill a thing fits what is meant: 0 fits.
fn strangeness(held: &Held<'_>, meant: Meant<'_>) -> u32 {
    let other =
        |mine: &str, wanted: Option<&str>| u32::from(wanted.is_some_and(|wanted| wanted != mine));
    let of = |timed: &TimedSnapshot| {
        other(&timed.server, meant.server) + other(&timed.snapshot.table.value, meant.place)
    };
    match held {
        Held::Capture(timed) => of(timed) + if meant.absence { 0 } else { 4 },
        Held::Row(timed, row) => {
            let id = row.message_id.as_deref().map(message_key);
            let wanted = meant.message_id.map(message_key);
            let another = u32::from(wanted.is_some() && id != wanted);
            of(timed) + 2 * another + if meant.absence { 4 } else { 0 }
        }
        Held::Export(_) => 1,
        Held::Event(_) | Held::Mail(_) | Held::Start(_) | Held::Value(..) | Held::Listing(_) => 0,
    }
}

/// `E3#4711` as a citation.
pub fn cite(text: &str) -> Option<Citation> {
    let (file, record) = text.split_once('#')?;
    Some(Citation {
        file: file_id(file)?,
        record: record.parse().ok()?,
    })
}

fn file_id(text: &str) -> Option<FileId> {
    Some(FileId(text.strip_prefix('E')?.parse().ok()?))
}

fn blank(cite: Citation, at: Timestamp) -> Record {
    Record {
        cite,
        file: String::new(),
        at: Some(at),
        title: String::new(),
        fields: Vec::new(),
        text: None,
        copies: Vec::new(),
    }
}

fn field(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), cut(value))
}

/// The time as the evidence has it, where the clock was corrected or the file writes it otherwise.
fn logged(stamp: &Stamp, at: Timestamp) -> Option<(String, String)> {
    match &stamp.original {
        Some(original) => Some(field("time as written", original)),
        None if stamp.at != at => Some(field(
            "time as logged",
            &format!("{} UTC", format::time(stamp.at)),
        )),
        None => None,
    }
}

fn cut(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(MOST_TEXT) else {
        return text.to_owned();
    };
    let more = text.get(end..).unwrap_or_default().chars().count();
    format!(
        "{}… and {} characters more",
        text.get(..end).unwrap_or_default(),
        format::count(more as u64)
    )
}

fn about(snapshot: &Snapshot) -> String {
    let extent = if snapshot.complete {
        "complete"
    } else {
        "partial"
    };
    format!("{extent} capture of {} on", snapshot.table.value)
}

fn capture(timed: &TimedSnapshot) -> Record {
    let snapshot = &timed.snapshot;
    let rows = format::counted(snapshot.rows.len() as u64, "message", "messages");
    let mut fields = vec![field("lists", &rows)];
    fields.extend(made_with(timed));
    Record {
        title: format!("{} {}", about(snapshot), timed.server),
        fields,
        ..blank(snapshot.cite, timed.at)
    }
}

fn exported(timed: &TimedExport) -> Record {
    let keys = timed.export.keys.iter().map(|key| field("key", key));
    Record {
        title: format!("registry export of {}", timed.server),
        fields: keys.take(MOST_RECIPIENTS).collect(),
        ..blank(timed.export.cite, timed.at)
    }
}

fn setting(timed: &TimedExport, value: &RegistryValue) -> Record {
    Record {
        title: format!("a value of the registry export of {}", timed.server),
        fields: vec![
            field("key", &value.key),
            field("name", &value.name),
            field("data", &format!("{} ({})", value.data, value.kind)),
        ],
        ..blank(value.cite, timed.at)
    }
}

fn folder(timed: &TimedListing) -> Record {
    let listing = &timed.listing;
    Record {
        title: format!("listing of a folder on {}", timed.server),
        fields: vec![
            field("folder", &listing.folder),
            field("files", &format::count(listing.files)),
        ],
        ..blank(listing.cite, timed.at)
    }
}

fn made_with(timed: &TimedSnapshot) -> Vec<(String, String)> {
    let snapshot = &timed.snapshot;
    let mut fields: Vec<(String, String)> = Vec::new();
    fields.extend(snapshot.tool.as_deref().map(|tool| field("tool", tool)));
    fields.push(field("time from", snapshot.captured_at.from.as_str()));
    fields.extend(logged(&snapshot.captured_at.value, timed.at));
    fields
}

fn listed(timed: &TimedSnapshot, row: &SnapshotRow) -> Record {
    let snapshot = &timed.snapshot;
    let size = row.size.map(|size| size.to_string());
    let recipients = named(row.recipients.iter().map(String::as_str));
    let texts = [
        ("message id", row.message_id.as_deref()),
        ("subject", row.subject.as_deref()),
        ("sender", row.sender.as_deref()),
        ("recipients", recipients.as_deref()),
        ("size", size.as_deref()),
        ("class", row.message_class.as_deref()),
        ("entry id", row.entry_id.as_deref()),
        ("record key", row.record_key.as_deref()),
    ];
    let times = [
        ("created", &row.created_at),
        ("modified", &row.modified_at),
        ("submitted", &row.submitted_at),
        ("delivered", &row.delivered_at),
    ];
    let mut fields: Vec<(String, String)> = texts
        .into_iter()
        .filter_map(|(name, text)| Some(field(name, text?)))
        .collect();
    for (name, stamp) in times {
        fields.extend(
            stamp
                .as_ref()
                .map(|stamp| field(name, &format!("{} UTC", format::time(stamp.at)))),
        );
    }
    fields.extend(made_with(timed));
    Record {
        title: format!("a row of the {} {}", about(snapshot), timed.server),
        fields,
        ..blank(snapshot.cite_of(row), timed.at)
    }
}

fn named<'a>(names: impl Iterator<Item = &'a str>) -> Option<String> {
    let all: Vec<&str> = names.collect();
    let shown: Vec<&str> = all.iter().take(MOST_RECIPIENTS).copied().collect();
    let more = match all.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!all.is_empty()).then(|| format!("{}{more}", shown.join(", ")))
}

fn line(mail: &TimedMail) -> Record {
    let record = &mail.record;
    let inferred = if record.documented {
        ""
    } else {
        ", its meaning inferred"
    };
    let recipients = named(record.recipients.iter().map(AsRef::as_ref));
    let count = record.recipient_count.map(|count| count.to_string());
    let size = record.size.map(|size| size.to_string());
    let submitted = record
        .originated
        .as_ref()
        .map(|at| format!("{} UTC", format::time(at.at)));
    let texts = [
        ("message id", Some(record.message_id.as_ref())),
        ("recipients", recipients.as_deref()),
        ("recipients counted", count.as_deref()),
        ("other end", record.partner.as_deref()),
        ("subject", record.subject.as_deref()),
        ("sender", record.sender.as_deref()),
        ("size", size.as_deref()),
        ("submitted", submitted.as_deref()),
    ];
    let mut fields: Vec<(String, String)> = texts
        .into_iter()
        .filter_map(|(name, text)| Some(field(name, text?)))
        .collect();
    fields.extend(logged(&record.time, mail.at));
    Record {
        title: format!(
            "{} log of {}, event {} ({}{inferred})",
            record.log.as_str(),
            mail.server,
            record.event,
            mail_step(record.step.as_str())
        ),
        fields,
        copies: mail.copies.iter().map(ToString::to_string).collect(),
        ..blank(record.cite, mail.at)
    }
}

fn header(start: &TimedStart) -> Record {
    let number = start
        .start
        .virtual_server
        .map_or_else(String::new, |n| format!(" of virtual server {n}"));
    Record {
        title: format!(
            "SMTP service log{number} on {}, a header in mid-file",
            start.server
        ),
        copies: start.copies.iter().map(ToString::to_string).collect(),
        ..blank(start.start.cite, start.at)
    }
}
