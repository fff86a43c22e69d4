//! Answers to the tests that a profile may ask of a window.

use std::collections::{BTreeMap, BTreeSet};

use super::scene::{Scene, between};
use super::{CITED, Value, Values};
use crate::analysis::Examined;
use crate::analysis::facts::{Seen, Sign, table_number};
use crate::analysis::findings::{Confidence, EndCause};
use crate::analysis::restarts::AFTER_START;
use crate::analysis::wording::moment;
use crate::evidence::model::{Citation, Origin, Step};
use crate::profile::cause::{Against, PlaceNumber, Share, Sight, Span, Test, Trait};
use crate::profile::{Role, ServiceKey, canonical_key};
use crate::time::Timestamp;

/// Places of one kind that are held against the messages; a server has far fewer queue folders.
const MOST_PLACES: usize = 256;

/// A test that holds: what it found, and where that stands.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub values: Values,
    pub evidence: Vec<Citation>,
}

/// Which events a test asks for.
struct Wanted<'p> {
    roles: &'p [Role],
    rules: &'p [String],
    services: &'p [ServiceKey],
    names_message: Option<bool>,
}

impl Scene<'_, '_> {
    /// The answer to a test; `None` where it does not hold, or nothing here can tell.
    pub fn answer(&self, test: &Test) -> Option<Answer> {
        match test {
            Test::Messages {
                that,
                class,
                named_by,
                code,
                among,
                share,
            } => {
                let named = self.named_by(named_by);
                let such = |stay: &Examined<'_>| {
                    that.iter().all(|t| self.is(stay, *t))
                        && (code.is_empty() || code_is(stay, code))
                        && (class.is_empty() || class_is(stay, class))
                        && (named_by.is_empty() || is_named(stay, &named))
                };
                self.messages(among, &such, *share)
            }
            Test::Events {
                roles,
                rules,
                services,
                names_message,
                within,
                minutes_before,
                found,
            } => {
                let wanted = Wanted {
                    roles,
                    rules,
                    services,
                    names_message: *names_message,
                };
                match found {
                    true => self.events(&wanted, *within, *minutes_before),
                    false => self.no_events(&wanted, *within, *minutes_before),
                }
            }
            Test::Covered {
                logs,
                within,
                minutes_before,
                found,
            } => {
                let covered = logs.iter().all(|name| {
                    let mut all = self.facts().coverage.iter();
                    let log = all.find(|log| log.log.eq_ignore_ascii_case(name));
                    log.is_some_and(|log| self.speaks(log, *within, *minutes_before))
                });
                (covered == *found).then(Answer::default)
            }
            Test::Hole { logs } => self.hole(logs),
            Test::PlaceNumber { is } => self.place_number(*is),
            Test::Observed {
                place,
                found,
                within,
                every_virtual_server,
            } => self.observed(place, *found, *within, *every_virtual_server),
            Test::ClockMoved { within, found } => self.clock_moved(*within, *found),
            Test::Changed { kinds, within } => self.changed(kinds, *within),
            Test::Setting { key, name, is } => self.setting(key, name, *is),
            Test::RowsElsewhere { found } => self.rows_elsewhere(*found),
            Test::ServerGuessed { found } => self.server_guessed(*found),
        }
    }

    fn messages(
        &self,
        among: &[Trait],
        such: &dyn Fn(&Examined<'_>) -> bool,
        share: Share,
    ) -> Option<Answer> {
        let (mut of, mut evidence) = (0_usize, Vec::new());
        let mut count = 0_usize;
        let asked = self.members.iter();
        for stay in asked.filter(|stay| among.iter().all(|t| self.is(stay, *t))) {
            of += 1;
            if such(stay) {
                count += 1;
                if evidence.len() < CITED {
                    evidence.extend(speaking(stay));
                }
            }
        }
        let holds = match share {
            Share::None => count == 0,
            Share::Some => count > 0,
            Share::Most => count * 2 > of,
            Share::Few => count > 0 && count * 2 <= of,
            Share::All => of > 0 && count == of,
        };
        holds.then(|| {
            evidence.truncate(CITED);
            Answer {
                values: vec![
                    ("count", Value::Count(count)),
                    ("of", Value::Count(of)),
                    ("rest", Value::Count(of - count)),
                    ("all", Value::Count(self.members.len())),
                ],
                evidence,
            }
        })
    }

    /// Keys of the messages that events of these roles name near the window.
    fn named_by(&self, roles: &[Role]) -> BTreeSet<&str> {
        let near = self.near(Span::Window, None);
        let signs = match roles.is_empty() {
            true => &[],
            false => self.signs(near),
        };
        let wanted = signs.iter().filter(|sign| roles.contains(&sign.role));
        let mut keys: BTreeSet<&str> = wanted.filter_map(|sign| sign.key.as_deref()).collect();
        if roles.contains(&Role::ScanFailure) {
            let failures = self.failures(near).iter();
            keys.extend(failures.filter_map(|failure| failure.key.as_deref()));
        }
        keys
    }

    fn events(&self, wanted: &Wanted<'_>, within: Span, before: Option<u16>) -> Option<Answer> {
        if within == Span::Before && self.comes_vaguely(before) {
            return None;
        }
        let near = self.near(within, before);
        let signs: Vec<&Sign> = self.signs(near).iter().filter(|s| wanted.is(s)).collect();
        if let (Some(first), Some(last)) = (signs.first(), signs.last()) {
            return Some(Answer {
                values: told(signs.len(), first.at, last.at, first.cite, &first.summary),
                evidence: signs.iter().take(CITED).map(|sign| sign.cite).collect(),
            });
        }
        if !wanted.failures() {
            return None;
        }
        let failures = self.failures(near).iter();
        let failures: Vec<_> = failures
            .filter(|failure| wanted.names(failure.key.as_deref()))
            .collect();
        let (first, last) = (failures.first()?, failures.last()?);
        Some(Answer {
            values: told(failures.len(), first.at, last.at, first.cite, ""),
            evidence: failures.iter().take(CITED).map(|f| f.cite).collect(),
        })
    }

    /// That no such event was logged in the whole span, as far as its limits are known.
    fn no_events(&self, wanted: &Wanted<'_>, within: Span, before: Option<u16>) -> Option<Answer> {
        let (from, to) = self.all(within, before)?;
        let all = (from, to.unwrap_or(Timestamp::LATEST));
        let failed = wanted.failures()
            && self
                .failures(all)
                .iter()
                .any(|failure| wanted.names(failure.key.as_deref()));
        let logged = failed || self.signs(all).iter().any(|sign| wanted.is(sign));
        (!logged).then(Answer::default)
    }

    fn hole(&self, logs: &[String]) -> Option<Answer> {
        let (from, to) = self.near(Span::Hull, None);
        let (log, hole) = self
            .facts()
            .coverage
            .iter()
            .filter(|log| logs.iter().any(|name| log.log.eq_ignore_ascii_case(name)))
            .find_map(|log| log.hole_within(from, to).map(|hole| (log, hole)))?;
        let values = vec![
            ("log", Value::Text(log.log.clone())),
            ("from", Value::Text(moment(hole.from))),
            ("to", Value::Text(moment(hole.to))),
            ("why", Value::Text(hole.why.clone())),
        ];
        Some(Answer {
            values,
            evidence: Vec::new(),
        })
    }

    fn place_number(&self, is: PlaceNumber) -> Option<Answer> {
        let profile = self.ground.profile;
        let number = |table: &str| table_number(profile, table);
        let place = self.window.place.as_deref().and_then(number);
        let servers = self.facts().virtual_servers;
        let live = |place: u32| {
            let last = self.facts().at_work.get(&place);
            last.is_some_and(|last| self.was_there_by(*last))
        };
        let found = match (place, servers) {
            (None, _) => PlaceNumber::Unknown,
            (Some(place), _) if live(place) => PlaceNumber::Live,
            (_, None) => PlaceNumber::Uncounted,
            (Some(place), Some(count)) if place > count => PlaceNumber::Beyond,
            (_, Some(count)) => {
                let tables = self.facts().tables.iter();
                match tables.filter_map(|table| number(table)).max() {
                    Some(highest) if highest > count => PlaceNumber::Doubtful,
                    _ => PlaceNumber::Within,
                }
            }
        };
        (found == is).then(|| {
            let count = |value: Option<u32>| {
                Value::Count(value.and_then(|v| usize::try_from(v).ok()).unwrap_or(0))
            };
            let sighted = self
                .members
                .iter()
                .flat_map(|stay| &stay.residence.sightings);
            Answer {
                values: vec![("number", count(place)), ("servers", count(servers))],
                evidence: sighted.take(1).map(|sighting| sighting.cite()).collect(),
            }
        })
    }

    fn observed(
        &self,
        words: &[String],
        found: Sight,
        within: Span,
        every: bool,
    ) -> Option<Answer> {
        let (from, to) = self.near(within, None);
        let looks: Vec<&Seen> = between(&self.facts().seen, from, to, |seen| seen.at)
            .iter()
            .filter(|seen| {
                let place = seen.place.to_lowercase();
                words
                    .iter()
                    .all(|word| place.contains(&word.to_lowercase()))
            })
            .collect();
        let most = looks
            .iter()
            .filter(|seen| seen.count.is_some())
            .max_by_key(|seen| seen.count);
        let Some(most) = most else {
            return (found == Sight::Unseen).then(Answer::default);
        };
        let count = most.count.unwrap_or_default();
        let whole = looks
            .iter()
            .all(|seen| seen.complete && seen.count.is_some());
        let holds = match found {
            Sight::Unseen => false,
            Sight::Some => count > 0,
            Sight::None => {
                count == 0
                    && match (every, within) {
                        (true, _) => whole && self.every_one(&looks, within == Span::Core),
                        (false, Span::Core) => self.all_waited(&looks),
                        (false, _) => true,
                    }
            }
        };
        holds.then(|| Answer {
            values: vec![
                ("place", Value::Text(most.place.clone())),
                (
                    "count",
                    Value::Count(usize::try_from(count).unwrap_or(usize::MAX)),
                ),
                ("at", Value::Text(moment(most.at))),
                ("source", Value::Text(most.source.clone())),
            ],
            evidence: most.cite.into_iter().collect(),
        })
    }

    /// Whether each of the window's messages that were surely stuck, or else of all, certainly waited when somebody
    /// looked.
    fn all_waited(&self, looks: &[&Seen]) -> bool {
        let sure = self.members.iter().any(|stay| self.is(stay, Trait::Stuck));
        let mut asked = self
            .members
            .iter()
            .filter(|stay| !sure || self.is(stay, Trait::Stuck));
        asked.all(|stay| {
            let (from, to) = (stay.bounds.entered.latest, stay.bounds.left.earliest);
            let (Some(from), Some(to)) = (from, to) else {
                return false;
            };
            let first = looks.partition_point(|seen| seen.at < from);
            looks.get(first).is_some_and(|seen| seen.at <= to)
        })
    }

    /// Whether as many places were seen as the server has virtual servers; with `waited` each of them while each of
    /// the messages certainly waited. Where nobody told how many there are, it is not known.
    fn every_one(&self, looks: &[&Seen], waited: bool) -> bool {
        let mut places: BTreeMap<String, Vec<&Seen>> = BTreeMap::new();
        for look in looks {
            let of_place = places.entry(look.place.to_lowercase()).or_default();
            of_place.push(look);
        }
        let Some(servers) = self.facts().virtual_servers else {
            return false;
        };
        u32::try_from(places.len()).is_ok_and(|places| places >= servers)
            && places.len() <= MOST_PLACES
            && (!waited || places.values().all(|looks| self.all_waited(looks)))
    }

    fn clock_moved(&self, within: Span, found: bool) -> Option<Answer> {
        let (from, to) = match found {
            true => self.near(within, None),
            false => {
                let (from, to) = self.all(within, None)?;
                (from, to.unwrap_or(Timestamp::LATEST))
            }
        };
        let mut moves = self.facts().clock_moves.iter();
        let mut within = moves.by_ref().filter(|known| known.is_within(from, to));
        let first = within.next();
        let more = within.count();
        match (first, found) {
            (Some(first), true) => {
                let cite = first.evidence.first();
                Some(Answer {
                    values: vec![
                        ("count", Value::Count(more + 1)),
                        ("at", Value::Text(moment(first.after))),
                        (
                            "cite",
                            Value::Text(cite.map(ToString::to_string).unwrap_or_default()),
                        ),
                    ],
                    evidence: first.evidence.iter().take(CITED).copied().collect(),
                })
            }
            (None, false) => Some(Answer::default()),
            _ => None,
        }
    }

    fn changed(&self, kinds: &[String], within: Span) -> Option<Answer> {
        let (from, to) = self.near(within, None);
        let change = self.ground.interventions.iter().find(|change| {
            kinds.iter().any(|kind| kind == change.kind.as_str())
                && (from..=to).contains(&change.at.at)
        })?;
        Some(Answer {
            values: vec![
                ("what", Value::Text(change.what.clone())),
                ("at", Value::Text(moment(change.at.at))),
            ],
            evidence: Vec::new(),
        })
    }

    /// The last export up to the end of the window decides, else the first one after it.
    fn setting(&self, key: &str, name: &str, against: Against) -> Option<Answer> {
        let rule = self.ground.profile.settings.find(key, name)?;
        let default = rule.default?;
        let wanted = canonical_key(key);
        let exports = &self.facts().exports;
        let until = exports.partition_point(|export| export.at <= self.near(Span::Core, None).1);
        let (before, after) = exports.split_at_checked(until)?;
        let (value, at) = before.iter().rev().chain(after).find_map(|export| {
            let mut values = export.export.values.iter();
            let value = values.find(|value| {
                value.name.eq_ignore_ascii_case(name) && canonical_key(&value.key) == wanted
            })?;
            Some((value, export.at))
        })?;
        let number = value.number?;
        let holds = match against {
            Against::BelowDefault => number < default,
            Against::AboveDefault => number > default,
        };
        holds.then(|| Answer {
            values: vec![
                ("name", Value::Text(value.name.clone())),
                ("value", Value::Text(number.to_string())),
                ("default", Value::Text(default.to_string())),
                ("unit", Value::Text(rule.unit.clone().unwrap_or_default())),
                ("at", Value::Text(moment(at))),
            ],
            evidence: vec![value.cite],
        })
    }

    fn rows_elsewhere(&self, found: bool) -> Option<Answer> {
        let own = &self.facts().name;
        let mut servers: BTreeSet<&str> = BTreeSet::new();
        let (mut count, mut evidence) = (0_usize, Vec::new());
        for stay in &self.members {
            let listings = self.ground.elsewhere.listings(&stay.residence.id);
            let others = || {
                let all = listings.iter();
                all.filter(|listed| listed.capture.server != *own)
            };
            if others().next().is_none() {
                continue;
            }
            count += 1;
            servers.extend(others().map(|listed| listed.capture.server.as_ref()));
            if evidence.len() < CITED {
                let cited =
                    |capture: &crate::timeline::TimedSnapshot, row| capture.snapshot.cite_of(row);
                evidence.extend(listings.iter().map(|l| cited(l.capture, l.row)));
            }
        }
        evidence.truncate(CITED);
        if (count > 0) != found {
            return None;
        }
        let servers: Vec<&str> = servers.into_iter().collect();
        Some(Answer {
            values: vec![
                ("count", Value::Count(count)),
                ("servers", Value::Text(servers.join(", "))),
            ],
            evidence,
        })
    }

    fn server_guessed(&self, found: bool) -> Option<Answer> {
        let sightings = self
            .members
            .iter()
            .flat_map(|stay| &stay.residence.sightings);
        let captures = sightings.map(|sighting| sighting.capture);
        let guessed: BTreeSet<Citation> = captures
            .filter(|capture| capture.snapshot.server.from >= Origin::FolderName)
            .map(|capture| capture.snapshot.cite)
            .collect();
        (guessed.is_empty() != found).then(|| Answer {
            values: vec![("count", Value::Count(guessed.len()))],
            evidence: guessed.into_iter().take(CITED).collect(),
        })
    }
}

