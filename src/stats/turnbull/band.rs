//! How sure the curve is at each point: the values that the likelihood ratio does not reject.
//!
//! D. R. Thomas and G. L. Grunkemeier, "Confidence Interval Estimation of Survival Probabilities for Censored Data",
//! Journal of the American Statistical Association 70 (1975), 865–871: a share at a point is rejected when the likelihood,
//! maximised over all curves that pass through it, is too far below its maximum. For times known only to intervals the
//! same limits are wider than needed (M. Banerjee and J. A. Wellner, Annals of Statistics 29 (2001), 1699–1731). Unlike
//! a bootstrap it needs no random numbers and speaks of the ends of the curve, too, where every resample says 0 or 1.

use super::Fit;
use super::newton::polish;
use super::solve::{Beyond, maximise};

/// What the log-likelihood of a curve through a point may lack before Newton's method takes over.
const NEAR: f64 = 1e-2;
/// Trials for one limit; five are usual.
const MOST_TRIALS: usize = 60;
/// A limit closer to no share or to all of it is taken to be there: beyond lies no length that anybody could tell, and
/// likelihoods that take long to maximise.
const EDGE: f64 = 1e-6;
/// The loss of a limit is exact to this.
const PRECISION: f64 = 1e-9;

/// Limits of the share of longer lengths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    pub low: f64,
    pub high: f64,
}

/// The band of a curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Before the first step.
    pub first: Limit,
    /// After each step.
    pub after: Vec<Limit>,
}

/// The pointwise band of those values at which twice the logarithm of the likelihood ratio is at most `most`.
pub fn band(fit: &Fit, most: f64) -> Band {
    let bearing = fit.coarse.as_deref().unwrap_or(fit);
    let (first, known) = limits(bearing, most);
    // What wider intervals give holds as well, where their steps have ended or not yet begun.
    let after = fit.steps.iter().enumerate().map(|(index, step)| {
        let next = fit
            .steps
            .get(index + 1)
            .map_or(f64::INFINITY, |next| next.low);
        let before = bearing.steps.partition_point(|wide| wide.high <= step.high);
        let until = bearing.steps.partition_point(|wide| wide.low < next);
        let high = before.checked_sub(1).and_then(|wide| known.get(wide));
        let low = until.checked_sub(1).and_then(|wide| known.get(wide));
        Limit {
            low: low.map_or(first.low, |limit| limit.low).min(step.beyond),
            high: high.map_or(first.high, |limit| limit.high).max(step.beyond),
        }
    });
    Band {
        first,
        after: after.collect(),
    }
}

/// The limits before the first step, and after each.
fn limits(fit: &Fit, most: f64) -> (Limit, Vec<Limit>) {
    let observed = fit.design.total;
    // Where no observation lies on one side, the likelihood is that of so many of so many.
    let edge = (-most / (2.0 * observed)).exp();
    let count = fit.steps.len();
    let mut known: Vec<Limit> = Vec::with_capacity(count);
    for index in 0..count.saturating_sub(1) {
        let (Some(step), Some(next)) = (fit.steps.get(index), fit.steps.get(index + 1)) else {
            continue;
        };
        // Where the best curve is level others are not: the wider limits of that stretch are at its ends.
        let cells = &fit.design.cells;
        let start = cells.partition_point(|cell| cell.high <= step.high);
        let end = cells.partition_point(|cell| cell.low < next.low);
        known.push(Limit {
            low: Through::new(fit, end, step.beyond).low(most),
            high: Through::new(fit, start, step.beyond).high(most),
        });
    }
    // Something longer may exist unless the last step is without end.
    let open = fit.steps.last().is_some_and(|step| step.high.is_infinite());
    known.push(Limit {
        low: 0.0,
        high: if open { 0.0 } else { 1.0 - edge },
    });
    let first = Limit {
        low: edge,
        high: 1.0,
    };
    (first, falling(first, known))
}

