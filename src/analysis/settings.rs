//! Settings as registry exports show them: the last known value of each, and what changed from one export to the next.

use std::collections::BTreeMap;

use super::facts::ServerFacts;
use crate::analysis::findings::{DocumentedSetting, Setting, SettingChange};
use crate::evidence::model::{Citation, RegistryExport, RegistryValue};
use crate::profile::{Basis, Profile, canonical_key};
use crate::time::Timestamp;

/// What is documented of registry values.
pub trait Documentation {
    /// What is documented of one value, without judgement; `None` where nothing is.
    fn of(&self, value: &RegistryValue) -> Option<DocumentedSetting>;
}

/// The profile's own list of settings.
impl Documentation for Profile {
    fn of(&self, value: &RegistryValue) -> Option<DocumentedSetting> {
        let rule = self.settings.find(&value.key, &value.name)?;
        if rule.basis != Basis::Documented {
            return None;
        }
        let numbers = |(least, most): (u64, u64)| format!("{least} to {most}");
        let outside = |(least, most): (u64, u64)| {
            value
                .number
                .is_some_and(|number| number < least || most < number)
        };
        let unusual = rule
            .default
            .is_some_and(|usual| value.number.is_some_and(|number| number != usual));
        Some(DocumentedSetting {
            default: rule.default.map(|usual| usual.to_string()),
            range: rule.range.map(numbers).or_else(|| rule.expected.clone()),
            unit: rule.unit.clone(),
            meaning: rule.meaning.clone(),
            differs: unusual || rule.range.is_some_and(outside),
            source: rule.source.clone(),
        })
    }
}

/// A difference between two exports of one server.
#[derive(Clone, Debug)]
pub struct Change {
    pub server: String,
    /// Times of the earlier and of the later export.
    pub between: (Timestamp, Timestamp),
    pub changes: Vec<SettingChange>,
    pub evidence: Vec<Citation>,
}

/// Key and name as the registry compares them.
type Name = (String, String);

fn name(key: &str, value: &str) -> Name {
    (canonical_key(key), value.to_lowercase())
}

