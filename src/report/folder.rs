//! Putting a finished report in its place, all of it or nothing.
//!
//! The files are written into a new folder beside the target. When all are there, the target (if it is an earlier
//! report on the same case) is renamed aside, the new folder renamed in, and the old one removed. If the second
//! rename fails the old report goes back. Renames within one folder are the only step that readers of the target
//! can see. Works on Windows as on Unix: nothing but `std::fs`.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::error::Error;
use super::manifest::{self, FileRef, Manifest};
use crate::analysis::findings::CaseInfo;

const CHECK_RIGHTS: &str =
    "Check that the folder exists, is writable and has room, or choose another with -o";
const CLOSE_PROGRAMS: &str = "Close programs that have its files open, and run again";

/// What stands where the report is to go.
#[derive(Debug, PartialEq, Eq)]
pub enum Target {
    /// Nothing, or an empty folder.
    Free,
    /// An earlier report on the same case, and nothing else: replaced as a whole.
    Ours,
    /// Something else, to be written into file by file because `force` was given; the files named are left over
    /// from the report that stood there.
    Forced { stale: Vec<String> },
}

/// Looks at the target before any work is done, so that a bad path fails early.
pub fn inspect(
    target: &Path,
    case_name: &str,
    evidence_sha256: &str,
    force: bool,
) -> Result<Target, Error> {
    let entries = match fs::read_dir(target) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Target::Free),
        Err(_) if target.is_file() => {
            return Err(Error::NotAFolder {
                path: target.to_owned(),
            });
        }
        Err(e) => return Err(Error::io("read", target, CHECK_RIGHTS)(e)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(Error::io("read", target, CHECK_RIGHTS))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    if names.is_empty() {
        return Ok(Target::Free);
    }
    let found = fs::read(target.join(manifest::FILE_NAME))
        .ok()
        .and_then(|text| Manifest::parse(&text));
    if force {
        let ours = found.map(|m| m.files).unwrap_or_default();
        // A manifest is only text: of what it names, only plain names are ever touched.
        let stale = ours
            .into_iter()
            .map(|f| f.name)
            .filter(|n| names.contains(n))
            .collect();
        return Ok(Target::Forced { stale });
    }
    let Some(found) = found else {
        return Err(Error::Foreign {
            path: target.to_owned(),
        });
    };
    if !found.is_same_case(case_name, evidence_sha256) {
        return Err(Error::OtherCase {
            path: target.to_owned(),
            other: found.case.name,
        });
    }
    let listed =
        |name: &str| name == manifest::FILE_NAME || found.files.iter().any(|f| f.name == name);
    match names.into_iter().find(|name| !listed(name)) {
        Some(file) => Err(Error::ExtraFile {
            path: target.to_owned(),
            file,
        }),
        None => Ok(Target::Ours),
    }
}

/// A folder beside the target that is being filled; removed again unless it gets [`Staging::publish`]ed.
#[derive(Debug)]
pub struct Staging {
    folder: PathBuf,
    target: PathBuf,
    files: Vec<FileRef>,
}

