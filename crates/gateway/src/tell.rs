//! What the issuer is told of requests that were answered: some of them one by one, all of them in numbers.
//!
//! Each lane writes into a buffer of its own, which nobody else touches but once a second. Of a request that went well
//! little more is done than a number made greater; a record is made of a few of them, and of those that went wrong.

use crate::lane;
use crate::legacy::Old;
use crate::memory::Remembered;
use crate::routes::CompiledRoute;
use crate::{Gateway, Refusal};
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tollgate_model::feed::{Counted, Sieve, Told, is_bad};
use tollgate_model::{
    AccountId, ApiId, Call, ClientId, Dated, LegacyCredentialId, LegacyMethodId, LegacyUse, MemberId, Moment,
};

/// How often the issuer is told.
const EVERY: Duration = Duration::from_secs(1);
/// The most records that one lane keeps until they are told.
const CALLS: usize = 2_000;
/// The most clients that one lane counts until they are told.
const CLIENTS: usize = 10_000;
/// The most lines on old ways that one lane keeps until they are told.
const USES: usize = 10_000;
/// How many seconds lie between two lines in the log about what could not be told.
const COMPLAIN_EVERY: i64 = 60;

/// What became of a request, as far as it is counted.
pub(crate) struct Answered<'a> {
    /// The client whose token it carried, if one of our keys signed it.
    pub(crate) client: Option<&'a ClientId>,
    /// The API that it was for.
    pub(crate) api: Option<&'a ApiId>,
    /// Who came by an old way, if somebody did and was recognised.
    pub(crate) old: Option<&'a Old<'a>>,
    /// Its route and who asked, where there is a day on which the route ends.
    pub(crate) ending: Option<(&'a CompiledRoute, &'a AccountId)>,
    pub(crate) status: u16,
    pub(crate) refusal: Option<Refusal>,
    pub(crate) at: Moment,
}

/// A route that ends, and whose request it was as far as that is known.
pub(crate) fn ending<'a>(
    route: Option<&'a CompiledRoute>,
    token: Option<&'a Remembered>,
    old: Option<&'a Old<'_>>,
) -> Option<(&'a CompiledRoute, &'a AccountId)> {
    let route = route.filter(|route| !route.endings.is_empty())?;
    let account = old.map(|old| &old.who.account);
    Some((route, account.or_else(|| token?.account.as_ref())?))
}

/// Requests that the issuer was not told of yet.
pub(crate) struct Teller {
    lanes: Box<[Lane]>,
    lost: AtomicI64,
    complained: AtomicI64,
}

/// Apart from its neighbours in memory, so that one core's writing does not slow another's.
#[derive(Default)]
#[repr(align(128))]
struct Lane(Mutex<Open>);

#[derive(Default)]
struct Open {
    sieve: Sieve,
    calls: Vec<Call>,
    counts: HashMap<ClientId, Vec<Line>>,
    uses: HashMap<Use, Uses>,
    lost: i64,
}

/// Who came by which old way on which day.
#[derive(PartialEq, Eq, Hash)]
struct Use {
    method: LegacyMethodId,
    account: AccountId,
    member: Option<MemberId>,
    credential: Option<LegacyCredentialId>,
    day: i64,
}

/// How often.
#[derive(Default)]
struct Uses {
    count: i64,
    refused: i64,
    last: Option<Moment>,
}

/// Requests of one client that were answered alike.
struct Line {
    api: ApiId,
    status: u16,
    day: i64,
    count: i64,
    refused: i64,
    last: Moment,
}

impl Teller {
    pub(crate) fn new(lanes: usize) -> Self {
        Self {
            // One more, for whoever asks from a thread that is none of the lanes.
            lanes: (0..=lanes.max(1)).map(|_| Lane::default()).collect(),
            lost: AtomicI64::new(0),
            complained: AtomicI64::new(0),
        }
    }

