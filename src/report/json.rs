//! `findings.json`: the one result as other programs read it.

use std::io::{self, Write};

use crate::analysis::findings::Findings;

/// Writes the findings indented, in the field order of the contract, with one line feed at the end.
pub fn write(findings: &Findings, mut out: impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut out, findings)?;
    out.write_all(b"\n")
}
