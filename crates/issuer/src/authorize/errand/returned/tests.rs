use super::*;
use crate::authorize::facts::{asked, authorization, parameters, terms};
use crate::people::facts::{NOW, origin};
use serde_json::Map;
use tollgate_model::authorization::Prompt;

fn sso() -> Connection {
    terms().people.connection("sso").unwrap().clone()
}

fn coded(query: &str) -> Result<String, Failed> {
    code(&parameters(query), &sso()).map(str::to_owned)
}

fn told(auth_time: Option<i64>) -> Told {
    Told {
        subject: "s1".into(),
        email: None,
        email_verified: false,
        name: None,
        claims: Map::new(),
        auth_time: auth_time.map(Moment),
    }
}

/// RFC 9207, CL2: an answer in another issuer's name is not listened to, whatever it says.
#[test]
fn an_answer_of_another_issuer_is_not_believed() {
    assert_eq!(coded("code=c1"), Ok("c1".to_owned()));
    assert_eq!(coded("code=c1&iss=https://sso.example"), Ok("c1".to_owned()));
    for query in [
        "code=c1&iss=https://sso.example/",
        "code=c1&iss=https://evil.example",
        "error=access_denied&iss=https://evil.example",
    ] {
        assert!(matches!(coded(query), Err(Failed::Unbelieved(_))), "{query}");
    }
}

/// OP5: of a refusal the word is told, and nothing else that somebody wrote into an address.
#[test]
fn a_refusal_is_told_by_its_word() {
    assert_eq!(
        coded("error=access_denied&code=c1"),
        Err(Failed::Refused("access_denied".into()))
    );
    let long = format!("error={}", "a".repeat(65));
    for query in ["error=No+thanks%0A", "error=tgc_7", long.as_str()] {
        assert_eq!(coded(query), Err(Failed::Refused("an unknown error".into())), "{query}");
    }
    let endless = format!("code={}", "a".repeat(LONGEST_CODE + 1));
    for query in ["", "code=", endless.as_str()] {
        assert!(matches!(coded(query), Err(Failed::Unbelieved(_))));
    }
}

/// CO2: `state` is compared as a keyed digest, whole.
#[test]
fn another_state_is_not_the_errands() {
    let digests = DigestKey::from_bytes(&[7; 32]);
    let errand = Errand {
        connection: "sso".into(),
        state: digests.digest("aut_1.err_1").to_string(),
        nonce: "n".into(),
        verifier: Vec::new(),
    };
    assert!(left_with(&digests, &errand, "aut_1.err_1"));
    for other in ["aut_1.err_2", "aut_1.err_1 ", "", "aut_2.err_1"] {
        assert!(!left_with(&digests, &errand, other));
    }
}

/// OC2: a provider that did not ask again does not count as having asked; one that says nothing of it is believed.
#[test]
fn a_sign_in_of_yesterday_is_none_of_today() {
    let opened = NOW.plus(-60);
    let judged = |prompt: &[Prompt], max_age, shown| {
        let asked = Asked {
            prompt: prompt.to_vec(),
            max_age,
            ..asked()
        };
        fresh(told(shown), &asked, opened, NOW).is_ok()
    };
    assert!(judged(&[], None, Some(NOW.0 - 90_000)));
    assert!(judged(&[Prompt::Login], None, None));
    assert!(judged(&[Prompt::Login], None, Some(opened.0 - LEEWAY)));
    assert!(!judged(&[Prompt::Login], None, Some(opened.0 - LEEWAY - 1)));
    assert!(!judged(&[], Some(0), Some(opened.0 - LEEWAY - 1)));
    assert!(judged(&[], Some(300), Some(NOW.0 - 300 - LEEWAY)));
    assert!(!judged(&[], Some(300), Some(NOW.0 - 301 - LEEWAY)));
}

/// OC2: `auth_time` is what the provider said, within what was asked and never after now: clocks differ, and a person who
/// was let pass is not sent there for ever.
#[test]
fn when_somebody_signed_in_is_corrected_by_a_clocks_difference_at_most() {
    let opened = NOW.plus(-60);
    let taken = |prompt: &[Prompt], max_age, shown| {
        let asked = Asked {
            prompt: prompt.to_vec(),
            max_age,
            ..asked()
        };
        fresh(told(shown), &asked, opened, NOW).unwrap().auth_time
    };
    assert_eq!(taken(&[], None, None), None);
    assert_eq!(taken(&[], Some(300), None), None, "nothing is made up");
    for ago in [90_000, 61, 30, 0] {
        assert_eq!(taken(&[], None, Some(NOW.0 - ago)), Some(NOW.plus(-ago)));
    }
    assert_eq!(taken(&[], None, Some(NOW.0 + LEEWAY)), Some(NOW));
    assert_eq!(
        taken(&[Prompt::Login], None, Some(opened.0 - LEEWAY)),
        Some(opened),
        "since the request, by the provider's clock"
    );
    assert_eq!(taken(&[Prompt::Login], None, Some(opened.0 + 5)), Some(opened.plus(5)));
    assert_eq!(taken(&[], Some(300), Some(NOW.0 - 300 - LEEWAY)), Some(NOW.plus(-300)));
    assert_eq!(taken(&[], Some(300), Some(NOW.0 - 299)), Some(NOW.plus(-299)));
}

#[test]
fn only_a_no_at_the_wanted_connection_ends_the_flow() {
    let wanted = Asked {
        connection: Some("sso".into()),
        ..asked()
    };
    let no = Failed::Refused("access_denied".into());
    assert!(is_final(&wanted, &sso(), &no));
    assert!(!is_final(&asked(), &sso(), &no));
    assert!(!is_final(&wanted, &sso(), &Failed::Unreachable("x".into())));
    assert!(!is_final(&wanted, &sso(), &Failed::Unbelieved("x".into())));
}

/// OP4: who was turned away is told to the log, with the reason.
#[test]
fn somebody_turned_away_is_on_record() {
    let held = authorization();
    let change = turned_away(&held, None, &sso(), "refused: access_denied", &origin(), NOW);
    let Change::Record(event) = change else {
        panic!("an event");
    };
    assert_eq!(
        (event.kind.as_str(), event.subject.as_str()),
        ("connection.refused", held.id.as_str())
    );
    assert_eq!(event.outcome, Came::Refused("connection_failed".into()));
    assert_eq!(event.detail["why"], "refused: access_denied");
}
