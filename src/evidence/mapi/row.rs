//! From properties to rows of captures, folders and stores.

use super::{Properties, headers, id};
use crate::evidence::model::{PartRow, SnapshotRow, Subfolder};

/// MSGFLAG_ASSOCIATED: the message is no mail but something that the folder keeps for itself.
const ASSOCIATED: u64 = 0x40;

/// A message, as the `record`th of its file.
pub fn part_row(properties: &Properties, record: u64) -> PartRow {
    let text = |id| properties.text(id).map(str::to_owned);
    let binary = |id| properties.binary(id).map(str::to_owned);
    let from_headers = || headers::message_id(properties.text(id::TRANSPORT_MESSAGE_HEADERS)?);
    // Addresses before names, as everywhere.
    let sender = [
        id::SENDER_SMTP_ADDRESS,
        id::SENDER_EMAIL_ADDRESS,
        id::SENDER_NAME,
        id::SENT_REPRESENTING_NAME,
    ];
    let shown = [id::DISPLAY_TO, id::DISPLAY_CC, id::DISPLAY_BCC];
    let recipients = shown.into_iter().filter_map(|id| properties.text(id));
    let row = SnapshotRow {
        record,
        // An entry id in a table may be short-lived; the long-term one beside it is that of the message.
        entry_id: binary(id::LONGTERM_ENTRYID_FROM_TABLE).or_else(|| binary(id::ENTRY_ID)),
        record_key: binary(id::RECORD_KEY),
        message_id: text(id::INTERNET_MESSAGE_ID).or_else(from_headers),
        subject: text(id::SUBJECT),
        sender: sender.into_iter().find_map(text),
        recipients: recipients.flat_map(split).collect(),
        size: properties.number(id::MESSAGE_SIZE),
        message_class: text(id::MESSAGE_CLASS),
        submitted_at: properties.time(id::CLIENT_SUBMIT_TIME),
        delivered_at: properties.time(id::MESSAGE_DELIVERY_TIME),
        created_at: properties.time(id::CREATION_TIME),
        modified_at: properties.time(id::LAST_MODIFICATION_TIME),
        ..SnapshotRow::default()
    };
    let flags = properties.number(id::MESSAGE_FLAGS).unwrap_or(0);
    PartRow {
        row,
        search_key: binary(id::SEARCH_KEY),
        associated: flags & ASSOCIATED != 0,
        has_gaps: properties.conflicts > 0,
        ..PartRow::default()
    }
}

/// `a; b;c` as MAPI shows recipients, taken apart.
fn split(text: &str) -> impl Iterator<Item = String> {
    text.split(';')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
}

/// A recipient's address, else the name.
pub fn recipient_of(properties: &Properties) -> Option<String> {
    [id::SMTP_ADDRESS, id::EMAIL_ADDRESS, id::DISPLAY_NAME]
        .into_iter()
        .find_map(|id| properties.text(id))
        .map(str::to_owned)
}

pub fn folder_of(properties: &Properties) -> Subfolder {
    Subfolder {
        name: properties.text(id::DISPLAY_NAME).map(str::to_owned),
        has_subfolders: properties.boolean(id::SUBFOLDERS),
    }
}

/// The server in the display name of a store's SMTP mailbox, `SMTP (BH01-{GUID})` (blogs.technet.microsoft.com/evand,
/// 27 December 2004); in the name of a folder made after it `-` has become `_`.
pub fn server_of_store(name: &str) -> Option<&str> {
    let inside = name.trim().strip_prefix("SMTP (")?;
    let end = inside.rfind("-{").or_else(|| inside.rfind("_{"))?;
    inside.get(..end).filter(|server| !server.is_empty())
}

/// The name of a file in a path of Windows.
pub fn attached_to(path: &str) -> &str {
    path.rsplit(['\\', '/']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::mapi::Value;

    #[test]
    fn servers_of_smtp_mailboxes() {
        assert_eq!(server_of_store("SMTP (BH-01-{0F8E})"), Some("BH-01"));
        assert_eq!(server_of_store("SMTP (BH01_{0F8E_11})"), Some("BH01"));
        assert_eq!(server_of_store("SystemMailbox{0F8E}"), None);
        assert_eq!(server_of_store("SMTP (-{0F8E})"), None);
    }

    #[test]
    fn the_headers_help_where_the_message_id_is_missing() {
        let mut list = Properties::default();
        let headers = "Received: x\r\nMessage-ID: <h@x>\r\n";
        list.add(id::TRANSPORT_MESSAGE_HEADERS, Value::Text(headers.into()));
        assert_eq!(part_row(&list, 1).row.message_id.as_deref(), Some("<h@x>"));
        list.add(id::INTERNET_MESSAGE_ID, Value::Text("<own@x>".into()));
        assert_eq!(
            part_row(&list, 1).row.message_id.as_deref(),
            Some("<own@x>")
        );
    }
}
