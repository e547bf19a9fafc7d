//! What lies in the database's files (RT7, SS-12).

use super::app::set_up;
use crate::scene::{Scene, asker, origin};
use std::path::Path;
use tollgate_issuer::developer;
use tollgate_issuer::people::link;
use tollgate_issuer::registry::secret::Regenerate;
use tollgate_tests::house::PASSWORD;
use tollgate_tests::{Backend, run};

/// Every byte of the database: its file, its log and whatever else lies beside it.
fn bytes(dir: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            all.extend(std::fs::read(path).unwrap());
        }
    }
    all
}

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// RT7, SS-12, OP1: of sessions, links, passwords, second factors, recovery codes and client secrets nothing lies in
/// the database as it is: digests, hashes and what is sealed.
#[test]
fn nothing_lies_in_the_database_as_it_is() {
    run(async {
        let scene = Scene::start("[secrets]\nrevealable = true", Backend::Sqlite).await;
        let desk = scene.desk();
        let begun = scene.begins("dan@firm1.example").await;
        let (app, _) = set_up(&scene, "ann@firm1.example").await;
        link::forgot(desk, "dan@firm1.example", &origin()).await.unwrap();
        let mailed = scene.link_token("dan@firm1.example").await;
        let seat = scene.sits("dan@firm1.example").await;
        let by = asker(&seat);
        let made = developer::regenerate(desk, &seat, &by, &scene.ours.client, &Regenerate::default()).await;
        let made = made.unwrap().unwrap();
        let operator = scene.node.running.first_operator.as_ref().unwrap();

        let all = bytes(scene.dir.path());
        // What is looked for is found where it is: digests, addresses, hashes.
        for there in [
            begun.session.digest.as_str(),
            "dan@firm1.example",
            "$argon2id$",
            made.secret.id.as_str(),
        ] {
            assert!(holds(&all, there.as_bytes()), "{there}");
        }
        let base32 = app.secret.as_str();
        let seed = totp_rs::Secret::try_from_base32(base32).unwrap();
        let mut absent = vec![
            begun.token.expose(),
            &mailed,
            PASSWORD,
            base32,
            made.plain.expose(),
            operator.expose(),
        ];
        absent.extend(app.recovery.iter().map(String::as_str));
        for secret in absent {
            assert!(!holds(&all, secret.as_bytes()), "{}…", &secret[..6]);
            // Nor what is random in it, without its prefix.
            assert!(
                !holds(&all, &secret.as_bytes()[secret.len() / 2..]),
                "the end of {}…",
                &secret[..6]
            );
        }
        assert!(!holds(&all, seed.as_ref()), "the seed of the second factor");
    });
}
