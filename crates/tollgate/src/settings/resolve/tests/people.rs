//! Applications that act for people.

use super::{SOUND, told};
use crate::settings::resolve::resolve;
use crate::settings::{notes, preset, read};
use tollgate_issuer::terms::Terms;
use tollgate_issuer::terms::people::{ConnectionKind, PeopleTerms};
use tollgate_model::client::{AuthMethod, GrantType};
use tollgate_protocol::claims::Profile;
use tollgate_protocol::jose::Algorithm;

const PEOPLE: &str = "[people]\nenabled = true\n";

fn terms(text: &str) -> Terms {
    resolve(&read(text).unwrap()).unwrap().terms
}

fn with(lines: &str) -> Vec<String> {
    told(&format!("{SOUND}{PEOPLE}{lines}"))
}

#[test]
fn without_settings_nobody_is_served_and_the_standard_holds() {
    let found = terms(SOUND).people;
    assert_eq!(found, PeopleTerms::of("https://auth.example.com/userinfo"));
    assert!(!found.enabled);
}

/// PK5: whatever is set, a code lives for a minute at most.
#[test]
fn a_code_never_lives_longer_than_a_minute() {
    let said = read(&format!("{SOUND}[people]\ncode_lifetime = 61\n")).unwrap_err();
    let said: Vec<String> = said.iter().map(ToString::to_string).collect();
    assert_eq!(said, ["people.code_lifetime: must be whole seconds, 1 to 60 (line 4)"]);
}

#[test]
fn what_is_set_is_what_the_rules_get() {
    let set = format!(
        "{SOUND}{PEOPLE}pkce = \"optional-with-secret\"\nleast_state = 8\noffline = [\"offline\"]\nv2_logout = true\n\
         code_lifetime = 30\nflow_lifetime = 600\nsign_up = true\nown_consents = false\nuserinfo_in_audience = true\n\
         refresh = {{ rotates = false, window = 0, idle = 0, absolute = 60 }}\n\
         tokens = {{ lifetime = 900, algorithm = \"ES256\", profile = \"auth0\" }}\n\
         id_token = {{ lifetime = 600, algorithm = \"PS256\" }}\n\
         [[people.acr]]\nvalue = \"urn:acr:face\"\nways = [\"face\", \"pwd  otp\"]\n\
         [[people.connection]]\nname = \"sso\"\nlabel = \"SSO\"\nfactor = \"sso\"\nissuer = \"https://login.example.com\"\n\
         client_id = \"we\"\nclient_secret_file = \"secret\"\nscopes = [\"openid\", \"email\"]\nsign_up = true\n\
         [issuer.paths]\nuserinfo = \"/me\"\n"
    );
    let found = terms(&set).people;
    assert!(found.enabled && found.pkce_optional && found.v2_logout && found.sign_up && found.userinfo_in_audience);
    assert!(!found.own_consents && !found.refresh.rotates);
    assert_eq!(
        (found.code_lifetime, found.flow_lifetime, found.least_state),
        (30, 600, 8)
    );
    assert_eq!(
        (found.refresh.window, found.refresh.idle, found.refresh.absolute),
        (0, None, Some(60))
    );
    let openid = &found.openid;
    assert_eq!(openid.audience, "https://auth.example.com/me");
    assert_eq!(
        (openid.lifetime, openid.algorithm, openid.profile),
        (900, Algorithm::ES256, Profile::Auth0)
    );
    assert_eq!((found.id_token_lifetime, found.id_token_alg), (600, Algorithm::PS256));
    assert!(found.is_offline("offline") && !found.is_offline("offline_access"));
    assert_eq!(found.acrs[0].ways, [vec!["face"], vec!["pwd", "otp"]]);
    let sso = found.connection("sso").unwrap();
    let kind = ConnectionKind::OpenId {
        issuer: "https://login.example.com".to_owned(),
        client_id: "we".to_owned(),
        scopes: "openid email".to_owned(),
    };
    assert!(sso.sign_up && sso.factor == "sso" && sso.kind == kind, "{sso:?}");
}

