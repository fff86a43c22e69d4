//! Restarts: SMTP going from running to running again, and how it came about.
//!
//! SMTP runs inside the process of IIS, so a stop of IIS, a crash of its process and every boot are restarts of
//! SMTP too; but only a record about SMTP itself, or a boot of a server known to run it, is taken for one.
//! Service Control Manager records (7036, 7031, 7034) decide; see the profile for their sources.

use std::collections::BTreeSet;

use super::facts::{ServerFacts, Sign};
use super::starts;
use crate::analysis::findings::{Confidence, RestartKind};
use crate::evidence::model::Citation;
use crate::profile::{Profile, Role, ServiceKey};
use crate::time::{Bracket, MINUTE, Timestamp};

/// A boot's services start within this time of it.
const BOOT_TO_RUNNING: i64 = 30 * MINUTE;
/// Records about one change (who ordered it, what crashed) lie within this time of it.
pub(super) const SAME_CHANGE: i64 = 5 * MINUTE;

/// What a start of SMTP lets out is on its way within this time: it resubmits its whole table at once, and what then
/// waits for another server waits for that.
pub const AFTER_START: i64 = 10 * MINUTE;

/// When a record says that something happened.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The record's time, a known clock offset taken out.
    pub at: Timestamp,
    /// Between which instants that can have been.
    pub when: Bracket,
}

impl From<&Sign> for Moment {
    fn from(sign: &Sign) -> Self {
        Self {
            at: sign.at,
            when: sign.when,
        }
    }
}

/// One restart of SMTP on one server.
#[derive(Clone, Debug)]
pub struct Restart {
    pub kind: RestartKind,
    /// When it stopped, where a record shows it.
    pub stopped: Option<Moment>,
    /// When it ran again, where a record shows it.
    pub started: Option<Moment>,
    /// When the server booted, for reboots.
    pub booted: Option<Moment>,
    pub confidence: Confidence,
    pub why: String,
    pub by: Option<String>,
    /// The only tables that it can have emptied; empty: all of the server.
    pub tables: BTreeSet<String>,
    pub evidence: Vec<Citation>,
}

impl Restart {
    /// The best known moment of the restart: its start, else the boot, else its stop.
    fn moment(&self) -> Moment {
        let unknown = Moment {
            at: Timestamp::default(),
            when: Bracket {
                lo: Timestamp::default(),
                hi: Timestamp::default(),
            },
        };
        let known = self.started.or(self.booted).or(self.stopped);
        known.unwrap_or(unknown)
    }

    /// That moment as its record states it.
    pub fn instant(&self) -> Timestamp {
        self.moment().at
    }

    /// Between which instants that moment was.
    pub fn at(&self) -> Bracket {
        self.moment().when
    }

    /// Whether it can have emptied that table; one that is not known may be any.
    pub fn concerns(&self, table: Option<&str>) -> bool {
        self.tables.is_empty() || table.is_none_or(|table| self.tables.contains(table))
    }

    /// Whether mail that was in that table by `entered`, and still there at `left`, was there before and after it.
    pub fn let_stay(&self, place: Option<&str>, entered: Timestamp, left: Timestamp) -> bool {
        self.concerns(place) && entered < self.begun() && left > self.at().hi
    }

    /// The first instant at which it may have begun to let mail go.
    pub fn begun(&self) -> Timestamp {
        self.stopped.unwrap_or_else(|| self.moment()).when.lo
    }
}

/// What was learnt since SMTP last ran.
#[derive(Default)]
struct Pending<'f> {
    stopped: Option<&'f Sign>,
    crashed: Option<&'f Sign>,
    host_crashed: Option<&'f Sign>,
    host_stopped: Option<&'f Sign>,
    booted: Option<&'f Sign>,
    shutdown: Option<&'f Sign>,
    planned: Option<&'f Sign>,
    unexpected: Option<&'f Sign>,
    control: Option<&'f Sign>,
    paused: bool,
}

/// The restarts of one server, in order.
pub fn of_server(facts: &ServerFacts<'_>, profile: &Profile) -> Vec<Restart> {
    let knows_smtp = facts
        .signals
        .iter()
        .any(|sign| sign.service == Some(ServiceKey::Smtp));
    let mut restarts = Vec::new();
    let mut pending = Pending::default();
    for sign in &facts.signals {
        pending.expire(sign, knows_smtp, &mut restarts);
        match (sign.role, sign.service) {
            (Role::ServicePaused, Some(ServiceKey::Smtp)) => pending.paused = true,
            // Going on after a pause resubmits nothing.
            (Role::ServiceRunning, Some(ServiceKey::Smtp)) if pending.only_paused() => {
                pending.paused = false;
            }
            (Role::ServiceRunning, Some(ServiceKey::Smtp)) => {
                restarts.push(std::mem::take(&mut pending).run(sign));
            }
            (Role::ServiceStopped, Some(ServiceKey::Smtp)) => {
                // What stops again had run again, even if its start was not logged.
                restarts.extend(pending.crashed.take().map(unstarted_crash));
                restarts.extend(pending.stopped.replace(sign).map(unstarted_stop));
            }
            _ => pending.note(sign),
        }
    }
    let ran_at = facts.failures.last().map(|failure| failure.when.lo);
    pending.close(knows_smtp, ran_at, &mut restarts);
    starts::corroborate(facts, profile, &mut restarts);
    restarts.sort_by_key(|restart| restart.at());
    restarts
}

