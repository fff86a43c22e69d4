//! From the timeline to conclusions.
//!
//! ```text
//! timeline ─► facts of each server ─► restarts, bursts
//!                    └─► residences ─► bounds ─► claims ─► windows, causes ─► verdict
//! ```
//!
//! The rules, and what each confidence means, are in `docs/method.md`. The result is one typed model,
//! [`findings::Findings`]; every other room only looks at it.

mod assemble;
mod basis;
mod bounds;
mod bursts;
mod causes;
mod checks;
mod claims;
mod clock_moves;
mod clocks;
mod coincidences;
mod contradictions;
mod counters;
mod delays;
mod denials;
mod effects;
mod facts;
pub mod findings;
mod identity;
mod interventions;
mod mail;
mod now;
mod old_mail;
mod problems;
mod residence;
mod restarts;
mod rows;
mod settings;
mod starts;
mod stays;
mod steps;
mod tracks;
mod verdict;
mod windows;
mod wording;

use crate::case::CaseConfig;
use crate::case::config::InterventionConfig;
use crate::evidence::model::Problem;
use crate::profile::Profile;
use crate::time::{MINUTE, Timestamp};
use crate::timeline::{Clocks, Timeline};

pub use coincidences::SIGNIFICANT;
pub use rows::rows;

/// A message counts as stuck once it stayed so long, unless told otherwise. The store driver's own retries
/// are over by then.
pub const STUCK_AFTER: i64 = 15 * MINUTE;

/// What the analysis draws its conclusions from.
pub struct Input<'a> {
    pub timeline: &'a Timeline,
    pub profile: &'a Profile,
    pub config: &'a CaseConfig,
    pub clocks: &'a Clocks,
    /// The zone of times that evidence writes without one; what a time of day is told in.
    pub time_zone: Option<chrono_tz::Tz>,
    /// Microseconds after which a message counts as stuck.
    pub stuck_after: i64,
}

/// One residence with its bounds and the claims drawn from them.
pub struct Examined<'t> {
    pub residence: residence::Residence<'t>,
    pub bounds: bounds::Bounds,
    pub claim: claims::Claim,
}

/// Everything that was worked out about one server, before it is numbered and put into findings.
pub struct ServerAnalysis<'t> {
    pub(crate) facts: facts::ServerFacts<'t>,
    pub(crate) bursts: Vec<bursts::FailureBurst>,
    pub(crate) restarts: Vec<restarts::Restart>,
    /// In order of entry.
    pub(crate) examined: Vec<Examined<'t>>,
    pub(crate) windows: Vec<windows::StuckWindow>,
    pub(crate) causes: Vec<Vec<findings::Cause>>,
    pub(crate) verdict: findings::Verdict,
    /// What went out after each restart, where a log shows it.
    pub(crate) old_mail: Vec<Option<old_mail::Outflow>>,
    pub(crate) delays: Vec<delays::Stretch>,
}

/// What was concluded, without the case's own particulars.
pub struct Conclusions {
    pub verdict: findings::Verdict,
    pub now: Vec<findings::Now>,
    pub checks: Vec<findings::Check>,
    pub next_steps: Vec<findings::NextStep>,
    pub servers: Vec<findings::Server>,
    pub bursts: Vec<findings::Burst>,
    pub coincidences: Vec<findings::Coincidence>,
    pub restarts: Vec<findings::Restart>,
    pub windows: Vec<findings::Window>,
    pub messages: Vec<findings::Message>,
    pub stays: Vec<findings::LengthOfStay>,
    pub restart_effects: Vec<findings::RestartEffect>,
    pub interventions: Vec<findings::Intervention>,
    pub observations: Vec<findings::Observation>,
    pub captures: Vec<findings::Capture>,
    pub delays: Vec<findings::Delay>,
    pub settings: Vec<findings::Setting>,
    pub counters: Vec<findings::Counter>,
    pub clocks: Vec<findings::ClockChange>,
    pub contradictions: Vec<findings::Contradiction>,
    pub coverage: Vec<findings::Coverage>,
    pub problems: Vec<Problem>,
}

/// Draws the conclusions of a case.
pub fn analyse(input: &Input<'_>) -> Conclusions {
    let facts = facts::by_server(input.timeline, input.profile, input.config);
    let mail = mail::MailIndex::of(input.timeline);
    let elsewhere = causes::Elsewhere::of(input.timeline);
    let mut drawn: Vec<Drawn<'_, '_>> = facts
        .into_iter()
        .map(|facts| draw(facts, &mail, input))
        .collect();
    let found = {
        let servers: Vec<contradictions::Server<'_, '_>> =
            drawn.iter().map(Drawn::for_contradictions).collect();
        contradictions::of_case(input, &servers, &mail, &elsewhere)
    };
    for (of, server) in drawn.iter_mut().enumerate() {
        contradictions::lower(&found, of, &mut server.examined);
    }
    let servers: Vec<ServerAnalysis<'_>> = drawn
        .into_iter()
        .map(|drawn| conclude(drawn, &mail, &elsewhere, input))
        .collect();
    let problems = problems::of_case(input, &servers);
    let mut conclusions = assemble::conclusions(input, &servers, &mail, &found, problems);
    conclusions.next_steps = steps::of_case(input.profile, &servers, &conclusions);
    conclusions
}

