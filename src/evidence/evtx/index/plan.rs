//! From the tokens of a template definition to a plan, element by element.

use super::template::{Cost, Shape, SlotUse, Template};
use super::text::is;
use super::tokens::Token;

/// More open elements than any template of Windows has. The evtx crate takes 512.
const MOST_OPEN: usize = 32;
/// More values than any template of Windows has.
const MOST_SLOTS: u16 = 1024;

/// Where the content of an element, or the value of an attribute, comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source<'c> {
    #[default]
    Nothing,
    /// Fixed text, UTF-16.
    Text(&'c [u8]),
    /// The value of that number.
    Slot(u16),
    /// Several of them, one after the other.
    Mixed,
}

/// One field, left out where the value that it depends on is null.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Field<'c> {
    pub source: Source<'c>,
    pub dependency: Option<u16>,
}

/// The fields of `System` that are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Provider,
    EventSource,
    Id,
    Qualifiers,
    Level,
    Time,
    RecordId,
    Channel,
    Computer,
    User,
}

/// The element of each [`Part`] in their order, and the attribute; without one, its content.
const PARTS: [(&str, &str); 10] = [
    ("Provider", "Name"),
    ("Provider", "EventSourceName"),
    ("EventID", ""),
    ("EventID", "Qualifiers"),
    ("Level", ""),
    ("TimeCreated", "SystemTime"),
    ("EventRecordID", ""),
    ("Channel", ""),
    ("Computer", ""),
    ("Security", "UserID"),
];

/// Where the fields of `System` stand, and what follows it.
#[derive(Default)]
pub struct EventPlan<'c> {
    fields: [Option<Field<'c>>; PARTS.len()],
    pub payload: Payload<'c>,
}

impl<'c> EventPlan<'c> {
    pub fn field(&self, part: Part) -> Field<'c> {
        self.fields.get(part as usize).copied().flatten().unwrap_or_default()
    }
}

/// Where what follows `System` stands.
#[derive(Default)]
pub enum Payload<'c> {
    #[default]
    Nothing,
    /// `EventData` of the same template.
    Inline(DataPlan<'c>),
    /// A template instance in the value of that number.
    Embedded(u16),
    /// Something else, which the evtx crate decodes.
    Opaque,
}

/// The strings of `EventData`; `None` where it is more than a list of `Data`.
#[derive(Default)]
pub struct DataPlan<'c> {
    pub items: Option<Vec<Item<'c>>>,
}

/// One `Data`.
#[derive(Clone, Copy)]
pub struct Item<'c> {
    pub name: Source<'c>,
    pub value: Field<'c>,
}

/// An element that is open.
#[derive(Clone, Copy, Default)]
struct Element<'c> {
    name: &'c [u8],
    content: Field<'c>,
    has_children: bool,
}

/// Takes the tokens of a definition in their order.
#[derive(Default)]
pub struct Builder<'c> {
    open: Vec<Element<'c>>,
    /// The element whose start tag is being read, and its attributes.
    start: Option<Element<'c>>,
    attributes: Vec<(&'c [u8], Source<'c>)>,
    in_attribute: bool,
    root: Option<&'c [u8]>,
    plan: EventPlan<'c>,
    has_system: bool,
    /// The event is not of the shape that plans are for.
    irregular: bool,
    data: Vec<Item<'c>>,
    data_opaque: bool,
    uses: Vec<SlotUse>,
    counts: Vec<usize>,
    cost: Cost,
}

impl<'c> Builder<'c> {
    /// `None` where the token cannot stand here.
    pub fn take(&mut self, token: Token<'c>) -> Option<()> {
        self.cost.tokens += 1;
        match token {
            Token::Open { name, dependency } => self.open(name, dependency)?,
            Token::Attribute(name) => {
                self.start.is_some().then_some(())?;
                self.cost.text += name.len();
                self.attributes.push((name, Source::Nothing));
                self.in_attribute = true;
            }
            Token::CloseStart => {
                let element = self.started()?;
                let is_system = self.open.len() == 1 && is(element.name, "System");
                self.irregular |= is_system && !self.attributes.is_empty();
                self.open.push(element);
            }
            Token::CloseEmpty => {
                let element = self.started()?;
                self.irregular |= self.open.len() == 1 && is(element.name, "System");
                self.close(element);
            }
            Token::Close => {
                self.start.is_none().then_some(())?;
                let element = self.open.pop()?;
                self.close(element);
            }
            Token::Text(utf16) => {
                self.cost.text += 3 * utf16.len();
                self.content(Source::Text(utf16))?;
            }
            Token::Slot(id) => {
                self.slot(id)?;
                self.content(Source::Slot(id))?;
            }
        }
        Some(())
    }