impl<'f> Pending<'f> {
    fn only_paused(&self) -> bool {
        let went_down = [self.stopped, self.crashed, self.booted, self.host_crashed];
        self.paused && went_down.iter().all(Option::is_none)
    }

    fn note(&mut self, sign: &'f Sign) {
        let slot = match (sign.role, sign.service) {
            (Role::ServiceCrashed, Some(ServiceKey::Smtp)) => &mut self.crashed,
            (Role::ServiceCrashed, Some(ServiceKey::Host)) => &mut self.host_crashed,
            (Role::ServiceStopped, Some(ServiceKey::Host)) => &mut self.host_stopped,
            (Role::ServiceControl, Some(ServiceKey::Smtp | ServiceKey::Host)) => &mut self.control,
            // The event log service starts first; the kernel's own record of the boot may follow it.
            (Role::Boot, _) if self.booted.is_none() => &mut self.booted,
            (Role::Shutdown, _) => &mut self.shutdown,
            (Role::PlannedShutdown, _) => &mut self.planned,
            (Role::UnexpectedShutdown, _) => &mut self.unexpected,
            _ => return,
        };
        *slot = Some(sign);
    }

    /// Closes a boot or a crash of the host after which SMTP was not seen to run in time.
    fn expire(&mut self, now: &Sign, knows_smtp: bool, out: &mut Vec<Restart>) {
        let over = |sign: &Option<&Sign>, time: i64| {
            sign.is_some_and(|sign| now.when.lo.since(sign.when.hi) > time)
        };
        let new_boot = now.role == Role::Boot && over(&self.booted, SAME_CHANGE);
        if over(&self.booted, BOOT_TO_RUNNING) || new_boot {
            out.extend(self.boot_without_run(knows_smtp));
        }
        if self.stopped.is_none()
            && self.booted.is_none()
            && over(&self.host_crashed, BOOT_TO_RUNNING)
        {
            out.extend(self.host_crashed.take().map(host_only));
        }
        if self.stopped.is_none()
            && self.booted.is_none()
            && over(&self.host_stopped, BOOT_TO_RUNNING)
        {
            out.extend(self.host_stopped.take().map(host_only));
        }
    }

    /// The log ends. A scan failure after the last stop shows that SMTP had run again.
    fn close(mut self, knows_smtp: bool, ran_at: Option<Timestamp>, out: &mut Vec<Restart>) {
        if self.booted.is_some() {
            out.extend(self.boot_without_run(knows_smtp));
        } else if let Some(crash) = self.crashed {
            out.push(unstarted_crash(crash));
        } else if let Some(stop) = self.stopped {
            let ran_again = ran_at.is_some_and(|ran| ran.since(stop.when.hi) > SAME_CHANGE);
            out.extend(ran_again.then(|| unstarted_stop(stop)));
        } else {
            out.extend(self.host_crashed.or(self.host_stopped).map(host_only));
        }
    }

    /// SMTP runs (again): decides how it came to that.
    fn run(self, running: &Sign) -> Restart {
        let (kind, why) = match (self.booted, self.crashed, self.stopped) {
            (Some(_), _, _) => self.kind_of_boot(),
            (None, Some(_), _) => (
                RestartKind::ServiceCrash,
                "The service ended unexpectedly and ran again.".to_owned(),
            ),
            (None, None, Some(stop)) if self.host_crash_near(stop) => (
                RestartKind::ServiceCrash,
                "The process that hosts SMTP ended unexpectedly; SMTP stopped and ran again."
                    .to_owned(),
            ),
            (None, None, Some(_)) => (
                RestartKind::ServiceRestart,
                "The service entered the stopped state and then the running state.".to_owned(),
            ),
            (None, None, None) if self.host_crashed.is_some() => (
                RestartKind::ServiceCrash,
                "The process that hosts SMTP ended unexpectedly, and SMTP ran again.".to_owned(),
            ),
            (None, None, None) => (
                RestartKind::ServiceRestart,
                "The service entered the running state; the stop before it is not in the logs."
                    .to_owned(),
            ),
        };
        let stop = self.stopped.or(self.crashed).or(self.host_crashed);
        let seen_down = self.booted.is_some() || stop.is_some();
        let by = self.ordered_by(running);
        Restart {
            kind,
            stopped: stop.map(Moment::from),
            started: Some(running.into()),
            booted: self.booted.map(Moment::from),
            confidence: if seen_down {
                Confidence::Confirmed
            } else {
                Confidence::Probable
            },
            why,
            by,
            tables: BTreeSet::new(),
            evidence: self.cites(Some(running)),
        }
    }

