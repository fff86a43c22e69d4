//! `analyze inspect`: what an engineer sees of an odd file.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use std::io::Write;

use common::{CaseFolder, Run, case42, run_in};
use forge::exports::{self, Form, Surroundings};

fn inspect(case: &CaseFolder, args: &[&str]) -> Run {
    run_in(case.path(), &[&["inspect"], args].concat())
}

#[track_caller]
fn says(run: &Run, words: &[&str]) {
    for word in words {
        assert!(run.stdout.contains(word), "no `{word}` in\n{}", run.stdout);
    }
}

#[test]
fn a_log_of_2003_copied_off_the_running_service() {
    let case = case42();
    let run = inspect(&case, &["bh02/Application.evt", "-n", "3"]).done();
    // 100 times 348, as the truth beside the case has them.
    let failures = common::truth42()
        .residences
        .iter()
        .filter(|stay| stay.server == "BH02")
        .flat_map(|stay| &stay.failures)
        .filter(|failure| failure.in_evidence)
        .count();
    says(
        &run,
        &[
            "Windows event log up to 2003 (.evt)",
            "event log signature LfLe",
            "BH02 Application: 375 records",
            &format!("{failures}x MSExchangeTransport 348"),
            "The log was in use when it was copied",
            "Read with",
        ],
    );
    let first: Vec<&str> = run
        .stdout
        .lines()
        .filter(|line| line.contains(" BH02 ["))
        .collect();
    assert_eq!(first.len(), 3, "{}", run.stdout);
}

/// Every form says what it was taken for, how many records it holds, and shows them.
#[test]
fn every_form_of_export() {
    let case = CaseFolder::new();
    case.write(
        "case.toml",
        "time_zone = \"America/New_York\"\ndate_order = \"mdy\"\n",
    );
    for form in Form::ALL {
        for (log, records) in exports::sample_records() {
            let around = Surroundings::usual(form, exports::SAMPLE_ZONE);
            let name = format!("bh01/{log}-{form}.{}", form.extension());
            case.write(&name, exports::write(form, &records, &around));
            let run = inspect(&case, &[&name]).done();
            says(
                &run,
                &[
                    &format!("Records  {} records", records.len()),
                    "SHA-256",
                    "The first records",
                ],
            );
            assert!(
                !run.stdout.contains("not evidence"),
                "{form}: {}",
                run.stdout
            );
        }
    }
}

#[test]
fn what_cannot_be_placed_says_which_line_to_add() {
    let case = CaseFolder::new();
    let [_, (log, records)] = exports::sample_records();
    let around = Surroundings::usual(Form::Viewer2003Csv, exports::SAMPLE_ZONE);
    case.write(
        "export.csv",
        exports::write(Form::Viewer2003Csv, &records, &around),
    );
    let run = inspect(&case, &["export.csv"]).done();
    says(&run, &["time_zone = ", "cannot be placed"]);
    let run = inspect(
        &case,
        &[
            "export.csv",
            "--timezone",
            "America/New_York",
            "--date-order",
            "mdy",
        ],
    )
    .done();
    says(&run, &[&format!("{} records", records.len()), log]);
}

#[test]
fn an_archive_and_every_entry() {
    let case = CaseFolder::new();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (log, records) in exports::sample_records() {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(format!("bh01/{log}.evtx"), options).unwrap();
        zip.write_all(&common::evtx(&records)).unwrap();
    }
    case.write("logs.zip", zip.finish().unwrap().into_inner());
    let run = inspect(&case, &["logs.zip"]).done();
    says(
        &run,
        &[
            "archive (.zip)",
            "logs.zip!/bh01/System.evtx",
            "logs.zip!/bh01/Application.evtx",
        ],
    );
}

#[test]
fn files_that_are_none_fail_and_the_others_are_shown() {
    let case = CaseFolder::new();
    case.write("notes.txt", "as I remember them");
    let run = inspect(&case, &["nothing.evtx", "notes.txt"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("nothing.evtx"), "{}", run.stderr);
    says(&run, &["notes.txt", "not evidence"]);
}
