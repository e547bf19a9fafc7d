//! Old ways of authenticating, their ends, plans and limits.

use super::{SOUND, told};
use crate::settings::resolve::{Resolved, resolve};
use crate::settings::{notes, read};
use serde_json::json;
use tollgate_model::limit::{Per, Window};
use tollgate_model::route::Access;
use tollgate_model::transition::Subject;
use tollgate_model::{LegacyMethodId, Moment, RouteId};

const API: &str = "[[api]]\nid = \"a\"\naudience = \"a\"\nname = \"A\"\nscopes = [{ name = \"r\", description = \"R\" }]\n\
                   [upstream.u]\ntargets = [\"http://10.0.0.1:80\"]\n";
const OLD: &str = "[[legacy]]\nid = \"old\"\nname = \"Old\"\nbearer = true\nkey_headers = [\"X-Api-Key\"]\n";
const LOGIN: &str = "[legacy.login]\npath = \"/api/login\"\nanswer = '{\"token\": \"{token}\"}'\nrefused = '{}'\n";
const ENDS: &str = "[[transition]]\nid = \"t\"\nname = \"T\"\nmethod = \"old\"\n";

fn resolved(text: &str) -> Resolved {
    resolve(&read(text).unwrap()).unwrap()
}

/// What is said of these lines, after a configuration that is sound.
fn after(lines: &str) -> Vec<String> {
    told(&format!("{SOUND}{API}{lines}"))
}

fn says(lines: &str, problem: &str) {
    let said = after(lines);
    assert_eq!(said.len(), 1, "{lines}: {said:?}");
    assert!(said[0].starts_with(problem), "{lines}: {said:?}");
}

/// SS-50, SS-51: what is typed is what the rules and the gateway get.
#[test]
fn an_old_way_its_login_and_its_end_are_what_is_typed() {
    let found = resolved(&format!(
        "{SOUND}{API}{OLD}{LOGIN}\
         {ENDS}routes = [\"v1\"]\napis = [\"a\"]\naccounts = [\"acc_1\"]\nopens = \"2026-04-25\"\nwarns = \"2026-06-01T12:00:00+02:00\"\n\
         ends = \"2026-07-25\"\ndocumentation = \"https://developers.example.com/new\"\n\
         brownouts = [{{ name = \"b\", from = \"2026-07-08T14:00:00Z\", to = \"2026-07-08T15:00:00Z\" }}, \
         {{ name = \"a\", from = \"2026-07-01T14:00:00Z\", to = \"2026-07-01T15:00:00Z\" }}]\n\
         [[route]]\nid = \"v1\"\npath = \"/v1/{{rest...}}\"\napi = \"a\"\nany_scopes = [\"r\"]\nopaque = true\nlegacy = [\"old\"]\nupstream = \"u\"\n\
         assertion = {{ audience = \"https://api.internal\" }}\n\
         limits = [{{ name = \"day\", per = \"account\", count = 5, window = \"day\" }}]\n\
         [gateway]\npublic_url = \"https://gate.example.com\"\n\
         [gateway.introspection]\nurl = \"https://login.example.com/introspect\"\nclient_id = \"g\"\nclient_secret_file = \"s\"\n"
    )
    .replace("[upstream.u]", "[upstream.u]\nin_flight = 7\nfailures = 3\nrest = 20"));
    let terms = &found.terms.transition;
    let method = terms.method(&LegacyMethodId::new("old")).unwrap();
    assert!(method.bearer && method.verify.is_none());
    assert_eq!(method.key_headers, ["x-api-key"]);
    let login = terms.login("/api/login").unwrap();
    assert_eq!((login.email.as_str(), login.password.as_str()), ("/email", "/password"));
    assert_eq!((login.lifetime, login.refused_status), (28_800, 401));
    assert_eq!(login.answer, json!({ "token": "{token}" }));

    let [transition] = &found.declared.transitions[..] else {
        panic!("{:?}", found.declared.transitions)
    };
    assert_eq!(transition.of, Subject::Method(LegacyMethodId::new("old")));
    assert_eq!(transition.routes, [RouteId::new("v1")]);
    assert_eq!(transition.ends, Some(Moment(1_784_937_600)));
    assert_eq!(transition.warns, Some(Moment(1_780_308_000)));
    let names: Vec<_> = transition.brownouts.iter().map(|window| window.name.as_str()).collect();
    assert_eq!(names, ["a", "b"], "in the order of time");

    let route = &found.declared.routes[0];
    assert!(route.opaque && matches!(&route.access, Access::Token { any_scopes, .. } if any_scopes.to_string() == "r"));
    assert_eq!(route.legacy, [LegacyMethodId::new("old")]);
    assert_eq!(route.assertion.as_ref().unwrap().audience, "https://api.internal");
    assert_eq!(
        (route.limits[0].per, route.limits[0].window),
        (Per::Account, Window::Day)
    );
    let upstream = &route.upstream;
    assert_eq!((upstream.in_flight, upstream.failures, upstream.rest), (7, 3, 20));
}

