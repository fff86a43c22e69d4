//! What is wrong with local times, or cannot be known of them.

use super::{FailedRow, Fault, Texts, counted};
use crate::case::DateOrder;
use crate::evidence::tally::Tally;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LocalFault {
    /// Records that stand on no timeline.
    Undecidable(Undecidable),
    /// Dates that no one order of day and month can read: a row and its time, twice.
    OrdersContradict {
        records: u64,
        first: (u64, String),
        second: (u64, String),
        file: String,
    },
    /// The same records stand in UTC logs at another offset than the given zone has.
    ZoneContradicted {
        zone: String,
        source: String,
        proven: String,
        /// How much later (seconds) the times are than they should be.
        late: i64,
        places: Tally,
    },
    /// The given order of day and month is not the one that the file proves.
    OrderContradicted {
        given: DateOrder,
        source: String,
        proven: DateOrder,
        proof: String,
    },
    /// Rows that are no times in the order of the file.
    Rows {
        failed: u64,
        total: u64,
        order: DateOrder,
        first: Vec<FailedRow>,
    },
    /// Times that clocks showed twice.
    Ambiguous { places: Tally, settled: u64 },
    /// Times that clocks never showed.
    Skipped(Tally),
    /// Times for which the zones that fit the proofs differ.
    Spread(Tally),
    /// The same, by more than two hours: not on the timeline.
    TooWide(Tally),
    /// Records from both sides of a change of the clocks in a form that knows no such changes.
    CurrentOffset { zone: String },
}

/// Why a file's records stand on no timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecidable {
    pub records: u64,
    /// The first and the last local time, as written.
    pub from: String,
    pub to: String,
    pub lacks_zone: bool,
    pub lacks_order: bool,
    /// What was tried and why it proves nothing, as a sentence.
    pub because: String,
    /// Path of the file.
    pub file: String,
}

/// `month/day/year`, `day/month/year`, `year/month/day`.
pub fn order_in_words(order: DateOrder) -> &'static str {
    match order {
        DateOrder::Dmy => "day/month/year",
        DateOrder::Mdy => "month/day/year",
        DateOrder::Ymd => "year/month/day",
    }
}

const NOT_THERE: &str = "None of them is on the timeline, and none counts for coverage: what they show is missing from the analysis.";
const WIDE: &str = "Each may mean more than one instant; all are allowed for, so bounds that rest on them are wider.";
const BEST: &str =
    "Save the log itself (.evt or .evtx), whose times are in UTC, and add it to the case.";

impl Fault for LocalFault {
    fn texts(&self) -> Texts {
        match self {
            Self::Undecidable(undecidable) => undecidable.texts(),
            Self::OrdersContradict {
                records,
                first,
                second,
                file,
            } => Texts::new(
                format!(
                    "Its {} cannot be placed: row {} (`{}`) and row {} (`{}`) prove opposite orders of day and month.",
                    counted(*records, "local time"),
                    first.0,
                    first.1,
                    second.0,
                    second.1
                ),
                NOT_THERE,
                format!(
                    "If it was put together from several exports, split it. Or say which order counts, and rows that \
                     contradict it are left out: {}",
                    remedy(file, false, true)
                ),
            ),
            Self::ZoneContradicted {
                zone,
                source,
                proven,
                late,
                places,
            } => Texts::new(
                format!(
                    "{source} gives {zone}, but {} of this file {} in logs with UTC at times that only {proven} explains \
                     ({}). They were placed by {zone}, {} {} than there.",
                    counted(places.count, "record"),
                    if places.count == 1 { "stands" } else { "stand" },
                    places.places(),
                    duration(late.unsigned_abs()),
                    if *late > 0 { "later" } else { "earlier" }
                ),
                "If the zone is wrong, every time from this file is wrong by that much, and so is the order of events \
                 on different servers.",
                "Correct time_zone, or add a [[log]] entry for this file with its own. If the file was saved by Event \
                 Viewer of Windows 2003 or earlier, it shows all times by the offset of the day on which it was saved \
                 (KB 129574): give that as a zone without summer time, such as \"Etc/GMT+5\" for UTC-5.",
            ),
            Self::OrderContradicted {
                given,
                source,
                proven,
                proof,
            } => Texts::new(
                format!(
                    "{source} gives {}, but the file is written {}: {proof}.",
                    order_in_words(*given),
                    order_in_words(*proven)
                ),
                "Times that can be read both ways are placed on wrong days, the others are left out.",
                format!(
                    "Correct date_order, or add a [[log]] entry for this file with date_order = \"{}\".",
                    proven.as_str()
                ),
            ),
            Self::Rows {
                failed,
                total,
                order,
                first,
            } => rows(*failed, *total, *order, first),
            Self::Ambiguous { places, settled } => Texts::new(
                format!(
                    "{} from the hour that clocks went through twice, and the order of the records does not tell which \
                     is meant ({}).{}",
                    counted(places.count, "time"),
                    places.places(),
                    if *settled > 0 {
                        format!(" For {} it does.", counted(*settled, "other"))
                    } else {
                        String::new()
                    }
                ),
                WIDE,
                BEST,
            ),
            Self::Skipped(places) => Texts::new(
                format!(
                    "{} from the hour that clocks skipped ({}).",
                    counted(places.count, "time"),
                    places.places()
                ),
                "The clock by which they were written was not set as the zone says; an hour either way is allowed for.",
                "Check the zone. Event Viewer of Windows 2003 shows all times by the offset of the day on which the \
                 file was saved (KB 129574).",
            ),
            Self::Spread(places) => Texts::new(
                format!(
                    "{} for which the zones that fit the proofs differ, mostly by summer time ({}).",
                    counted(places.count, "time"),
                    places.places()
                ),
                WIDE,
                "Name the zone of the machine on which the file was saved: time_zone in case.toml, or --timezone.",
            ),
            Self::TooWide(places) => Texts::new(
                format!(
                    "{} cannot be placed: the clocks that fit the proofs differ by more than two hours there ({}).",
                    counted(places.count, "local time"),
                    places.places()
                ),
                NOT_THERE,
                "Name the zone of the machine on which the file was saved: time_zone in case.toml, or --timezone.",
            ),
            Self::CurrentOffset { zone } => Texts::new(
                format!(
                    "Its times are from both sides of a change of the clocks in {zone}. Event Viewer of Windows 2003 \
                     shows all times by the offset of the day on which the file was saved (KB 129574, KB 158588), so \
                     those of one side may be an hour off."
                ),
                "Events may stand an hour too early or too late beside those of other logs.",
                BEST,
            ),
        }
    }
}

