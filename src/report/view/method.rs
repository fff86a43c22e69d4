//! How the conclusions were drawn, what they cannot say, and what the words mean.

use super::words;
use crate::analysis::findings::Findings;
use crate::report::format::{self, Round};

#[derive(Debug)]
pub struct Method {
    pub stuck_after: String,
    pub time_zone: String,
    pub profile: String,
    pub tool: String,
    pub glossary: Vec<Term>,
}

#[derive(Debug)]
pub struct Term {
    pub word: &'static str,
    pub meaning: &'static str,
}

impl Method {
    pub fn new(findings: &Findings) -> Self {
        Self {
            stuck_after: format::duration(findings.case.options.stuck_after_s, Round::Down),
            time_zone: match &findings.case.time_zone {
                Some(zone) => {
                    format!("Times that evidence writes without a zone were read as {zone}.")
                }
                None => "No zone was given for times that evidence writes without one.".to_owned(),
            },
            profile: findings.case.profile.clone(),
            tool: format!("{} {}", findings.tool.name, findings.tool.version),
            glossary: GLOSSARY
                .iter()
                .filter(|(word, _)| *word != "event 348" || words::is_348(findings))
                .map(|(word, meaning)| Term { word, meaning })
                .collect(),
        }
    }
}

/// The words of the report, in alphabetical order.
const GLOSSARY: [(&str, &str); 17] = [
    (
        "absence",
        "A message is not listed in a complete capture of its place. It proves that the row is gone, not that the mail was delivered.",
    ),
    (
        "burst",
        "A run of scan failures denser than the server's base rate.",
    ),
    (
        "capture",
        "The contents of one place at one instant, written down by somebody. An empty one is evidence too.",
    ),
    (
        "confidence",
        "Confirmed, probable or possible, always with the reason. Possible says only that the evidence permits it; it is never a probability.",
    ),
    (
        "coverage",
        "For each server and log, from when to when the evidence can speak, and its holes.",
    ),
    (
        "delay",
        "How long a message took on one server: from its submission to its last documented step there.",
    ),
    (
        "event 348",
        "Logged by MSExchangeTransport when a message could not be virus scanned and will be tried again later.",
    ),
    (
        "evidence file",
        "One file of the case, with the number under which records of it are cited: E3#4711 is record 4711 of file E3.",
    ),
    (
        "intervention",
        "A change that somebody made, told in case.toml or read from the evidence.",
    ),
    (
        "old mail",
        "Mail that delivery records show going out in the minutes after a restart of SMTP, though it had been submitted long before SMTP stopped.",
    ),
    (
        "place",
        "Where a message waits: one temp table of one server, such as TempTable#1.",
    ),
    (
        "restart",
        "SMTP going from running to running again: a stop and start of the service, a crash, a reboot.",
    ),
    (
        "stay",
        "One residence of one message in one place. A message that comes back has a second stay.",
    ),
    (
        "stuck",
        "A stay whose least possible length reaches the limit given under Method.",
    ),
    (
        "temp table",
        "Folder of the SMTP mailbox in which mail lies while transport has it. Each SMTP virtual server has one in every store, and submits its mail again when it starts.",
    ),
    (
        "tracking log",
        "Exchange's own record of what it did with each message: submitted, queued, sent on, delivered.",
    ),
    (
        "window",
        "A period in which at least one message was stuck in one place, without a gap.",
    ),
];
