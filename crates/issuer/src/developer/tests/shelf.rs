//! A store in memory for these tests: it keeps what the developer section touches under the conditions that matter
//! here, and has nothing of the rest. The laws of the real ones are held elsewhere.

use crate::desk::Desk;
use crate::guessing::Guesses;
use crate::keyring::Keyring;
use crate::memory::Memory;
use crate::people::bench::Bench;
use crate::registry::facts::{self, NOW};
use crate::rights::{Officer, Seat, SignedIn, desk_officer, seat, visit};
use crate::tally::Tally;
use crate::terms::{KeyTerms, Terms};
use std::sync::{Arc, Mutex};
use tollgate_keys::chance::Fixed;
use tollgate_keys::seal::MasterKey;
use tollgate_model::application::ApplicationState;
use tollgate_model::call::CallFilter;
use tollgate_model::event::EventFilter;
use tollgate_model::moment::Clock;
use tollgate_model::*;

#[derive(Clone, Default)]
pub(super) struct Held {
    pub(super) accounts: Vec<Account>,
    pub(super) members: Vec<Member>,
    pub(super) apis: Vec<Api>,
    pub(super) records: Vec<ClientRecord>,
    pub(super) ended: Vec<Secret>,
    pub(super) sealed: Vec<(SecretId, Vec<u8>)>,
    pub(super) keys: Vec<SigningKeyRow>,
    pub(super) applications: Vec<Application>,
    pub(super) events: Vec<Event>,
    pub(super) revoked: Vec<Revocation>,
    pub(super) mailed: Vec<String>,
}

#[derive(Default)]
pub(super) struct Shelf(pub(super) Mutex<Held>);

impl Held {
    fn record(&mut self, id: &ClientId) -> Option<&mut ClientRecord> {
        self.records.iter_mut().find(|record| record.client.id == *id)
    }

    /// None: the condition does not hold.
    fn put(&mut self, change: Change) -> Option<()> {
        match change {
            Change::AddClient(client) => {
                let account = self.accounts.iter().find(|account| account.id == client.account)?;
                let record = ClientRecord {
                    account: account.clone(),
                    client,
                    secrets: Vec::new(),
                    grants: Vec::new(),
                };
                self.records.push(record);
            }
            Change::ReviseClient { client, was } => {
                let record = self.record(&client.id).filter(|record| record.client.version == was)?;
                record.client = Client {
                    version: was + 1,
                    ..client
                };
            }
            Change::AddSecret(secret) => self.record(&secret.client)?.secrets.push(secret),
            Change::RevokeSecret { id, client, at } => {
                let record = self.record(&client)?;
                let place = record.secrets.iter().position(|secret| secret.id == id)?;
                let ended = Secret {
                    revoked: Some(at),
                    ..record.secrets.remove(place)
                };
                self.ended.push(ended);
            }
            Change::SealSecret { id, sealed } => self.sealed.push((id, sealed)),
            Change::PutGrant(grant) => {
                let record = self.record(&grant.client)?;
                record.grants.retain(|held| held.api != grant.api);
                record.grants.push(grant);
            }
            Change::RemoveGrant { client, api } => self.record(&client)?.grants.retain(|held| held.api != api),
            Change::ReviseMember { member, was } => {
                let held = self.members.iter_mut().find(|held| held.id == member.id);
                *held.filter(|held| held.version == was)? = Member {
                    version: was + 1,
                    ..member
                };
            }
            Change::RemoveMember { id, .. } => self.members.retain(|member| member.id != id),
            Change::AddMember(member) => self.members.push(member),
            Change::AddApplication(application) => self.applications.push(application),
            Change::ReviseApplication { application, was } => {
                let held = self.applications.iter_mut().find(|held| held.id == application.id);
                *held.filter(|held| held.version == was)? = Application {
                    version: was + 1,
                    ..application
                };
            }
            Change::Revoke(revocation) => self.revoked.push(revocation),
            Change::AddMail(mail) => self.mailed.push(mail.to),
            Change::Record(event) => self.events.push(event),
            _ => {}
        }
        Some(())
    }
}

fn here<'a, T: Send + 'a>(value: T) -> Answer<'a, Result<T, Fault>> {
    Box::pin(async move { Ok(value) })
}

fn page<T>(items: Vec<T>) -> Listed<T> {
    Listed { items, next: None }
}

impl Shelf {
    fn read<T>(&self, look: impl FnOnce(&Held) -> T) -> T {
        look(&self.0.lock().unwrap())
    }
}

