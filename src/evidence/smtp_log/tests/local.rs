//! The forms in local time, and all forms damaged.

use super::*;

const NCSA_LINES: &str = "83.44.189.146 - h.example [11/Oct/2006:13:16:43 -0600] \"HELO -?+h.example SMTP\" 250 47\r\n\
    83.44.189.146 - h.example [11/Oct/2006:13:16:43 -0600] \"MAIL -?+FROM:<s@b.example> SMTP\" 250 46\r\n\
    83.44.189.146 - h.example [11/Oct/2006:13:16:43 -0600] \"RCPT -?+TO:<r@c.example> SMTP\" 250 35\r\n\
    83.44.189.146 - h.example [11/Oct/2006:13:16:45 -0600] \"DATA -?+<000001c6ed61$33a7e690$97cfa8c0@e> SMTP\" 250 124\r\n\
    205.188.158.121 - OutboundConnectionResponse [11/Oct/2006:13:17:02 -0600] \"- -?354+START,+END+WITH+\".\"+ON+A+LINE \
    SMTP\" 0 54\r\n205.188.158.121 - OutboundConnectionCommand [11/Oct/2006:13:17:04 -0600] \"QUIT - SMTP\" 0 4\r\n\
    217.169.41.109 - h [11/Oct/2006:13:17:17 -0600] \"RCPT -?+TO:<r@";

#[test]
fn ncsa_by_its_own_offset() {
    let reading = read(&NCSA, NCSA_LINES, "bh01/SMTPSVC1/nc061011.log");
    assert_eq!((reading.records, reading.damaged), (6, 1));
    let [record] = reading.mail.records.as_slice() else {
        panic!("{:?}", reading)
    };
    assert_eq!(
        (record.time.at, record.step),
        (at("2006-10-11T19:16:45Z"), Step::Received)
    );
    assert_eq!((&*record.server, record.virtual_server), ("bh01", Some(1)));
    assert_eq!(
        (recipients(record), record.sender.as_deref()),
        (vec!["r@c.example"], Some("s@b.example"))
    );
    assert!(
        whats(&reading)[0].contains("line 7 (it has not the shape of a line)"),
        "{:?}",
        whats(&reading)
    );
}

/// Microsoft's own example of the form, with four-digit addresses in place.
const IIS_LINES: &str = "10.123.12.3, Nwtraders.com, 8/18/06, 13:17:37, SMTPSVC1, MAIL01, 10.200.200.1, 90, 42, 0, 250, 0, \
    MAIL FROM, -,FROM:<s@b.example>,\r\n10.123.12.3, Nwtraders.com, 8/18/06, 13:17:37, SMTPSVC1, MAIL01, 10.200.200.1, 0, \
    32, 0, 250, 0, RCPT TO, -, TO:<r@c.example>,\r\n10.123.12.3, Nwtraders.com, 8/18/06, 13:17:37, SMTPSVC1, MAIL01, \
    10.200.200.1, 270, 480, 101, 250, 0, DATA, -, 0019E3517201287MAIL01,\r\n10.123.12.3, Nwtraders.com, 8/18/06, 13:17:37, \
    SMTPSVC1, MAIL01, 10.200.200.1, 81, 4, 52, 0, 541, QUIT, -, MAIL01,\r\n";

#[test]
fn iis_needs_a_zone() {
    let reading = read(&IIS, IIS_LINES, "a/x.log");
    assert_eq!(
        (reading.records, reading.damaged, reading.mail.spans.len()),
        (4, 0, 0)
    );
    assert_eq!(
        whats(&reading),
        ["Its 4 lines are in local time, and nothing tells the zone of its clock."]
    );
    assert!(
        reading.problems[0]
            .what_to_do
            .contains("[[log]] file = \"a/x.log\"; time_zone ="),
        "{:?}",
        reading.problems
    );
    let config = "[[log]]\nfile = \"a\"\ntime_zone = \"America/New_York\"\n";
    let reading = read_with(&IIS, IIS_LINES.as_bytes(), config, "a/x.log", false);
    assert_eq!(whats(&reading), [""; 0]);
    assert_eq!(
        reading.notes,
        [
            "Its times are local: America/New_York, by its [[log]] entry in case.toml.",
            "Its dates are month/day/year, as 8/18/06 proves."
        ]
    );
    let [record] = reading.mail.records.as_slice() else {
        panic!("{:?}", reading)
    };
    assert_eq!(
        (record.time.at, &*record.server, record.virtual_server),
        (at("2006-08-18T17:17:37Z"), "MAIL01", Some(1))
    );
    assert_eq!(
        (recipients(record), record.sender.as_deref()),
        (vec!["r@c.example"], Some("s@b.example"))
    );
    let early = IIS_LINES.replace("8/18/06", "8/9/06");
    let reading = read_with(&IIS, early.as_bytes(), config, "a/x.log", false);
    assert_eq!(
        whats(&reading),
        [
            "Its 4 lines are in local time, and nothing tells the order of day and month in its dates."
        ]
    );
    let twice = IIS_LINES.replace("8/18/06, 13:17", "10/29/06, 1:17");
    let reading = read_with(&IIS, twice.as_bytes(), config, "a/x.log", false);
    assert!(
        whats(&reading)[0].starts_with("4 lines from an hour that clocks went through twice"),
        "{:?}",
        whats(&reading)
    );
    assert_eq!(
        reading.mail.records[0].time.precision,
        3601 * crate::time::SECOND
    );
}

proptest::proptest! {
    /// Cut, turned round and damaged logs give counts that add up, and nothing panics.
    #[test]
    fn damage_is_counted(cut in 0_usize..6000, flips in proptest::collection::vec((0_usize..6000, proptest::num::u8::ANY), 0..30),
                         moved in 0_usize..6000) {
        let w3c = format!("{HEADER}{}", session("192.0.2.7", "<1@b.example>").repeat(4));
        for (reader, good) in [(&W3C, w3c.as_str()), (&IIS, IIS_LINES), (&NCSA, NCSA_LINES)] {
            let mut bytes = good.as_bytes().to_vec();
            for (place, byte) in &flips {
                let place = place % bytes.len();
                bytes[place] = *byte;
            }
            let moved = moved % bytes.len();
            bytes.rotate_left(moved);
            bytes.truncate(cut);
            let reading = read_with(reader, &bytes, "time_zone = \"Europe/Berlin\"\ndate_order = \"mdy\"", "x.log", true);
            let lines = bytes.split(|byte| *byte == b'\n').count() as u64;
            proptest::prop_assert!(reading.records + reading.damaged <= lines);
            proptest::prop_assert!(reading.mail.records.len() as u64 <= reading.records);
            let counted: u64 = reading.mail.spans.iter().map(|span| span.lines).sum();
            proptest::prop_assert_eq!(counted, reading.records);
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..3000)) {
        for reader in [&W3C, &IIS, &NCSA] {
            read_with(reader, &bytes, "", "x.log", true);
        }
    }
}
