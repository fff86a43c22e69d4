//! The fields of a JSON snapshot, one by one, so that a wrong one costs only itself.
//!
//! Values go straight into a [`Draft`] while the text is parsed: of a file that breaks off, everything before
//! the break is there.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
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

    fn begin(&mut self) {
        let snapshot = RawSnapshot { first_record: self.records + 1, ..RawSnapshot::default() };
        self.open = Some(Open { snapshot, ..Open::default() });
    }

    /// Ends the open document; one that broke off keeps its rows but lists not all of them.
    fn end(&mut self) {
        let Some(open) = self.open.take() else { return };
        let number = self.done.len() as u64 + self.without_messages.count + self.other_schemas.len() as u64 + 1;
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

    fn wrong(&mut self, field: &str, found: &Value) {
        let kind = match found {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        let place = match self.open.as_ref().map(|open| open.snapshot.rows.len()) {
            Some(_) if field.starts_with("message ") => String::new(),
            _ => "snapshot: ".to_owned(),
        };
        self.wrong_types.add(format_args!("{place}{field} is {kind}"));
    }

    pub fn into_raw(self, mut faults: Vec<SnapshotFault>) -> RawFile {
        if !self.other_schemas.is_empty() {
            faults.push(SnapshotFault::OtherSchema { found: self.other_schemas.into_iter().collect() });
        }
        if !self.without_messages.is_empty() {
            faults.push(SnapshotFault::NoMessages(self.without_messages));
        }
        if !self.wrong_types.is_empty() {
            faults.push(SnapshotFault::WrongType(self.wrong_types));
        }
        if !self.unknown.is_empty() {
            faults.push(SnapshotFault::UnknownFields(self.unknown.into_iter().collect()));
        }
        RawFile { snapshots: self.done, faults, records: self.records, damaged: self.damaged }
    }

    fn document_field(&mut self, name: &str, value: Value) {
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
            ("includes_subfolders", Value::Bool(value)) => set(&mut snapshot.includes_subfolders, *value),
            ("virtual_server", Value::Number(number)) => {
                match number.as_u64().and_then(|number| u32::try_from(number).ok()) {
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
            self.wrong(&format!("`{name}`"), &value);
        }
    }

    fn row_field(&mut self, row: &mut RawRow, name: &str, value: Value) {
        let fits = match (name, &value) {
            (_, Value::Null) => true,
            ("recipients", Value::Array(items)) => {
                row.recipients = items.iter().filter_map(Value::as_str).filter_map(some_text).collect();
                items.iter().all(Value::is_string)
            }
            ("recipients", Value::String(text)) => {
                row.recipients = split_recipients(text);
                true
            }
            ("size", Value::Number(number)) => number.as_u64().is_some_and(|size| set(&mut row.size, size)),
            ("size", Value::String(text)) => text.trim().parse().is_ok_and(|size| set(&mut row.size, size)),
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

/// One snapshot document.
pub struct DocumentSeed<'a> {
    pub draft: &'a mut Draft,
}

impl<'de> DeserializeSeed<'de> for DocumentSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for DocumentSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a snapshot (an object with `messages`)")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        self.draft.begin();
        while let Some(name) = fields.next_key::<String>()? {
            if name == "messages" {
                fields.next_value_seed(MessagesSeed { draft: self.draft })?;
            } else {
                let value = fields.next_value()?;
                self.draft.document_field(&name, value);
            }
        }
        self.draft.end();
        Ok(())
    }
}

/// The list of messages; anything else in its place is skipped and told.
struct MessagesSeed<'a> {
    draft: &'a mut Draft,
}

impl<'de> DeserializeSeed<'de> for MessagesSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_any(self)
    }
}

impl MessagesSeed<'_> {
    fn wrong<E>(self, found: &Value) -> Result<(), E> {
        self.draft.wrong("`messages`", found);
        Ok(())
    }
}

impl<'de> Visitor<'de> for MessagesSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of messages")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        if let Some(open) = &mut self.draft.open {
            open.has_messages = true;
        }
        while items.next_element_seed(MessageSeed { draft: self.draft })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        self.wrong(&Value::Object(serde_json::Map::new()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.wrong(&Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.wrong(&value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.wrong(&value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.wrong(&value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.wrong(&value.into())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// One message.
struct MessageSeed<'a> {
    draft: &'a mut Draft,
}

impl<'de> DeserializeSeed<'de> for MessageSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_any(self)
    }
}

impl MessageSeed<'_> {
    /// Something that is no message stands in the list: one row is lost, so the list is not complete.
    fn wrong<E>(self, found: &Value) -> Result<(), E> {
        self.draft.records += 1;
        self.draft.damaged += 1;
        let number = self.draft.records;
        self.draft.wrong(&format!("message {number}"), found);
        if let Some(open) = &mut self.draft.open {
            open.snapshot.has_gaps = true;
        }
        Ok(())
    }
}

impl<'de> Visitor<'de> for MessageSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a message")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let mut row = RawRow { record: self.draft.records + 1, ..RawRow::default() };
        while let Some(name) = fields.next_key::<String>()? {
            let value = fields.next_value()?;
            self.draft.row_field(&mut row, &name, value);
        }
        self.draft.records += 1;
        if let Some(open) = &mut self.draft.open {
            open.snapshot.rows.push(row);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        self.wrong(&Value::Array(Vec::new()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.wrong(&Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.wrong(&value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.wrong(&value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.wrong(&value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.wrong(&value.into())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.wrong(&Value::Null)
    }
}
