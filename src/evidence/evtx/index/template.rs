//! Template definitions made into plans: where in a record each field of `System` and each string of `EventData`
//! stands.
//!
//! A definition is read once per chunk. Plans exist for the shape that Windows gives events: `Event` with `System`
//! first, its fields without children, then nothing, `EventData`, or a value that holds the data with a template of
//! its own. A definition of another shape is [`Shape::Other`]; one that breaks a rule of the format is none at all.

use super::cost::Cost;
use super::cursor::Cursor;
use super::plan::{Builder, DataPlan, EventPlan};
use super::tokens::Tokens;
use super::values::DEFINITION_HEADER;

/// More tokens than the templates of any real chunk have. In a hostile one, thousands could overlap.
const MOST_TOKENS: usize = 100_000;

/// The templates of one chunk, each by the offset of its definition.
#[derive(Default)]
pub struct Templates<'c> {
    offsets: Vec<usize>,
    list: Vec<Template<'c>>,
    tokens: usize,
}

pub struct Template<'c> {
    pub shape: Shape<'c>,
    pub cost: Cost,
    /// How each value is used, by its number.
    pub uses: Vec<SlotUse>,
}

pub enum Shape<'c> {
    Event(Box<EventPlan<'c>>),
    Data(DataPlan<'c>),
    /// Sound, but of a shape that only the evtx crate follows.
    Other,
}

/// The places where a template uses one of its values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SlotUse(u8);

impl SlotUse {
    /// The whole content of a `Data` of `EventData`.
    pub const DATA: Self = Self(1);
    /// Where an event's data is put in with its own template.
    pub const EMBEDDED: Self = Self(2);
    /// In a part of the event behind `System`, such as `UserData`.
    pub const PART: Self = Self(4);
    pub const OTHER: Self = Self(8);

    pub fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl<'c> Templates<'c> {
    /// Forgets the templates of the chunk before.
    pub fn clear(&mut self) {
        self.offsets.clear();
        self.list.clear();
        self.tokens = 0;
    }

    /// Number of the template that is defined at this offset.
    pub fn at(&mut self, chunk: &'c [u8], offset: usize) -> Option<usize> {
        if let Some(known) = self.offsets.iter().position(|&at| at == offset) {
            return Some(known);
        }
        let template = read(chunk, offset)?;
        self.tokens = self.tokens.saturating_add(template.cost.tokens);
        if self.tokens > MOST_TOKENS {
            return None;
        }
        self.offsets.push(offset);
        self.list.push(template);
        Some(self.list.len() - 1)
    }

    pub fn get(&self, number: usize) -> Option<&Template<'c>> {
        self.list.get(number)
    }

    pub fn uses(&self, number: usize) -> &[SlotUse] {
        self.get(number).map_or(&[], |template| &template.uses)
    }
}

fn read<'c>(chunk: &'c [u8], offset: usize) -> Option<Template<'c>> {
    let mut header = Cursor::new(chunk, offset, chunk.len())?;
    header.take(DEFINITION_HEADER - 4)?; // link to the next one, GUID
    let length = header.index()?;
    let start = header.at();
    let mut tokens = Tokens::new(
        chunk,
        Cursor::new(chunk, start, start.checked_add(length)?)?,
    );
    let mut builder = Builder::default();
    while let Some(token) = tokens.next()? {
        builder.take(token)?;
    }
    builder.finish()
}
