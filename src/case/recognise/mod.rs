//! What a file is, by its content. A new format is one function here, in `RECOGNISERS`, and one reader.
//!
//! Names decide nothing on their own. They only help where content cannot speak: a table of values without a
//! header that the case says is a capture is reported as such instead of being passed over.

mod archive;
mod binary;
mod exports;
mod mail_logs;
mod settings;
mod text;

pub use exports::powershell_clixml::event_type as clixml_event;

use super::archive::Kind as ArchiveKind;
use super::encoding::{self, CodePage, Decoded};

/// The kinds of file that the case room knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Windows event log of Vista and later (`ElfFile`).
    Evtx,
    /// Windows event log up to Server 2003 (`LfLe`).
    Evt,
    /// Rows saved by the Event Viewer of Windows 2003 and earlier: nine fields, no header, commas or tabs.
    EventViewer2003,
    /// Rows saved by the Event Viewer of Vista and later: five named columns and the description.
    EventViewerCsv,
    /// `<Event>` elements: Event Viewer, `wevtutil /f:xml`, `Get-WinEvent … ToXml()`.
    EventXml,
    /// `wevtutil qe /f:text`.
    WevtutilText,
    /// Event Viewer's "Copy details as text".
    EventDetails,
    /// `Get-WinEvent | Export-Csv`.
    WinEventCsv,
    /// `Get-EventLog | Export-Csv`.
    EventLogCsv,
    /// `Get-WinEvent` or `Get-EventLog`, `| ConvertTo-Json`.
    PowerShellJson,
    /// The same, `| Export-Clixml`.
    PowerShellClixml,
    /// Log Parser, `-i:EVT -o:CSV`.
    LogParserCsv,
    /// `eventquery.vbs` of Windows XP and 2003, as table, list or CSV.
    EventQuery,
    /// `dumpel.exe` of the Windows 2000 Resource Kit.
    Dumpel,
    /// Sysinternals `psloglist`, `-s`.
    PsLogList,
    /// `temp-table-snapshot/1`: one, an array, or one a line.
    SnapshotJson,
    SnapshotCsv,
    /// The `case.toml` of the case itself.
    CaseToml,
    /// An export of MFCMAPI or MrMAPI.
    Mfcmapi,
    /// A message in a compound file, as MFCMAPI and Outlook save it (`.msg`).
    MessageFile,
    /// Message tracking log of Exchange 2000 and 2003.
    Tracking2003,
    /// Message tracking log of Exchange 2007 and later.
    Tracking2007,
    /// Log of the SMTP service in the W3C form.
    SmtpW3c,
    /// The same in the form of IIS: commas, local time.
    SmtpIis,
    /// The same in the NCSA form, local time.
    SmtpNcsa,
    /// Registry export: `.reg` of regedit.
    RegistryFile,
    /// What `reg query` prints.
    RegistryQuery,
    /// What `dir` prints.
    FolderListing,
    /// Performance counters as CSV: `typeperf`, `relog`, Performance Logs and Alerts.
    CounterCsv,
    /// An archive whose entries are files of the case.
    Archive(ArchiveKind),
    /// An archive of a kind that is not read.
    OtherArchive,
    NotEvidence,
}

impl Format {
    /// The name that reports show.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Evtx => "Windows event log (.evtx)",
            Self::SnapshotJson => "temp-table snapshot (JSON)",
            Self::SnapshotCsv => "temp-table snapshot (CSV)",
            Self::CaseToml => "case.toml",
            Self::Evt => "Windows event log up to 2003 (.evt)",
            Self::EventViewer2003 => "events saved by Event Viewer of Windows 2003",
            Self::EventViewerCsv => "events saved by Event Viewer (CSV)",
            Self::EventXml => "events as XML",
            Self::WevtutilText => "events by wevtutil (text)",
            Self::EventDetails => "event details copied as text",
            Self::WinEventCsv => "events by Get-WinEvent (CSV)",
            Self::EventLogCsv => "events by Get-EventLog (CSV)",
            Self::PowerShellJson => "events by PowerShell (JSON)",
            Self::PowerShellClixml => "events by PowerShell (CLIXML)",
            Self::LogParserCsv => "events by Log Parser (CSV)",
            Self::EventQuery => "events by eventquery.vbs",
            Self::Dumpel => "events by dumpel",
            Self::PsLogList => "events by psloglist",
            Self::Mfcmapi => "MFCMAPI export",
            Self::MessageFile => "message file (.msg)",
            Self::Tracking2003 => "message tracking log (Exchange 2000/2003)",
            Self::Tracking2007 => "message tracking log (Exchange 2007 and later)",
            Self::SmtpW3c => "SMTP service log (W3C)",
            Self::SmtpIis => "SMTP service log (IIS)",
            Self::SmtpNcsa => "SMTP service log (NCSA)",
            Self::RegistryFile => "registry export (.reg)",
            Self::RegistryQuery => "registry values by reg query",
            Self::FolderListing => "listing of folders by dir",
            Self::CounterCsv => "performance counters (CSV)",
            Self::Archive(kind) => kind.as_str(),
            Self::OtherArchive => "archive of another kind, not read",
            Self::NotEvidence => "not evidence",
        }
    }

    /// Whether a reader exists for it.
    pub fn is_readable(self) -> bool {
        !matches!(
            self,
            Self::CaseToml | Self::Archive(_) | Self::OtherArchive | Self::NotEvidence
        )
    }

    /// Whether it is a log of the mail system, with a line for every message: read last, when it is known which
    /// messages matter.
    pub fn is_mail_log(self) -> bool {
        matches!(
            self,
            Self::Tracking2003
                | Self::Tracking2007
                | Self::SmtpW3c
                | Self::SmtpIis
                | Self::SmtpNcsa
        )
    }

    /// Whether it holds a table's contents, not events.
    pub fn is_snapshot(self) -> bool {
        matches!(self, Self::SnapshotJson | Self::SnapshotCsv)
    }
}

