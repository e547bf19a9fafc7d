use super::*;
use futures_util::future::join_all;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const NOW: Moment = Moment(1_800_000_000);

/// A server that says of every token that it is good at `a`, and counts how often it is asked.
async fn server() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let count = Arc::clone(&count);
            tokio::spawn(async move {
                let mut read = Vec::new();
                while !read.ends_with(b"access_token") {
                    if stream.read_buf(&mut read).await.unwrap() == 0 {
                        return;
                    }
                }
                count.fetch_add(1, Ordering::SeqCst);
                let body = r#"{"active": true, "client_id": "c", "aud": ["a", "b"]}"#;
                let head = format!(
                    "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                    body.len()
                );
                stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
            });
        }
    });
    (url, asked)
}

fn introspector(url: &str) -> Arc<Introspector> {
    // Nothing is believed afterwards: whoever does not share the question asks one.
    let settings = Introspection::new(url, "gate", "secret").unwrap().remembered(0);
    Introspector::new(settings, &[], 10)
}

/// Everybody asks in the same moment, before the first of the questions has left.
#[tokio::test]
async fn who_asks_the_same_at_once_shares_one_question() {
    let (url, asked) = server().await;
    let introspector = introspector(&url);
    let told = join_all((0..20).map(|_| introspector.ask("one", "a", NOW))).await;
    assert!(told.iter().all(Result::is_ok));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    // RS3: another audience or another token is another question.
    let (one, two, three) = tokio::join!(
        introspector.ask("one", "a", NOW),
        introspector.ask("one", "b", NOW),
        introspector.ask("two", "a", NOW)
    );
    assert!(one.is_ok() && two.is_ok() && three.is_ok());
    assert_eq!(asked.load(Ordering::SeqCst), 4);
    assert!(introspector.asking.lock().unwrap().is_empty(), "none is left over");
}

/// Whoever asked first may go away: the others still get the answer.
#[tokio::test]
async fn a_question_outlives_whoever_asked_it() {
    let (url, asked) = server().await;
    let introspector = introspector(&url);
    let mut first = Box::pin(introspector.ask("one", "a", NOW));
    assert!(futures_util::poll!(&mut first).is_pending());
    let second = introspector.ask("one", "a", NOW);
    drop(first);
    assert!(second.await.is_ok());
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

/// RL14: a flood of invented tokens is turned away here once enough of them wait.
#[tokio::test]
async fn only_so_many_wait_for_an_answer() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let introspector = introspector(&format!("http://{}/", silent.local_addr().unwrap()));
    let mut waiting = Vec::new();
    for number in 0..WAITING {
        let mut one = Box::pin({
            let introspector = Arc::clone(&introspector);
            async move { introspector.ask(&number.to_string(), "a", NOW).await }
        });
        assert!(futures_util::poll!(&mut one).is_pending());
        waiting.push(one);
    }
    let refused = introspector.ask("one more", "a", NOW).await;
    assert_eq!(refused.err(), Some(Refusal::IntrospectionUnreachable));
    assert_eq!(
        introspector.room.available_permits() + WAITING,
        AT_ONCE + WAITING,
        "nobody has begun"
    );
    drop(waiting);
}
