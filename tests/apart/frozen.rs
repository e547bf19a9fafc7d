//! The database or the issuer stands still amid everything, and goes on later.

use crate::ground::{ANN, BEN, Ground};
use crate::postgres::Server;
use crate::process::signal;
use tollgate_tests::{run, until};

/// RL8, RS10: while PostgreSQL is frozen the issuer still answers, that it cannot, and the gateway verifies on, tokens never
/// seen before too; when it is thawed all goes on by itself, and nothing that was acknowledged is lost.
#[test]
fn a_frozen_database_stops_nobody_s_token() {
    run(async {
        let server = Server::start().await;
        let database = tollgate_store::testing::fresh(&server.url()).await.unwrap();
        let ground = Ground::laid(Some(database)).await;
        let _issuer = ground.start_issuer().await;
        let _gateway = ground.start_gateway().await;
        let (seen, unseen) = (ground.tokens(10).await, ground.tokens(10).await);
        let [dead, doomed] = <[String; 2]>::try_from(ground.tokens(2).await).unwrap();
        ground.all_pass(&seen, "while all is well").await;
        assert_eq!(ground.refused_for(ANN, &seen[0]).await, None);
        assert_eq!(ground.revoked(&dead).await, 200);

        let frozen = server.freeze();
        until("the issuer says that it cannot", || async {
            ground.store_answers().await == Some(503) && ground.asked().await == 503
        })
        .await;
        assert_eq!(
            ground.revoked(&doomed).await,
            503,
            "what is not kept is not acknowledged"
        );
        ground.all_pass(&seen, "seen before").await;
        ground.all_pass(&unseen, "never seen before").await;
        assert_eq!(ground.refused_for(ANN, &unseen[0]).await, None);
        assert_eq!(
            ground.refused_for(BEN, &unseen[0]).await.as_deref(),
            Some("directory_unreachable")
        );

        drop(frozen);
        until("the issuer can again", || async {
            ground.store_answers().await == Some(200) && ground.asked().await == 200
        })
        .await;
        ground.hears_of(&dead).await;
        ground.all_pass(&ground.tokens(3).await, "minted since").await;
        until("members are looked up again", || async {
            ground.refused_for(BEN, &seen[0]).await.is_none()
        })
        .await;
        assert_eq!(ground.revoked(&doomed).await, 200);
        ground.hears_of(&doomed).await;
    });
}

/// RL23: an issuer that takes connections and says nothing keeps no gateway from starting where it stopped.
#[test]
fn a_frozen_issuer_keeps_no_gateway_from_starting() {
    run(async {
        let ground = Ground::laid(None).await;
        let issuer = ground.start_issuer().await;
        let gateway = ground.start_gateway().await;
        let [token, doomed] = <[String; 2]>::try_from(ground.tokens(2).await).unwrap();
        assert_eq!(ground.refused_for(ANN, &token).await, None);
        gateway.stop().await;

        signal("STOP", issuer.id());
        let _gateway = ground.start_gateway().await;
        assert_eq!(ground.refused_for(ANN, &token).await, None);
        assert_eq!(ground.refused(&doomed).await, None);
        let said = ground.gateway.said();
        assert!(said.contains("going on from what was kept"), "{said}");

        signal("CONT", issuer.id());
        assert_eq!(ground.revoked(&doomed).await, 200);
        ground.hears_of(&doomed).await;
    });
}
