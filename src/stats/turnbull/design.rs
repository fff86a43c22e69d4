//! What the likelihood depends on: the innermost intervals, and which of them each observation holds.

use super::Observed;

/// An innermost interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cell {
    pub low: f64,
    pub high: f64,
}

/// Like observations: the cells that they hold, first to last, and how many they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Row {
    pub first: usize,
    pub last: usize,
    pub weight: f64,
}

#[derive(Clone, Debug)]
pub(super) struct Design {
    pub cells: Vec<Cell>,
    pub rows: Vec<Row>,
    /// Observations in all.
    pub total: f64,
}

impl Design {
    /// With more cells than `most` the intervals are first widened to the nearest of so many of their ends, evenly spaced by
    /// rank: a true statement still, if a little less exact. `None` of nothing.
    pub fn within(observed: &[Observed], most: usize) -> Option<Self> {
        let exact = Self::of(observed)?;
        if exact.cells.len() <= most {
            return Some(exact);
        }
        let all = observed.iter().flat_map(|o| [o.low, o.high]);
        let mut ends: Vec<f64> = all.filter(|end| end.is_finite()).collect();
        ends.sort_unstable_by(f64::total_cmp);
        ends.dedup();
        let last = ends.len().saturating_sub(1);
        let chosen = (0..most).filter_map(|n| ends.get(n * last / (most - 1).max(1)));
        let grid: Vec<f64> = chosen.copied().collect();
        let down = |value: f64| {
            let below = grid.partition_point(|end| *end <= value).checked_sub(1);
            below.and_then(|at| grid.get(at)).copied().unwrap_or(value)
        };
        let up = |value: f64| {
            let above = grid.get(grid.partition_point(|end| *end < value));
            above.copied().unwrap_or(value)
        };
        let wide = observed.iter().map(|o| Observed {
            low: down(o.low),
            high: up(o.high),
        });
        Self::of(&wide.collect::<Vec<_>>())
    }

    /// `None` of nothing.
    fn of(observed: &[Observed]) -> Option<Self> {
        let valid = |o: &&Observed| o.low.is_finite() && o.low <= o.high;
        let observed: Vec<&Observed> = observed.iter().filter(valid).collect();
        if observed.is_empty() {
            return None;
        }
        // Of equal ends the low one comes first: closed intervals that touch overlap.
        let lows = observed.iter().map(|o| (o.low, false));
        let highs = observed.iter().map(|o| (o.high, true));
        let mut ends: Vec<(f64, bool)> = lows.chain(highs).collect();
        ends.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let pairs = ends.windows(2).filter_map(|pair| match pair {
            [(low, false), (high, true)] => Some(Cell {
                low: *low,
                high: *high,
            }),
            _ => None,
        });
        let cells: Vec<Cell> = pairs.collect();
        let held = |o: &&Observed| {
            let first = cells.partition_point(|cell| cell.low < o.low);
            let end = cells.partition_point(|cell| cell.high <= o.high);
            // Each holds at least one cell.
            end.checked_sub(1).map(|last| (first, last.max(first)))
        };
        let mut spans: Vec<(usize, usize)> = observed.iter().filter_map(held).collect();
        spans.sort_unstable();
        let mut rows: Vec<Row> = Vec::new();
        for (first, last) in spans {
            match rows.last_mut() {
                Some(row) if (row.first, row.last) == (first, last) => row.weight += 1.0,
                _ => rows.push(Row {
                    first,
                    last,
                    weight: 1.0,
                }),
            }
        }
        let total = rows.iter().map(|row| row.weight).sum();
        Some(Self { cells, rows, total })
    }

    /// The mass that each row holds, in order of rows.
    pub fn held(&self, masses: &[f64]) -> impl Iterator<Item = (&Row, f64)> {
        let sums = sums(masses);
        self.rows.iter().map(move |row| {
            let at = |index: usize| sums.get(index).copied().unwrap_or_default();
            let held = if row.first == row.last {
                masses.get(row.first).copied().unwrap_or_default()
            } else {
                at(row.last + 1) - at(row.first)
            };
            (row, held.max(0.0))
        })
    }

    /// The derivative of the log-likelihood by each mass, and the log-likelihood. At the maximum the derivative is
    /// the number of observations wherever there is mass, and nowhere more.
    pub fn gradient(&self, masses: &[f64]) -> (Vec<f64>, f64) {
        let mut steps = vec![0.0; self.cells.len() + 1];
        let mut log_likelihood = 0.0;
        for (row, held) in self.held(masses) {
            log_likelihood += row.weight * held.ln();
            let each = row.weight / held.max(f64::MIN_POSITIVE);
            if let Some(from) = steps.get_mut(row.first) {
                *from += each;
            }
            if let Some(to) = steps.get_mut(row.last + 1) {
                *to -= each;
            }
        }
        let mut sum = 0.0;
        let add = |step: f64| {
            sum += step;
            sum
        };
        let mut gradient: Vec<f64> = steps.into_iter().map(add).collect();
        gradient.pop();
        (gradient, log_likelihood)
    }
}

fn sums(masses: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    let mut sums = Vec::with_capacity(masses.len() + 1);
    sums.push(0.0);
    for mass in masses {
        sum += mass;
        sums.push(sum);
    }
    sums
}
