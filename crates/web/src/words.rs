//! The pages' words in the person's language, from `texts/*.ftl` (Project Fluent).

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use std::fmt;
use std::sync::LazyLock;
use tollgate_issuer::authorize::language;

type Bundle = FluentBundle<FluentResource>;

/// Every language there is, and its file. The first speaks for all others.
pub(crate) const TEXTS: [(&str, &str); 5] = [
    ("en", include_str!("../texts/en.ftl")),
    ("de", include_str!("../texts/de.ftl")),
    ("fr", include_str!("../texts/fr.ftl")),
    ("es", include_str!("../texts/es.ftl")),
    ("pt", include_str!("../texts/pt.ftl")),
];

static BUNDLES: LazyLock<[(&'static str, Bundle); 5]> =
    LazyLock::new(|| TEXTS.map(|(language, text)| (language, bundle(language, text))));

/// Read once. What a file has wrong is left out, and the tests hold that nothing is.
fn bundle(language: &str, text: &str) -> Bundle {
    let mut bundle = Bundle::new_concurrent(vec![language.parse().unwrap_or_default()]);
    // Names are set apart by markup, not by invisible characters.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(read, _)| read);
    bundle.add_resource_overriding(resource);
    bundle
}

/// The words of one language.
#[derive(Clone, Copy)]
pub(crate) struct Words {
    language: &'static str,
    bundle: &'static Bundle,
}

impl Words {
    /// The words of this language; of English, where it is none of ours.
    pub(crate) fn of(language: &str) -> Self {
        let [(english, bundle), ..] = &*BUNDLES;
        Self::known(language).unwrap_or(Self {
            language: english,
            bundle,
        })
    }

    /// The words of this language, if it is one of ours.
    pub(crate) fn known(language: &str) -> Option<Self> {
        let (language, bundle) = BUNDLES.iter().find(|(known, _)| *known == language)?;
        Some(Self { language, bundle })
    }

    /// The words that `ui_locales` and `Accept-Language` ask for, before there is a way that says which.
    pub(crate) fn wanted(ui_locales: Option<&str>, accept: &str) -> Self {
        Self::of(language::choose(ui_locales, Some(accept)))
    }

    /// The language, for `lang`.
    pub(crate) const fn language(&self) -> &'static str {
        self.language
    }

    /// A text without placeholders.
    pub(crate) fn say(&self, key: &str) -> String {
        self.write(key, &FluentArgs::new())
    }

    /// A text with a value of our own in it, such as a span of time. For what people named there is [`Words::show`].
    pub(crate) fn told(&self, key: &str, name: &str, value: &str) -> String {
        let mut values = FluentArgs::new();
        values.set(name.to_owned(), value.to_owned());
        self.write(key, &values)
    }

    /// A text without placeholders, to stand where one with names could.
    pub(crate) fn plain(&self, key: &str) -> Shown {
        self.show::<&str>(key, &[])
    }

    /// A text with names in it that somebody chose. Each is set apart, so that neither its markup nor the direction it
    /// is written in reaches our sentence (CO8).
    pub(crate) fn show<V: AsRef<str>>(&self, key: &str, names: &[(&str, V)]) -> Shown {
        let mut marks = FluentArgs::new();
        for ((name, _), mark) in names.iter().zip(MARKS) {
            marks.set((*name).to_owned(), mark.to_string());
        }
        let mut html = String::new();
        // The names are put in after the text was composed: nothing in a name is looked at but as a name.
        for letter in self.write(key, &marks).chars() {
            match MARKS.position(letter).and_then(|place| names.get(place)) {
                Some((_, name)) => html.push_str(&format!("<bdi>{}</bdi>", escaped(name.as_ref()))),
                None => html.push_str(&escaped(letter.encode_utf8(&mut [0; 4]))),
            }
        }
        Shown(html)
    }

    /// As [`Words::show`], with one name.
    pub(crate) fn named(&self, key: &str, name: &str, value: impl AsRef<str>) -> Shown {
        self.show(key, &[(name, value)])
    }

    /// A span of seconds in its two largest units: `1 hour 30 minutes`, `90 days`.
    pub(crate) fn span(&self, seconds: i64) -> String {
        let mut left = seconds.max(0);
        let mut told = Vec::new();
        for (size, key) in [
            (86_400, "span-days"),
            (3_600, "span-hours"),
            (60, "span-minutes"),
            (1, "span-seconds"),
        ] {
            if left >= size && told.len() < 2 {
                told.push(self.counted(key, left / size));
                left %= size;
            } else if !told.is_empty() {
                break;
            }
        }
        match told.as_slice() {
            [] => self.counted("span-seconds", 0),
            [one] => one.clone(),
            [larger, smaller, ..] => {
                let mut values = FluentArgs::new();
                values.set("larger", larger.clone());
                values.set("smaller", smaller.clone());
                self.write("span-two", &values)
            }
        }
    }

    fn counted(&self, key: &str, count: i64) -> String {
        let mut values = FluentArgs::new();
        values.set("count", count);
        self.write(key, &values)
    }

    fn write(&self, key: &str, values: &FluentArgs<'_>) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            tracing::error!(key, language = self.language, "a text is missing");
            return key.to_owned();
        };
        let mut faults = Vec::new();
        let text = self
            .bundle
            .format_pattern(pattern, Some(values), &mut faults)
            .into_owned();
        if !faults.is_empty() {
            tracing::error!(key, language = self.language, ?faults, "a text cannot be composed");
        }
        text
    }
}

/// A text as HTML, with names in it that were escaped and set apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown(String);

impl Shown {
    /// A text that is one name.
    pub(crate) fn name(name: &str) -> Self {
        Self(format!("<bdi>{}</bdi>", escaped(name)))
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

// What makes one escapes.
impl askama::filters::HtmlSafe for Shown {}

fn escaped(text: &str) -> String {
    askama::filters::escape(text, askama::filters::Html).map_or_else(|_| String::new(), |safe| safe.to_string())
}

/// What stands for a name while a text is composed: characters that no text has.
#[derive(Clone, Copy)]
struct Marks;

const MARKS: Marks = Marks;
const FIRST_MARK: u32 = 0xE000;
const MOST_MARKS: u32 = 8;

impl Marks {
    fn position(self, letter: char) -> Option<usize> {
        let place = u32::from(letter).checked_sub(FIRST_MARK)?;
        (place < MOST_MARKS).then(|| usize::try_from(place).ok())?
    }
}

impl IntoIterator for Marks {
    type Item = char;
    type IntoIter = std::iter::FilterMap<std::ops::Range<u32>, fn(u32) -> Option<char>>;

    fn into_iter(self) -> Self::IntoIter {
        (FIRST_MARK..FIRST_MARK + MOST_MARKS).filter_map(char::from_u32)
    }
}

#[cfg(test)]
mod tests;