#[test]
fn every_part_of_an_old_way_is_looked_at() {
    for (lines, problem) in [
        (
            "[[legacy]]\nid = \"a b\"\nname = \"N\"\nbearer = true",
            "legacy[0].id: must be a word",
        ),
        (
            "[[legacy]]\nid = \"n\"\nname = \" \"\nbearer = true",
            "legacy[0].name: must not be empty",
        ),
        (
            "[[legacy]]\nid = \"n\"\nname = \"N\"",
            "legacy[0].bearer: neither a bearer nor key_headers",
        ),
        (
            "[[legacy]]\nid = \"n\"\nname = \"N\"\nkey_headers = [\"Authorization\"]",
            "legacy[0].key_headers: \"Authorization\" cannot carry",
        ),
        (
            "[[legacy]]\nid = \"n\"\nname = \"N\"\nkey_headers = [\"x-forwarded-for\"]",
            "legacy[0].key_headers: \"x-forwarded-for\" cannot carry",
        ),
        (
            "[[legacy]]\nid = \"n\"\nname = \"N\"\nkey_headers = [\"x-key\", \"X-Key\"]",
            "legacy[0].key_headers: \"X-Key\" is there already",
        ),
    ] {
        says(lines, problem);
    }
    says(&format!("{OLD}{OLD}"), "legacy[1].id: must be a word");
}

/// CO7: what is shown to the old endpoint opens the APIs, so it goes nowhere in the clear.
#[test]
fn the_old_endpoint_is_asked_over_tls_but_in_development_on_loopback() {
    let verify = |url: &str| format!("{OLD}verify = {{ url = {url:?}, account = \"/id\" }}\n");
    for url in [
        "http://old.example.com/me",
        "http://localhost:9000/me",
        "ftp://old.example.com",
        "old.example.com",
        "https://me:secret@old.example.com/",
        "https://old.example.com/#me",
    ] {
        says(&verify(url), "legacy[0].verify.url: must be an https: URL");
    }
    assert_eq!(
        after(&verify("https://old.example.com/me?full=1")),
        Vec::<String>::new()
    );
    let development = "[server]\npublic_url = \"http://localhost:8080\"\ndevelopment = true\n";
    for (url, faults) in [("http://127.0.0.1:9000/me", 0), ("http://10.0.0.1/me", 1)] {
        assert_eq!(told(&format!("{development}{}", verify(url))).len(), faults, "{url}");
    }
    let typed = |rest: &str| format!("{OLD}verify = {{ url = \"https://old.example.com\", {rest} }}\n");
    says(
        &typed("account = \"id\""),
        "legacy[0].verify.account: must be a JSON pointer",
    );
    says(
        &typed("account = \"/a~2\""),
        "legacy[0].verify.account: must be a JSON pointer",
    );
    says(
        &typed("account = \"/a\", member = \"\""),
        "legacy[0].verify.member: must be a JSON pointer",
    );
    let said = read(&typed("account = \"/a\", remembered = 301")).unwrap_err();
    assert_eq!(
        said[0].to_string(),
        "legacy[0].verify.remembered: must be whole seconds, 0 to 300 (line 6)"
    );
    let mut config = read(&format!("{SOUND}{}", typed("account = \"/a\""))).unwrap();
    config.legacy[0].verify.as_mut().unwrap().remembered = 301;
    let said = resolve(&config).unwrap_err();
    assert_eq!(
        said[0].to_string(),
        "legacy[0].verify.remembered: must be at most 300 seconds"
    );
}

