//! `case.toml` as the contract shows it, and everything that can be wrong in one.

use super::*;

const FULL: &str = r#"
name = "Case 42"
profile = "exchange-2003"
time_zone = "America/New_York"      # for evidence written in local time
date_order = "mdy"                  # for the same
[[server]]
name = "BH01"
role = "bridgehead"
aliases = ["bh01.corp.example"]
clock_ahead_by = "2m13s"
virtual_servers = 1
clock_uncertainty = "5s"
[[snapshot]]
file = "bh01\\table.txt"
server = "BH01"
table = "tt1"
captured_at = "2006-03-14T09:30:00-05:00"
[[intervention]]
at = 2006-03-20T22:00:00-05:00
server = "BH01"
kind = "registry"
what = "Raised the scan timeout and the number of input threads"
[[observation]]
at = 2006-03-14T09:40:00
server = "BH01"
where = "TempTable#1"
count = 31
note = "Messages pending submission was empty"
"#;

#[test]
fn the_contract_reads() {
    let config = CaseConfig::parse(FULL).unwrap();
    assert_eq!(config.time_zone, Some(Tz::America__New_York));
    assert_eq!(config.date_order, Some(DateOrder::Mdy));
    let server = config.servers.first().unwrap();
    assert_eq!(
        (server.clock_ahead_by, server.clock_uncertainty),
        (Some(133_000_000), Some(5_000_000))
    );
    let snapshot = config.snapshots.first().unwrap();
    assert_eq!(
        (snapshot.file.as_str(), snapshot.table.as_deref()),
        ("bh01/table.txt", Some("TempTable#1"))
    );
    let captured = snapshot.captured_at.as_ref().unwrap();
    assert_eq!(captured.at.to_string(), "2006-03-14T14:30:00.000000Z");
    let change = config.interventions.first().unwrap();
    assert_eq!(
        (change.kind.as_str(), change.at.at.to_string().as_str()),
        ("registry", "2006-03-21T03:00:00.000000Z")
    );
    // A bare local time takes the zone of the file.
    let seen = config.observations.first().unwrap();
    assert_eq!(
        (seen.at.at.to_string().as_str(), seen.count),
        ("2006-03-14T14:40:00.000000Z", Some(31))
    );
}

#[test]
fn nothing_is_required() {
    assert_eq!(CaseConfig::parse("").unwrap(), CaseConfig::default());
}

fn error(text: &str) -> ConfigError {
    CaseConfig::parse(text).unwrap_err()
}

#[test]
fn an_unknown_option_shows_its_line_and_the_nearest() {
    let shown = error("name = \"x\"\ntimezone = \"America/New_York\"\n").to_string();
    assert_eq!(
        shown,
        "line 2, column 1: there is no option `timezone` here\n   |\n 2 | timezone = \"America/New_York\"\n   | ^^^^^^^^ did you mean `time_zone`?"
    );
    let inner = error("[[server]]\nname = \"BH01\"\nclock_ahead = \"5s\"\n");
    assert_eq!((inner.line, inner.column), (3, 1));
    assert_eq!(
        inner.help.as_deref(),
        Some("did you mean `clock_ahead_by`?")
    );
}

#[test]
fn each_wrong_value_is_shown_where_it_stands() {
    let cases = [
        (
            "time_zone = \"America/NewYork\"",
            1,
            13,
            "did you mean `America/New_York`?",
        ),
        (
            "time_zone = \"berlin\"",
            1,
            13,
            "did you mean `Europe/Berlin`?",
        ),
        (
            "date_order = \"american\"",
            1,
            14,
            "\"dmy\", \"mdy\" or \"ymd\"",
        ),
        (
            "[[server]]\nname = \"A\"\nclock_ahead_by = \"2 parsecs\"",
            3,
            18,
            "\"2m13s\"",
        ),
        (
            "[[server]]\nname = \"A\"\nclock_uncertainty = \"-2s\"",
            3,
            21,
            "",
        ),
        (
            "[[server]]\nname = \"A\"\nvirtual_servers = 0",
            3,
            19,
            "leave the line out",
        ),
        ("[[server]]\nname = \" \"", 2, 8, ""),
        (
            "[[intervention]]\nat = \"2006-03-20T22:00:00\"\nkind = \"other\"\nwhat = \"x\"",
            2,
            6,
            "add the offset",
        ),
        (
            "[[intervention]]\nat = \"2006-03-20T22:00:00Z\"\nkind = \"rows deleted\"\nwhat = \"x\"",
            3,
            8,
            "`rows_deleted`",
        ),
        (
            "[[observation]]\nat = 5\nserver = \"A\"\nwhere = \"x\"",
            2,
            6,
            "",
        ),
        (
            "[[snapshot]]\nfile = \"a\"\ncaptured_at = \"3/4/2006 9:30\"",
            3,
            15,
            "2006-03-14T09:30:00-05:00",
        ),
        (
            "time_zone = \"America/New_York\"\n[[snapshot]]\nfile = \"a\"\ncaptured_at = 2006-10-29T01:30:00",
            4,
            15,
            "add the offset",
        ),
    ];
    for (text, line, column, help) in cases {
        let error = error(text);
        assert_eq!((error.line, error.column), (line, column), "{error}");
        assert!(
            error.help.clone().unwrap_or_default().contains(help),
            "{error}"
        );
    }
}

#[test]
fn syntax_types_and_missing_fields_are_shown_too() {
    assert_eq!(error("name = \"x\nprofile = 1").line, 1);
    assert_eq!(error("name = 5").line, 1);
    let missing = error("[[intervention]]\nat = \"2006-03-20T22:00:00Z\"\nwhat = \"x\"\n");
    assert!(missing.message.contains("kind"), "{missing}");
    assert!(
        error("[[server]]\nname = \"A\"\nname = \"B\"\n")
            .message
            .contains("duplicate key")
    );
}

proptest::proptest! {
    #[test]
    fn cut_files_are_refused_or_read(cut in 0..FULL.len()) {
        if let Some(text) = FULL.get(..cut)
            && let Err(error) = CaseConfig::parse(text)
        {
            proptest::prop_assert!(!error.to_string().is_empty());
        }
    }
}
