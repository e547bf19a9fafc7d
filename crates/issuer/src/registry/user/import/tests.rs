use super::*;
use crate::registry::facts::{NOW, asker, told};

const BCRYPT: &str = "$2b$04$abcdefghijklmnopqrstuuE7De1yMvd27e0At7fYW4Tbe/vN9hMam";

fn person(email: &str) -> Import {
    Import {
        email: email.into(),
        name: "Ann".into(),
        password_hash: Some(BCRYPT.into()),
        ..Import::default()
    }
}

fn decided(people: Vec<Import>, taken: &[&str]) -> Result<Decision<Vec<User>>, No> {
    let ids: Vec<_> = (0..people.len()).map(|n| UserId::new(format!("usr_{n}"))).collect();
    let taken = taken.iter().map(|email| (*email).to_owned()).collect();
    let ask = Imports {
        people,
        first_line: 1,
        check: false,
    };
    let terms = PeopleTerms::of("https://issuer.example/userinfo");
    decide(&ask, &ids, &taken, &terms, &asker(), NOW)
}

/// CO5: whoever is brought in has no rights and no factor, and the hash as it came.
#[test]
fn people_are_brought_in_as_they_were() {
    let mut second = person(" Lee@Firm.Example ");
    second.email_verified = true;
    second.state = Some(State::Disabled);
    second.password_hash = None;
    let made = decided(vec![person("ann@firm.example"), second], &[]).unwrap();
    assert_eq!(told(&made.changes), ["user.imported", "user.imported"]);
    let [ann, lee] = made.answer.as_slice() else {
        panic!("two people")
    };
    assert_eq!((ann.password.as_deref(), ann.email_verified), (Some(BCRYPT), false));
    assert_eq!((lee.email.as_str(), lee.state), ("lee@firm.example", State::Disabled));
    assert!(lee.email_verified && lee.password.is_none());
    assert!(!ann.operator && !lee.operator && ann.totp.is_none());
}

/// Nothing is half done: one bad line keeps all out, and each is named with its field.
#[test]
fn every_bad_line_is_named_by_line_and_field() {
    let mut people = vec![
        person("ann@firm.example"),
        person("no address"),
        person("ANN@firm.example"),
        person("known@firm.example"),
        person("lee@firm.example"),
        person("kim@firm.example"),
        person("max@firm.example"),
    ];
    people[4].name = String::new();
    people[5].claims.insert("sub".into(), json!("usr_1"));
    people[6].password_hash = Some("hunter2 hunter2".into());
    let Err(No::Invalid {
        field: "users",
        problem,
    }) = decided(people, &["known@firm.example"])
    else {
        panic!("a complaint")
    };
    let lines: Vec<&str> = problem.split("; ").collect();
    for (line, begins) in lines.iter().zip([
        "line 2: email: ",
        "line 3: email: is that of line 1 already",
        "line 4: email: somebody signs in with it already",
        "line 5: name: ",
        "line 6: claims: \"sub\" ",
        "line 7: password_hash: ",
    ]) {
        assert!(line.starts_with(begins), "{line:?} should begin with {begins:?}");
    }
    assert_eq!(lines.len(), 6, "{problem}");
    assert!(!problem.contains("hunter2"), "what stood there is not repeated");
}

/// OP7: a hash that would cost the server its day is a bad line.
#[test]
fn a_hash_that_is_too_dear_is_a_bad_line() {
    let mut dear = person("ann@firm.example");
    dear.password_hash = Some(BCRYPT.replace("$04$", "$31$"));
    let no = decided(vec![dear], &[]).unwrap_err().to_string();
    assert_eq!(
        no,
        "users: line 1: password_hash: costs more to compare than is borne here"
    );
}

#[test]
fn complaints_are_told_up_to_a_number() {
    let no = decided(vec![person("none"); 100], &[]).unwrap_err().to_string();
    assert!(no.contains("line 20: ") && !no.contains("line 21: "), "{no}");
    assert!(no.ends_with("; and 80 more"), "{no}");
}
