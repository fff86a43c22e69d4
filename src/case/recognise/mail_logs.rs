//! Logs of the mail system, and the logs of other services in the same forms, which are said to be what they are and
//! left alone.

use super::text::is_text;
use super::{Format, Head, Recognised};

/// Lines of a header that are looked at.
const HEADER_LINES: usize = 12;

/// Rows that are looked at; more than half of them must have the shape, and the first.
const ROWS: usize = 16;

/// Commands of SMTP (RFC 5321 4.1.1, RFC 3030), and the two users that only the SMTP service writes.
const COMMANDS: [&str; 15] = [
    "HELO", "EHLO", "MAIL", "RCPT", "DATA", "BDAT", "RSET", "QUIT", "VRFY", "EXPN", "HELP", "NOOP",
    "AUTH", "STARTTLS", "TURN",
];
const OUTBOUND: [&str; 2] = ["OutboundConnectionCommand", "OutboundConnectionResponse"];

/// Methods of HTTP (RFC 9110, RFC 4918), which the same server logs in the same forms.
const HTTP: [&str; 9] = [
    "GET", "POST", "HEAD", "PUT", "OPTIONS", "PROPFIND", "DELETE", "SEARCH", "TRACE",
];

/// Exchange 2000 and 2003: its own lines at the top, or rows of the right shape.
pub fn tracking_2003(head: &Head<'_>) -> Option<Recognised> {
    if !is_text(head) {
        return None;
    }
    let claim = |by: &str| Some(Recognised::new(Format::Tracking2003, by));
    for line in comments(head.text()).take(HEADER_LINES) {
        let line = line.to_ascii_lowercase();
        if line.contains("message tracking log file") {
            return claim("header `# Message Tracking Log File`");
        }
        if line.contains('\t') && line.contains("msgid") && line.contains("event-id") {
            return claim("header with the columns Event-ID and MSGID");
        }
    }
    if comments(head.text()).next().is_some() {
        return None;
    }
    let rows = shaped(head, |line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let at = |index: usize| fields.get(index).copied().unwrap_or_default();
        fields.len() >= 16
            && is_date(at(0), '-')
            && is_clock(at(1).trim_end_matches(" GMT"))
            && (1..=4).contains(&at(8).len())
            && at(8).bytes().all(|byte| byte.is_ascii_digit())
    })?;
    claim(&format!(
        "{rows} in the order of a tracking log of Exchange 2000/2003"
    ))
}

/// Exchange 2007 and later, and the other logs that it writes with the same header.
pub fn exchange(head: &Head<'_>) -> Option<Recognised> {
    if !is_text(head) {
        return None;
    }
    let lines = || comments(head.text()).take(HEADER_LINES);
    let value = |name: &str| lines().find_map(|line| after(line, name));
    let fields = value("#Fields:").unwrap_or_default().to_ascii_lowercase();
    let has = |name: &str| fields.split(',').any(|field| field.trim() == name);
    let kind = value("#Log-type:");
    let by_exchange = value("#Software:").is_some_and(|name| name.contains("Microsoft Exchange"));
    let tracking = kind.is_some_and(|kind| kind.eq_ignore_ascii_case("Message Tracking Log"));
    if tracking || (has("event-id") && has("message-id") && has("date-time")) {
        let by = match kind {
            Some(kind) => format!("header `#Log-type: {kind}`"),
            None => "header with the columns event-id and message-id".to_owned(),
        };
        return Some(Recognised::new(Format::Tracking2007, by));
    }
    if !by_exchange {
        return None;
    }
    let by = match kind {
        Some(kind) => format!("a log of Exchange of another kind ({kind})"),
        None => "a log of Exchange of another kind".to_owned(),
    };
    Some(Recognised::new(Format::NotEvidence, by))
}

