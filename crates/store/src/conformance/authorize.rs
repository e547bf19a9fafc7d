//! People at clients: their way to a code, what they let clients do, who they are elsewhere.

use super::{Home, done, sample, sample::NOW, stale};
use tollgate_model::{
    Authorization, AuthorizationId, Change, ClientId, Consent, ConsentId, Moment, SessionId, UserId,
    authorization::{ClaimsAsked, Prompt, ResponseMode, Stage},
    revocation::Target,
};

fn step(authorization: &Authorization, was: i64) -> Vec<Change> {
    vec![Change::ReviseAuthorization {
        authorization: authorization.clone(),
        was,
    }]
}

/// RL1, PK4: a code is spent once, by its own client, and stays known for what it was.
pub(super) async fn spending_a_code_changes_nothing_but_the_stage(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut way = sample::coded("aut_1");
    done(store, vec![Change::AddAuthorization(way.clone())]).await;
    let spend = |client: &str, was| {
        vec![Change::StageAuthorization {
            id: way.id.clone(),
            client: ClientId::new(client),
            stage: Stage::Spent,
            was,
        }]
    };
    let own = way.client.as_str().to_owned();
    stale(store, spend("another", 1)).await;
    stale(store, spend(&own, 0)).await;
    done(store, spend(&own, 1)).await;
    stale(store, spend(&own, 1)).await;
    way.stage = Stage::Spent;
    way.version = 2;
    let code = way.code.clone().unwrap();
    assert_eq!(store.authorization_by_code(&code).await.unwrap(), Some(way));
}

/// RL1, CO2: every step is taken from the version it was decided upon, by the client that asked.
pub(super) async fn an_authorization_is_added_once_and_each_step_is_taken_once(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut way = sample::authorization("aut_1");
    done(store, vec![Change::AddAuthorization(way.clone())]).await;
    stale(store, vec![Change::AddAuthorization(way.clone())]).await;
    let read = async || store.authorization(&way.id).await.unwrap();
    assert_eq!(read().await, Some(way.clone()));

    let stages = [
        Stage::Opened,
        Stage::Identified,
        Stage::Consented,
        Stage::Coded,
        Stage::Spent,
        Stage::Ended,
    ];
    for (was, stage) in (1..).zip(stages) {
        match stage {
            Stage::Opened => way.errand = Some(sample::errand()),
            Stage::Identified => {
                way.errand = None;
                way.by = Some(sample::identified("usr_1", "ses_1"));
                way.browser = "digest of another".to_owned();
            }
            Stage::Consented => {
                way.scopes = ["openid"].into_iter().collect();
                way.consent = Some(ConsentId::new("con_1"));
            }
            Stage::Coded => {
                way.code = Some("digest of a code".to_owned());
                way.expires = NOW.plus(60);
            }
            Stage::Spent => way.forget_after = NOW.plus(99_999),
            Stage::Ended => {
                way.asked.response_mode = ResponseMode::Query;
                way.asked.prompt = vec![Prompt::None, Prompt::SelectAccount];
                way.asked.claims = ClaimsAsked::default();
                way.asked.api = None;
            }
        }
        way.stage = stage;
        stale(store, step(&way, was - 1)).await;
        stale(store, step(&way, was + 1)).await;
        let another = Authorization {
            client: ClientId::new("two"),
            ..way.clone()
        };
        stale(store, step(&another, was)).await;
        done(store, step(&way, was)).await;
        stale(store, step(&way, was)).await;
        way.version = was + 1;
        assert_eq!(
            store.authorization(&way.id).await.unwrap().as_ref(),
            Some(&way),
            "{stage:?}"
        );
    }
    stale(store, step(&sample::authorization("aut_none"), 1)).await;
    assert_eq!(
        store.authorization(&AuthorizationId::new("aut_none")).await.unwrap(),
        None
    );
}

