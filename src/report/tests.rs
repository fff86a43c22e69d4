//! The report as a whole: what is on the page, what is in the other files, and that they agree.

use std::fs;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::testdata;
use super::{Error, Manifest, RunInfo, WritePlan, Written, write};
use crate::analysis::findings::{CaseInfo, Findings};
use crate::timeline::row::Row;

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
        "summary", "windows", "messages", "restarts", "changes", "servers", "timeline", "evidence",
        "method",
    ] {
        assert!(html.contains(&format!("<section id=\"{id}\"")), "{id}");
    }
    for id in [
        "chart-overview",
        "chart-held",
        "chart-age",
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
    assert_eq!(drawings.len(), 10);
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

/// Every string of a JSON value, replaced.
fn with_strings(value: &mut serde_json::Value, keep: &dyn Fn(&str, &str) -> bool, by: &str) {
    match value {
        serde_json::Value::Array(items) => items.iter_mut().for_each(|v| with_strings(v, keep, by)),
        serde_json::Value::Object(map) => {
            for (key, v) in map.iter_mut() {
                match v {
                    serde_json::Value::String(s) if !keep(key, s) => *s = by.to_owned(),
                    serde_json::Value::String(_) => {}
                    serde_json::Value::Array(items)
                        if items.iter().all(serde_json::Value::is_string) =>
                    {
                        for item in items {
                            if !keep(key, item.as_str().unwrap_or_default()) {
                                *item = by.into();
                            }
                        }
                    }
                    other => with_strings(other, keep, by),
                }
            }
        }
        _ => {}
    }
}

#[test]
fn hostile_strings_in_every_field_are_only_text() {
    const BAD: &str = "</title></text></style><script>alert(1)</script><img src=x onerror=alert(2)>\" ' & \0\u{1}\u{202E}\u{200B}\u{FFFF}|`=1+1";
    let full = testdata::findings();
    // Times, enumerations and ids keep their form; everything else becomes hostile.
    let keep = |key: &str, text: &str| {
        let enumeration = matches!(
            key,
            "state"
                | "smtp_now"
                | "end_cause"
                | "confidence"
                | "release_confidence"
                | "standing"
                | "status"
                | "place_basis"
        );
        let id = key == "id" && !text.contains('-');
        let kind = key == "kind" && !matches!(text, "registry" | "store_recreated");
        let time = text.len() == 27 && text.ends_with('Z');
        enumeration || id || kind || time || (key == "profile")
    };
    let mut value = serde_json::to_value(&full).unwrap();
    with_strings(&mut value, &keep, BAD);
    let hostile: Findings = serde_json::from_value(value).unwrap();
    let rows: Vec<Row> = testdata::rows(&full)
        .into_iter()
        .map(|r| Row {
            server: BAD.to_owned(),
            place: Some(BAD.to_owned()),
            message_id: Some(BAD.to_owned()),
            log: Some(BAD.to_owned()),
            provider: Some(BAD.to_owned()),
            level: Some(BAD.to_owned()),
            summary: BAD.to_owned(),
            evidence: BAD.to_owned(),
            original_time: Some(BAD.to_owned()),
            ..r
        })
        .collect();
    let [html, md, ..] = written(&hostile, &rows);
    for raw in [
        "<script", "<img", "\0", "\u{1}", "\u{202E}", "\u{200B}", "\u{FFFF}",
    ] {
        assert!(!html.contains(raw), "{raw:?} in the page");
        assert!(!md.contains(raw), "{raw:?} in the Markdown");
    }
    assert!(
        html.contains("&lt;script&gt;") && html.contains("⟨U+202E⟩") && html.contains("⟨U+0000⟩")
    );
    for svg in drawings(&html) {
        let mut reader = Reader::from_str(svg);
        while !matches!(reader.read_event().unwrap(), Event::Eof) {}
    }
    assert_eq!(html.matches("</style>").count(), 1);
}

#[test]
fn an_earlier_report_on_the_case_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("deep/case");
    let first = write(&plan(&folder), &testdata::findings(), &[]).unwrap();
    let without_markdown = WritePlan {
        markdown: false,
        ..plan(&folder)
    };
    let quiet = Findings {
        case: testdata::findings().case,
        ..testdata::quiet()
    };
    let second = write(&without_markdown, &quiet, &[]).unwrap();
    assert_eq!(first.folder, second.folder);
    assert!(!folder.join("report.md").exists());
    assert!(
        fs::read_to_string(folder.join("report.html"))
            .unwrap()
            .contains("No stuck window was found.")
    );
    assert_eq!(
        names(dir.path().join("deep").as_path()),
        ["case"],
        "nothing is left beside the report"
    );
}

