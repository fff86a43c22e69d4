//! The shipped profile against `cases.toml`, and what a broken profile is answered with.
//!
//! To add a case, write it into `cases.toml`; no Rust is needed.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Deserialize;

use super::*;
use crate::evidence::model::{Citation, Event, FileId, Level};
use crate::time::{Stamp, Timestamp};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    log: String,
    provider: String,
    id: u16,
    #[serde(default)]
    strings: Vec<String>,
    #[serde(default)]
    names: Vec<String>,
    user: Option<String>,
    text: Option<String>,
    /// What must come out; left out when the event is no signal.
    expect: Option<Expect>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    rule: String,
    role: String,
    service: Option<String>,
    message_id: Option<String>,
    error_code: Option<String>,
    user: Option<String>,
    summary: String,
}

fn profile() -> Profile {
    Profile::shipped("exchange-2003").unwrap()
}

fn cases() -> Vec<Case> {
    toml::from_str::<Cases>(include_str!("cases.toml"))
        .unwrap_or_else(|e| panic!("{e}"))
        .case
}

fn event(case: &Case) -> Event {
    Event {
        cite: Citation {
            file: FileId(1),
            record: 1,
        },
        time: Stamp::exact(Timestamp::from_seconds(0).unwrap()),
        written: None,
        computer: Arc::from("BH01"),
        channel: Arc::from(case.log.as_str()),
        provider: Arc::from(case.provider.as_str()),
        id: case.id,
        qualifiers: None,
        level: Level::Error,
        category: None,
        record_id: Some(1),
        strings: case.strings.clone(),
        names: case.names.clone(),
        user: case.user.clone(),
        text: case.text.clone(),
        recovered: false,
    }
}

#[test]
fn every_case_comes_out_as_written() {
    let profile = profile();
    for case in cases() {
        let signal = profile.signal(&event(&case));
        let name = &case.name;
        let (Some(signal), Some(expect)) = (&signal, &case.expect) else {
            assert_eq!(signal.is_some(), case.expect.is_some(), "{name}");
            continue;
        };
        assert_eq!(signal.rule.key, expect.rule, "rule of {name}");
        assert_eq!(signal.role.as_str(), expect.role, "role of {name}");
        let service = signal.service.map(|service| service.key.as_str());
        assert_eq!(service, expect.service.as_deref(), "service of {name}");
        assert_eq!(signal.message_id, expect.message_id, "message id of {name}");
        assert_eq!(signal.error_code, expect.error_code, "error code of {name}");
        assert_eq!(signal.user, expect.user, "user of {name}");
        assert_eq!(signal.summary, expect.summary, "summary of {name}");
    }
}

/// An event whose strings were filled in tells the same as before, and has nothing more to fill in.
#[test]
fn completing_an_event_changes_nothing_that_it_tells() {
    let profile = profile();
    for case in cases() {
        let bare = event(&case);
        let mut whole = bare.clone();
        profile.complete(&mut whole);
        let told = |event: &Event| format!("{:?}", profile.signal(event));
        assert_eq!(told(&whole), told(&bare), "{}", case.name);
        let once = whole.clone();
        profile.complete(&mut whole);
        assert_eq!(whole, once, "{}", case.name);
        if !bare.strings.is_empty() && bare.names.iter().all(|name| !name.contains("joined")) {
            assert_eq!(whole, bare, "{}", case.name);
        }
    }
}

