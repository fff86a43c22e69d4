//! Whether a capture lists every message of its table: by the numbers that its folders give, and by the subfolders that
//! they have. A table has 20 by default (itbbservices.co.uk/?p=294), and mail lies in them as well.
//!
//! In doubt it does not: a false absence would make a false release.

use std::collections::{BTreeMap, BTreeSet};

use super::sanitize;
use crate::evidence::model::{FolderPart, Listing, PartRow};
use crate::evidence::problems::CaptureFault;

/// What is known of one folder of a capture.
#[derive(Default)]
pub struct FolderState {
    part: Option<FolderPart>,
    /// Rows in the longest of its tables.
    listed: Option<u64>,
    /// What its table says that it has.
    counted: Option<u64>,
    has_gaps: bool,
    /// Messages in files of their own.
    messages: u64,
    /// Some of those could not be read whole.
    messages_have_gaps: bool,
}

impl FolderState {
    /// A pane knows nothing of the subfolders, and a folder's export nothing beside them: both are kept.
    pub fn folder(&mut self, part: FolderPart) {
        let Some(known) = &mut self.part else {
            self.part = Some(part);
            return;
        };
        known.name = known.name.take().or(part.name);
        known.has_gaps |= part.has_gaps;
        known.has_subfolders = match (known.has_subfolders, part.has_subfolders) {
            (Some(a), Some(b)) => Some(a || b),
            (a, b) => a.or(b),
        };
        // Two numbers for one folder: at one of the times, a message was there that the rows lack or have.
        if known.content_count != part.content_count {
            known.content_count = known.content_count.max(part.content_count);
        }
        if known.subfolders.is_empty() {
            known.subfolders = part.subfolders;
        }
    }

    pub fn listing(&mut self, listing: &Listing) {
        self.listed = self.listed.max(Some(listing.rows.len() as u64));
        self.counted = self.counted.max(listing.counted);
        self.has_gaps |= listing.has_gaps;
    }

    pub fn message(&mut self, part: &PartRow) {
        self.messages += 1;
        self.messages_have_gaps |= part.has_gaps;
    }

    /// Its properties alone show that nothing is in it or below it.
    pub fn says_empty(&self) -> bool {
        self.part.as_ref().is_some_and(|part| {
            part.content_count == Some(0) && part.has_subfolders == Some(false) && !part.has_gaps
        })
    }

    fn rows(&self) -> u64 {
        self.listed.unwrap_or(self.messages)
    }
}

/// What keeps a capture from being complete.
#[derive(Default)]
pub struct Missing {
    pub why: Vec<String>,
    /// Folders whose numbers are not those of their rows.
    pub differing: Vec<CaptureFault>,
}

/// Looks through the folders from the top down.
pub fn check(top: &str, folders: &BTreeMap<String, FolderState>) -> Missing {
    let by_lower: BTreeMap<String, &str> = folders
        .keys()
        .map(|path| (path.to_lowercase(), path.as_str()))
        .collect();
    let mut walk = Walk::default();
    // By folder: whether its parent's table says that it has subfolders.
    let mut open: Vec<(&str, Option<bool>)> = vec![(top, None)];
    let mut seen = BTreeSet::new();
    while let Some((path, by_parent)) = open.pop() {
        let Some(state) = folders.get(path).filter(|_| seen.insert(path)) else {
            continue;
        };
        walk.numbers(path, state);
        let subfolders = walk.subfolders(path, state, by_parent);
        for (child, has_subfolders) in subfolders {
            let inside = match path {
                "" => child.clone(),
                path => format!("{path}/{child}"),
            };
            match by_lower.get(&inside.to_lowercase()) {
                // Two names that make one: the second export wrote over the first.
                Some(known)
                    if seen.contains(known) || open.iter().any(|(path, _)| path == known) =>
                {
                    walk.absent.push(child);
                }
                Some(known) => open.push((known, has_subfolders)),
                None => walk.absent.push(child),
            }
        }
    }
    walk.into_missing()
}

#[derive(Default)]
struct Walk {
    differing: Vec<CaptureFault>,
    uncounted: Vec<String>,
    damaged: Vec<String>,
    unknown_below: Vec<String>,
    not_walked: Vec<String>,
    absent: Vec<String>,
    subfolders: usize,
}

impl Walk {
    fn numbers(&mut self, path: &str, state: &FolderState) {
        let name = shown(path);
        let count = state.part.as_ref().and_then(|part| part.content_count);
        let said = [
            ("its table", state.counted),
            ("its own number of messages", count),
        ];
        for (whose, said) in said {
            if let Some(said) = said.filter(|said| *said != state.rows()) {
                self.differing.push(CaptureFault::CountDiffers {
                    folder: name.clone(),
                    whose,
                    said,
                    rows: state.rows(),
                });
            }
        }
        if state.counted.is_none() && count.is_none() {
            self.uncounted.push(name.clone());
        }
        // What a message's own file lost matters only where no table lists the message.
        let part_has_gaps = state.part.as_ref().is_some_and(|part| part.has_gaps);
        if state.has_gaps || part_has_gaps || (state.listed.is_none() && state.messages_have_gaps) {
            self.damaged.push(name);
        }
    }

    /// The subfolders that a folder has by its own words, as an export would call them.
    fn subfolders(
        &mut self,
        path: &str,
        state: &FolderState,
        by_parent: Option<bool>,
    ) -> Vec<(String, Option<bool>)> {
        let part = state.part.as_ref();
        let listed = part.map_or(&[][..], |part| part.subfolders.as_slice());
        let has_subfolders = part.and_then(|part| part.has_subfolders).or(by_parent);
        match (listed, has_subfolders) {
            ([], Some(false)) => {}
            ([], Some(true)) => self.not_walked.push(shown(path)),
            ([], None) => self.unknown_below.push(shown(path)),
            _ => {}
        }
        self.subfolders += listed.len();
        listed
            .iter()
            .map(|child| {
                (
                    sanitize::folder_name(child.name.as_deref()),
                    child.has_subfolders,
                )
            })
            .collect()
    }

    fn into_missing(self) -> Missing {
        let mut why = Vec::new();
        let mut say = |names: &[String], text: &dyn Fn(String) -> String| {
            if !names.is_empty() {
                why.push(text(some(names)));
            }
        };
        say(&self.uncounted, &|names| {
            format!("nothing says how many messages there are in {names}")
        });
        say(&self.unknown_below, &|names| {
            format!("nothing says whether {names} has subfolders")
        });
        say(&self.not_walked, &|names| {
            format!("the subfolders of {names} were not exported")
        });
        let (absent, all) = (self.absent.len(), self.subfolders);
        say(&self.absent, &|names| {
            format!("{absent} of {all} subfolders are not there ({names})")
        });
        say(&self.damaged, &|names| {
            format!("files of {names} are damaged")
        });
        if !self.differing.is_empty() {
            why.push("numbers of messages and rows differ".to_owned());
        }
        Missing {
            why,
            differing: self.differing,
        }
    }
}

/// A folder by its last name.
fn shown(path: &str) -> String {
    match path.rsplit('/').next() {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => "the case's own folder".to_owned(),
    }
}

/// The first few.
fn some(names: &[String]) -> String {
    const SHOWN: usize = 3;
    let first: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
    let more = if names.len() > SHOWN { ", …" } else { "" };
    first.join(", ") + more
}