#[test]
fn a_scope_stands_beside_the_standard_ones_or_in_the_place_of_one() {
    let found = terms(&format!(
        "{SOUND}{PEOPLE}[[people.scope]]\nname = \"email\"\nclaims = [\"email\"]\n\
         [[people.scope]]\nname = \"tax\"\ndescription = \"Your tax number\"\nclaims = [\"tax_number\"]\n"
    ))
    .people;
    let names: Vec<&str> = found.scopes.iter().map(|scope| scope.name.as_str()).collect();
    assert_eq!(names, ["profile", "email", "address", "phone", "tax"]);
    assert_eq!(found.claim_scope("email").unwrap().claims, ["email"]);
    assert_eq!(found.claim_scope("tax").unwrap().description, "Your tax number");
}

#[test]
fn an_authorization_endpoint_needs_what_goes_with_it() {
    assert_eq!(
        with(
            "[clients]\ngrant_types = [\"client_credentials\"]\nredirects = { used = false }\n[console]\nenabled = false\n"
        ),
        [
            "clients.grant_types: must have authorization_code where people.enabled is set",
            "clients.redirects.used: must be set where people.enabled is: no client could have an address for its codes",
            "console.enabled: must be set where people.enabled is: people look after their passwords there",
        ]
    );
    assert_eq!(
        told(&format!(
            "{SOUND}[clients]\nauth_methods = [\"none\"]\ngrant_types = [\"client_credentials\", \"refresh_token\"]\n"
        )),
        [
            "clients.grant_types: authorization_code and refresh_token need people.enabled",
            "clients.grant_types: refresh_token needs authorization_code",
            "clients.auth_methods: none is for applications that act for people: it needs people.enabled",
            "clients.auth_methods: client_credentials in clients.grant_types needs a method with a secret",
        ]
    );
    assert_eq!(
        told(&format!("{SOUND}[clients]\ngrant_types = []\n")),
        ["clients.grant_types: must name at least one grant type"]
    );
    let alone = terms(&format!("{SOUND}{PEOPLE}"));
    assert_eq!(alone.clients.grant_types, GrantType::ALL);
    assert!(alone.console.redirects.used);
}

#[test]
fn every_wrong_value_is_named() {
    for (lines, problem) in [
        (
            "offline = [\"a b\"]",
            "people.offline: \"a b\" is not a scope token of its own",
        ),
        (
            "offline = [\"openid\"]",
            "people.offline: \"openid\" is not a scope token",
        ),
        (
            "refresh = { idle = 61, absolute = 60 }",
            "people.refresh.idle: must not be longer than people.refresh.absolute",
        ),
        (
            "[[people.scope]]\nname = \"a b\"\ndescription = \"x\"\nclaims = [\"a\"]",
            "people.scope[0].name: \"a b\" is not a scope token",
        ),
        (
            "[[people.scope]]\nname = \"tax\"\nclaims = [\"a\"]",
            "people.scope[0].description: is required",
        ),
        (
            "[[people.scope]]\nname = \"email\"\nclaims = []",
            "people.scope[0].claims: must name at least one",
        ),
        (
            "[[people.scope]]\nname = \"email\"\nclaims = [\"sub\"]",
            "people.scope[0].claims: \"sub\" is not a claim about a person",
        ),
        (
            "[[people.scope]]\nname = \"offline_access\"\ndescription = \"x\"\nclaims = [\"a\"]",
            "people.scope[0].name: \"offline_access\" is there already",
        ),
        (
            "[[people.scope]]\nname = \"email\"\nclaims = [\"a\"]\n[[people.scope]]\nname = \"email\"\nclaims = [\"b\"]",
            "people.scope[1].name: \"email\" is there already",
        ),
        (
            "[[people.acr]]\nvalue = \"a b\"\nways = [\"pwd\"]",
            "people.acr[0].value: must be a word",
        ),
        (
            "[[people.acr]]\nvalue = \"a\"\nways = []",
            "people.acr[0].ways: must name",
        ),
        (
            "[[people.acr]]\nvalue = \"a\"\nways = [\" \"]",
            "people.acr[0].ways: \" \" is not one or more factors",
        ),
        (
            "[[people.acr]]\nvalue = \"a\"\nways = [\"pwd pwd\"]",
            "people.acr[0].ways: \"pwd pwd\" is not one or more factors, each once",
        ),
        (
            "[[api]]\nid = \"a\"\naudience = \"a\"\nname = \"A\"\nscopes = [{ name = \"email\", description = \"M\" }]",
            "api[0].scopes[0].name: \"email\" is a scope about the person",
        ),
        (
            "[vendor]\naccent = \"blue\"",
            "vendor.accent: must be a colour such as #0b5fff",
        ),
        (
            "[issuer.paths]\nauthorization = \"/flow/x\"",
            "issuer.paths.authorization: is among the pages of /flow",
        ),
        (
            "[issuer.paths]\nuserinfo = \"/authorize\"",
            "issuer.paths.userinfo: is the path of issuer.paths.authorization already",
        ),
    ] {
        let said = with(lines);
        assert!(said.iter().any(|line| line.starts_with(problem)), "{lines}: {said:?}");
    }
}

