//! The shape of a JSON snapshot of a place, `temp-table-snapshot/1`, for its schema.
//!
//! The reader is more patient than this: a field of the wrong type costs only itself, and fields it
//! does not know are listed. The schema is for those who write snapshots and want to know that
//! nothing will be left over.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One capture, or a list of them. A file may also hold one capture a line.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(title = "Snapshot of a temp table")]
pub enum SnapshotFile {
    One(Snapshot),
    Many(Vec<Snapshot>),
}

/// The contents of one place at one instant; without messages it is an empty place, which is
/// evidence too.
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    schema: Option<Schema>,
    /// The mail server. Else it is taken from `case.toml` or the names of file and folder.
    #[schemars(example = &"BH01")]
    server: Option<String>,
    /// The table's name alone. Else it is taken from `case.toml` or the names of file and folder.
    #[schemars(example = &"TempTable#1")]
    table: Option<String>,
    /// Instance number of the SMTP virtual server.
    virtual_server: Option<u32>,
    /// RFC 3339; without an offset it is local time of the zone that `case.toml` or `--timezone`
    /// gives. Else it is taken from `case.toml` or the file's name.
    #[schemars(example = &"2006-03-14T09:30:00-05:00")]
    captured_at: Option<String>,
    /// What captured it.
    #[schemars(example = &"MFCMAPI 6.0")]
    tool: Option<String>,
    /// False when not every message of the table is listed; else it is taken as complete.
    complete: Option<bool>,
    /// Subfolder of the table that was captured; empty: the table itself.
    folder: Option<String>,
    includes_subfolders: Option<bool>,
    /// Every message that was seen; an empty list when there was none.
    messages: Vec<Message>,
}

/// Marks the format.
#[derive(Serialize, Deserialize, JsonSchema)]
enum Schema {
    #[serde(rename = "temp-table-snapshot/1")]
    One,
}

/// One message. Whatever identifies it or dates it helps; nothing is required.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Message {
    /// PR_ENTRYID, as hexadecimal digits.
    entry_id: Option<String>,
    /// PR_RECORD_KEY, as hexadecimal digits.
    record_key: Option<String>,
    /// PR_INTERNET_MESSAGE_ID, by which a message is found again in events and delivery records.
    #[schemars(example = &"<a@b>")]
    internet_message_id: Option<String>,
    /// PR_SUBJECT.
    subject: Option<String>,
    /// PR_SENDER_EMAIL_ADDRESS.
    sender: Option<String>,
    /// A list, or text as PR_DISPLAY_TO has it, separated by semicolons.
    recipients: Option<Recipients>,
    /// PR_MESSAGE_SIZE, in bytes.
    size: Option<u64>,
    /// PR_MESSAGE_CLASS.
    #[schemars(example = &"IPM.Note")]
    message_class: Option<String>,
    /// PR_CLIENT_SUBMIT_TIME.
    submitted_at: Option<String>,
    /// PR_MESSAGE_DELIVERY_TIME.
    delivered_at: Option<String>,
    /// PR_CREATION_TIME: when the row entered the table.
    created_at: Option<String>,
    /// PR_LAST_MODIFICATION_TIME.
    modified_at: Option<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Recipients {
    List(Vec<String>),
    Text(String),
}

#[cfg(test)]
mod tests {
    use schemars::schema_for;
    use serde_json::{Value, json};

    use super::SnapshotFile;

    /// The example of the format's description.
    fn example() -> Value {
        json!({"schema": "temp-table-snapshot/1", "server": "BH01", "table": "TempTable#1", "virtual_server": 1,
            "captured_at": "2006-03-14T09:30:00-05:00", "tool": "MFCMAPI 6.0", "complete": true, "folder": "",
            "includes_subfolders": true,
            "messages": [{"entry_id": "0000", "internet_message_id": "<a@b>", "subject": "s", "sender": "x@y",
                "recipients": ["p@q"], "size": 12345, "message_class": "IPM.Note", "submitted_at": "t",
                "delivered_at": "t", "created_at": "t", "modified_at": "t"}]})
    }

    #[test]
    fn the_example_fits_and_what_cannot_be_read_does_not() {
        let schema = schema_for!(SnapshotFile).to_value();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let with = |field: &str, value: Value| {
            let mut document = example();
            document[field] = value;
            document
        };
        let fits = [
            example(),
            json!([example(), {"messages": []}]),
            with("server", Value::Null),
            json!({"messages": [{"recipients": "p@q; r@s"}]}),
        ];
        for document in fits {
            assert!(validator.is_valid(&document), "{document}");
        }
        let refused = [
            json!({}),
            json!("x"),
            with("messages", json!({})),
            with("complete", json!("yes")),
            with("virtual_server", json!(-1)),
            with("schema", json!("temp-table-snapshot/2")),
        ];
        for document in refused {
            assert!(!validator.is_valid(&document), "{document}");
        }
    }
}
