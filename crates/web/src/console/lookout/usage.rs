//! Use over time: tokens asked for and calls made, by day, API and status.

use super::{calls as list, way};
use crate::console::Console;
use crate::console::door::AtAccount;
use crate::console::page::{Chart, Choice, Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::collections::BTreeMap;
use std::sync::Arc;
use tollgate_issuer::calls::Series;
use tollgate_issuer::developer;
use tollgate_model::call::Place;
use tollgate_model::{ClientId, Moment};

/// The spans to choose from, in days.
const SPANS: [i64; 3] = [14, 30, 90];
/// Names of charts on the page; what there is beyond stands in the table alone.
const CHARTS: [&str; 12] = [
    "usage-a", "usage-b", "usage-c", "usage-d", "usage-e", "usage-f", "usage-g", "usage-h", "usage-i", "usage-j",
    "usage-k", "usage-l",
];

#[derive(Template)]
#[template(path = "lookout/usage.html")]
struct Page {
    frame: Frame,
    form: Form,
    clients: Vec<Choice>,
    spans: Vec<Choice>,
    charts: Vec<Chart>,
    lines: Vec<Line>,
    days: i64,
    tokens: i64,
    calls: i64,
    refused: i64,
    /// Whether there are more clients than are added up here.
    some: bool,
}

/// A row of the table.
struct Line {
    place: &'static str,
    api: String,
    status: u16,
    tone: &'static str,
    total: i64,
}

/// The page.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    let asked = way::word(&console, &at, "client")?;
    let days = match at.ask.asked("days") {
        "" => 30,
        text => match text.parse().ok().filter(|days| SPANS.contains(days)) {
            Some(days) => days,
            None => return Err(way::malformed(&console, &at)),
        },
    };
    let clients = list::clients(&console, &at, asked, "All clients").await?;
    let client = (!asked.is_empty()).then(|| ClientId::new(asked));
    let used = developer::usage(&console.desk, &at.seat, client.as_ref(), days).await;
    let used = way::done(&console, &at, used)?;
    let mut sum = Sum::default();
    for series in used.series {
        sum.add(series);
    }
    let catalogue = console.desk.memory.catalogue();
    let api = |id: &str| match catalogue.apis.iter().find(|api| api.id.as_str() == id) {
        Some(api) => api.name.clone(),
        None if id.is_empty() => "no known API".to_owned(),
        None => id.to_owned(),
    };
    let mut frame = console.frame_at(&at, "Usage");
    frame.lead = "Tokens asked for and calls made, counted by day (UTC). It lags behind by a second or two.".to_owned();
    let page = Page {
        frame,
        form: Form::new().with("client", asked).with("days", days.to_string()),
        clients,
        spans: SPANS
            .into_iter()
            .map(|span| Choice::new(span.to_string(), format!("{span} days"), ""))
            .collect(),
        charts: sum.charts(&api),
        lines: sum.lines(&api),
        days,
        tokens: sum.total(|place, status| place == Place::Issuer && status < 400),
        calls: sum.total(|place, status| place == Place::Gateway && status < 400),
        refused: sum.total(|_, status| status >= 400),
        some: used.more,
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

/// Series of several clients, added up.
#[derive(Default)]
struct Sum {
    first: i64,
    /// Counts day by day, by place, API and status. Tokens first: that is where integrators begin.
    lines: BTreeMap<(bool, String, u16), Vec<i64>>,
}

impl Sum {
    fn add(&mut self, series: Series) {
        self.first = series.first;
        for line in series.lines {
            let api = line.api.map(|api| api.to_string()).unwrap_or_default();
            let key = (line.place == Place::Gateway, api, line.status);
            let held = self.lines.entry(key).or_insert_with(|| vec![0; series.days]);
            for (held, count) in held.iter_mut().zip(line.counts) {
                *held = held.saturating_add(count);
            }
        }
    }

    fn total(&self, which: impl Fn(Place, u16) -> bool) -> i64 {
        let place = |gateway: bool| if gateway { Place::Gateway } else { Place::Issuer };
        let lines = self
            .lines
            .iter()
            .filter(|((gateway, _, status), _)| which(place(*gateway), *status));
        lines.flat_map(|(_, counts)| counts).sum()
    }

    /// One chart for each place and API, stacked by how requests were answered.
    fn charts(&self, api: &dyn Fn(&str) -> String) -> Vec<Chart> {
        let mut stacked: BTreeMap<(bool, &str), Vec<Vec<u64>>> = BTreeMap::new();
        for ((gateway, api, status), counts) in &self.lines {
            let days = stacked
                .entry((*gateway, api))
                .or_insert_with(|| vec![vec![0; 3]; counts.len()]);
            let class = match status {
                ..400 => 0,
                400..500 => 1,
                _ => 2,
            };
            for (day, count) in days.iter_mut().zip(counts) {
                if let Some(held) = day.get_mut(class) {
                    *held = held.saturating_add(u64::try_from(*count).unwrap_or_default());
                }
            }
        }
        let first = Moment(self.first.saturating_mul(86_400));
        let charts = stacked.into_iter().zip(CHARTS).map(|(((gateway, id), days), name)| {
            let what = if gateway { "Calls" } else { "Token requests" };
            let title = format!("{what}: {}", api(id));
            Chart::days(
                name,
                &title,
                &["Answered", "Refused (4xx)", "Failed (5xx)"],
                first,
                &days,
            )
        });
        charts.collect()
    }

    fn lines(&self, api: &dyn Fn(&str) -> String) -> Vec<Line> {
        let line = |((gateway, id, status), counts): (&(bool, String, u16), &Vec<i64>)| Line {
            place: if *gateway { "Calls" } else { "Token requests" },
            api: api(id),
            status: *status,
            tone: list::tone(*status),
            total: counts.iter().sum(),
        };
        self.lines.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tollgate_issuer::calls::Line as Counted;
    use tollgate_model::ApiId;

    #[test]
    fn clients_are_added_up_day_by_day() {
        let series = |place, status, counts: &[i64]| Series {
            first: 10,
            days: 2,
            lines: vec![Counted {
                place,
                api: Some(ApiId::new("docs")),
                status,
                counts: counts.to_vec(),
            }],
        };
        let mut sum = Sum::default();
        sum.add(series(Place::Gateway, 200, &[1, 2]));
        sum.add(series(Place::Gateway, 200, &[3, 0]));
        sum.add(series(Place::Gateway, 403, &[0, 5]));
        sum.add(series(Place::Issuer, 200, &[1, 0]));
        assert_eq!(sum.total(|place, status| place == Place::Gateway && status < 400), 6);
        assert_eq!(sum.total(|_, status| status >= 400), 5);
        let told: Vec<_> = sum
            .lines(&str::to_uppercase)
            .into_iter()
            .map(|l| (l.place, l.api, l.status, l.total))
            .collect();
        assert_eq!(
            told,
            [
                ("Token requests", "DOCS".to_owned(), 200, 1),
                ("Calls", "DOCS".to_owned(), 200, 6),
                ("Calls", "DOCS".to_owned(), 403, 5),
            ]
        );
        assert_eq!(sum.charts(&str::to_uppercase).len(), 2);
    }
}
