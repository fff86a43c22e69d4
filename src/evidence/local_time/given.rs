//! Zone and order of day and month as somebody gives them for a file.

use chrono_tz::Tz;

use crate::case::DateOrder;
use crate::evidence::ReadContext;

/// A value and who gave it, as a phrase: `case.toml`, `the command line`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told<T> {
    pub value: T,
    pub by: &'static str,
}

/// What is given for one file; the closest `[[log]]` entry counts before the command line, that before the case's own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given {
    pub zone: Option<Told<Tz>>,
    pub order: Option<Told<DateOrder>>,
}

impl Given {
    pub fn of(path: &str, context: &ReadContext<'_>) -> Self {
        let entries = context.config.logs_of(path);
        Self {
            zone: told(
                entries.iter().find_map(|entry| entry.time_zone),
                context.time_zone,
                context.config.time_zone,
                "--timezone",
            ),
            order: told(
                entries.iter().find_map(|entry| entry.date_order),
                context.date_order,
                context.config.date_order,
                "--date-order",
            ),
        }
    }
}

fn told<T: Copy + PartialEq>(
    entry: Option<T>,
    used: Option<T>,
    configured: Option<T>,
    option: &'static str,
) -> Option<Told<T>> {
    let by_entry = entry.map(|value| Told {
        value,
        by: "its [[log]] entry in case.toml",
    });
    by_entry.or_else(|| {
        let by = if used == configured {
            "case.toml"
        } else {
            option
        };
        used.map(|value| Told { value, by })
    })
}