/// W3C extended logs: those of the SMTP service, and all others.
pub fn w3c(head: &Head<'_>) -> Option<Recognised> {
    if !is_text(head) {
        return None;
    }
    let fields = comments(head.text())
        .take(HEADER_LINES)
        .find_map(|line| after(line, "#Fields:"))?;
    let names: Vec<&str> = fields.split_ascii_whitespace().collect();
    let column = |name: &str| {
        names
            .iter()
            .position(|known| known.eq_ignore_ascii_case(name))
    };
    let (site, method, user) = (
        column("s-sitename"),
        column("cs-method"),
        column("cs-username"),
    );
    site.or(method).or(column("c-ip"))?;
    let services = rows(head).take(ROWS).map(|row| {
        let cells: Vec<&str> = row.split(' ').collect();
        let cell = |at: Option<usize>| at.and_then(|at| cells.get(at)).copied().unwrap_or_default();
        Service::of(cell(site), cell(method), cell(user))
    });
    claim(services, Format::SmtpW3c, "W3C").or_else(|| {
        let by = "a W3C log whose lines do not tell of which service";
        Some(Recognised::new(Format::NotEvidence, by))
    })
}

/// The form of IIS: fields of fixed order, the service among them.
pub fn iis(head: &Head<'_>) -> Option<Recognised> {
    if !is_text(head) {
        return None;
    }
    let fields = |line: &str| -> Vec<String> {
        line.split(',')
            .map(|field| field.trim().to_owned())
            .collect()
    };
    shaped(head, |line| {
        let fields = fields(line);
        let at = |index: usize| fields.get(index).map(String::as_str).unwrap_or_default();
        let service = at(4).trim_end_matches(|c: char| c.is_ascii_digit());
        fields.len() >= 15 && is_date(at(2), '/') && is_clock(at(3)) && service.ends_with("SVC")
    })?;
    let services = rows(head).take(ROWS).map(|row| {
        let fields = fields(row);
        let at = |index: usize| fields.get(index).map(String::as_str).unwrap_or_default();
        Service::of(at(4), at(12), at(1))
    });
    claim(services, Format::SmtpIis, "IIS form")
}

/// The form of the NCSA, in which web servers of all makes log, too.
pub fn ncsa(head: &Head<'_>) -> Option<Recognised> {
    if !is_text(head) {
        return None;
    }
    shaped(head, |line| request(line).is_some())?;
    let services = rows(head).take(ROWS).map(|row| {
        let (user, request) = request(row)?;
        let (method, rest) = request.split_once(' ').unwrap_or((request, ""));
        if rest.ends_with("SMTP") {
            return Some(Service::Smtp("the protocol SMTP"));
        }
        Service::of("", method, user)
    });
    claim(services, Format::SmtpNcsa, "NCSA form")
}

