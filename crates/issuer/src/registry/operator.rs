//! Operators' and gateways' credentials.

use super::{Asker, No, Registered, named, new_id, settle};
use crate::desk::Desk;
use serde_json::json;
use std::sync::Arc;
use tollgate_keys::secret::{Kind, Plain};
use tollgate_model::operator::OperatorKind;
use tollgate_model::{Change, Decision, Fault, Kept, Moment, Operator, OperatorId, State};

/// A new credential. [`Plain`] is what the asker is shown, this once.
#[derive(Debug)]
pub struct Created {
    /// The token itself.
    pub plain: Plain,
    /// What is on record of it.
    pub operator: Operator,
}

/// Makes a credential for the management API or for a gateway's feed.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn create(desk: &Desk, asker: &Asker, name: &str, kind: OperatorKind) -> Registered<Created> {
    let name = match named("name", name) {
        Ok(name) => name,
        Err(no) => return Ok(Err(no)),
    };
    let created = mint(desk, name, kind)?;
    let settled = settle(desk, "operator", async || {
        Ok(Ok(Decision::with((), added(&created.operator, asker, false))))
    });
    Ok(settled.await?.map(|()| created))
}

/// Makes the first operator's credential, if there was never any: what a first start shows once. There is no
/// default password; whoever sees the start's output is the operator.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn first(desk: &Desk) -> Result<Option<Plain>, Fault> {
    let held = desk.store.operators().await?;
    if held.iter().any(|operator| operator.kind == OperatorKind::Operator) {
        return Ok(None);
    }
    let created = mint(desk, "first operator".to_owned(), OperatorKind::Operator)?;
    let changes = added(&created.operator, &Asker::system(), true);
    // Of several nodes that start on one store at once, one shows its credential.
    Ok((desk.memory.keep(changes).await? == Kept::Done).then_some(created.plain))
}

fn mint(desk: &Desk, name: String, kind: OperatorKind) -> Result<Created, Fault> {
    let plain =
        Plain::mint(form(kind), &*desk.entropy).map_err(|e| Fault::unavailable("making an operator's token", e))?;
    let operator = Operator {
        id: OperatorId::new(new_id(desk, "opr")?),
        name,
        kind,
        digest: desk.digests.digest(plain.expose()).to_string(),
        state: State::Active,
        created: desk.now(),
    };
    Ok(Created { plain, operator })
}

const fn form(kind: OperatorKind) -> Kind {
    match kind {
        OperatorKind::Operator => Kind::OperatorToken,
        OperatorKind::Gateway => Kind::GatewayToken,
    }
}

fn added(operator: &Operator, asker: &Asker, first: bool) -> Vec<Change> {
    let detail = json!({ "name": operator.name, "kind": operator.kind.as_str() });
    vec![
        Change::AddOperator {
            operator: operator.clone(),
            first,
        },
        asker.did("operator.created", None, operator.id.as_str(), operator.created, detail),
    ]
}

/// Every credential, by id.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn list(desk: &Desk) -> Result<Vec<Operator>, Fault> {
    desk.store.operators().await
}

/// Switches a credential off, at once and on every node.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn disable(desk: &Desk, asker: &Asker, id: &OperatorId) -> Registered<Operator> {
    settle(desk, "operator", async || {
        let operators = desk.store.operators().await?;
        Ok(decide_disable(&operators, id, asker, desk.now()))
    })
    .await
}

fn decide_disable(held: &[Operator], id: &OperatorId, asker: &Asker, now: Moment) -> Result<Decision<Operator>, No> {
    let Some(operator) = held.iter().find(|operator| operator.id == *id) else {
        return Err(No::NotFound("operator"));
    };
    if operator.state == State::Disabled {
        return Ok(Decision::just(operator.clone()));
    }
    let other = held
        .iter()
        .any(|other| other.id != *id && other.kind == OperatorKind::Operator && other.state == State::Active);
    if operator.kind == OperatorKind::Operator && !other {
        // Nobody could make another one.
        return Err(No::InUse("this is the last operator; create another first".into()));
    }
    let changes = vec![
        Change::SetOperatorState {
            id: id.clone(),
            state: State::Disabled,
        },
        asker.did(
            "operator.disabled",
            None,
            id.as_str(),
            now,
            json!({ "name": operator.name }),
        ),
    ];
    let operator = Operator {
        state: State::Disabled,
        ..operator.clone()
    };
    Ok(Decision::with(operator, changes))
}

/// Whose this bearer token is: nobody's when it is malformed, unknown or disabled. A text without the right
/// checksum never reaches the store (OP6).
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn authenticate(desk: &Desk, bearer: &str) -> Result<Option<Arc<Operator>>, Fault> {
    let Some(plain) = presented(bearer) else {
        return Ok(None);
    };
    let digest = desk.digests.digest(plain.expose()).to_string();
    let held = desk.memory.operator(&digest).await?;
    Ok(held.filter(|operator| operator.state == State::Active && form(operator.kind) == plain.kind()))
}

fn presented(bearer: &str) -> Option<Plain> {
    [Kind::OperatorToken, Kind::GatewayToken]
        .into_iter()
        .find_map(|kind| Plain::read(kind, bearer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::facts::{NOW, asker, told};
    use tollgate_keys::chance::Fixed;

    fn operator(id: &str, kind: OperatorKind, state: State) -> Operator {
        Operator {
            id: OperatorId::new(id),
            name: id.into(),
            kind,
            digest: String::new(),
            state,
            created: NOW,
        }
    }

    /// OP6: the form and its checksum are looked at before anything else.
    #[test]
    fn a_mistyped_token_is_nobodys_before_any_store_is_asked() {
        let chance = Fixed::new(7);
        for kind in [Kind::OperatorToken, Kind::GatewayToken] {
            let plain = Plain::mint(kind, &chance).unwrap();
            assert_eq!(presented(plain.expose()).map(|read| read.kind()), Some(kind));
            let mut mistyped = plain.expose().to_owned();
            let last = mistyped.pop().unwrap();
            mistyped.push(if last == 'x' { 'y' } else { 'x' });
            assert!(presented(&mistyped).is_none());
        }
        let secret = Plain::mint(Kind::ClientSecret, &chance).unwrap();
        assert!(
            presented(secret.expose()).is_none(),
            "a client's secret is no operator's token"
        );
        assert!(presented("").is_none());
    }

    #[test]
    fn the_last_operator_cannot_be_disabled() {
        let one = operator("opr_1", OperatorKind::Operator, State::Active);
        let gateway = operator("opr_2", OperatorKind::Gateway, State::Active);
        let off = operator("opr_3", OperatorKind::Operator, State::Disabled);
        let held = [one.clone(), gateway.clone(), off];
        let no = decide_disable(&held, &one.id, &asker(), NOW).unwrap_err();
        assert_eq!(no.code(), "in_use");
        let made = decide_disable(&held, &gateway.id, &asker(), NOW).unwrap();
        assert_eq!(told(&made.changes), ["operator.disabled"]);

        let two = operator("opr_4", OperatorKind::Operator, State::Active);
        let made = decide_disable(&[one.clone(), two], &one.id, &asker(), NOW).unwrap();
        assert_eq!(made.answer.state, State::Disabled);
        let no = decide_disable(&[], &one.id, &asker(), NOW).unwrap_err();
        assert_eq!(no, No::NotFound("operator"));
    }
}
