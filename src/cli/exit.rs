//! How it ends: the exit code, and what is said when something went wrong.

use std::io::{self, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use stuckmail::analysis::findings::State;
use stuckmail::report::visible;

/// It could not be done.
const FAILED: u8 = 1;
/// With `--exit-code`: mail is stuck, or may be.
const STUCK: u8 = 10;
/// With `--exit-code`: the evidence does not say.
const UNKNOWN: u8 = 11;

/// The exit code of an analysis that was done.
pub fn code(verdict: State, wanted: bool) -> ExitCode {
    ExitCode::from(if wanted { number(verdict) } else { 0 })
}

fn number(verdict: State) -> u8 {
    match verdict {
        State::StuckNow | State::AtRisk => STUCK,
        State::Unknown => UNKNOWN,
        State::Recovered | State::Clean => 0,
    }
}

/// That nobody reads stdout any more (`analyze … | head`) is no failure.
pub fn unless_closed(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Says on stderr what went wrong. The messages of the library say all of it, their causes
/// included.
pub fn print_error(error: &anyhow::Error) -> ExitCode {
    let red = Style::new().fg_color(Some(AnsiColor::Red.into())).bold();
    // Nobody is left to tell when stderr is gone.
    let _ = writeln!(
        anstream::stderr(),
        "{red}error:{red:#} {}",
        visible(&error.to_string())
    );
    ExitCode::from(FAILED)
}

/// Prints help or version, or on stderr what is wrong with the command line.
pub fn print_usage(usage: &clap::Error) -> ExitCode {
    let _ = usage.print();
    // 0 for help and version, 2 for wrong usage.
    u8::try_from(usage.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_have_the_codes_of_the_contract() {
        assert_eq!(number(State::StuckNow), 10);
        assert_eq!(number(State::AtRisk), 10);
        assert_eq!(number(State::Unknown), 11);
        assert_eq!(number(State::Recovered), 0);
        assert_eq!(number(State::Clean), 0);
    }
}
