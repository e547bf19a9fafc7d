//! Credentials brought along from the old system, by their texts or by their hashes.

use super::{ours, taken, told};
use crate::desk::Desk;
use crate::legacy::{self, LONGEST_TEXT};
use crate::registry::{Asker, No, Registered, named, new_id, settle, value};
use crate::terms::transition::TransitionTerms;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use tollgate_model::legacy::{LegacyKind, LegacyName};
use tollgate_model::{
    AccountId, Change, Decision, Fault, LegacyCredential, LegacyCredentialId, LegacyMethodId, Member, MemberId, Moment,
};

/// The most lines at once.
pub const MOST: usize = 500;
/// So many complaints are told at once; whoever has more has made one mistake often.
const COMPLAINTS: usize = 20;
/// A shorter text can be guessed.
const SHORTEST_TEXT: usize = 8;

/// A credential to bring along.
#[derive(Clone, Default)]
pub struct Line {
    /// Whose: the account's id.
    pub account: String,
    /// Whose within the account, by e-mail address; none: the account's own.
    pub member: Option<String>,
    /// `key` or `bearer`; none: the one kind that the method has.
    pub kind: Option<String>,
    /// The credential itself. Either this or its hash.
    pub text: Option<String>,
    /// SHA-256 of the credential, in hexadecimal or base64.
    pub sha256: Option<String>,
    /// What its owners call it; none: that it was imported, and when.
    pub label: Option<String>,
    /// From when on it opens nothing, if ever.
    pub expires: Option<Moment>,
}

/// A credential and what it is guessed from print as stars.
impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line")
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

/// A list of credentials to bring along.
#[derive(Clone, Debug)]
pub struct Import {
    /// Of which method.
    pub method: LegacyMethodId,
    /// Which.
    pub lines: Vec<Line>,
    /// The number of the first, for complaints: the line of a file. 1 where there is no file.
    pub first_line: usize,
    /// Whether they are only looked at, and nothing is kept.
    pub check: bool,
}

/// What came of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// So many came in, or could.
    pub added: usize,
    /// So many are on record already, for the same account, and stay as they are.
    pub known: usize,
}

/// Brings credentials along: all of the list, or none. One that is on record already stays as it is, so that a file can be
/// sent again after it broke off; one that was ended here stays ended.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn import(desk: &Desk, asker: &Asker, ask: &Import) -> Registered<Imported> {
    if ask.lines.len() > MOST {
        return Ok(Err(No::invalid("lines", format!("must be at most {MOST} at once"))));
    }
    let mut ids = Vec::with_capacity(ask.lines.len());
    for _ in &ask.lines {
        ids.push(LegacyCredentialId::new(new_id(desk, "lgc")?));
    }
    settle(desk, "credential", async || {
        let facts = know(desk, ask).await?;
        let decided = decide(ask, &ids, &facts, &desk.terms.transition, asker, desk.now());
        Ok(decided.map(|decision| match ask.check {
            true => Decision::just(decision.answer),
            false => decision,
        }))
    })
    .await
}

/// What is on record of what the lines name.
#[derive(Default)]
struct Facts {
    accounts: BTreeSet<String>,
    /// By account and address.
    members: BTreeMap<(String, String), Member>,
    /// By name: the digest, and what is on record under it.
    held: BTreeMap<LegacyName, (String, Option<LegacyCredential>)>,
}

/// Asks for each account, member and digest once; what is no address and no hash is complained about later.
async fn know(desk: &Desk, ask: &Import) -> Result<Facts, Fault> {
    let mut facts = Facts::default();
    let mut asked = BTreeSet::new();
    for line in &ask.lines {
        let account = AccountId::new(&line.account);
        if asked.insert(line.account.clone()) && desk.store.account(&account).await?.is_some() {
            facts.accounts.insert(line.account.clone());
        }
        let email = line
            .member
            .as_deref()
            .and_then(|email| value::email("member", email).ok());
        if let Some(email) = email {
            let key = (line.account.clone(), email);
            if facts.accounts.contains(&line.account)
                && !facts.members.contains_key(&key)
                && let Some(member) = desk.store.member_by_email(&account, &key.1).await?
            {
                facts.members.insert(key, member);
            }
        }
        if let Ok(name) = name_of(line)
            && !facts.held.contains_key(&name)
        {
            let held = legacy::find(desk, &name).await?;
            let digest = legacy::digest(desk, &name);
            facts.held.insert(name, (digest, held));
        }
    }
    Ok(facts)
}

/// By what a line's credential is known. The text itself is in no complaint.
fn name_of(line: &Line) -> Result<LegacyName, No> {
    match (&line.text, &line.sha256) {
        (Some(text), None) => {
            let sane =
                (SHORTEST_TEXT..=LONGEST_TEXT).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
            if !sane {
                let problem =
                    format!("must be {SHORTEST_TEXT} to {LONGEST_TEXT} printable ASCII characters without spaces");
                return Err(No::invalid("text", problem));
            }
            Ok(legacy::name(text))
        }
        (None, Some(hash)) => legacy::parse(hash).ok_or_else(|| {
            No::invalid(
                "sha256",
                "is no SHA-256 in hexadecimal (64 digits) or base64 (44 characters)",
            )
        }),
        (None, None) => Err(No::invalid("text", "either text or sha256 must be given")),
        (Some(_), Some(_)) => Err(No::invalid("text", "either text or sha256 must be given, not both")),
    }
}