impl Store for Shelf {
    fn keep(&self, changes: Vec<Change>) -> Answer<'_, Result<Kept, Fault>> {
        let mut held = self.0.lock().unwrap();
        let mut then = held.clone();
        let whole = changes.into_iter().try_for_each(|change| then.put(change));
        here(match whole {
            Some(()) => {
                *held = then;
                Kept::Done
            }
            None => Kept::Stale,
        })
    }
    fn client<'a>(&'a self, id: &'a ClientId) -> Answer<'a, Result<Option<ClientRecord>, Fault>> {
        here(self.read(|held| held.records.iter().find(|record| record.client.id == *id).cloned()))
    }
    fn clients<'a>(&'a self, of: Option<&'a AccountId>, _: &'a Page) -> Answer<'a, Result<Listed<Client>, Fault>> {
        let clients = self.read(|held| {
            held.records
                .iter()
                .map(|record| record.client.clone())
                .collect::<Vec<_>>()
        });
        let mine = |client: &Client| of.is_none_or(|of| client.account == *of);
        here(page(clients.into_iter().filter(mine).collect()))
    }
    fn secrets<'a>(&'a self, client: &'a ClientId) -> Answer<'a, Result<Vec<Secret>, Fault>> {
        here(self.read(|held| {
            let living = held.records.iter().flat_map(|record| &record.secrets);
            let all = held.ended.iter().chain(living);
            all.filter(|secret| secret.client == *client).cloned().collect()
        }))
    }
    fn account<'a>(&'a self, id: &'a AccountId) -> Answer<'a, Result<Option<Account>, Fault>> {
        here(self.read(|held| held.accounts.iter().find(|account| account.id == *id).cloned()))
    }
    fn accounts<'a>(&'a self, _: &'a Page) -> Answer<'a, Result<Listed<Account>, Fault>> {
        here(page(self.read(|held| held.accounts.clone())))
    }
    fn member<'a>(&'a self, id: &'a MemberId) -> Answer<'a, Result<Option<Member>, Fault>> {
        here(self.read(|held| held.members.iter().find(|member| member.id == *id).cloned()))
    }
    fn member_by_email<'a>(
        &'a self,
        account: &'a AccountId,
        email: &'a str,
    ) -> Answer<'a, Result<Option<Member>, Fault>> {
        let it = |member: &&Member| member.account == *account && member.email == email;
        here(self.read(|held| held.members.iter().find(it).cloned()))
    }
    fn members<'a>(&'a self, of: &'a AccountId, _: &'a Page) -> Answer<'a, Result<Listed<Member>, Fault>> {
        let mine = |member: &&Member| member.account == *of;
        here(page(
            self.read(|held| held.members.iter().filter(mine).cloned().collect()),
        ))
    }
    fn apis(&self) -> Answer<'_, Result<Vec<Api>, Fault>> {
        here(self.read(|held| held.apis.clone()))
    }
    fn routes(&self) -> Answer<'_, Result<Vec<Route>, Fault>> {
        here(Vec::new())
    }
    fn signing_keys(&self) -> Answer<'_, Result<Vec<SigningKeyRow>, Fault>> {
        here(self.read(|held| held.keys.clone()))
    }
    fn operator<'a>(&'a self, _: &'a str) -> Answer<'a, Result<Option<Operator>, Fault>> {
        here(None)
    }
    fn operators(&self) -> Answer<'_, Result<Vec<Operator>, Fault>> {
        here(Vec::new())
    }
    fn revocations(&self, _: Moment) -> Answer<'_, Result<Vec<Revocation>, Fault>> {
        here(self.read(|held| held.revoked.clone()))
    }
    fn events<'a>(&'a self, filter: &'a EventFilter, _: &'a Page) -> Answer<'a, Result<Listed<Event>, Fault>> {
        let it = |event: &&Event| {
            let kind = filter.kind.as_ref().is_none_or(|kind| event.kind == *kind);
            kind && filter.subject.as_ref().is_none_or(|subject| event.subject == *subject)
        };
        here(page(
            self.read(|held| held.events.iter().filter(it).rev().cloned().collect()),
        ))
    }
    fn usage<'a>(&'a self, _: &'a ClientId) -> Answer<'a, Result<Vec<Usage>, Fault>> {
        here(Vec::new())
    }
    fn allowance<'a>(&'a self, _: &'a str) -> Answer<'a, Result<Option<Allowance>, Fault>> {
        here(None)
    }
    fn client_lines<'a>(
        &'a self,
        filter: &'a ClientFilter,
        _: Moment,
        _: &'a Page,
    ) -> Answer<'a, Result<Listed<ClientLine>, Fault>> {
        let mine = |record: &&ClientRecord| filter.account.as_ref().is_none_or(|of| record.client.account == *of);
        let line = |record: &ClientRecord| ClientLine {
            client: record.client.clone(),
            account_name: record.account.name.clone(),
            last_used: None,
            secrets_alive: 0,
        };
        here(page(
            self.read(|held| held.records.iter().filter(mine).map(line).collect()),
        ))
    }
    fn sealed_secret<'a>(&'a self, id: &'a SecretId) -> Answer<'a, Result<Option<Vec<u8>>, Fault>> {
        let it = |(held, _): &&(SecretId, Vec<u8>)| held == id;
        here(self.read(|held| held.sealed.iter().find(it).map(|(_, sealed)| sealed.clone())))
    }
    fn secrets_expiring(&self, _: Moment, _: Moment) -> Answer<'_, Result<Vec<Secret>, Fault>> {
        here(Vec::new())
    }
    fn accounts_like<'a>(&'a self, _: &'a str, _: &'a Page) -> Answer<'a, Result<Listed<Account>, Fault>> {
        here(page(Vec::new()))
    }
    fn memberships<'a>(&'a self, email: &'a str) -> Answer<'a, Result<Vec<(Member, Account)>, Fault>> {
        here(self.read(|held| {
            let of = |member: &Member| {
                held.accounts
                    .iter()
                    .find(|account| account.id == member.account)
                    .cloned()
            };
            let mine = held.members.iter().filter(|member| member.email == email);
            mine.filter_map(|member| Some((member.clone(), of(member)?))).collect()
        }))
    }
    fn user<'a>(&'a self, id: &'a UserId) -> Answer<'a, Result<Option<User>, Fault>> {
        // Everybody who signs in here is called after their address; those of the vendor's are operators.
        let email = id.as_str().strip_prefix("usr_").map(str::to_owned);
        here(email.map(|email| signed_in(&email, email.ends_with("@vendor.example")).user))
    }
    fn user_by_email<'a>(&'a self, _: &'a str) -> Answer<'a, Result<Option<User>, Fault>> {
        here(None)
    }
    fn users<'a>(&'a self, _: bool, _: &'a Page) -> Answer<'a, Result<Listed<User>, Fault>> {
        here(page(Vec::new()))
    }
    fn session<'a>(&'a self, _: &'a str) -> Answer<'a, Result<Option<(Session, User)>, Fault>> {
        here(None)
    }
    fn sessions<'a>(&'a self, _: &'a UserId) -> Answer<'a, Result<Vec<Session>, Fault>> {
        here(Vec::new())
    }
    fn link<'a>(&'a self, _: &'a str) -> Answer<'a, Result<Option<Link>, Fault>> {
        here(None)
    }
    fn mails_due(&self, _: Moment) -> Answer<'_, Result<Vec<Mail>, Fault>> {
        here(Vec::new())
    }
    fn mails<'a>(&'a self, _: &'a Page) -> Answer<'a, Result<Listed<Mail>, Fault>> {
        here(page(Vec::new()))
    }
    fn mail<'a>(&'a self, _: &'a MailId) -> Answer<'a, Result<Option<Mail>, Fault>> {
        here(None)
    }
    fn hooks<'a>(&'a self, _: &'a AccountId) -> Answer<'a, Result<Vec<Hook>, Fault>> {
        here(Vec::new())
    }
    fn hook<'a>(&'a self, _: &'a HookId) -> Answer<'a, Result<Option<Hook>, Fault>> {
        here(None)
    }
    fn deliveries<'a>(&'a self, _: &'a HookId, _: &'a Page) -> Answer<'a, Result<Listed<Delivery>, Fault>> {
        here(page(Vec::new()))
    }
    fn delivery<'a>(&'a self, _: &'a DeliveryId) -> Answer<'a, Result<Option<Delivery>, Fault>> {
        here(None)
    }
    fn deliveries_due(&self, _: Moment) -> Answer<'_, Result<Vec<Delivery>, Fault>> {
        here(Vec::new())
    }
    fn alerts<'a>(&'a self, _: &'a AccountId, _: &'a Page) -> Answer<'a, Result<Listed<Alert>, Fault>> {
        here(page(Vec::new()))
    }
    fn applications<'a>(
        &'a self,
        of: Option<&'a AccountId>,
        state: Option<ApplicationState>,
        _: &'a Page,
    ) -> Answer<'a, Result<Listed<Application>, Fault>> {
        let it =
            |one: &&Application| of.is_none_or(|of| one.account == *of) && state.is_none_or(|state| one.state == state);
        here(page(
            self.read(|held| held.applications.iter().filter(it).cloned().collect()),
        ))
    }
    fn application<'a>(&'a self, id: &'a ApplicationId) -> Answer<'a, Result<Option<Application>, Fault>> {
        here(self.read(|held| held.applications.iter().find(|one| one.id == *id).cloned()))
    }
    fn calls<'a>(&'a self, _: &'a CallFilter, _: &'a Page) -> Answer<'a, Result<Listed<Call>, Fault>> {
        here(page(Vec::new()))
    }
    fn audit_head(&self) -> Answer<'_, Result<AuditHead, Fault>> {
        unreachable!("nothing here asks for the chain")
    }
    fn audit_after(&self, _: i64) -> Answer<'_, Result<Vec<Event>, Fault>> {
        here(Vec::new())
    }
    fn checkpoints(&self, _: i64) -> Answer<'_, Result<Vec<Checkpoint>, Fault>> {
        here(Vec::new())
    }
    fn head(&self) -> Answer<'_, Result<Seq, Fault>> {
        here(0)
    }
    fn log_after(&self, _: Seq) -> Answer<'_, Result<Followed, Fault>> {
        here(Followed::News { notices: Vec::new() })
    }
    fn stirred(&self, _: Seq) -> Answer<'_, ()> {
        Box::pin(async {})
    }
}

