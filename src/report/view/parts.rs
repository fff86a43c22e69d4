//! The small things that every section is made of: instants, intervals, lengths, confidence and lists of evidence.

use super::links::{Link, Links};
use super::words;
use crate::analysis::findings::{Confidence, Stay};
use crate::report::format::{self, Round};
use crate::time::{Interval, Timestamp};

/// An instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    pub text: String,
    pub iso: String,
}

impl When {
    pub fn new(at: Timestamp) -> Self {
        Self {
            text: format::time(at),
            iso: format::iso(at),
        }
    }
}

/// An interval of what is possible, as words around at most two instants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Between {
    pub before: &'static str,
    pub first: Option<When>,
    pub middle: &'static str,
    pub second: Option<When>,
    pub after: &'static str,
}

impl Between {
    fn words(text: &'static str) -> Self {
        Self {
            before: text,
            first: None,
            middle: "",
            second: None,
            after: "",
        }
    }

    fn one(before: &'static str, at: Timestamp, after: &'static str) -> Self {
        Self {
            before,
            first: Some(When::new(at)),
            middle: "",
            second: None,
            after,
        }
    }

    fn two(earliest: Timestamp, latest: Timestamp) -> Self {
        let (first, mut second) = (When::new(earliest), When::new(latest));
        if first.text == second.text {
            return Self::one("", earliest, "");
        }
        // On one day the date is said once.
        if let (Some((day, _)), Some((other, clock))) =
            (first.text.split_once(' '), second.text.split_once(' '))
            && day == other
        {
            second.text = clock.to_owned();
        }
        Self {
            before: "between ",
            first: Some(first),
            middle: " and ",
            second: Some(second),
            after: "",
        }
    }

    /// When something began.
    pub fn beginning(interval: Interval) -> Self {
        match (interval.earliest, interval.latest) {
            (Some(earliest), Some(latest)) => Self::two(earliest, latest),
            (None, Some(latest)) => Self::one("by ", latest, "; nothing shows since when"),
            (Some(earliest), None) => Self::one("not before ", earliest, ""),
            (None, None) => Self::words("not known"),
        }
    }

    /// When something ended.
    pub fn end(interval: Interval) -> Self {
        match (interval.earliest, interval.latest) {
            (Some(earliest), Some(latest)) => Self::two(earliest, latest),
            (Some(earliest), None) => Self::one("not before ", earliest, "; nothing shows it gone"),
            (None, Some(latest)) => Self::one("by ", latest, ""),
            (None, None) => Self::words("nothing shows it gone"),
        }
    }

    /// For a table, whose head says what an open side means.
    #[must_use]
    pub fn brief(mut self) -> Self {
        match self.before {
            "by " => self.after = "",
            "between " => (self.before, self.middle) = ("", " – "),
            _ => {}
        }
        self
    }

    /// All of it as plain text.
    pub fn text(&self) -> String {
        let time = |when: &Option<When>| when.as_ref().map_or("", |w| w.text.as_str()).to_owned();
        [
            self.before,
            &time(&self.first),
            self.middle,
            &time(&self.second),
            self.after,
        ]
        .concat()
    }
}

/// A length of time with its exact value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Length {
    pub text: String,
    pub exact: String,
}

impl Length {
    pub fn new(seconds: f64, round: Round) -> Self {
        Self {
            text: format::duration(seconds, round),
            exact: format::exact_seconds(seconds),
        }
    }

    /// A stay: `2 d 3 h to 2 d 5 h`, `at least 41 min`.
    pub fn stay(stay: Stay) -> Self {
        let low = format::duration(stay.min, Round::Down);
        let exact_low = format::exact_seconds(stay.min);
        match stay.max {
            None if stay.min <= 0.0 => Self {
                text: "not known".to_owned(),
                exact: "no bounds".to_owned(),
            },
            None => Self {
                text: format!("at least {low}"),
                exact: format!("at least {exact_low}"),
            },
            Some(max) => {
                let high = format::duration(max, Round::Up);
                let exact = format!("{exact_low} to {}", format::exact_seconds(max));
                if stay.min <= 0.0 {
                    Self {
                        text: format!("at most {high}"),
                        exact,
                    }
                } else if high == low || max == stay.min {
                    Self { text: low, exact }
                } else {
                    Self {
                        text: format!("{low} to {high}"),
                        exact,
                    }
                }
            }
        }
    }
}

