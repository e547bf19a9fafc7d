//! Every part of a page, once, with odd things in it.

use crate::console::page::{Chart, Choice, Entry, Form, Frame, Group, Here, Link, Notice, Person, Qr, Refused};
use crate::console::page::{qr, refused, respond};
use askama::Template;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use tollgate_model::Moment;

pub(crate) const NOW: Moment = Moment(1_795_280_000);
pub(crate) const NONCE: &str = "0123456789abcdef";

/// CO8: what people put into names to see whether it stays words.
pub(crate) const EVIL: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' autofocus onfocus='alert(1)",
    "javascript:alert(1)",
    "</textarea></title></style><svg/onload=alert(1)>",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "\u{202e}gnp.exe\u{202c}",
    "👩🏽‍💻 équipe – 開発 – فريق",
];

#[derive(Template)]
#[template(path = "gallery.html")]
struct Gallery<'a> {
    frame: Frame,
    tabs: Vec<Link>,
    form: Form,
    choices: Vec<Choice>,
    names: Vec<&'a str>,
    evil: &'a str,
    used: Moment,
    unused: Option<Moment>,
    chart: Chart,
    qr: Option<Qr>,
    snippet: String,
}

#[derive(Template)]
#[template(path = "gallery_plain.html")]
struct Plain {
    frame: Frame,
    form: Form,
}

fn frame(title: &str, word: &str) -> Frame {
    let mut frame = Frame::new("Vendor", title, NOW);
    frame.vendor = format!("Vendor {word}");
    frame.lead = format!("Nightly export of reports {word}");
    frame.nonce = NONCE.to_owned();
    frame.assets = "v".to_owned();
    frame.https = true;
    frame.csrf = "token".to_owned();
    frame
}

/// A page with everything on it; `word` is put wherever a person's words can stand.
pub(super) fn gallery(word: &str, refused: bool) -> Response {
    let mut frame = frame(&format!("Reports {word}"), word);
    frame.person = Some(Person {
        name: format!("{word} Admin"),
        email: format!("{word}@firm.example"),
    });
    frame.account = Some(Here {
        name: format!("Firm {word} of considerable length, Limited"),
        role: format!("Suite - API Developer {word}"),
    });
    frame.accounts = (1..=9)
        .map(|n| Link::new("/console", format!("Firm {n} {word}")).current(n == 1))
        .collect();
    frame.all_accounts = Some("/console/accounts".to_owned());
    frame.menu = vec![Link::new("/console/profile", "Your profile"), Link::new(word, word)];
    frame.crumbs = vec![Link::new("/console", "Clients"), Link::new(word, word)];
    frame.notice = Notice::of("scopes-saved");
    frame.navigation = vec![
        Group {
            title: "Developer Section".to_owned(),
            entries: vec![
                Entry::new("/console/clients", "Clients", "key", true),
                Entry::new("/console/calls", "Troubleshooting", "pulse", false),
                Entry::new("/console/inspector", "Token inspector", "search", false),
                Entry::new("/console/usage", "Usage", "chart", false),
            ],
        },
        Group {
            title: word.to_owned(),
            entries: vec![
                Entry {
                    count: 3,
                    ..Entry::new("/console/alerts", "Notices", "bell", false)
                },
                Entry::new("/console/hooks", "Webhooks", "hook", false),
                Entry::new("/console/members", "Members", "people", false),
            ],
        },
    ];
    let mut form = Form::typed(
        &[
            ("name", word),
            ("email", word),
            ("redirects", word),
            ("scope", "read"),
            ("password", "hunter22"),
        ],
        &[],
    );
    if refused {
        form.refuse("name", format!("There is a client of that name already: {word}"));
        form.refuse("scope", "Choose at least one scope.");
        form.refuse("terms", "Please read them.");
    }
    let counts: Vec<Vec<u64>> = (0..30_u64)
        .map(|day| vec![day * 37 % 90 + 20, day * 13 % 17, day % 5])
        .collect();
    let mut choices = vec![
        Choice::new("read", "reports.read", format!("Read reports {word}")),
        Choice::new(
            "write",
            "reports.write",
            "Write and delete reports, and what else a long description may say of it.",
        ),
        Choice::new(word, word, word),
    ];
    if let Some(last) = choices.last_mut() {
        last.disabled = true;
    }
    let page = Gallery {
        frame,
        tabs: vec![
            Link::new("/console", "Overview").current(true),
            Link::new("/console", "Authentication"),
            Link::new("/console", "Scopes"),
            Link::new("/console", "Use it"),
        ],
        form,
        choices,
        names: vec!["Nightly export", word, "Accounting"],
        evil: word,
        used: NOW.plus(-7_300),
        unused: None,
        chart: Chart::days(
            "calls",
            word,
            &["Allowed", "Refused", word],
            NOW.plus(-29 * 86_400),
            &counts,
        ),
        qr: qr("otpauth://totp/Vendor:a@firm.example?secret=JBSWY3DPEHPK3PXP&issuer=Vendor"),
        snippet: format!(
            "curl https://login.vendor.example/oauth/token \\\n  --data grant_type=client_credentials \\\n  --data client_id=tgc_7fKq29xmhw4pZ83v \\\n  --data scope='{word}'"
        ),
    };
    respond(StatusCode::OK, &page.frame, &page)
}

