//! Servers that go by several names.

use crate::common::{CaseFolder, logs::Day};
use crate::{evidence, told};
use serde_json::json;

#[test]
fn names_that_differ_only_in_capitals_are_one_server() {
    let case = CaseFolder::with_witness();
    let mut snapshot = crate::common::snapshot("10:30", &json!([]));
    snapshot["server"] = json!("bh01");
    case.write("captures/1.json", snapshot.to_string());
    let findings = told(&case, &["BH01", "bh01", "taken for one server"]);
    assert_eq!(findings.servers.len(), 1);
    assert_eq!(findings.servers[0].name, "BH01");
    assert_eq!(evidence(&findings, "captures/1.json").servers, ["BH01"]);
}

#[test]
fn names_that_differ_in_their_domain_are_one_server_and_told() {
    let case = CaseFolder::with_witness();
    let mut day = Day::new("09:00", "12:00");
    day.server("be01.corp.example");
    day.server("BE01.other.example");
    day.write(&case, "more");
    told(
        &case,
        &["be01.corp.example", "differ in their domain", "aliases"],
    );
}

#[test]
fn the_document_wins_over_the_name_of_its_file() {
    let case = CaseFolder::with_witness();
    case.write_snapshot(
        "BH02_TempTable#2_20060314T160000Z.json",
        "10:30",
        &json!([]),
    );
    let findings = told(&case, &["disagree", "BH01", "BH02"]);
    assert_eq!(findings.captures.len(), 1);
    assert_eq!(findings.captures[0].server, "BH01");
    assert_eq!(findings.captures[0].place, "TempTable#1");
}