/// Text in any language gives the strings that `.evtx` keeps of the same event.
#[test]
fn texts_give_their_strings_back() {
    let profile = profile();
    let completed = |provider: &str, id: u16, text: &str| {
        let mut event = event(&Case {
            name: String::new(),
            log: String::new(),
            provider: provider.to_owned(),
            id,
            strings: Vec::new(),
            names: Vec::new(),
            user: None,
            text: Some(text.to_owned()),
            expect: None,
        });
        profile.complete(&mut event);
        event.strings
    };
    let service = "Service Control Manager";
    assert_eq!(
        completed(
            service,
            7036,
            "Le service X est entré dans l'état : arrêté."
        ),
        ["X", "arrêté"]
    );
    assert_eq!(
        completed(
            "EventLog",
            6008,
            "Das System wurde zuvor am \u{200e}11.\u{200e}07.\u{200e}2006 um 04:09:18 unerwartet heruntergefahren."
        ),
        ["04:09:18", "11.07.2006"]
    );
    assert_eq!(
        completed(
            "USER32",
            1074,
            "The process winlogon.exe has initiated the restart of computer BH01 on behalf of user CORP\\jo for the \
             following reason: No title for this reason could be found\r\n Reason Code: 0x500ff\r\n Shutdown Type: \
             restart\r\n Comment: "
        ),
        [
            "winlogon.exe",
            "BH01",
            "No title for this reason could be found",
            "0x500ff",
            "restart",
            "",
            "CORP\\jo"
        ]
    );
    let unknown = "Palvelu X siirtyi tilaan pysäytetty.";
    assert_eq!(completed(service, 7036, unknown), Vec::<String>::new());
    assert_eq!(
        completed("Someone", 7036, "The X service entered the stopped state."),
        Vec::<String>::new()
    );
}

#[test]
fn every_rule_has_a_case() {
    let tried: BTreeSet<String> = cases()
        .into_iter()
        .filter_map(|case| Some(case.expect?.rule))
        .collect();
    let missing: Vec<String> = profile()
        .rules
        .into_iter()
        .map(|rule| rule.key)
        .filter(|key| !tried.contains(key))
        .collect();
    assert_eq!(missing, Vec::<String>::new());
}

/// Every text that the profile knows, filled with samples, is read back into the same samples.
#[test]
fn every_template_reads_back_what_it_renders() {
    for rule in profile().rules {
        for template in rule
            .layouts
            .iter()
            .filter_map(|layout| layout.template.as_ref())
        {
            let used = |number: usize| template.source().contains(&format!("%{number}"));
            let strings: Vec<String> = (1..=template.highest_insert())
                .map(|number| {
                    if used(number) {
                        format!("sample{number}")
                    } else {
                        String::new()
                    }
                })
                .collect();
            let text = template.render(&strings, &Default::default());
            assert!(
                !text.contains('%') && !text.contains('?'),
                "{}: {text}",
                rule.key
            );
            assert_eq!(template.read(&text), Some(strings), "{}: {text}", rule.key);
        }
    }
}

#[test]
fn log_provider_and_id_all_count() {
    let profile = profile();
    let rule = |channel, provider, id| {
        profile
            .rule(channel, provider, id)
            .map(|rule| rule.key.as_str())
    };
    assert_eq!(rule("Application", "MSExchangeTransport", 327), Some("327"));
    assert_eq!(
        rule(
            "Application",
            "symantec mail security microsoft exchange",
            327
        ),
        Some("scanner-killed")
    );
    assert_eq!(
        rule(
            "Application",
            "Symantec Mail Security for Microsoft Exchange",
            1
        ),
        Some("scanner-other")
    );
    assert_eq!(rule("Application", "Outlook", 327), None);
    assert_eq!(rule("System", "MSExchangeTransport", 348), None);
    assert_eq!(rule("", "MSExchangeTransport", 348), Some("348"));
    assert_eq!(
        rule("System", "Microsoft-Windows-Kernel-General", 1),
        Some("kernel-general-1")
    );
    assert_eq!(rule("System", "Tcpip", 1), None);
    assert_eq!(rule("Application", "MSExchangeIS", 9563), None);
    assert_eq!(
        rule("Application", "msexchangeis mailbox store", 9564),
        Some("vsapi")
    );
    assert_eq!(rule("Application", "MSExchangeIS", 9583), Some("vsapi"));
    assert_eq!(rule("Application", "MSExchangeIS", 9584), None);
}

#[test]
fn error_codes_in_both_spellings() {
    let profile = profile();
    let meaning = |code| profile.error_code(code).map(|code| code.meaning.as_str());
    // KB 951558 prints the decimal, winerror.h the hexadecimal form of the same code.
    assert_eq!(meaning("-2147024882"), meaning("0x8007000E"));
    assert_eq!(meaning("0x0."), Some("no error code given"));
    assert_eq!(profile.error_code("0x0").unwrap().basis, Basis::Documented);
    assert_eq!(meaning("0x12345678"), None);
    assert_eq!(meaning("nonsense"), None);
}

