use super::*;

const TERMS: Redirects = Redirects {
    used: true,
    required: false,
    most: 3,
    loopback: Loopback::Test,
};

fn one(text: &str, environment: Environment, terms: &Redirects) -> Result<Vec<String>, No> {
    check(&[text.to_owned()], Of::confidential(environment), terms)
}

/// 3E-7: what was typed is what is kept, octet for octet.
#[test]
fn an_address_is_kept_as_it_was_typed() {
    for text in [
        "https://app.example/callback",
        "https://App.Example/Callback?tenant=%7Bone%7D&x=a/b",
        "https://app.example",
        "https://app.example:443/cb/../cb",
        "https://192.0.2.7/cb",
        "https://[2001:db8::1]:8443/cb",
        "https://xn--mnchen-3ya.example/cb",
    ] {
        assert_eq!(
            one(text, Environment::Live, &TERMS),
            Ok(vec![text.to_owned()]),
            "{text}"
        );
    }
}

/// RU4, 3E-4: nothing but a server's own address over TLS; no browser app's or native app's scheme.
#[test]
fn what_is_no_servers_address_is_refused() {
    for text in [
        "",
        "/callback",
        "//app.example/callback",
        "app.example/callback",
        "http://app.example/callback",
        "HTTP://app.example/callback",
        "http://127.0.0.1.app.example/",
        "http://localhost.app.example/",
        "javascript:alert(1)",
        "javascript://app.example/%0Aalert(1)",
        "data:text/html,x",
        "com.example.app:/callback",
        "myapp://callback",
        "urn:ietf:wg:oauth:2.0:oob",
        "https:app.example/callback",
        "https:/app.example/callback",
        "https:///callback",
        "https://",
        "https://:8443/cb",
        "https://app.example/callback#top",
        "https://app.example/callback#",
        "https://*.app.example/callback",
        "https://app.example/*",
        "https://user@app.example/callback",
        "https://user:word@app.example/callback",
        "https://@app.example/callback",
        "https://app.example\\@evil.example/",
        "https://app.example/a b",
        " https://app.example/",
        "https://app.example/\r\nset-cookie:x",
        "https://app.exam\tple/",
        "https://app.example/%zz",
        "https://app.example/%4",
        "https://münchen.example/cb",
        "https://app%2eexample/cb",
        "https://app.example:99999/",
        "https://app.example:port/",
        "https://[::g]/",
        "https://3221225991/",
    ] {
        for environment in [Environment::Test, Environment::Live] {
            let no = one(text, environment, &TERMS);
            assert!(
                matches!(
                    no,
                    Err(No::Invalid {
                        field: "redirect_uris",
                        ..
                    })
                ),
                "{text:?} was taken"
            );
        }
    }
}

/// 3E-10, RU4: a test client may come back to its developer's machine, a live one never, by no name and no scheme.
#[test]
fn loopback_is_for_test_clients() {
    for host in ["127.0.0.1", "[::1]", "localhost"] {
        for text in [
            format!("http://{host}/cb"),
            format!("http://{host}:8080/cb"),
            format!("https://{host}/cb"),
        ] {
            assert!(one(&text, Environment::Test, &TERMS).is_ok(), "{text}");
            let no = one(&text, Environment::Live, &TERMS).unwrap_err();
            assert!(no.to_string().contains("only test clients"), "{text}: {no}");
        }
    }
    for text in [
        "https://127.1/cb",
        "https://2130706433/cb",
        "https://0x7f.0.0.1/cb",
        "https://127.0.0.2/cb",
        "https://0.0.0.0/cb",
        "https://[::]/cb",
        "https://[::ffff:127.0.0.1]/cb",
        "https://[::ffff:7f00:1]/cb",
        "https://[0:0:0:0:0:0:0:1]/cb",
        "https://localhost./cb",
        "https://LOCALHOST/cb",
        "https://app.localhost/cb",
    ] {
        assert!(one(text, Environment::Live, &TERMS).is_err(), "{text} was taken");
    }
    for text in ["http://127.0.0.2/cb", "http://app.localhost/cb", "http://0.0.0.0/cb"] {
        assert!(one(text, Environment::Test, &TERMS).is_err(), "{text} was taken");
    }
}

/// 3E-10: the terms may let every client have such an address, or none.
#[test]
fn the_terms_say_who_may_name_this_machine() {
    let terms = |loopback| Redirects { loopback, ..TERMS };
    let text = "http://localhost:3000/cb";
    for environment in [Environment::Test, Environment::Live] {
        assert!(one(text, environment, &terms(Loopback::Any)).is_ok());
        assert!(one(text, environment, &terms(Loopback::Never)).is_err());
    }
}

/// 3E-9, 3E-11: where the terms require a redirect address there is at least one; logout addresses are optional.
#[test]
fn at_least_one_redirect_address_where_the_terms_require_it() {
    let terms = Redirects {
        required: true,
        ..TERMS
    };
    let no = check(&[], Of::confidential(Environment::Test), &terms).unwrap_err();
    assert_eq!(no, No::invalid("redirect_uris", "must name at least one"));
    assert_eq!(check(&[], Of::confidential(Environment::Test), &TERMS), Ok(Vec::new()));
    assert_eq!(
        check_logout(&[], Of::confidential(Environment::Live), &terms),
        Ok(Vec::new())
    );
}

/// 3E-11: what is wrong with a logout address is said by its own name.
#[test]
fn logout_addresses_have_the_same_form() {
    let list = |text: &str| vec![text.to_owned()];
    assert!(
        check_logout(
            &list("https://app.example/bye"),
            Of::confidential(Environment::Live),
            &TERMS
        )
        .is_ok()
    );
    for text in [
        "http://app.example/bye",
        "https://localhost/bye",
        "https://app.example/#bye",
    ] {
        let no = check_logout(&list(text), Of::confidential(Environment::Live), &TERMS);
        assert!(matches!(
            no,
            Err(No::Invalid {
                field: "logout_uris",
                ..
            })
        ));
    }
}

/// RU4: few, short, and each once.
#[test]
fn addresses_are_counted_measured_and_named_once() {
    let list: Vec<String> = (0..4).map(|n| format!("https://app.example/{n}")).collect();
    assert!(check(list.get(..3).unwrap(), Of::confidential(Environment::Live), &TERMS).is_ok());
    assert!(check(&list, Of::confidential(Environment::Live), &TERMS).is_err());
    let twice = vec!["https://app.example/".to_owned(); 2];
    assert!(check(&twice, Of::confidential(Environment::Live), &TERMS).is_err());
    let head = "https://app.example/";
    let long = |length: usize| format!("{head}{}", "x".repeat(length - head.len()));
    assert!(one(&long(2000), Environment::Live, &TERMS).is_ok());
    let no = one(&long(2001), Environment::Live, &TERMS).unwrap_err();
    assert!(no.to_string().len() < 300, "the message does not repeat all of it");
    let unused = Redirects { used: false, ..TERMS };
    assert!(one("https://app.example/", Environment::Live, &unused).is_err());
    assert_eq!(check(&[], Of::confidential(Environment::Live), &unused), Ok(Vec::new()));
}
