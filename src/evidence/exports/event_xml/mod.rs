//! `<Event>` elements: Event Viewer's XML, `wevtutil qe /f:xml` and `/f:RenderedXml`, `Get-WinEvent … ToXml()`.
//!
//! Event Viewer puts them into `<Events>`, wevtutil into any root that was asked for (`/e:`) or none. They are found
//! one by one ([`elements`]), so that a broken one costs only itself, and give the same events as the records of a
//! `.evtx` file do ([`element`]).

mod element;
mod elements;

use std::collections::BTreeSet;

use super::record::ExportTime;
use super::sink::Sink;
use crate::evidence::problems::{ExportFault, RowFault};
use elements::{Elements, End};

/// Languages of the message texts that are told.
const MOST_CULTURES: usize = 8;

pub fn parse(text: &str, sink: &mut Sink<'_>) {
    let mut elements = Elements::of(text);
    let (mut row, mut in_utc) = (0, 0_u64);
    let mut cultures = BTreeSet::new();
    for found in elements.by_ref() {
        row += 1;
        match element::read(found.text, row) {
            Ok(read) => {
                in_utc += u64::from(matches!(read.record.time, ExportTime::At(_)));
                if cultures.len() < MOST_CULTURES {
                    cultures.extend(read.culture);
                }
                sink.add(read.record, found.text);
            }
            Err(fault) => {
                let fault = match found.end {
                    End::Closed => fault,
                    End::NextBegins => RowFault::Other("the next one begins inside it".to_owned()),
                    End::OfFile => RowFault::Other("the file ends inside it".to_owned()),
                };
                sink.fail(row, fault, found.text);
            }
        }
    }
    if elements.root_is_open() {
        sink.fault(ExportFault::Malformed {
            at: format!("behind event {row}"),
            what: "it ends there, without the end tag of its root element".to_owned(),
        });
    }
    if in_utc > 0 {
        sink.note("Its times are in UTC.");
    }
    if !cultures.is_empty() {
        let cultures: Vec<String> = cultures.into_iter().collect();
        sink.note(format_args!(
            "Its message texts are in {}.",
            cultures.join(", ")
        ));
    }
}

#[cfg(test)]
mod tests;
