//! Strings that would like to be more than text: in the report, in a spreadsheet, on the terminal.

use serde_json::json;

use crate::common::{CaseFolder, Run, clock, events, logs::Day};

/// Each would do something where it is not treated as text.
const HOSTILE: [&str; 12] = [
    "<script>alert(1)</script>",
    "</td></table><img src=x onerror=alert(2)>",
    "\"><svg/onload=alert(3)>",
    "' onmouseover='alert(4)",
    "<!-- --><style>*{display:none}</style>",
    "{{7*7}}${7*7}&lt;b&gt;",
    "=cmd|'/c calc'!A1",
    "+1+1",
    "-2+3+cmd|'/c calc'!A1",
    "@SUM(1+1)*cmd|'/c calc'!A1",
    "invoice\u{202E}fdp.exe",
    "zero\0byte\u{1b}[31mred\u{7}\u{9b}31m\u{200B}",
];

/// A case with these strings wherever evidence can bring them.
fn hostile_case() -> CaseFolder {
    let case = CaseFolder::with_witness();
    let rows: Vec<_> = HOSTILE
        .iter()
        .enumerate()
        .map(|(number, text)| {
            json!({"internet_message_id": format!("<{number}@b>{text}"), "entry_id": format!("{number}{text}"),
                "subject": text, "sender": text, "recipients": [text, text], "message_class": text, "size": 1})
        })
        .collect();
    for (number, at) in ["10:30", "11:30"].iter().enumerate() {
        let mut snapshot = crate::common::snapshot(at, &json!(rows));
        snapshot["tool"] = json!(HOSTILE.join(" "));
        case.write(&format!("captures/{number}.json"), snapshot.to_string());
    }
    for (number, text) in HOSTILE.iter().enumerate() {
        let snapshot = json!({"schema": "temp-table-snapshot/1", "server": format!("S{number}{text}"),
            "table": text, "captured_at": clock::rfc3339("12:00"), "messages": [rows[number]], text.to_string(): 1});
        case.write(&format!("tables/{number}.json"), snapshot.to_string());
    }
    let mut day = Day::new("09:00", "12:00");
    for text in HOSTILE.iter().filter(|text| !text.contains('\0')) {
        let strings: [&str; 2] = [text, text];
        let at = clock::at("10:00:00.25");
        day.record(events::classic(
            at,
            "BE01",
            "Application",
            "MSExchangeTransport",
            348,
            &strings,
        ));
    }
    day.write(&case, "hostile");
    let quoted = |text: &str| serde_json::to_string(text).unwrap().replace('\u{7f}', "");
    let all = HOSTILE
        .iter()
        .filter(|t| !t.contains('\0'))
        .copied()
        .collect::<Vec<_>>()
        .join(" ");
    case.write(
        "case.toml",
        format!(
            "name = {0}\n[[server]]\nname = \"BH01\"\nrole = {0}\nvirtual_servers = 1\n\
             [[intervention]]\nat = 2006-03-14T10:45:00Z\nkind = \"other\"\nwhat = {0}\n\
             [[observation]]\nat = 2006-03-14T10:46:00Z\nserver = \"BH01\"\nwhere = {0}\nnote = {0}\n",
            quoted(&all)
        ),
    );
    #[cfg(unix)]
    case.write(
        "files/<script>alert(9)<\u{5c}script>\u{1b}[31m\u{202E}.evtx",
        "not a log",
    );
    case
}

fn run() -> (CaseFolder, Run) {
    let case = hostile_case();
    let run = case.run(&["--format", "md", "--all-events"]).done();
    (case, run)
}

/// Characters that no output may hold as they are: controls, and what reorders or hides its neighbours.
fn is_raw(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200B}'..='\u{200F}' | '\u{9b}')
}

