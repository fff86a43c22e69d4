//! One `<Event>` element as a record, field by field what `evidence::evtx` makes of the same record.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::super::record::{ExportRecord, ExportTime};
use crate::case::markup::unescape;
use crate::evidence::evtx::payload::{Payload, Scan, resolve};
use crate::evidence::model::Level;
use crate::evidence::problems::RowFault;
use crate::time::{SECOND, Stamp, Timestamp};

/// The evtx crate takes no deeper ones either.
const MOST_OPEN: usize = 64;

/// What an element says.
pub struct Read {
    pub record: ExportRecord,
    /// Language of the message: `en-US`.
    pub culture: Option<String>,
}

/// Reads one element, given whole.
pub fn read(element: &str, row: u64) -> Result<Read, RowFault> {
    let mut reader = Reader::from_str(element);
    reader.config_mut().allow_dangling_amp = true;
    let mut scan = EventScan::default();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => scan.open(&tag)?,
            Ok(Event::Empty(tag)) => {
                scan.open(&tag)?;
                scan.close();
            }
            Ok(Event::End(_)) => scan.close(),
            Ok(Event::Text(text)) => scan.push(&text),
            Ok(Event::CData(text)) => scan.push(&text),
            Ok(Event::GeneralRef(name)) => scan.push(&resolve(&name)),
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(fault) => return Err(RowFault::Other(format!("its XML is broken: {fault}"))),
        }
    }
    if scan.open > 0 {
        return Err(RowFault::Other("it is not closed".to_owned()));
    }
    let culture = scan.culture.take();
    let record = scan.system.record(row, scan.data.payload)?;
    Ok(Read { record, culture })
}

#[derive(Default)]
struct EventScan {
    /// Open elements, `Event` included.
    open: usize,
    in_system: bool,
    /// Text of the innermost element of `System`.
    text: String,
    system: System,
    data: Scan,
    culture: Option<String>,
}

impl EventScan {
    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), RowFault> {
        self.open += 1;
        let name = tag.local_name();
        match (self.open, name.as_ref()) {
            (1, _) => {}
            (2, "System") => self.in_system = true,
            (MOST_OPEN.., _) => {
                return Err(RowFault::Other(format!(
                    "{MOST_OPEN} elements are open in it"
                )));
            }
            _ if self.in_system => {
                self.text.clear();
                self.system.attributes(tag);
            }
            (depth, name) => {
                if (depth, name) == (2, "RenderingInfo") {
                    self.culture = attribute(tag, "Culture");
                }
                self.data.open(tag);
            }
        }
        if self.in_system {
            self.system.element = name.as_ref().to_owned();
        }
        Ok(())
    }

    fn push(&mut self, text: &str) {
        match self.in_system {
            true => self.text.push_str(text),
            false => self.data.push(text),
        }
    }

    fn close(&mut self) {
        match (self.open, self.in_system) {
            (..=1, _) => {}
            (2, true) => self.in_system = false,
            (_, true) => self.system.content(&std::mem::take(&mut self.text)),
            (_, false) => self.data.close(),
        }
        self.open = self.open.saturating_sub(1);
    }
}

/// The fields of `System`, as written.
#[derive(Default)]
struct System {
    /// The element that is open.
    element: String,
    provider: Option<String>,
    event_source: Option<String>,
    id: Option<String>,
    qualifiers: Option<String>,
    level: Option<String>,
    task: Option<String>,
    record_id: Option<String>,
    time: Option<String>,
    channel: Option<String>,
    computer: Option<String>,
    user: Option<String>,
}

impl System {
    fn attributes(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().as_ref() {
            "Provider" => {
                self.provider = attribute(tag, "Name");
                self.event_source = attribute(tag, "EventSourceName");
            }
            "EventID" => self.qualifiers = attribute(tag, "Qualifiers"),
            "TimeCreated" => self.time = attribute(tag, "SystemTime"),
            "Security" => self.user = attribute(tag, "UserID"),
            _ => {}
        }
    }

    fn content(&mut self, text: &str) {
        let field = match self.element.as_str() {
            "EventID" => &mut self.id,
            "Level" => &mut self.level,
            "Task" => &mut self.task,
            "EventRecordID" => &mut self.record_id,
            "Channel" => &mut self.channel,
            "Computer" => &mut self.computer,
            _ => return,
        };
        *field = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    }

    fn record(self, row: u64, payload: Payload) -> Result<ExportRecord, RowFault> {
        let written = self.id.as_deref().ok_or(RowFault::NoId)?;
        let bad = || RowFault::BadId(written.to_owned());
        // Some writers put the whole 32-bit identifier here.
        let whole: u32 = written.parse().map_err(|_| bad())?;
        let [a, b, c, d] = whole.to_be_bytes();
        let (high, id) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        // The classic source where the provider names one, as Event Viewer shows it.
        let source = self.event_source.or(self.provider);
        let source = source.ok_or(RowFault::NoSource)?;
        let time = time(&self.time.ok_or(RowFault::NoTime)?);
        let level = number(self.level.as_deref()).unwrap_or(0);
        Ok(ExportRecord {
            computer: self.computer,
            log: self.channel,
            qualifiers: number(self.qualifiers.as_deref()).or((high != 0).then_some(high)),
            level: Level::from_number(level),
            category: number(self.task.as_deref()),
            record_id: number(self.record_id.as_deref()),
            strings: payload.strings,
            names: payload.names,
            user: self.user,
            text: payload.text,
            ..ExportRecord::new(row, time, &source, id)
        })
    }
}

fn number<T: std::str::FromStr>(text: Option<&str>) -> Option<T> {
    text?.trim().parse().ok()
}

/// The value of an attribute, unless it is empty.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.try_get_attribute(name).ok().flatten()?;
    Some(unescape(&found.value)).filter(|value| !value.is_empty())
}

/// `2010-11-21T03:55:59.626427100Z`. Classic events are logged in whole seconds; a fraction of exactly zero is taken
/// for that, as in `.evtx`.
fn time(text: &str) -> ExportTime {
    let Some(at) = Timestamp::parse_rfc3339(text.trim()) else {
        return ExportTime::Text(text.to_owned());
    };
    let precision = if at.micros() % SECOND == 0 { SECOND } else { 0 };
    ExportTime::At(Stamp {
        at,
        precision,
        original: None,
    })
}
