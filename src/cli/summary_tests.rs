use super::*;
use anstream::adapter::strip_str;
use stuckmail::analysis::findings::Findings;

/// The smallest case, made by way of the contract's own JSON.
fn empty() -> Findings {
    let json = serde_json::json!({
        "schema": "findings/1",
        "case": {"name": "case42", "profile": "exchange-2003", "time_zone": null, "evidence_sha256": "",
            "options": {"stuck_after_s": 900.0, "since": null, "until": null}},
        "tool": {"name": "stuckmail", "version": "0"},
        "verdict": {"state": "unknown", "sentence": "Nothing can be said.", "as_of": null, "reasons": []},
        "now": [], "checks": [], "next_steps": [], "servers": [], "bursts": [], "coincidences": [], "restarts": [], "windows": [], "messages": [], "stays": [], "restart_effects": [], "interventions": [],
        "observations": [], "captures": [], "delays": [], "settings": [], "counters": [], "clocks": [], "contradictions": [], "coverage": [], "problems": [], "evidence": []
    });
    serde_json::from_value(json).unwrap()
}

fn server(name: &str, state: &str) -> Server {
    let json = serde_json::json!({
        "name": name, "role": null, "places": [], "smtp_now": "running", "scan_failures": 12,
        "verdict": {"state": state, "sentence": "s", "as_of": null, "reasons": []},
        "last_scan_failure": "2006-03-14T21:14:05Z", "held_now": {"at_least": 3, "at_most": 5}
    });
    serde_json::from_value(json).unwrap()
}

fn restart(id: &str, released: &[&str]) -> Restart {
    let json = serde_json::json!({
        "id": id, "server": "BH01", "kind": "service_restart", "at": "2006-03-14T22:10:40Z",
        "stopped_at": "2006-03-14T22:10:05Z", "started_at": "2006-03-14T22:10:40Z", "down_s": 35.0,
        "confidence": "confirmed", "why": "", "by": null, "released": {"known": released, "confidence": (!released.is_empty()).then_some("probable"), "oldest_age_s": null},
        "survived": [], "held_before": null, "windows": [], "evidence": []
    });
    serde_json::from_value(json).unwrap()
}

fn window(id: &str) -> Window {
    let json = serde_json::json!({
        "id": id, "server": "BH01", "place": "TempTable#1", "end_cause": "still_open", "restart": null,
        "start": {"earliest": "2006-03-13T14:00:00Z", "latest": "2006-03-13T14:02:00Z"},
        "end": {"earliest": "2006-03-14T22:10:00Z", "latest": null}, "residences": [], "messages": [],
        "peak": {"at": null, "at_least": 31, "at_most": 31}, "bursts": [], "causes": [], "confidence": "confirmed",
        "why": "", "evidence": []
    });
    serde_json::from_value(json).unwrap()
}

fn screen(findings: &Findings) -> Vec<String> {
    let path = Path::new("reports").join("case42").join("report.html");
    let coloured = lines(findings, &path);
    let plain: Vec<String> = coloured
        .iter()
        .map(|line| strip_str(line).to_string())
        .collect();
    assert!(plain.last().unwrap().ends_with("report.html"), "{plain:#?}");
    assert!(plain.len() <= 24, "{plain:#?}");
    for line in &plain {
        assert!(line.chars().count() <= WIDTH, "{line}");
        assert!(!line.chars().any(char::is_control), "{line:?}");
    }
    plain
}

#[test]
fn an_empty_case_says_that_nothing_was_found() {
    let screen = screen(&empty());
    assert_eq!(screen[0], "? UNKNOWN  Nothing can be said.");
    assert_eq!(screen[1], "case case42, 0 files with 0 records");
    assert!(
        screen.contains(&"Windows   None.".to_owned()),
        "{screen:#?}"
    );
    assert!(
        screen.contains(&"Problems  None with the evidence.".to_owned()),
        "{screen:#?}"
    );
}

/// A stay that is only possible is claimed neither by number nor by length.
#[test]
fn what_is_only_possible_is_not_said_to_be_stuck() {
    let findings = empty();
    let mut totals = Totals::of(&findings);
    assert_eq!(
        stuck(&findings, &totals),
        "No message is known to have been stuck."
    );
    totals.stuck.at_most = 2;
    assert_eq!(
        stuck(&findings, &totals),
        "None for certain; 2 messages may have been stuck."
    );
}

