//! What programs show where they do not find an event's message: a notice with the insertion strings behind it.
//!
//! On the machine of somebody who reads a mail server's log that is the rule, as Exchange's message files are not
//! there. The strings are the more precise evidence: where they can be told apart for certain they are taken, and the
//! notice, which is no message, is dropped. Otherwise the notice stays as it is.

use super::record::ExportRecord;

/// How the strings stand behind their mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    /// `'a', 'b'` (.NET's `EventLogEntry`, so `Get-EventLog`), or `a, b.` (Event Viewer up to 2003).
    Listed,
    /// One a line, then after an empty line why the message was not found (Event Viewer of Vista and later).
    Lines,
}

/// The words before the strings, with straight apostrophes. English: KB 166902 (NT 4), the debugger's documentation
/// of `!evlog` (2003), exports and posts in public repositories; other languages: the same (Japanese export of
/// `Get-EventLog`; German, French, Spanish and Japanese events copied from Event Viewer; a French program's
/// pattern for `Get-EventLog`). No German or Spanish wording of `Get-EventLog` was found.
const MARKS: &[(&str, Layout)] = &[
    (
        "The following information is part of the event:",
        Layout::Listed,
    ),
    (
        "It contains the following insertion string(s):",
        Layout::Listed,
    ),
    ("次の情報はイベントの一部です:", Layout::Listed),
    (
        "Les informations suivantes font partie de l'événement:",
        Layout::Listed,
    ),
    (
        "Les informations suivantes font partie de l'événement :",
        Layout::Listed,
    ),
    (
        "The following information was included with the event:",
        Layout::Lines,
    ),
    (
        "Die folgenden Informationen wurden mit dem Ereignis gespeichert:",
        Layout::Lines,
    ),
    (
        "Les informations suivantes étaient incluses avec l'événement :",
        Layout::Lines,
    ),
    (
        "Les informations suivantes étaient incluses avec l'événement:",
        Layout::Lines,
    ),
    (
        "La siguiente información se incluyó con el evento:",
        Layout::Lines,
    ),
    ("イベントには次の情報が含まれています:", Layout::Lines),
];

/// Takes the strings out of a record whose text is only the notice. A record that has its strings loses the notice.
pub fn settle(record: &mut ExportRecord) {
    let Some(found) = record.text.as_deref().and_then(find) else {
        return;
    };
    if record.strings.is_empty() {
        let Some(strings) = found else {
            return;
        };
        record.strings = strings;
        record.names.clear();
    }
    record.text = None;
}

/// The strings behind the mark of a notice: outer `None` when the text is no notice, inner when they cannot be told
/// apart.
fn find(text: &str) -> Option<Option<Vec<String>>> {
    let text = text.replace('\u{2019}', "'").replace('\u{a0}', " ");
    let (rest, layout) = MARKS.iter().find_map(|(mark, layout)| {
        let (_, rest) = text.split_once(mark)?;
        Some((rest, *layout))
    })?;
    Some(match layout {
        Layout::Listed => listed(rest),
        Layout::Lines => lines(rest),
    })
}

fn listed(rest: &str) -> Option<Vec<String>> {
    let inner = rest.trim().strip_prefix('\'');
    if let Some(inner) = inner.and_then(|inner| inner.strip_suffix('\'')) {
        return Some(inner.split("', '").map(str::to_owned).collect());
    }
    let rest = rest.strip_prefix(' ').unwrap_or(rest).trim_end();
    let rest = rest.strip_suffix('.').unwrap_or(rest);
    let parts: Vec<&str> = rest.split(", ").collect();
    // A comma may as well belong to a string: prose has words on both sides of it.
    let single = |part: &str| !part.contains(char::is_whitespace);
    let certain = parts
        .iter()
        .zip(parts.iter().skip(1))
        .all(|(before, after)| single(before) || single(after));
    (certain && !rest.is_empty()).then(|| parts.iter().map(|part| (*part).to_owned()).collect())
}

