//! Every page of the way once, in every language, with odd names in it.

use super::{account, answer, away, consent, fault, join, logout, refused, second_factor, sign_in, trial};
use super::{policy::Leads, policy::show};
use crate::console::page::gallery::{EVIL, NONCE, NOW, read, tags};
use crate::console::page::{Form, Frame};
use crate::words::{TEXTS, Words};
use askama::Template;
use axum::response::Response;
use http::StatusCode;
use tollgate_issuer::authorize::{Asking, Permission};
use tollgate_issuer::terms::people::PeopleTerms;
use tollgate_model::client::Environment;

const REDIRECT: &str = "https://reports.firm.example/callback";

fn frame(words: Words, title: &str, name: &str) -> Frame {
    let mut frame = Frame::new(&format!("Vendor {name}"), &words.say(title), NOW);
    frame.language = words.language();
    frame.nonce = NONCE.to_owned();
    frame.assets = "v".to_owned();
    frame.https = true;
    frame.csrf = "token".to_owned();
    frame
}

fn asking(name: &str, again: bool) -> Asking {
    let permission = |scope: &str, words: &str, new: bool| Permission {
        scope: scope.to_owned(),
        words: words.to_owned(),
        new,
        claims: Vec::new(),
    };
    Asking {
        application: format!("Nightly reports {name}"),
        owner: format!("Firm {name}"),
        host: "reports.firm.example".to_owned(),
        environment: if again { Environment::Live } else { Environment::Test },
        permissions: vec![
            permission("openid", "", !again),
            permission("profile", "", !again),
            permission("email", "", !again),
            permission("address", "", true),
            permission("phone", "", true),
            permission("offline_access", "", true),
            permission("reports.read", &format!("Read reports {name}"), true),
            permission(&format!("reports.write{name}"), "", true),
        ],
        lasts: again.then_some(90 * 86_400),
        offline: again,
        person: format!("ann{name}@firm.example"),
    }
}

/// Every page, by its name, as it is answered. `name` is put wherever somebody's words can stand.
fn pages(language: &str, name: &str) -> Vec<(&'static str, Response)> {
    let words = Words::of(language);
    let terms = PeopleTerms::of("https://auth.example/userinfo");
    let leads = Leads::of(REDIRECT, &terms);
    let ours = Leads::by_way_of_us(None);
    let application = format!("Nightly reports {name}");
    let mut wrong = Form::typed(&[("email", name), ("password", "hunter22")], &[]);
    wrong.refuse_whole(words.say("wrong"));
    let mut invalid = Form::typed(&[("name", name), ("email", name)], &[]);
    invalid.refuse_whole(words.say("look-again"));
    invalid.refuse("email", words.say("invalid"));
    let sign_in = |form: Form, connections| sign_in::Page {
        frame: frame(words, "sign-in-title", name),
        texts: words,
        form,
        lead: words.named("sign-in-lead", "application", &application),
        connections,
        sign_up: "/flow/f/sign-up".to_owned(),
        flow: "f".to_owned(),
    };
    let second = |recovery| second_factor::Page {
        frame: frame(words, "second-title", name),
        texts: words,
        form: Form::new(),
        lead: words.named("second-lead", "person", name),
        recovery,
    };
    let connection = words.named("connection-button", "connection", name);
    let parameters = [("code", "tgc_code".to_owned()), ("state", name.to_owned())];
    let carried = [("state".to_owned(), name.to_owned())];
    let frames = [
        "https://a.example/out?x=1".to_owned(),
        format!("https://b.example/{name}"),
    ];
    let refused = |title: &str, why: &str, told| refused::Page {
        frame: frame(words, title, name),
        texts: words,
        why: words.named(why, "connection", name),
        then: words.say("refused-back"),
        told,
        request: "00ff00ff00ff00ff00000001",
        anew: "/flow/f".to_owned(),
    };
    let told = vec![
        ("code", "redirect_unknown".to_owned()),
        (
            "error_description",
            format!("The redirect_uri {name} is not registered."),
        ),
    ];
    let agree = |again| {
        let asking = asking(name, again);
        let api = format!("Reports API {name}");
        consent::Page::of(frame(words, "consent-title", name), words, asking, api, &terms)
    };
    vec![
        (
            "sign-in",
            page(&sign_in(wrong, vec![("/flow/f/to/x".to_owned(), connection)]), &leads),
        ),
        (
            "sign-in-hinted",
            page(&sign_in(Form::new().with("email", name), Vec::new()), &leads),
        ),
        ("second-factor", page(&second(false), &leads)),
        ("second-factor-recovery", page(&second(true), &leads)),
        (
            "account",
            page(
                &account::Page {
                    frame: frame(words, "account-title", name),
                    texts: words,
                    lead: words.named("account-lead", "application", &application),
                    stay: words.named("account-stay", "person", name),
                },
                &leads,
            ),
        ),
        ("consent", page(&agree(false), &leads)),
        ("consent-again", page(&agree(true), &leads)),
        (
            "test",
            page(
                &trial::Page {
                    frame: frame(words, "test-title", name),
                    texts: words,
                    lead: words.named("test-lead", "connection", name),
                },
                &leads,
            ),
        ),
        (
            "away",
            page(
                &away::Page {
                    frame: frame(words, "leave-title", name),
                    texts: words,
                    lead: words.named("leave-onward", "connection", name),
                },
                &leads,
            ),
        ),
        (
            "join",
            page(
                &join::Page {
                    frame: frame(words, "join-title", name),
                    texts: words,
                    form: invalid,
                    sign_in: "/flow/f/sign-in".to_owned(),
                },
                &leads,
            ),
        ),
        (
            "sent",
            page(
                &join::Sent {
                    frame: frame(words, "mail-title", name),
                    texts: words,
                },
                &leads,
            ),
        ),
        (
            "form-post",
            page(
                &answer::FormPost {
                    frame: frame(words, "leave-title", name),
                    texts: words,
                    lead: words.named("leave-words", "host", "reports.firm.example"),
                    action: REDIRECT,
                    parameters: &parameters,
                },
                &Leads::straight_to(REDIRECT),
            ),
        ),
        (
            "refused",
            page(&refused("refused-title", "refused-redirect", told), &ours),
        ),
        (
            "provider",
            page(&refused("provider-title", "provider-words", Vec::new()), &ours),
        ),
        (
            "fault",
            page(
                &fault::Page {
                    frame: frame(words, "fault-title", name),
                    texts: words,
                    request: "00ff00ff00ff00ff00000001",
                },
                &ours,
            ),
        ),
        (
            "logout",
            page(
                &logout::question(frame(words, "logout-title", name), words, Some(name), &carried),
                &Leads::by_way_of_us(Some("https://reports.firm.example/bye")),
            ),
        ),
        (
            "gone",
            page(
                &logout::farewell(
                    frame(words, "gone-title", name),
                    words,
                    Some("https://reports.firm.example/bye"),
                    &frames,
                ),
                &Leads::framing(frames.iter().map(String::as_str)),
            ),
        ),
    ]
}

