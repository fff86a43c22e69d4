//! Blocks in both forms, several languages, with text around them.

use proptest::prelude::*;

use super::super::lines::trial::{events, read};
use super::*;
use crate::evidence::model::Level;

/// The form of KB Q259700 and of postings (tabs as there), the text that of KB 843545.
const CLIPBOARD: &str = "Hello all,\r\n\r\nsince Monday mail waits on BH01, see below.\r\n\r\n\
    Event Type:\tError\r\nEvent Source:\tMSExchangeTransport\r\nEvent Category:\tExchange Store Driver \r\n\
    Event ID:\t348\r\nDate:\t\t3/14/2006\r\nTime:\t\t9:30:00 AM\r\nUser:\t\tN/A\r\nComputer:\tBH01\r\n\
    Description:\r\nA message could not be virus scanned - this operation will be retried later.\r\n\
    Internet Message ID <a@b.example>, Error Code 0x0. \r\n\r\n\
    For more information, click http://www.microsoft.com/contentredirect.asp.\r\n\r\nAny ideas?\r\n\r\n\
    Event Type:\tInformation\r\nEvent Source:\tService Control Manager\r\nEvent Category:\tNone\r\n\
    Event ID:\t7036\r\nDate:\t\t3/14/2006\r\nTime:\t\t10:12:07 AM\r\nUser:\t\tN/A\r\nComputer:\tBH01\r\n\
    Description:\r\nThe Simple Mail Transfer Protocol (SMTP) service entered the stopped state. \r\n\r\n\
    For more information, see Help and Support Center at http://go.microsoft.com/fwlink/events.asp.\r\n\
    Data:\r\n0000: 4d 53 45 78   MSEx\r\n\r\nRegards\r\nJo\r\n";

#[test]
fn the_clipboard_of_windows_2003_in_a_mail() {
    let reading = read(parse, "mail.txt", CLIPBOARD);
    assert_eq!((reading.records, reading.damaged), (2, 0));
    let events = events(&reading);
    let [(scan, at), (service, _)] = events.as_slice() else {
        panic!("{events:?}");
    };
    assert_eq!(at, "3/14/2006 9:30:00 AM");
    assert_eq!((scan.id, &*scan.provider), (348, "MSExchangeTransport"));
    assert_eq!((&*scan.computer, scan.level), ("BH01", Level::Error));
    assert_eq!((scan.user.as_deref(), scan.record_id), (None, None));
    assert_eq!(
        scan.text.as_deref().unwrap(),
        "A message could not be virus scanned - this operation will be retried later.\n\
         Internet Message ID <a@b.example>, Error Code 0x0.\n\n\
         For more information, click http://www.microsoft.com/contentredirect.asp."
    );
    let text = service.text.as_deref().unwrap();
    assert!(text.ends_with("events.asp."), "{text}");
    // Hello, since, Any ideas, Data's bytes, Regards, Jo; the label of the bytes counts with them.
    assert!(
        reading
            .notes
            .iter()
            .any(|note| note.starts_with("7 lines beside")),
        "{:?}",
        reading.notes
    );
}

#[test]
fn quoted_and_double_spaced_mails() {
    let quoted: String = CLIPBOARD
        .lines()
        .map(|line| format!("> {line}\n"))
        .collect();
    assert_eq!(read(parse, "x.txt", &quoted).records, 2);
    let spaced = CLIPBOARD.replace("\r\n", "\r\n\r\n");
    let reading = read(parse, "x.txt", &spaced);
    let events = events(&reading);
    assert_eq!(events.len(), 2);
    let (scan, _) = events.first().unwrap();
    assert!(scan.text.as_deref().unwrap().contains("<a@b.example>"));
}

fn vista(xml: &str) -> String {
    format!(
        "Log Name:      System\r\nSource:        Service Control Manager\r\nDate:          2/25/2016 11:59:08 AM\r\n\
         Event ID:      7036\r\nTask Category: None\r\nLevel:         Information\r\nKeywords:      Classic\r\n\
         User:          N/A\r\nComputer:      bh01.corp.example\r\nDescription:\r\n\
         The IIS Admin Service service entered the stopped state.\r\n{xml}"
    )
}

#[test]
fn later_systems_without_xml() {
    let text = vista("") + "\r\n\r\n" + &vista("");
    let reading = read(parse, "x.txt", &text);
    let events = events(&reading);
    assert_eq!(events.len(), 2);
    let (event, at) = events.first().unwrap();
    assert_eq!(at, "2/25/2016 11:59:08 AM");
    assert_eq!(
        (&*event.channel, event.level),
        ("System", Level::Information)
    );
    assert_eq!(
        event.text.as_deref(),
        Some("The IIS Admin Service service entered the stopped state.")
    );
    assert!(!reading.local.records.is_empty());
}