/// AT16: coming back from elsewhere never counts as the password or the second factor of this house.
#[test]
fn every_part_of_a_connection_is_looked_at() {
    let sound = "name = \"sso\"\nlabel = \"SSO\"\nfactor = \"sso\"\nissuer = \"https://login.example.com\"\n\
                 client_id = \"we\"\nclient_secret_file = \"secret\"\n";
    let connection = |lines: &str| with(&format!("[[people.connection]]\n{lines}"));
    assert_eq!(connection(sound), Vec::<String>::new());
    for (was, then, problem) in [
        ("\"sso\"\nlabel", "\"S O\"\nlabel", "name: must be lower-case letters"),
        ("\"SSO\"", "\" \"", "label: must be 1 to 100 characters"),
        ("factor = \"sso\"", "factor = \"s o\"", "factor: must be a word"),
        (
            "factor = \"sso\"",
            "factor = \"pwd\"",
            "factor: is one that this house asks for itself",
        ),
        (
            "factor = \"sso\"",
            "factor = \"otp\"",
            "factor: is one that this house asks for itself",
        ),
        ("https://login", "http://login", "issuer: must be an https: URL"),
        (".com\"", ".com?x\"", "issuer: must be an https: URL"),
        (".com\"", ".com#x\"", "issuer: must be an https: URL"),
        ("https://login", "https://me@login", "issuer: must be an https: URL"),
        ("\"we\"", "\"\"", "client_id: is required"),
        (
            "client_secret_file = \"secret\"\n",
            "",
            "client_secret_file: is required",
        ),
        (
            "client_id",
            "scopes = [\"email\"]\nclient_id",
            "scopes: must be scope tokens, openid among them",
        ),
    ] {
        assert!(sound.contains(was), "{was}");
        let said = connection(&sound.replacen(was, then, 1));
        let problem = format!("people.connection[0].{problem}");
        assert!(said.iter().any(|line| line.starts_with(&problem)), "{then}: {said:?}");
    }
    let twice = connection(&format!("{sound}[[people.connection]]\n{sound}"));
    assert_eq!(twice, ["people.connection[1].name: must differ from the others"]);
}

/// OP18: a button that counts as a factor is for development, and development is for one machine.
#[test]
fn a_test_connection_is_for_development_servers_alone() {
    let button = "[[people.connection]]\nname = \"t\"\nlabel = \"T\"\nfactor = \"face\"\nkind = \"test\"\n";
    assert_eq!(
        with(button),
        ["people.connection[0].kind: test is for development servers: it needs server.development"]
    );
    let development = "[server]\npublic_url = \"http://localhost:8080\"\ndevelopment = true\n";
    assert_eq!(told(&format!("{development}{PEOPLE}{button}")), Vec::<String>::new());
    let said = told(&format!(
        "{development}{PEOPLE}{button}client_id = \"we\"\nsign_up = true\n"
    ));
    assert_eq!(
        said,
        [
            "people.connection[0].client_id: is not for a connection of kind test",
            "people.connection[0].sign_up: is not for a connection of kind test",
        ]
    );
    let local = "[[people.connection]]\nname = \"t\"\nlabel = \"T\"\nfactor = \"up\"\nissuer = \"http://127.0.0.1:9000\"\n\
                 client_id = \"we\"\nclient_secret_file = \"secret\"\n";
    assert_eq!(told(&format!("{development}{PEOPLE}{local}")), Vec::<String>::new());
    assert_eq!(with(local).len(), 1, "http is for development");
}

