//! `FOLDER_PROPS.xml`, MrMAPI's `<folderprops>`, and property panes, which show a folder, a message or a store.

use super::scan::{Scanner, Token};
use super::{Lost, mailboxes, message};
use crate::evidence::mapi::{Properties, folder_of, id};
use crate::evidence::model::{FolderPart, TablePart};

/// Reads what follows `<folderprops>`.
pub fn read(scanner: &mut Scanner<'_>, records: &mut u64, lost: &mut Lost) -> Vec<TablePart> {
    let mut own = Properties::default();
    let mut child: Option<Properties> = None;
    let mut subfolders = Vec::new();
    let (mut in_hierarchy, mut ended) = (false, false);
    while let Some(token) = scanner.next_token() {
        match token {
            Token::Open(tag) => match tag.name {
                "HierarchyTable" => in_hierarchy = true,
                "row" if in_hierarchy => child = Some(Properties::default()),
                // The folder could not be asked.
                "properties" if tag.attribute("error").is_some() => lost.bare.add("the folder"),
                _ => {}
            },
            Token::Close("row") => subfolders.extend(child.take().map(|row| folder_of(&row))),
            Token::Close("folderprops") => ended = true,
            Token::Property(id, value) => match &mut child {
                Some(child) => child.add(id, value),
                None if !in_hierarchy => own.add(id, value),
                None => {}
            },
            _ => {}
        }
    }
    // A row that breaks off is a subfolder all the same.
    subfolders.extend(child.map(|row| folder_of(&row)));
    if !ended {
        lost.cut = Some(format!("line {}", scanner.line()));
    }
    *records = 1;
    let part = FolderPart {
        subfolders,
        ..of_properties(&own, lost.any() || scanner.broken() > 0)
    };
    vec![TablePart::Folder(part)]
}

fn of_properties(properties: &Properties, has_gaps: bool) -> FolderPart {
    let own = folder_of(properties);
    FolderPart {
        name: own.name,
        content_count: properties.number(id::CONTENT_COUNT),
        has_subfolders: own.has_subfolders,
        subfolders: Vec::new(),
        has_gaps: has_gaps || properties.conflicts > 0,
    }
}

/// Reads what follows `<properties listtype="propertypane">`: what it shows, the properties say.
pub fn read_pane(scanner: &mut Scanner<'_>, records: &mut u64, lost: &mut Lost) -> Vec<TablePart> {
    let mut properties = Properties::default();
    let mut ended = false;
    while let Some(token) = scanner.next_token() {
        match token {
            Token::Property(id, value) => properties.add(id, value),
            Token::Close("properties") => {
                ended = true;
                break;
            }
            _ => {}
        }
    }
    if !ended {
        lost.cut = Some(format!("line {}", scanner.line()));
    }
    if properties.conflicts > 0 {
        lost.conflicts.add("the pane");
    }
    *records = 1;
    let has_gaps = lost.any() || scanner.broken() > 0;
    let message = || message::of_pane(&properties, has_gaps);
    let is_folder = properties.number(id::CONTENT_COUNT).is_some()
        || properties.boolean(id::SUBFOLDERS).is_some();
    let folder = || is_folder.then(|| TablePart::Folder(of_properties(&properties, has_gaps)));
    let found = message()
        .or_else(folder)
        .or_else(|| mailboxes::of_store(&properties));
    found.into_iter().collect()
}
