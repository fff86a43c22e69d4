//! What the made-up incident is known from: captures, coverage, files and their problems.

use super::{at, mail};
use crate::analysis::findings::*;
use crate::time::HOUR;

pub fn captures() -> Vec<Capture> {
    let capture = |time: &str, server: &str, place: &str, count, complete, file: u32| Capture {
        at: at(time),
        server: server.to_owned(),
        place: place.to_owned(),
        count,
        complete,
        tool: Some("MFCMAPI 6.0".to_owned()),
        evidence: format!("E{file}#1"),
    };
    vec![
        capture("2006-03-14T14:30:00Z", "BH01", "TempTable#1", 31, true, 9),
        capture("2006-03-14T14:36:00Z", "BH01", "TempTable#2", 6, true, 10),
        capture("2006-03-15T11:03:00Z", "BH01", "TempTable#1", 22, false, 11),
        capture("2006-03-15T11:40:00Z", "BH01", "TempTable#1", 0, true, 12),
        capture("2006-03-15T11:42:00Z", "BH01", "TempTable#2", 0, true, 13),
        capture("2006-03-16T15:05:00Z", "BH02", "TempTable#1", 7, true, 14),
        capture("2006-03-19T03:30:00Z", "BH02", "TempTable#1", 0, true, 15),
        capture("2006-03-21T13:10:00Z", "BH01", "TempTable#1", 0, true, 16),
        capture("2006-03-21T13:12:00Z", "BH01", "TempTable#2", 0, true, 17),
        capture("2006-03-21T22:01:00Z", "BH02", "TempTable#1", 0, true, 18),
    ]
}

pub fn coverage() -> Vec<Coverage> {
    let mut all = Vec::new();
    for (server, records) in [
        ("BE01", 9_120),
        ("BH01", 18_411),
        ("BH02", 12_007),
        ("FE01", 7_344),
    ] {
        for log in ["Application", "System"] {
            let holes = if server == "BH02" && log == "Application" {
                vec![Hole {
                    from: at("2006-03-11T02:10:00Z"),
                    to: at("2006-03-11T19:45:00Z"),
                    why: "record ids 6120 to 6544 are missing".to_owned(),
                }]
            } else {
                Vec::new()
            };
            all.push(Coverage {
                server: server.to_owned(),
                log: log.to_owned(),
                from: at("2006-03-06T05:00:00Z").plus(if log == "System" { 5 * HOUR } else { 0 }),
                to: at("2006-03-27T05:00:00Z"),
                records: if log == "System" {
                    records / 6
                } else {
                    records
                },
                holes,
            });
        }
    }
    all.extend(mail::coverage());
    all.sort_by(|a, b| (&a.server, &a.log).cmp(&(&b.server, &b.log)));
    all
}

pub fn problems() -> Vec<Problem> {
    let problem = |evidence: &str, what: &str, why_it_matters: &str, what_to_do: &str| Problem {
        evidence: evidence.to_owned(),
        what: what.to_owned(),
        why_it_matters: why_it_matters.to_owned(),
        what_to_do: what_to_do.to_owned(),
    };
    vec![
        problem(
            "E5",
            "Two chunks of BH02/Application.evtx are damaged; 425 records are lost.",
            "Event 348 in those hours cannot be seen.",
            "Copy the log again, if the server still has it.",
        ),
        problem(
            "E11",
            "The capture walked 12 of 20 subfolders.",
            "A message missing from it may still have been in the table.",
            "Capture all subfolders.",
        ),
        problem(
            "",
            "No temp table of FE01 and BE01 was looked at.",
            "Mail can be held without event 348 (KB 950757).",
            "Look at TempTable#1 of both with MFCMAPI.",
        ),
    ]
}

pub fn evidence() -> Vec<EvidenceFile> {
    let paths = [
        "case.toml",
        "be01/Application.evtx",
        "bh01/Application.evtx",
        "bh01/System.evtx",
        "bh02/Application.evtx",
        "bh02/System.evtx",
        "fe01/Application.evtx",
        "fe01/System.evtx",
        "snapshots/BH01_TT1_2006-03-14T0930-0500.json",
        "snapshots/BH01_TT2_2006-03-14T0936-0500.json",
        "snapshots/BH01_TempTable#1_20060315T110300Z_partial.csv",
        "snapshots/BH01_TempTable#1_20060315T114000Z.csv",
        "snapshots/BH01_TempTable#2_20060315T114200Z.csv",
        "snapshots/BH02_TT1_2006-03-16T1005-0500.json",
        "snapshots/BH02_TT1_2006-03-18T2230-0500.json",
        "snapshots/BH01_TT1_2006-03-21T0810-0500.json",
        "snapshots/BH01_TT2_2006-03-21T0812-0500.json",
        "snapshots/BH02_TT1_2006-03-21T1701-0500.json",
        "bh01/tracking/20060313.log",
        "bh02/tracking/20060321.log",
        "bh01/before.reg",
        "bh01/after.reg",
        "bh01/counters.csv",
        "bh01/queue.txt",
    ];
    paths
        .iter()
        .enumerate()
        .map(|(i, path)| {
            let log = path.ends_with(".evtx");
            EvidenceFile {
                id: format!("E{}", i + 1),
                path: (*path).to_owned(),
                sha256: format!(
                    "{:064x}",
                    (0x9e37_79b9_7f4a_7c15_u128 * 0x1234_5678_9abc_def1)
                        .wrapping_mul(i as u128 + 1)
                ),
                bytes: if log {
                    1_118_208 + 65_536 * i as u64
                } else {
                    2_310 + 97 * i as u64
                },
                format: format(path).to_owned(),
                recognised_by: if log {
                    "the signature ElfFile"
                } else {
                    "its fields"
                }
                .to_owned(),
                notes: Vec::new(),
                servers: ["BE01", "BH01", "BH02", "FE01"]
                    .into_iter()
                    .filter(|name| path.to_uppercase().contains(name))
                    .map(str::to_owned)
                    .collect(),
                records: if log { 9_000 + i as u64 } else { 7 },
                recovered: 0,
                damaged: if *path == "bh02/Application.evtx" {
                    425
                } else {
                    0
                },
                from: log.then(|| at("2006-03-06T05:00:00Z")),
                to: log.then(|| at("2006-03-27T05:00:00Z")),
            }
        })
        .collect()
}

fn format(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, end)| end) {
        Some("evtx") => "Windows event log (EVTX)",
        Some("log") => "message tracking log",
        Some("reg") => "registry export",
        Some("txt") => "listing of a folder",
        _ if path.ends_with("counters.csv") => "performance counters",
        _ => "temp table snapshot",
    }
}
