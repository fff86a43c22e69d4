//! From the tokens of a template definition to a plan, element by element.

use super::cost::Cost;
use super::template::{Shape, SlotUse, Template};
use super::tokens::Token;
use crate::evidence::log::utf16::is;

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
    Task,
    Time,
    RecordId,
    Channel,
    Computer,
    User,
}

/// The element of each [`Part`] in their order, and the attribute; without one, its content.
const PARTS: [(&str, &str); 11] = [
    ("Provider", "Name"),
    ("Provider", "EventSourceName"),
    ("EventID", ""),
    ("EventID", "Qualifiers"),
    ("Level", ""),
    ("Task", ""),
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
        self.fields
            .get(part as usize)
            .copied()
            .flatten()
            .unwrap_or_default()
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

/// The strings of `EventData`.
pub struct DataPlan<'c> {
    /// `None` where it is more than a list of `Data`.
    pub items: Option<Vec<Item<'c>>>,
    /// Which values are the strings, in bytes to compare; `None` where fixed text is among them.
    pub layout: Option<Vec<u8>>,
}

/// The plan of an event without any.
pub static NOTHING: DataPlan<'static> = DataPlan {
    items: Some(Vec::new()),
    layout: None,
};

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
        let root = self
            .root
            .filter(|_| self.open.is_empty() && self.start.is_none())?;
        self.cost.uses = self.counts.iter().copied().max().unwrap_or(0);
        let regular = self.has_system && !self.irregular;
        let shape = if is(root, "Event") && regular {
            Shape::Event(Box::new(self.plan))
        } else if is(root, "EventData") {
            Shape::Data(data_plan(self.data, self.data_opaque))
        } else {
            Shape::Other
        };
        Some(Template {
            shape,
            cost: self.cost,
            uses: self.uses,
        })
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
        let content = Field {
            source: Source::Nothing,
            dependency,
        };
        self.start = Some(Element {
            name,
            content,
            has_children: false,
        });
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
        *source = if *source == Source::Nothing {
            added
        } else {
            Source::Mixed
        };
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
            [event, _] if is(event.name, "Event") && self.has_system => SlotUse::PART,
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
            [event, system] if is(event.name, "Event") && is(system.name, "System") => {
                self.field(element)
            }
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
            self.irregular |=
                !plain || !is(element.name, "System") || before != Some(Source::Nothing);
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
            let mut values = self
                .attributes
                .iter()
                .filter(|(known, _)| is(known, attribute));
            let source = match values.next() {
                Some((_, value)) => *value,
                None if attribute.is_empty() => element.content.source,
                None => Source::Nothing,
            };
            let twice = field.is_some() || values.next().is_some();
            self.irregular |= twice;
            *field = Some(Field {
                source,
                dependency: element.content.dependency,
            });
        }
    }

    fn data_item(&mut self, element: Element<'c>) {
        self.data_opaque |= element.has_children;
        if is(element.name, "Data") {
            let mut names = self
                .attributes
                .iter()
                .filter(|(known, _)| is(known, "Name"));
            let name = names.next().map_or(Source::Nothing, |(_, value)| *value);
            self.data_opaque |= names.next().is_some();
            self.data.push(Item {
                name,
                value: element.content,
            });
        }
    }
}

