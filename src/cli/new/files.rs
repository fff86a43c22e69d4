//! The files of a new case folder.

use crate::cli::NewCase;

/// One file.
pub struct File {
    pub name: &'static str,
    /// For the list that is printed.
    pub what: &'static str,
    /// With the line ends of Windows.
    pub text: String,
}

/// The guide, as the documentation has it.
pub const GUIDE: &str = include_str!("../../../docs/capture.md");
const CASE: &str = include_str!("files/case.toml");
const SERVER: &str = include_str!("files/server.toml");
const COLLECT_CMD: &str = include_str!("files/collect.cmd");
const COLLECT_PS1: &str = include_str!("files/collect.ps1");

pub fn all(plan: &NewCase) -> [File; 4] {
    let file = |name, what, text: &str| File {
        name,
        what,
        text: text.replace('\n', "\r\n"),
    };
    [
        file(
            "case.toml",
            "what only people know: time zone, servers, changes",
            &case_toml(plan),
        ),
        file("CAPTURE.md", "what to save on the servers, and how", GUIDE),
        file(
            "collect.cmd",
            "collects it on Windows 2003; not tried on a real one: read it first",
            COLLECT_CMD,
        ),
        file(
            "collect.ps1",
            "collects it on later ones; not tried on a real one: read it first",
            COLLECT_PS1,
        ),
    ]
}

fn case_toml(plan: &NewCase) -> String {
    let zone = match plan.time_zone {
        Some(zone) => format!("time_zone = \"{}\"", zone.name()),
        None => "#time_zone = \"America/New_York\"".to_owned(),
    };
    let servers: String = plan
        .servers
        .iter()
        .map(|server| SERVER.replace("{name}", server))
        .collect();
    CASE.replace("{time_zone}", &zone)
        .replace("{servers}", &servers)
}
