//! A bar on the terminal while long work is done.

use std::env;
use std::io::{IsTerminal, stderr};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use stuckmail::evidence::Progress;

/// How often the bar is drawn anew at most.
const PER_SECOND: u8 = 10;

/// One line on stderr for the stage at hand; nothing where nobody would see it.
pub struct Bar {
    line: ProgressBar,
}

impl Bar {
    /// A bar, if it is wanted, stderr is a terminal and `NO_COLOR` is not set.
    pub fn new(wanted: bool) -> Self {
        let no_color = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let shown = wanted && !no_color && stderr().is_terminal();
        let target = if shown {
            ProgressDrawTarget::stderr_with_hz(PER_SECOND)
        } else {
            ProgressDrawTarget::hidden()
        };
        let line = ProgressBar::with_draw_target(Some(0), target);
        if shown {
            line.enable_steady_tick(Duration::from_millis(1000 / u64::from(PER_SECOND)));
        }
        Self { line }
    }

    /// Takes the bar off the screen.
    pub fn finish(&self) {
        self.line.finish_and_clear();
    }
}

impl Progress for Bar {
    fn stage(&self, name: &str, total_bytes: u64) {
        let template = if total_bytes > 0 {
            "{msg} [{wide_bar}] {bytes} of {total_bytes}, {eta} left"
        } else {
            "{spinner} {msg}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.line.set_style(style.progress_chars("=> "));
        }
        self.line.reset();
        self.line.set_length(total_bytes);
        self.line.set_message(name.to_owned());
    }

    fn advance(&self, bytes: u64) {
        self.line.inc(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_accepted_and_positions_kept() {
        let bar = Bar::new(false);
        bar.stage("Reading", 100);
        bar.advance(60);
        assert_eq!((bar.line.position(), bar.line.length()), (60, Some(100)));
        bar.stage("Thinking", 0);
        assert_eq!(
            (bar.line.position(), bar.line.message().as_str()),
            (0, "Thinking")
        );
        bar.finish();
        assert!(bar.line.is_finished());
    }

    #[test]
    fn without_a_terminal_nothing_is_drawn() {
        assert!(Bar::new(false).line.is_hidden());
    }
}
