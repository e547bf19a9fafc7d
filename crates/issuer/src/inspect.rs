//! Why a token would be refused at a route.
//!
//! The token is looked at and forgotten: nothing of it is kept or logged. The checks are the gateway's, in the
//! gateway's order, made by the same functions where rooms allow it; all of them are told, not only the first that fails.

pub mod lookalike;
mod peek;
mod place;
mod steps;
mod walk;

pub use walk::{Walk, Walked, walk};

use crate::desk::Desk;
use crate::rights::{Officer, Seat};
use peek::Peeked;
use place::Place;
use serde_json::Value;
use steps::{Facts, Named};
use tollgate_keys::verify::VerifyingKeys;
use tollgate_model::route::{Access, ActingBy, ActingRule, NotOne, address};
use tollgate_model::{AccountId, ClientId, Fault, Member, Moment, RouteId, State};
use tollgate_protocol::claims::AccessToken;
use tollgate_protocol::scope::Scopes;

/// The longest text that is looked at, in bytes.
pub const LONGEST: usize = 8 * 1024;

/// Who looks, and so what is told from our records. A token itself can be read by anybody who holds it.
#[derive(Clone, Copy, Debug)]
pub enum Viewer<'a> {
    /// Somebody of an account: told of its own tokens.
    Seat(&'a Seat),
    /// One of those who run the place: told of all.
    Officer(&'a Officer),
    /// A program of those who run the place: told of all.
    Program,
    /// Somebody else: told of none.
    Nobody,
}

/// The request with which the token would be sent.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    /// The method.
    pub method: &'a str,
    /// The path, or the whole URL; what follows `?` is not looked at.
    pub path: &'a str,
    /// What would stand in the header that names the acting user, if anything.
    pub acting_user: Option<&'a str>,
}

/// What was pasted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pasted {
    /// A signed token of three parts.
    Token,
    /// Something secret, named in words: nobody should paste it anywhere.
    Secret(&'static str),
    /// An encrypted token of five parts, which only its reader opens.
    Encrypted,
    /// Longer than any token.
    TooLong,
    /// Some other text.
    Opaque,
    /// Nothing.
    Nothing,
}

/// What there is to say about a pasted token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// What it is. Of what is no token nothing else is told.
    pub pasted: Pasted,
    /// Its header, decoded and not believed.
    pub header: Value,
    /// Its claims, decoded and not believed.
    pub claims: Value,
    /// When it was issued, as it says.
    pub issued: Option<Moment>,
    /// From when on it is good, as it says.
    pub not_before: Option<Moment>,
    /// When it ends, as it says.
    pub expires: Option<Moment>,
    /// The client on record, by id and name; only with a right signature, and to its own account.
    pub client: Option<(ClientId, String)>,
    /// The route that the request would take.
    pub route: Option<RouteId>,
    /// The checks, in the gateway's order.
    pub steps: Vec<Step>,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What was looked at.
    pub check: &'static str,
    /// Whether it is in order; none where it could not be looked at, or is not the viewer's to know.
    pub ok: Option<bool>,
    /// What was found, in a sentence.
    pub says: String,
    /// The stable code that the gateway would answer.
    pub code: Option<&'static str>,
    /// The status that goes with it.
    pub status: Option<u16>,
}

/// Every code that an inspection tells, with its status at the gateway.
pub const CODES: &[(&str, u16)] = &[
    ("path_ambiguous", 400),
    ("route_unknown", 404),
    ("method_not_allowed", 405),
    ("route_closed", 403),
    ("route_ended", 410),
    ("token_missing", 401),
    ("token_malformed", 401),
    ("token_algorithm", 401),
    ("token_key_unknown", 401),
    ("token_signature", 401),
    ("token_type", 401),
    ("token_issuer", 401),
    ("token_audience", 401),
    ("token_expired", 401),
    ("token_not_yet_valid", 401),
    ("token_revoked", 401),
    ("legacy_key_missing", 401),
    ("legacy_unknown", 401),
    ("legacy_accounts_differ", 401),
    ("legacy_ended", 401),
    ("legacy_brownout", 401),
    ("id_token_missing", 401),
    ("acting_user_missing", 400),
    ("acting_user_several", 400),
    ("acting_user_malformed", 400),
    ("acting_user_unknown", 400),
    ("scope_insufficient", 403),
    ("acting_user_role", 403),
];

impl Inspection {
    /// The first check that fails: what the gateway would answer.
    #[must_use]
    pub fn refused(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.ok == Some(false))
    }

    fn only(pasted: Pasted) -> Self {
        Self {
            pasted,
            header: Value::Null,
            claims: Value::Null,
            issued: None,
            not_before: None,
            expires: None,
            client: None,
            route: None,
            steps: Vec::new(),
        }
    }
}

