//! Masses of greatest likelihood, by self-consistency with extrapolation.

use super::design::Design;

/// What the log-likelihood may lack of its maximum before Newton's method takes over.
pub(super) const TIGHT: f64 = 1e-5;
/// Extrapolations, each of three steps of self-consistency.
const MAX_ROUNDS: usize = 1000;
/// So many fewer where the observations are very many: a step takes time in proportion.
const ROUNDS_TIMES_ROWS: usize = 40_000_000;

/// The condition that so much of the mass lies at or beyond a cell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beyond {
    pub cell: usize,
    pub share: f64,
}

/// Masses of greatest likelihood from `start` on, under a condition or none. A cell without mass in `start` stays
/// without.
pub(super) fn maximise(
    design: &Design,
    start: Vec<f64>,
    condition: Option<Beyond>,
    enough: f64,
) -> Vec<f64> {
    let size = design.rows.len() + design.cells.len();
    let rounds = MAX_ROUNDS.min(ROUNDS_TIMES_ROWS / size.max(1)).max(20);
    let mut at = start;
    normalise(&mut at, condition);
    for _ in 0..rounds {
        let one = step(design, &at, condition);
        if one.lacks <= enough {
            return one.masses;
        }
        let two = step(design, &one.masses, condition);
        let far = extrapolated(&at, &one.masses, &two.masses, condition);
        let jumped = far.map(|far| step(design, &far, condition));
        at = match jumped {
            Some(jumped) if jumped.log_likelihood >= two.log_likelihood => jumped.masses,
            _ => two.masses,
        };
    }
    at
}

/// One step of self-consistency.
struct Step {
    masses: Vec<f64>,
    /// Of the masses that it began with, as is what they lack.
    log_likelihood: f64,
    lacks: f64,
}

fn step(design: &Design, masses: &[f64], condition: Option<Beyond>) -> Step {
    let (gradient, log_likelihood) = design.gradient(masses);
    let mut next: Vec<f64> = masses.iter().zip(&gradient).map(|(m, g)| m * g).collect();
    normalise(&mut next, condition);
    // A concave function lies below its tangent.
    let most = |part: Option<&[f64]>| part.unwrap_or_default().iter().copied().fold(0.0, f64::max);
    let bound = match condition {
        None => most(Some(&gradient)),
        Some(Beyond { cell, share }) => {
            (1.0 - share) * most(gradient.get(..cell)) + share * most(gradient.get(cell..))
        }
    };
    Step {
        masses: next,
        log_likelihood,
        lacks: bound - design.total,
    }
}

/// Where the steps lead to, if each is a constant part of the one before it.
fn extrapolated(
    zero: &[f64],
    one: &[f64],
    two: &[f64],
    condition: Option<Beyond>,
) -> Option<Vec<f64>> {
    let changes = || {
        zero.iter()
            .zip(one)
            .zip(two)
            .map(|((a, b), c)| (b - a, (c - b) - (b - a)))
    };
    let (first, second) = changes().fold((0.0, 0.0), |(r, v), (dr, dv)| (r + dr * dr, v + dv * dv));
    if second <= 0.0 {
        return None;
    }
    let length = (first / second).sqrt().max(1.0);
    let far = changes().zip(zero.iter().zip(two));
    let mut far: Vec<f64> = far
        .map(|((r, v), (from, two))| {
            let to = from + 2.0 * length * r + length * length * v;
            if to > 0.0 { to } else { *two }
        })
        .collect();
    normalise(&mut far, condition);
    Some(far)
}

/// Makes the masses add up to what they must.
pub(super) fn normalise(masses: &mut [f64], condition: Option<Beyond>) {
    let scale = |part: &mut [f64], to: f64| {
        let sum: f64 = part.iter().sum();
        if sum > 0.0 {
            part.iter_mut().for_each(|mass| *mass *= to / sum);
        }
    };
    match condition {
        None => scale(masses, 1.0),
        Some(Beyond { cell, share }) => {
            let (before, beyond) = masses.split_at_mut(cell.min(masses.len()));
            scale(before, 1.0 - share);
            scale(beyond, share);
        }
    }
}