    /// A request was answered. `call` makes the record of it, if one is wanted.
    pub(crate) fn answered(&self, answered: &Answered<'_>, call: impl FnOnce() -> Call) {
        // Nobody's request that went well is nobody's business.
        if answered.client.is_none() && answered.refusal.is_none() && answered.old.is_none() {
            return;
        }
        let Some(lane) = self.lanes.get(lane::here()).or_else(|| self.lanes.last()) else {
            return;
        };
        let mut open = lane.open();
        if let (Some(client), Some(api)) = (answered.client, answered.api) {
            open.count(client, api, answered);
        }
        if let Some(old) = answered.old {
            let over = matches!(answered.refusal, Some(Refusal::LegacyBrownout | Refusal::LegacyEnded));
            open.came(Use::of(old, answered.at), over, answered.at);
        }
        if let Some((route, account)) = answered.ending {
            let holds = |dated: &&Arc<Dated>| dated.holds(Some(account), &route.id, route.api());
            for dated in route.endings.iter().filter(holds) {
                let method = dated.transition.counted_as();
                let over = answered.refusal == Some(Refusal::RouteEnded);
                open.came(Use::at(method, account, answered.at), over, answered.at);
            }
        }
        if open.sieve.takes(answered.client, is_bad(answered.status), answered.at) {
            if open.calls.len() < CALLS {
                open.calls.push(call());
            } else {
                open.lost += 1;
            }
        }
    }

    /// Takes what was not told yet.
    pub(crate) fn take(&self) -> Told {
        let mut told = Told::default();
        for lane in &self.lanes {
            let mut open = lane.open();
            let calls = std::mem::take(&mut open.calls);
            let counts = std::mem::take(&mut open.counts);
            let uses = std::mem::take(&mut open.uses);
            let lost = std::mem::take(&mut open.lost);
            drop(open);
            told.legacy.extend(uses.into_iter().map(|(who, uses)| uses.told(who)));
            self.lost.fetch_add(lost, Ordering::Relaxed);
            told.calls.extend(calls);
            for (client, lines) in counts {
                told.counts.extend(lines.into_iter().map(|line| Counted {
                    client: client.clone(),
                    api: line.api,
                    status: line.status,
                    count: line.count,
                    refused: line.refused,
                    last: line.last,
                }));
            }
        }
        // Each lane kept to the measure of one gateway, so several may be beyond it.
        told.sift();
        told
    }

    /// So many were not told. The log says so now and then.
    fn lost(&self, many: usize, now: Moment) {
        let many = i64::try_from(many).unwrap_or(i64::MAX);
        let lost = self.lost.fetch_add(many, Ordering::Relaxed).saturating_add(many);
        if lost == 0 || now.0 - self.complained.load(Ordering::Relaxed) < COMPLAIN_EVERY {
            return;
        }
        self.complained.store(now.0, Ordering::Relaxed);
        self.lost.fetch_sub(lost, Ordering::Relaxed);
        tracing::warn!(
            lost,
            "the issuer was not told of some requests; nobody will find them in the console"
        );
    }
}

impl Lane {
    fn open(&self) -> MutexGuard<'_, Open> {
        // What it guards are counts; a panic leaves at worst one that is not counted.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Use {
    /// Somebody who came by an old way.
    fn of(old: &Old<'_>, at: Moment) -> Self {
        Self {
            member: old.who.member.as_ref().map(|member| member.user.id.clone()),
            credential: old.who.credential.clone(),
            ..Self::at(old.way.method.id.clone(), &old.who.account, at)
        }
    }

    /// Somebody of an account, whoever it was.
    fn at(method: LegacyMethodId, account: &AccountId, at: Moment) -> Self {
        Self {
            method,
            account: account.clone(),
            member: None,
            credential: None,
            day: at.day(),
        }
    }
}

impl Uses {
    fn told(self, who: Use) -> LegacyUse {
        LegacyUse {
            last: self.last.unwrap_or(Moment(who.day.saturating_mul(86_400))),
            method: who.method,
            account: who.account,
            member: who.member,
            credential: who.credential,
            day: who.day,
            count: self.count,
            refused: self.refused,
        }
    }
}

impl Open {
    /// Whatever became of the request: that somebody still comes by the old way is what is told.
    fn came(&mut self, who: Use, over: bool, at: Moment) {
        if self.uses.len() >= USES && !self.uses.contains_key(&who) {
            return;
        }
        let uses = self.uses.entry(who).or_default();
        uses.count += 1;
        uses.refused += i64::from(over);
        uses.last = uses.last.max(Some(at));
    }

