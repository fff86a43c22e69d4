//! One folder of a listing.

use crate::time::Stamp;

/// A path longer than this is none of Windows.
const LONGEST_PATH: usize = 4096;

/// A folder below `mailroot`, as far as it was read.
pub struct Folder {
    pub path: String,
    /// The line that names it.
    pub line: u64,
    pub virtual_server: Option<u32>,
    /// Files and bytes of the rows.
    files: u64,
    bytes: u64,
    pub oldest: Option<Stamp>,
    pub newest: Option<Stamp>,
    /// Files and bytes by the folder's own total.
    pub total: Option<(u64, u64)>,
}

impl Folder {
    /// A folder below `mailroot`; `None` for any other, and for `mailroot` and `vsi 1` themselves, which hold folders
    /// alone.
    pub fn of_mail(path: &str, line: u64) -> Option<Self> {
        if path.len() > LONGEST_PATH {
            return None;
        }
        let mut parts = path.split('\\').filter(|part| !part.is_empty());
        parts.find(|part| part.eq_ignore_ascii_case("mailroot"))?;
        let mut parts = parts.peekable();
        let virtual_server = parts.peek().copied().and_then(virtual_server);
        if virtual_server.is_some() {
            parts.next();
        }
        parts.next()?;
        Some(Self {
            path: path.to_owned(),
            line,
            virtual_server,
            files: 0,
            bytes: 0,
            oldest: None,
            newest: None,
            total: None,
        })
    }

    /// A file, with the time of its last change where that can be read.
    pub fn add(&mut self, bytes: u64, written: Option<Stamp>) {
        self.files = self.files.saturating_add(1);
        self.bytes = self.bytes.saturating_add(bytes);
        let Some(written) = written else { return };
        if self
            .oldest
            .as_ref()
            .is_none_or(|known| written.at < known.at)
        {
            self.oldest = Some(written.clone());
        }
        let end = |stamp: &Stamp| stamp.at.plus(stamp.precision);
        if self
            .newest
            .as_ref()
            .is_none_or(|known| end(&written) > end(known))
        {
            self.newest = Some(written);
        }
    }

    /// Files and bytes: by the system's own total, else by the rows.
    pub fn counts(&self) -> (u64, u64) {
        self.total.unwrap_or((self.files, self.bytes))
    }

    /// The total is there, and the rows add up to it.
    pub fn agrees(&self) -> bool {
        self.total == Some((self.files, self.bytes))
    }
}

/// The number in `vsi 1`.
fn virtual_server(part: &str) -> Option<u32> {
    let (word, number) = part.split_at_checked(4)?;
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    number
        .parse()
        .ok()
        .filter(|_| digits && word.eq_ignore_ascii_case("vsi "))
}
