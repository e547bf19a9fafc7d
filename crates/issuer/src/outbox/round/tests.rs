use super::*;

const NOW: Moment = Moment(1_800_000_000);

fn later(status: Option<i64>) -> Result<Option<i64>, Undelivered> {
    Err(Undelivered::Later {
        problem: "no answer".into(),
        status,
    })
}

#[test]
fn a_claim_holds_a_row_for_a_minute_and_keeps_what_was_known() {
    let claim = claimed(4, Some(&"no answer".to_owned()), Some(500), NOW);
    assert_eq!((claim.was, claim.next), (4, Some(NOW.plus(60))));
    assert_eq!(
        (claim.problem.as_deref(), claim.status, claim.done),
        (Some("no answer"), Some(500), None)
    );
    assert!(i64::try_from(PATIENCE.as_secs()).unwrap() < CLAIM);
}

#[test]
fn what_arrived_is_not_tried_again() {
    let came = noted(1, Ok(Some(204)), retry_hook, NOW);
    assert_eq!((came.was, came.next, came.done), (1, None, Some(NOW)));
    assert_eq!((came.status, came.problem), (Some(204), None));
}

#[test]
fn what_failed_waits_longer_each_time_and_is_given_up_in_the_end() {
    // As a row goes through it: claimed and noted, ten times.
    let mut waits = Vec::new();
    for attempt in 0..10 {
        let came = noted(2 * attempt + 1, later(Some(500)), retry_hook, NOW);
        assert_eq!((came.done, came.status), (None, Some(500)));
        assert_eq!(came.problem.as_deref(), Some("no answer"));
        waits.push(came.next.map(|next| next.since(NOW)));
    }
    assert_eq!(waits.pop(), Some(None));
    assert_eq!(waits.first(), Some(&Some(5)));
    assert_eq!(waits.last(), Some(&Some(86_400)));
    assert!(waits.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn what_will_never_arrive_is_given_up_at_once() {
    let came = noted(1, Err(never("410")), retry_mail, NOW);
    assert_eq!(
        (came.next, came.done, came.problem.as_deref()),
        (None, None, Some("410"))
    );
}
