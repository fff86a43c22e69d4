//! The columns that a snapshot can have, by all the names they are known under.
//!
//! Names and tags are those of MFCMAPI's `core/interpret/genTagArray.h`; ours are the keys of
//! `temp-table-snapshot/1`.

/// One column of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    EntryId,
    RecordKey,
    MessageId,
    Subject,
    Sender,
    Recipients,
    Size,
    MessageClass,
    SubmittedAt,
    DeliveredAt,
    CreatedAt,
    ModifiedAt,
    // What the whole capture is, repeated on every row.
    Server,
    Table,
    VirtualServer,
    CapturedAt,
    Complete,
    /// The opposite of `Complete`.
    Partial,
    Tool,
}

struct Known {
    column: Column,
    own: &'static str,
    /// MAPI names without `PR_` and `PidTag` (compared without `_`), best first.
    mapi: &'static [&'static str],
    /// Property ids: the upper half of the tag.
    ids: &'static [u16],
    /// Found in hardly any file that is not a snapshot.
    telling: bool,
}

const fn known(
    column: Column,
    own: &'static str,
    mapi: &'static [&'static str],
    ids: &'static [u16],
    telling: bool,
) -> Known {
    Known {
        column,
        own,
        mapi,
        ids,
        telling,
    }
}

const COLUMNS: [Known; 19] = [
    known(Column::EntryId, "entry_id", &["ENTRYID"], &[0x0FFF], true),
    known(
        Column::RecordKey,
        "record_key",
        &["RECORDKEY"],
        &[0x0FF9],
        true,
    ),
    known(
        Column::MessageId,
        "internet_message_id",
        &["INTERNETMESSAGEID"],
        &[0x1035],
        true,
    ),
    known(Column::Subject, "subject", &["SUBJECT"], &[0x0037], false),
    known(
        Column::Sender,
        "sender",
        &[
            "SENDERSMTPADDRESS",
            "SENDEREMAILADDRESS",
            "SENDERNAME",
            "SENTREPRESENTINGNAME",
        ],
        &[0x5D01, 0x0C1F, 0x0C1A, 0x0042],
        false,
    ),
    known(
        Column::Recipients,
        "recipients",
        &["DISPLAYTO"],
        &[0x0E04],
        false,
    ),
    known(
        Column::Size,
        "size",
        &["MESSAGESIZE", "MESSAGESIZEEXTENDED"],
        &[0x0E08],
        false,
    ),
    known(
        Column::MessageClass,
        "message_class",
        &["MESSAGECLASS"],
        &[0x001A],
        true,
    ),
    known(
        Column::SubmittedAt,
        "submitted_at",
        &["CLIENTSUBMITTIME"],
        &[0x0039],
        true,
    ),
    known(
        Column::DeliveredAt,
        "delivered_at",
        &["MESSAGEDELIVERYTIME"],
        &[0x0E06],
        true,
    ),
    known(
        Column::CreatedAt,
        "created_at",
        &["CREATIONTIME"],
        &[0x3007],
        false,
    ),
    known(
        Column::ModifiedAt,
        "modified_at",
        &["LASTMODIFICATIONTIME"],
        &[0x3008],
        false,
    ),
    known(Column::Server, "server", &[], &[], false),
    known(Column::Table, "table", &[], &[], false),
    known(Column::VirtualServer, "virtual_server", &[], &[], true),
    known(Column::CapturedAt, "captured_at", &[], &[], true),
    known(Column::Complete, "complete", &[], &[], false),
    known(Column::Partial, "partial", &[], &[], false),
    known(Column::Tool, "tool", &[], &[], false),
];

/// A header cell that was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    pub column: Column,
    /// Among several cells for one column the lowest rank is the best (an address before a display name).
    pub rank: usize,
    /// Hardly any file that is not a snapshot has such a column.
    pub telling: bool,
}

/// What a header cell names: by our name, MAPI name (`PR_SUBJECT`, `PR_SUBJECT_W`), `PidTag…` name or tag
/// (`0x0037001F`), in any case.
pub fn match_header(cell: &str) -> Option<Match> {
    let cell = cell.trim().trim_matches('"').trim();
    let upper = cell.to_ascii_uppercase();
    if let Some(hex) = upper.strip_prefix("0X") {
        let tag = u32::from_str_radix(hex, 16)
            .ok()
            .filter(|_| hex.len() == 8)?;
        let id = u16::try_from(tag >> 16).ok()?;
        return find(true, |known| {
            known.ids.iter().position(|&known| known == id)
        });
    }
    if let Some(name) = upper.strip_prefix("PR_") {
        let name = name
            .strip_suffix("_W")
            .or_else(|| name.strip_suffix("_A"))
            .unwrap_or(name);
        return find_mapi(&name.replace('_', ""));
    }
    if let Some(name) = upper.strip_prefix("PIDTAG") {
        let wide = name
            .strip_suffix("_W")
            .or_else(|| name.strip_suffix("_A"))
            .unwrap_or(name);
        return find_mapi(pid_alias(wide));
    }
    let lower = cell.to_ascii_lowercase();
    find(false, |known| (known.own == lower).then_some(0))
}

/// `PidTag` names that are not the `PR_` name without its underscores.
fn pid_alias(name: &str) -> &str {
    match name {
        "ENTRYIDENTIFIER" => "ENTRYID",
        other => other,
    }
}

fn find_mapi(name: &str) -> Option<Match> {
    find(true, |known| {
        known.mapi.iter().position(|&mapi| mapi == name)
    })
}

/// The first column for which `rank_in` finds a rank. A MAPI name or tag is telling in itself.
fn find(by_mapi: bool, rank_in: impl Fn(&Known) -> Option<usize>) -> Option<Match> {
    COLUMNS.iter().find_map(|known| {
        let rank = rank_in(known)?;
        Some(Match {
            column: known.column,
            rank,
            telling: by_mapi || known.telling,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(cell: &str) -> Option<Column> {
        match_header(cell).map(|m| m.column)
    }

    #[test]
    fn every_naming_of_a_column() {
        for cell in [
            "internet_message_id",
            "Internet_Message_ID",
            "PR_INTERNET_MESSAGE_ID",
            "pr_internet_message_id_w",
            "PR_INTERNET_MESSAGE_ID_A",
            "PidTagInternetMessageId",
            "0x1035001F",
            "0x1035001e",
            " \"PR_INTERNET_MESSAGE_ID\" ",
        ] {
            assert_eq!(column(cell), Some(Column::MessageId), "{cell}");
        }
        assert_eq!(
            column("PR_LAST_MODIFICATION_TIME"),
            Some(Column::ModifiedAt)
        );
        assert_eq!(column("PidTagClientSubmitTime"), Some(Column::SubmittedAt));
        assert_eq!(column("PidTagEntryId"), Some(Column::EntryId));
        assert_eq!(column("0x0E080014"), Some(Column::Size));
    }

    #[test]
    fn others_are_left_alone() {
        for cell in [
            "",
            "0x1035",
            "Message",
            "PR_HASATTACH",
            "Source",
            "id",
            "0xZZZZZZZZ",
            "PidTag",
        ] {
            assert_eq!(column(cell), None, "{cell}");
        }
    }

    #[test]
    fn addresses_come_before_names() {
        let rank = |cell| match_header(cell).unwrap().rank;
        assert!(rank("PR_SENDER_EMAIL_ADDRESS") < rank("PR_SENDER_NAME"));
        assert!(rank("0x0C1F001F") < rank("0x0042001F"));
    }
}