impl Undecidable {
    fn texts(&self) -> Texts {
        let lacking = match (self.lacks_zone, self.lacks_order) {
            (true, true) => "their time zone and the order of day and month are not known",
            (false, true) => "the order of day and month is not known",
            _ => "their time zone is not known",
        };
        let mut what = format!(
            "{}, from {} to {} local time, cannot be placed: {lacking}.",
            counted(self.records, "record"),
            self.from,
            self.to
        );
        if !self.because.is_empty() {
            what.push(' ');
            what.push_str(&self.because);
        }
        Texts::new(
            what,
            NOT_THERE,
            remedy(&self.file, self.lacks_zone, self.lacks_order),
        )
    }
}

/// The lines to add, and the options to type, for a file.
fn remedy(file: &str, zone: bool, order: bool) -> String {
    let mut lines = format!("[[log]]\nfile = {}", toml_string(file));
    let mut options = String::new();
    if zone {
        lines.push_str("\ntime_zone = \"America/New_York\"");
        options.push_str(" --timezone America/New_York");
    }
    if order {
        lines.push_str("\ndate_order = \"mdy\"");
        options.push_str(" --date-order mdy");
    }
    let named = match (zone, order) {
        (true, true) => {
            "the zone of the machine on which it was saved and its order (mdy, dmy or ymd)"
        }
        (true, false) => "the zone of the machine on which it was saved",
        _ => "its order (mdy, dmy or ymd)",
    };
    format!(
        "Add to case.toml, with {named}:\n{lines}\nOr, for all files without an entry of their own, type{options}"
    )
}

/// A TOML basic string.
pub(super) fn toml_string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

fn rows(failed: u64, total: u64, order: DateOrder, first: &[FailedRow]) -> Texts {
    let listed: Vec<String> = first
        .iter()
        .map(|row| format!("row {} (`{}`)", row.row, row.excerpt))
        .collect();
    let amount = if failed * 2 >= total {
        format!("{failed} of {total} rows, half of the file or more,")
    } else {
        counted(failed, "row")
    };
    Texts::new(
        format!(
            "{amount} could not be read: their times do not exist when read as {}. The first: {}.",
            order_in_words(order),
            listed.join("; ")
        ),
        "Events may be missing here: absence of an event in this file proves nothing.",
        "Look at these rows. If day and month are swapped in all of them, correct date_order.",
    )
}

/// `5 h`, `5 h 30 min`, `45 min`, of seconds.
pub fn duration(seconds: u64) -> String {
    match (seconds / 3600, seconds % 3600 / 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::CaseConfig;

    #[test]
    fn the_lines_to_add_can_be_added() {
        let text = remedy("a \"b\"\\c/System.csv", true, true);
        let lines = text.split_once(":\n").unwrap().1;
        let lines = lines.split_once("\nOr,").unwrap().0;
        let config = CaseConfig::parse(lines).unwrap();
        let log = config.logs.first().unwrap();
        // A path is kept with `/`, whatever was written.
        assert_eq!(log.file, "a \"b\"/c/System.csv");
        assert_eq!(log.date_order, Some(DateOrder::Mdy));
        assert!(log.time_zone.is_some());
        assert!(text.ends_with("type --timezone America/New_York --date-order mdy"));
    }
}