/// Which service a line is of.
#[derive(Clone, Copy)]
enum Service {
    /// With what tells it.
    Smtp(&'static str),
    /// With what it is.
    Other(&'static str),
}

impl Service {
    fn of(site: &str, method: &str, user: &str) -> Option<Self> {
        let site = site.to_ascii_uppercase();
        let instance = |name: &str| site.starts_with(name);
        if instance("SMTPSVC") {
            return Some(Self::Smtp("the service SMTPSVC"));
        }
        if OUTBOUND.contains(&user) {
            return Some(Self::Smtp("connections that the SMTP service makes"));
        }
        if instance("W3SVC") || HTTP.contains(&method) {
            return Some(Self::Other("a web server's log"));
        }
        if instance("MSFTPSVC") || instance("FTPSVC") || method.starts_with('[') {
            return Some(Self::Other("an FTP server's log"));
        }
        if instance("NNTPSVC") {
            return Some(Self::Other("a news server's log"));
        }
        let verb = method.split([' ', '+']).next().unwrap_or_default();
        let command = COMMANDS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(verb));
        command.then_some(Self::Smtp("commands of SMTP"))
    }
}

/// The file as what most of its first lines are of; `None` where none tells.
fn claim(
    services: impl Iterator<Item = Option<Service>>,
    format: Format,
    form: &str,
) -> Option<Recognised> {
    let (mut smtp, mut other) = (Vec::new(), Vec::new());
    for service in services.flatten() {
        match service {
            Service::Smtp(by) => smtp.push(by),
            Service::Other(what) => other.push(what),
        }
    }
    match (smtp.first(), other.first()) {
        (Some(by), _) if smtp.len() >= other.len() => {
            Some(Recognised::new(format, format!("{form}, {by}")))
        }
        (_, Some(what)) => Some(Recognised::new(
            Format::NotEvidence,
            format!("{what} ({form})"),
        )),
        _ => None,
    }
}

/// User and request of a line in the form of the NCSA.
fn request(line: &str) -> Option<(&str, &str)> {
    let (who, rest) = line.split_once(" [")?;
    let (time, rest) = rest.split_once("] \"")?;
    // Replies may hold quotation marks, and web servers write more fields in them: a number follows the right one.
    let numbered = |(at, _): &(usize, &str)| {
        let after = rest.get(at + 2..).unwrap_or_default();
        after.starts_with(|c: char| c.is_ascii_digit() || c == '-')
    };
    let end = rest.match_indices("\" ").find(numbered).map(|(at, _)| at)?;
    let request = rest.get(..end)?;
    let mut who = who.split(' ');
    let (_, _, user) = (who.next()?, who.next()?, who.next()?);
    let (date, clock) = time.split_once(':')?;
    let is_date = date.len() == 11 && date.matches('/').count() == 2;
    (is_date && is_clock(clock.split(' ').next()?)).then_some((user, request))
}

/// The lines that open a file and begin with `#`.
fn comments(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().skip_while(|line| line.trim().is_empty());
    lines.take_while(|line| line.starts_with('#'))
}

/// The lines that hold something and do not begin with `#`; the last is left out where it is cut off.
fn rows<'h>(head: &'h Head<'_>) -> impl Iterator<Item = &'h str> {
    let cut = (head.bytes.len() as u64) < head.length;
    let text = match head.text().rsplit_once('\n') {
        Some((whole, _)) if cut => whole,
        _ => head.text(),
    };
    text.lines().filter(|line| {
        let line = line.trim_matches(|c: char| c.is_whitespace() || c == '\0');
        !line.is_empty() && !line.starts_with('#')
    })
}

/// `15 of its first 16 rows` where they have a shape: the first of them, and more than half.
fn shaped(head: &Head<'_>, shape: impl Fn(&str) -> bool) -> Option<String> {
    let fits: Vec<bool> = rows(head)
        .take(ROWS)
        .map(|row| shape(row.trim_start_matches('\0')))
        .collect();
    let fitting = fits.iter().filter(|fits| **fits).count();
    let claimed = fits.first() == Some(&true) && fitting * 2 > fits.len();
    claimed.then(|| format!("{fitting} of its first {} rows", fits.len()))
}

fn after<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    line.strip_prefix(name).map(str::trim)
}

/// Three numbers of which the first or the last may have four digits.
fn is_date(text: &str, separator: char) -> bool {
    let parts: Vec<&str> = text.split(separator).collect();
    parts.len() == 3 && parts.iter().all(|part| is_number(part, 4))
}

fn is_clock(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    parts.len() == 3 && parts.iter().all(|part| is_number(part, 2))
}

