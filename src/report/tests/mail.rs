//! What the logs of the mail system, registry exports and counters add to the page and to the Markdown.

use super::{text_of, written};
use crate::analysis::findings::{Findings, Phase};
use crate::report::testdata;

/// The Markdown without its backslashes, which only escape.
fn plain(md: &str) -> String {
    md.replace('\\', "")
}

fn section<'a>(html: &'a str, id: &str) -> &'a str {
    let start = html.find(&format!("<section id=\"{id}\"")).unwrap();
    let end = html[start..].find("</section>").unwrap() + start;
    &html[start..end]
}

fn full() -> (Findings, [String; 4]) {
    let findings = testdata::findings();
    let files = written(&findings, &testdata::rows(&findings));
    (findings, files)
}

#[test]
fn every_delivery_stands_under_its_message() {
    let (findings, [html, md, ..]) = full();
    let messages = section(&html, "messages");
    let md = plain(&md);
    let mut count = 0;
    for m in &findings.messages {
        let start = messages.find(&format!("<tr id=\"{}\"", m.id)).unwrap();
        let rest = &messages[start + 1..];
        let row = &rest[..rest.find("<tr id=").unwrap_or(rest.len())];
        for d in &m.deliveries {
            assert!(
                row.contains(&format!(">{}</a>", d.evidence)),
                "{}",
                d.evidence
            );
            assert!(row.contains(&format!("({}", d.event)), "{row}");
            let line = md
                .lines()
                .find(|l| l.starts_with(&format!("| {} |", m.id)) && l.contains(&d.evidence))
                .unwrap();
            assert_eq!(line.contains("(inferred)"), !d.documented, "{line}");
            count += 1;
        }
        let inferred = m.deliveries.iter().filter(|d| !d.documented).count();
        assert_eq!(row.matches(", inferred)").count(), inferred, "{}", m.id);
        if m.deliveries.is_empty() {
            assert!(!row.contains("of the mail system about"), "{}", m.id);
        }
    }
    assert_eq!(count, 4 * 42);
    for words in [
        "reached 1 of 2 recipients",
        "reached 1 of 1 recipient<",
        "reached 1 recipient, of how many is not known",
    ] {
        assert!(messages.contains(words), "{words}");
    }
    assert!(md.contains("reached 1 of 2 recipients"));
}

#[test]
fn old_mail_is_counted_per_restart() {
    let (findings, [html, md, ..]) = full();
    let delays = section(&html, "delays");
    let md = plain(&md);
    // 37 messages that R4 let out, and one that nothing else knows of.
    let r4 = &findings.restarts[3];
    assert_eq!(r4.old_mail.as_ref().unwrap().messages, 38);
    let text = text_of(&html, "<section id=\"delays\"", "</section>");
    assert!(
        text.contains("38 old messages went out after R4 (BH01), the oldest 45 h 26 min, half of them at least 44 h 58 min old; 41 recipients were reached."),
        "{text}"
    );
    assert!(
        text.contains("After 1 restart no old mail went out."),
        "{text}"
    );
    assert!(
        text.contains("Of 3 restarts no log of the mail system speaks."),
        "{text}"
    );
    assert!(delays.contains("<th scope=\"row\"><a href=\"#R4\">R4</a></th><td>BH01</td>"));
    assert!(
        delays.contains("<td class=\"n\">38</td><td class=\"n\">41</td>"),
        "{delays}"
    );
    assert!(
        md.contains("| R4 | BH01 | 2006-03-15 11:05:09 | 15 min | 38 | 41 |"),
        "{md}"
    );
    for item in r4.old_mail.as_ref().unwrap().items.iter().take(5) {
        assert!(delays.contains(&format!(">{}</a>", item.evidence)));
        assert!(md.contains(&format!("| {} |", item.evidence)));
    }
    // 44 in all, five named of each.
    assert!(
        text.contains("The oldest 10 of 44 old messages are named"),
        "{text}"
    );
    let restarts = section(&html, "restarts");
    assert!(restarts.contains("<td>38 messages<br>"), "{restarts}");
    assert_eq!(restarts.matches("<td>no log speaks of it</td>").count(), 3);
}

#[test]
fn delays_stand_before_in_and_after_each_window() {
    let (findings, [html, md, ..]) = full();
    let delays = text_of(&html, "<section id=\"delays\"", "</section>");
    let md = plain(&md);
    assert!(
        delays.contains(
            "In W2 half of all mail took up to 4 s, 95 % up to 44 h (before it 3 s and 11 s)."
        ),
        "{delays}"
    );
    for d in findings.delays.iter().filter(|d| d.phase != Phase::All) {
        let n = crate::report::format::counted(d.records, "record", "records");
        assert!(delays.contains(&n), "{n}");
        assert!(md.contains(&n), "{n}");
    }
    assert!(md.contains("| W5 | BH01 | 0 s, 95 % 9 s; 2,790 records | too few: 4 records | 3 s, 95 % 14 s; 1,210 records |"), "{md}");
    // The chart's caption, its words and its table say the same.
    let chart = text_of(&html, "<figure id=\"chart-delay\"", "</figure>");
    assert_eq!(chart.matches("4 s, 95 % 44 h; 5,920 records").count(), 2);
    assert!(chart.contains("too few to say: 4 records"));
}

