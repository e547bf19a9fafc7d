//! Lists: the ways on from a page, and the options of a filter.

use crate::console::page::Choice;
use tollgate_model::{Listed, Page};

/// A link to a list, with what of these is not empty.
pub(super) fn link(path: &str, fields: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// The ways on from a page of a list; an empty one leads nowhere.
#[derive(Debug, Default)]
pub(super) struct Pager {
    pub(super) first: String,
    pub(super) more: String,
}

impl Pager {
    /// The ways on from this page of a list that was narrowed by `fields`.
    pub(super) fn of<T>(listed: &Listed<T>, page: &Page, path: &str, fields: &[(&str, &str)]) -> Self {
        let to = |after: &str| link(path, &[fields, &[("after", after)]].concat());
        Self {
            first: if page.after.is_some() { to("") } else { String::new() },
            more: listed.next.as_deref().map(to).unwrap_or_default(),
        }
    }
}

/// Options of a filter, the first of which filters nothing.
pub(super) fn options(all: &str, list: &[(&str, &str)]) -> Vec<Choice> {
    std::iter::once(&("", all))
        .chain(list)
        .map(|(value, label)| Choice::new(*value, *label, ""))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_a_list_keeps_what_it_was_narrowed_by() {
        let listed = Listed {
            items: vec![1],
            next: Some("x".to_owned()),
        };
        let later = Page {
            after: Some("w".to_owned()),
            limit: 1,
        };
        let pager = Pager::of(
            &listed,
            &later,
            "/console/desk/accounts",
            &[("q", "a&b"), ("state", "")],
        );
        assert_eq!(pager.first, "/console/desk/accounts?q=a%26b");
        assert_eq!(pager.more, "/console/desk/accounts?q=a%26b&after=x");
        let first = Pager::of(&listed, &Page::first(), "/console/desk/accounts", &[]);
        assert_eq!(first.first, "");
    }
}
