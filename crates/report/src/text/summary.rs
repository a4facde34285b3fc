//! The end: what was found, what it was found in, and what could not be seen.

use std::collections::BTreeMap;

use detect::Finding;
use detect::finding::Outcome;

use super::headline::badge;
use super::ink::Ink;
use super::layout::{GUTTER, Page, Span, dotted, faint, listed, plain, strong};
use super::{coverage, safe, tell_left_out};
use crate::numbers::{bytes, count, counted, dollars};
use crate::summary::{FindingCounts, Summary};

/// How many findings are listed again by their headline, most urgent first.
const HEADLINES_TOLD_MAX: usize = 20;
/// How many suppressed findings are told, a line each.
const SUPPRESSED_TOLD_MAX: usize = 20;
/// How many failed objects, and rejected records, are named here. All of them are in the JSON.
const NAMED_TOLD_MAX: usize = 5;
/// How many reasons and limits are told.
const REASONS_TOLD_MAX: usize = 8;
/// From this age on the tables are told as old: prices and types change within half a year.
const TABLE_DAYS_OLD: u32 = 180;

/// Writes the summary. `raised` and `suppressed` come in the order in which they are told.
pub(super) fn tell(page: &mut Page<'_>, raised: &[&Finding], suppressed: &[&Finding], summary: &Summary) {
    page.rule();
    if summary.partial {
        let partial =
            "PARTIAL: interrupted before everything was read. What follows is what was known by then.";
        page.wrapped(1, vec![Span::new(partial, Ink::Notice)]);
    }
    for contradiction in summary.contradictions() {
        let what = format!("OUR FAULT: {contradiction}. Do not rely on this run, and please report it.");
        page.wrapped(1, vec![Span::new(what, Ink::Notice)]);
    }
    if raised.is_empty() {
        page.wrapped(1, vec![strong(coverage::nothing_found(summary))]);
    } else {
        headlines(page, raised);
    }
    self::suppressed(page, suppressed);
    page.blank();
    page.labelled("findings", counts(&summary.findings));
    objects(page, summary);
    records(page, summary);
    side_logs(page, summary);
    coverage::tell(page, &summary.coverage);
    limits(page, summary);
    tables(page, summary);
    references(page, summary);
    elapsed(page, summary);
}

/// Writes one line for each finding: what is left on the screen when the rest has scrolled away.
fn headlines(page: &mut Page<'_>, raised: &[&Finding]) {
    for finding in raised.iter().take(HEADLINES_TOLD_MAX) {
        let badge = badge(finding);
        let indent = badge.width() + 1;
        let state = state(finding);
        let title = strong(safe::name(&finding.title));
        let parts = vec![title, state.whole(), plain(format!("certainty {}", finding.certainty)).whole()];
        page.hanging(vec![badge, plain(" ")], indent, dotted(parts));
    }
    tell_left_out(page, 1, raised.len(), HEADLINES_TOLD_MAX, "finding");
}

/// Returns what it costs now, or why it costs nothing.
fn state(finding: &Finding) -> Span {
    let per_hour = finding.cost.per_hour;
    if per_hour > 0.0 {
        return Span::new(format!("{} an hour", dollars(per_hour)), Ink::Against);
    }
    plain(match finding.outcome {
        Outcome::Running => "running",
        Outcome::Ended => "ended",
        Outcome::Refused => "refused",
        Outcome::DryRun => "dry runs only",
        Outcome::Mixed if finding.launches.calls == 0 => "no launch",
        Outcome::Mixed => "no machine seen yet",
    })
}

/// Writes a line for each finding that is not raised: who keeps it quiet, and why.
fn suppressed(page: &mut Page<'_>, suppressed: &[&Finding]) {
    for finding in suppressed.iter().take(SUPPRESSED_TOLD_MAX) {
        let Some(why) = &finding.suppressed else { continue };
        let title = plain(safe::name(&finding.title));
        let scores = format!("urgency {}, certainty {}", finding.urgency, finding.certainty);
        let by = faint(format!("by {}: {}", safe::name(&why.by), safe::sentence(&why.reason)));
        page.labelled("suppressed", dotted(vec![title, plain(scores).whole(), by]));
    }
    tell_left_out(page, GUTTER, suppressed.len(), SUPPRESSED_TOLD_MAX, "suppressed finding");
}

fn counts(findings: &FindingCounts) -> Vec<Span> {
    let FindingCounts { raised, suppressed, below_threshold, min_certainty } = *findings;
    let mut parts = vec![strong(format!("{} raised", count(raised))).whole()];
    parts.push(plain(format!("{} suppressed", count(suppressed))).whole());
    parts.push(plain(format!("{} below certainty {min_certainty}", count(below_threshold))).whole());
    if below_threshold > 0 {
        parts.push(faint("--min-certainty 0 shows them").whole());
    }
    dotted(parts)
}

fn objects(page: &mut Page<'_>, summary: &Summary) {
    let objects = summary.objects;
    let failed = if objects.failed > 0 { Ink::Notice } else { Ink::Plain };
    let mut parts = vec![
        plain(format!("{} found", count(objects.found))).whole(),
        plain(format!("{} read", count(objects.read))).whole(),
        plain(format!("{} skipped", count(objects.skipped))).whole(),
        Span::new(format!("{} failed", count(objects.failed)), failed).whole(),
    ];
    if summary.bytes.stored > 0 {
        let (stored, expanded) = (bytes(summary.bytes.stored), bytes(summary.bytes.expanded));
        parts.push(faint(format!("{stored}, {expanded} expanded")).whole());
    }
    page.labelled("objects", dotted(parts));
    reasons(page, "skipped", &summary.skipped);
    for failed in summary.failed.iter().take(NAMED_TOLD_MAX) {
        let (object, reason) = (safe::name(&failed.object), safe::sentence(&failed.reason));
        page.unlabelled(vec![Span::new("failed ", Ink::Notice), plain(format!("{object}: {reason}"))]);
    }
    tell_left_out(
        page,
        GUTTER,
        at_least(objects.failed, summary.failed.len()),
        NAMED_TOLD_MAX,
        "failed object",
    );
}