/// The last known value of every setting, by server, key and name.
pub fn last_known(servers: &[&ServerFacts<'_>], documentation: &dyn Documentation) -> Vec<Setting> {
    let mut all = Vec::new();
    for facts in servers {
        let mut known: BTreeMap<Name, Setting> = BTreeMap::new();
        for timed in &facts.exports {
            let export = &timed.export;
            for (of, setting) in &mut known {
                if exports(export, &of.0) {
                    // Unless it is found again below, it was taken out.
                    setting.at = timed.at;
                    setting.value = None;
                    setting.documented = None;
                    setting.evidence = export.cite.to_string();
                }
            }
            for value in &export.values {
                let setting = Setting {
                    at: timed.at,
                    server: facts.name.to_string(),
                    key: value.key.clone(),
                    name: value.name.clone(),
                    value: Some(value.data.clone()),
                    documented: documentation.of(value),
                    evidence: value.cite.to_string(),
                };
                known.insert(name(&value.key, &value.name), setting);
            }
        }
        all.extend(known.into_values());
    }
    all.sort_by(|a, b| (a.at, &a.server, &a.key, &a.name).cmp(&(b.at, &b.server, &b.key, &b.name)));
    all
}

/// Whether an export holds that key, so that a value that it lacks was not there.
fn exports(export: &RegistryExport, key: &str) -> bool {
    export.keys.iter().any(|known| canonical_key(known) == key)
}

/// What changed from each export of a server to its next.
pub fn changes(facts: &ServerFacts<'_>) -> Vec<Change> {
    let pairs = facts.exports.windows(2).filter_map(|pair| match pair {
        [earlier, later] if earlier.at < later.at => Some((earlier, later)),
        _ => None,
    });
    pairs
        .filter_map(|(earlier, later)| {
            let (changes, evidence) = differences(&earlier.export, &later.export);
            (!changes.is_empty()).then(|| Change {
                server: facts.name.to_string(),
                between: (earlier.at, later.at),
                changes,
                evidence,
            })
        })
        .collect()
}

fn differences(
    earlier: &RegistryExport,
    later: &RegistryExport,
) -> (Vec<SettingChange>, Vec<Citation>) {
    let by_name = |export| -> BTreeMap<Name, &RegistryValue> { values(export) };
    let (before, after) = (by_name(earlier), by_name(later));
    let mut changes = Vec::new();
    let mut evidence = vec![earlier.cite, later.cite];
    let names: std::collections::BTreeSet<&Name> = before.keys().chain(after.keys()).collect();
    for of in names {
        let (was, is) = (before.get(of), after.get(of));
        // A value is only missing where its key was exported.
        let comparable = exports(earlier, &of.0) && exports(later, &of.0);
        let same = match (was, is) {
            (Some(a), Some(b)) => (&a.kind, &a.data) == (&b.kind, &b.data),
            _ => !comparable,
        };
        let Some(named) = is.or(was).filter(|_| !same) else {
            continue;
        };
        changes.push(SettingChange {
            key: named.key.clone(),
            name: named.name.clone(),
            before: was.map(|value| value.data.clone()),
            after: is.map(|value| value.data.clone()),
        });
        evidence.extend([was, is].into_iter().flatten().map(|value| value.cite));
    }
    evidence.sort();
    evidence.dedup();
    (changes, evidence)
}

fn values(export: &RegistryExport) -> BTreeMap<Name, &RegistryValue> {
    let values = export.values.iter();
    values
        .map(|value| (name(&value.key, &value.name), value))
        .collect()
}

/// The changes in words, with the exact values.
pub fn in_words(changes: &[SettingChange]) -> String {
    const SHOWN: usize = 4;
    let told: Vec<String> = changes.iter().take(SHOWN).map(one_in_words).collect();
    let more = match changes.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    format!("{}{more}", told.join("; "))
}

fn one_in_words(change: &SettingChange) -> String {
    let name = match change.name.as_str() {
        "" => "the default value",
        name => name,
    };
    let last = change.key.rsplit('\\').next().unwrap_or_default();
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => {
            format!("{name} under {last} changed from {before} to {after}")
        }
        (None, Some(after)) => format!("{name} under {last} was added with {after}"),
        (Some(before), None) => format!("{name} under {last} was removed (it was {before})"),
        (None, None) => format!("{name} under {last} changed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::CaseConfig;
    use crate::evidence::model::{Attributed, FileId, Origin};
    use crate::time::{Bracket, HOUR, Stamp};
    use crate::timeline::{TimedExport, Timeline};

    const KEY: &str =
        r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\MSExchangeIS\VirusScan";

    fn export(hour: i64, keys: &[&str], values: &[(&str, &str, u64)]) -> TimedExport {
        let at = Timestamp::default().plus(hour * HOUR);
        let cite = Citation {
            file: FileId(hour.unsigned_abs() as u32),
            record: 1,
        };
        let values = values.iter().map(|(key, name, number)| RegistryValue {
            cite,
            key: (*key).to_owned(),
            name: (*name).to_owned(),
            kind: "REG_DWORD".to_owned(),
            data: number.to_string(),
            number: Some(*number),
        });
        TimedExport {
            export: RegistryExport {
                cite,
                server: Attributed {
                    value: "BH01".to_owned(),
                    from: Origin::CaseToml,
                },
                at: Attributed {
                    value: Stamp::exact(at),
                    from: Origin::CaseToml,
                },
                keys: keys.iter().map(|key| (*key).to_owned()).collect(),
                values: values.collect(),
            },
            server: "BH01".into(),
            at,
            when: Bracket { lo: at, hi: at },
        }
    }

    fn with<T>(exports: Vec<TimedExport>, ask: impl Fn(&ServerFacts<'_>, &Profile) -> T) -> T {
        let profile = Profile::shipped("exchange-2003").unwrap();
        let timeline = Timeline {
            exports,
            ..Timeline::default()
        };
        let facts = crate::analysis::facts::by_server(&timeline, &profile, &CaseConfig::default());
        ask(&facts[0], &profile)
    }

    #[test]
    fn a_value_is_only_missing_where_its_key_was_exported() {
        let first = || export(1, &[KEY], &[(KEY, "ScanTimeout", 180)]);
        let elsewhere = vec![first(), export(2, &["HKLM\\SOFTWARE\\Other"], &[])];
        assert!(with(elsewhere, |facts, _| changes(facts)).is_empty());
        let gone = with(vec![first(), export(2, &[KEY], &[])], |facts, profile| {
            (changes(facts), last_known(&[facts], profile))
        });
        assert_eq!(
            in_words(&gone.0[0].changes),
            "ScanTimeout under VirusScan was removed (it was 180)"
        );
        assert_eq!(
            (gone.1[0].value.clone(), gone.1[0].evidence.as_str()),
            (None, "E2#1")
        );
    }

    /// A root or a control set that is spelt otherwise is no other key.
    #[test]
    fn spelling_is_no_change() {
        let other = r"HKLM\System\ControlSet001\Services\MSExchangeIS\virusscan";
        let exports = vec![
            export(1, &[KEY], &[(KEY, "ScanTimeout", 180)]),
            export(2, &[other], &[(other, "SCANTIMEOUT", 180)]),
        ];
        assert!(with(exports, |facts, _| changes(facts)).is_empty());
    }

    #[test]
    fn what_is_documented_is_shown_beside_the_value() {
        let other = r"HKEY_LOCAL_MACHINE\SOFTWARE\Contoso";
        let values = [
            (KEY, "ScanTimeout", 600),
            (KEY, "NoSuchName", 7),
            (other, "Elsewhere", 7),
        ];
        let exports = vec![export(1, &[KEY, other], &values)];
        let known = with(exports, |facts, profile| last_known(&[facts], profile));
        let documented = |name: &str| {
            let setting = known.iter().find(|setting| setting.name == name).unwrap();
            setting.documented.clone()
        };
        let scan = documented("ScanTimeout").unwrap();
        assert_eq!((scan.default.as_deref(), scan.differs), (Some("180"), true));
        // Of a value that nobody described, only what its key is for.
        let unnamed = documented("NoSuchName").unwrap();
        assert_eq!(
            (unnamed.default, unnamed.range, unnamed.differs),
            (None, None, false)
        );
        assert!(unnamed.source.contains("the key"), "{}", unnamed.source);
        assert_eq!(documented("Elsewhere"), None);
    }
}
