use super::*;
use crate::registry::client::{Create, Facts, Revise, decide_create, decide_revise};
use crate::registry::facts::{NOW, account, api, asker, client, told};
use tollgate_model::client::AuthMethod;
use tollgate_model::client::Environment;
use tollgate_model::{Change, Decision};

const SECRETS: [AuthMethod; 2] = [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost];
const CODE: [GrantType; 2] = [GrantType::AuthorizationCode, GrantType::RefreshToken];

fn terms() -> Terms {
    let mut terms = Terms::rfc("https://issuer.example");
    terms.clients.auth_methods = AuthMethod::ALL.to_vec();
    terms.people.enabled = true;
    terms
}

fn ask(methods: &[AuthMethod], grants: &[GrantType], redirect_uris: &[&str]) -> Create {
    Create {
        account: account().id,
        name: "Portal".into(),
        environment: Environment::Live,
        auth_methods: Some(methods.to_vec()),
        grant_types: Some(grants.to_vec()),
        sign_in: SignIn::default(),
        owner: None,
        introspects: Vec::new(),
        redirect_uris: redirect_uris.iter().map(|uri| (*uri).to_owned()).collect(),
        logout_uris: Vec::new(),
        id: None,
    }
}

fn facts() -> Facts {
    Facts {
        account: Some(account()),
        owner: None,
        apis: vec![api()],
        taken: false,
        secrets: false,
        within: false,
    }
}

fn create(ask: &Create, terms: &Terms) -> Result<Client, No> {
    decide_create(&client().id, ask, &facts(), terms, &asker(), NOW).map(|made| made.answer)
}

fn revise(held: &Client, ask: &Revise, facts: &Facts) -> Result<Decision<Client>, No> {
    decide_revise(held, ask, facts, &terms(), &asker(), NOW)
}

fn field<T: std::fmt::Debug>(no: Result<T, No>) -> &'static str {
    match no {
        Err(No::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    }
}

/// What a server application, a native one and a machine may have, and what goes with nothing.
#[test]
fn grant_types_methods_and_addresses_go_together() {
    let back = ["https://app.example/cb"];
    let server = create(&ask(&SECRETS, &CODE, &back), &terms()).unwrap();
    assert_eq!(server.grant_types, CODE);
    assert!(create(&ask(&SECRETS, &GrantType::ALL, &back), &terms()).is_ok());
    assert!(create(&ask(&[AuthMethod::None], &CODE, &back), &terms()).is_ok());
    assert!(create(&ask(&SECRETS, &[GrantType::ClientCredentials], &[]), &terms()).is_ok());

    for (methods, grants, uris, wrong) in [
        (&SECRETS[..], &CODE[..], &[][..], "redirect_uris"),
        (&SECRETS, &[GrantType::RefreshToken], &back, "grant_types"),
        (
            &SECRETS,
            &[GrantType::ClientCredentials, GrantType::RefreshToken],
            &back,
            "grant_types",
        ),
        (&SECRETS, &[], &back, "grant_types"),
        (&SECRETS, &[GrantType::AuthorizationCode; 2], &back, "grant_types"),
        (&[AuthMethod::None], &GrantType::ALL, &back, "grant_types"),
        (&[AuthMethod::None], &[GrantType::ClientCredentials], &[], "grant_types"),
        (&[AuthMethod::None], &CODE, &[], "redirect_uris"),
        (&AuthMethod::ALL, &CODE, &back, "auth_methods"),
    ] {
        let made = create(&ask(methods, grants, uris), &terms());
        assert_eq!(field(made), wrong, "{methods:?} {grants:?} {uris:?}");
    }
}

/// DI3: without an authorization endpoint there is no client that needs it, and what the terms leave out is not had.
#[test]
fn grant_types_are_those_that_are_offered() {
    let back = ["https://app.example/cb"];
    let mut closed = terms();
    closed.people.enabled = false;
    closed.console.redirects.used = true;
    assert_eq!(field(create(&ask(&SECRETS, &CODE, &back), &closed)), "grant_types");
    assert!(create(&ask(&SECRETS, &[GrantType::ClientCredentials], &back), &closed).is_ok());
    let mut fewer = terms();
    fewer.clients.grant_types = vec![GrantType::ClientCredentials, GrantType::AuthorizationCode];
    assert_eq!(field(create(&ask(&SECRETS, &CODE, &back), &fewer)), "grant_types");
    let code = ask(&SECRETS, &[GrantType::AuthorizationCode], &back);
    assert!(create(&code, &fewer).is_ok());
}

