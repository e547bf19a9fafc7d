//! The one list of all settings.

mod kind;
mod rows;

pub use kind::Kind;
pub use rows::SETTINGS;

/// One setting, or a section of them.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its key. Within a list of tables the list's key has `[]`, as `api[].lifetime`; within tables by name it
    /// has `.*`, as `upstream.*.targets`.
    pub path: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// What holds when it is not there.
    pub otherwise: Otherwise,
    /// Its manual, in a sentence or two.
    pub manual: &'static str,
    /// A value, as TOML. Empty for a section.
    pub example: &'static str,
}

/// What holds when a setting is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Otherwise {
    /// This, as TOML.
    Is(&'static str),
    /// Nothing, which means this.
    Absent(&'static str),
    /// Its section is not complete without it.
    Required,
    /// Nothing to start with: the one who installs it knows. Says what may stand in its place.
    Yours(&'static str),
}

impl Setting {
    /// The last part of the key.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.path.rsplit_once('.').map_or(self.path, |(_, name)| name)
    }

    /// The key of the section in which it stands, as [`Setting::space`] gives it; empty at the top.
    #[must_use]
    pub fn parent(&self) -> &'static str {
        self.path.rsplit_once('.').map_or("", |(parent, _)| parent)
    }

    /// What the keys below it begin with.
    #[must_use]
    pub fn space(&self) -> String {
        match self.kind {
            Kind::Tables => format!("{}[]", self.path),
            Kind::Named => format!("{}.*", self.path),
            _ => self.path.to_owned(),
        }
    }

    /// Whether other settings stand in it.
    #[must_use]
    pub const fn is_section(&self) -> bool {
        matches!(self.kind, Kind::Table | Kind::Tables | Kind::Named)
    }

    /// Whether there is just one of it, so that environment and flags can name it.
    #[must_use]
    pub fn is_single(&self) -> bool {
        !self.is_section() && !self.path.contains(['[', '*'])
    }

    /// The environment variable that sets it, if one does.
    #[must_use]
    pub fn variable(&self) -> Option<String> {
        // TOLLGATE_PRESET stands in every demo.env and would change a server that is started from the same shell.
        let has = self.is_single() && self.path != "preset";
        has.then(|| {
            format!(
                "{}{}",
                super::environment::PREFIX,
                self.path.to_ascii_uppercase().replace('.', "_")
            )
        })
    }

    /// Whether it stands in something that there can be many of or that need not be there at all.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        let many = self.path.contains(['[', '*']) || matches!(self.kind, Kind::Tables | Kind::Named);
        let absent = |row: &&Setting| {
            let below = self
                .path
                .strip_prefix(row.path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
            row.kind == Kind::Table && matches!(row.otherwise, Otherwise::Absent(_)) && below
        };
        many || SETTINGS.iter().any(|row| absent(&row))
    }
}

/// The settings that stand directly in a section, named by its [`Setting::space`].
pub fn children(space: &str) -> impl Iterator<Item = &'static Setting> {
    SETTINGS
        .iter()
        .filter(move |row| row.parent() == space && !row.name().is_empty())
}

/// The setting of a key that there is just one of.
#[must_use]
pub fn single(path: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|row| row.path == path && row.is_single())
}
