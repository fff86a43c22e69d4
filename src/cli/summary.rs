//! What stands on the terminal when all is done: one screen, the verdict first, the path of the
//! report last.

use std::cmp::Reverse;
use std::io::{self, Write};
use std::path::Path;

use anstyle::{AnsiColor, Style};
use stuckmail::analysis::findings::{EndCause, Findings, Now, Restart, Server, State, Window};
use stuckmail::report::format::{self, Round};
use stuckmail::report::{Totals, visible, words};

use super::exit::unless_closed;

/// Columns of a line; what is longer is wrapped (the verdict) or cut off (all else but the path).
const WIDTH: usize = 100;
/// Lines for the verdict's sentence.
const VERDICT_LINES: usize = 3;
/// Lines for servers, one of them for how many more there are.
const SERVER_LINES: usize = 5;
/// The same for windows and restarts together.
const LIST_LINES: usize = 8;
/// Widest column of server names.
const NAME_WIDTH: usize = 24;
/// Where the text of the lists begins.
const INDENT: usize = 10;

const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// Prints the summary, or with `quiet` only the path of the report.
///
/// # Errors
/// When stdout cannot be written to.
pub fn print(findings: &Findings, report: &Path, quiet: bool) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    let lines = if quiet {
        vec![shown_path(report)]
    } else {
        lines(findings, report)
    };
    unless_closed(
        lines
            .iter()
            .try_for_each(|line| writeln!(out, "{line}"))
            .and_then(|()| out.flush()),
    )
}

/// The summary, with the terminal's codes for colours.
fn lines(findings: &Findings, report: &Path) -> Vec<String> {
    let totals = Totals::of(findings);
    let mut lines = verdict(findings);
    let limits = shown(findings);
    let limited = limits.is_some();
    lines.extend(limits.into_iter().flat_map(|text| item("Shown", &text)));
    lines.push(String::new());
    lines.extend(servers(findings));
    lines.push(String::new());
    lines.extend(item(
        "Failures",
        &words::failures_sentence(findings, &totals),
    ));
    lines.extend(item("Stuck", &stuck(findings, &totals)));
    let now = now(findings);
    let next = next(findings);
    lines.extend(now.iter().cloned());
    let late = late_mail(findings);
    let conflicts = contradictions(findings);
    // What else there is to say takes the place of windows and restarts, in turn.
    let room = LIST_LINES.saturating_sub(
        now.len() + late.len() + conflicts.len() + next.len() + usize::from(limited),
    );
    let none = match limited {
        true => "None in the time shown.",
        false => "None.",
    };
    let windows = surest(&findings.windows);
    let shown = room.div_ceil(2);
    lines.extend(list("Windows", none, &windows, shown, |found| {
        window(found)
    }));
    let restarts = telling(&findings.restarts);
    let shown = room / 2;
    lines.extend(list("Restarts", none, &restarts, shown, |found| {
        restart(found)
    }));
    lines.extend(late);
    lines.extend(conflicts);
    lines.extend(item("Problems", &problems(findings)));
    lines.extend(next);
    lines.push(String::new());
    lines.push(format!("{BOLD}Report:{BOLD:#} {}", shown_path(report)));
    lines
}

/// The state in its colour, the sentence, and what it rests on.
fn verdict(findings: &Findings) -> Vec<String> {
    let verdict = &findings.verdict;
    let label = format!(
        "{} {}",
        words::state_mark(verdict.state),
        words::state(verdict.state).to_uppercase()
    );
    let sentence = visible(&verdict.sentence)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let style = style(verdict.state).bold();
    let mut lines = wrap(&format!("{label}  {sentence}"), WIDTH, VERDICT_LINES);
    if let Some(first) = lines.first_mut()
        && let Some(rest) = first.strip_prefix(&label)
    {
        *first = format!("{style}{label}{style:#}{rest}");
    }
    let as_of = verdict.as_of.map_or_else(String::new, |at| {
        format!("as of {} UTC, ", format::time(at))
    });
    let records = findings.evidence.iter().map(|file| file.records).sum();
    let ground = format!(
        "{as_of}case {}, {} with {}",
        findings.case.name,
        format::counted(findings.evidence.len() as u64, "file", "files"),
        format::counted(records, "record", "records"),
    );
    lines.push(format!("{DIM}{}{DIM:#}", line(&ground)));
    lines
}

