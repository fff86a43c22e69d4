//! Bringing copies together: one record is one event, however many files hold it.

use polars::prelude::{
    Column, DataFrame, DataType, IdxCa, IdxSize, IntoColumn, NamedFrom, PolarsError, Series,
    SortMultipleOptions,
};

use super::{TimedEvent, Timeline};
use crate::evidence::model::{Origin, Problem};

/// Why a timeline could not be built. Only the table engine can fail, by running out of memory or rows.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the timeline's table could not be built: {0}")]
    Table(#[from] PolarsError),
    #[error("the timeline holds more rows than the table engine can number")]
    TooMany,
}

pub(super) struct Merged {
    pub events: Vec<TimedEvent>,
    pub duplicates: u64,
}

/// Puts events in order and folds copies of one record (same computer, log, record number, time and kind)
/// into the first of them in order of evidence.
pub(super) fn merge(events: Vec<TimedEvent>) -> Result<Merged, Error> {
    let order = order(&events)?;
    let mut slots: Vec<Option<TimedEvent>> = events.into_iter().map(Some).collect();
    let mut merged = Merged {
        events: Vec::with_capacity(slots.len()),
        duplicates: 0,
    };
    for index in order {
        let Some(event) = slots.get_mut(index as usize).and_then(Option::take) else {
            continue;
        };
        match merged.events.last_mut() {
            Some(last) if same_record(last, &event) => {
                last.copies.push(event.event.cite);
                merged.duplicates += 1;
            }
            _ => merged.events.push(event),
        }
    }
    Ok(merged)
}

fn same_record(a: &TimedEvent, b: &TimedEvent) -> bool {
    a.at == b.at
        && a.server == b.server
        && a.event.record_id == b.event.record_id
        && a.event.id == b.event.id
        && a.event.channel.eq_ignore_ascii_case(&b.event.channel)
        && a.event.provider.eq_ignore_ascii_case(&b.event.provider)
}

/// The events' numbers in the order of time, server, log, record number, evidence.
fn order(events: &[TimedEvent]) -> Result<Vec<IdxSize>, Error> {
    let rows = IdxSize::try_from(events.len()).map_err(|_| Error::TooMany)?;
    let text = |name: &str, of: &dyn Fn(&TimedEvent) -> String| -> Column {
        Series::new(name.into(), events.iter().map(of).collect::<Vec<_>>()).into_column()
    };
    let time: Vec<i64> = events.iter().map(|e| e.at.micros()).collect();
    let record: Vec<Option<u64>> = events.iter().map(|e| e.event.record_id).collect();
    let file: Vec<u32> = events.iter().map(|e| e.event.cite.file.0).collect();
    let table = DataFrame::new(
        events.len(),
        vec![
            Series::new("time".into(), time).into_column(),
            text("server", &|e| e.server.to_string()),
            text("log", &|e| e.event.channel.to_lowercase()),
            Series::new("record".into(), record).into_column(),
            Series::new("file".into(), file).into_column(),
            IdxCa::from_vec("row".into(), (0..rows).collect()).into_column(),
        ],
    )?;
    let sorted = table.sort(
        ["time", "server", "log", "record", "file", "row"],
        SortMultipleOptions::default().with_maintain_order(true),
    )?;
    let numbers = sorted.column("row")?.cast(&DataType::UInt64)?;
    let numbers: Vec<IdxSize> = numbers
        .u64()?
        .iter()
        .flatten()
        .filter_map(|n| IdxSize::try_from(n).ok())
        .collect();
    Ok(numbers)
}

/// Orders captures and drops second copies of one capture, reporting what was learnt by guesswork.
pub(super) fn settle_snapshots(timeline: &mut Timeline) {
    timeline.snapshots.sort_by(|a, b| {
        (a.at, &a.server, &a.snapshot.table.value, a.snapshot.cite).cmp(&(
            b.at,
            &b.server,
            &b.snapshot.table.value,
            b.snapshot.cite,
        ))
    });
    timeline.snapshots.dedup_by(|later, earlier| {
        let (a, b) = (&earlier.snapshot, &later.snapshot);
        earlier.at == later.at
            && earlier.server == later.server
            && a.table.value == b.table.value
            && a.complete == b.complete
            && a.rows.len() == b.rows.len()
            && a.rows.iter().zip(&b.rows).all(|(x, y)| {
                x.message_id == y.message_id
                    && x.entry_id == y.entry_id
                    && x.record_key == y.record_key
            })
    });
    let guessed = timeline.snapshots.iter().filter(|s| {
        let s = &s.snapshot;
        [s.server.from, s.table.from, s.captured_at.from]
            .iter()
            .any(|&o| o >= Origin::FolderName)
    });
    for guess in guessed {
        let s = &guess.snapshot;
        timeline.problems.push(Problem {
            evidence: s.cite.file.to_string(),
            what: format!(
                "The capture of {} on {} takes its server from {}, its table from {} and its time from {}.",
                s.table.value,
                guess.server,
                s.server.from.as_str(),
                s.table.from.as_str(),
                s.captured_at.from.as_str()
            ),
            why_it_matters: "A wrong server, table or time puts these messages in the wrong place."
                .to_owned(),
            what_to_do: "Confirm it with a [[snapshot]] entry in case.toml.".to_owned(),
        });
    }
}
