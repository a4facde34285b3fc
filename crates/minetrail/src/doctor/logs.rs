//! Which kinds of logs are there, and what those that are not would add.

use detect::Facts;
use event::Time;
use event::side::Source;
use ingest::Totals;
use serde::Serialize;

/// What was found in the logs.
#[derive(Debug, Serialize)]
pub(super) struct LogsFound {
    /// Files, and how many of them could not be read.
    pub(super) objects: u64,
    pub(super) failed: u64,
    pub(super) kinds: Vec<KindFound>,
}

/// One kind of log.
#[derive(Debug, Serialize)]
pub(super) struct KindFound {
    pub(super) name: &'static str,
    /// Records or rows that were read.
    pub(super) read: u64,
    /// Accounts and regions, where they are told.
    pub(super) accounts: usize,
    pub(super) regions: usize,
    pub(super) first: Option<Time>,
    pub(super) last: Option<Time>,
    /// What it adds, or would.
    pub(super) adds: &'static str,
}

impl LogsFound {
    pub(super) fn of(facts: &Facts, totals: &Totals) -> Self {
        let coverage = facts.coverage().told();
        let trail = KindFound {
            name: "cloudtrail",
            read: totals.records.read(),
            accounts: coverage.accounts.len(),
            regions: coverage.regions.len(),
            first: coverage.first,
            last: coverage.last,
            adds: "who asked for compute, with which credential, from where: without it nothing is found but mining machines",
        };
        let side = Source::ALL.into_iter().map(|source| KindFound {
            name: source.name(),
            read: totals.side.iter().filter(|(of, _)| *of == source).map(|(_, rows)| rows.read()).sum(),
            accounts: 0,
            regions: 0,
            first: None,
            last: None,
            adds: adds(source),
        });
        Self {
            objects: totals.objects.found(),
            failed: totals.objects.failed(),
            kinds: std::iter::once(trail).chain(side).collect(),
        }
    }
}

fn adds(source: Source) -> &'static str {
    match source {
        Source::VpcFlowLogs => "whether the machines talk to a pool, or do other work",
        Source::ResolverQueryLogs => "whether the machines asked for a pool's name",
        Source::GuardDuty => "what GuardDuty saw of the same machines and credentials",
        Source::CostAnomaly => "when the cost was first noticed",
        Source::Budgets => "when a budget alert told",
        Source::Bills => "what was billed, beside the list price",
    }
}
