//! The reference of all settings, written from the table.

use super::table::{self, Kind, Otherwise, SETTINGS, Setting};
use std::fmt::Write as _;

const HEAD: &str = "# Settings

<!-- Written from the table of settings in crates/tollgate/src/settings/table/rows.rs. A test holds the two together;
     UPDATE_DOCS=1 cargo test -p tollgate --test settings writes this page anew. -->

`tollgate init` prints a configuration to start from, and `tollgate check` names every fault of one at once.

A value comes from the preset, then from the file (TOML, `--config FILE`, `tollgate.toml` if none is named), then from
the environment, then from flags (`--set KEY=VALUE`, repeatable); what comes later wins. Keys that can be set by
environment show their variable. An empty variable counts as absent. In variables and flags a list is written with
commas, or as TOML in brackets. An unknown key is refused, and so is a variable that is nearly one of these.

Secrets are not settings: they come by file or by environment.

| Variable | What |
|---|---|
| `TOLLGATE_MASTER_KEY` | The master key itself; goes before `master_key.file`. |
| `TOLLGATE_GATEWAY_TOKEN` | The token of a gateway on its own; goes before `gateway.feed.token_file`. |
| `TOLLGATE_MAIL_PASSWORD` | The password of the SMTP server; goes before `mail.password_file`. |
| `TOLLGATE_CONFIG` | The configuration file. |
| `TOLLGATE_LOG` | What is logged, as `info` or `tollgate=debug`. |
";

/// The reference, as Markdown.
#[must_use]
pub fn markdown() -> String {
    let mut page = HEAD.to_owned();
    heading(&mut page, "At the top");
    rows(&mut page, "");
    for row in SETTINGS.iter().filter(|row| row.is_section()) {
        heading(&mut page, &format!("`{}`", header(row, "NAME")));
        let _infallible = write!(page, "{}", row.manual);
        match row.otherwise {
            Otherwise::Is(_) | Otherwise::Yours(_) => {}
            Otherwise::Absent(words) => {
                let _infallible = write!(page, " Without it: {words}.");
            }
            Otherwise::Required => page.push_str(" Required."),
        }
        page.push_str("\n\n");
        rows(&mut page, &row.space());
    }
    page
}

fn heading(page: &mut String, title: &str) {
    let _infallible = write!(page, "\n## {title}\n\n");
}

fn rows(page: &mut String, space: &str) {
    let rows: Vec<&Setting> = table::children(space).filter(|row| !row.is_section()).collect();
    if rows.is_empty() {
        return;
    }
    page.push_str("| Key | What it is | Values | Default |\n|---|---|---|---|\n");
    for row in rows {
        let variable = row.variable().map_or_else(String::new, |name| format!("<br>`{name}`"));
        let default = match row.otherwise {
            Otherwise::Is(value) => format!("`{value}`"),
            Otherwise::Absent(words) | Otherwise::Yours(words) => words.to_owned(),
            Otherwise::Required => "required".to_owned(),
        };
        let _infallible = writeln!(
            page,
            "| `{}`{variable} | {} | {}; for example `{}` | {default} |",
            row.name(),
            row.manual,
            row.kind,
            row.example,
        );
    }
}

/// The header of a section, as it stands in TOML. Tables by name are called `name`.
pub(super) fn header(row: &Setting, name: &str) -> String {
    let path = row.path.replace("[]", "").replace('*', name);
    match row.kind {
        Kind::Tables => format!("[[{path}]]"),
        Kind::Named => format!("[{path}.{name}]"),
        _ => format!("[{path}]"),
    }
}
