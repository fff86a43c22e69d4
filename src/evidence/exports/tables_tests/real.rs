//! Files of other people: none is claimed that is no such export, and rows of one are those of its log.

use std::path::PathBuf;

use super::*;
use crate::evidence::model::Level;

/// Where the real files are, if they are.
fn real_folder() -> Option<PathBuf> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from)?;
    let folder = package.join("../shared/real");
    let present = folder.join("expected.json").is_file();
    if !present {
        eprintln!(
            "not run: the real evidence files are not at {}",
            folder.display()
        );
    }
    present.then_some(folder)
}

#[test]
fn no_other_text_is_claimed() {
    let Some(folder) = real_folder() else {
        return;
    };
    let ours: Vec<Format> = READERS.iter().map(|reader| reader.format()).collect();
    let mut seen = 0;
    for name in ["exports", "smtp_protocol", "w3c", "evt", "evtx", "."] {
        for entry in std::fs::read_dir(folder.join(name)).unwrap() {
            let path = entry.unwrap().path();
            if !path.is_file() {
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            let start = bytes.get(..70 * 1024).unwrap_or(&bytes);
            let format = recognise(&Head::new(start, bytes.len() as u64, false, None)).format;
            assert!(
                !ours.contains(&format),
                "{} is no {format:?}",
                path.display()
            );
            seen += 1;
        }
    }
    assert!(seen > 20);
}

/// A public log and the beginning of what a German Event Viewer saved of it (times and identifiers; the messages
/// shortened): 14 of its records, newest first.
#[test]
fn rows_are_those_of_the_log() {
    let Some(folder) = real_folder() else {
        return;
    };
    let name =
        "EVTX-to-MITRE-Attack__ID354-808-Mimispool_printer_installation_PrintNightmare_.evtx";
    let Ok(bytes) = std::fs::read(folder.join("evtx").join(name)) else {
        eprintln!("not run: {name} is not there");
        return;
    };
    let mut rows = String::from("Ebene,Datum und Uhrzeit,Quelle,Ereignis-ID,Aufgabenkategorie\n");
    let saved = [
        317, 301, 302, 302, 808, 808, 823, 306, 354, 306, 306, 304, 300, 316,
    ];
    for id in saved {
        let level = match id {
            808 | 354 => "Fehler",
            _ => "Informationen",
        };
        let row = format!(
            "{level},27.10.2021 12:28:26,Microsoft-Windows-PrintService,{id},Initialisierung,\"Fehler: 2.\n. Text\"\n"
        );
        rows.push_str(&row);
    }
    let (_, reading) = read(&rows);
    let mut read: Vec<(u16, Level)> = events(&reading)
        .iter()
        .map(|(_, event)| (event.id, event.level))
        .collect();
    let mut logged = logged(&bytes);
    assert!(logged.len() >= read.len());
    read.sort_unstable();
    logged.sort_unstable();
    for pair in &read {
        let count = |list: &[(u16, Level)]| list.iter().filter(|other| *other == pair).count();
        assert!(count(&logged) >= count(&read), "{pair:?}");
    }
}

/// Identifier and level of every record, by the reader of `.evtx`.
fn logged(bytes: &[u8]) -> Vec<(u16, Level)> {
    let file = FoundFile {
        id: FileId(1),
        path: "log.evtx".to_owned(),
        source: Source::Memory(bytes.into()),
        format: Format::Evtx,
        recognised_by: String::new(),
        bytes: bytes.len() as u64,
    };
    let config = CaseConfig::default();
    let context = ReadContext::new(&config, &|_, _, _| true);
    let mut stream = EvidenceStream::open(&file, &NoProgress).unwrap();
    let reading = crate::evidence::evtx::EvtxReader.read(&file, &mut stream, &context);
    reading.events.iter().map(|e| (e.id, e.level)).collect()
}