fn records(page: &mut Page<'_>, summary: &Summary) {
    let records = summary.records;
    let rejected = if records.rejected > 0 { Ink::Notice } else { Ink::Plain };
    let parts = vec![
        plain(format!("{} read", count(records.read))).whole(),
        plain(format!("{} events", count(records.events))).whole(),
        plain(format!("{} skimmed only", count(records.skimmed_only))).whole(),
        plain(format!("{} duplicate", count(records.duplicate))).whole(),
        Span::new(format!("{} rejected", count(records.rejected)), rejected).whole(),
    ];
    page.labelled("records", dotted(parts));
    for rejected in summary.rejected.iter().take(NAMED_TOLD_MAX) {
        let (object, reason) = (safe::name(&rejected.object), safe::sentence(&rejected.reason));
        let what = format!("record {} of {object}: {reason}", count(rejected.record));
        page.unlabelled(vec![Span::new("rejected ", Ink::Notice), plain(what)]);
    }
    let all = at_least(records.rejected, summary.rejected.len());
    tell_left_out(page, GUTTER, all, NAMED_TOLD_MAX, "rejected record");
}

/// Writes what became of the rows of side logs.
fn side_logs(page: &mut Page<'_>, summary: &Summary) {
    for (place, (source, rows)) in summary.side_logs.iter().enumerate() {
        let mut parts = vec![strong(safe::name(source)), plain(counted(rows.read, "row")).whole()];
        for (number, what) in [(rows.kept, "of interest"), (rows.passed, "passed")] {
            parts.push(plain(format!("{} {what}", count(number))).whole());
        }
        if rows.rejected > 0 {
            parts.push(Span::new(format!("{} rejected", count(rows.rejected)), Ink::Notice).whole());
        }
        page.labelled(if place == 0 { "other logs" } else { "" }, dotted(parts));
    }
}

/// Returns the larger of a total and the number of things that are named for it.
fn at_least(total: u64, named: usize) -> usize {
    usize::try_from(total).unwrap_or(usize::MAX).max(named)
}

fn reasons(page: &mut Page<'_>, label: &str, reasons: &BTreeMap<String, u64>) {
    if reasons.is_empty() {
        return;
    }
    let told = reasons.iter().take(REASONS_TOLD_MAX);
    let told = told.map(|(reason, number)| plain(format!("{} {}", count(*number), safe::name(reason))));
    let spans = [vec![faint(format!("{label}: "))], listed(told.collect())].concat();
    page.unlabelled(spans);
    tell_left_out(page, GUTTER, reasons.len(), REASONS_TOLD_MAX, "reason");
}

fn limits(page: &mut Page<'_>, summary: &Summary) {
    let limits = &summary.limits_reached;
    for (place, (limit, times)) in limits.iter().take(REASONS_TOLD_MAX).enumerate() {
        let what = format!(
            "{} was reached {}; what lay beyond was not kept",
            safe::name(limit),
            counted(*times, "time")
        );
        page.labelled(if place == 0 { "limits" } else { "" }, vec![Span::new(what, Ink::Notice)]);
    }
    tell_left_out(page, GUTTER, limits.len(), REASONS_TOLD_MAX, "limit");
}

fn tables(page: &mut Page<'_>, summary: &Summary) {
    if summary.tables.is_empty() {
        return;
    }
    let told = summary.tables.iter().map(|table| {
        let old = table.days_old.filter(|days| *days >= TABLE_DAYS_OLD);
        let age = old.map_or(String::new(), |days| format!(", {days} days old"));
        let ink = if old.is_some() { Ink::Notice } else { Ink::Faint };
        Span::new(format!("{} of {}{age}", safe::name(&table.name), safe::name(&table.date)), ink).whole()
    });
    page.labelled("tables", dotted(told.collect()));
}

/// Writes which files of reference there were, and what was not known for want of one.
fn references(page: &mut Page<'_>, summary: &Summary) {
    for (place, file) in summary.references.iter().enumerate() {
        let mut parts = vec![strong(safe::name(&file.option)), plain(safe::name(&file.file))];
        parts.push(plain(file.counted()).whole());
        parts.extend(file.made.map(|made| faint(format!("of {}", &made.to_string()[..10])).whole()));
        parts.extend(file.remark.as_ref().map(|remark| Span::new(safe::sentence(remark), Ink::Notice)));
        page.labelled(if place == 0 { "references" } else { "" }, dotted(parts));
    }
    if !summary.without.is_empty() {
        let mut parts: Vec<Span> =
            summary.without.iter().map(|sentence| faint(safe::sentence(sentence))).collect();
        parts.push(faint("minetrail doctor says more").whole());
        page.labelled("without", dotted(parts));
    }
}

fn elapsed(page: &mut Page<'_>, summary: &Summary) {
    let Some(seconds) = summary.elapsed_seconds else { return };
    let mut parts = vec![plain(format!("{seconds:.1} seconds")).whole()];
    if seconds > 0.0 && summary.records.read > 0 {
        // Saturates for absurdly small times, which is as good as any other absurd speed.
        let speed = (summary.records.read as f64 / seconds) as u64;
        parts.push(faint(format!("{} records a second", count(speed))).whole());
    }
    page.labelled("took", dotted(parts));
}
