use crate::case::recognise::{Format, Head, Recognised, text};

/// A whole block of labels, in one of the languages that the reader knows, anywhere in the beginning of the file: a
/// mail may have much text before it.
///
/// The labels are told by their order and company, not by their language: the reader's own list says which they are.
pub fn recognise(head: &Head<'_>) -> Option<Recognised> {
    if !text::is_text(head) {
        return None;
    }
    let mut names: Vec<String> = Vec::new();
    for line in head.text().lines() {
        let line =
            line.trim_start_matches(|c: char| c == '>' || c == '\u{feff}' || c.is_whitespace());
        if line.trim().is_empty() {
            continue;
        }
        match label(line) {
            Some(name) => names.push(name),
            None => names.clear(),
        }
        if names.len() > SOME {
            names.remove(0);
        }
        if let Some(form) = FORMS.iter().find(|form| form.is_in(&names)) {
            let by = format!("a block of event details ({} …)", form.first);
            return Some(Recognised::new(Format::EventDetails, by));
        }
    }
    None
}

/// Labels remembered: a block has eleven.
const SOME: usize = 12;

/// The labels of a block that no other text has together, in small letters.
struct Form {
    first: &'static str,
    others: &'static [&'static str],
}

impl Form {
    fn is_in(&self, names: &[String]) -> bool {
        let has = |wanted: &str| names.iter().any(|name| name == wanted);
        has(self.first) && self.others.iter().all(|other| has(other))
    }
}

const FORMS: &[Form] = &[
    Form {
        first: "event type",
        others: &["event source", "event id", "date", "description"],
    },
    Form {
        first: "log name",
        others: &["source", "event id", "date", "description"],
    },
    Form {
        first: "ereignistyp",
        others: &["ereignisquelle", "datum", "beschreibung"],
    },
    Form {
        first: "protokollname",
        others: &["quelle", "ereignis-id", "datum", "beschreibung"],
    },
    Form {
        first: "type de l'événement",
        others: &["source de l'événement", "date", "description"],
    },
    Form {
        first: "nom du journal",
        others: &["source", "id de l'événement", "date", "description"],
    },
    Form {
        first: "tipo de suceso",
        others: &["origen del suceso", "fecha", "descripción"],
    },
    Form {
        first: "tipo de evento",
        others: &["origen del evento", "fecha", "descripción"],
    },
    Form {
        first: "nombre de registro",
        others: &["origen", "fecha", "descripción"],
    },
    Form {
        first: "イベントの種類",
        others: &["イベント ソース", "日付", "説明"],
    },
    Form {
        first: "ログの名前",
        others: &["ソース", "日付", "説明"],
    },
];

/// The label of a line, in small letters.
fn label(line: &str) -> Option<String> {
    let colon = |c: &(usize, char)| matches!(c.1, ':' | '：');
    let (at, _) = line.char_indices().take(30).find(colon)?;
    let plain = |c: char| match c {
        '\u{2019}' => '\'',
        '\u{a0}' | '\u{202f}' | '\u{3000}' | '\t' => ' ',
        c => c,
    };
    let name: String = line.get(..at)?.chars().map(plain).collect();
    Some(name.trim().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(text: &str) -> bool {
        recognise(&Head::new(text.as_bytes(), text.len() as u64, false, None)).is_some()
    }

    #[test]
    fn whole_blocks_only() {
        let block = "Event Type:\tError\nEvent Source:\tX\nEvent Category:\tNone\nEvent ID:\t348\nDate:\t\t3/14/2006\n\
                     Time:\t\t9:30:00 AM\nUser:\t\tN/A\nComputer:\tBH01\nDescription:\nText.\n";
        assert!(claims(block));
        assert!(claims(&format!(
            "Dear all,\n\nsee below.\n\n{}",
            block.replace('\n', "\n> ")
        )));
        assert!(claims(
            "Protokollname: System\nQuelle: X\nDatum: 20.07.2010 00:00:01\nEreignis-ID: 1\nAufgabenkategorie:Keine\n\
             Ebene: Fehler\nSchlüsselwörter:\nBenutzer: N/A\nComputer: B\nBeschreibung:\nText\n"
        ));
        assert!(!claims(
            "Event Type: meeting\nDate: 3/14/2006\nLocation: here\nDescription: we talk about event ids\n"
        ));
        assert!(!claims(
            "The Event Type: and Event Source: labels, Event ID: and Date: are in prose. Description:"
        ));
    }
}