#[test]
fn a_kind_of_sign_in_that_nobody_can_reach_is_worth_a_note() {
    let noted = |lines: &str| -> Vec<String> {
        let config = read(&format!("{SOUND}{PEOPLE}{lines}")).unwrap();
        let notes = notes::of(&config);
        notes
            .iter()
            .map(|note| note.key.clone())
            .filter(|key| key.starts_with("people"))
            .collect()
    };
    let acr = "[[people.acr]]\nvalue = \"a\"\nways = [\"face otp\"]\n";
    let face = "[[people.connection]]\nname = \"f\"\nlabel = \"F\"\nfactor = \"face\"\n";
    assert_eq!(noted(acr), ["people.acr[0].ways"]);
    assert_eq!(noted(&format!("{acr}{face}")), Vec::<String>::new());
}

#[test]
fn a_demos_person_and_connections_are_looked_at() {
    let demo = |more: &str| {
        told(&format!(
            "{SOUND}[[api]]\nid = \"a\"\naudience = \"a\"\nname = \"A\"\n[demo]\naccount = \"A\"\npath = \"/x\"\n\
             client = {{ name = \"C\", api = \"a\" }}\n{more}[[demo.sample]]\nmethod = \"GET\"\npath = \"/x\"\nanswer = \"1\"\n"
        ))
    };
    let member = "[demo.member]\nemail = \"kim@firm.example\"\nname = \"Kim\"\n";
    assert_eq!(demo(member), Vec::<String>::new());
    let said = demo(&format!(
        "web = \"Portal\"\n{member}claims = \"[]\"\n[[demo.connection]]\nname = \"\"\nlabel = \"L\"\nfactor = \"pwd\"\n"
    ));
    assert_eq!(
        said,
        [
            "demo.member.claims: is not a JSON object",
            "demo.web: needs people.enabled",
            "demo.connection[0].name: must be lower-case letters, digits and hyphens, at most 64",
            "demo.connection[0].factor: is one that this house asks for itself",
        ]
    );
}

/// 3E-4, 3E-16, 3E-36, 3E-38, 3E-45, SO-5, SO-6, SO-8, SO-9: what the documents of two vendors ask of people's terms.
#[test]
fn the_presets_have_the_terms_of_their_vendors() {
    let of = |name: &str| terms(&format!("preset = {name:?}\n{SOUND}"));
    let sovos = of("sovos");
    let people = &sovos.people;
    assert!(people.enabled && !people.pkce_optional && people.least_state == 8);
    assert!(people.is_offline("offline") && people.is_offline("offline_access"));
    assert_eq!((people.refresh.idle, people.refresh.absolute), (Some(720 * 3600), None));
    let profile = &people.claim_scope("profile").unwrap().claims;
    assert!(profile.iter().any(|claim| claim == "birthdate") && profile.iter().any(|claim| claim == "credential"));
    assert_eq!(people.claim_scope("birthdate").unwrap().claims, ["birthdate"]);
    assert_eq!(people.claim_scope("credential").unwrap().claims, ["credential"]);
    let acrs: Vec<&str> = people.acrs.iter().map(|acr| acr.value.as_str()).collect();
    assert_eq!(acrs, ["urn:acr:face", "urn:acr:fpt", "urn:acr:moc-fpt"]);

    let elite = of("elite-3e");
    let people = &elite.people;
    assert!(people.pkce_optional && people.least_state == 0 && people.v2_logout && !people.own_consents);
    assert!(people.refresh.rotates);
    assert_eq!(
        (people.refresh.idle, people.refresh.absolute),
        (Some(90 * 86_400), None)
    );
    assert!(!elite.clients.auth_methods.contains(&AuthMethod::None));

    let signeasy = of("signeasy");
    assert!(signeasy.people.enabled && signeasy.people.pkce_optional);
    assert_eq!(signeasy.console.redirects.most, 5);
    for name in ["sovos", "elite-3e", "signeasy"] {
        assert!(
            of(name).clients.grant_types.contains(&GrantType::AuthorizationCode),
            "{name}"
        );
    }
    for name in ["safesend", "signicat"] {
        let terms = of(name);
        assert!(!terms.people.enabled, "{name}");
        assert_eq!(terms.clients.grant_types, [GrantType::ClientCredentials], "{name}");
    }
    assert_eq!(preset::NAMES.len(), 5);
}
