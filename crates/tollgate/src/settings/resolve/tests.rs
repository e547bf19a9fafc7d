mod people;
mod transition;

use super::resolve;
use crate::settings::{Complaint, preset, read};

const SOUND: &str = "[server]\npublic_url = \"https://auth.example.com\"\n";

fn told(text: &str) -> Vec<String> {
    let complaints = resolve(&read(text).unwrap()).err().unwrap_or_default();
    complaints.iter().map(Complaint::to_string).collect()
}

fn server(lines: &str) -> Vec<String> {
    let public_url = if lines.contains("public_url") {
        ""
    } else {
        "public_url = \"https://auth.example.com\"\n"
    };
    told(&format!("[server]\n{public_url}{lines}"))
}

const TLS: &str = "management_tls = { certificate = \"a\", key = \"b\" }";

/// OP15: the management API has a listener of its own, never a public one, and TLS wherever it leaves loopback.
#[test]
fn the_management_listener_is_never_the_public_one() {
    for (lines, problem) in [
        (
            "management_listen = \"127.0.0.1:8080\"".to_owned(),
            "server.management_listen: must differ from server.listen",
        ),
        (
            "listen = \"0.0.0.0:8090\"".to_owned(),
            "server.management_listen: must differ from server.listen",
        ),
        (
            "management_listen = \"127.0.0.1:8081\"".to_owned(),
            "gateway.listen: must differ from server.management_listen",
        ),
        (
            "management_listen = \"10.0.0.5:8090\"".to_owned(),
            "server.management_listen: listens beyond loopback",
        ),
        (
            "management_listen = \"0.0.0.0:8090\"".to_owned(),
            "server.management_listen: listens beyond loopback",
        ),
        (
            format!("management_listen = \"203.0.113.5:8090\"\n{TLS}"),
            "server.management_listen: is a public address",
        ),
        (
            format!("management_listen = \"[2001:db8::5]:8090\"\n{TLS}"),
            "server.management_listen: is a public address",
        ),
        (
            format!("management_listen = \"[::ffff:8.8.8.8]:8090\"\n{TLS}"),
            "server.management_listen: is a public address",
        ),
    ] {
        let said = server(&lines);
        assert!(said.iter().any(|line| line.starts_with(problem)), "{lines}: {said:?}");
    }
    for lines in [String::new(), format!("management_listen = \"10.0.0.5:8090\"\n{TLS}")] {
        assert_eq!(server(&lines), Vec::<String>::new(), "{lines}");
    }
}

/// OP18: no http issuer but for development on loopback, and development nowhere else.
#[test]
fn an_issuer_is_https_but_for_development_on_loopback() {
    let key = "server.public_url: ";
    for (lines, problem) in [
        ("public_url = \"\"", "must be set"),
        ("public_url = \"auth.example.com\"", "must be a URL"),
        ("public_url = \"http://auth.example.com\"", "must be https"),
        (
            "public_url = \"http://auth.example.com\"\ndevelopment = true",
            "must be https",
        ),
        (
            "public_url = \"http://localhost.example.com\"\ndevelopment = true",
            "must be https",
        ),
        (
            "public_url = \"http://localhost:8080\"",
            "is http: allowed on loopback only",
        ),
        ("public_url = \"ftp://localhost\"\ndevelopment = true", "must be https"),
        (
            "public_url = \"https://auth.example.com/oauth\"",
            "must be scheme and host alone",
        ),
        (
            "public_url = \"https://me@auth.example.com\"",
            "must be scheme and host alone",
        ),
        (
            "public_url = \"https://auth.example.com?x\"",
            "must be scheme and host alone",
        ),
        (
            "public_url = \"https://Auth.example.com:443\"",
            "must be scheme and host alone",
        ),
    ] {
        let said = server(lines);
        assert!(
            said.iter().any(|line| line.starts_with(&format!("{key}{problem}"))),
            "{lines}: {said:?}"
        );
    }
    for lines in [
        "public_url = \"https://auth.example.com/\"",
        "public_url = \"https://auth.example.com:8443\"",
        "public_url = \"http://localhost:8080\"\ndevelopment = true",
        "public_url = \"http://127.0.0.1:8080\"\ndevelopment = true",
        "public_url = \"http://[::1]:8080\"\ndevelopment = true",
    ] {
        assert_eq!(server(lines), Vec::<String>::new(), "{lines}");
    }
}

