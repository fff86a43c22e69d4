//! HTML, JSON, CSV and terminal are views of the same findings.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{CaseFolder, Run, case42, run_on};
use regex::Regex;
use stuckmail::analysis::findings::{Findings, Status};
use stuckmail::report::{Totals, format};

fn run() -> (CaseFolder, Run) {
    let case = case42();
    let run = run_on(case.path(), &case.beside("report"), &["--format", "md"]).done();
    (case, run)
}

/// Every anchor of the page.
fn anchors(page: &str) -> Vec<String> {
    let id = Regex::new(r#" id="([^"]*)""#).unwrap();
    id.captures_iter(page)
        .map(|found| found[1].to_owned())
        .collect()
}

/// Rows of timeline.csv by kind.
fn kinds(run: &Run) -> BTreeMap<String, u64> {
    let text = run.bytes("timeline.csv");
    let mut reader = csv::Reader::from_reader(text.as_slice());
    let column = reader
        .headers()
        .unwrap()
        .iter()
        .position(|name| name == "kind")
        .unwrap();
    let mut kinds = BTreeMap::new();
    for record in reader.records() {
        *kinds.entry(record.unwrap()[column].to_owned()).or_default() += 1;
    }
    kinds
}

fn ids(findings: &Findings) -> BTreeMap<char, BTreeSet<String>> {
    let mut ids: BTreeMap<char, BTreeSet<String>> = BTreeMap::new();
    let all = findings.windows.iter().map(|w| &w.id);
    let all = all.chain(findings.restarts.iter().map(|r| &r.id));
    let all = all.chain(findings.bursts.iter().map(|b| &b.id));
    let all = all.chain(findings.messages.iter().map(|m| &m.id));
    let all = all.chain(findings.evidence.iter().map(|e| &e.id));
    for id in all {
        ids.entry(id.chars().next().unwrap())
            .or_default()
            .insert(id.clone());
    }
    ids
}

#[test]
fn everything_in_the_json_stands_in_the_page_once() {
    let (_case, run) = run();
    let page = run.text("report.html");
    let anchors = anchors(&page);
    let numbered = Regex::new("^[WRBME][0-9]+$").unwrap();
    let mut shown: BTreeMap<char, BTreeSet<String>> = BTreeMap::new();
    for id in anchors.iter().filter(|id| numbered.is_match(id)) {
        let new = shown
            .entry(id.chars().next().unwrap())
            .or_default()
            .insert(id.clone());
        assert!(new, "{id} twice");
    }
    assert_eq!(shown, ids(&run.findings()));
    let distinct: BTreeSet<&String> = anchors.iter().collect();
    assert_eq!(distinct.len(), anchors.len(), "an anchor stands twice");
}

#[test]
fn every_link_leads_somewhere() {
    let (_case, run) = run();
    let page = run.text("report.html");
    let anchors: BTreeSet<String> = anchors(&page).into_iter().collect();
    let link = Regex::new(r##"href="([^"]*)""##).unwrap();
    let mut count = 0;
    for found in link.captures_iter(&page) {
        let target = found[1]
            .strip_prefix('#')
            .unwrap_or_else(|| panic!("{} leaves the page", &found[1]));
        assert!(anchors.contains(target), "#{target} is nowhere");
        count += 1;
    }
    assert!(count > 100, "{count} links");
}

/// A row of the page for each message: its id, and its message id in the same row.
#[test]
fn rows_of_the_page_say_what_the_json_says() {
    let (_case, run) = run();
    let page = run.text("report.html");
    let escaped = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    };
    for message in &run.findings().messages {
        let start = page.find(&format!("<tr id=\"{}\"", message.id)).unwrap();
        let row = &page[start..start + page[start..].find("</tr>").unwrap()];
        if let Some(id) = &message.message_id {
            assert!(row.contains(&escaped(id)), "{id} is not in\n{row}");
        }
        assert!(row.contains(&message.server), "{row}");
        if let Some(restart) = &message.released_by {
            assert!(
                row.contains(&format!("#{restart}\"")),
                "{restart} is not in\n{row}"
            );
        }
    }
}

#[test]
fn the_timeline_holds_what_the_findings_count() {
    let (_case, run) = run();
    let findings = run.findings();
    let kinds = kinds(&run);
    let count = |kind: &str| kinds.get(kind).copied().unwrap_or_default();
    let failures: u64 = findings
        .servers
        .iter()
        .map(|server| server.scan_failures)
        .sum();
    assert_eq!(count("scan_failure"), failures);
    assert_eq!(count("restart"), findings.restarts.len() as u64);
    assert_eq!(count("intervention"), findings.interventions.len() as u64);
    let seen = findings.observations.iter();
    let told = seen.filter(|seen| seen.evidence.is_none()).count();
    assert_eq!(count("observation"), told as u64);
    assert_eq!(
        count("capture") + count("empty_table"),
        findings.captures.len() as u64
    );
    let empty = findings
        .captures
        .iter()
        .filter(|c| c.complete && c.count == 0)
        .count();
    assert_eq!(count("empty_table"), empty as u64);
    let bursts: u64 = findings.bursts.iter().map(|burst| burst.events).sum();
    assert!(
        bursts <= failures,
        "{bursts} failures in bursts of {failures}"
    );
}

/// Each comparison of bursts stands in the page and in the Markdown in the same words, and so does what was not compared.
#[test]
fn coincidences_are_the_same_in_every_view() {
    let (_case, run) = run();
    let findings = run.findings();
    let plain = |name| {
        let text = run.text(name).replace('\\', "");
        text.replace("&#60;", "<").replace("&lt;", "<")
    };
    let (page, markdown) = (plain("report.html"), plain("report.md"));
    assert!(findings.coincidences.len() > 5);
    for one in findings.coincidences.iter().take(60) {
        assert!(page.contains(&one.reading), "{}", one.reading);
        assert!(markdown.contains(&one.reading), "{}", one.reading);
    }
    for text in [&page, &markdown] {
        assert!(text.contains("No event is known that tells of scheduled scans or backups"));
    }
}

/// What tracking logs, registry exports and counters add stands in the page and in the Markdown, or its absence does.
#[test]
fn the_mail_side_is_the_same_in_every_view() {
    let (_case, run) = run();
    let findings = run.findings();
    let page = run.text("report.html");
    let markdown = run.text("report.md").replace('\\', "");
    let both = |text: &str| {
        assert!(page.contains(text), "{text} is not in the page");
        assert!(markdown.contains(text), "{text} is not in the Markdown");
    };
    // Of a message that was more than retried, the first record and the documented ones that end it; all of a few.
    let waited = findings.messages.iter();
    let waited = waited.filter(|m| m.status != Status::DeliveredOnRetry);
    let mut shown = 0;
    for message in waited {
        let all = &message.deliveries;
        let ends = all.iter().filter(|d| {
            d.documented
                && ["mail_sent", "mail_delivered", "mail_failed"].contains(&d.step.as_str())
        });
        let telling: Vec<_> = match all.len() {
            ..=6 => all.iter().collect(),
            _ => all.first().into_iter().chain(ends.take(4)).collect(),
        };
        shown += telling.len();
        telling.iter().for_each(|d| both(&d.evidence));
    }
    assert!(shown > 100, "{shown}");
    for old in findings.restarts.iter().filter_map(|r| r.old_mail.as_ref()) {
        old.items
            .iter()
            .take(5)
            .for_each(|item| both(&item.evidence));
    }
    for delay in &findings.delays {
        both(&format::counted(delay.records, "record", "records"));
    }
    for setting in &findings.settings {
        both(&setting.evidence);
    }
    for change in findings.interventions.iter().flat_map(|i| &i.changes) {
        both(&change.name);
    }
    for counter in &findings.counters {
        both(&counter.evidence);
    }
    if findings
        .coverage
        .iter()
        .all(|c| c.log != "Message tracking")
    {
        both(
            "No tracking log is in the evidence, so what went out after each restart is not known.",
        );
        both("No tracking log is in the evidence, so how long mail took is not known.");
    }
    if findings.settings.is_empty() {
        both("No setting is known");
    }
}

/// The failures of messages, of servers and of the timeline are the same failures.
#[test]
fn failures_add_up() {
    let (_case, run) = run();
    let findings = run.findings();
    for server in &findings.servers {
        let of_messages: u64 = findings
            .messages
            .iter()
            .filter(|m| m.server == server.name)
            .map(|m| m.scan_failures)
            .sum();
        assert_eq!(of_messages, server.scan_failures, "{}", server.name);
    }
}

#[test]
fn headline_numbers_are_the_same_everywhere() {
    let (_case, run) = run();
    let findings = run.findings();
    let totals = Totals::of(&findings);
    let (page, markdown) = (run.text("report.html"), run.text("report.md"));
    let band = format!(
        "{} to {} messages",
        totals.stuck.at_least, totals.stuck.at_most
    );
    assert!(run.stdout.contains(&band), "{}", run.stdout);
    let failures = format!("{} scan failures", totals.scan_failures);
    assert!(run.stdout.contains(&failures), "{}", run.stdout);
    let all = totals.scan_failures;
    let released = totals.releasing_restarts;
    for number in [
        all,
        totals.stuck.at_least,
        totals.bursts,
        totals.restarts,
        released,
    ] {
        let word = Regex::new(&format!(r"\b{number}\b")).unwrap();
        assert!(word.is_match(&page), "{number} is not in the page");
        assert!(word.is_match(&markdown), "{number} is not in the Markdown");
    }
    let escaped = findings.verdict.sentence.replace('\'', "&#39;");
    assert!(page.contains(&escaped), "the verdict's sentence");
    let one_line = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        one_line.contains(&findings.verdict.sentence),
        "{}",
        run.stdout
    );
}