pub(super) async fn an_authorization_is_found_by_its_code_spent_or_not(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut way = sample::coded("aut_1");
    let digest = way.code.clone().unwrap();
    // Those without a code are in nobody's way.
    let others = ["aut_2", "aut_3"].map(|id| Change::AddAuthorization(sample::authorization(id)));
    done(store, others.into()).await;
    // Somebody known who agreed before is sent on at once: the record begins with its code.
    done(store, vec![Change::AddAuthorization(way.clone())]).await;
    let mut twin = sample::coded("aut_4");
    twin.code = Some(digest.clone());
    stale(store, vec![Change::AddAuthorization(twin.clone())]).await;
    twin.id = AuthorizationId::new("aut_2");
    stale(store, step(&twin, 1)).await;
    assert_eq!(store.authorization_by_code(&digest).await.unwrap(), Some(way.clone()));
    way.stage = Stage::Spent;
    done(store, step(&way, 1)).await;
    way.version = 2;
    assert_eq!(store.authorization_by_code(&digest).await.unwrap(), Some(way.clone()));
    assert_eq!(store.authorization_by_code(way.id.as_str()).await.unwrap(), None);
}

/// Nobody else knows of the session: neither whoever was denied, nor a way on which nobody agreed yet.
pub(super) async fn the_authorizations_of_a_session_are_those_that_got_a_code_newest_first(home: Home) {
    let store = &*home.open().await.unwrap();
    let made = |id: &str, session: &str, later| {
        let mut way = sample::coded(id);
        way.by = Some(sample::identified("usr_1", session));
        way.created = NOW.plus(later);
        way
    };
    let mut denied = made("aut_5", "ses_1", 9);
    (denied.stage, denied.code) = (Stage::Ended, None);
    let mut known = made("aut_6", "ses_1", 9);
    (known.stage, known.code) = (Stage::Identified, None);
    let mut spent = made("aut_1", "ses_1", 2);
    spent.stage = Stage::Spent;
    let (one, other) = (made("aut_2", "ses_1", 3), made("aut_3", "ses_1", 3));
    let all = [
        spent.clone(),
        one.clone(),
        other.clone(),
        made("aut_4", "ses_2", 5),
        denied,
        known,
        sample::authorization("aut_7"),
    ];
    done(store, all.into_iter().map(Change::AddAuthorization).collect()).await;
    let found = store.authorizations_of(&SessionId::new("ses_1")).await.unwrap();
    assert_eq!(found, [other, one, spent]);
    let many = (0..1001).map(|n| Change::AddAuthorization(made(&format!("m{n}"), "ses_3", n)));
    done(store, many.collect()).await;
    let found = store.authorizations_of(&SessionId::new("ses_3")).await.unwrap();
    assert_eq!((found.len(), found[0].id.as_str()), (1000, "m1000"));
    assert_eq!(store.authorizations_of(&SessionId::new("none")).await.unwrap(), []);
}

pub(super) async fn a_person_gives_a_client_one_consent(home: Home) {
    let store = &*home.open().await.unwrap();
    let consent = sample::consent("con_1", "usr_1", "one");
    let add = |id: &str, user: &str, client: &str| vec![Change::AddConsent(sample::consent(id, user, client))];
    stale(store, add("con_1", "usr_1", "one")).await;
    done(store, sample::people_at_clients()).await;
    stale(store, add("con_1", "usr_2", "two")).await;
    stale(store, add("con_2", "usr_1", "one")).await;
    stale(store, add("con_2", "usr_none", "one")).await;
    stale(store, add("con_2", "usr_1", "none")).await;
    done(store, add("con_2", "usr_1", "two")).await;
    done(store, add("con_3", "usr_2", "one")).await;
    let read = async |user: &str, client: &str| {
        let found = store.consent(&UserId::new(user), &ClientId::new(client)).await;
        found.unwrap().map(|consent| consent.id.to_string())
    };
    assert_eq!(read("usr_1", "one").await.as_deref(), Some("con_1"));
    assert_eq!(read("usr_1", "two").await.as_deref(), Some("con_2"));
    assert_eq!(read("usr_2", "one").await.as_deref(), Some("con_3"));
    assert_eq!(read("usr_2", "two").await, None);
    assert_eq!(store.consent_by_id(&consent.id).await.unwrap(), Some(consent.clone()));

    let remove = || vec![Change::RemoveConsent { id: consent.id.clone() }];
    done(store, remove()).await;
    stale(store, remove()).await;
    assert_eq!(store.consent_by_id(&consent.id).await.unwrap(), None);
    // What was taken back can be given anew.
    done(store, add("con_4", "usr_1", "one")).await;
}

