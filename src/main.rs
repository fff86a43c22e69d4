//! `analyze`: reads the evidence of a case and writes a report on it.

mod cli;

use std::process::ExitCode;

use cli::{Analysis, Bar, Plan};
use stuckmail::evidence::Progress as _;
use stuckmail::pipeline;

fn main() -> ExitCode {
    cli::guard(run)
}

fn run() -> ExitCode {
    let done = match Plan::from_command_line() {
        Ok(Plan::Schema(format)) => cli::print_schema(format).map_err(Into::into),
        Ok(Plan::Analyze(plan)) => analyze(&plan),
        Err(usage) => return cli::print_usage(&usage),
    };
    done.unwrap_or_else(|error| cli::print_error(&error))
}

fn analyze(plan: &Analysis) -> anyhow::Result<ExitCode> {
    let started = cli::now();
    plan.check_output()?;
    plan.start_threads()?;
    let bar = Bar::new(plan.progress);
    let outcome = pipeline::analyze_folder(&plan.case, &plan.options, &bar)?;
    bar.stage("Writing the report", 0);
    let written = cli::write_report(plan, &outcome, started)?;
    bar.finish();
    cli::print_summary(&outcome.findings, &written.html, plan.quiet)?;
    Ok(cli::code(outcome.findings.verdict.state, plan.exit_code))
}
