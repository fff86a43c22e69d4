//! Why a case cannot be opened at all. Everything less is a problem that the report lists.

use std::io;
use std::path::PathBuf;

use super::config::ConfigError;

/// Each message says what, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no folder or archive `{}`{}", .path.display(), near_names(.near))]
    NotFound { path: PathBuf, near: Vec<String> },

    #[error(
        "`{}` is a file, but a case is a folder or an archive (.zip, .tar.gz, .7z): to see what the file holds, type `analyze inspect \"{}\"`; to analyse it, put it into a folder of its own and give that folder",
        .path.display(), .path.display()
    )]
    NotAFolder { path: PathBuf },

    #[error("`{}` is no file: give single files here, or `analyze {}` for the case as a whole", .path.display(), .path.display())]
    NotAFile { path: PathBuf },

    #[error(
        "the folder `{}` holds no files: copy the evidence (event logs, snapshots of the temp tables) into it and run again",
        .path.display()
    )]
    Empty { path: PathBuf },

    #[error("`{}` cannot be read ({source}): check the permissions, or copy the evidence to a folder of your own", .path.display())]
    Unreadable { path: PathBuf, source: io::Error },

    #[error("`{}` {source}", .path.display())]
    Config {
        path: PathBuf,
        source: Box<ConfigError>,
    },

    #[error("`{}` cannot be read as text: {reason}; save it as UTF-8, or rename it to run without it", .path.display())]
    ConfigUnreadable { path: PathBuf, reason: String },
}

fn near_names(near: &[String]) -> String {
    match near {
        [] => "; give the folder that holds the evidence".to_owned(),
        names => format!("; did you mean `{}`?", names.join("` or `")),
    }
}
