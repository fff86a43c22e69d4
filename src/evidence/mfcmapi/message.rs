//! One message as XML: a summary, the bodies, all properties, recipients, attachments.
//!
//! Bodies and attachments are whatever somebody sent, so a property list is the message's own only if it bears the keys
//! that the summary has: the store makes them when the message arrives, and no sender can know them.

use super::Lost;
use super::scan::{Scanner, Token};
use crate::evidence::mapi::{Properties, attached_to, id, part_row, recipient_of};
use crate::evidence::model::TablePart;

/// What has been read of a message.
#[derive(Default)]
struct Draft {
    summary: Properties,
    all: Option<Properties>,
    recipients: Vec<String>,
    attached: Vec<String>,
}

/// Which element is open.
enum Within {
    Nothing,
    List { full: bool, properties: Properties },
    Recipient(Properties),
    Attachment,
}

/// Reads what follows `<message>`.
pub fn read(scanner: &mut Scanner<'_>, records: &mut u64, lost: &mut Lost) -> Vec<TablePart> {
    *records = 1;
    let mut draft = Draft::default();
    let mut within = Within::Nothing;
    let mut ended = false;
    while let Some(token) = scanner.next_token() {
        ended = false;
        match (token, &mut within) {
            (Token::Open(tag), _) => match tag.name {
                "properties" => {
                    within = Within::List {
                        full: tag.attribute("listtype") == Some("FullPropList"),
                        properties: Properties::default(),
                    };
                }
                "recipient" => within = Within::Recipient(Properties::default()),
                "attachment" => within = Within::Attachment,
                "embeddedmessage" => {
                    let path = tag.last_attribute("path").map(attached_to);
                    draft.attached.extend(path.map(str::to_owned));
                }
                _ => {}
            },
            (
                Token::Property(id, value),
                Within::List { properties, .. } | Within::Recipient(properties),
            ) => {
                properties.add(id, value);
            }
            (Token::Close("properties" | "recipient" | "attachment"), _) => {
                draft.take(
                    std::mem::replace(&mut within, Within::Nothing),
                    scanner.line(),
                    lost,
                );
            }
            (Token::Close("message"), _) => ended = true,
            _ => {}
        }
    }
    draft.take(within, scanner.line(), lost);
    if !ended {
        lost.cut = Some(format!("line {}", scanner.line()));
    }
    draft.into_parts(scanner.broken(), lost)
}

impl Draft {
    /// An element has ended.
    fn take(&mut self, within: Within, line: u64, lost: &mut Lost) {
        match within {
            Within::List {
                full: false,
                properties,
            } if self.summary.is_empty() => self.summary = properties,
            Within::List {
                full: true,
                properties,
            } if self.all.is_none() && self.is_own(&properties) => {
                self.all = Some(properties);
            }
            Within::List { properties, .. } if !properties.is_empty() => {
                lost.foreign.add(format_args!("up to line {line}"));
            }
            // Recipients follow the full list; what stands before it is text of a body.
            Within::Recipient(properties) if self.all.is_some() => {
                self.recipients.extend(recipient_of(&properties))
            }
            _ => {}
        }
    }

    fn is_own(&self, list: &Properties) -> bool {
        [id::RECORD_KEY, id::ENTRY_ID, id::SEARCH_KEY]
            .into_iter()
            .all(|key| {
                self.summary.binary(key).is_none() || self.summary.binary(key) == list.binary(key)
            })
    }

    fn into_parts(self, broken: u64, lost: &mut Lost) -> Vec<TablePart> {
        let mut properties = self.summary;
        properties.complete(self.all.unwrap_or_default());
        if properties.conflicts > 0 {
            lost.conflicts.add("the message");
        }
        if properties.is_empty() {
            lost.bare.add("the message");
            return Vec::new();
        }
        let mut part = part_row(&properties, 1);
        if !self.recipients.is_empty() {
            part.row.recipients = self.recipients;
        }
        part.attached = self.attached;
        part.has_gaps |= broken > 0 || lost.any();
        vec![TablePart::Message(Box::new(part))]
    }
}

/// A property pane that shows a message.
pub fn of_pane(properties: &Properties, has_gaps: bool) -> Option<TablePart> {
    let is_message = properties.text(id::MESSAGE_CLASS).is_some()
        || properties.text(id::INTERNET_MESSAGE_ID).is_some();
    is_message.then(|| {
        let mut part = part_row(properties, 1);
        part.has_gaps |= has_gaps;
        TablePart::Message(Box::new(part))
    })
}
