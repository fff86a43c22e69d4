//! What `System` says of one record.

use super::fields::Values;
use super::plan::{EventPlan, Part};
use crate::time::Timestamp;

/// The fields that every record is counted by.
pub struct Facts<'c> {
    /// UTF-16. The classic event source where the provider names one, as Event Viewer shows it, else the provider.
    pub provider: &'c [u8],
    pub channel: &'c [u8],
    pub computer: &'c [u8],
    /// Low 16 bits of the event identifier.
    pub id: u16,
    /// High 16 bits.
    pub qualifiers: Option<u16>,
    pub level: u8,
    /// `Task`: the category of a classic event.
    pub category: Option<u16>,
    pub record_id: Option<u64>,
    pub time: Timestamp,
}

/// Looks the fields up; `None` where one is missing that every event has, or is of an odd type.
pub fn read<'c>(plan: &EventPlan<'c>, values: Values<'c, '_>) -> Option<Facts<'c>> {
    let text = |part| values.text(plan.field(part));
    let number = |part| values.number(plan.field(part));
    let source = text(Part::EventSource)?;
    let provider = if source.is_empty() {
        text(Part::Provider)?
    } else {
        source
    };
    // Some writers put the whole 32-bit identifier here.
    let whole = number(Part::Id)??;
    let high = number(Part::Qualifiers)?.or((whole > 0xFFFF).then_some(whole >> 16));
    let level = number(Part::Level)?.and_then(|level| u8::try_from(level).ok());
    Some(Facts {
        provider,
        channel: text(Part::Channel)?,
        computer: text(Part::Computer)?,
        id: u16::try_from(whole & 0xFFFF).ok()?,
        qualifiers: high.and_then(|high| u16::try_from(high).ok()),
        level: level.unwrap_or(0),
        category: number(Part::Task)?.and_then(|task| u16::try_from(task).ok()),
        record_id: number(Part::RecordId)?,
        time: values.time(plan.field(Part::Time))?,
    })
}
