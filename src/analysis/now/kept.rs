//! Held mail that a start of SMTP will not surely let out: restarts before did not, or its table belongs to no virtual
//! server that is counted.

use std::collections::BTreeSet;

use super::{Ids, is_certain};
use crate::analysis::facts::{ServerFacts, table_number};
use crate::analysis::findings::Confidence;
use crate::analysis::restarts::Restart;
use crate::analysis::{Examined, ServerAnalysis};
use crate::profile::Profile;

/// Restarts that are named.
const MOST_NAMED: usize = 6;

/// The certainly held messages of which it is not certain that a start lets them out.
pub(super) struct Kept {
    pub messages: u64,
    /// The last restarts that let some of them stay, in order.
    pub through: Vec<String>,
}

impl Kept {
    pub(super) fn of(
        server: &ServerAnalysis<'_>,
        stays: &[&Examined<'_>],
        profile: &Profile,
        ids: &Ids<'_>,
    ) -> Self {
        let mut messages = 0;
        let mut through: BTreeSet<usize> = BTreeSet::new();
        for stay in stays.iter().filter(|stay| is_certain(stay)) {
            // The last restarts tell enough, and evidence may show very many.
            let all = server.restarts.iter().enumerate().rev();
            let entered = stay.bounds.entered.latest;
            let outlived = all
                .take_while(|(_, restart)| entered.is_some_and(|at| restart.begun() > at))
                .filter(|(_, restart)| outlived(stay, restart))
                .map(|(index, _)| index)
                .take(MOST_NAMED);
            let outlived: Vec<usize> = outlived.collect();
            let kept = !outlived.is_empty() || is_nobodys(&server.facts, stay, profile);
            messages += u64::from(kept);
            through.extend(outlived);
        }
        let skipped = through.len().saturating_sub(MOST_NAMED);
        let named = through.into_iter().skip(skipped);
        Self {
            messages,
            through: named.filter_map(|index| (ids.restart)(index)).collect(),
        }
    }
}

/// Whether it was there before and after a restart that is more than possible.
fn outlived(stay: &Examined<'_>, restart: &Restart) -> bool {
    let (Some(entered), Some(left)) = (stay.bounds.entered.latest, stay.bounds.left.earliest)
    else {
        return false;
    };
    let place = stay.residence.place.as_deref();
    restart.confidence != Confidence::Possible && restart.let_stay(place, entered, left)
}

/// Whether the number of its table is above that of the virtual servers.
fn is_nobodys(facts: &ServerFacts<'_>, stay: &Examined<'_>, profile: &Profile) -> bool {
    let place = stay.residence.place.as_deref();
    let number = place.and_then(|place| table_number(profile, place));
    number
        .zip(facts.virtual_servers)
        .is_some_and(|(number, count)| number > count)
}
