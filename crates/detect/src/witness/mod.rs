//! What side logs say about a machine: the join of flows, names, alerts and bills with machines that the trail knows.
//!
//! A machine is found by its instance id where the log has it, else by its account and private address from its launch
//! to its end. No judgement of a case is made here; a line is only told from other connections ([`steady`]).
//!
//! Blind spots: addresses of two VPCs of one account may be the same; a log without instance ids can't tell them apart
//! unless it names the VPC.

mod ports;
pub(crate) mod steady;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::IpAddr;

use catalog::{MiningClass, Networks, mining_port};
use event::Time;
use event::side::Alert;
use event::side::alert::AlertKind;
use event::time::DAY;

use self::steady::{Stretch, longest_stretch};
use crate::side::Side;
use crate::side::flows::{Interface, LineKey, OwnId};
use crate::side::money::Billed;
use crate::side::queries::Asked;

/// How far clocks and delivery may be apart: a flow may begin so long before its launch is stamped.
const SKEW: i64 = 300;

/// From so many known servers on, a port is one of mining.
pub(crate) const SERVERS_MIN: u64 = 5;

/// The shortest stretch, in minutes, that counts on a port that is none of mining's.
///
/// Shorter, and a visit to anywhere is a line; longer, and a miner that was found at once is not.
const PLAIN_MINUTES_MIN: i64 = 10;

/// A machine, as the trail knows it.
#[derive(Clone, Debug)]
pub struct Machine<'f> {
    /// `i-…`
    pub id: &'f str,
    /// Its account.
    pub account: &'f str,
    /// Its addresses, private and public.
    pub addresses: Option<&'f BTreeSet<IpAddr>>,
    /// Its interfaces, `eni-…`, as far as its launch says.
    pub interfaces: Option<&'f BTreeSet<&'f str>>,
    /// Its VPC; empty where unknown.
    pub vpc: &'f str,
    /// When it was launched.
    pub from: Time,
    /// When it ended.
    pub until: Option<Time>,
}

impl Machine<'_> {
    fn lives(&self, first: Time, last: Time) -> bool {
        last >= self.from.plus(-SKEW) && self.until.is_none_or(|until| first <= until.plus(SKEW))
    }
}

/// A line that looked like a miner's, or one to an address that is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolLine<'f> {
    /// Whose.
    pub interface: &'f Interface,
    /// To which address.
    pub peer: IpAddr,
    /// To which port.
    pub port: u16,
    /// When it looked like a miner's; `None` if it never did and only its address is listed.
    pub stretch: Option<Stretch>,
    /// First and last packets of all.
    pub span: (Time, Time),
    /// A pool's name was answered with this address.
    pub name: Option<&'f str>,
    /// The user listed this address.
    pub is_listed: bool,
    /// How many known pool servers have this port.
    pub servers: u64,
    /// The interface was covered for a day before, without it.
    pub is_new: bool,
}

impl PoolLine<'_> {
    /// Whether it is on a port on which others than miners hold lines.
    #[must_use]
    pub fn is_on_busy_port(&self) -> bool {
        ports::is_busy(self.port)
    }

    /// What proves it, as a reference into the flow logs.
    #[must_use]
    pub fn reference(&self) -> String {
        let who = if self.interface.id.is_empty() { "?" } else { &self.interface.id };
        match self.peer {
            IpAddr::V4(peer) => format!("vpc-flow-logs:{who}:{peer}:{}", self.port),
            IpAddr::V6(peer) => format!("vpc-flow-logs:{who}:[{peer}]:{}", self.port),
        }
    }
}

/// A listed name that a machine asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolQuery<'f> {
    /// The name.
    pub name: &'f str,
    /// When and how.
    pub asked: &'f Asked,
    /// How many pools the same machine asked for; names below one listed name are one.
    pub pools: usize,
}

/// An account, and the listed names that a machine of it asked for.
type AskedFor<'f> = (&'f str, &'f BTreeMap<Box<str>, Asked>);

