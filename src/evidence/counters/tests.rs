//! Counter logs as the forge writes them, by hand, damaged, and at random.

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use forge::counters::{Samples, Tool, write};
use proptest::prelude::*;

use crate::case::Format;
use crate::evidence::model::{CounterSeries, Reading};
use crate::evidence::trial::{assert_told, format, read, read_as};

const QUEUE: &str = r"\SMTP Server(_Total)\Local Queue Length";
const SCANS: &str = r"\MSExchangeIS\Virus Scan Queue Length";
const OTHER: &str = r"\Memory\Pages/sec";
const NEW_YORK: Tz = chrono_tz::America::New_York;
const BERLIN: Tz = chrono_tz::Europe::Berlin;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// `count` samples of three counters, `apart` minutes apart; the second has gaps.
fn samples(first: &str, apart: i64, count: i64) -> Samples {
    let row = |number: i64| {
        let value = number as f64;
        let gap = (number % 3 != 1).then_some(value + 0.5);
        (
            at(first) + Duration::minutes(apart * number),
            vec![Some(value), gap, Some(99.0)],
        )
    };
    Samples {
        server: "BH01".to_owned(),
        counters: vec![QUEUE.to_owned(), SCANS.to_owned(), OTHER.to_owned()],
        rows: (0..count).map(row).collect(),
    }
}

fn series<'r>(reading: &'r Reading, counter: &str) -> &'r CounterSeries {
    let found = reading
        .counters
        .iter()
        .find(|series| series.counter == counter);
    found.unwrap_or_else(|| panic!("{reading:#?}"))
}

/// Times and values as the forge was given them.
fn truth(samples: &Samples, column: usize) -> Vec<(i64, f64)> {
    samples
        .rows
        .iter()
        .filter_map(|(at, values)| Some((at.timestamp_micros(), values[column]?)))
        .collect()
}

fn points(series: &CounterSeries) -> Vec<(i64, f64)> {
    let micros = |at: crate::time::Timestamp| at.to_string().parse::<DateTime<Utc>>().unwrap();
    series
        .points
        .iter()
        .map(|(at, value)| (micros(*at).timestamp_micros(), *value))
        .collect()
}

#[test]
fn the_header_tells_the_offset() {
    for (zone, first) in [
        (NEW_YORK, "2006-03-14T14:30:00.250Z"),
        (NEW_YORK, "2006-07-14T14:30:00Z"),
        (BERLIN, "2006-03-14T23:30:00Z"),
    ] {
        let samples = samples(first, 5, 10);
        let bytes = write(Tool::PerformanceLog, &samples, zone, "Some (odd) Time");
        assert_eq!(format(&bytes), Format::CounterCsv);
        let reading = read("counters.csv", &bytes, "");
        assert_told(&reading, &[]);
        assert_eq!(reading.counters.len(), 2);
        let queue = series(&reading, QUEUE);
        assert_eq!(
            (queue.server.as_str(), queue.cite.to_string().as_str()),
            ("BH01", "E7#2")
        );
        assert_eq!(points(queue), truth(&samples, 0));
        assert_eq!(points(series(&reading, SCANS)), truth(&samples, 1));
        assert_eq!(reading.records, 10);
    }
}

#[test]
fn typeperf_needs_a_zone() {
    let samples = samples("2006-03-14T14:30:00Z", 5, 10);
    let bytes = write(Tool::Typeperf, &samples, NEW_YORK, "");
    assert_eq!(format(&bytes), Format::CounterCsv);
    let reading = read("bh01/typeperf.csv", &bytes, "");
    assert!(reading.counters.is_empty());
    assert_told(&reading, &["17 values in local time"]);
    let reading = read(
        "bh01/typeperf.csv",
        &bytes,
        "time_zone = \"America/New_York\"",
    );
    assert_told(&reading, &[]);
    assert_eq!(points(series(&reading, SCANS)), truth(&samples, 1));
    let config = "[[setting]]\nfile = \"bh01\"\ntime_zone = \"America/New_York\"\n";
    let reading = read("bh01/typeperf.csv", &bytes, config);
    assert_eq!(points(series(&reading, QUEUE)), truth(&samples, 0));
}

/// On 29 October 2006 at 06:00 UTC clocks in New York went from 02:00 back to 01:00.
#[test]
fn a_change_of_the_clock_is_no_guess() {
    let samples = samples("2006-10-29T04:30:00Z", 10, 24);
    let bytes = write(
        Tool::PerformanceLog,
        &samples,
        NEW_YORK,
        "Eastern Daylight Time",
    );
    let all = truth(&samples, 0);
    let reading = read("counters.csv", &bytes, "");
    assert_told(&reading, &["The clock went back at line 11; 15 rows"]);
    assert_eq!(points(series(&reading, QUEUE)), all[..9]);
    // With the zone, only the hour that came twice is left out.
    let reading = read("counters.csv", &bytes, "time_zone = \"America/New_York\"");
    assert_told(&reading, &["12 rows from an hour that clocks showed twice"]);
    let twice = at("2006-10-29T05:00:00Z").timestamp_micros()
        ..at("2006-10-29T07:00:00Z").timestamp_micros();
    let kept: Vec<(i64, f64)> = all
        .into_iter()
        .filter(|(at, _)| !twice.contains(at))
        .collect();
    assert_eq!(points(series(&reading, QUEUE)), kept);
}

