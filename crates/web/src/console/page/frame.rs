//! What surrounds every page.

use super::icon;
use super::notice::Notice;
use super::stamp::{Stamp, Told};
use crate::console::assets;
use tollgate_model::Moment;

/// What `base.html` and `plain.html` show around a page, and what [`respond`](super::respond()) needs for its headers.
/// A handler starts from [`Frame::new`] and fills in what it knows.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The vendor's name, shown in the top bar and in the window's title.
    pub vendor: String,
    /// The vendor's logo among [`Frame::asset`]s; none: a plain mark.
    pub logo: Option<&'static str>,
    /// The language the page is written in (RFC 5646).
    pub language: &'static str,
    /// The page's title: its heading, and the window's.
    pub title: String,
    /// One sentence under the heading; empty for none.
    pub lead: String,
    /// The moment of the request; times on the page are told from it.
    pub now: Moment,
    /// What scripts of this answer must carry (CSP). Fresh and random for every answer.
    pub nonce: String,
    /// [`Assets::version`](assets::Assets::version).
    pub assets: String,
    /// Whether the public URL is https; then the answer carries HSTS.
    pub https: bool,
    /// The token every form carries as `csrf`; empty on pages without a session.
    pub csrf: String,
    /// The account that the page's forms are about, by id, which they carry as `in_view`: another may come into view in
    /// another tab before they are sent. Empty on pages that are about none.
    pub in_view: String,
    /// Whether this is the operators' desk, which looks a little different from an account's own pages.
    pub desk: bool,
    /// The side navigation.
    pub navigation: Vec<Group>,
    /// Who is signed in.
    pub person: Option<Person>,
    /// The links of the person's menu, above "Sign out".
    pub menu: Vec<Link>,
    /// The account the page is about.
    pub account: Option<Here>,
    /// The accounts to switch to, the current one among them. A few; the rest is behind `all_accounts`.
    pub accounts: Vec<Link>,
    /// Where all accounts can be searched, where that is possible.
    pub all_accounts: Option<String>,
    /// The way to this page, outermost first, without the page itself.
    pub crumbs: Vec<Link>,
    /// What was just done, from `?done=CODE`.
    pub notice: Option<&'static Notice>,
}

/// Who is signed in.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their name.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
}

/// The account the page is about.
#[derive(Clone, Debug)]
pub struct Here {
    /// Its name.
    pub name: String,
    /// What the person is in it, in the preset's words: `Suite - API Developer`.
    pub role: String,
}

/// Entries of the navigation under one heading.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// The heading; empty for none.
    pub title: String,
    /// The entries.
    pub entries: Vec<Entry>,
}

/// One entry of the navigation.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where it leads.
    pub href: String,
    /// Its words.
    pub label: String,
    /// The name of a drawing of [`icon`]; an unknown name draws nothing.
    pub icon: &'static str,
    /// Whether the page is in this section.
    pub current: bool,
    /// How many things wait there; 0 shows nothing.
    pub count: u64,
}

/// Words that lead somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it leads: a path of ours. Never what a person typed.
    pub href: String,
    /// Its words.
    pub label: String,
    /// Whether it is the one that is shown.
    pub current: bool,
}

/// Where a link may lead (CO8): a path of ours, a place on the page, or another site by http. Anything else, such as
/// `javascript:`, leads nowhere. For every `href` that a person's words are part of.
#[must_use]
pub fn led(href: &str) -> &str {
    let scheme = |scheme: &str| {
        href.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    if href.starts_with(['/', '?', '#']) || scheme("https://") || scheme("http://") {
        href
    } else {
        "#"
    }
}

impl Link {
    /// A link that is not the current one.
    pub fn new(href: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            href: led(&href.into()).to_owned(),
            label: label.into(),
            current: false,
        }
    }

    /// The same link, as the current one if `current`.
    #[must_use]
    pub fn current(mut self, current: bool) -> Self {
        self.current = current;
        self
    }
}

impl Entry {
    /// An entry of the navigation; `current` is for the section the page is in.
    pub fn new(href: impl Into<String>, label: impl Into<String>, icon: &'static str, current: bool) -> Self {
        Self {
            href: led(&href.into()).to_owned(),
            label: label.into(),
            icon,
            current,
            count: 0,
        }
    }
}

impl Frame {
    /// A frame with nobody signed in, nothing to navigate to and nothing done.
    #[must_use]
    pub fn new(vendor: &str, title: &str, now: Moment) -> Self {
        Self {
            vendor: vendor.to_owned(),
            logo: None,
            language: "en",
            title: title.to_owned(),
            lead: String::new(),
            now,
            nonce: String::new(),
            assets: String::new(),
            https: false,
            csrf: String::new(),
            in_view: String::new(),
            desk: false,
            navigation: Vec::new(),
            person: None,
            menu: Vec::new(),
            account: None,
            accounts: Vec::new(),
            all_accounts: None,
            crumbs: Vec::new(),
            notice: None,
        }
    }

    /// The path of one of our own files, for `src` and `href`.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        format!("{}/{}/{name}", assets::PLACE, self.assets)
    }

    /// A moment told from now, `2 hours ago`, as `<time>` with the full UTC time; `never` where there is none.
    pub fn ago(&self, moment: impl Told) -> Stamp {
        self.ago_or(moment, "never")
    }

    /// As [`Frame::ago`], with other words where there is none.
    pub fn ago_or(&self, moment: impl Told, none: &str) -> Stamp {
        Stamp::ago(moment.told(), self.now, none)
    }

    /// The day of a moment, `21 November 2026`, as `<time>`; `never` where there is none.
    pub fn day(&self, moment: impl Told) -> Stamp {
        Stamp::day(moment.told(), "never")
    }

    /// The full UTC time as `<time>`; `never` where there is none.
    pub fn at(&self, moment: impl Told) -> Stamp {
        Stamp::full(moment.told(), "never")
    }

    /// The drawing of an entry's icon.
    #[must_use]
    pub fn icon(&self, name: &str) -> &'static str {
        icon::path(name)
    }

    /// The letters in the round of the person's menu.
    #[must_use]
    pub fn initials(&self) -> String {
        let Some(person) = &self.person else {
            return String::new();
        };
        let mut letters = person.name.split_whitespace().filter_map(|word| word.chars().next());
        let first = letters.next();
        let last = letters.next_back();
        first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Frame, Link, Moment, Person, led};

    /// CO8: no link runs a script.
    #[test]
    fn a_link_leads_to_a_page_or_nowhere() {
        for href in [
            "/console",
            "?done=saved",
            "#f-name",
            "https://firm.example/a",
            "HTTP://firm.example",
        ] {
            assert_eq!(led(href), href);
        }
        for href in [
            "javascript:alert(1)",
            " javascript:alert(1)",
            "JaVa\tScript:x",
            "data:text/html,x",
            "vbscript:x",
            "",
        ] {
            assert_eq!(led(href), "#");
            assert_eq!(Link::new(href, "x").href, "#");
        }
    }

    #[test]
    fn a_name_has_two_letters_at_most() {
        let mut frame = Frame::new("Vendor", "Title", Moment(0));
        for (name, letters) in [
            ("ada of the house", "AH"),
            ("ада", "А"),
            ("", ""),
            ("  ", ""),
            ("ß x", "SSX"),
        ] {
            frame.person = Some(Person {
                name: name.to_owned(),
                email: String::new(),
            });
            assert_eq!(frame.initials(), letters, "{name}");
        }
    }
}
