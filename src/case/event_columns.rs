//! Names of the columns of event exports, and the header row that bears them.
//!
//! Where the names come from, if not from Microsoft's English documentation: exports and posts in public
//! repositories (German: the sample CSV of an EVTX collection; French: an event of an Exchange 2016 server pasted from
//! Event Viewer; Japanese: exports of Event Viewer; PowerShell: exports of `Get-EventLog system`). No Spanish header
//! was found as Event Viewer writes it, nor German, French and Spanish ones with more than the usual five columns:
//! those names are translations. A wrong one does no harm, as it matches nothing: a file is claimed for its time,
//! source and number together.

use std::collections::BTreeMap;

use super::delimited::{DELIMITERS, Rows};

/// What a column of an event export says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    Time,
    Source,
    Id,
    /// The whole identifier, 32 bits.
    FullId,
    /// High 16 bits of the identifier.
    Qualifiers,
    /// Severity in words.
    Level,
    /// Severity by the numbers of winmeta.h.
    LevelNumber,
    /// Severity by the numbers of winnt.h (`EVENTLOG_ERROR_TYPE`).
    EventType,
    /// In the Security log the keywords tell success from failure.
    Keywords,
    Category,
    CategoryNumber,
    User,
    Computer,
    Log,
    RecordNumber,
    Strings,
    Message,
}

/// Forms with a header row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Event Viewer of Vista and later.
    EventViewer,
    /// `Get-WinEvent | Export-Csv`: properties of `EventLogRecord`.
    WinEvent,
    /// `Get-EventLog | Export-Csv`: properties of `EventLogEntry`.
    EventLog,
    /// Log Parser, `-i:EVT`.
    LogParser,
}

