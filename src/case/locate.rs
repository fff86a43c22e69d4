//! What the path of a case leads to: a folder, or an archive; and what the case is called after it.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::archive::{self, Member};
use super::{Error, names, suggest};

/// The name of the archive, if the case is one.
pub fn check(path: &Path) -> Result<Option<String>, Error> {
    let unreadable = |source| Error::Unreadable {
        path: path.to_owned(),
        source,
    };
    match fs::metadata(path) {
        Ok(about) if about.is_dir() => fs::read_dir(path).map(|_| None).map_err(unreadable),
        Ok(about) if about.is_file() && archive::kind_on_disk(path).is_some() => {
            Ok(Some(file_name(path)))
        }
        Ok(_) => Err(Error::NotAFolder {
            path: path.to_owned(),
        }),
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => Err(Error::NotFound {
            path: path.to_owned(),
            near: near_cases(path),
        }),
        Err(fault) => Err(unreadable(fault)),
    }
}

/// What comes before the paths of a case that is an archive: the archive, and the folder that holds everything else in
/// it, as archives of a folder have it.
pub fn base_in(archive: &str, members: &[Member]) -> String {
    let inside = format!("{archive}!/");
    let paths = members
        .iter()
        .filter_map(|member| member.path.strip_prefix(&inside));
    // What the Finder of macOS adds.
    let added = |path: &str| path.starts_with("__MACOSX/") || path == ".DS_Store";
    let tops: BTreeSet<&str> = paths
        .filter(|path| !added(path))
        .map(|path| path.split_once('/').map_or("", |(top, _)| top))
        .collect();
    match Vec::from_iter(tops).as_slice() {
        [] | [""] => inside,
        [top] => format!("{inside}{top}/"),
        _ => inside,
    }
}

/// The path of a member of an archive as a person would look for it.
pub fn shown_path(case: &Path, in_archive: bool, member: &Member) -> PathBuf {
    if in_archive {
        case.with_file_name(&member.path)
    } else {
        case.join(&member.path)
    }
}

/// Folders and archives beside what was asked for, whose names are nearly the same.
fn near_cases(path: &Path) -> Vec<String> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let (Some(name), Ok(entries)) = (path.file_name(), fs::read_dir(parent)) else {
        return Vec::new();
    };
    let mut cases: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| {
            let path = entry.path();
            path.is_dir() || path.is_file() && archive::kind_on_disk(&path).is_some()
        })
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    cases.sort();
    let near = suggest::closest(&name.to_string_lossy(), cases.iter().map(String::as_str));
    near.map(|near| path.with_file_name(near).display().to_string())
        .into_iter()
        .collect()
}

fn file_name(path: &Path) -> String {
    let real = path.canonicalize();
    let name = path
        .file_name()
        .or_else(|| real.as_deref().ok()?.file_name())
        .map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| "case".to_owned())
}

/// The name of a case without one in `case.toml`.
pub fn name(path: &Path, archive: Option<&str>) -> String {
    match archive {
        Some(name) => names::without_archive_extension(name).to_owned(),
        None => file_name(&path.canonicalize().unwrap_or_else(|_| path.to_owned())),
    }
}