    fn count(&mut self, client: &ClientId, api: &ApiId, answered: &Answered<'_>) {
        let full = self.counts.len() >= CLIENTS;
        let lines = match self.counts.get_mut(client) {
            Some(lines) => lines,
            None if full => return,
            None => self.counts.entry(client.clone()).or_default(),
        };
        let day = answered.at.day();
        let refused = i64::from(answered.refusal.is_some());
        // A handful at most: one client calls few APIs, and they answer with few statuses.
        let alike = |line: &&mut Line| line.status == answered.status && line.api == *api && line.day == day;
        match lines.iter_mut().find(alike) {
            Some(line) => {
                line.count += 1;
                line.refused += refused;
                line.last = line.last.max(answered.at);
            }
            None => lines.push(Line {
                api: api.clone(),
                status: answered.status,
                day,
                count: 1,
                refused,
                last: answered.at,
            }),
        }
    }
}

impl Gateway {
    /// Tells the issuer once a second what became of requests, until `shutdown`. What came after the last time is told
    /// by [`tell_now`](Self::tell_now), once nothing is served any more.
    pub async fn tell(&self, shutdown: CancellationToken) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                () = shutdown.cancelled() => return,
            }
            self.tell_now().await;
        }
    }

    /// Tells the issuer what it was not told yet. When it cannot be reached, what was to be told is lost, and the log
    /// says how much: a gateway does not grow with its issuer's absence.
    pub async fn tell_now(&self) {
        let told = self.teller.take();
        let now = self.clock.now();
        if told.is_empty() {
            return self.teller.lost(0, now);
        }
        let many = told.calls.len();
        let lost = match self.source.tell(told).await {
            Ok(()) => 0,
            Err(fault) => {
                tracing::debug!(error = %fault, source = %fault.source, "telling the issuer of requests");
                many
            }
        };
        self.teller.lost(lost, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tollgate_model::call::Place;
    use tollgate_model::feed::sieve::{PASSED, REFUSED};

    const NOW: Moment = Moment(1_800_000_000);

    fn call(client: &ClientId, status: u16) -> Call {
        Call {
            seq: 0,
            at: NOW,
            request: "r".into(),
            place: Place::Gateway,
            client: Some(client.clone()),
            account: None,
            method: "GET".into(),
            path: "/".into(),
            route: None,
            api: None,
            status,
            code: None,
            acting_user: None,
            presented: serde_json::Value::Null,
        }
    }

    fn answer(teller: &Teller, client: &ClientId, refusal: Option<Refusal>) {
        let api = ApiId::new("docs");
        let status = refusal.map_or(200, |refusal| refusal.status().as_u16());
        let answered = Answered {
            client: Some(client),
            api: Some(&api),
            old: None,
            ending: None,
            status,
            refusal,
            at: NOW,
        };
        teller.answered(&answered, || call(client, status));
    }

    /// However many lanes there are, a client is told of as often as one gateway tells; all is counted.
    #[test]
    fn of_many_requests_some_are_told_and_all_are_counted() {
        let teller = Teller::new(2);
        let client = ClientId::new("robot");
        std::thread::scope(|scope| {
            for lane in 0..2 {
                let (teller, client) = (&teller, &client);
                scope.spawn(move || {
                    lane::stand(lane);
                    for _ in 0..1000 {
                        answer(teller, client, None);
                        answer(teller, client, Some(Refusal::ScopeInsufficient));
                    }
                });
            }
        });
        let told = teller.take();
        let bad = told.calls.iter().filter(|call| is_bad(call.status)).count();
        assert_eq!((told.calls.len() - bad, bad), (PASSED as usize, REFUSED as usize));
        let sum = |status: u16| {
            let alike = told.counts.iter().filter(|counted| counted.status == status);
            alike.fold((0, 0), |sum, counted| (sum.0 + counted.count, sum.1 + counted.refused))
        };
        assert_eq!((sum(200), sum(403)), ((2000, 0), (2000, 2000)));
        assert!(teller.take().is_empty());
    }

    /// Under an attack nobody tells in time, what waits is bounded.
    #[test]
    fn what_waits_is_bounded() {
        let teller = Teller::new(1);
        for number in 0..100_000_i64 {
            let client = ClientId::new(format!("c{}", number % 20_000));
            let answered = Answered {
                client: Some(&client),
                api: None,
                old: None,
                ending: None,
                status: 401,
                refusal: Some(Refusal::TokenExpired),
                at: NOW.plus(number / 1000),
            };
            teller.answered(&answered, || call(&client, 401));
            answer(&teller, &client, Some(Refusal::TokenExpired));
        }
        let held = teller.lanes.iter().map(|lane| lane.open().calls.len()).max();
        assert_eq!(held, Some(CALLS));
        assert!(teller.take().counts.len() <= CLIENTS);
    }
}
