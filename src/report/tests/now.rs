//! What is held now, the check after the last restart and what to do next, in every view.

use super::{testdata, text_of, written};

#[test]
fn what_is_held_now_stands_after_the_verdict() {
    let findings = testdata::findings();
    let [html, md, ..] = written(&findings, &testdata::rows(&findings));
    let order = [
        "id=\"summary\"",
        "id=\"now\"",
        "id=\"next\"",
        "id=\"checks\"",
        "id=\"windows\"",
    ];
    let places: Vec<usize> = order.iter().map(|id| html.find(id).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
    let told = text_of(&html, "<section id=\"now\"", "</section>");
    let md = md.replace('\\', "");
    for text in [
        "BH01 holds no mail that the evidence knows of.",
        "TempTable#1: 1 to 2 messages, the oldest at least 42 h",
        "For ann@northwind.example and 6 more. From bob@contoso.example. Recipients of 1 message are not known.",
        "TempTable#2 was never captured.",
        "Capture TempTable#2 on BH02 now.",
        "Source: KB 291794.",
        "2, the last 2006-03-25 11:02",
        "TempTable#1: 3 messages at 2006-03-20 14:05",
        "not made (0 of 1 table looked at)",
        "look again",
    ] {
        assert!(told.contains(text), "{text} is not in {told}");
        assert!(md.contains(text), "{text} is not in the Markdown");
    }
    for link in ["<a href=\"#M1\">M1</a>", "<a href=\"#R1\">R1</a>"] {
        assert!(html.contains(link), "{link}");
    }
}

#[test]
fn where_nothing_is_to_be_done_the_report_says_so() {
    let [html, md, ..] = written(&testdata::empty(), &[]);
    for text in [
        "No evidence speaks of what a server holds.",
        "The evidence calls for nothing.",
    ] {
        assert!(html.contains(text) && md.contains(text), "{text}");
    }
}
