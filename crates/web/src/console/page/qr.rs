//! A square that phones read.

use askama::filters::HtmlSafe;
use qrcode::{Color, EcLevel, QrCode};
use std::fmt;

/// A QR code as inline SVG. It holds what it was made from, which may be a secret: `Debug` shows nothing of it.
pub struct Qr {
    path: String,
    side: usize,
}

/// The quiet zone that readers need around the code (ISO/IEC 18004), in modules.
const QUIET: usize = 4;

/// Draws a QR code; none when the text is too long for one.
#[must_use]
pub fn qr(text: &str) -> Option<Qr> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (place, color) in code.into_colors().into_iter().enumerate() {
        if color == Color::Dark {
            path.push_str(&format!("M{} {}h1v1h-1z", place % width + QUIET, place / width + QUIET));
        }
    }
    Some(Qr {
        path,
        side: width + 2 * QUIET,
    })
}

impl fmt::Display for Qr {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Dark on light in both themes: readers expect it so.
        write!(
            out,
            "<svg class=\"qr\" viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"QR code\" \
             shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" \
             d=\"{path}\"/></svg>",
            side = self.side,
            path = self.path
        )
    }
}

// Numbers and letters of our own.
impl HtmlSafe for Qr {}

impl fmt::Debug for Qr {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Qr(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::qr;

    #[test]
    fn a_code_has_its_corners_and_no_text() {
        let drawn = qr("otpauth://totp/x?secret=JBSWY3DPEHPK3PXP").map(|qr| qr.to_string());
        let drawn = drawn.unwrap();
        assert!(drawn.starts_with("<svg class=\"qr\""));
        assert!(
            drawn.contains("d=\"M4 4h1v1h-1zM5 4h1v1h-1z"),
            "the finder pattern in its corner"
        );
        assert!(!drawn.contains("JBSWY3DP") && !drawn.contains("style="));
    }

    #[test]
    fn what_is_too_long_has_no_code() {
        assert!(qr(&"x".repeat(5_000)).is_none());
    }
}
