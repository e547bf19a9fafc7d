use super::*;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

const LIMIT: Duration = Duration::from_secs(5);

/// A resolver for which every name leads to these addresses, one set after the other.
#[derive(Clone)]
struct Leads(Arc<Mutex<Vec<Vec<IpAddr>>>>);

impl Leads {
    fn to(turns: &[&[&str]]) -> Self {
        let read = |turn: &&[&str]| turn.iter().map(|text| text.parse().unwrap()).collect();
        Self(Arc::new(Mutex::new(turns.iter().rev().map(read).collect())))
    }
}

impl Service<Name> for Leads {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = Boxed;
    type Future = std::future::Ready<Result<Self::Response, Boxed>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Boxed>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Name) -> Self::Future {
        let turn = self.0.lock().unwrap().pop().expect("no further question");
        let found: Vec<SocketAddr> = turn.into_iter().map(|ip| SocketAddr::new(ip, 0)).collect();
        std::future::ready(Ok(found.into_iter()))
    }
}

/// What keeps a connection from being made, as text; none when it stands.
async fn connected<R>(mut guarded: Guarded<R>, to: &str) -> Option<String>
where
    Guarded<R>: Service<Uri, Response = TokioIo<TcpStream>, Error = Boxed>,
{
    let made = guarded.call(to.parse().unwrap()).await;
    made.err().map(|error| {
        let mut said = error.to_string();
        let mut source = error.source();
        while let Some(inner) = source {
            said = format!("{said}: {inner}");
            source = inner.source();
        }
        said
    })
}

fn is_off_limits(said: Option<&String>) -> bool {
    said.is_some_and(|said| said.contains(&OffLimits.to_string()))
}

/// CO7: the resolver of this machine reads these as 0.0.0.0, which is this machine: the port is open, and hears nothing.
#[tokio::test]
async fn no_spelling_of_an_address_gets_past() {
    let heard = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).await.unwrap();
    let port = heard.local_addr().unwrap().port();
    for host in ["0.0.0.0", "0", "0x0", "00.0", "0.0", "[::ffff:0.0.0.0]", "[::ffff:0:0]"] {
        let to = format!("http://{host}:{port}/");
        let said = connected(guarded(LIMIT, false), &to).await;
        assert!(is_off_limits(said.as_ref()), "{to}: {said:?}");
    }
    for host in [
        "169.254.169.254",
        "2852039166",
        "0251.0376.0251.0376",
        "[fe80::1]",
        "[ff02::1]",
        "[::]",
        "224.0.0.1",
    ] {
        let to = format!("http://{host}:{port}/");
        let said = connected(guarded(LIMIT, false), &to).await;
        assert!(is_off_limits(said.as_ref()), "{to}: {said:?}");
    }
    // The one connection that is there is the one that was allowed: the port does hear.
    let to = format!("http://0.0.0.0:{port}/");
    let (said, accepted) = tokio::join!(connected(guarded(LIMIT, true), &to), heard.accept());
    assert_eq!(said, None);
    drop(accepted.unwrap());
    let to = format!("http://127.0.0.1:{port}/");
    let (said, accepted) = tokio::join!(connected(guarded(LIMIT, false), &to), heard.accept());
    assert_eq!(said, None);
    drop(accepted.unwrap());
}

/// CO7: a name is judged by where it leads when it is connected to, each time anew.
#[tokio::test]
async fn a_name_that_leads_there_is_not_followed() {
    let heard = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = heard.local_addr().unwrap().port();
    let to = format!("http://api.example:{port}/");
    let leads = |turns: &[&[&str]]| Guarded::asking(Leads::to(turns), LIMIT, false);
    for forbidden in [
        "169.254.169.254",
        "fe80::1",
        "::ffff:169.254.169.254",
        "0.0.0.0",
        "::",
        "ff02::1",
        "fd00:ec2::254",
    ] {
        let said = connected(leads(&[&[forbidden]]), &to).await;
        assert!(is_off_limits(said.as_ref()), "{forbidden}: {said:?}");
        // Of several the fit ones are left.
        let both = leads(&[&[forbidden, "127.0.0.1"]]);
        let (said, accepted) = tokio::join!(connected(both, &to), heard.accept());
        assert_eq!(said, None, "{forbidden}");
        drop(accepted.unwrap());
    }
    let turned = leads(&[&["127.0.0.1"], &["169.254.169.254"]]);
    let (said, accepted) = tokio::join!(connected(turned.clone(), &to), heard.accept());
    assert_eq!(said, None);
    drop(accepted.unwrap());
    let said = connected(turned, &to).await;
    assert!(is_off_limits(said.as_ref()), "{said:?}");
    // Where it is allowed it is followed.
    let allowed = Guarded::asking(Leads::to(&[&["0.0.0.0"]]), LIMIT, true);
    let (said, accepted) = tokio::join!(connected(allowed, &to), heard.accept());
    assert_eq!(said, None);
    drop(accepted.unwrap());
}
