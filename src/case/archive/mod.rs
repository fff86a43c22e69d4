//! Archives of evidence, read in place: `.zip`, `.gz`, `.tar`, `.tar.gz` and `.7z`, in a case, inside one another, or as
//! the case itself. Nothing is unpacked into the case.
//!
//! An entry is a file of the case like any other, under the path `logs.zip!/bh01/System.evt`; the one file of a `.gz` is
//! `System.evt.gz!/System.evt`, and a `.tar.gz` counts as one archive. Entries of a `.zip` and the file of a `.gz` are
//! unpacked while they are read, and the files of a `.tar` are read where they lie. What cannot be read that way (the
//! files of a `.tar.gz` or `.7z`, an archive inside an archive) is unpacked once into a temporary file without a name.
//!
//! Every entry is unpacked once when the case is opened: only that tells how long it is, whether its checksum is
//! right, and whether it is a trap. The limits are those of `limits`:
//!
//! | limit | value |
//! |---|---|
//! | archives in one another | 4 |
//! | entries of an archive, those of archives inside it included | 100 000 |
//! | unpacked bytes of one entry | 512 MiB, or 1000 times what it is packed in |
//! | unpacked bytes of an archive and all inside it | 1 GiB, or 1000 times its size |
//! | unpacked bytes of all archives of a case | 64 GiB |
//! | memory for the dictionary of a `.7z` | 512 MiB |
//!
//! What is left out because of them, or because it is encrypted, packed by a method that is not read, a link, or
//! damaged, is listed as a problem. Bytes that could be unpacked before the damage or the limit are used.
//!
//! The outcome does not depend on the number of threads: archives and entries are unpacked in groups of a fixed size,
//! and the limits are applied to each group in the order of the paths.

mod entry;
mod entry_name;
mod expand;
mod fault;
mod inflate;
mod kind;
mod limits;
mod listing;
mod region;
mod seven_zip;
mod spool;
mod tar;
mod unpack;
mod zip;

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

pub use entry::Entry;
pub use fault::Fault;
pub use kind::Kind;

use super::source::Source;
use entry::Origin;
use entry_name::Taken;
use expand::{Expanded, expand};
use kind::KIND_BYTES;
use limits::{GROUP, MOST_BYTES};
use spool::Spool;

/// A file of the case, on disk or in an archive, before it is recognised.
#[derive(Clone, Debug)]
pub struct Member {
    /// As the report shows it.
    pub path: String,
    pub source: Source,
    pub bytes: u64,
    /// What is known of it already, because it is an archive or has the shape of one.
    pub known: Known,
}

/// What a look into the file has told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    Nothing,
    /// An archive whose entries are members of their own.
    Archive(Kind),
    /// It has the shape of an archive, but is this.
    Other(&'static str),
}

/// A fault of a member, or of an archive among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub path: String,
    pub fault: Fault,
}

/// The kind of archive that a file on disk is.
pub fn kind_on_disk(path: &Path) -> Option<Kind> {
    let head = Source::Disk(path.to_owned()).head(KIND_BYTES as u64).ok()?;
    Kind::of(&head)
}

/// Adds to the files of a case those that are in archives among them, in the order of their paths.
pub fn expand_all(files: Vec<(String, Source)>) -> (Vec<Member>, Vec<Found>) {
    let spool = Arc::new(Spool::default());
    let mut left = MOST_BYTES;
    let (mut members, mut faults) = (Vec::new(), Vec::new());
    let mut archives = Vec::new();
    let on_disk: Vec<(Member, Option<(Kind, Origin)>)> =
        files.into_par_iter().map(looked_into).collect();
    for (member, archive) in on_disk {
        match archive {
            Some((kind, origin)) => archives.push((member, kind, Arc::new(origin))),
            None => members.push(member),
        }
    }
    for group in archives.chunks(GROUP) {
        let run = |(member, kind, origin): &(Member, Kind, Arc<Origin>), left| {
            expand(&member.path, *kind, origin, left, &spool)
        };
        let together: Vec<Expanded> = group.par_iter().map(|archive| run(archive, left)).collect();
        for (archive, mut expanded) in group.iter().zip(together) {
            if expanded.unpacked > left {
                // The others of the group have used what was still left when it began.
                expanded = run(archive, left);
            }
            left = left.saturating_sub(expanded.unpacked);
            let mut member = archive.0.clone();
            member.known = expanded.known;
            members.push(member);
            members.append(&mut expanded.members);
            faults.append(&mut expanded.faults);
        }
    }
    sort(&mut members);
    (members, faults)
}

/// By the bytes of their paths. A folder on disk can be called like an archive beside it with `!` behind.
fn sort(members: &mut [Member]) {
    let by_path = |a: &Member, b: &Member| a.path.as_bytes().cmp(b.path.as_bytes());
    members.sort_by(by_path);
    let mut taken = Taken::default();
    for member in members.iter_mut() {
        member.path = taken.unique(std::mem::take(&mut member.path)).0;
    }
    members.sort_by(by_path);
}

fn looked_into((path, source): (String, Source)) -> (Member, Option<(Kind, Origin)>) {
    let archive = match &source {
        Source::Disk(on_disk) => {
            kind_on_disk(on_disk).and_then(|kind| Some((kind, Origin::of(on_disk).ok()?)))
        }
        Source::Memory(_) | Source::Entry(_) => None,
    };
    let member = Member {
        path,
        bytes: source.state().map_or(0, |state| state.bytes),
        source,
        known: Known::Nothing,
    };
    (member, archive)
}

#[cfg(test)]
mod tests;
