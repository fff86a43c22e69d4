//! What can be wrong with a profile.

/// A profile could not be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No profile of that name comes with the program.
    #[error("no profile is called `{name}`; there are: {known}")]
    Unknown { name: String, known: String },
    /// Not TOML, or a field that is wrong, missing or not known. `detail` shows the line.
    #[error("profile {origin}: {detail}")]
    Syntax { origin: String, detail: String },
    /// Read, but it contradicts itself.
    #[error("profile {origin}, line {line}: {what}")]
    Invalid {
        origin: String,
        line: usize,
        what: String,
    },
}
