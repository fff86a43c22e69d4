//! MAPI properties of messages and folders, whatever the file they come from.
//!
//! Tags and names are those of MFCMAPI's `core/interpret/genTagArray.h`.

mod headers;
mod properties;
mod row;

pub use properties::{Properties, Value, id_by_name};
pub use row::{attached_to, folder_of, part_row, recipient_of, server_of_store};

/// The property ids that are read: the upper half of a tag, whatever its type.
pub mod id {
    pub const MESSAGE_CLASS: u16 = 0x001A;
    pub const SUBJECT: u16 = 0x0037;
    pub const CLIENT_SUBMIT_TIME: u16 = 0x0039;
    pub const SENT_REPRESENTING_NAME: u16 = 0x0042;
    pub const TRANSPORT_MESSAGE_HEADERS: u16 = 0x007D;
    pub const SENDER_NAME: u16 = 0x0C1A;
    pub const SENDER_EMAIL_ADDRESS: u16 = 0x0C1F;
    pub const DISPLAY_BCC: u16 = 0x0E02;
    pub const DISPLAY_CC: u16 = 0x0E03;
    pub const DISPLAY_TO: u16 = 0x0E04;
    pub const MESSAGE_DELIVERY_TIME: u16 = 0x0E06;
    pub const MESSAGE_FLAGS: u16 = 0x0E07;
    pub const MESSAGE_SIZE: u16 = 0x0E08;
    pub const RECORD_KEY: u16 = 0x0FF9;
    pub const ENTRY_ID: u16 = 0x0FFF;
    pub const INTERNET_MESSAGE_ID: u16 = 0x1035;
    pub const DISPLAY_NAME: u16 = 0x3001;
    pub const EMAIL_ADDRESS: u16 = 0x3003;
    pub const CREATION_TIME: u16 = 0x3007;
    pub const LAST_MODIFICATION_TIME: u16 = 0x3008;
    pub const SEARCH_KEY: u16 = 0x300B;
    pub const CONTENT_COUNT: u16 = 0x3602;
    pub const SUBFOLDERS: u16 = 0x360A;
    pub const SMTP_ADDRESS: u16 = 0x39FE;
    pub const SENDER_SMTP_ADDRESS: u16 = 0x5D01;
    pub const LONGTERM_ENTRYID_FROM_TABLE: u16 = 0x6670;
}
