//! Anomalies, budgets and bills.
//!
//! Of bills only the hours of machines are kept; of two lines for the same hour the dearer one, so that a report that
//! is delivered again and again, as reports are, counts once.
//!
//! Blind spots: two lines for one hour of one machine that add up (a reservation that covers half of it) count as the
//! dearer of the two.

use std::collections::{BTreeMap, BTreeSet};

use event::Time;
use event::side::{Anomaly, Budget, Charge};

/// Machines of which bills are kept, the least by id.
///
/// Fewer, and a large organisation's bill is read in part; more, and a month of hours fills memory.
pub const BILLED_MAX: usize = 50_000;

/// Hours kept of one machine, the earliest.
const BILLED_HOURS_MAX: usize = 24 * 62;

/// Anomalies, and notices of budgets, that are kept, the least.
///
/// Fewer, and years of alarms are cut; more, and a mailbox fills memory.
pub const NOTICES_MAX: usize = 20_000;

/// What was billed for one machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Billed {
    /// By the beginning of the hour: billed, and list price where the bill says, in millionths; and when it ends.
    pub hours: BTreeMap<Time, (i64, Option<i64>, Time)>,
    /// The currency; of several the greatest.
    pub currency: Box<str>,
}

/// Anomalies, budgets and bills.
#[derive(Clone, Debug, Default)]
pub struct Money {
    anomalies: BTreeMap<Box<str>, Anomaly>,
    budgets: BTreeSet<Budget>,
    billed: BTreeMap<(Box<str>, Box<str>), Billed>,
    /// A bill was read, whatever is in it.
    pub bill_was_read: bool,
    pub(super) thinned: bool,
}

impl Money {
    /// Takes in an anomaly.
    pub fn take_anomaly(&mut self, anomaly: &Anomaly) -> bool {
        match self.anomalies.get_mut(&*anomaly.id) {
            // Told again, it has grown; it was known since the first time.
            Some(known) => {
                let told = [known.told, anomaly.told].into_iter().flatten().min();
                // Which is the later one must not depend on when they were told: that is taken from the earliest.
                let content = |anomaly: &Anomaly| Anomaly { told: None, ..anomaly.clone() };
                *known = Anomaly { told, ..content(anomaly).max(content(known)) };
            }
            None => {
                self.anomalies.insert(anomaly.id.as_str().into(), anomaly.clone());
            }
        }
        while self.anomalies.len() > NOTICES_MAX {
            self.anomalies.pop_last();
            self.thinned = true;
        }
        true
    }

    /// Takes in a budget's notice.
    pub fn take_budget(&mut self, budget: &Budget) -> bool {
        self.budgets.insert(budget.clone());
        while self.budgets.len() > NOTICES_MAX {
            self.budgets.pop_last();
            self.thinned = true;
        }
        true
    }

    /// Takes in a line of a bill; tells whether it is an hour of a machine.
    pub fn take_charge(&mut self, charge: &Charge<'_>) -> bool {
        self.bill_was_read = true;
        if !charge.is_machine_time() {
            return false;
        }
        let key = (charge.account.into(), charge.resource.into());
        let one = Billed {
            hours: BTreeMap::from([(
                charge.start,
                (charge.cost_millionths, charge.list_millionths, charge.end),
            )]),
            currency: charge.currency.into(),
        };
        self.insert(key, one);
        true
    }

    fn insert(&mut self, key: (Box<str>, Box<str>), billed: Billed) {
        let known = self.billed.entry(key).or_default();
        if billed.currency > known.currency {
            known.currency = billed.currency;
        }
        for (hour, told) in billed.hours {
            let known = known.hours.entry(hour).or_insert(told);
            *known = told.max(*known);
        }
        while known.hours.len() > BILLED_HOURS_MAX {
            known.hours.pop_last();
            self.thinned = true;
        }
        while self.billed.len() > BILLED_MAX {
            self.billed.pop_last();
            self.thinned = true;
        }
    }

    /// Adds what `other` holds.
    pub fn merge(&mut self, other: Self) {
        self.bill_was_read |= other.bill_was_read;
        self.thinned |= other.thinned;
        for anomaly in other.anomalies.into_values() {
            self.take_anomaly(&anomaly);
        }
        for budget in other.budgets {
            self.take_budget(&budget);
        }
        for (key, billed) in other.billed {
            self.insert(key, billed);
        }
    }

    /// All anomalies, by id.
    pub fn anomalies(&self) -> impl Iterator<Item = &Anomaly> {
        self.anomalies.values()
    }

    /// All notices of budgets, by time.
    pub fn budgets(&self) -> impl Iterator<Item = &Budget> {
        self.budgets.iter()
    }

    /// What was billed for a machine.
    #[must_use]
    pub fn billed(&self, account: &str, machine: &str) -> Option<&Billed> {
        self.billed.get(&(account.into(), machine.into()) as &(Box<str>, Box<str>))
    }
}
