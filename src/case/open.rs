//! Opening a case: a folder, or an archive of one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::archive::{self, Known, Member};
use super::config::covers;
use super::encoding;
use super::problems::Problem;
use super::recognise::{self, Format, HEAD_BYTES, Head, Recognised};
use super::source::Source;
use super::walk;
use super::{Case, CaseConfig, Error, FoundFile, locate, names, suggest};
use crate::evidence::model::FileId;

pub(super) const CONFIG_NAME: &str = "case.toml";

/// Opens the folder or archive at `path`, reads its `case.toml` if it has one, and recognises every file.
///
/// # Errors
/// When there is nothing to analyse: no such folder, neither folder nor archive, no files, no permission; or when
/// `case.toml` cannot be honoured.
pub fn open(path: &Path) -> Result<Case, Error> {
    let archive = locate::check(path)?;
    let (listed, mut problems) = match &archive {
        Some(name) => (
            vec![(name.clone(), Source::Disk(path.to_owned()))],
            Vec::new(),
        ),
        None => {
            let (listed, problems) = walk::list(path);
            let listed = listed
                .into_iter()
                .map(|file| (file.path, Source::Disk(file.on_disk)));
            (listed.collect(), problems)
        }
    };
    if listed.is_empty() {
        return Err(Error::Empty {
            path: path.to_owned(),
        });
    }
    let (members, faults) = archive::expand_all(listed);
    if archive.is_some()
        && matches!(
            members.as_slice(),
            [Member {
                known: Known::Other(_),
                ..
            }]
        )
    {
        return Err(Error::NotAFolder {
            path: path.to_owned(),
        });
    }
    let base = archive
        .as_ref()
        .map_or_else(String::new, |archive| locate::base_in(archive, &members));
    let config_path = format!("{base}{CONFIG_NAME}");
    let config_at = members.iter().position(|member| member.path == config_path);
    let mut config = match config_at.and_then(|at| members.get(at)) {
        Some(member) => read_config(
            &locate::shown_path(path, archive.is_some(), member),
            &member.source,
        )?,
        None => CaseConfig::default(),
    };
    config.put_below(base);
    let (files, of_files) = recognised(members, faults, &config_path, &config);
    problems.extend(of_files);
    problems.extend(problems_of_config(&config, &files));
    let mut case = Case {
        root: path.to_owned(),
        name: config
            .name
            .clone()
            .unwrap_or_else(|| locate::name(path, archive.as_deref())),
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

/// A case whose files are held in memory, each with its path. Of some the format is known, because they were read
/// already.
///
/// # Errors
/// When there is no file, or `case.toml` cannot be honoured.
pub fn in_memory(
    name: &str,
    files: Vec<(String, Arc<[u8]>, Option<Format>)>,
) -> Result<Case, Error> {
    let root = PathBuf::from(name);
    if files.is_empty() {
        return Err(Error::Empty { path: root });
    }
    let known: BTreeMap<String, Format> = files
        .iter()
        .filter_map(|(path, _, format)| Some((path.clone(), (*format)?)))
        .collect();
    let listed = files
        .into_iter()
        .map(|(path, bytes, _)| (path, Source::Memory(bytes)));
    let (members, faults) = archive::expand_all(listed.collect());
    let config_at = members.iter().position(|member| member.path == CONFIG_NAME);
    let config = match config_at.and_then(|at| members.get(at)) {
        Some(member) => read_config(&root.join(CONFIG_NAME), &member.source)?,
        None => CaseConfig::default(),
    };
    let (mut files, mut problems) = recognised(members, faults, CONFIG_NAME, &config);
    for file in &mut files {
        if let Some(format) = known.get(&file.path) {
            file.format = *format;
            file.recognised_by = "read before".to_owned();
        }
    }
    problems.retain(
        |problem| !matches!(problem, Problem::EmptyFile { path } if known.contains_key(path)),
    );
    problems.extend(problems_of_config(&config, &files));
    if !files.iter().any(|file| file.format.is_readable()) {
        problems.push(Problem::NoEvidence { files: files.len() });
    }
    Ok(Case {
        name: config.name.clone().unwrap_or_else(|| name.to_owned()),
        root,
        config,
        config_file: config_at.and_then(|at| files.get(at)).map(|file| file.id),
        files,
        problems: problems.into_iter().map(Into::into).collect(),
    })
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
    let config = match root.as_ref().map(|root| root.join(CONFIG_NAME)) {
        Some(path) => read_config(&path, &Source::Disk(path.clone()))?,
        None => CaseConfig::default(),
    };
    let (members, faults) = archive::expand_all(vec![(shown, Source::Disk(path.to_owned()))]);
    let (files, problems) = recognised(members, faults, "", &config);
    Ok(Case {
        name: locate::name(path, None),
        config_file: root.as_ref().map(|_| FileId(0)),
        root: root.unwrap_or_default(),
        config,
        problems: problems.into_iter().map(Into::into).collect(),
        files,
    })
}

/// Recognises every file, and says what is wrong with them. `config_path` is the `case.toml` that is used.
fn recognised(
    members: Vec<Member>,
    faults: Vec<archive::Found>,
    config_path: &str,
    config: &CaseConfig,
) -> (Vec<FoundFile>, Vec<Problem>) {
    let files: Vec<FoundFile> = members
        .into_par_iter()
        .zip(1_u32..u32::MAX)
        .map(|(member, id)| found(member, FileId(id), config_path, config))
        .collect();
    let damaged: BTreeSet<&str> = faults.iter().map(|found| found.path.as_str()).collect();
    // Of what could not be unpacked at all, it is known already why it is empty.
    let told = |file: &&FoundFile| file.bytes > 0 || !damaged.contains(file.path.as_str());
    let mut problems: Vec<Problem> = files.iter().filter(told).filter_map(problem_of).collect();
    problems.extend(faults.into_iter().map(Problem::Archive));
    (files, problems)
}

/// A `case.toml` larger than this is something else.
const MOST_CONFIG_BYTES: u64 = 4 * 1024 * 1024;

fn read_config(path: &Path, source: &Source) -> Result<CaseConfig, Error> {
    let unreadable = |reason: String| Error::ConfigUnreadable {
        path: path.to_owned(),
        reason,
    };
    let bytes = source
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

/// As much of a file as it takes to recognise it.
fn head_of(source: &Source) -> io::Result<Vec<u8>> {
    let head = source.head(HEAD_BYTES)?;
    match recognise::bytes_needed(&head) {
        Some(more) => source.head(more),
        None => Ok(head),
    }
}

fn found(member: Member, id: FileId, config_path: &str, config: &CaseConfig) -> FoundFile {
    let Member {
        path,
        source,
        bytes,
        known,
    } = member;
    let recognised = if path == config_path {
        Recognised::new(Format::CaseToml, "its name and place")
    } else if let Known::Archive(kind) = known {
        Recognised::new(Format::Archive(kind), kind.signature())
    } else if let Known::Other(what) = known {
        Recognised::new(Format::NotEvidence, what)
    } else {
        match head_of(&source) {
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
        Format::OtherArchive => Some(Problem::OtherArchive {
            path,
            what: file.recognised_by.clone(),
        }),
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
    let named = named.chain(config.settings.iter().map(|entry| ("setting", &entry.file)));
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
