//! Steps for registry values that matter: shown by no export, or changed.

use std::collections::BTreeMap;

use super::{Call, Ground, listed, many};
use crate::analysis::findings::Setting;
use crate::analysis::wording::moment;
use crate::profile::{StepRule, canonical_key};

/// Values that no export shows, of servers on which scans failed.
pub(super) fn not_shown(ground: &Ground<'_, '_>, rule: &StepRule) -> Vec<Call> {
    let Some((key, values)) = &rule.setting else {
        return Vec::new();
    };
    let mut known: BTreeMap<&str, Vec<&Setting>> = BTreeMap::new();
    for setting in &ground.found.settings {
        known.entry(&setting.server).or_default().push(setting);
    }
    ground.of_servers(|server| {
        let name = server.facts.name.as_ref();
        let shown = |value: &String| {
            let mut own = known.get(name).into_iter().flatten();
            own.any(|s| is_of(&s.key, &s.name, key, value))
        };
        let hidden: Vec<String> = values.iter().filter(|v| !shown(v)).cloned().collect();
        let Some(last) = server.facts.failures.last().filter(|_| !hidden.is_empty()) else {
            return Vec::new();
        };
        let count = many(server.facts.failures.len(), "scan failure", "scan failures");
        let call = of_setting(ground, name, key, &hidden).with("count", count);
        vec![call.about(Vec::new(), vec![last.cite.to_string()])]
    })
}

/// What is known of these values, for the words of a step.
fn of_setting(ground: &Ground<'_, '_>, server: &str, key: &str, values: &[String]) -> Call {
    let known = values
        .iter()
        .filter_map(|value| ground.profile.settings.find(key, value));
    let mut meanings: Vec<&str> = Vec::new();
    let mut sources: Vec<&str> = Vec::new();
    for rule in known {
        meanings.push(&rule.meaning);
        if !sources.contains(&rule.source.as_str()) {
            sources.push(&rule.source);
        }
    }
    Call {
        source: (!sources.is_empty()).then(|| sources.join("; ")),
        ..Call::on(server)
            .with("key", key)
            .with("values", listed(values))
            .with("meaning", meanings.join(" "))
    }
}

/// Values that two exports, or `case.toml`, show changed.
pub(super) fn changed(ground: &Ground<'_, '_>, rule: &StepRule) -> Vec<Call> {
    let Some((key, values)) = &rule.setting else {
        return Vec::new();
    };
    let mut calls = Vec::new();
    for made in &ground.found.interventions {
        let Some(server) = &made.server else {
            continue;
        };
        let wanted = |name: &str, of: &str| values.iter().any(|value| is_of(of, name, key, value));
        let changed: Vec<_> = made
            .changes
            .iter()
            .filter(|c| wanted(&c.name, &c.key))
            .collect();
        if changed.is_empty() {
            continue;
        }
        let said = |value: &Option<String>| value.clone().unwrap_or_else(|| "not there".to_owned());
        let told = changed.iter().map(|change| {
            let (before, after) = (said(&change.before), said(&change.after));
            format!("{}, {before} before and {after} after", change.name)
        });
        let told = told.collect::<Vec<_>>().join("; ");
        let when = match made.not_before {
            Some(from) => format!("between {} and {}", moment(from), moment(made.at)),
            None => format!("at {}", moment(made.at)),
        };
        let names: Vec<String> = changed.iter().map(|change| change.name.clone()).collect();
        let call = of_setting(ground, server, key, &names)
            .with("change", told)
            .with("when", when);
        calls.push(call.about(Vec::new(), made.evidence.clone()));
    }
    calls
}

/// Whether a value of the registry is that of the profile, however the key is spelt.
fn is_of(key: &str, name: &str, wanted: &str, value: &str) -> bool {
    name.eq_ignore_ascii_case(value) && canonical_key(key) == canonical_key(wanted)
}
