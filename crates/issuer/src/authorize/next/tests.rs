use super::*;
use crate::authorize::facts::{asked, terms, words};
use crate::people::facts::{NOW, guarded, session, user};
use Prompt::{Consent as AskConsent, Login, None as NoPage, SelectAccount};
use tollgate_model::Session;

/// A scene: somebody who showed a password two minutes ago, before the request came, and agreed to all before.
struct Scene {
    asked: Asked,
    user: User,
    session: Session,
    fresh: bool,
    /// Came from another provider's session, which is older than the request.
    came: bool,
    expected: bool,
    chosen: bool,
    agreed: Agreed,
    may_send: bool,
}

impl Scene {
    fn of(change: impl FnOnce(&mut Self)) -> Self {
        let mut scene = Self {
            asked: asked(),
            user: user(),
            session: session(),
            fresh: false,
            came: false,
            expected: true,
            chosen: false,
            agreed: Agreed {
                all: true,
                ..Agreed::default()
            },
            may_send: true,
        };
        change(&mut scene);
        scene
    }

    fn next(&self) -> Next {
        self.with(Person::Present {
            user: &self.user,
            session: &self.session,
            fresh: self.fresh,
            anew: self.fresh || self.came,
            expected: self.expected,
            chosen: self.chosen,
        })
    }

    fn with(&self, person: Person<'_>) -> Next {
        let terms = terms().people;
        next(&Facts {
            asked: &self.asked,
            terms: &terms,
            may_send: self.may_send,
            person,
            agreed: self.agreed,
            now: NOW,
        })
    }
}

fn go() -> Next {
    Next::Code {
        acr: Some("urn:acr:pwd".into()),
    }
}

fn step(step: Step) -> Next {
    Next::Step(step)
}

fn code(next: &Next) -> Code {
    match next {
        Next::Fail(refusal) => refusal.code,
        other => panic!("{other:?} is no refusal"),
    }
}

/// 3E-26, AT4: who is signed in and agreed before gets the code at once.
#[test]
fn who_is_signed_in_and_agreed_goes_straight_on() {
    assert_eq!(Scene::of(|_| {}).next(), go());
}

/// SO-13, 3E-24: there is no code before each step is done.
#[test]
fn nobody_signs_in_and_half_shows_the_second_factor() {
    let scene = Scene::of(|_| {});
    assert_eq!(scene.with(Person::Nobody), step(Step::SignIn));
    assert_eq!(scene.with(Person::Half), step(Step::SecondFactor));
    let new = Scene::of(|s| s.agreed = Agreed::default());
    assert_eq!(new.next(), step(Step::Consent));
    assert_eq!(new.with(Person::Nobody), step(Step::SignIn));
}

/// SS-4: a client that may not send people here gets no person to see a page.
#[test]
fn a_client_that_may_not_send_people_is_told() {
    let scene = Scene::of(|s| s.may_send = false);
    assert_eq!(code(&scene.next()), Code::GrantTypeNotAllowed);
    assert_eq!(code(&scene.with(Person::Nobody)), Code::GrantTypeNotAllowed);
}

/// OC2: `prompt=none` shows no page, whatever would be asked for.
#[test]
fn no_page_is_shown_with_prompt_none() {
    let none = |change: fn(&mut Scene)| {
        Scene::of(|s| {
            s.asked.prompt = vec![NoPage];
            change(s);
        })
    };
    assert_eq!(none(|_| {}).next(), go());
    assert_eq!(code(&none(|_| {}).with(Person::Nobody)), Code::LoginRequired);
    assert_eq!(code(&none(|_| {}).with(Person::Half)), Code::LoginRequired);
    assert_eq!(code(&none(|s| s.expected = false).next()), Code::LoginRequired);
    assert_eq!(code(&none(|s| s.asked.max_age = Some(10)).next()), Code::LoginRequired);
    assert_eq!(
        code(&none(|s| s.agreed = Agreed::default()).next()),
        Code::ConsentRequired
    );
    assert_eq!(
        code(&none(|s| s.asked.connection = Some("sso".into())).next()),
        Code::LoginRequired
    );
    assert_eq!(
        code(&none(|s| s.asked.acr_values = words(&["urn:acr:face"])).next()),
        Code::LoginRequired
    );
    assert_eq!(
        code(&none(|s| s.asked.acr_values = words(&["urn:acr:never"])).next()),
        Code::AcrUnmet
    );
    let trusted = none(|s| {
        s.agreed = Agreed {
            trusted: true,
            ..Agreed::default()
        };
    });
    assert_eq!(trusted.next(), go());
}

