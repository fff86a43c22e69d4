//! Looking everywhere: how likely is a crowd of events somewhere, if each fell anywhere by chance?
//!
//! A cluster is found by looking for it, so the probability that so many events fall into *this*
//! window is far too small; what counts is the probability that they fall into *some* window of the
//! span. It is taken given the number of events: then there is no base rate to estimate. One
//! estimated from the time outside of the bursts is too low, for the densest time was taken out, and makes everything
//! look significant; and where nothing was logged outside of a burst there is none.
//!
//! S. Wallenstein and N. Neff, "An approximation for the distribution of the scan statistic", Statistics in
//! Medicine 6 (1987), 197–207; also in J. Glaz, J. Naus and S. Wallenstein, "Scan Statistics" (Springer,
//! 2001).

use super::binomial;

/// Probability that some window that takes `share` of the span holds at least `crowd` of `events` events, if
/// each fell anywhere independently.
///
/// Exact for a crowd of more than half of the events. Else it lies above the exact value: where that is at most 0.1, by
/// less than 4 % of it in everything it was compared with (exact values, simulations), and by more only where nothing is
/// remarkable. For windows of more than half the span it is 1: nothing is said of those.
pub fn at_least(crowd: u64, events: u64, share: f64) -> f64 {
    let (k, n) = (crowd as f64, events as f64);
    if crowd > events {
        return 0.0;
    }
    // Where so many are to be expected in every window the formula does not hold, and nothing is remarkable.
    if crowd < 2 || !(0.0..=0.5).contains(&share) || k <= (n + 1.0) * share {
        return 1.0;
    }
    if share == 0.0 {
        return 0.0;
    }
    let exactly = binomial::exactly(crowd, events, share);
    let more = binomial::at_least(crowd, events, share);
    ((k / share - n - 1.0) * exactly + 2.0 * more).clamp(0.0, 1.0)
}

/// The same for a crowd that was found without a window fixed beforehand: so many events within `width`, of a
/// span in which no width below `finest` is looked at.
///
/// Widths are taken from half the span downwards, each half of the one before. The crowd's is rounded up to the
/// next of them and its probability multiplied by their number (Bonferroni). Whatever rule picks the crowd, and however many
/// it picks, the probability that any of them comes out below a level by chance is at most that level.
pub fn at_least_in_any(crowd: u64, events: u64, width: f64, span: f64, finest: f64) -> f64 {
    let width = width.max(finest);
    if !(width > 0.0 && span.is_finite()) {
        return 1.0;
    }
    // How often half the span can be halved until it is narrower than a width; below zero where it is so from
    // the start.
    let halvings = |width: f64| (span / 2.0 / width).log2().floor();
    let (of_crowd, of_finest) = (halvings(width), halvings(finest.max(f64::MIN_POSITIVE)));
    if of_crowd < 0.0 || of_crowd.is_nan() {
        return 1.0;
    }
    let share = 0.5 * (-of_crowd).exp2();
    let widths = of_finest.max(of_crowd) + 1.0;
    (widths * at_least(crowd, events, share)).min(1.0)
}

#[cfg(test)]
mod tests;
