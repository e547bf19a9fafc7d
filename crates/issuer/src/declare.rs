//! APIs, routes and transitions that the configuration declares: brought onto record at start.

use crate::desk::Desk;
use crate::registry::{Asker, Registered, settle};
use serde_json::json;
use tollgate_model::{Api, Change, Dated, Decision, Moment, Route, Transition};

/// What the configuration declares.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    /// Its APIs.
    pub apis: Vec<Api>,
    /// Its routes.
    pub routes: Vec<Route>,
    /// Its transitions.
    pub transitions: Vec<Transition>,
}

/// Brings what is declared onto record: adds, revises, and removes what the configuration no longer names.
/// Records made through the management API are left alone, unless a declared one takes their place.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn apply(desk: &Desk, declared: &Declared) -> Registered<()> {
    let settled = settle(desk, "configuration", || async {
        let apis = desk.store.apis().await?;
        let routes = desk.store.routes().await?;
        let transitions = desk.store.transitions().await?;
        let mut changes = decide_apis(&apis, &declared.apis, desk.now());
        changes.extend(decide_routes(&routes, &declared.routes, desk.now()));
        changes.extend(decide_transitions(&transitions, &declared.transitions, desk.now()));
        Ok(Ok(Decision::with((), changes)))
    });
    if let Err(no) = settled.await? {
        return Ok(Err(no));
    }
    // An API that is declared no more goes, once its routes are gone. One that clients still hold grants
    // for is stale to this change and stays.
    for gone in desk.store.apis().await? {
        if gone.declared && !declared.apis.iter().any(|named| named.id == gone.id) {
            let event = declared_event("api.undeclared", gone.id.as_str(), desk.now());
            let _stays = desk
                .memory
                .keep(vec![
                    Change::RemoveApi {
                        id: gone.id,
                        was: gone.version,
                    },
                    event,
                ])
                .await?;
        }
    }
    Ok(Ok(()))
}

fn decide_apis(held: &[Api], declared: &[Api], now: Moment) -> Vec<Change> {
    let mut changes = Vec::new();
    for api in declared {
        let api = Api {
            declared: true,
            version: 1,
            ..api.clone()
        };
        match held.iter().find(|held| held.id == api.id) {
            None => {
                changes.push(declared_event("api.declared", api.id.as_str(), now));
                changes.push(Change::AddApi(api));
            }
            Some(held) => {
                let api = Api {
                    version: held.version,
                    ..api
                };
                if *held != api {
                    changes.push(declared_event("api.declared", api.id.as_str(), now));
                    changes.push(Change::ReviseApi { was: held.version, api });
                }
            }
        }
    }
    changes
}

fn decide_routes(held: &[Route], declared: &[Route], now: Moment) -> Vec<Change> {
    let mut changes = Vec::new();
    for route in declared {
        let route = Route {
            declared: true,
            version: 1,
            ..route.clone()
        };
        match held.iter().find(|held| held.id == route.id) {
            None => {
                changes.push(declared_event("route.declared", route.id.as_str(), now));
                changes.push(Change::AddRoute(route));
            }
            Some(held) => {
                let route = Route {
                    version: held.version,
                    ..route
                };
                if *held != route {
                    changes.push(declared_event("route.declared", route.id.as_str(), now));
                    changes.push(Change::ReviseRoute {
                        was: held.version,
                        route,
                    });
                }
            }
        }
    }
    let gone = |route: &&Route| route.declared && !declared.iter().any(|named| named.id == route.id);
    for route in held.iter().filter(gone) {
        changes.push(declared_event("route.undeclared", route.id.as_str(), now));
        changes.push(Change::RemoveRoute {
            id: route.id.clone(),
            was: route.version,
        });
    }
    changes
}

/// What accounts were granted besides stays, as long as the transition is declared; it goes with it.
fn decide_transitions(held: &[Dated], declared: &[Transition], now: Moment) -> Vec<Change> {
    let held: Vec<&Transition> = held.iter().map(|dated| &dated.transition).collect();
    let mut changes = Vec::new();
    for transition in declared {
        let transition = Transition {
            declared: true,
            version: 1,
            ..transition.clone()
        };
        let id = transition.id.clone();
        match held.iter().find(|held| held.id == id) {
            None => {
                changes.push(declared_event("transition.declared", id.as_str(), now));
                changes.push(Change::AddTransition(transition));
            }
            Some(held) => {
                let transition = Transition {
                    version: held.version,
                    ..transition
                };
                if **held != transition {
                    changes.push(declared_event("transition.declared", id.as_str(), now));
                    changes.push(Change::ReviseTransition {
                        was: held.version,
                        transition,
                    });
                }
            }
        }
    }
    let gone = |held: &&&Transition| held.declared && !declared.iter().any(|named| named.id == held.id);
    for transition in held.iter().filter(gone) {
        changes.push(declared_event("transition.undeclared", transition.id.as_str(), now));
        changes.push(Change::RemoveTransition {
            id: transition.id.clone(),
            was: transition.version,
        });
    }
    changes
}

fn declared_event(kind: &str, id: &str, now: Moment) -> Change {
    Asker::system().did(kind, None, id, now, json!({}))
}

#[cfg(test)]
mod tests;
