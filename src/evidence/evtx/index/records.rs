//! The records of one chunk, one after the other: found, counted, and decoded if wanted.

use super::cost::Spent;
use super::facts::{self, Facts};
use super::fields::Values;
use super::frame::Frame;
use super::plan::{DataPlan, EventPlan, NOTHING, Part, Payload};
use super::template::{Shape, Templates};
use super::values::{self, Instance};
use super::{Scratch, data};
use crate::evidence::evtx::chunk::Want;
use crate::evidence::evtx::desk::Desk;
use crate::evidence::evtx::event::{self, Place};
use crate::evidence::log::catalogue::{Key, KindId};
use crate::evidence::model::Event;

/// Takes up the records of one chunk.
pub struct Records<'c, 'a, 'w> {
    pub chunk: &'c [u8],
    pub want: &'a Want<'w>,
    pub desk: &'a mut Desk,
    pub scratch: &'a mut Scratch<'c>,
    pub events: &'a mut Vec<Event>,
    pub spent: Spent,
}

/// A record's template and values, and those of the data inside it.
#[derive(Clone, Copy)]
struct Record {
    event: Instance,
    data: Option<Instance>,
}

impl<'c> Records<'c, '_, '_> {
    /// Counts a record and keeps it if wanted; `None` where the crate must judge.
    pub fn take(&mut self, frame: &Frame) -> Option<()> {
        let record = self.read(frame)?;
        let facts = facts::read(
            event_plan(&self.scratch.templates, &record)?,
            self.values(&record.event),
        )?;
        let (names, catalogue) = (&mut self.scratch.names, &mut self.desk.catalogue);
        let key = Key {
            computer: names.get(facts.computer, catalogue),
            channel: names.get(facts.channel, catalogue),
            provider: names.get(facts.provider, catalogue),
            id: facts.id,
        };
        let kind = self.desk.kind(key, self.want.keep);
        let record_id = facts.record_id.unwrap_or(frame.number);
        self.desk.push(kind, record_id, facts.time);
        if self.desk.catalogue.get(kind)?.kept {
            let place = Place {
                file: self.want.file,
                record_id,
                time: facts.time,
            };
            self.keep(place, (key, kind), &facts, &record)?;
        }
        Some(())
    }

    /// Finds a record's values.
    fn read(&mut self, frame: &Frame) -> Option<Record> {
        let (templates, values) = (&mut self.scratch.templates, &mut self.desk.values);
        values.clear();
        let event = values::read(self.chunk, frame.xml(), templates, values)?;
        let inner = event
            .embedded
            .and_then(|id| values.get(id))
            .map(|value| value.place());
        let data = match inner {
            Some(place) => Some(values::read(self.chunk, place, templates, values)?),
            None => None,
        };
        for instance in [Some(event), data].into_iter().flatten() {
            let cost = templates.get(instance.template)?.cost;
            self.spent.add(cost, &instance, frame.bytes())?;
        }
        // Data inside data is left to the crate.
        data.is_none_or(|data| data.embedded.is_none())
            .then_some(Record { event, data })
    }

    fn values(&self, instance: &Instance) -> Values<'c, '_> {
        Values {
            chunk: self.chunk,
            list: instance.values(&self.desk.values),
        }
    }

    /// Decodes what a wanted record carries, and keeps it if it matters.
    fn keep(
        &mut self,
        place: Place,
        (key, kind): (Key, KindId),
        facts: &Facts<'_>,
        record: &Record,
    ) -> Option<()> {
        let templates = &self.scratch.templates;
        let (plan, instance) = carried(templates, self.values(&record.event), record)?;
        // Only values of a template of their own are the same for events of different times.
        let alike = match (record.data, &plan.layout) {
            (Some(data), Some(layout)) => {
                Some((layout.as_slice(), self.chunk.get(data.start..data.end)?))
            }
            _ => None,
        };
        if alike.is_some_and(|(layout, bytes)| self.desk.refused.holds(kind, layout, bytes)) {
            return Some(());
        }
        let payload = data::read(plan, self.values(instance))?;
        let user = event_plan(templates, record)?.field(Part::User);
        let user = self.values(&record.event).user(user)?;
        let (qualifiers, level, category) = (facts.qualifiers, facts.level, facts.category);
        let system = event::System {
            key,
            qualifiers,
            level,
            category,
            user,
        };
        let event = event::event(place, system, payload, &self.desk.catalogue);
        if (self.want.matters)(&event) {
            self.events.push(event);
        } else if let Some((layout, bytes)) = alike {
            self.desk.refused.note(kind, layout, bytes);
        }
        Some(())
    }
}

fn event_plan<'t, 'c>(templates: &'t Templates<'c>, record: &Record) -> Option<&'t EventPlan<'c>> {
    match &templates.get(record.event.template)?.shape {
        Shape::Event(plan) => Some(plan),
        Shape::Data(_) | Shape::Other => None,
    }
}

/// Where the strings of one event are: by which plan, among which values. `values` are the event's own.
fn carried<'t, 'c, 'r>(
    templates: &'t Templates<'c>,
    values: Values<'c, '_>,
    record: &'r Record,
) -> Option<(&'t DataPlan<'c>, &'r Instance)> {
    let Record { event, data } = record;
    match (&event_plan(templates, record)?.payload, data) {
        (Payload::Nothing, None) => Some((&NOTHING, event)),
        (Payload::Inline(plan), None) => Some((plan, event)),
        (Payload::Embedded(id), Some(data)) if event.embedded == Some(usize::from(*id)) => {
            match &templates.get(data.template)?.shape {
                Shape::Data(plan) => Some((plan, data)),
                Shape::Event(_) | Shape::Other => None,
            }
        }
        (Payload::Embedded(id), None) => {
            let value = values.list.get(usize::from(*id));
            let nothing = value.is_none_or(|value| value.is_null());
            nothing.then_some((&NOTHING, event))
        }
        _ => None,
    }
}
