//! The timeline of the made-up incident.

use super::at;
use crate::analysis::findings::Findings;
use crate::time::Timestamp;
use crate::timeline::row::Row;

/// The rows of the timeline that belong to [`findings`]: every scan failure, restart, capture and change.
pub fn rows(findings: &Findings) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut record = 4000;
    for burst in &findings.bursts {
        let step = burst.end.since(burst.start) / i64::try_from(burst.events).unwrap().max(1);
        for i in 0..i64::try_from(burst.events).unwrap() {
            record += 3;
            let name = format!("<20060308{:04}.GA@corp.example>", i % 60);
            rows.push(failure(
                burst.start.plus(i * step),
                &burst.server,
                record,
                &name,
            ));
        }
    }
    // Outside of bursts, some failures on the bridgeheads, until the change.
    for day in 6..20 {
        for (server, hour) in [("BH01", 9), ("BH02", 16)] {
            record += 7;
            let time = at(&format!(
                "2006-03-{day:02}T{hour:02}:{:02}:07Z",
                (day * 7) % 60
            ));
            rows.push(failure(
                time,
                server,
                record,
                &format!("<lone{day}@corp.example>"),
            ));
        }
    }
    for restart in &findings.restarts {
        let Some(time) = restart.started_at else {
            continue;
        };
        let summary = format!("SMTP runs again ({})", restart.id);
        let evidence = restart.evidence.first().cloned().unwrap_or_default();
        rows.push(Row {
            time,
            kind: "restart".to_owned(),
            summary,
            evidence,
            ..Row::blank(at("2006-03-06T05:00:00Z"), &restart.server)
        });
    }
    for c in &findings.captures {
        let kind = if c.count == 0 { "empty_table" } else { "seen" };
        rows.push(Row {
            time: c.at,
            kind: kind.to_owned(),
            place: Some(c.place.clone()),
            summary: format!("{} lists {} messages", c.place, c.count),
            evidence: c.evidence.clone(),
            ..Row::blank(at("2006-03-06T05:00:00Z"), &c.server)
        });
    }
    for change in &findings.interventions {
        rows.push(Row {
            time: change.at,
            kind: "intervention".to_owned(),
            summary: change.what.clone(),
            ..Row::blank(
                at("2006-03-06T05:00:00Z"),
                change.server.as_deref().unwrap_or_default(),
            )
        });
    }
    rows.sort();
    rows
}

fn failure(time: Timestamp, server: &str, record: u64, message_id: &str) -> Row {
    Row {
        time,
        kind: "scan_failure".to_owned(),
        message_id: Some(message_id.to_owned()),
        log: Some("Application".to_owned()),
        provider: Some("MSExchangeTransport".to_owned()),
        event_id: Some(348),
        level: Some("Error".to_owned()),
        summary: format!(
            "{message_id} could not be virus scanned, to be retried later, error code 0x0"
        ),
        evidence: format!("E{}#{record}", if server == "BH01" { 3 } else { 6 }),
        ..Row::blank(at("2006-03-06T05:00:00Z"), server)
    }
}
