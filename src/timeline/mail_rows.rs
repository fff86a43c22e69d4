//! Rows of the timeline for what is not an event: lines of the mail system's logs, starts, exports, listings.

use std::collections::BTreeSet;

use super::row::{Row, original_time};
use super::{TimedExport, TimedListing, TimedMail, TimedStart, Timeline};
use crate::evidence::model::MailLog;
use crate::profile::{Profile, message_key};

/// The rows of everything that is neither an event nor a capture.
///
/// Of the lines about messages only those that name a message which is followed, because a scan failure names it or a
/// capture lists it; with `all` the others too. A counter has no row: its points are a chart's.
pub(super) fn rows(timeline: &Timeline, profile: &Profile, all: bool) -> Vec<Row> {
    let followed = if all {
        BTreeSet::new()
    } else {
        followed(timeline, profile)
    };
    let mail = timeline
        .mail
        .iter()
        .filter(|mail| all || followed.contains(&message_key(&mail.record.message_id)))
        .map(mail_row);
    let starts = timeline.starts.iter().map(start_row);
    let exports = timeline.exports.iter().map(export_row);
    let listings = timeline.listings.iter().map(listing_row);
    mail.chain(starts).chain(exports).chain(listings).collect()
}

/// Join keys of the messages that an event or a capture names.
fn followed(timeline: &Timeline, profile: &Profile) -> BTreeSet<String> {
    if timeline.mail.is_empty() {
        return BTreeSet::new();
    }
    let events = timeline.events.iter();
    let named = events.filter_map(|timed| profile.signal(&timed.event)?.message_id);
    let rows = timeline
        .snapshots
        .iter()
        .flat_map(|timed| &timed.snapshot.rows);
    let listed = rows.filter_map(|row| row.message_id.clone());
    named.chain(listed).map(|id| message_key(&id)).collect()
}

fn mail_row(timed: &TimedMail) -> Row {
    let record = &timed.record;
    let mut summary = record.event.to_string();
    if !record.documented {
        summary.push_str(" (what this word means is inferred)");
    }
    match record.recipients.as_slice() {
        [] => {}
        [one] => summary.push_str(&format!(", for {one}")),
        [first, others @ ..] => {
            summary.push_str(&format!(", for {first} and {} more", others.len()));
        }
    }
    if let Some(partner) = record.partner.as_deref() {
        summary.push_str(&format!(", other end {partner}"));
    }
    Row {
        kind: record.step.as_str().to_owned(),
        message_id: Some(record.message_id.to_string()),
        log: Some(record.log.as_str().to_owned()),
        summary,
        evidence: record.cite.to_string(),
        original_time: original_time(&record.time, timed.at),
        ..Row::blank(timed.at, &timed.server)
    }
}

fn start_row(timed: &TimedStart) -> Row {
    let start = &timed.start;
    let which = match start.virtual_server {
        Some(number) => format!("SMTP virtual server {number}"),
        None => "an SMTP virtual server".to_owned(),
    };
    let doubt = match start.opens_file {
        true => "it opens its file, where a new file alone explains it",
        false => "the service writes one when it starts (inferred)",
    };
    Row {
        kind: "log_header".to_owned(),
        log: Some(MailLog::Smtp.as_str().to_owned()),
        summary: format!("header in the log of {which}: {doubt}"),
        evidence: start.cite.to_string(),
        original_time: original_time(&start.at, timed.at),
        ..Row::blank(timed.at, &timed.server)
    }
}

fn export_row(timed: &TimedExport) -> Row {
    let export = &timed.export;
    Row {
        kind: "registry_export".to_owned(),
        summary: format!(
            "registry export: {} values of interest under {} keys",
            export.values.len(),
            export.keys.len()
        ),
        evidence: export.cite.to_string(),
        original_time: export.at.value.original.clone(),
        ..Row::blank(timed.at, &timed.server)
    }
}

fn listing_row(timed: &TimedListing) -> Row {
    let listing = &timed.listing;
    Row {
        kind: "listing".to_owned(),
        place: Some(listing.folder.clone()),
        summary: format!(
            "listing of {}: {} files, {} bytes{}",
            listing.folder,
            listing.files,
            listing.bytes,
            if listing.complete { "" } else { ", incomplete" }
        ),
        evidence: listing.cite.to_string(),
        original_time: listing.at.value.original.clone(),
        ..Row::blank(timed.at, &timed.server)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::model::{
        Attributed, Citation, FileId, MailRecord, Origin, Snapshot, SnapshotRow, Step,
    };
    use crate::time::Timestamp;
    use crate::time::{Bracket, MINUTE, Stamp};
    use crate::timeline::TimedSnapshot;

    fn mail(id: &str, documented: bool) -> TimedMail {
        let at = Timestamp::default();
        TimedMail {
            record: MailRecord {
                cite: Citation {
                    file: FileId(3),
                    record: 7,
                },
                time: Stamp::exact(at.plus(MINUTE)),
                server: "bh01".into(),
                log: MailLog::Tracking,
                step: Step::SentOn,
                event: "1031".into(),
                documented,
                message_id: id.into(),
                recipients: vec!["x@y".into(), "z@y".into()],
                recipient_count: None,
                partner: Some("be01".into()),
                virtual_server: None,
                subject: None,
                sender: None,
                size: None,
                originated: None,
            },
            server: "BH01".into(),
            partner: Some("BE01".into()),
            at,
            when: Bracket { lo: at, hi: at },
            copies: Vec::new(),
        }
    }

    fn captured(id: &str) -> TimedSnapshot {
        let at = Timestamp::default();
        let told = |text: &str| Attributed {
            value: text.to_owned(),
            from: Origin::Document,
        };
        TimedSnapshot {
            snapshot: Snapshot {
                cite: Citation {
                    file: FileId(1),
                    record: 1,
                },
                server: told("BH01"),
                table: told("TempTable#1"),
                virtual_server: None,
                captured_at: Attributed {
                    value: Stamp::exact(at),
                    from: Origin::Document,
                },
                complete: true,
                tool: None,
                rows: vec![SnapshotRow {
                    message_id: Some(id.to_owned()),
                    ..SnapshotRow::default()
                }],
            },
            server: "BH01".into(),
            at,
            when: Bracket { lo: at, hi: at },
        }
    }

    #[test]
    fn only_messages_that_are_followed_have_rows() {
        let profile = Profile::shipped("exchange-2003").unwrap();
        let timeline = Timeline {
            mail: vec![mail("<a@B>", true), mail("<other@b>", false)],
            snapshots: vec![captured("a@b")],
            ..Timeline::default()
        };
        let [row] = rows(&timeline, &profile, false).try_into().unwrap();
        assert_eq!(
            (row.kind.as_str(), row.message_id.as_deref()),
            ("mail_sent", Some("<a@B>"))
        );
        assert_eq!(row.log.as_deref(), Some("Message tracking"));
        assert_eq!(row.summary, "1031, for x@y and 1 more, other end be01");
        assert_eq!(row.evidence, "E3#7");
        assert_eq!(
            row.original_time.as_deref(),
            Some("1970-01-01T00:01:00.000000Z")
        );
        let all = rows(&timeline, &profile, true);
        assert_eq!(all.len(), 2);
        assert!(all[1].summary.contains("inferred"), "{}", all[1].summary);
    }
}
