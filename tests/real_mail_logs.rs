//! Real logs of other services, in the same forms as those of the mail system: known for what they are, and left alone.
//!
//! The files lie beside the repository, not in it; where they are absent the test says that it was not run.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::path::Path;

use stuckmail::case::{self, Format};

fn recognised(folder: &str) -> Vec<(String, Format, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/real")
        .join(folder);
    if !folder.is_dir() {
        eprintln!("not run: no real files at {}", folder.display());
        return Vec::new();
    }
    let files = case::open(&folder).unwrap().files.into_iter();
    files
        .map(|file| (file.path, file.format, file.recognised_by))
        .collect()
}

#[test]
fn web_servers_logs() {
    for (path, format, by) in recognised("w3c") {
        assert_eq!(
            (format, by.as_str()),
            (Format::NotEvidence, "a web server's log (W3C)"),
            "{path}"
        );
    }
}

#[test]
fn protocol_logs_of_exchange() {
    for (path, format, by) in recognised("smtp_protocol") {
        let expected = "a log of Exchange of another kind (SMTP Receive Protocol Log)";
        assert_eq!(
            (format, by.as_str()),
            (Format::NotEvidence, expected),
            "{path}"
        );
    }
}
