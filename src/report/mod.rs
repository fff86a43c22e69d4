//! The report: views of the findings, written together.
//!
//! Nothing here concludes anything. [`write()`] takes the finished [`Findings`](crate::analysis::findings::Findings)
//! and the rows of the timeline, turns them into a page (`view`), draws the charts (`charts`), and puts the
//! files in place all at once. HTML and Markdown come from the same page; JSON and CSV from the same input.

mod charts;
mod error;
pub(crate) mod escape;
mod folder;
pub mod format;
mod html;
mod json;
mod manifest;
mod markdown;
mod sweep;
mod timeline_csv;
mod totals;
mod view;
mod write;

#[cfg(test)]
mod testdata;
#[cfg(test)]
mod tests;

pub use error::Error;
pub use escape::visible;
pub use manifest::{FileRef, Manifest};
pub use totals::Totals;
pub use view::words;
pub use write::{ParquetWriter, RunInfo, WritePlan, Written, check, folder_name, write};
