//! Tracking logs, registry exports and listings of a few servers: what a test is about, among everyday mail every ten
//! minutes, so that the logs cover their span.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use forge::listing::{self, File, Folder, Habit};
use forge::registry::{self, Form, Key};
use forge::tracking::{self, Line};
use serde::Deserialize;

use super::{CaseFolder, clock};

/// Minutes from one everyday message to the next.
const RHYTHM: i64 = 10;

/// One line of a tracking log.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    at: String,
    #[serde(default = "super::mail::first_server")]
    server: String,
    /// `1031` and other numbers make a log of Exchange 2003, `DELIVER` and other words a later one.
    event: String,
    id: String,
    #[serde(default = "one_recipient")]
    to: Vec<String>,
    #[serde(default)]
    partner: String,
    /// When the message was first submitted.
    from: Option<String>,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    sender: String,
}

fn first_server() -> String {
    "BH01".to_owned()
}

fn one_recipient() -> Vec<String> {
    vec!["recipient@fabrikam.example".to_owned()]
}

/// The values of one export of the VirusScan key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registry {
    at: String,
    #[serde(default = "first_server")]
    server: String,
    /// Of the store's virus scanning key.
    #[serde(default)]
    values: BTreeMap<String, u32>,
    /// Of the key of transport scanning; exported only where there are any.
    #[serde(default)]
    transport: BTreeMap<String, u32>,
}

/// A listing of one folder.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    at: String,
    #[serde(default = "first_server")]
    server: String,
    folder: String,
    files: usize,
}

impl Delivery {
    fn line(&self) -> Line {
        Line {
            subject: self.subject.clone(),
            sender: self.sender.clone(),
            recipients: self.to.clone(),
            partner: self.partner.clone(),
            originated: self.from.as_deref().map(clock::at),
            ..line(clock::at(&self.at), &self.server, &self.event, &self.id)
        }
    }

    fn is_2003(&self) -> bool {
        self.event.parse::<u16>().is_ok()
    }
}

fn line(at: DateTime<Utc>, server: &str, event: &str, id: &str) -> Line {
    Line {
        at,
        client_ip: "10.0.0.9".to_owned(),
        client_host: "CLIENT".to_owned(),
        partner: String::new(),
        server: server.to_owned(),
        server_ip: "10.0.0.5".to_owned(),
        recipients: vec!["everyday@fabrikam.example".to_owned()],
        event: event.to_owned(),
        message_id: id.to_owned(),
        size: 2048,
        originated: None,
        subject: String::new(),
        sender: String::new(),
    }
}

/// Writes a tracking log for each server and form of log that a line is of; everyday mail fills `span`
/// (`08:00 .. 18:00`).
pub fn write_tracking(case: &CaseFolder, deliveries: &[Delivery], span: &str) {
    let (from, to) = span.split_once("..").expect("tracking = \"FROM .. TO\"");
    let (from, to) = (clock::at(from), clock::at(to));
    let mut logs: BTreeMap<(String, bool), Vec<Line>> = BTreeMap::new();
    for delivery in deliveries {
        let key = (delivery.server.clone(), delivery.is_2003());
        logs.entry(key).or_default().push(delivery.line());
    }
    for ((server, is_2003), mut lines) in logs {
        let event = if is_2003 { "1019" } else { "RECEIVE" };
        let times = std::iter::successors(Some(from), |at| Some(*at + clock::minutes(RHYTHM)));
        for at in times.take_while(|at| *at < to).chain([to]) {
            let id = format!("<everyday-{}@contoso.example>", at.timestamp());
            lines.push(line(at, &server, event, &id));
        }
        lines.sort_by_key(|line| line.at);
        match is_2003 {
            true => case.write(
                &format!("tracking/{server}.log"),
                tracking::write_2003(&lines),
            ),
            false => case.write(
                &format!("tracking/{server}.csv"),
                tracking::write_2007(&lines),
            ),
        };
    }
}

/// Writes the log of one SMTP virtual server that starts (`12:00 BH01 2`) and is greeted once.
pub fn write_smtp_log(case: &CaseFolder, start: &str) {
    let mut words = start.rsplitn(3, ' ');
    let (number, server, at) = (words.next(), words.next(), words.next());
    let (Some(number), Some(server), Some(at)) = (number, server, at) else {
        panic!("`{start}` is not TIME SERVER NUMBER");
    };
    let at = clock::at(at);
    let time = at.format("%Y-%m-%d %H:%M:%S");
    let text = format!(
        "#Software: Microsoft Internet Information Services 6.0\r\n#Version: 1.0\r\n#Date: {time}\r\n#Fields: date time \
         c-ip cs-username s-sitename s-computername s-ip s-port cs-method cs-uri-stem cs-uri-query sc-status\r\n{time} \
         10.0.0.9 client SMTPSVC{number} {server} 10.0.0.5 25 EHLO - +client 250\r\n"
    );
    let name = at.format("ex%y%m%d.log");
    case.write(&format!("{server}/LogFiles/SMTPSVC{number}/{name}"), text);
}

/// A time as names of files write it.
fn in_name(at: &str) -> String {
    clock::at(at).format("%Y%m%dT%H%M%SZ").to_string()
}

pub fn write_registry(case: &CaseFolder, export: &Registry) {
    let mut key =
        Key::new(r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\MSExchangeIS\VirusScan");
    for (name, number) in &export.values {
        key = key.dword(name, *number);
    }
    let mut keys = vec![key];
    if !export.transport.is_empty() {
        let mut key = Key::new(r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Exchange\TransportAVAPI");
        for (name, number) in &export.transport {
            key = key.dword(name, *number);
        }
        keys.push(key);
    }
    let name = format!(
        "settings/{}_registry_{}.reg",
        export.server,
        in_name(&export.at)
    );
    case.write(&name, registry::write(Form::Regedit5, &keys));
}

pub fn write_listing(case: &CaseFolder, of: &Listing) {
    let at = clock::at(&of.at);
    let files = (1..=of.files).map(|number| File {
        name: format!("NTFS_{number}.EML"),
        bytes: 1000,
        written: at - clock::minutes(RHYTHM),
    });
    let folder = Folder {
        path: of.folder.clone(),
        folders: Vec::new(),
        files: files.collect(),
        changed: at,
    };
    let bytes = listing::write(&[folder], Habit::American, chrono_tz::UTC);
    let name = format!("listings/{}_mailroot_{}.txt", of.server, in_name(&of.at));
    case.write(&name, bytes);
}