/// What time the lists are limited to, where `--since` or `--until` limits them: the verdict and what is held now are of
/// all the time.
fn shown(findings: &Findings) -> Option<String> {
    let options = &findings.case.options;
    let limits = match (options.since, options.until) {
        (None, None) => return None,
        (Some(since), None) => format!("since {}", format::minute(since)),
        (None, Some(until)) => format!("until {}", format::minute(until)),
        (Some(since), Some(until)) => {
            format!(
                "from {} to {}",
                format::minute(since),
                format::minute(until)
            )
        }
    };
    Some(format!(
        "Only {limits} UTC; the verdict, servers, failures and Now are of all the time."
    ))
}

/// One line a server, the gravest first.
fn servers(findings: &Findings) -> Vec<String> {
    let mut servers: Vec<&Server> = findings.servers.iter().collect();
    servers.sort_by_key(|server| (server.verdict.state, &server.name));
    if servers.is_empty() {
        return vec!["No server is named in the evidence.".to_owned()];
    }
    let (shown, more) = split(&servers, SERVER_LINES);
    let names = shown
        .iter()
        .map(|server| visible(&server.name).chars().count());
    let width = names.max().unwrap_or(0).min(NAME_WIDTH);
    let mut lines: Vec<String> = shown
        .iter()
        .map(|server| server_line(server, width))
        .collect();
    lines.extend(more.map(|more| {
        format!(
            "  and {}",
            format::counted(more, "more server", "more servers")
        )
    }));
    lines
}

fn server_line(server: &Server, width: usize) -> String {
    let state = server.verdict.state;
    let (mark, style) = (words::state_mark(state), style(state));
    let name = cut(&visible(&server.name), width);
    let held = match server.held_now {
        held if held.at_most > 0 => {
            format!(
                "holds {}, ",
                words::band_of(held.at_least, held.at_most, "message", "messages")
            )
        }
        _ => String::new(),
    };
    let failed = match server.last_scan_failure {
        Some(at) => {
            let failures = format::counted(server.scan_failures, "scan failure", "scan failures");
            format!("{failures}, last {}", format::minute(at))
        }
        None => "no scan failure".to_owned(),
    };
    let label = format!("{:<9}", words::state(state));
    let rest = format!("{held}{failed}, SMTP {}", words::smtp_now(server.smtp_now));
    let rest = cut(
        &rest,
        WIDTH.saturating_sub(width + label.chars().count() + 6),
    );
    format!("{style}{mark}{style:#} {name:<width$}  {style}{label}{style:#}  {rest}")
}

/// How many messages, and the worst of them.
fn stuck(findings: &Findings, totals: &Totals) -> String {
    if totals.stuck.at_most == 0 {
        return match shown(findings) {
            Some(_) => "None in the time shown.".to_owned(),
            None => "No message is known to have been stuck.".to_owned(),
        };
    }
    if totals.stuck.at_least == 0 {
        return format!("None for certain; {}.", words::perhaps_stuck(totals));
    }
    let mut text = words::band_of(
        totals.stuck.at_least,
        totals.stuck.at_most,
        "message",
        "messages",
    );
    if let Some(longest) = totals
        .longest
        .and_then(|index| findings.messages.get(index))
    {
        text += &format!(
            ", the longest for {} ({})",
            words::at_least(longest.stayed_s.min),
            longest.id
        );
    }
    match totals.perhaps_lost.len() as u64 {
        0 => text,
        lost => format!(
            "{text}; {} may never have been delivered",
            format::count(lost)
        ),
    }
}

