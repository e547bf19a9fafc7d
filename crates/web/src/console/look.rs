//! The vendor's look: a colour and a drawing, on every page that a person sees.

use super::assets::{Accent, Assets};
use std::sync::Arc;

/// The most that a logo may weigh, in bytes.
pub const MOST_LOGO: usize = 64 * 1024;

/// The vendor's accent colour and logo, as settings have them. Without either the pages keep their own.
#[derive(Clone)]
pub struct Look {
    logo: Option<&'static str>,
    assets: Arc<Assets>,
}

impl Look {
    /// The look with this colour and this logo.
    #[must_use]
    pub fn new(accent: Option<Accent>, logo: Option<Logo>) -> Self {
        Self {
            logo: logo.as_ref().map(Logo::name),
            assets: Arc::new(Assets::dressed(accent.as_ref(), logo)),
        }
    }

    /// The files that pages in this look need.
    #[must_use]
    pub const fn assets(&self) -> &Arc<Assets> {
        &self.assets
    }

    /// The logo's file among [`Look::assets`]; none: the vendor's name stands beside a plain mark.
    #[must_use]
    pub const fn logo(&self) -> Option<&'static str> {
        self.logo
    }
}

impl Default for Look {
    fn default() -> Self {
        Self::new(None, None)
    }
}

/// A vendor's logo: a drawing (SVG) or a picture (PNG). What it is, its own bytes say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    kind: Kind,
    bytes: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Png,
    Svg,
}

/// Why some bytes are no logo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadLogo {
    /// More than [`MOST_LOGO`].
    TooLarge,
    /// Neither PNG nor SVG.
    OtherKind,
}

impl std::fmt::Display for BadLogo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLarge => write!(f, "is larger than {} KiB", MOST_LOGO / 1024),
            Self::OtherKind => f.write_str("is neither PNG nor SVG"),
        }
    }
}

impl std::error::Error for BadLogo {}

impl Logo {
    /// Takes the bytes of a file.
    ///
    /// # Errors
    /// [`BadLogo`] for what is too large, and for what is neither PNG nor SVG.
    pub fn of(bytes: Vec<u8>) -> Result<Self, BadLogo> {
        if bytes.len() > MOST_LOGO {
            return Err(BadLogo::TooLarge);
        }
        let kind = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Kind::Png
        } else if is_svg(&bytes) {
            Kind::Svg
        } else {
            return Err(BadLogo::OtherKind);
        };
        Ok(Self { kind, bytes })
    }

    /// What it is served as.
    #[must_use]
    pub const fn media(&self) -> &'static str {
        match self.kind {
            Kind::Png => "image/png",
            Kind::Svg => "image/svg+xml",
        }
    }

    /// What its file is called.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self.kind {
            Kind::Png => "logo.png",
            Kind::Svg => "logo.svg",
        }
    }

    /// Its bytes.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Whether this is text whose first element is `svg`, after whatever XML allows before it.
fn is_svg(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("<?") => "?>",
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<!") => ">",
            _ => break,
        };
        let Some((_, after)) = rest.split_once(end) else {
            return false;
        };
        rest = after.trim_start();
    }
    rest.strip_prefix("<svg")
        .is_some_and(|after| after.starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/')))
}

#[cfg(test)]
mod tests {
    use super::{BadLogo, Logo, Look, MOST_LOGO};

    /// CO8: a page that says it is a picture is not taken for one.
    #[test]
    fn a_logo_is_what_its_bytes_say() {
        let svg = "<?xml version=\"1.0\"?>\n<!-- made by hand -->\n<!DOCTYPE svg>\n<svg xmlns=\"x\"/>";
        let logo = Logo::of(svg.as_bytes().to_vec()).unwrap();
        assert_eq!((logo.media(), logo.name()), ("image/svg+xml", "logo.svg"));
        let logo = Logo::of(b"\x89PNG\r\n\x1a\nrest".to_vec()).unwrap();
        assert_eq!((logo.media(), logo.name()), ("image/png", "logo.png"));
        for other in [
            "<html><svg></svg></html>",
            "<svgx>",
            "GIF89a",
            "",
            "<!-- <svg>",
            "<script>",
        ] {
            assert_eq!(Logo::of(other.as_bytes().to_vec()), Err(BadLogo::OtherKind), "{other}");
        }
        assert_eq!(Logo::of(vec![b' '; MOST_LOGO + 1]), Err(BadLogo::TooLarge));
    }

    #[test]
    fn a_look_of_ones_own_has_files_of_its_own() {
        let logo = Logo::of(b"<svg/>".to_vec()).unwrap();
        let look = Look::new(None, Some(logo));
        assert_eq!(look.logo(), Some("logo.svg"));
        assert_ne!(look.assets().version(), Look::default().assets().version());
        assert_eq!(Look::default().logo(), None);
    }
}
