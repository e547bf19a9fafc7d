//! Where somebody stands in the transitions of an old way, and what an answer says of it.

use crate::phase::notes::{DEPRECATION, SUNSET};
use http::{HeaderName, HeaderValue, header};
use std::sync::Arc;
use tollgate_model::transition::Stage;
use tollgate_model::{AccountId, ApiId, Dated, Moment, RouteId};

/// For whom, where and when it is asked.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    /// None: nobody in particular.
    pub(crate) account: Option<&'a AccountId>,
    pub(crate) route: &'a RouteId,
    pub(crate) api: Option<&'a ApiId>,
    pub(crate) now: Moment,
}

/// What the transitions say together: the strictest of them counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// Nothing has ended.
    Works,
    /// It is refused until then.
    Brownout(Moment),
    /// It is refused for good.
    Ended,
}

impl Place<'_> {
    fn holds(&self, dated: &Dated) -> bool {
        dated.holds(self.account, self.route, self.api)
    }
}

/// Whether what is about to end still works here.
pub(crate) fn verdict(dated: &[Arc<Dated>], place: Place<'_>) -> Verdict {
    let held = dated.iter().filter(|dated| place.holds(dated));
    let each = held.map(|dated| match dated.stage(place.account, place.now) {
        Stage::Before | Stage::Open | Stage::Warned => Verdict::Works,
        Stage::Brownout(window) => Verdict::Brownout(window.to),
        Stage::Ended => Verdict::Ended,
    });
    each.max().unwrap_or(Verdict::Works)
}

/// The same, where it does not matter who asks: what may still work for somebody works.
pub(crate) fn over_for_everybody(dated: &[Arc<Dated>], place: Place<'_>) -> Verdict {
    let spares = |dated: &&Arc<Dated>| dated.exceptions.iter().any(|exception| place.now < exception.ends);
    let everybody = Place { account: None, ..place };
    let each = dated.iter().filter(|dated| !spares(dated));
    let each = each.map(|dated| verdict(std::slice::from_ref(dated), everybody));
    each.max().unwrap_or(Verdict::Works)
}

/// What an answer says of the end of what it came by: since when it is deprecated (RFC 9745), when it ends (RFC 8594),
/// and where one reads what to do. Nothing before that was opened.
pub(crate) fn fields<'d>(
    dated: impl Iterator<Item = &'d Arc<Dated>>,
    place: Place<'_>,
) -> Vec<(HeaderName, HeaderValue)> {
    let open = |dated: &&Arc<Dated>| place.holds(dated) && dated.stage(place.account, place.now) != Stage::Before;
    let open: Vec<_> = dated.filter(open).collect();
    let mut fields = Vec::new();
    let since = open.iter().filter_map(|dated| dated.transition.opens).min();
    // RFC 9745 §2.1: a date of structured fields (RFC 9651 §3.3.7).
    let since = since.and_then(|since| HeaderValue::from_str(&format!("@{}", since.0)).ok());
    fields.extend(since.map(|since| (DEPRECATION, since)));
    let end = open.iter().filter_map(|dated| dated.ends(place.account)).min();
    fields.extend(end.and_then(http_date).map(|end| (SUNSET, end)));
    let mut pages: Vec<_> = open
        .iter()
        .filter_map(|dated| dated.transition.documentation.as_deref())
        .collect();
    pages.dedup();
    fields.extend(pages.into_iter().filter_map(link).map(|link| (header::LINK, link)));
    fields
}

/// IMF-fixdate (RFC 9110 §5.6.7).
fn http_date(moment: Moment) -> Option<HeaderValue> {
    let time = jiff::Timestamp::from_second(moment.0).ok()?;
    HeaderValue::from_str(&time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()).ok()
}

