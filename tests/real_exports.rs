//! Real exports of event logs from other projects, compared with what was counted in them independently.
//!
//! The files lie beside the repository, not in it; where they are absent the test says that it was not run.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use evtx::{EvtxParser, ParserSettings};
use stuckmail::case::{self, Format};
use stuckmail::evidence::{FileReading, NoProgress, ReadContext, read_all};

/// Records by `source|event id` in `ipban_events_fragments.xml`, as Python's ElementTree counts them: classic source
/// where the provider names one, else the provider's name.
const FRAGMENTS: [(&str, u64); 25] = [
    ("ASP.NET 2.0.50727.0|1309", 1),
    ("MSExchangeTransport|1035", 1),
    ("MSSQL$ABCDEFG|18456", 1),
    ("MSSQL$DATABASE|18454", 1),
    ("MSSQL$INSTANCENAME|18456", 1),
    ("MSSQL$SERVER|18456", 1),
    ("MSSQL$SQLEXPRESS|18456", 2),
    ("MSSQLSERVER|18456", 9),
    ("Microsoft-Windows-RemoteDesktopServices-RdpCoreTS|131", 2),
    ("Microsoft-Windows-RemoteDesktopServices-RdpCoreTS|139", 1),
    ("Microsoft-Windows-RemoteDesktopServices-RdpCoreTS|140", 2),
    ("Microsoft-Windows-Security-Auditing|4624", 7),
    ("Microsoft-Windows-Security-Auditing|4625", 14),
    ("Microsoft-Windows-Security-Auditing|4653", 1),
    ("Microsoft-Windows-Security-Auditing|6272", 1),
    ("Microsoft-Windows-Security-Auditing|6273", 1),
    ("Microsoft-Windows-TerminalServices-Gateway|200", 1),
    (
        "Microsoft-Windows-TerminalServices-LocalSessionManager|25",
        1,
    ),
    ("OpenSSH|4", 6),
    ("PostgreSQL|0", 1),
    ("RemoteAccess|20271", 3),
    ("VisualSVN Server 3.9|1004", 1),
    ("sshd|0", 1),
    ("tvnserver|257", 1),
    ("tvnserver|258", 1),
];

fn folder(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/real");
    let folder = folder.join(name);
    if !folder.is_dir() {
        eprintln!("not run: no real files at {}", folder.display());
        return None;
    }
    Some(folder)
}

fn read_folder(folder: &Path) -> Vec<FileReading> {
    let case = case::open(folder).unwrap();
    let context = ReadContext::new(&case.config, &|_, _, _| true);
    read_all(&case, &context, &NoProgress)
}

fn read() -> Option<Vec<FileReading>> {
    Some(read_folder(&folder("exports")?))
}

fn of<'a>(files: &'a [FileReading], name: &str) -> &'a FileReading {
    files.iter().find(|file| file.path == name).unwrap()
}

#[test]
fn an_event_without_a_root() {
    let Some(files) = read() else { return };
    let file = of(&files, "ipban_EventViewerInput1.xml");
    assert_eq!(file.format, Format::EventXml);
    let reading = &file.reading;
    assert_eq!((reading.records, reading.damaged), (1, 0));
    assert!(reading.problems.is_empty(), "{:?}", reading.problems);
    let event = reading.events.first().unwrap();
    assert_eq!(
        (event.id, event.channel.as_ref(), event.computer.as_ref()),
        (4768, "Security", "CPU.local")
    );
    assert_eq!(event.time.at.to_string(), "2025-10-29T20:48:38.001732Z");
    assert_eq!((event.strings.len(), event.names.len()), (14, 14));
    assert_eq!(event.names.last().unwrap(), "CertThumbprint");
}

