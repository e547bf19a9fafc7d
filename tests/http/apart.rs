//! A gateway in a process of its own, which follows an issuer over the network.

use tollgate::serve::{Secrets, Sockets};
use tollgate_issuer::registry::{self, Asker};
use tollgate_model::operator::OperatorKind;
use tollgate_tests::house::{House, Node, open_sockets, refused_at};
use tollgate_tests::{Backend, run, until};
use zeroize::Zeroizing;

/// Starts a gateway alone that follows `house` with this credential.
pub(crate) async fn gateway(house: &House, token: &str, socket: Sockets) -> anyhow::Result<Node> {
    let mut config = house.config.clone();
    config.issuer.enabled = false;
    config.api.clear();
    config.route.clear();
    config.upstream.clear();
    config.store.url = "sqlite:/nowhere/at/all.db".to_owned();
    config.gateway.feed = Some(tollgate::settings::config::Feed {
        url: house.node.management.clone(),
        token_file: None,
    });
    let secrets = Secrets {
        master_key: None,
        mail_password: None,
        gateway_token: Some(Zeroizing::new(token.to_owned())),
    };
    Node::start(&config, secrets, house.clock.clone(), socket).await
}

pub(crate) async fn credential(house: &House, kind: OperatorKind) -> String {
    let made = registry::operator::create(house.desk(), &Asker::system(), "Gateway", kind)
        .await
        .unwrap()
        .unwrap();
    made.plain.expose().to_owned()
}

/// RS10, RL23: a gateway on its own verifies, hears of revocations, goes on while the issuer is gone, and catches up when it
/// is back.
#[test]
fn a_gateway_on_its_own_goes_on_without_its_issuer() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let token = credential(&house, OperatorKind::Gateway).await;
        let edge = gateway(&house, &token, open_sockets().await).await.unwrap();
        assert!(edge.issuer.is_empty() && edge.management.is_empty());
        let at = edge.gateway.clone();
        let (living, doomed, later) = (
            house.token("docs").await,
            house.token("docs").await,
            house.token("docs").await,
        );
        assert_eq!(refused_at(&house.http, &at, &living).await, None);
        assert_eq!(house.revoke_as(&house.client, &doomed).await, 200);
        until("news of the revocation arrive", || async {
            refused_at(&house.http, &at, &doomed).await.as_deref() == Some("token_revoked")
        })
        .await;

        let unseen = house.token("docs").await;
        let management = house.node.running.management.unwrap();
        let http = reqwest::Client::new();
        let house = house.stop().await;
        assert_eq!(refused_at(&http, &at, &living).await, None, "remembered");
        assert_eq!(refused_at(&http, &at, &unseen).await, None, "never seen before");
        assert_eq!(refused_at(&http, &at, &doomed).await.as_deref(), Some("token_revoked"));

        let mut sockets = open_sockets().await;
        sockets.management = Some(tokio::net::TcpListener::bind(management).await.unwrap());
        let house = house.start_again(sockets).await;
        assert_eq!(house.revoke_as(&house.client, &later).await, 200);
        until("news arrive again", || async {
            refused_at(&http, &at, &later).await.as_deref() == Some("token_revoked")
        })
        .await;
        assert_eq!(refused_at(&http, &at, &living).await, None);
        edge.running.stop().await;
    });
}

/// RS10: the feed wants a credential of a gateway. Without one nothing is told, and a gateway that was told nothing lets
/// nothing through.
#[test]
fn the_feed_wants_the_credential_of_a_gateway() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let good = credential(&house, OperatorKind::Gateway).await;
        let snapshot = format!("{}/feed/v1/snapshot", house.node.management);
        let get = async |token: Option<&str>| {
            let request = house.http.get(&snapshot);
            let request = match token {
                Some(token) => request.bearer_auth(token),
                None => request,
            };
            request.send().await.unwrap().status().as_u16()
        };
        let access = house.token("docs").await;
        assert_eq!(get(Some(&good)).await, 200);
        for wrong in [None, Some("x"), Some(&*access), Some(&*house.client.secret)] {
            assert_eq!(get(wrong).await, 401, "{wrong:?}");
        }
        // The gateway's own credential opens the feed and nothing else.
        let clients = house
            .http
            .get(format!("{}/api/v1/accounts", house.node.management))
            .bearer_auth(&good);
        assert!([401, 403].contains(&clients.send().await.unwrap().status().as_u16()));

        // One that is told nothing lets nothing through: it does not even answer, while another is long at work.
        let token = house.token("docs").await;
        let starting = gateway(&house, "tgg_wrong", open_sockets().await);
        let edge = tokio::select! {
            _ = starting => panic!("a gateway that knows nothing answers"),
            edge = async {
                let edge = gateway(&house, &good, open_sockets().await).await.unwrap();
                assert_eq!(refused_at(&house.http, &edge.gateway, &token).await, None);
                edge
            } => edge,
        };
        edge.running.stop().await;
    });
}
