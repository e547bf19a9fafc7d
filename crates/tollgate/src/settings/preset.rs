//! The presets that come with the binary: plain configuration, a file each under `presets/`.

/// The names of the presets.
pub const NAMES: [&str; 5] = ["safesend", "signeasy", "sovos", "elite-3e", "signicat"];

/// The text of a preset.
#[must_use]
pub fn text(name: &str) -> Option<&'static str> {
    match name {
        "safesend" => Some(include_str!("../../../../presets/safesend.toml")),
        "signeasy" => Some(include_str!("../../../../presets/signeasy.toml")),
        "sovos" => Some(include_str!("../../../../presets/sovos.toml")),
        "elite-3e" => Some(include_str!("../../../../presets/elite-3e.toml")),
        "signicat" => Some(include_str!("../../../../presets/signicat.toml")),
        _ => None,
    }
}
