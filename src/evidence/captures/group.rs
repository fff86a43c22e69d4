//! One capture: its parts, its rows, its place.

use std::collections::BTreeMap;

use super::aside::Aside;
use super::join::{self, Joined};
use super::told::Told;
use super::tree::Root;
use super::whole::FolderState;
use super::{Held, sanitize};
use crate::case::names;
use crate::evidence::ReadContext;
use crate::evidence::mapi::server_of_store;
use crate::evidence::model::{FileId, Listing, ListingKind, PartRow, Problem, TablePart};
use crate::evidence::problems::{SnapshotFault, counted};
use crate::evidence::read_all::FileReading;
use crate::evidence::snapshot::place::{Place, Stated, Surroundings};
use crate::evidence::snapshot::times::Times;

/// The parts of one capture, sorted by path. There is at least one.
pub struct Group {
    root: Root,
    members: Vec<Held>,
}

/// What the parts say, taken together.
#[derive(Default)]
pub struct Contents {
    pub joined: Joined,
    pub folders: BTreeMap<String, FolderState>,
    /// Display name of the folder at the top.
    pub name: Option<String>,
    /// A table of messages is among the parts.
    has_listing: bool,
    /// Messages that are attached to others, and things that a folder keeps for itself.
    left_out: u64,
}

impl Group {
    pub fn new(root: Root, members: Vec<Held>) -> Self {
        Self { root, members }
    }

    /// Makes a snapshot, or says why there is none.
    pub fn settle(self, servers: &[Held], readings: &mut [FileReading], context: &ReadContext<'_>) {
        let Some((host, path)) = self
            .members
            .first()
            .map(|held| (held.reading, held.path.clone()))
        else {
            return;
        };
        say_once(readings, &self.members);
        let server = self.server(servers);
        let paths: Vec<String> = self.members.iter().map(|held| held.path.clone()).collect();
        let top = self.top().to_owned();
        let root = self.root.clone();
        let contents = self.contents(readings);
        let (place, faults) = contents.place(&root, &paths, server.as_deref(), context);
        let Some(file) = readings.get_mut(host) else {
            return;
        };
        let id = file.id;
        let mut told = Told {
            path: &path,
            reading: &mut file.reading,
        };
        if contents.left_out > 0 {
            told.note(format!(
                "{} beside the messages of its folder (attached messages, forms, rules) left out.",
                contents.left_out
            ));
        }
        if let Some(reason) = contents.no_capture(&place) {
            told.note(reason);
            return;
        }
        let named = match &root {
            Root::File(file) => file,
            Root::Folder(folder) => folder,
        };
        let named = context.config.below(named).to_owned();
        told.snapshot(contents, place, (&top, named), faults, id);
    }

    /// The folder at the top.
    fn top(&self) -> &str {
        match &self.root {
            Root::Folder(folder) => folder,
            Root::File(path) => path.rsplit_once('/').map_or("", |(folder, _)| folder),
        }
    }

    /// The server that the nearest table of mailboxes or store above says.
    fn server(&self, servers: &[Held]) -> Option<String> {
        let top = self.top();
        let mut above: Vec<&Held> = servers
            .iter()
            .filter(|held| is_below(top, held.folder()))
            .collect();
        above.sort_by_key(|held| std::cmp::Reverse(held.folder().len()));
        above.into_iter().find_map(|held| {
            let TablePart::Server(part) = &held.part else {
                return None;
            };
            if part.mailboxes.is_empty() {
                return part.server.clone();
            }
            // A folder for every mailbox, called after it (`DoMailboxTablePerRowWork` of dumpStore.cpp).
            let below = top.get(held.folder().len()..)?.trim_start_matches('/');
            let first = below.split('/').next()?;
            let mut mailboxes = part.mailboxes.iter();
            let mailbox = mailboxes
                .find(|name| sanitize::folder_name(Some(name)).eq_ignore_ascii_case(first))?;
            server_of_store(mailbox)
                .map(str::to_owned)
                .or_else(|| part.server.clone())
        })
    }

    fn contents(self, readings: &[FileReading]) -> Contents {
        let top = self.top().to_owned();
        let aside = Aside::of(&self.members);
        let mut contents = Contents::default();
        let mut waiting = Waiting::default();
        for held in self.members {
            let file = readings.get(held.reading).map(|file| file.id);
            let (folder, name) = (held.folder().to_owned(), held.name().to_owned());
            let state = contents.folders.entry(folder.clone()).or_default();
            match held.part {
                TablePart::Folder(part) => {
                    if folder == top && contents.name.is_none() {
                        contents.name.clone_from(&part.name);
                    }
                    state.folder(part);
                }
                TablePart::Message(part) if aside.holds(&folder, &name, &part) => {
                    contents.left_out += 1;
                }
                TablePart::Message(mut part) => {
                    state.message(&part);
                    part.row.file = file;
                    waiting.messages.push((name, *part));
                }
                TablePart::Listing(listing) if listing.kind == ListingKind::Associated => {
                    contents.left_out += listing.rows.len() as u64;
                }
                TablePart::Listing(listing) => {
                    state.listing(&listing);
                    contents.listing(listing, file, &mut waiting);
                }
                TablePart::Server(_) => {}
            }
        }
        contents.join(waiting);
        contents
    }
}

