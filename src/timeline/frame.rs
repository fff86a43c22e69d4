//! The timeline as a polars table, for programs that read Parquet.
//!
//! Schema (stable; one row a [`Row`]): `time` datetime\[µs, UTC text in the CSV\], `server`, `kind`, `place`,
//! `message_id`, `log`, `provider` text, `event_id` u32, `level`, `summary`, `evidence`, `original_time` text.

use std::io::Write;

use polars::prelude::{
    Column, DataFrame, DataType, IntoColumn, NamedFrom, ParquetWriter, PolarsError, Series,
    TimeUnit,
};

use super::row::Row;

/// The rows as a table. Times are microseconds since 1970 in UTC.
pub fn frame(rows: &[Row]) -> Result<DataFrame, PolarsError> {
    let texts = |name: &str, of: &dyn for<'r> Fn(&'r Row) -> Option<&'r str>| -> Column {
        Series::new(name.into(), rows.iter().map(of).collect::<Vec<_>>()).into_column()
    };
    let time: Vec<i64> = rows.iter().map(|r| r.time.micros()).collect();
    let ids: Vec<Option<u32>> = rows.iter().map(|r| r.event_id).collect();
    let time =
        Series::new("time".into(), time).cast(&DataType::Datetime(TimeUnit::Microseconds, None))?;
    DataFrame::new(
        rows.len(),
        vec![
            time.into_column(),
            texts("server", &|r| Some(&r.server)),
            texts("kind", &|r| Some(&r.kind)),
            texts("place", &|r| r.place.as_deref()),
            texts("message_id", &|r| r.message_id.as_deref()),
            texts("log", &|r| r.log.as_deref()),
            texts("provider", &|r| r.provider.as_deref()),
            Series::new("event_id".into(), ids).into_column(),
            texts("level", &|r| r.level.as_deref()),
            texts("summary", &|r| Some(&r.summary)),
            texts("evidence", &|r| Some(&r.evidence)),
            texts("original_time", &|r| r.original_time.as_deref()),
        ],
    )
}

/// Writes the rows as Parquet.
pub fn write_parquet(rows: &[Row], out: &mut dyn Write) -> Result<(), PolarsError> {
    let mut table = frame(rows)?;
    ParquetWriter::new(out).finish(&mut table)?;
    Ok(())
}
