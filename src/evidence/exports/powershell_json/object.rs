//! One JSON object as an event.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value as Json;

use crate::evidence::exports::powershell::{PowerShellEvent, Property, Value, is_date};
use crate::evidence::problems::RowFault;

/// Reads one object, given whole.
pub fn read(object: &str) -> Result<PowerShellEvent, RowFault> {
    match serde_json::from_str(object) {
        Ok(Object(event)) => Ok(event),
        Err(fault) => Err(RowFault::Other(format!("its JSON is broken: {fault}"))),
    }
}

struct Object(PowerShellEvent);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_map(Properties)
    }
}

struct Properties;

impl<'de> Visitor<'de> for Properties {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Object, A::Error> {
        let mut event = PowerShellEvent::default();
        while let Some(name) = fields.next_key::<String>()? {
            match Property::from_name(&name) {
                Some(property) => event.set(property, value(fields.next_value()?)),
                None => {
                    fields.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(Object(event))
    }
}

/// A value; the depth of what serde_json reads is limited.
fn value(json: Json) -> Value {
    match json {
        Json::Null => Value::Nothing,
        Json::Bool(is) => Value::Text(is.to_string()),
        Json::Number(number) => Value::Text(number.to_string()),
        Json::String(text) if is_date(&text) => Value::Time(text),
        Json::String(text) => Value::Text(text),
        Json::Array(items) => list(items),
        // What notes were added to: `{"value": "/Date(…)/", "DateTime": "…"}`, `{"value": […], "Count": 2}`; an
        // insertion string `{"Value": …}`; a SID `{"BinaryLength": 12, …, "Value": "S-1-5-18"}`.
        Json::Object(mut fields) => ["value", "Value"]
            .iter()
            .find_map(|name| fields.remove(*name))
            .map_or(Value::Nothing, value),
    }
}

fn list(items: Vec<Json>) -> Value {
    let byte = |item: &Json| item.as_u64().and_then(|number| u8::try_from(number).ok());
    match items.iter().map(byte).collect() {
        Some(bytes) if !items.is_empty() => Value::Bytes(bytes),
        _ => Value::List(items.into_iter().map(value).collect()),
    }
}
