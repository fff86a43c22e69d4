//! Registry values that matter, and what is documented of them.

use super::Basis;

/// One rule: which values it takes, and what they mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingRule {
    /// The key as the profile writes it: `HKEY_LOCAL_MACHINE\SYSTEM\…`.
    pub key: String,
    /// Name of the value; `*` takes every value of the key and of all keys below it.
    pub name: String,
    /// `seconds`, `threads`, …; `None` where the number has none or nobody says which.
    pub unit: Option<String>,
    /// What holds where the value is missing.
    pub default: Option<u64>,
    /// The least and the greatest value that is honoured.
    pub range: Option<(u64, u64)>,
    /// Default or range, in words, where no plain number says it.
    pub expected: Option<String>,
    pub meaning: String,
    pub source: String,
    pub basis: Basis,
    /// `key` in the form of [`canonical_key`], by its parts.
    parts: Vec<String>,
}

impl SettingRule {
    pub(super) fn new(written: super::document::SettingDocument) -> Self {
        let parts = canonical_key(&written.key)
            .split('\\')
            .map(str::to_owned)
            .collect();
        Self {
            key: written.key,
            name: written.name,
            unit: written.unit,
            default: written.default,
            range: written.range.map(|[least, most]| (least, most)),
            expected: written.expected,
            meaning: written.meaning,
            source: written.source,
            basis: written.basis,
            parts,
        }
    }

    fn takes_everything(&self) -> bool {
        self.name == "*"
    }

    /// Whether values of this key can be meant. `key` is canonical.
    fn is_about(&self, key: &str) -> bool {
        let mut parts = key.split('\\');
        let begins = self
            .parts
            .iter()
            .all(|wanted| parts.next().is_some_and(|part| fits(wanted, part)));
        begins && (self.takes_everything() || parts.next().is_none())
    }
}

/// The values that matter of one generation of servers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// In the order of the file.
    pub rules: Vec<SettingRule>,
}

impl Settings {
    /// Whether any value of this key matters, however the key is spelt.
    pub fn is_key(&self, key: &str) -> bool {
        let key = canonical_key(key);
        self.rules.iter().any(|rule| rule.is_about(&key))
    }

    /// The rule for a value: one that names it, before one that takes everything.
    pub fn find(&self, key: &str, name: &str) -> Option<&SettingRule> {
        let key = canonical_key(key);
        let about = || self.rules.iter().filter(|rule| rule.is_about(&key));
        about()
            .find(|rule| !rule.takes_everything() && rule.name.eq_ignore_ascii_case(name))
            .or_else(|| about().find(|rule| rule.takes_everything()))
    }
}

/// A key as keys are compared: in small letters, the root in full, `ControlSet001` as `CurrentControlSet`, and what
/// 64-bit Windows keeps apart for 32-bit programs (`Wow6432Node`) in its usual place.
pub fn canonical_key(key: &str) -> String {
    let lower = key.trim().trim_end_matches('\\').to_lowercase();
    let mut parts: Vec<&str> = lower.split('\\').collect();
    if let Some(root) = parts.first_mut() {
        *root = match *root {
            "hklm" => "hkey_local_machine",
            "hkcu" => "hkey_current_user",
            "hku" => "hkey_users",
            other => other,
        };
    }
    if let ["hkey_local_machine", "system", set, ..] = parts.as_mut_slice()
        && control_set(set).is_some()
    {
        *set = "currentcontrolset";
    }
    parts.retain(|part| *part != "wow6432node");
    parts.join("\\")
}

/// The number of a control set: 1 of `ControlSet001`.
pub fn control_set(part: &str) -> Option<u32> {
    let number = part
        .get(..10)
        .filter(|start| start.eq_ignore_ascii_case("controlset"))
        .and_then(|_| part.get(10..))?;
    number.parse().ok()
}

/// Whether a text is one that the pattern means: `*` stands for any characters, case is ignored.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.to_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;

    #[test]
    fn stars_stand_for_anything() {
        assert!(fits("*Queue Length", "Local Queue Length") && fits("a*b*c", "aXbYc"));
        assert!(fits("Virus Scan*", "virus scan queue length") && fits("*", ""));
        assert!(!fits("*Queue Length", "Local Queue Lengths") && !fits("a*b", "bab"));
        assert!(!fits("ab*b", "ab") && fits("ab*b", "abb") && !fits("a", "ab"));
    }

    #[test]
    fn keys_have_many_spellings() {
        let wanted = r"hkey_local_machine\system\currentcontrolset\services\msexchangeis\virusscan";
        for spelling in [
            r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\MSExchangeIS\VirusScan",
            r"HKLM\SYSTEM\ControlSet001\Services\MSExchangeIS\VirusScan\",
            r"HKEY_LOCAL_MACHINE\system\CONTROLSET002\services\msexchangeis\virusscan",
        ] {
            assert_eq!(canonical_key(spelling), wanted);
        }
        assert_eq!(
            canonical_key(r"HKLM\SOFTWARE\Wow6432Node\Symantec\SMSMSE\5.0"),
            r"hkey_local_machine\software\symantec\smsmse\5.0"
        );
        assert_eq!(control_set("ControlSet003"), Some(3));
        assert_eq!(
            (control_set("CurrentControlSet"), control_set("Control")),
            (None, None)
        );
    }

    #[test]
    fn the_shipped_settings_are_found() {
        let profile = Profile::shipped("exchange-2003").unwrap();
        let settings = &profile.settings;
        let store = r"HKLM\SYSTEM\ControlSet001\Services\MSExchangeIS\VirusScan";
        // KB 285667 and the manuals of scanners: three minutes.
        let timeout = settings.find(store, "scantimeout").unwrap();
        assert_eq!(
            (timeout.default, timeout.unit.as_deref()),
            (Some(180), Some("seconds"))
        );
        assert!(
            settings.is_key(r"HKEY_LOCAL_MACHINE\SOFTWARE\Symantec\SMSMSE\4.6\Server\Components\X")
        );
        assert_eq!(
            settings
                .find(r"HKLM\SOFTWARE\Symantec\SMSMSE\4.6\Server", "Anything")
                .unwrap()
                .name,
            "*"
        );
        assert!(
            settings.is_key(r"HKLM\Software\Microsoft\Exchange\StoreDriver\Exchange\1\TempTable")
        );
        assert!(!settings.is_key(r"HKLM\Software\Microsoft\Exchange"));
        assert!(!settings.is_key(r"HKLM\SYSTEM\CurrentControlSet\Services\MSExchangeIS"));
        assert!(!settings.is_key(r"HKLM\SOFTWARE\Symantec\LiveUpdate"));
    }
}
