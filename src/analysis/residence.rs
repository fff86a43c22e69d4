//! Residences: one stay of one message in one place, put together from sightings, failures and absences.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::denials::{Absences, Denials, Reach};
use super::facts::{Failure, ServerFacts};
use super::identity::RowId;
use super::mail::{Appeared, MailIndex, Spread, Trail};
use super::tracks::{self, Sighting, Track};
use crate::analysis::findings::PlaceBasis;
use crate::evidence::model::Citation;
use crate::profile::Profile;
use crate::time::{Bracket, Timestamp};
use crate::timeline::TimedSnapshot;

/// One stay of one message in one place, with everything that speaks of it.
#[derive(Clone, Debug)]
pub struct Residence<'t> {
    pub server: Arc<str>,
    /// The table's name; `None` where nothing says which.
    pub place: Option<String>,
    pub basis: PlaceBasis,
    pub id: RowId,
    /// Failed scans of this message in this stay, in order.
    pub failures: Vec<Failure>,
    /// Failed scans of the message where several rows bear its id: they may belong to another row, so they are
    /// counted and bound nothing.
    pub loose: Vec<Failure>,
    /// Listings in captures, in order.
    pub sightings: Vec<Sighting<'t>>,
    /// It was not there yet at some instant at or after this.
    pub absent_since: Option<Timestamp>,
    /// It was no longer there at some instant at or before this.
    pub gone_by: Option<Timestamp>,
    /// That absence was certainly after this instant.
    pub gone_seen_after: Option<Timestamp>,
    /// Every known table was seen to lack it since it came, but there may be others, so it may be in one of those.
    pub elsewhere: bool,
    /// The captures that these three are drawn from, with those that may yet lie on either side.
    pub(super) absences: Absences,
    /// What the logs of the mail system say of it.
    pub trail: Trail<'t>,
}

/// Puts together the residences of one server.
pub fn of_server<'t>(
    facts: &ServerFacts<'t>,
    profile: &Profile,
    mail: &MailIndex<'t>,
) -> Vec<Residence<'t>> {
    let mut tracks = tracks::of_server(facts);
    let by_message = tracks::by_message(&tracks);
    let mut unplaced: BTreeMap<String, Vec<Failure>> = BTreeMap::new();
    for failure in &facts.failures {
        let Some(key) = failure.key.as_deref() else {
            continue;
        };
        let rows = by_message.get(key).map_or(&[][..], Vec::as_slice);
        match tracks::nearest(&mut tracks, rows, failure) {
            Some(track) if rows.len() == 1 => track.failures.push(failure.clone()),
            Some(track) => track.loose.push(failure.clone()),
            None => unplaced
                .entry(key.to_owned())
                .or_default()
                .push(failure.clone()),
        }
    }
    let rows: BTreeMap<String, usize> = by_message
        .into_iter()
        .map(|(key, rows)| (key, rows.len()))
        .collect();
    let listed = listed_recipients(&tracks);
    let spread = |key: Option<&str>| {
        let key = key.unwrap_or_default();
        let shared = rows.get(key).is_some_and(|rows| *rows > 1);
        let listed = listed.get(key).copied().unwrap_or_default();
        Spread::new(&facts.name, mail.of_message(key), listed, shared)
    };
    let mut residences: Vec<Residence<'t>> = Vec::new();
    for track in tracks {
        let key = track.id.message_key.clone();
        let shares = key.as_ref().and_then(|key| rows.get(key));
        let spread = match shares.is_some_and(|rows| *rows > 1) {
            // No record splits the stays of rows that share an id; a table may hold very many of them.
            true => Spread::new(&facts.name, &[], 0, true),
            false => spread(key.as_deref()),
        };
        let unseen = stays_of_track(facts, track, &spread, &mut residences);
        if let Some(key) = key.filter(|_| !unseen.is_empty()) {
            unplaced.entry(key).or_default().extend(unseen);
        }
    }
    for (key, mut failures) in unplaced {
        failures.sort_by_key(|failure| (failure.at, failure.cite));
        stays_of_failures(
            facts,
            profile,
            &key,
            failures,
            &spread(Some(&key)),
            &mut residences,
        );
    }
    follow(&mut residences, &spread);
    residences
}

