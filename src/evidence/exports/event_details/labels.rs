//! The labels of copied event details, in the languages in which they were seen.
//!
//! Windows 2003 (clipboard button of the event's dialogue): English (KB Q259700 and many postings), German, Spanish
//! and Japanese (Exchange documentation on Microsoft Learn, "Back pressure", and public postings). Vista and later
//! ("Copy details as text"): English, German and Japanese from public postings of whole blocks, Spanish from Microsoft
//! Learn. French was found for no whole block; its labels are those that its documentation uses for the same fields.

/// What a line of a block says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Begins a block of Vista and later.
    Log,
    /// Severity; begins a block of Windows 2003.
    Type,
    /// Severity in blocks of Vista and later.
    Level,
    Source,
    Category,
    Id,
    /// With the time of day in blocks of Vista and later.
    Date,
    Time,
    Keywords,
    User,
    Computer,
    Description,
}

impl Field {
    /// Whether a block begins with it.
    pub fn begins_block(self) -> bool {
        matches!(self, Self::Log | Self::Type)
    }
}

/// In small letters, with plain apostrophes and blanks.
const LABELS: &[(Field, &[&str])] = &[
    (
        Field::Log,
        &[
            "log name",
            "protokollname",
            "nom du journal",
            "nombre de registro",
            "ログの名前",
        ],
    ),
    (
        Field::Type,
        &[
            "event type",
            "ereignistyp",
            "type de l'événement",
            "tipo de suceso",
            "tipo de evento",
            "イベントの種類",
        ],
    ),
    (
        Field::Level,
        &["level", "ebene", "niveau", "nivel", "レベル"],
    ),
    (
        Field::Source,
        &[
            "event source",
            "source",
            "ereignisquelle",
            "quelle",
            "source de l'événement",
            "origen del suceso",
            "origen del evento",
            "origen",
            "イベント ソース",
            "ソース",
        ],
    ),
    (
        Field::Category,
        &[
            "event category",
            "task category",
            "ereigniskategorie",
            "aufgabenkategorie",
            "catégorie de l'événement",
            "catégorie de la tâche",
            "categoría del suceso",
            "categoría del evento",
            "categoría de la tarea",
            "categoría de tarea",
            "イベント カテゴリ",
            "タスクのカテゴリ",
        ],
    ),
    (
        Field::Id,
        &[
            "event id",
            "ereignis-id",
            "ereigniskennung",
            "id de l'événement",
            "id d'événement",
            "id. suceso",
            "id. de suceso",
            "id. del evento",
            "id. de evento",
            "イベント id",
        ],
    ),
    (Field::Date, &["date", "datum", "fecha", "日付"]),
    (
        Field::Time,
        &["time", "zeit", "uhrzeit", "heure", "hora", "時刻"],
    ),
    (
        Field::Keywords,
        &[
            "keywords",
            "schlüsselwörter",
            "mots clés",
            "palabras clave",
            "キーワード",
        ],
    ),
    (
        Field::User,
        &["user", "benutzer", "utilisateur", "usuario", "ユーザー"],
    ),
    (
        Field::Computer,
        &[
            "computer",
            "ordinateur",
            "equipo",
            "コンピュータ",
            "コンピューター",
        ],
    ),
    (
        Field::Description,
        &["description", "beschreibung", "descripción", "説明"],
    ),
];

/// Longest label, in characters; a line whose colon stands later has none.
const LONGEST: usize = 30;

/// The label and value of a line.
pub fn split(line: &str) -> Option<(Field, &str)> {
    let colon = |c: char| matches!(c, ':' | '：');
    let (at, found) = line.char_indices().take(LONGEST).find(|&(_, c)| colon(c))?;
    let name = normal(line.get(..at)?);
    let value = line.get(at + found.len_utf8()..)?;
    LABELS
        .iter()
        .find(|(_, names)| names.contains(&name.as_str()))
        .map(|(field, _)| (*field, value.trim()))
}

fn normal(name: &str) -> String {
    let plain = |c: char| match c {
        '\u{2019}' => '\'',
        '\u{a0}' | '\u{202f}' | '\u{3000}' | '\t' => ' ',
        c => c,
    };
    name.trim()
        .chars()
        .map(plain)
        .flat_map(char::to_lowercase)
        .collect()
}

/// A line without the marks that mails and forums put before quoted text.
pub fn unquoted(line: &str) -> &str {
    line.trim_end()
        .trim_start_matches(|c: char| c == '>' || c == '\u{feff}' || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_in_five_languages() {
        assert_eq!(split("Event Type:\tError"), Some((Field::Type, "Error")));
        assert_eq!(
            split("Date:\t\t3/14/2006"),
            Some((Field::Date, "3/14/2006"))
        );
        assert_eq!(split("Ereignis-ID:   2137"), Some((Field::Id, "2137")));
        assert_eq!(
            split("Source de l\u{2019}événement\u{a0}: MSExchangeTransport"),
            Some((Field::Source, "MSExchangeTransport"))
        );
        assert_eq!(split("Id. suceso:    1001"), Some((Field::Id, "1001")));
        assert_eq!(split("ログの名前：System"), Some((Field::Log, "System")));
        assert_eq!(split("We looked at the time: 9:30"), None);
        assert_eq!(split("no label at all"), None);
    }

    #[test]
    fn quotes_are_passed_over() {
        assert_eq!(unquoted("> >  Event ID: 348 "), "Event ID: 348");
    }
}
