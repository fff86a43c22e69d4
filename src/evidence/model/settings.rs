//! Settings of a server at one time: what a registry export holds.

use super::{Attributed, Citation};
use crate::time::Stamp;

/// The values that matter of one registry export.
#[derive(Clone, Debug, PartialEq)]
pub struct RegistryExport {
    /// The file and the line of its first key.
    pub cite: Citation,
    pub server: Attributed<String>,
    pub at: Attributed<Stamp>,
    /// Keys that are of interest and in the export, also those without values: a missing value is only missing
    /// where its key was exported.
    pub keys: Vec<String>,
    /// In the order of the file.
    pub values: Vec<RegistryValue>,
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub struct RegistryValue {
    pub cite: Citation,
    /// Full path of the key, as spelt: `HKEY_LOCAL_MACHINE\SYSTEM\…`.
    pub key: String,
    /// Name of the value; empty for the key's default value.
    pub name: String,
    /// `REG_DWORD`, `REG_SZ`, `hex(7)`, …
    pub kind: String,
    /// The data as text: numbers in decimal, strings as they are, bytes in hex.
    pub data: String,
    /// The data as a number, where it is one.
    pub number: Option<u64>,
}
