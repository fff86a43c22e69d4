//! The report of one run: what the library is told about when, where and by which build.

use std::env;
use std::io;

use chrono::Utc;
use stuckmail::pipeline::Outcome;
use stuckmail::report::{self, RunInfo, WritePlan, Written};
use stuckmail::time::Timestamp;
use stuckmail::timeline::frame;

use super::Analysis;

/// The present, as the clock of this machine has it.
pub fn now() -> Option<Timestamp> {
    Timestamp::from_datetime(Utc::now())
}

/// Writes the report.
///
/// # Errors
/// When the output folder holds something else, or cannot be written to.
pub fn write_report(
    plan: &Analysis,
    outcome: &Outcome,
    started: Option<Timestamp>,
) -> Result<Written, report::Error> {
    let parquet = |out: &mut dyn io::Write| {
        frame::write_parquet(&outcome.rows, out).map_err(io::Error::other)
    };
    let plan = WritePlan {
        folder: &plan.output,
        markdown: plan.markdown,
        parquet: plan.parquet.then_some(&parquet),
        force: plan.force,
        run: run_info(plan, started),
    };
    report::write(&plan, &outcome.findings, &outcome.rows)
}

fn run_info(plan: &Analysis, started: Option<Timestamp>) -> RunInfo {
    RunInfo {
        started_at: started,
        finished_at: now(),
        host: host(),
        platform: Some(format!("{} {}", env::consts::OS, env::consts::ARCH)),
        command: env::args_os()
            .map(|arg| arg.to_string_lossy().into_owned())
            .collect(),
        case_path: plan
            .case
            .canonicalize()
            .ok()
            .map(|path| path.display().to_string()),
        build: format!("stuckmail {}", env!("CARGO_PKG_VERSION")),
    }
}

/// The name of this machine, where the system says it in one of the usual places.
fn host() -> Option<String> {
    let named = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    named("COMPUTERNAME")
        .or_else(|| named("HOSTNAME"))
        .or_else(host_file)
}

#[cfg(unix)]
fn host_file() -> Option<String> {
    let name = std::fs::read_to_string("/etc/hostname").ok()?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

#[cfg(not(unix))]
fn host_file() -> Option<String> {
    None
}
