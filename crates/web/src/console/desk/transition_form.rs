//! A transition as a form: what is typed, read into the registry's words and written back.

use super::{asked, dates};
use crate::console::input::Ask;
use crate::console::page::{Choice, Form};
use tollgate_model::transition::{Brownout, Subject};
use tollgate_model::{AccountId, Api, ApiId, LegacyMethod, LegacyMethodId, Moment, RouteId, Transition};

/// What was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) name: String,
    pub(super) of: Subject,
    pub(super) routes: Vec<RouteId>,
    pub(super) apis: Vec<ApiId>,
    pub(super) accounts: Vec<AccountId>,
    pub(super) opens: Option<Moment>,
    pub(super) warns: Option<Moment>,
    pub(super) brownouts: Vec<Brownout>,
    pub(super) ends: Option<Moment>,
    pub(super) documentation: Option<String>,
}

/// Reads what was typed. What cannot be read is said in the form, and nothing answered.
///
/// `known`: what ends, where that is on record already.
pub(super) fn read(ask: &Ask, form: &mut Form, known: Option<Subject>) -> Option<Typed> {
    let of = known.or_else(|| subject(ask, form));
    let opens = moment(ask, form, "opens");
    let warns = moment(ask, form, "warns");
    let brownouts = dates::brownouts(ask.field("brownouts"));
    if let Err(words) = &brownouts {
        form.refuse("brownouts", words);
    }
    let ends = moment(ask, form, "ends");
    let documentation = ask.field("documentation").trim();
    Some(Typed {
        name: ask.field("name").to_owned(),
        of: of?,
        routes: words(ask.field("routes")).map(RouteId::new).collect(),
        apis: ask.fields("apis").into_iter().map(ApiId::new).collect(),
        accounts: words(ask.field("accounts")).map(AccountId::new).collect(),
        opens: opens?,
        warns: warns?,
        brownouts: brownouts.ok()?,
        ends: ends?,
        documentation: (!documentation.is_empty()).then(|| documentation.to_owned()),
    })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c == ',' || c.is_whitespace())
        .filter(|word| !word.is_empty())
}

fn subject(ask: &Ask, form: &mut Form) -> Option<Subject> {
    let (field, problem) = match ask.field("of") {
        "method" if ask.field("method").is_empty() => ("method", "Choose the old way that ends."),
        "method" => return Some(Subject::Method(LegacyMethodId::new(ask.field("method")))),
        "alias" if ask.field("alias").trim().is_empty() => {
            ("alias", "Name the path that ends, such as /connect/token.")
        }
        "alias" => return Some(Subject::Alias(ask.field("alias").trim().to_owned())),
        "routes" => return Some(Subject::Routes),
        _ => ("of", "Choose what comes to its end."),
    };
    form.refuse(field, problem);
    None
}

/// A moment of the form; the outer none: it cannot be read, and that is said.
#[expect(clippy::option_option, reason = "a date, none, or the form is wrong")]
pub(super) fn moment(ask: &Ask, form: &mut Form, name: &str) -> Option<Option<Moment>> {
    match dates::read(ask.field(name)) {
        Ok(moment) => Some(moment),
        Err(words) => {
            form.refuse(name, words);
            None
        }
    }
}

/// The form of a transition as it is.
pub(super) fn filled(transition: &Transition) -> Form {
    let moment = |moment: Option<Moment>| moment.map(dates::typed).unwrap_or_default();
    let mut form = Form::new()
        .with("name", &transition.name)
        .with("routes", ids(&transition.routes))
        .with("accounts", ids(&transition.accounts))
        .with("opens", moment(transition.opens))
        .with("warns", moment(transition.warns))
        .with("brownouts", dates::lines(&transition.brownouts))
        .with("ends", moment(transition.ends))
        .with("documentation", transition.documentation.clone().unwrap_or_default());
    for api in &transition.apis {
        form = form.with("apis", api.as_str());
    }
    match &transition.of {
        Subject::Method(method) => form.with("of", "method").with("method", method.as_str()),
        Subject::Alias(path) => form.with("of", "alias").with("alias", path),
        Subject::Routes => form.with("of", "routes"),
    }
}

fn ids<T: ToString>(ids: &[T]) -> String {
    ids.iter().map(T::to_string).collect::<Vec<_>>().join("\n")
}

/// What may come to its end.
pub(super) fn subjects() -> Vec<Choice> {
    vec![
        Choice::new(
            "method",
            "An old way of authenticating",
            "The one below. Until the end it is taken beside access tokens.",
        ),
        Choice::new(
            "alias",
            "Another path of an endpoint",
            "The one below, such as an old token URL.",
        ),
        Choice::new(
            "routes",
            "Routes themselves",
            "Those below, however a call authenticates.",
        ),
    ]
}

