//! Performance counters as CSV or TSV: Performance Logs and Alerts, `relog`, `typeperf`.
//!
//! ```text
//! "(PDH-CSV 4.0) (Eastern Standard Time)(300)","\\BH01\SMTP Server(_Total)\Local Queue Length"
//! "03/14/2006 09:30:00.000","7"
//! ```
//!
//! Only the counters that the profile calls for are read. Times are local; see [`clock`].

mod cells;
mod clock;
mod header;
mod table;
#[cfg(test)]
mod tests;

use super::model::{Attributed, Citation, CounterSeries, Reading};
use super::problems::{CounterFault, counted};
use super::stream::EvidenceStream;
use super::taken::{self, Taken};
use super::{ReadContext, Reader};
use crate::case::{Format, FoundFile};
use clock::Clock;
use header::Header;
use table::Table;

pub struct CounterReader;

impl Reader for CounterReader {
    fn format(&self) -> Format {
        Format::CounterCsv
    }

    fn read(
        &self,
        file: &FoundFile,
        stream: &mut EvidenceStream<'_>,
        context: &ReadContext<'_>,
    ) -> Reading {
        let mut general = Vec::new();
        let mut reading = Reading::default();
        if let Some(text) = taken::read_text(file, stream, context, &mut general) {
            // `typeperf` begins with an empty line.
            let mut lines = text
                .lines()
                .zip(1..)
                .skip_while(|(line, _)| line.trim().is_empty());
            let first = lines.next().map_or("", |(line, _)| line);
            let header = Header::read(first, context.counters);
            reading.notes.push(header.note());
            if !header.columns.is_empty() {
                let mut faults = Vec::new();
                let rules = taken::rules(&file.path, context);
                let clock = Clock::choose(&header, rules.zone, lines.clone(), &mut faults);
                reading.notes.push(clock.note(&header));
                let table = Table::read(&header, lines, clock);
                reading.records = table.rows;
                reading.damaged = table.damaged();
                reading.counters = series(file, context, &header, table, &mut faults, &mut general);
                taken::report(&mut reading, file, faults);
            }
        }
        taken::report(&mut reading, file, general);
        reading
    }
}

fn series(
    file: &FoundFile,
    context: &ReadContext<'_>,
    header: &Header,
    table: Table,
    faults: &mut Vec<CounterFault>,
    general: &mut Vec<super::problems::TakenFault>,
) -> Vec<CounterSeries> {
    if header.left_out > 0 {
        faults.push(CounterFault::TooMany {
            kept: header.columns.len() as u64,
            left_out: header.left_out,
        });
    }
    let points = table.into_points(&file.path, faults);
    let server_of_file: Option<Attributed<String>> =
        match header.columns.iter().all(|column| column.server.is_some()) {
            true => None,
            false => Taken::server_of(file, context, general),
        };
    let mut nameless = 0;
    let mut series = Vec::new();
    for (column, points) in header.columns.iter().zip(points) {
        let fallback = server_of_file.as_ref().map(|server| &server.value);
        let Some(server) = column.server.as_ref().or(fallback) else {
            nameless += 1;
            continue;
        };
        if !points.is_empty() {
            series.push(CounterSeries {
                cite: Citation {
                    file: file.id,
                    record: column.number,
                },
                server: server.clone(),
                counter: column.counter.clone(),
                points,
            });
        }
    }
    if nameless > 0 {
        faults.push(CounterFault::NoServer {
            file: file.path.clone(),
            counters: nameless,
        });
    }
    series
}

/// `3 counters that matter`.
fn counters(count: usize) -> String {
    counted(count as u64, "counter")
}
