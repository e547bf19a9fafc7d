//! Leaving: where a person goes after logout.

use super::{MATTER, SIGNED_OUT, address, client, encoded, exchange, text};
use crate::person::{self, Person, Step};
use tollgate_tests::World;

on_both_stores! { "elite-3e":
    after_logout_people_go_to_listed_addresses_alone,
    the_familys_own_way_to_log_out_is_served,
}

/// 3E-12, OC4: after logout a person is sent to an address of the list and to no other; the session has ended.
async fn after_logout_people_go_to_listed_addresses_alone(world: World) {
    let client = client(&world).await;
    let mut person = Person::new(&world);
    let scope = format!("openid {MATTER}");
    for (to, listed) in [
        (SIGNED_OUT, true),
        ("https://matter-sync.firm.example/signed-out/", false),
        ("https://evil.example/", false),
    ] {
        let back = person.walks(&address(&client, &scope), "approve").await;
        let (status, answer) = exchange(&world, &client, back.code(), super::CALLBACK).await;
        assert_eq!(status, 200, "{answer}");
        let logout = format!(
            "{}/oidc/logout?id_token_hint={}&post_logout_redirect_uri={}&state=bye",
            person::origin(&world),
            text(&answer, "id_token"),
            encoded(to),
        );
        match person.opens(&logout).await {
            Step::Back(back) => {
                assert!(listed, "sent to {}", back.location);
                assert_eq!(back.location, format!("{to}?state=bye"));
                let page = person.opens(&address(&client, &scope)).await.page();
                assert_eq!(person::name(&page), "sign-in", "the session has ended");
            }
            Step::Page(page) => {
                assert!(!listed, "{}", page.text);
                assert!(!page.text.contains(&format!("href=\"{to}")), "{}", page.text);
            }
        }
    }
}

/// 3E-11, 3E-12: `/v2/logout` with `client_id` and `returnTo` goes to listed addresses alone; without `returnTo` to the
/// first of them.
async fn the_familys_own_way_to_log_out_is_served(world: World) {
    let client = client(&world).await;
    let at = |rest: &str| format!("{}/v2/logout?client_id={}{rest}", person::origin(&world), client.id);
    for rest in [format!("&returnTo={}", encoded(SIGNED_OUT)), String::new()] {
        let back = Person::new(&world).opens(&at(&rest)).await.back();
        assert_eq!(back.location, SIGNED_OUT, "{rest}");
    }
    let page = Person::new(&world)
        .opens(&at("&returnTo=https%3A%2F%2Fevil.example%2F"))
        .await
        .page();
    assert_eq!(page.leads_to(), "");
}
