//! A profile as it is written. Fields that are not known are errors, so that a slip of the pen is
//! not a silent gap.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::cause::{CauseDocument, Piece};
use super::step::StepDocument;
use super::{Basis, Role, ServiceKey};
use crate::evidence::model::{Dialect, Step};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub name: String,
    pub title: String,
    pub place: PlaceDocument,
    pub service: Vec<Spanned<ServiceDocument>>,
    #[serde(default)]
    pub state: Vec<Spanned<StateDocument>>,
    pub rule: Vec<Spanned<RuleDocument>>,
    #[serde(default)]
    pub parameters: BTreeMap<Spanned<String>, String>,
    #[serde(default)]
    pub error_code: Vec<Spanned<ErrorCodeDocument>>,
    #[serde(default)]
    pub cause: Vec<Spanned<CauseDocument>>,
    #[serde(default)]
    pub piece: Vec<Spanned<Piece>>,
    #[serde(default)]
    pub step: Vec<Spanned<StepDocument>>,
    #[serde(default)]
    pub setting: Vec<Spanned<SettingDocument>>,
    #[serde(default)]
    pub counter: Vec<Spanned<CounterDocument>>,
    #[serde(default)]
    pub mail_event: Vec<Spanned<MailEventDocument>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaceDocument {
    pub noun: String,
    pub name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceDocument {
    pub key: ServiceKey,
    /// Read so that the file may say it; names of all languages are known at once.
    #[serde(rename = "language")]
    pub _language: Option<String>,
    pub display: Vec<String>,
    #[serde(default)]
    pub names: Vec<String>,
    pub basis: Basis,
    pub source: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StateDocument {
    pub role: Role,
    /// Read so that the file may say it; words of all languages are known at once.
    #[serde(rename = "language")]
    pub _language: Option<String>,
    pub words: Vec<String>,
    /// Read so that the file must say it; nothing depends on it yet.
    #[serde(rename = "basis")]
    pub _basis: Basis,
    #[serde(rename = "source")]
    pub _source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleDocument {
    pub key: String,
    pub role: Role,
    pub log: Option<String>,
    pub providers: Vec<String>,
    pub ids: Option<Vec<u16>>,
    pub id_range: Option<[u16; 2]>,
    #[serde(default)]
    pub any_id: bool,
    #[serde(default)]
    pub texts: Vec<String>,
    pub severity: Option<String>,
    pub category: Option<String>,
    pub title: String,
    pub template: Option<String>,
    #[serde(default)]
    pub inserts: Vec<String>,
    pub inserts_basis: Option<Basis>,
    #[serde(default)]
    pub layout: Vec<LayoutDocument>,
    pub basis: Basis,
    pub source: Option<String>,
    pub meaning: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LayoutDocument {
    pub language: Option<String>,
    pub template: String,
    /// Those of the rule where they are left out.
    pub inserts: Option<Vec<String>>,
    /// Read so that the file may say it; nothing depends on it yet.
    #[serde(rename = "basis")]
    pub _basis: Option<Basis>,
    pub source: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ErrorCodeDocument {
    pub code: u32,
    pub meaning: String,
    pub basis: Basis,
    pub source: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SettingDocument {
    pub key: String,
    pub name: String,
    pub unit: Option<String>,
    pub default: Option<u64>,
    pub range: Option<[u64; 2]>,
    pub expected: Option<String>,
    pub meaning: String,
    pub source: String,
    pub basis: Basis,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CounterDocument {
    pub object: String,
    pub counter: String,
    pub unit: Option<String>,
    pub meaning: String,
    pub source: String,
    pub basis: Basis,
}

/// A word of the mail system's own logs.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MailEventDocument {
    pub log: Dialect,
    pub id: String,
    pub step: Step,
    pub basis: Basis,
    /// Read so that the file must say them; nothing depends on them yet.
    #[serde(rename = "title")]
    pub _title: String,
    #[serde(rename = "source")]
    pub _source: String,
}