/// A page with a frame of its own.
trait Framed: Template {
    fn framed(&self) -> &Frame;
}

macro_rules! framed {
    ($($page:ty),+ $(,)?) => {
        $(impl Framed for $page {
            fn framed(&self) -> &Frame {
                &self.frame
            }
        })+
    };
}

framed!(
    sign_in::Page,
    second_factor::Page,
    account::Page,
    consent::Page,
    trial::Page,
    away::Page,
    join::Page,
    join::Sent,
    answer::FormPost<'_>,
    refused::Page<'_>,
    fault::Page<'_>,
    logout::Question<'_>,
    logout::Gone<'_>,
);

fn page<P: Framed>(page: &P, leads: &Leads) -> Response {
    show(StatusCode::OK, page.framed(), page, leads)
}

/// What a person reads: a page without its markup, empty lines left out.
fn read_out(html: &str) -> String {
    let body = html.split_once("<body").map_or("", |(_, body)| body);
    let mut text = String::new();
    for piece in body.split('<') {
        let (tag, words) = piece.split_once('>').unwrap_or(("", piece));
        let inline = ["bdi", "/bdi", "span", "/span", "code", "/code", "strong"];
        if !inline.contains(&tag.split_whitespace().next().unwrap_or_default()) {
            text.push('\n');
        }
        text.push_str(words);
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// Wire bytes of every page, in one language; in the others, what is read.
#[tokio::test]
async fn every_page_is_as_it_was_looked_at() {
    for (name, response) in pages("en", "") {
        let (_, _, text) = read(response).await;
        insta::assert_snapshot!(format!("page-{name}"), text);
    }
    for (language, _) in TEXTS.into_iter().skip(1) {
        let mut all = String::new();
        for (name, response) in pages(language, "") {
            let (_, _, text) = read(response).await;
            all.push_str(&format!("== {name}\n{}\n\n", read_out(&text)));
        }
        insta::assert_snapshot!(format!("words-{language}"), all);
    }
}

/// RU13, OP8: no page is framed, tells where it was, asks another site for anything, or leads elsewhere than it must.
#[tokio::test]
async fn every_page_is_held_to_its_client() {
    let client = "'self' https://reports.firm.example";
    for (name, response) in pages("en", "x") {
        let (_, headers, text) = read(response).await;
        let policy = headers["content-security-policy"].to_str().unwrap();
        let forms = match name {
            "form-post" => "https://reports.firm.example",
            "refused" | "provider" | "fault" => "'self'",
            "gone" => "'self'; frame-src https://a.example https://b.example",
            _ => client,
        };
        let whole = format!(
            "default-src 'none'; script-src 'nonce-{NONCE}'; style-src 'self'; img-src 'self' data:; connect-src \
             'self'; form-action {forms}; frame-ancestors 'none'; base-uri 'none'"
        );
        assert_eq!(policy, whole, "{name}");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers["x-frame-options"], "DENY");
        assert!(!headers.contains_key("access-control-allow-origin"));
        let lower = text.to_lowercase();
        assert!(!lower.contains(" style=") && !lower.contains("<style"), "{name}");
        for script in lower.split("<script").skip(1) {
            assert!(script.starts_with(" src=\"/console/assets/"), "{name}: {script}");
            assert!(script.contains(&format!("nonce=\"{NONCE}\"></script>")), "{name}");
        }
        for source in lower.split(" src=\"").skip(1).filter(|_| name != "gone") {
            assert!(source.starts_with('/'), "{name} asks elsewhere: {source}");
        }
    }
}

/// SE5: whatever changes something here is a form that carries the way's own token.
#[tokio::test]
async fn every_form_of_ours_carries_its_token() {
    for (name, response) in pages("en", "x") {
        let (_, _, text) = read(response).await;
        for form in text.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap();
            let token = form.contains("name=\"csrf\" value=\"token\"");
            assert_eq!(token, name != "form-post", "{name}: {form}");
            assert!(form.contains("method=\"post\""), "{name}: {form}");
        }
    }
}