/// Looks at a pasted token, and where `at` is given, at what would become of a request with it.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn inspect(
    desk: &Desk,
    viewer: Viewer<'_>,
    text: &str,
    at: Option<&At<'_>>,
    now: Moment,
) -> Result<Inspection, Fault> {
    let text = lookalike::bare(text);
    let pasted = lookalike::pasted(text);
    if pasted != Pasted::Token {
        return Ok(Inspection::only(pasted));
    }
    // The keys that gateways are shown, and not those that were retired since.
    let keys = VerifyingKeys::of(&desk.memory.keyring().published(now))
        .map_err(|error| Fault::defect("reading the published keys", error))?;
    let Some(peeked) = Peeked::of(text, &keys) else {
        return Ok(Inspection::only(Pasted::Opaque));
    };
    let catalogue = desk.memory.catalogue();
    let place = at.map(|at| Place::of(at, &catalogue.routes));
    let told = peeked.proved().filter(|token| tells(viewer, token));
    let client = match told {
        Some(token) => client(desk, token).await?,
        None => None,
    };
    let rule = place.as_ref().and_then(Place::rule);
    let named = match (rule, at) {
        (Some(rule), Some(at)) => named(desk, rule, at, told).await?,
        _ => Named::Nobody,
    };
    let facts = Facts {
        issuer: &desk.terms.issuer,
        apis: &catalogue.apis,
        now,
        revoked: told.map(|token| desk.memory.revocations().cover(&peeked.name, token)),
    };
    let steps = steps::steps(&facts, &peeked, place.as_ref(), &named);
    let time = |name: &str| peeked.claims.get(name).and_then(Value::as_i64).map(Moment);
    Ok(Inspection {
        pasted,
        issued: time("iat"),
        not_before: time("nbf"),
        expires: time("exp"),
        client,
        route: place.as_ref().and_then(Place::route).map(|route| route.id.clone()),
        steps,
        header: peeked.header,
        claims: peeked.claims,
    })
}

/// Whether our records of this token are the viewer's to know. Its signature is right.
fn tells(viewer: Viewer<'_>, token: &AccessToken) -> bool {
    match viewer {
        Viewer::Officer(_) | Viewer::Program => true,
        Viewer::Seat(seat) => token
            .mark
            .as_ref()
            .is_some_and(|mark| mark.account == seat.account().id.as_str()),
        Viewer::Nobody => false,
    }
}

async fn client(desk: &Desk, token: &AccessToken) -> Result<Option<(ClientId, String)>, Fault> {
    let id = ClientId::new(&token.client_id);
    let record = desk.store.client(&id).await?;
    Ok(record.map(|record| (id, record.client.name)))
}

/// Whom the request names as acting, and what is on record of them. Nothing is, where the token is not the viewer's.
async fn named(desk: &Desk, rule: &ActingRule, at: &At<'_>, told: Option<&AccessToken>) -> Result<Named, Fault> {
    let account = told
        .and_then(|token| token.mark.as_ref())
        .map(|mark| AccountId::new(&mark.account));
    let member = match &rule.by {
        ActingBy::Header(_) => {
            let given = at.acting_user.map(str::trim).filter(|given| !given.is_empty());
            let Some(given) = given else {
                return Ok(Named::Missing);
            };
            let email = match address(given) {
                Ok(email) => email,
                Err(NotOne::Several) => return Ok(Named::Several),
                Err(NotOne::Malformed) => return Ok(Named::Malformed),
            };
            let Some(account) = &account else {
                return Ok(Named::Untold);
            };
            desk.store.member_by_email(account, &email).await?
        }
        ActingBy::Owner => {
            let (Some(_), Some(token)) = (&account, told) else {
                return Ok(Named::Untold);
            };
            let record = desk.store.client(&ClientId::new(&token.client_id)).await?;
            match record.and_then(|record| record.client.owner) {
                Some(owner) => desk.store.member(&owner).await?,
                None => None,
            }
        }
    };
    let active = |member: &Member| member.state == State::Active && Some(&member.account) == account.as_ref();
    Ok(match member.filter(active) {
        Some(member) => Named::Member(member.roles),
        None => Named::Unknown,
    })
}

/// What a protected route wants.
struct Wants<'a> {
    api: &'a tollgate_model::ApiId,
    scopes: &'a Scopes,
    any_scopes: &'a Scopes,
    rule: Option<&'a ActingRule>,
}

/// The API that a protected route is about, and what it wants.
fn wants(access: &Access) -> Option<Wants<'_>> {
    match access {
        Access::Public { .. } => None,
        Access::Token {
            api,
            scopes,
            any_scopes,
            acting_user,
        } => Some(Wants {
            api,
            scopes,
            any_scopes,
            rule: acting_user.as_ref(),
        }),
    }
}

#[cfg(test)]
mod tests;
