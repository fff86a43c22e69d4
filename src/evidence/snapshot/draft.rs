//! What has been read of a JSON file so far, filled field by field while it is parsed.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{RawFile, RawRow, RawSnapshot, some_text, split_recipients};
use crate::evidence::problems::SnapshotFault;
use crate::evidence::tally::Tally;

/// The schema that this version reads.
const SCHEMA: &str = "temp-table-snapshot/1";

/// Everything read so far.
#[derive(Default)]
pub struct Draft {
    done: Vec<RawSnapshot>,
    /// The document being read.
    open: Option<Open>,
    records: u64,
    pub damaged: u64,
    wrong_types: Tally,
    unknown: BTreeSet<String>,
    without_messages: Tally,
    other_schemas: BTreeSet<String>,
}

#[derive(Default)]
struct Open {
    snapshot: RawSnapshot,
    has_messages: bool,
    schema: Option<String>,
}

impl Draft {
    /// Messages read so far.
    pub fn rows(&self) -> u64 {
        self.records
    }

    pub fn begin(&mut self) {
        let snapshot = RawSnapshot {
            first_record: self.records + 1,
            ..RawSnapshot::default()
        };
        self.open = Some(Open {
            snapshot,
            ..Open::default()
        });
    }

    /// Ends the open document; one that broke off keeps its rows but lists not all of them.
    pub fn end(&mut self) {
        let Some(open) = self.open.take() else { return };
        let number = self.done.len() as u64
            + self.without_messages.count
            + self.other_schemas.len() as u64
            + 1;
        match open.schema {
            Some(other) if other != SCHEMA => {
                self.other_schemas.insert(other);
                self.damaged += 1;
            }
            _ if !open.has_messages => {
                self.without_messages.add(format_args!("snapshot {number}"));
                self.damaged += 1;
            }
            _ => self.done.push(open.snapshot),
        }
    }

    /// The text broke off or went wrong inside the open document.
    pub fn break_off(&mut self) {
        if let Some(open) = &mut self.open {
            open.snapshot.has_gaps = true;
        }
        if self.open.as_ref().is_some_and(|open| open.has_messages) {
            self.end();
        }
        self.open = None;
    }

    /// `messages` is a list, as it must be.
    pub fn begin_messages(&mut self) {
        if let Some(open) = &mut self.open {
            open.has_messages = true;
        }
    }

    /// Something else stands in the place of the list.
    pub fn no_list(&mut self, found: &Value) {
        if !found.is_null() {
            self.wrong("snapshot: `messages`", found);
        }
    }

    /// One message was read.
    pub fn add(&mut self, row: RawRow) {
        self.records += 1;
        if let Some(open) = &mut self.open {
            open.snapshot.rows.push(row);
        }
    }

    /// Something that is no message stands in the list: a row is lost, so the list is not complete.
    pub fn no_message(&mut self, found: &Value) {
        self.records += 1;
        self.damaged += 1;
        self.wrong(&format!("message {}", self.records), found);
        if let Some(open) = &mut self.open {
            open.snapshot.has_gaps = true;
        }
    }

    fn wrong(&mut self, what: &str, found: &Value) {
        let kind = match found {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        self.wrong_types.add(format_args!("{what} is {kind}"));
    }

    pub fn into_raw(self, mut faults: Vec<SnapshotFault>) -> RawFile {
        if !self.other_schemas.is_empty() {
            faults.push(SnapshotFault::OtherSchema {
                found: self.other_schemas.into_iter().collect(),
            });
        }
        if !self.without_messages.is_empty() {
            faults.push(SnapshotFault::NoMessages(self.without_messages));
        }
        if !self.wrong_types.is_empty() {
            faults.push(SnapshotFault::WrongType(self.wrong_types));
        }
        if !self.unknown.is_empty() {
            faults.push(SnapshotFault::UnknownFields(
                self.unknown.into_iter().collect(),
            ));
        }
        RawFile {
            snapshots: self.done,
            faults,
            records: self.records,
            damaged: self.damaged,
        }
    }

    pub fn document_field(&mut self, name: &str, value: Value) {
        let Some(open) = &mut self.open else { return };
        let snapshot = &mut open.snapshot;
        let fits = match (name, &value) {
            (_, Value::Null) => true,
            ("schema", Value::String(text)) => set(&mut open.schema, text.clone()),
            ("server", Value::String(text)) => set_text(&mut snapshot.server, text),
            ("table", Value::String(text)) => set_text(&mut snapshot.table, text),
            ("captured_at", Value::String(text)) => set_text(&mut snapshot.captured_at, text),
            ("tool", Value::String(text)) => set_text(&mut snapshot.tool, text),
            ("folder", Value::String(text)) => set_text(&mut snapshot.folder, text),
            ("complete", Value::Bool(value)) => set(&mut snapshot.complete, *value),
            ("includes_subfolders", Value::Bool(value)) => {
                set(&mut snapshot.includes_subfolders, *value)
            }
            ("virtual_server", Value::Number(number)) => {
                match number
                    .as_u64()
                    .and_then(|number| u32::try_from(number).ok())
                {
                    Some(number) => set(&mut snapshot.virtual_server, number),
                    None => false,
                }
            }
            ("schema" | "server" | "table" | "captured_at" | "tool" | "folder", _) => false,
            ("complete" | "includes_subfolders" | "virtual_server", _) => false,
            _ => {
                self.unknown.insert(name.to_owned());
                true
            }
        };
        if !fits {
            self.wrong(&format!("snapshot: `{name}`"), &value);
        }
    }

    pub fn row_field(&mut self, row: &mut RawRow, name: &str, value: Value) {
        let fits = match (name, &value) {
            (_, Value::Null) => true,
            ("recipients", Value::Array(items)) => {
                row.recipients = items
                    .iter()
                    .filter_map(Value::as_str)
                    .filter_map(some_text)
                    .collect();
                items.iter().all(Value::is_string)
            }
            ("recipients", Value::String(text)) => {
                row.recipients = split_recipients(text);
                true
            }
            ("size", Value::Number(number)) => {
                number.as_u64().is_some_and(|size| set(&mut row.size, size))
            }
            ("size", Value::String(text)) => text
                .trim()
                .parse()
                .is_ok_and(|size| set(&mut row.size, size)),
            ("recipients" | "size", _) => false,
            (name, value) => match (text_field(row, name), value) {
                (Some(field), Value::String(text)) => set_text(field, text),
                (Some(_), _) => false,
                (None, _) => {
                    self.unknown.insert(format!("messages[].{name}"));
                    true
                }
            },
        };
        if !fits {
            self.wrong(&format!("message {}: `{name}`", row.record), &value);
        }
    }
}

fn text_field<'a>(row: &'a mut RawRow, name: &str) -> Option<&'a mut Option<String>> {
    Some(match name {
        "entry_id" => &mut row.entry_id,
        "record_key" => &mut row.record_key,
        "internet_message_id" => &mut row.message_id,
        "subject" => &mut row.subject,
        "sender" => &mut row.sender,
        "message_class" => &mut row.message_class,
        "submitted_at" => &mut row.submitted_at,
        "delivered_at" => &mut row.delivered_at,
        "created_at" => &mut row.created_at,
        "modified_at" => &mut row.modified_at,
        _ => return None,
    })
}

fn set<T>(field: &mut Option<T>, value: T) -> bool {
    *field = Some(value);
    true
}

fn set_text(field: &mut Option<String>, text: &str) -> bool {
    *field = some_text(text);
    true
}