/// The most recipients that any capture lists of each message.
fn listed_recipients(tracks: &[Track<'_>]) -> BTreeMap<String, usize> {
    let mut listed: BTreeMap<String, usize> = BTreeMap::new();
    for track in tracks {
        let rows = track.sightings.iter().map(|s| s.row.recipients.len());
        if let (Some(key), Some(most)) = (&track.id.message_key, rows.max()) {
            let known = listed.entry(key.clone()).or_default();
            *known = most.max(*known);
        }
    }
    listed
}

/// Gives every residence what the logs of the mail system say of it.
fn follow<'m, 't: 'm>(
    residences: &mut [Residence<'t>],
    spread: &dyn Fn(Option<&str>) -> Spread<'m, 't>,
) {
    let mut by_message: BTreeMap<String, Vec<(Appeared, usize)>> = BTreeMap::new();
    for (number, residence) in residences.iter().enumerate() {
        if let (Some(key), Some(appeared)) = (&residence.id.message_key, residence.appeared()) {
            let stays = by_message.entry(key.clone()).or_default();
            stays.push((appeared, number));
        }
    }
    for (key, mut stays) in by_message {
        stays.sort_by_key(|(appeared, number)| (appeared.first, *number));
        let times: Vec<Appeared> = stays.iter().map(|(appeared, _)| *appeared).collect();
        let trails = spread(Some(&key)).trails(&times);
        for ((_, number), trail) in stays.into_iter().zip(trails) {
            if let Some(residence) = residences.get_mut(number) {
                residence.trail = trail;
            }
        }
    }
}

/// Splits a track of sightings and failures where a capture shows that the message was away between two. Returns
/// the failures of stays in which nobody saw it: these say nothing of the table.
fn stays_of_track<'t>(
    facts: &ServerFacts<'t>,
    track: Track<'t>,
    spread: &Spread<'_, 't>,
    out: &mut Vec<Residence<'t>>,
) -> Vec<Failure> {
    let first_stay = out.len();
    let mut unseen = Vec::new();
    let place = track.place.to_owned();
    let denials: Vec<&TimedSnapshot> = facts
        .captures
        .iter()
        .filter(|capture| capture.table() == place && capture.listing.denies(&track.id))
        .map(|capture| capture.timed)
        .collect();
    let mut appearances: Vec<Appearance<'t>> = track
        .sightings
        .into_iter()
        .map(Appearance::Sighting)
        .chain(track.failures.into_iter().map(Appearance::Failure))
        .collect();
    appearances.sort_by_key(Appearance::order);
    let stays = split(appearances, Appearance::reach, |reach, a, b| {
        denials.iter().any(|denial| reach.spans(denial)) || spread.left_between(a.when(), b.when())
    });
    let (mut previous, mut listed) = (None, false);
    for stay in stays {
        let last = stay.iter().map(|appearance| appearance.when().lo).max();
        let before = std::mem::replace(&mut previous, last);
        let follows = std::mem::replace(&mut listed, false);
        if !stay.iter().any(|a| matches!(a, Appearance::Sighting(_))) {
            unseen.extend(stay.into_iter().filter_map(Appearance::into_failure));
            continue;
        }
        listed = true;
        let mut residence = blank(
            facts,
            Some(place.clone()),
            PlaceBasis::Sighted,
            track.id.clone(),
        );
        let reach = reach_of(&stay, Appearance::reach);
        residence.absences = Absences::new(vec![Denials::new(reach, denials.iter().copied())]);
        (residence.absences.previous, residence.absences.follows) = (before, follows);
        residence.note_absences();
        for appearance in stay {
            match appearance {
                Appearance::Sighting(sighting) => residence.sightings.push(sighting),
                Appearance::Failure(failure) => residence.failures.push(failure),
            }
        }
        out.push(residence);
    }
    let stays = out.get_mut(first_stay..).unwrap_or_default();
    for failure in track.loose {
        let nearest = stays
            .iter_mut()
            .min_by_key(|stay| tracks::distance(&stay.sightings, &failure));
        if let Some(stay) = nearest {
            stay.loose.push(failure);
        }
    }
    unseen
}