/// Everything, or every complaint: each names its line and its field.
fn decide(
    ask: &Import,
    ids: &[LegacyCredentialId],
    facts: &Facts,
    terms: &TransitionTerms,
    asker: &Asker,
    now: Moment,
) -> Result<Decision<Imported>, No> {
    // Without the method nothing can be said about any line.
    ours(terms, &ask.method)?;
    let (mut fresh, mut complaints, mut known) = (Vec::new(), Vec::new(), 0);
    let mut seen: BTreeMap<LegacyName, usize> = BTreeMap::new();
    for (place, (line, id)) in ask.lines.iter().zip(ids).enumerate() {
        let number = ask.first_line.saturating_add(place);
        match one(line, id, &ask.method, facts, terms, now) {
            Ok((name, credential)) => match seen.insert(name, number) {
                Some(before) => complaints.push(format!("line {number}: text: is that of line {before} already")),
                None => match credential {
                    Some(credential) => fresh.push(credential),
                    None => known += 1,
                },
            },
            Err(no) => complaints.push(format!("line {number}: {no}")),
        }
    }
    if !complaints.is_empty() {
        let more = complaints.len().saturating_sub(COMPLAINTS);
        complaints.truncate(COMPLAINTS);
        if more > 0 {
            complaints.push(format!("and {more} more"));
        }
        return Err(No::invalid("lines", complaints.join("; ")));
    }
    let imported = Imported {
        added: fresh.len(),
        known,
    };
    let changes = fresh.into_iter().flat_map(|credential| {
        let event = told("legacy.imported", &credential, asker, now);
        [Change::AddLegacyCredential(credential), event]
    });
    Ok(Decision::with(imported, changes.collect()))
}

/// A line's credential; none where it is on record already.
fn one(
    line: &Line,
    id: &LegacyCredentialId,
    method: &LegacyMethodId,
    facts: &Facts,
    terms: &TransitionTerms,
    now: Moment,
) -> Result<(LegacyName, Option<LegacyCredential>), No> {
    if !facts.accounts.contains(&line.account) {
        return Err(No::invalid("account", "there is no such account"));
    }
    let kind = kind_of(line, method, terms)?;
    taken(terms, method, kind)?;
    let member = member_of(line, facts)?;
    let label = match &line.label {
        Some(label) => named("label", label)?,
        None => format!("imported {}", crate::registry::date(now)),
    };
    let name = name_of(line)?;
    let Some((digest, held)) = facts.held.get(&name) else {
        return Err(No::invalid("text", "was not looked up"));
    };
    if let Some(held) = held {
        if held.account.as_str() != line.account || held.method != *method || held.kind != kind {
            return Err(No::Taken { field: "text" });
        }
        return Ok((name, None));
    }
    if line.expires.is_some_and(|end| end <= now) {
        return Err(No::invalid("expires", "is over already"));
    }
    let credential = LegacyCredential {
        id: id.clone(),
        method: method.clone(),
        kind,
        account: AccountId::new(&line.account),
        member,
        digest: digest.clone(),
        label,
        created: now,
        expires: line.expires,
        ended: None,
    };
    Ok((name, Some(credential)))
}

fn kind_of(line: &Line, method: &LegacyMethodId, terms: &TransitionTerms) -> Result<LegacyKind, No> {
    if let Some(word) = &line.kind {
        return LegacyKind::of_str(word).ok_or_else(|| No::invalid("kind", "must be key or bearer"));
    }
    let held = terms.method(method);
    match held.map(|method| (method.bearer, !method.key_headers.is_empty())) {
        Some((true, false)) => Ok(LegacyKind::Bearer),
        Some((false, true)) => Ok(LegacyKind::Key),
        _ => Err(No::invalid("kind", "must be given: the method has keys and tokens")),
    }
}

