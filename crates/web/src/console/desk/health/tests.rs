use super::*;

const NOW: Moment = Moment(1_800_000_000);

fn looked(keys: &[(Stage, i64)], waits: Option<i64>) -> Looked {
    Looked {
        findings: Vec::new(),
        head: 5,
        reached: 5,
        trusted: true,
        chain: Chain {
            head: AuditHead {
                seq: 100,
                hash: "ab".to_owned(),
            },
            signed: None,
            waits: waits.map(|age| NOW.plus(-age)),
        },
        keys: keys
            .iter()
            .map(|(stage, age)| ("k1".to_owned(), "ES256".to_owned(), *stage, NOW.plus(-age)))
            .collect(),
        gateways: 0,
        mails: Mails::default(),
    }
}

fn told(looked: &Looked) -> Vec<&'static str> {
    let algorithms = BTreeSet::from(["ES256".to_owned()]);
    findings(looked, &algorithms, NOW)
        .into_iter()
        .map(|finding| finding.href)
        .collect()
}

#[test]
fn a_healthy_node_has_nothing_to_tell() {
    assert!(told(&looked(&[(Stage::Signing, 86_400)], None)).is_empty());
    // The last minute's events are not signed yet.
    assert!(told(&looked(&[(Stage::Signing, 86_400)], Some(30))).is_empty());
}

#[test]
fn keys_and_checkpoints_that_are_due_are_told() {
    let keys = "/console/desk/keys";
    assert_eq!(told(&looked(&[(Stage::Published, 0)], None)), [keys]);
    assert_eq!(told(&looked(&[(Stage::Signing, LONG)], None)), [keys]);
    let events = "/console/desk/events";
    assert_eq!(told(&looked(&[(Stage::Signing, 1)], Some(UNSIGNED))), [events]);
    let mut before = looked(&[(Stage::Signing, 1)], Some(UNSIGNED));
    before.chain.head.hash.clear();
    assert!(
        told(&before).is_empty(),
        "what was kept before the chain is signed by nobody"
    );
}

#[test]
fn a_node_that_lost_the_store_says_so_first() {
    let mut looked = looked(&[(Stage::Signing, 1)], None);
    looked.trusted = false;
    looked.mails.given_up = 2;
    let found = findings(&looked, &BTreeSet::new(), NOW);
    assert_eq!(found.first().map(|finding| finding.tone), Some("danger"));
    assert!(
        found
            .iter()
            .any(|finding| finding.words.contains("2 mails were given up"))
    );
}