/// Residences of a message that only failed scans speak of. It is absent when every table is known to lack
/// it: it does not move from one table to another. Where nobody says how many tables there are, it may be in one that
/// nobody captured, so that no capture bounds it.
fn stays_of_failures<'t>(
    facts: &ServerFacts<'t>,
    profile: &Profile,
    key: &str,
    failures: Vec<Failure>,
    spread: &Spread<'_, 't>,
    out: &mut Vec<Residence<'t>>,
) {
    let (place, basis) = match facts.virtual_servers {
        Some(1) => (Some(profile.place_name(1)), PlaceBasis::Inferred),
        _ => (None, PlaceBasis::Unknown),
    };
    let id = RowId {
        message_key: Some(key.to_owned()),
        ..RowId::default()
    };
    // Where the server has one table, only captures of that one count.
    let tables: Vec<&str> = match &place {
        Some(place) => vec![place.as_str()],
        None => facts.tables.iter().map(String::as_str).collect(),
    };
    let denials: Vec<Vec<&TimedSnapshot>> = tables
        .iter()
        .map(|table| {
            let of_table = facts
                .captures
                .iter()
                .filter(|capture| capture.table() == *table);
            of_table
                .filter(|c| c.listing.denies(&id))
                .map(|c| c.timed)
                .collect()
        })
        .collect();
    let others = place.is_none() && facts.tables_uncounted();
    let reach = |failure: &Failure| Reach::of_failure(failure.when);
    let stays = split(failures, reach, |reach, a, b| {
        let between = |table: &Vec<&TimedSnapshot>| table.iter().any(|d| reach.spans(d));
        let away = !others && !denials.is_empty() && denials.iter().all(between);
        away || spread.left_between(a.when, b.when)
    });
    let mut previous = None;
    for stay in stays {
        let mut residence = blank(facts, place.clone(), basis, id.clone());
        let reach = reach_of(&stay, reach);
        let of_table = |table: &Vec<&'t TimedSnapshot>| Denials::new(reach, table.iter().copied());
        let absences = Absences::new(denials.iter().map(of_table).collect());
        match others {
            true => residence.elsewhere = absences.are_everywhere(),
            false => residence.absences = absences,
        }
        let last = stay.iter().map(|failure| failure.when.lo).max();
        residence.absences.previous = std::mem::replace(&mut previous, last);
        residence.absences.follows = residence.absences.previous.is_some();
        residence.note_absences();
        residence.failures = stay;
        out.push(residence);
    }
}

fn blank<'t>(
    facts: &ServerFacts<'t>,
    place: Option<String>,
    basis: PlaceBasis,
    id: RowId,
) -> Residence<'t> {
    Residence {
        server: Arc::clone(&facts.name),
        place,
        basis,
        id,
        failures: Vec::new(),
        loose: Vec::new(),
        sightings: Vec::new(),
        absent_since: None,
        gone_by: None,
        gone_seen_after: None,
        elsewhere: false,
        absences: Absences::default(),
        trail: Trail::default(),
    }
}

enum Appearance<'t> {
    Sighting(Sighting<'t>),
    Failure(Failure),
}