#[test]
fn the_verdict_is_first_and_in_colour() {
    let mut findings = empty();
    findings.verdict.state = State::StuckNow;
    let first = lines(&findings, Path::new("x")).remove(0);
    assert!(
        first.starts_with("\u{1b}[") && first.contains("STUCK NOW"),
        "{first:?}"
    );
    assert!(screen(&findings)[0].starts_with("■ STUCK NOW  Nothing"));
}

#[test]
fn everything_at_once_fits_the_screen() {
    let mut findings = empty();
    findings.verdict.sentence = "A very long sentence about mail. ".repeat(30);
    findings.case.name = "name ".repeat(60);
    let states = ["clean", "recovered", "unknown", "at_risk", "stuck_now"];
    findings.servers = (0..40)
        .map(|n| server(&format!("SERVER-{n:02}-{}", "X".repeat(n)), states[n % 5]))
        .collect();
    findings.windows = (1..30).map(|n| window(&format!("W{n}"))).collect();
    findings.restarts = (1..30).map(|n| restart(&format!("R{n}"), &[])).collect();
    findings.restarts[3] = restart("R4", &["M1", "M2"]);
    let problem = serde_json::json!({"evidence": "E3", "what": "damaged ".repeat(40), "why_it_matters": "", "what_to_do": ""});
    findings.problems = vec![serde_json::from_value(problem).unwrap(); 7];
    let old_mail = serde_json::json!({"within_s": 900.0, "messages": 38, "recipients": 41, "age_median_s": 160_000.0,
        "age_max_s": 163_400.0, "items": []});
    findings.restarts[3].old_mail = serde_json::from_value(old_mail).unwrap();
    findings.restarts[5].old_mail = findings.restarts[3].old_mail.clone();
    findings.restarts[5].old_mail.as_mut().unwrap().age_max_s = 7200.0;
    let conflict = serde_json::json!({"id": "X1", "at": null, "kind": "two_places", "server": "BH01", "count": 1,
        "what": "<a@b> was in two places ".repeat(20), "sides": [], "effect": "", "lowers": []});
    findings.contradictions = vec![serde_json::from_value(conflict).unwrap(); 3];
    let screen = screen(&findings);
    assert_eq!(screen.len(), 24, "{screen:#?}");
    let conflicts = screen
        .iter()
        .filter(|line| line.starts_with("Conflict  3 in the report; X1: <a@b> was"));
    assert_eq!(conflicts.count(), 1, "{screen:#?}");
    let text = screen.join("\n");
    let old = "Old mail  38 old messages went out after R4 (BH01), the oldest 45 h 23 min; more after 1 other";
    assert!(text.contains(old), "{text}");
    // The gravest servers first, the restart that let mail out before the others.
    assert!(screen[5].starts_with("■ SERVER-04-XXXX"), "{text}");
    assert!(
        text.contains("Stuck now  holds 3 to 5 messages, 12 scan failures, last 2006-03-14 21:"),
        "{text}"
    );
    assert!(text.contains("and 36 more servers"), "{text}");
    let window = "Windows   W1 BH01 TempTable#1, 2006-03-13 14:02 UTC and still open, 31 messages, confirmed";
    assert!(screen.contains(&window.to_owned()), "{text}");
    assert!(
        text.contains("Restarts  R4 BH01, service restart"),
        "{text}"
    );
    assert!(
        text.contains("7, in the report; the first: E3: damaged"),
        "{text}"
    );
    assert!(
        text.contains("and 26 more") && text.contains("and 28 more"),
        "{text}"
    );
}

fn held(server: &str, least: u64, most: Option<u64>, sentence: &str) -> Now {
    let json = serde_json::json!({
        "server": server, "as_of": null, "sentence": sentence, "places": [], "missing": [],
        "restart": {"smtp_now": "running", "at_least": least, "at_most": most, "oldest_age_s": null, "recipients": 0,
            "recipients_named": [], "senders": [], "kept": 0, "kept_through": [], "unaddressed": 0}
    });
    serde_json::from_value(json).unwrap()
}

