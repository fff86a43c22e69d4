//! What is lost, what is not, and what is said of it.

use super::*;

/// Where the record with that number stands.
fn place(bytes: &[u8], number: u32) -> usize {
    let is = |at: &usize| {
        bytes[at + 4..].starts_with(b"LfLe") && bytes[at + 8..].starts_with(&number.to_le_bytes())
    };
    (48..bytes.len() - 12).step_by(4).find(is).unwrap()
}

fn all_but(last: u64, missing: &[u64]) -> Vec<u64> {
    (1..=last).filter(|n| !missing.contains(n)).collect()
}

#[test]
fn a_destroyed_record_costs_itself_alone() {
    for number in [1, 7, 20] {
        let mut bytes = written("saved");
        let at = place(&bytes, number);
        bytes[at + 4..at + 8].fill(0xFF);
        let reading = read(&bytes);
        assert_eq!(numbers(&reading), all_but(20, &[u64::from(number)]));
        assert_eq!((reading.damaged, reading.recovered), (1, 0), "{number}");
        let [what] = whats(&reading)[..] else {
            panic!("one problem")
        };
        assert!(what.contains("1 record stood there"), "{what}");
    }
}

#[test]
fn a_record_of_a_wrong_length_is_recovered() {
    for number in [1, 7, 20] {
        let mut bytes = written("saved");
        let at = place(&bytes, number);
        bytes[at] ^= 4;
        let reading = read(&bytes);
        assert_eq!(numbers(&reading), all_but(20, &[u64::from(number)]));
        assert_eq!((reading.damaged, reading.recovered), (1, 1), "{number}");
        let with = read_as("AppEvent.Evt", &bytes, true);
        assert_eq!(numbers(&with), all_but(20, &[]));
        let recovered = with.events.iter().filter(|event| event.recovered);
        assert_eq!(recovered.count(), 1);
        assert_eq!(
            with.events.iter().map(|e| &e.strings).collect::<Vec<_>>(),
            read(&written("saved"))
                .events
                .iter()
                .map(|e| &e.strings)
                .collect::<Vec<_>>()
        );
    }
}

/// As the writer of the Samba project's test logs did: two bytes short, and the last length too late.
#[test]
fn a_writer_that_gets_lengths_wrong_vouches_for_nothing() {
    let mut bytes = written("saved");
    for number in [1, 2] {
        let at = place(&bytes, number);
        bytes[at] -= 4;
    }
    let reading = read(&bytes);
    assert_eq!((reading.records, reading.recovered), (0, 20));
    let said = whats(&reading).join(" ");
    assert!(
        said.contains("2 records of the log have a wrong length"),
        "{said}"
    );
    assert_eq!(
        numbers(&read_as("AppEvent.Evt", &bytes, true)),
        all_but(20, &[])
    );
}

#[test]
fn the_header_is_not_needed() {
    for name in ["saved", "straight", "straight-slack", "wrapped"] {
        let (good, mut bytes) = (read(&written(name)), written(name));
        bytes[..48].fill(0xA5);
        let reading = read(&bytes);
        assert_eq!(numbers(&reading), numbers(&good), "{name}");
        assert_eq!((reading.recovered, reading.damaged), (good.recovered, 0));
        let [what, ..] = whats(&reading)[..] else {
            panic!("a problem")
        };
        assert!(what.contains("file header is damaged"), "{name}: {what}");
    }
}

#[test]
fn the_end_is_not_needed() {
    for name in ["saved", "straight", "straight-slack", "wrapped"] {
        let (good, mut bytes) = (read(&written(name)), written(name));
        let end = u32::from_le_bytes(bytes[20..24].try_into().unwrap()) as usize;
        bytes[end..end + 40].fill(0);
        let reading = read(&bytes);
        assert_eq!(numbers(&reading), numbers(&good), "{name}");
        assert_eq!(reading.recovered, good.recovered, "{name}");
        assert!(whats(&reading)[0].contains("no end-of-file record"));
    }
}

/// Without both, slack of the same log cannot be told from the log: its numbers go on.
#[test]
fn without_header_and_end_the_numbers_tell() {
    let mut bytes = written("wrapped");
    let end = u32::from_le_bytes(bytes[20..24].try_into().unwrap()) as usize;
    bytes[end..end + 40].fill(0);
    bytes[..48].fill(0);
    assert_eq!(numbers(&read(&bytes)), numbers(&read(&written("wrapped"))));
}

#[test]
fn a_log_cut_off_says_how_much_is_missing() {
    let mut bytes = written("saved");
    bytes.truncate(place(&bytes, 18) + 10);
    let reading = read(&bytes);
    assert_eq!(numbers(&reading), all_but(17, &[]));
    let said = whats(&reading).join(" ");
    assert!(said.contains("3 newer records are missing"), "{said}");

    let good = read(&written("wrapped"));
    let mut bytes = written("wrapped");
    bytes.truncate(bytes.len() - 65_536);
    let reading = read(&bytes);
    let newest: Vec<u64> = numbers(&good).into_iter().rev().take(5).collect();
    let kept: Vec<u64> = numbers(&reading).into_iter().rev().take(5).collect();
    assert_eq!(kept, newest, "the newest stand at the beginning");
    assert_eq!(reading.records + reading.damaged, good.records);
    let said = whats(&reading).join(" ");
    assert!(
        said.contains("before the place of its oldest records"),
        "{said}"
    );
}

/// The log service moves the tail of a ring when the file grows, and leaves the old bytes: plaso's `SysEvent.Evt`.
#[test]
fn copies_in_slack_are_told() {
    let sample = sample("straight-slack");
    let options = Options {
        slack: sample.records[..10].to_vec(),
        ..sample.options
    };
    let reading = read(&write(&sample.records, &options));
    let said = whats(&reading).join(" ");
    assert!(said.contains("still holds 10 of them"), "{said}");
}

/// Fewer bytes than a record's fixed part are left before the end of the file.
#[test]
fn an_unused_end_of_the_file_is_no_loss() {
    let Sample {
        records, options, ..
    } = sample("wrapped");
    let layout = forge::evt::Layout::Wrapped {
        record: 500,
        before_end: 0,
    };
    let mut bytes = write(&records, &Options { layout, ..options });
    bytes.extend([0x27, 0, 0, 0, 0x27, 0, 0, 0]);
    let reading = read(&bytes);
    assert_eq!(numbers(&reading), numbers(&read(&written("wrapped"))));
    assert_eq!((reading.damaged, reading.problems.len()), (0, 0));
}

#[test]
fn strings_that_are_cut_off_are_said() {
    let mut bytes = written("saved");
    let at = place(&bytes, 1);
    bytes[at + 26] = 200;
    let reading = read(&bytes);
    assert_eq!(reading.records, 20);
    assert!(whats(&reading)[0].contains("fewer insertion strings"));
}

#[test]
fn a_log_without_records_says_so() {
    let reading = read(&written("empty"));
    assert_eq!(reading.records, 0);
    assert!(whats(&reading)[0].contains("holds no records"));
}
