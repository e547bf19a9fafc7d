use super::*;
use crate::registry::facts::{NOW, account, api, asker, client, member, told};

/// The methods that take a secret.
const ALL: [AuthMethod; 2] = [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost];

fn ask() -> Create {
    Create {
        account: account().id,
        name: "Robot".into(),
        environment: Environment::Test,
        auth_methods: None,
        grant_types: None,
        sign_in: tollgate_model::client::SignIn::default(),
        owner: None,
        introspects: Vec::new(),
        redirect_uris: Vec::new(),
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

fn create(ask: &Create, facts: &Facts) -> Result<Decision<Client>, No> {
    decide_create(&client().id, ask, facts, &offering(&ALL), &asker(), NOW)
}

fn revise(held: &Client, ask: &Revise) -> Result<Decision<Client>, No> {
    decide_revise(held, ask, &facts(), &offering(&ALL), &asker(), NOW)
}

fn offering(methods: &[AuthMethod]) -> Terms {
    let mut terms = Terms::rfc("https://issuer.example");
    terms.clients.auth_methods = methods.to_vec();
    terms
}

#[test]
fn a_new_client_authenticates_as_the_terms_say_unless_its_maker_says_otherwise() {
    let made = create(&ask(), &facts()).unwrap();
    assert_eq!(made.answer.auth_methods, ALL);
    assert_eq!(told(&made.changes), ["client.created"]);
    let post = Create {
        auth_methods: Some(vec![AuthMethod::ClientSecretPost]),
        ..ask()
    };
    assert_eq!(
        create(&post, &facts()).unwrap().answer.auth_methods,
        [AuthMethod::ClientSecretPost]
    );
}

/// DI3: what the metadata does not advertise is no client's way in, neither from the start nor later.
#[test]
fn a_client_has_only_methods_that_are_offered() {
    let terms = offering(&[AuthMethod::ClientSecretBasic]);
    let offered = Some(vec![AuthMethod::ClientSecretBasic]);
    for others in [vec![AuthMethod::ClientSecretPost], ALL.to_vec()] {
        let others = Some(others);
        let new = |auth_methods: &Option<Vec<AuthMethod>>| {
            let ask = Create {
                auth_methods: auth_methods.clone(),
                ..ask()
            };
            decide_create(&client().id, &ask, &facts(), &terms, &asker(), NOW)
        };
        let changed = |auth_methods: &Option<Vec<AuthMethod>>| {
            let ask = Revise {
                auth_methods: auth_methods.clone(),
                ..Revise::default()
            };
            decide_revise(&client(), &ask, &facts(), &terms, &asker(), NOW)
        };
        for no in [new(&others), changed(&others)] {
            assert!(matches!(
                no,
                Err(No::Invalid {
                    field: "auth_methods",
                    ..
                })
            ));
        }
        assert!(new(&offered).is_ok() && changed(&offered).is_ok());
    }
    // What it had before the terms changed it keeps while nobody names its methods.
    let held = Client {
        auth_methods: vec![AuthMethod::ClientSecretPost],
        ..client()
    };
    let rename = Revise {
        name: Some("New".into()),
        ..Revise::default()
    };
    let made = decide_revise(&held, &rename, &facts(), &terms, &asker(), NOW).unwrap();
    assert_eq!(made.answer.auth_methods, held.auth_methods);
}

/// SS-10: before the first Regenerate there is no secret.
#[test]
fn a_new_client_has_no_secret() {
    let made = create(&ask(), &facts()).unwrap();
    assert!(!made.changes.iter().any(|change| matches!(change, Change::AddSecret(_))));
}

#[test]
fn a_wrong_value_is_named_by_its_field() {
    let field = |ask: Create| match create(&ask, &facts()) {
        Err(No::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    let named = |name: &str| Create {
        name: name.into(),
        ..ask()
    };
    assert_eq!(field(named("")), "name");
    assert_eq!(field(named(&"x".repeat(201))), "name");
    assert!(create(&named(&"x".repeat(200)), &facts()).is_ok());
    let twice = vec![AuthMethod::ClientSecretBasic; 2];
    for list in [Vec::new(), twice] {
        assert_eq!(
            field(Create {
                auth_methods: Some(list),
                ..ask()
            }),
            "auth_methods"
        );
    }
    let introspects = vec![ApiId::new("unknown")];
    assert_eq!(field(Create { introspects, ..ask() }), "introspects");
}

/// CO4: another firm's member is no owner, and looks like one that does not exist.
#[test]
fn an_owner_is_a_member_of_the_same_account() {
    let ask = Create {
        owner: Some(member().id),
        ..ask()
    };
    let with = |owner: Option<Member>| create(&ask, &Facts { owner, ..facts() });
    assert!(with(Some(member())).is_ok());
    let stranger = Member {
        account: AccountId::new("acc_2"),
        ..member()
    };
    assert_eq!(with(Some(stranger)).unwrap_err(), with(None).unwrap_err());
}

/// TE15: a `client_id` never looks like the id of a person or of anything else.
#[test]
fn a_chosen_id_looks_like_no_other_noun() {
    for taken in ["client-one", "12345678", "Ab._~-90", &"x".repeat(64)] {
        assert!(chosen_id(taken).is_ok(), "{taken}");
    }
    for (refused, why) in [
        ("1234567", "short"),
        (&*"x".repeat(65), "long"),
        ("with space", "space"),
        ("sl/ash-no", "reserved"),
        ("ünicodeid", "not ASCII"),
        ("usr_12345678", "a user"),
        ("USR_12345678", "a user, shouted"),
        ("mem_12345678", "a member"),
        ("acc_12345678", "an account"),
        ("tgs_12345678", "a secret"),
        ("jwt_12345678", "a token"),
    ] {
        assert!(
            matches!(chosen_id(refused), Err(No::Invalid { field: "id", .. })),
            "{why}"
        );
    }
    let facts = Facts { taken: true, ..facts() };
    assert_eq!(create(&ask(), &facts).unwrap_err(), No::Taken { field: "id" });
}

#[test]
fn a_client_of_no_account_is_not_made() {
    let facts = Facts {
        account: None,
        ..facts()
    };
    assert_eq!(create(&ask(), &facts).unwrap_err(), No::NotFound("account"));
}

#[test]
fn disabling_a_client_ends_its_tokens_and_enabling_gives_none_back() {
    let ask = |state| Revise {
        state: Some(state),
        ..Revise::default()
    };
    let off = revise(&client(), &ask(State::Disabled)).unwrap();
    assert_eq!(told(&off.changes), ["client.disabled"]);
    let revoked = |changes: &[Change]| changes.iter().any(|change| matches!(change, Change::Revoke(_)));
    assert!(revoked(&off.changes));
    let on = revise(&off.answer, &ask(State::Active)).unwrap();
    assert_eq!(told(&on.changes), ["client.enabled"]);
    assert!(!revoked(&on.changes));
    assert_eq!(on.answer.version, client().version + 2);
}

/// CO5, SG-3: an account that may have test clients only wakes no live one; everything else of it may change.
#[test]
fn a_live_client_is_not_enabled_where_the_account_may_have_none() {
    let asleep = |environment| Client {
        environment,
        state: State::Disabled,
        ..client()
    };
    let wake = Revise {
        state: Some(State::Active),
        ..Revise::default()
    };
    let rename = Revise {
        name: Some("New".into()),
        ..Revise::default()
    };
    let mut account = account();
    account.live = false;
    let facts = Facts {
        account: Some(account),
        ..facts()
    };
    let decide = |held: &Client, ask: &Revise| {
        decide_revise(held, ask, &facts, &offering(&ALL), &asker(), NOW).map(|made| made.answer.state)
    };
    let no = decide(&asleep(Environment::Live), &wake).unwrap_err();
    assert!(matches!(no, No::InUse(_)));
    assert_eq!(decide(&asleep(Environment::Test), &wake), Ok(State::Active));
    assert_eq!(decide(&asleep(Environment::Live), &rename), Ok(State::Disabled));
}

#[test]
fn an_owner_can_be_taken_away_and_what_is_absent_stays() {
    let held = Client {
        owner: Some(member().id),
        ..client()
    };
    let rename = Revise {
        name: Some("New".into()),
        ..Revise::default()
    };
    let made = revise(&held, &rename).unwrap();
    assert_eq!(made.answer.owner, held.owner);
    let nobody = Revise {
        owner: Some(None),
        seen: Some(5),
        ..Revise::default()
    };
    let made = revise(&held, &nobody).unwrap();
    assert_eq!(made.answer.owner, None);
    let stale = Revise {
        seen: Some(4),
        ..nobody
    };
    let no = revise(&held, &stale).unwrap_err();
    assert_eq!(no, No::Stale("client"));
}

#[test]
fn revoking_tokens_covers_what_was_issued_until_now() {
    let made = decide_revoke_tokens(&client(), &asker(), NOW);
    let Some(Change::Revoke(revocation)) = made.changes.first() else {
        panic!("{:?}", made.changes)
    };
    assert_eq!(
        (revocation.issued_until, revocation.forget_after),
        (NOW, NOW.plus(crate::registry::api::LONGEST + 60))
    );
    assert_eq!(told(&made.changes), ["client.tokens_revoked"]);
}

/// CO5, SG-3: an account that somebody opened alone has test clients, through whatever door.
#[test]
fn an_account_for_testing_has_no_live_client() {
    let alone = Account {
        live: false,
        plan: None,
        ..account()
    };
    let facts = Facts {
        account: Some(alone),
        ..facts()
    };
    assert!(create(&ask(), &facts).is_ok());
    let live = Create {
        environment: Environment::Live,
        ..ask()
    };
    assert!(matches!(
        create(&live, &facts),
        Err(No::Invalid {
            field: "environment",
            ..
        })
    ));
}

/// 3E-4: a method that the terms do not offer, or that there is not, makes no client; nor does none at all.
#[test]
fn every_client_is_a_server_application() {
    for unheard in ["private_key_jwt", "None", ""] {
        assert_eq!(AuthMethod::of_str(unheard), None, "{unheard:?}");
    }
    let made = create(&ask(), &facts()).unwrap().answer;
    assert_eq!(made.grant_types, [GrantType::ClientCredentials]);
    for list in [Vec::new(), vec![AuthMethod::None]] {
        let public = Create {
            auth_methods: Some(list),
            ..ask()
        };
        assert!(create(&public, &facts()).is_err());
    }
}

/// 3E-9, 3E-10: the preset's rules for addresses hold when a client is made and whenever they are changed.
#[test]
fn addresses_follow_the_terms_from_the_start_and_ever_after() {
    let mut terms = offering(&ALL);
    terms.console.redirects.used = true;
    terms.console.redirects.required = true;
    let list = |text: &str| vec![text.to_owned()];
    let new = |environment, uris: Vec<String>| {
        let ask = Create {
            environment,
            redirect_uris: uris,
            ..ask()
        };
        decide_create(&client().id, &ask, &facts(), &terms, &asker(), NOW)
    };
    assert!(new(Environment::Test, Vec::new()).is_err());
    assert!(new(Environment::Test, list("http://localhost/cb")).is_ok());
    assert!(new(Environment::Live, list("http://localhost/cb")).is_err());
    let made = new(Environment::Live, list("https://App.example/cb")).unwrap();
    assert_eq!(made.answer.redirect_uris, ["https://App.example/cb"]);

    let change = |uris: Vec<String>| {
        let ask = Revise {
            redirect_uris: Some(uris),
            ..Revise::default()
        };
        decide_revise(&client(), &ask, &facts(), &terms, &asker(), NOW)
    };
    assert!(change(Vec::new()).is_err());
    assert!(change(list("https://localhost/cb")).is_err());
    let made = change(list("https://app.example/new")).unwrap();
    assert_eq!(told(&made.changes), ["client.revised"]);
    // One that was there before the terms asked for addresses can still be switched off.
    let off = Revise {
        state: Some(State::Disabled),
        ..Revise::default()
    };
    assert!(decide_revise(&client(), &off, &facts(), &terms, &asker(), NOW).is_ok());
}