/// How sure a claim is, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sure {
    pub word: &'static str,
    pub mark: &'static str,
    pub why: String,
}

impl Sure {
    pub fn new(confidence: Confidence, why: &str) -> Self {
        Self {
            word: words::confidence(confidence),
            mark: words::confidence_mark(confidence),
            why: why.to_owned(),
        }
    }
}

/// A list of evidence: some in sight, more behind a fold, and how many are only in the JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cites {
    pub shown: Vec<Link>,
    pub folded: Vec<Link>,
    pub left_out: String,
    /// How many there are in all.
    pub total: String,
}

impl Cites {
    /// `shown` in sight, `folded` behind the fold.
    pub fn new(links: &Links, citations: &[String], shown: usize, folded: usize) -> Self {
        let mut all = citations.iter().map(|c| links.cite(c));
        let first: Vec<Link> = all.by_ref().take(shown).collect();
        let more: Vec<Link> = all.by_ref().take(folded).collect();
        let rest = citations.len() - first.len() - more.len();
        let left_out = if rest == 0 {
            String::new()
        } else {
            format!("and {} more in findings.json", format::count(rest as u64))
        };
        Self {
            shown: first,
            folded: more,
            left_out,
            total: format::count(citations.len() as u64),
        }
    }

    /// What the fold is called.
    pub fn fold(&self) -> String {
        format!("{} more", self.folded.len())
    }
}

/// Text that may be long: cut for the page, whole in the JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clipped {
    pub text: String,
    /// The longer text, when it was cut.
    pub more: Option<String>,
}

/// Longest text given when a cut one is pointed at.
const MAX_MORE: usize = 400;

impl Clipped {
    pub fn new(text: &str, most: usize) -> Self {
        if text.chars().count() <= most {
            return Self {
                text: text.to_owned(),
                more: None,
            };
        }
        let cut = |n: usize| text.chars().take(n).collect::<String>();
        let more = if text.chars().count() <= MAX_MORE {
            text.to_owned()
        } else {
            format!("{}…", cut(MAX_MORE))
        };
        Self {
            text: format!("{}…", cut(most.saturating_sub(1))),
            more: Some(more),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn intervals_say_what_is_not_known() {
        let (a, b) = (at("2006-03-14T10:00:00Z"), at("2006-03-14T12:00:00Z"));
        let interval = |earliest, latest| Interval { earliest, latest };
        assert_eq!(
            Between::end(interval(Some(a), Some(b))).text(),
            "between 2006-03-14 10:00:00 and 12:00:00"
        );
        assert_eq!(
            Between::end(interval(Some(a), None)).text(),
            "not before 2006-03-14 10:00:00; nothing shows it gone"
        );
        assert_eq!(
            Between::end(interval(None, None)).text(),
            "nothing shows it gone"
        );
        assert_eq!(
            Between::beginning(interval(None, Some(b))).text(),
            "by 2006-03-14 12:00:00; nothing shows since when"
        );
        assert_eq!(
            Between::beginning(interval(Some(a), Some(a))).text(),
            "2006-03-14 10:00:00"
        );
    }

    #[test]
    fn stays_are_said_as_bounds() {
        let stay = |min, max| Length::stay(Stay { min, max }).text;
        assert_eq!(stay(183_845.0, None), "at least 2 d 3 h");
        assert_eq!(stay(3600.0, Some(7260.0)), "60 min to 2 h 1 min");
        assert_eq!(stay(0.0, Some(60.0)), "at most 60 s");
        assert_eq!(stay(60.0, Some(60.0)), "60 s");
        assert_eq!(stay(0.0, None), "not known");
    }

    #[test]
    fn long_lists_are_cut_with_their_number() {
        let citations: Vec<String> = (0..30).map(|i| format!("E1#{i}")).collect();
        let cites = Cites::new(&Links::default(), &citations, 4, 10);
        assert_eq!((cites.shown.len(), cites.folded.len()), (4, 10));
        assert_eq!(cites.left_out, "and 16 more in findings.json");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let clipped = Clipped::new(&"ü".repeat(1000), 10);
        assert_eq!(clipped.text, format!("{}…", "ü".repeat(9)));
        assert_eq!(clipped.more.unwrap().chars().count(), MAX_MORE + 1);
    }
}
