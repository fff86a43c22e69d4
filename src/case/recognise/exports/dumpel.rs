use crate::case::recognise::{Format, Head, Recognised, text};
use crate::case::time_text;

/// Lines that must all have the shape of a record.
const TRIED: usize = 3;

/// Date, time, event type, category, id, user, source, computer and strings in every one of the first lines: nothing
/// else tells a file without header.
pub fn recognise(head: &Head<'_>) -> Option<Recognised> {
    if !text::is_text(head) {
        return None;
    }
    let all = |delimiter: char| {
        let mut lines = head
            .text()
            .lines()
            .filter(|line| !line.trim().is_empty())
            .take(TRIED)
            .peekable();
        lines.peek().is_some() && lines.all(|line| is_row(line, delimiter))
    };
    let (_, name) = [('\t', "tabs"), (',', "commas")]
        .into_iter()
        .find(|(delimiter, _)| all(*delimiter))?;
    Some(Recognised::new(
        Format::Dumpel,
        format!("rows in the order of dumpel, with {name}"),
    ))
}

fn is_row(line: &str, delimiter: char) -> bool {
    let fields: Vec<&str> = line.splitn(9, delimiter).map(str::trim).collect();
    let [date, time, kind, category, id, user, source, computer, ..] = fields.as_slice() else {
        return false;
    };
    let number = |field: &str| field.parse::<u16>().is_ok();
    let words = |field: &str| field.chars().any(char::is_alphabetic);
    matches!(*kind, "0" | "1" | "2" | "4" | "8" | "16")
        && number(category)
        && number(id)
        && words(user)
        && words(source)
        && words(computer)
        && time_text::has_shape(&format!("{date} {time}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(text: &str) -> bool {
        recognise(&Head::new(text.as_bytes(), text.len() as u64, false, None)).is_some()
    }

    #[test]
    fn every_first_line_must_fit() {
        let row = "4/11/95\t4:58:39 AM\t1\t0\t1016\tN/A\tDhcpServer\tREDIPSRVP2\t%%20013\n";
        assert!(claims(row));
        assert!(claims(&row.replace('\t', ",").repeat(5)));
        assert!(!claims(&format!("{row}something else\n{row}")));
        assert!(!claims("4/11/95\t4:58:39 AM\t1\t0\t1016\t12\t13\t14\t15\n"));
        assert!(!claims(
            "4/11/95\t4:58:39 AM\tDhcpServer\tError\tNone\t1016\tN/A\tA\tText\n"
        ));
        assert!(!claims(""));
    }
}
