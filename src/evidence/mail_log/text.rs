//! Fields as text, for the lines that are kept.

use crate::case::encoding::CodePage;

/// Decodes fields: UTF-8 where they are, else the code page that the case names, else windows-1252.
pub struct Decoder {
    told: Option<CodePage>,
    /// A field was neither UTF-8 nor of a code page that the case names.
    pub assumed: bool,
}

impl Decoder {
    pub fn new(told: Option<CodePage>) -> Self {
        Self {
            told,
            assumed: false,
        }
    }

    pub fn told(&self) -> Option<CodePage> {
        self.told
    }

    pub fn text(&mut self, field: &[u8]) -> String {
        if let Ok(text) = std::str::from_utf8(field) {
            return text.to_owned();
        }
        self.assumed |= self.told.is_none();
        let page = self
            .told
            .unwrap_or(CodePage::Ansi(encoding_rs::WINDOWS_1252));
        page.decode(field).0.into_owned()
    }
}

/// A field without the blanks around it; what a log writes for nothing is nothing.
pub fn trimmed(field: &[u8]) -> &[u8] {
    let field = field.trim_ascii();
    if field == b"-" { b"" } else { field }
}
