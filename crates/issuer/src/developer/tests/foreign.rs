//! What is another account's is not there.

use super::shelf::{desk, sits, visits};
use super::*;
use crate::registry::grant::Scoped;
use crate::registry::secret::Regenerate;
use tollgate_model::{ApiId, ClientId, MemberId, Page, SecretId, State};

/// CO4: every function that takes a client answers for another firm's as for one that nobody has, and changes nothing.
#[tokio::test]
async fn a_foreign_client_is_not_found_by_any_function() {
    let (desk, shelf) = desk(terms()).await;
    let seat = sits(&desk, "ann@firm1.example").await;
    let by = asker(&seat);
    let before = shelf.0.lock().unwrap().records.clone();
    for name in ["client-two", "client-none"] {
        let id = ClientId::new(name);
        let (api, secret) = (ApiId::new("docs"), SecretId::new("sec_1"));
        let scoped = Scoped {
            api: api.clone(),
            scopes: vec!["read".into()],
            seen: None,
        };
        let addresses = (Vec::new(), Vec::new());
        let answers = [
            code(show(&desk, &seat, &id).await.unwrap()),
            code(rename(&desk, &seat, &by, &id, "Mine", None).await.unwrap()),
            code(set_state(&desk, &seat, &by, &id, State::Disabled, None).await.unwrap()),
            code(set_addresses(&desk, &seat, &by, &id, addresses, None).await.unwrap()),
            code(set_scopes(&desk, &seat, &by, &id, &scoped).await.unwrap()),
            code(give_back(&desk, &seat, &by, &id, &api, None).await.unwrap()),
            code(revoke_tokens(&desk, &seat, &by, &id).await.unwrap()),
            code(
                regenerate(&desk, &seat, &by, &id, &Regenerate::default())
                    .await
                    .unwrap(),
            ),
            code(revoke_secret(&desk, &seat, &by, &id, &secret).await.unwrap()),
            code(reveal(&desk, &seat, &by, &id, &secret).await.unwrap()),
            code(test_token(&desk, &seat, &by, &id, &api).await.unwrap()),
        ];
        assert_eq!(answers, ["not_found"; 11], "{name}");
    }
    let held = shelf.0.lock().unwrap();
    assert_eq!(held.records, before);
    assert!(held.events.is_empty() && held.revoked.is_empty());
}

/// CO4, SS-16: lists show what is the account's own.
#[tokio::test]
async fn lists_hold_what_is_the_accounts_own() {
    let (desk, _) = desk(terms()).await;
    let seat = sits(&desk, "ann@firm1.example").await;
    let clients = clients(&desk, &seat, &Narrow::default(), &Page::first()).await;
    let ids: Vec<_> = clients
        .unwrap()
        .unwrap()
        .items
        .into_iter()
        .map(|line| line.client.id)
        .collect();
    assert_eq!(ids, [ClientId::new("client-one")]);
    let people = members(&desk, &seat, &Page::first()).await.unwrap().unwrap().items;
    assert!(people.iter().all(|member| member.account == seat.account().id));
    assert_eq!(people.len(), 3);
}

/// CO4: another firm's member is neither changed nor removed.
#[tokio::test]
async fn a_foreign_member_is_not_found() {
    let (desk, shelf) = desk(terms()).await;
    let seat = sits(&desk, "ann@firm1.example").await;
    let by = asker(&seat);
    let before = shelf.0.lock().unwrap().members.clone();
    for name in ["mem_dan2", "mem_none"] {
        let id = MemberId::new(name);
        let change = MemberChange {
            roles: Some(vec!["Admin".into()]),
            ..MemberChange::default()
        };
        assert_eq!(
            code(revise_member(&desk, &seat, &by, &id, &change).await.unwrap()),
            "not_found"
        );
        assert_eq!(
            code(remove_member(&desk, &seat, &by, &id, None).await.unwrap()),
            "not_found"
        );
        assert_eq!(code(invite_again(&desk, &seat, &by, &id).await.unwrap()), "not_found");
    }
    assert_eq!(shelf.0.lock().unwrap().members, before);
}

/// SS-6, SS-8: before the day nothing opens for a member, and everything for an operator.
#[tokio::test]
async fn before_its_day_the_section_is_shut_for_members() {
    let mut dated = terms();
    dated.console.opens = Some(crate::registry::facts::NOW.plus(1));
    let (desk, _) = desk(dated).await;
    let id = ClientId::new("client-one");
    let seat = sits(&desk, "ann@firm1.example").await;
    let by = asker(&seat);
    let ask = Regenerate::default();
    assert_eq!(code(show(&desk, &seat, &id).await.unwrap()), "forbidden");
    assert_eq!(code(apis(&desk, &seat).await.unwrap()), "forbidden");
    assert_eq!(
        code(regenerate(&desk, &seat, &by, &id, &ask).await.unwrap()),
        "forbidden"
    );
    assert_eq!(code(members(&desk, &seat, &Page::first()).await.unwrap()), "forbidden");
    let operator = visits(&desk).await;
    assert!(show(&desk, &operator, &id).await.unwrap().is_ok());
    let by = asker(&operator);
    assert!(regenerate(&desk, &operator, &by, &id, &ask).await.unwrap().is_ok());
}
