//! What was typed into a form, and what is wrong with it.

use std::fmt;

/// The most values a form keeps; what comes after is dropped.
const MOST_VALUES: usize = 512;

/// What was typed and the fault of each field, by name. A refused form is shown again from it, nothing lost but
/// secrets: those are never put back into a page.
#[derive(Clone, Default)]
pub struct Form {
    values: Vec<(String, String)>,
    faults: Vec<(String, String)>,
    whole: String,
}

/// Names that are dropped wherever they stand, besides those a page names itself.
const NEVER_BACK: &[&str] = &[
    "csrf",
    "password",
    "new_password",
    "current_password",
    "otp",
    "recovery_code",
];

impl Form {
    /// An empty form.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A form as it was typed. `hidden` names the fields that are not put back, besides passwords and one-time codes.
    pub fn typed<'a, I, K, V>(pairs: I, hidden: &[&str]) -> Self
    where
        I: IntoIterator<Item = &'a (K, V)>,
        K: AsRef<str> + 'a,
        V: AsRef<str> + 'a,
    {
        let values = pairs
            .into_iter()
            .map(|(name, value)| (name.as_ref(), value.as_ref()))
            .filter(|(name, _)| !NEVER_BACK.contains(name) && !hidden.contains(name))
            .take(MOST_VALUES)
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Self {
            values,
            ..Self::default()
        }
    }

    /// The same form with one more value: how a page fills a form from a record.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.push((name.to_owned(), value.into()));
        self
    }

    /// The first value of a field; empty when there is none.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.values
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }

    /// All values of a field, as of a list of checkboxes.
    #[must_use]
    pub fn values(&self, name: &str) -> Vec<&str> {
        self.values
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// Whether a field has this value among its own: a ticked box, a chosen option.
    #[must_use]
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.values.iter().any(|(known, typed)| known == name && typed == value)
    }

    /// Whether a field came at all: a single ticked box.
    #[must_use]
    pub fn on(&self, name: &str) -> bool {
        self.values.iter().any(|(known, _)| known == name)
    }

    /// Says what is wrong with a field, in a sentence. The first fault of a field stands.
    pub fn refuse(&mut self, name: &str, words: impl Into<String>) {
        if self.fault(name).is_empty() {
            self.faults.push((name.to_owned(), words.into()));
        }
    }

    /// Says what is wrong with the form as a whole.
    pub fn refuse_whole(&mut self, words: impl Into<String>) {
        self.whole = words.into();
    }

    /// What is wrong with a field; empty when nothing is.
    #[must_use]
    pub fn fault(&self, name: &str) -> &str {
        self.faults
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, words)| words)
    }

    /// What is wrong with the form as a whole; empty when nothing is.
    #[must_use]
    pub fn whole(&self) -> &str {
        &self.whole
    }

    /// The faults of fields, in the order they were found.
    #[must_use]
    pub fn faults(&self) -> &[(String, String)] {
        &self.faults
    }

    /// Whether anything is wrong.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        !self.whole.is_empty() || !self.faults.is_empty()
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A form may hold what no list above knows to be secret: its values are not told.
        let names: Vec<&str> = self.values.iter().map(|(name, _)| name.as_str()).collect();
        out.debug_struct("Form")
            .field("names", &names)
            .field("faults", &self.faults)
            .field("whole", &self.whole)
            .finish()
    }
}

/// One of several things to choose from: an option, a radio button or a checkbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// Its words.
    pub label: String,
    /// A line that explains it; empty for none. Not shown by a `<select>`.
    pub hint: String,
    /// Whether it can be seen but not chosen.
    pub disabled: bool,
}

impl Choice {
    /// A choice that can be made.
    pub fn new(value: impl Into<String>, label: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            hint: hint.into(),
            disabled: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn a_refused_form_keeps_what_was_typed() {
        let mut form = Form::typed(&[("label", "nightly"), ("scope", "a"), ("scope", "b")], &[]);
        form.refuse("label", "That label is taken.");
        form.refuse("label", "And too long.");
        assert_eq!(form.value("label"), "nightly");
        assert_eq!(form.values("scope"), ["a", "b"]);
        assert!(form.has("scope", "b") && !form.has("scope", "c"));
        assert_eq!(form.fault("label"), "That label is taken.");
        assert!(form.is_refused());
    }

    #[test]
    fn passwords_and_what_a_page_hides_are_never_put_back() {
        let form = Form::typed(
            &[("password", "a"), ("otp", "1"), ("token", "c"), ("email", "d")],
            &["token"],
        );
        assert_eq!(form.value("password"), "");
        assert_eq!(form.value("otp"), "");
        assert_eq!(form.value("token"), "");
        assert_eq!(form.value("email"), "d");
        assert!(!format!("{form:?}").contains("\"d\""));
    }
}
