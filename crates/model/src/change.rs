//! What may be changed, and under which condition.

use crate::authorization::Stage;
use crate::link::LinkKind;
use crate::{
    Account, AccountId, Alert, Api, ApiId, Application, Authorization, AuthorizationId, Call, Checkpoint, Client,
    ClientId, Consent, ConsentId, Delivery, DeliveryId, Event, Exception, Farewell, FarewellId, Grant, Hook, HookId,
    Identity, LegacyCredential, LegacyCredentialId, LegacyUse, Link, LinkId, Mail, MailId, Member, MemberId, Moment,
    News, Operator, OperatorId, RefreshFamily, Revocation, Route, RouteId, Secret, SecretId, Session, SessionId,
    SigningKeyRow, Spent, State, Transition, TransitionId, Tried, Usage, User, UserId, Version,
};

/// One change to what is on record, with the condition it was decided under.
///
/// A list of changes is kept whole or not at all. Where a record is revised, `was` is the version the
/// decision saw; the record itself carries the new content, and the store writes version `was + 1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// While no account has this id.
    AddAccount(Account),
    /// While the account has version `was`.
    ReviseAccount {
        /// The new content.
        account: Account,
        /// The version decided upon.
        was: Version,
    },
    /// While no member has this id and nobody in the account this e-mail address, and the account exists.
    AddMember(Member),
    /// While the member has version `was` and no other in the account the new e-mail address.
    ReviseMember {
        /// The new content.
        member: Member,
        /// The version decided upon.
        was: Version,
    },
    /// While the member has version `was`.
    RemoveMember {
        /// Whose account, for those who remember members.
        account: AccountId,
        /// Which.
        id: MemberId,
        /// The version decided upon.
        was: Version,
    },
    /// While no API has this id or this audience.
    AddApi(Api),
    /// While the API has version `was` and no other the new audience.
    ReviseApi {
        /// The new content.
        api: Api,
        /// The version decided upon.
        was: Version,
    },
    /// While the API has version `was` and no grant names it.
    RemoveApi {
        /// Which.
        id: ApiId,
        /// The version decided upon.
        was: Version,
    },
    /// While no client has this id, and the account exists.
    AddClient(Client),
    /// While the client has version `was`. Goes with every change to its secrets and grants.
    ReviseClient {
        /// The new content.
        client: Client,
        /// The version decided upon.
        was: Version,
    },
    /// While no secret has this id or digest, and the client exists.
    AddSecret(Secret),
    /// While the secret is not revoked: sets its end.
    ExpireSecret {
        /// Which.
        id: SecretId,
        /// Of which client.
        client: ClientId,
        /// From when it authenticates nobody.
        at: Moment,
    },
    /// While the secret is not revoked.
    RevokeSecret {
        /// Which.
        id: SecretId,
        /// Of which client.
        client: ClientId,
        /// When.
        at: Moment,
    },
    /// Always; the later moment stays.
    SecretUsed {
        /// Which.
        id: SecretId,
        /// When.
        at: Moment,
    },
    /// While there is such a secret: keeps it sealed as well, for houses whose owners may look at it again. The seal is
    /// `secret/<id>/plain`.
    SealSecret {
        /// Which.
        id: SecretId,
        /// Its text, sealed.
        sealed: Vec<u8>,
    },
    /// While client and API exist: replaces what the client had for this API.
    PutGrant(Grant),
    /// While there is such a grant.
    RemoveGrant {
        /// Of which client.
        client: ClientId,
        /// For which API.
        api: ApiId,
    },
    /// While no route has this id.
    AddRoute(Route),
    /// While the route has version `was`.
    ReviseRoute {
        /// The new content.
        route: Route,
        /// The version decided upon.
        was: Version,
    },
    /// While the route has version `was`.
    RemoveRoute {
        /// Which.
        id: RouteId,
        /// The version decided upon.
        was: Version,
    },
    /// While no key has this kid.
    AddKey(SigningKeyRow),
    /// While the key has version `was`.
    ReviseKey {
        /// The new content.
        key: SigningKeyRow,
        /// The version decided upon.
        was: Version,
    },
    /// While no operator has this id or digest. With `first`, only while there is no operator of this kind at all.
    AddOperator {
        /// Who.
        operator: Operator,
        /// Only as the first.
        first: bool,
    },
    /// While there is such an operator. One of kind operator is disabled only while another active one is left, who
    /// can make further ones; a gateway's credential always.
    SetOperatorState {
        /// Who.
        id: OperatorId,
        /// What it becomes.
        state: State,
    },
    /// Always; of two about one target the later moments stay.
    Revoke(Revocation),
    /// While less than `limit` was taken from `bucket` in its window; a window over is opened anew.
    Take {
        /// What is limited.
        bucket: String,
        /// The most that one window holds.
        limit: i64,
        /// How long a window is, in seconds.
        window: i64,
        /// When it is taken.
        now: Moment,
    },
    /// Always; adds to the count of the day.
    Count(Usage),
    /// While no user has this id or this address. With `first`, only while there is no operator among the users.
    AddUser {
        /// Who.
        user: User,
        /// Only as the first operator.
        first: bool,
    },
    /// While the user has version `was` and nobody else the new address.
    ReviseUser {
        /// The new content.
        user: User,
        /// The version decided upon.
        was: Version,
    },
    /// While no session has this id or digest, and the user exists.
    AddSession(Session),
    /// Always; the later moment stays.
    SessionSeen {
        /// Which.
        id: SessionId,
        /// When.
        at: Moment,
    },
    /// While there is such a session of this user: puts another account in view.
    ViewAccount {
        /// Which.
        id: SessionId,
        /// Whose.
        user: UserId,
        /// What is in view now.
        account: Option<AccountId>,
    },
    /// While there is such a session of this user.
    EndSession {
        /// Which.
        id: SessionId,
        /// Whose.
        user: UserId,
    },
    /// Always: ends every session of a user but one.
    EndSessions {
        /// Whose.
        user: UserId,
        /// The one that stays.
        but: Option<SessionId>,
    },
    /// While no link has this id or digest.
    AddLink(Link),
    /// While the link was not spent: it is gone afterwards.
    SpendLink {
        /// Which.
        id: LinkId,
    },
    /// Always: links of this kind to this address open nothing any more.
    DropLinks {
        /// Of which kind.
        kind: LinkKind,
        /// To whom.
        email: String,
    },
    /// While no mail has this id.
    AddMail(Mail),
    /// While the mail was tried as often as `tried.was` says. Its text is dropped once it arrived, unless `keep_text`.
    MailTried {
        /// Which.
        id: MailId,
        /// What came of it.
        tried: Tried,
        /// Whether the text stays, for the outbox of a demo.
        keep_text: bool,
    },
    /// While no hook has this id, and the account exists.
    AddHook(Hook),
    /// While the hook has version `was`.
    ReviseHook {
        /// The new content.
        hook: Hook,
        /// The version decided upon.
        was: Version,
    },
    /// While there is such a hook of this account; its deliveries go with it.
    RemoveHook {
        /// Which.
        id: HookId,
        /// Whose.
        account: AccountId,
    },
    /// While no delivery has this id, and the hook exists.
    AddDelivery(Delivery),
    /// While the delivery was tried as often as `tried.was` says.
    DeliveryTried {
        /// Which.
        id: DeliveryId,
        /// What came of it.
        tried: Tried,
    },
    /// While there is no alert with this key.
    AddAlert(Alert),
    /// While no application has this id, and the account exists.
    AddApplication(Application),
    /// While the application has version `was`.
    ReviseApplication {
        /// The new content.
        application: Application,
        /// The version decided upon.
        was: Version,
    },
    /// While no authorization has this id.
    AddAuthorization(Authorization),
    /// While the authorization has version `was`: each step is taken once, and a code spent once.
    ReviseAuthorization {
        /// The new content.
        authorization: Authorization,
        /// The version decided upon.
        was: Version,
    },
    /// While the authorization has version `was`: nothing of it changes but how far it has come.
    StageAuthorization {
        /// Which.
        id: AuthorizationId,
        /// Of which client.
        client: ClientId,
        /// How far.
        stage: Stage,
        /// The version decided upon.
        was: Version,
    },
    /// While no consent has this id, and this person gave this client none.
    AddConsent(Consent),
    /// While the consent has version `was`.
    ReviseConsent {
        /// The new content.
        consent: Consent,
        /// The version decided upon.
        was: Version,
    },
    /// While there is such a consent; its refresh families go with it.
    RemoveConsent {
        /// Which.
        id: ConsentId,
    },
    /// While no family has this id or handle, and its consent exists.
    AddFamily(RefreshFamily),
    /// While the family has version `was`: a refresh token is used once.
    ReviseFamily {
        /// The new content.
        family: RefreshFamily,
        /// The version decided upon.
        was: Version,
    },
    /// Always: a family that is gone stays so.
    RemoveFamily {
        /// Which.
        id: AuthorizationId,
    },
    /// While this subject of this connection is nobody yet, and the user exists.
    AddIdentity(Identity),
    /// While no farewell has this id.
    AddFarewell(Farewell),
    /// While the farewell was tried as often as `tried.was` says.
    FarewellTried {
        /// Which.
        id: FarewellId,
        /// What came of it.
        tried: Tried,
    },
    /// While no transition has this id.
    AddTransition(Transition),
    /// While the transition has version `was`.
    ReviseTransition {
        /// The new content.
        transition: Transition,
        /// The version decided upon.
        was: Version,
    },
    /// While the transition has version `was`; its exceptions go with it.
    RemoveTransition {
        /// Which.
        id: TransitionId,
        /// The version decided upon.
        was: Version,
    },
    /// While transition and account exist: replaces what the account had.
    PutException(Exception),
    /// While there is such an exception.
    RemoveException {
        /// Of which transition.
        transition: TransitionId,
        /// For whom.
        account: AccountId,
    },
    /// While no legacy credential has this id or digest, and account and member exist.
    AddLegacyCredential(LegacyCredential),
    /// While the credential was not ended.
    EndLegacyCredential {
        /// Which.
        id: LegacyCredentialId,
        /// Whose.
        account: AccountId,
        /// When.
        at: Moment,
    },
    /// Always; adds to the count of the day.
    LegacyUsed(LegacyUse),
    /// Always; adds to the count of the slot.
    Spend(Spent),
    /// Always: a request that somebody may ask about.
    Called(Call),
    /// Always: a line of the audit log, chained to the one before.
    Record(Event),
    /// While there is no checkpoint at this place.
    AddCheckpoint(Checkpoint),
    /// Always: drops what nobody needs any more: revocations, allowances, links and sessions that ended,
    /// authorizations and refresh families that are over, legacy credentials that expired, slots that are over for a day,
    /// calls of more than a week ago, mails, deliveries and farewells done for a month, and log entries.
    Forget {
        /// Revocations whose `forget_after` lies before this go.
        now: Moment,
        /// Log entries at or below this place go.
        log_up_to: crate::Seq,
    },
}

