//! The cheapest sequence of states, by dynamic programming (Viterbi).

/// A sequence of states, one for each gap, and what it costs.
pub(super) struct Cheapest {
    pub states: Vec<u8>,
    pub cost: f64,
}

/// What a gap costs at a rate: the negative logarithm of its exponential density, in nats.
pub(super) fn cost(rate: f64, gap: f64) -> f64 {
    rate * gap - rate.ln()
}

/// The cheapest way to have been in one of several states.
#[derive(Clone, Copy)]
struct Way {
    cost: f64,
    from: u8,
}

impl Way {
    const NONE: Self = Self {
        cost: f64::INFINITY,
        from: 0,
    };
}

/// The cheapest sequence of states whose rates ascend, where each state that is risen by costs `entry` and
/// falling costs nothing; at most 256 of them. It starts in the lowest. Of equally cheap ways that which stays, else the one
/// from the lowest state is taken, and the lowest state at the end.
///
/// The time is the product of gaps and states: a rise over several states is a chain of rises by one.
pub(super) fn cheapest(gaps: &[f64], rates: &[f64], entry: f64) -> Cheapest {
    let known: Vec<(f64, f64)> = rates.iter().map(|rate| (*rate, rate.ln())).collect();
    let mut costs = vec![f64::INFINITY; rates.len()];
    if let Some(lowest) = costs.first_mut() {
        *lowest = 0.0;
    }
    // For each gap and state, from which state it is reached.
    let mut steps: Vec<u8> = Vec::with_capacity(gaps.len().saturating_mul(rates.len()));
    let mut falls = vec![Way::NONE; rates.len()];
    let numbers: Vec<u8> = (0..=u8::MAX).take(rates.len()).collect();
    for gap in gaps {
        let mut fall = Way::NONE;
        for ((state, cost), way) in numbers.iter().zip(&costs).zip(&mut falls).rev() {
            *way = fall;
            if *cost <= fall.cost {
                fall = Way {
                    cost: *cost,
                    from: *state,
                };
            }
        }
        let mut rise = Way::NONE;
        let states = numbers.iter().zip(&mut costs).zip(&falls).zip(&known);
        for (((state, cost), fall), (rate, ln_rate)) in states {
            let stay = Way {
                cost: *cost,
                from: *state,
            };
            let moved = if rise.cost <= fall.cost { rise } else { *fall };
            let best = if stay.cost <= moved.cost { stay } else { moved };
            if stay.cost < rise.cost {
                rise = stay;
            }
            rise.cost += entry;
            steps.push(best.from);
            *cost = best.cost + rate * gap - ln_rate;
        }
    }
    let ends = numbers.iter().zip(&costs);
    let end = ends.fold(Way::NONE, |best, (&from, &cost)| {
        if cost < best.cost {
            Way { cost, from }
        } else {
            best
        }
    });
    let mut state = end.from;
    let mut states = Vec::with_capacity(gaps.len());
    for before in steps.chunks_exact(rates.len().max(1)).rev() {
        states.push(state);
        state = before.get(usize::from(state)).copied().unwrap_or_default();
    }
    states.reverse();
    Cheapest {
        states,
        cost: if end.cost.is_finite() { end.cost } else { 0.0 },
    }
}
