//! People who sign in, their sessions and their links.

use super::{Home, done, sample, sample::NOW, stale};
use tollgate_model::{AccountId, Change, LinkId, Page, Session, SessionId, State, Store, User, UserId, link::LinkKind};

fn add(user: User) -> Change {
    Change::AddUser { user, first: false }
}

pub(super) async fn a_user_needs_an_id_and_an_address_of_its_own(home: Home) {
    let store = &*home.open().await.unwrap();
    let ada = sample::user("usr_1");
    let mut bare = sample::user("usr_2");
    bare.password = None;
    bare.totp = None;
    bare.recovery = Vec::new();
    done(store, vec![add(ada.clone()), add(bare.clone())]).await;
    let mut same_id = sample::user("usr_1");
    same_id.email = "other@firm.example".to_owned();
    stale(store, vec![add(same_id)]).await;
    let mut same_address = sample::user("usr_3");
    same_address.email.clone_from(&ada.email);
    stale(store, vec![add(same_address)]).await;
    assert_eq!(store.user(&ada.id).await.unwrap(), Some(ada.clone()));
    assert_eq!(store.user_by_email(&ada.email).await.unwrap(), Some(ada));
    assert_eq!(store.user(&bare.id).await.unwrap(), Some(bare));
    assert_eq!(store.user(&UserId::new("usr_3")).await.unwrap(), None);
    assert_eq!(store.user_by_email("nobody@firm.example").await.unwrap(), None);
}

pub(super) async fn a_user_is_revised_at_its_version_and_to_a_free_address(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut ada = sample::user("usr_1");
    done(store, vec![add(ada.clone()), add(sample::user("usr_2"))]).await;
    let revise = |user: &User, was| Change::ReviseUser {
        user: user.clone(),
        was,
    };
    ada.email = "usr_2@firm.example".to_owned();
    stale(store, vec![revise(&ada, 1)]).await;
    ada.email = "ada@new.example".to_owned();
    ada.name = "Ada L.".to_owned();
    ada.claims = serde_json::Map::new();
    ada.email_verified = true;
    ada.password = None;
    ada.totp = None;
    ada.recovery = vec!["digest b".to_owned()];
    ada.operator = true;
    ada.state = State::Disabled;
    stale(store, vec![revise(&ada, 0)]).await;
    stale(store, vec![revise(&ada, 2)]).await;
    done(store, vec![revise(&ada, 1)]).await;
    stale(store, vec![revise(&ada, 1)]).await;
    ada.version = 2;
    assert_eq!(store.user(&ada.id).await.unwrap(), Some(ada));
    assert_eq!(store.user_by_email("usr_1@firm.example").await.unwrap(), None);
}

pub(super) async fn the_first_operator_among_users_is_first(home: Home) {
    let store = &*home.open().await.unwrap();
    let first = |id| Change::AddUser {
        user: sample::operator_user(id),
        first: true,
    };
    // Those who operate nothing are in nobody's way.
    done(store, vec![add(sample::user("usr_0"))]).await;
    done(store, vec![first("usr_1")]).await;
    stale(store, vec![first("usr_2")]).await;
    done(store, vec![add(sample::operator_user("usr_2"))]).await;
    stale(store, vec![first("usr_3")]).await;
    // One who became an operator counts as well, and one who is none any more does not.
    for (id, was) in [("usr_1", 1), ("usr_2", 1)] {
        let user = sample::user(id);
        done(store, vec![Change::ReviseUser { user, was }]).await;
    }
    let user = sample::operator_user("usr_0");
    done(store, vec![Change::ReviseUser { user, was: 1 }]).await;
    stale(store, vec![first("usr_3")]).await;
    let user = sample::user("usr_0");
    done(store, vec![Change::ReviseUser { user, was: 2 }]).await;
    done(store, vec![first("usr_3")]).await;
}

pub(super) async fn users_are_listed_by_id_and_operators_alone(home: Home) {
    let store = &*home.open().await.unwrap();
    let made = [
        sample::user("usr_1"),
        sample::operator_user("usr_2"),
        sample::user("usr_3"),
        sample::operator_user("usr_4"),
    ];
    done(store, made.iter().rev().cloned().map(add).collect()).await;
    let ids = async |operators, after: Option<&str>| {
        let page = Page {
            after: after.map(str::to_owned),
            limit: 2,
        };
        let found = store.users(operators, &page).await.unwrap();
        let ids: Vec<_> = found.items.iter().map(|user| user.id.to_string()).collect();
        (ids.join(" "), found.next)
    };
    assert_eq!(
        ids(false, None).await,
        ("usr_1 usr_2".to_owned(), Some("usr_2".to_owned()))
    );
    assert_eq!(ids(false, Some("usr_2")).await, ("usr_3 usr_4".to_owned(), None));
    assert_eq!(ids(true, None).await, ("usr_2 usr_4".to_owned(), None));
    assert_eq!(ids(true, Some("usr_2")).await, ("usr_4".to_owned(), None));
}

pub(super) async fn a_session_needs_its_user_and_a_digest_of_its_own(home: Home) {
    let store = &*home.open().await.unwrap();
    let session = sample::session("ses_1", "usr_1");
    stale(store, vec![Change::AddSession(session.clone())]).await;
    let ada = sample::user("usr_1");
    done(store, vec![add(ada.clone()), Change::AddSession(session.clone())]).await;
    stale(store, vec![Change::AddSession(session.clone())]).await;
    let same_digest = Session {
        digest: session.digest.clone(),
        ..sample::session("ses_2", "usr_1")
    };
    stale(store, vec![Change::AddSession(same_digest)]).await;
    let found = store.session(&session.digest).await.unwrap();
    assert_eq!(found, Some((session, ada)));
    // Neither the id nor a part of the digest opens anything.
    assert_eq!(store.session("ses_1").await.unwrap(), None);
    assert_eq!(store.session("").await.unwrap(), None);
}

