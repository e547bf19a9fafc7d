use super::*;
use crate::authorize::facts::{authorization, case, consent, fresh as person, terms, web};
use crate::people::facts::NOW;
use crate::registry::facts::{api, told};

fn fresh() -> Fresh {
    Fresh {
        digest: "digest".into(),
        consent: ConsentId::new("con_new"),
    }
}

fn whole() -> tollgate_model::Consent {
    consent(&[(None, "openid profile"), (Some(api().id.as_str()), "read")])
}

/// PK5, 3E-28: a code lives for a minute at most, whatever the terms say.
#[test]
fn a_code_lives_for_a_minute_at_most() {
    for (said, lives) in [(60, 60), (20, 20), (600, 60), (i64::MAX, 60), (0, 1), (-5, 1)] {
        let mut terms = terms().people;
        terms.code_lifetime = said;
        let (held, record, who) = (authorization(), web(), person());
        let case = case(&held, &record, Some(&who), Some(whole()));
        let (coded, _) = decide(&case, &who, None, &fresh(), &terms, ("r1", NOW));
        assert_eq!(coded.expires.since(NOW), lives);
    }
}

/// SO-13: the code stands for who signed in, how, and what they agreed to; it is remembered as long as the session.
#[test]
fn a_code_stands_for_the_person_and_the_consent() {
    let (held, record, mut who) = (authorization(), web(), person());
    who.session.ends = NOW.plus(200_000);
    let case = case(&held, &record, Some(&who), Some(whole()));
    let (coded, changes) = decide(
        &case,
        &who,
        Some("urn:acr:pwd".into()),
        &fresh(),
        &terms().people,
        ("r1", NOW),
    );
    assert!(changes.is_empty(), "what was agreed to before is not kept again");
    assert_eq!(coded.stage, Stage::Coded);
    assert_eq!(coded.consent.as_ref().map(ConsentId::as_str), Some("con_1"));
    assert_eq!(coded.scopes, held.asked.scopes);
    assert_eq!(coded.code.as_deref(), Some("digest"));
    assert_eq!(coded.forget_after, NOW.plus(200_000));
    let by = coded.by.unwrap();
    assert_eq!(
        (by.user, by.session, by.at),
        (who.user.id, who.session.id, NOW.plus(-30))
    );
    assert_eq!(by.factors, ["pwd"]);
    assert_eq!(by.acr.as_deref(), Some("urn:acr:pwd"));

    let short = person();
    let case = self::case(&held, &record, Some(&short), Some(whole()));
    let (coded, _) = decide(&case, &short, None, &fresh(), &terms().people, ("r1", NOW));
    assert_eq!(
        coded.forget_after,
        NOW.plus(86_400),
        "a day at least, for a code that comes again"
    );
}

/// CO3: also where nobody was asked, a consent is kept, and can be taken back.
#[test]
fn every_code_belongs_to_a_consent() {
    let (held, mut record, who) = (authorization(), web(), person());
    record.client.sign_in.trusted = true;
    let first = case(&held, &record, Some(&who), None);
    let (coded, changes) = decide(&first, &who, None, &fresh(), &terms().people, ("r1", NOW));
    assert_eq!(coded.consent.as_ref().map(ConsentId::as_str), Some("con_new"));
    assert!(
        matches!(changes.first(), Some(Change::AddConsent(consent)) if covers(consent, &wanted(&held.asked, &terms().people), &terms().people))
    );
    assert_eq!(told(&changes), ["consent.given"]);

    let more = case(&held, &record, Some(&who), Some(consent(&[(None, "openid")])));
    let (coded, changes) = decide(&more, &who, None, &fresh(), &terms().people, ("r1", NOW));
    assert_eq!(coded.consent.as_ref().map(ConsentId::as_str), Some("con_1"));
    assert!(matches!(changes.first(), Some(Change::ReviseConsent { was: 8, .. })));
}

/// PK7: a code carries at least 160 random bits, and is no UUID.
#[test]
fn a_code_cannot_be_guessed() {
    let source = tollgate_keys::chance::Fixed::new(3);
    let codes: Vec<String> = (0..200)
        .map(|_| Plain::mint(Kind::Code, &source).unwrap().expose().to_owned())
        .collect();
    let random = |code: &str| code.strip_prefix("tgc_").map(|rest| rest.len() - 6);
    assert!(codes.iter().all(|code| random(code) == Some(32)));
    assert!(32.0 * 62_f64.log2() >= 160.0);
    let distinct: std::collections::BTreeSet<&String> = codes.iter().collect();
    assert_eq!(distinct.len(), codes.len());
}
