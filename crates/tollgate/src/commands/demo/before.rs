//! How to take the way of before by hand, and its end.

use crate::demo::{self, Showing};
use crate::settings::{self, config, preset};
use anyhow::Context as _;
use serde_json::{Map, Value};
use tollgate_model::transition::Subject;
use tollgate_model::{Dated, Moment};

const DAY: i64 = 86_400;

/// The old login, the old call and the calendar, where the preset has a way of before; nothing where it has none.
pub(super) async fn told(options: &demo::Options, showing: &Showing) -> anyhow::Result<String> {
    let text = preset::text(&options.preset).context("no such preset")?;
    let config = settings::read(text).map_err(crate::serve::BadSettings)?;
    let Some(method) = config.legacy.first() else {
        return Ok(String::new());
    };
    let desk = showing.running.desk.as_ref().context("a demo is an issuer")?;
    let listed = desk.store.transitions().await?;
    let is_its = |dated: &&Dated| matches!(&dated.transition.of, Subject::Method(id) if id.as_str() == method.id);
    let calendar = listed
        .iter()
        .find(is_its)
        .map(|dated| calendar(options, dated, desk.now()));
    let origin = desk.terms.issuer.trim_end_matches('/');
    Ok(format!(
        "{}{}{}",
        login(method, origin),
        call(method),
        calendar.unwrap_or_default()
    ))
}

fn login(method: &config::Legacy, origin: &str) -> String {
    let Some(login) = &method.login else {
        return String::new();
    };
    let mut body = Value::Null;
    put(&mut body, &login.email, "'\"$TOLLGATE_USER_EMAIL\"'");
    put(&mut body, &login.password, "'\"$TOLLGATE_USER_PASSWORD\"'");
    // The quotes of the shell are no part of the document.
    let body = body.to_string().replace("'\\\"$", "'\"$").replace("\\\"'", "\"'");
    format!(
        "
The way of before, {name}. Its sign-in:

  curl -s \"{origin}{path}\" -H 'Content-Type: application/json' -d '{body}'
",
        name = method.name,
        path = login.path,
    )
}

/// Puts a text where a pointer (RFC 6901) says.
fn put(value: &mut Value, pointer: &str, text: &str) {
    let mut here = value;
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        if !here.is_object() {
            *here = Value::Object(Map::new());
        }
        let Value::Object(members) = here else {
            return;
        };
        here = members.entry(part).or_insert(Value::Null);
    }
    *here = Value::from(text);
}

fn call(method: &config::Legacy) -> String {
    let bearer = if method.bearer {
        " \\\n    -H \"Authorization: Bearer $OLD\""
    } else {
        ""
    };
    let key = method.key_headers.first();
    let key = key.map_or_else(String::new, |name| format!(" \\\n    -H \"{name}: $TOLLGATE_API_KEY\""));
    let set = if method.bearer {
        "with OLD set to the token of that answer. The call above is the new way of the same.\n"
    } else {
        ""
    };
    format!(
        "
The old call, as it works until the end:

  curl -si \"$TOLLGATE_GATEWAY$TOLLGATE_API_PATH\"{bearer}{key}

{set}"
    )
}

/// Where it stands, and how to be there on another day.
fn calendar(options: &demo::Options, dated: &Dated, now: Moment) -> String {
    let transition = &dated.transition;
    let mut lines = format!(
        "
{name} (tollgate transition show {id}); here it is {today}:

",
        name = transition.name,
        id = transition.id,
        today = moment(now),
    );
    let mut line = |what: &str, when: Option<Moment>| {
        if let Some(when) = when {
            lines.push_str(&format!("  {what:<10}  {}\n", moment(when)));
        }
    };
    line("opens", transition.opens);
    line("warns", transition.warns);
    for window in &transition.brownouts {
        line("brown-out", Some(window.from));
        line("  over", Some(window.to));
    }
    line("ends", transition.ends);
    let Some(end) = transition.ends else {
        return lines;
    };
    lines.push_str("\nStop, and start again on another day: with everything as it is now\n\n");
    let mut start = |when: Moment, what: &str| {
        lines.push_str(&format!(
            "  tollgate demo --preset {} --dir {} --date {:<20}  # {what}\n",
            options.preset,
            options.dir.display(),
            moment(when),
        ));
    };
    start(end.plus(-DAY), "both ways work");
    if let Some(window) = transition.brownouts.first() {
        start(window.from, "the old way is refused for a while");
    }
    start(end.plus(DAY), "the new way alone");
    lines
}

/// A day where it is the beginning of one, else day and time.
fn moment(at: Moment) -> String {
    let Ok(stamp) = jiff::Timestamp::from_second(at.0) else {
        return at.0.to_string();
    };
    let text = stamp.to_string();
    match text.strip_suffix("T00:00:00Z") {
        Some(day) => day.to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn method(login: &str) -> config::Legacy {
        let text = format!(
            "[[legacy]]\nid = \"old\"\nname = \"Old\"\nbearer = true\nkey_headers = [\"x-api-key\"]\n\
             [legacy.login]\npath = \"/login\"\nanswer = '\"{{token}}\"'\nrefused = '{{}}'\n{login}"
        );
        settings::read(&text).unwrap().legacy.remove(0)
    }

    /// SS-50: what is printed can be pasted: the shell puts address and password into the JSON.
    #[test]
    fn the_old_login_is_a_line_that_can_be_pasted() {
        let line = login(&method(""), "http://localhost:8080");
        assert!(line.contains("\"http://localhost:8080/login\""), "{line}");
        let body = "-d '{\"email\":\"'\"$TOLLGATE_USER_EMAIL\"'\",\"password\":\"'\"$TOLLGATE_USER_PASSWORD\"'\"}'";
        assert!(line.contains(body), "{line}");
        let nested = method("email = \"/user/e~1mail\"\npassword = \"/user/password\"\n");
        let line = login(&nested, "http://localhost:8080");
        assert!(
            line.contains("{\"user\":{\"e/mail\":\"'\"$TOLLGATE_USER_EMAIL\"'\","),
            "{line}"
        );
    }

    #[test]
    fn the_old_call_carries_what_the_method_wants() {
        let line = call(&method(""));
        assert!(
            line.contains("Bearer $OLD") && line.contains("\"x-api-key: $TOLLGATE_API_KEY\""),
            "{line}"
        );
        let key = config::Legacy {
            bearer: false,
            ..method("")
        };
        assert!(!call(&key).contains("OLD"));
    }

    #[test]
    fn a_moment_is_said_as_it_is_typed() {
        assert_eq!(moment(Moment(1_784_937_600)), "2026-07-25");
        assert_eq!(moment(Moment(1_784_937_601)), "2026-07-25T00:00:01Z");
    }
}
