//! Which parts make one capture: those in one tree of folders, whose top is the table.

use std::collections::{BTreeMap, BTreeSet};

use super::Held;
use crate::case::{CaseConfig, names};
use crate::evidence::model::{ListingKind, TablePart};

/// What a capture is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Root {
    /// A folder and what is below it.
    Folder(String),
    /// A file that stands alone, or leads the folder it lies in.
    File(String),
}

/// The parts by their captures, in the order of the paths.
pub fn groups(parts: Vec<Held>, config: &CaseConfig) -> BTreeMap<Root, Vec<Held>> {
    let folders = Folders::of(&parts, config);
    let mut groups: BTreeMap<Root, Vec<Held>> = BTreeMap::new();
    for held in parts {
        groups.entry(folders.root_of(&held)).or_default().push(held);
    }
    groups
}

/// The folders that hold parts.
struct Folders<'a> {
    config: &'a CaseConfig,
    /// With the display name that MAPI has for each, where it is known.
    names: BTreeMap<String, Option<String>>,
    /// Tables exported from their windows, by folder.
    views: BTreeMap<String, Vec<String>>,
    /// Folders that were exported whole.
    dumped: BTreeSet<String>,
}

impl<'a> Folders<'a> {
    fn of(parts: &[Held], config: &'a CaseConfig) -> Self {
        let mut folders = Self {
            config,
            names: BTreeMap::new(),
            views: BTreeMap::new(),
            dumped: BTreeSet::new(),
        };
        for held in parts {
            let folder = held.folder().to_owned();
            let name = folders.names.entry(folder.clone()).or_default();
            match &held.part {
                TablePart::Folder(part) if name.is_none() => name.clone_from(&part.name),
                TablePart::Listing(listing) if is_view(listing.kind) => {
                    folders
                        .views
                        .entry(folder)
                        .or_default()
                        .push(held.path.clone());
                }
                TablePart::Listing(_) | TablePart::Message(_) => {
                    folders.dumped.insert(folder);
                }
                _ => {}
            }
        }
        folders
    }

    fn root_of(&self, held: &Held) -> Root {
        let folder = held.folder();
        let views = self.views.get(folder).map_or(&[][..], Vec::as_slice);
        let is_view = matches!(&held.part, TablePart::Listing(listing) if is_view(listing.kind));
        if is_view {
            // Beside a whole export of the same folder it is a second look at the same rows, unless it says when and
            // where itself. MFCMAPI's own name for it says nothing.
            let joins = views.len() == 1
                && self.dumped.contains(folder)
                && !self.speaks_for_itself(&held.path);
            if !joins {
                return Root::File(held.path.clone());
            }
        } else if let [view] = views
            && !self.dumped.contains(folder)
        {
            // The folder's own properties beside its table.
            return Root::File(view.clone());
        }
        Root::Folder(self.top_of(folder))
    }

    fn speaks_for_itself(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        let stem = names::stem(name);
        let parts = names::loose_parts(stem);
        let entry = self
            .config
            .snapshots
            .iter()
            .any(|entry| entry.file.eq_ignore_ascii_case(path));
        entry
            || names::full_pattern(stem).is_some()
            || parts.time.is_some()
            || parts.table.is_some()
    }

    /// The folder of the table that a folder belongs to.
    fn top_of(&self, folder: &str) -> String {
        let above = || ancestors(self.config.below(folder)).map(|below| self.whole(folder, below));
        let is_table = |path: &String| {
            let display = self
                .names
                .get(path)
                .and_then(Option::as_deref)
                .and_then(names::table_name);
            let name = path.rsplit('/').next().unwrap_or(path);
            display.or_else(|| names::loose_parts(name).table).is_some()
        };
        let is_entry = |path: &String| {
            let mut entries = self.config.snapshots.iter();
            entries.any(|entry| entry.file.eq_ignore_ascii_case(path))
        };
        let top = above().find(is_table).or_else(|| above().find(is_entry));
        top.unwrap_or_else(|| {
            let known = above().take_while(|path| self.names.contains_key(path));
            known.last().unwrap_or_else(|| folder.to_owned())
        })
    }

    /// A folder's path below the case, with what comes before it.
    fn whole(&self, folder: &str, below: &str) -> String {
        let inside = self.config.below(folder);
        let before = folder.strip_suffix(inside).unwrap_or_default();
        format!("{before}{below}")
    }
}

fn is_view(kind: ListingKind) -> bool {
    matches!(kind, ListingKind::View | ListingKind::Names)
}

/// The folder itself, the one that holds it, and so on up to the case.
fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |path| Some(path.rsplit_once('/')?.0))
}
