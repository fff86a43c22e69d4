//! The texts of a new case: they can be read by what they are for.

use std::path::PathBuf;

use stuckmail::case::CaseConfig;
use stuckmail::case::recognise::{Format, Head, recognise};

use super::files::{GUIDE, all};
use crate::cli::NewCase;

fn plan() -> NewCase {
    NewCase {
        folder: PathBuf::from("case43"),
        servers: vec!["BH01".to_owned(), "be01.corp.example".to_owned()],
        time_zone: None,
    }
}

fn text(plan: &NewCase, name: &str) -> String {
    let file = all(plan).into_iter().find(|file| file.name == name);
    file.unwrap().text
}

#[test]
fn case_toml_reads_as_it_is() {
    let config = CaseConfig::parse(&text(&plan(), "case.toml")).unwrap();
    let names: Vec<&str> = config.servers.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["BH01", "be01.corp.example"]);
    assert_eq!((config.time_zone, config.snapshots.len()), (None, 0));
    let zoned = NewCase {
        time_zone: Some(chrono_tz::Europe::Berlin),
        ..plan()
    };
    let config = CaseConfig::parse(&text(&zoned, "case.toml")).unwrap();
    assert_eq!(config.time_zone, Some(chrono_tz::Europe::Berlin));
}

/// Prose begins with `# `, examples with `#`: with its mark taken away, each of them must be right.
#[test]
fn every_example_of_case_toml_reads() {
    let toml = text(&plan(), "case.toml");
    let examples: Vec<&str> = toml
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(example) if !example.starts_with(' ') => example,
            _ => line,
        })
        .collect();
    let config = CaseConfig::parse(&examples.join("\n")).unwrap();
    assert!(config.name.is_some() && config.profile.is_some() && config.code_page.is_some());
    assert!(config.time_zone.is_some() && config.date_order.is_some());
    let server = config.servers.first().unwrap();
    assert!(server.role.is_some() && server.virtual_servers.is_some());
    assert!(server.clock_ahead_by.is_some() && server.clock_uncertainty.is_some());
    assert_eq!(server.aliases.len(), 1);
    let snapshot = config.snapshots.first().unwrap();
    assert!(snapshot.table.is_some() && snapshot.captured_at.is_some());
    let setting = config.settings.first().unwrap();
    assert!(setting.server.is_some() && setting.captured_at.is_some());
    assert!(setting.time_zone.is_some() && setting.date_order.is_some());
    let log = config.logs.first().unwrap();
    assert!(log.log.is_some() && log.time_zone.is_some() && log.code_page.is_some());
    assert_eq!(
        (config.interventions.len(), config.observations.len()),
        (1, 1)
    );
}

#[test]
fn everything_can_be_read_on_windows() {
    for file in all(&plan()) {
        assert_eq!(
            file.text.matches('\n').count(),
            file.text.matches("\r\n").count(),
            "{}",
            file.name
        );
        assert!(!file.text.contains("\r\r"), "{}", file.name);
        // Windows 2003 would show other letters by the code page of the moment.
        assert!(file.text.is_ascii(), "{}", file.name);
    }
}

#[test]
fn the_guide_is_that_of_the_documentation() {
    assert_eq!(text(&plan(), "CAPTURE.md").replace("\r\n", "\n"), GUIDE);
    for word in [
        "MFCMAPI",
        "for good",
        "subfolders",
        "reg export",
        "clock_ahead_by",
        "collect.cmd",
    ] {
        assert!(GUIDE.contains(word), "{word}");
    }
}

/// Nothing runs a batch file here: its jumps lead somewhere, its quotation marks and brackets close.
#[test]
fn scripts_are_plain_and_whole() {
    let script = text(&plan(), "collect.cmd");
    let labels: Vec<&str> = script
        .lines()
        .filter_map(|line| line.strip_prefix(':'))
        .collect();
    let mut jumps = 0;
    for line in script.lines().filter(|line| !line.starts_with("rem ")) {
        for (word, label) in line.split_whitespace().zip(line.split_whitespace().skip(1)) {
            if matches!(word, "call" | "goto") {
                // `call` is a word of wmic, too.
                let Some(label) = label.strip_prefix(':') else {
                    continue;
                };
                assert!(label == "eof" || labels.contains(&label), "{line}");
                jumps += 1;
            }
        }
        assert_eq!(line.matches('"').count() % 2, 0, "{line}");
        assert_eq!(
            line.matches('(').count(),
            line.matches(')').count(),
            "{line}"
        );
    }
    assert!(jumps > 20 && labels.len() >= 9, "{jumps} {labels:?}");
    for text in [script, text(&plan(), "collect.ps1")] {
        assert!(text.contains("NOT TRIED ON A REAL"));
        // Nothing that changes a server.
        for word in [
            "reg add",
            "reg delete",
            "net stop",
            "net start",
            "iisreset",
            "Restart-",
            "Stop-",
            "wevtutil cl",
            "ClearEventLog",
            "del ",
            "rmdir",
        ] {
            assert!(!text.contains(word), "{word}");
        }
    }
}

/// The keys that the scripts export are those that the profile knows.
#[test]
fn scripts_export_the_keys_that_matter() {
    let profile = stuckmail::profile::Profile::shipped("exchange-2003").unwrap();
    for name in ["collect.cmd", "collect.ps1"] {
        let script = text(&plan(), name);
        for rule in &profile.settings.rules {
            let key = rule.key.replace("HKEY_LOCAL_MACHINE", "HKLM");
            let ours = ["MSExchangeIS", "TransportAVAPI", "SMSMSE"];
            if ours.iter().any(|part| key.contains(part)) {
                assert!(script.contains(&key), "{name} does not export {key}");
            }
        }
    }
}

#[test]
fn none_of_the_files_is_evidence() {
    for file in all(&plan()) {
        let bytes = file.text.as_bytes();
        let recognised = recognise(&Head::new(bytes, bytes.len() as u64, false, None));
        assert_eq!(recognised.format, Format::NotEvidence, "{}", file.name);
    }
}
