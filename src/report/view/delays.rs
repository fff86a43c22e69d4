//! Old mail and delays: what the logs of the mail system show going out after restarts, and how long mail took
//! before, in and after each window.

use std::collections::BTreeMap;

use super::links::{Link, Links};
use super::parts::{Clipped, Length, When};
use super::select::MAX_RESTARTS;
use super::words;
use crate::analysis::findings::{Delay, Findings, OldMail, OldMessage, Phase, Restart};
use crate::report::format::{self, Round};

/// Messages named for one restart, the oldest first.
const MAX_OLDEST: usize = 5;
/// Restarts of which messages are named.
const MAX_NAMED: usize = 40;
/// Windows in the table of delays.
const MAX_WINDOWS: usize = 100;
/// Servers in the table of delays.
const MAX_SERVERS: usize = 100;
const MESSAGE_ID: usize = 90;

#[derive(Debug)]
pub struct Delays {
    /// What went out, as the chart's caption says it too.
    pub old_sentence: String,
    /// What did not, and what is not known.
    pub old_nothing: String,
    pub old: Vec<OldRow>,
    pub old_left_out: Option<String>,
    pub oldest: Vec<OldestRow>,
    pub oldest_note: Option<String>,
    /// As the chart's caption says it too.
    pub sentence: String,
    pub windows: Vec<WindowDelay>,
    pub windows_left_out: Option<String>,
    pub servers: Vec<ServerDelay>,
    pub servers_left_out: Option<String>,
}

/// What went out after one restart.
#[derive(Debug)]
pub struct OldRow {
    pub restart: Link,
    pub server: String,
    pub started: When,
    pub messages: String,
    pub recipients: String,
    pub median: Option<Length>,
    pub oldest: Option<Length>,
    pub within: String,
}

/// One old message.
#[derive(Debug)]
pub struct OldestRow {
    pub restart: Link,
    pub message: Option<Link>,
    pub message_id: Clipped,
    pub submitted: When,
    pub out: When,
    pub age: Length,
    pub recipients: String,
    pub evidence: Link,
}

/// How long mail took around one window.
#[derive(Debug)]
pub struct WindowDelay {
    pub window: Link,
    pub server: String,
    /// Before it, while it lasted, after it.
    pub phases: [Option<Took>; 3],
}

/// How long mail took over one server's whole time.
#[derive(Debug)]
pub struct ServerDelay {
    pub server: String,
    pub from: When,
    pub to: When,
    pub took: Took,
}

/// How long mail took.
#[derive(Debug)]
pub struct Took {
    /// Median and 95th percentile; none of too few messages.
    pub times: Option<(Length, Length)>,
    pub messages: String,
}

impl Took {
    fn new(delay: &Delay) -> Self {
        let length = |seconds| Length::new(seconds, Round::Nearest);
        Self {
            times: delay
                .median_s
                .zip(delay.p95_s)
                .map(|(half, most)| (length(half), length(most))),
            messages: format::counted(delay.records, "record", "records"),
        }
    }

    /// `4 s, 95 % 44 s; 5,920 messages`.
    pub fn text(&self) -> String {
        match &self.times {
            Some((half, most)) => format!("{}, 95 % {}; {}", half.text, most.text, self.messages),
            None => format!("too few: {}", self.messages),
        }
    }
}

impl Delays {
    pub fn new(findings: &Findings, links: &Links) -> Self {
        let looked_at: Vec<(&Restart, &OldMail)> = findings
            .restarts
            .iter()
            .filter_map(|r| Some((r, r.old_mail.as_ref()?)))
            .collect();
        let windows = by_window(findings, links);
        let servers: Vec<&Delay> = findings
            .delays
            .iter()
            .filter(|d| d.window.is_none())
            .collect();
        let left_out = |most: usize, total: usize, what| {
            super::left_out(total.min(most), total, what, "findings.json")
        };
        Self {
            old_sentence: old_sentence(findings),
            old_nothing: old_nothing(findings, looked_at.len()),
            old: looked_at
                .iter()
                .take(MAX_RESTARTS)
                .map(|(r, old)| old_row(r, old, links))
                .collect(),
            old_left_out: left_out(MAX_RESTARTS, looked_at.len(), "restarts"),
            oldest: oldest(&looked_at, links),
            oldest_note: oldest_note(&looked_at),
            sentence: sentence(findings),
            windows_left_out: left_out(MAX_WINDOWS, windows.len(), "windows"),
            windows: windows.into_iter().take(MAX_WINDOWS).collect(),
            servers_left_out: left_out(MAX_SERVERS, servers.len(), "servers"),
            servers: servers
                .into_iter()
                .take(MAX_SERVERS)
                .map(|d| ServerDelay {
                    server: d.server.clone(),
                    from: When::new(d.from),
                    to: When::new(d.to),
                    took: Took::new(d),
                })
                .collect(),
        }
    }
}

/// What the old mail comes to.
fn old_sentence(findings: &Findings) -> String {
    let found = words::old_mail(findings);
    let named = found.iter().take(3);
    let mut parts: Vec<String> = named
        .map(|(restart, old)| words::old_mail_sentence(restart, old))
        .collect();
    if let Some(more @ 1..) = found.len().checked_sub(parts.len()) {
        let more = format::counted(more as u64, "further restart", "further restarts");
        parts.push(format!("Old mail went out after {more}."));
    }
    parts.join(" ")
}