fn lines(rest: &str) -> Option<Vec<String>> {
    let mut lines: Vec<&str> = rest
        .lines()
        .map(|line| line.trim_end_matches('\r'))
        .collect();
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    // The rest of the mark's own line, then perhaps an empty one.
    let mut lines = lines.into_iter().peekable();
    lines.next_if(|line| line.trim().is_empty());
    lines.next_if(|line| line.trim().is_empty());
    let strings: Vec<String> = lines
        .by_ref()
        .take_while(|line| !line.trim().is_empty())
        .map(str::to_owned)
        .collect();
    // More than the one sentence that says why: some string holds an empty line, or is empty.
    let reason = lines.count();
    (reason <= 1 && !strings.is_empty()).then_some(strings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::exports::record::ExportTime;

    fn strings(text: &str) -> Option<Vec<String>> {
        find(text)?
    }

    /// The wordings of .NET: a `Perflib` event of `Get-EventLog` and a Japanese `Ntfs` one, both from public samples.
    #[test]
    fn get_event_log() {
        let text = "The description for Event ID '-1073740801' in Source 'Perflib' cannot be found.  The local \
                    computer may not have the necessary registry information or message DLL files to display the \
                    message, or you may not have permission to access them.  The following information is part of \
                    the event:'rdyboost', '4'";
        assert_eq!(strings(text).unwrap(), ["rdyboost", "4"]);
        let text = "ソース 'Microsoft-Windows-Ntfs' のイベント ID '98' の説明が見つかりません。\
                    次の情報はイベントの一部です:'Windows', '\\Device\\HarddiskVolumeShadowCopy4', '0'";
        assert_eq!(strings(text).unwrap().len(), 3);
        assert_eq!(
            strings("The following information is part of the event:'<a@b>', ''").unwrap(),
            ["<a@b>", ""]
        );
    }

    /// KB 166902 and its kin (NT 4), the help of the debugger (2003).
    #[test]
    fn event_viewer_up_to_2003() {
        let wrap = |listed: &str| {
            strings(&format!(
                "The description for Event ID ( 348 ) in Source ( MSExchangeTransport ) cannot be found. The local \
                 computer may not have the necessary registry information or message DLL files to display messages \
                 from a remote computer. You may be able to use the /AUXSOURCE= flag to retrieve this description; \
                 see Help and Support for details. The following information is part of the event: {listed}"
            ))
        };
        assert_eq!(wrap("<a@b>, 0x0.").unwrap(), ["<a@b>", "0x0"]);
        assert_eq!(
            wrap("Simple Mail Transfer Protocol (SMTP), running.").unwrap(),
            ["Simple Mail Transfer Protocol (SMTP)", "running"]
        );
        assert_eq!(
            wrap("Test Message with Event ID 2.").unwrap(),
            ["Test Message with Event ID 2"]
        );
        assert_eq!(wrap("The call failed, it is said, because of that."), None);
        assert_eq!(wrap("."), None);
        let nt = "It contains the following insertion string(s): , CM2NDIS32.";
        assert_eq!(strings(nt).unwrap(), ["", "CM2NDIS32"]);
    }

    #[test]
    fn event_viewer_since_vista() {
        let english = "The description for Event ID 348 from source MSExchangeTransport cannot be found. Either the \
                       component that raises this event is not installed on your local computer or the installation \
                       is corrupted.\r\n\r\nIf the event originated on another computer, the display information had \
                       to be saved with the event.\r\n\r\nThe following information was included with the event: \
                       \r\n\r\n<a@b>\r\n0x0\r\n\r\nthe message resource is present but the message is not found in \
                       the string/message table\r\n";
        assert_eq!(strings(english).unwrap(), ["<a@b>", "0x0"]);
        let german =
            "Die folgenden Informationen wurden mit dem Ereignis gespeichert: \n\n<a@b>\n0x0";
        assert_eq!(strings(german).unwrap(), ["<a@b>", "0x0"]);
        let french = "Les informations suivantes étaient incluses avec l\u{2019}événement : \n\na\nb\n\nraison";
        assert_eq!(strings(french).unwrap(), ["a", "b"]);
        let paragraphs = "The following information was included with the event: \n\nFailed.\n\nDetails:\nx\n\ny";
        assert_eq!(find(paragraphs), Some(None));
        assert_eq!(
            find("The following information was included with the event: "),
            Some(None)
        );
    }

    #[test]
    fn what_becomes_of_the_record() {
        let mut record = ExportRecord::new(1, ExportTime::Text(String::new()), "s", 1);
        let notice = "The following information is part of the event:'a', 'b'";
        record.text = Some(notice.to_owned());
        settle(&mut record);
        assert_eq!((record.strings.len(), &record.text), (2, &None));
        record.text = Some("The message itself.".to_owned());
        settle(&mut record);
        assert!(record.text.is_some(), "a message stays");
        record.strings.clear();
        record.text = Some(
            "It contains the following insertion string(s): one, two three, four five.".to_owned(),
        );
        settle(&mut record);
        assert!(
            record.text.is_some() && record.strings.is_empty(),
            "uncertain"
        );
    }
}
