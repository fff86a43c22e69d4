//! What lies beside the messages of a table in the folders of an export.

use std::collections::BTreeSet;

use super::Held;
use crate::evidence::model::{ListingKind, PartRow, TablePart};

/// What lies in the folders of an export and is no message of the table.
pub struct Aside {
    /// Files of attached messages, by folder, in small letters.
    attached: BTreeSet<(String, String)>,
    /// Keys of what folders keep for themselves.
    associated: BTreeSet<String>,
    files: BTreeSet<(String, String)>,
}

impl Aside {
    pub fn of(members: &[Held]) -> Self {
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

    pub fn holds(&self, folder: &str, name: &str, part: &PartRow) -> bool {
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
