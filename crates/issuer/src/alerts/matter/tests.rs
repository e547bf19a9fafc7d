use super::*;
use crate::registry::facts::{self, NOW, client};
use crate::terms::Terms;

/// One of each kind.
pub(in crate::alerts) fn matters() -> Vec<Matter> {
    let (secret, label) = (SecretId::new("sec_1"), "first".to_owned());
    vec![
        Matter::SecretExpiring {
            secret: secret.clone(),
            label: label.clone(),
            expires: NOW.plus(7 * 86_400),
            days: 7,
        },
        Matter::OldSecretUsed {
            secret: secret.clone(),
            label: label.clone(),
            successor: SecretId::new("sec_2"),
            successor_label: "second".to_owned(),
            made: NOW.plus(-7200),
            used: NOW.plus(-3600),
            ends: Some(NOW.plus(86_400)),
        },
        Matter::Unused {
            secret: secret.clone(),
            label: label.clone(),
            since: NOW.plus(-100 * 86_400),
            ever: false,
        },
        Matter::RefusedBurst {
            count: 50,
            since: NOW.plus(-60),
            until: NOW,
        },
        Matter::SecretLeaked {
            secret,
            label,
            done: Done::Revoked,
            host: Some("paste.example".to_owned()),
        },
        Matter::RequestDecided {
            application: ApplicationId::new("app_1"),
            name: "Robot".to_owned(),
            approved: true,
            answer: Some("Welcome".to_owned()),
        },
    ]
}

pub(in crate::alerts) fn about(matter: Matter) -> Alert {
    let client = client();
    matter
        .alert(AlertId::new("alt_1"), &client.account, Some(&client), NOW)
        .unwrap()
}

#[test]
fn what_is_on_record_is_read_back_as_what_it_was() {
    for matter in matters() {
        let alert = about(matter.clone());
        assert_eq!(alert.kind, matter.kind());
        assert!(
            alert.key.starts_with(&format!("{}:", matter.kind().as_str())),
            "{}",
            alert.key
        );
        assert_eq!(
            Matter::of(&alert),
            Some((matter, Some(client().name), Some(client().environment)))
        );
    }
}

#[test]
fn each_key_is_of_its_own() {
    let mut keys: Vec<_> = matters().iter().map(|matter| matter.key(Some(&client()))).collect();
    let all = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), all);
    assert_eq!(
        matters()[3].key(Some(&client())),
        format!("refused_burst:client-one:{}", NOW.day())
    );
}

#[test]
fn the_message_about_an_expiring_secret_says_which_and_when() {
    let alert = about(matters().remove(0));
    assert_eq!(
        data(&alert),
        json!({
            "alert": "alt_1", "account": "acc_1",
            "client": { "id": "client-one", "name": "Robot", "environment": "live" },
            "secret": { "id": "sec_1", "label": "first" },
            "expires": "2027-01-22T08:00:00Z", "days": 7,
        })
    );
}

/// OP5: what is told of a secret names it, and has nothing of its digest, wherever it is told.
#[test]
fn no_alert_holds_the_digest_of_the_secret_it_is_about() {
    let terms = Terms::rfc("https://id.example").console;
    let mut old = facts::secret(1);
    old.digest = "canary".repeat(10);
    old.created = NOW.plus(-200 * 86_400);
    old.expires = Some(NOW.plus(3600));
    let due = crate::alerts::due(&facts::record(vec![old]), NOW);
    assert_eq!(due.len(), 2, "it ends soon, and nobody uses it");
    for matter in due {
        let alert = about(matter);
        let all = format!("{alert:?} {} {:?}", data(&alert), crate::alerts::said(&alert, &terms));
        assert!(all.contains("sec_1") && !all.contains("canary"), "{all}");
    }
}

#[test]
fn an_alert_that_a_later_version_wrote_is_told_without_its_details() {
    let mut alert = about(matters().remove(0));
    for detail in [json!({ "other": 1 }), json!(null), json!([])] {
        alert.detail = detail;
        assert_eq!(Matter::of(&alert), None);
        assert_eq!(data(&alert), json!({ "alert": "alt_1", "account": "acc_1" }));
    }
}

#[test]
fn a_name_that_is_missing_is_added_and_one_that_is_there_stays() {
    let mut alert = about(matters().remove(4));
    alert.detail = json!({ "secret": "sec_1", "label": "first", "done": "marked", "host": null });
    let named = with_names(alert.clone(), &client());
    assert_eq!(named.detail["client_name"], "Robot");
    let (matter, name, environment) = Matter::of(&named).unwrap();
    assert!(matches!(matter, Matter::SecretLeaked { done: Done::Marked, .. }));
    assert_eq!((name, environment), (Some("Robot".to_owned()), Some(Environment::Live)));

    let mut renamed = client();
    renamed.name = "Other".to_owned();
    assert_eq!(with_names(named.clone(), &renamed), named);
}
