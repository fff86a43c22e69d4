//! Traffic of all files together: copies of one log count once.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::evidence::model::{Cell, MailLog, Traffic};

type Cells = BTreeMap<i64, Cell>;

/// Adds up the traffic of each server's logs, by server, then log.
///
/// Two files are copies of one log where at least half of the cells that both have are the same to the last line:
/// then the fuller cell counts. Logs of two virtual servers, or of one that was rolled over in mid-cell, have cells in
/// common and hardly any alike, and are added up.
pub(super) fn merged(all: Vec<Traffic>) -> Vec<Traffic> {
    let mut logs: BTreeMap<(Arc<str>, MailLog), Vec<Cells>> = BTreeMap::new();
    for traffic in all {
        let of_log = logs.entry((traffic.server, traffic.log)).or_default();
        match of_log.iter_mut().find(|log| copies(log, &traffic.cells)) {
            Some(log) => fill(log, traffic.cells),
            None => of_log.push(traffic.cells),
        }
    }
    let sums = logs.into_iter().map(|((server, log), parts)| Traffic {
        server,
        log,
        cells: parts.into_iter().fold(BTreeMap::new(), add),
    });
    sums.collect()
}

fn copies(a: &BTreeMap<i64, Cell>, b: &BTreeMap<i64, Cell>) -> bool {
    let shared = b.iter().filter_map(|(at, cell)| Some((a.get(at)?, cell)));
    let (mut all, mut same) = (0_usize, 0_usize);
    for (mine, theirs) in shared {
        all += 1;
        same += usize::from(mine == theirs);
    }
    all > 0 && same.saturating_mul(2) >= all
}

/// Takes over cells that the other copy has fuller.
fn fill(log: &mut BTreeMap<i64, Cell>, copy: BTreeMap<i64, Cell>) {
    for (at, cell) in copy {
        let known = log.entry(at).or_default();
        if cell.lines > known.lines {
            *known = cell;
        }
    }
}

fn add(mut sum: BTreeMap<i64, Cell>, part: BTreeMap<i64, Cell>) -> BTreeMap<i64, Cell> {
    for (at, cell) in part {
        let known = sum.entry(at).or_default();
        known.lines = known.lines.saturating_add(cell.lines);
        known.finals = known.finals.saturating_add(cell.finals);
        known.delays.merge(&cell.delays);
    }
    sum
}
