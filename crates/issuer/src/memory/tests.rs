use super::*;
use crate::terms::KeyTerms;
use std::collections::VecDeque;
use std::pin::pin;
use tokio::sync::Notify;
use tollgate_keys::chance::Fixed;
use tollgate_keys::seal::MasterKey;
use tollgate_model::application::ApplicationState;
use tollgate_model::call::CallFilter;
use tollgate_model::event::EventFilter;
use tollgate_model::{
    Account, AccountId, Alert, Allowance, Answer, Api, Application, ApplicationId, AuditHead, Authorization,
    AuthorizationId, Call, Checkpoint, Client, ClientFilter, ClientLine, ClientRecord, Consent, ConsentId, Dated,
    Delivery, DeliveryId, Event, Farewell, Hook, HookId, Identity, LegacyCredential, LegacyUse, Link, Listed, Mail,
    MailId, Member, MemberId, Page, RefreshFamily, Revocation, Route, Secret, SecretId, Session, SessionId,
    SigningKeyRow, Usage, User, UserId,
};
use tollgate_protocol::jose::Algorithm;

const NOW: Moment = Moment(1_800_000_000);

/// A store that answers what it is told to, one reading after the other. All but the last of a list are slow: the
/// answer is there, and arrives when `go` says so.
#[derive(Default)]
struct Slow {
    keys: Mutex<VecDeque<Vec<SigningKeyRow>>>,
    apis: Mutex<VecDeque<Vec<Api>>>,
    reading: Notify,
    go: Notify,
}

impl Slow {
    async fn read<T: Default>(&self, answers: &Mutex<VecDeque<T>>) -> Result<T, Fault> {
        let (answer, last) = {
            let mut answers = answers.lock().unwrap();
            (answers.pop_front().unwrap_or_default(), answers.is_empty())
        };
        if !last {
            self.reading.notify_one();
            self.go.notified().await;
        }
        Ok(answer)
    }
}

/// Has `one` read the store, then `other` read it, then `one` go on.
async fn overtaken<T>(slow: &Slow, one: impl Future<Output = T>, other: impl Future<Output = T>) -> (T, T) {
    tokio::join!(one, async {
        slow.reading.notified().await;
        let mut other = pin!(other);
        let first = tokio::select! {
            biased;
            done = &mut other => Some(done),
            () = std::future::ready(()) => None,
        };
        slow.go.notify_one();
        match first {
            Some(done) => done,
            None => other.await,
        }
    })
}

fn keyring() -> Keyring {
    Keyring::new(MasterKey::generate(&Fixed::new(1)).unwrap().sealer().unwrap())
}

/// JW7: keys learned by one reader are not forgotten for what a slower one read before, until something changes again.
#[tokio::test]
async fn an_older_reading_of_the_keys_does_not_replace_a_newer_one() {
    let keyring = keyring();
    let terms = KeyTerms {
        publish_ahead: 600,
        leeway: 60,
    };
    let (_, changes) = keyring
        .turn(Algorithm::ES256, 3600, terms, &Fixed::new(2), NOW)
        .unwrap();
    let rows = changes.into_iter().filter_map(|change| match change {
        Change::AddKey(row) => Some(row),
        _ => None,
    });
    let slow = Slow::default();
    slow.keys.lock().unwrap().extend([Vec::new(), rows.collect()]);
    let (one, other) = overtaken(&slow, keyring.learn(&slow), keyring.learn(&slow)).await;
    one.unwrap();
    other.unwrap();
    assert_eq!(keyring.rows().len(), 1);
}

/// RL21: the same for APIs and routes: what this node changed stays known to it.
#[tokio::test]
async fn an_older_reading_of_the_catalogue_does_not_replace_a_newer_one() {
    let slow = Arc::new(Slow::default());
    let memory = Memory::new(Arc::<Slow>::clone(&slow), Arc::new(keyring()));
    slow.apis
        .lock()
        .unwrap()
        .extend([Vec::new(), vec![crate::registry::facts::api()]]);
    let (one, other) = overtaken(&slow, memory.learn_catalogue(), memory.learn_catalogue()).await;
    one.unwrap();
    other.unwrap();
    assert_eq!(memory.catalogue().apis.len(), 1);
}