/// What became of a list of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a decision that was not kept must not be answered"]
pub enum Kept {
    /// All of them are on record, durably.
    Done,
    /// A condition no longer held; none of them is on record. Know, decide and keep again.
    Stale,
}

impl Change {
    /// What those who remember must be told of it.
    #[must_use]
    pub fn news(&self) -> Option<News> {
        let client = |id: &ClientId| Some(News::Client { id: id.clone() });
        let member = |account: &AccountId| {
            Some(News::Member {
                account: account.clone(),
            })
        };
        match self {
            Self::AddAccount(_)
            | Self::AddClient(_)
            | Self::SecretUsed { .. }
            | Self::SealSecret { .. }
            // Who is signed in is read from the store each time, so there is nobody to tell.
            | Self::AddUser { .. }
            | Self::ReviseUser { .. }
            | Self::AddSession(_)
            | Self::SessionSeen { .. }
            | Self::ViewAccount { .. }
            | Self::EndSession { .. }
            | Self::EndSessions { .. }
            | Self::AddLink(_)
            | Self::SpendLink { .. }
            | Self::DropLinks { .. }
            | Self::AddMail(_)
            | Self::MailTried { .. }
            | Self::AddHook(_)
            | Self::ReviseHook { .. }
            | Self::RemoveHook { .. }
            | Self::AddDelivery(_)
            | Self::DeliveryTried { .. }
            | Self::AddAlert(_)
            | Self::AddApplication(_)
            | Self::ReviseApplication { .. }
            // Read from the store each time; that tokens died is told by `Revoke`.
            | Self::AddAuthorization(_)
            | Self::ReviseAuthorization { .. }
            | Self::StageAuthorization { .. }
            | Self::AddConsent(_)
            | Self::ReviseConsent { .. }
            | Self::RemoveConsent { .. }
            | Self::AddFamily(_)
            | Self::ReviseFamily { .. }
            | Self::RemoveFamily { .. }
            | Self::AddIdentity(_)
            | Self::AddFarewell(_)
            | Self::FarewellTried { .. }
            // One that was never seen before is asked about.
            | Self::AddLegacyCredential(_)
            | Self::LegacyUsed(_)
            | Self::Spend(_)
            | Self::Called(_)
            | Self::AddCheckpoint(_)
            | Self::Take { .. }
            | Self::Count(_)
            | Self::Record(_)
            | Self::Forget { .. } => None,
            Self::ReviseAccount { account, .. } => Some(News::Account { id: account.id.clone() }),
            Self::AddMember(who) | Self::ReviseMember { member: who, .. } => member(&who.account),
            Self::RemoveMember { account, .. } => member(account),
            Self::AddApi(_)
            | Self::ReviseApi { .. }
            | Self::RemoveApi { .. }
            | Self::AddRoute(_)
            | Self::ReviseRoute { .. }
            | Self::RemoveRoute { .. }
            | Self::AddTransition(_)
            | Self::ReviseTransition { .. }
            | Self::RemoveTransition { .. }
            | Self::PutException(_)
            | Self::RemoveException { .. }
            | Self::AddKey(_)
            | Self::ReviseKey { .. } => Some(News::Catalogue),
            Self::EndLegacyCredential { account, .. } => Some(News::Legacy { account: account.clone() }),
            Self::ReviseClient { client: who, .. } => client(&who.id),
            Self::AddSecret(secret) => client(&secret.client),
            Self::ExpireSecret { client: id, .. }
            | Self::RevokeSecret { client: id, .. }
            | Self::RemoveGrant { client: id, .. } => client(id),
            Self::PutGrant(grant) => client(&grant.client),
            Self::AddOperator { .. } | Self::SetOperatorState { .. } => Some(News::Operator),
            Self::Revoke(revocation) => Some(News::Revoked {
                revocation: revocation.clone(),
            }),
        }
    }
}

/// What a rule decided: what to answer, and what to keep before it is answered. A refusal may carry
/// changes too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<A> {
    /// Said only after `changes` are kept.
    pub answer: A,
    /// Kept in one transaction, or none of them.
    pub changes: Vec<Change>,
}

impl<A> Decision<A> {
    /// An answer that changes nothing.
    pub const fn just(answer: A) -> Self {
        Self {
            answer,
            changes: Vec::new(),
        }
    }

    /// An answer with its changes.
    pub const fn with(answer: A, changes: Vec<Change>) -> Self {
        Self { answer, changes }
    }
}
