//! The first screen: what is the case, what is the answer, how sure is it, and the numbers that matter.

use super::links::{Link, Links};
use super::parts::{Sure, When};
use super::words;
use crate::analysis::findings::{Confidence, ContradictionKind, Findings, Window};
use crate::report::format::{self, Round};
use crate::report::totals::Totals;

/// Windows named on the first screen.
const MAX_WINDOWS: usize = 6;
/// Servers named on the first screen.
const MAX_SERVERS: usize = 8;
/// Reasons in sight; the others are behind a fold.
const REASONS: usize = 3;
/// Messages named where mail may be lost.
const MAX_LOST: usize = 12;

#[derive(Debug)]
pub struct Summary {
    pub case: String,
    pub evidence_sha256: String,
    pub servers: Vec<String>,
    pub span: Option<(When, When)>,
    pub span_days: String,
    /// What `--since` and `--until` cut away, in words.
    pub limits: Option<String>,
    pub state: &'static str,
    pub state_class: &'static str,
    pub state_mark: &'static str,
    pub sentence: String,
    pub as_of: Option<When>,
    pub reasons: Vec<String>,
    pub more_reasons: Vec<String>,
    pub windows: Vec<WindowLine>,
    pub more_windows: Option<String>,
    pub perhaps_lost: Option<Lost>,
    pub headlines: Vec<Headline>,
    pub problems: String,
}

/// A window on one line.
#[derive(Debug)]
pub struct WindowLine {
    pub link: Link,
    pub place: String,
    pub when: String,
    pub sure: Sure,
}

/// Mail that may never have been delivered.
#[derive(Debug)]
pub struct Lost {
    pub sentence: String,
    pub messages: Vec<Link>,
    pub more: String,
}

/// One headline number.
#[derive(Debug, PartialEq, Eq)]
pub struct Headline {
    pub value: String,
    pub label: &'static str,
    pub note: String,
    pub href: &'static str,
}

impl Summary {
    pub fn new(findings: &Findings, totals: &Totals, links: &Links) -> Self {
        let verdict = &findings.verdict;
        let split = REASONS.min(verdict.reasons.len());
        let (reasons, more_reasons) = verdict.reasons.split_at(split);
        let problems = match findings.problems.len() as u64 {
            0 => "no problem".to_owned(),
            n => format::counted(n, "problem", "problems"),
        };
        Self {
            case: findings.case.name.clone(),
            evidence_sha256: findings.case.evidence_sha256.clone(),
            servers: servers(findings),
            span: totals
                .span
                .map(|(from, to)| (When::new(from), When::new(to))),
            span_days: totals.span.map_or(String::new(), |(from, to)| {
                format::duration(to.since(from) as f64 / 1e6, Round::Down)
            }),
            limits: limits(findings),
            state: words::state(verdict.state),
            state_class: words::state_class(verdict.state),
            state_mark: words::state_mark(verdict.state),
            sentence: verdict.sentence.clone(),
            as_of: verdict.as_of.map(When::new),
            reasons: reasons.to_vec(),
            more_reasons: more_reasons.to_vec(),
            windows: surest(&findings.windows)
                .into_iter()
                .map(|w| window_line(w, links))
                .collect(),
            more_windows: super::left_out(
                MAX_WINDOWS.min(findings.windows.len()),
                findings.windows.len(),
                "windows",
                "the section below",
            ),
            perhaps_lost: lost(totals, links),
            headlines: headlines(findings, totals),
            problems: format!("{problems} with the evidence"),
        }
    }
}

fn servers(findings: &Findings) -> Vec<String> {
    let named = findings
        .servers
        .iter()
        .take(MAX_SERVERS)
        .map(|s| match &s.role {
            Some(role) => format!("{} ({role})", s.name),
            None => s.name.clone(),
        });
    let more = findings.servers.len().saturating_sub(MAX_SERVERS) as u64;
    let more = (more > 0).then(|| format!("and {} more", format::count(more)));
    named.chain(more).collect()
}

