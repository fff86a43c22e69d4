//! What can go wrong while a report is written: what, where, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

/// A report could not be written. Whatever stood in its place before still stands there.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(
        "`{}` exists and is a file, so no report folder can be made there: choose another folder with -o",
        .path.display()
    )]
    NotAFolder { path: PathBuf },

    #[error(
        "`{}` exists and holds no report of ours: choose another folder with -o, or write into it with --force \
         (files of other names are left alone)",
        .path.display()
    )]
    Foreign { path: PathBuf },

    #[error(
        "`{}` holds the report of another case, `{other}`: choose another folder with -o, or replace it with --force",
        .path.display()
    )]
    OtherCase { path: PathBuf, other: String },

    #[error(
        "`{}` holds a report and also `{file}`, which this program did not write: move that away, or write around it \
         with --force",
        .path.display()
    )]
    ExtraFile { path: PathBuf, file: String },

    #[error("cannot {action} `{}`: {source}. {advice}", .path.display())]
    Io {
        action: &'static str,
        path: PathBuf,
        source: io::Error,
        advice: &'static str,
    },

    #[error(
        "the {what} could not be made: {source}. This is a fault of the program, not of the evidence"
    )]
    Render {
        what: &'static str,
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// For `map_err`: an input or output error with what was being done, to what, and advice.
    pub(super) fn io<'a>(
        action: &'static str,
        path: &'a Path,
        advice: &'static str,
    ) -> impl FnOnce(io::Error) -> Self + 'a {
        move |source| Self::Io {
            action,
            path: path.to_owned(),
            source,
            advice,
        }
    }

    /// For `map_err`: a view that could not be rendered.
    pub(super) fn render<E>(what: &'static str) -> impl FnOnce(E) -> Self
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        move |source| Self::Render {
            what,
            source: source.into(),
        }
    }
}
