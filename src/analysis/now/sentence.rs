//! The state of one server in one or two sentences.

use crate::analysis::findings::{IfStarted, Missing, SmtpNow};
use crate::analysis::wording::{plural, span};

/// What is held, what a start of SMTP would let out, and the first thing that is missing to know it.
pub(super) fn sentence(name: &str, restart: &IfStarted, missing: &[Missing]) -> String {
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
    let told = match (restart.at_least, restart.at_most) {
        (0, Some(0)) => format!(
            "{name} holds no mail that the evidence knows of. A {act} would let out no old mail."
        ),
        (0, None) if !known => format!(
            "{name}: no held mail is known of, but what a {act} would let out cannot be told."
        ),
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
