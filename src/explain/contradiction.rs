//! Evidence that contradicts other evidence, followed back to the records of both sides.

use std::collections::BTreeMap;

use super::records::{Meant, Records};
use super::{Explanation, Piece, Point, in_order, subjects};
use crate::analysis::findings::{Contradiction, Findings};
use crate::report::format;

pub fn explain(found: &Contradiction, findings: &Findings, records: &Records<'_>) -> Explanation {
    // Both sides may rest on one record.
    let mut shows: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for side in &found.sides {
        for cite in &side.evidence {
            shows.entry(cite).or_default().push(side.says.clone());
        }
    }
    let pieces = shows.into_iter().filter_map(|(cite, shows)| {
        let meant = Meant {
            server: Some(&found.server),
            ..Meant::default()
        };
        let record = records.get(cite, meant)?;
        Some(Piece { record, shows })
    });
    let mut parts: Vec<Point> = Vec::new();
    let at = found.at;
    parts.extend(at.map(|at| Point::new("When", format!("{} UTC", format::time(at)))));
    for (number, side) in found.sides.iter().enumerate() {
        let name = match number {
            0 => "On one side",
            _ => "On the other",
        };
        // What no record says, the case file or a silence does.
        let silent = match side.evidence.is_empty() {
            true => " No record says it.",
            false => "",
        };
        parts.push(Point::new(name, format!("{}{silent}", side.says)));
    }
    if found.count > 1 {
        let all = format::counted(found.count, "case", "cases");
        parts.push(Point::new(
            "In all",
            format!("{all} of this kind on {}; this is the first", found.server),
        ));
    }
    parts.push(Point::new("What it does", found.effect.clone()));
    Explanation {
        id: found.id.clone(),
        claim: found.what.clone(),
        why: "Both cannot be true as they stand; neither is thrown away.".to_owned(),
        parts,
        stays: subjects(&found.lowers, findings),
        stays_are: "What is less sure for it",
        chain: in_order(pieces.collect()),
        ..Explanation::default()
    }
}