#[test]
fn the_manifest_lists_every_file_with_its_hash() {
    use sha2::{Digest, Sha256};
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("case");
    let hello = |out: &mut dyn std::io::Write| out.write_all(b"PAR1");
    let plan = WritePlan {
        parquet: Some(&hello),
        ..plan(&folder)
    };
    let Written { files, .. } = write(&plan, &testdata::findings(), &[]).unwrap();
    let manifest = Manifest::parse(&fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    let listed: Vec<&str> = manifest.files.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(
        listed,
        [
            "findings.json",
            "report.html",
            "report.md",
            "run.json",
            "timeline.csv",
            "timeline.parquet"
        ]
    );
    for file in &manifest.files {
        let bytes = fs::read(folder.join(&file.name)).unwrap();
        assert_eq!(bytes.len() as u64, file.bytes);
        assert_eq!(
            super::folder::hex(&Sha256::digest(&bytes)),
            file.sha256,
            "{}",
            file.name
        );
    }
    assert_eq!(files.len(), manifest.files.len() + 1);
    assert_eq!(manifest.case.name, "Case 42");
    assert_eq!(fs::read(folder.join("timeline.parquet")).unwrap(), b"PAR1");
}

#[test]
fn what_is_not_ours_needs_force_and_survives_it() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("case");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("notes.txt"), "mine").unwrap();
    let findings = testdata::findings();
    assert!(matches!(
        write(&plan(&folder), &findings, &[]),
        Err(Error::Foreign { .. })
    ));
    let forced = WritePlan {
        force: true,
        ..plan(&folder)
    };
    write(&forced, &findings, &[]).unwrap();
    assert_eq!(
        fs::read_to_string(folder.join("notes.txt")).unwrap(),
        "mine"
    );
    assert!(folder.join("report.html").exists());
    let refused = write(&plan(&folder), &findings, &[]).unwrap_err();
    assert!(refused.to_string().contains("`notes.txt`"), "{refused}");
    // What an earlier report left and the new one does not write goes away, the rest stays.
    write(
        &WritePlan {
            markdown: false,
            ..forced
        },
        &findings,
        &[],
    )
    .unwrap();
    assert!(!folder.join("report.md").exists() && folder.join("notes.txt").exists());
    assert_eq!(names(dir.path()), ["case"]);
}

#[test]
fn another_case_and_a_plain_file_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("case");
    write(&plan(&folder), &testdata::findings(), &[]).unwrap();
    let other = Findings {
        case: CaseInfo {
            name: "Other".to_owned(),
            evidence_sha256: "00".to_owned(),
            ..testdata::empty().case
        },
        ..testdata::empty()
    };
    let error = write(&plan(&folder), &other, &[]).unwrap_err();
    assert!(
        error.to_string().contains("another case, `Case 42`"),
        "{error}"
    );
    let file = dir.path().join("file");
    fs::write(&file, "x").unwrap();
    for force in [false, true] {
        let refused = write(
            &WritePlan {
                force,
                ..plan(&file)
            },
            &other,
            &[],
        );
        assert!(matches!(refused, Err(Error::NotAFolder { .. })));
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "x");
}

#[test]
fn a_failure_half_way_leaves_the_old_report() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("case");
    write(&plan(&folder), &testdata::findings(), &[]).unwrap();
    let before = fs::read(folder.join("manifest.json")).unwrap();
    let full = |_: &mut dyn std::io::Write| Err(std::io::Error::other("disk full"));
    let failing = WritePlan {
        parquet: Some(&full),
        ..plan(&folder)
    };
    let error = write(
        &failing,
        &Findings {
            case: testdata::findings().case,
            ..testdata::quiet()
        },
        &[],
    )
    .unwrap_err();
    assert!(error.to_string().contains("disk full"), "{error}");
    assert_eq!(fs::read(folder.join("manifest.json")).unwrap(), before);
    assert_eq!(names(dir.path()), ["case"]);
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

#[test]
fn folder_names_are_fit_for_windows() {
    use super::folder_name;
    for (case, name) in [
        ("Case 42", "Case 42"),
        ("a/b\\c:d*e?", "a_b_c_d_e_"),
        ("..", "case"),
        ("con", "con_"),
        ("LPT1.txt", "LPT1.txt_"),
        ("Störung März.", "Störung März"),
        ("", "case"),
    ] {
        assert_eq!(folder_name(case), name);
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
