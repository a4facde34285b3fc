//! What the calls of an answer have in common: when, where, with what, to what end.
//!
//! Counts are of distinct records: one that was read twice counts once.

use std::collections::{BTreeMap, BTreeSet};

use catalog::Networks;
use event::{Address, Time};
use serde::Serialize;

use super::call::Call;
use crate::finding::{NetworkKind, Origin};
use crate::origin::origin;
use crate::profile::{agent_family, network_of};

/// A value and the number of calls that have it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Count {
    /// The value, as records say it.
    pub value: String,
    /// Calls.
    pub calls: u64,
}

/// What some calls have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Hand {
    /// Calls, each counted once.
    pub calls: u64,
    /// Those that change something and succeeded.
    pub changes: u64,
    /// Those that only read.
    pub reads: u64,
    /// Those that failed, whichever they were.
    pub failed: u64,
    /// Calls that an AWS service made on somebody's behalf.
    pub by_service: u64,
    /// The first call.
    pub first: Option<Time>,
    /// The last call.
    pub last: Option<Time>,
    /// Days on which there were calls.
    pub days: u64,
    /// Principals, the busiest first; so are all lists.
    pub principals: Vec<Count>,
    /// Sessions.
    pub sessions: Vec<Count>,
    /// Access key ids.
    pub keys: Vec<Count>,
    /// Instances that the credentials were issued to.
    pub instances: Vec<Count>,
    /// Accounts acted on.
    pub accounts: Vec<Count>,
    /// Regions.
    pub regions: Vec<Count>,
    /// Networks of the addresses.
    pub networks: Vec<Count>,
    /// Addresses.
    pub addresses: Vec<Count>,
    /// Where the addresses are, of those of which something is known; the busiest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<Origin>,
    /// Families of user agents.
    pub agents: Vec<Count>,
    /// Services.
    pub services: Vec<Count>,
    /// Names of calls, with their service.
    pub names: Vec<Count>,
    /// Errors.
    pub errors: Vec<Count>,
    /// Machines asked for, by type; refused ones and dry runs too.
    pub asked: Vec<Count>,
    /// Machines obtained.
    pub started: u64,
    /// Launch calls that were refused.
    pub launches_refused: u64,
    /// Launch calls that were dry runs.
    pub dry_runs: u64,
}

impl Hand {
    /// Sums up calls, which must be distinct.
    #[must_use]
    pub fn of(calls: &[Call]) -> Self {
        let count = |value: fn(&Call) -> String| counts(calls.iter().map(value));
        let number = |wanted: fn(&&Call) -> bool| calls.iter().filter(wanted).count() as u64;
        let times = || calls.iter().filter_map(|call| call.time);
        let launched = || calls.iter().filter_map(|call| call.launched.as_deref());
        Self {
            calls: calls.len() as u64,
            changes: number(|call| call.changes && call.error.is_empty()),
            reads: number(|call| !call.changes),
            failed: number(|call| !call.error.is_empty()),
            by_service: number(|call| !call.invoked_by.is_empty()),
            first: times().min(),
            last: times().max(),
            days: times().map(Time::day).collect::<BTreeSet<_>>().len() as u64,
            principals: count(|call| call.principal.to_string()),
            sessions: count(|call| call.session.to_string()),
            keys: count(|call| call.key.to_string()),
            instances: count(|call| call.instance.to_string()),
            accounts: count(|call| call.account.to_string()),
            regions: count(|call| call.region.to_string()),
            networks: count(|call| network_of(&call.address)),
            addresses: count(|call| call.address.to_string()),
            origins: Vec::new(),
            agents: count(|call| agent_family(&call.agent)),
            services: count(|call| call.service.to_string()),
            names: count(|call| format!("{}:{}", &*call.service, &*call.name)),
            errors: count(|call| call.error.to_string()),
            asked: asked(launched().flat_map(|launched| &launched.asked)),
            started: launched().map(|launched| launched.started).sum(),
            launches_refused: launched().filter(|launched| launched.refused).count() as u64,
            dry_runs: launched().filter(|launched| launched.dry_run).count() as u64,
        }
    }
}

impl Hand {
    /// The same, with what is known of its addresses.
    #[must_use]
    pub fn knowing(mut self, networks: &Networks) -> Self {
        let origins = self.addresses.iter().map(|count| origin(&Address::parse(&count.value), networks));
        self.origins = origins
            .filter(|origin| origin.kind != NetworkKind::Unknown || origin.autonomous_system.is_some())
            .collect();
        self
    }
}

/// How often each value comes, the most frequent first. Empty values are left out.
fn counts(values: impl Iterator<Item = String>) -> Vec<Count> {
    let mut counts = BTreeMap::<String, u64>::new();
    for value in values.filter(|value| !value.is_empty()) {
        *counts.entry(value).or_default() += 1;
    }
    ordered(counts)
}

fn asked<'a>(asked: impl Iterator<Item = &'a (String, u64)>) -> Vec<Count> {
    let mut counts = BTreeMap::<String, u64>::new();
    for (unit, number) in asked {
        let sum = counts.entry(unit.clone()).or_default();
        *sum = sum.saturating_add(*number);
    }
    ordered(counts)
}

fn ordered(counts: BTreeMap<String, u64>) -> Vec<Count> {
    let mut counts: Vec<Count> = counts.into_iter().map(|(value, calls)| Count { value, calls }).collect();
    counts.sort_by(|a, b| b.calls.cmp(&a.calls).then_with(|| a.value.cmp(&b.value)));
    counts
}
