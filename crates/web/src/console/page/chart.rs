//! Bars per day, drawn by the server.

use super::words;
use askama::Template;
use askama::filters::HtmlSafe;
use tollgate_model::Moment;

/// Bars per day, stacked by series, with the same numbers in a table below. It writes itself: `{{ chart }}`.
///
/// The drawing is stretched to its place, so it holds no text; the words around it are HTML and keep their size.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/chart.html")]
pub struct Chart {
    /// Unique on its page; letters and dashes.
    id: &'static str,
    title: String,
    series: Vec<String>,
    days: Vec<Day>,
    top: u64,
    total: u64,
    width: usize,
}

/// One day of a chart.
#[derive(Clone, Debug)]
struct Day {
    long: String,
    short: String,
    counts: Vec<u64>,
    total: u64,
    bars: Vec<Bar>,
}

/// One block of a stacked bar, in the drawing's units.
#[derive(Clone, Debug)]
struct Bar {
    series: usize,
    x: usize,
    y: u64,
    height: u64,
}

/// The drawing's height in its own units.
const HEIGHT: u64 = 1_000;
/// What a day takes of the width, and how much of it is bar.
const STEP: usize = 10;
const BAR: usize = 8;
/// The most series that have a colour of their own; the rest share the last.
const COLOURS: usize = 4;

impl Chart {
    /// Draws `counts`, one entry a day from the day `first` is in, each with one number per series.
    /// The first series is at the bottom: put what went well first.
    #[must_use]
    pub fn days(id: &'static str, title: &str, series: &[&str], first: Moment, counts: &[Vec<u64>]) -> Self {
        let top = nice(counts.iter().map(|day| sum(day)).max().unwrap_or(0));
        let days: Vec<Day> = counts
            .iter()
            .zip(0_i64..)
            .map(|(counts, place)| Day::new(first.plus(place.saturating_mul(86_400)), counts, top, place))
            .collect();
        Self {
            id,
            title: title.to_owned(),
            series: series.iter().map(|&name| name.to_owned()).collect(),
            total: days.iter().fold(0, |sum, day| sum.saturating_add(day.total)),
            width: (days.len() * STEP).max(STEP),
            days,
            top,
        }
    }

    fn name(&self, series: &usize) -> &str {
        self.series.get(*series).map_or("", String::as_str)
    }

    fn first(&self) -> &str {
        self.days.first().map_or("", |day| &day.short)
    }

    fn middle(&self) -> &str {
        self.days.get(self.days.len() / 2).map_or("", |day| &day.short)
    }

    fn last(&self) -> &str {
        self.days.last().map_or("", |day| &day.short)
    }

    /// The sentence that a screen reader says in place of the drawing.
    fn told(&self) -> String {
        let busiest = self.days.iter().max_by_key(|day| day.total);
        let busiest = busiest.filter(|day| day.total > 0).map_or_else(String::new, |day| {
            format!(" The most were {} on {}.", words::number(day.total), day.long)
        });
        format!(
            "{} in {}.{busiest}",
            words::number(self.total),
            words::count(self.days.len(), "day", "days")
        )
    }
}

// A template that escapes what it was given.
impl HtmlSafe for Chart {}

impl Day {
    fn new(day: Moment, counts: &[u64], top: u64, place: i64) -> Self {
        let x = usize::try_from(place).unwrap_or(0) * STEP + (STEP - BAR) / 2;
        let mut below = 0_u64;
        let mut bars = Vec::new();
        for (series, &count) in counts.iter().enumerate() {
            let from = scaled(below, top);
            below = below.saturating_add(count);
            let to = scaled(below, top);
            // One call among a million is still seen.
            let height = (to - from).max(u64::from(count > 0) * 8);
            if height > 0 {
                bars.push(Bar {
                    series: series.min(COLOURS - 1) + 1,
                    x,
                    y: HEIGHT.saturating_sub(from + height),
                    height,
                });
            }
        }
        Self {
            long: words::day(day),
            short: words::short_day(day),
            counts: counts.to_vec(),
            total: below,
            bars,
        }
    }
}

fn sum(counts: &[u64]) -> u64 {
    counts.iter().fold(0, |sum, &count| sum.saturating_add(count))
}

fn scaled(value: u64, top: u64) -> u64 {
    let scaled = u128::from(value) * u128::from(HEIGHT) / u128::from(top.max(1));
    u64::try_from(scaled).unwrap_or(HEIGHT).min(HEIGHT)
}

/// The round number at or above: in halves of its largest digit, as 15, 350 or 9,000.
fn nice(most: u64) -> u64 {
    let size = 10_u64.checked_pow(most.max(1).ilog10()).unwrap_or(1);
    let half = (size / 2).max(1);
    most.max(1).div_ceil(half).saturating_mul(half)
}

#[cfg(test)]
mod tests {
    use super::{Chart, Moment, nice};
    use askama::Template;

    #[test]
    fn a_chart_has_its_numbers_in_a_table_too() {
        let chart = Chart::days(
            "calls",
            "Calls",
            &["Allowed", "Refused"],
            Moment(0),
            &[vec![3, 1], vec![0, 0]],
        );
        let drawn = chart.render().unwrap();
        assert!(
            drawn.contains("4 in 2 days. The most were 4 on 1 January 1970."),
            "{drawn}"
        );
        assert!(drawn.contains("<th scope=\"row\">2 January 1970</th>"), "{drawn}");
        assert_eq!(drawn.matches("<rect class=\"series-").count(), 2, "{drawn}");
        assert!(!drawn.contains("style="), "the policy allows no inline style");
    }

    #[test]
    fn the_scale_ends_at_a_round_number() {
        for (most, top) in [
            (0, 1),
            (1, 1),
            (3, 3),
            (7, 7),
            (11, 15),
            (101, 150),
            (999, 1_000),
            (u64::MAX, u64::MAX),
        ] {
            assert_eq!(nice(most), top);
        }
    }

    #[test]
    fn no_days_and_huge_numbers_are_drawn_too() {
        assert!(
            Chart::days("a", "A", &["x"], Moment(0), &[])
                .render()
                .unwrap()
                .contains("0 in 0 days.")
        );
        let huge = Chart::days("a", "A", &["x", "y"], Moment(i64::MAX), &[vec![u64::MAX, u64::MAX]]);
        assert!(huge.render().unwrap().contains("<rect class=\"series-1\""));
    }
}
