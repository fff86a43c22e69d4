//! One next step, followed back to what calls for it.

use super::records::{Meant, Records};
use super::{Explanation, Piece, Point, in_order, subjects};
use crate::analysis::findings::{Findings, NextStep};

pub fn explain(step: &NextStep, findings: &Findings, records: &Records<'_>) -> Explanation {
    let pieces = step.evidence.iter().filter_map(|cite| {
        let meant = Meant {
            server: step.server.as_deref(),
            ..Meant::default()
        };
        let record = records.get(cite, meant)?;
        Some(Piece {
            record,
            shows: Vec::new(),
        })
    });
    let mut parts: Vec<Point> = Vec::new();
    let server = step.server.iter();
    parts.extend(server.map(|server| Point::new("Server", server)));
    let source = step.source.iter();
    parts.extend(source.map(|source| Point::new("Described in", source)));
    Explanation {
        id: step.id.clone(),
        claim: step.what.clone(),
        confidence: None,
        why: step.why.clone(),
        parts,
        stays: subjects(&step.refers, findings),
        stays_are: "What it is about",
        chain: in_order(pieces.collect()),
        others: Vec::new(),
        left_out: 0,
        ruled_out: Vec::new(),
        not_ruled_out: Vec::new(),
        would_change: Vec::new(),
    }
}