type Names = &'static [(Column, &'static [&'static str])];

const EVENT_VIEWER: Names = &[
    (
        Column::Time,
        &[
            "date and time",
            "datum und uhrzeit",
            "date et heure",
            "fecha y hora",
            "日付と時刻",
        ],
    ),
    (Column::Source, &["source", "quelle", "origen", "ソース"]),
    (
        Column::Id,
        &[
            "event id",
            "ereignis-id",
            "id de l'événement",
            "id d'événement",
            "id. del evento",
            "id. de evento",
            "id del evento",
            "id de evento",
            "イベント id",
        ],
    ),
    (
        Column::Level,
        &["level", "ebene", "niveau", "nivel", "レベル"],
    ),
    (
        Column::Keywords,
        &[
            "keywords",
            "schlüsselwörter",
            "mots clés",
            "mots-clés",
            "palabras clave",
            "キーワード",
        ],
    ),
    (
        Column::Category,
        &[
            "task category",
            "aufgabenkategorie",
            "catégorie de la tâche",
            "catégorie de tâche",
            "categoría de la tarea",
            "categoría de tarea",
            "タスクのカテゴリ",
        ],
    ),
    (
        Column::User,
        &["user", "benutzer", "utilisateur", "usuario", "ユーザー"],
    ),
    (
        Column::Computer,
        &[
            "computer",
            "ordinateur",
            "equipo",
            "コンピューター",
            "コンピュータ",
        ],
    ),
    (
        Column::Log,
        &["log", "protokoll", "journal", "registro", "ログ"],
    ),
    (Column::RecordNumber, &["event record id"]),
    // Event Viewer leaves the description's column without a name; people and their scripts add one.
    (
        Column::Message,
        &[
            "description",
            "message",
            "beschreibung",
            "descripción",
            "説明",
        ],
    ),
];

const WIN_EVENT: Names = &[
    (Column::Time, &["timecreated"]),
    (Column::Source, &["providername"]),
    (Column::Id, &["id"]),
    (Column::Qualifiers, &["qualifiers"]),
    (Column::Level, &["leveldisplayname"]),
    (Column::LevelNumber, &["level"]),
    (Column::Keywords, &["keywordsdisplaynames"]),
    (Column::Category, &["taskdisplayname"]),
    (Column::CategoryNumber, &["task"]),
    (Column::User, &["userid"]),
    (Column::Computer, &["machinename"]),
    (Column::Log, &["logname"]),
    (Column::RecordNumber, &["recordid"]),
    (Column::Message, &["message"]),
];

const EVENT_LOG: Names = &[
    (Column::Time, &["timegenerated", "timewritten"]),
    (Column::Source, &["source"]),
    (Column::Id, &["eventid"]),
    (Column::FullId, &["instanceid"]),
    (Column::Level, &["entrytype"]),
    (Column::Category, &["category"]),
    (Column::CategoryNumber, &["categorynumber"]),
    (Column::User, &["username"]),
    (Column::Computer, &["machinename"]),
    (Column::RecordNumber, &["index"]),
    (Column::Message, &["message"]),
];

const LOG_PARSER: Names = &[
    (Column::Time, &["timegenerated", "timewritten"]),
    (Column::Source, &["sourcename"]),
    (Column::Id, &["eventid"]),
    (Column::Level, &["eventtypename"]),
    (Column::EventType, &["eventtype"]),
    (Column::Category, &["eventcategoryname"]),
    (Column::CategoryNumber, &["eventcategory"]),
    (Column::User, &["sid"]),
    (Column::Computer, &["computername"]),
    (Column::Log, &["eventlog"]),
    (Column::RecordNumber, &["recordnumber"]),
    (Column::Strings, &["strings"]),
    (Column::Message, &["message"]),
];

impl Form {
    fn names(self) -> Names {
        match self {
            Self::EventViewer => EVENT_VIEWER,
            Self::WinEvent => WIN_EVENT,
            Self::EventLog => EVENT_LOG,
            Self::LogParser => LOG_PARSER,
        }
    }

    /// The column that a header cell names, and how good a name it is for it (0 is best).
    fn column(self, cell: &str) -> Option<(Column, usize)> {
        let name = plain(cell);
        self.names().iter().find_map(|(column, names)| {
            let rank = names.iter().position(|known| *known == name)?;
            // Only these forms have two columns for one thing.
            let ranked = *column == Column::Time;
            Some((*column, if ranked { rank } else { 0 }))
        })
    }
}

/// A header cell in lower case, with straight apostrophes and ordinary blanks.
fn plain(cell: &str) -> String {
    let cell = cell.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let lower = cell.to_lowercase();
    lower.replace('\u{2019}', "'").replace('\u{a0}', " ")
}

/// The header row of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub delimiter: u8,
    /// What PowerShell says of the first object: `System.Diagnostics.EventLogEntry#System/EventLog/…`.
    pub type_name: Option<String>,
    /// As written.
    pub cells: Vec<String>,
    /// Where in the text the rows begin.
    pub end: usize,
    columns: BTreeMap<Column, usize>,
}

impl Header {
    /// The first line that holds anything but `sep=;` and `#TYPE …`, if it names columns of this form. The
    /// delimiter is the one by which most of them are known.
    pub fn find(text: &str, form: Form) -> Option<Self> {
        let mut type_name = None;
        let mut at = 0;
        let line = loop {
            let rest = text.get(at..)?;
            let line = rest.split_inclusive('\n').next()?;
            let bare = line.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
            if let Some(name) = type_line(bare) {
                type_name = Some(name.to_owned());
            } else if !bare.is_empty() && !is_separator_line(bare) {
                break line;
            }
            at = at.checked_add(line.len())?;
        };
        let end = at.checked_add(line.len())?;
        let line = line.trim_start_matches('\u{feff}');
        let by = DELIMITERS.map(|delimiter| Self::read(line, delimiter, form));
        let best = by
            .into_iter()
            .rev()
            .max_by_key(|header| header.columns.len())?;
        (best.columns.len() >= 2).then_some(Self {
            type_name,
            end,
            ..best
        })
    }

