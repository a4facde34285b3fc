//! What the logs cover. Said beside every result, and part of the sentence where there is none.

use detect::coverage::{CoverageTold, Gap};

use super::ink::Ink;
use super::layout::{GUTTER, Page, Span, faint, listed, plain};
use super::{safe, tell_left_out};
use crate::numbers::{count, counted, stretch};
use crate::summary::Summary;

/// How many accounts, and regions, are named.
const PLACES_TOLD_MAX: usize = 40;
/// How many gaps are told, the longest first.
const GAPS_TOLD_MAX: usize = 6;

/// Returns the sentence for a run without findings: what was not found, and in what.
pub(super) fn nothing_found(summary: &Summary) -> String {
    let Summary { coverage, records, findings, partial, .. } = summary;
    let so_far = if *partial { " so far" } else { "" };
    if records.read == 0 {
        return format!(
            "Nothing was found{so_far}, because no record was read: this says nothing about your accounts."
        );
    }
    let (accounts, regions) = (coverage.accounts.len() as u64, coverage.regions.len() as u64);
    let place = format!("{} and {}", counted(accounts, "account"), counted(regions, "region"));
    let span = match (coverage.first, coverage.last) {
        (Some(first), Some(last)) => format!(", {first} to {last}"),
        _ => ", at unknown times".to_owned(),
    };
    let besides = match findings.suppressed {
        0 => String::new(),
        number => format!(", besides {} suppressed,", count(number)),
    };
    format!(
        "No finding of certainty {} or more{so_far}{besides} in {} of {place}{span}. What these logs do not hold was not seen.",
        findings.min_certainty,
        counted(records.read, "record"),
    )
}

/// Writes accounts, regions, first and last event time, and gaps.
pub(super) fn tell(page: &mut Page<'_>, coverage: &CoverageTold) {
    let span = match (coverage.first, coverage.last) {
        (Some(first), Some(last)) => {
            plain(format!("{first} to {last} ({})", stretch(last.since(first)))).whole()
        }
        _ => Span::new("no event with a time", Ink::Notice),
    };
    page.labelled("covered", vec![span]);
    names(page, "account", &coverage.accounts);
    names(page, "region", &coverage.regions);
    gaps(page, &coverage.gaps);
}

fn names(page: &mut Page<'_>, what: &str, names: &[String]) {
    if names.is_empty() {
        return;
    }
    let told = names.iter().take(PLACES_TOLD_MAX).map(|name| plain(safe::name(name)).whole());
    let number = faint(format!("{}: ", counted(names.len() as u64, what))).whole();
    page.unlabelled([vec![number], listed(told.collect())].concat());
    tell_left_out(page, GUTTER, names.len(), PLACES_TOLD_MAX, what);
}

/// Writes silent stretches: an attacker who stops a trail leaves one.
fn gaps(page: &mut Page<'_>, gaps: &[Gap]) {
    if gaps.is_empty() {
        return;
    }
    let mut longest: Vec<&Gap> = gaps.iter().collect();
    longest.sort_by_key(|gap| (gap.from.since(gap.until), *gap));
    for (place, gap) in longest.iter().take(GAPS_TOLD_MAX).enumerate() {
        let Gap { account, region, from, until } = gap;
        let silent = stretch(until.since(*from));
        let (account, region) = (safe::name(account), safe::name(region));
        let what = format!("{region} of {account} was silent for {silent}: {from} to {until}");
        page.labelled(if place == 0 { "gaps" } else { "" }, vec![Span::new(what, Ink::Notice)]);
    }
    if let Some(more) = super::left_out(gaps.len(), GAPS_TOLD_MAX) {
        let what = format!("… and {} shorter: all of them with --format json", count(more));
        page.unlabelled(vec![faint(what)]);
    }
}
