//! The port to storage.

use crate::application::ApplicationState;
use crate::call::CallFilter;
use crate::event::EventFilter;
use crate::{
    Account, AccountId, Alert, Allowance, Answer, Api, Application, ApplicationId, AuditHead, Authorization,
    AuthorizationId, Call, Change, Checkpoint, Client, ClientFilter, ClientId, ClientLine, ClientRecord, Consent,
    ConsentId, Dated, Delivery, DeliveryId, Event, Farewell, Fault, Followed, Hook, HookId, Identity, Kept,
    LegacyCredential, LegacyUse, Link, Listed, Mail, MailId, Member, MemberId, Moment, Operator, Page, RefreshFamily,
    Revocation, Route, Secret, SecretId, Seq, Session, SessionId, SigningKeyRow, Usage, User, UserId,
};

/// What is on record, and the one way to change it. Both backends obey the same laws
/// (`tollgate_store::conformance`).
///
/// # Errors
/// Every method answers [`Fault`] when the storage cannot be reached or a record is damaged.
pub trait Store: Send + Sync {
    /// Keeps all changes in one transaction, or none. `Done` is said only when they are durable.
    fn keep(&self, changes: Vec<Change>) -> Answer<'_, Result<Kept, Fault>>;

    /// A client with its account, its secrets that are not revoked, and its grants, as of one moment.
    fn client<'a>(&'a self, id: &'a ClientId) -> Answer<'a, Result<Option<ClientRecord>, Fault>>;
    /// Clients by id, of one account or of all.
    fn clients<'a>(
        &'a self,
        account: Option<&'a AccountId>,
        page: &'a Page,
    ) -> Answer<'a, Result<Listed<Client>, Fault>>;
    /// Every secret of a client, the revoked ones too, oldest first.
    fn secrets<'a>(&'a self, client: &'a ClientId) -> Answer<'a, Result<Vec<Secret>, Fault>>;
    /// An account.
    fn account<'a>(&'a self, id: &'a AccountId) -> Answer<'a, Result<Option<Account>, Fault>>;
    /// Accounts by id.
    fn accounts<'a>(&'a self, page: &'a Page) -> Answer<'a, Result<Listed<Account>, Fault>>;
    /// A member.
    fn member<'a>(&'a self, id: &'a MemberId) -> Answer<'a, Result<Option<Member>, Fault>>;
    /// The member of an account with this e-mail address (lower case).
    fn member_by_email<'a>(
        &'a self,
        account: &'a AccountId,
        email: &'a str,
    ) -> Answer<'a, Result<Option<Member>, Fault>>;
    /// Members of an account by id.
    fn members<'a>(&'a self, account: &'a AccountId, page: &'a Page) -> Answer<'a, Result<Listed<Member>, Fault>>;
    /// Every API, by id.
    fn apis(&self) -> Answer<'_, Result<Vec<Api>, Fault>>;
    /// Every route, by id.
    fn routes(&self) -> Answer<'_, Result<Vec<Route>, Fault>>;
    /// Every signing key on record, by kid.
    fn signing_keys(&self) -> Answer<'_, Result<Vec<SigningKeyRow>, Fault>>;
    /// The operator whose token has this digest.
    fn operator<'a>(&'a self, digest: &'a str) -> Answer<'a, Result<Option<Operator>, Fault>>;
    /// Every operator, by id.
    fn operators(&self) -> Answer<'_, Result<Vec<Operator>, Fault>>;
    /// Revocations that are not to be forgotten by `now`.
    fn revocations(&self, now: Moment) -> Answer<'_, Result<Vec<Revocation>, Fault>>;
    /// Events, newest first; the cursor is a place in the log.
    fn events<'a>(&'a self, filter: &'a EventFilter, page: &'a Page) -> Answer<'a, Result<Listed<Event>, Fault>>;
    /// What a client did, newest day first.
    fn usage<'a>(&'a self, client: &'a ClientId) -> Answer<'a, Result<Vec<Usage>, Fault>>;
    /// What is taken from a bucket.
    fn allowance<'a>(&'a self, bucket: &'a str) -> Answer<'a, Result<Option<Allowance>, Fault>>;

    /// Clients by name, as lists show them.
    fn client_lines<'a>(
        &'a self,
        filter: &'a ClientFilter,
        now: Moment,
        page: &'a Page,
    ) -> Answer<'a, Result<Listed<ClientLine>, Fault>>;
    /// The sealed text of a secret, where the house keeps it.
    fn sealed_secret<'a>(&'a self, id: &'a SecretId) -> Answer<'a, Result<Option<Vec<u8>>, Fault>>;
    /// The secret with this digest, ended or not.
    fn secret<'a>(&'a self, digest: &'a str) -> Answer<'a, Result<Option<Secret>, Fault>>;
    /// Secrets that are not revoked and expire from `from` on but before `to`; a thousand at most, the first to expire
    /// first.
    fn secrets_expiring(&self, from: Moment, to: Moment) -> Answer<'_, Result<Vec<Secret>, Fault>>;
    /// Accounts by name, of those whose name contains `text` or whose id begins with it.
    fn accounts_like<'a>(&'a self, text: &'a str, page: &'a Page) -> Answer<'a, Result<Listed<Account>, Fault>>;
    /// Every place that this address has, with its account; by account name, a thousand at most.
    fn memberships<'a>(&'a self, email: &'a str) -> Answer<'a, Result<Vec<(Member, Account)>, Fault>>;
    /// A person who signs in.
    fn user<'a>(&'a self, id: &'a UserId) -> Answer<'a, Result<Option<User>, Fault>>;
    /// The person with this address (lower case).
    fn user_by_email<'a>(&'a self, email: &'a str) -> Answer<'a, Result<Option<User>, Fault>>;
    /// People by id; with `operators`, only those who run the place.
    fn users<'a>(&'a self, operators: bool, page: &'a Page) -> Answer<'a, Result<Listed<User>, Fault>>;
    /// The session whose token has this digest, and its user, as of one moment.
    fn session<'a>(&'a self, digest: &'a str) -> Answer<'a, Result<Option<(Session, User)>, Fault>>;
    /// A user's sessions, the last begun first.
    fn sessions<'a>(&'a self, user: &'a UserId) -> Answer<'a, Result<Vec<Session>, Fault>>;
    /// The link whose token has this digest.
    fn link<'a>(&'a self, digest: &'a str) -> Answer<'a, Result<Option<Link>, Fault>>;
    /// Mails whose next try is not after `now`, the longest due first, a hundred at most.
    fn mails_due(&self, now: Moment) -> Answer<'_, Result<Vec<Mail>, Fault>>;
    /// Mails, newest first, without their text.
    fn mails<'a>(&'a self, page: &'a Page) -> Answer<'a, Result<Listed<Mail>, Fault>>;
    /// A mail.
    fn mail<'a>(&'a self, id: &'a MailId) -> Answer<'a, Result<Option<Mail>, Fault>>;
    /// Hooks of an account, by id.
    fn hooks<'a>(&'a self, account: &'a AccountId) -> Answer<'a, Result<Vec<Hook>, Fault>>;
    /// A hook.
    fn hook<'a>(&'a self, id: &'a HookId) -> Answer<'a, Result<Option<Hook>, Fault>>;
    /// What was sent to a hook, newest first.
    fn deliveries<'a>(&'a self, hook: &'a HookId, page: &'a Page) -> Answer<'a, Result<Listed<Delivery>, Fault>>;
    /// One message to a hook.
    fn delivery<'a>(&'a self, id: &'a DeliveryId) -> Answer<'a, Result<Option<Delivery>, Fault>>;
    /// Messages whose next try is not after `now`, the longest due first, a hundred at most.
    fn deliveries_due(&self, now: Moment) -> Answer<'_, Result<Vec<Delivery>, Fault>>;
    /// Alerts of an account, newest first.
    fn alerts<'a>(&'a self, account: &'a AccountId, page: &'a Page) -> Answer<'a, Result<Listed<Alert>, Fault>>;
    /// Applications, newest first, of one account or of all, in one state or in any.
    fn applications<'a>(
        &'a self,
        account: Option<&'a AccountId>,
        state: Option<ApplicationState>,
        page: &'a Page,
    ) -> Answer<'a, Result<Listed<Application>, Fault>>;
    /// An application.
    fn application<'a>(&'a self, id: &'a ApplicationId) -> Answer<'a, Result<Option<Application>, Fault>>;
    /// Requests that were told, newest first; the cursor is a place in the log.
    fn calls<'a>(&'a self, filter: &'a CallFilter, page: &'a Page) -> Answer<'a, Result<Listed<Call>, Fault>>;
    /// The end of the audit log's chain.
    fn audit_head(&self) -> Answer<'_, Result<AuditHead, Fault>>;
    /// Events after a place, in order, a thousand at most.
    fn audit_after(&self, seq: i64) -> Answer<'_, Result<Vec<Event>, Fault>>;
    /// Checkpoints after a place, in order, a thousand at most.
    fn checkpoints(&self, after: i64) -> Answer<'_, Result<Vec<Checkpoint>, Fault>>;

    /// An authorization.
    fn authorization<'a>(&'a self, id: &'a AuthorizationId) -> Answer<'a, Result<Option<Authorization>, Fault>>;
    /// The authorization whose code has this digest, spent or not.
    fn authorization_by_code<'a>(&'a self, digest: &'a str) -> Answer<'a, Result<Option<Authorization>, Fault>>;
    /// The authorizations that were given in this session, newest first, a thousand at most: clients that learn of its
    /// end.
    fn authorizations_of<'a>(&'a self, session: &'a SessionId) -> Answer<'a, Result<Vec<Authorization>, Fault>>;
    /// What a person lets a client do.
    fn consent<'a>(&'a self, user: &'a UserId, client: &'a ClientId) -> Answer<'a, Result<Option<Consent>, Fault>>;
    /// The consent with this id.
    fn consent_by_id<'a>(&'a self, id: &'a ConsentId) -> Answer<'a, Result<Option<Consent>, Fault>>;
    /// What a person lets clients do, with the client, by id; the cursor is an id.
    fn consents<'a>(&'a self, user: &'a UserId, page: &'a Page)
    -> Answer<'a, Result<Listed<(Consent, Client)>, Fault>>;
    /// What people let a client do, by id; the cursor is an id.
    fn consents_at<'a>(&'a self, client: &'a ClientId, page: &'a Page) -> Answer<'a, Result<Listed<Consent>, Fault>>;
    /// The refresh family whose tokens have this handle, with its user, as of one moment.
    fn family<'a>(&'a self, handle: &'a str) -> Answer<'a, Result<Option<(RefreshFamily, User)>, Fault>>;
    /// Refresh families under a consent, oldest first, a thousand at most.
    fn families<'a>(&'a self, consent: &'a ConsentId) -> Answer<'a, Result<Vec<RefreshFamily>, Fault>>;
    /// Who somebody at a connection is here.
    fn identity<'a>(&'a self, connection: &'a str, subject: &'a str) -> Answer<'a, Result<Option<Identity>, Fault>>;
    /// Farewells whose next try is not after `now`, the longest due first, a hundred at most.
    fn farewells_due(&self, now: Moment) -> Answer<'_, Result<Vec<Farewell>, Fault>>;

    /// Every transition, by id, with those who have another end, by account.
    fn transitions(&self) -> Answer<'_, Result<Vec<Dated>, Fault>>;
    /// The legacy credential with this digest, whether it lives or not.
    fn legacy_credential<'a>(&'a self, digest: &'a str) -> Answer<'a, Result<Option<LegacyCredential>, Fault>>;
    /// Legacy credentials by id, of one account or of all; the cursor is an id.
    fn legacy_credentials<'a>(
        &'a self,
        account: Option<&'a AccountId>,
        page: &'a Page,
    ) -> Answer<'a, Result<Listed<LegacyCredential>, Fault>>;
    /// Who came by an old way from a day on, of one account or of all; by day, newest first, ten thousand lines at
    /// most.
    fn legacy_uses<'a>(
        &'a self,
        account: Option<&'a AccountId>,
        from_day: i64,
    ) -> Answer<'a, Result<Vec<LegacyUse>, Fault>>;
    /// How much was spent of each bucket in that slot, in their order.
    fn spent<'a>(&'a self, slots: &'a [(String, Moment)]) -> Answer<'a, Result<Vec<i64>, Fault>>;

    /// The last place of the change log.
    fn head(&self) -> Answer<'_, Result<Seq, Fault>>;
    /// Up to 1000 entries after `seq`, at once, whether there are any or not.
    fn log_after(&self, seq: Seq) -> Answer<'_, Result<Followed, Fault>>;
    /// Resolves when something may have come after `seq` (at once if it has), or after about a second.
    /// Spurious wake-ups are allowed; a missed one is not.
    fn stirred(&self, seq: Seq) -> Answer<'_, ()>;
}
