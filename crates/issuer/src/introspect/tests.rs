use super::*;
use crate::token::facts::{NOW, family, known, user};
use serde_json::{Value, json};
use tollgate_model::client::SignIn;

fn told(family: &RefreshFamily, user: &User, lives: bool, client: &Known) -> Value {
    let told = Refresh {
        family,
        user,
        lives,
        subject: Some("usr_1".into()),
        issuer: "https://as.example",
    };
    serde_json::to_value(decide_refresh(client, told, NOW)).unwrap()
}

#[test]
fn a_living_refresh_token_is_told_to_its_client() {
    let client = known(SignIn::default());
    assert_eq!(
        told(&family(), &user(), true, &client),
        json!({
            "active": true, "scope": "openid email offline_access read", "client_id": "client-one",
            "exp": NOW.0 + 500, "iat": NOW.0 - 100, "sub": "usr_1", "iss": "https://as.example",
        })
    );
}

/// RI4: used, expired, foreign, or of somebody switched off: it is not active, and nothing else is said.
#[test]
fn any_other_refresh_token_is_not_active() {
    let client = known(SignIn::default());
    let dead = json!({ "active": false });
    assert_eq!(told(&family(), &user(), false, &client), dead);
    let over = RefreshFamily {
        expires: NOW,
        ..family()
    };
    assert_eq!(told(&over, &user(), true, &client), dead);
    let off = User {
        state: State::Disabled,
        ..user()
    };
    assert_eq!(told(&family(), &off, true, &client), dead);
    let foreign = RefreshFamily {
        client: tollgate_model::ClientId::new("client-two"),
        ..family()
    };
    assert_eq!(told(&foreign, &user(), true, &client), dead);
}