struct Still;

impl Clock for Still {
    fn now(&self) -> Moment {
        NOW
    }
}

/// A desk under these terms, with two firms (`acc_1`, `acc_2`), a client of each (`client-one`, `client-two`), and in
/// each a member of every role: `ann` is admin, `dan` developer, `vic` viewer, with an address per firm.
pub(super) async fn desk(terms: Terms) -> (Arc<Desk>, Arc<Shelf>) {
    let master = MasterKey::generate(&Fixed::new(11)).unwrap();
    let keyring = Keyring::new(master.sealer().unwrap());
    let times = KeyTerms {
        publish_ahead: 600,
        leeway: 60,
    };
    let api = facts::api();
    let past = NOW.plus(-100_000);
    let (_, turned) = keyring.turn(api.algorithm, 3600, times, &Fixed::new(12), past).unwrap();
    let mut held = Held {
        apis: vec![api],
        ..Held::default()
    };
    held.keys.extend(turned.into_iter().filter_map(|change| match change {
        Change::AddKey(row) => Some(row),
        _ => None,
    }));
    for (firm, client) in [("1", "client-one"), ("2", "client-two")] {
        let account = Account {
            id: AccountId::new(format!("acc_{firm}")),
            ..facts::account()
        };
        for (name, role) in [("ann", "Admin"), ("dan", "Developer"), ("vic", "Viewer")] {
            held.members.push(Member {
                id: MemberId::new(format!("mem_{name}{firm}")),
                account: account.id.clone(),
                email: format!("{name}@firm{firm}.example"),
                roles: vec![role.into()],
                ..facts::member()
            });
        }
        let mut record = facts::record(Vec::new());
        record.client.id = ClientId::new(client);
        record.client.account = account.id.clone();
        record.account = account.clone();
        for grant in &mut record.grants {
            grant.client = record.client.id.clone();
        }
        held.records.push(record);
        held.accounts.push(account);
    }
    let shelf = Arc::new(Shelf(Mutex::new(held)));
    let store: Arc<dyn Store> = shelf.clone();
    let desk = Desk {
        terms,
        memory: Memory::new(Arc::clone(&store), Arc::new(keyring)),
        store,
        guesses: Guesses::default(),
        tally: Tally::default(),
        digests: master.digest_key().unwrap(),
        sealer: master.sealer().unwrap(),
        audit: master.audit_key().unwrap(),
        bench: Bench::default(),
        entropy: Arc::new(Fixed::new(13)),
        clock: Arc::new(Still),
    };
    desk.memory.learn(NOW).await.unwrap();
    (Arc::new(desk), shelf)
}

