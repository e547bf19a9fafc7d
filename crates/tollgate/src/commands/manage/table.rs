//! Plain, aligned text.

use serde_json::Value;

/// A table with a line for each item: the named members under their headings.
pub(super) fn list(items: &[Value], columns: &[(&str, &str)]) -> String {
    let head = columns.iter().map(|(heading, _)| (*heading).to_owned()).collect();
    let rows = items
        .iter()
        .map(|item| columns.iter().map(|(_, member)| cell(item.get(member))).collect());
    aligned(&std::iter::once(head).chain(rows).collect::<Vec<Vec<String>>>())
}

/// A line for each member.
pub(super) fn one(item: &Value) -> String {
    let Some(members) = item.as_object() else {
        return cell(Some(item));
    };
    let rows = members
        .iter()
        .map(|(name, value)| vec![name.replace('_', " "), cell(Some(value))]);
    aligned(&rows.collect::<Vec<_>>())
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::String(text)) => printable(text),
        Some(Value::Array(items)) if items.is_empty() => "-".to_owned(),
        Some(Value::Array(items)) => {
            let each = items.iter().map(|item| match item.get("name") {
                // A scope with its description: the name is what a table has room for.
                Some(name) => cell(Some(name)),
                None => cell(Some(item)),
            });
            each.collect::<Vec<_>>().join(", ")
        }
        Some(Value::Object(members)) => {
            let said = members.iter().filter(|(_, value)| !value.is_null());
            let said =
                said.map(|(name, value)| format!("{} {}", printable(&name.replace('_', " ")), cell(Some(value))));
            match said.collect::<Vec<_>>() {
                none if none.is_empty() => "-".to_owned(),
                said => said.join("; "),
            }
        }
        Some(other) => printable(&other.to_string()),
    }
}

/// Text that a terminal does not obey.
pub(super) fn printable(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

fn aligned(rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        for (place, text) in row.iter().enumerate() {
            let width = text.chars().count();
            match widths.get_mut(place) {
                Some(held) => *held = width.max(*held),
                None => widths.push(width),
            }
        }
    }
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(text, width)| format!("{text:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn columns_line_up() {
        let items = [
            json!({ "id": "a", "name": "Über", "roles": ["x", "y"] }),
            json!({ "id": "long", "roles": [] }),
        ];
        let text = list(&items, &[("ID", "id"), ("NAME", "name"), ("ROLES", "roles")]);
        assert_eq!(text, "ID    NAME  ROLES\na     Über  x, y\nlong  -     -");
    }

    #[test]
    fn one_thing_is_told_line_by_line() {
        let text = one(&json!({ "id": "a", "last_used": null, "scopes": [{ "name": "read", "description": "d" }] }));
        assert_eq!(text, "id         a\nlast used  -\nscopes     read");
    }

    #[test]
    fn a_terminal_is_given_no_orders() {
        let text = one(&json!({ "name": "a\u{1b}[2Jb" }));
        assert_eq!(text, "name  a\u{fffd}[2Jb");
    }

    #[test]
    fn what_has_members_of_its_own_is_said_in_one_cell() {
        let given = json!([{ "api": null, "scopes": ["openid", "email"] }, { "api": "docs", "scopes": ["read"] }]);
        let text = list(&[json!({ "given": given })], &[("GIVEN", "given")]);
        assert_eq!(text, "GIVEN\nscopes openid, email, api docs; scopes read");
        let text = one(&json!({ "claims": {}, "sign_in": { "rotates": null, "trusted": false } }));
        assert_eq!(text, "claims   -\nsign in  trusted false");
    }
}
