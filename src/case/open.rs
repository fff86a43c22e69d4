//! Opening a case folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::config::covers;
use super::encoding;
use super::problems::Problem;
use super::recognise::{self, Format, HEAD_BYTES, Head, Recognised};
use super::source::Source;
use super::walk::{self, Listed};
use super::{Case, CaseConfig, Error, FoundFile, names, suggest};
use crate::evidence::model::FileId;

pub(super) const CONFIG_NAME: &str = "case.toml";

/// Opens the folder at `path`, reads its `case.toml` if it has one, and recognises every file.
///
/// # Errors
/// When there is nothing to analyse: no such folder, not a folder, no files, no permission; or when
/// `case.toml` cannot be honoured.
pub fn open(path: &Path) -> Result<Case, Error> {
    check_folder(path)?;
    let (listed, mut problems) = walk::list(path);
    if listed.is_empty() {
        return Err(Error::Empty {
            path: path.to_owned(),
        });
    }
    let config_at = listed.iter().position(|file| file.path == CONFIG_NAME);
    let config = match config_at.and_then(|at| listed.get(at)) {
        Some(file) => read_config(&file.on_disk)?,
        None => CaseConfig::default(),
    };
    let files: Vec<FoundFile> = listed
        .into_par_iter()
        .zip(1_u32..u32::MAX)
        .map(|(file, id)| found(file, FileId(id), &config))
        .collect();
    problems.extend(files.iter().filter_map(problem_of));
    problems.extend(problems_of_config(&config, &files));
    let mut case = Case {
        root: path.to_owned(),
        name: config.name.clone().unwrap_or_else(|| folder_name(path)),
        config,
        config_file: config_at.and_then(|at| files.get(at)).map(|file| file.id),
        files,
        problems: Vec::new(),
    };
    if !case.has_evidence() {
        problems.push(Problem::NoEvidence {
            files: case.files.len(),
        });
    }
    case.problems = problems.into_iter().map(Into::into).collect();
    Ok(case)
}

/// One file as a case of its own, shown as `shown`, with the `case.toml` of the folder `root`.
pub(super) fn single(path: &Path, shown: String, root: Option<PathBuf>) -> Result<Case, Error> {
    match fs::metadata(path) {
        Ok(about) if about.is_file() => {}
        Ok(_) => {
            return Err(Error::NotAFile {
                path: path.to_owned(),
            });
        }
        Err(source) => {
            return Err(Error::Unreadable {
                path: path.to_owned(),
                source,
            });
        }
    }
    let config = match &root {
        Some(root) => read_config(&root.join(CONFIG_NAME))?,
        None => CaseConfig::default(),
    };
    let listed = Listed {
        path: shown,
        on_disk: path.to_owned(),
    };
    let files = vec![found(listed, FileId(1), &config)];
    let problems = files.iter().filter_map(problem_of);
    Ok(Case {
        name: folder_name(path),
        config_file: root.as_ref().map(|_| FileId(0)),
        root: root.unwrap_or_default(),
        config,
        problems: problems.map(Into::into).collect(),
        files,
    })
}

fn check_folder(path: &Path) -> Result<(), Error> {
    let unreadable = |source| Error::Unreadable {
        path: path.to_owned(),
        source,
    };
    match fs::metadata(path) {
        Ok(about) if about.is_dir() => fs::read_dir(path).map(drop).map_err(unreadable),
        Ok(_) => Err(Error::NotAFolder {
            path: path.to_owned(),
        }),
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => Err(Error::NotFound {
            path: path.to_owned(),
            near: near_folders(path),
        }),
        Err(fault) => Err(unreadable(fault)),
    }
}

/// Folders beside the one that was asked for, whose names are nearly the same.
fn near_folders(path: &Path) -> Vec<String> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let (Some(name), Ok(entries)) = (path.file_name(), fs::read_dir(parent)) else {
        return Vec::new();
    };
    let mut folders: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    folders.sort();
    let near = suggest::closest(&name.to_string_lossy(), folders.iter().map(String::as_str));
    near.map(|near| path.with_file_name(near).display().to_string())
        .into_iter()
        .collect()
}

fn folder_name(path: &Path) -> String {
    let real = path.canonicalize();
    let name = real
        .as_deref()
        .unwrap_or(path)
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| "case".to_owned())
}

/// A `case.toml` larger than this is something else.
const MOST_CONFIG_BYTES: u64 = 4 * 1024 * 1024;