/// OC2: `prompt=login` wants a factor that was shown since the request came, and is content with it.
#[test]
fn prompt_login_signs_in_once_more() {
    let login = |fresh| {
        Scene::of(|s| {
            s.asked.prompt = vec![Login];
            s.fresh = fresh;
        })
    };
    assert_eq!(login(false).next(), step(Step::SignIn));
    assert_eq!(login(true).next(), go());
}

/// OC2: `prompt=select_account` asks who to be, unless that was said or shown since.
#[test]
fn prompt_select_account_asks_who_to_be() {
    let select = |chosen| {
        Scene::of(|s| {
            s.asked.prompt = vec![SelectAccount];
            s.chosen = chosen;
        })
    };
    assert_eq!(select(false).next(), step(Step::SelectAccount));
    assert_eq!(select(true).next(), go());
    assert_eq!(select(false).with(Person::Nobody), step(Step::SignIn));
}

/// OC2, 3E-21: `prompt=consent` asks again, once.
#[test]
fn prompt_consent_asks_again_although_the_person_agreed() {
    let asks = |here, trusted| {
        Scene::of(|s| {
            s.asked.prompt = vec![AskConsent];
            s.agreed = Agreed {
                all: true,
                here,
                trusted,
            };
        })
    };
    assert_eq!(asks(false, false).next(), step(Step::Consent));
    assert_eq!(
        asks(false, true).next(),
        step(Step::Consent),
        "also of the vendor's own client"
    );
    assert_eq!(asks(true, false).next(), go());
}

/// OC2: several prompts are gone through one after the other; Sovos sends `login consent`.
#[test]
fn several_prompts_are_gone_through_in_turn() {
    let scene = |fresh, chosen, here| {
        Scene::of(|s| {
            s.asked.prompt = vec![AskConsent, SelectAccount, Login];
            (s.fresh, s.chosen, s.agreed.here) = (fresh, chosen, here);
        })
        .next()
    };
    assert_eq!(scene(false, false, false), step(Step::SignIn));
    assert_eq!(scene(true, false, false), step(Step::SelectAccount));
    assert_eq!(scene(true, true, false), step(Step::Consent));
    assert_eq!(scene(true, true, true), go());
}

/// OC2: `max_age` counts from when a factor was last shown, to the second; 0 is `prompt=login`.
#[test]
fn max_age_is_exact() {
    let shown = |ago: i64, max_age, fresh| {
        Scene::of(|s| {
            s.session.proved = NOW.plus(-ago);
            s.asked.max_age = Some(max_age);
            s.fresh = fresh;
        })
        .next()
    };
    assert_eq!(shown(100, 100, false), go());
    assert_eq!(shown(101, 100, false), step(Step::SignIn));
    assert_eq!(
        shown(101, 100, true),
        go(),
        "shown for this request: asked once, not for ever"
    );
    assert_eq!(
        shown(0, 0, false),
        step(Step::SignIn),
        "shown in the same second, but before"
    );
    assert_eq!(shown(3, 0, true), go());
    assert_eq!(shown(i64::from(i32::MAX), i64::MAX, false), go());
}

/// OC2: `id_token_hint` of somebody else is a reason to sign in; whoever then signs in as another is told to the client.
#[test]
fn somebody_else_than_expected_signs_in_or_is_refused() {
    let other = |fresh| {
        Scene::of(|s| {
            s.expected = false;
            s.fresh = fresh;
        })
    };
    assert_eq!(other(false).next(), step(Step::SignIn));
    assert_eq!(code(&other(true).next()), Code::LoginRequired);
}