/// Side logs, indexed.
#[derive(Debug, Default)]
pub struct Witnesses<'f> {
    interfaces: BTreeMap<OwnId, &'f Interface>,
    by_instance: HashMap<&'f str, BTreeSet<OwnId>>,
    by_address: HashMap<IpAddr, BTreeSet<OwnId>>,
    /// Interfaces that worked with, or at, a private address.
    by_work: HashMap<IpAddr, BTreeSet<OwnId>>,
    lines: BTreeMap<OwnId, Vec<PoolLine<'f>>>,
    askers: HashMap<&'f str, Vec<AskedFor<'f>>>,
    alerts: BTreeMap<&'f str, Vec<&'f Alert>>,
    side: Option<&'f Side>,
}

impl<'f> Witnesses<'f> {
    /// Indexes what side logs say.
    #[must_use]
    pub fn new(side: &'f Side) -> Self {
        let mut all =
            Self { side: Some(side), interfaces: side.flows.interfaces().collect(), ..Self::default() };
        for (own, interface) in &all.interfaces {
            // Where no instance is known, the interface's own name will do.
            for instance in interface.instances.iter().chain([&interface.id]) {
                all.by_instance.entry(instance).or_default().insert(*own);
            }
            for address in interface.addresses.iter().copied().chain(interface.common.only()) {
                all.by_address.entry(address).or_default().insert(*own);
            }
            for address in &interface.work_with {
                all.by_work.entry(*address).or_default().insert(*own);
            }
        }
        for ((account, asker), asked) in &side.queries.askers {
            all.askers.entry(asker).or_default().push((account, &asked.names));
        }
        for alert in side.alerts.real().filter(|alert| alert.kind == AlertKind::Mining) {
            if let Some(instance) = &alert.instance {
                all.alerts.entry(instance).or_default().push(alert);
            }
        }
        all.index_lines(side);
        all
    }

    fn index_lines(&mut self, side: &'f Side) {
        let named = pool_addresses(side);
        let mut passed_on: HashSet<(&str, IpAddr, u16)> = HashSet::new();
        for (key, line) in side.flows.lines() {
            let Some(interface) = self.interfaces.get(&key.own) else { continue };
            let peer = key.address();
            let (name, is_listed) = (named.get(&peer).copied(), side.pools.has_address(peer));
            let stretch = longest_stretch(line).filter(|stretch| is_suspect(stretch, peer, key.port, side));
            if stretch.is_none() && name.is_none() && !is_listed {
                continue;
            }
            let Some(span) = span(line) else { continue };
            if interface.is_gateways {
                passed_on.insert((&interface.id, peer, key.port));
            }
            let since = stretch.map_or(span.0, |stretch| stretch.from);
            let before = interface.covered.within(since.plus(-7 * steady::NEW_AFTER), since);
            let is_new =
                span.0 >= since && before.is_some_and(|(seconds, _, _)| seconds >= steady::NEW_AFTER);
            let LineKey { port, .. } = key;
            let servers = mining_port(port);
            let line = PoolLine { interface, peer, port, stretch, span, name, is_listed, servers, is_new };
            self.lines.entry(key.own).or_default().push(line);
        }
        for lines in self.lines.values_mut() {
            // What a gateway passes on is the line of the machine behind it, not another one of its own.
            lines.retain(|line| {
                let PoolLine { interface, peer, port, .. } = line;
                interface.is_gateways || !passed_on.contains(&(&*interface.id, *peer, *port))
            });
            lines.sort_by_key(|line| (line.span, line.peer, line.port));
        }
    }