    fn kind_of_boot(&self) -> (RestartKind, String) {
        match (self.unexpected, self.shutdown, self.planned) {
            (Some(_), _, _) => (
                RestartKind::UnexpectedReboot,
                "The server started, and logged that its last shutdown was unexpected.".to_owned(),
            ),
            (None, _, Some(_)) => (
                RestartKind::Reboot,
                "The server was restarted on somebody's order.".to_owned(),
            ),
            (None, Some(_), None) => (
                RestartKind::Reboot,
                "The server was shut down and started again.".to_owned(),
            ),
            (None, None, None) => (
                RestartKind::Reboot,
                "The server started; how it had gone down is not in the logs.".to_owned(),
            ),
        }
    }

    fn host_crash_near(&self, stop: &Sign) -> bool {
        self.host_crashed
            .is_some_and(|crash| crash.at.since(stop.at).abs() <= SAME_CHANGE)
    }

    /// Who ordered it: the account that sent the control, or that restarted the system.
    fn ordered_by(&self, running: &Sign) -> Option<String> {
        let near = |sign: &&Sign, to: &Sign| to.at.since(sign.at).abs() <= SAME_CHANGE;
        if self.booted.is_some() {
            return self.planned.and_then(|sign| sign.user.clone());
        }
        let control = self.control.filter(|sign| {
            near(sign, running) || self.stopped.is_some_and(|stop| near(sign, stop))
        });
        control.and_then(|sign| sign.user.clone())
    }

    fn boot_without_run(&mut self, knows_smtp: bool) -> Option<Restart> {
        let boot = self.booted?;
        let taken = std::mem::take(self);
        let (kind, why) = taken.kind_of_boot();
        let (confidence, note) = match knows_smtp {
            true => (Confidence::Probable, "No record says when SMTP ran again."),
            false => (
                Confidence::Possible,
                "No record of this server names SMTP, so whether it runs there is not known.",
            ),
        };
        Some(Restart {
            kind,
            stopped: taken.stopped.map(Moment::from),
            started: None,
            booted: Some(boot.into()),
            confidence,
            why: format!("{why} {note}"),
            by: taken.planned.and_then(|sign| sign.user.clone()),
            tables: BTreeSet::new(),
            evidence: taken.cites(None),
        })
    }

    fn cites(&self, running: Option<&Sign>) -> Vec<Citation> {
        let mut cites: Vec<Citation> = [
            self.planned,
            self.control,
            self.stopped,
            self.crashed,
            self.host_crashed,
            self.shutdown,
            self.booted,
            self.unexpected,
            running,
        ]
        .into_iter()
        .flatten()
        .map(|sign| sign.cite)
        .collect();
        cites.sort();
        cites.dedup();
        cites
    }
}

/// A crash of SMTP after which no record shows it running; the service's recovery action may have started it.
fn unstarted_crash(crash: &Sign) -> Restart {
    Restart {
        kind: RestartKind::ServiceCrash,
        stopped: Some(crash.into()),
        started: None,
        booted: None,
        confidence: Confidence::Probable,
        why: "The service ended unexpectedly; no record says when it ran again.".to_owned(),
        by: None,
        tables: BTreeSet::new(),
        evidence: vec![crash.cite],
    }
}

/// A stop of SMTP after which no record shows it running, though it must have run again.
fn unstarted_stop(stop: &Sign) -> Restart {
    Restart {
        kind: RestartKind::ServiceRestart,
        stopped: Some(stop.into()),
        started: None,
        booted: None,
        confidence: Confidence::Probable,
        why: "The service stopped, and later records show that it had run again; its start is not in the \
              logs."
            .to_owned(),
        by: None,
        tables: BTreeSet::new(),
        evidence: vec![stop.cite],
    }
}

/// A stop or crash of IIS with no record about SMTP: it may have taken SMTP with it.
fn host_only(sign: &Sign) -> Restart {
    let crashed = sign.role == Role::ServiceCrashed;
    Restart {
        kind: if crashed {
            RestartKind::ServiceCrash
        } else {
            RestartKind::ServiceRestart
        },
        stopped: Some(sign.into()),
        started: None,
        booted: None,
        confidence: Confidence::Possible,
        why: "The service that hosts SMTP went down, but no record says that SMTP did.".to_owned(),
        by: None,
        tables: BTreeSet::new(),
        evidence: vec![sign.cite],
    }
}

/// Whether SMTP ran at the end of the evidence.
pub fn smtp_now(facts: &ServerFacts<'_>) -> crate::analysis::findings::SmtpNow {
    use crate::analysis::findings::SmtpNow;
    let last = facts.signals.iter().rev().find(|sign| {
        matches!(
            (sign.role, sign.service),
            (
                Role::ServiceRunning | Role::ServiceStopped | Role::ServiceCrashed,
                Some(ServiceKey::Smtp)
            ) | (Role::Shutdown | Role::Boot, _)
        )
    });
    match last.map(|sign| sign.role) {
        Some(Role::ServiceRunning) => SmtpNow::Running,
        Some(Role::ServiceStopped | Role::Shutdown) => SmtpNow::Stopped,
        _ => SmtpNow::Unknown,
    }
}
