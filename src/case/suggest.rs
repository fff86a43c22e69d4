//! "Did you mean": the nearest of the known names.

/// The known name nearest to what was typed, if it is near enough to be meant.
pub fn closest<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    known
        .map(|name| (distance(&typed, &name.to_lowercase()), name))
        .filter(|(distance, name)| {
            *distance * 3 <= name.chars().count().max(typed.chars().count())
                || (typed.len() >= 4 && (name.starts_with(&typed) || typed.starts_with(name)))
        })
        .min_by_key(|(distance, name)| (*distance, *name))
        .map(|(_, name)| name)
}

/// A sentence for an unknown word: the nearest known one, else all of them.
pub fn did_you_mean<'a>(typed: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    match closest(typed, known.clone()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => {
            let all: Vec<String> = known.map(|name| format!("`{name}`")).collect();
            format!("known here: {}", all.join(", "))
        }
    }
}

/// Levenshtein distance in characters: insertions, deletions and substitutions, one each.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (above, to) in row.iter().skip(1).zip(&b) {
            let substituted = diagonal + usize::from(from != *to);
            left = substituted.min(above + 1).min(left + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_distances() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("saturday", "sunday"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("same", "same"), 0);
    }

    #[test]
    fn only_near_names_are_offered() {
        let known = ["time_zone", "date_order", "name"];
        assert_eq!(
            closest("timezone", known.iter().copied()),
            Some("time_zone")
        );
        assert_eq!(closest("colour", known.iter().copied()), None);
        assert!(did_you_mean("colour", known.iter().copied()).contains("`date_order`"));
    }
}
