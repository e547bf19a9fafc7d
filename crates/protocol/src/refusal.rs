//! Why the issuer says no: one stable code per reason, whatever dialect speaks it.

/// The asker's doing: a stable code and the words that go into its sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which reason.
    pub code: Code,
    /// Values for the sentence, by the names that stand in braces in the dialects' table.
    pub words: Vec<(&'static str, String)>,
    /// Seconds after which it may be tried again.
    pub retry_after: Option<i64>,
}

impl Refusal {
    /// A refusal whose sentence needs no values.
    #[must_use]
    pub const fn of(code: Code) -> Self {
        Self {
            code,
            words: Vec::new(),
            retry_after: None,
        }
    }

    /// The same, with a value for `{name}`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.words.push((name, value.into()));
        self
    }

    /// The same, to be tried again after so many seconds.
    #[must_use]
    pub const fn after(mut self, seconds: i64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The value for `{name}`.
    #[must_use]
    pub fn word(&self, name: &str) -> Option<&str> {
        self.words
            .iter()
            .find(|(held, _)| *held == name)
            .map(|(_, value)| value.as_str())
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal),* $(,)?) => {
        /// A reason, by its stable name. The same name stands in the log, in the audit trail and in the documents.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every reason, in the order in which an endpoint meets them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

codes! {
    /// The endpoint answers `POST` only.
    MethodNotPost = "method_not_post",
    /// Another path of the endpoint, switched off for an announced while.
    AliasBrownout = "alias_brownout",
    /// Another path of the endpoint, which has ended.
    AliasEnded = "alias_ended",
    /// The body is larger than any honest request.
    BodyTooLarge = "body_too_large",
    /// The body did not arrive in time.
    BodySlow = "body_slow",
    /// A `Content-Type` that this endpoint does not read.
    BodyUnsupported = "body_unsupported",
    /// No body.
    BodyEmpty = "body_empty",
    /// Bytes that are not what the `Content-Type` says.
    BodyMalformed = "body_malformed",
    /// A parameter given twice (RFC 6749 §3.2).
    ParameterRepeated = "parameter_repeated",
    /// A parameter that is no string or too long.
    ParameterMalformed = "parameter_malformed",
    /// A secret in the query string, where it ends up in logs.
    CredentialsInQuery = "credentials_in_query",
    /// No `grant_type`.
    GrantTypeMissing = "grant_type_missing",
    /// No `client_id` anywhere.
    ClientMissing = "client_missing",
    /// An `Authorization` header that is not the grammar of HTTP Basic.
    ClientHeaderMalformed = "client_header_malformed",
    /// Two ways of authenticating in one request (RFC 6749 §2.3).
    ClientMethodsSeveral = "client_methods_several",
    /// Two different client ids in one request.
    ClientIdsSeveral = "client_ids_several",
    /// A way of authenticating that is not registered for the client.
    ClientMethodNotRegistered = "client_method_not_registered",
    /// No secret.
    SecretMissing = "secret_missing",
    /// No such client; on the wire as [`Code::SecretWrong`].
    ClientUnknown = "client_unknown",
    /// Not the client's secret.
    SecretWrong = "secret_wrong",
    /// A secret that has expired or was revoked.
    SecretEnded = "secret_ended",
    /// A client that was switched off.
    ClientDisabled = "client_disabled",
    /// An account that was switched off.
    AccountDisabled = "account_disabled",
    /// Wrong secrets for this client from this address, too many in a row.
    GuessingSlowed = "guessing_slowed",
    /// A `grant_type` this server does not know.
    GrantTypeUnsupported = "grant_type_unsupported",
    /// A `grant_type` that is not enabled for the client.
    GrantTypeNotAllowed = "grant_type_not_allowed",
    /// No `audience` or `resource`, and none that goes without saying.
    AudienceMissing = "audience_missing",
    /// More than one target in one request.
    AudienceSeveral = "audience_several",
    /// No API has this audience.
    AudienceUnknown = "audience_unknown",
    /// The client has no grant for this API.
    AudienceNotGranted = "audience_not_granted",
    /// Not a scope list (RFC 6749 §3.3).
    ScopeMalformed = "scope_malformed",
    /// No scope asked where one is required.
    ScopeMissing = "scope_missing",
    /// A scope that the API does not know.
    ScopeUnknown = "scope_unknown",
    /// A scope beyond the client's grant.
    ScopeNotGranted = "scope_not_granted",
    /// The client's token requests for this window are spent.
    RateLimited = "rate_limited",
    /// No `token` at introspection or revocation.
    TokenMissing = "token_missing",
    /// No `redirect_uri`, and none or several registered.
    RedirectMissing = "redirect_missing",
    /// A `redirect_uri` that is not registered, octet for octet (RFC 6749 §3.1.2.3).
    RedirectUnknown = "redirect_unknown",
    /// No `response_type`.
    ResponseTypeMissing = "response_type_missing",
    /// A `response_type` other than `code`.
    ResponseTypeUnsupported = "response_type_unsupported",
    /// A `response_mode` other than `query` and `form_post`.
    ResponseModeUnsupported = "response_mode_unsupported",
    /// A request object in the request (OpenID Connect Core §6.1).
    RequestUnsupported = "request_unsupported",
    /// A request object by reference (OpenID Connect Core §6.2).
    RequestUriUnsupported = "request_uri_unsupported",
    /// A registration in the request (OpenID Connect Core §7.2.1).
    RegistrationUnsupported = "registration_unsupported",
    /// A `state` too short to be unguessable.
    StateShort = "state_short",
    /// A `nonce` too short to be unguessable.
    NonceShort = "nonce_short",
    /// No `code_challenge` (RFC 7636 §4.4.1).
    ChallengeMissing = "challenge_missing",
    /// A `code_challenge` that is none.
    ChallengeMalformed = "challenge_malformed",
    /// A `code_challenge_method` other than S256.
    ChallengeMethodUnsupported = "challenge_method_unsupported",
    /// A word in `prompt` that is none.
    PromptUnknown = "prompt_unknown",
    /// `prompt=none` together with another.
    PromptSeveral = "prompt_several",
    /// A `max_age` that is no number of seconds.
    MaxAgeMalformed = "max_age_malformed",
    /// A `claims` that is not the JSON of OpenID Connect Core §5.5.
    ClaimsMalformed = "claims_malformed",
    /// An `acr_values` that names no kind of sign-in of this house.
    AcrUnknown = "acr_unknown",
    /// A kind of sign-in that this person cannot reach.
    AcrUnmet = "acr_unmet",
    /// A `connection` that there is not.
    ConnectionUnknown = "connection_unknown",
    /// The other provider said no, or something that cannot be believed.
    ConnectionFailed = "connection_failed",
    /// An `id_token_hint` that is no ID token of ours for this client.
    HintMalformed = "hint_malformed",
    /// No page may be shown, and nobody is signed in.
    LoginRequired = "login_required",
    /// No page may be shown, and the person would have to agree.
    ConsentRequired = "consent_required",
    /// No page may be shown, and the person would have to choose an account.
    AccountSelectionRequired = "account_selection_required",
    /// The person said no.
    ConsentDenied = "consent_denied",
    /// No `code`.
    CodeMissing = "code_missing",
    /// A code that there is not, that is too old, or another client's.
    CodeUnknown = "code_unknown",
    /// A code that was exchanged before; the tokens it bought died of it.
    CodeSpent = "code_spent",
    /// A `redirect_uri` other than the one of the request.
    RedirectDiffers = "redirect_differs",
    /// No `code_verifier` where there was a challenge.
    VerifierMissing = "verifier_missing",
    /// A `code_verifier` that does not match, or where there was no challenge (RFC 9700 §2.1.1).
    VerifierWrong = "verifier_wrong",
    /// No `refresh_token`.
    RefreshMissing = "refresh_missing",
    /// A refresh token that there is not, that ended, or another client's.
    RefreshUnknown = "refresh_unknown",
    /// A refresh token that was used before; its whole family died of it.
    RefreshSpent = "refresh_spent",
    /// The person for whom the tokens would speak was switched off.
    PersonDisabled = "person_disabled",
}