/// The curve falls, so a limit holds on the side where it says less as well.
fn falling(first: Limit, mut limits: Vec<Limit>) -> Vec<Limit> {
    let mut low = 0.0;
    for limit in limits.iter_mut().rev() {
        low = f64::max(low, limit.low);
        limit.low = low;
    }
    let mut high = first.high;
    for limit in &mut limits {
        high = f64::min(high, limit.high);
        limit.high = high;
    }
    limits
}

/// Curves through one point.
struct Through<'f> {
    fit: &'f Fit,
    /// The first cell beyond the point.
    cell: usize,
    /// The best curve's share beyond it.
    estimate: f64,
    start: Vec<f64>,
}

impl<'f> Through<'f> {
    fn new(fit: &'f Fit, cell: usize, estimate: f64) -> Self {
        // Cells that the best curve leaves empty may be needed by others.
        let even = 0.02 / fit.masses.len() as f64;
        Self {
            fit,
            cell,
            estimate,
            start: fit.masses.iter().map(|mass| 0.98 * mass + even).collect(),
        }
    }

    /// Twice what the logarithm of the likelihood loses where `share` lies beyond the point.
    fn loss(&self, share: f64) -> f64 {
        let design = &self.fit.design;
        let condition = Some(Beyond {
            cell: self.cell,
            share,
        });
        let mut masses = maximise(design, self.start.clone(), condition, NEAR);
        polish(design, &mut masses, condition);
        2.0 * (self.fit.log_likelihood - design.gradient(&masses).1)
    }

    fn low(&self, most: f64) -> f64 {
        // With nothing beyond the point, the likelihood may still be great enough.
        if self.loss(0.0) <= most {
            return 0.0;
        }
        self.limit(most, -1.0)
    }

    fn high(&self, most: f64) -> f64 {
        if self.loss(1.0) <= most {
            return 1.0;
        }
        self.limit(most, 1.0)
    }

    /// The share at which the loss is `most`, below or above the estimate. On the scale of log-odds the root of the loss is
    /// nearly a straight line through zero; so by secants, kept between what loses less and what loses more.
    fn limit(&self, most: f64, direction: f64) -> f64 {
        let odds = |share: f64| (share / (1.0 - share)).ln();
        let share = |odds: f64| 1.0 / (1.0 + (-odds).exp());
        let middle = odds(self.estimate);
        let spread = (self.fit.design.total * self.estimate * (1.0 - self.estimate)).sqrt();
        let wanted = most.sqrt();
        // The distance from the estimate, and by how much the root of the loss is too small or too great there.
        let (mut near, mut far) = ((0.0, -wanted), None::<(f64, f64)>);
        // The estimate itself may lie beyond the edge.
        let most_distance = (odds(1.0 - EDGE) - direction * middle).max(0.0);
        let mut distance = wanted / spread;
        for _ in 0..MOST_TRIALS {
            distance = distance.min(most_distance);
            let loss = self.loss(share(middle + direction * distance));
            let lacks = loss.max(0.0).sqrt() - wanted;
            if lacks < 0.0 && distance >= most_distance {
                return f64::from(direction > 0.0);
            }
            if lacks.abs() <= PRECISION {
                break;
            }
            let before = if lacks < 0.0 {
                std::mem::replace(&mut near, (distance, lacks))
            } else {
                far.replace((distance, lacks)).unwrap_or(near)
            };
            let secant = distance - lacks * (distance - before.0) / (lacks - before.1);
            let limit = far.map_or(f64::INFINITY, |far| far.0);
            if far.is_some() && limit - near.0 <= PRECISION * limit {
                break;
            }
            let inside = secant.is_finite() && near.0 < secant && secant < limit;
            distance = match (inside, far) {
                (true, None) => secant.min(4.0 * distance),
                (true, Some(_)) => secant,
                (false, None) => 2.0 * distance,
                (false, Some(far)) => 0.5 * (near.0 + far.0),
            };
        }
        share(middle + direction * distance)
    }
}
