//! Strings that want to be more than text.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::{drawings, written};
use crate::analysis::findings::Findings;
use crate::report::testdata;
use crate::timeline::row::Row;

/// Every string of a JSON value, replaced.
fn with_strings(value: &mut serde_json::Value, keep: &dyn Fn(&str, &str) -> bool, by: &str) {
    match value {
        serde_json::Value::Array(items) => items.iter_mut().for_each(|v| with_strings(v, keep, by)),
        serde_json::Value::Object(map) => {
            for (key, v) in map.iter_mut() {
                match v {
                    serde_json::Value::String(s) if !keep(key, s) => *s = by.to_owned(),
                    serde_json::Value::String(_) => {}
                    serde_json::Value::Array(items)
                        if items.iter().all(serde_json::Value::is_string) =>
                    {
                        for item in items {
                            if !keep(key, item.as_str().unwrap_or_default()) {
                                *item = by.into();
                            }
                        }
                    }
                    other => with_strings(other, keep, by),
                }
            }
        }
        _ => {}
    }
}

#[test]
fn hostile_strings_in_every_field_are_only_text() {
    const BAD: &str = "</title></text></style><script>alert(1)</script><img src=x onerror=alert(2)>\" ' & \0\u{1}\u{202E}\u{200B}\u{FFFF}|`=1+1";
    let full = testdata::findings();
    // Times, enumerations and ids keep their form; everything else becomes hostile.
    let keep = |key: &str, text: &str| {
        let enumeration = matches!(
            key,
            "state"
                | "smtp_now"
                | "end_cause"
                | "confidence"
                | "release_confidence"
                | "standing"
                | "status"
                | "place_basis"
                | "phase"
                | "rule"
                | "counted"
        );
        let id = key == "id" && !text.contains('-');
        let kind = key == "kind" && !matches!(text, "registry" | "store_recreated");
        let time = text.len() == 27 && text.ends_with('Z');
        enumeration || id || kind || time || (key == "profile")
    };
    let mut value = serde_json::to_value(&full).unwrap();
    with_strings(&mut value, &keep, BAD);
    let hostile: Findings = serde_json::from_value(value).unwrap();
    let rows: Vec<Row> = testdata::rows(&full)
        .into_iter()
        .map(|r| Row {
            server: BAD.to_owned(),
            place: Some(BAD.to_owned()),
            message_id: Some(BAD.to_owned()),
            log: Some(BAD.to_owned()),
            provider: Some(BAD.to_owned()),
            level: Some(BAD.to_owned()),
            summary: BAD.to_owned(),
            evidence: BAD.to_owned(),
            original_time: Some(BAD.to_owned()),
            ..r
        })
        .collect();
    let [html, md, ..] = written(&hostile, &rows);
    for raw in [
        "<script", "<img", "\0", "\u{1}", "\u{202E}", "\u{200B}", "\u{FFFF}",
    ] {
        assert!(!html.contains(raw), "{raw:?} in the page");
        assert!(!md.contains(raw), "{raw:?} in the Markdown");
    }
    assert!(
        html.contains("&lt;script&gt;") && html.contains("⟨U+202E⟩") && html.contains("⟨U+0000⟩")
    );
    for svg in drawings(&html) {
        let mut reader = Reader::from_str(svg);
        while !matches!(reader.read_event().unwrap(), Event::Eof) {}
    }
    assert_eq!(html.matches("</style>").count(), 1);
}
