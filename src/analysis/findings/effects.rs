//! How long stuck mail stays, what restarts do to it, and what changes did: what the statistics say.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Exposure, RateRatio};

/// How long stuck mail stayed: the stays of one server or of the whole case whose claim to have been stuck is
/// confirmed or probable.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LengthOfStay {
    /// Null for the whole case.
    pub server: Option<String>,
    /// Stays counted.
    pub residences: u64,
    /// Of these, stays whose length is known to within a minute.
    pub exact: u64,
    /// Of these, stays that nothing shows over.
    pub open: u64,
    /// On how many occasions they left together: those that one restart is named for, or that lie in one window.
    pub occasions: u64,
    /// So many independent stays would give limits as wide; null where all left on one occasion.
    pub counts_as: Option<f64>,
    /// Where three quarters, a half and a quarter are still held.
    pub three_quarters: Option<StayLength>,
    pub half: Option<StayLength>,
    pub quarter: Option<StayLength>,
    /// The share still held falls within each of these, and nowhere else.
    pub curve: Vec<StayStep>,
    /// The answer in plain words.
    pub reading: String,
}

/// A length of stay in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StayLength {
    /// It lies between these: the evidence does not say more. `high_s` is null where nothing limits it.
    pub low_s: f64,
    pub high_s: Option<f64>,
    /// 95 % limits for mail like this; null where nothing limits it, or there are no limits.
    pub limit_low_s: Option<f64>,
    pub limit_high_s: Option<f64>,
}

/// One step of the curve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StayStep {
    /// Somewhere between these lengths, in seconds, the share falls; where, nothing says. `to_s` is null where nothing ends
    /// it.
    pub from_s: f64,
    pub to_s: Option<f64>,
    /// The share still held after it.
    pub survival: f64,
    /// Its 95 % limits, point by point; null where all left on one occasion.
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// Whether restarts of one server let mail out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RestartEffect {
    pub server: String,
    /// Restarts of SMTP on record, the possible ones left out.
    pub restarts: u64,
    /// Whether stuck mail left at restarts more often than chance; null where nothing left or nothing restarted
    /// while the System log spoke.
    pub ends: Option<EndsAtRestarts>,
    /// Restarts when stuck mail was or may have been held: whether it went.
    pub held: HeldAtRestarts,
    /// Old mail after restarts beside other times; null where no tracking log speaks of it.
    pub old_mail: Option<OldMailRate>,
    /// The answer in plain words.
    pub reading: String,
}

/// On how many occasions stuck mail left, and how many of these may have been at a restart: the circular shift test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EndsAtRestarts {
    /// The fewest instants at which all of it can have left.
    pub occasions: u64,
    /// Of these, those known to an hour or less: only they are compared.
    pub known: u64,
    /// Of the known ones, those that may have been within ten minutes of a start of SMTP.
    pub at_restarts: u64,
    /// How many would be by chance: the average over all shifts of the restarts against the known occasions.
    pub expected: f64,
    /// The share of shifts with as many; null where fewer than three occasions, or fewer than half, are known to the hour,
    /// which says too little.
    pub p_value: Option<f64>,
}

/// What became of the stuck mail that was, or may have been, held when SMTP stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HeldAtRestarts {
    /// Restarts with some certainly held, after which all of it was gone within ten minutes.
    pub let_out: u64,
    /// Restarts after which some of it certainly was still there.
    pub kept: u64,
    /// Restarts of which the evidence does not say, since when it left is not known well enough.
    pub unknown: u64,
    /// The share that let it out, by an exact 95 % interval that counts the unknown ones against either side; null of no
    /// restart.
    pub share_low: Option<f64>,
    pub share_high: Option<f64>,
}

/// Old mail that went out within ten minutes of a start of SMTP, and at other times, over the hours that the tracking
/// log covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OldMailRate {
    /// Old messages.
    pub after: Exposure,
    pub otherwise: Exposure,
    /// Stretches of ten minutes in which any went out: old mail goes out together, so that its messages are no
    /// independent events.
    pub stretches_after: Exposure,
    pub stretches_otherwise: Exposure,
    /// Rate of stretches after starts over that at other times, with an exact 95 % interval.
    pub rate_ratio: Option<RateRatio>,
    pub p_value: Option<f64>,
}

/// A change measured by more than single failures, which come in bursts and so are no independent events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Units {
    /// Bursts of failures that began before and after it, over the same hours.
    pub bursts_before: Exposure,
    pub bursts_after: Exposure,
    /// Rate of bursts after over before, with an exact 95 % interval.
    pub bursts_ratio: Option<RateRatio>,
    pub bursts_p_value: Option<f64>,
    /// The share of times in the log at which a change would show as great a fall, or a rise where that was seen: the
    /// circular shift test, which keeps bursts together. One-sided.
    pub p_clustered: Option<f64>,
    /// The highest rate of failures, and of bursts, that the counts after it leave plausible (95 %, one-sided).
    pub upper_after_per_hour: Option<f64>,
    pub upper_bursts_after_per_day: Option<f64>,
    /// Covered hours without a burst that it would take after the change to tell its silence from chance; null where
    /// there was no burst before.
    pub silence_needed_hours: Option<f64>,
    /// Messages certainly stuck that came before and after it, and stuck windows.
    pub stuck_before: Exposure,
    pub stuck_after: Exposure,
    pub windows_before: Exposure,
    pub windows_after: Exposure,
    /// Median delay in seconds by the tracking log; null of too few records.
    pub delay_before_s: Option<f64>,
    pub delay_after_s: Option<f64>,
}