impl Staging {
    /// Makes the folder, and the target's parent folders where they are missing.
    pub fn new(target: &Path) -> Result<Self, Error> {
        // A link to a folder is followed, so that the folder is replaced and the link stays.
        let target = if target.is_dir() {
            fs::canonicalize(target).map_err(Error::io("find", target, CHECK_RIGHTS))?
        } else {
            target.to_owned()
        };
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(Error::io(
                "make the folder",
                parent,
                CHECK_RIGHTS,
            ))?;
        }
        let folder = sibling(&target, "new", |path| fs::create_dir(path))?;
        Ok(Self {
            folder,
            target,
            files: Vec::new(),
        })
    }

    /// Writes one file and notes its size and hash.
    pub fn file(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut dyn Write) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let path = self.folder.join(name);
        let file = File::create(&path).map_err(Error::io("create", &path, CHECK_RIGHTS))?;
        let mut out = Hashing {
            out: BufWriter::new(file),
            sha256: Sha256::new(),
            bytes: 0,
        };
        write(&mut out)?;
        let Hashing { out, sha256, bytes } = out;
        let written = out
            .into_inner()
            .map_err(io::IntoInnerError::into_error)
            .and_then(|file| file.sync_all());
        written.map_err(Error::io("write", &path, CHECK_RIGHTS))?;
        self.files.push(FileRef {
            name: name.to_owned(),
            bytes,
            sha256: hex(&sha256.finalize()),
        });
        Ok(())
    }

    /// Writes the manifest and puts the folder (or, when forced, its files) in place.
    pub fn publish(mut self, case: &CaseInfo, how: &Target) -> Result<Vec<FileRef>, Error> {
        let manifest = Manifest::new(case, self.files.clone());
        let path = self.folder.join(manifest::FILE_NAME);
        self.file(manifest::FILE_NAME, |out| {
            serde_json::to_writer_pretty(&mut *out, &manifest)
                .map_err(io::Error::from)
                .and_then(|()| out.write_all(b"\n"))
                .map_err(Error::io("write", &path, CHECK_RIGHTS))
        })?;
        match how {
            Target::Free => self.move_in()?,
            Target::Ours => self.replace()?,
            Target::Forced { stale } => self.move_files(stale)?,
        }
        Ok(std::mem::take(&mut self.files))
    }

    fn move_in(&self) -> Result<(), Error> {
        // An empty folder may be there; Windows does not rename onto one.
        if self.target.is_dir() {
            fs::remove_dir(&self.target).map_err(Error::io(
                "replace",
                &self.target,
                CLOSE_PROGRAMS,
            ))?;
        }
        fs::rename(&self.folder, &self.target).map_err(Error::io(
            "put in place",
            &self.target,
            CHECK_RIGHTS,
        ))
    }

    fn replace(&self) -> Result<(), Error> {
        let aside = sibling(&self.target, "old", |path| {
            if path.exists() {
                Err(io::ErrorKind::AlreadyExists.into())
            } else {
                fs::rename(&self.target, path)
            }
        })?;
        if let Err(error) = fs::rename(&self.folder, &self.target) {
            // Put the old report back; the first failure is the one to tell.
            let _ = fs::rename(&aside, &self.target);
            return Err(Error::io("put in place", &self.target, CLOSE_PROGRAMS)(
                error,
            ));
        }
        fs::remove_dir_all(&aside).map_err(Error::io(
            "remove the old report",
            &aside,
            "It can be deleted by hand",
        ))
    }

    fn move_files(&self, stale: &[String]) -> Result<(), Error> {
        for file in &self.files {
            let to = self.target.join(&file.name);
            fs::rename(self.folder.join(&file.name), &to).map_err(Error::io(
                "replace",
                &to,
                CLOSE_PROGRAMS,
            ))?;
        }
        for name in stale
            .iter()
            .filter(|name| self.files.iter().all(|f| f.name != **name))
        {
            let path = self.target.join(name);
            fs::remove_file(&path).map_err(Error::io("remove", &path, CLOSE_PROGRAMS))?;
        }
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // After a publication the folder is gone or empty; after a failure nothing half-written may stay.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Does `claim` to the first free name `.<target>.<what>`, `.<target>.<what>-1`, … beside the target.
fn sibling(
    target: &Path,
    what: &str,
    claim: impl Fn(&Path) -> io::Result<()>,
) -> Result<PathBuf, Error> {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let mut tried = target.to_owned();
    for n in 0..100 {
        let suffix = if n == 0 {
            String::new()
        } else {
            format!("-{n}")
        };
        tried = target.with_file_name(format!(".{name}.{what}{suffix}"));
        match claim(&tried) {
            Ok(()) => return Ok(tried),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(Error::io("make the folder", &tried, CHECK_RIGHTS)(e)),
        }
    }
    Err(Error::io(
        "make the folder",
        &tried,
        "Remove leftovers of earlier runs beside the report folder",
    )(io::ErrorKind::AlreadyExists.into()))
}

/// Passes bytes on and keeps their count and hash.
struct Hashing<W> {
    out: W,
    sha256: Sha256,
    bytes: u64,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let n = self.out.write(buf)?;
        self.sha256.update(buf.get(..n).unwrap_or(buf));
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Bytes as lower-case hex digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
