//! The end of the page: what the logs cover, and totals that add up.

use std::collections::BTreeMap;

use askama::Template;
use askama::filters::HtmlSafe;
use detect::coverage::Gap;

use super::headline::readable;
use super::left_out;
use super::shown::Shown;
use crate::numbers::{bytes, count, counted, stretch};
use crate::summary::Summary;

/// How many accounts, and regions, are named.
const PLACES_TOLD_MAX: usize = 100;
/// How many gaps are told, the longest first.
const GAPS_TOLD_MAX: usize = 12;
/// How many failed objects, and rejected records, are named. All of them are in the JSON.
const NAMED_TOLD_MAX: usize = 20;
/// How many reasons and limits are told.
const REASONS_TOLD_MAX: usize = 12;
/// From this age on the tables are told as old: prices and types change within half a year.
const TABLE_DAYS_OLD: u32 = 180;

/// Coverage and totals.
#[derive(Template)]
#[template(path = "report/ending.html")]
pub(super) struct Ending {
    span: String,
    accounts: Names,
    regions: Names,
    gaps: Vec<Shown>,
    gaps_left_out: Option<String>,
    totals: Vec<Total>,
    failed: Vec<Shown>,
    rejected: Vec<Shown>,
    named_left_out: Option<String>,
    limits: Vec<Shown>,
    tables: Vec<Shown>,
    references: Vec<Shown>,
    without: Vec<Shown>,
}

// A template escapes what it is given.
impl HtmlSafe for Ending {}

/// Accounts or regions.
struct Names {
    count: String,
    told: Vec<Shown>,
    left_out: Option<String>,
}

/// A total and its parts.
struct Total {
    what: &'static str,
    all: String,
    parts: Vec<Shown>,
}

impl Ending {
    /// The end for `summary`.
    pub(super) fn of(summary: &Summary) -> Self {
        let coverage = &summary.coverage;
        let mut gaps: Vec<&Gap> = coverage.gaps.iter().collect();
        gaps.sort_by_key(|gap| (gap.from.since(gap.until), *gap));
        let named = summary.failed.len().max(summary.rejected.len());
        Self {
            span: match (coverage.first, coverage.last) {
                (Some(first), Some(last)) => {
                    format!("{} to {} ({})", readable(first), readable(last), stretch(last.since(first)))
                }
                _ => "no event with a time".to_owned(),
            },
            accounts: names(&coverage.accounts, "account"),
            regions: names(&coverage.regions, "region"),
            gaps: gaps.iter().take(GAPS_TOLD_MAX).map(|gap| self::gap(gap)).collect(),
            gaps_left_out: left_out(gaps.len(), GAPS_TOLD_MAX),
            totals: totals(summary),
            failed: failed(summary),
            rejected: rejected(summary),
            named_left_out: left_out(named, NAMED_TOLD_MAX),
            limits: limits(&summary.limits_reached),
            tables: tables(summary),
            references: references(summary),
            without: summary.without.iter().map(|sentence| Shown::sentence(sentence)).collect(),
        }
    }
}

fn names(names: &[String], what: &str) -> Names {
    Names {
        count: counted(names.len() as u64, what),
        told: names.iter().take(PLACES_TOLD_MAX).map(|name| Shown::name(name)).collect(),
        left_out: left_out(names.len(), PLACES_TOLD_MAX),
    }
}

/// Returns a silent stretch: an attacker who stops a trail leaves one.
fn gap(gap: &Gap) -> Shown {
    let Gap { account, region, from, until } = gap;
    let silent = stretch(until.since(*from));
    Shown::sentence(&format!(
        "{region} of {account} was silent for {silent}: {} to {}",
        readable(*from),
        readable(*until)
    ))
}

fn totals(summary: &Summary) -> Vec<Total> {
    let (findings, objects, records) = (summary.findings, summary.objects, summary.records);
    let part = |number: u64, what: &str| Shown::sentence(&format!("{} {what}", count(number)));
    let mut read =
        vec![part(objects.read, "read"), part(objects.skipped, "skipped"), part(objects.failed, "failed")];
    let reasons = summary.skipped.iter().take(REASONS_TOLD_MAX);
    read.extend(reasons.map(|(reason, number)| part(*number, &format!("skipped: {reason}"))));
    let mut totals = vec![
        Total {
            what: "findings",
            all: count(findings.raised + findings.suppressed + findings.below_threshold),
            parts: vec![
                part(findings.raised, "raised"),
                part(findings.suppressed, "suppressed"),
                part(findings.below_threshold, &format!("below certainty {}", findings.min_certainty)),
            ],
        },
        Total { what: "objects", all: count(objects.found), parts: read },
        Total {
            what: "records",
            all: count(records.read),
            parts: vec![
                part(records.events, "events"),
                part(records.skimmed_only, "skimmed only"),
                part(records.duplicate, "duplicate"),
                part(records.rejected, "rejected"),
            ],
        },
    ];
    totals.extend(summary.side_logs.iter().map(|(source, rows)| Total {
        what: "other logs",
        all: count(rows.read),
        parts: vec![
            Shown::sentence(&format!("{source}: {} of interest", count(rows.kept))),
            part(rows.passed, "passed"),
            part(rows.rejected, "rejected"),
        ],
    }));
    if summary.bytes.stored > 0 {
        let expanded = format!("{} expanded", bytes(summary.bytes.expanded));
        totals.push(Total {
            what: "size",
            all: bytes(summary.bytes.stored),
            parts: vec![Shown::sentence(&expanded)],
        });
    }
    totals.extend(summary.elapsed_seconds.map(|seconds| Total {
        what: "took",
        all: format!("{seconds:.1} seconds"),
        parts: Vec::new(),
    }));
    totals
}

fn failed(summary: &Summary) -> Vec<Shown> {
    let told = summary.failed.iter().take(NAMED_TOLD_MAX);
    told.map(|failed| Shown::sentence(&format!("{}: {}", failed.object, failed.reason))).collect()
}

fn rejected(summary: &Summary) -> Vec<Shown> {
    let told = summary.rejected.iter().take(NAMED_TOLD_MAX);
    told.map(|rejected| {
        let record = count(rejected.record);
        Shown::sentence(&format!("record {record} of {}: {}", rejected.object, rejected.reason))
    })
    .collect()
}

fn limits(limits: &BTreeMap<String, u64>) -> Vec<Shown> {
    let told = limits.iter().take(REASONS_TOLD_MAX);
    told.map(|(limit, times)| {
        let times = counted(*times, "time");
        Shown::sentence(&format!("{limit} was reached {times}; what lay beyond was not kept"))
    })
    .collect()
}

fn tables(summary: &Summary) -> Vec<Shown> {
    let told = summary.tables.iter();
    told.map(|table| {
        let old = table.days_old.filter(|days| *days >= TABLE_DAYS_OLD);
        let age = old.map_or(String::new(), |days| format!(", {days} days old"));
        Shown::sentence(&format!("{} of {}{age}", table.name, table.date))
    })
    .collect()
}

/// Returns the files of reference that the user brought.
fn references(summary: &Summary) -> Vec<Shown> {
    let told = summary.references.iter().map(|file| {
        let made = file.made.map_or_else(String::new, |made| format!(" of {}", readable(made)));
        let remark = file.remark.as_ref().map_or_else(String::new, |remark| format!(": {remark}"));
        let entries = file.counted();
        Shown::sentence(&format!("{} {}, {entries}{made}{remark}", file.option, file.file))
    });
    told.collect()
}
