//! One next step, followed back to what calls for it.

use super::records::{Meant, Records};
use super::{Explanation, Point, plain, subjects};
use crate::analysis::findings::{Findings, NextStep};

pub fn explain(step: &NextStep, findings: &Findings, records: &Records<'_>) -> Explanation {
    let meant = Meant {
        server: step.server.as_deref(),
        ..Meant::default()
    };
    let mut parts: Vec<Point> = Vec::new();
    let server = step.server.iter();
    parts.extend(server.map(|server| Point::new("Server", server)));
    let source = step.source.iter();
    parts.extend(source.map(|source| Point::new("Described in", source)));
    Explanation {
        id: step.id.clone(),
        claim: step.what.clone(),
        why: step.why.clone(),
        parts,
        stays: subjects(&step.refers, findings),
        stays_are: "What it is about",
        chain: plain(&step.evidence, meant, records),
        ..Explanation::default()
    }
}
