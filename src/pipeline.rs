//! The rooms put in order: case, evidence, timeline, analysis. What comes out is what every report shows.

mod memory;

use std::collections::BTreeSet;
use std::path::Path;

use chrono_tz::Tz;

use crate::analysis::findings::{
    CaseInfo, EvidenceFile, Findings, Options as GivenOptions, Problem, SCHEMA, Tool,
};
use crate::analysis::{self, Input, STUCK_AFTER, Shown};
use crate::case::{self, Case, CaseConfig, DateOrder};
use crate::evidence::model::{self, Reading};
use crate::evidence::{self, FileReading, Followed, Progress, ReadContext};
use crate::profile::{self, Profile, message_key};
use crate::time::{SECOND, Timestamp};
use crate::timeline::row::Row;
use crate::timeline::{self, Clocks, Timeline, rows};

pub use memory::{Held, analyze_memory};

/// The profile that serves when neither `case.toml` nor the command line names one.
pub const DEFAULT_PROFILE: &str = "exchange-2003";

/// What shapes the conclusions and what is shown of them.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name of a shipped profile; `None`: that of `case.toml`, else [`DEFAULT_PROFILE`].
    pub profile: Option<String>,
    /// Overrides `case.toml`.
    pub time_zone: Option<Tz>,
    /// Overrides `case.toml`.
    pub date_order: Option<DateOrder>,
    /// Shows nothing before; inference uses it all the same.
    pub since: Option<Timestamp>,
    /// Shows nothing after; inference uses it all the same.
    pub until: Option<Timestamp>,
    /// Microseconds after which a message counts as stuck.
    pub stuck_after: i64,
    /// The timeline holds every event, not only those with a role.
    pub all_events: bool,
    /// Records carved from the slack space of logs count as events.
    pub include_recovered: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            profile: None,
            time_zone: None,
            date_order: None,
            since: None,
            until: None,
            stuck_after: STUCK_AFTER,
            all_events: false,
            include_recovered: false,
        }
    }
}

/// What a run gives: the findings, and the timeline beside them.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub findings: Findings,
    pub rows: Vec<Row>,
}

