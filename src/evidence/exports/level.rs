//! Severities in the words of Windows.

use crate::evidence::model::Level;

/// The words of each severity: of both Event Viewers, of PowerShell and of the command-line tools.
const WORDS: &[(Level, &[&str])] = &[
    (Level::Critical, &["critical"]),
    (Level::Error, &["error"]),
    (Level::Warning, &["warning"]),
    (Level::Information, &["information", "informational"]),
    (Level::Verbose, &["verbose"]),
    (
        Level::Always,
        &[
            "success audit",
            "failure audit",
            "audit success",
            "audit failure",
            "successaudit",
            "failureaudit",
            "success",
            "none",
            "0",
        ],
    ),
];

/// The severity that a word stands for, in any case; `None` for a word that nobody has shown.
pub fn from_word(word: &str) -> Option<Level> {
    let word = word.trim().to_lowercase();
    WORDS
        .iter()
        .find(|(_, words)| words.contains(&word.as_str()))
        .map(|(level, _)| *level)
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
        assert_eq!(from_event_type(4), Some(Level::Information));
        assert_eq!(from_event_type(3), None);
    }
}