    fn read(line: &str, delimiter: u8, form: Form) -> Self {
        let row = Rows::new(line, delimiter).next();
        let cells: Vec<String> = row
            .map(|row| row.cells.into_iter().map(|c| c.into_owned()).collect())
            .unwrap_or_default();
        let mut ranked: BTreeMap<Column, (usize, usize)> = BTreeMap::new();
        for (at, cell) in cells.iter().enumerate() {
            let Some((column, rank)) = form.column(cell) else {
                continue;
            };
            let found = ranked.entry(column).or_insert((rank, at));
            *found = (*found).min((rank, at));
        }
        Self {
            delimiter,
            type_name: None,
            cells,
            end: 0,
            columns: ranked.into_iter().map(|(c, (_, at))| (c, at)).collect(),
        }
    }

    /// Where in a row the column stands.
    pub fn at(&self, column: Column) -> Option<usize> {
        self.columns.get(&column).copied()
    }

    pub fn has(&self, column: Column) -> bool {
        self.columns.contains_key(&column)
    }

    /// How many columns are known.
    pub fn known(&self) -> usize {
        self.columns.len()
    }

    /// How many columns bear a name. Excel fills header rows up with empty cells.
    pub fn named(&self) -> usize {
        let last = self.cells.iter().rposition(|cell| !cell.trim().is_empty());
        last.map_or(0, |at| at + 1)
    }
}

/// `#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord`, as Windows PowerShell begins its CSV.
pub fn type_line(line: &str) -> Option<&str> {
    let line = line.trim().trim_matches('"');
    let name = line.get(..6).filter(|t| t.eq_ignore_ascii_case("#TYPE "))?;
    line.get(name.len()..).map(str::trim)
}

/// `sep=;`, as Excel writes and understands it.
pub fn is_separator_line(line: &str) -> bool {
    let line = line.trim().trim_matches('"');
    line.get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("sep="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_viewer_in_five_languages() {
        for line in [
            "Level,Date and Time,Source,Event ID,Task Category",
            "Ebene,Datum und Uhrzeit,Quelle,Ereignis-ID,Aufgabenkategorie",
            "Niveau,Date et heure,Source,ID de l\u{2019}événement,Catégorie de la tâche",
            "Nivel,Fecha y hora,Origen,Id. del evento,Categoría de la tarea",
            "レベル,日付と時刻,ソース,イベント ID,タスクのカテゴリ",
        ] {
            for delimiter in [",", ";", "\t"] {
                let text = format!("\u{feff}{}\r\nrow", line.replace(',', delimiter));
                let header = Header::find(&text, Form::EventViewer).unwrap();
                assert_eq!((header.known(), header.named()), (5, 5), "{text}");
                assert_eq!(header.at(Column::Id), Some(3));
                assert_eq!(text.get(header.end..), Some("row"));
            }
        }
    }

    #[test]
    fn lines_before_the_header() {
        let text = "sep=;\r\n#TYPE System.Diagnostics.EventLogEntry#System/eventlog/6005\r\n\
                    \"EventID\";\"TimeWritten\";\"TimeGenerated\"\r\n";
        let header = Header::find(text, Form::EventLog).unwrap();
        assert_eq!(header.delimiter, b';');
        assert_eq!(header.at(Column::Time), Some(2), "generated before written");
        assert_eq!(
            header.type_name.as_deref(),
            Some("System.Diagnostics.EventLogEntry#System/eventlog/6005")
        );
        assert_eq!(header.end, text.len());
    }

    #[test]
    fn other_headers_are_none() {
        for line in ["", "\n\n", "a,b,c", "Date,Time,Amount", "source;user"] {
            assert_eq!(Header::find(line, Form::WinEvent), None, "{line}");
        }
        assert_eq!(Header::find("#TYPE a\n#TYPE b\n", Form::WinEvent), None);
    }
}