/// OP18: development never listens beyond loopback, neither as issuer nor as gateway.
#[test]
fn development_stays_on_this_machine() {
    let said = server(
        "public_url = \"http://localhost:8080\"\ndevelopment = true\nlisten = \"0.0.0.0:8080\"\n[gateway]\nlisten = \"10.0.0.1:80\"",
    );
    assert_eq!(
        said,
        ["server.development: is for loopback only, and these go beyond it: server.listen, gateway.listen"]
    );
}

#[test]
fn a_gateway_on_its_own_needs_a_feed_it_can_trust() {
    let alone = |feed: &str| told(&format!("[issuer]\nenabled = false\n{feed}"));
    assert_eq!(alone(""), ["gateway.feed: is required where the issuer is elsewhere"]);
    assert_eq!(
        alone("[gateway.feed]\nurl = \"http://10.0.0.5:8090\""),
        ["gateway.feed.url: is http: allowed on loopback only"]
    );
    assert_eq!(
        alone("[gateway.feed]\nurl = \"10.0.0.5:8090\""),
        ["gateway.feed.url: must be a URL such as https://10.0.0.5:8090"]
    );
    for url in ["https://10.0.0.5:8090", "http://127.0.0.1:8090"] {
        assert_eq!(
            alone(&format!("[gateway.feed]\nurl = \"{url}\"")),
            Vec::<String>::new(),
            "{url}"
        );
    }
    assert_eq!(
        told(&format!(
            "{SOUND}[issuer]\nenabled = false\n[gateway]\nenabled = false\n"
        )),
        ["gateway.enabled: neither issuer nor gateway is enabled",]
    );
}

#[test]
fn what_a_gateway_keeps_and_says_of_itself_is_looked_at() {
    let kept = "snapshot = \"rest.json\"\n";
    assert_eq!(
        told(&format!("{SOUND}[gateway]\n{kept}")),
        ["gateway.snapshot: is for a gateway that follows gateway.feed: one beside its issuer starts from the store"]
    );
    let alone = |gateway: &str| {
        let feed = "[gateway.feed]\nurl = \"http://127.0.0.1:8090\"\n";
        told(&format!("[issuer]\nenabled = false\n[gateway]\n{gateway}{feed}"))
    };
    assert_eq!(alone(kept), Vec::<String>::new());
    assert_eq!(alone("status_listen = \"127.0.0.1:9190\"\n"), Vec::<String>::new());
    assert_eq!(
        alone("status_listen = \"127.0.0.1:8081\"\n"),
        ["gateway.status_listen: must differ from gateway.listen"]
    );
}

#[test]
fn paths_and_aliases_are_sane_and_differ() {
    let said = told(&format!(
        "{SOUND}[issuer]\npath = \"/a/../b\"\n[issuer.paths]\ntoken = \"/t?x\"\njwks = \"/j\"\nrevocation = \"/j\"\n\
         introspection = \"/.well-known/security.txt\"\n\
         [[issuer.alias]]\nendpoint = \"jwks\"\npath = \"/j\"\nhost = \"a:80\"\n\
         [[issuer.alias]]\nendpoint = \"token\"\npath = \"/j\"\nsunset = \"2026-13-01\"\n\
         [[issuer.alias]]\nendpoint = \"token\"\npath = \"/old\"\ndeprecated = \"2026-02-01\"\nsunset = \"2026-01-01\"\nlink = \"x\"\n\
         [[issuer.alias]]\nendpoint = \"token\"\npath = \"/old\"\n\
         [[issuer.alias]]\nendpoint = \"revocation\"\npath = \"/j\"\n"
    ));
    for expected in [
        "issuer.path: must be empty, / or a plain path",
        "issuer.paths.token: must be a plain path",
        "issuer.paths.jwks: is the path of issuer.paths.revocation already",
        "issuer.paths.introspection: is a path of the metadata",
        "issuer.alias[0].host: must be a host name without port",
        "issuer.alias[1].sunset: must be a day such as 2026-01-31",
        "issuer.alias[1].deprecated: is required where sunset or link is set",
        "issuer.alias[1].path: is the path of another endpoint",
        "issuer.alias[2].sunset: must not be before deprecated",
        "issuer.alias[2].link: must be an http: or https: URL",
        "issuer.alias[3].path: is the path of issuer.alias[2] already",
        "issuer.alias[4].path: is the endpoint's own path; an alias there needs a host",
    ] {
        assert!(
            said.iter().any(|line| line.starts_with(expected)),
            "{expected}\n{said:#?}"
        );
    }
}

