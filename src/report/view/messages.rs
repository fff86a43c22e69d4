//! The table of messages: one row a stay.

use std::collections::BTreeSet;

use super::links::{Link, Links};
use super::parts::{Between, Cites, Clipped, Length, Sure, When};
use super::select::Selection;
use super::words;
use crate::analysis::findings::{Delivery, Findings, Limit, Message, Status};
use crate::report::format;

const SUBJECT: usize = 90;
const ADDRESS: usize = 80;
const MESSAGE_ID: usize = 90;
/// Recipients named.
const RECIPIENTS: usize = 3;
/// Records of the mail system shown of one message.
const MAX_DELIVERIES: usize = 6;

#[derive(Debug)]
pub struct Messages {
    pub rows: Vec<MessageRow>,
    pub left_out: Option<String>,
    pub stuck_after: String,
    /// Said where no log of the mail system can tell what reached whom.
    pub no_deliveries: bool,
}

#[derive(Debug)]
pub struct MessageRow {
    pub id: String,
    pub server: String,
    pub place: String,
    pub basis: Option<&'static str>,
    pub subject: Option<Clipped>,
    pub message_id: Option<Clipped>,
    pub sender: Option<Clipped>,
    pub recipients: Clipped,
    pub facts: String,
    pub entered: Between,
    pub left: Between,
    pub stayed: Length,
    pub status: &'static str,
    pub status_class: &'static str,
    /// Set where the mail may never have been delivered.
    pub lost: bool,
    pub released_by: Option<Link>,
    pub candidates: Vec<Link>,
    pub release: Option<Sure>,
    pub release_why: String,
    pub failures: String,
    pub codes: String,
    pub sure: Sure,
    /// What set the limits of came and left; empty of mail that was only retried.
    pub limits: String,
    pub evidence: Cites,
    pub submitted: Option<When>,
    pub reached: Option<String>,
    pub deliveries: Vec<DeliveryRow>,
    /// It has several recipients, so each record must say whom it is about.
    pub several: bool,
    /// How many records of the mail system there are.
    pub deliveries_total: String,
    pub deliveries_left_out: Option<String>,
}

/// One step of a message in a log of the mail system.
#[derive(Debug)]
pub struct DeliveryRow {
    pub at: When,
    pub server: String,
    pub step: String,
    pub event: Clipped,
    /// The event's meaning is not documented.
    pub inferred: bool,
    pub recipients: Clipped,
    pub partner: String,
    pub evidence: Link,
}

impl Messages {
    pub fn new(findings: &Findings, selection: &Selection) -> Self {
        let rows: Vec<MessageRow> = selection
            .messages
            .iter()
            .filter_map(|i| findings.messages.get(*i))
            .map(|m| MessageRow::new(m, selection))
            .collect();
        let left_out = super::left_out(
            rows.len(),
            findings.messages.len(),
            "stays",
            "findings.json",
        );
        Self {
            left_out: left_out
                .map(|text| format!("{text} The gravest and longest come first in the choice.")),
            no_deliveries: !words::has_tracking(findings)
                && rows.iter().all(|r| r.deliveries.is_empty()),
            rows,
            stuck_after: format::duration(findings.case.options.stuck_after_s, format::Round::Down),
        }
    }
}

impl MessageRow {
    fn new(m: &Message, selection: &Selection) -> Self {
        let links = &selection.links;
        let telling = telling(m);
        let clipped = |text: &Option<String>, most| text.as_deref().map(|t| Clipped::new(t, most));
        Self {
            id: m.id.clone(),
            server: m.server.clone(),
            place: m
                .place
                .clone()
                .unwrap_or_else(|| "place not known".to_owned()),
            basis: m.place.as_ref().map(|_| words::basis(m.place_basis)),
            subject: clipped(&m.subject, SUBJECT),
            message_id: clipped(&m.message_id, MESSAGE_ID),
            sender: clipped(&m.sender, ADDRESS),
            recipients: recipients(&m.recipients),
            facts: facts(m),
            entered: Between::beginning(m.entered).brief(),
            left: Between::end(m.left).brief(),
            stayed: Length::stay(m.stayed_s),
            status: words::status(m.status),
            status_class: words::status_class(m.status),
            lost: crate::report::totals::is_perhaps_lost(m.status),
            released_by: m.released_by.as_ref().map(|id| links.to(id)),
            candidates: m
                .release_candidates
                .iter()
                // The one that is named stands before them.
                .filter(|id| m.released_by.as_ref() != Some(*id))
                .take(6)
                .map(|id| links.to(id))
                .collect(),
            release: m.release_confidence.map(|c| Sure::new(c, &m.release_why)),
            release_why: m.release_why.clone(),
            failures: format::count(m.scan_failures),
            codes: m
                .error_codes
                .iter()
                .take(4)
                .cloned()
                .collect::<Vec<_>>()
                .join(", "),
            sure: Sure::new(m.confidence, &m.why),
            limits: limits(m),
            evidence: Cites::new(links, &m.evidence, 3, 30),
            submitted: m.submitted_at.map(When::new),
            reached: m.recipients_reached.map(words::reached),
            several: m
                .deliveries
                .iter()
                .any(|d| d.recipients != first_recipients(m)),
            deliveries_left_out: super::left_out(
                telling.len(),
                m.deliveries.len(),
                "records",
                "findings.json",
            ),
            deliveries: telling.into_iter().map(|d| delivery(d, links)).collect(),
            deliveries_total: format::counted(m.deliveries.len() as u64, "record", "records"),
        }
    }
}