    /// Whether there is no side log at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.interfaces.is_empty()
            && self.askers.is_empty()
            && self.side.is_none_or(|side| side.alerts.real().next().is_none())
    }

    /// Everything that side logs said.
    #[must_use]
    pub fn side(&self) -> Option<&'f Side> {
        self.side
    }

    /// The interfaces of a machine.
    fn interfaces_of(&self, machine: &Machine<'_>) -> Vec<(OwnId, &'f Interface)> {
        let names = std::iter::once(machine.id).chain(machine.interfaces.into_iter().flatten().copied());
        let named = names.filter_map(|name| self.by_instance.get(name)).flatten();
        let mut owns: BTreeSet<OwnId> = named.copied().collect();
        for address in machine.addresses.into_iter().flatten() {
            let at = self.by_address.get(address).into_iter().flatten();
            owns.extend(
                at.filter(|own| self.interfaces.get(own).is_some_and(|interface| may_be(interface, machine))),
            );
        }
        owns.into_iter().filter_map(|own| Some((own, *self.interfaces.get(&own)?))).collect()
    }

    /// The lines of a machine that look like a miner's or lead to a listed address, in order.
    pub fn lines(&self, machine: &Machine<'_>) -> Vec<&PoolLine<'f>> {
        if self.lines.is_empty() {
            return Vec::new();
        }
        let interfaces = self.interfaces_of(machine).into_iter();
        let lines = interfaces.filter_map(|(own, _)| self.lines.get(&own)).flatten();
        lines
            .filter(|line| machine.lives(line.span.0, line.span.1) && line.span.0 >= machine.from.plus(-SKEW))
            .collect()
    }

    /// All lines, by interface.
    pub fn all_lines(&self) -> impl Iterator<Item = &PoolLine<'f>> {
        self.lines.values().flatten()
    }

    /// The listed names that a machine asked for, by name.
    pub fn queries(&self, machine: &Machine<'_>) -> Vec<PoolQuery<'f>> {
        if self.askers.is_empty() {
            return Vec::new();
        }
        let addresses: Vec<String> =
            machine.addresses.into_iter().flatten().map(ToString::to_string).collect();
        let askers = std::iter::once(machine.id).chain(addresses.iter().map(String::as_str));
        let mut all: Vec<PoolQuery<'f>> = askers
            .filter_map(|asker| self.askers.get(asker))
            .flatten()
            .filter(|(account, _)| account.is_empty() || *account == machine.account)
            .flat_map(|(_, names)| pool_queries(names))
            .filter(|query| machine.lives(query.asked.first, query.asked.last))
            .collect();
        all.sort_by_key(|query| (query.name, query.asked.first));
        all
    }

    /// All listed names that were asked for: account, asker and query.
    pub fn all_queries(&self) -> Vec<(&'f str, &'f str, PoolQuery<'f>)> {
        let askers = self
            .askers
            .iter()
            .flat_map(|(asker, all)| all.iter().map(move |(account, names)| (*account, *asker, *names)));
        let mut all: Vec<_> = askers
            .flat_map(|(account, asker, names)| pool_queries(names).map(move |query| (account, asker, query)))
            .collect();
        all.sort_by_key(|(account, asker, query)| (*account, *asker, query.name));
        all
    }

    /// What GuardDuty says about mining on a machine. No samples.
    pub fn alerts(&self, machine: &Machine<'_>) -> Vec<&'f Alert> {
        let of_it = self.alerts.get(machine.id).into_iter().flatten();
        of_it.copied().filter(|alert| machine.lives(alert.first, alert.last)).collect()
    }

    /// All machines that GuardDuty says mine, with what it says.
    pub fn alerted(&self) -> impl Iterator<Item = (&'f str, &[&'f Alert])> {
        self.alerts.iter().map(|(instance, alerts)| (*instance, alerts.as_slice()))
    }

    /// How many seconds of the machine's life up to `until` flow logs cover, and from when to when.
    pub fn flows_cover(&self, machine: &Machine<'_>, until: Time) -> Option<(i64, Time, Time)> {
        let until = machine.until.unwrap_or(until).min(until);
        let covers = self.interfaces_of(machine).into_iter();
        covers.filter_map(|(_, interface)| interface.covered.within(machine.from, until)).max()
    }

    /// The same for resolver logs of its VPC; of its account where its VPC is not known.
    pub fn queries_cover(&self, machine: &Machine<'_>, until: Time) -> Option<(i64, Time, Time)> {
        let until = machine.until.unwrap_or(until).min(until);
        let vpcs = self.side?.queries.covered.get(machine.account)?;
        let of_it =
            vpcs.iter().filter(|(vpc, _)| machine.vpc.is_empty() || vpc.is_empty() || ***vpc == *machine.vpc);
        of_it.filter_map(|(_, moments)| moments.within(machine.from, until)).max()
    }

    /// The hours in which a machine worked with others of the owner's that were there a day before it, and with which.
    pub fn worked(&self, machine: &Machine<'_>, not_with: &dyn Fn(&str) -> bool) -> Option<(usize, IpAddr)> {
        let until = machine.until.unwrap_or(machine.from.plus(30 * DAY));
        let worked = self.interfaces_of(machine).into_iter().filter_map(|(own, interface)| {
            let hours = interface.work.count(machine.from, until);
            let peers = interface.work_with.iter().filter(|peer| !interface.addresses.contains(peer));
            let with = peers.copied().find(|peer| self.was_there(*peer, own, machine, not_with))?;
            (hours > 0).then_some((hours, with))
        });
        worked.max()
    }

    /// Whether an interface other than `own` worked at or with `peer`, or was at it, a day before the machine.
    fn was_there(
        &self,
        peer: IpAddr,
        own: OwnId,
        machine: &Machine<'_>,
        not_with: &dyn Fn(&str) -> bool,
    ) -> bool {
        let known = [self.by_address.get(&peer), self.by_work.get(&peer)];
        let others = known.into_iter().flatten().flatten().filter(|other| **other != own);
        others.filter_map(|other| self.interfaces.get(other)).any(|other| is_older(other, machine, not_with))
    }

    /// What was billed for a machine.
    #[must_use]
    pub fn billed(&self, machine: &Machine<'_>) -> Option<&'f Billed> {
        self.side?.money.billed(machine.account, machine.id)
    }
}

fn pool_queries(names: &BTreeMap<Box<str>, Asked>) -> impl Iterator<Item = PoolQuery<'_>> {
    let pools: BTreeSet<&str> = names.values().map(|asked| &*asked.listed).collect();
    let pools = pools.len();
    names.iter().map(move |(name, asked)| PoolQuery { name, asked, pools })
}

