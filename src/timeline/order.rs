//! Bringing events into their one order, by polars.

use polars::prelude::{
    Column, DataFrame, DataType, IdxCa, IdxSize, IntoColumn, NamedFrom, PolarsError, Series,
    SortMultipleOptions,
};

use super::TimedEvent;

/// Why a timeline could not be built. Only the table engine can fail, by running out of memory or rows.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the timeline's table could not be built: {0}")]
    Table(#[from] PolarsError),
    #[error("the timeline holds more rows than the table engine can number")]
    TooMany,
}

/// Puts events in the order of time, server, log, record number, evidence.
pub(super) fn in_order(events: Vec<TimedEvent>) -> Result<Vec<TimedEvent>, Error> {
    let order = order(&events)?;
    let mut slots: Vec<Option<TimedEvent>> = events.into_iter().map(Some).collect();
    let event = |index: IdxSize| slots.get_mut(index as usize).and_then(Option::take);
    Ok(order.into_iter().filter_map(event).collect())
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
    let cited: Vec<u64> = events.iter().map(|e| e.event.cite.record).collect();
    let table = DataFrame::new(
        events.len(),
        vec![
            Series::new("time".into(), time).into_column(),
            text("server", &|e| e.server.to_string()),
            text("log", &|e| e.event.channel.to_lowercase()),
            Series::new("record".into(), record).into_column(),
            Series::new("file".into(), file).into_column(),
            Series::new("cited".into(), cited).into_column(),
            IdxCa::from_vec("row".into(), (0..rows).collect()).into_column(),
        ],
    )?;
    let sorted = table.sort(
        ["time", "server", "log", "record", "file", "cited", "row"],
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
