//! A vendor's colour, made legible.

use std::fmt::Write;

/// A vendor's accent colour. Each theme gets it as light or dark as its text needs (WCAG 1.4.3: 4.5 to 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent {
    red: u8,
    green: u8,
    blue: u8,
}

/// The text is no colour of the form `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadAccent;

/// The darkest ground that links stand on in the light theme, and the lightest in the dark one; as in `console.css`.
const LIGHT_GROUND: Accent = Accent::of(0xf1, 0xf3, 0xf7);
const DARK_GROUND: Accent = Accent::of(0x22, 0x28, 0x33);
const WHITE: Accent = Accent::of(255, 255, 255);
const BLACK: Accent = Accent::of(0, 0, 0);
const LEGIBLE: f64 = 4.6;

impl Accent {
    const fn of(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// Reads `#rrggbb`.
    ///
    /// # Errors
    /// [`BadAccent`] for anything else.
    pub fn parse(text: &str) -> Result<Self, BadAccent> {
        let digits = text.strip_prefix('#').ok_or(BadAccent)?;
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(BadAccent);
        }
        let value = u32::from_str_radix(digits, 16).map_err(|_| BadAccent)?;
        let [_, red, green, blue] = value.to_be_bytes();
        Ok(Self { red, green, blue })
    }

    /// This colour, moved towards `pole` until it can be read on `ground`.
    fn legible(self, ground: Self, pole: Self) -> Self {
        (0..=50_u16)
            .map(|part| self.mixed(pole, part, 50))
            .find(|colour| contrast(*colour, ground) >= LEGIBLE)
            .unwrap_or(pole)
    }

    fn mixed(self, other: Self, part: u16, of: u16) -> Self {
        let mix = |a: u8, b: u8| {
            let sum = u16::from(a) * (of - part) + u16::from(b) * part;
            u8::try_from(sum / of).unwrap_or(u8::MAX)
        };
        Self::of(
            mix(self.red, other.red),
            mix(self.green, other.green),
            mix(self.blue, other.blue),
        )
    }

    fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

/// The vendor's sheet. Without a colour it says nothing, and the console keeps its own.
pub(super) fn sheet(accent: Option<&Accent>) -> String {
    let mut sheet = String::new();
    if let Some(accent) = accent {
        let light = accent.legible(LIGHT_GROUND, BLACK).hex();
        let dark = accent.legible(DARK_GROUND, WHITE).hex();
        let _ = writeln!(sheet, ":root{{--accent-light:{light};--accent-dark:{dark}}}");
    }
    sheet
}

/// WCAG 2.2, contrast ratio.
fn contrast(a: Accent, b: Accent) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// WCAG 2.2, relative luminance.
fn luminance(colour: Accent) -> f64 {
    let linear = |channel: u8| {
        let channel = f64::from(channel) / 255.0;
        if channel <= 0.040_45 {
            channel / 12.92
        } else {
            ((channel + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue)
}

#[cfg(test)]
mod tests {
    use super::{Accent, BLACK, DARK_GROUND, LIGHT_GROUND, WHITE, contrast, sheet};

    #[test]
    fn every_colour_can_be_read_in_both_themes() {
        for text in [
            "#000000", "#ffffff", "#ffd400", "#2f5bd7", "#00ff00", "#7f7f7f", "#E4002B",
        ] {
            let accent = Accent::parse(text).unwrap();
            let light = accent.legible(LIGHT_GROUND, BLACK);
            let dark = accent.legible(DARK_GROUND, WHITE);
            assert!(contrast(light, LIGHT_GROUND) >= 4.5, "{text}");
            assert!(contrast(light, WHITE) >= 4.5, "{text} under white words");
            assert!(contrast(dark, DARK_GROUND) >= 4.5, "{text}");
        }
    }

    #[test]
    fn a_legible_colour_stays_as_it_is() {
        let accent = Accent::parse("#0a4b8f").unwrap();
        assert_eq!(accent.legible(LIGHT_GROUND, BLACK), accent);
        assert!(sheet(Some(&accent)).contains("--accent-light:#0a4b8f;"));
        assert_eq!(sheet(None), "");
    }

    /// CO8: a colour is six digits; nothing else reaches the sheet.
    #[test]
    fn what_is_no_colour_is_refused() {
        for text in [
            "",
            "red",
            "#fff",
            "#12345g",
            "#+12345",
            "#1234567",
            "#000;}body{",
            "#é1234",
        ] {
            assert!(Accent::parse(text).is_err(), "{text}");
        }
    }
}