/// OC2: who comes from a provider's session of this morning was asked nothing there: for a client that lets it be that old
/// they are signed in, for any other they are not; and nobody is sent there twice because they are somebody else.
#[test]
fn a_session_elsewhere_counts_for_no_more_than_it_is() {
    let came = |change: fn(&mut Scene)| {
        Scene::of(|s| {
            s.came = true;
            s.session.factors = words(&["fed"]);
            s.session.proved = NOW.plus(-9_000);
            s.asked.connection = Some("sso".into());
            change(s);
        })
        .next()
    };
    let there = || step(Step::Connection("sso".into()));
    assert_eq!(came(|_| {}), Next::Code { acr: None });
    assert_eq!(came(|s| s.asked.max_age = Some(9_000)), Next::Code { acr: None });
    assert_eq!(came(|s| s.asked.max_age = Some(8_999)), there());
    assert_eq!(came(|s| s.asked.max_age = Some(0)), there());
    assert_eq!(came(|s| s.asked.prompt = vec![Login]), there());
    assert_eq!(code(&came(|s| s.expected = false)), Code::LoginRequired);
    assert_eq!(
        code(&came(|s| s.asked.acr_values = words(&["urn:acr:pwd"]))),
        Code::AcrUnmet
    );
}

/// 3E-18: `connection` leads straight there, unless the session comes from there.
#[test]
fn a_connection_is_gone_to_straight() {
    let at = |connection: &str, factors: &[&str]| {
        Scene::of(|s| {
            s.asked.connection = Some(connection.into());
            s.session.factors = words(factors);
        })
    };
    assert_eq!(
        at("sso", &[]).with(Person::Nobody),
        step(Step::Connection("sso".into()))
    );
    assert_eq!(at("sso", &["pwd"]).next(), step(Step::Connection("sso".into())));
    assert_eq!(at("sso", &["pwd", "fed"]).next(), go());
    // A test connection is pressed by somebody who signed in.
    assert_eq!(at("mirror", &[]).with(Person::Nobody), step(Step::SignIn));
    assert_eq!(at("mirror", &["pwd"]).next(), step(Step::Test("mirror".into())));
    assert_eq!(at("mirror", &["pwd", "face"]).next(), go());
    let again = Scene::of(|s| {
        s.asked.connection = Some("sso".into());
        s.asked.prompt = vec![Login];
        s.session.factors = words(&["fed"]);
    });
    assert_eq!(
        again.next(),
        step(Step::Connection("sso".into())),
        "signed in anew where one signs in"
    );
}

/// SO-12: `acr_values` is reached by what was shown, or leads to what is missing, or is told to be out of reach.
#[test]
fn a_kind_of_sign_in_is_reached_or_led_to() {
    let reached = |values: &[&str], factors: &[&str], fresh: bool| {
        Scene::of(|s| {
            s.asked.acr_values = words(values);
            s.session.factors = words(factors);
            s.fresh = fresh;
        })
        .next()
    };
    let acr = |value: &str| Next::Code {
        acr: Some(value.into()),
    };
    let press = || step(Step::Test("mirror".into()));
    assert_eq!(reached(&["urn:acr:face"], &["pwd"], true), press());
    assert_eq!(reached(&["urn:acr:face"], &["pwd", "face"], true), acr("urn:acr:face"));
    // The most wanted that is met, and the least trouble where none is.
    assert_eq!(
        reached(&["urn:acr:face", "urn:acr:pwd"], &["pwd"], true),
        acr("urn:acr:pwd")
    );
    assert_eq!(reached(&["urn:acr:never", "urn:acr:face"], &["pwd"], true), press());
    // This person has no second factor to show, and nobody has the last.
    assert_eq!(code(&reached(&["urn:acr:two"], &["pwd"], false)), Code::AcrUnmet);
    assert_eq!(code(&reached(&["urn:acr:never"], &["pwd"], false)), Code::AcrUnmet);
    // A way of several factors is no way when one of them is out of reach.
    assert_eq!(reached(&["urn:acr:face"], &["fed"], false), press());
    // What is shown at the door is asked for there, once.
    assert_eq!(reached(&["urn:acr:pwd"], &["fed"], false), step(Step::SignIn));
    assert_eq!(code(&reached(&["urn:acr:pwd"], &["fed"], true)), Code::AcrUnmet);
}

