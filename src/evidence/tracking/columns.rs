//! Which column of a tracking log holds what, by the line that names them.

use super::Form;

/// What a column holds, as far as anything is asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Date and time of day in one.
    DateTime,
    Date,
    Time,
    ClientHost,
    Partner,
    Server,
    Recipient,
    Event,
    MessageId,
    Size,
    Recipients,
    Originated,
    Subject,
    Sender,
}

/// How many kinds of columns there are.
const KINDS: usize = Column::Sender as usize + 1;

/// Names in small letters without signs: Microsoft's own descriptions differ in capitals and hyphens.
const NAMES_2003: &[(&str, Column)] = &[
    ("date", Column::Date),
    ("time", Column::Time),
    ("clienthostname", Column::ClientHost),
    ("partnername", Column::Partner),
    ("serverhostname", Column::Server),
    ("recipientaddress", Column::Recipient),
    ("eventid", Column::Event),
    ("msgid", Column::MessageId),
    ("messageid", Column::MessageId),
    ("totalbytes", Column::Size),
    ("numberrecipients", Column::Recipients),
    ("originationtime", Column::Originated),
    ("messagesubject", Column::Subject),
    ("senderaddress", Column::Sender),
];

const NAMES_2007: &[(&str, Column)] = &[
    ("datetime", Column::DateTime),
    ("clienthostname", Column::ClientHost),
    ("serverhostname", Column::Server),
    ("recipientaddress", Column::Recipient),
    ("eventid", Column::Event),
    ("messageid", Column::MessageId),
    ("totalbytes", Column::Size),
    ("recipientcount", Column::Recipients),
    ("messageinfo", Column::Originated),
    ("messagesubject", Column::Subject),
    ("senderaddress", Column::Sender),
];

/// Columns of Exchange 2000/2003 by position: the first sixteen by KB 246965, the last four inferred.
const BY_POSITION: &[&str] = &[
    "Date",
    "Time",
    "Client-IP",
    "Client-hostname",
    "Partner-name",
    "Server-hostname",
    "Server-IP",
    "Recipient-address",
    "Event-ID",
    "MSGID",
    "Priority",
    "Recipient-Report-Status",
    "Total-bytes",
    "Number-recipients",
    "Origination-time",
    "Encryption",
    "Service-version",
    "Linked-MSGID",
    "Message-subject",
    "Sender-address",
];

/// A row by position may end after the columns that are documented.
pub const DOCUMENTED: usize = 16;

/// The known names that make a line one of columns.
const SURE: usize = 4;

/// The columns of the rows under one line that names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    at: [Option<usize>; KINDS],
    /// How many fields a row has, at least and at most.
    pub width: (usize, usize),
    /// Names of columns that are lacking and without which no row can be read.
    pub lacks: Vec<&'static str>,
}

impl Columns {
    /// Where there is no line of columns: nothing is known of the later form, everything by position of the older.
    pub fn unnamed(form: Form) -> Option<Self> {
        match form {
            Form::Of2007 => None,
            Form::Of2003 => Some(Self {
                width: (DOCUMENTED, BY_POSITION.len()),
                ..Self::named(form, BY_POSITION.iter().copied())?
            }),
        }
    }

    /// By the names in a line, if it is one of columns.
    pub fn named<'n>(form: Form, names: impl Iterator<Item = &'n str>) -> Option<Self> {
        let known = match form {
            Form::Of2003 => NAMES_2003,
            Form::Of2007 => NAMES_2007,
        };
        let mut at = [None; KINDS];
        let mut width = 0;
        for (position, name) in names.enumerate() {
            let name = plain(name);
            if !name.is_empty() {
                width = position + 1;
            }
            let column = known.iter().find(|(known, _)| *known == name);
            let place = column.and_then(|(_, column)| at.get_mut(*column as usize));
            if let Some(place) = place.filter(|place| place.is_none()) {
                *place = Some(position);
            }
        }
        if at.iter().flatten().count() < SURE {
            return None;
        }
        let mut columns = Self {
            at,
            width: (width, width),
            lacks: Vec::new(),
        };
        let needed: &[(Column, &'static str)] = match form {
            Form::Of2003 => &[
                (Column::Date, "Date"),
                (Column::Time, "Time"),
                (Column::Event, "Event-ID"),
                (Column::MessageId, "MSGID"),
            ],
            Form::Of2007 => &[
                (Column::DateTime, "date-time"),
                (Column::Event, "event-id"),
                (Column::MessageId, "message-id"),
            ],
        };
        let lacking = needed
            .iter()
            .filter(|(column, _)| columns.position(*column).is_none());
        columns.lacks = lacking.map(|(_, name)| *name).collect();
        Some(columns)
    }

    pub fn position(&self, column: Column) -> Option<usize> {
        self.at.get(column as usize).copied().flatten()
    }

    /// What a row has in a column; nothing where there is none.
    pub fn field<'l>(&self, row: &[&'l [u8]], column: Column) -> &'l [u8] {
        let field = self.position(column).and_then(|at| row.get(at));
        field.copied().unwrap_or_default()
    }
}

fn plain(name: &str) -> String {
    let signs = |c: &char| c.is_ascii_alphanumeric();
    name.chars()
        .filter(signs)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_name_in_any_order_and_by_position() {
        let names = ["MSGID", "time", "Date", "event-id", "x", ""];
        let columns = Columns::named(Form::Of2003, names.into_iter()).unwrap();
        assert_eq!(columns.position(Column::MessageId), Some(0));
        assert_eq!(columns.position(Column::Server), None);
        assert_eq!((columns.width, columns.lacks.len()), ((5, 5), 0));
        let unnamed = Columns::unnamed(Form::Of2003).unwrap();
        assert_eq!(unnamed.position(Column::Event), Some(8));
        assert_eq!(unnamed.position(Column::Sender), Some(19));
        assert_eq!(Columns::unnamed(Form::Of2007), None);
    }

    #[test]
    fn what_is_lacking_is_named() {
        let names = "date-time,client-hostname,server-hostname,message-subject".split(',');
        let columns = Columns::named(Form::Of2007, names).unwrap();
        assert_eq!(columns.lacks, ["event-id", "message-id"]);
        assert_eq!(
            Columns::named(Form::Of2007, "date,time,c-ip".split(',')),
            None
        );
    }
}
