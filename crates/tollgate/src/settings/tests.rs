use super::check::check;
use super::table::{self, Kind, Otherwise, SETTINGS, Setting};
use super::*;
use std::collections::BTreeSet;
use std::fmt::Write as _;

fn layers(environment: &[(&str, &str)], set: &[&str]) -> Layers {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Layers {
        environment: environment.iter().map(owned).collect(),
        set: set.iter().map(|flag| (*flag).to_owned()).collect(),
    }
}

fn told(text: &str, layers: &Layers) -> Vec<String> {
    read_with(text, layers)
        .unwrap_err()
        .iter()
        .map(Complaint::to_string)
        .collect()
}

/// A configuration with every section, where `value` says what a key is, if it is there.
fn document(value: impl Fn(&Setting) -> Option<&'static str>) -> String {
    let mut text = String::new();
    let keys = |text: &mut String, space: &str| {
        for row in table::children(space).filter(|row| !row.is_section()) {
            if let Some(value) = value(row) {
                writeln!(text, "{} = {value}", row.name()).unwrap();
            }
        }
    };
    keys(&mut text, "");
    for row in SETTINGS.iter().filter(|row| row.is_section()) {
        writeln!(text, "{}", reference::header(row, "example")).unwrap();
        keys(&mut text, &row.space());
    }
    text
}

#[test]
fn every_key_of_the_table_is_a_key_of_the_configuration() {
    let all = document(|row| Some(row.example));
    assert!(read(&all).is_ok(), "{:?}\n{all}", read(&all));
    let typed: Config = toml::from_str(&all).unwrap();
    assert_eq!(typed.demo.unwrap().member.name, "Kim Developer");
}

/// serde names every field of a struct when it meets a stranger there.
#[test]
fn every_field_of_the_configuration_has_a_row() {
    let spaces = SETTINGS
        .iter()
        .filter(|row| row.is_section())
        .map(|row| (row.space(), reference::header(row, "example")));
    for (space, header) in std::iter::once((String::new(), String::new())).chain(spaces) {
        let all = document(|row| Some(row.example));
        let stranger = match header.as_str() {
            "" => format!("stranger = 1\n{all}"),
            header => all.replacen(header, &format!("{header}\nstranger = 1"), 1),
        };
        let said = toml::from_str::<Config>(&stranger).unwrap_err().message().to_owned();
        let named: BTreeSet<&str> = said
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|word| *word != "stranger")
            .collect();
        let rows: BTreeSet<&str> = table::children(&space).map(Setting::name).collect();
        assert!(said.contains("unknown field `stranger`"), "{space}: {said}");
        assert_eq!(named, rows, "in {header}");
    }
}

#[test]
fn every_default_of_the_table_is_the_default_of_the_configuration() {
    let required = |row: &Setting| (row.otherwise == Otherwise::Required).then_some(row.example);
    let without = read(&document(required)).unwrap();
    let with = read(&document(|row| match row.otherwise {
        Otherwise::Is(value) => Some(value),
        _ => required(row),
    }));
    assert_eq!(format!("{without:#?}"), format!("{:#?}", with.unwrap()));
    assert_eq!(
        without.issuer.wrong_secrets,
        config::Issuer::default().wrong_secrets,
        "its words name 10 in 60 seconds"
    );
}

#[test]
fn every_row_is_complete_and_its_variable_is_its_own() {
    let mut variables = BTreeSet::new();
    for row in SETTINGS {
        assert!(
            row.manual.ends_with('.') && !row.manual.contains(['|', '\n']),
            "{}",
            row.path
        );
        assert_eq!(row.example.is_empty(), row.is_section(), "{}", row.path);
        assert!(
            row.parent().is_empty() || SETTINGS.iter().any(|section| section.space() == row.parent()),
            "{}",
            row.path
        );
        if let Some(name) = row.variable() {
            assert!(!environment::OTHERS.contains(&name.as_str()), "{name}");
            assert!(variables.insert(name), "{}", row.path);
        }
    }
    assert_eq!(
        table::single("issuer.paths.token").unwrap().variable().unwrap(),
        "TOLLGATE_ISSUER_PATHS_TOKEN"
    );
    assert_eq!(table::single("preset").unwrap().variable(), None);
}

