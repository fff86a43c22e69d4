//! What the readers of event logs share: names and kinds held once, records counted by log, UTF-16 as logs hold it.

pub mod catalogue;
pub mod spans;
pub mod utf16;