fn limits(findings: &Findings) -> Option<String> {
    let options = &findings.case.options;
    let range = match (options.since, options.until) {
        (None, None) => return None,
        (Some(since), None) => format!("since {}", format::time(since)),
        (None, Some(until)) => format!("until {}", format::time(until)),
        (Some(since), Some(until)) => {
            format!("from {} to {}", format::time(since), format::time(until))
        }
    };
    Some(format!(
        "Lists and charts show only what happened {range} UTC, as asked. The conclusions and the numbers on top rest on all the evidence."
    ))
}

/// The windows that there is room for, the surest chosen first, in their order.
fn surest(windows: &[Window]) -> Vec<&Window> {
    let mut order: Vec<(usize, &Window)> = windows.iter().enumerate().collect();
    order.sort_by_key(|(i, w)| (w.confidence, *i));
    order.truncate(MAX_WINDOWS);
    order.sort_by_key(|(i, _)| *i);
    order.into_iter().map(|(_, w)| w).collect()
}

/// From when mail was stuck at the latest until when it was at least, or, without that, by when it was gone.
fn window_line(window: &Window, links: &Links) -> WindowLine {
    let (seen_from, seen_to) = words::seen_between(window);
    let from = seen_from.map_or("start not known".to_owned(), format::minute);
    let to = match (seen_to, window.end.latest) {
        (_, None) => "not shown to be over".to_owned(),
        (Some(at), _) | (None, Some(at)) => format::minute(at),
    };
    WindowLine {
        link: links.to(&window.id),
        place: words::place_name(&window.server, window.place.as_deref()),
        when: format!("{from} – {to}"),
        sure: Sure::new(window.confidence, &window.why),
    }
}

fn lost(totals: &Totals, links: &Links) -> Option<Lost> {
    let n = totals.perhaps_lost.len();
    if n == 0 {
        return None;
    }
    let shown = n.min(MAX_LOST);
    let sentence = if n == 1 {
        "1 message was removed or lay in a store that was created anew. This mail may never have been delivered:".to_owned()
    } else {
        format!(
            "{} messages were removed or lay in a store that was created anew. This mail may never have been delivered:",
            format::count(n as u64)
        )
    };
    Some(Lost {
        sentence,
        messages: totals
            .perhaps_lost
            .iter()
            .take(shown)
            .map(|id| links.to(id))
            .collect(),
        more: if n > shown {
            format!("and {} more", format::count((n - shown) as u64))
        } else {
            String::new()
        },
    })
}

fn headlines(findings: &Findings, totals: &Totals) -> Vec<Headline> {
    vec![
        Headline {
            value: format::count(totals.stuck.at_least),
            label: if totals.stuck.at_least == 1 {
                "message stuck"
            } else {
                "messages stuck"
            },
            note: stuck_note(totals),
            href: "#messages",
        },
        longest(findings, totals),
        Headline {
            value: format::count(totals.scan_failures),
            label: if words::is_348(findings) {
                "events 348, scan failed"
            } else {
                "scan failures"
            },
            note: if totals.covered_hours > 0.0 {
                format!(
                    "in {} covered hours",
                    format::count(totals.covered_hours.round() as u64)
                )
            } else {
                "no Application log to look in".to_owned()
            },
            href: "#bursts",
        },
        Headline {
            value: format::count(totals.bursts),
            label: if totals.bursts == 1 {
                "burst of failures"
            } else {
                "bursts of failures"
            },
            note: busiest(findings),
            href: "#bursts",
        },
        Headline {
            value: format::count(totals.releasing_restarts),
            label: match (
                totals.releasing_restarts == 1,
                words::release_confidence(findings) == Some(Confidence::Confirmed),
            ) {
                (true, true) => "restart let mail out",
                (true, false) => "restart probably let mail out",
                (false, true) => "restarts let mail out",
                (false, false) if totals.releasing_restarts == 0 => {
                    "restarts known to have let mail out"
                }
                (false, false) => "restarts probably let mail out",
            },
            note: format!(
                "of {} of SMTP",
                format::counted(totals.restarts, "restart", "restarts")
            ),
            href: "#restarts",
        },
        Headline {
            value: format::band(totals.held_now.at_least, totals.held_now.at_most),
            label: "still held",
            note: match (totals.held_now.at_most, findings.captures.is_empty()) {
                (0, true) => "known of; no table was looked at".to_owned(),
                (0, false) => "known of, where the evidence ends".to_owned(),
                _ => "certainly, to at most".to_owned(),
            },
            href: "#servers",
        },
    ]
}

