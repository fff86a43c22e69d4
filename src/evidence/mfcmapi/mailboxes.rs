//! `MAILBOX_TABLE.xml`, and the properties of stores: of which server an export is.

use super::Lost;
use super::scan::{Scanner, Tag, Token};
use crate::evidence::mapi::{Properties, id, server_of_store};
use crate::evidence::model::{ServerPart, TablePart};

/// Reads what follows `<mailboxtable server="…">`.
pub fn read(
    root: Tag<'_>,
    scanner: &mut Scanner<'_>,
    records: &mut u64,
    lost: &mut Lost,
) -> Vec<TablePart> {
    let mut mailboxes = Vec::new();
    let mut ended = false;
    while let Some(token) = scanner.next_token() {
        match token {
            Token::Open(tag) if tag.name == "mailbox" => {
                let name = tag.attribute_before("prdisplayname", "premailaddress");
                mailboxes.extend(name.filter(|name| !name.is_empty()).map(str::to_owned));
                *records += 1;
            }
            Token::Close("mailboxtable") => {
                ended = true;
                break;
            }
            _ => {}
        }
    }
    if !ended {
        lost.cut = Some(format!("line {}", scanner.line()));
    }
    vec![TablePart::Server(ServerPart {
        server: root.last_attribute("server").and_then(host),
        mailboxes,
    })]
}

/// `BH01` of `BH01`, `/o=Corp/ou=First/cn=Configuration/cn=Servers/cn=BH01`.
fn host(server: &str) -> Option<String> {
    let name = server.trim().rsplit(['/', '=']).next()?.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// Reads what follows `<messagestoreprops>` or `<storetable>`.
pub fn read_store(scanner: &mut Scanner<'_>, records: &mut u64, _: &mut Lost) -> Vec<TablePart> {
    let mut stores: Vec<Properties> = Vec::new();
    while let Some(token) = scanner.next_token() {
        match token {
            Token::Open(tag) if tag.name == "properties" => stores.push(Properties::default()),
            Token::Property(id, value) => {
                if let Some(store) = stores.last_mut() {
                    store.add(id, value);
                }
            }
            _ => {}
        }
    }
    *records = stores.len() as u64;
    stores.iter().filter_map(of_store).collect()
}

/// The server of a store that is an SMTP mailbox.
pub fn of_store(properties: &Properties) -> Option<TablePart> {
    let server = server_of_store(properties.text(id::DISPLAY_NAME)?)?;
    Some(TablePart::Server(ServerPart {
        server: Some(server.to_owned()),
        mailboxes: Vec::new(),
    }))
}
