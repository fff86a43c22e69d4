//! Steps for the mail itself: held now, let out by a start of SMTP, perhaps lost.

use std::collections::BTreeMap;

use super::{Call, Ground, listed, many};
use crate::analysis::findings::{Message, Now, SmtpNow, Status};
use crate::analysis::wording::span;

pub(super) fn perhaps_lost(ground: &Ground<'_, '_>) -> Vec<Call> {
    let mut lost: BTreeMap<&str, Vec<&Message>> = BTreeMap::new();
    for message in &ground.found.messages {
        // What nothing shows gone may still lie there: sent again, it would come twice.
        let gone = message.left.latest.is_some();
        if gone && matches!(message.status, Status::Removed | Status::LostPossible) {
            lost.entry(&message.server).or_default().push(message);
        }
    }
    lost.into_iter()
        .map(|(server, messages)| {
            let ids: Vec<String> = messages.iter().map(|m| m.id.clone()).collect();
            let evidence = messages.iter().filter_map(|m| m.evidence.last().cloned());
            Call::on(server)
                .with("count", many(messages.len(), "message", "messages"))
                .with("messages", listed(&ids))
                .about(ids, evidence.collect())
        })
        .collect()
}

pub(super) fn restart_lets_out(now: &Now) -> Vec<Call> {
    let restart = &now.restart;
    if restart.oldest_age_s.is_none() {
        return Vec::new();
    }
    let known: u64 = now.places.iter().map(|place| place.held.at_most).sum();
    let known = usize::try_from(known).unwrap_or(usize::MAX);
    let count = match (restart.at_least, restart.at_most) {
        (0, _) => format!("up to {}", many(known, "message", "messages")),
        (least, Some(most)) if least == most => many(known, "message", "messages"),
        (least, Some(most)) => format!("{least} to {most} messages"),
        (least, None) => {
            let least = usize::try_from(least).unwrap_or(usize::MAX);
            format!("at least {}", many(least, "message", "messages"))
        }
    };
    let age = restart.oldest_age_s.map_or(0, |age| (age.min * 1e6) as i64);
    let age = match age {
        0 => String::new(),
        age => format!(", the oldest at least {} old", span(age)),
    };
    let whom = match restart.recipients {
        0 => String::new(),
        recipients => format!(
            ", for {}",
            many(
                usize::try_from(recipients).unwrap_or(usize::MAX),
                "recipient",
                "recipients"
            )
        ),
    };
    let state = match restart.smtp_now {
        SmtpNow::Stopped => "started",
        SmtpNow::Running | SmtpNow::Unknown => "restarted",
    };
    let messages = now
        .places
        .iter()
        .flat_map(|place| place.messages.iter().cloned());
    let comes = match restart.at_least {
        0 => "may come",
        _ => "will come",
    };
    let kept = match restart.kept_through.as_slice() {
        [] => String::new(),
        through => format!(
            " ({} did not let {} out)",
            listed(through),
            match (restart.at_least, restart.kept) {
                (0, 1) => "it".to_owned(),
                (0, _) => "them".to_owned(),
                (_, kept) => format!("{kept} of them"),
            }
        ),
    };
    let whom = format!("{whom}{kept}");
    let call = Call::on(&now.server)
        .with("state", state)
        .with("comes", comes)
        .with("count", count)
        .with("age", age)
        .with("whom", whom);
    vec![call.about(messages.collect(), Vec::new())]
}

pub(super) fn held_in_table(now: &Now) -> Vec<Call> {
    let holding = || now.places.iter().filter(|place| place.held.at_most > 0);
    let named: Vec<String> = holding().filter_map(|place| place.place.clone()).collect();
    let most: u64 = holding().map(|place| place.held.at_most).sum();
    if most == 0 {
        return Vec::new();
    }
    let tables = match holding().all(|place| place.place.is_some()) {
        true => listed(&named),
        false => "any temp table".to_owned(),
    };
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let messages = holding().flat_map(|place| place.messages.iter().cloned());
    let call = Call::on(&now.server)
        .with("tables", tables)
        .with("count", many(most, "message", "messages"));
    vec![call.about(messages.collect(), Vec::new())]
}
