//! Times in every dress, and what is refused.

use super::*;
use crate::time::{HOUR, MINUTE};

const NEW_YORK: LocalRules = LocalRules {
    zone: Some(Tz::America__New_York),
    order: Some(DateOrder::Mdy),
};
const NOTHING: LocalRules = LocalRules {
    zone: None,
    order: None,
};

fn at(text: &str, rules: LocalRules) -> (String, i64) {
    let time = read(text, rules).unwrap();
    (time.stamp.at.to_string(), time.stamp.precision)
}

#[test]
fn zoned_times_need_no_rules() {
    for text in [
        "2006-03-14T09:30:00-05:00",
        "2006-03-14 09:30:00-0500",
        "20060314T143000Z",
        "2006-03-14T14:30:00 UTC",
        "2006-03-14T093000-05",
        "2006-03-14_09-30-00-0500",
        "\u{200e}2006/03/14 2:30:00 PM Z\u{200e}",
    ] {
        assert_eq!(
            at(text, NOTHING),
            ("2006-03-14T14:30:00.000000Z".into(), SECOND),
            "{text}"
        );
    }
}

#[test]
fn precision_is_that_of_the_text() {
    assert_eq!(at("2006-03-14T0930-0500", NOTHING).1, MINUTE);
    assert_eq!(
        at("2006-03-14T09-30-0500", NOTHING),
        ("2006-03-14T14:30:00.000000Z".into(), MINUTE)
    );
    assert_eq!(at("2006-03-14T09:30:00.5Z", NOTHING).1, 100_000);
    assert_eq!(at("2006-03-14T09:30:00.123Z", NOTHING).1, 1_000);
    assert_eq!(
        at("2006-03-14T09:30:00.1234567Z", NOTHING),
        ("2006-03-14T09:30:00.123456Z".into(), 0)
    );
}

#[test]
fn local_times_by_zone_and_order() {
    assert_eq!(
        at("3/14/2006 9:30 AM", NEW_YORK),
        ("2006-03-14T14:30:00.000000Z".into(), MINUTE)
    );
    assert_eq!(
        at("3/14/2006 9:30 a.\u{a0}m.", NEW_YORK),
        ("2006-03-14T14:30:00.000000Z".into(), MINUTE)
    );
    assert_eq!(
        at("7/4/2006 12:05:07 am", NEW_YORK),
        ("2006-07-04T04:05:07.000000Z".into(), SECOND)
    );
    assert_eq!(
        at("3/14/06 9:30 PM", NEW_YORK).0,
        "2006-03-15T02:30:00.000000Z"
    );
    let berlin = LocalRules {
        zone: Some(Tz::Europe__Berlin),
        order: Some(DateOrder::Dmy),
    };
    assert_eq!(
        at("14.03.2006 09:30:00", berlin).0,
        "2006-03-14T08:30:00.000000Z"
    );
    let ymd = LocalRules {
        zone: Some(Tz::Asia__Tokyo),
        order: Some(DateOrder::Ymd),
    };
    assert_eq!(at("06/03/14 09:30", ymd).0, "2006-03-14T00:30:00.000000Z");
}

#[test]
fn what_is_missing_is_said() {
    let fault = |text, rules| read(text, rules).unwrap_err();
    assert_eq!(fault("2006-03-14T09:30:00", NOTHING), TimeFault::NoZone);
    assert_eq!(fault("3/14/2006 9:30 AM", NOTHING), TimeFault::NoDateOrder);
    let ymd = LocalRules {
        order: Some(DateOrder::Ymd),
        ..NEW_YORK
    };
    assert_eq!(fault("3/14/2006 9:30 AM", ymd), TimeFault::NoDateOrder);
    for text in [
        "2006-02-30T09:30:00Z",
        "2006-03-14T25:30:00Z",
        "13/13/2006 9:30",
        "2006-03-14 13:00 PM",
    ] {
        assert_eq!(fault(text, NEW_YORK), TimeFault::OutOfRange, "{text}");
    }
    for text in [
        "",
        "yesterday",
        "2006-03-14",
        "38790.39583",
        "2006-03-14T09",
        "2006-03-14T09:30:00Zulu",
        "9:30",
    ] {
        assert_eq!(fault(text, NEW_YORK), TimeFault::NotATime, "{text}");
    }
}

#[test]
fn a_day_above_twelve_proves_the_order() {
    assert_eq!(proven_order("3/14/2006 9:30 AM"), Some(DateOrder::Mdy));
    assert_eq!(proven_order("14.03.2006 9:30"), Some(DateOrder::Dmy));
    assert_eq!(proven_order("3/4/2006 9:30"), None);
    assert_eq!(proven_order("2006-03-14T09:30"), None);
}

/// In 2006 New York left summer time on 29 October at 02:00 and entered it on 2 April at 02:00.
#[test]
fn clock_changes_are_marked_and_covered() {
    let twice = read("10/29/2006 1:30 AM", NEW_YORK).unwrap();
    assert_eq!(twice.oddity, Some(Oddity::Ambiguous));
    assert_eq!(twice.stamp.at.to_string(), "2006-10-29T05:30:00.000000Z");
    assert_eq!(twice.stamp.precision, HOUR + MINUTE);
    let never = read("4/2/2006 2:30:00 AM", NEW_YORK).unwrap();
    assert_eq!(never.oddity, Some(Oddity::Skipped));
    assert_eq!(never.stamp.at.to_string(), "2006-04-02T06:30:00.000000Z");
    assert_eq!(never.stamp.precision, HOUR + SECOND);
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
        let _ = read(&text, NEW_YORK);
    }

    #[test]
    fn near_times_are_read_or_refused(text in "[0-9TZ:/. +APM-]{0,30}") {
        let _ = read(&text, NEW_YORK);
    }

    #[test]
    fn rfc3339_agrees_with_chrono(seconds in 0_i64..4_000_000_000, minutes in -840_i32..=840) {
        let zone = chrono::FixedOffset::east_opt(minutes * 60).unwrap();
        let text = chrono::DateTime::from_timestamp(seconds, 0).unwrap().with_timezone(&zone).to_rfc3339();
        let read = read(&text, NOTHING).unwrap();
        proptest::prop_assert_eq!(Some(read.stamp.at), Timestamp::from_seconds(seconds));
    }
}