/// SS-50: the login endpoint has a place of its own, and its answers are what they should be.
#[test]
fn every_part_of_a_login_endpoint_is_looked_at() {
    let with = |from: &str, to: &str| format!("{OLD}{LOGIN}").replace(from, to);
    for (from, to, problem) in [
        (
            "/api/login",
            "/api/../login",
            "legacy[0].login.path: must be a plain path",
        ),
        (
            "/api/login",
            "/oauth2/token",
            "legacy[0].login.path: is the path of another endpoint",
        ),
        (
            "/api/login",
            "/leaks",
            "legacy[0].login.path: is the path of another endpoint",
        ),
        (
            "/api/login",
            "/.well-known/openid-configuration",
            "legacy[0].login.path: is the path of another endpoint",
        ),
        (
            "/api/login",
            "/console/login",
            "legacy[0].login.path: is among the pages of /console",
        ),
        (
            "path =",
            "email = \"email\"\npath =",
            "legacy[0].login.email: must be a JSON pointer",
        ),
        (
            "path =",
            "password = \"\"\npath =",
            "legacy[0].login.password: must be a JSON pointer",
        ),
        (
            "path =",
            "password = \"/email\"\npath =",
            "legacy[0].login.password: is where the e-mail address is",
        ),
        (
            "{\"token\": \"{token}\"}",
            "{\"token\": {token}}",
            "legacy[0].login.answer: is not JSON",
        ),
        (
            "\"{token}\"",
            "\"x\"",
            "legacy[0].login.answer: has no place for the token",
        ),
        ("'{}'", "'no'", "legacy[0].login.refused: is not JSON"),
        (
            "bearer = true",
            "bearer = false",
            "legacy[0].login: gives out tokens that nobody takes",
        ),
        (
            "[legacy.login]",
            "verify = { url = \"https://old.example.com\", account = \"/id\" }\n[legacy.login]",
            "legacy[0].login: gives out tokens of ours",
        ),
    ] {
        says(&with(from, to), problem);
    }
    let alias = "[[issuer.alias]]\nendpoint = \"token\"\npath = \"/api/login\"\n";
    says(
        &format!("{OLD}{LOGIN}{alias}"),
        "legacy[0].login.path: is the path of another endpoint",
    );
    let twice = format!("{OLD}{LOGIN}{}{LOGIN}", OLD.replace("\"old\"", "\"older\""));
    says(&twice, "legacy[1].login.path: is the path of another login endpoint");
    let numbers = read(&with("path =", "lifetime = 0\nrefused_status = 200\npath =")).unwrap_err();
    let keys: Vec<_> = numbers.iter().map(|complaint| complaint.key.as_str()).collect();
    assert_eq!(keys, ["legacy[0].login.lifetime", "legacy[0].login.refused_status"]);
}

#[test]
fn a_transition_ends_one_thing_that_there_is() {
    let of = |lines: &str| format!("[[transition]]\nid = \"t\"\nname = \"T\"\n{lines}\n");
    for (lines, problem) in [
        (
            of("method = \"old\""),
            "transition[0].method: there is no [[legacy]] with the id \"old\"",
        ),
        (of(""), "transition[0].method: is required where neither"),
        (
            of("alias = \"/old\""),
            "transition[0].alias: there is no [[issuer.alias]] with the path \"/old\"",
        ),
        (
            of("routes = [\"r\"]"),
            "transition[0].routes: there is no [[route]] with the id \"r\"",
        ),
        (
            format!("{OLD}{ENDS}alias = \"/old\""),
            "transition[0].alias: is another end",
        ),
        (
            format!("{OLD}{ENDS}apis = [\"b\"]"),
            "transition[0].apis: there is no [[api]] with the id \"b\"",
        ),
        (
            format!("{OLD}{ENDS}accounts = [\"\"]"),
            "transition[0].accounts: must be ids",
        ),
        (
            format!("{OLD}{ENDS}documentation = \"x\""),
            "transition[0].documentation: must be an http: or https: URL",
        ),
        (format!("{OLD}{ENDS}{ENDS}"), "transition[1].id: must be a word"),
    ] {
        says(&lines, problem);
    }
    let alias = "[[issuer.alias]]\nendpoint = \"token\"\npath = \"/old\"\n";
    assert_eq!(
        after(&format!("{}{alias}", of("alias = \"/old\""))),
        Vec::<String>::new()
    );
    says(
        &format!("{}{alias}", of("alias = \"/old\"\napis = [\"a\"]")),
        "transition[0].apis: is not for an alias",
    );
}

