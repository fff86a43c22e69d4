//! The fields of a JSON snapshot, one by one, so that a wrong one costs only itself.
//!
//! Values go straight into a [`Draft`] while the text is parsed: of a file that breaks off, everything before
//! the break is there.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::RawRow;
use super::draft::Draft;

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

/// Hands every value that is neither a list nor an object to `self.wrong`.
macro_rules! scalars_are_wrong {
    () => {
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
    };
}

/// The list of messages; anything else in its place is skipped and told.
struct MessagesSeed<'a> {
    draft: &'a mut Draft,
}

impl MessagesSeed<'_> {
    fn wrong<E>(self, found: &Value) -> Result<(), E> {
        self.draft.no_list(found);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for MessagesSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for MessagesSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of messages")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.draft.begin_messages();
        while items
            .next_element_seed(MessageSeed { draft: self.draft })?
            .is_some()
        {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        self.wrong(&Value::Object(serde_json::Map::new()))
    }

    scalars_are_wrong!();
}

/// One message.
struct MessageSeed<'a> {
    draft: &'a mut Draft,
}

impl MessageSeed<'_> {
    fn wrong<E>(self, found: &Value) -> Result<(), E> {
        self.draft.no_message(found);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for MessageSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for MessageSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a message")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let mut row = RawRow {
            record: self.draft.rows() + 1,
            ..RawRow::default()
        };
        while let Some(name) = fields.next_key::<String>()? {
            let value = fields.next_value()?;
            self.draft.row_field(&mut row, &name, value);
        }
        self.draft.add(row);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        self.wrong(&Value::Array(Vec::new()))
    }

    scalars_are_wrong!();
}
