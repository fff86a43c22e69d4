//! What is to be said of all records of a file together.

use super::Lacks;
use crate::evidence::exports::sink::Sink;
use crate::evidence::problems::ExportFault;

/// Counts what records lack.
#[derive(Debug, Default)]
pub struct Summary {
    records: u64,
    strings_lost: u64,
    mute: u64,
    levels_unknown: u64,
}

impl Summary {
    pub fn add(&mut self, lacks: Lacks) {
        self.records += 1;
        self.strings_lost += u64::from(lacks.strings_lost);
        self.mute += u64::from(lacks.mute);
        self.levels_unknown += u64::from(lacks.level_unknown);
    }

    pub fn tell(&self, sink: &mut Sink<'_>) {
        if self.strings_lost > 0 {
            sink.note(format_args!(
                "The insertion strings of {} of its {} records were lost when it was saved (-Depth was too small); \
                 only message texts can give them.",
                self.strings_lost, self.records
            ));
        }
        if self.levels_unknown > 0 {
            sink.note(format_args!(
                "{} of its {} records name their severity in words that are not known; they count as without one.",
                self.levels_unknown, self.records
            ));
        }
        if self.records > 0 && self.mute == self.records {
            sink.fault(ExportFault::NoStrings);
        }
    }
}