#[test]
fn places_are_numbered_by_virtual_server() {
    assert_eq!(profile().place_name(2), "TempTable#2");
}

#[test]
fn causes_are_complete() {
    let profile = profile();
    assert_eq!(
        profile.cause("signed-mail").unwrap().source,
        "KB 842801 (Exchange 2003 RTM), KB 843545 (SP1)"
    );
    assert!(
        profile
            .causes
            .iter()
            .all(|cause| !cause.summary.is_empty() && !cause.settle.is_empty())
    );
}

/// A cause with one condition, of these tests and this sentence.
fn cause(list: &str, when: &str, why: &str) -> String {
    format!(
        "[[cause]]\nid = \"c\"\nname = \"n\"\nsource = \"s\"\nsummary = \"s\"\nsettle = \"s\"\n[[cause.{list}]]\n\
         when = [{when}]\nwhy = \"{why}\"\n"
    )
}

#[test]
fn conditions_say_what_is_wrong_and_what_to_write() {
    let events = r#"{ test = "events", rules = ["a"], within = "window" }"#;
    let good = cause("supported_by", events, "{count:event:events} at {first}");
    assert!(Profile::from_toml(&format!("{SMALL}{good}"), "my.toml").is_ok());
    let wrong = |when: &str, why: &str, words: &[&str]| {
        let told = error(&cause("supported_by", when, why));
        for word in words.iter().chain(&["line "]) {
            assert!(told.contains(word), "{when}: {told}");
        }
    };
    wrong(
        r#"{ test = "event" }"#,
        "x",
        &["event", "messages", "covered", "hole"],
    );
    wrong(
        r#"{ test = "events", roles = ["boots"], within = "window" }"#,
        "x",
        &["boots", "scan_failure"],
    );
    wrong(
        r#"{ test = "events", rules = ["b"], within = "window" }"#,
        "x",
        &["line 19: no rule is called `b`; there are: a"],
    );
    wrong(
        r#"{ test = "events", rules = ["a"], within = "day" }"#,
        "x",
        &["day", "before", "window", "core"],
    );
    wrong(
        r#"{ test = "events", rule = ["a"], within = "window" }"#,
        "x",
        &["rule", "rules", "roles"],
    );
    wrong(
        r#"{ test = "changed", kinds = ["boot"], within = "end" }"#,
        "x",
        &["no kind of change is called `boot`", "store_recreated"],
    );
    wrong(
        r#"{ test = "setting", key = "K", name = "N", is = "below_default" }"#,
        "x",
        &["no [[setting]] with a `default` is for `N` of K"],
    );
    wrong(
        r#"{ test = "messages", share = "some" }"#,
        "x",
        &["that", "class", "named_by"],
    );
    wrong(events, "{number}", &["`why` uses {number}", "count, first"]);
    wrong(events, "{count", &["is not closed"]);
    wrong(
        events,
        "{count:one}",
        &["neither {name} nor {name:one:many}"],
    );
    wrong(r#"{ test = "hole", logs = [] }"#, "x", &["names of `logs`"]);
    wrong("", "x", &["at least one test"]);
    wrong(events, " ", &["a sentence in `why`"]);
}

/// What settles a cause must be a known piece of evidence, and only what leaves a cause possible needs a sign.
#[test]
fn pieces_and_signs_are_checked() {
    let test = r#"{ test = "events", rules = ["a"], within = "window" }"#;
    let piece = "[[piece]]\nid = \"p\"\nwhat = \"the log\"\n";
    let settled = |id: &str| {
        let settled = format!("settle = \"s\"\nsettled_by = [\"{id}\"]");
        let cause = cause("possible_by", test, "x").replace("settle = \"s\"", &settled);
        format!("{piece}{cause}sign = true\n")
    };
    assert!(Profile::from_toml(&format!("{SMALL}{}", settled("p")), "my.toml").is_ok());
    let told = error(&settled("q"));
    assert!(told.contains("no [[piece]] has the id `q`"), "{told}");
    let told = error(&format!("{piece}{piece}"));
    assert!(told.contains("id `p` already"), "{told}");
    let told = error(&format!(
        "{}sign = true\n",
        cause("supported_by", test, "x")
    ));
    assert!(told.contains("only a `possible_by` says `sign`"), "{told}");
}

/// That something was not logged excludes nothing where the log may not have held it.
#[test]
fn silence_excludes_only_with_coverage() {
    let silent = r#"{ test = "events", rules = ["a"], within = "window", found = false }"#;
    let told = error(&cause("ruled_out_by", silent, "x"));
    assert!(told.contains("add a `covered` test"), "{told}");
    let covered =
        format!(r#"{silent}, {{ test = "covered", logs = ["System"], within = "window" }}"#);
    let sound = cause("ruled_out_by", &covered, "x");
    assert!(Profile::from_toml(&format!("{SMALL}{sound}"), "my.toml").is_ok());
}

const SMALL: &str = r#"name = "x"
title = "x"
place = { noun = "table", name = "T%1" }
service = []
[[rule]]
key = "a"
role = "boot"
providers = ["P", "Q"]
id_range = [5, 9]
title = "t"
basis = "inferred"
meaning = "m"
"#;

fn error(more: &str) -> String {
    Profile::from_toml(&format!("{SMALL}{more}"), "my.toml")
        .unwrap_err()
        .to_string()
}

#[test]
fn two_rules_for_one_event_are_an_error() {
    assert!(Profile::from_toml(SMALL, "my.toml").is_ok());
    let second = "[[rule]]\nkey = \"b\"\nrole = \"boot\"\nlog = \"System\"\nproviders = [\"q\"]\nids = [1, 7]\n\
                  title = \"t\"\nbasis = \"inferred\"\nmeaning = \"m\"\n";
    assert_eq!(
        error(second),
        "profile my.toml, line 13: rules `a` and `b` both take event 7 of Q"
    );
}

#[test]
fn errors_name_the_line() {
    let unknown = error("colour = \"red\"\n");
    assert!(
        unknown.contains("line 13") && unknown.contains("colour"),
        "{unknown}"
    );
    let role = SMALL.replace("\"boot\"", "\"boots\"");
    let role = Profile::from_toml(&role, "my.toml")
        .unwrap_err()
        .to_string();
    assert!(role.contains("line 7") && role.contains("boots"), "{role}");
    let template = error("template = \"%1 and %2\"\ninserts = [\"one\"]\n");
    assert_eq!(
        template,
        "profile my.toml, line 5: the text uses %2, but `inserts` names only 1"
    );
    let no_ids = SMALL.replace("id_range = [5, 9]", "id_range = [9, 5]");
    let no_ids = Profile::from_toml(&no_ids, "my.toml")
        .unwrap_err()
        .to_string();
    assert!(
        no_ids.contains("line 5") && no_ids.contains("id_range"),
        "{no_ids}"
    );
    assert!(error("[parameters]\nx = \"y\"\n").contains("line 14: `x` is not a number"));
}

#[test]
fn unknown_profiles_are_told_the_known_ones() {
    let error = Profile::shipped("exchange-5.5").unwrap_err().to_string();
    assert_eq!(
        error,
        "no profile is called `exchange-5.5`; there are: exchange-2003"
    );
}

#[test]
fn a_word_of_a_mail_log_means_one_thing() {
    let word = |log: &str, step: &str| {
        format!(
            "[[mail_event]]\nlog = \"{log}\"\nid = \"DATA\"\nstep = \"{step}\"\nbasis = \"inferred\"\ntitle = \"t\"\n\
             source = \"s\"\n"
        )
    };
    let twice = error(&(word("smtp", "received") + &word("smtp", "queued")));
    assert_eq!(
        twice,
        "profile my.toml, line 20: another mail event of this log is called `DATA`"
    );
    let other = format!(
        "{SMALL}{}{}",
        word("smtp", "received"),
        word("tracking-2007", "queued")
    );
    assert!(Profile::from_toml(&other, "my.toml").is_ok());
}
