//! What the readers of event logs share: names and kinds held once, records counted by log, UTF-16 as logs
//! hold it, and server and log of files that do not say them.

pub mod catalogue;
pub mod place;
pub mod spans;
pub mod utf16;
