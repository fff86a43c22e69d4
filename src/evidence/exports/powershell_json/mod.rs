//! `Get-WinEvent` or `Get-EventLog`, `| ConvertTo-Json`: one object, an array of them, or one a line.
//!
//! Objects are found one after the other without being held ([`objects`]), then read one by one ([`object`]).

mod object;
mod objects;

use super::powershell::Summary;
use super::sink::Sink;
use crate::evidence::problems::{ExportFault, RowFault};
use objects::{Found, Objects};

pub fn parse(text: &str, sink: &mut Sink<'_>) {
    let mut summary = Summary::default();
    for (found, row) in Objects::of(text).zip(1..) {
        match found {
            Found::Object(text) => match object::read(text).and_then(|event| event.record(row)) {
                Ok((record, lacks)) => {
                    summary.add(lacks);
                    sink.add(record, text);
                }
                Err(fault) => sink.fail(row, fault, text),
            },
            Found::NoObject(text) => {
                sink.fail(
                    row,
                    RowFault::Other("it is no JSON object".to_owned()),
                    text,
                );
            }
            Found::Broken(text, what) => {
                sink.fail(
                    row,
                    RowFault::Other(format!("its JSON is broken: {what}")),
                    text,
                );
            }
            Found::EndOfFile(text) => {
                sink.fail(
                    row,
                    RowFault::Other("the file ends inside it".to_owned()),
                    text,
                );
            }
            Found::EndOfList { line, what } => sink.fault(ExportFault::Malformed {
                at: format!("line {line}"),
                what,
            }),
        }
    }
    summary.tell(sink);
}

#[cfg(test)]
mod tests;
