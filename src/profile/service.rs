//! Services, by the names that events use for them.

use serde::Deserialize;

use super::rule::Basis;

/// What a service is to the analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceKey {
    /// The mail transport itself: its stop and start are a restart.
    Smtp,
    /// The service whose process hosts SMTP: when it ends, SMTP may have ended with it.
    Host,
    /// The mail store: its stop is a rival end of a window.
    Store,
    /// The virus scanner.
    Scanner,
    /// A helper of the virus scanner.
    ScannerHelper,
    /// Worth a line in the timeline, nothing more.
    Other,
}

impl ServiceKey {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Smtp => "smtp",
            Self::Host => "host",
            Self::Store => "store",
            Self::Scanner => "scanner",
            Self::ScannerHelper => "scanner_helper",
            Self::Other => "other",
        }
    }
}

/// A service that the profile watches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    pub key: ServiceKey,
    /// Display names, the one to show first.
    pub display: Vec<String>,
    /// Names of the service itself (`SMTPSVC`).
    pub names: Vec<String>,
    pub basis: Basis,
    pub source: Option<String>,
}

impl Service {
    /// The name to show.
    pub fn label(&self) -> &str {
        self.display
            .first()
            .or(self.names.first())
            .map_or("", String::as_str)
    }

    /// Whether `name` is one of the service's names, in any case.
    pub fn is_called(&self, name: &str) -> bool {
        let name = name.trim();
        self.display
            .iter()
            .chain(&self.names)
            .any(|known| known.eq_ignore_ascii_case(name))
    }
}
