//! Typed identifiers: an id of one noun is not accepted where another's is meant. They are shared rather than
//! copied, because they are handed around with every request.

use std::sync::Arc;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id that reads so.
            pub fn new(text: impl AsRef<str>) -> Self {
                Self(text.as_ref().into())
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )*};
}

ids! {
    /// Of an account: `acc_…`.
    AccountId
    /// Of a member: `mem_…`.
    MemberId
    /// Of a client: its `client_id` on the wire (RFC 6749 §2.2). Never starts like another id.
    ClientId
    /// Of a secret: `sec_…`. Names it; does not authenticate.
    SecretId
    /// Of an API: a short word chosen by the operator, such as `safesend`.
    ApiId
    /// Of a route: a short word chosen by the operator, or `rte_…`.
    RouteId
    /// Of an operator's or a gateway's credential: `opr_…`.
    OperatorId
    /// Of a signing key: its RFC 7638 thumbprint.
    Kid
    /// Of a person who signs in: `usr_…`.
    UserId
    /// Of a sign-in: `ses_…`. Names it; does not authenticate.
    SessionId
    /// Of a link that works once: `lnk_…`. Names it; does not authenticate.
    LinkId
    /// Of a mail: `mal_…`.
    MailId
    /// Of a webhook: `whk_…`.
    HookId
    /// Of a message to a webhook: `msg_…`.
    DeliveryId
    /// Of an alert: `alt_…`.
    AlertId
    /// Of a request for a client: `app_…`.
    ApplicationId
    /// Of a person's way through the authorization endpoint: `aut_…`.
    AuthorizationId
    /// Of what a person lets a client do: `con_…`.
    ConsentId
    /// Of a logout token on its way: `bye_…`.
    FarewellId
    /// Of an old way of authenticating: a short word chosen by the operator.
    LegacyMethodId
    /// Of a subscription key or an old token: `lgc_…`. Names it; does not authenticate.
    LegacyCredentialId
    /// Of a transition: a short word chosen by the operator, or `trn_…`.
    TransitionId
    /// Of a plan: a short word chosen by the operator.
    PlanId
}