/// A protected space with a public route in it.
fn routes(public: &str) -> Vec<String> {
    told(&format!(
        "{SOUND}[members]\nroles = [\"Staff\"]\n[[api]]\nid = \"a\"\naudience = \"a\"\nname = \"A\"\nscopes = [{{ name = \"r\", description = \"R\" }}]\n\
         [upstream.u]\ntargets = [\"http://10.0.0.1:80\"]\n\
         [[route]]\nid = \"all\"\npath = \"/{{rest...}}\"\napi = \"a\"\nupstream = \"u\"\n\
         [[route]]\nid = \"open\"\nupstream = \"u\"\n{public}\n"
    ))
}

/// RS12: a public route inside a protected one's space says so, or it is refused.
#[test]
fn a_public_route_in_a_protected_space_names_it() {
    let said = routes("path = \"/status\"");
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].starts_with("route[1].opens: this public route lies in the space of the protected route all"),
        "{said:?}"
    );
    assert_eq!(routes("path = \"/status\"\nopens = [\"all\"]"), Vec::<String>::new());
}

/// RS12: a route that forgets its API does not become a public one.
#[test]
fn a_route_with_scopes_and_no_api_is_refused() {
    let said = routes("path = \"/status\"\nopens = [\"all\"]\nscopes = [\"r\"]");
    assert_eq!(
        said,
        ["route[1].api: is required where scopes, any_scopes, acting_user or id_token is set"]
    );
}

#[test]
fn every_part_of_a_route_is_looked_at() {
    for (lines, problem) in [
        (
            "path = \"status\"\nopens = [\"all\"]",
            "route[1].path: must be a pattern",
        ),
        (
            "path = \"/s\"\nopens = [\"nothing\"]",
            "route[1].opens: there is no protected route \"nothing\"",
        ),
        (
            "path = \"/s\"\nopens = [\"all\"]\nhosts = [\"a b\"]",
            "route[1].hosts: must be host names",
        ),
        (
            "path = \"/s\"\nopens = [\"all\"]\nmethods = [\"G T\"]",
            "route[1].methods: must be names of methods",
        ),
        (
            "path = \"/s\"\napi = \"b\"",
            "route[1].api: there is no [[api]] with the id \"b\"",
        ),
        (
            "path = \"/s\"\napi = \"a\"\nscopes = [\"w\"]",
            "route[1].scopes: a has no scope \"w\"",
        ),
        (
            "path = \"/s\"\napi = \"a\"\nopens = [\"all\"]",
            "route[1].opens: is for public routes alone",
        ),
        (
            "path = \"/{rest...}\"\napi = \"a\"",
            "route[1].path: takes the same requests as the route all",
        ),
        (
            "path = \"/s\"\napi = \"a\"\nacting_user = { header = \"host\" }",
            "route[1].acting_user.header: cannot say for whom",
        ),
        (
            "path = \"/s\"\napi = \"a\"\nid_token = { header = \"cookie\" }",
            "route[1].id_token.header: cannot say for whom",
        ),
        (
            "path = \"/s\"\napi = \"a\"\nacting_user = { header = \"x-who\" }\nid_token = { header = \"X-Who\" }",
            "route[1].id_token.header: cannot say for whom",
        ),
        (
            "path = \"/s\"\nopens = [\"all\"]\nid_token = { header = \"x-who\" }",
            "route[1].api: is required where",
        ),
        (
            "path = \"/s\"\napi = \"a\"\nacting_user = { roles = [\"Boss\"] }",
            "route[1].acting_user.roles: \"Boss\" is not among",
        ),
    ] {
        let said = routes(lines);
        assert!(said.iter().any(|line| line.starts_with(problem)), "{lines}: {said:?}");
    }
    let twice = told(&format!(
        "{SOUND}[upstream.u]\ntargets = [\"http://10.0.0.1/path\"]\nhealth_path = \"x\"\n\
         [[route]]\nid = \"a\"\npath = \"/a\"\nupstream = \"u\"\n[[route]]\nid = \"a\"\npath = \"/b\"\nupstream = \"v\"\n"
    ));
    assert!(
        twice
            .iter()
            .any(|line| line.starts_with("upstream.u.targets: must be one or more")),
        "{twice:?}"
    );
    assert!(
        twice
            .iter()
            .any(|line| line.starts_with("upstream.u.health_path: must be a path")),
        "{twice:?}"
    );
    assert!(
        twice
            .iter()
            .any(|line| line.starts_with("route[1].upstream: there is no [upstream.v]")),
        "{twice:?}"
    );
}

