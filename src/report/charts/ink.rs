//! The colours of the charts, each with one meaning.
//!
//! plotters writes colours as attributes, which know nothing of a reader's light or dark theme. So each ink has a
//! class as well: [`super::svg`] puts the class beside the colour of the light theme, and the style sheet, which
//! outranks attributes, recolours the classes. Where style sheets are stripped the light colours remain. No two
//! inks have the same colour; that is how the class is found.

use plotters::style::RGBColor;

/// One colour with one meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    Text,
    Muted,
    Grid,
    /// Shading of stuck windows.
    Window,
    /// Scan failures.
    Failure,
    /// Messages stuck for certain.
    Stuck,
    /// Messages possibly stuck, within bounds.
    Possible,
    /// Messages that nothing rules out.
    Permitted,
    Restart,
    Capture,
    Coverage,
    Intervention,
    /// The page behind, to set marks off from each other.
    Paper,
}

impl Ink {
    pub const ALL: [Self; 13] = [
        Self::Text,
        Self::Muted,
        Self::Grid,
        Self::Window,
        Self::Failure,
        Self::Stuck,
        Self::Possible,
        Self::Permitted,
        Self::Restart,
        Self::Capture,
        Self::Coverage,
        Self::Intervention,
        Self::Paper,
    ];

    /// The colour in the light theme, as in `:root` of `style.css`.
    pub const fn rgb(self) -> RGBColor {
        match self {
            Self::Text => RGBColor(0x1B, 0x20, 0x27),
            Self::Muted => RGBColor(0x56, 0x60, 0x6C),
            Self::Grid => RGBColor(0xE1, 0xE5, 0xEA),
            Self::Window => RGBColor(0xEE, 0xF2, 0xF8),
            Self::Failure => RGBColor(0xB4, 0x4A, 0x0B),
            Self::Stuck => RGBColor(0x1F, 0x5F, 0x9E),
            Self::Possible => RGBColor(0xA9, 0xC8, 0xE8),
            Self::Permitted => RGBColor(0x5B, 0x7F, 0xA6),
            Self::Restart => RGBColor(0x6D, 0x3A, 0xA8),
            Self::Capture => RGBColor(0x0B, 0x6E, 0x69),
            Self::Coverage => RGBColor(0x9A, 0xA4, 0xB0),
            Self::Intervention => RGBColor(0x8A, 0x5A, 0x00),
            Self::Paper => RGBColor(0xFF, 0xFF, 0xFF),
        }
    }

    /// The name used for the class and for the style sheet's variable `--ink-<name>`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Muted => "muted",
            Self::Grid => "grid",
            Self::Window => "window",
            Self::Failure => "failure",
            Self::Stuck => "stuck",
            Self::Possible => "possible",
            Self::Permitted => "permitted",
            Self::Restart => "restart",
            Self::Capture => "capture",
            Self::Coverage => "coverage",
            Self::Intervention => "intervention",
            Self::Paper => "paper",
        }
    }

    /// `#RRGGBB`, as plotters writes it and as the style sheet has it.
    pub fn hex(self) -> String {
        let RGBColor(r, g, b) = self.rgb();
        format!("#{r:02X}{g:02X}{b:02X}")
    }

    /// The ink of a colour attribute.
    pub fn of_hex(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ink| ink.hex() == value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: &str = include_str!("../templates/style.css");

    #[test]
    fn the_style_sheet_has_every_ink_in_both_themes() {
        for ink in Ink::ALL {
            let light = format!("--ink-{}:{};", ink.name(), ink.hex().to_lowercase());
            assert!(STYLE.contains(&light), "{light}");
            assert_eq!(
                STYLE.matches(&format!("--ink-{}:", ink.name())).count(),
                2,
                "{ink:?}"
            );
            assert!(
                STYLE.contains(&format!(
                    ".f-{}{{fill:var(--ink-{})}}",
                    ink.name(),
                    ink.name()
                )),
                "{ink:?}"
            );
            assert!(
                STYLE.contains(&format!(
                    ".s-{}{{stroke:var(--ink-{})}}",
                    ink.name(),
                    ink.name()
                )),
                "{ink:?}"
            );
        }
    }

    #[test]
    fn colours_tell_inks_apart() {
        for ink in Ink::ALL {
            assert_eq!(Ink::of_hex(&ink.hex()), Some(ink));
        }
    }
}
