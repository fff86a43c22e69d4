//! `analyze schema`: the JSON Schemas, made from the types that are written and read.

mod snapshot;

use std::io::{self, Write};
use std::process::ExitCode;

use schemars::{Schema, schema_for};
use stuckmail::analysis::findings::Findings;

use super::args::SchemaFormat;
use super::exit::unless_closed;

/// Prints the schema.
///
/// # Errors
/// When stdout cannot be written to.
pub fn print(format: SchemaFormat) -> io::Result<ExitCode> {
    let mut out = io::stdout().lock();
    let written = serde_json::to_writer_pretty(&mut out, &schema(format)).map_err(io::Error::from);
    unless_closed(written.and_then(|()| out.write_all(b"\n")))?;
    Ok(ExitCode::SUCCESS)
}

fn schema(format: SchemaFormat) -> Schema {
    match format {
        SchemaFormat::Findings => schema_for!(Findings),
        SchemaFormat::Snapshot => schema_for!(snapshot::SnapshotFile),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_describe_the_contract() {
        let findings = schema(SchemaFormat::Findings).to_value();
        for field in [
            "verdict", "servers", "windows", "messages", "coverage", "evidence",
        ] {
            assert!(
                findings.pointer(&format!("/properties/{field}")).is_some(),
                "{field}"
            );
        }
    }
}