async fn sessions(store: &dyn Store, user: &str) -> Vec<Session> {
    store.sessions(&UserId::new(user)).await.unwrap()
}

pub(super) async fn a_session_is_seen_later_and_shows_another_account(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut session = sample::session("ses_1", "usr_1");
    let changes = vec![
        add(sample::user("usr_1")),
        add(sample::user("usr_2")),
        Change::AddSession(session.clone()),
    ];
    done(store, changes).await;
    let seen = |id: &str, late| Change::SessionSeen {
        id: SessionId::new(id),
        at: NOW.plus(late),
    };
    done(store, vec![seen("ses_1", 60), seen("ses_1", 30), seen("ses_none", 9)]).await;
    session.seen = NOW.plus(60);
    assert_eq!(sessions(store, "usr_1").await, [session.clone()]);

    let view = |user: &str, account: Option<&str>| Change::ViewAccount {
        id: session.id.clone(),
        user: UserId::new(user),
        account: account.map(AccountId::new),
    };
    stale(store, vec![view("usr_2", None)]).await;
    done(store, vec![view("usr_1", Some("acc_2"))]).await;
    let viewed = sessions(store, "usr_1").await[0].account.clone();
    assert_eq!(viewed, Some(AccountId::new("acc_2")));
    done(store, vec![view("usr_1", None)]).await;
    assert_eq!(sessions(store, "usr_1").await[0].account, None);
}

pub(super) async fn sessions_are_listed_last_begun_first_and_ended(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut changes = vec![add(sample::user("usr_1")), add(sample::user("usr_2"))];
    for (id, user, late) in [
        ("ses_1", "usr_1", 5),
        ("ses_2", "usr_1", 9),
        ("ses_3", "usr_1", 5),
        ("ses_4", "usr_2", 7),
    ] {
        let created = NOW.plus(late);
        changes.push(Change::AddSession(Session {
            created,
            ..sample::session(id, user)
        }));
    }
    done(store, changes).await;
    let ids = async |user| -> Vec<String> {
        let found = sessions(store, user).await;
        found.into_iter().map(|session| session.id.to_string()).collect()
    };
    assert_eq!(ids("usr_1").await, ["ses_2", "ses_3", "ses_1"]);
    let end = |id: &str, user: &str| Change::EndSession {
        id: SessionId::new(id),
        user: UserId::new(user),
    };
    stale(store, vec![end("ses_2", "usr_2")]).await;
    done(store, vec![end("ses_2", "usr_1")]).await;
    stale(store, vec![end("ses_2", "usr_1")]).await;
    assert_eq!(store.session("digest of ses_2").await.unwrap(), None);

    let end_all = |but: Option<&str>| Change::EndSessions {
        user: UserId::new("usr_1"),
        but: but.map(SessionId::new),
    };
    done(store, vec![end_all(Some("ses_1"))]).await;
    assert_eq!(ids("usr_1").await, ["ses_1"]);
    // Somebody else's session stays no more than if none were named.
    done(store, vec![end_all(Some("ses_4"))]).await;
    assert_eq!(ids("usr_1").await, Vec::<String>::new());
    done(store, vec![end_all(None)]).await;
    assert_eq!(ids("usr_2").await, ["ses_4"]);
}

pub(super) async fn a_link_is_spent_once(home: Home) {
    let store = &*home.open().await.unwrap();
    let link = sample::link("lnk_1", LinkKind::Reset, "ada@firm.example");
    done(store, vec![Change::AddLink(link.clone())]).await;
    stale(store, vec![Change::AddLink(link.clone())]).await;
    let mut same_digest = sample::link("lnk_2", LinkKind::Reset, "ada@firm.example");
    same_digest.digest.clone_from(&link.digest);
    stale(store, vec![Change::AddLink(same_digest)]).await;
    assert_eq!(store.link(&link.digest).await.unwrap(), Some(link.clone()));
    assert_eq!(store.link("lnk_1").await.unwrap(), None);

    let spend = || {
        vec![Change::SpendLink {
            id: LinkId::new("lnk_1"),
        }]
    };
    done(store, spend()).await;
    stale(store, spend()).await;
    assert_eq!(store.link(&link.digest).await.unwrap(), None);
}

pub(super) async fn links_of_one_kind_to_one_address_are_dropped(home: Home) {
    let store = &*home.open().await.unwrap();
    let made = [
        sample::link("a", LinkKind::Reset, "ada@firm.example"),
        sample::link("b", LinkKind::Reset, "ada@firm.example"),
        sample::link("c", LinkKind::SignUp, "ada@firm.example"),
        sample::link("d", LinkKind::Reset, "bob@firm.example"),
    ];
    done(store, made.iter().cloned().map(Change::AddLink).collect()).await;
    let drop = Change::DropLinks {
        kind: LinkKind::Reset,
        email: "ada@firm.example".to_owned(),
    };
    done(store, vec![drop.clone(), drop]).await;
    for link in made {
        let left = store.link(&link.digest).await.unwrap();
        assert_eq!(left.is_some(), matches!(link.id.as_str(), "c" | "d"), "{link:?}");
    }
}