#[test]
fn all_that_is_wrong_with_keys_and_types_is_said_at_once_with_its_line() {
    let text = "pubic_url = 1\n\n[issuer]\ndialct = \"rfc\"\ndialect = \"Auth0\"\npublic_url = \"x\"\nbodies = \"form\"\n\n\
                [gateway]\nleeway = 61\nlisten = \"localhost:1\"\n\n[[api]]\nid = \"a\"\nname = \"A\"\nscope = []\n\n\
                [upstream.\"a.b\"]\ntarget = [\"http://a\"]\n";
    assert_eq!(
        told(text, &Layers::default()),
        [
            "api[0].audience: is required (line 13)",
            "api[0].scope: unknown key; did you mean api[0].scopes? (line 16)",
            "gateway.leeway: must be whole seconds, 0 to 60 (line 10)",
            "gateway.listen: must be an IP address and port such as \"127.0.0.1:8080\" (line 11)",
            "issuer.bodies: must be a list of \"form\", \"json\" (line 7)",
            "issuer.dialct: unknown key; did you mean issuer.dialect? (line 4)",
            "issuer.dialect: must be one of \"rfc\", \"auth0\", \"auth0-classic\", \"hydra\", \"hydra-classic\", \
         \"identityserver\"; did you mean \"auth0\"? (line 5)",
            "issuer.public_url: unknown key; did you mean server.public_url? (line 6)",
            "pubic_url: unknown key (line 1)",
            "upstream.\"a.b\".targets: is required",
            "upstream.\"a.b\".target: unknown key; did you mean upstream.\"a.b\".targets? (line 19)",
        ]
    );
}

#[test]
fn a_text_that_is_no_toml_is_told_by_its_line_alone() {
    let said = told(
        "[store]\nurl = \"postgres://tollgate:hunter2@db/tollgate\n",
        &Layers::default(),
    );
    assert_eq!(said.len(), 1);
    assert!(
        said[0].ends_with("(line 2)") && !said[0].contains("hunter2"),
        "{said:?}"
    );
}

#[test]
fn an_unknown_preset_is_told_with_the_ones_there_are() {
    let said = told("preset = \"safesnd\"", &Layers::default());
    assert_eq!(said.len(), 1);
    assert!(
        said[0].contains("\"signicat\"") && said[0].contains("did you mean \"safesend\"?"),
        "{said:?}"
    );
}

#[test]
fn preset_file_environment_and_flags_go_one_before_the_other() {
    let text = "preset = \"safesend\"\n[issuer.paths]\ntoken = \"/file\"\njwks = \"/file\"\nrevocation = \"/file\"\n";
    let environment = [
        ("TOLLGATE_ISSUER_PATHS_TOKEN", "/variable"),
        ("TOLLGATE_ISSUER_PATHS_JWKS", "/variable"),
    ];
    let config = read_with(text, &layers(&environment, &["issuer.paths.token=/flag"])).unwrap();
    let paths = &config.issuer.paths;
    let seen = [&paths.token, &paths.jwks, &paths.revocation, &paths.introspection];
    assert_eq!(seen, ["/flag", "/variable", "/file", "/oauth/introspect"]);
    assert_eq!(config.vendor.name.as_deref(), Some("SafeSend"));
}

#[test]
fn a_preset_can_be_chosen_by_flag() {
    let config = read_with("", &layers(&[], &["preset=safesend"])).unwrap();
    assert_eq!(config.preset.as_deref(), Some("safesend"));
    assert!(!config.api.is_empty());
}

