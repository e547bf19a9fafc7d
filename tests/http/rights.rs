//! Who may do what with an account's things, where two rules meet: what was switched off from above, what an account
//! lost, two people and two tabs at once.

use tollgate_issuer::developer::{self, Invited};
use tollgate_issuer::people::session::{self, Resumed};
use tollgate_issuer::people::{Origin, sign_in};
use tollgate_issuer::registry::application::{self, Applying, Approve};
use tollgate_issuer::registry::hook::Add as AddHook;
use tollgate_issuer::registry::secret::Regenerate;
use tollgate_issuer::registry::{self, Asker, No, hook};
use tollgate_issuer::rights::{self, Seat};
use tollgate_model::call::CallFilter;
use tollgate_model::client::Environment;
use tollgate_model::{AccountId, ApiId, ClientId, DeliveryId, HookId, MemberId, Page, State};
use tollgate_tests::house::{House, PASSWORD};
use tollgate_tests::{Backend, run};

/// What members of a firm may do.
const ROLES: &str = r#"
[console.roles]
admin = ["Admin"]
developer = ["Developer"]
viewer = ["Viewer"]
"#;

/// The section opens long after any day that a machine has.
const NOT_YET: &str = "[console]\nopens = \"2999-04-25\"";

/// Whoever runs the place.
const OPERATOR: &str = "olga@vendor.example";

