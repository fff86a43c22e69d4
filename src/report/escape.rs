//! Text from evidence made safe to show.
//!
//! Subjects, senders and host names are written by strangers. Two things are done to every one of them, by the
//! template engine itself and so without exception (see `[[escaper]]` in `askama.toml`): characters that cannot be
//! seen or that reorder their neighbours are written out as `⟨U+202E⟩`, and the mark-up characters of the output
//! format are escaped.

use std::borrow::Cow;
use std::fmt::{self, Write};

use askama::filters::Escaper;

/// Escapes for HTML text and attribute values.
#[derive(Clone, Copy, Debug, Default)]
pub struct VisibleHtml;

/// Escapes for the inside of a line of Markdown (CommonMark 2.4: any ASCII punctuation may be escaped).
#[derive(Clone, Copy, Debug, Default)]
pub struct VisibleMarkdown;

/// Whether a character would be unseen, or change how its neighbours are shown.
///
/// Controls; bidirectional marks, embeddings, overrides and isolates (UAX #9); zero-width characters, fillers and
/// soft hyphens; line separators; interlinear annotations; tags; noncharacters. Tab and line feed are left alone.
pub fn is_hidden(c: char) -> bool {
    match c {
        '\t' | '\n' => false,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}'
        | '\u{17B5}' => true,
        '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' => true,
        '\u{2060}'..='\u{206F}'
        | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}'
        | '\u{FFA0}' => true,
        '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}' => true,
        _ => {
            c.is_control()
                || (c as u32) & 0xFFFE == 0xFFFE
                || ('\u{FDD0}'..='\u{FDEF}').contains(&c)
        }
    }
}

/// The text with hidden characters written out.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            out.push_str(&code(c));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

fn code(c: char) -> String {
    format!("⟨U+{:04X}⟩", c as u32)
}

impl Escaper for VisibleHtml {
    fn write_escaped_str<W: Write>(&self, mut dest: W, string: &str) -> fmt::Result {
        string
            .chars()
            .try_for_each(|c| self.write_escaped_char(&mut dest, c))
    }

    fn write_escaped_char<W: Write>(&self, mut dest: W, c: char) -> fmt::Result {
        match c {
            '&' => dest.write_str("&amp;"),
            '<' => dest.write_str("&lt;"),
            '>' => dest.write_str("&gt;"),
            '"' => dest.write_str("&quot;"),
            '\'' => dest.write_str("&#39;"),
            c if is_hidden(c) => dest.write_str(&code(c)),
            c => dest.write_char(c),
        }
    }
}

impl Escaper for VisibleMarkdown {
    fn write_escaped_str<W: Write>(&self, mut dest: W, string: &str) -> fmt::Result {
        string
            .chars()
            .try_for_each(|c| self.write_escaped_char(&mut dest, c))
    }

    fn write_escaped_char<W: Write>(&self, mut dest: W, c: char) -> fmt::Result {
        match c {
            '\n' | '\t' => dest.write_char(' '),
            // Entities, since some readers of Markdown let HTML through even behind a backslash.
            '&' => dest.write_str("&amp;"),
            '<' => dest.write_str("&lt;"),
            '>' => dest.write_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => {
                dest.write_char('\\')?;
                dest.write_char(c)
            }
            c if is_hidden(c) => dest.write_str(&code(c)),
            c => dest.write_char(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(escaper: impl Escaper, text: &str) -> String {
        let mut out = String::new();
        escaper.write_escaped_str(&mut out, text).unwrap();
        out
    }

    #[test]
    fn hidden_characters_are_written_out() {
        assert_eq!(visible("plain Müller 見積り"), "plain Müller 見積り");
        assert_eq!(visible("exe.\u{202E}fdp"), "exe.⟨U+202E⟩fdp");
        assert_eq!(
            visible("a\0b\u{200B}c\u{7F}"),
            "a⟨U+0000⟩b⟨U+200B⟩c⟨U+007F⟩"
        );
        assert_eq!(visible("\u{FFFF}"), "⟨U+FFFF⟩");
        assert_eq!(visible("two\nlines\tkept"), "two\nlines\tkept");
    }

    #[test]
    fn html_cannot_leave_its_place() {
        assert_eq!(
            escaped(VisibleHtml, "\"><script>alert('x')</script>&amp;"),
            "&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;"
        );
        assert_eq!(escaped(VisibleHtml, "\u{202E}"), "⟨U+202E⟩");
    }

    #[test]
    fn markdown_stays_on_its_line() {
        assert_eq!(
            escaped(VisibleMarkdown, "a|b\n# [x](y) <b> `c`"),
            "a\\|b # \\[x\\](y) &lt;b&gt; \\`c\\`"
        );
    }
}
