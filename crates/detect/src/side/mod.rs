//! What side logs say: flows, queries, alerts, bills. Facts like all others: they merge by union.
//!
//! A flow may be read before the launch that makes it interesting, so nothing is thrown away because nobody has asked
//! for it yet. What is kept is small instead: of a connection how much was said in each minute, to a factor of two, which
//! is the same however often a row is read. Where there is more than fits, what is kept depends on the keys
//! alone, never on the order.

pub mod alerts;
mod bottom;
pub mod flows;
mod hours;
mod moments;
pub mod money;
pub mod queries;

use std::sync::Arc;

use catalog::{Networks, PoolList};
use event::side::{Fact, Flow};
use serde::Serialize;

use self::alerts::Alerts;
use self::flows::Flows;
pub use self::hours::Hours;
use self::money::Money;
use self::queries::Queries;
use crate::facts::Span;

/// Everything that side logs said.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// The names that count as a pool's.
    pub pools: Arc<PoolList>,
    /// What is known of addresses.
    pub networks: Arc<Networks>,
    /// Flow logs.
    pub flows: Flows,
    /// Resolver query logs.
    pub queries: Queries,
    /// GuardDuty.
    pub alerts: Alerts,
    /// Anomalies, budgets and bills.
    pub money: Money,
}

/// How often each limit of side logs was reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SideLimits {
    /// Connections past [`flows::LINES_MAX`] (1 if any).
    pub connections: u64,
    /// Interfaces past [`flows::INTERFACES_MAX`] (1 if any).
    pub interfaces: u64,
    /// Askers past [`queries::ASKERS_MAX`], names of one past [`queries::NAMES_MAX`], or VPCs past
    /// [`queries::PLACES_MAX`] (1 if any).
    pub queries: u64,
    /// Alerts past [`alerts::ALERTS_MAX`] (1 if any).
    pub alerts: u64,
    /// Machines past [`money::BILLED_MAX`], or notices past [`money::NOTICES_MAX`] (1 if any).
    pub bills: u64,
}

impl Side {
    /// Takes in what one row or message says; tells whether it is of interest.
    pub fn take(&mut self, fact: &Fact<'_>, span: Span) -> bool {
        match fact {
            Fact::Flow(flow) => self.take_flow(flow, span),
            Fact::Query(query) => span.holds(query.time) && self.queries.take(query, &self.pools),
            Fact::Alert(alert) => span.holds(alert.last) && self.alerts.take(alert),
            // Notices and bills come days after what they are about.
            Fact::Anomaly(anomaly) => self.money.take_anomaly(anomaly),
            Fact::Budget(budget) => self.money.take_budget(budget),
            Fact::Charge(charge) => span.holds(charge.start) && self.money.take_charge(charge),
        }
    }

    /// Takes in a row of a flow log; tells whether it is of interest.
    pub fn take_flow(&mut self, flow: &Flow<'_>, span: Span) -> bool {
        span.holds(flow.start) && self.flows.take(flow, &self.networks)
    }

    /// Adds what `other` holds.
    pub fn merge(&mut self, other: Self) {
        if *self.pools == PoolList::default() {
            self.pools = other.pools;
        }
        if *self.networks == Networks::default() {
            self.networks = other.networks;
        }
        self.flows.merge(other.flows);
        self.queries.merge(other.queries);
        self.alerts.merge(other.alerts);
        self.money.merge(other.money);
    }

    /// The limits that were reached.
    #[must_use]
    pub fn limits(&self) -> SideLimits {
        SideLimits {
            connections: u64::from(self.flows.lines_thinned()),
            interfaces: u64::from(self.flows.interfaces_thinned()),
            queries: u64::from(self.queries.thinned),
            alerts: u64::from(self.alerts.thinned),
            bills: u64::from(self.money.thinned),
        }
    }
}
