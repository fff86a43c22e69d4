//! Exports of event logs, each known by its own marks. A text that merely looks like a log is not claimed.

pub mod dumpel;
pub mod event_details;
pub mod event_log_csv;
pub mod event_query;
pub mod event_viewer_2003;
pub mod event_viewer_csv;
pub mod event_xml;
mod header;
pub mod log_parser;
pub mod powershell_clixml;
pub mod powershell_json;
pub mod ps_log_list;
pub mod wevtutil_text;
pub mod win_event_csv;