#[test]
fn in_the_report_they_are_text() {
    let (_case, run) = run();
    let page = run.text("report.html");
    let elements = elements(&page);
    for name in [
        "img", "script", "iframe", "object", "embed", "link", "base", "form",
    ] {
        let own = elements.iter().filter(|(element, _)| element == name);
        for (_, attributes) in own {
            assert!(
                !attributes.contains("alert") && !attributes.contains("src"),
                "<{name}{attributes}>"
            );
        }
    }
    for (element, attributes) in &elements {
        let lower = attributes.to_lowercase();
        for handler in ["onerror", "onload", "onmouseover", "onclick", "javascript:"] {
            let bare = outside_quotes(&lower);
            assert!(!bare.contains(handler), "<{element}{attributes}>");
        }
    }
    assert!(
        !page.contains("<script>alert")
            && !page.contains("<img src=x")
            && !page.contains("<style>*{")
    );
    assert!(
        page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
        "the subject is there, as text"
    );
    let raw: Vec<char> = page.chars().filter(|c| is_raw(*c)).collect();
    assert!(raw.is_empty(), "{raw:?}");
    assert!(page.contains("U+202E"), "what is hidden is written out");
}

/// Every start tag with the text of its attributes, as an HTML parser would find them.
fn elements(page: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let name: String = rest
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric())
            .collect::<String>()
            .to_lowercase();
        if name.is_empty() {
            continue;
        }
        let (mut end, mut quote) = (rest.len(), None);
        for (index, c) in rest.char_indices() {
            match (quote, c) {
                (None, '"' | '\'') => quote = Some(c),
                (Some(open), c) if open == c => quote = None,
                (None, '>') => {
                    end = index;
                    break;
                }
                _ => {}
            }
        }
        found.push((name.clone(), rest[name.len()..end].to_owned()));
        rest = &rest[end..];
        // Inside these nothing is markup until their end tag.
        if matches!(name.as_str(), "script" | "style" | "title" | "textarea") {
            let close = format!("</{name}");
            rest = rest.find(&close).map_or("", |at| &rest[at + close.len()..]);
        }
    }
    found
}

/// The text with what stands between quotes left out.
fn outside_quotes(attributes: &str) -> String {
    let mut out = String::new();
    let mut quote = None;
    for c in attributes.chars() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (None, c) => out.push(c),
            _ => {}
        }
    }
    out
}

#[test]
fn in_a_spreadsheet_they_are_text() {
    let (_case, run) = run();
    let mut reader =
        csv::Reader::from_reader(run.text("timeline.csv").into_bytes().leak() as &[u8]);
    let mut disarmed = 0;
    for record in reader.records() {
        for cell in &record.unwrap() {
            let first = cell.chars().next();
            assert!(
                !matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r')),
                "{cell}"
            );
            disarmed += u64::from(cell.starts_with("'=") || cell.starts_with("'@"));
        }
    }
    assert!(disarmed > 0, "no formula came through at all");
}

#[test]
fn on_the_terminal_they_are_text() {
    let (_case, run) = run();
    for (name, text) in [("stdout", &run.stdout), ("stderr", &run.stderr)] {
        let raw: Vec<char> = text.chars().filter(|c| is_raw(*c)).collect();
        assert!(raw.is_empty(), "{name}: {raw:?} in\n{text}");
    }
    let widest = run
        .stdout
        .lines()
        .map(|line| line.chars().count())
        .max()
        .unwrap();
    let path = run.report.display().to_string().chars().count();
    assert!(widest <= 100.max(path + 30), "{widest} columns");
    assert!(
        run.stdout.lines().count() <= 40,
        "more than a screen:\n{}",
        run.stdout
    );
}

#[test]
fn in_markdown_they_are_text() {
    let (_case, run) = run();
    let text = run.text("report.md");
    assert!(
        !text.contains("<script>") && !text.contains("<img"),
        "{text}"
    );
    let raw: Vec<char> = text.chars().filter(|c| is_raw(*c)).collect();
    assert!(raw.is_empty(), "{raw:?}");
}

/// JSON is for programs: there, and only there, the strings are as the evidence has them.
#[test]
fn in_json_they_are_exact() {
    let (_case, run) = run();
    let findings = run.findings();
    for text in HOSTILE {
        let subjects = findings
            .messages
            .iter()
            .filter_map(|m| m.subject.as_deref());
        assert!(
            subjects.into_iter().any(|subject| subject == text),
            "{text:?}"
        );
    }
}

/// An error about a hostile path is printed as text too.
#[cfg(unix)]
#[test]
fn in_an_error_they_are_text() {
    let case = CaseFolder::new();
    let run = crate::common::run_on(
        &case.beside("no\u{1b}[31m\u{202E}"),
        &case.beside("report"),
        &[],
    );
    assert_eq!(run.code, 1);
    assert!(!run.stderr.chars().any(is_raw), "{:?}", run.stderr);
}