/// RFC 9745 §3. What cannot stand between the brackets (RFC 3986 §2) is no address.
fn link(page: &str) -> Option<HeaderValue> {
    if page.bytes().any(|b| !b.is_ascii_graphic() || matches!(b, b'<' | b'>')) {
        return None;
    }
    HeaderValue::from_str(&format!("<{page}>; rel=\"deprecation\"; type=\"text/html\"")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tollgate_model::transition::{Brownout, Exception, Subject};
    use tollgate_model::{LegacyMethodId, Transition, TransitionId};

    const DAY: i64 = 86_400;

    fn dated(id: &str, opens: i64, ends: Option<i64>, exceptions: &[(&str, i64)]) -> Arc<Dated> {
        let transition = Transition {
            id: TransitionId::new(id),
            name: id.to_owned(),
            of: Subject::Method(LegacyMethodId::new("old")),
            routes: Vec::new(),
            apis: Vec::new(),
            accounts: Vec::new(),
            opens: Some(Moment(opens * DAY)),
            warns: None,
            brownouts: vec![Brownout {
                name: "an hour".into(),
                from: Moment(50 * DAY),
                to: Moment(50 * DAY + 3600),
            }],
            ends: ends.map(|day| Moment(day * DAY)),
            documentation: Some("https://docs.example/move".into()),
            declared: true,
            version: 1,
        };
        let exceptions = exceptions.iter().map(|(account, ends)| Exception {
            transition: TransitionId::new(id),
            account: AccountId::new(account),
            ends: Moment(ends * DAY),
            note: String::new(),
            created: Moment(0),
        });
        Arc::new(Dated {
            transition,
            exceptions: exceptions.collect(),
        })
    }

    fn at(now: i64, asks: impl FnOnce(Place<'_>)) {
        let route = RouteId::new("r");
        asks(Place {
            account: None,
            route: &route,
            api: None,
            now: Moment(now),
        });
    }

    /// SS-54: of several transitions the strictest counts, and an answer names the nearest end.
    #[test]
    fn of_several_transitions_the_strictest_counts() {
        let both = [dated("one", 10, Some(100), &[]), dated("two", 20, Some(60), &[])];
        for (day, expected) in [
            (0, Verdict::Works),
            (50, Verdict::Brownout(Moment(50 * DAY + 3600))),
            (51, Verdict::Works),
            (60, Verdict::Ended),
        ] {
            at(day * DAY, |place| {
                assert_eq!(verdict(&both, place), expected, "{day}");
                assert_eq!(over_for_everybody(&both, place), expected, "{day}");
            });
        }
        at(9 * DAY, |place| assert!(fields(both.iter(), place).is_empty()));
        at(30 * DAY, |place| {
            let fields = fields(both.iter(), place);
            let texts: Vec<_> = fields
                .iter()
                .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
                .collect();
            assert_eq!(
                texts,
                [
                    ("deprecation", "@864000"),
                    ("sunset", "Mon, 02 Mar 1970 00:00:00 GMT"),
                    (
                        "link",
                        "<https://docs.example/move>; rel=\"deprecation\"; type=\"text/html\""
                    ),
                ]
            );
        });
    }

    /// SS-54: while somebody has more time, nobody is refused unheard; when the last exception is over, everybody is.
    #[test]
    fn while_somebody_has_more_time_nobody_is_refused_unheard() {
        let one = [dated("one", 10, Some(60), &[("acc_late", 70)])];
        let late = AccountId::new("acc_late");
        for (day, anybody, late_one, everybody) in [
            (59, Verdict::Works, Verdict::Works, Verdict::Works),
            (60, Verdict::Ended, Verdict::Works, Verdict::Works),
            (70, Verdict::Ended, Verdict::Ended, Verdict::Ended),
        ] {
            at(day * DAY, |place| {
                assert_eq!(verdict(&one, place), anybody, "{day}");
                let account = Some(&late);
                assert_eq!(verdict(&one, Place { account, ..place }), late_one, "{day}");
                assert_eq!(over_for_everybody(&one, place), everybody, "{day}");
            });
        }
    }

    /// What cannot be an address is not told as one.
    #[test]
    fn a_link_is_an_address() {
        assert!(link("https://docs.example/a>; rel=\"x").is_none());
        assert!(link("https://docs.example/a b").is_none());
        assert!(link("https://docs.example/a").is_some());
    }
}