impl Wanted<'_> {
    fn is(&self, sign: &Sign) -> bool {
        (self.roles.contains(&sign.role) || self.rules.contains(&sign.rule))
            && (self.services.is_empty()
                || sign
                    .service
                    .is_some_and(|service| self.services.contains(&service)))
            && self.names(sign.key.as_deref())
    }

    /// Scan failures are asked for, too; they are kept apart from the other signals.
    fn failures(&self) -> bool {
        self.roles.contains(&Role::ScanFailure)
    }

    fn names(&self, key: Option<&str>) -> bool {
        self.names_message
            .is_none_or(|named| named == key.is_some())
    }
}

fn told(count: usize, first: Timestamp, last: Timestamp, cite: Citation, summary: &str) -> Values {
    vec![
        ("count", Value::Count(count)),
        ("first", Value::Text(moment(first))),
        ("last", Value::Text(moment(last))),
        ("cite", Value::Text(cite.to_string())),
        ("summary", Value::Text(summary.to_owned())),
    ]
}

/// The first failure and the first listing of a stay.
fn speaking(stay: &Examined<'_>) -> impl Iterator<Item = Citation> {
    let failure = stay.residence.scan_failures().next().map(|f| f.cite);
    let sighting = stay.residence.sightings.first().map(|s| s.cite());
    failure.into_iter().chain(sighting)
}

