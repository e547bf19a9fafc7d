//! People: how they come in, who they are, which account they look at.

mod accounts;
mod applications;
pub(super) mod device;
mod email;
mod factor;
mod forgot;
mod guest;
pub(super) mod home;
pub(super) mod nothing;
mod password;
mod profile;
mod prove;
mod refusal;
mod second_factor;
mod sessions;
mod sign_in;
mod sign_out;
mod sign_up;
mod welcome;

use super::Console;
use super::input::Ask;
use super::page::{Entry, Frame, Group, Link, Notice};
use axum::Router;
use axum::routing::{get, post};
use std::sync::Arc;
use tollgate_issuer::rights::SignedIn;

/// Pages of this room.
pub(super) fn pages() -> Router<Arc<Console>> {
    Router::new()
        .route("/console/sign-in", get(sign_in::get).post(sign_in::post))
        .route(
            "/console/second-factor",
            get(second_factor::get).post(second_factor::post),
        )
        .route("/console/sign-out", post(sign_out::post))
        .route("/console/forgot", get(forgot::get).post(forgot::post))
        .route("/console/mail-sent", get(forgot::sent))
        .route("/console/sign-up", get(sign_up::get).post(sign_up::post))
        .route("/console/welcome/open", post(welcome::carry))
        .route("/console/welcome", get(welcome::get).post(welcome::post))
        .route("/console/accounts", get(accounts::get).post(accounts::post))
        .route("/console/prove", get(prove::get).post(prove::post))
        .route("/console/profile", get(profile::get))
        .route("/console/profile/name", get(profile::name).post(profile::rename))
        .route("/console/profile/email", get(email::get).post(email::post))
        .route("/console/profile/password", get(password::get).post(password::post))
        .route("/console/profile/second-factor", get(factor::get).post(factor::post))
        .route(
            "/console/profile/second-factor/remove",
            get(factor::ask_remove).post(factor::remove),
        )
        .route(
            "/console/profile/recovery-codes",
            get(factor::ask_codes).post(factor::codes),
        )
        .route("/console/profile/applications", get(applications::get))
        .route("/console/profile/applications/revoke", post(applications::revoke))
        .route("/console/profile/sessions/end", post(sessions::end))
        .route("/console/profile/sessions/end-others", post(sessions::end_others))
}

/// The frame of a page for nobody in particular.
fn outside(console: &Console, ask: &Ask, title: &str) -> Frame {
    let mut frame = console.frame(title, ask.now);
    frame.notice = Notice::of(ask.asked("done"));
    frame
}

/// The frame of a page about the person who signed in.
fn own(console: &Console, who: &SignedIn, ask: &Ask, title: &str) -> Frame {
    let mut frame = console.frame_of(who, ask, title);
    let within = |href: &str| ask.path == href || ask.path.starts_with(&format!("{href}/"));
    let entry = |href: &str, label: &str, icon| Entry::new(href, label, icon, within(href));
    let mut places = vec![Entry::new(
        "/console",
        &console.desk.terms.console.words.clients,
        "key",
        false,
    )];
    if who.user().operator && console.operators {
        places.push(Entry::new("/console/desk", "Operators' desk", "shield", false));
    }
    let mut you = vec![
        entry("/console/profile", "Your profile", "person"),
        entry("/console/accounts", "Your accounts", "building"),
    ];
    if console.desk.terms.people.enabled {
        let applications = "/console/profile/applications";
        // It stands below the profile in the path, and beside it in the menu.
        if within(applications) {
            you = vec![
                Entry::new("/console/profile", "Your profile", "person", false),
                entry("/console/accounts", "Your accounts", "building"),
            ];
        }
        you.push(entry(applications, "Applications", "key"));
    }
    frame.navigation = vec![
        Group {
            title: "You".to_owned(),
            entries: you,
        },
        Group {
            title: console.desk.terms.console.words.section.clone(),
            entries: places,
        },
    ];
    frame
}

/// As [`own`], for a page below the profile.
fn below_profile(console: &Console, who: &SignedIn, ask: &Ask, title: &str) -> Frame {
    let mut frame = own(console, who, ask, title);
    frame.crumbs = vec![Link::new("/console/profile", "Your profile")];
    frame
}

/// `to` with where to go on from there.
fn with_next(to: &str, next: &str) -> String {
    match super::door::inward(next) {
        "/console" => to.to_owned(),
        next => {
            let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
            format!("{to}?next={next}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::with_next;

    /// AT20: what a page is told to go on to leads inward, also on its way through another page.
    #[test]
    fn the_way_on_travels_only_if_it_leads_inward() {
        assert_eq!(
            with_next("/console/prove", "/console/profile/email"),
            "/console/prove?next=%2Fconsole%2Fprofile%2Femail"
        );
        for next in [
            "",
            "/console",
            "//evil.example",
            "/console/\\evil",
            "https://evil.example/console/",
        ] {
            assert_eq!(with_next("/console/prove", next), "/console/prove", "{next:?}");
        }
    }
}
