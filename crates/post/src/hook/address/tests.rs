use super::*;
use std::time::Duration;

const STRICT: Rules = Rules {
    private_addresses: false,
    timeout: Duration::from_secs(5),
    http: false,
};

fn judged(url: &str) -> Option<Unfit> {
    acceptable(url, &STRICT).err()
}

/// CO7: every spelling of an address that is not public, whichever way it is written.
#[test]
fn no_spelling_of_a_private_address_is_acceptable() {
    for host in [
        // Loopback, and how else it is written.
        "127.0.0.1",
        "127.255.255.254",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "%31%32%37.0.0.1",
        "１２７.０.０.１",
        "127。0。0。1",
        "①②⑦.0.0.1",
        // This network, and nothing at all.
        "0",
        "0.0.0.0",
        "0.1.2.3",
        "00",
        // Private use.
        "10.0.0.1",
        "10.255.255.255",
        "012.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "192.168.257",
        "3232235521",
        // Carriers, link-local, metadata services.
        "100.64.0.1",
        "100.127.255.255",
        "169.254.169.254",
        "0xa9fea9fe",
        "2852039166",
        "100.100.100.200",
        // Assignments, documentation, benchmarks, relays.
        "192.0.0.1",
        "192.0.0.192",
        "192.0.2.1",
        "198.51.100.1",
        "203.0.113.1",
        "198.18.0.1",
        "198.19.255.255",
        "192.88.99.1",
        // Multicast, reserved, broadcast.
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        // The same in IPv6.
        "[::]",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::127.0.0.1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::ffff:169.254.169.254]",
        "[::ffff:8.8.8.8]",
        "[::ffff:0:127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b::8.8.8.8]",
        "[64:ff9b:1::1]",
        "[100::1]",
        "[2001::1]",
        "[2001:0:7f00:1::]",
        "[2001:2::1]",
        "[2001:10::1]",
        "[2001:20::1]",
        "[2001:db8::1]",
        "[2002:7f00:1::]",
        "[2002:a00:1::1]",
        "[3fff::1]",
        "[3fff:fff::1]",
        "[5f00::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "[fec0::1]",
        "[ff02::1]",
    ] {
        for url in [format!("https://{host}/"), format!("https://{host}:8443/a?b=c")] {
            assert_eq!(judged(&url), Some(Unfit::NotPublic), "{url}");
        }
    }
}

/// CO7: a name of one's own network is none of ours.
#[test]
fn no_local_name_is_acceptable() {
    for host in [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "ｌｏｃａｌｈｏｓｔ",
        "a.localhost",
        "localhost.localdomain",
        "printer.local",
        "printer.LOCAL.",
        "metadata.google.internal",
        "vault.internal",
        "nas.lan",
        "wiki.intranet",
        "router.home.arpa",
        "redis",
        "com",
    ] {
        assert_eq!(judged(&format!("https://{host}/")), Some(Unfit::LocalName), "{host}");
    }
}

/// CO7: what is no plain `https` address is named for what it is.
#[test]
fn every_other_form_is_named_for_what_it_is() {
    for (url, unfit) in [
        ("", Unfit::Malformed),
        ("hooks.vendor.example", Unfit::Malformed),
        ("//hooks.vendor.example/", Unfit::Malformed),
        ("https://", Unfit::Malformed),
        ("https:hooks.vendor.example", Unfit::Malformed),
        ("https:/hooks.vendor.example", Unfit::Malformed),
        ("https:///", Unfit::Malformed),
        ("https://hooks.vendor.example:99999/", Unfit::Malformed),
        ("https://[::1/", Unfit::Malformed),
        ("https://[fe80::1%25eth0]/", Unfit::Malformed),
        ("https://256.256.256.256/", Unfit::Malformed),
        ("https://hooks.vendor.example/a b", Unfit::Malformed),
        (" https://hooks.vendor.example/", Unfit::Malformed),
        ("https://hooks.vendor.example/\r\nx: y", Unfit::Malformed),
        ("https://lo\tcalhost/", Unfit::Malformed),
        ("https://hooks.vendor.example\\@127.0.0.1/", Unfit::Malformed),
        ("http://hooks.vendor.example/", Unfit::Scheme),
        ("ftp://hooks.vendor.example/", Unfit::Scheme),
        ("file:///etc/passwd", Unfit::Scheme),
        ("gopher://127.0.0.1:6379/_", Unfit::Scheme),
        ("data:text/plain,a", Unfit::Scheme),
        ("https://user@hooks.vendor.example/", Unfit::UserInfo),
        ("https://:pass@hooks.vendor.example/", Unfit::UserInfo),
        ("https://hooks.vendor.example@127.0.0.1/", Unfit::UserInfo),
        ("https://hooks.vendor.example/#", Unfit::Fragment),
        ("https://hooks.vendor.example/#a", Unfit::Fragment),
        ("https://hooks.vendor.example:0/", Unfit::Port),
    ] {
        assert_eq!(judged(url), Some(unfit), "{url:?}");
    }
    let long = format!("https://hooks.vendor.example/{}", "a".repeat(MAX_URL));
    assert_eq!(judged(&long), Some(Unfit::TooLong));
}

#[test]
fn public_addresses_are_acceptable() {
    for url in [
        "https://hooks.vendor.example/tollgate?team=1",
        "HTTPS://Hooks.Vendor.Example:8443",
        "https://bücher.example/",
        "https://localhost.vendor.example/",
        "https://local.vendor.example/",
        "https://1.1.1.1/",
        "https://9.255.255.255/",
        "https://100.63.255.255/",
        "https://100.128.0.0/",
        "https://172.15.255.255/",
        "https://172.32.0.0/",
        "https://192.0.1.1/",
        "https://198.20.0.0/",
        "https://223.255.255.255/",
        "https://[2606:4700:4700::1111]/",
        "https://[2001:200::1]/",
        "https://[3fff:1000::1]/",
    ] {
        assert_eq!(judged(url), None, "{url}");
    }
}

#[test]
fn development_may_use_http_and_private_addresses_and_nothing_more() {
    let loose = Rules {
        private_addresses: true,
        http: true,
        ..STRICT
    };
    for url in [
        "http://127.0.0.1:8080/",
        "http://localhost/",
        "https://[::1]/",
        "http://redis/",
    ] {
        assert_eq!(acceptable(url, &loose).err(), None, "{url}");
    }
    for url in [
        "ftp://127.0.0.1/",
        "http://a@127.0.0.1/",
        "http://127.0.0.1/#a",
        "http://127.0.0.1:0/",
    ] {
        assert!(acceptable(url, &loose).is_err(), "{url}");
    }
    // One does not bring the other.
    let http = Rules { http: true, ..STRICT };
    assert_eq!(acceptable("http://127.0.0.1/", &http).err(), Some(Unfit::NotPublic));
    let private = Rules {
        private_addresses: true,
        ..STRICT
    };
    assert_eq!(acceptable("http://127.0.0.1/", &private).err(), Some(Unfit::Scheme));
}