/// What is held now: of the server that holds the most, else of one of which it cannot be told.
fn now(findings: &Findings) -> Vec<String> {
    let most = findings.now.iter().min_by_key(|now| {
        let held: u64 = now.places.iter().map(|place| place.held.at_most).sum();
        let unknown = now.restart.at_most.is_none();
        (Reverse(now.restart.at_least), Reverse(held), !unknown)
    });
    let Some(most) = most else {
        return Vec::new();
    };
    let quiet = |now: &Now| now.restart.at_most == Some(0);
    if findings.now.len() > 1 && findings.now.iter().all(quiet) {
        let servers = findings.now.len() as u64;
        return item(
            "Now",
            &format!(
                "No held mail is known of on {}; a restart of SMTP would let out no old mail.",
                format::counted(servers, "server", "servers")
            ),
        );
    }
    item("Now", &most.sentence)
}

/// The first thing to do, and how many more there are.
fn next(findings: &Findings) -> Vec<String> {
    let Some(first) = findings.next_steps.first() else {
        return Vec::new();
    };
    let more = match findings.next_steps.len() as u64 - 1 {
        0 => String::new(),
        more => format!("({} more in the report) ", format::count(more)),
    };
    item("Next", &format!("{more}{}", first.what))
}

/// The windows by how sure they are, then in order of time.
fn surest(windows: &[Window]) -> Vec<&Window> {
    let mut windows: Vec<&Window> = windows.iter().collect();
    windows.sort_by_key(|window| window.confidence);
    windows
}

/// `W1 BH01 TempTable#1, 2006-03-13 14:02 to 2006-03-14 22:10 UTC, 31 messages, confirmed`: the
/// times between which mail was certainly stuck, or of a possible window was seen.
fn window(window: &Window) -> String {
    let (seen_from, seen_to) = words::seen_between(window);
    let from = seen_from.map_or("?".to_owned(), format::minute);
    let to = match (window.end.latest, seen_to) {
        (Some(latest), seen_to) => format!("to {} UTC", format::minute(seen_to.unwrap_or(latest))),
        (None, _) if window.end_cause == EndCause::StillOpen => "UTC and still open".to_owned(),
        (None, Some(seen_to)) => format!("to {} UTC or later", format::minute(seen_to)),
        (None, None) => "UTC, end not known".to_owned(),
    };
    let many = words::band_of(
        window.peak.at_least,
        window.peak.at_most,
        "message",
        "messages",
    );
    let place = words::place_name(&window.server, window.place.as_deref());
    format!(
        "{} {place}, {from} {to}, {many}, {}",
        window.id,
        words::confidence(window.confidence)
    )
}

/// `R4 BH01, service restart 2006-03-14 22:10 UTC, down 35 s, let 31 messages out`.
fn restart(restart: &Restart) -> String {
    let kind = words::restart_kind(restart.kind);
    let down = restart.down_s.map_or_else(String::new, |down| {
        format!(", down {}", format::duration(down, Round::Up))
    });
    let out = match restart.released.known.len() as u64 {
        0 => String::new(),
        many => format!(
            ", {} {} out",
            words::did_let(restart.released.confidence),
            format::counted(many, "message", "messages")
        ),
    };
    format!(
        "{} {}, {kind} {} UTC{down}{out}",
        restart.id,
        restart.server,
        format::minute(restart.at)
    )
}

/// The restarts in order of time, but those that let mail out before the others where not all can
/// be shown.
fn telling(restarts: &[Restart]) -> Vec<&Restart> {
    let (mut telling, others): (Vec<&Restart>, Vec<&Restart>) = restarts
        .iter()
        .partition(|restart| !restart.released.known.is_empty());
    telling.extend(others.into_iter().rev());
    telling
}

