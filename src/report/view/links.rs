//! From ids and citations in the findings to places in the page.
//!
//! Only what is really on the page gets a link: tables are capped, and a link that leads nowhere is worse than none.

use std::collections::BTreeSet;

/// Words that may lead somewhere in the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub text: String,
    /// An anchor with its `#`, made only of letters, digits and `-`.
    pub href: Option<String>,
}

impl Link {
    /// Words that lead nowhere.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            href: None,
        }
    }
}

/// The anchors of a page.
#[derive(Clone, Debug, Default)]
pub struct Links {
    anchors: BTreeSet<String>,
}

impl Links {
    /// Makes `id` (`W1`, `M17`, `E3`, `E3#4711`) a place in the page, and returns its anchor; `None` if it has not
    /// the form of an id or is there already.
    pub fn add(&mut self, id: &str) -> Option<String> {
        let anchor = anchor(id)?;
        self.anchors.insert(anchor.clone()).then_some(anchor)
    }

    /// An id as a link, if it is on the page.
    pub fn to(&self, id: &str) -> Link {
        let href = anchor(id)
            .filter(|a| self.anchors.contains(a))
            .map(|a| format!("#{a}"));
        Link {
            text: id.to_owned(),
            href,
        }
    }

    /// A citation as a link: to its row of the timeline if that is shown, else to its file.
    pub fn cite(&self, citation: &str) -> Link {
        let exact = self.to(citation);
        if exact.href.is_some() {
            return exact;
        }
        let file = citation.split('#').next().unwrap_or_default();
        Link {
            href: self.to(file).href,
            ..exact
        }
    }
}

/// `E3#4711` as the anchor `E3-4711`; `None` for anything but a capital, digits, and `#` with digits.
fn anchor(id: &str) -> Option<String> {
    let digits = |text: &str| {
        !text.is_empty() && text.len() <= 20 && text.bytes().all(|b| b.is_ascii_digit())
    };
    let (head, record) = match id.split_once('#') {
        Some((head, record)) => (head, Some(record)),
        None => (id, None),
    };
    let kind = head.chars().next().filter(char::is_ascii_uppercase)?;
    let number = head.strip_prefix(kind).filter(|n| digits(n))?;
    match record {
        None => Some(format!("{kind}{number}")),
        Some(record) => digits(record).then(|| format!("{kind}{number}-{record}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_record_else_to_the_file_else_nowhere() {
        let mut links = Links::default();
        assert_eq!(links.add("E3").as_deref(), Some("E3"));
        assert_eq!(links.add("E3#4711").as_deref(), Some("E3-4711"));
        assert_eq!(links.add("E3#4711"), None, "an anchor is given once");
        assert_eq!(links.cite("E3#4711").href.as_deref(), Some("#E3-4711"));
        assert_eq!(links.cite("E3#1").href.as_deref(), Some("#E3"));
        assert_eq!(links.cite("E3#1").text, "E3#1");
        assert_eq!(links.cite("E9#1").href, None);
        assert_eq!(links.to("W1").href, None);
    }

    #[test]
    fn only_ids_become_anchors() {
        for bad in [
            "",
            "E",
            "3",
            "e3",
            "E3#",
            "E3#x",
            "E-3",
            "E3 ",
            "Ä3",
            "E3#1#2",
            "\"><script>",
        ] {
            assert_eq!(anchor(bad), None, "{bad}");
        }
    }
}