impl Appearance<'_> {
    fn into_failure(self) -> Option<Failure> {
        match self {
            Self::Failure(failure) => Some(failure),
            Self::Sighting(_) => None,
        }
    }

    fn when(&self) -> Bracket {
        match self {
            Self::Failure(failure) => failure.when,
            Self::Sighting(sighting) => sighting.capture.when,
        }
    }

    fn order(&self) -> (Timestamp, bool) {
        match self {
            Self::Failure(failure) => (failure.when.middle(), false),
            Self::Sighting(sighting) => (sighting.capture.at, true),
        }
    }

    fn reach(&self) -> Reach {
        match self {
            Self::Failure(failure) => Reach::of_failure(failure.when),
            Self::Sighting(sighting) => Reach::of_sighting(sighting),
        }
    }
}

/// Splits a list before each item that `apart` tells from the part before it: by the reach of both together, the
/// part's last item, and the item.
fn split<T>(
    items: Vec<T>,
    reach: impl Fn(&T) -> Reach,
    apart: impl Fn(&Reach, &T, &T) -> bool,
) -> Vec<Vec<T>> {
    let mut parts: Vec<Vec<T>> = Vec::new();
    let mut so_far = Reach::default();
    for item in items {
        let joined = so_far.joined(reach(&item));
        match parts.last_mut() {
            Some(part) if !part.last().is_some_and(|last| apart(&joined, last, &item)) => {
                so_far = joined;
                part.push(item);
            }
            _ => {
                so_far = reach(&item);
                parts.push(vec![item]);
            }
        }
    }
    parts
}

fn reach_of<T>(items: &[T], reach: impl Fn(&T) -> Reach) -> Reach {
    let all = items.iter().map(reach);
    all.reduce(Reach::joined).unwrap_or_default()
}

impl Residence<'_> {
    /// Takes over what the captures that deny it say, as far as they are decided.
    pub(super) fn note_absences(&mut self) {
        self.absent_since = self.absences.since();
        let gone = self.absences.gone();
        self.gone_by = gone.map(|when| when.hi);
        self.gone_seen_after = gone.map(|when| when.lo);
    }
}

impl Residence<'_> {
    /// The message id in its first spelling in order of evidence.
    pub fn message_id(&self) -> Option<&str> {
        let failures = self
            .scan_failures()
            .map(|f| (f.cite, f.message_id.as_deref()));
        let sightings = self
            .sightings
            .iter()
            .map(|s| (s.cite(), s.row.message_id.as_deref()));
        let spelt = failures
            .chain(sightings)
            .filter_map(|(cite, id)| Some((cite, id?)));
        spelt.min().map(|(_, id)| id)
    }

    /// When it was certainly seen first and last; `None` where only failures that may be another row's name it.
    pub fn appeared(&self) -> Option<Appeared> {
        let failures = self.failures.iter().map(|failure| failure.when);
        let sightings = self.sightings.iter().map(|s| s.capture.when);
        let all = failures.chain(sightings);
        let least = |pick: fn(&Bracket) -> Timestamp| all.clone().map(|when| pick(&when)).min();
        let most = |pick: fn(&Bracket) -> Timestamp| all.clone().map(|when| pick(&when)).max();
        Some(Appeared {
            first: Bracket {
                lo: least(|when| when.lo)?,
                hi: least(|when| when.hi)?,
            },
            last: Bracket {
                lo: most(|when| when.lo)?,
                hi: most(|when| when.hi)?,
            },
        })
    }

    /// Every failed scan that names the message, those that may belong to another row of it included.
    pub fn scan_failures(&self) -> impl Iterator<Item = &Failure> {
        self.failures.iter().chain(&self.loose)
    }

    /// Every record and row that speaks of it.
    pub fn cites(&self) -> impl Iterator<Item = Citation> {
        let failures = self.scan_failures().map(|failure| failure.cite);
        let trail = &self.trail;
        let left = trail.departed.iter().flat_map(|left| &left.records);
        let shown = left.chain(&trail.resubmitted).chain(&trail.gone_on);
        failures
            .chain(self.sightings.iter().map(Sighting::cite))
            .chain(shown.map(|mail| mail.record.cite))
    }
}
