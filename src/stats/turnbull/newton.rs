//! The last digits: Newton's method on the cells that hold mass.

use super::design::Design;
use super::solve::{Beyond, normalise};

/// Beyond so many cells with mass the equations would take too long; self-consistency is near enough.
const MOST_CELLS: usize = 400;
const MAX_STEPS: usize = 200;
/// A cell with less mass, and a derivative that says it should have less still, is emptied.
const EMPTIED: f64 = 1e-7;
/// The derivatives of cells with mass agree to so many parts.
const PRECISION: f64 = 1e-13;
/// An empty cell whose derivative is greater by so many parts gets mass.
const WORTH: f64 = 1e-10;

/// Improves masses that are near the maximum under a condition. Leaves them as they are where that does not succeed.
pub(super) fn polish(design: &Design, masses: &mut Vec<f64>, condition: Option<Beyond>) {
    let mut at = masses.clone();
    for value in &mut at {
        if *value < 1e-12 {
            *value = 0.0;
        }
    }
    if held(&at).len() > MOST_CELLS {
        return;
    }
    normalise(&mut at, condition);
    let parts = Parts::of(condition);
    let before = design.gradient(masses).1;
    for _ in 0..MAX_STEPS {
        let (gradient, likelihood) = design.gradient(&at);
        let levels = parts.levels(&at, &gradient);
        let slope = |cell: usize| {
            gradient.get(cell).copied().unwrap_or_default() - parts.level(levels, cell)
        };
        let used_up = |(cell, mass): (usize, &f64)| {
            let few = *mass > 0.0 && *mass < EMPTIED;
            (few && slope(cell) < -1e-9 * design.total).then_some(cell)
        };
        let emptied: Vec<usize> = at.iter().enumerate().filter_map(used_up).collect();
        if !emptied.is_empty() {
            for cell in emptied {
                if let Some(mass) = at.get_mut(cell) {
                    *mass = 0.0;
                }
            }
            normalise(&mut at, condition);
            continue;
        }
        let active = held(&at);
        let off = active.iter().map(|cell| slope(*cell).abs());
        if off.fold(0.0, f64::max) <= PRECISION * design.total {
            // The worst empty cell that ought to have mass gets some.
            let empty = (0..at.len()).filter(|cell| at.get(*cell) == Some(&0.0));
            let worst = empty.max_by(|a, b| slope(*a).total_cmp(&slope(*b)));
            match worst.filter(|cell| slope(*cell) > WORTH * design.total) {
                None => break,
                Some(cell) => {
                    if let Some(mass) = at.get_mut(cell) {
                        *mass = EMPTIED * 10.0;
                    }
                    normalise(&mut at, condition);
                    continue;
                }
            }
        }
        let Some(change) = change(design, &at, &active, &gradient, &parts) else {
            break;
        };
        let Some(next) = stepped(design, &at, &active, &change, likelihood) else {
            break;
        };
        at = next;
    }
    normalise(&mut at, condition);
    let after = design.gradient(&at).1;
    if after.is_finite() && after >= before - 1e-13 * before.abs() {
        *masses = at;
    }
}

fn held(masses: &[f64]) -> Vec<usize> {
    let all = masses.iter().enumerate();
    all.filter(|(_, mass)| **mass > 0.0)
        .map(|(cell, _)| cell)
        .collect()
}

/// The parts of the cells whose masses add up to something given: all of them, or those before and beyond a point.
struct Parts {
    from: usize,
}

impl Parts {
    fn of(condition: Option<Beyond>) -> Self {
        Self {
            from: condition.map_or(0, |beyond| beyond.cell),
        }
    }

    fn level(&self, levels: [f64; 2], cell: usize) -> f64 {
        let [before, beyond] = levels;
        if cell < self.from { before } else { beyond }
    }

    /// What the derivatives of each part's cells with mass are on the average; at the maximum they are all that.
    fn levels(&self, masses: &[f64], gradient: &[f64]) -> [f64; 2] {
        let mean = |masses: Option<&[f64]>, gradient: Option<&[f64]>| {
            let pairs = masses
                .unwrap_or_default()
                .iter()
                .zip(gradient.unwrap_or_default());
            let (sum, weighed) = pairs.fold((0.0, 0.0), |(sum, weighed), (mass, slope)| {
                (sum + mass, weighed + mass * slope)
            });
            if sum > 0.0 { weighed / sum } else { 0.0 }
        };
        [
            mean(masses.get(..self.from), gradient.get(..self.from)),
            mean(masses.get(self.from..), gradient.get(self.from..)),
        ]
    }
}

