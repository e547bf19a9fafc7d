use super::*;
use crate::registry::facts::api;
use crate::token::facts::{digests, known, user};
use serde_json::json;
use tollgate_model::client::SignIn;

fn terms() -> PeopleTerms {
    PeopleTerms::of("https://as.example/userinfo")
}

fn subject_at(sign_in: SignIn, sector: &str, id: &str) -> String {
    let sign_in = KnownSignIn {
        terms: sign_in,
        sector: sector.into(),
        record: std::sync::Arc::new(crate::registry::facts::record(Vec::new())),
    };
    subject(&digests(), &sign_in, &UserId::new(id))
}

/// TE15, OC6: a `sub` begins with what no `client_id` begins with, and is a function of an id that is never given again.
#[test]
fn a_sub_is_public_or_pairwise() {
    let public = SignIn::default;
    let pairwise = || SignIn {
        pairwise: true,
        ..SignIn::default()
    };
    assert_eq!(subject_at(public(), "app.example", "usr_1"), "usr_1");
    let here = subject_at(pairwise(), "app.example", "usr_1");
    assert_eq!(here, subject_at(pairwise(), "app.example", "usr_1"));
    let others = [
        subject_at(pairwise(), "other.example", "usr_1"),
        subject_at(pairwise(), "app.example", "usr_2"),
        subject_at(public(), "app.example", "usr_1"),
    ];
    assert!(!others.contains(&here));
    for sub in others.iter().chain([&here]) {
        assert!(sub.starts_with("usr_") && sub.len() <= 255 && sub.is_ascii(), "{sub}");
    }
    assert!(!here.contains("usr_1"));
}

#[test]
fn clients_of_one_sector_know_a_person_by_one_name() {
    let client = known(SignIn {
        pairwise: true,
        ..SignIn::default()
    });
    let sign_in = client.sign_in.as_deref().unwrap();
    assert_eq!(sign_in.sector, "app.example");
    let pairwise = subject(&digests(), sign_in, &user().id);
    assert_eq!(
        pairwise,
        subject_at(sign_in.terms.clone(), "app.example", user().id.as_str())
    );
}

/// SO-5, SO-6, OC3: scopes open what the house says they open, and what is not on record is left out.
#[test]
fn a_client_learns_what_scopes_open() {
    let mut terms = terms();
    let own = |name: &str, claims: &[&str]| crate::terms::people::ClaimScope {
        name: name.into(),
        description: String::new(),
        claims: claims.iter().map(|claim| (*claim).to_owned()).collect(),
    };
    terms.scopes.retain(|scope| scope.name != "profile");
    terms
        .scopes
        .push(own("profile", &["name", "birthdate", "credential", "iss"]));
    terms.scopes.push(own("credential", &["credential"]));
    let mut user = user();
    let record = json!({ "birthdate": "1980-02-29", "credential": { "type": "passport" }, "iss": "x",
        "address": null, "sub": "usr_2", "shoe_size": 44, "email": "forged@firm.example" });
    user.claims = record.as_object().unwrap().clone();
    let told = |scopes: &str, asked: &[&str]| {
        let scopes = Scopes::parse(scopes).unwrap();
        let asked: Vec<String> = asked.iter().map(|name| (*name).to_owned()).collect();
        Value::Object(claims(&user, opened(&terms, &scopes, &asked)))
    };
    assert_eq!(told("openid offline_access", &[]), json!({}));
    assert_eq!(
        told("openid profile", &[]),
        json!({ "name": "Ann", "birthdate": "1980-02-29", "credential": { "type": "passport" } })
    );
    assert_eq!(
        told("openid credential", &[]),
        json!({ "credential": { "type": "passport" } })
    );
    assert_eq!(
        told("openid email address", &[]),
        json!({ "email": "ann@firm.example", "email_verified": true })
    );
    // By name: what some scope would open, and nothing else of the record.
    assert_eq!(
        told("openid", &["birthdate", "shoe_size", "sub", "iss", "password"]),
        json!({ "birthdate": "1980-02-29" })
    );
}

/// TE13: an API's scopes as far as API and grant still have them; OpenID Connect's always.
#[test]
fn a_token_has_what_is_still_in_force() {
    let client = known(SignIn::default());
    let apis = [api()];
    let agreed: Scopes = ["openid", "read", "write", "gone", "offline_access"]
        .into_iter()
        .collect();
    let (terms, docs) = (terms(), api().id);
    let token = granted(&client, Some(&docs), &agreed, &apis, &terms).unwrap();
    assert_eq!(token.scopes.to_string(), "openid read offline_access");
    assert_eq!((token.audience, token.lifetime), (vec![api().audience], 3600));

    let token = granted(&client, None, &agreed, &apis, &terms).unwrap();
    assert_eq!(token.scopes.to_string(), "openid offline_access");
    assert_eq!(token.audience, ["https://as.example/userinfo"]);

    let gone = granted(&client, Some(&docs), &agreed, &[], &terms).unwrap_err();
    assert_eq!(gone.code, Code::AudienceUnknown);
    let other = [Api {
        id: ApiId::new("other"),
        ..api()
    }];
    let taken = granted(&client, Some(&ApiId::new("other")), &agreed, &other, &terms).unwrap_err();
    assert_eq!(taken.code, Code::AudienceNotGranted);
}

/// Where the house says so a token for an API is for the UserInfo endpoint as well, if `openid` was agreed to (Auth0).
#[test]
fn userinfo_stands_in_the_audience_where_the_terms_say_so() {
    let client = known(SignIn::default());
    let (apis, docs) = ([api()], api().id);
    let mut terms = terms();
    terms.userinfo_in_audience = true;
    let audience = |scopes: &str| {
        let agreed = Scopes::parse(scopes).unwrap();
        granted(&client, Some(&docs), &agreed, &apis, &terms).unwrap().audience
    };
    assert_eq!(
        audience("openid read"),
        [api().audience, "https://as.example/userinfo".into()]
    );
    assert_eq!(audience("read"), [api().audience]);
}
