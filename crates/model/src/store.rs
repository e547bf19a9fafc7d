//! The port to storage.

use crate::event::EventFilter;
use crate::{
    Account, AccountId, Allowance, Answer, Api, Change, Client, ClientId, ClientRecord, Event, Fault, Followed, Kept,
    Listed, Member, MemberId, Moment, Operator, Page, Revocation, Route, Secret, Seq, SigningKeyRow, Usage,
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

    /// The last place of the change log.
    fn head(&self) -> Answer<'_, Result<Seq, Fault>>;
    /// Up to 1000 entries after `seq`, at once, whether there are any or not.
    fn log_after(&self, seq: Seq) -> Answer<'_, Result<Followed, Fault>>;
    /// Resolves when something may have come after `seq` (at once if it has), or after about a second.
    /// Spurious wake-ups are allowed; a missed one is not.
    fn stirred(&self, seq: Seq) -> Answer<'_, ()>;
}