#[test]
fn dates_are_dates_in_their_order() {
    let brownout = |from: &str, to: &str| format!("brownouts = [{{ name = \"B\", from = {from:?}, to = {to:?} }}]");
    for (lines, problem) in [
        (
            "ends = \"2026-13-01\"".to_owned(),
            "transition[0].ends: must be a day such as",
        ),
        (
            "ends = \"2026-07-25T12:00:00\"".to_owned(),
            "transition[0].ends: must be a day such as",
        ),
        (
            "opens = \"soon\"".to_owned(),
            "transition[0].opens: must be a day such as",
        ),
        (
            "opens = \"2026-02-01\"\nwarns = \"2026-01-31\"".to_owned(),
            "transition[0].warns: must not be before opens",
        ),
        (
            "opens = \"2026-01-01\"\nwarns = \"2026-02-01\"\nends = \"2026-01-31\"".to_owned(),
            "transition[0].ends: must not be before warns",
        ),
        (
            "opens = \"2026-02-01\"\nends = \"2026-01-31\"".to_owned(),
            "transition[0].ends: must not be before opens",
        ),
        (
            brownout("2026-01-02", "2026-01-01"),
            "transition[0].brownouts[0].to: must be after from",
        ),
        (
            brownout("x", "2026-01-01"),
            "transition[0].brownouts[0].from: must be a day such as",
        ),
        (
            format!("opens = \"2026-01-02\"\n{}", brownout("2026-01-01", "2026-01-03")),
            "transition[0].brownouts[0].from: must not be before opens",
        ),
        (
            format!("warns = \"2026-01-02\"\n{}", brownout("2026-01-01", "2026-01-03")),
            "transition[0].brownouts[0].from: must not be before warns",
        ),
        (
            format!("ends = \"2026-01-02\"\n{}", brownout("2026-01-01", "2026-01-03")),
            "transition[0].brownouts[0].to: must not be after ends",
        ),
        (
            "brownouts = [{ name = \"A\", from = \"2026-01-01\", to = \"2026-01-03\" }, \
             { name = \"B\", from = \"2026-01-02\", to = \"2026-01-04\" }]"
                .to_owned(),
            "transition[0].brownouts[1].from: lies in another brown-out",
        ),
        (
            "brownouts = [{ name = \"\", from = \"2026-01-01\", to = \"2026-01-03\" }]".to_owned(),
            "transition[0].brownouts[0].name: must not be empty",
        ),
    ] {
        says(&format!("{OLD}{ENDS}{lines}\n"), problem);
    }
}

