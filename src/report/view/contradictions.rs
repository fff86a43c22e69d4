//! Evidence that contradicts other evidence, with both sides.

use super::links::{Link, Links};
use super::parts::When;
use crate::analysis::findings::{Contradiction, Findings};
use crate::report::format;

/// Contradictions listed.
const MAX_CONTRADICTIONS: usize = 100;
/// Messages and windows named beside one.
const MAX_LOWERED: usize = 24;

#[derive(Debug)]
pub struct Contradictions {
    pub rows: Vec<ContradictionRow>,
    pub left_out: Option<String>,
}

#[derive(Debug)]
pub struct ContradictionRow {
    pub id: String,
    pub at: Option<When>,
    pub server: String,
    pub what: String,
    pub count: Option<String>,
    pub sides: Vec<SideRow>,
    pub effect: String,
    pub lowers: Vec<Link>,
    pub more: String,
}

#[derive(Debug)]
pub struct SideRow {
    pub says: String,
    pub evidence: Vec<Link>,
}

impl Contradictions {
    pub fn new(findings: &Findings, links: &Links) -> Self {
        let rows: Vec<ContradictionRow> = findings
            .contradictions
            .iter()
            .take(MAX_CONTRADICTIONS)
            .map(|found| row(found, links))
            .collect();
        Self {
            left_out: super::left_out(
                rows.len(),
                findings.contradictions.len(),
                "contradictions",
                "findings.json",
            ),
            rows,
        }
    }
}

fn row(found: &Contradiction, links: &Links) -> ContradictionRow {
    ContradictionRow {
        id: found.id.clone(),
        at: found.at.map(When::new),
        server: found.server.clone(),
        what: found.what.clone(),
        count: (found.count > 1).then(|| format!("{} in all", format::count(found.count))),
        sides: found
            .sides
            .iter()
            .map(|side| SideRow {
                says: side.says.clone(),
                evidence: side.evidence.iter().map(|cite| links.cite(cite)).collect(),
            })
            .collect(),
        effect: found.effect.clone(),
        lowers: found
            .lowers
            .iter()
            .take(MAX_LOWERED)
            .map(|id| links.to(id))
            .collect(),
        more: match found.lowers.len().saturating_sub(MAX_LOWERED) as u64 {
            0 => String::new(),
            n => format!("and {} more", format::count(n)),
        },
    }
}
