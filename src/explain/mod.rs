//! The whole chain of inference for one claim: what is claimed and how surely, each piece of evidence with its record as
//! text and what it bounds, what was ruled out and why, and what would change it.
//!
//! ```text
//! findings (what is claimed, and by which records) ─┐
//! timeline (the records themselves, [`records`]) ───┴─► [`Explanation`], one for each thing asked for
//! ```
//!
//! Nothing is concluded here: the analysis is run as for a report, and its findings are followed back to the records.

mod burst;
mod contradiction;
mod message;
pub mod records;
mod restart;
mod step;
mod window;
mod words;

use std::collections::BTreeSet;
use std::path::Path;

use crate::analysis::findings::{Confidence, Findings, Message};
use crate::evidence::Progress;
use crate::pipeline::{self, Options};
use crate::profile::message_key;
use crate::report::format;

pub use records::Record;
use records::{Meant, Records};

/// Findings that something is about, told of one by one.
const MOST_SUBJECTS: usize = 200;

/// Why nothing can be explained.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Pipeline(#[from] pipeline::Error),
    /// What was asked for is not in the case; what there is.
    #[error("{asked} is not in this case; {known}")]
    NotThere { asked: String, known: String },
}

/// One claim with all that it rests on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Explanation {
    /// `M17`, `W3`, `R2`, `B1`, `X1`, `N3`.
    pub id: String,
    /// The claim in a sentence.
    pub claim: String,
    /// How sure it is; `None` of what is only counted.
    pub confidence: Option<Confidence>,
    pub why: String,
    /// The parts of the claim.
    pub parts: Vec<Point>,
    /// Stays and other findings that it is about, one by one.
    pub stays: Vec<Point>,
    /// What these are: `What it let out`.
    pub stays_are: &'static str,
    /// The records that decide it, in order of time, each with what it shows.
    pub chain: Vec<Piece>,
    /// Other records that it cites, in short.
    pub others: Vec<Piece>,
    /// How many of these are left out: there may be very many.
    pub left_out: usize,
    pub ruled_out: Vec<Point>,
    /// What may be as well.
    pub not_ruled_out: Vec<Point>,
    pub would_change: Vec<String>,
}

/// Something with what is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    pub what: String,
    pub says: String,
}

impl Point {
    fn new(what: impl Into<String>, says: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            says: says.into(),
        }
    }
}

/// A record, and what it shows of the claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    pub record: Record,
    pub shows: Vec<String>,
}

/// Something that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Claim {
    Message(usize),
    Window(usize),
    Restart(usize),
    Burst(usize),
    Contradiction(usize),
    Step(usize),
}

/// Analyses the case in a folder and explains the claims asked for: ids of findings (`W3`, `B1`, `R2`, `M17`, `X1`, `N3`), or
/// message ids, with or without brackets.
///
/// # Errors
/// When the case cannot be analysed, or something asked for is not in it.
pub fn explain(
    path: &Path,
    asked: &[String],
    options: &Options,
    progress: &dyn Progress,
) -> Result<Vec<Explanation>, Error> {
    let kept = pipeline::analyze_keeping(path, options, progress)?;
    let findings = &kept.outcome.findings;
    let mut claims: Vec<Claim> = Vec::new();
    for id in asked {
        let found = find(findings, id);
        if found.is_empty() {
            return Err(Error::NotThere {
                asked: id.clone(),
                known: known(findings),
            });
        }
        let new: Vec<Claim> = found.into_iter().filter(|c| !claims.contains(c)).collect();
        claims.extend(new);
    }
    let wanted: BTreeSet<&str> = claims
        .iter()
        .flat_map(|claim| cites(findings, *claim))
        .collect();
    let records = Records::of(&kept.timeline, &kept.profile, findings, &wanted);
    let explained = claims.into_iter().filter_map(|claim| {
        Some(match claim {
            Claim::Message(index) => {
                message::explain(findings.messages.get(index)?, findings, &records)
            }
            Claim::Window(index) => {
                window::explain(findings.windows.get(index)?, findings, &records)
            }
            Claim::Restart(index) => {
                restart::explain(findings.restarts.get(index)?, findings, &records)
            }
            Claim::Burst(index) => burst::explain(findings.bursts.get(index)?, findings, &records),
            Claim::Contradiction(index) => {
                contradiction::explain(findings.contradictions.get(index)?, findings, &records)
            }
            Claim::Step(index) => {
                step::explain(findings.next_steps.get(index)?, findings, &records)
            }
        })
    });
    Ok(explained.collect())
}

