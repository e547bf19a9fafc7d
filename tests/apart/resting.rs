//! What rests is changed behind the gateway's back.

use crate::ground::{ANN, Ground};
use serde_json::Value;
use tollgate_keys::digest::{DigestKey, token_hash};
use tollgate_tests::{run, until};

/// What rests, as the gateway would have sealed it.
fn sealed(ground: &Ground, written: &Value) -> String {
    let credential = &ground.gateway.secret.1;
    let key = DigestKey::from_bytes(&token_hash(&format!("tollgate gateway at rest\n{credential}")));
    let body = written.to_string();
    format!("{}\n{body}", key.digest(&body))
}

/// RS10: a gateway that starts without its issuer works from nothing that somebody else wrote: it lets nothing through, says
/// so, and begins when the issuer is back. RL23: how old its knowledge is stands in its health.
#[test]
fn what_was_changed_at_rest_opens_nothing_and_what_is_old_is_told() {
    run(async {
        let ground = Ground::laid(None).await;
        let issuer = ground.start_issuer().await;
        let gateway = ground.start_gateway().await;
        let token = ground.tokens(1).await.remove(0);
        assert_eq!(ground.refused_for(ANN, &token).await, None);
        issuer.kill();
        gateway.stop().await;

        let kept = std::fs::read_to_string(&ground.rest).unwrap();
        assert!(kept.contains(ANN) && !kept.contains(&token));
        let (_, body) = kept.split_once('\n').unwrap();
        let mut written: Value = serde_json::from_str(body).unwrap();

        written["heard"] = (written["heard"].as_i64().unwrap() - 3600).into();
        std::fs::write(&ground.rest, sealed(&ground, &written)).unwrap();
        let gateway = ground.start_gateway().await;
        let (status, health) = ground.health().await.unwrap();
        assert_eq!((status, health["status"].as_str()), (200, Some("stale")));
        assert!(health["staleness"].as_i64().unwrap() >= 3600, "{health}");
        assert_eq!(ground.refused(&token).await, None);
        gateway.kill();

        // Everybody is a member now, and nothing is revoked: so somebody would have it who cannot seal.
        let open = kept.replacen(ANN, "eve@firm1.example", 1);
        assert_ne!(open, kept);
        std::fs::write(&ground.rest, &open).unwrap();
        let _gateway = ground.gateway.start();
        until("the gateway answers", || async { ground.health().await.is_some() }).await;
        assert_eq!(ground.refused(&token).await.as_deref(), Some("keys_unknown"));
        assert_eq!(
            ground.refused_for("eve@firm1.example", &token).await.as_deref(),
            Some("keys_unknown")
        );
        let (status, health) = ground.health().await.unwrap();
        assert_eq!((status, health["status"].as_str()), (503, Some("starting")));
        let said = ground.gateway.said();
        assert!(
            said.contains("was not written by a gateway with this credential"),
            "{said}"
        );

        let _issuer = ground.start_issuer().await;
        until("the gateway begins", || async {
            ground.refused(&token).await.is_none()
        })
        .await;
        let (status, health) = ground.health().await.unwrap();
        assert_eq!((status, health["status"].as_str()), (200, Some("ok")));
        assert_eq!(
            ground.refused_for("eve@firm1.example", &token).await.as_deref(),
            Some("acting_user_unknown")
        );
    });
}