fn is_number(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::recognise;
    use super::*;

    fn recognised(text: &str) -> (Format, String) {
        let found = recognise(&Head::new(text.as_bytes(), text.len() as u64, false, None));
        (found.format, found.by)
    }

    const ROW_2003: &str =
        "2006-3-14\t9:5:7 GMT\t-\t-\t-\tBH01\t-\ta@x\t1031\t<a@x>\t0\t0\t1\t1\t-\t0\t-\t-\t-\t-\n";

    #[test]
    fn tracking_logs_with_and_without_their_header() {
        for text in [
            "# Message Tracking Log File\n# Exchange System Attendant Version 6.5.7638.1\n",
            "# Date\tTime\tServer-hostname\tEvent-ID\tMSGID\n",
            ROW_2003,
            &format!("{ROW_2003}{ROW_2003}half a row"),
        ] {
            assert_eq!(recognised(text).0, Format::Tracking2003, "{text}");
        }
        assert_eq!(
            recognised(&ROW_2003.replace("1031", "text")).0,
            Format::NotEvidence
        );
        assert_eq!(
            recognised(&format!("a line\n{ROW_2003}")).0,
            Format::NotEvidence
        );
        for text in [
            "\u{feff}#Software: Microsoft Exchange Server\n#Version: 15.0\n#Log-type: Message Tracking Log\n",
            "#Fields: date-time,client-ip,event-id,message-id\n",
        ] {
            assert_eq!(recognised(text).0, Format::Tracking2007, "{text}");
        }
        // Without its line of columns nobody knows what stands where.
        let headless = "2018-08-20T11:32:37.448Z,10.2.3.4,a,10.2.3.5,b,08D5;x,,SMTP,SEND,4711,<1@x.example>,a@x\n";
        assert_eq!(recognised(headless).0, Format::NotEvidence);
    }

    #[test]
    fn smtp_logs_in_three_forms() {
        let head = "#Software: Microsoft Internet Information Services 6.0\n#Fields: date time c-ip cs-username s-sitename \
                    cs-method\n";
        let site = format!("{head}2006-10-09 05:00:15 1.2.3.4 h SMTPSVC1 xxxx\n");
        let outbound = format!("{head}2006-10-09 05:00:15 1.2.3.4 OutboundConnectionCommand - -\n");
        let methods =
            "#Fields: time c-ip cs-method cs-uri-stem sc-status\n13:17:37 10.3.5.1 MAIL - 250\n";
        for (text, by) in [
            (site.as_str(), "W3C, the service SMTPSVC"),
            (&outbound, "W3C, connections that the SMTP service makes"),
            (methods, "W3C, commands of SMTP"),
        ] {
            assert_eq!(recognised(text), (Format::SmtpW3c, by.to_owned()));
        }
        let iis = "10.1.2.3, N.com, 8/18/06, 13:17:37, SMTPSVC1, M, 10.2.2.1, 90, 42, 0, 250, 0, MAIL FROM, -,FROM:<a@b>,\n";
        assert_eq!(
            recognised(iis),
            (Format::SmtpIis, "IIS form, the service SMTPSVC".to_owned())
        );
        let ncsa = "1.2.3.4 - h [11/Oct/2006:13:16:43 -0600] \"MAIL -?+FROM:<a@b> SMTP\" 250 46\n";
        assert_eq!(
            recognised(ncsa),
            (Format::SmtpNcsa, "NCSA form, the protocol SMTP".to_owned())
        );
    }

    #[test]
    fn logs_of_other_services_are_left_alone() {
        let head = "#Software: Microsoft Internet Information Services 6.0\n#Fields: date time c-ip s-sitename cs-method\n";
        for (text, by) in [
            (format!("{head}2006-10-09 05:00:15 1.2.3.4 W3SVC1 GET\n"), "a web server's log (W3C)"),
            (format!("{head}2006-10-09 05:00:15 1.2.3.4 MSFTPSVC1 [1]USER\n"), "an FTP server's log (W3C)"),
            (head.to_owned(), "a W3C log whose lines do not tell of which service"),
            (
                "1.2.3.4, -, 8/18/06, 13:17:37, W3SVC1, M, 10.2.2.1, 90, 42, 0, 200, 0, GET, /x, -,\n".to_owned(),
                "a web server's log (IIS form)",
            ),
            (
                "1.2.3.4 - - [11/Oct/2006:13:16:43 -0600] \"GET /MAIL HTTP/1.1\" 200 46 \"-\" \"x\"\n".to_owned(),
                "a web server's log (NCSA form)",
            ),
            (
                "#Software: Microsoft Exchange Server\n#Log-type: SMTP Receive Protocol Log\n#Fields: date-time,data\n".to_owned(),
                "a log of Exchange of another kind (SMTP Receive Protocol Log)",
            ),
        ] {
            assert_eq!(recognised(&text), (Format::NotEvidence, by.to_owned()), "{text}");
        }
    }
}