fn read_config(path: &Path) -> Result<CaseConfig, Error> {
    let unreadable = |reason: String| Error::ConfigUnreadable {
        path: path.to_owned(),
        reason,
    };
    let bytes = Source::Disk(path.to_owned())
        .head(MOST_CONFIG_BYTES)
        .map_err(|fault| unreadable(fault.to_string()))?;
    let decoded = encoding::decode(&bytes, None);
    if decoded.lossy || decoded.encoding.is_guess() {
        return Err(unreadable("it is not UTF-8".to_owned()));
    }
    CaseConfig::parse(&decoded.text).map_err(|fault| Error::Config {
        path: path.to_owned(),
        source: Box::new(fault),
    })
}

fn found(listed: Listed, id: FileId, config: &CaseConfig) -> FoundFile {
    let Listed { path, on_disk } = listed;
    let source = Source::Disk(on_disk);
    let bytes = source.state().map_or(0, |state| state.bytes);
    let recognised = if path == CONFIG_NAME {
        Recognised {
            format: Format::CaseToml,
            by: "its name and place".to_owned(),
        }
    } else {
        match source.head(HEAD_BYTES) {
            Ok(head) => recognise::recognise(&Head::new(
                &head,
                bytes,
                is_said_to_be_snapshot(&path, config),
                config.code_page_of(&path),
            )),
            // Reading it will fail again and be reported then.
            Err(fault) => Recognised {
                format: Format::NotEvidence,
                by: format!("could not be read: {fault}"),
            },
        }
    };
    FoundFile {
        id,
        path,
        source,
        format: recognised.format,
        recognised_by: recognised.by,
        bytes,
    }
}

/// Whether `case.toml` or the names say that the file is a capture of a table.
///
/// The extension counts here only as a sign of what the person meant, never of what the file is.
fn is_said_to_be_snapshot(path: &str, config: &CaseConfig) -> bool {
    if config
        .snapshots
        .iter()
        .any(|entry| entry.file.eq_ignore_ascii_case(path))
    {
        return true;
    }
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = names::stem(name);
    if names::full_pattern(stem).is_some() {
        return true;
    }
    let tabular = ["csv", "tsv", "json", "jsonl", "ndjson"];
    extension(name).is_some_and(|ext| tabular.contains(&ext.as_str()))
        && (names::loose_parts(stem).table.is_some()
            || folders
                .split('/')
                .any(|folder| names::loose_parts(folder).table.is_some()))
}

fn extension(name: &str) -> Option<String> {
    name.rsplit_once('.')
        .map(|(_, ext)| ext.to_ascii_lowercase())
}

fn problem_of(file: &FoundFile) -> Option<Problem> {
    let path = file.path.clone();
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let extension = extension(name).unwrap_or_default();
    let is_log = matches!(extension.as_str(), "evtx" | "evt");
    let is_capture = matches!(
        extension.as_str(),
        "csv" | "tsv" | "json" | "jsonl" | "ndjson" | "xml" | "log" | "txt"
    );
    match file.format {
        Format::Mfcmapi => Some(Problem::MfcmapiNotRead { path }),
        Format::NotEvidence if file.bytes == 0 && (is_log || is_capture) => {
            Some(Problem::EmptyFile { path })
        }
        Format::NotEvidence if is_log => Some(Problem::Misnamed { path, extension }),
        Format::NotEvidence if name.eq_ignore_ascii_case(CONFIG_NAME) => {
            Some(Problem::NestedConfig { path })
        }
        _ => None,
    }
}

fn problems_of_config(config: &CaseConfig, files: &[FoundFile]) -> Vec<Problem> {
    let named = config
        .snapshots
        .iter()
        .map(|entry| ("snapshot", &entry.file));
    let named = named.chain(config.logs.iter().map(|entry| ("log", &entry.file)));
    let mut problems: Vec<Problem> = named
        .filter(|(_, entry)| !files.iter().any(|file| covers(entry, &file.path)))
        .map(|(table, entry)| missing(table, entry, files))
        .collect();
    for (at, server) in config.servers.iter().enumerate() {
        let earlier = config.servers.iter().take(at);
        if let Some(first) = earlier
            .into_iter()
            .find(|first| config.find_server(&server.name) == Some(*first))
        {
            problems.push(Problem::SameServer {
                first: first.name.clone(),
                second: server.name.clone(),
            });
        }
    }
    problems
}

fn missing(table: &'static str, entry: &str, files: &[FoundFile]) -> Problem {
    let near = suggest::closest(entry, files.iter().map(|file| file.path.as_str()));
    Problem::MissingFile {
        table,
        file: entry.to_owned(),
        near: near.map(str::to_owned),
    }
}