fn member_of(line: &Line, facts: &Facts) -> Result<Option<MemberId>, No> {
    let Some(email) = &line.member else {
        return Ok(None);
    };
    let key = (line.account.clone(), value::email("member", email)?);
    match facts.members.get(&key) {
        Some(member) => Ok(Some(member.id.clone())),
        None => Err(No::invalid("member", "nobody in this account has this address")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::legacy::facts::{credential, method};
    use crate::registry::facts::{NOW, asker, member, told};

    fn line(text: &str) -> Line {
        Line {
            account: "acc_1".into(),
            kind: Some("key".into()),
            text: Some(text.into()),
            ..Line::default()
        }
    }

    fn ask(lines: Vec<Line>) -> Import {
        Import {
            method: method().id,
            lines,
            first_line: 7,
            check: false,
        }
    }

    fn tried(lines: Vec<Line>, held: &[(&str, LegacyCredential)]) -> Result<Decision<Imported>, No> {
        let ask = ask(lines);
        let ids: Vec<_> = (0..ask.lines.len())
            .map(|n| LegacyCredentialId::new(format!("lgc_{n}")))
            .collect();
        let names = ask.lines.iter().filter_map(|line| name_of(line).ok());
        let mut facts = Facts {
            accounts: BTreeSet::from(["acc_1".to_owned()]),
            members: BTreeMap::from([(("acc_1".to_owned(), member().email), member())]),
            held: names
                .map(|name| (name.clone(), (format!("digest of {name}"), None)))
                .collect(),
        };
        for (text, credential) in held {
            let name = legacy::name(text);
            facts.held.insert(name, ("held".into(), Some(credential.clone())));
        }
        decide(&ask, &ids, &facts, &crate::legacy::facts::terms(), &asker(), NOW)
    }

    fn complaints(lines: Vec<Line>) -> String {
        match tried(lines, &[]) {
            Err(No::Invalid {
                field: "lines",
                problem,
            }) => problem,
            other => panic!("{other:?}"),
        }
    }

    /// SS-51: keys come along by text or by hash, each with its owner, and each is a line of the audit log.
    #[test]
    fn texts_and_hashes_come_along() {
        let hash = Line {
            text: None,
            sha256: Some(legacy::name("another-old-key")),
            member: Some("ANN@firm.example".into()),
            label: Some("Reports".into()),
            expires: Some(NOW.plus(60)),
            ..line("")
        };
        let made = tried(vec![line("an-old-key-1"), hash], &[]).unwrap();
        assert_eq!(made.answer, Imported { added: 2, known: 0 });
        assert_eq!(told(&made.changes), ["legacy.imported", "legacy.imported"]);
        let added: Vec<_> = made
            .changes
            .iter()
            .filter_map(|change| match change {
                Change::AddLegacyCredential(credential) => Some(credential),
                _ => None,
            })
            .collect();
        assert_eq!(added[0].label, "imported 2027-01-15");
        assert_eq!((added[0].kind, &added[0].member), (LegacyKind::Key, &None));
        assert_eq!(added[1].member, Some(member().id));
        assert_eq!(
            (added[1].label.as_str(), added[1].expires),
            ("Reports", Some(NOW.plus(60)))
        );
    }

    /// A file that broke off is sent again; what was ended meanwhile stays ended.
    #[test]
    fn what_is_on_record_stays_as_it_is() {
        let ended = LegacyCredential {
            ended: Some(NOW),
            ..credential()
        };
        let lines = vec![line("an-old-key-1"), line("an-old-key-2")];
        let made = tried(lines, &[("an-old-key-1", ended)]).unwrap();
        assert_eq!(made.answer, Imported { added: 1, known: 1 });
        let other = LegacyCredential {
            account: AccountId::new("acc_2"),
            ..credential()
        };
        let no = tried(vec![line("an-old-key-1")], &[("an-old-key-1", other)]).unwrap_err();
        assert!(no.to_string().contains("line 7: text: already taken"), "{no}");
    }

    /// OP5: each fault is named by its line and its field, and no text is repeated.
    #[test]
    fn every_fault_is_named_by_line_and_field() {
        for (field, wrong) in [
            (
                "account",
                Line {
                    account: "acc_2".into(),
                    ..line("an-old-key-1")
                },
            ),
            (
                "member",
                Line {
                    member: Some("bob@firm.example".into()),
                    ..line("an-old-key-1")
                },
            ),
            (
                "member",
                Line {
                    member: Some("bob".into()),
                    ..line("an-old-key-1")
                },
            ),
            (
                "kind",
                Line {
                    kind: None,
                    ..line("an-old-key-1")
                },
            ),
            (
                "kind",
                Line {
                    kind: Some("token".into()),
                    ..line("an-old-key-1")
                },
            ),
            ("text", line("short")),
            ("text", line("has a space in it")),
            ("text", line(&"x".repeat(LONGEST_TEXT + 1))),
            ("text", Line { text: None, ..line("") }),
            (
                "text",
                Line {
                    sha256: Some("0".into()),
                    ..line("an-old-key-1")
                },
            ),
            (
                "sha256",
                Line {
                    text: None,
                    sha256: Some("0".into()),
                    ..line("")
                },
            ),
            (
                "label",
                Line {
                    label: Some(String::new()),
                    ..line("an-old-key-1")
                },
            ),
            (
                "expires",
                Line {
                    expires: Some(NOW),
                    ..line("an-old-key-1")
                },
            ),
        ] {
            let told = complaints(vec![line("an-old-key-0"), wrong]);
            assert!(told.starts_with(&format!("line 8: {field}: ")), "{told}");
            assert!(!told.contains("an-old-key"), "{told}");
        }
        let twice = complaints(vec![line("an-old-key-1"), line("an-old-key-1")]);
        assert_eq!(twice, "line 8: text: is that of line 7 already");
        let many = complaints(vec![line("short"); 30]);
        assert!(many.ends_with("; and 10 more"), "{many}");
    }

    #[test]
    fn a_line_shows_nothing_of_its_credential() {
        assert_eq!(format!("{:?}", line("an-old-key-1")), "Line { account: \"acc_1\", .. }");
    }
}
