use super::*;

const ADDRESS: &str = "https://app.firm.example/cb?tenant=7";

fn registered(list: &[&str]) -> Vec<String> {
    list.iter().map(|one| (*one).to_owned()).collect()
}

fn code(list: &[&str], asked: Option<&str>, public: bool) -> Code {
    find(&registered(list), asked, public).unwrap_err().code
}

/// RU1, 3E-8, SO-10, AT4: the registered address and nothing that only looks like it.
#[test]
fn near_misses_of_an_address_are_unknown() {
    let held = registered(&[ADDRESS]);
    let found = find(&held, Some(ADDRESS), false).unwrap();
    assert_eq!((found.uri.as_str(), found.named), (ADDRESS, true));

    let misses = [
        "http://app.firm.example/cb?tenant=7",
        "HTTPS://app.firm.example/cb?tenant=7",
        "https://APP.firm.example/cb?tenant=7",
        "https://app.firm.example:443/cb?tenant=7",
        "https://app.firm.example/cb",
        "https://app.firm.example/cb?tenant=8",
        "https://app.firm.example/cb?tenant=7&x=1",
        "https://app.firm.example/cb/?tenant=7",
        "https://app.firm.example/CB?tenant=7",
        "https://app.firm.example/%63b?tenant=7",
        "https://app.firm.example/./cb?tenant=7",
        "https://app.firm.example/x/../cb?tenant=7",
        "https://app.firm.example//cb?tenant=7",
        "https://app.firm.example/cb?tenant=7#",
        "https://app.firm.example/cb?tenant=7#x",
        "https://user@app.firm.example/cb?tenant=7",
        "https://app.firm.example@evil.example/cb?tenant=7",
        "https://app.firm.example.evil.example/cb?tenant=7",
        "https://evil.example/cb?tenant=7",
        "https://app.firm.example./cb?tenant=7",
        "https://app.firm.example\\@evil.example/cb?tenant=7",
        " https://app.firm.example/cb?tenant=7",
        "https://app.firm.example/cb?tenant=7 ",
        "https://app.firm.example/cb?tenant=7%0d%0aSet-Cookie:x=1",
        "//app.firm.example/cb?tenant=7",
        "/cb?tenant=7",
        "javascript:alert(1)",
    ];
    assert!(misses.len() >= 14);
    for miss in misses {
        for public in [false, true] {
            assert_eq!(code(&[ADDRESS], Some(miss), public), Code::RedirectUnknown, "{miss}");
        }
    }
}

/// RU2: RFC 8252 §7.3: the port of a native app's loopback address is whatever the machine gave it.
#[test]
fn a_public_client_comes_back_on_any_port_of_the_loopback_interface() {
    let held = ["http://127.0.0.1/cb?a=1", "http://[::1]:8081/cb"];
    for asked in [
        "http://127.0.0.1/cb?a=1",
        "http://127.0.0.1:1/cb?a=1",
        "http://127.0.0.1:49152/cb?a=1",
        "http://127.0.0.1:65535/cb?a=1",
        "http://[::1]/cb",
        "http://[::1]:8081/cb",
        "http://[::1]:50000/cb",
    ] {
        let found = find(&registered(&held), Some(asked), true).unwrap();
        assert_eq!(found.uri, asked, "the answer goes to the port that was asked for");
    }
    let bare = registered(&["http://127.0.0.1"]);
    assert!(find(&bare, Some("http://127.0.0.1:4000"), true).is_ok());
}

/// RU2: path, query and letters stay exact.
#[test]
fn the_rest_of_a_loopback_address_stays_exact() {
    for asked in [
        "http://127.0.0.1:4000/cb",
        "http://127.0.0.1:4000/cb?a=2",
        "http://127.0.0.1:4000/CB?a=1",
        "http://127.0.0.1:4000/cb/?a=1",
        "http://127.0.0.1:4000/?a=1",
        "http://127.0.0.1:4000",
        "http://127.0.0.1:4000/cb?a=1#f",
        "http://[::1]:4000/cb?a=1",
        "https://127.0.0.1:4000/cb?a=1",
    ] {
        let held = ["http://127.0.0.1/cb?a=1"];
        assert_eq!(code(&held, Some(asked), true), Code::RedirectUnknown, "{asked}");
    }
}

/// RU3: nothing else gets another port, and nothing that only begins like the loopback interface.
#[test]
fn other_clients_and_other_hosts_get_no_other_port() {
    assert_eq!(
        code(&["http://127.0.0.1:80/cb"], Some("http://127.0.0.1:81/cb"), false),
        Code::RedirectUnknown,
        "a client with a secret"
    );
    for (held, asked) in [
        ("http://localhost:80/cb", "http://localhost:81/cb"),
        ("https://app.firm.example/cb", "https://app.firm.example:8443/cb"),
        ("https://127.0.0.1:80/cb", "https://127.0.0.1:81/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:80@evil.example/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:@evil.example/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1@evil.example/cb"),
        ("http://127.0.0.1/cb", "http://user@127.0.0.1:80/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:0/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:080/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:65536/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:+80/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.2:80/cb"),
        ("http://127.0.0.1/cb", "http://127.1:80/cb"),
        ("http://127.0.0.1/cb", "http://2130706433/cb"),
        ("http://[::1]/cb", "http://[0:0:0:0:0:0:0:1]:80/cb"),
        ("http://[::1]/cb", "http://[::1].evil.example/cb"),
    ] {
        assert_eq!(code(&[held], Some(asked), true), Code::RedirectUnknown, "{asked}");
    }
}

/// RU7, 3E-14: who names no address comes back to the only one there is; of several, none goes without saying.
#[test]
fn the_only_address_goes_without_saying() {
    let found = find(&registered(&[ADDRESS]), None, false).unwrap();
    assert_eq!((found.uri.as_str(), found.named), (ADDRESS, false));
    assert_eq!(code(&[], None, false), Code::RedirectMissing);
    assert_eq!(
        code(&[ADDRESS, "https://b.example/"], None, false),
        Code::RedirectMissing
    );
    assert_eq!(code(&[], Some(ADDRESS), false), Code::RedirectUnknown);
}

/// SE: up to five addresses, each as good as the others.
#[test]
fn each_of_several_addresses_is_good() {
    let five: Vec<String> = (1..=5).map(|n| format!("https://app{n}.firm.example/cb")).collect();
    for one in &five {
        assert_eq!(find(&five, Some(one), false).unwrap().uri, *one);
    }
    assert!(find(&five, Some("https://app6.firm.example/cb"), false).is_err());
}
