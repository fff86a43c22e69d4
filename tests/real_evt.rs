//! Real `.evt` files of other projects, read and compared with what an independent reader (libevt) counted.
//!
//! The files lie beside the repository, not in it; where they are absent the test says that it was not run.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use stuckmail::case;
use stuckmail::evidence::{FileReading, NoProgress, ReadContext, read_all};

/// Records by `source|event id`, or by computer.
type Counts = BTreeMap<String, u64>;

fn real_folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/real");
    let present = folder.join("expected.json").is_file();
    if !present {
        eprintln!(
            "not run: the real evidence files are not at {}",
            folder.display()
        );
    }
    present.then_some(folder)
}

fn counts_of(value: &Value) -> Counts {
    let counts = value.as_object().unwrap().iter();
    counts
        .map(|(kind, count)| (kind.clone(), count.as_u64().unwrap()))
        .collect()
}

fn count(names: impl Iterator<Item = String>) -> Counts {
    let mut counts = Counts::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    counts
}

fn read(folder: &Path, keep: bool, include_recovered: bool) -> Vec<FileReading> {
    let case = case::open(&folder.join("evt")).unwrap();
    let keep = move |_: &str, _: &str, _: u16| keep;
    let mut context = ReadContext::new(&case.config, &keep);
    context.include_recovered = include_recovered;
    read_all(&case, &context, &NoProgress)
}

/// Each file with what libevt says of it.
fn with_expected(folder: &Path, readings: Vec<FileReading>) -> Vec<(FileReading, Value)> {
    let text = std::fs::read_to_string(folder.join("expected.json")).unwrap();
    let mut expected: BTreeMap<String, Value> = serde_json::from_str(&text).unwrap();
    expected.retain(|path, _| path.starts_with("evt/"));
    assert_eq!(expected.len(), readings.len());
    let pair = |file: FileReading| {
        let expected = expected[&format!("evt/{}", file.path)].clone();
        (file, expected)
    };
    readings.into_iter().map(pair).collect()
}

#[test]
fn all_that_libevt_says_is_what_we_read() {
    let Some(folder) = real_folder() else { return };
    for (file, expected) in with_expected(&folder, read(&folder, true, false)) {
        let (path, reading) = (&file.path, &file.reading);
        assert_eq!(
            Some(reading.records),
            expected["records"].as_u64(),
            "{path}"
        );
        assert_eq!(
            Some(reading.recovered),
            expected["recovered"].as_u64(),
            "{path}"
        );
        let kinds = reading
            .events
            .iter()
            .map(|event| format!("{}|{}", event.provider, event.id));
        assert_eq!(count(kinds), counts_of(&expected["counts"]), "{path}");
        let computers = reading
            .events
            .iter()
            .map(|event| event.computer.to_string());
        assert_eq!(
            count(computers),
            counts_of(&expected["computers"]),
            "{path}"
        );
        // libevt calls a log corrupted where we name what is wrong with it.
        let corrupt = expected["corrupt_flag"].as_bool().unwrap();
        assert_eq!(!reading.problems.is_empty(), corrupt, "{path}");

        let written = || reading.events.iter().filter_map(|event| event.written);
        let shown = |at: &str| format!("{}.000000Z", at.replace(' ', "T"));
        for (ours, theirs) in [
            (written().min(), &expected["first_written"]),
            (written().max(), &expected["last_written"]),
        ] {
            let ours = ours.map(|at| at.to_string());
            assert_eq!(ours, theirs.as_str().map(shown), "{path}");
        }
    }
}

#[test]
fn what_is_recovered_equals_too() {
    let Some(folder) = real_folder() else { return };
    let without = read(&folder, true, false);
    let with = with_expected(&folder, read(&folder, true, true));
    for ((file, expected), without) in with.iter().zip(&without) {
        let events = || file.reading.events.iter();
        let recovered = events().filter(|event| event.recovered);
        let kinds = recovered.map(|event| format!("{}|{}", event.provider, event.id));
        let theirs = counts_of(&expected["counts_recovered"]);
        assert_eq!(count(kinds), theirs, "{}", file.path);
        let rest: Vec<_> = events().filter(|event| !event.recovered).collect();
        let without: Vec<_> = without.reading.events.iter().collect();
        assert_eq!(rest, without, "{}: recovered ones come on top", file.path);
    }
}

#[test]
fn counting_alone_counts_the_same() {
    let Some(folder) = real_folder() else { return };
    for (file, expected) in with_expected(&folder, read(&folder, false, false)) {
        let (path, reading) = (&file.path, &file.reading);
        assert!(reading.events.is_empty(), "{path}");
        let mut counts = Counts::new();
        for (source, id, count) in reading.spans.iter().flat_map(|span| &span.kinds) {
            *counts.entry(format!("{source}|{id}")).or_default() += count;
        }
        assert_eq!(counts, counts_of(&expected["counts"]), "{path}");
        // Windows numbers the records of a log without gaps, and the ring is given from the oldest on.
        for span in &reading.spans {
            let numbers: Vec<u64> = span.records.iter().map(|(number, _)| *number).collect();
            let rising = numbers.windows(2).all(|pair| pair[0] < pair[1]);
            assert!(rising, "{path}: {}", span.computer);
        }
        let name = if path.to_lowercase().contains("sysevent") {
            "System"
        } else {
            "Application"
        };
        let channels = reading.spans.iter().map(|span| span.channel.as_ref());
        assert!(channels.eq(reading.spans.iter().map(|_| name)), "{path}");
    }
}
