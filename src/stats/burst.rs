//! Bursts of events: Kleinberg's automaton, with two states and with levels.
//!
//! J. Kleinberg, "Bursty and Hierarchical Structure in Streams", Proc. 8th ACM SIGKDD (2002),
//! 91–101; Data Mining and Knowledge Discovery 7 (2003), 373–397. The gaps between n + 1 events are
//! taken for the output of an automaton that is either in its base state, with exponential gaps at
//! the base rate, or in its burst state, at `s` times that rate. To enter the burst state costs
//! γ·ln n, to leave it nothing. The bursts are the stays in the burst state of the cheapest
//! sequence of states, found exactly by dynamic programming. With more states, each `s` times as fast as the
//! one below, bursts lie within bursts ([`levels`]).

pub mod levels;
mod states;

/// The two parameters of the automaton.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Automaton {
    /// How many times the base rate the rate of a burst is; above 1. Kleinberg uses 2.
    pub s: f64,
    /// Cost of entering a burst, in units of ln n. Kleinberg uses 1.
    pub gamma: f64,
}

impl Default for Automaton {
    fn default() -> Self {
        Self { s: 2.0, gamma: 1.0 }
    }
}

/// A run of events in the burst state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Burst {
    /// Index of its first event.
    pub first: usize,
    /// Index of its last event.
    pub last: usize,
    /// How much cheaper its gaps are in the burst state than in the base state (Kleinberg's weight,
    /// §4), in nats.
    pub weight: f64,
}

/// Powers of two that [`Automaton::fitted`] tries for `s`: up to 65,536 times the base rate.
const FITTED_POWERS: std::ops::RangeInclusive<i32> = 1..=16;

impl Automaton {
    /// The automaton whose `s`, a power of two, makes the cheapest sequence of states cheapest: the
    /// burst rate that explains the stream best. Of equals the smallest.
    ///
    /// Kleinberg's `s` = 2 suits streams that are never silent for long. Where silence is the rule,
    /// the base rate is so low that twice as much still spans it, and bursts of different days run
    /// together: a gap inside a burst is bridged as long as it is shorter than (γ·ln n + ln s) / (s
    /// − 1) mean gaps. The cost is the negative logarithm of the probability of gaps and states
    /// together, so the least one is the natural choice; that step is ours, not Kleinberg's.
    ///
    /// It is the one level of the automaton with levels and `s` = 2 (see [`Automaton::levels`]) that
    /// alone explains the stream best, entered at the price of one step instead of as many as it is high.
    /// So it says where a burst begins and ends, and the levels say how dense it is and which part of it is denser.
    pub fn fitted(times: &[f64], exposure: f64, gamma: f64) -> Self {
        let gaps = gaps(times);
        let all = FITTED_POWERS.map(|power| Self {
            s: 2.0_f64.powi(power),
            gamma,
        });
        let priced = all.map(|automaton| (automaton, automaton.least_cost(&gaps, exposure)));
        let best = priced.reduce(|best, next| if next.1 < best.1 { next } else { best });
        best.map_or(
            Self {
                gamma,
                ..Self::default()
            },
            |(automaton, _)| automaton,
        )
    }

    /// What the cheapest sequence of states costs.
    fn least_cost(self, gaps: &[f64], exposure: f64) -> f64 {
        exposure_of(gaps, exposure).map_or(0.0, |exposure| {
            let rates = self.two_rates(gaps, exposure);
            states::cheapest(gaps, &rates, self.entry_cost(gaps.len())).cost
        })
    }

    /// The bursts of a stream of events, in order.
    ///
    /// `times` ascend, in any unit; equal times are gaps of zero. `exposure`, in the same unit, is
    /// how long events could have been seen in all, at least from the first to the last; the base
    /// rate is the number of gaps over it. Silence before the first and after the last event so
    /// counts towards the base rate and not as a gap.
    ///
    /// Fewer than two events, or no exposure (all events at one instant), make no burst. The unit
    /// does not matter.
    pub fn bursts(self, times: &[f64], exposure: f64) -> Vec<Burst> {
        let gaps = gaps(times);
        let Some(exposure) = exposure_of(&gaps, exposure) else {
            return Vec::new();
        };
        let [base, burst] = self.two_rates(&gaps, exposure);
        let found = states::cheapest(&gaps, &[base, burst], self.entry_cost(gaps.len()));
        let gains = gaps
            .iter()
            .map(|gap| states::cost(base, *gap) - states::cost(burst, *gap));
        runs(&found.states, gains)
    }

    /// The cost of entering the burst state, or of rising by a level, for so many gaps.
    fn entry_cost(self, gaps: usize) -> f64 {
        self.gamma * (gaps as f64).ln()
    }

    /// The rates of the base and the burst state.
    fn two_rates(self, gaps: &[f64], exposure: f64) -> [f64; 2] {
        let base = gaps.len() as f64 / exposure;
        [base, self.s * base]
    }
}

/// The gaps between events that follow each other.
fn gaps(times: &[f64]) -> Vec<f64> {
    let pairs = times.iter().zip(times.iter().skip(1));
    pairs
        .map(|(earlier, later)| (later - earlier).max(0.0))
        .collect()
}

/// The exposure, at least the sum of the gaps; `None` where it gives no rate.
fn exposure_of(gaps: &[f64], exposure: f64) -> Option<f64> {
    let exposure = exposure.max(gaps.iter().sum());
    (!gaps.is_empty() && exposure > 0.0 && exposure.is_finite()).then_some(exposure)
}

/// The runs of the burst state. Gap i lies between events i and i + 1.
fn runs(states: &[u8], gains: impl Iterator<Item = f64>) -> Vec<Burst> {
    let mut bursts: Vec<Burst> = Vec::new();
    let mut open = false;
    for (gap, (state, gain)) in states.iter().zip(gains).enumerate() {
        let in_burst = *state > 0;
        match bursts.last_mut().filter(|_| open && in_burst) {
            Some(burst) => {
                burst.last = gap + 1;
                burst.weight += gain;
            }
            None if in_burst => bursts.push(Burst {
                first: gap,
                last: gap + 1,
                weight: gain,
            }),
            None => {}
        }
        open = in_burst;
    }
    bursts
}

#[cfg(test)]
mod tests;
