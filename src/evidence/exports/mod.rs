//! Exports of event logs: one room a form, each turning text into [`record::ExportRecord`]s.
//!
//! What is the same for all is shared: reading the text, keeping what the profile wants, counting, failing rows,
//! server and log where the records do not say them ([`sink`], [`super::log::place`]). Times without an offset stay as written
//! until zone and date order are settled for the whole case ([`super::local_time`]).

mod level;
mod lines;
mod missing_text;
mod record;
mod sink;
mod table;
#[cfg(test)]
mod tables_tests;

mod dumpel;
mod event_details;
mod event_log_csv;
mod event_query;
mod event_viewer_2003;
mod event_viewer_csv;
mod event_xml;
mod log_parser;
mod powershell;
mod powershell_clixml;
mod powershell_json;
mod ps_log_list;
mod wevtutil_text;
mod win_event_csv;

#[cfg(test)]
mod reading;

use super::model::{Problem, Reading};
use super::problems::{ExportFault, Trouble};
use super::stream::EvidenceStream;
use super::text;
use super::{ReadContext, Reader};
use crate::case::{Format, FoundFile};
use sink::Sink;
pub use sink::UNKNOWN_SERVER;

/// Larger exports are refused: they are read whole, and the logs themselves may be of any size.
const MOST_BYTES: usize = 2 * 1024 * 1024 * 1024;

/// Reads one form: its parser is all that differs.
pub struct ExportReader {
    format: Format,
    /// Finds the records of a text. It must get on whatever it meets.
    parse: fn(&str, &mut Sink<'_>),
}

pub const DUMPEL: ExportReader = ExportReader {
    format: Format::Dumpel,
    parse: dumpel::parse,
};
pub const EVENT_DETAILS: ExportReader = ExportReader {
    format: Format::EventDetails,
    parse: event_details::parse,
};
pub const EVENT_LOG_CSV: ExportReader = ExportReader {
    format: Format::EventLogCsv,
    parse: event_log_csv::parse,
};
pub const EVENT_QUERY: ExportReader = ExportReader {
    format: Format::EventQuery,
    parse: event_query::parse,
};
pub const EVENT_VIEWER_2003: ExportReader = ExportReader {
    format: Format::EventViewer2003,
    parse: event_viewer_2003::parse,
};
pub const EVENT_VIEWER_CSV: ExportReader = ExportReader {
    format: Format::EventViewerCsv,
    parse: event_viewer_csv::parse,
};
pub const EVENT_XML: ExportReader = ExportReader {
    format: Format::EventXml,
    parse: event_xml::parse,
};
pub const LOG_PARSER: ExportReader = ExportReader {
    format: Format::LogParserCsv,
    parse: log_parser::parse,
};
pub const POWERSHELL_CLIXML: ExportReader = ExportReader {
    format: Format::PowerShellClixml,
    parse: powershell_clixml::parse,
};
pub const POWERSHELL_JSON: ExportReader = ExportReader {
    format: Format::PowerShellJson,
    parse: powershell_json::parse,
};
pub const PS_LOG_LIST: ExportReader = ExportReader {
    format: Format::PsLogList,
    parse: ps_log_list::parse,
};
pub const WEVTUTIL_TEXT: ExportReader = ExportReader {
    format: Format::WevtutilText,
    parse: wevtutil_text::parse,
};
pub const WIN_EVENT_CSV: ExportReader = ExportReader {
    format: Format::WinEventCsv,
    parse: win_event_csv::parse,
};

impl Reader for ExportReader {
    fn format(&self) -> Format {
        self.format
    }

    fn read(
        &self,
        file: &FoundFile,
        stream: &mut EvidenceStream<'_>,
        context: &ReadContext<'_>,
    ) -> Reading {
        let code_page = context.config.code_page_of(&file.path);
        let Some(read) = text::read(stream, code_page, MOST_BYTES) else {
            let most = MOST_BYTES as u64;
            return Reading {
                problems: vec![Problem::from(Trouble::new(
                    &file.path,
                    ExportFault::TooLarge { most },
                ))],
                ..Reading::default()
            };
        };
        let mut sink = Sink::new(file, context);
        let encoding = read.encoding.describe();
        sink.note(format_args!("Its text is {encoding}."));
        if read.encoding.is_guess() {
            sink.fault(ExportFault::AssumedCodePage { encoding });
        } else if read.lossy {
            sink.fault(ExportFault::LossyText { encoding });
        }
        (self.parse)(&read.text, &mut sink);
        sink.finish()
    }
}