#[test]
fn settings_and_what_changed_are_shown_without_judgement() {
    let (findings, [html, md, ..]) = full();
    let (settings, md) = (section(&html, "settings"), plain(&md));
    assert_eq!(settings.matches("<caption>BH01, as exported").count(), 2);
    for s in &findings.settings {
        assert!(settings.contains(&format!("<b>{}</b>", s.name)));
        assert!(
            settings.contains(&format!(">{}</a>", s.evidence)),
            "{}",
            s.evidence
        );
        assert!(md.contains(&format!(
            "| {} | {} | {} |",
            s.name,
            s.key.replace('\\', ""),
            s.value.as_deref().unwrap_or("not there")
        )));
    }
    let text = text_of(&html, "<section id=\"settings\"", "</section>");
    assert!(text.contains("6 settings in 2 exports. Of 4 something is documented; 1 differs from the documented default or range"), "{text}");
    assert!(
        settings.contains("<td>180 seconds</td><td>–</td><td>differs</td>"),
        "{settings}"
    );
    let changes = text_of(&html, "<section id=\"changes\"", "</section>");
    assert!(
        changes.contains(
            "Made between 2006-03-20 17:00:00 and 2006-03-21 03:00:00 UTC, as two exports show."
        ),
        "{changes}"
    );
    assert_eq!(html.matches("was not there</span>").count(), 1);
    assert!(
        md.contains("VirusScan, ScanTimeout: 180 before, 600 after"),
        "{md}"
    );
    assert!(
        md.contains("VirusScan, ScanningThreads: was not there before, 9 after"),
        "{md}"
    );
}

#[test]
fn counters_and_observations_say_where_they_are_from() {
    let (_, [html, md, ..]) = full();
    let md = plain(&md);
    let servers = section(&html, "servers");
    assert!(servers.contains("<td>told in case.toml</td>"));
    assert!(servers.contains(">E24#7</a>"));
    assert!(md.contains("| 0 |  | E24#7 |"), "{md}");
    let chart = text_of(&html, "<figure id=\"chart-counters\"", "</figure>");
    assert!(
        chart.contains("Virus Scan Queue Length on BH01: at the most 37"),
        "{chart}"
    );
    assert!(chart.contains("Local Queue Length"));
    assert!(md.contains("### What did the performance counters show?"));
    assert!(
        md.contains("| BH01 | SMTP Server(_Total)Local Queue Length |"),
        "{md}"
    );
}

#[test]
fn without_these_logs_the_report_says_so() {
    let empty = written(&testdata::empty(), &[]);
    let mut restarted = testdata::quiet();
    restarted.coverage.retain(|c| c.log != "Message tracking");
    let [html, md, ..] = written(&restarted, &[]);
    for text in [&html, &md] {
        assert!(text.contains(
            "No tracking log is in the evidence, so what went out after each restart is not known."
        ));
        assert!(
            text.contains(
                "No tracking log is in the evidence, so how long mail took is not known."
            )
        );
    }
    assert!(html.contains("Chart left out, “Did mail take longer while messages were stuck?”: no tracking log is in the evidence."));
    assert!(html.contains("“How old was the mail that was seen going out after each restart?”: no tracking log is in the evidence."));
    for text in &empty[..2] {
        assert!(text.contains(
            "No restart of SMTP is known, so there is none that can have let old mail out."
        ));
        assert!(text.contains("No setting is known: the evidence has no registry export"));
    }
    assert!(empty[0].contains("“What did the performance counters show?”"));
    // A log that says nothing is another matter than no log.
    let [html, ..] = written(&testdata::quiet(), &[]);
    assert!(
        html.contains("The tracking logs in the evidence do not speak of the time of any restart")
    );
    assert!(html.contains("No message in the tracking logs can be followed"));
}

#[test]
fn what_is_left_out_is_said() {
    let mut findings = testdata::findings();
    let message = findings
        .messages
        .iter_mut()
        .find(|m| !m.deliveries.is_empty())
        .unwrap();
    let one = message.deliveries[0].clone();
    message.deliveries = vec![one; 30];
    let setting = findings.settings[0].clone();
    findings.settings = vec![setting; 400];
    let value = findings.interventions[1].changes[0].clone();
    findings.interventions[1].changes = vec![value; 100];
    let counter = findings.counters[0].clone();
    findings.counters = vec![counter; 9];
    let old = findings.restarts[3].old_mail.as_mut().unwrap();
    old.messages = 3400;
    let [html, md, ..] = written(&findings, &testdata::rows(&findings));
    for said in [
        "2 of 30 records are shown",
        "150 of 400 settings are shown",
        "60 of 100 values are shown",
        "The oldest 10 of 3,406 old messages are named",
    ] {
        assert!(html.contains(said), "{said}");
        assert!(plain(&md).contains(said), "{said}");
    }
    assert!(html.contains("6 of 9 counters are drawn"));
}
