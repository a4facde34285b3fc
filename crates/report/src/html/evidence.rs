//! Why we say so: the evidence for and against, as the sum that it is.
//!
//! Each bar begins where the one above it ends, so the eye follows the odds from where any
//! launch starts to the verdict. The axis carries certainties, because those are what the
//! sum means. What a group's ceiling took from a signal is drawn as an outline and said in
//! words, and the same arithmetic stands below as tables.

use std::collections::BTreeMap;

use askama::Template;
use askama::filters::HtmlSafe;
use detect::Finding;
use detect::finding::SignalTold;
use detect::score::{Decibans, certainty};

use super::chart::{Bar, Percent, Scale, Tick};
use super::headline::readable;
use super::records::{Records, References};
use super::shown::Shown;

/// The certainties that the axis names, with the sum at which each is reached, in decibans.
const CERTAINTIES: [(&str, f64); 5] =
    [("1 %", -19.96), ("10 %", -9.54), ("50 %", 0.0), ("90 %", 9.54), ("99 %", 19.96)];

/// How many signals are told. There are fewer rules than this; a finding from elsewhere may have more.
const SIGNALS_TOLD_MAX: usize = 80;

/// The waterfall and its tables.
#[derive(Template)]
#[template(path = "report/evidence.html")]
pub(super) struct Evidence {
    axis: Vec<Tick>,
    even: Percent,
    steps: Vec<Step>,
    groups: Vec<GroupTold>,
    sum: String,
    certainty: u8,
}

// A template escapes what it is given.
impl HtmlSafe for Evidence {}

/// One step of the waterfall.
struct Step {
    name: Shown,
    /// `start`, `against`, `for`, `none` or `sum`: how it is drawn.
    ink: &'static str,
    weight: String,
    bar: Bar,
    /// What the group's ceiling took.
    lost: Option<Bar>,
    /// Where the step before it ended, and where it ends itself.
    enters: Option<Percent>,
    leaves: Option<Percent>,
    running: String,
    certainty: u8,
    signal: Option<SignalShown>,
}

/// What a signal says, and what proves it.
struct SignalShown {
    group: Shown,
    sentence: Shown,
    since: String,
    since_machine: String,
    /// What it would weigh alone, where its group's ceiling took something.
    alone: Option<String>,
    records: References,
}

/// What a group of signals weighs together.
struct GroupTold {
    name: Shown,
    alone: String,
    counted: String,
    is_capped: bool,
}

impl Evidence {
    /// The evidence of `finding`.
    pub(super) fn of(finding: &Finding, records: &Records<'_>) -> Self {
        let scale = scale(finding);
        let in_reach = CERTAINTIES.iter().filter(|(_, sum)| within(finding, *sum));
        Self {
            axis: in_reach.map(|(label, sum)| Tick::new(scale.at(*sum), (*label).to_owned())).collect(),
            even: scale.at(0.0),
            steps: steps(finding, scale, records),
            groups: groups(&finding.signals),
            sum: weight(finding.score.sum),
            certainty: finding.certainty,
        }
    }
}

/// Every point that the sum passes, or would without ceilings; even odds among them.
fn points(finding: &Finding) -> Vec<f64> {
    let mut sum = finding.score.prior;
    let mut points = vec![Decibans::ZERO, sum, finding.score.sum];
    for signal in &finding.signals {
        points.push(sum + signal.full_decibans);
        sum += signal.decibans;
        points.push(sum);
    }
    points.into_iter().map(Decibans::as_f64).collect()
}

fn scale(finding: &Finding) -> Scale {
    let points = points(finding);
    Scale::new(
        points.iter().copied().fold(f64::INFINITY, f64::min),
        points.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    )
}

/// Whether a sum lies within what the waterfall shows.
fn within(finding: &Finding, sum: f64) -> bool {
    let points = points(finding);
    points.iter().any(|point| *point <= sum) && points.iter().any(|point| *point >= sum)
}

fn steps(finding: &Finding, scale: Scale, records: &Records<'_>) -> Vec<Step> {
    let mut sum = Decibans::ZERO;
    let mut steps = vec![step("where any launch starts", sum, finding.score.prior, scale)];
    steps[0].ink = "start";
    steps[0].enters = None;
    sum = finding.score.prior;
    for signal in finding.signals.iter().take(SIGNALS_TOLD_MAX) {
        let mut told = step(signal.rule, sum, sum + signal.decibans, scale);
        let capped = signal.full_decibans != signal.decibans;
        let (counted, full) = (sum + signal.decibans, sum + signal.full_decibans);
        told.lost = capped.then(|| scale.bar(counted.as_f64(), full.as_f64()));
        told.signal = Some(SignalShown {
            group: Shown::name(signal.group),
            sentence: Shown::sentence(&signal.sentence),
            since: readable(signal.since),
            since_machine: signal.since.to_string(),
            alone: capped.then(|| weight(signal.full_decibans)),
            records: records.refer_all(&signal.events),
        });
        steps.push(told);
        sum = counted;
    }
    if sum != finding.score.sum {
        steps.push(step("not itemised", sum, finding.score.sum, scale));
    }
    let mut verdict = step("sum", Decibans::ZERO, finding.score.sum, scale);
    (verdict.ink, verdict.enters, verdict.leaves) = ("sum", Some(scale.at(finding.score.sum.as_f64())), None);
    verdict.certainty = finding.certainty;
    steps.push(verdict);
    steps
}

fn step(name: &str, from: Decibans, to: Decibans, scale: Scale) -> Step {
    Step {
        name: Shown::name(name),
        ink: match to.cmp(&from) {
            std::cmp::Ordering::Greater => "against",
            std::cmp::Ordering::Less => "for",
            std::cmp::Ordering::Equal => "none",
        },
        weight: weight(to - from),
        bar: scale.bar(from.as_f64(), to.as_f64()),
        lost: None,
        enters: Some(scale.at(from.as_f64())),
        leaves: Some(scale.at(to.as_f64())),
        running: weight(to),
        certainty: certainty(to),
        signal: None,
    }
}

/// Returns the weight with its sign; nothing is neither for nor against.
fn weight(weight: Decibans) -> String {
    // A true minus sign is as wide as the plus.
    if weight == Decibans::ZERO { "0.0".to_owned() } else { weight.to_string().replace('-', "−") }
}

/// Adds up each group, in the order in which the groups first speak.
fn groups(signals: &[SignalTold]) -> Vec<GroupTold> {
    let mut sums: BTreeMap<&str, (usize, Decibans, Decibans)> = BTreeMap::new();
    for (place, signal) in signals.iter().enumerate() {
        let entry = sums.entry(signal.group).or_insert((place, Decibans::ZERO, Decibans::ZERO));
        entry.1 += signal.full_decibans;
        entry.2 += signal.decibans;
    }
    let mut groups: Vec<_> = sums.into_iter().collect();
    groups.sort_by_key(|(_, (place, ..))| *place);
    groups
        .into_iter()
        .map(|(name, (_, alone, counted))| GroupTold {
            name: Shown::name(name),
            alone: weight(alone),
            counted: weight(counted),
            is_capped: alone != counted,
        })
        .collect()
}