/// Whether a failed scan of it bears one of these codes, however many digits they are written with.
fn code_is(stay: &Examined<'_>, wanted: &[String]) -> bool {
    let number = |code: &str| {
        let code = code.trim().to_ascii_lowercase();
        let digits = code.strip_prefix("0x")?;
        u64::from_str_radix(digits, 16).ok()
    };
    let wanted: Vec<u64> = wanted.iter().filter_map(|code| number(code)).collect();
    let mut codes = stay
        .residence
        .scan_failures()
        .filter_map(|failure| failure.code.as_deref());
    codes.any(|code| number(code).is_some_and(|code| wanted.contains(&code)))
}

impl Scene<'_, '_> {
    fn is(&self, stay: &Examined<'_>, of: Trait) -> bool {
        match of {
            Trait::OutlivedRestart => self.outlived(stay),
            of => is(stay, of),
        }
    }

    /// Whether SMTP started while it lay there, and it still lay there when all that a start resubmits is on its way.
    fn outlived(&self, stay: &Examined<'_>) -> bool {
        let (Some(from), Some(to)) = (stay.bounds.entered.latest, stay.bounds.left.earliest) else {
            return false;
        };
        let restarts = self.ground.restarts;
        let first = restarts.partition_point(|restart| restart.at().lo < from);
        let mut within = restarts
            .iter()
            .skip(first)
            .take_while(|restart| restart.at().hi.plus(AFTER_START) <= to);
        within.any(|restart| {
            restart.confidence != Confidence::Possible
                && restart.concerns(self.window.place.as_deref())
                && restart.begun() >= from
        })
    }
}

