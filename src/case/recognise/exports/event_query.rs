use crate::case::recognise::{Format, Head, Recognised, text};

/// Lines looked at: the script host speaks first, and the command itself may stand above.
const LEAD: usize = 40;

/// The sentence before each log, or a header with the script's own column names.
pub fn recognise(head: &Head<'_>) -> Option<Recognised> {
    if !text::is_text(head) {
        return None;
    }
    let lines = || head.text().lines().take(LEAD);
    if lines().any(|line| {
        line.trim_start().starts_with("Listing the events in '") && line.contains("' log of host '")
    }) {
        return Some(Recognised::new(
            Format::EventQuery,
            "eventquery.vbs says which log it lists",
        ));
    }
    if lines().any(is_csv_header) {
        return Some(Recognised::new(
            Format::EventQuery,
            "CSV header of eventquery.vbs",
        ));
    }
    lines()
        .any(is_table_header)
        .then(|| Recognised::new(Format::EventQuery, "column names of eventquery.vbs"))
}

fn is_csv_header(line: &str) -> bool {
    let line = line.trim();
    line.starts_with(r#""Type","Event","Date Time","Source","ComputerName""#)
}

fn is_table_header(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    words.starts_with(&["Type", "Event", "Date", "Time", "Source", "ComputerName"])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(text: &str) -> bool {
        recognise(&Head::new(text.as_bytes(), text.len() as u64, false, None)).is_some()
    }

    #[test]
    fn its_own_words_only() {
        assert!(claims(
            "x\n\nListing the events in 'system' log of host 'BH01'\n---\n"
        ));
        assert!(claims(
            "\"Type\",\"Event\",\"Date Time\",\"Source\",\"ComputerName\"\n"
        ));
        assert!(claims(
            "Type          Event  Date Time                Source            ComputerName\n"
        ));
        // The script host speaks first, unless it was told not to.
        let logo = "Microsoft (R) Windows Script Host Version 5.6\r\n\
                    Copyright (C) Microsoft Corporation 1996-2001. All rights reserved.\r\n\r\n";
        assert!(claims(&format!(
            "{logo}\"Type\",\"Event\",\"Date Time\",\"Source\",\"ComputerName\"\r\n"
        )));
        assert!(!claims(logo));
        assert!(!claims("Type,Event,When,Where\n"));
        assert!(!claims("Listing the events in 'our town'\n"));
        assert!(!claims("Type Event Date Time Source are the columns\n"));
    }
}
