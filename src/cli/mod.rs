//! The command line: what was typed, what is to be done, what is shown while it is done and after
//! it.
//!
//! ```text
//! args (typed) ──► plan (checked) ──► the library ──► summary, exit code
//!                                        └─ progress
//! ```
//!
//! Only here is anything printed, and only here are clock, environment and terminal asked.

mod args;
mod exit;
mod explain;
mod guard;
mod inspect;
mod new;
mod output_folder;
mod plan;
mod progress;
mod run;
mod schema;
mod summary;

pub use exit::{code, print_error, print_usage};
pub use explain::print as print_explanations;
pub use guard::guard;
pub use inspect::{blank as print_blank, print as print_inspection};
pub use new::{make as make_case, print as print_new};
pub use plan::{Analysis, Explaining, Inspecting, NewCase, Plan};
pub use progress::Bar;
pub use run::{now, write_report};
pub use schema::print as print_schema;
pub use summary::print as print_summary;
