//! The state of one server in one or two sentences.

use crate::analysis::findings::{IfStarted, Missing, SmtpNow};
use crate::analysis::wording::{moment, plural, span};
use crate::time::Timestamp;

/// What is held, what a start of SMTP would let out, and the first thing that is missing to know it. `stale`: when the
/// tables were last seen, where that is long ago.
pub(super) fn sentence(
    name: &str,
    restart: &IfStarted,
    missing: &[Missing],
    stale: Option<Timestamp>,
) -> String {
    let many = |count: u64| {
        plural(
            usize::try_from(count).unwrap_or(usize::MAX),
            "message",
            "messages",
        )
    };
    let (act, now) = match restart.smtp_now {
        SmtpNow::Stopped => ("start of SMTP", " SMTP is stopped."),
        _ => ("restart of SMTP now", ""),
    };
    let age = match restart.oldest_age_s {
        Some(age) if age.min > 0.0 => {
            format!(", the oldest at least {} old", span((age.min * 1e6) as i64))
        }
        _ => String::new(),
    };
    let whom = match restart.recipients {
        0 => String::new(),
        1 => ", for 1 recipient".to_owned(),
        many => format!(", for {many} recipients"),
    };
    let known = restart.oldest_age_s.is_some();
    // All that is certainly held, and what of it no start surely lets out.
    let (held, kept) = (restart.at_least + restart.kept, kept(restart));
    let told = match (held, restart.at_most) {
        (0, Some(0)) => match stale {
            Some(seen) => format!(
                "{name} holds no mail that is known of; its tables were last seen at {}, and mail that stuck later without a scan failure would not show. A {act} would let out no old mail that is known of.",
                moment(seen)
            ),
            None => format!(
                "{name} holds no mail that the evidence knows of. A {act} would let out no old mail."
            ),
        },
        (0, None) if !known => format!(
            "{name}: no held mail is known of, but what a {act} would let out cannot be told."
        ),
        (least, most) if restart.kept > 0 => {
            let holds = match most {
                Some(most) if least == most => many(least),
                Some(most) => format!("{least} to {}", many(most)),
                None => format!("at least {}", many(least)),
            };
            let sure = match (restart.at_least, restart.kept) {
                (0, 1) => format!("A {act} would hand it to transport again{whom}"),
                (0, _) => format!("A {act} would hand them to transport again{whom}"),
                (sure, _) => format!("A {act} would surely let out {sure} of them{whom}"),
            };
            format!("{name} holds {holds}{age}. {sure}; {kept}.")
        }
        (least, Some(most)) if least == most => {
            format!(
                "{name} holds {}{age}. A {act} would let out all of it{whom}.",
                many(least)
            )
        }
        (0, Some(most)) => {
            format!(
                "{name} may hold up to {}. A {act} would let out as much{whom}.",
                many(most)
            )
        }
        (least, Some(most)) => format!(
            "{name} holds {least} to {}{age}. A {act} would let out as much{whom}.",
            many(most)
        ),
        (0, None) => {
            format!("{name} may hold mail{whom}; what a {act} would let out cannot be told.")
        }
        (least, None) => format!(
            "{name} holds at least {}{age}. A {act} would let these out{whom}, and perhaps more that nobody knows of.",
            many(least)
        ),
    };
    let first = missing.first().map(|m| format!(" {}", m.what));
    format!("{told}{now}{}", first.unwrap_or_default())
}

/// Why a start would not surely let some of what is held out.
fn kept(restart: &IfStarted) -> String {
    let whom = match (restart.at_least, restart.kept) {
        (0, 1) => "it".to_owned(),
        (0, _) => "them".to_owned(),
        (_, many) => format!("{many} of them"),
    };
    match restart.kept_through.as_slice() {
        [] => format!("no virtual server that is counted has the table of {whom}"),
        [one] => format!("{one} did not let {whom} out"),
        [rest @ .., last] => format!("{} and {last} did not let {whom} out", rest.join(", ")),
    }
}