/// The old ways to choose from.
pub(super) fn methods(methods: &[LegacyMethod]) -> Vec<Choice> {
    std::iter::once(Choice::new("", "None", ""))
        .chain(
            methods
                .iter()
                .map(|method| Choice::new(method.id.as_str(), &method.name, "")),
        )
        .collect()
}

/// The APIs to choose from.
pub(super) fn apis(apis: &[Api]) -> Vec<Choice> {
    let choice = |api: &Api| Choice::new(api.id.as_str(), &api.name, &api.audience);
    apis.iter().map(choice).collect()
}

/// What was typed of another end for an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Granted {
    pub(super) account: AccountId,
    pub(super) ends: Moment,
    pub(super) note: String,
}

/// Reads another end; `known` is the account, where the page is about one already.
pub(super) fn granted(ask: &Ask, form: &mut Form, known: Option<AccountId>) -> Option<Granted> {
    let account = known.or_else(|| {
        let typed = ask.field("account").trim();
        if typed.is_empty() {
            form.refuse("account", "Name the account by its id.");
        }
        (!typed.is_empty()).then(|| AccountId::new(typed))
    });
    let ends = moment(ask, form, "ends");
    if ends == Some(None) {
        form.refuse("ends", "Say when it ends for this account.");
    }
    let note = asked::lines(ask.field("note")).join(" ");
    if note.is_empty() {
        form.refuse("note", "Say why, for those who look at this later.");
        return None;
    }
    Some(Granted {
        account: account?,
        ends: ends??,
        note,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::desk::route_form::tests::sent;
    use crate::console::page::calendar::tests::dated;

    const NAMES: [&str; 12] = [
        "name",
        "of",
        "method",
        "alias",
        "routes",
        "apis",
        "accounts",
        "opens",
        "warns",
        "brownouts",
        "ends",
        "documentation",
    ];

    /// What a form shows comes back as the same transition, whatever ends.
    #[test]
    fn a_transition_comes_back_as_it_was_shown() {
        let mut held = dated(86_400, 30).transition;
        for of in [
            Subject::Method(LegacyMethodId::new("login")),
            Subject::Alias("/connect/token".to_owned()),
            Subject::Routes,
        ] {
            held.of = of;
            held.routes = vec![RouteId::new("docs"), RouteId::new("mail")];
            held.accounts = vec![AccountId::new("acc_1")];
            held.apis = vec![ApiId::new("docs")];
            let shown = filled(&held);
            let pairs: Vec<(&str, &str)> = NAMES
                .iter()
                .map(|name| (*name, shown.value(name)))
                .filter(|(_, value)| !value.is_empty())
                .collect();
            let read = read(&sent(&pairs), &mut Form::new(), None).unwrap();
            assert_eq!((&read.name, &read.of), (&held.name, &held.of));
            assert_eq!(
                (read.routes, read.accounts, read.apis),
                (held.routes.clone(), held.accounts.clone(), held.apis.clone())
            );
            assert_eq!((read.opens, read.warns, read.ends), (held.opens, held.warns, held.ends));
            assert_eq!(
                (&read.brownouts, &read.documentation),
                (&held.brownouts, &held.documentation)
            );
        }
    }

    #[test]
    fn what_cannot_be_read_is_said_beside_its_field() {
        for (pairs, field) in [
            (vec![], "of"),
            (vec![("of", "method")], "method"),
            (vec![("of", "alias"), ("alias", " ")], "alias"),
            (vec![("of", "routes"), ("opens", "soon")], "opens"),
            (vec![("of", "routes"), ("warns", "2026-13-01")], "warns"),
            (vec![("of", "routes"), ("ends", "x")], "ends"),
            (vec![("of", "routes"), ("brownouts", "2026-07-01")], "brownouts"),
        ] {
            let mut form = Form::new();
            assert_eq!(read(&sent(&pairs), &mut form, None), None, "{field}");
            assert!(!form.fault(field).is_empty(), "{field}");
        }
    }

    #[test]
    fn another_end_has_an_account_a_date_and_a_reason() {
        let all = [
            ("account", "acc_1"),
            ("ends", "2026-12-31"),
            ("note", "asked\nfor time"),
        ];
        let read = granted(&sent(&all), &mut Form::new(), None).unwrap();
        assert_eq!((read.account.as_str(), read.note.as_str()), ("acc_1", "asked for time"));
        for missing in 0..all.len() {
            let mut pairs = all.to_vec();
            let (field, _) = pairs.remove(missing);
            let mut form = Form::new();
            assert_eq!(granted(&sent(&pairs), &mut form, None), None, "{field}");
            assert!(!form.fault(field).is_empty(), "{field}");
        }
    }
}
