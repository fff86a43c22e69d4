//! Bursts of events: Kleinberg's automaton with two states.
//!
//! J. Kleinberg, "Bursty and Hierarchical Structure in Streams", Proc. 8th ACM SIGKDD (2002),
//! 91–101; Data Mining and Knowledge Discovery 7 (2003), 373–397. The gaps between n + 1 events are
//! taken for the output of an automaton that is either in its base state, with exponential gaps at
//! the base rate, or in its burst state, at `s` times that rate. To enter the burst state costs
//! γ·ln n, to leave it nothing. The bursts are the stays in the burst state of the cheapest
//! sequence of states, found exactly by dynamic programming.

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

/// What a gap costs in each state.
#[derive(Clone, Copy)]
struct GapCost {
    base: f64,
    burst: f64,
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
        let Some(exposure) = exposure_of(gaps, exposure) else {
            return 0.0;
        };
        let costs = self.costs(gaps, exposure);
        let states = cheapest(&costs, self.entry_cost(gaps.len()));
        let mut before = false;
        let mut total = 0.0;
        for (state, cost) in states.into_iter().zip(costs) {
            let entered = state && !before;
            total += if state { cost.burst } else { cost.base };
            total += if entered {
                self.entry_cost(gaps.len())
            } else {
                0.0
            };
            before = state;
        }
        total
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
        let costs = self.costs(&gaps, exposure);
        runs(&cheapest(&costs, self.entry_cost(gaps.len())), &costs)
    }

    /// The cost of entering the burst state, for so many gaps.
    fn entry_cost(self, gaps: usize) -> f64 {
        self.gamma * (gaps as f64).ln()
    }

    /// What each gap costs in each state: the negative logarithm of its exponential density.
    fn costs(self, gaps: &[f64], exposure: f64) -> Vec<GapCost> {
        let base_rate = gaps.len() as f64 / exposure;
        let cost = |rate: f64, gap: f64| rate * gap - rate.ln();
        let both = |gap: &f64| GapCost {
            base: cost(base_rate, *gap),
            burst: cost(self.s * base_rate, *gap),
        };
        gaps.iter().map(both).collect()
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

/// For each gap, whether the cheapest sequence of states is in the burst state there. The automaton
/// starts in the base state; of two equally cheap sequences the one that leaves or avoids the burst
/// state is taken.
fn cheapest(costs: &[GapCost], entry: f64) -> Vec<bool> {
    let (mut base, mut burst) = (0.0, f64::INFINITY);
    // Whether the cheapest way to be in the state at this gap came from the burst state.
    let mut steps: Vec<[bool; 2]> = Vec::with_capacity(costs.len());
    for cost in costs {
        let base_from_burst = burst < base;
        let burst_from_burst = burst <= base + entry;
        let before_base = f64::min(base, burst);
        let before_burst = f64::min(base + entry, burst);
        base = before_base + cost.base;
        burst = before_burst + cost.burst;
        steps.push([base_from_burst, burst_from_burst]);
    }
    let mut state = burst < base;
    let mut states = Vec::with_capacity(costs.len());
    for [base_from_burst, burst_from_burst] in steps.into_iter().rev() {
        states.push(state);
        state = if state {
            burst_from_burst
        } else {
            base_from_burst
        };
    }
    states.reverse();
    states
}

/// The runs of the burst state. Gap i lies between events i and i + 1.
fn runs(states: &[bool], costs: &[GapCost]) -> Vec<Burst> {
    let mut bursts: Vec<Burst> = Vec::new();
    let mut open = false;
    for (gap, (in_burst, cost)) in states.iter().zip(costs).enumerate() {
        let gain = cost.base - cost.burst;
        match bursts.last_mut().filter(|_| open && *in_burst) {
            Some(burst) => {
                burst.last = gap + 1;
                burst.weight += gain;
            }
            None if *in_burst => bursts.push(Burst {
                first: gap,
                last: gap + 1,
                weight: gain,
            }),
            None => {}
        }
        open = *in_burst;
    }
    bursts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::assert_close;

    /// What a sequence of states costs, straight from the definition (§2 of the paper, with the
    /// transition costs of §3).
    fn cost(automaton: Automaton, times: &[f64], exposure: f64, states: &[bool]) -> f64 {
        let n = states.len() as f64;
        let mut total = 0.0;
        let mut before = false;
        for (i, &state) in states.iter().enumerate() {
            let rate = if state {
                automaton.s * n / exposure
            } else {
                n / exposure
            };
            let gap = times[i + 1] - times[i];
            total += -(rate * (-rate * gap).exp()).ln();
            if state && !before {
                total += automaton.gamma * n.ln();
            }
            before = state;
        }
        total
    }

    fn states_of(bursts: &[Burst], gaps: usize) -> Vec<bool> {
        (0..gaps)
            .map(|gap| bursts.iter().any(|b| b.first <= gap && gap < b.last))
            .collect()
    }

    /// A small linear congruential generator (Numerical Recipes), for repeatable numbers in [0, 1).
    fn numbers(seed: u32) -> impl Iterator<Item = f64> {
        let mut state = seed;
        std::iter::from_fn(move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Some(f64::from(state) / 4_294_967_296.0)
        })
    }

    /// Against all 2ⁿ sequences: none is cheaper than the one found.
    #[test]
    fn nothing_is_cheaper() {
        let mut with_bursts = 0;
        for seed in 0..300 {
            let mut random = numbers(seed);
            let events = 2 + (seed as usize % 11);
            let mut times = vec![0.0];
            while times.len() < events {
                let stretch = if random.next().unwrap() < 0.5 {
                    1.0
                } else {
                    40.0
                };
                // Ties too.
                let gap = (stretch * random.next().unwrap()).floor();
                times.push(times.last().unwrap() + gap);
            }
            let exposure = (times.last().unwrap() * (1.0 + random.next().unwrap())).max(1.0);
            let automaton = Automaton {
                s: 1.5 + f64::from(seed % 4),
                gamma: 0.3 + 0.3 * f64::from(seed % 3),
            };
            let bursts = automaton.bursts(&times, exposure);
            with_bursts += usize::from(!bursts.is_empty());
            let gaps = events - 1;
            let found = cost(automaton, &times, exposure, &states_of(&bursts, gaps));
            for bits in 0..1_u32 << gaps {
                let states: Vec<bool> = (0..gaps).map(|i| bits >> i & 1 == 1).collect();
                let other = cost(automaton, &times, exposure, &states);
                assert!(
                    found <= other + 1e-9,
                    "seed {seed}: {found} > {other} of {states:?}"
                );
            }
        }
        assert!(
            (100..290).contains(&with_bursts),
            "{with_bursts} of 300 have bursts: no test of both kinds"
        );
    }

    /// Ten quiet events, ten a hundred times as fast, ten quiet ones. By hand: n = 29, T = 20·100 +
    /// 9 = 2009, a short gap gains ln 2 − 29/2009 (nine of them, against ln 29 = 3.37 for the
    /// entry), a long one loses 1.4435 − ln 2.
    #[test]
    fn a_burst_in_the_middle() {
        let mut times: Vec<f64> = (0..10).map(|i| 100.0 * f64::from(i)).collect();
        times.extend((0..10).map(|i| 1000.0 + f64::from(i)));
        times.extend((1..=10).map(|i| 1009.0 + 100.0 * f64::from(i)));
        let bursts = Automaton::default().bursts(&times, 2009.0);
        assert_eq!(bursts.len(), 1);
        assert_eq!((bursts[0].first, bursts[0].last), (10, 19));
        assert_close(
            bursts[0].weight,
            9.0 * (2.0_f64.ln() - 29.0 / 2009.0),
            1e-12,
        );
    }

    /// Three weeks with two bursts of thirty failures in an hour on each of two days, six hours
    /// apart, and one stray failure a day.
    #[test]
    fn bursts_of_one_day_stay_apart_when_fitted() {
        let day = 86_400.0;
        let mut times: Vec<f64> = (0..21).map(|n| day * f64::from(n) + 80_000.0).collect();
        for start in [
            3.0 * day + 30_000.0,
            3.0 * day + 55_000.0,
            9.0 * day + 30_000.0,
            9.0 * day + 55_000.0,
        ] {
            times.extend((0..30).map(|n| start + 120.0 * f64::from(n)));
        }
        times.sort_by(f64::total_cmp);
        let exposure = 21.0 * day;
        let found = |automaton: Automaton| automaton.bursts(&times, exposure);
        // With s = 2 the two of each day run together.
        assert_eq!(found(Automaton::default()).len(), 2);
        let fitted = Automaton::fitted(&times, exposure, 1.0);
        let bursts = found(fitted);
        assert_eq!(bursts.len(), 4, "{fitted:?}");
        for burst in &bursts {
            assert_eq!(burst.last - burst.first, 29);
            assert!((times[burst.last] - times[burst.first] - 29.0 * 120.0).abs() < 1e-6);
        }
    }

    /// The fitted automaton is the cheapest of those tried, by the definition of the cost.
    #[test]
    fn no_other_power_is_cheaper_than_the_fitted_one() {
        for seed in 0..20 {
            let mut random = numbers(seed);
            let mut times: Vec<f64> = (0..80)
                .map(|_| (random.next().unwrap() * 10.0).powi(4))
                .collect();
            times.sort_by(f64::total_cmp);
            let price = |automaton: Automaton| {
                let bursts = automaton.bursts(&times, 2e4);
                cost(automaton, &times, 2e4, &states_of(&bursts, 79))
            };
            let fitted = Automaton::fitted(&times, 2e4, 1.0);
            for power in FITTED_POWERS {
                let other = Automaton {
                    s: 2.0_f64.powi(power),
                    gamma: 1.0,
                };
                assert!(
                    price(fitted) <= price(other) + 1e-9,
                    "seed {seed}, {fitted:?}, {other:?}"
                );
            }
        }
        assert_eq!(Automaton::fitted(&[], 1.0, 1.0), Automaton::default());
        assert_eq!(Automaton::fitted(&[1.0], 1.0, 1.0), Automaton::default());
    }

    #[test]
    fn even_spacing_is_no_burst() {
        let times: Vec<f64> = (0..100).map(f64::from).collect();
        assert_eq!(Automaton::default().bursts(&times, 99.0), []);
        // But inside a long silence it is one.
        let bursts = Automaton::default().bursts(&times, 99_000.0);
        assert_eq!(bursts.len(), 1);
        assert_eq!((bursts[0].first, bursts[0].last), (0, 99));
    }

    #[test]
    fn too_few_events_are_no_burst() {
        let automaton = Automaton::default();
        assert_eq!(automaton.bursts(&[], 10.0), []);
        assert_eq!(automaton.bursts(&[5.0], 10.0), []);
        assert_eq!(automaton.bursts(&[5.0, 5.0], 0.0), []);
        assert_eq!(
            automaton.bursts(&[5.0, 6.0], f64::NAN),
            automaton.bursts(&[5.0, 6.0], 1.0)
        );
    }

    #[test]
    fn events_at_one_instant() {
        let bursts = Automaton::default().bursts(&[7.0; 20], 1000.0);
        assert_eq!(bursts.len(), 1);
        assert_eq!((bursts[0].first, bursts[0].last), (0, 19));
        assert_close(bursts[0].weight, 19.0 * 2.0_f64.ln(), 1e-12);
    }

    #[test]
    fn the_unit_does_not_matter() {
        let mut random = numbers(7);
        let mut times: Vec<f64> = (0..200)
            .map(|_| (random.next().unwrap() * 100.0).powi(3))
            .collect();
        times.sort_by(f64::total_cmp);
        let micros: Vec<f64> = times.iter().map(|t| t * 1e6).collect();
        let automaton = Automaton { s: 3.0, gamma: 1.0 };
        let key =
            |bursts: Vec<Burst>| -> Vec<_> { bursts.iter().map(|b| (b.first, b.last)).collect() };
        let seconds = key(automaton.bursts(&times, 1e6));
        assert!(!seconds.is_empty());
        assert_eq!(seconds, key(automaton.bursts(&micros, 1e12)));
    }
}