fn data_plan(items: Vec<Item<'_>>, opaque: bool) -> DataPlan<'_> {
    let layout = items.iter().map(|item| {
        let source = match item.value.source {
            Source::Slot(id) => Some(id),
            Source::Nothing => None,
            Source::Text(_) | Source::Mixed => return None,
        };
        // No slot has the greatest number, nor does any dependency.
        let numbers =
            [source, item.value.dependency].map(|id| id.unwrap_or(u16::MAX).to_le_bytes());
        Some(numbers.concat())
    });
    let layout: Option<Vec<Vec<u8>>> = layout.collect();
    DataPlan {
        layout: layout.map(|parts| parts.concat()),
        items: (!opaque).then_some(items),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    /// `<Name`, `/`: the end of the innermost element, `>`: of its start tag, `@name`, `=text`, `%slot`, `?slot`: the
    /// element just begun hangs on that value.
    fn build(definition: &str, check: impl FnOnce(Option<Template<'_>>)) {
        let words: Vec<(char, Vec<u8>, u16)> = definition
            .split_whitespace()
            .map(|word| {
                let (kind, rest) = word.split_at(1);
                (
                    kind.chars().next().unwrap(),
                    utf16(rest),
                    rest.parse().unwrap_or(0),
                )
            })
            .collect();
        let mut builder = Builder::default();
        let mut tokens = words.iter().peekable();
        while let Some((kind, text, number)) = tokens.next() {
            let taken = builder.take(match kind {
                '<' => {
                    let dependency = tokens.next_if(|(kind, ..)| *kind == '?');
                    let dependency = dependency.map(|(_, _, number)| *number);
                    Token::Open {
                        name: text,
                        dependency,
                    }
                }
                '>' => Token::CloseStart,
                '/' => Token::Close,
                '!' => Token::CloseEmpty,
                '@' => Token::Attribute(text),
                '=' => Token::Text(text),
                _ => Token::Slot(*number),
            });
            if taken.is_none() {
                return check(None);
            }
        }
        check(builder.finish());
    }

    const SYSTEM: &str = "<System > <Provider @Name =SCM @Guid %9 ! <EventID @Qualifiers %4 > %3 / \
        <TimeCreated @SystemTime %6 ! <Computer ?5 > %5 / <Security @UserID %12 ! /";

    #[test]
    fn fields_are_found_by_element_and_attribute() {
        build(&format!("<Event @xmlns =x > {SYSTEM} %17 /"), |template| {
            let Shape::Event(plan) = template.unwrap().shape else {
                panic!("an event")
            };
            let sources = [
                Part::Provider,
                Part::EventSource,
                Part::Qualifiers,
                Part::Id,
                Part::Level,
            ]
            .map(|part| plan.field(part).source);
            let scm = utf16("SCM");
            let expected = [
                Source::Text(&scm),
                Source::Nothing,
                Source::Slot(4),
                Source::Slot(3),
                Source::Nothing,
            ];
            assert_eq!(sources, expected);
            let computer = Field {
                source: Source::Slot(5),
                dependency: Some(5),
            };
            assert_eq!(plan.field(Part::Computer), computer);
            assert!(matches!(plan.payload, Payload::Embedded(17)));
        });
    }

    #[test]
    fn what_readers_could_take_otherwise_has_no_plan() {
        let doubtful = [
            format!("<Event > <Other ! {SYSTEM} /"),
            format!("<Event > %1 {SYSTEM} /"),
            "<Event > <System @a =b > <EventID > %3 / / /".to_owned(),
            "<Event > <System > <EventID > %3 / <EventID > %4 / / /".to_owned(),
            "<Event > <System > <Level > <Inner ! / / /".to_owned(),
            "<Event > <System ! /".to_owned(),
            format!("<Other > {SYSTEM} /"),
        ];
        for definition in doubtful {
            build(&definition, |template| {
                assert!(
                    matches!(template.unwrap().shape, Shape::Other),
                    "{definition}"
                );
            });
        }
    }

    #[test]
    fn broken_definitions_are_none() {
        for definition in [
            "",
            "<Event >",
            "<Event > / <Event > /",
            "<Event <Event !",
            "/",
            "<Event =a !",
            "%1",
        ] {
            build(definition, |template| {
                assert!(template.is_none(), "{definition}")
            });
        }
    }

    #[test]
    fn data_is_a_list_and_nothing_else() {
        let strings = "<EventData > <Data @Name =param1 > %0 / <Data > %1 / <Binary > %2 / /";
        build(strings, |template| {
            let template = template.unwrap();
            let Shape::Data(plan) = template.shape else {
                panic!("data")
            };
            let items = plan.items.unwrap();
            let values: Vec<_> = items.iter().map(|item| item.value.source).collect();
            assert_eq!(values, [Source::Slot(0), Source::Slot(1)]);
            assert_eq!(items.first().unwrap().name, Source::Text(&utf16("param1")));
            assert_eq!(
                template.uses,
                [SlotUse::DATA, SlotUse::DATA, SlotUse::OTHER]
            );
            assert!(plan.layout.is_some());
        });
        for opaque in [
            "<EventData > <Data > <b ! / /",
            "<EventData > %0 /",
            "<EventData > <a > <Data ! / /",
        ] {
            build(opaque, |template| {
                let Shape::Data(plan) = template.unwrap().shape else {
                    panic!("data")
                };
                assert!(plan.items.is_none(), "{opaque}");
            });
        }
        build("<EventData > <Data > =fixed / /", |template| {
            let Shape::Data(plan) = template.unwrap().shape else {
                panic!("data")
            };
            assert!(plan.items.is_some() && plan.layout.is_none());
        });
    }

    #[test]
    fn uses_of_a_value_are_told_by_place_and_number() {
        let definition =
            format!("<Event > {SYSTEM} <UserData > %17 / <EventData > <Data > %3 / / /");
        build(&definition, |template| {
            let template = template.unwrap();
            assert_eq!(template.uses.get(17), Some(&SlotUse::PART));
            // In `EventID` and in `Data`.
            let mut both = SlotUse::OTHER;
            both.add(SlotUse::DATA);
            assert_eq!((template.uses.get(3), template.cost.uses), (Some(&both), 2));
            let Shape::Event(plan) = template.shape else {
                panic!("an event")
            };
            assert!(matches!(plan.payload, Payload::Opaque));
        });
    }
}
