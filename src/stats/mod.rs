//! Statistics as pure functions: numbers in, numbers out, each with its reference.
//!
//! Nothing here knows of mail, logs or time zones. What cannot be computed from too little data is
//! `None` or the widest answer, never a guess; every function says which.

pub mod binomial;
pub mod burst;
pub mod circular;
pub mod cluster;
pub mod holm;
pub mod poisson;
pub mod quantile;
pub mod rate;
pub mod scan;
pub mod shift;
pub mod sketch;
pub mod turnbull;

mod solve;

/// The level of every interval in the findings.
pub const LEVEL_95: f64 = 0.95;

/// An interval of a parameter's plausible values. `high` may be infinite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    pub low: f64,
    pub high: f64,
}

/// For tests: whether two numbers agree to so many parts of the expected one.
#[cfg(test)]
pub(crate) fn assert_close(actual: f64, expected: f64, relative: f64) {
    let agree = (actual - expected).abs() <= relative * expected.abs();
    assert!(agree, "{actual:e} is not {expected:e} to {relative:e}");
}
