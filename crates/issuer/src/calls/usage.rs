//! Use over time: how many requests of a client were answered how, by day.

use crate::desk::Desk;
use std::collections::BTreeMap;
use tollgate_model::call::Place;
use tollgate_model::{ApiId, ClientId, Fault, Usage};

/// The most days that are told at once.
pub const MOST_DAYS: i64 = 400;

/// Requests of a client over some days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The first day, counted from 1970-01-01 (UTC).
    pub first: i64,
    /// How many days; every line has as many counts.
    pub days: usize,
    /// One for each place, API and status that occurred, in this order.
    pub lines: Vec<Line>,
}

/// Requests that were answered alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where: a token request at the issuer, a call at a gateway.
    pub place: Place,
    /// For or to which API; none when a token request named none.
    pub api: Option<ApiId>,
    /// With which status.
    pub status: u16,
    /// How many, day by day.
    pub counts: Vec<i64>,
}

impl Line {
    /// How many altogether.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.counts.iter().sum()
    }
}

/// The requests of a client in the last `days` days, today included.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn usage(desk: &Desk, client: &ClientId, days: i64) -> Result<Series, Fault> {
    let today = desk.now().day();
    Ok(series(&desk.store.usage(client).await?, today, days))
}

/// What is counted under for a request to the token endpoint.
#[must_use]
pub fn token(api: Option<&ApiId>, status: u16) -> String {
    format!("token:{}:{status}", api.map_or("", ApiId::as_str))
}

/// The same, of counts at hand. What is counted besides requests is passed over.
#[must_use]
pub fn series(counted: &[Usage], today: i64, days: i64) -> Series {
    let days = days.clamp(1, MOST_DAYS);
    let first = today - days + 1;
    let many = usize::try_from(days).unwrap_or_default();
    let mut lines: BTreeMap<(&str, &str, u16), Vec<i64>> = BTreeMap::new();
    for usage in counted {
        let place = usize::try_from(usage.day - first).ok().filter(|place| *place < many);
        let (Some(place), Some(key)) = (place, read(&usage.what)) else {
            continue;
        };
        let counts = lines.entry(key).or_insert_with(|| vec![0; many]);
        if let Some(count) = counts.get_mut(place) {
            *count += usage.count;
        }
    }
    let lines = lines.into_iter().map(|((what, api, status), counts)| Line {
        place: if what == "call" { Place::Gateway } else { Place::Issuer },
        api: (!api.is_empty()).then(|| ApiId::new(api)),
        status,
        counts,
    });
    Series {
        first,
        days: many,
        // Tokens first: that is where integrators begin.
        lines: {
            let mut lines: Vec<_> = lines.collect();
            lines.sort_by_key(|line| line.place == Place::Gateway);
            lines
        },
    }
}

/// `token:<api>:<status>` or `call:<api>:<status>`, taken apart.
fn read(what: &str) -> Option<(&str, &str, u16)> {
    let (kind, rest) = what.split_once(':')?;
    let (api, status) = rest.rsplit_once(':')?;
    matches!(kind, "token" | "call").then_some((kind, api, status.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tollgate_model::Moment;

    fn usage(what: &str, day: i64, count: i64) -> Usage {
        Usage {
            client: ClientId::new("robot"),
            what: what.into(),
            day,
            count,
            last: Moment(day * 86_400),
        }
    }

    #[test]
    fn days_without_requests_are_days_too() {
        let counted = [
            usage("call:docs:200", 100, 7),
            usage("call:docs:200", 98, 1),
            usage("call:docs:403", 100, 2),
            usage(&token(Some(&ApiId::new("docs")), 200), 99, 3),
            usage(&token(None, 401), 100, 4),
            usage("call:docs:200", 97, 50),
            usage("alias:/oauth/old", 100, 9),
            usage("call:docs:odd", 100, 9),
        ];
        let series = series(&counted, 100, 3);
        assert_eq!((series.first, series.days), (98, 3));
        let lines: Vec<_> = series
            .lines
            .iter()
            .map(|line| {
                let api = line.api.as_ref().map_or("-", ApiId::as_str);
                (line.place.as_str(), api, line.status, line.counts.as_slice())
            })
            .collect();
        assert_eq!(
            lines,
            [
                ("issuer", "-", 401, &[0, 0, 4][..]),
                ("issuer", "docs", 200, &[0, 3, 0]),
                ("gateway", "docs", 200, &[1, 0, 7]),
                ("gateway", "docs", 403, &[0, 0, 2]),
            ]
        );
        assert_eq!(series.lines.iter().map(Line::total).sum::<i64>(), 17);
    }
}