/// Newton's change of the active masses, which leaves the sum of each part as it is.
fn change(
    design: &Design,
    masses: &[f64],
    active: &[usize],
    gradient: &[f64],
    parts: &Parts,
) -> Option<Vec<f64>> {
    let lower = factored(curvature(design, masses, active))?;
    let slopes = active
        .iter()
        .map(|cell| gradient.get(*cell).copied().unwrap_or_default());
    let mut change = solved(&lower, slopes.collect())?;
    let is_in = |part: bool| move |cell: &usize| f64::from(u8::from((*cell >= parts.from) == part));
    let present = [false, true]
        .into_iter()
        .filter(|part| active.iter().any(|cell| is_in(*part)(cell) > 0.0));
    let rows: Vec<Vec<f64>> = present
        .map(|part| active.iter().map(is_in(part)).collect())
        .collect();
    let moves: Option<Vec<Vec<f64>>> = rows.iter().map(|row| solved(&lower, row.clone())).collect();
    let moves = moves?;
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let sums: Vec<Vec<f64>> = rows
        .iter()
        .map(|row| moves.iter().map(|by| dot(row, by)).collect())
        .collect();
    let excess: Vec<f64> = rows.iter().map(|row| dot(row, &change)).collect();
    let prices = solved(&factored(sums)?, excess)?;
    for (by, price) in moves.iter().zip(&prices) {
        for (change, by) in change.iter_mut().zip(by) {
            *change -= price * by;
        }
    }
    Some(change)
}

/// The masses after a change, or after so much of it as leaves none negative and does not lower the likelihood.
fn stepped(
    design: &Design,
    masses: &[f64],
    active: &[usize],
    change: &[f64],
    likelihood: f64,
) -> Option<Vec<f64>> {
    let pairs = || active.iter().zip(change);
    let mut reach = pairs().fold(1.0, |reach: f64, (cell, by)| {
        let mass = masses.get(*cell).copied().unwrap_or_default();
        if mass + by < 0.0 {
            reach.min(-0.9999 * mass / by)
        } else {
            reach
        }
    });
    for _ in 0..30 {
        let mut next = masses.to_vec();
        for (cell, by) in pairs() {
            if let Some(mass) = next.get_mut(*cell) {
                *mass += reach * by;
            }
        }
        if design.gradient(&next).1 >= likelihood - 1e-13 * likelihood.abs() {
            return Some(next);
        }
        reach *= 0.5;
    }
    None
}

/// Minus the second derivatives by the active masses, row by row: each observation adds to a square.
fn curvature(design: &Design, masses: &[f64], active: &[usize]) -> Vec<Vec<f64>> {
    let size = active.len();
    let mut steps = vec![vec![0.0; size + 1]; size + 1];
    let place = |cell: usize| active.partition_point(|active| *active < cell);
    for (row, mass) in design.held(masses) {
        let (first, end) = (place(row.first), place(row.last + 1));
        let each = row.weight / (mass * mass).max(f64::MIN_POSITIVE);
        let corners = [
            (first, first, each),
            (first, end, -each),
            (end, first, -each),
            (end, end, each),
        ];
        for (i, j, each) in corners {
            if let Some(slot) = steps.get_mut(i).and_then(|line| line.get_mut(j)) {
                *slot += each;
            }
        }
    }
    let mut above = vec![0.0; size + 1];
    for line in &mut steps {
        let mut sum = 0.0;
        for (slot, above) in line.iter_mut().zip(&mut above) {
            sum += *slot;
            *above += sum;
            *slot = *above;
        }
        line.truncate(size);
    }
    steps.truncate(size);
    steps
}

/// Cholesky's factor of a symmetric matrix. `None` where it is not positive.
fn factored(matrix: Vec<Vec<f64>>) -> Option<Vec<Vec<f64>>> {
    let mut lower: Vec<Vec<f64>> = Vec::with_capacity(matrix.len());
    for (i, line) in matrix.into_iter().enumerate() {
        let mut new: Vec<f64> = Vec::with_capacity(i + 1);
        for (j, value) in line.into_iter().take(i + 1).enumerate() {
            let known = lower.get(j).unwrap_or(&new);
            let dot: f64 = new.iter().zip(known).take(j).map(|(a, b)| a * b).sum();
            let rest = value - dot;
            if j < i {
                new.push(rest / *lower.get(j)?.get(j)?);
            } else if rest > value * 1e-15 {
                new.push(rest.sqrt());
            } else {
                return None;
            }
        }
        lower.push(new);
    }
    Some(lower)
}

/// Solves the equations of a factored matrix.
fn solved(lower: &[Vec<f64>], mut right: Vec<f64>) -> Option<Vec<f64>> {
    let size = right.len();
    for i in 0..size {
        let line = lower.get(i)?;
        let dot: f64 = line.iter().zip(&right).take(i).map(|(a, b)| a * b).sum();
        let value = (right.get(i)? - dot) / line.get(i)?;
        *right.get_mut(i)? = value;
    }
    for i in (0..size).rev() {
        let value = *right.get(i)? / lower.get(i)?.get(i)?;
        *right.get_mut(i)? = value;
        let line = lower.get(i)?;
        for (above, by) in right.iter_mut().zip(line).take(i) {
            *above -= by * value;
        }
    }
    Some(right)
}
