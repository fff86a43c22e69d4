//! Time as evidence gives it: an instant in UTC, how precise it is, and intervals of what is possible.
//!
//! Everything the analysis compares is a [`Timestamp`]: whole microseconds since 1970-01-01T00:00:00Z.
//! What a file wrote is a [`Stamp`]: the instant plus the width of the interval that the text leaves open
//! (a time in whole seconds is an interval of a second) and the text itself.

mod bracket;
mod interval;
mod stamp;
mod timestamp;

pub use bracket::Bracket;
pub use interval::Interval;
pub use stamp::Stamp;
pub use timestamp::Timestamp;

/// Microseconds in one second, the unit of [`Timestamp`].
pub const SECOND: i64 = 1_000_000;
/// Microseconds in one minute.
pub const MINUTE: i64 = 60 * SECOND;
/// Microseconds in one hour.
pub const HOUR: i64 = 60 * MINUTE;
/// Microseconds in one day.
pub const DAY: i64 = 24 * HOUR;
