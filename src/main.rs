//! `analyze`: reads the evidence of a case and writes a report on it.

mod cli;

use std::process::ExitCode;

use cli::{Analysis, Bar, Explaining, Inspecting, NewCase, Plan};
use stuckmail::evidence::{NoProgress, Progress as _};
use stuckmail::{explain, inspect, pipeline};

fn main() -> ExitCode {
    cli::guard(run)
}

fn run() -> ExitCode {
    let done = match Plan::from_command_line() {
        Ok(Plan::Schema(format)) => cli::print_schema(format).map_err(Into::into),
        Ok(Plan::Analyze(plan)) => analyze(&plan),
        Ok(Plan::Inspect(plan)) => inspect_files(&plan),
        Ok(Plan::Explain(plan)) => explain_claims(&plan),
        Ok(Plan::New(plan)) => new_case(&plan),
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

/// Every file that can be opened is shown; one that cannot fails the run in the end.
fn inspect_files(plan: &Inspecting) -> anyhow::Result<ExitCode> {
    let mut code = ExitCode::SUCCESS;
    for (number, path) in plan.files.iter().enumerate() {
        if number > 0 {
            cli::print_blank()?;
        }
        match inspect::inspect(path, &plan.options, plan.first, &NoProgress) {
            Ok(inspection) => cli::print_inspection(&inspection)?,
            Err(error) => code = cli::print_error(&error.into()),
        }
    }
    Ok(code)
}

fn explain_claims(plan: &Explaining) -> anyhow::Result<ExitCode> {
    let explained = explain::explain(&plan.case, &plan.ids, &plan.options, &NoProgress)?;
    cli::print_explanations(&explained, plan.width, plan.all)?;
    Ok(ExitCode::SUCCESS)
}

fn new_case(plan: &NewCase) -> anyhow::Result<ExitCode> {
    cli::make_case(plan)?;
    cli::print_new(plan)?;
    Ok(ExitCode::SUCCESS)
}
