//! Members of an account.

use super::answer::{Answer, PageView, created, listed, nothing, shown, time};
use super::ask::{Asked, Body, Id, Nothing, Paging, Seen};
use super::by::By;
use super::problem::done;
use super::word;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tollgate_issuer::registry::{No, member};
use tollgate_issuer::{Desk, people};
use tollgate_model::{AccountId, Member, MemberId};
use utoipa::ToSchema;

/// A person of an account.
#[derive(Serialize, ToSchema)]
#[schema(as = Member)]
pub(super) struct MemberView {
    /// Its id.
    id: String,
    /// The account.
    account: String,
    /// E-mail address, in lower case.
    email: String,
    /// The person's name.
    name: String,
    /// The roles held.
    roles: Vec<String>,
    /// Whether it is found as acting user.
    state: word::State,
    /// When it was added.
    #[schema(format = DateTime)]
    created: String,
    /// Its revision, as in `ETag`.
    version: i64,
}

impl From<Member> for MemberView {
    fn from(member: Member) -> Self {
        Self {
            id: member.id.to_string(),
            account: member.account.to_string(),
            email: member.email,
            name: member.name,
            roles: member.roles,
            state: member.state.into(),
            created: time(member.created),
            version: member.version,
        }
    }
}

/// A new member.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMember {
    /// E-mail address, which no other member of the account has.
    email: String,
    /// 1 to 200 characters.
    name: String,
    /// The roles held.
    #[serde(default)]
    roles: Vec<String>,
}

/// What is to become of a member; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MemberChange {
    /// The new address.
    email: Option<String>,
    /// The new name.
    name: Option<String>,
    /// All roles from now on.
    roles: Option<Vec<String>>,
    /// Whether it is found as acting user.
    state: Option<word::State>,
}

/// The members of an account, by id.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/members", operation_id = "listMembers", tag = "members",
    params(("id" = String, Path, description = "The account"), Paging),
    responses((status = 200, description = "A page", body = PageView<MemberView>)))]
pub(super) async fn list(State(desk): State<Arc<Desk>>, Id(id): Id, Asked(paging): Asked<Paging>) -> Answer {
    let (account, page) = (AccountId::new(id), paging.page()?);
    desk.store.account(&account).await?.ok_or(No::NotFound("account"))?;
    listed::<_, MemberView>(desk.store.members(&account, &page).await?)
}

/// Adds a member.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/members", operation_id = "addMember", tag = "members",
    params(("id" = String, Path, description = "The account")),
    request_body = NewMember, responses((status = 201, description = "Added", body = MemberView)))]
pub(super) async fn add(State(desk): State<Arc<Desk>>, by: By, Id(id): Id, Body(ask): Body<NewMember>) -> Answer {
    let ask = member::Add {
        email: ask.email,
        name: ask.name,
        roles: ask.roles,
    };
    let made = done(member::add(&desk, by.asker(), &AccountId::new(id), &ask).await)?;
    let (version, place) = (made.version, format!("/api/v1/members/{}", made.id));
    created(&MemberView::from(made), version, &place)
}

/// A member.
#[utoipa::path(get, path = "/api/v1/members/{id}", operation_id = "showMember", tag = "members",
    params(("id" = String, Path, description = "The member")),
    responses((status = 200, description = "The member", body = MemberView)))]
pub(super) async fn show(State(desk): State<Arc<Desk>>, Id(id): Id, _: Asked<Nothing>) -> Answer {
    let held = desk.store.member(&MemberId::new(id)).await?;
    let held = held.ok_or(No::NotFound("member"))?;
    let version = held.version;
    shown(&MemberView::from(held), version)
}

/// Changes a member.
#[utoipa::path(patch, path = "/api/v1/members/{id}", operation_id = "reviseMember", tag = "members",
    params(("id" = String, Path, description = "The member"), ("If-Match" = Option<String>, Header, description = "Its ETag")),
    request_body = MemberChange, responses((status = 200, description = "As it is now", body = MemberView)))]
pub(super) async fn revise(
    State(desk): State<Arc<Desk>>,
    by: By,
    Id(id): Id,
    Seen(seen): Seen,
    Body(ask): Body<MemberChange>,
) -> Answer {
    let ask = member::Revise {
        email: ask.email,
        name: ask.name,
        roles: ask.roles,
        state: ask.state.map(Into::into),
        seen,
    };
    let revised = done(member::revise(&desk, by.asker(), &MemberId::new(id), &ask).await)?;
    let version = revised.version;
    shown(&MemberView::from(revised), version)
}

/// Removes a member.
#[utoipa::path(delete, path = "/api/v1/members/{id}", operation_id = "removeMember", tag = "members",
    params(("id" = String, Path, description = "The member"), ("If-Match" = Option<String>, Header, description = "Its ETag")),
    responses((status = 204, description = "Removed")))]
pub(super) async fn remove(State(desk): State<Arc<Desk>>, by: By, Id(id): Id, Seen(seen): Seen) -> Answer {
    done(member::remove(&desk, by.asker(), &MemberId::new(id), seen).await)?;
    Ok(nothing())
}

/// Invites a member to the console: who has no password yet gets a mail with a link to choose one, who has one is told
/// of the account.
#[utoipa::path(post, path = "/api/v1/members/{id}/invitation", operation_id = "inviteMember", tag = "members",
    params(("id" = String, Path, description = "The member")),
    responses((status = 204, description = "The mail is on its way")))]
pub(super) async fn invite(State(desk): State<Arc<Desk>>, by: By, Id(id): Id) -> Answer {
    let held = desk.store.member(&MemberId::new(id)).await?;
    let held = held.ok_or(No::NotFound("member"))?;
    let account = desk
        .store
        .account(&held.account)
        .await?
        .ok_or(No::NotFound("account"))?;
    done(people::link::invite(&desk, by.asker(), &held.email, Some(&account)).await)?;
    Ok(nothing())
}
