//! What a person who signed in may do, and with whose things.
//!
//! The types here are proofs. A page that shows a client has an [`Owned`] client; nobody has one but who went through
//! [`Seat::owns`], and there a foreign account's client is simply not found.

use crate::desk::Desk;
use crate::registry::{Asker, No, Registered};
use crate::terms::console::{ConsoleTerms, Roles};
use tollgate_model::event::Actor;
use tollgate_model::{Account, AccountId, ClientId, ClientRecord, Fault, Member, Session, State, User};

/// What a member may do in an account's developer section. Each may do what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Looks, and changes nothing.
    Viewer,
    /// Makes clients and secrets.
    Developer,
    /// Also invites members and decides what they may.
    Admin,
}

impl Role {
    /// The word for people.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Developer => "API developer",
            Self::Admin => "account admin",
        }
    }
}

/// Somebody who signed in, with every factor. Only `people::session::resume` makes one.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub(crate) user: User,
    pub(crate) session: Session,
}

impl SignedIn {
    /// Who.
    #[must_use]
    pub const fn user(&self) -> &User {
        &self.user
    }

    /// At which browser.
    #[must_use]
    pub const fn session(&self) -> &Session {
        &self.session
    }

    /// As the registry wants to know it.
    #[must_use]
    pub fn asker(&self, request: &str) -> Asker {
        Asker {
            actor: Actor::User(self.user.id.to_string()),
            request: Some(request.to_owned()),
        }
    }
}

/// Somebody who signed in and works for those who run the place. Only [`desk_officer`] makes one.
#[derive(Clone, Debug)]
pub struct Officer(SignedIn);

impl Officer {
    /// Who.
    #[must_use]
    pub const fn signed_in(&self) -> &SignedIn {
        &self.0
    }
}

/// The officer, if that is what this person is.
#[must_use]
pub fn desk_officer(who: SignedIn) -> Option<Officer> {
    who.user.operator.then_some(Officer(who))
}

/// A person's place in an account that is in view. Only [`seat`] and [`visit`] make one.
#[derive(Clone, Debug)]
pub struct Seat {
    who: SignedIn,
    account: Account,
    member: Option<Member>,
    role: Role,
}

/// Why somebody has no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSeat {
    /// Not a member of any active account, or not of this one.
    Nowhere,
    /// A member of several accounts, none of which is in view.
    Choose,
    /// The account does not have the product, or the member none of the roles that open the section.
    Closed,
}

/// The place of somebody who signed in: in the account in view, or in the only one there is.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn seat(desk: &Desk, who: SignedIn) -> Result<Result<Seat, NoSeat>, Fault> {
    let places = desk.store.memberships(&who.user.email).await?;
    Ok(decide(who, places, &desk.terms.console))
}

fn decide(who: SignedIn, places: Vec<(Member, Account)>, terms: &ConsoleTerms) -> Result<Seat, NoSeat> {
    let mut open: Vec<_> = places
        .into_iter()
        .filter(|(member, account)| member.state == State::Active && account.state == State::Active)
        .collect();
    let (member, account) = match &who.session.account {
        Some(view) => open
            .into_iter()
            .find(|(_, account)| account.id == *view)
            .ok_or(NoSeat::Nowhere)?,
        None if open.len() > 1 => return Err(NoSeat::Choose),
        None => open.pop().ok_or(NoSeat::Nowhere)?,
    };
    // SS-5: who does not have the product has no credentials for it.
    if account.apis.as_ref().is_some_and(Vec::is_empty) {
        return Err(NoSeat::Closed);
    }
    let role = role(&member.roles, &terms.roles).ok_or(NoSeat::Closed)?;
    Ok(Seat {
        who,
        account,
        member: Some(member),
        role,
    })
}

/// An operator looks after an account as its admin would.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn visit(desk: &Desk, officer: &Officer, account: &AccountId) -> Registered<Seat> {
    Ok(match desk.store.account(account).await? {
        Some(account) => Ok(Seat {
            who: officer.0.clone(),
            account,
            member: None,
            role: Role::Admin,
        }),
        None => Err(No::NotFound("account")),
    })
}

/// The highest role that the words a member holds open; none: the section stays shut (SS-6).
#[must_use]
pub fn role(held: &[String], terms: &Roles) -> Option<Role> {
    let any = |names: &[String]| held.iter().any(|word| names.contains(word));
    if terms.admin.is_empty() && terms.developer.is_empty() && terms.viewer.is_empty() {
        return Some(Role::Developer);
    }
    if any(&terms.admin) {
        Some(Role::Admin)
    } else if any(&terms.developer) {
        Some(Role::Developer)
    } else if any(&terms.viewer) {
        Some(Role::Viewer)
    } else {
        None
    }
}

/// A client of the account in view, with its secrets and grants.
#[derive(Clone, Debug)]
pub struct Owned(ClientRecord);

impl Owned {
    /// What is on record of it.
    #[must_use]
    pub const fn record(&self) -> &ClientRecord {
        &self.0
    }
}

impl Seat {
    /// Who.
    #[must_use]
    pub const fn who(&self) -> &SignedIn {
        &self.who
    }

