//! The command: what it accepts, what it refuses, and that it says the same each time.

use super::common::{CaseFolder, WITNESS, case42, run_in};
use serde_json::json;

fn run(args: &[&str]) -> super::common::Run {
    let case = case42();
    let path = case.path().to_str().unwrap().to_owned();
    let line: Vec<&str> = ["explain", &path]
        .into_iter()
        .chain(args.iter().copied())
        .collect();
    run_in(case.path(), &line)
}

#[test]
fn several_claims_are_explained_in_the_order_in_which_they_are_asked_for() {
    let told = run(&["w3", "B1", "R2", "M17", "x1", "N2"]).done().stdout;
    let heads = ["W3 (", "B1: ", "R2 (", "M17 (", "X1: ", "N2: "];
    let places: Vec<usize> = heads
        .iter()
        .map(|head| told.find(&format!("\n{head}")).or(told.find(head)).unwrap())
        .collect();
    assert!(places.is_sorted(), "{places:?}");
    for part in [
        "What it rests on",
        "Ruled out",
        "What would change it",
        "→ entered at the latest",
    ] {
        assert!(told.contains(part), "{part}");
    }
}

#[test]
fn a_message_id_means_every_stay_with_or_without_its_brackets() {
    let bare = "A10C64F2D85B47E39C7E0B6614D9203FB58E71@bh02.corp.example";
    let told = run(&[bare]).done().stdout;
    assert_eq!(told, run(&[&format!("<{bare}>")]).done().stdout);
    assert_eq!(told, run(&["M205"]).done().stdout);
    assert!(
        told.contains("possibly lost") || told.contains("may be lost"),
        "{told}"
    );
}

#[test]
fn the_same_is_said_every_time_and_with_any_number_of_threads() {
    let told = run(&["W2", "M205"]).done().stdout;
    assert_eq!(told, run(&["W2", "M205"]).done().stdout);
    let case = case42();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_analyze"))
        .args(["explain", case.path().to_str().unwrap(), "W2", "M205"])
        .env("NO_COLOR", "1")
        .env("RAYON_NUM_THREADS", "1")
        .output()
        .unwrap();
    assert_eq!(told, String::from_utf8(output.stdout).unwrap());
}

/// A list of many is summed up: how many are left out, of what kind, and how to see them.
#[test]
fn what_is_left_out_of_a_long_list_is_named_and_can_be_had() {
    let (short, all) = (
        run(&["W3"]).done().stdout,
        run(&["W3", "--all"]).done().stdout,
    );
    assert!(short.lines().count() < 450, "{}", short.lines().count());
    // Its 32 stays: 30 are told of.
    assert!(short.contains("  and 2 more, with --all\n"), "{short}");
    let stays = |told: &str| {
        let lines = told.lines().filter_map(|line| line.strip_prefix("  M"));
        lines
            .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
            .count()
    };
    assert_eq!((stays(&short), stays(&all)), (30, 32));
    let kinds = short.split(" more, with --all: ").nth(1).unwrap();
    let most = "a row of the complete capture of TempTable#2 on BH01 (";
    assert!(kinds.starts_with(most), "{kinds}");
    assert!(!all.contains("with --all"), "{all}");
}

#[test]
fn lines_are_as_wide_as_is_asked() {
    for width in [60_usize, 140] {
        let told = run(&["W10", "--width", &width.to_string()]).done().stdout;
        let longest = told.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(
            longest <= width && longest > width - 12,
            "{longest} of {width}"
        );
    }
}

#[test]
fn what_is_not_in_the_case_fails_with_what_is() {
    for asked in ["W99", "M0", "no-such@message.example"] {
        let failed = run(&["M1", asked]);
        assert_eq!((failed.code, failed.stdout.as_str()), (1, ""), "{asked}");
        for part in [
            asked,
            "messages M1 to M",
            "windows W1 to W",
            "restarts R1 to R",
            "bursts B1 to B",
            "contradictions X1",
            "next steps N1 to N",
        ] {
            assert!(
                failed.stderr.contains(part),
                "{part} is not in {}",
                failed.stderr
            );
        }
    }
}

#[test]
fn wrong_usage_is_refused() {
    for line in [
        &[][..],
        &["W1", "--width", "10"],
        &["W1", "--width", "many"],
        &["W1", "--no-such"],
    ] {
        assert_eq!(run(line).code, 2, "{line:?}");
    }
    let nowhere = run_in(case42().path(), &["explain", "./no-such-folder", "W1"]);
    assert_eq!(nowhere.code, 1, "{}", nowhere.stderr);
}

/// Evidence is written by strangers: codes that command a terminal are written out.
#[test]
fn evidence_cannot_command_the_terminal() {
    let case = CaseFolder::with_witness();
    let bad = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{202E}end";
    case.write_snapshot(
        "1.json",
        "10:30",
        &json!([{"internet_message_id": WITNESS, "subject": bad, "sender": bad, "recipients": [bad], "entry_id": bad}]),
    );
    let path = case.path().to_str().unwrap();
    let told = run_in(case.path(), &["explain", path, WITNESS])
        .done()
        .stdout;
    assert!(told.contains("⟨U+001B⟩[2J"), "{told}");
    for c in told.chars().filter(|c| *c != '\n') {
        assert!(!c.is_control() && c != '\u{202E}', "{c:?}");
    }
    let failed = run_in(case.path(), &["explain", path, "\u{1b}[2J"]);
    assert!(
        failed.code == 1 && !failed.stderr.contains("\u{1b}[2J"),
        "{}",
        failed.stderr
    );
}