fn is(stay: &Examined<'_>, of: Trait) -> bool {
    let residence = &stay.residence;
    match of {
        // Asked of the scene, which knows the restarts.
        Trait::OutlivedRestart => false,
        Trait::Failed => residence.scan_failures().next().is_some(),
        Trait::Sighted => !residence.sightings.is_empty(),
        Trait::HasId => residence.id.message_key.is_some(),
        Trait::ClassKnown => class(stay).is_some(),
        Trait::PutOff => residence
            .trail
            .records
            .iter()
            .any(|mail| mail.record.documented && mail.record.step == Step::Deferred),
        Trait::LetOut => {
            stay.claim.end == EndCause::SmtpRestart && residence.trail.departed.is_some()
        }
        Trait::Departed => residence.trail.departed.is_some(),
        Trait::Stuck => stay.claim.confidence != Confidence::Possible,
    }
}

/// The message class as the first capture that gives one has it.
fn class<'s>(stay: &'s Examined<'_>) -> Option<&'s str> {
    let mut sightings = stay.residence.sightings.iter();
    sightings.find_map(|sighting| sighting.row.message_class.as_deref())
}

fn class_is(stay: &Examined<'_>, wanted: &[String]) -> bool {
    let Some(class) = class(stay).map(str::to_lowercase) else {
        return false;
    };
    wanted.iter().any(|wanted| {
        let wanted = wanted.to_lowercase();
        match wanted.strip_suffix('*') {
            Some(beginning) => class.starts_with(beginning),
            None => class == wanted,
        }
    })
}

fn is_named(stay: &Examined<'_>, keys: &BTreeSet<&str>) -> bool {
    let key = stay.residence.id.message_key.as_deref();
    key.is_some_and(|key| keys.contains(key))
}
