//! The report as a whole: what is on the page, what is in the other files, and that they agree.

use std::fs;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::testdata;
use super::{RunInfo, WritePlan, write};
use crate::analysis::findings::Findings;
use crate::timeline::row::Row;

mod folder;
mod hostile;
mod mail;
mod now;

fn plan(folder: &Path) -> WritePlan<'_> {
    let run = RunInfo {
        build: "stuckmail 0.1.0".to_owned(),
        ..RunInfo::default()
    };
    WritePlan {
        folder,
        markdown: true,
        parquet: None,
        force: false,
        run,
    }
}

/// Writes a report into a new folder and gives back the texts of its page, Markdown, CSV and JSON.
fn written(findings: &Findings, rows: &[Row]) -> [String; 4] {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("case");
    write(&plan(&folder), findings, rows).unwrap();
    ["report.html", "report.md", "timeline.csv", "findings.json"]
        .map(|name| fs::read_to_string(folder.join(name)).unwrap())
}

/// Every `<svg>` of a page.
fn drawings(html: &str) -> Vec<&str> {
    html.match_indices("<svg")
        .map(|(start, _)| {
            let end = html[start..].find("</svg>").unwrap() + start + "</svg>".len();
            &html[start..end]
        })
        .collect()
}

/// The text of an HTML element with the given id, up to the first end of such an element, tags taken off.
fn text_of(html: &str, start: &str, end: &str) -> String {
    let from = html
        .find(start)
        .unwrap_or_else(|| panic!("{start} is missing"));
    let to = html[from..].find(end).unwrap() + from;
    let mut text = String::new();
    let mut inside = false;
    for c in html[from..to].chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text
}

#[test]
fn the_page_holds_every_section_and_chart() {
    let findings = testdata::findings();
    let [html, ..] = written(&findings, &testdata::rows(&findings));
    for id in [
        "summary", "now", "windows", "messages", "restarts", "delays", "changes", "servers",
        "settings", "timeline", "evidence", "method",
    ] {
        assert!(html.contains(&format!("<section id=\"{id}\"")), "{id}");
    }
    for id in [
        "chart-overview",
        "chart-held",
        "chart-stay",
        "chart-age",
        "chart-old-mail",
        "chart-delay",
        "chart-counters",
        "chart-change",
        "chart-coverage",
    ] {
        assert!(html.contains(&format!("<figure id=\"{id}\"")), "{id}");
    }
    assert!(html.contains("default-src 'none'; style-src 'sha256-"));
    for forbidden in [
        "<script",
        "javascript:",
        " style=",
        "http-equiv=\"refresh\"",
        "src=\"",
        "@import",
        "url(",
    ] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn every_link_has_its_place_and_every_place_is_unique() {
    let findings = testdata::findings();
    let [html, ..] = written(&findings, &testdata::rows(&findings));
    let values = |name: &str| -> Vec<String> {
        let start = format!(" {name}=\"");
        html.match_indices(&start)
            .map(|(i, _)| {
                html[i + start.len()..]
                    .split('"')
                    .next()
                    .unwrap()
                    .to_owned()
            })
            .collect()
    };
    let mut ids = values("id");
    let total = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), total, "an id is given twice");
    let links = values("href");
    assert!(links.len() > 500);
    for link in links {
        let id = link
            .strip_prefix('#')
            .unwrap_or_else(|| panic!("{link} leaves the page"));
        assert!(
            ids.binary_search(&id.to_owned()).is_ok(),
            "{link} leads nowhere"
        );
    }
}

#[test]
fn charts_are_well_formed_and_named() {
    let findings = testdata::findings();
    let [html, ..] = written(&findings, &testdata::rows(&findings));
    let drawings = drawings(&html);
    assert_eq!(drawings.len(), 18);
    for svg in &drawings {
        let mut reader = Reader::from_str(svg);
        while !matches!(reader.read_event().unwrap(), Event::Eof) {}
    }
    let named = drawings.iter().filter(|svg| svg.contains("role=\"img\""));
    for svg in named {
        assert!(svg.contains("<title id=") && svg.contains("<desc id="));
        assert!(svg.contains("<text"), "a chart without words");
    }
}

