//! The issuer is killed, and the gateway is started again without it.

use crate::ground::{ANN, BEN, Ground};
use tollgate_tests::run;

/// RL23, RS10: with the issuer gone every valid token passes, seen before or not, members who were seen are known, and what
/// was revoked stays so; a gateway that starts again meanwhile goes on from what it wrote; and when the issuer is back, what
/// is revoked there is dead here.
#[test]
fn a_gateway_works_and_starts_again_without_its_issuer() {
    run(async {
        let ground = Ground::laid(None).await;
        let issuer = ground.start_issuer().await;
        let gateway = ground.start_gateway().await;
        let (seen, unseen) = (ground.tokens(20).await, ground.tokens(40).await);
        let (before, after) = unseen.split_at(20);
        let [dead, doomed] = <[String; 2]>::try_from(ground.tokens(2).await).unwrap();
        ground.all_pass(&seen, "with the issuer at hand").await;
        assert_eq!(ground.refused_for(ANN, &seen[0]).await, None);
        assert_eq!(ground.revoked(&dead).await, 200);
        ground.hears_of(&dead).await;

        issuer.kill();
        assert_eq!(ground.store_answers().await, None, "nobody is there");
        let goes_on = async |unseen: &[String], when: &str| {
            ground.all_pass(&seen, &format!("seen before, {when}")).await;
            ground.all_pass(unseen, &format!("never seen before, {when}")).await;
            assert_eq!(ground.refused(&dead).await.as_deref(), Some("token_revoked"), "{when}");
            assert_eq!(ground.refused_for(ANN, &unseen[0]).await, None, "{when}");
            assert_eq!(
                ground.refused_for(BEN, &unseen[0]).await.as_deref(),
                Some("directory_unreachable"),
                "{when}"
            );
        };
        goes_on(before, "with the issuer gone").await;
        let (_, health) = ground.health().await.unwrap();
        assert!(health["staleness"].is_i64(), "{health}");

        gateway.stop().await;
        assert_eq!(ground.health().await, None, "nobody is there");
        let _gateway = ground.start_gateway().await;
        let said = ground.gateway.said();
        assert!(said.contains("going on from what was kept"), "{said}");
        goes_on(after, "after a start without the issuer").await;

        let _issuer = ground.start_issuer().await;
        assert_eq!(ground.revoked(&doomed).await, 200);
        ground.hears_of(&doomed).await;
        ground.all_pass(&ground.tokens(3).await, "with the issuer back").await;
        assert_eq!(ground.refused_for(BEN, &seen[0]).await, None);
    });
}