/// Cross-references of the findings lead to each other in both directions.
#[test]
fn references_are_mutual() {
    let (_case, run) = run();
    let findings = run.findings();
    for message in &findings.messages {
        for restart in &findings.restarts {
            assert_eq!(
                message.released_by.as_ref() == Some(&restart.id),
                restart.released.known.contains(&message.id),
                "{} and {}",
                message.id,
                restart.id
            );
        }
    }
    let in_windows: Vec<&String> = findings
        .windows
        .iter()
        .flat_map(|w| &w.residences)
        .collect();
    let distinct: BTreeSet<&&String> = in_windows.iter().collect();
    assert_eq!(
        distinct.len(),
        in_windows.len(),
        "a stay belongs to one window at the most"
    );
    for window in &findings.windows {
        let stays = findings
            .messages
            .iter()
            .filter(|m| window.residences.contains(&m.id));
        let of_window: BTreeSet<&String> = stays.filter_map(|m| m.message_id.as_ref()).collect();
        assert_eq!(
            of_window,
            window.messages.iter().collect::<BTreeSet<_>>(),
            "{}",
            window.id
        );
        if let Some(restart) = &window.restart {
            let restart = findings.restarts.iter().find(|r| r.id == *restart).unwrap();
            assert!(
                restart.windows.contains(&window.id),
                "{} and {}",
                window.id,
                restart.id
            );
        }
    }
}

/// Every citation names a file of the list, and a record that the file has.
#[test]
fn citations_lead_to_the_evidence() {
    let (case, run) = run();
    let findings = run.findings();
    let files: BTreeMap<&str, &str> = findings
        .evidence
        .iter()
        .map(|e| (e.id.as_str(), e.path.as_str()))
        .collect();
    let cited = findings
        .messages
        .iter()
        .flat_map(|m| &m.evidence)
        .chain(findings.windows.iter().flat_map(|w| &w.evidence))
        .chain(findings.restarts.iter().flat_map(|r| &r.evidence))
        .chain(findings.bursts.iter().flat_map(|b| &b.evidence));
    let mut count = 0;
    for cite in cited {
        let (file, record) = cite.split_once('#').unwrap();
        // A file inside an archive stands behind it.
        let on_disk = files[file].split("!/").next().unwrap();
        assert!(case.path().join(on_disk).is_file(), "{cite}");
        assert!(record.parse::<u64>().is_ok(), "{cite}");
        count += 1;
    }
    assert!(count > 300, "{count} citations");
}
