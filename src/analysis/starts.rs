//! Headers in the logs of SMTP virtual servers: signs of a start, beside what the service manager recorded.
//!
//! That a header in mid-file means a start is inferred, so it corroborates a restart and never makes one more than
//! possible. One that opens its file says nothing: a new day begins a new file.

use std::collections::BTreeSet;

use super::facts::ServerFacts;
use super::restarts::{Moment, Restart, SAME_CHANGE};
use super::wording::moment;
use crate::analysis::findings::{Confidence, RestartKind};
use crate::profile::Profile;
use crate::timeline::TimedStart;

/// Adds headers to the restarts that they fit, and makes possible restarts of the others.
pub(super) fn corroborate(facts: &ServerFacts<'_>, profile: &Profile, restarts: &mut Vec<Restart>) {
    let headers = facts.starts.iter().filter(|start| !start.start.opens_file);
    let mut alone: Vec<Restart> = Vec::new();
    for header in headers {
        let near = |restart: &&mut Restart| {
            let at = restart
                .started
                .map_or_else(|| restart.instant(), |moment| moment.at);
            header.at.since(at).abs() <= SAME_CHANGE
        };
        match restarts.iter_mut().find(near) {
            Some(restart) => support(restart, header),
            None => match alone.last_mut().filter(|last| near(last)) {
                Some(last) => join(last, header, profile),
                None => alone.push(possible(facts, profile, header)),
            },
        }
    }
    restarts.extend(alone);
}

fn which(header: &TimedStart) -> String {
    match header.start.virtual_server {
        Some(number) => format!("SMTP virtual server {number}"),
        None => "an SMTP virtual server".to_owned(),
    }
}

fn support(restart: &mut Restart, header: &TimedStart) {
    let cite = header.start.cite;
    restart.why.push_str(&format!(
        " The log of {} begins anew at {} ({cite}), as it does when the service starts (inferred).",
        which(header),
        moment(header.at)
    ));
    restart.evidence.push(cite);
    restart.evidence.sort();
}

fn possible(facts: &ServerFacts<'_>, profile: &Profile, header: &TimedStart) -> Restart {
    let covered = facts
        .service_log()
        .is_some_and(|log| log.speaks_throughout(header.when.lo, header.when.hi));
    let silence = match covered {
        true => {
            "the System log covers that time and has no record of it: one virtual server alone may have been started"
        }
        false => "the System log does not speak of that time",
    };
    Restart {
        kind: RestartKind::ServiceRestart,
        stopped: None,
        started: Some(Moment {
            at: header.at,
            when: header.when,
        }),
        booted: None,
        confidence: Confidence::Possible,
        why: format!(
            "The log of {} begins anew, as it does when the service starts (inferred); {silence}.",
            which(header)
        ),
        by: None,
        tables: table(profile, header),
        evidence: vec![header.start.cite],
    }
}

fn join(restart: &mut Restart, header: &TimedStart, profile: &Profile) {
    restart.why.push_str(&format!(
        " So does that of {} ({}).",
        which(header),
        header.start.cite
    ));
    match header.start.virtual_server {
        Some(_) if !restart.tables.is_empty() => restart.tables.extend(table(profile, header)),
        _ => restart.tables.clear(),
    }
    restart.evidence.push(header.start.cite);
}

/// Virtual server `n` fills and empties table `n` (KB 906557).
fn table(profile: &Profile, header: &TimedStart) -> BTreeSet<String> {
    let number = header.start.virtual_server;
    number
        .map(|number| profile.place_name(number))
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::facts;
    use crate::analysis::restarts;
    use crate::case::CaseConfig;
    use crate::evidence::model::{Citation, FileId, ServiceStart};
    use crate::time::{Bracket, MINUTE, SECOND, Stamp, Timestamp};
    use crate::timeline::Timeline;

    fn at(minute: i64) -> Timestamp {
        Timestamp::default().plus(minute * MINUTE)
    }

    fn header(minute: i64, virtual_server: u32, opens_file: bool) -> TimedStart {
        TimedStart {
            start: ServiceStart {
                cite: Citation {
                    file: FileId(virtual_server),
                    record: 120,
                },
                server: "BH01".into(),
                virtual_server: Some(virtual_server),
                at: Stamp::exact(at(minute)),
                opens_file,
            },
            server: "BH01".into(),
            at: at(minute),
            when: Bracket {
                lo: at(minute),
                hi: at(minute).plus(SECOND),
            },
            copies: Vec::new(),
        }
    }

    fn found(starts: Vec<TimedStart>, mut known: Vec<Restart>) -> Vec<Restart> {
        let profile = Profile::shipped("exchange-2003").unwrap();
        let timeline = Timeline {
            starts,
            ..Timeline::default()
        };
        let facts = facts::by_server(&timeline, &profile, &CaseConfig::default());
        corroborate(&facts[0], &profile, &mut known);
        known
    }

    #[test]
    fn a_header_alone_is_possible_and_of_its_own_table() {
        let [restart] = found(vec![header(60, 2, false)], Vec::new())
            .try_into()
            .unwrap();
        assert_eq!(restart.confidence, Confidence::Possible);
        assert_eq!(restart.instant(), at(60));
        assert!(restart.concerns(Some("TempTable#2")) && restart.concerns(None));
        assert!(!restart.concerns(Some("TempTable#1")));
    }

    #[test]
    fn headers_of_several_virtual_servers_are_one_start() {
        let both = vec![header(60, 1, false), header(61, 2, false)];
        let [restart] = found(both, Vec::new()).try_into().unwrap();
        assert!(restart.concerns(Some("TempTable#1")) && restart.concerns(Some("TempTable#2")));
        assert_eq!(restart.evidence.len(), 2);
    }

    #[test]
    fn one_that_opens_its_file_says_nothing() {
        assert_eq!(found(vec![header(60, 1, true)], Vec::new()).len(), 0);
    }

    #[test]
    fn beside_a_restart_it_is_named_with_it() {
        let known = found(vec![header(60, 1, false)], Vec::new());
        let both = found(vec![header(62, 1, false)], known);
        assert_eq!(both.len(), 1);
        assert!(
            both[0].why.contains("virtual server 1 begins anew"),
            "{}",
            both[0].why
        );
        assert_eq!(both[0].evidence.len(), 2);
    }

    /// A table that a virtual server's log shows to exist is known, unless somebody counted them.
    #[test]
    fn a_virtual_server_with_a_log_has_a_table() {
        let profile = Profile::shipped("exchange-2003").unwrap();
        let timeline = Timeline {
            starts: vec![header(60, 2, true)],
            ..Timeline::default()
        };
        let tables = |config: &str| {
            let config = CaseConfig::parse(config).unwrap();
            facts::by_server(&timeline, &profile, &config)[0]
                .tables
                .len()
        };
        assert_eq!(tables(""), 2);
        assert_eq!(
            tables("[[server]]\nname = \"BH01\"\nvirtual_servers = 1\n"),
            1
        );
        let facts = facts::by_server(&timeline, &profile, &CaseConfig::default());
        assert!(restarts::of_server(&facts[0], &profile).is_empty());
    }
}
