//! Performance counters that matter, and what they count.

use super::Basis;
use super::document::CounterDocument;
use super::setting::fits;

/// One rule: which counters it takes, and what they mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterRule {
    /// The performance object: `SMTP Server`.
    pub object: String,
    /// The counter; `*` stands for any characters.
    pub counter: String,
    pub unit: Option<String>,
    pub meaning: String,
    pub source: String,
    pub basis: Basis,
}

/// The counters that matter of one generation of servers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// In the order of the file; the first that takes a counter describes it.
    pub rules: Vec<CounterRule>,
}

impl From<CounterDocument> for CounterRule {
    fn from(written: CounterDocument) -> Self {
        Self {
            object: written.object,
            counter: written.counter,
            unit: written.unit,
            meaning: written.meaning,
            source: written.source,
            basis: written.basis,
        }
    }
}

impl Counters {
    /// The rule for a counter by its path without the server: `\SMTP Server(_Total)\Local Queue Length`. Which
    /// instance it is of plays no part.
    pub fn find(&self, path: &str) -> Option<&CounterRule> {
        let (object, counter) = path.trim_start_matches('\\').rsplit_once('\\')?;
        let object = object.split('(').next().unwrap_or(object).trim_end();
        self.rules
            .iter()
            .find(|rule| fits(&rule.object, object) && fits(&rule.counter, counter.trim()))
    }
}

#[cfg(test)]
mod tests {
    use crate::profile::Profile;

    #[test]
    fn the_shipped_counters_are_found() {
        let counters = Profile::shipped("exchange-2003").unwrap().counters;
        for path in [
            r"\MSExchangeIS\Virus Scan Queue Length",
            r"\MSExchangeIS\Virus Scan Files Scanned/sec",
            r"\SMTP Server(_Total)\Local Queue Length",
            r"\smtp server(SMTP 1)\Categorizer Queue Length",
        ] {
            assert!(counters.find(path).is_some(), "{path}");
        }
        for path in [
            r"\SMTP Server(_Total)\Bytes Received Total",
            r"\MSExchangeIS\RPC Requests",
            r"\System\Processor Queue Length",
            "",
        ] {
            assert!(counters.find(path).is_none(), "{path}");
        }
    }
}