/// One line of what the logs of the mail system show to have come late, where there is something.
fn late_mail(findings: &Findings) -> Vec<String> {
    let old = words::old_mail(findings);
    let oldest = old
        .iter()
        .max_by(|(_, a), (_, b)| a.age_max_s.total_cmp(&b.age_max_s));
    let delays = words::delay_lines(findings);
    match (oldest, delays.first()) {
        (Some((restart, mail)), _) => {
            let more = match old.len() as u64 - 1 {
                0 => String::new(),
                more => format!("; more after {}", format::counted(more, "other", "others")),
            };
            item(
                "Old mail",
                &format!("{}{more}", words::old_mail_line(restart, mail)),
            )
        }
        (None, Some(delay)) => item("Delays", delay),
        (None, None) => Vec::new(),
    }
}

/// One line of evidence that contradicts other evidence, where there is some.
fn contradictions(findings: &Findings) -> Vec<String> {
    let Some(first) = findings.contradictions.first() else {
        return Vec::new();
    };
    let more = match findings.contradictions.len() as u64 {
        1 => String::new(),
        many => format!("{} in the report; ", format::count(many)),
    };
    item("Conflict", &format!("{more}{}: {}", first.id, first.what))
}

fn problems(findings: &Findings) -> String {
    let Some(first) = findings.problems.first() else {
        return "None with the evidence.".to_owned();
    };
    let place = if first.evidence.is_empty() {
        String::new()
    } else {
        format!("{}: ", first.evidence)
    };
    match findings.problems.len() as u64 {
        1 => format!("1: {place}{}", first.what),
        many => format!(
            "{}, in the report; the first: {place}{}",
            format::count(many),
            first.what
        ),
    }
}

/// A name and one line of text.
fn item(name: &str, text: &str) -> Vec<String> {
    let text = cut(&visible(text), WIDTH - INDENT);
    vec![format!("{BOLD}{name:<INDENT$}{BOLD:#}{text}")]
}

/// A name and a line for each thing, as many as fit; `none` where there is nothing.
fn list<T>(
    name: &str,
    none: &str,
    things: &[T],
    most: usize,
    show: impl Fn(&T) -> String,
) -> Vec<String> {
    if things.is_empty() {
        return item(name, none);
    }
    let (shown, more) = split(things, most);
    let more = more.map(|more| format!("and {} more", format::count(more)));
    let texts = shown.iter().map(show).chain(more);
    texts
        .enumerate()
        .flat_map(|(index, text)| item(if index == 0 { name } else { "" }, &text))
        .collect()
}

/// The things that fit into so many lines, and how many do not; then one line is kept to say so.
fn split<T>(things: &[T], lines: usize) -> (&[T], Option<u64>) {
    if things.len() <= lines {
        return (things, None);
    }
    let (shown, rest) = things.split_at(lines.saturating_sub(1));
    (shown, Some(rest.len() as u64))
}

fn style(state: State) -> Style {
    let colour = match state {
        State::StuckNow => AnsiColor::Red,
        State::AtRisk => AnsiColor::Yellow,
        State::Unknown => AnsiColor::Cyan,
        State::Recovered | State::Clean => AnsiColor::Green,
    };
    Style::new().fg_color(Some(colour.into()))
}

fn shown_path(path: &Path) -> String {
    visible(&path.display().to_string()).into_owned()
}

/// Text from evidence on one line of the screen.
fn line(text: &str) -> String {
    cut(&visible(text), WIDTH)
}

/// At most so many characters on one line, with an ellipsis where something is missing. Line feeds
/// and tabs, which count as visible, become spaces.
fn cut(text: &str, width: usize) -> String {
    let text: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect();
    if text.chars().count() <= width {
        return text;
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Lines of at most `width` characters, broken between words; at most `most` of them.
fn wrap(text: &str, width: usize, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut words = text.split(' ').peekable();
    while let Some(first) = words.next() {
        let mut line = cut(first, width);
        while let Some(word) =
            words.next_if(|word| line.chars().count() + 1 + word.chars().count() <= width)
        {
            line.push(' ');
            line.push_str(word);
        }
        if lines.len() + 1 == most && words.peek().is_some() {
            let rest: Vec<&str> = words.collect();
            lines.push(cut(&format!("{line} {}", rest.join(" ")), width));
            break;
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
#[path = "summary_tests.rs"]
mod tests;
