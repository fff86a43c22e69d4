//! The strings of `EventData`, by its plan and values, as the payload scan finds them in the rendered XML.

use evtx::binxml::value_variant::{BinXmlValue, FileTime};

use super::fields::{Content, Values, sid};
use super::plan::{DataPlan, Field, Source};
use super::values::{self, Value};
use crate::evidence::evtx::payload::Payload;
use crate::evidence::log::utf16;

/// The strings in order with their names; `None` where the crate must decode.
pub fn read<'c>(plan: &DataPlan<'c>, values: Values<'c, '_>) -> Option<Payload> {
    let mut payload = Payload::default();
    for item in plan.items.as_ref()? {
        let null = |id: u16| values.list.get(usize::from(id)).is_some_and(Value::is_null);
        if item.value.dependency.is_some_and(null) {
            continue;
        }
        let name = || match item.name {
            Source::Nothing => Some(String::new()),
            name => Some(utf16::decode(values.text(Field {
                source: name,
                dependency: None,
            })?)),
        };
        match values.content(item.value)? {
            Content::Nothing => payload.add(String::new(), name()?),
            Content::Text(utf16) => payload.add(utf16::decode(utf16), name()?),
            Content::Value(value) if value.kind == values::STRINGS && value.size > 0 => {
                for string in values::strings(value.bytes(values.chunk)) {
                    payload.add(utf16::decode(string), name()?);
                }
            }
            Content::Value(value) => payload.add(written(value, values.chunk)?, name()?),
        }
    }
    Some(payload)
}

/// The value as the evtx crate writes it; `None` for types that it does not say how to write.
fn written(value: Value, chunk: &[u8]) -> Option<String> {
    let bytes = value.bytes(chunk);
    Some(match value.kind {
        values::STRINGS => String::new(),
        values::ANSI_STRING => utf16::ansi(bytes),
        values::UINT8 => bytes.first()?.to_string(),
        values::INT8 => i8::from_le_bytes(*bytes.first_chunk()?).to_string(),
        values::INT16 => i16::from_le_bytes(*bytes.first_chunk()?).to_string(),
        values::UINT16 => u16::from_le_bytes(*bytes.first_chunk()?).to_string(),
        values::INT32 => i32::from_le_bytes(*bytes.first_chunk()?).to_string(),
        values::UINT32 => u32::from_le_bytes(*bytes.first_chunk()?).to_string(),
        values::INT64 => i64::from_le_bytes(*bytes.first_chunk()?).to_string(),
        values::UINT64 => u64::from_le_bytes(*bytes.first_chunk()?).to_string(),
        values::BOOL => match i32::from_le_bytes(*bytes.first_chunk()?) {
            0 => "false".to_owned(),
            1 => "true".to_owned(),
            other => other.to_string(),
        },
        values::HEX32 => format!("{:#x}", u32::from_le_bytes(*bytes.first_chunk()?)),
        values::HEX64 => format!("{:#x}", u64::from_le_bytes(*bytes.first_chunk()?)),
        values::SID => sid(bytes)?,
        values::GUID => BinXmlValue::GuidType(*bytes.first_chunk()?).to_string(),
        values::BINARY => BinXmlValue::BinaryType(bytes).to_string(),
        values::FILETIME => {
            let at = FileTime(u64::from_le_bytes(*bytes.first_chunk()?));
            BinXmlValue::FileTimeType(at).to_string()
        }
        _ => return None,
    })
}
