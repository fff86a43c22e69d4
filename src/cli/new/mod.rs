//! `analyze new`: a case folder to begin with: `case.toml` with everything that it may say, the guide to capturing
//! evidence, scripts that collect it on the servers, a folder for each server.
//!
//! The texts are files beside this one; the guide is that of `docs/`. All of them are written with the line ends of
//! Windows, because they are read and run on the servers.

mod files;
#[cfg(test)]
mod tests;

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use anyhow::{anyhow, bail};
use stuckmail::report::visible;

use super::NewCase;
use super::exit::unless_closed;
use super::output_folder::quoted;
use files::File;

/// Makes the folder and everything in it.
///
/// # Errors
/// When it is a file or holds anything already, which then is not touched; when it cannot be written to.
pub fn make(plan: &NewCase) -> anyhow::Result<()> {
    let folder = &plan.folder;
    check(folder)?;
    at(folder, fs::create_dir_all(folder))?;
    for server in &plan.servers {
        let path = folder.join(server);
        at(&path, fs::create_dir(&path))?;
    }
    for file in files::all(plan) {
        let path = folder.join(file.name);
        at(&path, write(&path, &file))?;
    }
    Ok(())
}

/// Says what could not be made.
fn at(path: &Path, made: io::Result<()>) -> anyhow::Result<()> {
    made.map_err(|fault| anyhow!("`{}` could not be made: {fault}", path.display()))
}

/// Refuses whatever is there already.
fn check(folder: &Path) -> anyhow::Result<()> {
    let shown = folder.display();
    match fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            Some(_) => bail!(
                "the folder `{shown}` exists and is not empty: nothing was changed in it; give a new one"
            ),
            None => Ok(()),
        },
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(fault) if fault.kind() == io::ErrorKind::NotADirectory => {
            bail!("`{shown}` is a file: give the name of a new folder")
        }
        Err(fault) => bail!("`{shown}` cannot be looked into ({fault}): give a new folder"),
    }
}

/// Never over a file that somebody else made meanwhile.
fn write(path: &Path, file: &File) -> io::Result<()> {
    let mut out = OpenOptions::new().write(true).create_new(true).open(path)?;
    out.write_all(file.text.as_bytes())
}

/// Prints what was made, and what to do with it.
///
/// # Errors
/// When stdout cannot be written to.
pub fn print(plan: &NewCase) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    let shown = plan.folder.display().to_string();
    let shown = visible(&shown);
    let typed = quoted(&plan.folder);
    let mut lines = vec![format!("Made the case folder {shown}:")];
    let mut item = |name: &str, what: &str| lines.push(format!("  {name:<12} {what}"));
    for file in files::all(plan) {
        item(file.name, file.what);
    }
    for server in &plan.servers {
        item(&format!("{server}/"), "for the evidence of this server");
    }
    lines.push(String::new());
    lines.push(
        "Read CAPTURE.md first: look into the temp tables before anybody restarts SMTP.".to_owned(),
    );
    lines.push(format!(
        "When the evidence is in it: analyze {}",
        visible(&typed)
    ));
    unless_closed(
        lines
            .iter()
            .try_for_each(|line| writeln!(out, "{line}"))
            .and_then(|()| out.flush()),
    )
}
