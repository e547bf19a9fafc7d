use super::*;
use crate::logout::frontchannel;
use crate::token::facts::{authorization, known, session, user};
use tollgate_model::client::SignIn;

fn at(client: &str, stage: Stage) -> Authorization {
    Authorization {
        client: ClientId::new(client),
        stage,
        ..authorization()
    }
}

/// OC5: a client learns of a logout once, and only if it learnt of the person before.
#[test]
fn each_client_that_got_a_code_is_told_once() {
    let held = [
        at("client-one", Stage::Spent),
        at("client-two", Stage::Ended),
        at("client-three", Stage::Coded),
        at("client-one", Stage::Coded),
        at("client-four", Stage::Opened),
    ];
    let clients: Vec<&str> = signed_in(&held).iter().map(|(client, _)| client.as_str()).collect();
    assert_eq!(clients, ["client-one", "client-three"]);
}

/// Front-Channel Logout §2: the address says who we are and which session ended.
#[test]
fn a_front_channel_address_names_issuer_and_session() {
    let guest = |uri: Option<&str>| Guest {
        client: Arc::new(known(SignIn {
            frontchannel_logout_uri: uri.map(str::to_owned),
            ..SignIn::default()
        })),
        user: user().id,
        session: session().id,
    };
    let guests = [
        guest(None),
        guest(Some("https://app.example/out")),
        guest(Some("https://app.example/out?x=1")),
    ];
    let told = "iss=https%3A%2F%2Fas.example&sid=ses_1";
    assert_eq!(
        frontchannel(&guests, "https://as.example"),
        [
            format!("https://app.example/out?{told}"),
            format!("https://app.example/out?x=1&{told}")
        ]
    );
}
