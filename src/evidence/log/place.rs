//! Which server and which log an export is of, where its records do not say.
//!
//! In the order of trust of the case: the record itself, a `[[log]]` entry, the file-name pattern, the folder's name,
//! the bare file name; for the log at last the sources that are known to write to one log alone.

use std::collections::BTreeMap;

use crate::case::{CaseConfig, FoundFile, names};
use crate::evidence::model::Origin;

/// A server or log, and where it was learnt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learnt {
    pub name: String,
    pub from: Origin,
}

/// What is known of a file's records that do not say it themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub server: Option<Learnt>,
    pub log: Option<Learnt>,
}

impl Place {
    pub fn of(file: &FoundFile, config: &CaseConfig) -> Self {
        Self::by(&file.path, config.below(&file.path), config)
    }

    /// The same of a log of the mail system, which lies in folders that servers name all alike
    /// (`LogFiles/SMTPSVC1`), or after themselves (`BH01.log`, KB 246965).
    pub fn of_mail_log(file: &FoundFile, config: &CaseConfig) -> Self {
        let path = config.below(&file.path);
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let telling = folders.split('/').filter(|folder| !is_common(folder));
        let mut parts: Vec<&str> = telling.map(without_log).collect();
        parts.push(name);
        Self::by(&file.path, &parts.join("/"), config)
    }

    /// By the entries for the file `path`, and the names of which `named` is made.
    fn by(path: &str, named: &str, config: &CaseConfig) -> Self {
        let entries = config.logs_of(path);
        let told = |value: Option<String>| {
            value.map(|name| Learnt {
                name,
                from: Origin::CaseToml,
            })
        };
        let (folders, name) = named.rsplit_once('/').unwrap_or(("", named));
        let stem = names::stem(name);
        Self {
            server: told(entries.iter().find_map(|entry| entry.server.clone()))
                .or_else(|| server_by_name(folders, stem, config)),
            log: told(entries.iter().find_map(|entry| entry.log.clone()))
                .or_else(|| log_by_name(stem)),
        }
    }
}

/// Folders that bear the same name on every server, in lower case.
const COMMON: &[&str] = &[
    "exchsrvr",
    "logfiles",
    "logs",
    "messagetracking",
    "smtp",
    "tracking",
    "tracking.log",
    "transportroles",
];

fn is_common(folder: &str) -> bool {
    let folder = folder.to_ascii_lowercase();
    COMMON.contains(&folder.as_str()) || folder.starts_with("smtpsvc")
}

fn without_log(folder: &str) -> &str {
    let cut = folder.len().checked_sub(4);
    let ending = cut.and_then(|at| folder.split_at_checked(at));
    ending
        .filter(|(_, ending)| ending.eq_ignore_ascii_case(".log"))
        .map_or(folder, |(name, _)| name)
}

fn server_by_name(folders: &str, stem: &str, config: &CaseConfig) -> Option<Learnt> {
    let known = |name: &str| config.find_server(name).is_some();
    let learnt = |name: &str, from| Learnt {
        name: name.to_owned(),
        from,
    };
    let words = || words(stem);
    let folders = || folders.rsplit('/').filter(|folder| !folder.is_empty());
    let only = match config.servers.as_slice() {
        [only] => Some(learnt(&only.name, Origin::CaseToml)),
        _ => None,
    };
    words()
        .find(|word| known(word))
        .map(|word| learnt(word, Origin::FileName))
        .or_else(|| {
            let folder = folders()
                .map(names::folder_name)
                .find(|folder| known(folder))?;
            Some(learnt(folder, Origin::FolderName))
        })
        .or(only)
        .or_else(|| {
            // `BH01_System.csv`: a word that can be a host's name, beside one that names a log.
            let named = log_by_name(stem).is_some();
            let word =
                words().find(|word| log_of_word(word).is_none() && names::is_host_like(word))?;
            named.then(|| learnt(word, Origin::FileName))
        })
        .or_else(|| {
            let folder = folders().find(|folder| names::is_host_like(folder))?;
            Some(learnt(folder, Origin::FolderName))
        })
}

fn words(stem: &str) -> impl Iterator<Item = &str> {
    stem.split(['_', ' ', '+', ','])
        .filter(|word| !word.is_empty())
}

/// Names of the classic logs as people abbreviate them in file names.
const LOG_WORDS: &[(&str, &str)] = &[
    ("application", "Application"),
    ("app", "Application"),
    ("appevent", "Application"),
    ("applog", "Application"),
    ("system", "System"),
    ("sys", "System"),
    ("sysevent", "System"),
    ("syslog", "System"),
    ("security", "Security"),
    ("sec", "Security"),
    ("secevent", "Security"),
];

