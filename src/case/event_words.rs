//! Severities in the words of Windows, as both Event Viewers, PowerShell and the tools show them.
//!
//! Words of other languages than English were seen in exports of Event Viewer (German, French, Japanese), in its
//! help (French, Japanese), and in Microsoft's translated documentation of event types, trace levels and log
//! collection (German, French, Spanish, Japanese). What was not seen is left out: a word that is not known is shown.

use crate::evidence::model::Level;

/// In lower case, with straight apostrophes.
const WORDS: &[(Level, &[&str])] = &[
    (
        Level::Critical,
        &["critical", "kritisch", "critique", "crítico"],
    ),
    (Level::Error, &["error", "fehler", "erreur", "エラー"]),
    (
        Level::Warning,
        &["warning", "warnung", "avertissement", "advertencia", "警告"],
    ),
    (
        Level::Information,
        &[
            "information",
            "informational",
            "informationen",
            "informations",
            "información",
            "情報",
        ],
    ),
    (
        Level::Verbose,
        &["verbose", "commentaires", "detallado", "詳細"],
    ),
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
            // Windows 2003, then Vista and later.
            "erfolgsüberwachung",
            "fehlerüberwachung",
            "überwachung erfolgreich",
            "überwachung gescheitert",
            "succès de l'audit",
            "échec de l'audit",
            "成功の監査",
            "失敗の監査",
            "監査の成功",
            "監査の失敗",
        ],
    ),
];

/// The severity that a word stands for, in any case; `None` for a word that nobody has shown. Log Parser adds
/// `event` to it.
pub fn level(word: &str) -> Option<Level> {
    let word = word.trim().to_lowercase().replace('\u{2019}', "'");
    let word = word.strip_suffix(" event").unwrap_or(&word);
    WORDS
        .iter()
        .find(|(_, words)| words.contains(&word))
        .map(|(level, _)| *level)
}
