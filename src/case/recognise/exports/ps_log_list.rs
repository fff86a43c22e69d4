use crate::case::recognise::{Format, Head, Recognised, text};
use crate::case::time_text;

/// Lines that must all have the shape of a record where nothing else speaks for the form.
const TRIED: usize = 3;
/// Lines looked at for the tool's own words.
const LEAD: usize = 20;

/// The name of the log as the tool prints it above its records, or rows of its order throughout.
pub fn recognise(head: &Head<'_>) -> Option<Recognised> {
    if !text::is_text(head) {
        return None;
    }
    let lines = || head.text().lines().filter(|line| !line.trim().is_empty());
    let named = lines().take(LEAD).position(|line| {
        line.trim_end()
            .strip_suffix(':')
            .is_some_and(|line| line.contains(" log on \\\\"))
    });
    let from = named.map_or(0, |at| at + 1);
    let mut after = lines().skip(from).peekable();
    if is_block(after.peek().copied().unwrap_or(""), lines().nth(from + 1)) {
        return Some(Recognised::new(
            Format::PsLogList,
            "blocks [record number] source, as psloglist prints them",
        ));
    }
    let fits = |delimiter: char| {
        let mut rows = lines().skip(from).take(TRIED).peekable();
        rows.peek().is_some() && rows.all(|line| is_row(line, delimiter))
    };
    [',', '\t', ';', '|'].into_iter().any(fits).then(|| {
        Recognised::new(
            Format::PsLogList,
            "rows in the order of psloglist -s: number, log, source, type, computer, time, id",
        )
    })
}

fn is_block(line: &str, next: Option<&str>) -> bool {
    let number = line
        .strip_prefix('[')
        .and_then(|line| line.split_once("] "))
        .is_some_and(|(number, _)| number.parse::<u64>().is_ok());
    number && next.is_some_and(|next| next.starts_with("   Type:     "))
}

fn is_row(line: &str, delimiter: char) -> bool {
    let fields: Vec<&str> = line
        .splitn(9, delimiter)
        .map(|field| field.trim().trim_matches('"'))
        .collect();
    let [number, _, _, kind, _, time, id, _, _] = fields.as_slice() else {
        return false;
    };
    const KINDS: [&str; 6] = [
        "INFORMATION",
        "WARNING",
        "ERROR",
        "AUDIT SUCCESS",
        "AUDIT FAILURE",
        "SUCCESS",
    ];
    number.parse::<u64>().is_ok()
        && id.parse::<u32>().is_ok()
        && KINDS.iter().any(|known| known.eq_ignore_ascii_case(kind))
        && time_text::has_shape(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(text: &str) -> bool {
        recognise(&Head::new(text.as_bytes(), text.len() as u64, false, None)).is_some()
    }

    #[test]
    fn blocks_and_rows() {
        let block = "[513] Service Control Manager\n   Type:     INFORMATION \n   Computer: BH01\n";
        assert!(claims(&format!(
            "PsLoglist v2.81 - viewer\n\nSystem log on \\\\BH01:\n{block}"
        )));
        assert!(claims(block));
        let row = "513,System,X,INFORMATION,BH01,9/25/2006 8:36:52 AM,7036,None,Text, more.\n";
        assert!(claims(row));
        assert!(claims(&format!(
            "System log on \\\\BH01:\n{}",
            row.replace(',', "\t")
        )));
        assert!(!claims(&format!("{row}1,2,3\n")));
        assert!(!claims("[513] a footnote\nType: none\n"));
        assert!(!claims("System log on \\\\BH01:\n"));
    }
}
