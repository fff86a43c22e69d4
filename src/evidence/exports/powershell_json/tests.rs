//! Objects as ConvertTo-Json lays them out: Windows PowerShell (two blanks after the colon, `\/Date(ms)\/`), later
//! ones (ISO times), pretty or not, one or many.

use proptest::prelude::*;

use super::super::POWERSHELL_JSON;
use super::super::reading::{events, read, whats};
use crate::evidence::model::Level;
use crate::time::SECOND;

/// `Get-WinEvent | ConvertTo-Json -Depth 4` of Windows PowerShell 5.1. 1142346602 is 2006-03-14T14:30:02Z.
const RECORD: &str = r#"{
        "Id":  348,
        "Version":  null,
        "Qualifiers":  49156,
        "Level":  2,
        "Task":  2,
        "Keywords":  36028797018963968,
        "RecordId":  4711,
        "ProviderName":  "MSExchangeTransport",
        "ProviderId":  null,
        "LogName":  "Application",
        "MachineName":  "BH01",
        "UserId":  {
                       "BinaryLength":  12,
                       "AccountDomainSid":  null,
                       "Value":  "S-1-5-18"
                   },
        "TimeCreated":  "\/Date(1142346602000)\/",
        "Bookmark":  {

                     },
        "LevelDisplayName":  "Error",
        "KeywordsDisplayNames":  [
                                     "Classic"
                                 ],
        "Properties":  [
                           {
                               "Value":  "\u003ca@b\u003e"
                           },
                           {
                               "Value":  ""
                           },
                           {
                               "Value":  "0x0"
                           },
                           {
                               "Value":  [
                                             0,
                                             1
                                         ]
                           }
                       ],
        "Message":  "A message could not be virus scanned.\r\nError Code 0x0."
    }"#;

/// `Get-EventLog | ConvertTo-Json`.
const ENTRY: &str = r#"{
        "MachineName":  "BH01",
        "Data":  [

                 ],
        "Index":  815,
        "Category":  "(0)",
        "CategoryNumber":  0,
        "EventID":  7036,
        "EntryType":  4,
        "Message":  "The SMTP service entered the stopped state.",
        "Source":  "Service Control Manager",
        "ReplacementStrings":  [
                                   "SMTP",
                                   "stopped"
                               ],
        "InstanceId":  1073748860,
        "TimeGenerated":  "\/Date(1142346602000)\/",
        "TimeWritten":  "\/Date(1142346603000)\/",
        "UserName":  "NT AUTHORITY\\SYSTEM",
        "Site":  null,
        "Container":  null
    }"#;

fn list(objects: &[&str]) -> String {
    format!("[\r\n    {}\r\n]\r\n", objects.join(",\r\n    "))
}

/// As `-Compress` writes it, by a printer of another make.
fn compressed(object: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(object).unwrap();
    value.to_string()
}

#[test]
fn records_of_get_winevent() {
    let found = events(&POWERSHELL_JSON, RECORD);
    let event = found.first().unwrap();
    assert_eq!((found.len(), event.cite.record), (1, 4711));
    assert_eq!(
        (event.id, event.qualifiers, event.level, event.category),
        (348, Some(0xC004), Level::Error, Some(2))
    );
    assert_eq!(
        (
            event.provider.as_ref(),
            event.channel.as_ref(),
            event.computer.as_ref()
        ),
        ("MSExchangeTransport", "Application", "BH01")
    );
    assert_eq!(event.strings, ["<a@b>", "", "0x0"]);
    assert_eq!(event.user.as_deref(), Some("S-1-5-18"));
    assert_eq!(
        event.text.as_deref(),
        Some("A message could not be virus scanned.\r\nError Code 0x0.")
    );
    assert_eq!(
        (event.time.at.to_string().as_str(), event.time.precision),
        ("2006-03-14T14:30:02.000000Z", SECOND)
    );
}

#[test]
fn entries_of_get_eventlog() {
    let words = ENTRY.replace("4,", "\"Information\",");
    for text in [ENTRY.to_owned(), words] {
        let found = events(&POWERSHELL_JSON, &text);
        let event = found.first().unwrap();
        assert_eq!(
            (event.id, event.qualifiers, event.level, event.record_id),
            (7036, Some(0x4000), Level::Information, Some(815))
        );
        assert_eq!(event.strings, ["SMTP", "stopped"]);
        assert_eq!(event.user.as_deref(), Some("NT AUTHORITY\\SYSTEM"));
        assert_eq!(
            event.written.unwrap().to_string(),
            "2006-03-14T14:30:03.000000Z"
        );
        // The objects do not say the log; that of this source is known.
        assert_eq!(event.channel.as_ref(), "System");
    }
}

#[test]
fn the_same_however_they_are_held() {
    let layouts = [
        list(&[RECORD, ENTRY]),
        format!("{RECORD}\r\n{ENTRY}"),
        format!("[{},{}]", compressed(RECORD), compressed(ENTRY)),
        format!("{}\n{}\n", compressed(RECORD), compressed(ENTRY)),
        format!("{{\"value\":{},\"Count\":2}}", list(&[RECORD, ENTRY])),
        format!("{}{}", list(&[RECORD]), list(&[ENTRY])),
    ];
    let expected = events(&POWERSHELL_JSON, &list(&[RECORD, ENTRY]));
    assert_eq!(expected.len(), 2);
    for text in layouts {
        let reading = read(&POWERSHELL_JSON, text.as_bytes());
        assert_eq!((&reading.events, reading.damaged), (&expected, 0), "{text}");
    }
}

