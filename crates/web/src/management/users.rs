//! People who sign in.

use super::answer::{Answer, PageView, created, listed, nothing, shown, time, whole};
use super::ask::{self, Asked, Body, Id, Nothing, Seen};
use super::by::By;
use super::problem::done;
use super::word;
use axum::extract::State as Of;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tollgate_issuer::registry::user::{self, claims::Claims};
use tollgate_issuer::{Desk, people};
use tollgate_model::{Account, Member, Session, State, User, UserId};
use utoipa::{IntoParams, ToSchema};

/// A person who signs in. Neither password nor factors are ever shown, nor anything made of them.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub(super) struct UserView {
    /// Its id.
    id: String,
    /// E-mail address, in lower case.
    email: String,
    /// The person's name.
    name: String,
    /// Whether the address is known to be read by this person.
    email_verified: bool,
    /// What clients may be told besides address and name, by claim (OpenID Connect Core §5.1).
    #[schema(value_type = Object)]
    claims: Claims,
    /// Whether this person works for those who run the place.
    operator: bool,
    /// Whether this person may sign in.
    state: word::State,
    /// Whether a password was chosen; until then an invitation is under way.
    password: bool,
    /// Since when a second factor is asked for.
    #[schema(format = DateTime)]
    second_factor: Option<String>,
    /// How many recovery codes are left.
    recovery_codes: usize,
    /// When it was made.
    #[schema(format = DateTime)]
    created: String,
    /// Its revision, as in `ETag`.
    version: i64,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        Self {
            id: user.id.to_string(),
            email: user.email,
            name: user.name,
            email_verified: user.email_verified,
            claims: user.claims,
            operator: user.operator,
            state: user.state.into(),
            password: user.password.is_some(),
            second_factor: user.totp.map(|totp| time(totp.since)),
            recovery_codes: user.recovery.len(),
            created: time(user.created),
            version: user.version,
        }
    }
}

/// A place that a person has in an account.
#[derive(Serialize, ToSchema)]
#[schema(as = Place)]
pub(super) struct PlaceView {
    /// The account.
    account: String,
    /// Its name.
    name: String,
    /// The member.
    member: String,
    /// The roles held there.
    roles: Vec<String>,
}

/// Where a person is signed in. It names the session and does not open it.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub(super) struct SessionView {
    /// Its id.
    id: String,
    /// Whether every factor was shown.
    complete: bool,
    /// How the person proved who they are.
    factors: Vec<String>,
    /// When it began.
    #[schema(format = DateTime)]
    created: String,
    /// When it was last used, about a minute late at most.
    #[schema(format = DateTime)]
    seen: String,
    /// When it ends, used or not.
    #[schema(format = DateTime)]
    ends: String,
    /// The browser, as it names itself.
    device: String,
    /// The address it began from.
    address: String,
}

/// A person with what hangs on them.
#[derive(Serialize, ToSchema)]
#[schema(as = UserRecord)]
pub(super) struct RecordView {
    /// The person.
    #[serde(flatten)]
    user: UserView,
    /// Where they are members.
    places: Vec<PlaceView>,
    /// Where they are signed in, the last begun first.
    sessions: Vec<SessionView>,
}

impl From<(Member, Account)> for PlaceView {
    fn from((member, account): (Member, Account)) -> Self {
        Self {
            account: account.id.to_string(),
            name: account.name,
            member: member.id.to_string(),
            roles: member.roles,
        }
    }
}

impl From<Session> for SessionView {
    fn from(session: Session) -> Self {
        Self {
            id: session.id.to_string(),
            complete: session.complete,
            factors: session.factors,
            created: time(session.created),
            seen: time(session.seen),
            ends: time(session.ends),
            device: session.device,
            address: session.address,
        }
    }
}

/// Which people; every parameter narrows.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Only those who run the place.
    #[param(value_type = Option<bool>)]
    operators: Option<String>,
    /// Who has this address.
    email: Option<String>,
    /// How many at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
}

/// A new operator.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewUser {
    /// E-mail address, which no other person has.
    email: String,
    /// 1 to 200 characters.
    name: String,
}

/// What is to become of a person; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserChange {
    /// 1 to 200 characters.
    name: Option<String>,
    /// Whether the address is known to be read by this person.
    email_verified: Option<bool>,
    /// All that clients may be told besides address and name, from now on: claims that some scope opens.
    #[schema(value_type = Option<Object>)]
    claims: Option<Claims>,
}

/// People who sign in, by id.
#[utoipa::path(get, path = "/api/v1/users", operation_id = "listUsers", tag = "users", params(Which),
    responses((status = 200, description = "A page", body = PageView<UserView>)))]
pub(super) async fn list(Of(desk): Of<Arc<Desk>>, Asked(which): Asked<Which>) -> Answer {
    let page = ask::page(which.limit.as_deref(), which.after)?;
    let operators = ask::yes_or_no("operators", which.operators.as_deref())?.unwrap_or(false);
    let Some(email) = which.email else {
        return listed::<_, UserView>(user::list(&desk, operators, &page).await?);
    };
    let found = match user::find(&desk, &email).await? {
        Ok(found) => Some(found),
        Err(tollgate_issuer::registry::No::NotFound(_)) => None,
        Err(no) => return Err(no.into()),
    };
    let found = found.filter(|user| user.operator || !operators);
    whole::<_, UserView>(found.into_iter().collect())
}

