//! How many requests are told one by one.

use super::Told;
use crate::{ClientId, Moment};
use std::collections::HashMap;

/// Requests of one client that went well, in one second.
pub const PASSED: u32 = 20;
/// Requests of one client that did not, in one second.
pub const REFUSED: u32 = 50;
/// Requests of nobody in particular, in one second: they are a part of all that were refused, so that strangers do not
/// crowd out those who have a name.
pub const STRANGERS: u32 = 200;
/// Requests that went well, of all clients, in one second.
pub const ALL_PASSED: u32 = 500;
/// Requests that did not, of all clients and of nobody, in one second.
pub const ALL_REFUSED: u32 = 500;
/// Clients that are told apart in one second.
const CLIENTS: usize = 10_000;

/// Lets through as many requests of each second as are told one by one, so that neither a busy client nor an attack
/// fills the log. What does not pass is counted all the same, elsewhere.
#[derive(Debug, Default)]
pub struct Sieve {
    second: Option<Moment>,
    clients: HashMap<ClientId, Seen>,
    strangers: u32,
    all: Seen,
}

#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    passed: u32,
    refused: u32,
}

impl Seen {
    fn of(&mut self, bad: bool) -> &mut u32 {
        if bad { &mut self.refused } else { &mut self.passed }
    }
}

impl Sieve {
    /// Whether one more request of this client is told. `bad`: it was refused, or failed.
    pub fn takes(&mut self, client: Option<&ClientId>, bad: bool, now: Moment) -> bool {
        if self.second != Some(now) {
            self.second = Some(now);
            self.clients.clear();
            self.strangers = 0;
            self.all = Seen::default();
        }
        let all = self.all.of(bad);
        if *all >= if bad { ALL_REFUSED } else { ALL_PASSED } {
            return false;
        }
        let taken = match client {
            None => one_more(&mut self.strangers, STRANGERS),
            Some(client) => {
                let most = if bad { REFUSED } else { PASSED };
                let full = self.clients.len() >= CLIENTS;
                match self.clients.get_mut(client) {
                    Some(seen) => one_more(seen.of(bad), most),
                    None if full => false,
                    None => one_more(self.clients.entry(client.clone()).or_default().of(bad), most),
                }
            }
        };
        if taken {
            *all += 1;
        }
        taken
    }
}

/// Whether a request answered so went wrong: refused by us, or by the server behind.
#[must_use]
pub const fn is_bad(status: u16) -> bool {
    status >= 400
}

fn one_more(count: &mut u32, most: u32) -> bool {
    let room = *count < most;
    *count += u32::from(room);
    room
}

impl Told {
    /// Drops what is beyond the sieve, where several sieves each let their part through.
    pub fn sift(&mut self) {
        self.calls.sort_by_key(|call| call.at);
        let mut sieve = Sieve::default();
        self.calls
            .retain(|call| sieve.takes(call.client.as_ref(), is_bad(call.status), call.at));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment(1_800_000_000);

    fn taken(sieve: &mut Sieve, client: Option<&ClientId>, bad: bool, times: u32) -> u32 {
        (0..times).map(|_| u32::from(sieve.takes(client, bad, NOW))).sum()
    }

    #[test]
    fn a_client_is_told_of_so_often_a_second_and_refusals_more_often() {
        let mut sieve = Sieve::default();
        let (one, other) = (ClientId::new("one"), ClientId::new("other"));
        assert_eq!(taken(&mut sieve, Some(&one), false, 1000), PASSED);
        assert_eq!(taken(&mut sieve, Some(&one), true, 1000), REFUSED);
        assert_eq!(taken(&mut sieve, Some(&other), false, 1), 1, "each client has its own");
        assert!(sieve.takes(Some(&one), false, NOW.plus(1)), "each second anew");
    }

    #[test]
    fn an_attack_of_strangers_leaves_room_for_those_who_have_a_name() {
        let mut sieve = Sieve::default();
        assert_eq!(taken(&mut sieve, None, true, 100_000), STRANGERS);
        let clients: Vec<_> = (0..100).map(|number| ClientId::new(format!("c{number}"))).collect();
        let told: u32 = clients
            .iter()
            .map(|client| taken(&mut sieve, Some(client), true, 100))
            .sum();
        assert_eq!(told + STRANGERS, ALL_REFUSED);
        assert!(sieve.takes(clients.first(), false, NOW), "what goes well is told apart");
    }
}
