//! What must hold of every incident, tried on small ones made at random: bounds hold the truth, intervals are in
//! order, references resolve, and neither names nor order of the files matter.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

#[path = "../common/mod.rs"]
mod common;

mod checks;
mod incident;

use checks::{check_consistent, check_true, without_numbers};
use incident::incident;
use proptest::prelude::*;
use proptest::test_runner::{FileFailurePersistence, RngSeed};

/// The same incidents on every run. `PROPERTY_SEED=n` tries others, `PROPERTY_TIMES=n` so many times as many.
fn config(cases: u32) -> ProptestConfig {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|text| text.parse::<u32>().ok())
    };
    ProptestConfig {
        cases: cases * number("PROPERTY_TIMES").unwrap_or(1),
        rng_seed: RngSeed::Fixed(number("PROPERTY_SEED").unwrap_or(42).into()),
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn findings_agree_with_themselves(incident in any::<bool>().prop_flat_map(incident)) {
        check_consistent(&incident.analyse())?;
    }

    #[test]
    fn findings_hold_of_what_happened(incident in incident(false)) {
        check_true(&incident, &incident.analyse())?;
    }

    /// Here a message that comes back is known for another row; its failures do not say of which they are.
    #[test]
    fn findings_hold_where_rows_bear_keys(incident in incident(true)) {
        check_true(&incident, &incident.analyse())?;
    }
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn names_and_order_of_files_do_not_matter(incident in any::<bool>().prop_flat_map(incident), turn in 1..7_usize) {
        let plain = incident.analyse();
        let renamed = incident
            .write(|number, _| format!("{}/file {}", (number * turn) % 5, 99 - (number * turn) % 97))
            .analyse();
        prop_assert_eq!(without_numbers(&plain), without_numbers(&renamed));
    }

    /// Taking evidence away can make a finding vaguer, never wrong.
    #[test]
    fn less_evidence_is_never_a_contradiction(incident in incident(false), keep in any::<u8>()) {
        let mut less = incident.clone();
        // Captures tell which tables exist where nobody counted them.
        less.virtual_servers = Some(incident.virtual_servers.unwrap_or(2));
        let kept = |number: &usize| keep >> (number % 8) & 1 == 1;
        let captures = incident.captures.iter().enumerate().filter(|(number, _)| kept(number));
        less.captures = captures.map(|(_, capture)| capture.clone()).collect();
        let findings = less.analyse();
        check_consistent(&findings)?;
        check_true(&less, &findings)?;
    }
}