/// Invites an operator: a person who signs in to the operators' desk. The mail holds a link to choose a password with.
#[utoipa::path(post, path = "/api/v1/users", operation_id = "inviteOperator", tag = "users",
    request_body = NewUser, responses((status = 201, description = "Invited", body = UserView)))]
pub(super) async fn invite(Of(desk): Of<Arc<Desk>>, by: By, Body(ask): Body<NewUser>) -> Answer {
    let made = done(people::link::invite_operator(&desk, by.asker(), &ask.email, &ask.name).await)?;
    let (version, place) = (made.version, format!("/api/v1/users/{}", made.id));
    created(&UserView::from(made), version, &place)
}

/// A person who signs in, where they are members and where they are signed in.
#[utoipa::path(get, path = "/api/v1/users/{id}", operation_id = "showUser", tag = "users",
    params(("id" = String, Path, description = "The person")),
    responses((status = 200, description = "The person", body = RecordView)))]
pub(super) async fn show(Of(desk): Of<Arc<Desk>>, Id(id): Id, _: Asked<Nothing>) -> Answer {
    let held = done(user::show(&desk, &UserId::new(id)).await)?;
    let version = held.user.version;
    let view = RecordView {
        user: held.user.into(),
        places: word::each(held.places),
        sessions: word::each(held.sessions),
    };
    shown(&view, version)
}

/// Changes a person's name and claims. Clients learn of it at their next look.
#[utoipa::path(patch, path = "/api/v1/users/{id}", operation_id = "reviseUser", tag = "users",
    params(("id" = String, Path, description = "The person"), ("If-Match" = Option<String>, Header, description = "Its ETag")),
    request_body = UserChange, responses((status = 200, description = "As it is now", body = UserView)))]
pub(super) async fn revise(
    Of(desk): Of<Arc<Desk>>,
    by: By,
    Id(id): Id,
    Seen(seen): Seen,
    Body(ask): Body<UserChange>,
) -> Answer {
    let ask = user::Revise {
        name: ask.name,
        email_verified: ask.email_verified,
        claims: ask.claims,
        seen,
    };
    let revised = done(user::revise(&desk, by.asker(), &UserId::new(id), &ask).await)?;
    let version = revised.version;
    shown(&UserView::from(revised), version)
}

/// Sends the invitation again to somebody who has no password yet. The link of the first works no more.
#[utoipa::path(post, path = "/api/v1/users/{id}/invitation", operation_id = "inviteUserAgain", tag = "users",
    params(("id" = String, Path, description = "The person")),
    responses((status = 204, description = "The mail is on its way")))]
pub(super) async fn invite_again(Of(desk): Of<Arc<Desk>>, by: By, Id(id): Id) -> Answer {
    done(user::resend_invitation(&desk, by.asker(), &UserId::new(id)).await)?;
    Ok(nothing())
}

/// Disables a person, who is signed out everywhere. The last operator who can sign in cannot be.
#[utoipa::path(post, path = "/api/v1/users/{id}/disable", operation_id = "disableUser", tag = "users",
    params(("id" = String, Path, description = "The person")),
    responses((status = 200, description = "As it is now", body = UserView)))]
pub(super) async fn disable(Of(desk): Of<Arc<Desk>>, by: By, Id(id): Id) -> Answer {
    changed(&desk, &by, id, State::Disabled).await
}

/// Enables a person again.
#[utoipa::path(post, path = "/api/v1/users/{id}/enable", operation_id = "enableUser", tag = "users",
    params(("id" = String, Path, description = "The person")),
    responses((status = 200, description = "As it is now", body = UserView)))]
pub(super) async fn enable(Of(desk): Of<Arc<Desk>>, by: By, Id(id): Id) -> Answer {
    changed(&desk, &by, id, State::Active).await
}

async fn changed(desk: &Desk, by: &By, id: String, state: State) -> Answer {
    let held = done(user::set_state(desk, by.asker(), &UserId::new(id), state).await)?;
    let version = held.version;
    shown(&UserView::from(held), version)
}

/// Signs a person out everywhere.
#[utoipa::path(post, path = "/api/v1/users/{id}/end-sessions", operation_id = "endSessions", tag = "users",
    params(("id" = String, Path, description = "The person")),
    responses((status = 204, description = "No session of this person opens anything")))]
pub(super) async fn end_sessions(Of(desk): Of<Arc<Desk>>, by: By, Id(id): Id) -> Answer {
    done(user::end_sessions(&desk, by.asker(), &UserId::new(id)).await)?;
    Ok(nothing())
}

/// Takes a person's second factor away, who is signed out everywhere and told by mail. Make sure who asks for it.
#[utoipa::path(post, path = "/api/v1/users/{id}/reset-second-factor", operation_id = "resetSecondFactor", tag = "users",
    params(("id" = String, Path, description = "The person")),
    responses((status = 200, description = "As it is now", body = UserView)))]
pub(super) async fn reset_second_factor(Of(desk): Of<Arc<Desk>>, by: By, Id(id): Id) -> Answer {
    let held = done(user::reset_second_factor(&desk, by.asker(), &UserId::new(id)).await)?;
    let version = held.version;
    shown(&UserView::from(held), version)
}
