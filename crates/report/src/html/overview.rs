//! The top of the page: what was read, and one line for each finding where there are several.

use askama::Template;
use askama::filters::HtmlSafe;
use detect::Finding;

use super::headline::{Badge, readable};
use super::shown::Shown;
use super::{anchor, left_out};
use crate::numbers::{count, counted, dollars};
use crate::summary::Summary;

/// How many findings have a line.
///
/// Fewer, and forty in full are all there is; more, and the list is no overview.
const LINES_TOLD_MAX: usize = 500;
/// How many suppressed findings have a line.
const SUPPRESSED_TOLD_MAX: usize = 100;

/// The first lines of the page.
#[derive(Template)]
#[template(path = "report/opening.html")]
pub(super) struct Opening {
    verdict: String,
    read: String,
    /// What makes the run doubtful.
    warnings: Vec<String>,
}

// A template escapes what it is given.
impl HtmlSafe for Opening {}

/// One line for each finding.
#[derive(Template)]
#[template(path = "report/overview.html")]
pub(super) struct Overview {
    lines: Vec<Line>,
    left_out: Option<String>,
}

// A template escapes what it is given.
impl HtmlSafe for Overview {}

struct Line {
    badge: Badge,
    title: Shown,
    /// Where it is told in full: empty where it is not.
    anchor: String,
    certainty: u8,
    per_hour: String,
    running: String,
    since: String,
}

/// Findings that are approved or suppressed by the configuration.
#[derive(Template)]
#[template(path = "report/suppressed.html")]
pub(super) struct Suppressed {
    lines: Vec<Quiet>,
    left_out: Option<String>,
}

// A template escapes what it is given.
impl HtmlSafe for Suppressed {}

struct Quiet {
    title: Shown,
    scores: String,
    by: Shown,
    reason: Shown,
}

impl Opening {
    /// What `raised` and `summary` come to.
    pub(super) fn of(raised: &[&Finding], summary: &Summary) -> Self {
        Self { verdict: verdict(raised, summary), read: read(summary), warnings: warnings(summary) }
    }
}

fn verdict(raised: &[&Finding], summary: &Summary) -> String {
    if summary.records.read == 0 && raised.is_empty() {
        return "Nothing was found, because no record was read: this says nothing about your accounts."
            .to_owned();
    }
    let per_hour: f64 = raised.iter().map(|finding| finding.cost.per_hour).sum();
    match raised.len() {
        0 => format!(
            "No finding of certainty {} or more. What these logs do not hold was not seen.",
            summary.findings.min_certainty
        ),
        number if per_hour > 0.0 => {
            format!("{}, costing {} an hour", counted(number as u64, "finding"), dollars(per_hour))
        }
        number => counted(number as u64, "finding"),
    }
}

fn read(summary: &Summary) -> String {
    let coverage = &summary.coverage;
    let records = counted(summary.records.read, "record");
    let accounts = counted(coverage.accounts.len() as u64, "account");
    let regions = counted(coverage.regions.len() as u64, "region");
    let span = match (coverage.first, coverage.last) {
        (Some(first), Some(last)) => format!(", {} to {}", readable(first), readable(last)),
        _ => String::new(),
    };
    format!("{records} of {accounts} in {regions}{span}")
}

fn warnings(summary: &Summary) -> Vec<String> {
    let partial = summary.partial.then(|| {
        "Partial: interrupted before everything was read. What follows is what was known by then.".to_owned()
    });
    let contradictions = summary.contradictions().into_iter();
    let contradictions = contradictions
        .map(|what| format!("Our fault: {what}. Do not rely on this run, and please report it."));
    partial.into_iter().chain(contradictions).collect()
}

impl Overview {
    /// The findings, of which the first `in_full` are told in full; `None` for one or none.
    pub(super) fn of(raised: &[&Finding], in_full: usize) -> Option<Self> {
        if raised.len() < 2 {
            return None;
        }
        let told = raised.iter().take(LINES_TOLD_MAX).enumerate();
        let lines = told.map(|(place, finding)| {
            let anchor = if place < in_full { anchor(place) } else { String::new() };
            line(finding, anchor)
        });
        Some(Self { lines: lines.collect(), left_out: left_out(raised.len(), LINES_TOLD_MAX) })
    }
}

fn line(finding: &Finding, anchor: String) -> Line {
    let launches = &finding.launches;
    Line {
        badge: Badge::of(finding),
        title: Shown::name(&finding.title),
        anchor,
        certainty: finding.certainty,
        per_hour: dollars(finding.cost.per_hour),
        running: count(launches.started.saturating_sub(launches.ended)),
        since: readable(finding.first_seen),
    }
}

impl Suppressed {
    /// The suppressed findings; `None` where there are none.
    pub(super) fn of(suppressed: &[&Finding]) -> Option<Self> {
        let lines: Vec<Quiet> =
            suppressed.iter().take(SUPPRESSED_TOLD_MAX).filter_map(|finding| quiet(finding)).collect();
        let left_out = left_out(suppressed.len(), SUPPRESSED_TOLD_MAX);
        (!lines.is_empty()).then_some(Self { lines, left_out })
    }
}

fn quiet(finding: &Finding) -> Option<Quiet> {
    let why = finding.suppressed.as_ref()?;
    Some(Quiet {
        title: Shown::name(&finding.title),
        scores: format!("urgency {}, certainty {}", finding.urgency, finding.certainty),
        by: Shown::name(&why.by),
        reason: Shown::sentence(&why.reason),
    })
}