/// Whether an interface at a machine's address may be the machine's: same account, and no other instance's.
fn may_be(interface: &Interface, machine: &Machine<'_>) -> bool {
    (interface.account.is_empty() || *interface.account == *machine.account)
        && (interface.vpc.is_empty() || machine.vpc.is_empty() || *interface.vpc == *machine.vpc)
        && (interface.instances.is_empty() || interface.instances.contains(machine.id))
}

fn is_older(other: &Interface, machine: &Machine<'_>, not_with: &dyn Fn(&str) -> bool) -> bool {
    let before = machine.from.plus(-DAY);
    (other.account.is_empty() || *other.account == *machine.account)
        && other.covered.first().is_some_and(|first| first <= before)
        && !other.instances.iter().any(|instance| not_with(instance))
}

/// Addresses that were answered for pools' names, each with the least of them.
fn pool_addresses(side: &Side) -> HashMap<IpAddr, &str> {
    let mut named: HashMap<IpAddr, &str> = HashMap::new();
    let asked = side.queries.askers.values().flat_map(|asker| &asker.names);
    for (name, asked) in asked.filter(|(_, asked)| asked.class == MiningClass::Pool) {
        for address in &asked.answers {
            let known = named.entry(*address).or_insert(name);
            *known = (*known).min(name);
        }
    }
    named
}

/// Whether a stretch says anything about the machine, by where it leads.
fn is_suspect(stretch: &Stretch, peer: IpAddr, port: u16, side: &Side) -> bool {
    let is_long = stretch.minutes() >= PLAIN_MINUTES_MIN || mining_port(port) >= SERVERS_MIN;
    is_long && !ports::is_of_nodes(port) && !is_amazons_web(peer, port, &side.networks)
}

/// Agents of AWS wait for orders at Amazon's own web ports, customers' ranges included.
fn is_amazons_web(peer: IpAddr, port: u16, networks: &Networks) -> bool {
    ports::is_web(port) && networks.aws(peer).is_some()
}

fn span(line: &crate::side::flows::Line) -> Option<(Time, Time)> {
    let (first, last) = (line.hours.first()?, line.hours.last()?);
    let minute =
        |hour: i32, minute: u32| Time::from_seconds(i64::from(hour) * 3_600 + i64::from(minute) * 60);
    let begin = (first.sent.used() | first.told.used()).trailing_zeros();
    let end = 64 - (last.sent.used() | last.told.used()).leading_zeros();
    Some((minute(first.hour, begin.min(59)), minute(last.hour, end.min(60))))
}
