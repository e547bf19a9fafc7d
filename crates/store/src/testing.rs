//! What tests need to set a PostgreSQL database up. Compiled with the feature `conformance` only.

use crate::postgres::admin;
use std::hash::{BuildHasher, Hasher, RandomState};
use tollgate_model::Fault;

/// Makes a new, empty database on the server of `url` and returns its address: `url` with another
/// database name.
///
/// # Errors
/// A [`Fault`] when the server cannot be reached or does not let a database be made.
pub async fn fresh(url: &str) -> Result<String, Fault> {
    // RandomState is seeded by chance; a name that is taken already is refused by the server.
    let name = format!("tollgate_{:016x}", RandomState::new().build_hasher().finish());
    admin(
        url,
        &format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"),
    )
    .await?;
    Ok(rename(url, &name))
}

/// Drops the database that [`fresh`] made, whoever is still connected to it.
///
/// # Errors
/// A [`Fault`] when the server cannot be reached or there is no such database.
pub async fn discard(server: &str, url: &str) -> Result<(), Fault> {
    let name = url.split('?').next().and_then(|base| base.rsplit('/').next());
    match name
        .filter(|name| name.starts_with("tollgate_") && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
    {
        Some(name) => admin(server, &format!("DROP DATABASE {name} WITH (FORCE)")).await,
        None => Err(Fault::defect("dropping a test database", "not one that `fresh` made")),
    }
}

/// The same address with another database.
fn rename(url: &str, name: &str) -> String {
    let (base, query) = url
        .split_once('?')
        .map_or((url, None), |(base, query)| (base, Some(query)));
    let (scheme, rest) = base.split_once("://").unwrap_or(("postgres", base));
    let authority = rest.split('/').next().unwrap_or_default();
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{scheme}://{authority}/{name}{query}")
}

#[cfg(test)]
mod tests {
    use super::rename;

    #[test]
    fn only_the_database_name_of_an_address_is_replaced() {
        assert_eq!(rename("postgres://u@h:1/postgres", "x"), "postgres://u@h:1/x");
        assert_eq!(rename("postgres://u@h:1", "x"), "postgres://u@h:1/x");
        assert_eq!(
            rename("postgres://u@h/p?host=/run/pg", "x"),
            "postgres://u@h/x?host=/run/pg"
        );
    }
}
