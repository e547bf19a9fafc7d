//! An authenticator app, made from the QR code's address as a phone makes it.

use crate::scene::{Scene, origin, whole};
use tollgate_issuer::people::session::{self, Half, Resumed};
use tollgate_issuer::people::{profile, sign_in};
use tollgate_issuer::rights::SignedIn;
use tollgate_model::Moment;
use tollgate_tests::house::PASSWORD;
use totp_rs::Totp;

/// An app with somebody's second factor, and the recovery codes that were shown with it.
pub(crate) struct App {
    totp: Totp,
    pub(crate) secret: String,
    pub(crate) recovery: Vec<String>,
}

impl App {
    /// What it shows at this moment.
    pub(crate) fn code(&self, now: Moment) -> String {
        self.totp.generate(u64::try_from(now.0).unwrap()).to_string()
    }
}

/// Sets a second factor up for somebody, in a session that began just now; goes on to the next time step.
pub(crate) async fn set_up(scene: &Scene, email: &str) -> (App, SignedIn) {
    let desk = scene.desk();
    let begun = scene.begins(email).await;
    let who = whole(desk, begun.token.expose()).await;
    let setup = profile::begin_totp(desk, &who).unwrap();
    let mut app = App {
        totp: Totp::from_url(setup.uri.as_str()).unwrap(),
        secret: setup.secret.to_string(),
        recovery: Vec::new(),
    };
    let code = app.code(scene.now());
    let codes = profile::confirm_totp(desk, &who, &setup.sealed, &code, &origin()).await;
    app.recovery = codes.unwrap().unwrap().iter().map(|code| code.to_string()).collect();
    scene.clock.forward(60);
    (app, whole(desk, begun.token.expose()).await)
}

/// The first half of a sign-in.
pub(crate) async fn half(scene: &Scene, email: &str) -> Half {
    let begun = sign_in::password(scene.desk(), email, PASSWORD, &origin()).await;
    let begun = begun.unwrap().unwrap();
    assert!(!begun.session.complete);
    match session::resume(scene.desk(), begun.token.expose()).await.unwrap() {
        Some(Resumed::Half(half)) => half,
        other => panic!("no half session: {other:?}"),
    }
}