/// Why a case could not be analysed at all. Damaged evidence is never among the reasons.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Case(#[from] case::Error),
    #[error(transparent)]
    Profile(#[from] profile::Error),
    #[error(transparent)]
    Timeline(#[from] timeline::Error),
}

/// Analyses the case in a folder.
///
/// # Errors
/// When the folder cannot be opened as a case, its `case.toml` cannot be honoured, or the profile is not known.
pub fn analyze_folder(
    path: &Path,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Outcome, Error> {
    Ok(analyze_keeping(path, options, progress)?.outcome)
}

/// An analysis with the timeline that it was drawn from, for who wants to look at the records themselves.
pub(crate) struct Kept {
    pub outcome: Outcome,
    pub timeline: Timeline,
    pub profile: Profile,
}

/// The same as [`analyze_folder`], with the timeline kept.
///
/// # Errors
/// As there.
pub(crate) fn analyze_keeping(
    path: &Path,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Kept, Error> {
    let mut case = case::open(path)?;
    let profile = profile_of(&case, options)?;
    let (readings, problems) = read(&case, Vec::new(), &profile, options, progress);
    progress.stage("Drawing conclusions", 0);
    case.problems.extend(problems);
    conclude(&case, readings, profile, options)
}

/// The profile of the options, else of `case.toml`, else [`DEFAULT_PROFILE`].
pub(crate) fn profile_of(case: &Case, options: &Options) -> Result<Profile, profile::Error> {
    let name = options
        .profile
        .as_deref()
        .or(case.config.profile.as_deref());
    Profile::shipped(name.unwrap_or(DEFAULT_PROFILE))
}

/// Reads every file of the case beside those that were `held` as readings, and settles what only all files together
/// can tell.
pub(crate) fn read(
    case: &Case,
    held: Vec<FileReading>,
    profile: &Profile,
    options: &Options,
    progress: &dyn Progress,
) -> (Vec<FileReading>, Vec<model::Problem>) {
    let keep = |channel: &str, provider: &str, id: u16| {
        options.all_events || profile.rule(channel, provider, id).is_some()
    };
    let matters = |event: &model::Event| options.all_events || profile.signal(event).is_some();
    let mut context = ReadContext::new(&case.config, &keep);
    context.matters = &matters;
    context.time_zone = options.time_zone.or(context.time_zone);
    context.date_order = options.date_order.or(context.date_order);
    context.include_recovered = options.include_recovered;
    context.settings = &profile.settings;
    context.counters = &profile.counters;
    let mut readings = evidence::read_all(case, &context, progress);
    readings.extend(held.into_iter().map(|mut file| {
        let kept = |e: &model::Event| keep(&e.channel, &e.provider, e.id) && matters(e);
        file.reading.events.retain(kept);
        file
    }));
    readings.sort_by_key(|file| file.id);
    let problems = evidence::settle_local_times(&mut readings, &context);
    evidence::settle_captures(&mut readings, &context);
    for event in readings
        .iter_mut()
        .flat_map(|file| &mut file.reading.events)
    {
        profile.complete(event);
    }
    let followed = followed(&readings, profile, options);
    context.followed = &followed;
    context.words = &profile.mail_words;
    readings.extend(evidence::read_mail_logs(case, &context, progress));
    readings.sort_by_key(|file| file.id);
    (readings, problems)
}

/// The messages that the logs of the mail system are read for: all that an event or a capture names.
fn followed(readings: &[FileReading], profile: &Profile, options: &Options) -> Followed {
    let events = readings.iter().flat_map(|file| &file.reading.events);
    let named = events.filter_map(|event| profile.signal(event)?.message_id);
    let snapshots = readings.iter().flat_map(|file| &file.reading.snapshots);
    let rows = snapshots.flat_map(|snapshot| &snapshot.rows);
    let listed = rows.filter_map(|row| row.message_id.clone());
    Followed {
        all: options.all_events,
        keys: named.chain(listed).map(|id| message_key(&id)).collect(),
        late_after: options.stuck_after,
    }
}

fn conclude(
    case: &Case,
    mut readings: Vec<FileReading>,
    profile: Profile,
    options: &Options,
) -> Result<Kept, Error> {
    let time_zone = options.time_zone.or(case.config.time_zone);
    let clocks = clocks(&case.config);
    let canonical = |name: &str| case.config.canonical_server(name);
    let files: Vec<EvidenceFile> = readings
        .iter()
        .map(|file| evidence_file(file, &clocks, &canonical))
        .collect();
    let evidence_sha256 = evidence::evidence_sha256(&readings);
    let mut problems = case.problems.clone();
    problems.extend(evidence::problems_across_files(&readings, &case.config));
    let parts: Vec<Reading> = readings
        .iter_mut()
        .map(|file| std::mem::take(&mut file.reading))
        .collect();
    problems.extend(
        parts
            .iter()
            .flat_map(|reading| reading.problems.iter().cloned()),
    );
    let mut timeline = timeline::build(parts, &clocks, &canonical)?;
    problems.append(&mut timeline.problems);
    let input = Input {
        timeline: &timeline,
        profile: &profile,
        config: &case.config,
        clocks: &clocks,
        time_zone,
        stuck_after: options.stuck_after,
    };
    let mut conclusions = analysis::analyse(&input);
    problems.append(&mut conclusions.problems);
    // What is told as a contradiction, with both sides, is not told a second time.
    let told: std::collections::BTreeSet<&str> = conclusions
        .contradictions
        .iter()
        .map(|contradiction| contradiction.what.as_str())
        .collect();
    problems.retain(|problem| !told.contains(problem.what.as_str()));
    let mut all_rows = rows::rows(&timeline, &profile, options.all_events);
    all_rows.extend(analysis::rows(&conclusions));
    all_rows.sort();
    let shown = Shown {
        since: options.since,
        until: options.until,
    };
    all_rows.retain(|row| shown.holds(row.time));
    let mut findings = Findings {
        schema: SCHEMA.to_owned(),
        case: CaseInfo {
            name: case.name.clone(),
            profile: profile.name.clone(),
            time_zone: time_zone.map(|zone| zone.name().to_owned()),
            evidence_sha256,
            options: GivenOptions {
                stuck_after_s: options.stuck_after as f64 / SECOND as f64,
                since: options.since,
                until: options.until,
            },
        },
        tool: Tool {
            name: "stuckmail".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        verdict: conclusions.verdict,
        now: conclusions.now,
        checks: conclusions.checks,
        next_steps: conclusions.next_steps,
        servers: conclusions.servers,
        bursts: conclusions.bursts,
        coincidences: conclusions.coincidences,
        restarts: conclusions.restarts,
        windows: conclusions.windows,
        messages: conclusions.messages,
        stays: conclusions.stays,
        restart_effects: conclusions.restart_effects,
        interventions: conclusions.interventions,
        observations: conclusions.observations,
        captures: conclusions.captures,
        delays: conclusions.delays,
        settings: conclusions.settings,
        counters: conclusions.counters,
        clocks: conclusions.clocks,
        contradictions: conclusions.contradictions,
        coverage: conclusions.coverage,
        problems: said(problems),
        evidence: files,
    };
    show_only(&mut findings, shown);
    let outcome = Outcome {
        findings,
        rows: all_rows,
    };
    Ok(Kept {
        outcome,
        timeline,
        profile,
    })
}

/// The clocks as `case.toml` describes them.
pub(crate) fn clocks(config: &CaseConfig) -> Clocks {
    let mut clocks = Clocks::default();
    for server in &config.servers {
        let ahead = server.clock_ahead_by.unwrap_or_default();
        let uncertainty = server.clock_uncertainty.unwrap_or_default();
        clocks.set(&config.canonical_server(&server.name), ahead, uncertainty);
    }
    clocks
}

fn evidence_file(
    file: &FileReading,
    clocks: &Clocks,
    canonical: &dyn Fn(&str) -> String,
) -> EvidenceFile {
    let reading = &file.reading;
    let computers = reading.spans.iter().map(|span| span.computer.as_ref());
    let captured = reading
        .snapshots
        .iter()
        .map(|snapshot| snapshot.server.value.as_str());
    let mail = reading.mail.spans.iter().map(|span| span.server.as_ref());
    let exported = reading
        .registry
        .iter()
        .map(|export| export.server.value.as_str());
    let listed = reading
        .listings
        .iter()
        .map(|listing| listing.server.value.as_str());
    let counted = reading.counters.iter().map(|series| series.server.as_str());
    let servers: BTreeSet<String> = computers
        .chain(captured)
        .chain(mail)
        .chain(exported)
        .chain(listed)
        .chain(counted)
        .map(canonical)
        .collect();
    let times = || {
        let records = reading.spans.iter().flat_map(|span| {
            let ahead = clocks.ahead(&canonical(&span.computer));
            let numbered = span.records.iter().map(|&(_, at)| at);
            let all = numbered.chain(span.unnumbered.iter().copied());
            all.map(move |at| at.plus(-ahead))
        });
        let captured = reading.snapshots.iter().map(|s| s.captured_at.value.at);
        let mail = reading.mail.spans.iter().flat_map(|span| {
            let ahead = clocks.ahead(&canonical(&span.server));
            [span.from, span.to].map(|at| at.plus(-ahead))
        });
        let exported = reading.registry.iter().map(|export| export.at.value.at);
        let listed = reading.listings.iter().map(|listing| listing.at.value.at);
        let counted = reading.counters.iter().flat_map(|series| {
            let ends = [series.points.first(), series.points.last()];
            ends.into_iter().flatten().map(|(at, _)| *at)
        });
        records
            .chain(captured)
            .chain(mail)
            .chain(exported)
            .chain(listed)
            .chain(counted)
    };
    EvidenceFile {
        id: file.id.to_string(),
        path: file.path.clone(),
        sha256: file.sha256.clone(),
        bytes: file.bytes,
        format: file.format.as_str().to_owned(),
        recognised_by: file.recognised_by.clone(),
        servers: servers.into_iter().collect(),
        records: reading.records,
        recovered: reading.recovered,
        damaged: reading.damaged,
        notes: reading.notes.clone(),
        from: times().min(),
        to: times().max(),
    }
}

/// Problems in a fixed order, each said once.
fn said(problems: Vec<model::Problem>) -> Vec<Problem> {
    let unique: BTreeSet<model::Problem> = problems.into_iter().collect();
    unique
        .into_iter()
        .map(|problem| Problem {
            evidence: problem.evidence,
            what: problem.what,
            why_it_matters: problem.why_it_matters,
            what_to_do: problem.what_to_do,
        })
        .collect()
}

/// Leaves out what `--since` and `--until` ask not to show, but not what something shown refers to. Conclusions were
/// drawn from everything.
fn show_only(findings: &mut Findings, shown: Shown) {
    if shown.since.is_none() && shown.until.is_none() {
        return;
    }
    findings.windows.retain(|window| {
        let start = window.start.earliest.or(window.start.latest);
        shown.touches(start, window.end.latest)
    });
    let mut named: BTreeSet<String> = BTreeSet::new();
    for window in &findings.windows {
        named.extend(window.residences.iter().chain(&window.bursts).cloned());
        named.extend(window.restart.clone());
    }
    // What is held now, and the last restart of each check, are shown whatever was asked for.
    let held = findings.now.iter().flat_map(|now| &now.places);
    named.extend(held.flat_map(|place| place.messages.iter().cloned()));
    let kept = findings.now.iter();
    named.extend(kept.flat_map(|now| now.restart.kept_through.iter().cloned()));
    let checked = findings.checks.iter();
    named.extend(checked.filter_map(|check| Some(check.last_restart.as_ref()?.id.clone())));
    findings.messages.retain(|message| {
        let came = message.entered.earliest.or(message.entered.latest);
        named.contains(&message.id) || shown.touches(came, message.left.latest)
    });
    for message in &findings.messages {
        named.extend(message.release_candidates.iter().cloned());
        named.extend(message.released_by.clone());
    }
    findings
        .restarts
        .retain(|restart| named.contains(&restart.id) || shown.holds(restart.at));
    findings.bursts.retain(|burst| {
        named.contains(&burst.id) || shown.touches(Some(burst.start), Some(burst.end))
    });
    // A restart that is there for a message's sake may speak of others that are not.
    let kept: BTreeSet<String> = findings
        .windows
        .iter()
        .map(|window| &window.id)
        .chain(findings.messages.iter().map(|message| &message.id))
        .cloned()
        .collect();
    for restart in &mut findings.restarts {
        let restart_lists = [
            &mut restart.released.known,
            &mut restart.survived,
            &mut restart.windows,
        ];
        for list in restart_lists {
            list.retain(|id| kept.contains(id));
        }
    }
    let restarts = findings.restarts.iter().map(|restart| &restart.id);
    let kept: BTreeSet<String> = kept.iter().chain(restarts).cloned().collect();
    for check in &mut findings.checks {
        check
            .earlier
            .retain(|earlier| kept.contains(&earlier.restart));
    }
    for step in &mut findings.next_steps {
        let (there, hidden): (Vec<String>, Vec<String>) = std::mem::take(&mut step.refers)
            .into_iter()
            .partition(|id| kept.contains(id));
        step.refers = there;
        // Its words name them all the same.
        if !hidden.is_empty() {
            step.why += &format!(" Outside the time shown: {}.", hidden.join(", "));
        }
    }
    findings
        .interventions
        .retain(|change| shown.holds(change.at));
    findings.observations.retain(|seen| shown.holds(seen.at));
    findings.captures.retain(|capture| shown.holds(capture.at));
}