    /// The template, if every element was closed.
    pub fn finish(mut self) -> Option<Template<'c>> {
        let root = self.root.filter(|_| self.open.is_empty() && self.start.is_none())?;
        self.cost.uses = self.counts.iter().copied().max().unwrap_or(0);
        let regular = self.has_system && !self.irregular;
        let shape = if is(root, "Event") && regular {
            Shape::Event(self.plan)
        } else if is(root, "EventData") {
            Shape::Data(data_plan(self.data, self.data_opaque))
        } else {
            Shape::Other
        };
        Some(Template { shape, cost: self.cost, uses: self.uses })
    }

    fn open(&mut self, name: &'c [u8], dependency: Option<u16>) -> Option<()> {
        let possible = self.start.is_none() && self.open.len() < MOST_OPEN;
        (possible && (self.root.is_none() || !self.open.is_empty())).then_some(())?;
        self.cost.text += 2 * name.len();
        match self.open.last_mut() {
            Some(parent) => parent.has_children = true,
            None => self.root = Some(name),
        }
        self.attributes.clear();
        let content = Field { source: Source::Nothing, dependency };
        self.start = Some(Element { name, content, has_children: false });
        Some(())
    }

    fn started(&mut self) -> Option<Element<'c>> {
        self.in_attribute = false;
        self.start.take()
    }

    /// Adds to the attribute or the element that is open.
    fn content(&mut self, added: Source<'c>) -> Option<()> {
        let source = if self.start.is_some() {
            let (_, value) = self.attributes.last_mut().filter(|_| self.in_attribute)?;
            value
        } else {
            &mut self.open.last_mut()?.content.source
        };
        *source = if *source == Source::Nothing { added } else { Source::Mixed };
        Some(())
    }

    /// Notes where a value is used.
    fn slot(&mut self, id: u16) -> Option<()> {
        let index = usize::from(Some(id).filter(|&id| id < MOST_SLOTS)?);
        if self.uses.len() <= index {
            self.uses.resize(index + 1, SlotUse::default());
            self.counts.resize(index + 1, 0);
        }
        *self.counts.get_mut(index)? += 1;
        let place = match self.open.as_slice() {
            _ if self.start.is_some() => SlotUse::OTHER,
            [event] if is(event.name, "Event") => SlotUse::EMBEDDED,
            [.., data] if is(data.name, "Data") && self.is_in_data(1) => SlotUse::DATA,
            _ => SlotUse::OTHER,
        };
        self.uses.get_mut(index)?.add(place);
        Some(())
    }

    /// Whether the innermost open element lies so many levels below the event's `EventData`.
    fn is_in_data(&self, levels: usize) -> bool {
        let depth = match self.open.as_slice() {
            [root, ..] if is(root.name, "EventData") => 1,
            [event, part, ..] if is(event.name, "Event") && is(part.name, "EventData") => 2,
            _ => return false,
        };
        self.open.len() == depth + levels
    }

    /// An element ends; `open` holds what it lies in.
    fn close(&mut self, element: Element<'c>) {
        match self.open.as_slice() {
            [] if is(element.name, "Event") => self.event_content(element),
            [] => self.data_opaque |= element.content.source != Source::Nothing,
            [event] if is(event.name, "Event") => self.part(element),
            [event, system] if is(event.name, "Event") && is(system.name, "System") => self.field(element),
            _ if self.is_in_data(0) => self.data_item(element),
            _ => {}
        }
    }

    /// What stands in `Event` itself, beside its elements.
    fn event_content(&mut self, event: Element<'c>) {
        self.plan.payload = match (std::mem::take(&mut self.plan.payload), event.content.source) {
            (payload, Source::Nothing) => payload,
            (Payload::Nothing, Source::Slot(id)) => Payload::Embedded(id),
            _ => Payload::Opaque,
        };
    }

    /// `System`, or what follows it.
    fn part(&mut self, element: Element<'c>) {
        let plain = element.content == Field::default();
        if !self.has_system {
            let before = self.open.first().map(|event| event.content.source);
            self.has_system = true;
            self.irregular |= !plain || !is(element.name, "System") || before != Some(Source::Nothing);
            return;
        }
        let first = matches!(self.plan.payload, Payload::Nothing);
        self.plan.payload = if first && plain && is(element.name, "EventData") {
            Payload::Inline(data_plan(std::mem::take(&mut self.data), self.data_opaque))
        } else {
            Payload::Opaque
        };
    }

    /// A field of `System`.
    fn field(&mut self, element: Element<'c>) {
        self.irregular |= element.has_children;
        for ((name, attribute), field) in PARTS.iter().zip(&mut self.plan.fields) {
            if !is(element.name, name) {
                continue;
            }
            let mut values = self.attributes.iter().filter(|(known, _)| is(known, attribute));
            let source = match values.next() {
                Some((_, value)) => *value,
                None if attribute.is_empty() => element.content.source,
                None => Source::Nothing,
            };
            let twice = field.is_some() || values.next().is_some();
            self.irregular |= twice;
            *field = Some(Field { source, dependency: element.content.dependency });
        }
    }

    fn data_item(&mut self, element: Element<'c>) {
        self.data_opaque |= element.has_children;
        if is(element.name, "Data") {
            let mut names = self.attributes.iter().filter(|(known, _)| is(known, "Name"));
            let name = names.next().map_or(Source::Nothing, |(_, value)| *value);
            self.data_opaque |= names.next().is_some();
            self.data.push(Item { name, value: element.content });
        }
    }
}

fn data_plan(items: Vec<Item<'_>>, opaque: bool) -> DataPlan<'_> {
    DataPlan { items: (!opaque).then_some(items) }
}
