//! `report.md`: the same findings in short, for a ticket or a wiki.

use std::io::Write;

use askama::Template;

use super::Error;
use super::view::Page;

#[derive(Template)]
#[template(path = "report.md")]
struct Markdown<'a> {
    page: &'a Page,
}

/// Writes the Markdown view.
pub fn write(page: &Page, out: &mut dyn Write) -> Result<(), Error> {
    let text = Markdown { page }
        .render()
        .map_err(Error::render("Markdown report"))?;
    out.write_all(text.as_bytes())
        .map_err(Error::render("Markdown report"))
}
