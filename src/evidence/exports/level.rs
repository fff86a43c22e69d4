//! Severities in the words of Windows.

use crate::case::event_words;
use crate::evidence::model::Level;

/// The severity that a word stands for, in any case and any known language; `None` for a word that nobody has shown.
pub fn from_word(word: &str) -> Option<Level> {
    event_words::level(word)
}

/// From the event type that `.evt` and the tools of its time keep (winnt.h: `EVENTLOG_ERROR_TYPE` 1, warning 2,
/// information 4, audits 8 and 16, success 0).
pub fn from_event_type(number: u16) -> Option<Level> {
    match number {
        1 => Some(Level::Error),
        2 => Some(Level::Warning),
        4 => Some(Level::Information),
        0 | 8 | 16 => Some(Level::Always),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_any_case() {
        assert_eq!(from_word(" Error"), Some(Level::Error));
        assert_eq!(from_word("SuccessAudit"), Some(Level::Always));
        assert_eq!(from_word("348"), None);
        for word in [
            "Informationen",
            "Informations",
            "Información",
            "情報",
            "Information event",
        ] {
            assert_eq!(from_word(word), Some(Level::Information), "{word}");
        }
        for word in ["Fehler", "Erreur", "Error", "エラー"] {
            assert_eq!(from_word(word), Some(Level::Error), "{word}");
        }
        assert_eq!(from_word("Échec de l\u{2019}audit"), Some(Level::Always));
        assert_eq!(from_event_type(4), Some(Level::Information));
        assert_eq!(from_event_type(3), None);
    }
}