/// What is claimed on one server, before contradictions between servers are looked for.
struct Drawn<'a, 't> {
    facts: facts::ServerFacts<'t>,
    restarts: Vec<restarts::Restart>,
    examined: Vec<Examined<'t>>,
    changes: Vec<&'a InterventionConfig>,
}

impl<'t> Drawn<'_, 't> {
    fn for_contradictions(&self) -> contradictions::Server<'_, 't> {
        contradictions::Server {
            facts: &self.facts,
            examined: &self.examined,
        }
    }
}

fn draw<'a, 't>(
    facts: facts::ServerFacts<'t>,
    mail: &mail::MailIndex<'t>,
    input: &Input<'a>,
) -> Drawn<'a, 't> {
    let restarts = restarts::of_server(&facts, input.profile);
    let changes: Vec<&InterventionConfig> = input
        .config
        .interventions
        .iter()
        .filter(|change| {
            let server = change
                .server
                .as_deref()
                .map(|name| input.config.canonical_server(name));
            server.is_none_or(|server| server == facts.name.as_ref())
        })
        .collect();
    let setting = claims::Setting {
        facts: &facts,
        restarts: &restarts,
        interventions: &changes,
        stuck_after: input.stuck_after,
    };
    let ground = bounds::Ground {
        facts: &facts,
        restarts: &restarts,
        clocks: input.clocks,
    };
    let mut examined: Vec<Examined<'t>> = Vec::new();
    for mut residence in residence::of_server(&facts, input.profile, mail) {
        // The stays of one row stand one after the other.
        let before = examined.last().map(|before| &before.bounds);
        bounds::settle(&mut residence, &ground, before);
        let bounds = bounds::of(&residence, &ground);
        let claim = claims::of(&residence, &bounds, &setting);
        examined.push(Examined {
            residence,
            bounds,
            claim,
        });
    }
    examined.sort_by(|a, b| {
        // By what they are before where that stands, so that the form of the evidence changes no number.
        let key = |stay: &Examined<'_>| stay.bounds.entered.latest;
        key(a)
            .cmp(&key(b))
            .then_with(|| a.residence.id.message_key.cmp(&b.residence.id.message_key))
            .then_with(|| a.residence.place.cmp(&b.residence.place))
            .then_with(|| first_cite(a).cmp(&first_cite(b)))
    });
    Drawn {
        facts,
        restarts,
        examined,
        changes,
    }
}

fn conclude<'t>(
    drawn: Drawn<'_, 't>,
    mail: &mail::MailIndex<'t>,
    elsewhere: &causes::Elsewhere<'t>,
    input: &Input<'_>,
) -> ServerAnalysis<'t> {
    let Drawn {
        facts,
        restarts,
        examined,
        changes,
    } = drawn;
    let windows = windows::of_server(&facts, &restarts, &examined);
    let ground = causes::Ground {
        facts: &facts,
        profile: input.profile,
        restarts: &restarts,
        interventions: &changes,
        elsewhere,
    };
    let causes = windows
        .iter()
        .map(|window| causes::of_window(&ground, window, &examined))
        .collect();
    let ground = verdict::Ground {
        facts: &facts,
        restarts: &restarts,
        examined: &examined,
    };
    let verdict = verdict::of_server(&ground);
    let bursts = bursts::of_server(&facts);
    let old_mail = old_mail::of_server(&facts, &restarts, mail, input.stuck_after);
    let delays = delays::of_server(&facts, &windows);
    ServerAnalysis {
        old_mail,
        delays,
        facts,
        bursts,
        restarts,
        examined,
        windows,
        causes,
        verdict,
    }
}

fn first_cite(stay: &Examined<'_>) -> Option<crate::evidence::model::Citation> {
    let failures = stay.residence.failures.iter().map(|failure| failure.cite);
    failures
        .chain(stay.residence.sightings.iter().map(tracks::Sighting::cite))
        .min()
}

/// The part of a time that the options ask to show.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown {
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

impl Shown {
    /// Whether an instant is shown.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.since.is_none_or(|since| at >= since) && self.until.is_none_or(|until| at <= until)
    }

    /// Whether any part of `[from, to]` is shown.
    pub fn touches(&self, from: Option<Timestamp>, to: Option<Timestamp>) -> bool {
        self.since
            .is_none_or(|since| to.is_none_or(|to| to >= since))
            && self
                .until
                .is_none_or(|until| from.is_none_or(|from| from <= until))
    }
}
