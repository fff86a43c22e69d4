//! `Get-WinEvent` or `Get-EventLog`, `| Export-Clixml`: objects of .NET as PowerShell serialises them (MS-PSRP 2.2.5).
//!
//! Objects of other types are left alone, whatever holds them is looked through. A broken object costs only itself.

mod node;
mod objects;

use super::powershell::{PowerShellEvent, Property, Summary, Value};
use super::sink::Sink;
use crate::evidence::problems::{ExportFault, RowFault};
use node::Node;
use objects::{End, Object, Objects};

pub fn parse(text: &str, sink: &mut Sink<'_>) {
    let mut objects = Objects::of(text);
    let mut summary = Summary::default();
    let mut row = 0;
    for object in objects.by_ref() {
        let read = node::read(object.text).map(|node| event(&node, object.log.clone()));
        // Of a type that nothing says: one of ours if it has what ours have.
        let ours = object.is_event || matches!(&read, Ok(event) if event.record(0).is_ok());
        if !ours {
            continue;
        }
        row += 1;
        let record = read.and_then(|event| event.record(row));
        match record {
            Ok((record, lacks)) => {
                summary.add(lacks);
                sink.add(record, object.text);
            }
            Err(fault) => sink.fail(row, fault_of(&object, fault), object.text),
        }
    }
    if objects.root_is_open() {
        sink.fault(ExportFault::Malformed {
            at: format!("behind event {row}"),
            what: "it ends there, without the end tag of its root element".to_owned(),
        });
    }
    summary.tell(sink);
}

fn fault_of(object: &Object<'_>, fault: RowFault) -> RowFault {
    match object.end {
        End::Closed => fault,
        End::NextBegins => RowFault::Other("the next one begins inside it".to_owned()),
        End::OfFile => RowFault::Other("the file ends inside it".to_owned()),
    }
}

/// Its own properties (`Props`), and those that PowerShell added (`MS`), such as the message.
fn event(node: &Node, log: Option<String>) -> PowerShellEvent {
    let mut event = PowerShellEvent::default();
    let holders = node.children.iter();
    let holders = holders.filter(|child| matches!(child.name.as_str(), "Props" | "MS"));
    for child in holders.flat_map(|holder| &holder.children) {
        let property = child.label.as_deref().and_then(Property::from_name);
        if let Some(property) = property {
            event.set(property, child.value());
        }
    }
    event.set(Property::Log, log.map_or(Value::Nothing, Value::Text));
    event
}

#[cfg(test)]
mod tests;
