//! Migrations: the same numbers and names for both databases, and the judgement what is left to do.

use tollgate_model::Fault;

/// One step of the schema.
pub(crate) struct Migration {
    /// Its number; they follow one another from 1.
    pub(crate) number: i64,
    /// Its name, the file's without `.sql`.
    pub(crate) name: &'static str,
    /// The text for SQLite.
    pub(crate) sqlite: &'static str,
    /// The text for PostgreSQL.
    pub(crate) postgres: &'static str,
}

macro_rules! migrations {
    ($($number:literal $name:literal)*) => {
        &[$(Migration {
            number: $number,
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        }),*]
    };
}

/// Every migration, in order.
pub(crate) static ALL: &[Migration] = migrations! {
    1 "0001_records"
    2 "0002_change_log"
    3 "0003_console"
    4 "0004_people"
    5 "0005_transition"
};

/// Where both databases keep what was applied.
pub(crate) const LEDGER: &str = "CREATE TABLE IF NOT EXISTS migration \
    (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)";
/// What was applied.
pub(crate) const APPLIED: &str = "SELECT number, name, checksum FROM migration ORDER BY number";

/// A migration that was applied, as the database remembers it.
pub(crate) struct Applied {
    pub(crate) number: i64,
    pub(crate) name: String,
    pub(crate) checksum: String,
}

/// Why this binary must not touch this database.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unfit {
    /// A newer binary was here.
    #[error("the database has migration {0}, which this version of Tollgate does not know; use the newer version")]
    Newer(String),
    /// The text was edited after it was applied, here or there.
    #[error("migration {0} is not the one that was applied to this database")]
    Edited(&'static str),
    /// Applied ones are missing in the middle.
    #[error("migration {0} was never applied to this database, though later ones were")]
    Skipped(&'static str),
}

/// What is left to apply.
///
/// # Errors
/// A defect, when the database is of another history than ours.
pub(crate) fn pending(
    applied: &[Applied],
    text: impl Fn(&Migration) -> &'static str,
) -> Result<&'static [Migration], Fault> {
    judge(ALL, applied, text).map_err(|unfit| Fault::defect("opening the database", unfit))
}

fn judge<'a>(
    known: &'a [Migration],
    applied: &[Applied],
    text: impl Fn(&Migration) -> &'static str,
) -> Result<&'a [Migration], Unfit> {
    let newest = known.last().map_or(0, |migration| migration.number);
    if let Some(newer) = applied.iter().find(|one| one.number > newest) {
        return Err(Unfit::Newer(newer.name.clone()));
    }
    let (done, left) = known.split_at(applied.len().min(known.len()));
    for (ours, theirs) in done.iter().zip(applied) {
        if ours.number != theirs.number {
            return Err(Unfit::Skipped(ours.name));
        }
        if ours.name != theirs.name || checksum(text(ours)) != theirs.checksum {
            return Err(Unfit::Edited(ours.name));
        }
    }
    Ok(left)
}

/// FNV-1a over the text, 64 bits in hexadecimal. It catches edits by mistake; who may write to the
/// database needs no collision to do harm.
pub(crate) fn checksum(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, octet| {
        (hash ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn applied(migration: &Migration) -> Applied {
        Applied {
            number: migration.number,
            name: migration.name.to_owned(),
            checksum: checksum(migration.sqlite),
        }
    }

    fn left(history: &[Applied]) -> Result<usize, String> {
        judge(ALL, history, |one| one.sqlite)
            .map(<[_]>::len)
            .map_err(|unfit| unfit.to_string())
    }

    #[test]
    fn both_sides_have_the_same_numbers_and_names() {
        let files = |side: &str| -> BTreeSet<String> {
            std::fs::read_dir(format!("{}/migrations/{side}", env!("CARGO_MANIFEST_DIR")))
                .unwrap()
                .map(|file| file.unwrap().file_name().into_string().unwrap())
                .collect()
        };
        let listed: BTreeSet<String> = ALL.iter().map(|one| format!("{}.sql", one.name)).collect();
        assert_eq!(files("sqlite"), listed);
        assert_eq!(files("postgres"), listed);
        for (place, one) in (1..).zip(ALL) {
            assert_eq!(one.number, place);
            assert!(one.name.starts_with(&format!("{place:04}_")), "{}", one.name);
        }
    }

    #[test]
    fn a_history_is_continued_where_it_stopped() {
        let whole: Vec<Applied> = ALL.iter().map(applied).collect();
        assert_eq!(left(&[]), Ok(ALL.len()));
        assert_eq!(left(&whole[..1]), Ok(ALL.len() - 1));
        assert_eq!(left(&whole), Ok(0));
    }

    #[test]
    fn a_newer_an_edited_and_a_skipped_migration_are_refused() {
        let mut newer: Vec<Applied> = ALL.iter().map(applied).collect();
        newer.push(Applied {
            number: 9999,
            name: "9999_later".to_owned(),
            checksum: String::new(),
        });
        assert!(left(&newer).unwrap_err().contains("9999_later"));

        let mut edited: Vec<Applied> = ALL.iter().map(applied).collect();
        edited[0].checksum = checksum("something else");
        assert!(left(&edited).unwrap_err().contains("0001_records is not the one"));

        let skipped: Vec<Applied> = ALL.iter().skip(1).map(applied).collect();
        assert!(left(&skipped).unwrap_err().contains("never applied"));
    }
}