/// Whom the first record names.
fn first_recipients(m: &Message) -> &[String] {
    m.deliveries
        .first()
        .map_or(&[], |d| d.recipients.as_slice())
}

/// The records that tell the story: the first, the last by which it was handed to transport before it went on, and
/// those that end it. Of mail that was only retried, which nobody waits for, none.
fn telling(m: &Message) -> Vec<&Delivery> {
    if m.status == Status::DeliveredOnRetry {
        return Vec::new();
    }
    let all = &m.deliveries;
    if all.len() <= MAX_DELIVERIES {
        return all.iter().collect();
    }
    let is = |d: &Delivery, steps: &[&str]| steps.contains(&d.step.as_str());
    let ends = |d: &Delivery| is(d, &["mail_sent", "mail_delivered", "mail_failed"]);
    // What is only inferred stands in for what nothing documents.
    let documented = all.iter().any(|d| ends(d) && d.documented);
    let ends = |d: &Delivery| ends(d) && d.documented == documented;
    let end = all.iter().position(ends).unwrap_or(all.len());
    let again = all.iter().take(end).rposition(|d| {
        d.documented && d.server == m.server && is(d, &["mail_submitted", "mail_received"])
    });
    let mut chosen: BTreeSet<usize> = again.into_iter().chain([0]).collect();
    let ends = all.iter().enumerate().filter(|(_, d)| ends(d));
    chosen.extend(ends.map(|(at, _)| at).take(MAX_DELIVERIES - 2));
    let chosen = chosen.into_iter();
    chosen.filter_map(|at| all.get(at)).collect()
}

fn delivery(d: &Delivery, links: &Links) -> DeliveryRow {
    DeliveryRow {
        at: When::new(d.at),
        server: d.server.clone(),
        step: words::mail_step(&d.step),
        event: Clipped::new(&d.event, 40),
        inferred: !d.documented,
        recipients: recipients(&d.recipients),
        partner: d
            .partner
            .as_deref()
            .map_or(String::new(), |p| Clipped::new(p, ADDRESS).text),
        evidence: links.cite(&d.evidence),
    }
}

fn recipients(recipients: &[String]) -> Clipped {
    let named = recipients
        .iter()
        .take(RECIPIENTS)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    let mut clipped = Clipped::new(&named, ADDRESS);
    let more = recipients.len().saturating_sub(RECIPIENTS);
    if more > 0 {
        clipped
            .text
            .push_str(&format!(" and {} more", format::count(more as u64)));
    }
    clipped
}

/// What set the limits of came and left, in short: `Limits: creation time; capture that lists it, gone for all.` The
/// records are in findings.json.
fn limits(m: &Message) -> String {
    if m.status == Status::DeliveredOnRetry {
        return String::new();
    }
    let by = &m.bounds_by;
    let side = |earliest: &Option<Limit>, latest: &Option<Limit>| {
        let mut rules: Vec<&str> = [earliest, latest]
            .into_iter()
            .flatten()
            .map(|limit| words::limit_rule(limit.rule))
            .collect();
        rules.dedup();
        match rules.is_empty() {
            true => "nothing".to_owned(),
            false => rules.join(", "),
        }
    };
    format!(
        "Limits: {}; {}.",
        side(&by.entered_earliest, &by.entered_latest),
        side(&by.left_earliest, &by.left_latest)
    )
}

/// Size and class, where they say something.
fn facts(m: &Message) -> String {
    let size = m.size.map(format::bytes);
    let class = m
        .message_class
        .as_deref()
        .filter(|c| *c != "IPM.Note")
        .map(|c| Clipped::new(c, 60).text);
    [size, class]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}