#[test]
fn variables_are_read_as_their_kind() {
    let environment = [
        ("TOLLGATE_SERVER_DEVELOPMENT", "true"),
        ("TOLLGATE_SECRETS_OVERLAP", "60"),
        ("TOLLGATE_SERVER_TRUSTED_PROXIES", "10.0.0.1, ::1"),
        ("TOLLGATE_MEMBERS_ROLES", "[\"Admin, all\", \"Staff\"]"),
        ("TOLLGATE_ISSUER_DIALECT", "hydra"),
        ("TOLLGATE_STORE_URL", ""),
    ];
    let config = read_with("", &layers(&environment, &[])).unwrap();
    assert!(config.server.development);
    assert_eq!(config.secrets.overlap, 60);
    assert_eq!(
        config.server.trusted_proxies,
        ["10.0.0.1", "::1"].map(|ip| ip.parse::<std::net::IpAddr>().unwrap())
    );
    assert_eq!(config.members.roles, ["Admin, all", "Staff"]);
    assert_eq!(
        config.store.url, "sqlite:tollgate.db",
        "an empty variable is an absent one"
    );
}

#[test]
fn a_bad_variable_or_flag_is_told_by_its_name_and_never_shown() {
    let environment = [
        ("TOLLGATE_SECRETS_OVERLAP", "canary"),
        ("TOLLGATE_ISSUER_DIALECT", "canary"),
    ];
    let flags = [
        "server.listen=canary",
        "canary",
        "issuer.dialct=canary",
        "api=canary",
        "upstream.a.http2=canary",
    ];
    let said = told("", &layers(&environment, &flags));
    assert!(said.iter().all(|line| !line.contains("canary")), "{said:?}");
    let begin = |start: &str, end: &str| said.iter().any(|line| line.starts_with(start) && line.ends_with(end));
    assert!(
        begin("secrets.overlap: must be whole seconds", "(TOLLGATE_SECRETS_OVERLAP)"),
        "{said:?}"
    );
    assert!(
        begin("issuer.dialect: must be one of", "(TOLLGATE_ISSUER_DIALECT)"),
        "{said:?}"
    );
    assert!(begin("server.listen: must be an IP address", "(--set)"), "{said:?}");
    assert!(begin("must be key=value", "(--set)"), "{said:?}");
    assert!(
        begin("issuer.dialct: unknown key; did you mean issuer.dialect?", "(--set)"),
        "{said:?}"
    );
    assert!(begin("api: can be set in the file only", "(--set)"), "{said:?}");
    assert!(
        begin("upstream.a.http2: can be set in the file only", "(--set)"),
        "{said:?}"
    );
}

#[test]
fn a_variable_that_is_nearly_ours_is_a_slip_and_others_are_left_alone() {
    let environment = [
        ("TOLLGATE_SERVER_PUBLIC_URI", "https://auth.example.com"),
        ("TOLLGATE_MASTER_KY", "canary"),
        ("TOLLGATE_SERVICE_HOST", "10.0.0.1"),
        ("TOLLGATE_PORT_8080_TCP_ADDR", "10.0.0.1"),
        ("TOLLGATE_TEST_POSTGRES", "x"),
    ];
    let others = environment::OTHERS.map(|name| (name, "x"));
    let all: Vec<_> = environment.into_iter().chain(others).collect();
    assert_eq!(
        told("", &layers(&all, &[])),
        [
            "TOLLGATE_MASTER_KY: unknown variable; did you mean TOLLGATE_MASTER_KEY?",
            "TOLLGATE_SERVER_PUBLIC_URI: unknown variable; did you mean TOLLGATE_SERVER_PUBLIC_URL?",
        ]
    );
}

/// OP5: neither the environment nor the store's address is shown by debug output.
#[test]
fn debug_output_shows_no_secret() {
    let environment = [
        ("TOLLGATE_MASTER_KEY", "canary"),
        ("TOLLGATE_STORE_URL", "postgres://a:canary@db/t"),
    ];
    let layers = layers(&environment, &["store.url=postgres://b:canary@db/t"]);
    let config = read_with("", &layers).unwrap();
    let given = given::Given {
        config: None,
        set: layers.set.clone(),
    };
    let shown = format!("{layers:?} {given:?} {config:?}");
    assert!(
        shown.contains("TOLLGATE_MASTER_KEY") && shown.contains("postgres") && !shown.contains("canary"),
        "{shown}"
    );
}

