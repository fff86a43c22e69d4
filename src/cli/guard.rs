//! Panics: quiet where a reader catches them as damage, plain words where one gets through.

use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use super::print_error;

/// Runs the program so that a panic inside a parser, which is caught and counted as damage, does not also print
/// to the terminal; one that nobody catches ends the run with an error in words.
pub fn guard(run: impl FnOnce() -> ExitCode) -> ExitCode {
    let last: Arc<Mutex<String>> = Arc::default();
    let heard = Arc::clone(&last);
    panic::set_hook(Box::new(move |panic| {
        *heard.lock().unwrap_or_else(PoisonError::into_inner) = panic.to_string();
    }));
    panic::catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        let what = last.lock().unwrap_or_else(PoisonError::into_inner);
        print_error(&anyhow::anyhow!(
            "this is a fault in the program, not in your evidence: {what}. Please report it with the \
             command you typed; nothing was written."
        ))
    })
}