/// 3E-4: where the terms do not offer `none`, no client is public, whatever is asked for.
#[test]
fn a_preset_of_server_applications_has_no_public_client() {
    let mut servers = terms();
    servers.clients.auth_methods = SECRETS.to_vec();
    let public = ask(&[AuthMethod::None], &CODE, &["https://app.example/cb"]);
    assert_eq!(field(create(&public, &servers)), "auth_methods");
    let become_public = Revise {
        auth_methods: Some(vec![AuthMethod::None]),
        ..Revise::default()
    };
    let made = decide_revise(&client(), &become_public, &facts(), &servers, &asker(), NOW);
    assert_eq!(field(made), "auth_methods");
}

/// A client that nobody says more about keeps a secret and buys tokens with it, also where `none` is offered.
#[test]
fn a_client_is_confidential_unless_its_maker_says_otherwise() {
    let plain = Create {
        auth_methods: None,
        grant_types: None,
        ..ask(&[], &[], &[])
    };
    let made = create(&plain, &terms()).unwrap();
    assert_eq!(made.auth_methods, SECRETS);
    assert_eq!(made.grant_types, [GrantType::ClientCredentials]);
    assert_eq!(made.sign_in, SignIn::default());
}

/// RU2, RU4: a native application names its user's machine by number, live too; nobody else does, and nobody by name.
#[test]
fn a_public_client_may_name_the_machine_it_runs_on() {
    let native = |uri: &str| create(&ask(&[AuthMethod::None], &CODE, &[uri]), &terms());
    for uri in ["http://127.0.0.1/cb", "http://127.0.0.1:8123/cb", "http://[::1]/cb"] {
        assert!(native(uri).is_ok(), "{uri}");
        let web = create(&ask(&SECRETS, &CODE, &[uri]), &terms());
        assert_eq!(field(web), "redirect_uris", "{uri}");
    }
    for uri in [
        "http://localhost/cb",
        "http://127.0.0.2/cb",
        "http://app.example/cb",
        "app:/cb",
    ] {
        assert_eq!(field(native(uri)), "redirect_uris", "{uri}");
    }
    let mut never = terms();
    never.console.redirects.loopback = crate::terms::console::Loopback::Never;
    let made = create(&ask(&[AuthMethod::None], &CODE, &["http://127.0.0.1/cb"]), &never);
    assert_eq!(field(made), "redirect_uris");
}

/// A secret that works would be worth nothing at a client that needs none.
#[test]
fn a_client_becomes_public_once_its_secrets_are_gone() {
    let held = Client {
        grant_types: CODE.to_vec(),
        redirect_uris: vec!["https://app.example/cb".into()],
        ..client()
    };
    let become_public = Revise {
        auth_methods: Some(vec![AuthMethod::None]),
        ..Revise::default()
    };
    let with = |secrets| revise(&held, &become_public, &Facts { secrets, ..facts() });
    assert_eq!(with(true).unwrap_err().code(), "in_use");
    let public = with(false).unwrap().answer;
    assert_eq!(public.auth_methods, [AuthMethod::None]);

    // Back again, its own address on people's machines goes first.
    let native = Client {
        redirect_uris: vec!["http://127.0.0.1/cb".into()],
        ..public
    };
    let back = Revise {
        auth_methods: Some(SECRETS.to_vec()),
        ..Revise::default()
    };
    assert_eq!(field(revise(&native, &back, &facts())), "redirect_uris");
}

/// CO5: a member of the account cannot have people not be asked, nor learn another name for them.
#[test]
fn what_only_operators_set_is_not_the_accounts() {
    let within = Facts {
        within: true,
        ..facts()
    };
    let change = |sign_in| Revise {
        sign_in,
        ..Revise::default()
    };
    for sign_in in [
        SignInChange {
            trusted: Some(true),
            ..SignInChange::default()
        },
        SignInChange {
            pairwise: Some(true),
            ..SignInChange::default()
        },
    ] {
        let ask = change(sign_in);
        assert_eq!(revise(&client(), &ask, &within).unwrap_err().code(), "forbidden");
        let made = revise(&client(), &ask, &facts()).unwrap();
        assert_eq!(told(&made.changes), ["client.revised"]);
    }
    let same = SignInChange {
        trusted: Some(false),
        backchannel_logout_uri: Some(Some("https://app.example/bye".into())),
        ..SignInChange::default()
    };
    let made = revise(&client(), &change(same), &within).unwrap();
    assert!(made.answer.sign_in.backchannel_logout_uri.is_some());
}