#[test]
fn what_is_held_now_and_what_to_do_next_take_a_line_each() {
    let mut findings = empty();
    findings.windows = (1..30).map(|n| window(&format!("W{n}"))).collect();
    findings.restarts = (1..30).map(|n| restart(&format!("R{n}"), &[])).collect();
    let before = screen(&findings).len();
    let clear = || held("FE01", 0, Some(0), "FE01 holds nothing.");
    findings.now = vec![
        clear(),
        held("BH01", 3, Some(3), "BH01 holds 3 messages."),
        clear(),
    ];
    let step = serde_json::json!({"id": "N1", "step": "x", "what": "Capture TempTable#1 on BH01\u{1b}[31m now.", "why": "",
        "server": null, "source": null, "refers": [], "evidence": []});
    findings.next_steps = vec![serde_json::from_value(step).unwrap(); 3];
    let shown = screen(&findings);
    assert_eq!(shown.len(), before, "{shown:#?}");
    assert!(
        shown.contains(&"Now       BH01 holds 3 messages.".to_owned()),
        "{shown:#?}"
    );
    let next = "Next      (2 more in the report) Capture TempTable#1 on BH01⟨U+001B⟩[31m now.";
    assert!(shown.contains(&next.to_owned()), "{shown:#?}");
    findings.now = vec![clear(), clear()];
    let text = screen(&findings).join("\n");
    assert!(
        text.contains("No held mail is known of on 2 servers; a restart"),
        "{text}"
    );
}

#[test]
fn delays_are_said_where_no_restart_let_old_mail_out() {
    let mut findings = empty();
    findings.windows = vec![window("W1")];
    assert!(!screen(&findings).join("\n").contains("Delays"));
    let delay = serde_json::json!({"server": "BH01", "window": "W1", "phase": "during", "from": "2006-03-13T14:02:00Z",
        "to": "2006-03-14T22:10:00Z", "records": 812, "median_s": 4.1, "p95_s": 158_400.0});
    findings.delays = vec![serde_json::from_value(delay).unwrap()];
    let text = screen(&findings).join("\n");
    assert!(
        text.contains("Delays    in W1 half of all mail took up to 4 s, 95 % up to 44 h"),
        "{text}"
    );
}

#[test]
fn hostile_text_is_shown_and_not_obeyed() {
    let mut findings = empty();
    findings.verdict.sentence = "a\u{1b}[2Jb\u{202e}c\r\nd\u{7}".to_owned();
    findings.case.name = "x\u{0}\ty\nz".to_owned();
    findings.servers = vec![server("B\u{9b}31mH\u{200b}", "clean")];
    let text = screen(&findings).join("\n");
    assert!(
        text.contains("a⟨U+001B⟩[2Jb⟨U+202E⟩c⟨U+000D⟩ d⟨U+0007⟩"),
        "{text}"
    );
    assert!(text.contains("case x⟨U+0000⟩ y z"), "{text}");
    assert!(text.contains("B⟨U+009B⟩31mH⟨U+200B⟩"), "{text}");
}

#[test]
fn words_are_kept_whole_where_they_fit() {
    assert_eq!(wrap("aa bb cc", 5, 9), ["aa bb", "cc"]);
    assert_eq!(wrap("aaaaaaa b", 5, 9), ["aaaa…", "b"]);
    assert_eq!(wrap("aa bb cc dd", 5, 2), ["aa bb", "cc dd"]);
    assert_eq!(wrap("aa bb cc dd ee", 5, 2), ["aa bb", "cc d…"]);
    assert_eq!(wrap("", 5, 2), [""]);
    assert_eq!(cut("straße", 6), "straße");
    assert_eq!(cut("straßen", 6), "straß…");
}

#[test]
fn a_limited_time_is_said_and_its_empty_lists_deny_nothing() {
    let mut findings = empty();
    let all = screen(&findings).join("\n");
    assert!(!all.contains("Shown"), "{all}");
    assert!(all.contains("No message is known to have been stuck."));
    findings.case.options.since =
        serde_json::from_value(serde_json::json!("2006-03-20T00:00:00Z")).unwrap();
    let limited = screen(&findings).join("\n");
    assert!(
        limited.contains("Shown     Only since 2006-03-20 00:00 UTC;"),
        "{limited}"
    );
    assert!(!limited.contains("No message is known"), "{limited}");
    for list in ["Stuck", "Windows", "Restarts"] {
        let line = format!("{list:<10}None in the time shown.");
        assert!(limited.contains(&line), "{limited}");
    }
}