fn stuck_note(totals: &Totals) -> String {
    let more = totals.stuck.at_most.saturating_sub(totals.stuck.at_least);
    let stays = match totals.stays.at_least.saturating_sub(totals.stuck.at_least) {
        0 => String::new(),
        _ => format!("in {} stays", format::count(totals.stays.at_least)),
    };
    if more > 0 && totals.stuck.at_least == 0 {
        return words::perhaps_stuck(totals);
    }
    let possible = if more > 0 {
        format!("{} more possible", format::count(more))
    } else {
        String::new()
    };
    match (stays.is_empty(), possible.is_empty()) {
        (true, true) if totals.stuck.at_least == 0 => "nothing shows one".to_owned(),
        (true, true) => "no others possible".to_owned(),
        (false, false) => format!("{stays}, {possible}"),
        _ => stays + &possible,
    }
}

fn longest(findings: &Findings, totals: &Totals) -> Headline {
    let message = totals.longest.and_then(|i| findings.messages.get(i));
    Headline {
        value: message.map_or("–".to_owned(), |m| {
            format::duration(m.stayed_s.min, Round::Down)
        }),
        label: "longest stay, at least",
        note: message.map_or(none_long(totals), |m| {
            let most = match m.stayed_s.max {
                Some(max) => format!("{}, at most {}", m.id, format::duration(max, Round::Up)),
                None => format!("{}, no upper limit", m.id),
            };
            let doubted = findings.contradictions.iter().any(|found| {
                found.kind == ContradictionKind::CaptureOutOfTime && found.lowers.contains(&m.id)
            });
            match doubted {
                true => format!("{most}, if the capture's time is right"),
                false => most,
            }
        }),
        href: "#messages",
    }
}

/// Why no length of stay can be claimed.
fn none_long(totals: &Totals) -> String {
    match totals.stuck.at_most {
        0 => "no stay long enough".to_owned(),
        _ => "no stay is confirmed or probable".to_owned(),
    }
}

fn busiest(findings: &Findings) -> String {
    match findings
        .bursts
        .iter()
        .max_by_key(|b| (b.events, std::cmp::Reverse(&b.id)))
    {
        Some(burst) => format!(
            "the largest {}: {} events",
            burst.id,
            format::count(burst.events)
        ),
        None => "no run of failures stands out".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testdata;

    /// The first screen says of merely possible stays what the terminal says.
    #[test]
    fn what_is_only_possible_is_not_said_to_be_stuck() {
        let mut findings = testdata::findings();
        findings.messages = vec![testdata::message("M1", "BH01")];
        let mut totals = Totals::of(&findings);
        totals.longest = None;
        (totals.stuck.at_least, totals.stuck.at_most) = (0, 2);
        let told = headlines(&findings, &totals);
        let [stuck, longest, ..] = told.as_slice() else {
            panic!("{told:?}")
        };
        assert_eq!(
            (stuck.value.as_str(), stuck.note.as_str()),
            ("0", "2 messages may have been stuck")
        );
        assert_eq!(
            (longest.value.as_str(), longest.note.as_str()),
            ("–", "no stay is confirmed or probable")
        );
    }
}
