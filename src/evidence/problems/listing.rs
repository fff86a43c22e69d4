//! What is wrong with listings of folders.

use super::{Fault, Texts, TimeTrouble, counted};
use crate::evidence::tally::Tally;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListingFault {
    /// Lines of a folder of interest that could not be read.
    Unreadable(Tally),
    /// Folders whose own count of files is not that of their lines, or is missing.
    Incomplete(Tally),
    /// Times of files that could not be read, or only with a mark.
    Time { trouble: TimeTrouble, places: Tally },
}

impl Fault for ListingFault {
    fn texts(&self) -> Texts {
        match self {
            Self::Unreadable(places) => Texts::new(
                format!(
                    "{} could not be read ({}).",
                    counted(places.count, "line"),
                    places.places()
                ),
                "The files that they list are counted only if the folder's own total counts them.",
                "Make the listing again with: dir /s /a /t:w /4",
            ),
            Self::Incomplete(places) => Texts::new(
                format!(
                    "{} total does not agree with the lines above it, or is missing ({}).",
                    if places.count == 1 {
                        "1 folder's".to_owned()
                    } else {
                        format!("{} folders'", places.count)
                    },
                    places.places()
                ),
                "The listing was cut, edited or made by a tool that shows only some of the files. The total of the folder \
                 is used where it is there.",
                "Make the listing again with: dir /s /a /t:w /4",
            ),
            Self::Time { trouble, places } => time(*trouble, places),
        }
    }
}

fn time(trouble: TimeTrouble, places: &Tally) -> Texts {
    let (count, shown) = (counted(places.count, "time"), places.places());
    let left_out = "The counts are used; how old the files are is left out.";
    match trouble {
        TimeTrouble::NoZone => Texts::new(
            format!("{count} of files without a time zone ({shown})."),
            left_out,
            "Add the zone of the server to case.toml: time_zone = \"America/New_York\"",
        ),
        TimeTrouble::NoDateOrder => Texts::new(
            format!("{count} of files whose order of day and month is not known ({shown})."),
            left_out,
            "Add the order to case.toml: date_order = \"mdy\" (American) or date_order = \"dmy\" (most others)",
        ),
        TimeTrouble::OrdersContradict => Texts::new(
            "Days above 12 prove both orders of day and month in one listing.",
            left_out,
            "Save the listings of different machines as files of their own.",
        ),
        TimeTrouble::NotATime | TimeTrouble::OutOfRange => Texts::new(
            format!("{count} of files that do not exist ({shown})."),
            left_out,
            "If day and month are swapped, set date_order in case.toml.",
        ),
        TimeTrouble::Ambiguous => Texts::new(
            format!("{count} of files from the hour that clocks went through twice ({shown})."),
            "Each may mean one of two instants an hour apart; both are allowed for.",
            "Nothing can be done about it.",
        ),
        TimeTrouble::Skipped => Texts::new(
            format!("{count} of files from the hour that clocks skipped ({shown})."),
            "The clock that wrote them was not set as time_zone says; an hour either way is allowed for.",
            "Check time_zone in case.toml, and whether that machine changed to summer time.",
        ),
    }
}