fn signed_in(email: &str, operator: bool) -> SignedIn {
    let id = UserId::new(format!("usr_{email}"));
    SignedIn {
        session: Session {
            id: SessionId::new("ses_1"),
            digest: String::new(),
            user: id.clone(),
            complete: true,
            account: None,
            factors: Vec::new(),
            created: NOW,
            seen: NOW,
            proved: NOW,
            ends: NOW.plus(3600),
            device: String::new(),
            address: String::new(),
        },
        user: User {
            id,
            email: email.to_owned(),
            name: "Somebody".to_owned(),
            password: None,
            totp: None,
            recovery: Vec::new(),
            operator,
            state: State::Active,
            created: NOW,
            version: 1,
        },
    }
}

/// The seat of the member with this address.
pub(super) async fn sits(desk: &Desk, email: &str) -> Seat {
    seat(desk, signed_in(email, false)).await.unwrap().unwrap()
}

/// The same, with the password last shown at `proved`.
pub(super) async fn sits_since(desk: &Desk, email: &str, proved: Moment) -> Seat {
    let mut who = signed_in(email, false);
    who.session.proved = proved;
    seat(desk, who).await.unwrap().unwrap()
}

/// An operator who looks after the first firm.
pub(super) async fn visits(desk: &Desk) -> Seat {
    let officer: Officer = desk_officer(signed_in("oli@vendor.example", true)).unwrap();
    visit(desk, &officer, &AccountId::new("acc_1")).await.unwrap().unwrap()
}