/// SO-12: whoever has a second factor, and did not show it, does so at the door.
#[test]
fn a_second_factor_on_record_is_asked_for() {
    let scene = |fresh| {
        Scene::of(|s| {
            s.user = guarded();
            s.asked.acr_values = words(&["urn:acr:two"]);
            s.fresh = fresh;
        })
        .next()
    };
    assert_eq!(scene(false), step(Step::SignIn));
    assert_eq!(code(&scene(true)), Code::AcrUnmet);
}

/// SO-12: who is asked for no kind of sign-in is told the first that was reached, or none.
#[test]
fn an_acr_is_told_unasked() {
    let unasked = |factors: &[&str]| Scene::of(|s| s.session.factors = words(factors)).next();
    assert_eq!(unasked(&["pwd", "otp"]), go());
    assert_eq!(
        unasked(&["face"]),
        Next::Code {
            acr: Some("urn:acr:face".into())
        }
    );
    assert_eq!(unasked(&["fed"]), Next::Code { acr: None });
}

/// CO1: every client asks that is not the vendor's own.
#[test]
fn only_the_vendors_own_client_asks_nobody() {
    let agreed = |all, trusted| {
        Scene::of(|s| {
            s.agreed = Agreed {
                all,
                here: false,
                trusted,
            };
        })
        .next()
    };
    assert_eq!(agreed(false, false), step(Step::Consent));
    assert_eq!(agreed(false, true), go());
    assert_eq!(agreed(true, false), go());
}

/// No step is named twice for the same reason: whatever was asked, a person who does what they are asked arrives.
#[test]
fn every_way_comes_to_an_end() {
    let prompts = [
        vec![],
        vec![Login],
        vec![SelectAccount],
        vec![AskConsent],
        vec![Login, SelectAccount, AskConsent],
    ];
    let connections = [None, Some("sso"), Some("mirror")];
    let acrs: [&[&str]; 4] = [
        &[],
        &["urn:acr:face"],
        &["urn:acr:two"],
        &["urn:acr:never", "urn:acr:pwd"],
    ];
    for prompt in &prompts {
        for connection in connections {
            for acr_values in acrs {
                for (max_age, old) in [
                    (None, false),
                    (Some(0), false),
                    (Some(60), false),
                    (None, true),
                    (Some(60), true),
                ] {
                    let mut scene = Scene::of(|s| {
                        s.came = old;
                        s.asked.prompt.clone_from(prompt);
                        s.asked.connection = connection.map(str::to_owned);
                        s.asked.acr_values = words(acr_values);
                        s.asked.max_age = max_age;
                        s.agreed = Agreed::default();
                    });
                    let mut steps = 0;
                    while let Next::Step(step) = scene.next() {
                        steps += 1;
                        assert!(
                            steps < 8,
                            "{prompt:?} {connection:?} {acr_values:?} {max_age:?} goes round"
                        );
                        scene.goes(&step);
                    }
                }
            }
        }
    }
}

impl Scene {
    /// The person does what they are asked.
    fn goes(&mut self, step: &Step) {
        match step {
            Step::SignIn | Step::SecondFactor => {
                self.session.factors = words(&["pwd"]);
                (self.fresh, self.chosen) = (true, true);
            }
            Step::SelectAccount => self.chosen = true,
            // A provider lets somebody through on what is as recent as was asked for.
            Step::Connection(_) if self.came && !self.asked.prompt.contains(&Login) => {
                self.session.factors.push("fed".into());
                let most = self.asked.max_age.unwrap_or(90_000);
                self.session.proved = self.session.proved.max(NOW.plus(-most));
            }
            Step::Connection(_) => {
                self.session.factors.push("fed".into());
                self.fresh = true;
            }
            Step::Test(_) => {
                self.session.factors.push("face".into());
                self.fresh = true;
            }
            Step::Consent => (self.agreed.all, self.agreed.here) = (true, true),
        }
    }
}
