//! The form of IIS: client, user, date, time, service, server, its address, milliseconds, bytes received, bytes sent,
//! status, Win32 status, command, target, parameters (Microsoft, "Microsoft IIS Log File Format").
//!
//! Its times are local, and its dates in an order that it does not say: zone and order are given, or nothing of it
//! stands on the timeline. A day above 12 proves the order.

use super::{Form, Line, Row, When};
use crate::case::time_text::{self, LocalRules, TimeFault};
use crate::case::{DateOrder, FoundFile};
use crate::evidence::ReadContext;
use crate::evidence::local_time::{Given, Told};
use crate::evidence::mail_log::{lines_of, trimmed};
use crate::evidence::problems::{MailFault, RowFault, order_in_words};

/// Fields of a line; the parameters may hold commas of their own.
const FIELDS: usize = 15;

pub struct Iis {
    given: Given,
    /// The order that a date of the file proves, with that date.
    proven: Option<(DateOrder, String)>,
    path: String,
}

impl Iis {
    pub fn new(file: &FoundFile, context: &ReadContext<'_>) -> Self {
        Self {
            given: Given::of(&file.path, context),
            proven: None,
            path: context.config.below(&file.path).to_owned(),
        }
    }

    fn rules(&self) -> LocalRules {
        let proven = self.proven.as_ref().map(|(order, _)| *order);
        LocalRules {
            zone: self.given.zone.map(|told| told.value),
            order: self.given.order.map(|told| told.value).or(proven),
        }
    }

    fn when(&self, date: &[u8], time: &[u8]) -> Result<When, RowFault> {
        let text =
            String::from_utf8_lossy(date).into_owned() + " " + &String::from_utf8_lossy(time);
        match time_text::read(&text, self.rules()) {
            Ok(read) => Ok(When::At {
                at: read.stamp.at,
                precision: read.stamp.precision,
                unclear: read.oddity.is_some(),
            }),
            Err(TimeFault::NoZone | TimeFault::NoDateOrder) => Ok(When::Unknown),
            Err(TimeFault::NotATime | TimeFault::OutOfRange) => {
                Err(RowFault::BadTime(text.chars().take(40).collect()))
            }
        }
    }
}

impl Form for Iis {
    fn line<'l>(
        &mut self,
        line: &'l [u8],
        fields: &mut Vec<&'l [u8]>,
    ) -> Result<Line<'l>, RowFault> {
        fields.clear();
        fields.extend(line.splitn(FIELDS, |byte| *byte == b','));
        let [
            client,
            user,
            date,
            time,
            site,
            server,
            _,
            _,
            _,
            _,
            status,
            _,
            method,
            _,
            query,
        ] = fields.as_slice()
        else {
            return Err(RowFault::Fields {
                found: fields.len(),
                expected: FIELDS,
            });
        };
        let query = query.trim_ascii_end();
        let status = std::str::from_utf8(trimmed(status)).ok();
        Ok(Line::Row(Row {
            time: self.when(trimmed(date), trimmed(time))?,
            client: trimmed(client),
            user: trimmed(user),
            site: trimmed(site),
            server: trimmed(server),
            method: trimmed(method),
            query: trimmed(query.strip_suffix(b",").unwrap_or(query)),
            status: status.and_then(|status| status.parse().ok()),
        }))
    }

    fn look_ahead(&mut self, text: &[u8]) {
        self.proven = lines_of(text).find_map(|line| {
            let mut fields = line.split(|byte| *byte == b',').skip(2).map(trimmed);
            let (date, time) = (fields.next()?, fields.next()?);
            let written =
                String::from_utf8_lossy(date).into_owned() + " " + &String::from_utf8_lossy(time);
            let order = time_text::proven_order(&written)?;
            Some((order, String::from_utf8_lossy(date).into_owned()))
        });
    }

    fn finish(
        self: Box<Self>,
        notes: &mut Vec<String>,
        faults: &mut Vec<MailFault>,
        timeless: u64,
    ) {
        let rules = self.rules();
        if timeless > 0 {
            faults.push(MailFault::LocalTime {
                lines: timeless,
                lacks_zone: rules.zone.is_none(),
                lacks_order: rules.order.is_none(),
                file: self.path,
            });
        }
        if let Some(Told { value, by }) = self.given.zone {
            notes.push(format!("Its times are local: {}, by {by}.", value.name()));
        }
        if let Some(Told { value, by }) = self.given.order {
            notes.push(format!("Its dates are {}, by {by}.", order_in_words(value)));
        } else if let Some((order, date)) = &self.proven {
            notes.push(format!(
                "Its dates are {}, as {date} proves.",
                order_in_words(*order)
            ));
        }
    }
}