pub(super) async fn a_consent_is_revised_at_its_version_and_stays_with_person_and_client(home: Home) {
    let store = &*home.open().await.unwrap();
    done(store, sample::people_at_clients()).await;
    let revise = |consent: &Consent, was| {
        vec![Change::ReviseConsent {
            consent: consent.clone(),
            was,
        }]
    };
    for (user, client) in [("usr_2", "one"), ("usr_1", "two")] {
        stale(store, revise(&sample::consent("con_1", user, client), 1)).await;
    }
    let mut consent = sample::consent("con_1", "usr_1", "one");
    consent.given.pop();
    consent.revised = NOW.plus(7);
    stale(store, revise(&consent, 0)).await;
    stale(store, revise(&consent, 2)).await;
    done(store, revise(&consent, 1)).await;
    stale(store, revise(&consent, 1)).await;
    consent.version = 2;
    assert_eq!(store.consent_by_id(&consent.id).await.unwrap(), Some(consent));
}

pub(super) async fn consents_are_listed_by_person_with_the_client_and_by_client(home: Home) {
    let store = &*home.open().await.unwrap();
    done(store, sample::people_at_clients()).await;
    let mut changes = Vec::new();
    for n in 0..5 {
        let (client, user) = (format!("more-{n}"), format!("usr_more{n}"));
        changes.extend([
            Change::AddClient(sample::client(&client, "acc_1")),
            Change::AddUser {
                user: sample::user(&user),
                first: false,
            },
            // Against the order of clients and of people.
            Change::AddConsent(sample::consent(&format!("con_c{}", 9 - n), "usr_1", &client)),
            Change::AddConsent(sample::consent(&format!("con_p{}", 9 - n), &user, "one")),
        ]);
    }
    changes.push(Change::AddConsent(sample::consent("con_0", "usr_2", "two")));
    done(store, changes).await;

    let user = UserId::new("usr_1");
    let found = walk!(|page| store.consents(&user, &page), |(one, _): &(Consent, _)| one
        .id
        .to_string());
    let mut wanted = vec![(sample::consent("con_1", "usr_1", "one"), sample::client("one", "acc_1"))];
    wanted.extend((0..5).rev().map(|n| {
        let client = format!("more-{n}");
        (
            sample::consent(&format!("con_c{}", 9 - n), "usr_1", &client),
            sample::client(&client, "acc_1"),
        )
    }));
    assert_eq!(found, wanted);
    let client = ClientId::new("one");
    let found = walk!(|page| store.consents_at(&client, &page), |one| one.id.to_string());
    let ids: Vec<_> = found.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["con_1", "con_p5", "con_p6", "con_p7", "con_p8", "con_p9"]);
    assert_eq!(found[0], sample::consent("con_1", "usr_1", "one"));
}

pub(super) async fn a_subject_of_a_connection_is_one_user(home: Home) {
    let store = &*home.open().await.unwrap();
    let identity = sample::identity("sub", "usr_1");
    let add = |identity: &tollgate_model::Identity| vec![Change::AddIdentity(identity.clone())];
    stale(store, add(&identity)).await;
    done(store, sample::people_at_clients()).await;
    done(store, add(&identity)).await;
    stale(store, add(&identity)).await;
    stale(store, add(&sample::identity("sub", "usr_2"))).await;
    // The same subject is somebody else at another connection, and one user may be several.
    let mut elsewhere = sample::identity("sub", "usr_2");
    elsewhere.connection = "another".to_owned();
    done(store, add(&elsewhere)).await;
    done(store, add(&sample::identity("SUB", "usr_1"))).await;
    assert_eq!(store.identity("elsewhere", "sub").await.unwrap(), Some(identity));
    assert_eq!(store.identity("another", "sub").await.unwrap(), Some(elsewhere));
    assert_eq!(store.identity("another", "SUB").await.unwrap(), None);
}

pub(super) async fn tokens_of_an_authorization_and_under_a_consent_are_revoked(home: Home) {
    let store = &*home.open().await.unwrap();
    let wanted = [
        Target::Authorization(AuthorizationId::new("aut_1")),
        Target::Consent(ConsentId::new("con_1")),
    ]
    .map(|target| sample::revocation(target, 10, 100));
    done(store, wanted.iter().cloned().map(Change::Revoke).collect()).await;
    assert_eq!(store.revocations(Moment(0)).await.unwrap(), wanted);
}