    /// In which account.
    #[must_use]
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// As which member; none for an operator who looks after the account.
    #[must_use]
    pub const fn member(&self) -> Option<&Member> {
        self.member.as_ref()
    }

    /// As what.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Whether this place is at least that of `role`.
    #[must_use]
    pub fn may(&self, role: Role) -> bool {
        self.role >= role
    }

    /// The client, if it is the account's.
    ///
    /// # Errors
    /// A [`Fault`] of the store.
    pub async fn owns(&self, desk: &Desk, id: &ClientId) -> Registered<Owned> {
        Ok(match desk.store.client(id).await? {
            Some(record) if record.client.account == self.account.id => Ok(Owned(record)),
            _ => Err(No::NotFound("client")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::facts::{NOW, signed_in};
    use tollgate_model::{ApiId, MemberId, Moment};

    fn place(account: &str, roles: &[&str]) -> (Member, Account) {
        let member = Member {
            id: MemberId::new(format!("mem_{account}")),
            account: AccountId::new(account),
            email: "ann@firm.example".into(),
            name: "Ann".into(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            state: State::Active,
            created: NOW,
            version: 1,
        };
        let account = Account {
            id: AccountId::new(account),
            name: "Firm".into(),
            state: State::Active,
            apis: None,
            live: true,
            plan: None,
            created: Moment(0),
            version: 1,
        };
        (member, account)
    }

    fn terms() -> ConsoleTerms {
        let mut terms = ConsoleTerms::at("https://auth.example/console");
        terms.roles = Roles {
            admin: vec!["Admin user group".into()],
            developer: vec!["Suite - API Developer".into()],
            viewer: vec!["Reader".into()],
        };
        terms
    }

    fn viewing(account: &str) -> SignedIn {
        let mut who = signed_in();
        who.session.account = Some(AccountId::new(account));
        who
    }

    /// SS-5, SS-6: the highest role that is held counts; who holds none of them finds the section shut.
    #[test]
    fn roles_open_the_section() {
        for (held, opened) in [
            (&["Reader"][..], Some(Role::Viewer)),
            (&["Suite - API Developer", "Reader"], Some(Role::Developer)),
            (&["Reader", "Admin user group"], Some(Role::Admin)),
            (&["admin user group"], None),
            (&[], None),
        ] {
            let seat = decide(signed_in(), vec![place("acc_1", held)], &terms());
            assert_eq!(seat.map(|seat| seat.role()).ok(), opened, "{held:?}");
        }
        let everybody = ConsoleTerms::at("https://auth.example/console");
        let seat = decide(signed_in(), vec![place("acc_1", &[])], &everybody).unwrap();
        assert!(seat.may(Role::Developer) && !seat.may(Role::Admin));
    }

    /// SS-5: who does not have the product has no credentials for it.
    #[test]
    fn an_account_without_apis_finds_the_section_shut() {
        let mut without = place("acc_1", &["Reader"]);
        without.1.apis = Some(Vec::new());
        let no = decide(signed_in(), vec![without.clone()], &terms()).unwrap_err();
        assert_eq!(no, NoSeat::Closed);
        without.1.apis = Some(vec![ApiId::new("docs")]);
        assert!(decide(signed_in(), vec![without], &terms()).is_ok());
    }

    /// CO4, AT16: the account in view is one of the person's own, or there is no place.
    #[test]
    fn a_foreign_account_in_view_is_no_place() {
        let places = || vec![place("acc_1", &["Reader"]), place("acc_2", &["Admin user group"])];
        let seat = decide(viewing("acc_2"), places(), &terms()).unwrap();
        assert_eq!((seat.account().id.as_str(), seat.role()), ("acc_2", Role::Admin));
        assert_eq!(
            decide(viewing("acc_9"), places(), &terms()).unwrap_err(),
            NoSeat::Nowhere
        );
        assert_eq!(decide(signed_in(), places(), &terms()).unwrap_err(), NoSeat::Choose);
        assert_eq!(decide(signed_in(), Vec::new(), &terms()).unwrap_err(), NoSeat::Nowhere);
    }

    /// RT6, AT13: a disabled member, and a member of a disabled account, has no place there.
    #[test]
    fn what_is_disabled_is_no_place() {
        let mut member = place("acc_1", &["Reader"]);
        member.0.state = State::Disabled;
        let mut account = place("acc_2", &["Reader"]);
        account.1.state = State::Disabled;
        let places = vec![member, account];
        assert_eq!(
            decide(viewing("acc_1"), places.clone(), &terms()).unwrap_err(),
            NoSeat::Nowhere
        );
        assert_eq!(decide(viewing("acc_2"), places, &terms()).unwrap_err(), NoSeat::Nowhere);
    }

    /// CO4: the operators' desk opens to operators, and to nobody else.
    #[test]
    fn only_an_operator_is_an_officer() {
        assert!(desk_officer(signed_in()).is_none());
        let mut who = signed_in();
        who.user.operator = true;
        assert!(desk_officer(who).is_some());
    }
}