#[test]
fn html_markdown_csv_and_json_hold_the_same_numbers() {
    let findings = testdata::findings();
    let rows = testdata::rows(&findings);
    let [html, md, csv, json] = written(&findings, &rows);
    let json: Findings = serde_json::from_str(&json).unwrap();
    assert_eq!(json, findings);
    let failures: u64 = json.servers.iter().map(|s| s.scan_failures).sum();
    let in_csv = csv::Reader::from_reader(csv.as_bytes())
        .records()
        .filter(|r| &r.as_ref().unwrap()[2] == "scan_failure")
        .count();
    assert_eq!(in_csv as u64, failures);
    let headlines = text_of(&html, "<ul class=\"headlines\">", "</ul>");
    assert!(
        headlines.contains(&format!("{failures} events 348")),
        "{headlines}"
    );
    assert!(md.contains(&format!("| {failures} | events 348")));
    // The chart's table sums to the same number.
    let table = text_of(&html, "<figure id=\"chart-overview\"", "</figure>");
    assert!(table.contains(&format!("{failures} scan failures (event 348)")));
    for m in &json.messages {
        assert!(html.contains(&format!("<tr id=\"{}\"", m.id)), "{}", m.id);
        assert!(md.contains(&format!("\n| {} |", m.id)), "{}", m.id);
    }
    for w in &json.windows {
        assert!(html.contains(&format!("<article class=\"card\" id=\"{}\"", w.id)));
        assert!(md.contains(&format!("### {}:", w.id)));
    }
    assert_eq!(
        html.matches("may never have been delivered</strong>")
            .count(),
        7
    );
}

#[test]
fn the_same_findings_give_the_same_bytes() {
    let findings = testdata::findings();
    let rows = testdata::rows(&findings);
    assert_eq!(written(&findings, &rows), written(&findings, &rows));
}

#[test]
fn null_results_are_said() {
    let [html, md, ..] = written(&testdata::quiet(), &[]);
    for text in [&html, &md] {
        assert!(text.contains("No event 348 in 1,998 covered hours of Application logs."));
        assert!(text.contains("No stuck window was found."));
    }
    assert!(html.contains("No temp table was looked at"));
    assert!(html.contains(
        "Chart left out, “How old was the mail that each restart let out?”: no restart is known"
    ));
    let [html, ..] = written(&testdata::empty(), &[]);
    assert!(html.contains(
        "No event 348 was found, but no Application log, where it would stand, is in the evidence."
    ));
    assert!(
        html.contains("Chart left out, “What happened, and when”: no evidence carries a time.")
    );
}

#[test]
fn a_hundred_thousand_messages_stay_small() {
    let small = testdata::findings();
    let mut findings = small.clone();
    findings.messages = (0..100_000)
        .map(|i| {
            let mut m = small.messages[i % small.messages.len()].clone();
            m.id = format!("M{}", i + 1);
            m.subject = Some(
                "A subject that is rather long, as subjects tend to be when they are forwarded "
                    .repeat(4),
            );
            m.entered.latest = m.entered.latest.map(|at| at.plus(i as i64 * 1_000_000));
            m
        })
        .collect();
    for window in &mut findings.windows {
        window.residences = findings.messages.iter().map(|m| m.id.clone()).collect();
        window.evidence = (0..100_000).map(|i| format!("E3#{i}")).collect();
    }
    for restart in &mut findings.restarts {
        restart.released.known = findings.messages.iter().map(|m| m.id.clone()).collect();
    }
    let [html, ..] = written(&findings, &testdata::rows(&small));
    assert!(html.len() < 5_000_000, "{} bytes", html.len());
    assert!(html.contains("500 of 100,000 stays are shown; all are in findings.json."));
}

#[test]
fn the_sample_incident_stays_under_a_megabyte() {
    let findings = testdata::findings();
    let [html, ..] = written(&findings, &testdata::rows(&findings));
    assert!(html.len() < 1_000_000, "{} bytes", html.len());
}
