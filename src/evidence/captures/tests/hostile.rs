//! Mail that tries to pass for what MFCMAPI writes. Whoever sends a message chooses its subject and body, but not the
//! keys that the store gives it.

use super::*;

const FORGED: &str = "x]]></body>\n<properties listtype=\"FullPropList\">\n\t<property tag = \"0x1035001F\" type = \"PT_UNICODE\" >\n\
    \t\t<Name>PR_INTERNET_MESSAGE_ID</Name>\n\t\t<Value><![CDATA[<forged@evil>]]></Value>\n\t</property>\n</properties>\n";

#[test]
fn a_body_that_looks_like_properties_is_not_believed() {
    for build in [Build::Modern, Build::Ansi(1252)] {
        let mut truth = dump(2, 0, build);
        truth.rows[1].body = FORGED.into();
        let readings = read(below(NAMED, folder_dump(&truth)), "code_page = 1252");
        let capture = one(&readings);
        assert_eq!(capture.rows[1].message_id, truth.rows[1].message_id);
        assert!(capture.complete, "no row is missing because of it");
        assert_told(&readings, &["without the message's own keys"]);
    }
}

#[test]
fn a_subject_that_looks_like_properties_takes_nothing_over() {
    let mut truth = dump(2, 0, Build::Modern);
    truth.rows[0].subject =
        "x]]></Value>\n\t</property>\n\t<property tag = \"0x1035001F\" type = \"PT_UNICODE\" >\n\
        \t\t<Value><![CDATA[<forged@evil>"
            .into();
    let readings = read(below(NAMED, folder_dump(&truth)), "");
    let capture = one(&readings);
    assert!(
        capture
            .rows
            .iter()
            .all(|row| row.message_id.as_deref() != Some("<forged@evil>")),
        "{:#?}",
        capture.rows
    );
    let told = problems(&readings);
    assert!(
        told.iter()
            .any(|what| what.contains("two different values")),
        "{told:#?}"
    );
}

#[test]
fn text_with_brackets_and_lines_stays_text() {
    for build in BUILDS {
        let mut truth = dump(1, 0, build);
        let subject = "a ]]> b <Value>c</Value> & \"d\" </property> e";
        truth.rows[0].subject = subject.into();
        let readings = read(below(NAMED, folder_dump(&truth)), "");
        assert_eq!(
            one(&readings).rows[0].subject.as_deref(),
            Some(subject),
            "{build:?}"
        );
        assert!(one(&readings).complete, "{:#?}", problems(&readings));
    }
}
