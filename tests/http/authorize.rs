//! The authorization endpoint (RFC 6749 §3.1, RFC 9700, RFC 9207; OpenID Connect Core §3.1.2) and its pages, as a browser
//! and others meet them.

mod advertised;
mod browsers;
mod calls;
mod guessing;
mod prompts;
mod redirects;
mod requests;

use tollgate_tests::app::{App, Asked};
use tollgate_tests::house::House;
use tollgate_tests::visitor::{Page, Visitor};

/// A page that leads nowhere: an error for the person to read.
fn is_a_page(page: &Page, status: u16, what: &str) {
    assert_eq!((page.status, page.leads_to()), (status, ""), "{what}: {}", page.text);
    assert!(page.header("content-type").starts_with("text/html"), "{what}");
    assert_eq!(page.header("cache-control"), "no-store", "{what}");
    // Nothing of it leads to the client either, be it by itself or by a press.
    let leads = page.tags().iter().any(|tag| {
        let to = [tag.get("href"), tag.get("action"), tag.get("content")];
        to.into_iter().flatten().any(|to| to.contains("app.example"))
    });
    assert!(!leads, "{what}: {}", page.text);
}

/// The `error` that a request is answered with at the application's address.
async fn error_of(house: &House, person: &mut Visitor, app: &App, asked: &Asked) -> String {
    let page = house.asks(person, asked).await;
    match house.leads(person, page, &app.redirect_uri).await {
        Err(answer) => answer.error().to_owned(),
        Ok(page) => panic!("a page: {} {}", page.status, page.path),
    }
}

/// The last part of the path of the page that a request leads to.
async fn page_of(house: &House, person: &mut Visitor, app: &App, asked: &Asked) -> String {
    let page = house.asks(person, asked).await;
    match house.leads(person, page, &app.redirect_uri).await {
        Ok(page) => page.path.rsplit('/').next().unwrap_or_default().to_owned(),
        Err(answer) => panic!("an answer: {answer:?}"),
    }
}
