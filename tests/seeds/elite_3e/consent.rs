//! What the person is asked, and how it is taken back.

use super::{CALLBACK, CLIENT, MATTER, address, call, client, exchange, refresh, text, tokens, unknown_token};
use crate::person::{self, Person, told};
use tollgate_tests::World;

on_both_stores! { "elite-3e":
    the_person_is_told_who_wants_what,
    whoever_declines_gives_no_code,
    new_resources_are_asked_for_alone,
    support_takes_a_consent_back_and_the_person_cannot,
}

/// 3E-23, 3E-24, 3E-25: after sign-in the person reads which application wants what of 3E on their behalf, in words.
async fn the_person_is_told_who_wants_what(world: World) {
    let client = client(&world).await;
    let mut person = Person::new(&world);
    let mut page = person.opens(&address(&client, MATTER)).await.page();
    while person::name(&page) != "consent" {
        page = person.does(&page, "approve").await.page();
    }
    let words = page.words();
    for word in [
        "Matter portal of the firm",
        "Read and write matters",
        "Example Law Firm",
        "matter-sync.firm.example",
    ] {
        assert!(words.contains(word), "{word}: {words}");
    }
    assert!(!words.contains("Read and write clients"), "{words}");
}

/// 3E-27: a person who declines gives the application an error, and no code.
async fn whoever_declines_gives_no_code(world: World) {
    let client = client(&world).await;
    let back = Person::new(&world).walks(&address(&client, MATTER), "deny").await;
    assert_eq!(back.error(), "access_denied");
    assert!(back.location.starts_with(CALLBACK), "{back:?}");
}

/// 3E-20, 3E-21: the same request is not asked about again; one for more is, as something new; what was agreed to before
/// stays good.
async fn new_resources_are_asked_for_alone(world: World) {
    let client = client(&world).await;
    let mut person = Person::new(&world);
    let offline = format!("offline_access {MATTER}");
    let back = person.walks(&address(&client, &offline), "approve").await;
    let (_, first) = exchange(&world, &client, back.code(), CALLBACK).await;

    person.seen.clear();
    let again = person.opens(&address(&client, &offline)).await.back();
    assert!(person.seen.is_empty() && !again.code().is_empty(), "{:?}", person.seen);

    let more = format!("{offline} {CLIENT}");
    let page = person.opens(&address(&client, &more)).await.page();
    assert_eq!(person::name(&page), "consent");
    assert!(page.words().contains("Read and write clients"), "{}", page.words());
    let back = person.does(&page, "approve").await.back();
    let (_, second) = exchange(&world, &client, back.code(), CALLBACK).await;
    for path in ["/3eapi/api/v1/matter", "/3eapi/api/v1/client"] {
        assert_eq!(call(&world, path, text(&second, "access_token")).await, 200, "{path}");
    }
    let (status, old) = refresh(&world, &client, text(&first, "refresh_token")).await;
    assert_eq!(status, 200, "the old grant stays: {old}");
    assert_eq!(
        call(&world, "/3eapi/api/v1/client", text(&old, "access_token")).await,
        403,
        "and is no wider"
    );
}

/// 3E-43, 3E-44, 3E-45: the person's own page offers no way to take consent back; an operator does, after a support
/// case. Refresh fails from then on, the access token dies, and the next request is asked about anew.
async fn support_takes_a_consent_back_and_the_person_cannot(world: World) {
    let client = client(&world).await;
    let offline = format!("offline_access {MATTER}");
    let answer = tokens(&world, &client, &offline).await;
    let (email, password) = (world.env("USER_EMAIL"), world.env("USER_PASSWORD"));
    let mut person = Person::new(&world);
    person.browser.sign_in(email, password).await;
    let profile = person.browser.open("/console/profile").await;
    assert!(
        !profile.forms().iter().any(|form| form.action.contains("consent")),
        "{}",
        profile.text
    );

    let (status, listed) = told(world.manage("GET", &format!("/clients/{}/consents", client.id))).await;
    assert_eq!(status, 200, "{listed}");
    let id = listed["items"][0]["id"].as_str().unwrap_or_else(|| panic!("{listed}"));
    let csrf = person.browser.csrf().await;
    let path = format!("/console/profile/consents/{id}/revoke");
    let tried = person.browser.post(&path, &[("csrf", csrf.as_str())]).await;
    assert!((400..500).contains(&tried.status), "{}", tried.status);
    let (status, answer) = refresh(&world, &client, text(&answer, "refresh_token")).await;
    assert_eq!(status, 200, "nothing was taken back: {answer}");

    let gone = world.manage("DELETE", &format!("/consents/{id}")).send().await.unwrap();
    assert!(gone.status().is_success(), "{}", gone.status());
    unknown_token(refresh(&world, &client, text(&answer, "refresh_token")).await);
    tollgate_tests::until("the gateway knows", async || {
        call(&world, "/3eapi/api/v1/matter", text(&answer, "access_token")).await == 401
    })
    .await;
    let mut person = Person::new(&world);
    person.walks(&address(&client, &offline), "approve").await;
    assert!(person.seen.iter().any(|page| page == "consent"), "{:?}", person.seen);
}