macro_rules! on_both_stores {
    ($($(#[$doc:meta])* $name:ident($settings:expr, $body:expr))*) => {$(
        $(#[$doc])*
        mod $name {
            use super::*;

            #[test]
            fn on_sqlite() {
                run(async {
                    let body = $body;
                    body(house($settings, Backend::Sqlite).await).await;
                });
            }

            #[test]
            fn on_postgresql() {
                run(async {
                    let body = $body;
                    body(house($settings, Backend::Postgres).await).await;
                });
            }
        }
    )*};
}

/// A house whose firm has an admin, a developer and somebody who looks.
async fn house(settings: &str, backend: Backend) -> House {
    let house = House::ordinary(&format!("{ROLES}\n{settings}"), backend).await;
    let account = house.client.account.clone();
    for (email, role) in [
        ("ann@firm.example", "Admin"),
        ("dan@firm.example", "Developer"),
        ("vic@firm.example", "Viewer"),
    ] {
        joins(&house, &account, email, role).await;
        house.person(email, false).await;
    }
    house.person(OPERATOR, true).await;
    house
}

async fn joins(house: &House, account: &AccountId, email: &str, role: &str) -> MemberId {
    let ask = registry::member::Add {
        email: email.to_owned(),
        name: role.to_owned(),
        roles: vec![role.to_owned()],
    };
    let added = registry::member::add(house.desk(), &Asker::system(), account, &ask).await;
    added.unwrap().unwrap().id
}

async fn another_firm(house: &House) -> AccountId {
    let made = registry::account::create(house.desk(), &Asker::system(), "Faraway Bakery").await;
    made.unwrap().unwrap().id
}

async fn signed_in(house: &House, email: &str) -> rights::SignedIn {
    let origin = Origin {
        address: None,
        device: "Browser".to_owned(),
        request: "r1".to_owned(),
    };
    let begun = sign_in::password(house.desk(), email, PASSWORD, &origin).await;
    let begun = begun.unwrap().unwrap();
    match session::resume(house.desk(), begun.token.expose()).await.unwrap() {
        Some(Resumed::SignedIn(who)) => who,
        other => panic!("not signed in: {other:?}"),
    }
}

/// A member's place in the only firm they belong to.
async fn sits(house: &House, email: &str) -> Seat {
    let who = signed_in(house, email).await;
    rights::seat(house.desk(), who).await.unwrap().unwrap()
}

/// An operator's place, looking after the first firm.
async fn visits(house: &House) -> Seat {
    let officer = rights::desk_officer(signed_in(house, OPERATOR).await).unwrap();
    let visit = rights::visit(house.desk(), &officer, &house.client.account).await;
    visit.unwrap().unwrap()
}

fn by(seat: &Seat) -> Asker {
    seat.who().asker("r1")
}

fn code<T>(answer: Result<T, No>) -> &'static str {
    match answer {
        Ok(_) => "done",
        Err(no) => no.code(),
    }
}

fn client(house: &House) -> ClientId {
    ClientId::new(&house.client.id)
}

on_both_stores! {
    /// CO5: nobody undoes what those who run the place did by inviting one of them: who switched a client off as an
    /// operator is no colleague, whoever is a member by now.
    an_invited_operator_is_no_colleague("", |house: House| async move {
        let desk = house.desk();
        let id = client(&house);
        let (ann, olga) = (sits(&house, "ann@firm.example").await, visits(&house).await);
        let (off, on) = (State::Disabled, State::Active);
        developer::set_state(desk, &olga, &by(&olga), &id, off, None).await.unwrap().unwrap();
        let ask = Invited { email: OPERATOR.into(), name: "Olga".into(), roles: vec!["Developer".into()] };
        developer::invite_member(desk, &ann, &by(&ann), &ask).await.unwrap().unwrap();
        let woken = developer::set_state(desk, &ann, &by(&ann), &id, on, None).await.unwrap();
        assert_eq!(code(woken), "forbidden");

        // Nor when she was a member before.
        developer::set_state(desk, &olga, &by(&olga), &id, on, None).await.unwrap().unwrap();
        developer::set_state(desk, &olga, &by(&olga), &id, off, None).await.unwrap().unwrap();
        let woken = developer::set_state(desk, &ann, &by(&ann), &id, on, None).await.unwrap();
        assert_eq!(code(woken), "forbidden");

        // What she switches off as a member of the firm, the firm switches on.
        developer::set_state(desk, &olga, &by(&olga), &id, on, None).await.unwrap().unwrap();
        let member = sits(&house, OPERATOR).await;
        assert!(member.member().is_some());
        developer::set_state(desk, &member, &by(&member), &id, off, None).await.unwrap().unwrap();
        developer::set_state(desk, &ann, &by(&ann), &id, on, None).await.unwrap().unwrap();
    })

    /// CO5, SG-3: an account that may have test clients only wakes no live one that slept when the leave was taken.
    a_live_client_sleeps_where_the_account_may_have_none("", |house: House| async move {
        let desk = house.desk();
        let (id, system) = (client(&house), Asker::system());
        let ann = sits(&house, "ann@firm.example").await;
        developer::set_state(desk, &ann, &by(&ann), &id, State::Disabled, None).await.unwrap().unwrap();
        let ask = registry::account::Revise { live: Some(false), ..Default::default() };
        registry::account::revise(desk, &system, &house.client.account, &ask).await.unwrap().unwrap();
        let woken = developer::set_state(desk, &ann, &by(&ann), &id, State::Active, None).await.unwrap();
        assert_eq!(code(woken), "in_use");
        // The management API comes this way.
        let wake = registry::client::Revise { state: Some(State::Active), ..Default::default() };
        assert_eq!(code(registry::client::revise(desk, &system, &id, &wake).await.unwrap()), "in_use");
        let ask = registry::account::Revise { live: Some(true), ..Default::default() };
        registry::account::revise(desk, &system, &house.client.account, &ask).await.unwrap().unwrap();
        developer::set_state(desk, &ann, &by(&ann), &id, State::Active, None).await.unwrap().unwrap();
    })

    /// CO4: a form that was opened in one account does nothing in another that came into view since, in another tab.
    a_form_of_one_account_does_nothing_in_another("", |house: House| async move {
        let other = another_firm(&house).await;
        joins(&house, &other, "ann@firm.example", "Admin").await;
        let mut ann = house.visitor();
        ann.sign_in("ann@firm.example", PASSWORD).await;
        let first = house.client.account.as_str();
        assert_eq!(ann.act("/console/accounts", &[("account", first)]).await.status, 303);
        let make = ann.open("/console/clients/new").await.own_form();
        let make = make.set("name", "Meant elsewhere").set("api", "docs");
        let invite = ann.open("/console/members/invite").await.own_form();
        let invite = invite.set("email", "eve@firm.example").set("name", "Eve").set("roles", "Admin");
        assert_eq!(ann.act("/console/accounts", &[("account", other.as_str())]).await.status, 303);
        for form in [&make, &invite] {
            assert_eq!(ann.send(form).await.status, 400, "{}", form.action);
        }
        let store = &house.desk().store;
        assert!(store.clients(Some(&other), &Page::first()).await.unwrap().items.is_empty());
        assert_eq!(store.members(&other, &Page::first()).await.unwrap().items.len(), 1);
        // Back in view, they do what they say.
        assert_eq!(ann.act("/console/accounts", &[("account", first)]).await.status, 303);
        assert_eq!(ann.send(&make).await.status, 200);
        assert_eq!(ann.send(&invite).await.status, 303);
        assert_eq!(store.members(&house.client.account, &Page::first()).await.unwrap().items.len(), 4);
    })

    /// SS-6, CO4: webhooks are a developer's to change and anybody's of the account to look at, by the rules themselves;
    /// another account's are not there.
    webhooks_follow_the_rules("", |house: House| async move {
        let desk = house.desk();
        let (vic, dan) = (sits(&house, "vic@firm.example").await, sits(&house, "dan@firm.example").await);
        let ask = AddHook { url: "https://firm.example/hook".into(), topics: Vec::new() };
        assert_eq!(code(developer::add_hook(desk, &vic, &by(&vic), &ask).await.unwrap()), "forbidden");
        let ours = developer::add_hook(desk, &dan, &by(&dan), &ask).await.unwrap().unwrap().hook.id;
        assert_eq!(developer::hooks(desk, &vic).await.unwrap().unwrap().len(), 1);
        let other = another_firm(&house).await;
        let theirs = hook::add(desk, &Asker::system(), &other, &ask).await.unwrap().unwrap().hook.id;
        for (seat, id, expected) in [(&vic, &ours, "forbidden"), (&dan, &theirs, "not_found")] {
            let revise = hook::Revise { state: Some(State::Disabled), ..Default::default() };
            let message = DeliveryId::new("msg_x");
            assert_eq!(code(developer::revise_hook(desk, seat, &by(seat), id, &revise).await.unwrap()), expected);
            assert_eq!(code(developer::rotate_hook_key(desk, seat, &by(seat), id, None).await.unwrap()), expected);
            assert_eq!(code(developer::ping_hook(desk, seat, &by(seat), id).await.unwrap()), expected);
            assert_eq!(code(developer::redeliver(desk, seat, &by(seat), id, &message).await.unwrap()), expected);
            assert_eq!(code(developer::remove_hook(desk, seat, &by(seat), id).await.unwrap()), expected);
        }
        // Two at one address would be told everything twice.
        let second = AddHook { url: "https://firm.example/second".into(), topics: Vec::new() };
        let second = developer::add_hook(desk, &dan, &by(&dan), &second).await.unwrap().unwrap().hook.id;
        for (url, expected) in [("https://FIRM.example/hook", "taken"), ("https://firm.example/second", "done")] {
            let there = hook::Revise { url: Some(url.into()), ..Default::default() };
            let moved = developer::revise_hook(desk, &dan, &by(&dan), &second, &there).await.unwrap();
            assert_eq!(code(moved), expected, "{url}");
        }
        assert_eq!(code(developer::hook(desk, &dan, &theirs).await.unwrap()), "not_found");
        assert_eq!(code(developer::deliveries(desk, &dan, &theirs, &Page::first()).await.unwrap()), "not_found");
        assert!(developer::hook(desk, &vic, &ours).await.unwrap().is_ok());
        developer::remove_hook(desk, &dan, &by(&dan), &ours).await.unwrap().unwrap();
        assert!(desk.store.hook(&theirs).await.unwrap().is_some());
    })

    /// SS-8: before its day nothing of the section opens for a member, whichever function is asked.
    before_its_day_nothing_opens(NOT_YET, |house: House| async move {
        let desk = house.desk();
        let (ann, page) = (sits(&house, "ann@firm.example").await, Page::first());
        let (id, none) = (client(&house), HookId::new("whk_x"));
        let filter = CallFilter::default();
        let ask = AddHook { url: "https://firm.example/hook".into(), topics: Vec::new() };
        let answers = [
            code(developer::hooks(desk, &ann).await.unwrap()),
            code(developer::hook(desk, &ann, &none).await.unwrap()),
            code(developer::add_hook(desk, &ann, &by(&ann), &ask).await.unwrap()),
            code(developer::remove_hook(desk, &ann, &by(&ann), &none).await.unwrap()),
            code(developer::alerts(desk, &ann, &page).await.unwrap()),
            code(developer::calls(desk, &ann, &filter, &page).await.unwrap()),
            code(developer::call(desk, &ann, "r1").await.unwrap()),
            code(developer::usage(desk, &ann, Some(&id), 7).await.unwrap()),
            code(developer::usage(desk, &ann, None, 7).await.unwrap()),
            code(developer::member(desk, &ann, &MemberId::new("mem_x")).await.unwrap()),
            code(developer::application(desk, &ann, &tollgate_model::ApplicationId::new("app_x")).await.unwrap()),
        ];
        assert_eq!(answers, ["forbidden"; 11]);
        let olga = visits(&house).await;
        assert!(developer::hooks(desk, &olga).await.unwrap().is_ok());
    })

    /// CO4: what is shown of one thing, and counted of one client, is the account's own.
    one_thing_is_the_accounts_own("[console]\nclients = \"request\"", |house: House| async move {
        let desk = house.desk();
        let system = Asker::system();
        let other = another_firm(&house).await;
        let bea = joins(&house, &other, "bea@faraway.example", "Admin").await;
        let wish = wish("Wish");
        let asked = application::create(desk, &system, &other, "bea@faraway.example", &wish).await;
        let asked = asked.unwrap().unwrap().id;
        let ann = sits(&house, "ann@firm.example").await;
        assert_eq!(code(developer::member(desk, &ann, &bea).await.unwrap()), "not_found");
        assert_eq!(code(developer::application(desk, &ann, &asked).await.unwrap()), "not_found");
        house.person("bea@faraway.example", false).await;
        let bea = sits(&house, "bea@faraway.example").await;
        assert!(developer::application(desk, &bea, &asked).await.unwrap().is_ok());
        let used = developer::usage(desk, &bea, Some(&client(&house)), 7).await.unwrap();
        assert_eq!(code(used), "not_found");
        let used = developer::usage(desk, &bea, None, 7).await.unwrap().unwrap();
        assert!(used.series.is_empty() && !used.more);
        // A developer looks after no members.
        let dan = sits(&house, "dan@firm.example").await;
        assert_eq!(code(developer::member(desk, &dan, &bea.member().unwrap().id).await.unwrap()), "forbidden");
    })

    /// SS-11, SG-11: the answer that shows the first secret is no page to reload: sent again, also at the same moment,
    /// the form makes no second client and shows no secret. An id of somebody's own is not taken from it (CO5).
    a_form_makes_one_client("", |house: House| async move {
        let mut dan = house.visitor();
        dan.sign_in("dan@firm.example", PASSWORD).await;
        let form = dan.open("/console/clients/new").await.own_form();
        let form = form.set("name", "Made once").set("api", "docs").set("scopes-docs", "read");
        let (mut one, mut other) = (dan.tab(), dan.tab());
        let (one, other) = tokio::join!(one.send(&form), other.send(&form));
        let again = dan.send(&form).await;
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!((statuses, again.status), ([200, 422], 422));
        let shown = [&one, &other, &again].into_iter().filter(|page| page.credential("tgs_").is_some()).count();
        assert_eq!(shown, 1);
        assert!(again.text.contains("made its client already"), "{}", again.text);
        let made = async |name: &str| {
            let held = house.desk().store.clients(Some(&house.client.account), &Page::first()).await.unwrap().items;
            held.into_iter().filter(|client| client.name == name).collect::<Vec<_>>()
        };
        assert_eq!(made("Made once").await.len(), 1);
        // The page that says so has a form of its own, which makes another where that is meant.
        assert_eq!(dan.send(&again.own_form()).await.status, 200);
        assert_eq!(made("Made once").await.len(), 2);

        let form = dan.open("/console/clients/new").await.own_form();
        let (_, proof) = form.value("once").unwrap().rsplit_once('.').unwrap();
        let forged = form.clone().set("name", "Forged").set("api", "docs").set("once", &format!("chosen-by-me.{proof}"));
        assert_eq!(dan.send(&forged).await.status, 200);
        let forged = made("Forged").await;
        assert_eq!(forged.len(), 1);
        assert_ne!(forged[0].id.as_str(), "chosen-by-me");
    })

    /// SE-7: a secret that is revoked leaves no sealed text behind; one that lives on does.
    a_revoked_secret_is_kept_nowhere("[secrets]\nrevealable = true", |house: House| async move {
        let (desk, id) = (house.desk(), client(&house));
        let dan = sits(&house, "dan@firm.example").await;
        let make = async |overlap| {
            let ask = Regenerate { overlap: Some(overlap), ..Regenerate::default() };
            developer::regenerate(desk, &dan, &by(&dan), &id, &ask).await.unwrap().unwrap().secret.id
        };
        let kept = async |secret| desk.store.sealed_secret(secret).await.unwrap().is_some();
        let first = make(0).await;
        let second = make(3600).await;
        assert!(kept(&first).await && kept(&second).await);
        developer::revoke_secret(desk, &dan, &by(&dan), &id, &first).await.unwrap().unwrap();
        assert!(!kept(&first).await && kept(&second).await);
        let third = make(0).await;
        assert!(!kept(&second).await && kept(&third).await);
        assert_eq!(code(developer::reveal(desk, &dan, &by(&dan), &id, &second).await.unwrap()), "not_found");
        assert!(developer::reveal(desk, &dan, &by(&dan), &id, &third).await.unwrap().is_ok());
    })

    /// 3E-5: of many answers to one request at the same moment one counts: there is one client, or none.
    a_request_is_answered_once("[console]\nclients = \"request\"", |house: House| async move {
        let (desk, account) = (house.desk(), &house.client.account);
        let system = Asker::system();
        for round in 0..3 {
            let wish = wish(&format!("Wish {round}"));
            let made = application::create(desk, &system, account, "dan@firm.example", &wish).await;
            let id = made.unwrap().unwrap().id;
            let answers: Vec<_> = (0..8)
                .map(|place| {
                    let (desk, id) = (std::sync::Arc::clone(desk), id.clone());
                    tokio::spawn(async move {
                        let system = Asker::system();
                        if place % 2 == 0 {
                            let ask = Approve::default();
                            code(application::approve(&desk, &system, &id, &ask).await.unwrap())
                        } else {
                            code(application::decline(&desk, &system, &id, "No", None).await.unwrap())
                        }
                    })
                })
                .collect();
            let mut done = 0;
            for answer in answers {
                let answer = answer.await.unwrap();
                assert!(matches!(answer, "done" | "in_use" | "stale"), "{answer}");
                done += usize::from(answer == "done");
            }
            assert_eq!(done, 1);
            let held = desk.store.application(&id).await.unwrap().unwrap();
            let clients = desk.store.clients(Some(account), &Page::first()).await.unwrap().items;
            let made = clients.iter().filter(|client| client.name == wish.name).count();
            assert_eq!(made, usize::from(held.client.is_some()));
            let late = application::decline(desk, &system, &id, "No", None).await.unwrap();
            assert_eq!(code(late), "in_use");
        }
    })
}

fn wish(name: &str) -> Applying {
    Applying {
        name: name.to_owned(),
        environment: Environment::Test,
        api: ApiId::new("docs"),
        scopes: vec!["read".into()],
        redirect_uris: Vec::new(),
        logout_uris: Vec::new(),
        note: String::new(),
    }
}
