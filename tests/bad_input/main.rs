//! Evidence that is missing, damaged, mislabelled or hostile, through the program: the run ends as it should, says
//! plainly what is wrong, and still analyses the rest of the case.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

#[path = "../common/mod.rs"]
mod common;

mod captures;
mod folders;
mod hostile;
mod logs;
mod moving;
mod names;

use common::{CaseFolder, Run, assert_problem, assert_witness};
use stuckmail::analysis::findings::Findings;

/// Runs the program on a case with the unharmed log of [`CaseFolder::with_witness`]. It must end well, still find
/// what that log tells, and say all of `words` of one problem: in the findings, and the first of them in the report.
#[track_caller]
fn told(case: &CaseFolder, words: &[&str]) -> Findings {
    let run = case.run(&[]).done();
    let findings = run.findings();
    assert_witness(&findings);
    assert_problem(&findings, words);
    assert_summary_has_problems(&run);
    let page = run.text("report.html");
    assert!(
        page.contains(words[0]),
        "the report does not say `{}`",
        words[0]
    );
    findings
}

/// The summary has a line about problems that says how many there are, or the one.
#[track_caller]
fn assert_summary_has_problems(run: &Run) {
    let line = run.stdout.lines().find(|line| line.starts_with("Problems"));
    let line = line.unwrap_or_else(|| panic!("no line about problems:\n{}", run.stdout));
    assert!(!line.contains("None with the evidence"), "{line}");
}

/// The entry of one file in the list of evidence.
#[track_caller]
fn evidence<'a>(
    findings: &'a Findings,
    path: &str,
) -> &'a stuckmail::analysis::findings::EvidenceFile {
    let found = findings.evidence.iter().find(|file| file.path == path);
    found.unwrap_or_else(|| panic!("{path} is not listed"))
}