#[test]
fn a_demo_speaks_of_what_there_is() {
    let said = told(&format!(
        "{SOUND}[members]\nroles = [\"Staff\"]\n[demo]\naccount = \"A\"\npath = \"/x\"\n\
         member = {{ email = \"kim\", name = \"Kim\", roles = [\"Boss\"] }}\nclient = {{ name = \"C\", api = \"a\" }}\n\
         [[demo.sample]]\nmethod = \"POST\"\npath = \"/x\"\nanswer = '{{\"a\": {{body}}'\n"
    ));
    assert_eq!(
        said,
        [
            "demo.client.api: there is no [[api]] with the id \"a\"",
            "demo.member.email: must be an e-mail address",
            "demo.path: no [[demo.sample]] answers GET there",
            "demo.sample[0].answer: is not JSON once it is filled in",
            "demo.member.roles: \"Boss\" is not among members.roles",
        ]
    );
}

#[test]
fn a_store_is_sqlite_or_postgres_and_its_address_is_never_shown() {
    for url in ["", "sqlite:", "mysql://root:canary@db/x", "postgres:canary", "canary"] {
        let said = told(&format!("{SOUND}[store]\nurl = \"{url}\"\n"));
        assert_eq!(
            said,
            ["store.url: must be sqlite:PATH or postgres://USER@HOST/DATABASE"],
            "{url}"
        );
    }
    assert_eq!(
        told(&format!("{SOUND}[store]\nurl = \"postgres://tollgate@db/tollgate\"\n")),
        Vec::<String>::new()
    );
}

#[test]
fn every_preset_runs_once_it_has_a_public_url() {
    for name in preset::NAMES {
        assert_eq!(
            told(&format!("preset = {name:?}\n{SOUND}")),
            Vec::<String>::new(),
            "{name}"
        );
    }
}

/// CO7: an upstream at a cloud's metadata service is no slip of the pen that goes unnoticed, however it is spelled.
#[test]
fn an_upstream_at_a_link_local_address_is_named() {
    let said = |more: &str| {
        told(&format!(
            "{SOUND}{more}[upstream.u]\ntargets = [\"http://10.0.0.1\", \"http://2852039166\", \"http://[::ffff:169.254.169.254]:80\"]\n\
             [[route]]\nid = \"a\"\npath = \"/a\"\nupstream = \"u\"\n[[route]]\nid = \"b\"\npath = \"/b\"\nupstream = \"u\"\n"
        ))
    };
    let strict = said("");
    assert_eq!(strict.len(), 2, "{strict:?}");
    assert!(
        strict
            .iter()
            .all(|line| line.starts_with("upstream.u.targets: \"http://")),
        "{strict:?}"
    );
    assert_eq!(said("[gateway]\nlink_local_upstreams = true\n"), Vec::<String>::new());
}
