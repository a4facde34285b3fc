//! The run, summed up: from the totals of reading to the summary that every format tells.

use std::time::Duration;

use anyhow::Context;
use detect::coverage::CoverageTold;
use detect::facts::LimitsReached;
use detect::side::SideLimits;
use detect::{Facts, Finding};
use ingest::Totals;
use report::Summary;
use report::summary::{
    Bytes, FailedObject, FindingCounts, Objects, Records, RejectedRecord, SideRows, TableAge,
};
use serde::Serialize;

/// Sums a run up.
pub(crate) fn of(
    facts: &Facts,
    totals: &Totals,
    findings: &[Finding],
    min_certainty: u8,
    elapsed: Duration,
) -> Summary {
    let failed = totals.objects.failed_by_reason().values().flat_map(|named| named.first());
    let rejected = totals.records.rejected_by_reason();
    Summary {
        partial: totals.stopped_early,
        findings: FindingCounts::of(findings, min_certainty),
        objects: Objects {
            found: totals.objects.found(),
            read: totals.objects.read(),
            skipped: totals.objects.skipped(),
            failed: totals.objects.failed(),
        },
        records: Records {
            read: totals.records.read(),
            events: totals.records.events(),
            skimmed_only: totals.records.skimmed_only(),
            duplicate: totals.records.duplicate(),
            rejected: totals.records.rejected(),
        },
        side_logs: totals
            .side
            .iter()
            .map(|(source, rows)| {
                let (read, kept, passed) = (rows.read(), rows.kept(), rows.passed());
                (source.name().to_owned(), SideRows { read, kept, passed, rejected: rows.rejected() })
            })
            .collect(),
        bytes: Bytes { stored: totals.bytes.stored, expanded: totals.bytes.decompressed },
        skipped: totals
            .objects
            .skipped_by_reason()
            .iter()
            .map(|(reason, named)| (word(reason), named.count()))
            .collect(),
        failed: failed
            .map(|mention| FailedObject { object: mention.object.to_string(), reason: mention.why.clone() })
            .collect(),
        rejected: rejected
            .iter()
            .chain(totals.side.iter().flat_map(|(_, rows)| rows.rejected_by_reason()))
            .flat_map(|(reason, named)| named.first().map(move |position| (reason, position)))
            .map(|(reason, position)| RejectedRecord {
                object: position.object.to_string(),
                record: position.index + 1,
                reason: reason.clone(),
            })
            .collect(),
        limits_reached: limits(totals, facts),
        coverage: facts.coverage().told(),
        tables: catalog::tables()
            .iter()
            .map(|table| TableAge {
                name: table.name.to_owned(),
                date: table.date.to_owned(),
                days_old: None,
            })
            .collect(),
        elapsed_seconds: Some(super::seconds(elapsed)),
        ..Summary::default()
    }
}

fn limits(totals: &Totals, facts: &Facts) -> std::collections::BTreeMap<String, u64> {
    let (reached, side) = (facts.limits(), facts.side().limits());
    let of_facts = [
        ("notable events of a principal", reached.notable_events),
        ("credentials of which the issuer is known", reached.lineage_edges),
        ("look-ups of a principal", reached.looks),
        ("values of a profile's feature", reached.feature_values),
        ("callers told apart", reached.principals),
        ("accounts and regions of which the hours are known", reached.covered_places),
        ("texts remembered", reached.texts),
        ("connections in flow logs", side.connections),
        ("interfaces in flow logs", side.interfaces),
        ("names asked of the resolver", side.queries),
        ("findings of GuardDuty", side.alerts),
        ("machines on bills, and notices about cost", side.bills),
    ];
    let of_reading = totals.limits_reached.iter().map(|(limit, times)| (word(limit), *times));
    of_reading
        .chain(of_facts.into_iter().map(|(name, times)| (name.to_owned(), times)))
        .filter(|(_, times)| *times > 0)
        .collect()
}

/// A reason's name as it is serialised.
pub(crate) fn word(reason: &impl Serialize) -> String {
    serde_json::to_value(reason).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// What `--stats` writes: the totals, and what the facts add to them.
#[derive(Serialize)]
struct Stats<'a> {
    schema: &'static str,
    #[serde(flatten)]
    totals: &'a Totals,
    findings: FindingCounts,
    facts_limits_reached: LimitsReached,
    side_logs_limits_reached: SideLimits,
    coverage: &'a CoverageTold,
    elapsed_seconds: Option<f64>,
}

/// The totals as JSON.
pub(crate) fn stats(totals: &Totals, facts: &Facts, summary: &Summary) -> anyhow::Result<String> {
    let stats = Stats {
        schema: "minetrail.stats/1",
        totals,
        findings: summary.findings,
        facts_limits_reached: facts.limits(),
        side_logs_limits_reached: facts.side().limits(),
        coverage: &summary.coverage,
        elapsed_seconds: summary.elapsed_seconds,
    };
    serde_json::to_string_pretty(&stats).map(|text| text + "\n").context("cannot write the totals as JSON")
}
