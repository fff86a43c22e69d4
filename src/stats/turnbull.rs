//! The distribution of lengths that are each known only to lie in an interval.
//!
//! B. W. Turnbull, "The Empirical Distribution Function with Arbitrarily Grouped, Censored and Truncated Data",
//! Journal of the Royal Statistical Society B 38 (1976), 290–295: the likelihood of closed intervals `[low, high]`
//! depends only on how much mass lies in each *innermost* interval, one that begins with a low end and ends with the next high
//! end. Where in it the mass lies nothing can say, so the curve is not known there. An exact length is an interval
//! of no width, one that nothing ends has an infinite high end.
//!
//! The masses are found by Turnbull's self-consistency (an EM algorithm), extrapolated as R. Varadhan and C. Roland do (Scandinavian
//! Journal of Statistics 35 (2008), 335–353), and brought to the last digits by Newton's method. That they are the
//! maximum shows from the gradient (R. Gentleman and C. J. Geyer, Biometrika 81 (1994), 618–623), which is given as
//! [`Fit::gap`]. It is the only one: each innermost interval is the last that some observation holds, so no other masses give
//! every observation the same probability.

mod band;
mod design;
mod newton;
mod solve;
#[cfg(test)]
mod tests;

pub use band::{Band, Limit, band};

use design::Design;

/// A length known to lie in the closed interval `[low, high]`; `high` may be infinite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observed {
    pub low: f64,
    pub high: f64,
}

/// An innermost interval, and the share of all lengths that lies in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Innermost {
    pub low: f64,
    /// May be infinite.
    pub high: f64,
    pub mass: f64,
    /// Share of lengths beyond it.
    pub beyond: f64,
}

/// The most likely distribution.
#[derive(Clone, Debug)]
pub struct Fit {
    /// Those that hold a part of the mass, in order, not overlapping.
    pub steps: Vec<Innermost>,
    /// How many lengths it rests on.
    pub observed: u64,
    pub log_likelihood: f64,
    /// What the log-likelihood lacks of its maximum, at most.
    pub gap: f64,
    design: Design,
    /// Of every innermost interval, those without mass too.
    masses: Vec<f64>,
    /// The same from wider intervals, for the band: that takes many more fits.
    coarse: Option<Box<Fit>>,
}

/// With more innermost intervals than this, lengths are widened to fewer ends.
const MOST_CELLS: usize = 400;
/// The same for the band.
const BAND_CELLS: usize = 32;

/// Mass below this share is none: the solver's own precision.
const NO_MASS: f64 = 1e-9;

/// Fits the distribution. `None` of nothing; what is no interval of numbers is left out.
pub fn fit(observed: &[Observed]) -> Option<Fit> {
    let mut fit = fitted(Design::within(observed, MOST_CELLS)?);
    let coarse = Design::within(observed, BAND_CELLS)?;
    let narrower = coarse.cells.len() < fit.design.cells.len();
    fit.coarse = narrower.then(|| Box::new(fitted(coarse)));
    Some(fit)
}

fn fitted(design: Design) -> Fit {
    let even = vec![1.0 / design.cells.len() as f64; design.cells.len()];
    let mut masses = solve::maximise(&design, even, None, solve::TIGHT);
    newton::polish(&design, &mut masses, None);
    for mass in &mut masses {
        *mass = if *mass > NO_MASS { *mass } else { 0.0 };
    }
    solve::normalise(&mut masses, None);
    let (gradient, log_likelihood) = design.gradient(&masses);
    let most = gradient.iter().copied().fold(0.0, f64::max);
    let mut beyond = 1.0;
    let mut steps = Vec::new();
    for (cell, mass) in design.cells.iter().zip(&masses) {
        if *mass > 0.0 {
            beyond = f64::max(0.0, beyond - mass);
            steps.push(Innermost {
                low: cell.low,
                high: cell.high,
                mass: *mass,
                beyond,
            });
        }
    }
    // Nothing lies beyond the last.
    if let Some(last) = steps.last_mut() {
        last.beyond = 0.0;
    }
    Fit {
        steps,
        observed: design.total as u64,
        log_likelihood,
        gap: (most - design.total).max(0.0),
        design,
        masses,
        coarse: None,
    }
}

impl Fit {
    /// Where the share of longer ones falls to `share`: between `low` and `high`, of which the latter may be
    /// infinite.
    pub fn falls_to(&self, share: f64) -> Option<(f64, f64)> {
        let fallen = |step: &&Innermost| step.beyond <= share + NO_MASS;
        self.steps.iter().find(fallen).map(|s| (s.low, s.high))
    }

    /// The share of lengths beyond `at`, of those that lie in `[low, high]`: 0 or 1 where the interval says so itself.
    /// Within an innermost interval the mass counts as lying at its end.
    pub fn share_beyond(&self, observed: Observed, at: f64) -> f64 {
        if observed.high <= at {
            return 0.0;
        }
        if observed.low > at {
            return 1.0;
        }
        let first = self.steps.partition_point(|step| step.low < observed.low);
        let end = self
            .steps
            .partition_point(|step| step.high <= observed.high);
        let split = self.steps.partition_point(|step| step.high <= at);
        let held = |from: usize, to: usize| self.before(from) - self.before(to.max(from));
        let (within, beyond) = (held(first, end), held(first.max(split), end));
        if within > 0.0 {
            return beyond / within;
        }
        // It is narrower than the steps, of very many lengths: then it lies in one of them.
        let own = self.steps.iter().find(|step| step.high >= observed.low);
        f64::from(u8::from(own.is_some_and(|step| step.high > at)))
    }

    /// The share of lengths in this step and beyond.
    fn before(&self, step: usize) -> f64 {
        let last = step.checked_sub(1).and_then(|last| self.steps.get(last));
        last.map_or(1.0, |last| last.beyond)
    }
}