/// RU4, CO7: logout addresses are checked as redirect addresses are.
#[test]
fn a_logout_address_is_https_and_exact() {
    let with = |environment, uri: &str, front: bool| {
        let uri = Some(Some(uri.to_owned()));
        let sign_in = match front {
            true => SignInChange {
                frontchannel_logout_uri: uri,
                ..SignInChange::default()
            },
            false => SignInChange {
                backchannel_logout_uri: uri,
                ..SignInChange::default()
            },
        };
        let held = Client {
            environment,
            ..client()
        };
        let ask = Revise {
            sign_in,
            ..Revise::default()
        };
        revise(&held, &ask, &facts()).map(|made| made.answer)
    };
    for front in [false, true] {
        let wrong = if front {
            "frontchannel_logout_uri"
        } else {
            "backchannel_logout_uri"
        };
        assert!(with(Environment::Live, "https://app.example/bye?x=1", front).is_ok());
        assert!(with(Environment::Test, "http://localhost:8000/bye", front).is_ok());
        for uri in [
            "http://app.example/bye",
            "http://localhost:8000/bye",
            "javascript:alert(1)",
            "data:text/html,x",
            "//app.example/bye",
            "https://app.example/#x",
            "https://*.app.example/",
            "https://a@app.example/",
            "",
        ] {
            assert_eq!(field(with(Environment::Live, uri, front)), wrong, "{uri:?}");
        }
    }
}

/// DI3: a client chooses among the algorithms for which there is a key.
#[test]
fn an_algorithm_without_a_key_is_not_chosen() {
    let choose = |id_token_alg, userinfo_alg| {
        let ask = Revise {
            sign_in: SignInChange {
                id_token_alg: Some(id_token_alg),
                userinfo_alg: Some(userinfo_alg),
                ..SignInChange::default()
            },
            ..Revise::default()
        };
        revise(&client(), &ask, &facts())
    };
    assert_eq!(algorithms(&terms(), &[api()]), [Algorithm::RS256, Algorithm::ES256]);
    assert!(choose(Some(Algorithm::ES256), Some(Algorithm::RS256)).is_ok());
    assert!(choose(None, None).unwrap().changes.is_empty());
    assert_eq!(field(choose(Some(Algorithm::EdDSA), None)), "id_token_alg");
    assert_eq!(field(choose(None, Some(Algorithm::PS256))), "userinfo_alg");
}

/// RFC 9700 §4.14.2: a public client's refresh tokens die when they are used, whatever its record says.
#[test]
fn a_public_client_has_no_lasting_refresh_token() {
    let lasting = |methods: &[AuthMethod]| {
        let ask = Create {
            sign_in: SignIn {
                rotates: Some(false),
                ..SignIn::default()
            },
            ..ask(methods, &CODE, &["https://app.example/cb"])
        };
        create(&ask, &terms())
    };
    assert!(lasting(&SECRETS).is_ok());
    assert_eq!(field(lasting(&[AuthMethod::None])), "rotates");
}

/// A client from before the terms changed is renamed and switched off without being looked at anew.
#[test]
fn what_was_there_before_the_terms_changed_stays() {
    let odd = Client {
        grant_types: CODE.to_vec(),
        redirect_uris: Vec::new(),
        ..client()
    };
    let rename = Revise {
        name: Some("New".into()),
        ..Revise::default()
    };
    let made = revise(&odd, &rename, &facts()).unwrap();
    assert!(matches!(made.changes.first(), Some(Change::ReviseClient { .. })));
    let touch = Revise {
        grant_types: Some(vec![GrantType::AuthorizationCode]),
        ..Revise::default()
    };
    assert_eq!(field(revise(&odd, &touch, &facts())), "redirect_uris");
}

/// 3E-9: a client that is asked for with redirect addresses is one that people sign in at.
#[test]
fn a_client_with_addresses_has_what_people_sign_in_with() {
    let back = ["https://app.example/cb".to_owned()];
    assert_eq!(with_addresses(&back, &terms()), Some(GrantType::ALL.to_vec()));
    assert_eq!(with_addresses(&[], &terms()), None);
    let mut closed = terms();
    closed.people.enabled = false;
    assert_eq!(with_addresses(&back, &closed), None);
    assert_eq!(usual(&closed), [GrantType::ClientCredentials]);
    let mut people_only = terms();
    people_only.clients.grant_types = CODE.to_vec();
    assert_eq!(usual(&people_only), CODE);
}
