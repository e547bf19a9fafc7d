//! How clients come to be.

use crate::scene::{Scene, account_with, asker, code};
use tollgate_issuer::developer::{self, NewClient, apply, make_client, set_scopes};
use tollgate_issuer::registry::application::{self as requests, Applying, Approve};
use tollgate_issuer::registry::grant::Scoped;
use tollgate_issuer::registry::secret::Regenerate;
use tollgate_issuer::registry::{self, Asker};
use tollgate_model::application::ApplicationState;
use tollgate_model::client::Environment;
use tollgate_model::{ApiId, Page};

fn new() -> NewClient {
    NewClient {
        name: "Night run".into(),
        environment: Environment::Test,
        api: ApiId::new("docs"),
        scopes: vec!["read".into()],
        redirect_uris: Vec::new(),
        logout_uris: Vec::new(),
        secret: true,
    }
}

fn applying() -> Applying {
    let NewClient {
        name,
        environment,
        api,
        scopes,
        redirect_uris,
        logout_uris,
        ..
    } = new();
    Applying {
        name,
        environment,
        api,
        scopes,
        redirect_uris,
        logout_uris,
        note: String::new(),
    }
}

const BY_REQUEST: &str = "[console]\nclients = \"request\"";

const BY_OPERATORS: &str = "[console]\nclients = \"operator\"\n[console.words]\nhelpers = \"Professional Services\"";