/// A page before sign-in.
pub(super) fn plain(word: &str) -> Response {
    let mut form = Form::new().with("email", word);
    form.refuse_whole("E-mail or password is wrong.");
    let page = Plain {
        frame: frame("Sign in", word),
        form,
    };
    respond(StatusCode::OK, &page.frame, &page)
}

/// A page that says why there is none.
pub(super) fn no_page(word: &str, inside: bool, why: Refused) -> Response {
    let mut frame = frame("", word);
    if inside {
        frame.person = Some(Person {
            name: word.to_owned(),
            email: word.to_owned(),
        });
    }
    refused(frame, why, "00ff00ff00ff00ff00000001", "/console")
}

pub(crate) async fn read(response: Response) -> (StatusCode, HeaderMap, String) {
    let (head, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, 1 << 22).await.unwrap();
    (head.status, head.headers, String::from_utf8(bytes.to_vec()).unwrap())
}

/// OP8: each page is held to itself by its headers, and needs nothing that they forbid.
#[tokio::test]
async fn every_page_carries_the_guarding_headers_and_lives_by_them() {
    for response in [gallery("x", true), plain("x"), no_page("x", true, Refused::Stale)] {
        let (_, headers, text) = read(response).await;
        let told: Vec<String> = headers
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .filter(|line| !line.starts_with("tollgate-request-id"))
            .collect();
        insta::allow_duplicates! {
            insta::assert_snapshot!(told.join("\n"), @r"
            content-type: text/html; charset=utf-8
            cache-control: no-store
            content-security-policy: default-src 'none'; script-src 'nonce-0123456789abcdef'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'
            x-content-type-options: nosniff
            referrer-policy: no-referrer
            cross-origin-opener-policy: same-origin
            cross-origin-resource-policy: same-origin
            x-frame-options: DENY
            permissions-policy: camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()
            strict-transport-security: max-age=31536000
            ");
        }
        let lower = text.to_lowercase();
        assert!(
            !lower.contains(" style=") && !lower.contains("<style"),
            "the policy allows no inline style"
        );
        assert_eq!(lower.matches("<script").count(), 1);
        assert!(lower.contains(&format!("nonce=\"{NONCE}\"></script>")));
        assert!(
            lower.starts_with("<!doctype html>"),
            "{}",
            lower.get(..40).unwrap_or_default()
        );
    }
}

/// OP8: a browser is told to come by https alone only where https is.
#[tokio::test]
async fn plain_http_promises_no_https_and_no_nonce_runs_no_script() {
    let mut bare = frame("x", "");
    bare.https = false;
    bare.nonce = String::new();
    let page = Plain {
        frame: bare,
        form: Form::new(),
    };
    let (_, headers, _) = read(respond(StatusCode::OK, &page.frame, &page)).await;
    assert!(!headers.contains_key("strict-transport-security"));
    assert!(
        headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("script-src 'none';")
    );
}

/// CO8: odd names stay words wherever a page shows them.
#[tokio::test]
async fn markup_in_names_stays_inert() {
    let harmless = tags(&read(gallery("x", true)).await.2);
    let harmless_plain = tags(&read(plain("x")).await.2);
    for word in EVIL {
        for (response, tags_without) in [(gallery(word, true), &harmless), (plain(word), &harmless_plain)] {
            let (status, _, text) = read(response).await;
            assert_eq!(status, StatusCode::OK);
            // The same tags with the same names of attributes: no word became markup.
            assert_eq!(&tags(&text), tags_without, "{word}");
            assert!(!text.contains("href=\"javascript:"), "{word}");
            assert!(!text.contains("hunter22"), "a password is never put back");
        }
        let (_, _, text) = read(no_page(word, true, Refused::NotFound)).await;
        assert!(!text.contains("<script>") && !text.contains("<img"), "{word}");
    }
    // And what is no markup is shown as it was typed.
    let (_, _, text) = read(gallery("👩🏽‍💻 équipe – 開発 – فريق", false)).await;
    assert!(text.contains("value=\"👩🏽‍💻 équipe – 開発 – فريق\""));
}

/// CO4: each refusal has its status, its sentence, and the id to ask about.
#[tokio::test]
async fn a_refusal_says_what_to_do() {
    for (why, status, words) in [
        (Refused::NotFound, 404, "Nothing is here"),
        (Refused::Forbidden, 403, "You may not do this"),
        (Refused::Stale, 400, "This page is stale"),
        (Refused::Malformed, 400, "cannot be understood"),
        (Refused::TooLarge, 413, "too much at once"),
        (Refused::TooOften(30), 429, "Too many attempts"),
        (Refused::Unavailable, 503, "cannot answer just now"),
        (Refused::Fault, 500, "on our side"),
    ] {
        for inside in [true, false] {
            let (found, headers, text) = read(no_page("x", inside, why)).await;
            assert_eq!(found.as_u16(), status);
            assert!(
                text.contains(words) && text.contains("00ff00ff00ff00ff00000001"),
                "{why:?}"
            );
            assert_eq!(headers["tollgate-request-id"], "00ff00ff00ff00ff00000001");
            assert_eq!(
                headers.contains_key("retry-after"),
                matches!(status, 429 | 503),
                "{why:?}"
            );
            assert_eq!(text.contains("Sign out"), inside);
        }
    }
}

/// What a page says between its navigation and its end, for looking at it whole.
pub(crate) fn main_of(text: &str) -> String {
    let main = text.split_once("<main").map_or("", |(_, main)| main);
    let main = main.split_once("</main>").map_or(main, |(main, _)| main);
    let lines = main.lines().skip(1).map(str::trim_end).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// The tags of a page, each with the names of its attributes, read as a browser's tokenizer would read them.
pub(crate) fn tags(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        rest = rest.get(start + 1..).unwrap_or_default();
        let mut quote = None;
        let mut tag = String::new();
        let mut end = rest.len();
        for (place, letter) in rest.char_indices() {
            match (quote, letter) {
                (None, '>') => {
                    end = place;
                    break;
                }
                (None, '"' | '\'') => quote = Some(letter),
                (Some(open), _) if open == letter => quote = None,
                (Some(_), _) => {}
                (None, _) => tag.push(letter),
            }
        }
        rest = rest.get(end..).unwrap_or_default();
        found.push(tag);
    }
    found
}
