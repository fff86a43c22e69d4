//! One capture: its parts, its rows, its place.

use std::collections::{BTreeMap, BTreeSet};

use super::join::{self, Joined};
use super::tree::Root;
use super::whole::{self, FolderState};
use super::{Held, sanitize};
use crate::case::names;
use crate::evidence::ReadContext;
use crate::evidence::mapi::server_of_store;
use crate::evidence::model::{
    Citation, FileId, ListingKind, PartRow, Problem, Reading, Snapshot, SnapshotRow, TablePart,
};
use crate::evidence::problems::{CaptureFault, Fault, SnapshotFault, Trouble, counted};
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
struct Contents {
    joined: Joined,
    folders: BTreeMap<String, FolderState>,
    /// Display name of the folder at the top.
    name: Option<String>,
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
        let mut faults = Vec::new();
        let mut times = Times::of_names(context.local_rules());
        let place = {
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            let surroundings = match &root {
                Root::File(file) => Surroundings::of(file, context.config),
                Root::Folder(folder) => Surroundings::of_folder(folder, &paths, context.config),
            };
            let stated = Stated {
                server: server.as_deref(),
                table: contents
                    .name
                    .as_deref()
                    .filter(|name| names::table_name(name).is_some()),
                ..Stated::default()
            };
            surroundings.place(stated, &mut times, &mut faults)
        };
        faults.extend(times.into_faults());
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
        let mut messages = Vec::new();
        let mut views = Vec::new();
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
                    contents.left_out += 1
                }
                TablePart::Message(mut part) => {
                    part.row.file = file;
                    messages.push((folder, name, part));
                }
                TablePart::Listing(listing) if listing.kind == ListingKind::Associated => {
                    contents.left_out += listing.rows.len() as u64;
                }
                TablePart::Listing(listing) => {
                    contents.has_listing = true;
                    state.listing(&listing);
                    if listing.kind == ListingKind::Names && contents.name.is_none() {
                        contents.name = listing.rows.iter().find_map(|row| row.folder.clone());
                    }
                    let is_contents = listing.kind == ListingKind::Contents;
                    for mut row in listing.rows {
                        row.row.file = file;
                        // A row that lost its keys to damage may be one of the messages.
                        match is_contents && join::has_name(&row) {
                            true => contents.joined.add(row),
                            false => views.push(row),
                        }
                    }
                }
                TablePart::Server(_) => {}
            }
        }
        for (folder, name, part) in messages {
            let key = sanitize::key_in(&name);
            if let Some(state) = contents.folders.get_mut(&folder) {
                state.message(&part);
            }
            contents.joined.add_message(*part, key);
        }
        let alone = contents.joined.rows.is_empty();
        for row in views {
            match alone {
                true => contents.joined.add(row),
                false => contents.joined.add_alike(row),
            }
        }
        contents
    }
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

/// What lies in the folders of an export and is no message of the table.
struct Aside {
    /// Files of attached messages, by folder, in small letters.
    attached: BTreeSet<(String, String)>,
    /// Keys of what folders keep for themselves.
    associated: BTreeSet<String>,
    files: BTreeSet<(String, String)>,
}

impl Aside {
    fn of(members: &[Held]) -> Self {
        let mut aside = Self {
            attached: BTreeSet::new(),
            associated: BTreeSet::new(),
            files: BTreeSet::new(),
        };
        for held in members {
            let at = |name: &str| (held.folder().to_owned(), name.to_lowercase());
            match &held.part {
                TablePart::Message(part) => {
                    aside.files.insert(at(held.name()));
                    aside
                        .attached
                        .extend(part.attached.iter().map(|name| at(name)));
                }
                TablePart::Listing(listing) if listing.kind == ListingKind::Associated => {
                    let keys = listing
                        .rows
                        .iter()
                        .filter_map(|row| row.row.record_key.clone());
                    aside.associated.extend(keys);
                }
                _ => {}
            }
        }
        aside
    }

    fn holds(&self, folder: &str, name: &str, part: &PartRow) -> bool {
        let lower = name.to_lowercase();
        let listed = part
            .row
            .record_key
            .as_ref()
            .is_some_and(|key| self.associated.contains(key));
        let named = self.attached.contains(&(folder.to_owned(), lower.clone()));
        // `Quote 17_01-Attach0.xml` beside `Quote 17_01.xml`, should the latter not name it.
        let by_name = lower.rsplit_once("-attach").is_some_and(|(parent, rest)| {
            let number = rest.strip_suffix(".xml").unwrap_or_default();
            let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            is_number
                && self
                    .files
                    .contains(&(folder.to_owned(), format!("{parent}.xml")))
        });
        part.associated || listed || named || by_name
    }
}

impl Contents {
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

/// The reading that a capture goes to.
struct Told<'a> {
    path: &'a str,
    reading: &'a mut Reading,
}

impl Told<'_> {
    fn note(&mut self, note: String) {
        self.reading.notes.push(note);
    }

    fn problem<F: Fault>(&mut self, fault: F) {
        self.reading
            .problems
            .push(Problem::from(Trouble::new(self.path, fault)));
    }

    fn snapshot(
        &mut self,
        contents: Contents,
        place: Place,
        (top, named): (&str, String),
        faults: Vec<SnapshotFault>,
        id: FileId,
    ) {
        let rows: Vec<SnapshotRow> = contents
            .joined
            .rows
            .into_iter()
            .map(|part| part.row)
            .collect();
        for fault in faults {
            self.problem(fault);
        }
        if !rows.is_empty() && rows.iter().all(|row| row.message_id.is_none()) {
            self.problem(SnapshotFault::NoMessageIds);
        }
        let (server, table, captured_at) = match (place.server, place.table, place.captured_at) {
            (Some(server), Some(table), Some(at)) => (server, table, at),
            (server, table, at) => {
                let lacking = [
                    (server.is_none(), "server"),
                    (table.is_none(), "table"),
                    (at.is_none(), "time"),
                ];
                self.problem(CaptureFault::Unplaced {
                    rows: rows.len() as u64,
                    lacking: lacking
                        .into_iter()
                        .filter_map(|(lacks, what)| lacks.then_some(what))
                        .collect(),
                    path: named,
                    server: server.map(|known| known.value),
                    table: table.map(|known| known.value),
                    time: at.map(|known| known.value.at.to_string()),
                });
                return;
            }
        };
        let mut missing = whole::check(top, &contents.folders);
        if let Some(name) = contents
            .name
            .filter(|name| names::table_name(name).is_none())
        {
            missing
                .why
                .push(format!("it is of the folder `{name}` alone"));
        }
        if place.partial {
            missing.why.push("its name says `partial`".to_owned());
        }
        self.reading.damaged += missing
            .differing
            .iter()
            .filter(|fault| fault.is_loss())
            .count() as u64;
        for fault in missing.differing {
            self.problem(fault);
        }
        let complete = missing.why.is_empty();
        if !complete {
            self.problem(CaptureFault::Incomplete {
                table: table.value.clone(),
                why: missing.why,
            });
        }
        self.reading.snapshots.push(Snapshot {
            cite: Citation {
                file: id,
                record: 1,
            },
            virtual_server: names::virtual_server_of(&table.value),
            server,
            table,
            captured_at,
            complete,
            tool: Some("MFCMAPI".to_owned()),
            rows,
        });
    }
}
