//! What one hand was and became, what else it touched, and what must be undone.
//!
//! A credential is rarely alone: a token assumes a role, the role makes a user, the user gets a
//! key. So a hand is grown from what was asked for: upwards to whoever issued it, downwards to
//! all that it issued and made. Its calls are then sorted by what they mean to a cleaner.
//!
//! Blind spots: a role that somebody else uses too is followed only by the keys that this hand
//! was given; what others undid since is not followed.

use std::collections::{BTreeMap, BTreeSet};

use event::event::{IssueKind, MintKind};
use event::{Actor, Detail, Event, Time};
use serde::Serialize;

use super::call::Call;
use super::filter::{Filter, Net, Pattern, TextField};
use super::hand::Hand;
use super::touch::Touch;
use crate::finding::Link;
use crate::lineage::minted_principal;
use crate::world::World;

/// Keys, principals and instances of one hand.
///
/// Fewer, and a thief with a script of role chains is lost; more, and asking for a deployment role gathers the company.
const HAND_MAX: usize = 20_000;

/// Steps from the hand back to its origin.
const UP_MAX: usize = 16;

/// Everything by which a hand is known in records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Access keys.
    pub keys: BTreeSet<String>,
    /// Users that the hand made: all they do is the hand's.
    pub principals: BTreeSet<String>,
    /// Instances, by their credentials.
    pub instances: BTreeSet<String>,
    /// What was asked for, where it is neither of these: a pattern of names, or addresses.
    pub asked: Vec<Filter>,
    /// More than can be followed.
    pub limit_reached: bool,
}

impl Known {
    /// What `who` says: a key, an instance, an address or network, else a principal.
    #[must_use]
    pub fn of(who: &str) -> Self {
        let mut known = Self::default();
        let is_key = who.len() >= 16 && ["AKIA", "ASIA"].iter().any(|prefix| who.starts_with(prefix));
        if is_key {
            known.keys.insert(who.to_owned());
        } else if who.starts_with("i-") {
            known.instances.insert(who.to_owned());
        } else if let net @ Net::Network(_) = Net::new(who) {
            known.asked.push(Filter::Address(net));
        } else {
            known.asked.push(Filter::Text(TextField::Principal, Pattern::new(who)));
        }
        known
    }

    /// The records of this hand.
    #[must_use]
    pub fn filter(&self) -> Filter {
        let mut any = self.asked.clone();
        any.push(Filter::OneOf(TextField::Key, self.keys.clone()));
        any.push(Filter::OneOf(TextField::Principal, self.principals.clone()));
        any.push(Filter::OneOf(TextField::Instance, self.instances.clone()));
        Filter::Any(any)
    }

    fn len(&self) -> usize {
        self.keys.len() + self.principals.len() + self.instances.len()
    }

    /// Whether `event` is an act of this hand.
    fn did(&self, event: &Event) -> bool {
        let Actor { key, principal, instance, .. } = &event.actor;
        key.as_ref().is_some_and(|key| self.keys.contains(key))
            || self.principals.contains(principal)
            || instance.as_ref().is_some_and(|instance| self.instances.contains(&instance.id))
            || self.asked.iter().any(|filter| was_asked(filter, event))
    }

    /// Adds what `event`, an act of this hand, put into its power; returns whether that is news.
    fn grow(&mut self, event: &Event) -> bool {
        let before = self.len();
        match &event.detail {
            Detail::Issue(issue) => self.keys.extend(issue.key.clone().filter(|key| is_whole(key))),
            Detail::Mint(mint) if mint.kind == MintKind::User => {
                self.principals.extend(minted_principal(event))
            }
            _ => {}
        }
        self.len() > before
    }
}

/// A masked key fits many.
fn is_whole(key: &str) -> bool {
    !key.is_empty() && !key.contains('*')
}

fn was_asked(filter: &Filter, event: &Event) -> bool {
    match filter {
        Filter::Text(TextField::Principal, pattern) => {
            pattern.matches(&event.actor.principal)
                || pattern.matches(crate::timeline::short(&event.actor.principal))
        }
        Filter::Address(net) => net.holds(&event.address.to_string()),
        _ => false,
    }
}

/// A hand with its lineage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grown {
    /// By what it is known.
    pub known: Known,
    /// From the hand back to its origin.
    pub up: Vec<Link>,
    /// What it issued and made, in order.
    pub down: Vec<Link>,
}

/// Grows a hand from what is asked for.
#[must_use]
pub fn grow(seed: Known, world: &World<'_>) -> Grown {
    let events: Vec<&Event> = in_order(world);
    let up = upwards(&seed, &events, world);
    let mut known = seed;
    let mut down: BTreeMap<(Time, &str), Link> = BTreeMap::new();
    loop {
        let mut is_news = false;
        for event in &events {
            if !event.succeeded() || !known.did(event) || event.actor.is_service_made() {
                continue;
            }
            let Some(link) = gave(event) else { continue };
            down.entry((event.time, &event.id)).or_insert(link);
            if known.len() < HAND_MAX {
                is_news |= known.grow(event);
            } else {
                known.limit_reached = true;
            }
        }
        if !is_news {
            return Grown { known, up, down: down.into_values().collect() };
        }
    }
}

/// Every notable event and every issued credential, in order.
fn in_order<'f>(world: &World<'f>) -> Vec<&'f Event> {
    let mut events = world.events.clone();
    events.extend(world.told.issued.iter().map(|(_, event)| event));
    events.sort_by(|a, b| (a.time, &a.id).cmp(&(b.time, &b.id)));
    events.dedup_by(|a, b| a.id == b.id);
    events
}

