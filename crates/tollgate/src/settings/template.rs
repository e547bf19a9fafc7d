//! The configuration that `tollgate init` prints: every setting with its manual, to start from.

use super::reference::header;
use super::table::{self, Kind, Otherwise, SETTINGS, Setting};
use super::{layers, preset};
use std::fmt::Write as _;
use toml::{Table, Value};

const HEAD: &str = "\
# Tollgate's settings. `tollgate check` names every fault of them at once.
#
# A line that begins with '# ' explains. One that begins with '#' alone is a setting with its default, or with an
# example where it has none: take the '#' away and change it. The environment (TOLLGATE_SERVER_LISTEN for
# server.listen) goes before this file, and flags (--set server.listen=…) before both.
";

/// The width to which manuals are broken.
const WIDTH: usize = 110;

/// A commented configuration, on top of a preset if one is named. Unknown names count as none.
#[must_use]
pub fn text(preset: Option<&str>) -> String {
    let beneath = preset
        .and_then(preset::text)
        .and_then(|text| toml::from_str(text).ok())
        .unwrap_or_default();
    let mut page = Page {
        text: HEAD.to_owned(),
        beneath,
    };
    for row in table::children("").filter(|row| !row.is_section()) {
        page.text.push('\n');
        page.explain(row.manual);
        match (row.path, preset) {
            ("preset", Some(name)) => page.line("", "preset", &format!("{name:?}")),
            _ => page.setting(row, false),
        }
    }
    for row in SETTINGS.iter().filter(|row| row.is_section()) {
        page.section(row);
    }
    page.text
}

struct Page {
    text: String,
    /// What the preset says.
    beneath: Table,
}

impl Page {
    fn section(&mut self, section: &Setting) {
        self.text.push('\n');
        self.explain(section.manual);
        if let Otherwise::Absent(words) = section.otherwise {
            self.explain(&format!("Without it: {}.", words.replace('`', "")));
        }
        let many = matches!(section.kind, Kind::Tables | Kind::Named);
        if many && layers::value(&self.beneath, section.path).is_some() {
            self.explain(match section.kind {
                Kind::Tables => "The preset has its own: what stands here replaces all of them.",
                _ => "The preset has its own: what stands here under the same name is laid over it.",
            });
        }
        let optional = section.is_optional();
        let header = header(section, "example");
        let _infallible = writeln!(self.text, "{}{header}", if optional { "#" } else { "" });
        for row in table::children(&section.space()).filter(|row| !row.is_section()) {
            self.explain(row.manual);
            self.setting(row, optional);
        }
    }

    fn setting(&mut self, row: &Setting, in_optional: bool) {
        if let Some(value) = layers::value(&self.beneath, row.path).map(Value::to_string) {
            self.explain("The preset says:");
            return self.line("#", row.name(), &value);
        }
        match row.otherwise {
            Otherwise::Yours(_) => self.line("", row.name(), row.example),
            Otherwise::Is(value) if !in_optional => self.line("#", row.name(), value),
            Otherwise::Is(_) | Otherwise::Absent(_) | Otherwise::Required => self.line("#", row.name(), row.example),
        }
    }

    fn line(&mut self, mark: &str, name: &str, value: &str) {
        let _infallible = writeln!(self.text, "{mark}{name} = {value}");
    }

    fn explain(&mut self, words: &str) {
        let mut line = String::from("#");
        for word in words.split_whitespace() {
            if line.len() + word.len() >= WIDTH {
                self.text.push_str(&line);
                self.text.push('\n');
                line = String::from("#");
            }
            line.push(' ');
            line.push_str(word);
        }
        self.text.push_str(&line);
        self.text.push('\n');
    }
}