/// What an id stands for: a message id may stand for several stays.
fn find(findings: &Findings, asked: &str) -> Vec<Claim> {
    let asked = asked.trim();
    let named = |id: &str| id.eq_ignore_ascii_case(asked);
    let messages = || findings.messages.iter().enumerate();
    if let Some((index, _)) = messages().find(|(_, m)| named(&m.id)) {
        return vec![Claim::Message(index)];
    }
    if let Some(index) = findings.windows.iter().position(|w| named(&w.id)) {
        return vec![Claim::Window(index)];
    }
    if let Some(index) = findings.restarts.iter().position(|r| named(&r.id)) {
        return vec![Claim::Restart(index)];
    }
    if let Some(index) = findings.bursts.iter().position(|b| named(&b.id)) {
        return vec![Claim::Burst(index)];
    }
    if let Some(index) = findings.contradictions.iter().position(|x| named(&x.id)) {
        return vec![Claim::Contradiction(index)];
    }
    if let Some(index) = findings.next_steps.iter().position(|n| named(&n.id)) {
        return vec![Claim::Step(index)];
    }
    let key = message_key(asked);
    let is = |m: &Message| {
        m.message_id
            .as_deref()
            .is_some_and(|id| message_key(id) == key)
    };
    let stays = messages().filter(|(_, m)| !key.is_empty() && is(m));
    stays.map(|(index, _)| Claim::Message(index)).collect()
}

/// `it has messages M1 to M210, …`.
fn known(findings: &Findings) -> String {
    let range = |what: &str, letter: char, many: usize| match many {
        0 => format!("no {what}"),
        1 => format!("{what} {letter}1"),
        many => format!("{what} {letter}1 to {letter}{many}"),
    };
    format!(
        "it has {}, {}, {}, {}, {} and {}; a message id from the evidence serves as well",
        range("messages", 'M', findings.messages.len()),
        range("windows", 'W', findings.windows.len()),
        range("restarts", 'R', findings.restarts.len()),
        range("bursts", 'B', findings.bursts.len()),
        range("contradictions", 'X', findings.contradictions.len()),
        range("next steps", 'N', findings.next_steps.len()),
    )
}

/// Every record that the explanation of a claim may show.
fn cites(findings: &Findings, claim: Claim) -> Vec<&str> {
    let mut all: Vec<&String> = Vec::new();
    match claim {
        Claim::Message(index) => {
            let message = findings.messages.get(index);
            all.extend(
                message
                    .into_iter()
                    .flat_map(|m| message::cites(m, findings)),
            );
        }
        Claim::Window(index) => {
            if let Some(window) = findings.windows.get(index) {
                all.extend(&window.evidence);
                let restart = window::ended_by(window, findings);
                all.extend(restart.into_iter().flat_map(|r| &r.evidence));
                all.extend(window::cites(window, findings));
                let members = window::members(window, findings);
                all.extend(
                    members
                        .into_iter()
                        .flat_map(message::limits)
                        .flat_map(|(_, limit)| &limit.evidence),
                );
            }
        }
        Claim::Restart(index) => {
            if let Some(restart) = findings.restarts.get(index) {
                all.extend(&restart.evidence);
                all.extend(
                    restart
                        .old_mail
                        .iter()
                        .flat_map(|old| &old.items)
                        .map(|old| &old.evidence),
                );
            }
        }
        Claim::Burst(index) => {
            all.extend(
                findings
                    .bursts
                    .get(index)
                    .into_iter()
                    .flat_map(|b| &b.evidence),
            );
        }
        Claim::Contradiction(index) => {
            let found = findings.contradictions.get(index);
            let sides = found.into_iter().flat_map(|found| &found.sides);
            all.extend(sides.flat_map(|side| &side.evidence));
        }
        Claim::Step(index) => {
            let step = findings.next_steps.get(index);
            all.extend(step.into_iter().flat_map(|step| &step.evidence));
        }
    }
    all.into_iter().map(String::as_str).collect()
}

/// What findings of these ids claim, each in a line: what something else is about.
fn subjects(ids: &[String], findings: &Findings) -> Vec<Point> {
    let line = |id: &String| {
        let claims = match find(findings, id).first()? {
            Claim::Message(index) => message::claim(findings.messages.get(*index)?),
            Claim::Window(index) => window::claim(findings.windows.get(*index)?),
            Claim::Restart(index) => restart::claim(findings.restarts.get(*index)?),
            Claim::Burst(index) => burst::claim(findings.bursts.get(*index)?),
            Claim::Contradiction(_) | Claim::Step(_) => return None,
        };
        Some(Point::new(id.clone(), claims))
    };
    ids.iter().take(MOST_SUBJECTS).filter_map(line).collect()
}

/// What is said of each, and how many more there are than the `most` that are told of.
fn told<T>(all: &[T], most: usize, point: impl Fn(&T) -> Option<Point>) -> Vec<Point> {
    let mut points: Vec<Point> = all.iter().take(most).filter_map(point).collect();
    let more = all.len().saturating_sub(most);
    if more > 0 {
        let more = format!("{} more, in findings.json", format::count(more as u64));
        points.push(Point::new("And", more));
    }
    points
}

/// Records that show nothing by themselves, in order of time.
fn plain<'f>(
    cites: impl IntoIterator<Item = &'f String>,
    meant: Meant<'_>,
    records: &Records<'_>,
) -> Vec<Piece> {
    let pieces = cites.into_iter().filter_map(|cite| {
        Some(Piece {
            record: records.get(cite, meant)?,
            shows: Vec::new(),
        })
    });
    in_order(pieces.collect())
}

/// Pieces in order of time, each record once.
fn in_order(mut pieces: Vec<Piece>) -> Vec<Piece> {
    pieces.sort_by_key(|piece| (piece.record.at, piece.record.cite));
    pieces
}

#[cfg(test)]
mod tests;
