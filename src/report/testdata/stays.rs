//! Lengths of stay, and what restarts and changes did.

use crate::analysis::findings::*;

/// Of the case: four stays on two occasions.
pub fn lengths() -> Vec<LengthOfStay> {
    let step = |from_s: f64, to_s: Option<f64>, survival, low, high| StayStep {
        from_s,
        to_s,
        survival,
        low: Some(low),
        high: Some(high),
    };
    vec![LengthOfStay {
        server: None,
        residences: 4,
        exact: 2,
        open: 1,
        occasions: 2,
        counts_as: Some(2.5),
        three_quarters: Some(StayLength {
            low_s: 3600.0,
            high_s: Some(3600.0),
            limit_low_s: None,
            limit_high_s: Some(86_400.0),
        }),
        half: Some(StayLength {
            low_s: 86_400.0,
            high_s: Some(90_000.0),
            limit_low_s: Some(3600.0),
            limit_high_s: None,
        }),
        quarter: Some(StayLength {
            low_s: 172_800.0,
            high_s: Some(172_800.0),
            limit_low_s: Some(3600.0),
            limit_high_s: None,
        }),
        curve: vec![
            step(3600.0, Some(3600.0), 0.75, 0.1, 1.0),
            step(86_400.0, Some(90_000.0), 0.5, 0.05, 0.97),
            step(172_800.0, Some(172_800.0), 0.25, 0.0, 0.9),
            step(259_200.0, None, 0.0, 0.0, 0.0),
        ],
        reading: "Half of the 4 stays of stuck mail lasted at least 1 d.".to_owned(),
    }]
}

pub fn effects() -> Vec<RestartEffect> {
    vec![RestartEffect {
        server: "BH01".to_owned(),
        restarts: 3,
        ends: Some(EndsAtRestarts {
            occasions: 4,
            known: 4,
            at_restarts: 3,
            expected: 0.05,
            p_value: Some(0.000_3),
        }),
        held: HeldAtRestarts {
            let_out: 2,
            kept: 1,
            unknown: 0,
            share_low: Some(0.094),
            share_high: Some(0.992),
        },
        old_mail: Some(OldMailRate {
            after: Exposure {
                events: 57,
                hours: 0.5,
            },
            otherwise: Exposure {
                events: 3,
                hours: 300.0,
            },
            stretches_after: Exposure {
                events: 2,
                hours: 0.5,
            },
            stretches_otherwise: Exposure {
                events: 3,
                hours: 300.0,
            },
            rate_ratio: Some(RateRatio {
                estimate: Some(400.0),
                low: 33.0,
                high: Some(3500.0),
            }),
            p_value: Some(0.000_03),
        }),
        reading:
            "Stuck mail left on 4 occasions, 3 of them within ten minutes of one of 3 restarts."
                .to_owned(),
    }]
}

/// Of the change that something followed, and of the one that nothing did.
pub fn units(followed: bool) -> Units {
    let exposure = |events, hours| Exposure { events, hours };
    let (before, after, failures) = if followed {
        (310.0, 194.0, 4.7)
    } else {
        (352.0, 146.0, 3.0)
    };
    Units {
        bursts_before: exposure(3, before),
        bursts_after: exposure(0, after),
        bursts_ratio: Some(RateRatio {
            estimate: Some(0.0),
            low: 0.0,
            high: Some(3.9),
        }),
        bursts_p_value: Some(0.29),
        p_clustered: Some(0.21),
        upper_after_per_hour: Some(failures / after),
        upper_bursts_after_per_day: Some(72.0 / after),
        silence_needed_hours: Some(850.0),
        stuck_before: exposure(60, before),
        stuck_after: exposure(0, after),
        windows_before: exposure(4, before),
        windows_after: exposure(0, after),
        delay_before_s: Some(4.0),
        delay_after_s: Some(3.0),
    }
}