on_both_stores! {
    /// SG-2, SG-8, SG-11, SE-6: a developer makes one client more; it has an id of its own, and its first secret is in
    /// this answer alone.
    a_developer_makes_a_client_with_its_secret("", |scene: Scene| async move {
        let desk = scene.desk();
        let seat = scene.sits("dan@firm1.example").await;
        let by = asker(&seat);
        let made = make_client(desk, &seat, &by, &new()).await.unwrap().unwrap();
        let plain = made.plain.unwrap();
        let record = desk.store.client(&made.client.id).await.unwrap().unwrap();
        assert_eq!(record.client.account, scene.ours.account);
        assert_eq!(record.client.owner, Some(scene.ours.member("dan")));
        assert_eq!(record.grants.len(), 1);
        assert_eq!(record.secrets[0].digest, desk.digests.digest(plain.expose()).to_string());
        assert_ne!(record.client.id, scene.ours.client);

        // SE-6: test and live have each their own.
        let live = NewClient { environment: Environment::Live, ..new() };
        let live = make_client(desk, &seat, &by, &live).await.unwrap().unwrap();
        assert_ne!(live.client.id, made.client.id);
        assert_ne!(live.plain.unwrap().expose(), plain.expose());
    })

    /// SS-6: who only looks makes nothing.
    a_viewer_makes_nothing("", |scene: Scene| async move {
        let seat = scene.sits("vic@firm1.example").await;
        let before = scene.everything().await;
        let no = make_client(scene.desk(), &seat, &asker(&seat), &new()).await.unwrap();
        assert_eq!(code(no), "forbidden");
        assert_eq!(scene.everything().await, before);
    })

    /// CO5, SS-5, SG-3: no API that the account does not have, and no live client of an account for testing.
    a_member_makes_no_more_than_the_account_may_have("", |scene: Scene| async move {
        let desk = scene.desk();
        let only = account_with(Some(false), Some(Some(vec![ApiId::new("docs")])), None);
        let revised = registry::account::revise(desk, &Asker::system(), &scene.ours.account, &only).await;
        revised.unwrap().unwrap();
        let seat = scene.sits("ann@firm1.example").await;
        let by = asker(&seat);
        let before = scene.everything().await;
        let make = async |ask: NewClient| code(make_client(desk, &seat, &by, &ask).await.unwrap());
        assert_eq!(make(NewClient { environment: Environment::Live, ..new() }).await, "invalid");
        assert_eq!(make(NewClient { api: ApiId::new("mail"), ..new() }).await, "not_found");
        assert_eq!(make(NewClient { scopes: vec!["admin".into()], ..new() }).await, "invalid");
        assert_eq!(scene.everything().await, before);
        assert!(make_client(desk, &seat, &by, &new()).await.unwrap().is_ok());
    })

    /// SO-1: where operators make clients, nobody else does, nobody asks here, and nobody widens what was given.
    where_operators_make_clients_nobody_else_does(BY_OPERATORS, |scene: Scene| async move {
        let desk = scene.desk();
        let seat = scene.sits("ann@firm1.example").await;
        let by = asker(&seat);
        let no = make_client(desk, &seat, &by, &new()).await.unwrap().unwrap_err();
        assert!(no.to_string().contains("Professional Services"), "{no}");
        assert_eq!(code(apply(desk, &seat, &by, &applying()).await.unwrap()), "forbidden");
        let wider = Scoped {
            api: ApiId::new("docs"),
            scopes: vec!["read".into(), "write".into()],
            seen: None,
        };
        let id = &scene.ours.client;
        assert_eq!(code(set_scopes(desk, &seat, &by, id, &wider).await.unwrap()), "forbidden");
        let operator = scene.visits().await;
        let by = asker(&operator);
        let made = make_client(desk, &operator, &by, &new()).await.unwrap().unwrap();
        assert_eq!(made.client.account, scene.ours.account);
        assert_eq!(made.client.owner, None);
        assert!(set_scopes(desk, &operator, &by, id, &wider).await.unwrap().is_ok());
    })

    /// 3E-5, SE-6: request, approval, Regenerate: the account gets a client by the operator's word, and its secret by
    /// its own press.
    a_request_is_approved_and_the_secret_is_the_accounts_to_make(BY_REQUEST, |scene: Scene| async move {
        let desk = scene.desk();
        let seat = scene.sits("dan@firm1.example").await;
        let by = asker(&seat);
        assert_eq!(code(make_client(desk, &seat, &by, &new()).await.unwrap()), "forbidden");
        let application = apply(desk, &seat, &by, &applying()).await.unwrap().unwrap();
        assert_eq!(application.email, "dan@firm1.example");
        let pending = Some(ApplicationState::Pending);
        let listed = developer::applications(desk, &seat, pending, &Page::first()).await;
        assert_eq!(listed.unwrap().unwrap().items, std::slice::from_ref(&application));
        // CO4: another firm has no such request.
        let other = scene.sits("dan@firm2.example").await;
        let listed = developer::applications(desk, &other, None, &Page::first()).await;
        assert!(listed.unwrap().unwrap().items.is_empty());

        let operator = Asker::system();
        let ask = Approve::default();
        let made = requests::approve(desk, &operator, &application.id, &ask).await.unwrap().unwrap();
        assert_eq!(made.application.decided, Some(scene.now()));
        assert_eq!(made.client.owner, Some(scene.ours.member("dan")));
        let again = requests::approve(desk, &operator, &application.id, &ask).await.unwrap();
        assert_eq!(code(again), "in_use");
        let declined = requests::decline(desk, &operator, &application.id, "No", None).await;
        assert_eq!(code(declined.unwrap()), "in_use");

        let shown = developer::show(desk, &seat, &made.client.id).await.unwrap().unwrap();
        assert!(shown.secrets.is_empty(), "nobody else has seen a secret of it");
        let regenerated = developer::regenerate(desk, &seat, &by, &made.client.id, &Regenerate::default()).await;
        assert!(regenerated.unwrap().is_ok());
        let mine = |event: &&tollgate_model::Event| event.subject == made.client.id.as_str();
        let told = scene.since(0).await;
        assert_eq!(told.iter().filter(mine).filter(|event| event.kind == "client.created").count(), 1);
        assert_eq!((scene.times("application.made").await, scene.times("application.approved").await), (1, 1));
        // Whoever asked and the admin are told, each once.
        for (to, letters) in [("ann@firm1.example", 1), ("dan@firm1.example", 1), ("vic@firm1.example", 0)] {
            assert_eq!(scene.letters(to).await.len(), letters, "{to}");
        }
    })
}
