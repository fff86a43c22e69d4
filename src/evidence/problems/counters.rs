//! What is wrong with files of performance counters.

use super::{Fault, Texts, counted};
use crate::evidence::tally::Tally;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CounterFault {
    /// Local times, and nobody says of which zone.
    NoZone { file: String, values: u64 },
    /// The header's offset is not that of the zone which was given.
    ZoneContradicts { zone: String, bias: i64 },
    /// Lines whose time or values could not be read.
    Unreadable(Tally),
    /// Values below zero: the system writes them where it could not measure.
    Negative(Tally),
    /// A clock that went back by about an hour or more while the offset stays that of the header.
    WentBack { line: u64, rows: u64 },
    /// Rows that are not later than the one before.
    NotLater(Tally),
    /// Rows from the hour that clocks showed twice, or not at all.
    ClockChange(Tally),
    /// More counters that matter than any server has.
    TooMany { kept: u64, left_out: u64 },
    /// Counters whose path names no server, nor does anything else.
    NoServer { file: String, counters: u64 },
}

impl Fault for CounterFault {
    /// One table of texts, longer than a function should be, so that the compiler sees that none is missing.
    fn texts(&self) -> Texts {
        match self {
            Self::NoZone { file, values } => Texts::new(
                format!(
                    "{} in local time of an unknown zone.",
                    counted(*values, "value")
                ),
                "They are left out: nobody can say when they were measured.",
                format!(
                    "Add time_zone = \"America/New_York\" to case.toml, or to a [[setting]] entry with file = \"{file}\"."
                ),
            ),
            Self::ZoneContradicts { zone, bias } => Texts::new(
                format!(
                    "Its header says that {bias} minutes have to be added to its times for UTC, which is not what clocks of \
                     {zone} showed then. The header was used."
                ),
                "If the header is that of another machine, all times are shifted.",
                "Check time_zone in case.toml; a [[setting]] entry can give the file a zone of its own.",
            ),
            Self::Unreadable(places) => Texts::new(
                format!(
                    "{} could not be read in full ({}).",
                    counted(places.count, "line"),
                    places.places()
                ),
                "These values are missing.",
                "Save the log as CSV again (relog -f csv).",
            ),
            Self::Negative(places) => Texts::new(
                format!(
                    "{} below zero ({}).",
                    counted(places.count, "value"),
                    places.places()
                ),
                "Nothing that is counted can be; the system writes such values where it could not measure (KB 177655). They \
                 are left out.",
                "Nothing needs to be done.",
            ),
            Self::WentBack { line, rows } => Texts::new(
                format!(
                    "The clock went back at line {line}; {} from there on are left out.",
                    counted(*rows, "row")
                ),
                "The header names one offset from UTC, that of the beginning. Which one holds after the change of the clock \
                 is not known.",
                "Add time_zone to case.toml: then the times are read by the rules of the zone.",
            ),
            Self::NotLater(places) => Texts::new(
                format!(
                    "{} not later than the one before ({}).",
                    if places.count == 1 {
                        "1 row is".to_owned()
                    } else {
                        format!("{} rows are", places.count)
                    },
                    places.places()
                ),
                "The clock was set, or files were joined. These rows are left out.",
                "Keep the logs of different times as files of their own.",
            ),
            Self::ClockChange(places) => Texts::new(
                format!(
                    "{} from an hour that clocks showed twice or not at all ({}).",
                    counted(places.count, "row"),
                    places.places()
                ),
                "They may mean one of two instants an hour apart and are left out.",
                "Nothing needs to be done.",
            ),
            Self::TooMany { kept, left_out } => Texts::new(
                format!("The file holds more than {kept} counters that matter."),
                format!("The last {left_out} of them are left out."),
                "Save the counters of one server alone (relog -cf FILE).",
            ),
            Self::NoServer { file, counters } => Texts::new(
                format!("{} without a server.", counted(*counters, "counter")),
                "They are left out.",
                format!("Add to case.toml: [[setting]] file = \"{file}\", server = \"BH01\"."),
            ),
        }
    }
}
