//! Files that do not hold still while they are read.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use stuckmail::analysis::findings::Findings;
use stuckmail::evidence::Progress;
use stuckmail::pipeline::{self, Options};

use crate::common::{CaseFolder, assert_problem, assert_witness, clock, events};
use crate::evidence;

const PATH: &str = "busy/System.evtx";

/// When the reading has come so far, does something to the evidence, once.
struct Meddler<F> {
    when: When,
    deed: Mutex<Option<F>>,
}

#[derive(PartialEq)]
enum When {
    BeforeReading,
    WhileReading,
}

impl<F: FnOnce() + Send> Meddler<F> {
    fn act(&self, now: When) {
        if self.when == now
            && let Some(deed) = self.deed.lock().unwrap().take()
        {
            deed();
        }
    }
}

impl<F: FnOnce() + Send> Progress for Meddler<F> {
    fn stage(&self, _: &str, _: u64) {
        self.act(When::BeforeReading);
    }

    fn advance(&self, _: u64) {
        self.act(When::WhileReading);
    }
}

/// A case with one log of many megabytes, so that it is still being read when something happens to it.
fn busy_case() -> (CaseFolder, PathBuf) {
    let case = CaseFolder::with_witness();
    let filler = "x".repeat(20_000);
    let records: Vec<_> = (1..=1200)
        .map(|number| {
            let at = clock::at("09:00:00.25") + chrono::TimeDelta::seconds(number);
            let event = events::classic(at, "FE01", "System", "W32Time", 35, &[&filler]);
            forge::record::EventRecord {
                record_id: number as u64,
                ..event
            }
        })
        .collect();
    let path = case.write_log(PATH, &records);
    assert!(fs::metadata(&path).unwrap().len() > 16_000_000);
    (case, path)
}

fn analyse(case: &Path, when: When, deed: impl FnOnce() + Send) -> Findings {
    let meddler = Meddler {
        when,
        deed: Mutex::new(Some(deed)),
    };
    let findings = pipeline::analyze_folder(case, &Options::default(), &meddler)
        .unwrap()
        .findings;
    assert!(
        meddler.deed.lock().unwrap().is_none(),
        "the moment never came"
    );
    assert_witness(&findings);
    findings
}

#[test]
fn a_file_that_grows() {
    let (case, path) = busy_case();
    let findings = analyse(case.path(), When::WhileReading, || {
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(&[0; 100_000]).unwrap();
    });
    assert_problem(&findings, &[PATH, "changed while it was read"]);
    assert_eq!(evidence(&findings, PATH).records, 1200);
}

#[test]
fn a_file_that_shrinks() {
    let (case, path) = busy_case();
    let findings = analyse(case.path(), When::WhileReading, || {
        OpenOptions::new()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(5_000_000)
            .unwrap();
    });
    assert_problem(&findings, &[PATH, "changed while it was read"]);
    assert!(evidence(&findings, PATH).records < 1200);
}

/// Windows does not delete a file that is open.
#[cfg(unix)]
#[test]
fn a_file_that_vanishes_while_it_is_read() {
    let (case, path) = busy_case();
    let findings = analyse(case.path(), When::WhileReading, || {
        fs::remove_file(&path).unwrap()
    });
    assert_problem(&findings, &[PATH, "deleted or moved while it was read"]);
}

#[test]
fn a_file_that_vanishes_before_it_is_read() {
    let (case, path) = busy_case();
    let findings = analyse(case.path(), When::BeforeReading, || {
        fs::remove_file(&path).unwrap()
    });
    assert_problem(&findings, &[PATH, "gone when it was to be read"]);
    assert_eq!(evidence(&findings, PATH).records, 0);
}
