//! The files of a case folder: regular files only, in an order that depends on nothing but their names.

use std::fs::FileType;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::problems::Problem;

/// A regular file and its path as the report shows it: relative, with `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub path: String,
    pub on_disk: PathBuf,
}

/// Lists all regular files below `root`, sorted by the bytes of their paths. Links are never followed: one that
/// stays inside the case leads to a file that is listed anyway.
pub fn list(root: &Path) -> (Vec<Listed>, Vec<Problem>) {
    let mut files = Vec::new();
    let mut problems = Vec::new();
    let real_root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    for entry in WalkDir::new(root).min_depth(1).follow_links(false) {
        match entry {
            Ok(entry) => match look_at(&entry, root, &real_root) {
                Seen::File(file) => files.push(file),
                Seen::Problem(problem) => problems.push(problem),
                Seen::Nothing => {}
            },
            Err(fault) => problems.push(Problem::Unlistable {
                path: fault
                    .path()
                    .map_or_else(String::new, |path| shown(path, root)),
                reason: fault
                    .io_error()
                    .map_or_else(|| fault.to_string(), ToString::to_string),
            }),
        }
    }
    files.sort_by(|a, b| a.path.as_bytes().cmp(b.path.as_bytes()));
    problems.sort_by_key(|problem| format!("{problem:?}"));
    (files, problems)
}

enum Seen {
    File(Listed),
    Problem(Problem),
    Nothing,
}

fn look_at(entry: &DirEntry, root: &Path, real_root: &Path) -> Seen {
    let path = shown(entry.path(), root);
    let kind: FileType = entry.file_type();
    if kind.is_file() {
        Seen::File(Listed {
            path,
            on_disk: entry.path().to_owned(),
        })
    } else if kind.is_dir() {
        Seen::Nothing
    } else if kind.is_symlink() {
        match entry.path().canonicalize() {
            Ok(target) if target.starts_with(real_root) => Seen::Nothing,
            Ok(_) => Seen::Problem(Problem::LinkLeadsOutside { path }),
            Err(_) => Seen::Problem(Problem::LinkBroken { path }),
        }
    } else {
        Seen::Problem(Problem::SpecialFile { path })
    }
}

/// The path relative to the case, with `/` on every system.
fn shown(path: &Path, root: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = relative
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}
