//! Listings of folders by `dir`: what lay in the folders of `mailroot`, where SMTP keeps mail on disk.
//!
//! Other folders of a listing play no part. Times are local, and the listing says neither zone nor order of day and
//! month: the order is taken from days above 12 where nobody gives it.

mod folder;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::model::{Attributed, Citation, FileId, FolderListing, Reading};
use super::problems::{ListingFault, TimeTrouble, counted};
use super::stream::EvidenceStream;
use super::taken::{self, Taken};
use super::tally::Tally;
use super::{ReadContext, Reader};
use crate::case::console::{self, Row};
use crate::case::time_text::{self, LocalRules};
use crate::case::{DateOrder, Format, FoundFile};
use crate::time::Stamp;
use folder::Folder;

/// Folders of `mailroot` that are read: more than any server has.
const MOST_FOLDERS: usize = 10_000;

pub struct ListingReader;

impl Reader for ListingReader {
    fn format(&self) -> Format {
        Format::FolderListing
    }

    fn read(
        &self,
        file: &FoundFile,
        stream: &mut EvidenceStream<'_>,
        context: &ReadContext<'_>,
    ) -> Reading {
        let mut faults = Vec::new();
        let mut reading = Reading::default();
        if let Some(text) = taken::read_text(file, stream, context, &mut faults) {
            let mut rules = taken::rules(&file.path, context);
            let mut times = Times::default();
            rules.order = rules.order.or_else(|| times.prove(&text));
            let found = Listing::read(&text, rules, &mut times);
            reading.records = found.lines;
            reading.damaged = found.unreadable.count;
            reading.notes = found.notes();
            if !found.folders.is_empty() {
                let holds = counted(found.folders.len() as u64, "folder");
                let known =
                    Taken::of(file, context, None, &mut faults).require(file, holds, &mut faults);
                let mut of_listing = found.faults();
                if let Some((server, at)) = known {
                    of_listing.extend(times.into_faults());
                    reading.listings = found.into_listings(file.id, &server, &at);
                }
                taken::report(&mut reading, file, of_listing);
            }
        }
        taken::report(&mut reading, file, faults);
        reading
    }
}

/// Everything that one file lists of `mailroot`.
#[derive(Default)]
struct Listing {
    folders: Vec<Folder>,
    /// Rows of any folder.
    lines: u64,
    /// Folders of any kind.
    all_folders: u64,
    unreadable: Tally,
    incomplete: Tally,
}

impl Listing {
    fn read(text: &str, rules: LocalRules, times: &mut Times) -> Self {
        let mut listing = Self::default();
        let mut open: Option<Folder> = None;
        for (line, number) in text.lines().zip(1..) {
            let line = line.trim_end_matches('\r');
            if let Some(path) = console::folder(line) {
                listing.close(open.take());
                listing.all_folders += 1;
                open = Folder::of_mail(path, number);
            } else if let Some(row) = Row::parse(line) {
                listing.lines += 1;
                if let (Some(folder), Some(bytes)) = (&mut open, row.bytes) {
                    let written = times.read(row.time, rules, number);
                    folder.add(bytes, written);
                }
            } else if let Some((files, bytes)) = console::total(line) {
                if let Some(mut folder) = open.take() {
                    folder.total = Some((files, bytes));
                    listing.close(Some(folder));
                }
            } else if open.is_some() && !line.trim().is_empty() {
                listing.unreadable.add(format_args!("line {number}"));
            }
        }
        listing.close(open);
        listing
    }

    fn close(&mut self, folder: Option<Folder>) {
        let Some(folder) = folder.filter(|_| self.folders.len() < MOST_FOLDERS) else {
            return;
        };
        if !folder.agrees() {
            self.incomplete
                .add(format_args!("line {}: {}", folder.line, folder.path));
        }
        self.folders.push(folder);
    }

    fn notes(&self) -> Vec<String> {
        let all = counted(self.all_folders, "folder");
        vec![if self.folders.is_empty() {
            format!("It lists {all}, none of them below mailroot; it was left alone.")
        } else {
            let mail = counted(self.folders.len() as u64, "folder");
            format!("It lists {mail} below mailroot, of {all} in all.")
        }]
    }

    fn faults(&self) -> Vec<ListingFault> {
        let mut faults = Vec::new();
        if !self.unreadable.is_empty() {
            faults.push(ListingFault::Unreadable(self.unreadable.clone()));
        }
        if !self.incomplete.is_empty() {
            faults.push(ListingFault::Incomplete(self.incomplete.clone()));
        }
        faults
    }

    fn into_listings(
        self,
        file: FileId,
        server: &Attributed<String>,
        at: &Attributed<Stamp>,
    ) -> Vec<FolderListing> {
        let listing = |folder: Folder| {
            let complete = folder.agrees();
            let (files, bytes) = folder.counts();
            FolderListing {
                cite: Citation {
                    file,
                    record: folder.line,
                },
                server: server.clone(),
                at: at.clone(),
                folder: folder.path,
                virtual_server: folder.virtual_server,
                files,
                bytes,
                oldest: folder.oldest,
                newest: folder.newest,
                complete,
            }
        };
        self.folders.into_iter().map(listing).collect()
    }
}

/// The times of one listing: one console, one habit of writing.
#[derive(Default)]
struct Times {
    troubles: BTreeMap<TimeTrouble, Tally>,
}

impl Times {
    /// The order of day and month that a day above 12 proves, anywhere in the listing.
    fn prove(&mut self, text: &str) -> Option<DateOrder> {
        let rows = text.lines().filter_map(Row::parse);
        let mut orders = rows.filter_map(|row| time_text::proven_order(row.time));
        let first = orders.next()?;
        if orders.any(|order| order != first) {
            let places = self.troubles.entry(TimeTrouble::OrdersContradict);
            places.or_default().add("the listing");
            return None;
        }
        Some(first)
    }

    fn read(&mut self, text: &str, rules: LocalRules, line: u64) -> Option<Stamp> {
        let (stamp, trouble) = match time_text::read(text, rules) {
            Ok(read) => (Some(read.stamp), read.oddity.map(taken::oddity_trouble)),
            Err(fault) => (None, Some(fault.into())),
        };
        if let Some(trouble) = trouble {
            let places = self.troubles.entry(trouble).or_default();
            places.add(format_args!("line {line}: {text}"));
        }
        stamp
    }

    fn into_faults(self) -> impl Iterator<Item = ListingFault> {
        self.troubles
            .into_iter()
            .map(|(trouble, places)| ListingFault::Time { trouble, places })
    }
}
