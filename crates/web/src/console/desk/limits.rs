//! Limits as lines of a form, `name per count window`, and as words on a page.

use crate::console::page::words;
use tollgate_model::limit::{Per, Window};
use tollgate_model::{Limit, Plan};

/// What a line looks like, for those who wrote another.
const SHAPE: &str = "Write each as name, per, count, window: such as “burst client 20 10” or “month account 100000 \
                     month”.";

/// Reads the lines of a form. What may be in a limit is the registry's to say.
///
/// # Errors
/// What is wrong with the first line that is none, in a sentence.
pub(super) fn read(text: &str) -> Result<Vec<Limit>, String> {
    super::asked::lines(text).iter().map(|line| one(line)).collect()
}

fn one(line: &str) -> Result<Limit, String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let &[name, per, count, window] = words.as_slice() else {
        return Err(format!("“{line}” is no limit. {SHAPE}"));
    };
    let per = PER
        .iter()
        .find(|(word, _, _)| *word == per)
        .map(|(_, per, _)| *per)
        .ok_or_else(|| format!("“{per}” counts nobody's calls: write client, account, address or all."))?;
    let count = count
        .parse()
        .map_err(|_| format!("“{count}” is no whole number of calls. {SHAPE}"))?;
    let window = match window {
        "day" => Window::Day,
        "month" => Window::Month,
        seconds => Window::Seconds(
            seconds
                .parse()
                .map_err(|_| format!("“{seconds}” is no window: write seconds, day or month."))?,
        ),
    };
    Ok(Limit {
        name: name.to_owned(),
        per,
        count,
        window,
    })
}

/// The word of a line, whose calls it counts, and how a page says it.
const PER: [(&str, Per, &str); 4] = [
    ("client", Per::Client, "for each client"),
    ("account", Per::Account, "for each account"),
    ("address", Per::Address, "for each network address"),
    ("all", Per::All, "for everybody together"),
];

/// The lines of a form, as they are read back.
pub(super) fn lines(limits: &[Limit]) -> String {
    let line = |limit: &Limit| {
        let per = PER
            .iter()
            .find(|(_, per, _)| *per == limit.per)
            .map_or("", |(word, _, _)| word);
        let window = match limit.window {
            Window::Seconds(seconds) => seconds.to_string(),
            Window::Day => "day".to_owned(),
            Window::Month => "month".to_owned(),
        };
        format!("{} {per} {} {window}", limit.name, limit.count)
    };
    limits.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A limit in words: `20 in 10 seconds, for each client`.
pub(super) fn told(limit: &Limit) -> String {
    let per = PER
        .iter()
        .find(|(_, per, _)| *per == limit.per)
        .map_or("", |(_, _, words)| words);
    let window = match limit.window {
        Window::Seconds(seconds) => format!("in {}", words::span(seconds)),
        Window::Day => "a day (UTC)".to_owned(),
        Window::Month => "a month (UTC)".to_owned(),
    };
    format!("{} {window}, {per}", words::number(limit.count))
}

/// All limits of a plan in words.
pub(super) fn plan(plan: &Plan) -> String {
    let told: Vec<String> = plan.limits.iter().map(told).collect();
    if told.is_empty() {
        "no limits".to_owned()
    } else {
        told.join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_comes_back_as_it_was_written() {
        let text = "burst client 20 10\nday address 5000 day\nmonth account 100000 month\nall all 9 1";
        let read = read(text).unwrap();
        assert_eq!(lines(&read), text);
        let words: Vec<_> = read.iter().map(told).collect();
        assert_eq!(
            words,
            [
                "20 in 10 seconds, for each client",
                "5,000 a day (UTC), for each network address",
                "100,000 a month (UTC), for each account",
                "9 in 1 second, for everybody together",
            ]
        );
        assert_eq!(super::read(" \n\r\n"), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_limit_is_named() {
        for (line, named) in [
            ("burst", "“burst”"),
            ("burst client 20 10 more", "“burst client"),
            ("burst robot 20 10", "“robot”"),
            ("burst client many 10", "“many”"),
            ("burst client 20 week", "“week”"),
        ] {
            let said = read(&format!("fine all 1 1\n{line}")).unwrap_err();
            assert!(said.contains(named), "{said}");
        }
    }
}
