//! Where the report goes: never into the case.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use stuckmail::report::folder_name;

/// The folder that holds reports unless told otherwise.
const REPORTS: &str = "reports";

/// The folder of the report: as asked, else `reports/<name of the case folder>` under the current
/// folder.
///
/// # Errors
/// A sentence with the `-o` to type, when the folder lies inside the case: nothing may be written
/// there. A case that does not exist is no matter here; opening it will say so.
pub fn choose(case: &Path, asked: Option<&Path>) -> Result<PathBuf, String> {
    let root = case.canonicalize().unwrap_or_else(|_| case.to_owned());
    let name = root.file_name().map_or_else(
        || "case".to_owned(),
        |name| folder_name(&name.to_string_lossy()),
    );
    let folder = asked.map_or_else(|| Path::new(REPORTS).join(&name), Path::to_owned);
    if !resolved(&folder).starts_with(&root) {
        return Ok(folder);
    }
    let what = format!(
        "the report would go to `{}`, inside the case folder",
        folder.display()
    );
    Err(match outside(&root, &name) {
        Some(other) => format!(
            "{what}, where nothing may be written: add -o {}",
            quoted(&other)
        ),
        None => format!("{what}, where nothing may be written: choose another folder with -o"),
    })
}

/// A folder beside the case, written as shortly as the current folder allows.
fn outside(root: &Path, name: &str) -> Option<PathBuf> {
    let parent = root.parent()?;
    let here = Path::new(".").canonicalize().ok()?;
    let base = if let Ok(below) = here.strip_prefix(parent) {
        below.components().map(|_| Component::ParentDir).collect()
    } else if let Ok(below) = parent.strip_prefix(&here) {
        below.to_owned()
    } else {
        parent.to_owned()
    };
    Some(base.join(REPORTS).join(name))
}

/// The path as it will be once made: the part that exists with its links followed, the rest as
/// written.
fn resolved(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut rest: Vec<&OsStr> = Vec::new();
    for existing in path.ancestors() {
        if let Ok(real) = existing.canonicalize() {
            let rest = rest.iter().rev().map(Path::new);
            return rest.fold(real, |path, part| normal_join(&path, part));
        }
        rest.extend(existing.components().next_back().map(Component::as_os_str));
    }
    path
}

/// Joins one part, where `..` means the parent: the part does not exist yet, so no link can be
/// meant.
fn normal_join(path: &Path, part: &Path) -> PathBuf {
    if part == Path::new("..") {
        path.parent().unwrap_or(path).to_owned()
    } else {
        path.join(part)
    }
}

/// The path as it can be typed into a shell.
pub fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "-_./\\:".contains(c);
    if text.chars().all(plain) {
        text
    } else {
        format!("\"{text}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn case() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let case = folder.path().join("case 42");
        fs::create_dir(&case).unwrap();
        (folder, case)
    }

    #[test]
    fn the_default_is_named_after_the_case() {
        let (_keep, case) = case();
        assert_eq!(choose(&case, None), Ok(PathBuf::from("reports/case 42")));
        assert_eq!(
            choose(Path::new("/no/such/case7"), None),
            Ok(PathBuf::from("reports/case7"))
        );
    }

    #[test]
    fn beside_the_case_is_fine() {
        let (keep, case) = case();
        for asked in [
            keep.path().join("out"),
            keep.path().join("case 42b"),
            case.join("../out"),
            case.join("x/../../out"),
        ] {
            assert_eq!(choose(&case, Some(&asked)), Ok(asked.clone()));
        }
    }

    #[test]
    fn inside_the_case_is_refused_with_what_to_type() {
        let (keep, case) = case();
        for asked in [
            case.clone(),
            case.join("out"),
            case.join("a/b"),
            keep.path().join("new/../case 42/out"),
        ] {
            let refusal = choose(&case, Some(&asked)).unwrap_err();
            let typed = refusal
                .rsplit("add -o ")
                .next()
                .unwrap()
                .trim_matches('"')
                .to_owned();
            assert!(
                typed.ends_with("reports/case 42") || typed.ends_with("reports\\case 42"),
                "{refusal}"
            );
            assert_eq!(
                choose(&case, Some(Path::new(&typed))),
                Ok(PathBuf::from(typed))
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_into_the_case_is_seen_through() {
        let (keep, case) = case();
        let link = keep.path().join("link");
        std::os::unix::fs::symlink(&case, &link).unwrap();
        assert!(choose(&case, Some(&link.join("out"))).is_err());
        assert!(choose(&link, Some(&case.join("out"))).is_err());
    }
}
