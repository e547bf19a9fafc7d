//! What stands around a page: where one is, and where one can go.

use super::Console;
use super::door::{AtAccount, AtDesk};
use super::input::Ask;
use super::lookout::legacy;
use super::page::{Entry, Frame, Group, Here, Link, Notice, Person};
use tollgate_issuer::developer::{self};
use tollgate_issuer::people::session;
use tollgate_issuer::rights::{Role, Seat, SignedIn};

impl Console {
    /// The frame of a page for somebody who signed in, wherever they are.
    #[must_use]
    pub fn frame_of(&self, who: &SignedIn, ask: &Ask, title: &str) -> Frame {
        let mut frame = self.frame(title, ask.now);
        frame.csrf = session::csrf(&self.desk, who.session());
        frame.person = Some(Person {
            name: who.user().name.clone(),
            email: who.user().email.clone(),
        });
        frame.menu = vec![Link::new("/console/profile", "Your profile")];
        if who.user().operator && self.operators {
            frame.menu.push(Link::new("/console/desk", "Operators' desk"));
        }
        frame.all_accounts = Some("/console/accounts".to_owned());
        frame.notice = ask
            .query
            .iter()
            .find(|(name, _)| name == "done")
            .and_then(|(_, code)| Notice::of(code));
        frame
    }

    /// The frame of a page of the developer section.
    #[must_use]
    pub fn frame_at(&self, at: &AtAccount, title: &str) -> Frame {
        let mut frame = self.frame_of(at.seat.who(), &at.ask, title);
        let role = match at.seat.member() {
            Some(member) if !member.roles.is_empty() => member.roles.join(", "),
            Some(_) => at.seat.role().as_str().to_owned(),
            None => "operator".to_owned(),
        };
        frame.account = Some(Here {
            name: at.seat.account().name.clone(),
            role,
        });
        frame.in_view = at.seat.account().id.to_string();
        frame.navigation = self.section(&at.seat, &at.ask.path);
        frame
    }

    /// The frame of a page of the operators' desk.
    #[must_use]
    pub fn frame_desk(&self, at: &AtDesk, title: &str) -> Frame {
        let mut frame = self.frame_of(at.officer.signed_in(), &at.ask, title);
        frame.desk = true;
        frame.navigation = self.rooms(&at.ask.path);
        frame
    }

    fn section(&self, seat: &Seat, path: &str) -> Vec<Group> {
        let words = &self.desk.terms.console.words;
        let entry = |href: &str, label: &str, icon| Entry::new(href, label, icon, within(path, href));
        // As the vendors' documents lead there: the menu, the section in it, and its tabs on the page (SS-7, SG-10).
        let inside = within(path, "/console/clients") || within(path, "/console/applications");
        let mut account = vec![
            Entry::new("/console/clients", &words.section, "key", inside),
            entry("/console/hooks", "Webhooks", "hook"),
        ];
        if seat.may(Role::Admin) {
            account.push(entry("/console/members", "Members", "people"));
        }
        let mut understand = vec![
            entry("/console/calls", "Troubleshooting", "pulse"),
            entry("/console/inspector", "Token inspector", "search"),
            entry("/console/usage", "Usage", "chart"),
            entry("/console/alerts", "Notices", "bell"),
        ];
        if legacy::any(self) {
            understand.push(entry(legacy::HERE, "Old authentication", "clock"));
        }
        vec![
            Group {
                title: words.menu.clone(),
                entries: account,
            },
            Group {
                title: "Understand".to_owned(),
                entries: understand,
            },
        ]
    }

    fn rooms(&self, path: &str) -> Vec<Group> {
        let entry = |href: &str, label: &str, icon| Entry::new(href, label, icon, within(path, href));
        let mut house = vec![
            entry("/console/desk/events", "Audit log", "shield"),
            entry("/console/desk/operators", "Operators", "person"),
            entry("/console/desk/health", "Health", "heart"),
        ];
        if self.outbox {
            house.push(entry("/console/desk/outbox", "Outbox", "mail"));
        }
        vec![
            Group {
                title: "Customers".to_owned(),
                entries: vec![
                    entry("/console/desk/accounts", "Accounts", "building"),
                    entry("/console/desk/clients", "Clients", "key"),
                    entry("/console/desk/applications", "Requests", "check"),
                    entry("/console/desk/people", "People", "people"),
                ],
            },
            Group {
                title: "APIs".to_owned(),
                entries: vec![
                    entry("/console/desk/apis", "APIs", "plug"),
                    entry("/console/desk/routes", "Routes", "route"),
                    entry("/console/desk/transitions", "Transitions", "clock"),
                    entry("/console/desk/keys", "Signing keys", "key"),
                ],
            },
            Group {
                title: "House".to_owned(),
                entries: house,
            },
        ]
    }

    /// The page that says from when the section is there, while it is not (SS-8). Operators may look already.
    pub(super) fn not_yet(&self, seat: &Seat, ask: &Ask) -> Option<axum::response::Response> {
        seat.member()?;
        let closed = developer::open(&self.desk.terms.console, ask.now).err()?;
        Some(super::developer::not_yet::page(self, seat, ask, &closed))
    }
}

/// Whether a page is in the section that begins at `href`.
fn within(path: &str, href: &str) -> bool {
    path == href || path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/'))
}