/// CO8: odd names of applications, firms, people and providers stay words, on every page and in every language.
#[tokio::test]
async fn markup_in_names_stays_inert() {
    for (language, _) in TEXTS {
        let mut harmless = Vec::new();
        for (_, response) in pages(language, "x") {
            harmless.push(tags(&read(response).await.2));
        }
        for evil in EVIL {
            for ((name, response), harmless) in pages(language, evil).into_iter().zip(&harmless) {
                let (_, _, text) = read(response).await;
                assert_eq!(&tags(&text), harmless, "{name} with {evil}");
                assert!(!text.contains("href=\"javascript:"), "{name}");
                assert!(!text.contains("hunter22"), "{name}: a password is never put back");
            }
        }
    }
}

/// Every page says which language it is in, and says nothing in another.
#[tokio::test]
async fn every_page_speaks_one_language() {
    for (language, _) in TEXTS {
        for (name, response) in pages(language, "x") {
            let (_, _, text) = read(response).await;
            assert!(text.contains(&format!("<html lang=\"{language}\">")), "{name}");
            assert_eq!(text.matches("<h1>").count(), 1, "{name}");
            // What the macros of the console's forms would say by themselves.
            for english in ["Nothing was saved", "optional", "Skip to content", "Copy"] {
                assert!(!text.contains(english), "{name} in {language} says {english}");
            }
        }
    }
}

/// A vendor's logo stands beside its name, and is no words of its own.
#[tokio::test]
async fn a_logo_takes_the_place_of_the_plain_mark() {
    let words = Words::of("en");
    let mut dressed = frame(words, "mail-title", "x");
    dressed.logo = Some("logo.svg");
    let sent = join::Sent {
        frame: dressed,
        texts: words,
    };
    let (_, _, text) = read(page(&sent, &Leads::by_way_of_us(None))).await;
    assert!(text.contains("<img class=\"brand-logo\" src=\"/console/assets/v/logo.svg\" alt=\"\">"));
    assert!(!text.contains("brand-mark") && text.contains("Vendor x"));
}

/// OP5, PK7: a code travels in the body of a form that a browser sends, and stands in no address of ours.
#[tokio::test]
async fn a_posted_answer_is_a_form_with_a_button() {
    let (_, response) = pages("en", "x")
        .into_iter()
        .find(|(name, _)| *name == "form-post")
        .unwrap();
    let (_, _, text) = read(response).await;
    assert!(text.contains(&format!(
        "<form class=\"form\" method=\"post\" action=\"{REDIRECT}\" data-leave>"
    )));
    assert!(text.contains("<input type=\"hidden\" name=\"code\" value=\"tgc_code\">"));
    assert!(
        text.contains("<button class=\"button primary\" type=\"submit\">"),
        "for browsers without script"
    );
    assert!(text.contains("/leave.js"));
}
