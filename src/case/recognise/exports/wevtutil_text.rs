use crate::case::recognise::{Format, Head, Recognised};

/// Lines looked at before the first event: a prompt or the command itself may stand above it.
const LEAD: usize = 10;

/// An `Event[0]` line, the indented name of a log after it and the labels that every block has.
pub fn recognise(head: &Head<'_>) -> Option<Recognised> {
    let mut lines = head.text().lines().filter(|line| !line.trim().is_empty());
    let headed = lines.by_ref().take(LEAD).any(is_header);
    let mut block = lines.take(16);
    let named = block
        .next()
        .is_some_and(|line| line.starts_with("  Log Name:"));
    let labels = block
        .filter(|line| {
            ["  Source:", "  Date:", "  Event ID:"]
                .iter()
                .any(|label| line.starts_with(label))
        })
        .count();
    (headed && named && labels >= 3).then(|| {
        Recognised::new(
            Format::WevtutilText,
            "blocks Event[n] with the labels of wevtutil",
        )
    })
}

fn is_header(line: &str) -> bool {
    let line = line.trim_end().trim_end_matches(':');
    line.strip_prefix("Event[")
        .and_then(|rest| rest.strip_suffix(']'))
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(text: &str) -> bool {
        recognise(&Head::new(text.as_bytes(), text.len() as u64, false, None)).is_some()
    }

    #[test]
    fn blocks_with_labels_only() {
        let block =
            "  Log Name: System\n  Source: x\n  Date: 2016-12-22T05:29:02.512\n  Event ID: 1\n";
        assert!(claims(&format!("Event[0]:\n{block}")));
        assert!(claims(&format!(
            "C:\\>wevtutil qe System /f:text\n\nEvent[3]\n{block}"
        )));
        assert!(!claims("Event[0]:\n  name: start\n  date: today\n"));
        assert!(!claims("Event[0]: the log said so\n  Log Name: System\n"));
        assert!(!claims(""));
    }
}