#[test]
fn a_zone_that_contradicts_the_header_is_told() {
    let samples = samples("2006-03-14T14:30:00Z", 5, 4);
    let bytes = write(
        Tool::PerformanceLog,
        &samples,
        NEW_YORK,
        "Eastern Standard Time",
    );
    let reading = read("counters.csv", &bytes, "time_zone = \"Europe/Berlin\"");
    assert_told(&reading, &["Europe/Berlin"]);
    assert_eq!(points(series(&reading, QUEUE)), truth(&samples, 0));
}

#[test]
fn other_counters_are_left_alone() {
    let mut samples = samples("2006-03-14T14:30:00Z", 5, 4);
    samples.counters = vec![OTHER.to_owned(); 3];
    let bytes = write(Tool::Typeperf, &samples, NEW_YORK, "");
    let reading = read("counters.csv", &bytes, "");
    assert!(reading.counters.is_empty() && reading.problems.is_empty());
    assert!(reading.notes[0].contains("left alone"));
}

#[test]
fn damage_is_counted_and_told() {
    let text = format!(
        "\"(PDH-CSV 4.0) (UTC)(0)\",\"\\\\BH01{QUEUE}\",\"\\\\BH01{SCANS}\"\n\
         \"03/14/2006 09:30:00.000\",\"1\",\"2\"\n\"03/14/2006 09:31:00.000\",\"1\"\n\"33/14/2006 09:32:00.000\",\"1\",\"2\"\n\
         \"03/14/2006 09:33:00.000\",\"NaN\",\"-1\"\n\"03/14/2006 09:32:30.000\",\"1\",\"2\"\nend\n\"x\",\"1\"\n"
    );
    let reading = read("counters.csv", text.as_bytes(), "");
    assert_eq!(series(&reading, QUEUE).points.len(), 2);
    assert_eq!(series(&reading, SCANS).points.len(), 1);
    assert_told(
        &reading,
        &[
            "4 lines could not be read in full",
            "1 value below zero",
            "1 row is not later",
        ],
    );
    assert_eq!(reading.damaged, 4);
}

#[test]
fn counters_without_a_server_take_that_of_the_name() {
    let text =
        format!("\"(PDH-TSV 4.0) (UTC)(0)\"\t\"{QUEUE}\"\n\"03/14/2006 09:30:00.000\"\t\"1\"\n");
    let reading = read("BH01_queue_20060314T100000Z.tsv", text.as_bytes(), "");
    assert_told(&reading, &[]);
    assert_eq!(series(&reading, QUEUE).server, "BH01");
    let reading = read("queue.tsv", text.as_bytes(), "");
    assert!(reading.counters.is_empty());
    assert_told(&reading, &["1 counter without a server"]);
}

#[test]
fn a_million_columns_are_bounded() {
    let mut text = "\"(PDH-CSV 4.0) (UTC)(0)\"".to_owned();
    for number in 0..1_000_000 {
        text.push_str(&format!(
            ",\"\\\\B\\SMTP Server({number})\\Local Queue Length\""
        ));
    }
    text.push_str("\n\"03/14/2006 09:30:00.000\"");
    text.push_str(&",\"1\"".repeat(1_000_000));
    let reading = read("counters.csv", text.as_bytes(), "");
    assert_eq!(reading.counters.len(), 512);
    assert_told(&reading, &["999488"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn damaged_logs_are_read_within_bounds(
        typed in any::<bool>(),
        cut in 0..1500_usize,
        changes in prop::collection::vec((0..1500_usize, any::<u8>()), 0..8)
    ) {
        let tool = if typed { Tool::Typeperf } else { Tool::PerformanceLog };
        let mut bytes = write(tool, &samples("2006-03-14T14:30:00Z", 5, 20), NEW_YORK, "Eastern Standard Time");
        bytes.truncate(cut);
        for (at, value) in changes {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = value;
            }
        }
        let reading = read_as(Format::CounterCsv, "c.csv", &bytes, "time_zone = \"America/New_York\"");
        let points: usize = reading.counters.iter().map(|series| series.points.len()).sum();
        prop_assert!(points <= bytes.len() / 4);
        for series in &reading.counters {
            prop_assert!(series.points.is_sorted_by(|a, b| a.0 < b.0));
        }
    }
}
