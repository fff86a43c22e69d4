//! Registry exports: `.reg` files and what `reg query` prints.
//!
//! Both parsers hand keys and values to a [`Collector`], which keeps those that the profile calls for, and what tells
//! whose registry it is. Everything else in an export is passed over.

mod collect;
mod data;
mod query;
mod regedit;

#[cfg(test)]
mod tests;

use super::model::{Attributed, Citation, Reading, RegistryExport};
use super::problems::counted;
use super::stream::EvidenceStream;
use super::taken::{self, Taken};
use super::{ReadContext, Reader};
use crate::case::{Format, FoundFile};
use crate::time::Stamp;
use collect::{Collected, Collector};

/// `.reg` files.
pub struct FileReader;

/// `reg query`.
pub struct QueryReader;

impl Reader for FileReader {
    fn format(&self) -> Format {
        Format::RegistryFile
    }

    fn read(
        &self,
        file: &FoundFile,
        stream: &mut EvidenceStream<'_>,
        context: &ReadContext<'_>,
    ) -> Reading {
        let code_page = context.config.code_page_of(&file.path);
        read(file, stream, context, |text, collector| {
            regedit::parse(text, code_page, collector);
        })
    }
}

impl Reader for QueryReader {
    fn format(&self) -> Format {
        Format::RegistryQuery
    }

    fn read(
        &self,
        file: &FoundFile,
        stream: &mut EvidenceStream<'_>,
        context: &ReadContext<'_>,
    ) -> Reading {
        read(file, stream, context, query::parse)
    }
}

fn read(
    file: &FoundFile,
    stream: &mut EvidenceStream<'_>,
    context: &ReadContext<'_>,
    parse: impl FnOnce(&str, &mut Collector<'_>),
) -> Reading {
    let mut faults = Vec::new();
    let mut reading = Reading::default();
    if let Some(text) = taken::read_text(file, stream, context, &mut faults) {
        let mut collector = Collector::new(file.id, context.settings);
        parse(&text, &mut collector);
        let found = collector.finish();
        reading.records = found.records;
        reading.damaged = found.damaged;
        reading.notes = notes(&found);
        if !found.keys.is_empty() {
            let holds = counted(found.values.len() as u64, "value");
            let known = Taken::of(file, context, found.server.clone(), &mut faults).require(
                file,
                holds,
                &mut faults,
            );
            reading.registry = known
                .map(|(server, at)| export(found.cite, server, at, found.keys, found.values))
                .into_iter()
                .collect();
            taken::report(&mut reading, file, found.faults);
        }
    }
    taken::report(&mut reading, file, faults);
    reading
}

fn export(
    cite: Citation,
    server: Attributed<String>,
    at: Attributed<Stamp>,
    keys: Vec<String>,
    values: Vec<super::model::RegistryValue>,
) -> RegistryExport {
    RegistryExport {
        cite,
        server,
        at,
        keys,
        values,
    }
}

fn notes(found: &Collected) -> Vec<String> {
    let all = counted(found.records, "value");
    let mut notes = vec![if found.keys.is_empty() {
        format!("It is an export of {all} under keys that play no part here; it was left alone.")
    } else {
        format!(
            "It holds {} under {} that matter, of {all} in all.",
            counted(found.values.len() as u64, "value"),
            counted(found.keys.len() as u64, "key")
        )
    }];
    if !found.time_zone.is_empty() {
        let settings: Vec<String> = found
            .time_zone
            .iter()
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        notes.push(format!(
            "The server's time zone as it was set: {}.",
            settings.join(", ")
        ));
    }
    notes
}
