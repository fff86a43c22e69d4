//! One server, many spellings: `BH01`, `bh01`, `bh01.corp.example`.

use std::net::IpAddr;

use super::{CaseConfig, ServerConfig};

impl CaseConfig {
    /// The one name of a server, whatever spelling the evidence has.
    ///
    /// Names and aliases of `case.toml` are compared without regard to case, first in full and then by their
    /// first label, so that `bh01.corp.example` is `BH01`. A server that `case.toml` does not name is called by
    /// its first label in capitals, as Windows shows NetBIOS names. A bare IP address is left as it is.
    pub fn canonical_server(&self, name: &str) -> String {
        let name = name.trim().trim_end_matches('.');
        if let Some(server) = self.find_server(name) {
            return server.name.clone();
        }
        match first_label(name) {
            Some(label) => label.to_uppercase(),
            None => name.to_owned(),
        }
    }

    /// The `[[server]]` that a spelling means.
    pub fn find_server(&self, name: &str) -> Option<&ServerConfig> {
        let name = name.trim().trim_end_matches('.');
        let in_full = |known: &str| same(known, name);
        let by_label = |known: &str| match (first_label(known), first_label(name)) {
            (Some(a), Some(b)) => same(a, b),
            _ => false,
        };
        self.find_by(&in_full).or_else(|| self.find_by(&by_label))
    }

    fn find_by(&self, matches: &dyn Fn(&str) -> bool) -> Option<&ServerConfig> {
        self.servers.iter().find(|server| {
            matches(&server.name) || server.aliases.iter().any(|alias| matches(alias))
        })
    }
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// The host part of a name; `None` for an IP address and for nothing.
fn first_label(name: &str) -> Option<&str> {
    if name.parse::<IpAddr>().is_ok() {
        return None;
    }
    name.split('.').next().filter(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> CaseConfig {
        CaseConfig::parse(
            "[[server]]\nname = \"Bh01\"\naliases = [\"mail.corp.example\", \"10.0.0.5\"]\n[[server]]\nname = \"FE01\"\n",
        )
        .unwrap()
    }

    #[test]
    fn spellings_fold_to_the_name_of_case_toml() {
        let config = config();
        for spelling in [
            "BH01",
            "bh01",
            "bh01.corp.example",
            "BH01.",
            "MAIL.corp.example",
            "10.0.0.5",
            " bh01 ",
        ] {
            assert_eq!(config.canonical_server(spelling), "Bh01", "{spelling}");
        }
        assert_eq!(config.canonical_server("fe01.corp.example"), "FE01");
    }

    #[test]
    fn unknown_servers_are_their_first_label_in_capitals() {
        let config = config();
        assert_eq!(config.canonical_server("be01.corp.example"), "BE01");
        assert_eq!(config.canonical_server("10.0.0.6"), "10.0.0.6");
        assert_eq!(config.canonical_server("fe80::1"), "fe80::1");
        assert_eq!(config.canonical_server(""), "");
    }
}
