//! Statements: one text for both databases, and the list of all of them.

use std::sync::OnceLock;

/// A statement of SQL that SQLite and PostgreSQL both understand.
///
/// It is written with SQLite's numbered parameters (`?1`, `?2` …) and rewritten once to PostgreSQL's.
/// The other way round would go wrong quietly: to SQLite `$2` is a *name*, bound in order of appearance.
pub(crate) struct Statement {
    /// Where it stands, as `tollgate_store::client::ADD`; said when a test fails.
    #[cfg_attr(not(any(test, feature = "conformance")), expect(dead_code, reason = "said by tests"))]
    pub(crate) name: &'static str,
    text: &'static str,
    rewritten: OnceLock<String>,
    judged: OnceLock<String>,
}

impl Statement {
    pub(crate) const fn new(name: &'static str, text: &'static str) -> Self {
        Self {
            name,
            text,
            rewritten: OnceLock::new(),
            judged: OnceLock::new(),
        }
    }

    /// The text for SQLite.
    pub(crate) const fn sqlite(&self) -> &'static str {
        self.text
    }

    /// The text for PostgreSQL.
    pub(crate) fn postgres(&self) -> &str {
        self.rewritten.get_or_init(|| self.text.replace('?', "$"))
    }

    /// The text for PostgreSQL of a statement that writes, which fails when it touches no row
    /// (`0005_transition.sql`).
    pub(crate) fn postgres_judged(&self) -> &str {
        self.judged.get_or_init(|| {
            format!(
                "WITH touched AS ({} RETURNING 1) SELECT tollgate_touched(count(*)) FROM touched",
                self.postgres()
            )
        })
    }
}

/// Declares the statements of a noun, and `STATEMENTS`, the list of them.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {
        $(
            $(#[$doc])*
            pub(crate) static $name: $crate::statement::Statement =
                $crate::statement::Statement::new(concat!(module_path!(), "::", stringify!($name)), $text);
        )*

        /// Every statement of this noun.
        #[cfg(any(test, feature = "conformance"))]
        pub(crate) static STATEMENTS: &[&$crate::statement::Statement] = &[$(&$name),*];
    };
}
pub(crate) use statements;

/// Every statement there is, noun by noun: the list from which a law prepares each on both databases.
#[cfg(any(test, feature = "conformance"))]
static ALL: &[&[&Statement]] = &[
    crate::account::STATEMENTS,
    crate::member::STATEMENTS,
    crate::api::STATEMENTS,
    crate::client::STATEMENTS,
    crate::secret::STATEMENTS,
    crate::grant::STATEMENTS,
    crate::route::STATEMENTS,
    crate::key::STATEMENTS,
    crate::operator::STATEMENTS,
    crate::revocation::STATEMENTS,
    crate::allowance::STATEMENTS,
    crate::spent::STATEMENTS,
    crate::transition::STATEMENTS,
    crate::usage::STATEMENTS,
    crate::event::STATEMENTS,
    crate::log::STATEMENTS,
    crate::client_line::STATEMENTS,
    crate::user::STATEMENTS,
    crate::session::STATEMENTS,
    crate::legacy::STATEMENTS,
    crate::link::STATEMENTS,
    crate::mail::STATEMENTS,
    crate::hook::STATEMENTS,
    crate::delivery::STATEMENTS,
    crate::alert::STATEMENTS,
    crate::application::STATEMENTS,
    crate::call::STATEMENTS,
    crate::checkpoint::STATEMENTS,
    crate::authorization::STATEMENTS,
    crate::consent::STATEMENTS,
    crate::family::STATEMENTS,
    crate::identity::STATEMENTS,
    crate::farewell::STATEMENTS,
];

/// Every statement there is.
#[cfg(any(test, feature = "conformance"))]
pub(crate) fn all() -> impl Iterator<Item = &'static Statement> {
    ALL.iter().flat_map(|noun| noun.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::all;
    use std::collections::HashSet;

    #[test]
    fn a_question_mark_always_begins_a_parameter() {
        for statement in all() {
            let mut rest = statement.sqlite();
            while let Some((_, after)) = rest.split_once('?') {
                assert!(
                    after.starts_with(|c: char| c.is_ascii_digit()),
                    "{}: a parameter without number",
                    statement.name
                );
                rest = after;
            }
            assert!(!statement.sqlite().contains(['$', '\'']), "{}", statement.name);
        }
    }

    #[test]
    fn no_statement_is_listed_twice() {
        let mut seen = HashSet::new();
        assert!(all().all(|statement| seen.insert(statement.name)));
        assert!(seen.len() > 50);
    }
}
