use super::*;
use tollgate_protocol::claims::Mark;
use tollgate_protocol::scope::Scopes;

const HERE: &str = "https://as.example/userinfo";

fn token() -> AccessToken {
    AccessToken {
        issuer: "https://as.example".into(),
        subject: Some("usr_1".into()),
        client_id: "client-one".into(),
        audience: vec!["https://api.example/docs".into(), HERE.into()],
        scopes: ["openid", "email"].into_iter().collect(),
        issued: 1,
        not_before: None,
        expires: 2,
        id: None,
        bought: None,
        mark: Some(Mark {
            account: "acc_1".into(),
            secret: None,
            environment: "live".into(),
            authorization: Some("aut_1".into()),
            consent: Some("con_1".into()),
        }),
    }
}

/// OC3: the `sub` is the token's, which is the ID token's.
#[test]
fn the_person_is_whom_the_token_names() {
    let entitled = entitled(&token(), HERE).unwrap();
    assert_eq!(entitled.subject, "usr_1");
    assert_eq!(
        (entitled.consent.as_str(), entitled.authorization.as_str()),
        ("con_1", "aut_1")
    );
}

/// OC3, RS3: 401 for a token that is for somewhere else or speaks for no person, 403 for one without the scope.
#[test]
fn a_token_for_something_else_is_refused() {
    let no = |change: fn(&mut AccessToken)| {
        let mut token = token();
        change(&mut token);
        entitled(&token, HERE).unwrap_err()
    };
    assert_eq!(no(|token| token.audience.truncate(1)), NoInfo::Invalid);
    assert_eq!(
        no(|token| token.scopes = ["email"].into_iter().collect()),
        NoInfo::NoScope
    );
    assert_eq!(no(|token| token.scopes = Scopes::default()), NoInfo::NoScope);
    assert_eq!(no(|token| token.subject = None), NoInfo::Invalid);
    assert_eq!(no(|token| token.mark = None), NoInfo::Invalid);
    let unmarked = |change: fn(&mut Mark)| {
        let mut token = token();
        if let Some(mark) = &mut token.mark {
            change(mark);
        }
        entitled(&token, HERE).unwrap_err()
    };
    assert_eq!(unmarked(|mark| mark.consent = None), NoInfo::Invalid);
    assert_eq!(unmarked(|mark| mark.authorization = None), NoInfo::Invalid);
}