#[test]
fn every_part_of_a_plan_is_looked_at() {
    let plan = |id: &str, rest: &str| format!("[[plan]]\nid = {id:?}\nname = \"P\"\n{rest}\n");
    let limit = |name: &str| format!("{{ name = {name:?}, per = \"client\", count = 1, window = 1 }}");
    for (lines, problem) in [
        (plan("a b", ""), "plan[0].id: must be a word"),
        (plan("p", "") + &plan("p", ""), "plan[1].id: must be a word"),
        (
            plan("p", "default = true") + &plan("q", "") + &plan("r", "default = true"),
            "plan[2].default: plan[0] is the default already",
        ),
        (
            plan("p", "").replace("\"P\"", "\"\""),
            "plan[0].name: must not be empty",
        ),
        (
            plan("p", &format!("limits = [{}]", limit("a_b"))),
            "plan[0].limits[0].name: must be a word of letters, digits and dashes",
        ),
        (
            plan("p", &format!("limits = [{}, {}]", limit("a"), limit("a"))),
            "plan[0].limits[1].name: must differ from the others",
        ),
    ] {
        says(&lines, problem);
    }
    for (from, to, problem) in [
        (
            "count = 1",
            "count = 0",
            "plan[0].limits[0].count: must be a whole number, 1 or more",
        ),
        (
            "window = 1",
            "window = 0",
            "plan[0].limits[0].window: must be whole seconds, 1 to 86400, or one of",
        ),
        (
            "window = 1",
            "window = 86401",
            "plan[0].limits[0].window: must be whole seconds, 1 to 86400, or one of",
        ),
        (
            "window = 1",
            "window = \"year\"",
            "plan[0].limits[0].window: must be whole seconds, 1 to 86400, or one of",
        ),
        (
            "\"client\"",
            "\"member\"",
            "plan[0].limits[0].per: must be one of \"client\"",
        ),
    ] {
        let text = plan("p", &format!("limits = [{}]", limit("a"))).replace(from, to);
        let said = read(&text).unwrap_err();
        assert!(said[0].to_string().starts_with(problem), "{text}: {said:?}");
    }
    let mut config = read(&format!("{SOUND}{}", plan("p", &format!("limits = [{}]", limit("a"))))).unwrap();
    config.plan[0].limits[0].count = 0;
    config.plan[0].limits[0].window = crate::settings::config::Window::Seconds(86_401);
    let keys: Vec<_> = resolve(&config)
        .unwrap_err()
        .into_iter()
        .map(|complaint| complaint.key)
        .collect();
    assert_eq!(keys, ["plan[0].limits[0].count", "plan[0].limits[0].window"]);
}

/// SS-53: a route takes old ways that there are, where it knows who asks, and from other headers than its own.
#[test]
fn a_route_takes_old_ways_only_where_they_can_be_told_apart() {
    let route = |lines: &str| format!("{OLD}[[route]]\nid = \"r\"\npath = \"/r\"\nupstream = \"u\"\n{lines}\n");
    for (lines, problem) in [
        (
            "api = \"a\"\nlegacy = [\"odd\"]",
            "route[0].legacy: there is no [[legacy]] with the id \"odd\"",
        ),
        (
            "api = \"a\"\nlegacy = [\"old\", \"old\"]",
            "route[0].legacy: \"old\" is there already",
        ),
        ("legacy = [\"old\"]", "route[0].legacy: is for routes with an api"),
        ("any_scopes = [\"r\"]", "route[0].api: is required where"),
        (
            "assertion = { audience = \"x\" }\n[gateway]\npublic_url = \"https://gate.example.com\"",
            "route[0].assertion: is for routes with an api",
        ),
        (
            "api = \"a\"\nassertion = { audience = \" \" }\n[gateway]\npublic_url = \"https://gate.example.com\"",
            "route[0].assertion.audience: must not be empty",
        ),
        (
            "api = \"a\"\nassertion = { audience = \"x\" }",
            "gateway.public_url: is required where a route has an assertion",
        ),
        (
            "api = \"a\"\nany_scopes = [\"w\"]",
            "route[0].any_scopes: a has no scope \"w\"",
        ),
        (
            "api = \"a\"\nlegacy = [\"old\"]\nacting_user = { header = \"x-API-key\" }",
            "route[0].legacy: old has its key in x-API-key",
        ),
        (
            "limits = [{ name = \"a\", per = \"account\", count = 1, window = 1 }]",
            "route[0].limits[0].per: is for routes with an api",
        ),
        (
            "api = \"a\"\nopaque = true",
            "gateway.introspection: is required where a route takes opaque tokens",
        ),
    ] {
        says(&route(lines), problem);
    }
    let said = after(&route("opaque = true"));
    assert!(
        said.contains(&"route[0].opaque: is for routes with an api".to_owned()),
        "{said:?}"
    );
    let address = "limits = [{ name = \"a\", per = \"address\", count = 1, window = 1 }]";
    assert_eq!(after(&route(address)), Vec::<String>::new());
}