/// The credential or identity that `event` made, as a link.
fn gave(event: &Event) -> Option<Link> {
    let to = match &event.detail {
        Detail::Issue(issue) => {
            let principal = issue.principal.as_deref().map(crate::timeline::short).unwrap_or_default();
            let what = if issue.kind == IssueKind::AccessKey { "key of " } else { "" };
            match &issue.key {
                Some(key) => format!("{what}{principal} ({key})"),
                None => format!("{what}{principal}"),
            }
        }
        Detail::Mint(mint)
            if matches!(mint.kind, MintKind::User | MintKind::Role | MintKind::LoginProfile) =>
        {
            crate::timeline::short(&mint.target).to_owned()
        }
        _ => return None,
    };
    Some(Link {
        time: event.time,
        event: event.id.clone(),
        from: told(&event.actor),
        to,
        by: event.name.clone(),
    })
}

/// A caller in a few words.
fn told(actor: &Actor) -> String {
    let name = crate::timeline::short(&actor.principal);
    match (&actor.session, &actor.key) {
        (Some(session), _) => format!("{name}/{session}"),
        (None, Some(key)) => format!("{name} ({key})"),
        (None, None) => name.to_owned(),
    }
}

/// From the hand back to whoever issued it: by its keys first, else by the first act of it.
fn upwards(seed: &Known, events: &[&Event], world: &World<'_>) -> Vec<Link> {
    let by_key = seed.keys.iter().find_map(|key| world.issuer(key).or_else(|| maker(key, events)));
    let by_act = || {
        let first = events.iter().find(|event| seed.did(event))?;
        crate::lineage::issuers(first, world).first().copied()
    };
    let mut links = Vec::new();
    let mut next = by_key.or_else(by_act);
    while let Some(event) = next.filter(|_| links.len() < UP_MAX) {
        links.extend(gave(event));
        next = crate::lineage::issuers(event, world).first().copied();
    }
    links
}

/// Whoever made a user's long-term key.
fn maker<'f>(key: &str, events: &[&'f Event]) -> Option<&'f Event> {
    let made =
        |event: &&&Event| matches!(&event.detail, Detail::Issue(issue) if issue.key.as_deref() == Some(key));
    events.iter().find(made).copied()
}

/// Calls of one kind on one thing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Touched {
    /// The first of them.
    pub first: Option<Time>,
    /// The last.
    pub last: Option<Time>,
    /// The service.
    pub service: String,
    /// The call.
    pub name: String,
    /// What it was about.
    pub about: String,
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// Why it failed; empty where it did not.
    pub error: String,
    /// How many calls.
    pub calls: u64,
    /// Who did it, in a few words.
    pub by: String,
    /// From where: the owner's own calls with the same credential come from elsewhere.
    pub from: String,
    /// How it is undone; empty where nothing came of it.
    pub undo: &'static str,
    /// The first record's id.
    pub event: String,
}

/// What was touched of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The kind.
    pub touch: Touch,
    /// What came of it, in order: to be undone.
    pub done: Vec<Touched>,
    /// What was tried and refused.
    pub refused: Vec<Touched>,
}

/// What a hand did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deeds {
    /// All its calls.
    pub profile: Hand,
    /// What it touched.
    pub touched: Vec<Group>,
    /// Accounts it acted on that are not those its principals live in.
    pub other_accounts: Vec<String>,
}

/// Sorts a hand's calls by what they mean. They must be distinct and in order.
#[must_use]
pub fn deeds(calls: &[Call]) -> Deeds {
    let groups = Touch::ALL.iter().map(|touch| {
        let all = touched(calls.iter().filter(|call| call.touch.is_some_and(|(of, _)| of == *touch)));
        let (done, refused) = all.into_iter().partition(|touched| touched.error.is_empty());
        Group { touch: *touch, done, refused }
    });
    Deeds {
        profile: Hand::of(calls),
        touched: groups.filter(|group| !group.done.is_empty() || !group.refused.is_empty()).collect(),
        other_accounts: other_accounts(calls),
    }
}

fn touched<'a>(calls: impl Iterator<Item = &'a Call>) -> Vec<Touched> {
    let mut alike: BTreeMap<[&str; 7], Touched> = BTreeMap::new();
    for call in calls {
        let key: [&str; 7] =
            [&call.service, &call.name, &call.about, &call.account, &call.region, &call.error, &call.address];
        let touched = alike.entry(key).or_insert_with(|| first_of(call));
        touched.last = call.time;
        touched.calls += 1;
    }
    let mut touched: Vec<Touched> = alike.into_values().collect();
    touched.sort();
    touched
}

fn first_of(call: &Call) -> Touched {
    let name = crate::timeline::short(&call.principal);
    Touched {
        first: call.time,
        last: call.time,
        service: call.service.to_string(),
        name: call.name.to_string(),
        about: call.about.to_string(),
        account: call.account.to_string(),
        region: call.region.to_string(),
        error: call.error.to_string(),
        calls: 0,
        by: if call.session.is_empty() { name.to_owned() } else { format!("{name}/{}", &*call.session) },
        from: call.address.to_string(),
        undo: if call.error.is_empty() { call.touch.map_or("", |(_, undo)| undo) } else { "" },
        event: call.event.to_string(),
    }
}

/// The account in an arn.
fn account_in(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|account| !account.is_empty())
}

fn other_accounts(calls: &[Call]) -> Vec<String> {
    let own: BTreeSet<&str> = calls.iter().filter_map(|call| account_in(&call.principal)).collect();
    let acted: BTreeSet<&str> =
        calls.iter().map(|call| &*call.account).filter(|account| !account.is_empty()).collect();
    acted.difference(&own).map(|account| (*account).to_owned()).collect()
}