#[test]
fn times_of_every_version() {
    let dated = r#""\/Date(1142346602000)\/""#;
    for (time, is) in [
        (
            r#""/Date(1142346602000-0500)/""#,
            "2006-03-14T14:30:02.000000Z",
        ),
        (
            r#""2006-03-14T09:30:02.0986128-05:00""#,
            "2006-03-14T14:30:02.098612Z",
        ),
        (r#""2006-03-14T14:30:02Z""#, "2006-03-14T14:30:02.000000Z"),
        (
            r#"{"value":"\/Date(1142346602000)\/","DisplayHint":2,"DateTime":"Tuesday, March 14, 2006 9:30:02 AM"}"#,
            "2006-03-14T14:30:02.000000Z",
        ),
    ] {
        let found = events(&POWERSHELL_JSON, &RECORD.replace(dated, time));
        assert_eq!(found.first().unwrap().time.at.to_string(), is, "{time}");
    }
    for local in ["2006-03-14T09:30:02", "3/14/2006 9:30:02 AM"] {
        let text = RECORD.replace(dated, &format!("\"{local}\""));
        let reading = read(&POWERSHELL_JSON, text.as_bytes());
        assert_eq!(
            reading.local.records.first().unwrap().written.as_ref(),
            local
        );
    }
}

#[test]
fn strings_that_were_lost_are_told() {
    let begin = RECORD.find("\"Properties\"").unwrap();
    let end = RECORD.find("\"Message\"").unwrap();
    for properties in [
        r#""Properties": ["System.Diagnostics.Eventing.Reader.EventProperty","System.Diagnostics.Eventing.Reader.EventProperty"],"#,
        r#""Properties": "System.Diagnostics.Eventing.Reader.EventProperty System.Diagnostics.Eventing.Reader.EventProperty","#,
    ] {
        let mut text = RECORD.to_owned();
        text.replace_range(begin..end, properties);
        let reading = read(&POWERSHELL_JSON, text.as_bytes());
        assert!(reading.events.first().unwrap().strings.is_empty());
        assert!(
            reading
                .notes
                .concat()
                .contains("The insertion strings of 1 of its 1 records were lost")
        );
        assert_eq!(whats(&reading), Vec::<&str>::new());
        let reading = read(
            &POWERSHELL_JSON,
            text.replace("\"Message\"", "\"Text\"").as_bytes(),
        );
        assert_eq!(
            whats(&reading),
            ["Neither message texts nor insertion strings were saved."]
        );
    }
}

#[test]
fn a_broken_object_costs_what_it_must() {
    for (bad, what) in [
        (RECORD.replace("348", "null"), "it has no event id"),
        (RECORD.replace("348", "\"x\""), "`x` is no event id"),
        (RECORD.replace("ProviderName", "Name"), "it has no source"),
        (
            RECORD.replace("\\/Date(1142346602000)\\/", "yesterday"),
            "`yesterday` is no time",
        ),
        ("null".to_owned(), "it is no JSON object"),
    ] {
        let reading = read(&POWERSHELL_JSON, list(&[ENTRY, &bad, RECORD]).as_bytes());
        assert_eq!((reading.records, reading.damaged), (2, 1), "{what}");
        assert!(
            whats(&reading).concat().contains(what),
            "{:?}",
            whats(&reading)
        );
    }
    // Of a broken list what stands before the break; of lines all but the broken one.
    let broken = RECORD.replace("\"Id\":", "\"Id\"");
    let reading = read(&POWERSHELL_JSON, list(&[ENTRY, &broken, RECORD]).as_bytes());
    assert_eq!((reading.records, reading.damaged), (1, 1));
    let line = compressed(ENTRY);
    let text = format!("{line}\n{}\n{line}\n", line.get(..50).unwrap());
    let reading = read(&POWERSHELL_JSON, text.as_bytes());
    assert_eq!((reading.records, reading.damaged), (2, 1));
}

#[test]
fn a_cut_list_says_so() {
    let text = list(&[RECORD, ENTRY]);
    let reading = read(
        &POWERSHELL_JSON,
        text.get(..text.len() - 20).unwrap().as_bytes(),
    );
    assert_eq!((reading.records, reading.damaged), (1, 1));
    assert!(
        whats(&reading)
            .concat()
            .contains("row 2 (the file ends inside it)")
    );
    let reading = read(
        &POWERSHELL_JSON,
        text.get(..text.len() - 4).unwrap().as_bytes(),
    );
    assert_eq!((reading.records, reading.damaged), (2, 0));
    assert!(
        whats(&reading)
            .concat()
            .contains("its list of events is not closed")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn changed_cut_and_shuffled_text_never_panics(
        changes in prop::collection::vec((0_usize..3500, "[\\[\\]{}:,\"\\\\ a-z0-9\n]"), 0..12),
        cut in 0_usize..4000,
        pieces in prop::collection::vec(0_usize..6, 0..6),
    ) {
        let mut text = list(&[RECORD, ENTRY, ENTRY]);
        for (at, with) in changes {
            if text.get(at..at + 1).is_some() {
                text.replace_range(at..at + 1, &with);
            }
        }
        text.truncate(cut);
        let reading = read(&POWERSHELL_JSON, text.as_bytes());
        prop_assert!(reading.records <= 3);
        let sixth = text.len() / 6;
        let shuffled: String = pieces.iter().filter_map(|piece| text.get(piece * sixth..(piece + 1) * sixth)).collect();
        let reading = read(&POWERSHELL_JSON, shuffled.as_bytes());
        prop_assert!(reading.records <= 6);
    }
}