#[test]
fn events_in_their_root() {
    let Some(files) = read() else { return };
    let file = of(&files, "ipban_events_fragments.xml");
    assert_eq!(file.format, Format::EventXml);
    let reading = &file.reading;
    assert_eq!((reading.records, reading.damaged), (62, 0));
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for event in &reading.events {
        *counts
            .entry(format!("{}|{}", event.provider, event.id))
            .or_default() += 1;
    }
    let expected: BTreeMap<String, u64> = FRAGMENTS
        .map(|(kind, count)| (kind.to_owned(), count))
        .into();
    assert_eq!(counts, expected);
    let times = reading.events.iter().map(|event| event.time.at);
    assert_eq!(
        times.clone().min().unwrap().to_string(),
        "2012-03-25T17:12:36.848116Z"
    );
    assert_eq!(
        times.max().unwrap().to_string(),
        "2025-09-12T18:38:21.653294Z"
    );
}

#[test]
fn an_event_of_powershell() {
    let Some(files) = read() else { return };
    let file = of(&files, "cssexchange_E16_GetWinEventOldestSystem.clixml");
    assert_eq!(file.format, Format::PowerShellClixml);
    let reading = &file.reading;
    assert_eq!((reading.records, reading.damaged), (1, 0));
    assert!(reading.problems.is_empty(), "{:?}", reading.problems);
    let event = reading.events.first().unwrap();
    assert_eq!((event.id, event.record_id), (104, Some(4762)));
    assert_eq!(event.provider.as_ref(), "Microsoft-Windows-Eventlog");
    assert_eq!(
        (event.computer.as_ref(), event.channel.as_ref()),
        ("WIN-S9MI90B3JAK", "System")
    );
    assert_eq!(
        event.strings,
        ["Administrator", "WIN-S9MI90B3JAK", "System", ""]
    );
    assert_eq!(event.time.at.to_string(), "2021-10-06T22:44:43.098612Z");
    assert_eq!(
        event.user.as_deref(),
        Some("S-1-5-21-1817384130-1785471511-337968274-500")
    );
    assert_eq!(
        event.text.as_deref(),
        Some("The System log file was cleared.")
    );
}

#[test]
fn what_is_no_export_of_events_is_left_alone() {
    let Some(files) = read() else { return };
    for name in [
        "cssexchange_E16_GetWinEventSystem.clixml",
        "cssexchange_ExchangeSetup_Reboot_Pending.log",
    ] {
        let file = of(&files, name);
        assert_eq!(file.format, Format::NotEvidence, "{name}");
        assert_eq!(file.reading.records, 0, "{name}");
    }
}

/// Every undamaged real log, shown as XML by the evtx crate and read from that, gives the events of the log itself.
#[test]
fn real_logs_shown_as_xml_give_the_same_events() {
    let Some(folder) = folder("evtx") else { return };
    let shown = tempfile::tempdir().unwrap();
    let mut logs = read_folder(&folder);
    logs.retain(|log| log.reading.damaged == 0 && log.reading.records > 0);
    for log in &logs {
        let bytes = std::fs::read(folder.join(&log.path)).unwrap();
        let settings = ParserSettings::new().indent(log.id.0 % 2 == 0);
        let parser = EvtxParser::from_buffer(bytes).unwrap();
        let mut parser = parser.with_configuration(settings);
        let records = parser.records().map(|record| record.unwrap().data);
        let elements: Vec<String> = records
            .map(|xml| xml.split_once("?>").unwrap().1.to_owned())
            .collect();
        let text = format!("<Events>{}</Events>", elements.concat());
        std::fs::write(shown.path().join(format!("{}.xml", log.path)), text).unwrap();
    }
    let (mut compared, texts) = (0, read_folder(shown.path()));
    for log in &logs {
        let text = of(&texts, &format!("{}.xml", log.path));
        assert_eq!(text.reading.records, log.reading.records, "{}", log.path);
        for (read, expected) in text.reading.events.iter().zip(&log.reading.events) {
            let mut read = read.clone();
            read.cite = expected.cite;
            assert_eq!(&read, expected, "{}", log.path);
            compared += 1;
        }
    }
    eprintln!("{compared} events of {} logs are equal", logs.len());
}
