//! `report.html`: one file that needs nothing else, not even scripts.
//!
//! The Content-Security-Policy allows the one style sheet by its hash and nothing besides: no script, no font, no
//! picture, no request.

use std::io::Write;
use std::sync::LazyLock;

use askama::Template;
use sha2::{Digest, Sha256};

use super::Error;
use super::view::Page;

/// The style sheet, with line feeds alone: browsers hash it so, however it was checked out.
static STYLE: LazyLock<String> =
    LazyLock::new(|| include_str!("templates/style.css").replace("\r\n", "\n"));

#[derive(Template)]
#[template(path = "report.html")]
struct Html<'a> {
    page: &'a Page,
    style: &'a str,
    policy: String,
}

/// Writes the page.
pub fn write(page: &Page, out: &mut dyn Write) -> Result<(), Error> {
    let html = Html {
        page,
        style: &STYLE,
        policy: policy(&STYLE),
    };
    let text = html.render().map_err(Error::render("HTML report"))?;
    out.write_all(text.as_bytes())
        .map_err(Error::render("HTML report"))
}

fn policy(style: &str) -> String {
    let hash = base64(&Sha256::digest(style.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
}

/// RFC 4648 §4, as a CSP hash is written.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().fold(0_u32, |sum, b| sum << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for i in 0..4 {
            let digit = DIGITS
                .get((group >> (18 - 6 * i)) as usize & 63)
                .copied()
                .unwrap_or(b'=');
            out.push(if i <= chunk.len() {
                char::from(digit)
            } else {
                '='
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_the_rfc() {
        // RFC 4648 §10.
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn policy_of_a_known_style() {
        // The well-known SHA-256 of nothing.
        assert!(policy("").contains("'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"));
        assert!(!STYLE.contains('\r'));
    }
}
