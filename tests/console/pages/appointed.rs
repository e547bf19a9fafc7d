//! What operators alone set of a client, on the desk's own pages.

use crate::scene::Scene;
use tollgate_model::client::AuthMethod;
use tollgate_model::{ApiId, ClientId};

on_both_stores! {
    /// CO5, SO-1: an operator makes a client with an id that integrators have already, and says whose it is, how it
    /// authenticates, what it may introspect and how long its tokens live; nonsense is refused and nothing is lost of it.
    an_operator_appoints_what_a_client_is("", |scene: Scene| async move {
        let mut olga = scene.looks_after().await;
        let new = format!("/console/desk/accounts/{}/clients/new", scene.ours.account);
        let form = olga.open(&new).await.own_form();
        let refused = olga.send(&form.clone().set("name", "Archive").set("environment", "test").set("id", "usr_taken-id")).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert_eq!(refused.own_form().value("name"), Some("Archive"));
        let made = olga.send(&refused.own_form().set("id", "archive-client")).await;
        assert_eq!((made.status, made.leads_to()), (303, "/console/desk/clients/archive-client?done=client-created"));
        let twice = olga.send(&refused.own_form().set("id", "archive-client")).await;
        assert_eq!(twice.status, 422, "{}", twice.text);

        let path = format!("/console/desk/clients/{}", scene.ours.client);
        let page = olga.open(&path).await;
        let nonsense = olga.send(&page.own_form().set("lifetime-docs", "soon")).await;
        assert_eq!(nonsense.status, 422, "{}", nonsense.text);
        assert_eq!(nonsense.own_form().value("lifetime-docs"), Some("soon"));
        let desk = scene.desk();
        let member = desk.store.members(&scene.ours.account, &tollgate_model::Page::first()).await.unwrap().items.remove(0).id;
        let form = page.own_form().set("owner", member.as_str()).set("lifetime-docs", "600");
        let form = form.without("auth_methods").and("auth_methods", "client_secret_post").and("introspects", "docs");
        let saved = olga.send(&form).await;
        assert_eq!(saved.status, 303, "{}", saved.text);
        let record = desk.store.client(&scene.ours.client).await.unwrap().unwrap();
        assert_eq!(record.client.owner, Some(member));
        assert_eq!(record.client.auth_methods, [AuthMethod::ClientSecretPost]);
        assert_eq!(record.client.introspects, [ApiId::new("docs")]);
        let grant = record.grants.iter().find(|grant| grant.api.as_str() == "docs").unwrap();
        assert_eq!(grant.lifetime, Some(600));
        // The page it was made from is stale now.
        assert_eq!(olga.send(&form).await.status, 422);
        assert!(desk.store.client(&ClientId::new("archive-client")).await.unwrap().is_some());
    })
}
