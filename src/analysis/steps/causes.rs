//! Steps for the causes of windows in which mail was certainly or probably stuck.
//!
//! What the evidence does not call for is no step: that nothing excludes a cause is no reason to look for it. So the
//! article on a cause is to be read where the evidence supports it; a rival is to be settled where something speaks for
//! it; and where no cause is supported, one step names those that remain, and what would settle most of them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::{Call, Ground, listed, many};
use crate::analysis::findings::{Cause, Confidence, Standing, Window};
use crate::profile::StepRule;

/// Pieces of evidence that one step asks for.
const MOST_PIECES: usize = 2;

/// Causes that are supported in a window, each once.
pub(super) fn supported(ground: &Ground<'_, '_>, rule: &StepRule) -> Vec<Call> {
    of_causes(ground, rule, |_, cause| {
        cause.standing == Standing::Supported
    })
}

/// Causes that are possible beside a supported one, and for which something speaks; none that another window supports,
/// for it is to be read of already.
pub(super) fn with_a_sign(ground: &Ground<'_, '_>, rule: &StepRule) -> Vec<Call> {
    let read: BTreeSet<&str> = sure(ground)
        .flat_map(|window| &window.causes)
        .filter(|cause| cause.standing == Standing::Supported)
        .map(|cause| cause.id.as_str())
        .collect();
    of_causes(ground, rule, |window, cause| {
        cause.standing == Standing::Possible
            && cause.sign
            && !read.contains(cause.id.as_str())
            && explained(window, rule)
    })
}

/// One step for all windows in which no cause is supported: the causes that remain there.
pub(super) fn none_supported(ground: &Ground<'_, '_>, rule: &StepRule) -> Vec<Call> {
    let mut windows: Vec<String> = Vec::new();
    // Whether something speaks for the cause in any of these windows.
    let mut open: BTreeMap<&str, bool> = BTreeMap::new();
    for window in sure(ground).filter(|window| !explained(window, rule)) {
        let mut any = false;
        for cause in considered(window, rule).filter(|c| c.standing == Standing::Possible) {
            *open.entry(&cause.id).or_default() |= cause.sign;
            any = true;
        }
        if any {
            windows.push(window.id.clone());
        }
    }
    if windows.is_empty() {
        return Vec::new();
    }
    let causes = ground.profile.causes.iter();
    let mut causes: Vec<_> = causes
        .filter(|c| open.contains_key(c.id.as_str()))
        .collect();
    causes.sort_by_key(|cause| Reverse(open.get(cause.id.as_str()).copied()));
    let names: Vec<String> = causes
        .iter()
        .map(|cause| match open.get(cause.id.as_str()) {
            Some(true) => format!("{} (something speaks for it)", cause.name),
            _ => cause.name.clone(),
        })
        .collect();
    let (evidence, settled) = pieces(ground, open.keys().copied().collect());
    let evidence = match (evidence.is_empty(), settled == open.len()) {
        (true, _) => String::new(),
        (false, true) => format!(" What would settle it: {evidence}."),
        (false, false) => format!(
            " What would settle {settled} of these {}: {evidence}.",
            many(open.len(), "cause", "causes")
        ),
    };
    let call = Call::default()
        .with("windows", listed(&windows))
        .with("causes", names.join("; "))
        .with("evidence", evidence)
        .about(windows, Vec::new());
    vec![call]
}

/// The one or two pieces of evidence that would settle most of these causes, in words, and how many they would settle.
/// Each is the one that settles most of what the one before leaves open; of equals, the first of the profile.
fn pieces(ground: &Ground<'_, '_>, mut open: BTreeSet<&str>) -> (String, usize) {
    let all = open.len();
    let mut named: Vec<&str> = Vec::new();
    while named.len() < MOST_PIECES {
        let settles = |piece: &str, cause: &str| {
            let cause = ground.profile.cause(cause);
            cause.is_some_and(|cause| cause.settled_by.iter().any(|own| own == piece))
        };
        let counted = ground.profile.pieces.iter().map(|piece| {
            let count = open
                .iter()
                .filter(|cause| settles(&piece.id, cause))
                .count();
            (piece, count)
        });
        let best = counted
            .enumerate()
            .max_by_key(|(place, (_, count))| (*count, Reverse(*place)));
        let Some((_, (piece, 1..))) = best else {
            break;
        };
        named.push(&piece.what);
        open.retain(|cause| !settles(&piece.id, cause));
    }
    (named.join("; "), all - open.len())
}

fn sure<'g>(ground: &Ground<'g, '_>) -> impl Iterator<Item = &'g Window> {
    let windows = ground.found.windows.iter();
    windows.filter(|window| window.confidence != Confidence::Possible)
}

/// The causes of a window that the step may be about.
fn considered<'w>(window: &'w Window, rule: &'w StepRule) -> impl Iterator<Item = &'w Cause> {
    let causes = window.causes.iter();
    causes.filter(|cause| !rule.except.contains(&cause.id))
}

fn explained(window: &Window, rule: &StepRule) -> bool {
    considered(window, rule).any(|cause| cause.standing == Standing::Supported)
}

/// A call for each cause that is so in some window, in the order of the profile.
fn of_causes(
    ground: &Ground<'_, '_>,
    rule: &StepRule,
    is: impl Fn(&Window, &Cause) -> bool,
) -> Vec<Call> {
    let mut windows: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for window in sure(ground) {
        for cause in considered(window, rule).filter(|cause| is(window, cause)) {
            let known = windows.entry(&cause.id).or_default();
            known.push(window.id.clone());
        }
    }
    let causes = ground.profile.causes.iter();
    let called = causes.filter_map(|cause| {
        let ids = windows.remove(cause.id.as_str())?;
        let call = Call {
            source: Some(cause.source.clone()),
            ..Call::default()
        };
        Some(
            call.with("cause", cause.name.clone())
                .with("windows", listed(&ids))
                .with("summary", cause.summary.clone())
                .with("settle", cause.settle.clone())
                .with("source", cause.source.clone())
                .about(ids, Vec::new()),
        )
    });
    called.collect()
}