#[test]
fn later_systems_with_xml() {
    let xml = format!("Event Xml:\r\n{}\r\n", embedded::tests::EVENT);
    let reading = read(parse, "x.txt", &vista(&xml));
    let [event] = reading.events.as_slice() else {
        panic!("{reading:?}");
    };
    assert_eq!(event.record_id, Some(4711));
    assert_eq!(event.time.at.to_string(), "2016-02-25T16:59:08.427123Z");
    assert_eq!(event.strings, ["IIS Admin & Service", "stopped"]);
    assert_eq!(
        event.text.as_deref(),
        Some("The IIS Admin Service service entered the stopped state.")
    );
    let damaged = read(parse, "x.txt", &vista(&xml.replace("</System>", "")));
    assert_eq!((damaged.local.records.len(), damaged.damaged), (1, 0));
    assert!(damaged.notes.iter().any(|note| note.contains("damaged")));
}

/// Blocks as public postings have them: SharePoint on a German system, Defrag on a Japanese one, Winlogon on a
/// Spanish Windows XP; texts shortened.
#[test]
fn other_languages() {
    let german = "Protokollname: Application\nQuelle:        Microsoft-SharePoint\nDatum:         20.07.2010 00:00:01\n\
        Ereignis-ID:   2137\nAufgabenkategorie:Integrität\nEbene:         Fehler\nSchlüsselwörter:\n\
        Benutzer:      NETZWERKDIENST\nComputer:      Miami\nBeschreibung:\nSharePoint-Integritätsanalyse: Fehler.\n";
    let japanese = "ログの名前:         Application\nソース:           Microsoft-Windows-Defrag\n\
        日付:            2018/04/01 22:04:42\nイベント ID:       259\nタスクのカテゴリ:      なし\n\
        レベル:           情報\nキーワード:         クラシック\nユーザー:          N/A\n\
        コンピューター:       sunshine7\n説明:\nボリュームの分析が開始されました。\n";
    let spanish = "Tipo de suceso:    Información\nOrigen del suceso:    Winlogon\nCategoría del suceso:    Ninguno\n\
        Id. suceso:    1001\nFecha:        18/11/2010\nHora:        05:57:17 p.m.\nUsuario:        No disponible\n\
        Equipo:    LENOVO3000\nDescripción:\nComprobando el sistema de archivos en E:\n";
    let reading = read(parse, "x.txt", &[german, japanese, spanish].join("\n"));
    let found: Vec<_> = events(&reading)
        .into_iter()
        .map(|(event, at)| (event.id, event.computer.to_string(), at, event.user))
        .collect();
    let expected = [
        (2137, "Miami", "20.07.2010 00:00:01", Some("NETZWERKDIENST")),
        (259, "sunshine7", "2018/04/01 22:04:42", None),
        (1001, "LENOVO3000", "18/11/2010 05:57:17 p.m.", None),
    ]
    .map(|(id, computer, at, user)| {
        (
            id,
            computer.to_owned(),
            at.to_owned(),
            user.map(str::to_owned),
        )
    });
    assert_eq!(found, expected);
}

#[test]
fn a_message_may_hold_labels() {
    let text = vista("Log Name: none\r\nEvent Type: none\r\n");
    assert_eq!(read(parse, "x.txt", &text).records, 1);
}

#[test]
fn half_a_block_is_a_failed_row() {
    let text = CLIPBOARD.replace("Event ID:\t348\r\n", "");
    let reading = read(parse, "x.txt", &text);
    assert_eq!((reading.records, reading.damaged), (1, 1));
    let cut = vista("");
    let cut = cut.split("Computer").next().unwrap();
    let reading = read(parse, "x.txt", cut);
    assert_eq!((reading.records, reading.damaged), (0, 1));
}

proptest! {
    #[test]
    fn shuffled_and_cut_blocks_give_no_more_than_they_hold(
        order in proptest::collection::vec(0_usize..70, 0..90), cut in 0_usize..4000,
    ) {
        let sample = CLIPBOARD.to_owned() + &vista(embedded::tests::EVENT);
        let pieces: Vec<&str> = sample.split_inclusive('\n').collect();
        let text: String = order.iter().filter_map(|at| pieces.get(*at).copied()).collect();
        let text: String = text.chars().take(cut).collect();
        let most = text.matches("Event Type:").count() + text.matches("Log Name:").count();
        let reading = read(parse, "x.txt", &text);
        prop_assert!(reading.records + reading.damaged <= most as u64);
    }
}