impl Store for Slow {
    fn keep(&self, _changes: Vec<Change>) -> Answer<'_, Result<Kept, Fault>> {
        unreachable!()
    }

    fn client<'a>(&'a self, _id: &'a ClientId) -> Answer<'a, Result<Option<ClientRecord>, Fault>> {
        unreachable!()
    }

    fn clients<'a>(
        &'a self,
        _account: Option<&'a AccountId>,
        _page: &'a Page,
    ) -> Answer<'a, Result<Listed<Client>, Fault>> {
        unreachable!()
    }

    fn secrets<'a>(&'a self, _client: &'a ClientId) -> Answer<'a, Result<Vec<Secret>, Fault>> {
        unreachable!()
    }

    fn account<'a>(&'a self, _id: &'a AccountId) -> Answer<'a, Result<Option<Account>, Fault>> {
        unreachable!()
    }

    fn accounts<'a>(&'a self, _page: &'a Page) -> Answer<'a, Result<Listed<Account>, Fault>> {
        unreachable!()
    }

    fn member<'a>(&'a self, _id: &'a MemberId) -> Answer<'a, Result<Option<Member>, Fault>> {
        unreachable!()
    }

    fn member_by_email<'a>(
        &'a self,
        _account: &'a AccountId,
        _email: &'a str,
    ) -> Answer<'a, Result<Option<Member>, Fault>> {
        unreachable!()
    }

    fn members<'a>(&'a self, _account: &'a AccountId, _page: &'a Page) -> Answer<'a, Result<Listed<Member>, Fault>> {
        unreachable!()
    }

    fn apis(&self) -> Answer<'_, Result<Vec<Api>, Fault>> {
        Box::pin(self.read(&self.apis))
    }

    fn routes(&self) -> Answer<'_, Result<Vec<Route>, Fault>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn signing_keys(&self) -> Answer<'_, Result<Vec<SigningKeyRow>, Fault>> {
        Box::pin(self.read(&self.keys))
    }

    fn operator<'a>(&'a self, _digest: &'a str) -> Answer<'a, Result<Option<Operator>, Fault>> {
        unreachable!()
    }

    fn operators(&self) -> Answer<'_, Result<Vec<Operator>, Fault>> {
        unreachable!()
    }

    fn revocations(&self, _now: Moment) -> Answer<'_, Result<Vec<Revocation>, Fault>> {
        unreachable!()
    }

    fn events<'a>(&'a self, _filter: &'a EventFilter, _page: &'a Page) -> Answer<'a, Result<Listed<Event>, Fault>> {
        unreachable!()
    }

    fn usage<'a>(&'a self, _client: &'a ClientId) -> Answer<'a, Result<Vec<Usage>, Fault>> {
        unreachable!()
    }

    fn allowance<'a>(&'a self, _bucket: &'a str) -> Answer<'a, Result<Option<Allowance>, Fault>> {
        unreachable!()
    }

    fn transitions(&self) -> Answer<'_, Result<Vec<Dated>, Fault>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn legacy_credential<'a>(&'a self, _digest: &'a str) -> Answer<'a, Result<Option<LegacyCredential>, Fault>> {
        unreachable!()
    }

    fn legacy_credentials<'a>(
        &'a self,
        _account: Option<&'a AccountId>,
        _page: &'a Page,
    ) -> Answer<'a, Result<Listed<LegacyCredential>, Fault>> {
        unreachable!()
    }

    fn legacy_uses<'a>(
        &'a self,
        _account: Option<&'a AccountId>,
        _from_day: i64,
    ) -> Answer<'a, Result<Vec<LegacyUse>, Fault>> {
        unreachable!()
    }

    fn spent<'a>(&'a self, _slots: &'a [(String, Moment)]) -> Answer<'a, Result<Vec<i64>, Fault>> {
        unreachable!()
    }

    fn head(&self) -> Answer<'_, Result<Seq, Fault>> {
        unreachable!()
    }

    fn log_after(&self, _seq: Seq) -> Answer<'_, Result<Followed, Fault>> {
        unreachable!()
    }

    fn stirred(&self, _seq: Seq) -> Answer<'_, ()> {
        unreachable!()
    }

    fn client_lines<'a>(
        &'a self,
        _filter: &'a ClientFilter,
        _now: Moment,
        _page: &'a Page,
    ) -> Answer<'a, Result<Listed<ClientLine>, Fault>> {
        unreachable!()
    }

    fn sealed_secret<'a>(&'a self, _id: &'a SecretId) -> Answer<'a, Result<Option<Vec<u8>>, Fault>> {
        unreachable!()
    }

    fn secret<'a>(&'a self, _digest: &'a str) -> Answer<'a, Result<Option<Secret>, Fault>> {
        unreachable!()
    }

    fn secrets_expiring(&self, _from: Moment, _to: Moment) -> Answer<'_, Result<Vec<Secret>, Fault>> {
        unreachable!()
    }

    fn accounts_like<'a>(&'a self, _text: &'a str, _page: &'a Page) -> Answer<'a, Result<Listed<Account>, Fault>> {
        unreachable!()
    }

    fn memberships<'a>(&'a self, _email: &'a str) -> Answer<'a, Result<Vec<(Member, Account)>, Fault>> {
        unreachable!()
    }

    fn user<'a>(&'a self, _id: &'a UserId) -> Answer<'a, Result<Option<User>, Fault>> {
        unreachable!()
    }

    fn user_by_email<'a>(&'a self, _email: &'a str) -> Answer<'a, Result<Option<User>, Fault>> {
        unreachable!()
    }

    fn users<'a>(&'a self, _operators: bool, _page: &'a Page) -> Answer<'a, Result<Listed<User>, Fault>> {
        unreachable!()
    }

    fn session<'a>(&'a self, _digest: &'a str) -> Answer<'a, Result<Option<(Session, User)>, Fault>> {
        unreachable!()
    }

    fn sessions<'a>(&'a self, _user: &'a UserId) -> Answer<'a, Result<Vec<Session>, Fault>> {
        unreachable!()
    }

    fn link<'a>(&'a self, _digest: &'a str) -> Answer<'a, Result<Option<Link>, Fault>> {
        unreachable!()
    }

    fn mails_due(&self, _now: Moment) -> Answer<'_, Result<Vec<Mail>, Fault>> {
        unreachable!()
    }

    fn mails<'a>(&'a self, _page: &'a Page) -> Answer<'a, Result<Listed<Mail>, Fault>> {
        unreachable!()
    }

    fn mail<'a>(&'a self, _id: &'a MailId) -> Answer<'a, Result<Option<Mail>, Fault>> {
        unreachable!()
    }

    fn hooks<'a>(&'a self, _account: &'a AccountId) -> Answer<'a, Result<Vec<Hook>, Fault>> {
        unreachable!()
    }

    fn hook<'a>(&'a self, _id: &'a HookId) -> Answer<'a, Result<Option<Hook>, Fault>> {
        unreachable!()
    }

    fn deliveries<'a>(&'a self, _hook: &'a HookId, _page: &'a Page) -> Answer<'a, Result<Listed<Delivery>, Fault>> {
        unreachable!()
    }

    fn delivery<'a>(&'a self, _id: &'a DeliveryId) -> Answer<'a, Result<Option<Delivery>, Fault>> {
        unreachable!()
    }

    fn deliveries_due(&self, _now: Moment) -> Answer<'_, Result<Vec<Delivery>, Fault>> {
        unreachable!()
    }

    fn alerts<'a>(&'a self, _account: &'a AccountId, _page: &'a Page) -> Answer<'a, Result<Listed<Alert>, Fault>> {
        unreachable!()
    }

    fn applications<'a>(
        &'a self,
        _account: Option<&'a AccountId>,
        _state: Option<ApplicationState>,
        _page: &'a Page,
    ) -> Answer<'a, Result<Listed<Application>, Fault>> {
        unreachable!()
    }

    fn application<'a>(&'a self, _id: &'a ApplicationId) -> Answer<'a, Result<Option<Application>, Fault>> {
        unreachable!()
    }

    fn calls<'a>(&'a self, _filter: &'a CallFilter, _page: &'a Page) -> Answer<'a, Result<Listed<Call>, Fault>> {
        unreachable!()
    }

    fn audit_head(&self) -> Answer<'_, Result<AuditHead, Fault>> {
        unreachable!()
    }

    fn audit_after(&self, _seq: i64) -> Answer<'_, Result<Vec<Event>, Fault>> {
        unreachable!()
    }

    fn checkpoints(&self, _after: i64) -> Answer<'_, Result<Vec<Checkpoint>, Fault>> {
        unreachable!()
    }

    fn authorization<'a>(&'a self, _id: &'a AuthorizationId) -> Answer<'a, Result<Option<Authorization>, Fault>> {
        unreachable!()
    }

    fn authorization_by_code<'a>(&'a self, _digest: &'a str) -> Answer<'a, Result<Option<Authorization>, Fault>> {
        unreachable!()
    }

    fn authorizations_of<'a>(&'a self, _session: &'a SessionId) -> Answer<'a, Result<Vec<Authorization>, Fault>> {
        unreachable!()
    }

    fn consent<'a>(&'a self, _user: &'a UserId, _client: &'a ClientId) -> Answer<'a, Result<Option<Consent>, Fault>> {
        unreachable!()
    }

    fn consent_by_id<'a>(&'a self, _id: &'a ConsentId) -> Answer<'a, Result<Option<Consent>, Fault>> {
        unreachable!()
    }

    fn consents<'a>(
        &'a self,
        _user: &'a UserId,
        _page: &'a Page,
    ) -> Answer<'a, Result<Listed<(Consent, Client)>, Fault>> {
        unreachable!()
    }

    fn consents_at<'a>(&'a self, _client: &'a ClientId, _page: &'a Page) -> Answer<'a, Result<Listed<Consent>, Fault>> {
        unreachable!()
    }

    fn family<'a>(&'a self, _handle: &'a str) -> Answer<'a, Result<Option<(RefreshFamily, User)>, Fault>> {
        unreachable!()
    }

    fn families<'a>(&'a self, _consent: &'a ConsentId) -> Answer<'a, Result<Vec<RefreshFamily>, Fault>> {
        unreachable!()
    }

    fn identity<'a>(&'a self, _connection: &'a str, _subject: &'a str) -> Answer<'a, Result<Option<Identity>, Fault>> {
        unreachable!()
    }

    fn farewells_due(&self, _now: Moment) -> Answer<'_, Result<Vec<Farewell>, Fault>> {
        unreachable!()
    }
}
