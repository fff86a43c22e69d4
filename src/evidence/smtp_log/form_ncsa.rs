//! The form of the NCSA: `client - user [11/Oct/2006:13:16:39 -0600] "DATA -?+<id> SMTP" 250 124`.
//!
//! Its times are local, but each names its offset from UTC. It names neither server nor virtual server.

use super::{Form, Line, Row, When};
use crate::evidence::mail_log::{Calendar, time_of_day, trimmed};
use crate::evidence::problems::{MailFault, RowFault};
use crate::time::{DAY, MINUTE, Timestamp};

const MONTHS: [&[u8]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

#[derive(Default)]
pub struct Ncsa {
    calendar: Calendar,
    rows: u64,
}

impl Form for Ncsa {
    fn line<'l>(&mut self, line: &'l [u8], _: &mut Vec<&'l [u8]>) -> Result<Line<'l>, RowFault> {
        let row = self.row(line)?;
        self.rows += 1;
        Ok(Line::Row(row))
    }

    fn finish(self: Box<Self>, notes: &mut Vec<String>, _: &mut Vec<MailFault>, _: u64) {
        if self.rows > 0 {
            notes.push("Its times are local; each names its offset from UTC.".to_owned());
        }
    }
}

impl Ncsa {
    fn row<'l>(&mut self, line: &'l [u8]) -> Result<Row<'l>, RowFault> {
        let shape = || RowFault::Other("it has not the shape of a line".to_owned());
        let (who, rest) = cut(line, b'[').ok_or_else(shape)?;
        let (time, rest) = cut(rest, b']').ok_or_else(shape)?;
        let (_, rest) = cut(rest, b'"').ok_or_else(shape)?;
        // The request may hold quotation marks of its own: `354+END+WITH+"."`.
        let end = memchr::memrchr(b'"', rest).ok_or_else(shape)?;
        let (request, rest) = rest.split_at_checked(end).ok_or_else(shape)?;
        let mut who = who.split(|byte| *byte == b' ');
        let (client, _, user) = (who.next(), who.next(), who.next());
        let mut parts = request.splitn(2, |byte| *byte == b' ');
        let method = trimmed(parts.next().unwrap_or_default());
        let target = parts.next().unwrap_or_default();
        let target = memchr::memrchr(b' ', target)
            .and_then(|end| target.get(..end))
            .unwrap_or(target);
        let query = target.strip_prefix(b"-?").unwrap_or_default();
        let mut numbers = rest
            .get(1..)
            .unwrap_or_default()
            .trim_ascii()
            .split(|byte| *byte == b' ');
        let status = numbers
            .next()
            .and_then(|status| std::str::from_utf8(status).ok());
        let Some(at) = self.instant(time) else {
            return Err(RowFault::BadTime(
                String::from_utf8_lossy(time).chars().take(40).collect(),
            ));
        };
        Ok(Row {
            time: When::At {
                at,
                precision: crate::time::SECOND,
                unclear: false,
            },
            client: trimmed(client.unwrap_or_default()),
            user: trimmed(user.unwrap_or_default()),
            method,
            query: trimmed(query),
            status: status.and_then(|status| status.parse().ok()),
            ..Row::default()
        })
    }

    /// `11/Oct/2006:13:16:39 -0600`.
    fn instant(&mut self, text: &[u8]) -> Option<Timestamp> {
        let (date, rest) = cut(text, b':')?;
        let (time, offset) = cut(rest, b' ')?;
        let mut parts = date.split(|byte| *byte == b'/');
        let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
        let month = MONTHS
            .iter()
            .position(|name| name.eq_ignore_ascii_case(month))?
            + 1;
        let date = [year, month.to_string().as_bytes(), day].join(&b'-');
        let days = self.calendar.days(&date)?;
        let (micros, _) = time_of_day(time)?;
        let local = days.checked_mul(DAY)?.checked_add(micros)?;
        Timestamp::from_micros(local.checked_sub(minutes(offset)? * MINUTE)?)
    }
}

/// Minutes of `-0600`; Microsoft's example has a blank behind the sign.
fn minutes(offset: &[u8]) -> Option<i64> {
    let (sign, digits) = offset.split_first()?;
    let sign = match sign {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits = digits.trim_ascii();
    let digits = std::str::from_utf8(digits)
        .ok()
        .filter(|digits| digits.len() == 4)?;
    let number: i64 = digits
        .parse()
        .ok()
        .filter(|number| (0..=1400).contains(number))?;
    let (hours, minutes) = (number / 100, number % 100);
    (minutes < 60).then_some(sign * (hours * 60 + minutes))
}

fn cut(text: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(at, text)?;
    Some((text.get(..end)?, text.get(end.checked_add(1)?..)?))
}
