//! One file opened by itself, with the `case.toml` of the case it lies in.

use std::path::{Path, PathBuf};

use super::open;
use super::{Case, Error};

/// How many folders above the file are asked for a `case.toml`.
const MOST_FOLDERS: usize = 8;

/// Opens the file at `path` as a case of its own: that file, or the archive and its entries.
///
/// The nearest `case.toml` above it is honoured, and then its path is the one within that case.
///
/// # Errors
/// When there is no such file, or that `case.toml` cannot be honoured.
pub fn open_file(path: &Path) -> Result<Case, Error> {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let root = real
        .ancestors()
        .skip(1)
        .take(MOST_FOLDERS)
        .find(|folder| folder.join(open::CONFIG_NAME).is_file())
        .map(Path::to_owned);
    let shown = match &root {
        Some(root) => real.strip_prefix(root).unwrap_or(&real),
        None => path,
    };
    let shown: Vec<String> = shown
        .components()
        .filter_map(|part| match part {
            std::path::Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
            _ => None,
        })
        .collect();
    let root: Option<PathBuf> = root;
    open::single(path, shown.join("/"), root)
}
