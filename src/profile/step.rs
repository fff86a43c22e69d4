//! What to do next, as data: each step with the condition that calls for it.
//!
//! The conditions are a closed list, and say nothing of any product; which step follows from one, in which words and by
//! which article, is the profile's.

use serde::Deserialize;

/// What calls for a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// A start of the mail service would, or may, let old mail out.
    RestartLetsOut,
    /// Mail is, or may be, held in a table.
    HeldInTable,
    /// Mail was removed, or may never have been delivered.
    MailPerhapsLost,
    /// A table was never looked at, or not since mail was last known to wait.
    TableNotLookedAt,
    /// A log that would tell of failures or restarts is not there.
    LogMissing,
    /// Such a log ends long before the server's other evidence.
    LogEndsEarly,
    /// A log has a hole where it matters.
    LogHole,
    /// A registry value that matters stands in no export, though scans failed.
    SettingNotShown,
    /// A registry value that matters was changed.
    SettingChanged,
    /// A cause is supported in a window in which mail was certainly stuck.
    CauseSupported,
    /// A cause is possible there beside a supported one, and something speaks for it.
    CausePossible,
    /// No cause is supported in a window in which mail was certainly stuck.
    NoCauseSupported,
    /// Two clocks contradict each other.
    ClocksDisagree,
    /// How many tables a server has is not known, and it matters.
    TablesUncounted,
    /// Captures list rows without the message id that would join them to failures.
    RowsWithoutMessageId,
}

impl Need {
    /// The words in braces that its steps may use.
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Self::RestartLetsOut => &["server", "state", "comes", "count", "age", "whom"],
            Self::HeldInTable => &["server", "tables", "count"],
            Self::MailPerhapsLost => &["server", "count", "messages"],
            Self::TableNotLookedAt => &["server", "tables", "reason"],
            Self::LogMissing | Self::TablesUncounted => &["server", "log", "count"],
            Self::LogEndsEarly => &["server", "log", "reason"],
            Self::LogHole => &["server", "log", "from", "to", "reason"],
            Self::SettingNotShown => &["server", "key", "values", "meaning", "count"],
            Self::SettingChanged => &["server", "key", "values", "meaning", "change", "when"],
            Self::CauseSupported | Self::CausePossible => {
                &["cause", "windows", "summary", "settle", "source"]
            }
            Self::NoCauseSupported => &["windows", "causes", "evidence"],
            Self::ClocksDisagree => &["server", "reason"],
            Self::RowsWithoutMessageId => &["server", "rows", "captures"],
        }
    }

    fn is_about_a_setting(self) -> bool {
        matches!(self, Self::SettingNotShown | Self::SettingChanged)
    }
}

/// One step, as the profile describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepRule {
    pub id: String,
    pub when: Need,
    /// What to do, with words in braces.
    pub what: String,
    /// Why, likewise.
    pub why: String,
    /// The article or manual; `None`: that of the cause or setting, where it is about one.
    pub source: Option<String>,
    /// The registry key and the names of the values that it is about.
    pub setting: Option<(String, Vec<String>)>,
    /// Causes that it is not for.
    pub except: Vec<String>,
}

/// A step as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepDocument {
    id: String,
    when: Need,
    what: String,
    why: String,
    source: Option<String>,
    key: Option<String>,
    values: Option<Vec<String>>,
    #[serde(default)]
    except: Vec<String>,
}

impl StepRule {
    /// Checks a step, or says what is wrong with it.
    pub(super) fn new(written: StepDocument) -> Result<Self, String> {
        let StepDocument {
            id,
            when,
            what,
            why,
            source,
            key,
            values,
            except,
        } = written;
        for text in [&what, &why] {
            for part in parts(text)? {
                if let Part::Word(word) = part
                    && !when.words().contains(&word)
                {
                    return Err(format!(
                        "`{{{word}}}` is no word of this condition; it has {}",
                        when.words().join(", ")
                    ));
                }
            }
        }
        let setting = match (key, values, when.is_about_a_setting()) {
            (Some(key), Some(values), true) if !values.is_empty() => Some((key, values)),
            (None, None, false) => None,
            (_, _, true) => {
                return Err("a step about a setting needs `key` and `values`".to_owned());
            }
            (_, _, false) => {
                return Err("only a step about a setting has `key` and `values`".to_owned());
            }
        };
        Ok(Self {
            id,
            when,
            what,
            why,
            source,
            setting,
            except,
        })
    }
}

/// A piece of a text with words in braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'t> {
    Text(&'t str),
    Word(&'t str),
}

fn parts(text: &str) -> Result<Vec<Part<'_>>, String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (word, after) = after
            .split_once('}')
            .ok_or_else(|| "a `{` has no `}`".to_owned())?;
        parts.extend([Part::Text(before), Part::Word(word)]);
        rest = after;
    }
    parts.push(Part::Text(rest));
    Ok(parts)
}

/// The text with its words filled in. What a word stands for is never read for words again, since it may be evidence.
pub fn fill(text: &str, word: impl Fn(&str) -> Option<String>) -> String {
    let parts = parts(text).unwrap_or_else(|_| vec![Part::Text(text)]);
    parts
        .into_iter()
        .map(|part| match part {
            Part::Text(text) => text.to_owned(),
            Part::Word(name) => word(name).unwrap_or_default(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;

    #[test]
    fn words_are_filled_in_once() {
        let told = fill("Look at {a} and {b}.", |word| {
            Some(match word {
                "a" => "{b}".to_owned(),
                _ => "x".to_owned(),
            })
        });
        assert_eq!(told, "Look at {b} and x.");
    }

    /// A slip of the pen in a profile is an error with its line.
    #[test]
    fn a_wrong_step_is_refused() {
        let shipped = include_str!("exchange-2003.toml");
        let refusal = |step: &str| {
            let text = format!("{shipped}\n[[step]]\n{step}");
            let line = shipped.matches('\n').count() + 2;
            let error = Profile::from_toml(&text, "test.toml")
                .unwrap_err()
                .to_string();
            assert!(
                error.contains(&line.to_string()),
                "no line {line} in {error}"
            );
            error
        };
        let texts = "what = \"a\"\nwhy = \"b\"";
        assert!(
            refusal("id = \"x\"\nwhen = \"held_in_table\"\nwhat = \"{log}\"\nwhy = \"b\"")
                .contains("`{log}`")
        );
        assert!(
            refusal(&format!("id = \"x\"\nwhen = \"setting_changed\"\n{texts}")).contains("`key`")
        );
        assert!(
            refusal(&format!(
                "id = \"x\"\nwhen = \"held_in_table\"\nkey = \"k\"\n{texts}"
            ))
            .contains("only")
        );
        assert!(
            refusal(&format!(
                "id = \"capture-table\"\nwhen = \"held_in_table\"\n{texts}"
            ))
            .contains("already")
        );
        assert!(
            refusal("id = \"x\"\nwhen = \"log_hole\"\nwhat = \"{log\"\nwhy = \"b\"")
                .contains("`}`")
        );
        let unknown = format!("{shipped}\n[[step]]\nid = \"x\"\nwhen = \"rainy_day\"\n{texts}");
        let error = Profile::from_toml(&unknown, "test.toml")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("rainy_day") && error.contains("held_in_table"),
            "{error}"
        );
        let other_key =
            "id = \"x\"\nwhen = \"setting_not_shown\"\nkey = 'HKLM\\No\\Such'\nvalues = [\"V\"]";
        assert!(refusal(&format!("{other_key}\n{texts}")).contains("[[setting]]"));
    }
}