/// What a file was taken for, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    pub format: Format,
    /// The reason, for the list of evidence: `starts with ElfFile`.
    pub by: String,
}

impl Recognised {
    pub fn new(format: Format, by: impl Into<String>) -> Self {
        Self {
            format,
            by: by.into(),
        }
    }
}

/// How much of a file recognition looks at.
pub const HEAD_BYTES: u64 = 70 * 1024;

/// More is looked at of no file.
const MOST_HEAD_BYTES: u64 = 64 * 1024 * 1024;

/// How much more than [`HEAD_BYTES`] has to be looked at to know what a file is that begins like this.
pub fn bytes_needed(head: &[u8]) -> Option<u64> {
    binary::compound_bytes(head).filter(|bytes| (HEAD_BYTES..=MOST_HEAD_BYTES).contains(bytes))
}

/// The beginning of a file, with what the case says about it.
pub struct Head<'a> {
    pub bytes: &'a [u8],
    /// Length of the whole file.
    pub length: u64,
    /// `case.toml` or the names of the file and its folder say that this is a capture of a table.
    pub said_to_be_snapshot: bool,
    decoded: Decoded<'a>,
}

impl<'a> Head<'a> {
    /// `code_page` is that of text which is neither UTF-8 nor UTF-16, where the case names one.
    pub fn new(
        bytes: &'a [u8],
        length: u64,
        said_to_be_snapshot: bool,
        code_page: Option<CodePage>,
    ) -> Self {
        Self {
            bytes,
            length,
            said_to_be_snapshot,
            decoded: encoding::decode(bytes, code_page),
        }
    }

    fn text(&self) -> &str {
        &self.decoded.text
    }
}

type Recogniser = fn(&Head<'_>) -> Option<Recognised>;

/// Asked in this order; the first that claims a file has it.
const RECOGNISERS: &[Recogniser] = &[
    binary::empty,
    binary::evtx,
    binary::evt,
    archive::recognise,
    archive::other_kind,
    binary::message_file,
    binary::other_known,
    binary::evt_records,
    text::mfcmapi,
    settings::registry_file,
    settings::counters,
    settings::registry_query,
    settings::folder_listing,
    mail_logs::tracking_2003,
    mail_logs::exchange,
    mail_logs::w3c,
    mail_logs::iis,
    mail_logs::ncsa,
    exports::powershell_clixml::recognise,
    exports::event_xml::recognise,
    exports::powershell_json::recognise,
    exports::wevtutil_text::recognise,
    exports::event_details::recognise,
    exports::event_query::recognise,
    exports::log_parser::recognise,
    exports::win_event_csv::recognise,
    exports::event_log_csv::recognise,
    exports::event_viewer_csv::recognise,
    text::snapshot_json,
    text::snapshot_csv,
    // Without a header: only rows that have the right shape throughout tell these.
    exports::event_viewer_2003::recognise,
    exports::dumpel::recognise,
    exports::ps_log_list::recognise,
    text::said_to_be_snapshot,
];

/// Recognises one file.
pub fn recognise(head: &Head<'_>) -> Recognised {
    RECOGNISERS
        .iter()
        .find_map(|recogniser| recogniser(head))
        .unwrap_or_else(|| Recognised::new(Format::NotEvidence, "content of no known kind"))
}