#[test]
fn the_gateway_s_other_doors_are_looked_at() {
    let introspection = |url: &str| {
        format!("[gateway.introspection]\nurl = {url:?}\nclient_id = \"g\"\nclient_secret_file = \"nowhere\"\n")
    };
    says(
        &introspection("http://10.0.0.1/introspect"),
        "gateway.introspection.url: must be an https: URL",
    );
    says(
        "[gateway]\next_authz_listen = \"127.0.0.1:8081\"\n",
        "gateway.ext_authz_listen: must differ from gateway.listen",
    );
    let config = read(&format!("{SOUND}{}", introspection("https://login.example.com"))).unwrap();
    let said = crate::settings::files::faults(&config, &crate::settings::Environment::default());
    let has = said
        .iter()
        .any(|complaint| complaint.key == "gateway.introspection.client_secret_file");
    assert!(has, "{said:?}");
    let away = "[gateway]\next_authz_listen = \"203.0.113.1:9191\"\n";
    let noted = notes::of(&read(&format!("{SOUND}{away}")).unwrap());
    assert!(
        noted.iter().any(|note| note.key == "gateway.ext_authz_listen"),
        "{noted:?}"
    );
}

#[test]
fn an_old_way_without_end_is_worth_a_note() {
    let mail = "[mail]\nhost = \"smtp.example.com\"\nfrom = \"a@b.example\"\n";
    let noted = |lines: &str| {
        let notes = notes::of(&read(&format!("{SOUND}{mail}{lines}")).unwrap());
        notes.into_iter().map(|note| note.key).collect::<Vec<_>>()
    };
    assert_eq!(noted(OLD), ["legacy[0]"]);
    assert_eq!(noted(&format!("{OLD}{ENDS}")), ["transition[0].ends"]);
    assert_eq!(
        noted(&format!("{OLD}{ENDS}ends = \"2026-07-25\"\n")),
        Vec::<String>::new()
    );
}

/// SS-50: the preset names no date, and dates of one's own replace what it says.
#[test]
fn safesend_s_end_is_a_setting() {
    let plain = resolved(&format!("preset = \"safesend\"\n{SOUND}"));
    let [transition] = &plain.declared.transitions[..] else {
        panic!("{:?}", plain.declared.transitions)
    };
    assert!(transition.opens.is_none() && transition.warns.is_none() && transition.ends.is_none());
    assert!(transition.brownouts.is_empty());
    let method = LegacyMethodId::new("safesend-login");
    assert_eq!(transition.of, Subject::Method(method.clone()));
    assert!(
        plain
            .declared
            .routes
            .iter()
            .all(|route| route.legacy == [method.clone()])
    );
    let known = plain.terms.transition.method(&method).unwrap();
    assert!(known.bearer);
    assert_eq!(known.key_headers, ["x-api-key", "ocp-apim-subscription-key"]);
    assert_eq!(plain.terms.transition.logins.len(), 1);

    let own = "[[transition]]\nid = \"ciam\"\nname = \"T\"\nmethod = \"safesend-login\"\nends = \"2026-07-25\"\n";
    let dated = resolved(&format!("preset = \"safesend\"\n{SOUND}{own}"));
    assert_eq!(dated.declared.transitions[0].ends, Some(Moment(1_784_937_600)));
}

/// Signeasy's fair use: 80 calls a minute, 20 of them in ten seconds.
#[test]
fn signeasy_s_plan_is_what_it_publishes() {
    let found = resolved(&format!("preset = \"signeasy\"\n{SOUND}"));
    let [plan] = &found.terms.transition.plans[..] else {
        panic!("{:?}", found.terms.transition.plans)
    };
    assert!(plan.default);
    let limits: Vec<_> = plan
        .limits
        .iter()
        .map(|limit| (limit.per, limit.count, limit.window))
        .collect();
    let expected = [
        (Per::Client, 80, Window::Seconds(60)),
        (Per::Client, 20, Window::Seconds(10)),
    ];
    assert_eq!(limits, expected);
}

/// SG-5, SG-6: each of the older ways to the token endpoint can be ended, and none is without being told so.
#[test]
fn signicat_s_older_endpoint_has_a_path_to_its_end() {
    let found = resolved(&format!("preset = \"signicat\"\n{SOUND}"));
    for alias in &found.paths.aliases {
        let of = Subject::Alias(alias.path.clone());
        let dated = found.declared.transitions.iter().find(|transition| transition.of == of);
        assert!(
            dated.is_some_and(|transition| transition.ends.is_none()),
            "{}",
            alias.path
        );
    }
}
