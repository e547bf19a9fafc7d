//! What is told of each request.

use crate::scene::*;
use std::sync::{Arc, Mutex};
use tollgate_gateway::{Finished, Sink};

/// Keeps what it is told, as text.
#[derive(Default)]
struct Book(Mutex<Vec<(String, String)>>);

impl Sink for Book {
    fn finished(&self, finished: &Finished<'_>) {
        let line = format!(
            "{} {} {} {} {} {} {}",
            finished.at.0,
            finished.route.as_ref().map_or("-", |id| id.as_str()),
            finished.client.as_ref().map_or("-", |id| id.as_str()),
            finished.acting_user.as_deref().unwrap_or("-"),
            finished.status.as_u16(),
            finished.refusal.map_or("-", |refusal| refusal.code()),
            if finished.upstream.is_some() {
                "forwarded"
            } else {
                "kept"
            },
        );
        assert!(!format!("{finished:?}").contains("eyJ"), "no token is told");
        self.0.lock().unwrap().push((finished.request.to_owned(), line));
    }
}

/// SS-38: the record of a call names the user for whom it was made; OP5: and no secret.
#[tokio::test]
async fn each_request_is_told_of_once() {
    let book = Arc::new(Book::default());
    let scene = Scene::with(
        |_| {},
        Props {
            sink: Some(book.clone()),
            ..Props::default()
        },
    )
    .await;
    let token = bearer(&safesend());
    let mut ids = Vec::new();
    for headers in [
        vec![("authorization", &*token), ("x-email", "dev@firm.test")],
        vec![("authorization", &token), ("x-email", "nobody@firm.test")],
        vec![("x-email", "dev@firm.test")],
    ] {
        ids.push(scene.upload(&headers).await.header("tollgate-request-id").to_owned());
    }
    ids.push(
        scene
            .send(scene.request("GET", "/nowhere"), "")
            .await
            .header("tollgate-request-id")
            .to_owned(),
    );
    let told = book.0.lock().unwrap();
    assert_eq!(told.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>(), ids);
    assert_eq!(
        told.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>(),
        [
            "1800000000 upload client_1 dev@firm.test 200 - forwarded",
            "1800000000 upload client_1 - 403 acting_user_role kept",
            "1800000000 upload - - 401 token_missing kept",
            "1800000000 - - - 404 route_unknown kept",
        ]
    );
}