#[test]
fn faults_of_both_stages_come_together_and_echoes_do_not() {
    let text = "[server]\npublic_url = \"http://auth.example.com\"\nlisten = 8080\n\n[issuer.paths]\ntoken = \"x\"\n\n\
                [upstream.a]\ntargets = [\"http://10.0.0.1:80\"]\n\n[[route]]\nid = \"a\"\npath = \"/a\"\napi = 1\nupstream = \"b\"\n";
    let said: Vec<_> = check(text, &Layers::default())
        .config
        .unwrap_err()
        .iter()
        .map(Complaint::to_string)
        .collect();
    let has = |start: &str| said.iter().any(|line| line.starts_with(start));
    assert!(
        has("server.listen: must be an IP address") && has("route[0].api: must be text"),
        "{said:#?}"
    );
    assert!(
        has("server.public_url: must be https (line 2)") && has("issuer.paths.token: must be a plain path"),
        "{said:#?}"
    );
    assert!(has("master_key.file: there is no master key"), "{said:#?}");
    assert!(!has("route[0].upstream") && !has("route[0].opens"), "{said:#?}");
}

#[test]
fn what_init_prints_is_sound_with_and_without_its_marks() {
    for preset in std::iter::once(None).chain(preset::NAMES.map(Some)) {
        let text = template::text(preset);
        let config = read(&text).unwrap();
        assert_eq!(config.server.public_url, "https://auth.example.com");
        assert_eq!(config.preset.as_deref(), preset);
        assert!(resolve::resolve(&config).is_ok(), "{preset:?}");
        for row in SETTINGS.iter().filter(|row| !row.is_section()) {
            let has = |line: &str| line.trim_start_matches('#').starts_with(&format!("{} = ", row.name()));
            assert!(text.lines().any(has), "{} is missing", row.path);
        }
        let bare = |line: &str| match line.strip_prefix('#') {
            Some(rest) if !rest.starts_with(' ') => rest.to_owned(),
            _ => line.to_owned(),
        };
        let unmarked = text.lines().map(bare).collect::<Vec<_>>().join("\n");
        assert!(read(&unmarked).is_ok(), "{preset:?}: {:?}\n{unmarked}", read(&unmarked));
    }
    assert!(template::text(Some("safesend")).contains("# The preset says:\n#dialect = \"auth0\"\n"));
}

/// The example of every setting, taken together, is a configuration that makes sense.
#[test]
fn the_examples_of_the_table_fit_together() {
    let text = document(|row| match row.path {
        "preset" | "issuer.enabled" | "gateway.enabled" => None,
        // Of what can end, a transition names one.
        "transition[].alias" => None,
        // Beside its issuer a gateway has nothing to rest.
        "gateway.snapshot" => None,
        "server.development" => Some("false"),
        _ => Some(row.example),
    });
    let mut config = read(&text).unwrap();
    // Tokens are on record here, as those of the login, or elsewhere.
    config.legacy[0].verify = None;
    assert!(
        resolve::resolve(&config).is_ok(),
        "{:#?}",
        resolve::resolve(&config).unwrap_err()
    );
}

#[test]
fn kinds_say_what_they_take() {
    for (kind, good, bad) in [
        (Kind::Flag, "true", "yes"),
        (Kind::Number(1, 3), "3", "4"),
        (Kind::Seconds(0, i64::MAX), "0", "-1"),
        (Kind::Address, "[::1]:80", "localhost:80"),
        (Kind::Ips, "::1,127.0.0.1", "10.0.0.0/8"),
        (Kind::Choice(&["a", "b"]), "a", "c"),
        (Kind::Choices(&["a", "b"]), "a,b", "a,c"),
        (Kind::Texts, "[\"a\"]", "[\"a\"]\nx = 1"),
        (Kind::Window, "86400", "86401"),
        (Kind::Window, "month", "week"),
    ] {
        assert!(kind.parse(good).is_ok(), "{kind:?} {good}");
        let problem = kind.parse(bad).unwrap_err();
        assert!(problem.starts_with(&format!("must be {kind}")), "{problem}");
    }
    assert!(
        Kind::Text
            .parse(&"x".repeat(5000))
            .unwrap_err()
            .contains("at most 4096")
    );
}