/// After which restarts none went out, and of which no log speaks.
fn old_nothing(findings: &Findings, looked_at: usize) -> String {
    let all = findings.restarts.len();
    if all == 0 {
        return "No restart of SMTP is known, so there is none that can have let old mail out."
            .to_owned();
    }
    if looked_at == 0 {
        return if words::has_tracking(findings) {
            "The tracking logs in the evidence do not speak of the time of any restart, so what went out after them is not known."
        } else {
            "No tracking log is in the evidence, so what went out after each restart is not known."
        }
        .to_owned();
    }
    let mut parts = Vec::new();
    match (looked_at - words::old_mail(findings).len()) as u64 {
        0 => {}
        none => parts.push(format!(
            "After {} no old mail went out.",
            format::counted(none, "restart", "restarts")
        )),
    }
    match (all - looked_at) as u64 {
        0 => {}
        unknown => parts.push(format!(
            "Of {} no log of the mail system speaks.",
            format::counted(unknown, "restart", "restarts")
        )),
    }
    parts.join(" ")
}

fn old_row(restart: &Restart, old: &OldMail, links: &Links) -> OldRow {
    let age = |seconds| (old.messages > 0).then(|| Length::new(seconds, Round::Nearest));
    OldRow {
        restart: links.to(&restart.id),
        server: restart.server.clone(),
        started: When::new(restart.started_at.unwrap_or(restart.at)),
        messages: if old.messages == 0 {
            "none".to_owned()
        } else {
            format::count(old.messages)
        },
        recipients: format::count(old.recipients),
        median: age(old.age_median_s),
        oldest: age(old.age_max_s),
        within: format::duration(old.within_s, Round::Nearest),
    }
}

fn oldest(looked_at: &[(&Restart, &OldMail)], links: &Links) -> Vec<OldestRow> {
    let row = |restart: &Restart, item: &OldMessage| OldestRow {
        restart: links.to(&restart.id),
        message: item.message.as_ref().map(|id| links.to(id)),
        message_id: Clipped::new(&item.message_id, MESSAGE_ID),
        submitted: When::new(item.submitted_at),
        out: When::new(item.out_at),
        age: Length::new(item.age_s, Round::Nearest),
        recipients: format::count(item.recipients),
        evidence: links.cite(&item.evidence),
    };
    looked_at
        .iter()
        .filter(|(_, old)| !old.items.is_empty())
        .take(MAX_NAMED)
        .flat_map(|(restart, old)| {
            let items = old.items.iter().take(MAX_OLDEST);
            items.map(|item| row(restart, item))
        })
        .collect()
}

/// How many old messages there are besides those that are named.
fn oldest_note(looked_at: &[(&Restart, &OldMail)]) -> Option<String> {
    let with_items = looked_at.iter().filter(|(_, old)| !old.items.is_empty());
    let named: usize = with_items
        .take(MAX_NAMED)
        .map(|(_, old)| old.items.len().min(MAX_OLDEST))
        .sum();
    let listed: u64 = looked_at
        .iter()
        .map(|(_, old)| old.items.len() as u64)
        .sum();
    let all: u64 = looked_at
        .iter()
        .map(|(_, old)| old.messages)
        .fold(0, u64::saturating_add);
    (all > named as u64).then(|| {
        let rest = if all > listed {
            format!("findings.json names the oldest {}", format::count(listed))
        } else {
            "findings.json names all of them".to_owned()
        };
        format!(
            "The oldest {} of {} are named, at most {MAX_OLDEST} of each restart; {rest}.",
            format::count(named as u64),
            format::counted(all, "old message", "old messages")
        )
    })
}

/// What the delays come to.
fn sentence(findings: &Findings) -> String {
    if findings.delays.is_empty() {
        return if words::has_tracking(findings) {
            "No message in the tracking logs can be followed from its submission to its last step there, so how long mail took is not known."
        } else {
            "No tracking log is in the evidence, so how long mail took is not known."
        }
        .to_owned();
    }
    let lines = words::delay_lines(findings);
    if lines.is_empty() {
        return match findings.windows.len() as u64 {
            0 => "There is no stuck window to compare with.".to_owned(),
            n => format!(
                "For {} too little mail is in the logs to say how long it took meanwhile.",
                format::counted(n, "stuck window", "stuck windows")
            ),
        };
    }
    let more = lines.len().saturating_sub(3) as u64;
    let mut text = lines
        .into_iter()
        .take(3)
        .map(capital)
        .collect::<Vec<_>>()
        .join(". ");
    text.push('.');
    if more > 0 {
        text.push_str(&format!(" {} more in the table.", format::count(more)));
    }
    text
}

fn capital(text: String) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// The windows that delays are known around, in the order of the delays.
fn by_window(findings: &Findings, links: &Links) -> Vec<WindowDelay> {
    let mut rows: Vec<WindowDelay> = Vec::new();
    let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for delay in &findings.delays {
        let place = match delay.phase {
            Phase::Before => 0,
            Phase::During => 1,
            Phase::After => 2,
            Phase::All => continue,
        };
        let Some(window) = delay.window.as_deref() else {
            continue;
        };
        let index = *known.entry((window, &delay.server)).or_insert_with(|| {
            rows.push(WindowDelay {
                window: links.to(window),
                server: delay.server.clone(),
                phases: [None, None, None],
            });
            rows.len() - 1
        });
        let row = rows.get_mut(index).map(|row| &mut row.phases);
        if let Some(slot) = row.and_then(|phases| phases.get_mut(place)) {
            *slot = Some(Took::new(delay));
        }
    }
    rows
}