/// Rows that are joined when all tables of exported folders have been: they hang on what those know.
#[derive(Default)]
struct Waiting {
    /// Messages with the names of their files.
    messages: Vec<(String, PartRow)>,
    /// Of tables from their windows, and rows that lost their keys to damage.
    views: Vec<PartRow>,
}

/// What is the same with many files of one export is said of the first.
fn say_once(readings: &mut [FileReading], members: &[Held]) {
    let mut files: Vec<usize> = members.iter().map(|held| held.reading).collect();
    files.dedup();
    let mut first: BTreeMap<Problem, (usize, u64)> = BTreeMap::new();
    for index in files {
        let Some(file) = readings.get_mut(index) else {
            continue;
        };
        file.reading.problems.retain(|problem| {
            let same = Problem {
                evidence: String::new(),
                ..problem.clone()
            };
            let (_, others) = first
                .entry(same)
                .and_modify(|(_, others)| *others += 1)
                .or_insert((index, 0));
            *others == 0
        });
    }
    for (same, (index, others)) in first.into_iter().filter(|(_, (_, others))| *others > 0) {
        let problems = readings
            .get_mut(index)
            .map(|file| &mut file.reading.problems);
        let said = problems
            .into_iter()
            .flatten()
            .find(|problem| problem.what == same.what);
        if let Some(said) = said {
            said.what += &format!(
                " So it is with {} of this export.",
                counted(others, "other file")
            );
        }
    }
}

/// Whether a folder is this one or lies below it.
fn is_below(folder: &str, above: &str) -> bool {
    let rest = folder.strip_prefix(above);
    rest.is_some_and(|rest| above.is_empty() || rest.is_empty() || rest.starts_with('/'))
}

impl Contents {
    fn listing(&mut self, listing: Listing, file: Option<FileId>, waiting: &mut Waiting) {
        self.has_listing = true;
        if listing.kind == ListingKind::Names && self.name.is_none() {
            self.name = listing.rows.iter().find_map(|row| row.folder.clone());
        }
        let is_contents = listing.kind == ListingKind::Contents;
        for mut row in listing.rows {
            row.row.file = file;
            if is_contents && join::has_name(&row) {
                self.joined.add(row);
            } else if !is_contents || join::shows_something(&row) {
                waiting.views.push(row);
            }
        }
    }

    /// Where and when, and what is wrong with what says so.
    fn place(
        &self,
        root: &Root,
        paths: &[String],
        server: Option<&str>,
        context: &ReadContext<'_>,
    ) -> (Place, Vec<SnapshotFault>) {
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let surroundings = match root {
            Root::File(file) => Surroundings::of(file, context.config),
            Root::Folder(folder) => Surroundings::of_folder(folder, &paths, context.config),
        };
        let own = self.name.as_deref();
        let stated = Stated {
            server,
            table: own.filter(|name| names::table_name(name).is_some()),
            ..Stated::default()
        };
        let mut faults = Vec::new();
        let mut times = Times::of_names(context.local_rules());
        let place = surroundings.place(stated, &mut times, &mut faults);
        faults.extend(times.into_faults());
        (place, faults)
    }

    fn join(&mut self, waiting: Waiting) {
        for (name, part) in waiting.messages {
            self.joined.add_message(part, sanitize::key_in(&name));
        }
        let alone = self.joined.rows.is_empty();
        for row in waiting.views {
            match alone {
                true => self.joined.add(row),
                false => self.joined.add_alike(row),
            }
        }
    }

    /// Why the parts are no capture of a temp table, if they are none. Other folders of a store are often exported
    /// along with it, and single messages are kept for many reasons.
    fn no_capture(&self, place: &Place) -> Option<String> {
        let other = self
            .name
            .as_deref()
            .filter(|name| names::table_name(name).is_none());
        if place.table.is_none()
            && let Some(name) = other
        {
            return Some(format!(
                "It is of the folder `{name}`, which is no temp table, and was left alone."
            ));
        }
        let rows = self.joined.rows.len();
        if rows == 0 && !self.has_listing {
            let mut folders = self.folders.values();
            let empty = place.table.is_some() && folders.all(FolderState::says_empty);
            return (!empty)
                .then(|| "It holds the properties of a folder and no messages.".to_owned());
        }
        let alone = place.table.is_none() && !self.has_listing;
        alone.then(|| {
            "Nothing says that this message lay in a temp table; it was left alone.".to_owned()
        })
    }
}
