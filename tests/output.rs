//! Where reports go, what they may replace, and how the program ends.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::fs;
use std::path::PathBuf;

use common::{CaseFolder, Run, logs::Day, run_in, run_on};
use serde_json::{Value, json};

/// Every file that a plain run writes.
const WRITTEN: [&str; 5] = [
    "findings.json",
    "manifest.json",
    "report.html",
    "run.json",
    "timeline.csv",
];

fn names(folder: &std::path::Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn by_default_the_report_goes_to_reports_and_the_folders_name() {
    let case = CaseFolder::with_witness();
    let here = case.beside("here");
    fs::create_dir(&here).unwrap();
    let run = run_in(&here, &["../case"]).done();
    assert_eq!(names(&here.join("reports/case")), WRITTEN);
    let last = run.stdout.lines().last().unwrap();
    let path = PathBuf::from("reports/case/report.html");
    assert!(
        last.ends_with(&path.display().to_string()),
        "the path is not the last line: {last}"
    );
}

#[test]
fn formats_on_request() {
    let case = CaseFolder::with_witness();
    let run = case.run(&["--format", "parquet,md,html,json,csv"]).done();
    let mut expected: Vec<&str> = WRITTEN.to_vec();
    expected.extend(["report.md", "timeline.parquet"]);
    expected.sort_unstable();
    assert_eq!(names(&run.report), expected);
    assert_eq!(&run.bytes("timeline.parquet")[..4], b"PAR1");
}

#[test]
fn the_manifest_has_the_hash_of_every_file() {
    use sha2::{Digest, Sha256};
    let case = CaseFolder::with_witness();
    let run = case.run(&["--format", "md"]).done();
    let manifest: Value = serde_json::from_str(&run.text("manifest.json")).unwrap();
    let files = manifest["files"].as_array().unwrap();
    assert_eq!(files.len(), names(&run.report).len() - 1, "all but itself");
    for file in files {
        let bytes = run.bytes(file["name"].as_str().unwrap());
        let hash: String = Sha256::digest(&bytes)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        assert_eq!(
            (&file["sha256"], &file["bytes"]),
            (&json!(hash), &json!(bytes.len()))
        );
    }
}

/// The refusal names the option to type; typed, it works.
#[test]
fn inside_the_case_is_refused_with_what_to_type() {
    let case = CaseFolder::with_witness();
    for args in [
        vec!["."],
        vec![".", "-o", "out"],
        vec![],
        vec!["../case", "-o", "../case/a/b"],
    ] {
        let before = common::files_below(case.path());
        let run = run_in(case.path(), &args);
        assert_eq!(run.code, 2, "{args:?}: {}", run.stderr);
        assert!(
            run.stderr.contains("inside the case folder"),
            "{}",
            run.stderr
        );
        assert_eq!(
            common::files_below(case.path()),
            before,
            "{args:?} wrote into the case"
        );
        let typed = run
            .stderr
            .split("add -o ")
            .nth(1)
            .unwrap()
            .lines()
            .next()
            .unwrap()
            .trim();
        let typed = typed.trim_matches('"').to_owned();
        run_in(case.path(), &[".", "-o", &typed]).done();
        assert!(
            case.path().join(&typed).join("report.html").is_file(),
            "{typed}"
        );
    }
}

#[test]
fn a_folder_of_somebody_else_needs_force() {
    let case = CaseFolder::with_witness();
    let report = case.beside("report");
    fs::create_dir(&report).unwrap();
    fs::write(report.join("thesis.doc"), "years of work").unwrap();
    fs::write(report.join("report.html"), "mine").unwrap();
    let refused = case.run(&[]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.contains("--force") && refused.stderr.contains("-o"),
        "{}",
        refused.stderr
    );
    assert_eq!(names(&report), ["report.html", "thesis.doc"]);
    assert_eq!(refused.text("report.html"), "mine");
    let forced = case.run(&["--force"]).done();
    assert_eq!(
        forced.text("thesis.doc"),
        "years of work",
        "files of other names are left alone"
    );
    assert!(forced.text("report.html").contains("<html"));
}

#[test]
fn our_own_report_is_replaced_as_a_whole() {
    let case = CaseFolder::with_witness();
    let first = case.run(&["--format", "md"]).done();
    assert!(names(&first.report).contains(&"report.md".to_owned()));
    let second = case.run(&[]).done();
    assert_eq!(
        names(&second.report),
        WRITTEN,
        "what this run did not write is gone"
    );
    // New evidence is the same case still, by its name.
    case.write_snapshot("1.json", "10:30", &json!([]));
    let third = case.run(&[]).done();
    assert_eq!(third.findings().captures.len(), 1);
    let beside = names(case.path().parent().unwrap());
    assert_eq!(
        beside,
        ["case", "report"],
        "nothing is left beside the report"
    );
}

#[test]
fn a_file_added_to_our_report_is_not_lost() {
    let case = CaseFolder::with_witness();
    let first = case.run(&[]).done();
    fs::write(first.report.join("my notes.txt"), "keep").unwrap();
    let refused = case.run(&[]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.contains("my notes.txt"),
        "{}",
        refused.stderr
    );
    assert_eq!(first.text("my notes.txt"), "keep");
}

#[test]
fn the_report_of_another_case_is_not_replaced() {
    let one = CaseFolder::with_witness();
    one.write("case.toml", "name = \"Case 1\"\n");
    let run = one.run(&[]).done();
    let other = CaseFolder::with_witness();
    other.write("case.toml", "name = \"Case 2\"\n");
    let refused = run_on(other.path(), &run.report, &[]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.contains("Case 1") && refused.stderr.contains("--force"),
        "{}",
        refused.stderr
    );
    assert_eq!(run.findings().case.name, "Case 1");
}

#[test]
fn a_file_in_the_way_is_refused() {
    let case = CaseFolder::with_witness();
    fs::write(case.beside("report"), "x").unwrap();
    let run = case.run(&["--force"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("is a file"), "{}", run.stderr);
}

/// A bad output folder is told before the evidence is read: of a case that cannot be read, nothing is said.
#[test]
fn a_bad_folder_fails_before_the_long_work() {
    let case = CaseFolder::new();
    case.write("case.toml", "nonsense");
    fs::write(case.beside("report"), "x").unwrap();
    assert!(case.run(&[]).stderr.contains("is a file"));
}

/// A case for every verdict: state, and the codes without and with `--exit-code`.
#[test]
fn exit_codes_tell_the_verdict_when_asked() {
    let at_risk = CaseFolder::with_witness();
    let stuck = CaseFolder::with_witness();
    let row = json!([{"internet_message_id": common::WITNESS}]);
    stuck.write_snapshot("1.json", "11:00", &row);
    let unknown = quiet();
    let clean = quiet();
    clean.write_snapshot("1.json", "11:00", &json!([]));
    let recovered = CaseFolder::new();
    recovered.write(
        "case.toml",
        "[[server]]\nname = \"BH01\"\nvirtual_servers = 1\n",
    );
    let mut day = Day::new("09:00", "18:00");
    for line in [
        "10:00 BH01 348 <a@b> 0x0",
        "11:00 BH01 smtp stopped",
        "11:01 BH01 smtp running",
    ] {
        day.event(line);
    }
    day.write(&recovered, "logs");
    recovered.write_snapshot(
        "1.json",
        "10:30",
        &json!([{"internet_message_id": "<a@b>"}]),
    );
    recovered.write_snapshot("2.json", "11:30", &json!([]));
    for (case, state, code) in [
        (&stuck, "stuck_now", 10),
        (&at_risk, "at_risk", 10),
        (&unknown, "unknown", 11),
        (&recovered, "recovered", 0),
        (&clean, "clean", 0),
    ] {
        assert_eq!(state_of(&case.run(&[]).done()), state);
        let asked = case.run(&["--exit-code"]);
        assert_eq!(
            (asked.code, state_of(&asked).as_str()),
            (code, state),
            "{}",
            asked.stderr
        );
    }
}

fn state_of(run: &Run) -> String {
    run.json()["verdict"]["state"].as_str().unwrap().to_owned()
}

/// BH01 with one virtual server and logs that say nothing of interest.
fn quiet() -> CaseFolder {
    let case = CaseFolder::new();
    case.write(
        "case.toml",
        "[[server]]\nname = \"BH01\"\nvirtual_servers = 1\n",
    );
    let mut day = Day::new("09:00", "18:00");
    day.server("BH01");
    day.write(&case, "logs");
    case
}

#[test]
fn what_cannot_be_done_is_1_and_wrong_usage_2() {
    let folder = CaseFolder::new();
    for (args, code) in [
        (vec!["no-such-folder"], 1),
        (vec!["no-such-folder", "--exit-code"], 1),
        (vec!["--no-such-option"], 2),
        (vec!["case", "--stuck-after", "soon"], 2),
        (vec!["case", "--since", "2006-03-14"], 2),
        (vec!["schema", "nothing"], 2),
        (vec!["--help"], 0),
        (vec!["--version"], 0),
        (vec!["schema", "findings"], 0),
    ] {
        let run = run_in(folder.path().parent().unwrap(), &args);
        assert_eq!(run.code, code, "{args:?}: {}", run.stderr);
        assert_eq!(run.stdout.is_empty(), code != 0, "{args:?}: {}", run.stdout);
    }
}

#[test]
fn the_summary_fits_a_screen_with_the_verdict_first() {
    let case = common::case42();
    let run = run_on(case.path(), &case.beside("report"), &[]).done();
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(lines.len() <= 24, "{} lines:\n{}", lines.len(), run.stdout);
    let state = state_of(&run).replace('_', " ").to_uppercase();
    assert!(lines[0].contains(&state), "{}", lines[0]);
    assert!(
        !run.stdout.contains('\u{1b}'),
        "colours, though the output is no terminal"
    );
    assert!(run.stderr.is_empty(), "{}", run.stderr);
}

#[test]
fn quiet_prints_the_path_alone() {
    let case = CaseFolder::with_witness();
    let run = case.run(&["--quiet"]).done();
    assert_eq!(
        run.stdout.trim_end(),
        run.report.join("report.html").display().to_string()
    );
}

/// Limits of what is shown change no conclusion.
#[test]
fn since_and_until_limit_what_is_shown_only() {
    let case = CaseFolder::with_witness();
    case.write_snapshot(
        "1.json",
        "11:00",
        &json!([{"internet_message_id": common::WITNESS}]),
    );
    let all = case.run(&[]).done().findings();
    let later = case.run(&["--since", "2006-03-14T12:00:00Z"]).done();
    let findings = later.findings();
    assert_eq!(findings.verdict.state, all.verdict.state);
    assert_eq!(
        findings.messages, all.messages,
        "still open, so it reaches into what is shown"
    );
    assert_eq!(findings.captures, []);
    let rows = later.text("timeline.csv");
    assert!(!rows.contains("scan_failure"), "{rows}");
    let earlier = case
        .run(&["--until", "2006-03-14T09:30:00Z"])
        .done()
        .findings();
    assert_eq!(earlier.verdict.state, all.verdict.state);
    // The steps stay; what they are about and is not shown, they say.
    let mut hidden = 0;
    assert_eq!(earlier.next_steps.len(), all.next_steps.len());
    for (step, whole) in earlier.next_steps.iter().zip(&all.next_steps) {
        for id in &whole.refers {
            let there = earlier.windows.iter().any(|w| w.id == *id)
                || earlier.messages.iter().any(|m| m.id == *id)
                || earlier.restarts.iter().any(|r| r.id == *id);
            assert_eq!(step.refers.contains(id), there, "{id} of {}", step.id);
            if !there {
                let told = step.why.split("Outside the time shown: ").nth(1).unwrap();
                assert!(told.contains(id.as_str()), "{}", step.why);
                hidden += 1;
            }
        }
    }
    assert!(hidden > 0);
}
