//! What can be wrong with a case without stopping the run.

use super::archive;
use crate::evidence::model;

/// Something about the folder, a file's kind or `case.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A folder or entry that could not be listed.
    Unlistable {
        path: String,
        reason: String,
    },
    LinkLeadsOutside {
        path: String,
    },
    LinkBroken {
        path: String,
    },
    SpecialFile {
        path: String,
    },
    /// A `case.toml` that is not the case's own.
    NestedConfig {
        path: String,
    },
    /// A `[[snapshot]]`, `[[setting]]` or `[[log]]` entry whose file is not there.
    MissingFile {
        table: &'static str,
        file: String,
        near: Option<String>,
    },
    /// Two `[[server]]` entries that mean one machine.
    SameServer {
        first: String,
        second: String,
    },
    EmptyFile {
        path: String,
    },
    /// Named `.evtx` or `.evt`, with other content.
    Misnamed {
        path: String,
        extension: String,
    },
    NoEvidence {
        files: usize,
    },
    /// An archive of a kind that is not read.
    OtherArchive {
        path: String,
        what: String,
    },
    Archive(archive::Found),
}

impl From<Problem> for model::Problem {
    fn from(problem: Problem) -> Self {
        let (evidence, what, why_it_matters, what_to_do) = problem.texts();
        Self {
            evidence,
            what,
            why_it_matters: why_it_matters.to_owned(),
            what_to_do,
        }
    }
}

type Texts = (String, String, &'static str, String);

impl Problem {
    /// One table of texts, longer than a function should be, so that the compiler sees that none is missing.
    fn texts(self) -> Texts {
        match self {
            Self::Unlistable { path, reason } => (
                path,
                format!("This folder could not be listed: {reason}."),
                "Evidence in it is not part of the analysis.",
                "Give yourself permission to read it, or copy the case to a folder of your own.".to_owned(),
            ),
            Self::LinkLeadsOutside { path } => (
                path,
                "This link leads out of the case folder and was not followed.".to_owned(),
                "Only files inside the case folder are evidence of the case.",
                "Copy the file or folder that it points to into the case folder.".to_owned(),
            ),
            Self::LinkBroken { path } => (
                path,
                "This link points to nothing.".to_owned(),
                "What it should have led to is not part of the analysis.",
                "Copy the missing file into the case folder, or delete the link.".to_owned(),
            ),
            Self::SpecialFile { path } => (
                path,
                "This is a device, pipe or socket, not a file; it was not opened.".to_owned(),
                "It cannot hold evidence that another reader would find unchanged.",
                "Delete it from the case folder.".to_owned(),
            ),
            Self::NestedConfig { path } => (
                path,
                "This case.toml was not used: only the one directly in the case folder is.".to_owned(),
                "Clock offsets, time zone and interventions written in it have no effect.",
                "Move its contents into the case.toml of the case folder.".to_owned(),
            ),
            Self::MissingFile { table, file, near } => (
                "case.toml".to_owned(),
                format!("A [[{table}]] entry names `{file}`, but the case has no such file or folder."),
                "What it says is not applied to any evidence.",
                match near {
                    Some(near) => format!("Correct the path (did you mean `{near}`?); it is relative to the case folder."),
                    None => "Correct the path; it is relative to the case folder and uses `/`.".to_owned(),
                },
            ),
            Self::SameServer { first, second } => (
                "case.toml".to_owned(),
                format!("The [[server]] entries `{first}` and `{second}` mean the same machine; the first is used."),
                "The clock offset and virtual servers of the second entry have no effect.",
                "Make one entry of the two; further spellings belong into its `aliases`.".to_owned(),
            ),
            Self::EmptyFile { path } => (
                path,
                "The file is empty (0 bytes).".to_owned(),
                "It says nothing: not even that a log or a table was empty when it was saved.",
                "Save or copy it again, and check its size before leaving the server.".to_owned(),
            ),
            Self::Misnamed { path, extension } => (
                path,
                format!("The file is named .{extension}, but its content is no Windows event log."),
                "Whatever it should have told is missing from the analysis.",
                "Save the log again with Event Viewer (or wevtutil epl), and copy it in binary mode.".to_owned(),
            ),
            Self::NoEvidence { files } => (
                String::new(),
                format!("None of the {files} files in the case is evidence that can be read."),
                "Nothing can be said about the mail servers.",
                "Add the Application and System logs of the servers (.evt or .evtx), and snapshots of their temp tables \
                 as JSON or CSV."
                    .to_owned(),
            ),
            Self::OtherArchive { path, what } => (
                path,
                format!("This is {what}, which is not read."),
                "What it holds is not part of the analysis.",
                "Unpack it into the case folder (a .cab of Windows: expand -F:* FILE FOLDER), or pack it as .zip, .tar.gz \
                 or .7z."
                    .to_owned(),
            ),
            Self::Archive(archive::Found { path, fault }) => {
                let (what, why_it_matters, what_to_do) = fault.texts();
                (path, what, why_it_matters, what_to_do.to_owned())
            }
        }
    }
}
