//! Events in few words: `10:00 BH01 348 <a@b> 0x0`, `10:40 BH01 smtp stopped`, `11:00 BH01 boot`.

use chrono::{DateTime, Utc};
use forge::record::{EventRecord, Payload};

use super::clock;

/// What a line can say after time and server; shown when it says something else.
const FORMS: &str = "348 <id> CODE | smtp/iis/store/scanner stopped/running/crashed | smtp ordered by ACCOUNT | boot | \
                     clean shutdown | unexpected shutdown | ordered shutdown by ACCOUNT | signed 327 <id> | scanner killed";

/// Keywords of a classic event.
const CLASSIC: u64 = 0x0080_0000_0000_0000;
const SCM: &str = "Service Control Manager";

/// The events that one line means; their record ids are given when the log is written.
pub fn parse(line: &str) -> Vec<EventRecord> {
    let words: Vec<&str> = line.split_whitespace().collect();
    // A day may stand before the time.
    let days = usize::from(words.first().is_some_and(|word| !word.contains(':')));
    let (when, rest) = words.split_at((days + 1).min(words.len()));
    let [server, what @ ..] = rest else {
        panic!("`{line}`: time, server, event")
    };
    let at = clock::at(&when.join(" "));
    let event = |channel, provider, id, strings: &[&str]| {
        vec![classic(at, server, channel, provider, id, strings)]
    };
    match what {
        ["348", message, code] => {
            event("Application", "MSExchangeTransport", 348, &[message, code])
        }
        ["348"] => event("Application", "MSExchangeTransport", 348, &[]),
        ["327", message] => event(
            "Application",
            "MSExchangeTransport",
            327,
            &[
                "EcLocallyDeliverMsg",
                "-2147024882",
                message,
                "db",
                "folder",
            ],
        ),
        ["scanner", "killed"] => event(
            "Application",
            "Symantec Mail Security for Microsoft Exchange",
            327,
            &[
                "SAVFMSESp.exe",
                "SAVFMSECtrl process failed to communicate with SAVFMSESp process.",
            ],
        ),
        [name, state @ ("stopped" | "running")] => {
            event("System", SCM, 7036, &[service(name, line), state])
        }
        [name, "crashed"] => {
            let strings = [service(name, line), "1", "0", "0", "No action"];
            event("System", SCM, 7031, &strings)
        }
        [name, "ordered", "by", account] => {
            let mut events = event("System", SCM, 7035, &[service(name, line), "stop"]);
            events[0].user_sid = Some((*account).to_owned());
            events
        }
        ["boot"] => [
            classic(
                at,
                server,
                "System",
                "EventLog",
                6009,
                &["5.02.", "3790", "Service Pack 1"],
            ),
            classic(at, server, "System", "EventLog", 6005, &[]),
        ]
        .into(),
        ["clean", "shutdown"] => event("System", "EventLog", 6006, &[]),
        ["unexpected", "shutdown"] => event("System", "EventLog", 6008, &["10:00:00", "3/14/2006"]),
        ["ordered", "shutdown", "by", account] => {
            let strings = [
                "explorer.exe",
                server,
                "Other (Planned)",
                "0x80000000",
                "restart",
                "",
                account,
            ];
            event("System", "USER32", 1074, &strings)
        }
        _ => panic!("`{line}`: after time and server one of: {FORMS}"),
    }
}

fn service(name: &str, line: &str) -> &'static str {
    match name {
        "smtp" => "Simple Mail Transfer Protocol (SMTP)",
        "iis" => "IIS Admin Service",
        "store" => "Microsoft Exchange Information Store",
        "scanner" => "Symantec Mail Security for Microsoft Exchange",
        _ => panic!("`{line}`: services are smtp, iis, store and scanner"),
    }
}

/// A classic event of Windows 2003 days, as a later Windows saves it.
pub fn classic(
    time: DateTime<Utc>,
    computer: &str,
    channel: &str,
    provider: &str,
    id: u16,
    strings: &[&str],
) -> EventRecord {
    EventRecord {
        record_id: 0,
        time,
        provider: provider.to_owned(),
        id,
        qualifiers: 0x4000,
        level: 4,
        task: 0,
        keywords: CLASSIC,
        channel: channel.to_owned(),
        computer: computer.to_owned(),
        user_sid: None,
        payload: Payload::Classic {
            strings: strings.iter().map(|&text| text.to_owned()).collect(),
            binary: Vec::new(),
        },
    }
}
