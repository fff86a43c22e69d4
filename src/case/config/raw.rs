//! The shape of `case.toml`: fields and their spans, before their values are looked at.

use serde::Deserialize;
use toml::{Spanned, Value};

use super::ConfigError;
use crate::case::suggest;

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub name: Option<String>,
    pub profile: Option<String>,
    pub time_zone: Option<Spanned<String>>,
    pub date_order: Option<Spanned<String>>,
    pub code_page: Option<Spanned<Number>>,
    #[serde(default)]
    pub server: Vec<Spanned<Server>>,
    #[serde(default)]
    pub snapshot: Vec<Spanned<Snapshot>>,
    #[serde(default)]
    pub setting: Vec<Spanned<Setting>>,
    #[serde(default)]
    pub log: Vec<Spanned<Log>>,
    #[serde(default)]
    pub intervention: Vec<Spanned<Intervention>>,
    #[serde(default)]
    pub observation: Vec<Spanned<Observation>>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub name: Spanned<String>,
    pub role: Option<String>,
    #[serde(default)]
    pub aliases: Vec<Spanned<String>>,
    pub clock_ahead_by: Option<Spanned<String>>,
    pub virtual_servers: Option<Spanned<u32>>,
    pub clock_uncertainty: Option<Spanned<String>>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    pub file: Spanned<String>,
    pub server: Option<Spanned<String>>,
    pub table: Option<Spanned<String>>,
    /// A text or a TOML date-time.
    pub captured_at: Option<Spanned<Value>>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    pub file: Spanned<String>,
    pub server: Option<Spanned<String>>,
    /// A text or a TOML date-time.
    pub captured_at: Option<Spanned<Value>>,
    pub time_zone: Option<Spanned<String>>,
    pub date_order: Option<Spanned<String>>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub file: Spanned<String>,
    pub server: Option<Spanned<String>>,
    pub log: Option<Spanned<String>>,
    pub time_zone: Option<Spanned<String>>,
    pub date_order: Option<Spanned<String>>,
    pub code_page: Option<Spanned<Number>>,
}

/// A number, or its name: `1252`, `"windows-1252"`.
#[derive(Deserialize, Debug)]
#[serde(untagged)]
pub enum Number {
    Number(u16),
    Name(String),
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Intervention {
    pub at: Spanned<Value>,
    pub server: Option<Spanned<String>>,
    pub kind: Spanned<String>,
    pub what: String,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Observation {
    pub at: Spanned<Value>,
    pub server: Spanned<String>,
    #[serde(rename = "where")]
    pub place: Spanned<String>,
    pub count: Option<u64>,
    pub note: Option<String>,
}

pub fn parse(text: &str) -> Result<Config, ConfigError> {
    toml::from_str(text).map_err(|fault| {
        let span = fault.span().unwrap_or(0..0);
        let message = fault.message().lines().collect::<Vec<_>>().join("; ");
        match unknown_field(&message) {
            Some((field, known)) => {
                let error =
                    ConfigError::new(text, span, format!("there is no option `{field}` here"));
                error.help(suggest::did_you_mean(
                    &field,
                    known.iter().map(String::as_str),
                ))
            }
            None => ConfigError::new(text, span, message),
        }
    })
}

/// Takes serde's sentence apart: ``unknown field `x`, expected one of `a`, `b` ``.
fn unknown_field(message: &str) -> Option<(String, Vec<String>)> {
    let rest = message.strip_prefix("unknown field `")?;
    let (field, rest) = rest.split_once('`')?;
    let known = rest
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect();
    Some((field.to_owned(), known))
}
