//! The three layouts of `eventquery.vbs`, and how a line is taken apart in each.

use crate::case::time_text;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Type,
    Event,
    DateTime,
    Source,
    Computer,
    Category,
    User,
    Description,
}

/// In the order of the script; the last three only with `/v`.
const NAMES: [(Column, &str); 8] = [
    (Column::Type, "Type"),
    (Column::Event, "Event"),
    (Column::DateTime, "Date Time"),
    (Column::Source, "Source"),
    (Column::Computer, "ComputerName"),
    (Column::Category, "Category"),
    (Column::User, "User"),
    (Column::Description, "Description"),
];

/// Where the columns of a table without header begin, as in the public samples that have one.
const STARTS: [usize; 8] = [0, 14, 21, 46, 64, 79, 95, 116];

/// Characters of the source and of the computer that the table shows.
const SOURCE_WIDTH: usize = 17;
pub const COMPUTER_WIDTH: usize = 14;

/// Sources that matter here and are longer than the column.
const LONG_SOURCES: &[&str] = &[
    "Service Control Manager",
    "MSExchangeTransport",
    "MSExchangeIS Mailbox Store",
    "MSExchangeIS Public Store",
    "Symantec Mail Security for Microsoft Exchange",
    "Symantec AntiVirus/Filtering for Microsoft Exchange",
];

/// The source that a table cut off, if it is one that matters here.
pub fn completed(source: &str) -> Option<&'static str> {
    let cut = source.chars().count() == SOURCE_WIDTH;
    LONG_SOURCES
        .iter()
        .copied()
        .find(|whole| cut && whole.starts_with(source))
}

#[derive(Clone, Debug)]
pub enum Layout {
    Table(Table),
    Csv(Csv),
    List,
}

impl Layout {
    /// The layout that a header announces.
    pub fn of_header(line: &str) -> Option<Self> {
        let columns: Option<Vec<Column>> = line
            .split(',')
            .map(|cell| column(cell.trim().trim_matches('"')))
            .collect();
        if let Some(columns) = columns.filter(|columns| columns.len() >= 5) {
            return Some(Self::Csv(Csv { columns }));
        }
        Table::of_header(line).map(Self::Table)
    }

    /// The layout of a first line without header.
    pub fn of_row(line: &str) -> Option<Self> {
        if matches!(labelled(line), Some((Column::Type, _))) {
            return Some(Self::List);
        }
        let all = |count: usize| {
            NAMES
                .iter()
                .take(count)
                .map(|(column, _)| *column)
                .collect()
        };
        for count in [8, 5] {
            let csv = Csv {
                columns: all(count),
            };
            if csv.begins(line) {
                return Some(Self::Csv(csv));
            }
        }
        let table = Table {
            starts: NAMES
                .iter()
                .zip(STARTS)
                .map(|((column, _), start)| (*column, start))
                .collect(),
        };
        table.row(line).map(|_| Self::Table(table))
    }
}

fn column(name: &str) -> Option<Column> {
    let known = NAMES.iter().find(|(_, known)| *known == name);
    known.map(|(column, _)| *column)
}

/// `Type:  error`.
pub fn labelled(line: &str) -> Option<(Column, &str)> {
    let (name, value) = line.split_once(':')?;
    Some((column(name.trim())?, value.trim()))
}

#[derive(Clone, Debug)]
pub struct Table {
    /// Columns and the character at which each begins, ascending.
    starts: Vec<(Column, usize)>,
}

impl Table {
    fn of_header(line: &str) -> Option<Self> {
        let mut starts = Vec::new();
        let mut from = 0;
        for (column, name) in NAMES {
            let Some(at) = line.get(from..).and_then(|rest| rest.find(name)) else {
                break;
            };
            // The gap before a name is blank: a sentence with these words is no header.
            if !line.get(from..from + at)?.trim().is_empty() {
                return None;
            }
            starts.push((column, from + at));
            from += at + name.len();
        }
        let rest = line.get(from..)?.trim();
        (starts.len() >= 5 && rest.is_empty()).then_some(Self { starts })
    }

    /// The values of a line, if number and time stand where they belong.
    pub fn row(&self, line: &str) -> Option<Vec<(Column, String)>> {
        let chars: Vec<char> = line.chars().collect();
        let ends = self
            .starts
            .iter()
            .skip(1)
            .map(|(_, start)| *start)
            .chain([usize::MAX]);
        let fields: Vec<(Column, String)> = self
            .starts
            .iter()
            .zip(ends)
            .map(|((column, start), end)| {
                let cell: String = chars.iter().take(end).skip(*start).collect();
                (*column, cell.trim().to_owned())
            })
            .filter(|(_, cell)| !cell.is_empty())
            .collect();
        let get = |wanted| fields.iter().find(|(column, _)| *column == wanted);
        let number = get(Column::Event)
            .is_some_and(|(_, cell)| cell.bytes().all(|byte| byte.is_ascii_digit()));
        let time = get(Column::DateTime).is_some_and(|(_, cell)| time_text::has_shape(cell));
        (number && time).then_some(fields)
    }
}

#[derive(Clone, Debug)]
pub struct Csv {
    columns: Vec<Column>,
}

impl Csv {
    /// Whether a record begins with this line: quotes, a number and a time where they belong.
    pub fn begins(&self, line: &str) -> bool {
        let Some(rest) = line.strip_prefix('"') else {
            return false;
        };
        let cells: Vec<&str> = rest.splitn(self.columns.len(), "\",\"").collect();
        let at = |wanted: Column| {
            let at = self.columns.iter().position(|column| *column == wanted)?;
            cells.get(at).map(|cell| cell.trim_end_matches('"'))
        };
        cells.len() == self.columns.len()
            && at(Column::Event).is_some_and(|cell| {
                !cell.is_empty() && cell.bytes().all(|byte| byte.is_ascii_digit())
            })
            && at(Column::DateTime).is_some_and(time_text::has_shape)
    }

    /// The values of a record whose last quote has come. Quotes inside a message need not be doubled: the last column
    /// takes whatever is left.
    pub fn split(&self, record: &str) -> Option<Vec<(Column, String)>> {
        let inner = record.strip_prefix('"')?.strip_suffix('"')?;
        let cells = inner.splitn(self.columns.len(), "\",\"");
        let fields: Vec<(Column, String)> = self
            .columns
            .iter()
            .copied()
            .zip(cells.map(|cell| cell.replace("\"\"", "\"")))
            .collect();
        (fields.len() == self.columns.len()).then_some(fields)
    }
}
