//! What every page of the console is made with.
//!
//! # A page
//!
//! ```text
//! #[derive(Template)]
//! #[template(path = "client.html")]
//! struct Page { frame: Frame, client: Client, form: Form }
//!
//! let page = Page { frame, client, form };
//! respond(StatusCode::OK, &page.frame, &page)
//! ```
//!
//! ```text
//! {% extends "base.html" %}
//! {% import "parts/show.html" as show %}
//! {% import "parts/form.html" as field %}
//! {% block badges %}{{ show::badge("test", "Test") }}{% endblock %}
//! {% block actions %}<a class="button" href="…">Regenerate</a>{% endblock %}
//! {% block content %}
//! <section class="card"><h2>Details</h2> … </section>
//! {% endblock %}
//! ```
//!
//! `base.html` has the blocks `head`, `badges` (beside the heading), `actions` (right of it), `content`, `scripts`; it
//! writes the heading from `frame.title` and `frame.lead`, so a page begins with `<h2>`. `plain.html` is a card in the
//! middle for pages before sign-in: `head`, `content`, `below`, `scripts`. A script is
//! `<script src="{{ frame.asset("name.js") }}" nonce="{{ frame.nonce }}"></script>`, its file a line of
//! [`assets`](crate::console::assets). No `style` attributes, no `on…` attributes, no inline script: the policy forbids
//! them. Nothing but [`Stamp`], [`Calendar`], [`Chart`] and [`Qr`] goes unescaped; `|safe` is for nobody.
//!
//! # In Rust
//!
//! - [`respond()`]`(status, &frame, &page) -> Response`; [`respond::guard`]`(headers, nonce, https)` for downloads.
//! - [`refused()`]`(frame, Refused, request_id, home) -> Response`: the pages for 400, 403, 404, 413, 429, 500, 503.
//! - [`Frame`]: `vendor logo language title lead now nonce assets https csrf in_view desk navigation person menu account accounts all_accounts
//!   crumbs notice`. In templates: `frame.ago(moment)`, `frame.ago_or(moment, "not yet")`, `frame.day(moment)`,
//!   `frame.at(moment)` take a `Moment` or `Option<Moment>`, by value or reference, and write a `<time>`.
//! - [`Form`]: `typed(&pairs, &["secret_field"])`, `with(name, value)`, `value`, `values`, `has`, `on`,
//!   `refuse(name, sentence)`, `refuse_whole(sentence)`, `fault(name)`, `is_refused()`. [`Choice`]`::new(value, label, hint)`.
//! - [`Notice::of`]`(code)`: what `?done=CODE` may say; the sentences are the list in [`notice`].
//! - [`frame::led`]`(href)`: for a link to an address that somebody typed; `javascript:` leads nowhere. A name amid a
//!   sentence of ours goes into `<bdi>`, so that its direction ends with it.
//! - [`words`]: `ago span number count utc iso day short_day chosen stretch`. In a template: `{{ crate::console::page::words::span(3600) }}`.
//! - [`Calendar::of`]`(dated, account, now)`: the dates of a transition as a line; `{{ calendar }}`.
//! - [`Chart::days`]`(id, title, &series, first_day, &counts)` and [`qr()`]`(text) -> Option<Qr>`: `{{ chart }}`, `{{ qr }}`.
//!
//! # Macros of `parts/show.html` (as `show`)
//!
//! | macro | |
//! |---|---|
//! | `icon(name)` | a drawing of [`icon`] |
//! | `copy(value, what)` | code with a copy button, labelled "Copy WHAT" |
//! | `badge(tone, words)` | tones: `test live active disabled expiring expired pending neutral info` |
//! | `secret(value, what, note = "")` | the panel of a one-time secret; body: the way on |
//! | `alert(tone, title)` | tones: `info success warning danger`; body: more words |
//! | `empty(icon, title, words)` | nothing to list yet; body: buttons |
//! | `pager(previous, next, words)` | hrefs, empty where there is no such page |
//! | `tabs(links, label)` | `&[Link]`; the current one is marked |
//! | `steps(names, current)` | counted from 1 |
//! | `code(text, language)` | a block with a copy button |
//! | `filter(list_id, label)` | live filter of a list's children or a table's rows; only with script |
//! | `stat(label, value, note = "")` | a figure; several in `<div class="stats">` |
//!
//! Without a body: `{{ show::badge("live", "Live") }}`. With one:
//! `{% call show::alert("warning", "Ends soon") %}<p>…</p>{% endcall %}`. `secret`, `alert` and `empty` take either.
//!
//! # Macros of `parts/form.html` (as `field`)
//!
//! `form` is a [`Form`]; every field shows its fault beside it and carries the id `f-NAME`.
//!
//! | macro | |
//! |---|---|
//! | `csrf(frame.csrf)`, `hidden(name, value)` | |
//! | `faults(form)` | the summary at the top of a refused form, with links to the fields |
//! | `text(form, name, label, hint = "", kind = "text", required = true, autocomplete = "off", maxlength = 200, placeholder = "")` | `kind`: `email`, `url`, `number`, `date` … |
//! | `password(form, name, label, hint = "", autocomplete = "current-password")` | never filled in |
//! | `otp(form, name, label, hint = "")` | a one-time code; never filled in when it is called `otp` |
//! | `area(form, name, label, hint = "", rows = 4, required = true, maxlength = 4000)` | |
//! | `select(form, name, label, choices, hint = "", required = true, autosubmit = false)` | `&[Choice]` |
//! | `checks(form, name, legend, choices, hint = "")`, `radios(…)` | `&[Choice]` with their hints |
//! | `check(form, name, label, hint = "")` | one box; sends `yes` |
//!
//! # Classes
//!
//! - `card` (with `card-head` for a heading beside `actions`), `cards` (a grid of cards), `danger-zone` (a card of what
//!   cannot be undone), `stack` (things one below the other), `columns` (two on wide screens).
//! - `<dl class="facts"><div><dt>…</dt><dd>…</dd></div></dl>`: rows of name and value;
//!   `<dd class="row">` with a button at its end.
//! - `<table class="table">`, each `<td data-label="Column">`: becomes cards where it is narrow; `num` for numbers, `end`
//!   for the cell of actions, `<a class="row-link">` for the cell that names the row.
//! - `button`, with `primary`, `danger`, `quiet` or `small`; `actions` for several. Links and `<button>` alike.
//! - `<form class="form" method="post">` (one column of a legible width), `wide` beside it, `form-end` for its buttons,
//!   `toolbar` for a row of filters above a list.
//! - `muted small mono lead prose num nowrap sr-only js-only no-js-only badge hint`.
//! - Attributes for script: `data-copy`/`data-value`, `data-download="name.txt"`, `data-filter`, `data-autosubmit` (its submit button `no-js-only`),
//!   `data-secret`.

pub mod calendar;
pub mod chart;
pub mod form;
pub mod frame;
pub mod icon;
pub mod notice;
pub mod qr;
pub mod refused;
pub mod respond;
pub mod stamp;
pub mod words;

pub use calendar::Calendar;
pub use chart::Chart;
pub use form::{Choice, Form};
pub use frame::{Entry, Frame, Group, Here, Link, Person};
pub use notice::{Notice, Tone};
pub use qr::{Qr, qr};
pub use refused::{Refused, refused};
pub use respond::respond;
pub use stamp::{Stamp, Told};

#[cfg(test)]
pub(crate) mod gallery;
