use super::*;
use crate::alerts::matter::tests::{about, matters};
use crate::terms::Terms;

fn terms() -> ConsoleTerms {
    let mut terms = Terms::rfc("https://id.example").console;
    terms.vendor = "Harbour".to_owned();
    terms
}

#[test]
fn every_alert_says_which_client_what_happened_what_to_do_and_where() {
    for matter in matters() {
        let request = matches!(matter, Matter::RequestDecided { .. });
        let said = said(&about(matter), &terms());
        assert!(said.headline.contains("“Robot”"), "{}", said.headline);
        assert!(request || said.text.contains("(client-one)"), "{}", said.text);
        assert!(said.text.ends_with('.') || request, "{}", said.text);
        assert!(said.todo.ends_with('.'), "{}", said.todo);
        assert_eq!(said.link, "https://id.example/console/clients/client-one");
    }
}

#[test]
fn the_letter_about_an_expiring_secret_reads_so() {
    let said = said(&about(matters().remove(0)), &terms());
    let (subject, text) = letter(&said, "Firm", &terms());
    assert_eq!(subject, "Harbour: A secret of “Robot” expires in 7 days");
    assert_eq!(
        text,
        "Hello,\n\n\
         The secret “first” of the client “Robot” (client-one) expires on 2027-01-22 08:00 UTC. From then on it gets \
         no more tokens.\n\n\
         Open the client's page, press Regenerate, and put the new secret into your software before that moment.\n\n\
         https://id.example/console/clients/client-one\n\n\
         You get this mail because you look after “Firm” at Harbour.\n\
         It contains no secret, and Harbour never asks for one by mail.\n"
    );
}

/// What a stranger wrote into a report is not passed on under the vendor's name.
#[test]
fn a_letter_does_not_repeat_what_a_report_says() {
    let said = said(&about(matters().remove(4)), &terms());
    let (subject, text) = letter(&said, "Firm", &terms());
    assert!(!format!("{subject}{text}").contains("paste.example"));
    assert!(text.contains("It was revoked at once"));
}

#[test]
fn time_that_is_left_is_rounded_up_to_days() {
    for (seconds, words) in [
        (1, "within a day"),
        (86_400, "within a day"),
        (86_401, "in 2 days"),
        (7 * 86_400, "in 7 days"),
        (30 * 86_400, "in 30 days"),
    ] {
        assert_eq!(left(Moment(seconds), Moment(0)), words);
    }
}

#[test]
fn an_alert_without_details_still_leads_somewhere() {
    let mut alert = about(matters().remove(0));
    alert.detail = serde_json::Value::Null;
    alert.client = None;
    assert_eq!(said(&alert, &terms()).link, "https://id.example/console");
}