fn log_of_word(word: &str) -> Option<&'static str> {
    let word = word.to_ascii_lowercase();
    LOG_WORDS
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, log)| *log)
}

/// The log that a file is named after (its name without the extension): `BH01-system.csv`, `Application 2006-03-14.txt`.
pub fn log_by_name(stem: &str) -> Option<Learnt> {
    let log = stem.split(['_', ' ', '-', '.']).find_map(log_of_word)?;
    Some(Learnt {
        name: log.to_owned(),
        from: Origin::FileName,
    })
}

/// Sources that write to one log alone, in lower case.
const SOURCES: &[(&str, &str)] = &[
    ("service control manager", "System"),
    ("eventlog", "System"),
    ("user32", "System"),
    ("w32time", "System"),
    ("dcom", "System"),
    ("tcpip", "System"),
    ("smtpsvc", "System"),
    ("w3svc", "System"),
    ("security", "Security"),
];

/// The log that the sources of a file prove, if they agree; the count is of their records.
pub fn log_by_sources<'a>(sources: impl Iterator<Item = &'a str>) -> Option<&'static str> {
    let mut found: BTreeMap<&'static str, u64> = BTreeMap::new();
    for source in sources {
        let source = source.to_lowercase();
        let known = SOURCES.iter().find(|(name, _)| *name == source);
        let log = match known {
            Some((_, log)) => log,
            None if source.starts_with("msexchange") => "Application",
            None => continue,
        };
        *found.entry(log).or_default() += 1;
    }
    match found.into_iter().collect::<Vec<_>>().as_slice() {
        [(log, _)] => Some(log),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Format, Source};
    use crate::evidence::model::FileId;

    fn place(path: &str, config: &str) -> (Option<String>, Option<String>) {
        let file = FoundFile {
            id: FileId(1),
            path: path.into(),
            source: Source::Memory([].into()),
            format: Format::EventViewerCsv,
            recognised_by: String::new(),
            bytes: 0,
        };
        let config = CaseConfig::parse(config).unwrap();
        let place = Place::of(&file, &config);
        (
            place.server.map(|server| server.name),
            place.log.map(|log| log.name),
        )
    }

    #[test]
    fn names_of_files_and_folders() {
        let of = |path| place(path, "");
        let both = |server: &str, log: &str| (Some(server.to_owned()), Some(log.to_owned()));
        assert_eq!(of("bh01/System.csv"), both("bh01", "System"));
        assert_eq!(of("BH01_app.txt"), both("BH01", "Application"));
        assert_eq!(of("System.csv"), (None, Some("System".to_owned())));
        assert_eq!(of("exports/saved.csv"), (None, None));
    }

    #[test]
    fn logs_of_the_mail_system_lie_in_folders_of_their_own() {
        let of = |path: &str| {
            let file = FoundFile {
                id: FileId(1),
                path: path.into(),
                source: Source::Memory([].into()),
                format: Format::SmtpNcsa,
                recognised_by: String::new(),
                bytes: 0,
            };
            let place = Place::of_mail_log(&file, &CaseConfig::default());
            place.server.map(|server| server.name)
        };
        let server = |name: &str| Some(name.to_owned());
        assert_eq!(of("bh01/LogFiles/SMTPSVC1/nc060314.log"), server("bh01"));
        assert_eq!(of("Exchsrvr/BH01.log/20060314.log"), server("BH01"));
        assert_eq!(of("SMTPSVC1/nc060314.log"), None);
    }

    #[test]
    fn case_toml_decides() {
        let config = "[[server]]\nname = \"BE01\"\n[[server]]\nname = \"BH01\"\n\
                      [[log]]\nfile = \"x\"\nserver = \"BE01\"\nlog = \"Application\"\n";
        let both = |server: &str, log: &str| (Some(server.to_owned()), Some(log.to_owned()));
        assert_eq!(place("x/System.csv", config), both("BE01", "Application"));
        assert_eq!(place("y/bh01 system.csv", config), both("bh01", "System"));
    }

    #[test]
    fn sources_prove_a_log_only_when_they_agree() {
        assert_eq!(
            log_by_sources(["EventLog", "Other"].into_iter()),
            Some("System")
        );
        assert_eq!(
            log_by_sources(["MSExchangeIS"].into_iter()),
            Some("Application")
        );
        assert_eq!(
            log_by_sources(["EventLog", "MSExchangeIS"].into_iter()),
            None
        );
    }
}
