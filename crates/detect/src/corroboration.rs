//! What side logs covered of a finding, source by source, and what they say: also where that is "nothing".
//!
//! "No pool traffic" is worth as much as the logs that were read: so each source says which machines it covered, from
//! when to when. A source that was not read says nothing at all, and takes nothing away.

use std::collections::BTreeSet;

use event::Time;
use event::side::Source;
use event::side::alert::AlertKind;
use event::time::DAY;
use serde::Serialize;

use crate::finding::{FirstAlert, SignalTold};
use crate::rules::pool_traffic::lasted;
use crate::witness::{Machine, Witnesses};

/// Later than every record.
const FOREVER: Time = Time::from_seconds(1 << 40);

/// How long after its hour a bill can tell of it at the earliest: AWS delivers them 8 to 48 hours late.
const BILL_DELAY: i64 = 8 * 3_600;

/// How long after the launch a notice may be about it.
const NOTICE_DAYS: i64 = 7 * DAY;

/// Sentences of budgets that are told of one finding.
const BUDGETS_TOLD_MAX: usize = 3;

/// What one side log covered of a finding, and what it says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Corroboration {
    /// `vpc-flow-logs`, `resolver-query-logs`, `guardduty` …
    pub source: &'static str,
    /// The machines of the finding that it covered, sorted.
    pub covers: Vec<String>,
    /// How many machines the finding has.
    pub of: u64,
    /// From when it covered them.
    pub from: Option<Time>,
    /// Until when.
    pub to: Option<Time>,
    /// Minutes of the best covered machine's life that it covers.
    pub minutes: u64,
    /// What it says, in a sentence.
    pub says: String,
}

/// What is looked at: the machines of a finding, its accounts, keys and first launch, and what it already says.
pub(crate) struct Question<'a, 'f> {
    pub(crate) witnesses: &'a Witnesses<'f>,
    pub(crate) machines: &'a [Machine<'a>],
    pub(crate) accounts: BTreeSet<&'a str>,
    pub(crate) first: Time,
    pub(crate) signals: &'a [SignalTold],
}

/// Tells what each source that was read covered of a finding.
pub(crate) fn corroboration(question: &Question<'_, '_>) -> Vec<Corroboration> {
    let Some(side) = question.witnesses.side() else { return Vec::new() };
    let mut told = Vec::new();
    let has_machines = !question.machines.is_empty();
    if !side.flows.is_empty() && has_machines {
        told.push(flows(question));
    }
    if !side.queries.covered.is_empty() && has_machines {
        told.push(queries(question));
    }
    told.extend(guardduty(question));
    told.extend(money(question));
    told
}

/// What the signal of a rule says, if it spoke.
fn found<'q>(question: &Question<'q, '_>, rule: &str) -> Option<&'q str> {
    question.signals.iter().find(|signal| signal.rule == rule).map(|signal| signal.sentence.as_str())
}

/// Which machines are covered, how long the best of them, and from when to when.
fn covered(
    question: &Question<'_, '_>,
    source: Source,
    of: impl Fn(&Machine<'_>) -> Option<(i64, Time, Time)>,
) -> Corroboration {
    let covered: Vec<(&str, (i64, Time, Time))> =
        question.machines.iter().filter_map(|machine| Some((machine.id, of(machine)?))).collect();
    let mut covers: Vec<String> = covered.iter().map(|(id, _)| (*id).to_owned()).collect();
    covers.sort();
    let best = covered.iter().map(|(_, (seconds, _, _))| *seconds).max().unwrap_or(0);
    Corroboration {
        source: source.name(),
        covers,
        of: question.machines.len() as u64,
        from: covered.iter().map(|(_, (_, from, _))| *from).min(),
        to: covered.iter().map(|(_, (_, _, to))| *to).max(),
        minutes: u64::try_from((best + 30) / 60).unwrap_or(0),
        says: String::new(),
    }
}

fn flows(question: &Question<'_, '_>) -> Corroboration {
    let mut told =
        covered(question, Source::VpcFlowLogs, |machine| question.witnesses.flows_cover(machine, FOREVER));
    told.says = said(&told, "flow logs", found(question, "pool-traffic"), "no pool traffic");
    if let Some(work) = found(question, "other-work") {
        told.says = format!("{}; {work}", told.says);
    }
    told
}

fn queries(question: &Question<'_, '_>) -> Corroboration {
    let mut told = covered(question, Source::ResolverQueryLogs, |machine| {
        question.witnesses.queries_cover(machine, FOREVER)
    });
    told.says = said(&told, "resolver logs", found(question, "pool-name"), "no name of a pool was asked for");
    told
}

/// The sentence for a source that covers machines: what was found, or for how long nothing was.
fn said(told: &Corroboration, logs: &str, found: Option<&str>, nothing: &str) -> String {
    let which = match (told.covers.len() as u64, told.of) {
        (covered, of) if covered == of && of == 1 => "of this machine".to_owned(),
        (covered, of) if covered == of => "of these machines".to_owned(),
        (covered, of) => format!("of {covered} of these {of} machines"),
    };
    match (told.covers.is_empty(), found) {
        (true, _) => format!("{logs} were read, and none of them are of these machines: that says nothing"),
        (false, Some(found)) => {
            format!("{} of {logs} {which}: {found}", lasted(i64::try_from(told.minutes).unwrap_or(0)))
        }
        (false, None) => {
            format!("{} of {logs} {which}: {nothing}", lasted(i64::try_from(told.minutes).unwrap_or(0)))
        }
    }
}

fn guardduty(question: &Question<'_, '_>) -> Option<Corroboration> {
    let side = question.witnesses.side()?;
    let about = |kind: AlertKind| side.alerts.real().filter(move |alert| alert.kind == kind);
    let samples =
        side.alerts.samples().filter(|alert| question.accounts.contains(alert.account.as_str())).count();
    if !side.alerts.was_read && samples == 0 {
        return None;
    }
    let covers: BTreeSet<String> = about(AlertKind::Mining)
        .filter_map(|alert| alert.instance.clone())
        .filter(|instance| question.machines.iter().any(|machine| machine.id == *instance))
        .collect();
    let found: Vec<&str> = ["guardduty-mining", "guardduty-credential"]
        .into_iter()
        .filter_map(|rule| found(question, rule))
        .collect();
    let mut says = if found.is_empty() {
        "no finding of GuardDuty is about these machines or credentials".to_owned()
    } else {
        found.join("; ")
    };
    if samples > 0 {
        says = format!(
            "{says}; {}",
            crate::rules::plural(
                samples,
                "sample finding was read, and counts for nothing",
                "sample findings were read, and count for nothing"
            )
        );
    }
    Some(Corroboration {
        source: Source::GuardDuty.name(),
        covers: covers.into_iter().collect(),
        of: question.machines.len() as u64,
        from: None,
        to: None,
        minutes: 0,
        says,
    })
}

fn money(question: &Question<'_, '_>) -> Vec<Corroboration> {
    let Some(side) = question.witnesses.side() else { return Vec::new() };
    let plain = |source: Source, from: Option<Time>, says: String| Corroboration {
        source: source.name(),
        covers: Vec::new(),
        of: question.machines.len() as u64,
        from,
        to: None,
        minutes: 0,
        says,
    };
    let mut told = Vec::new();
    if side.money.anomalies().next().is_some() {
        let says =
            found(question, "cost-anomaly").unwrap_or("no anomaly is about this account, region and time");
        told.push(plain(Source::CostAnomaly, None, says.to_owned()));
    }
    let budgets = side.money.budgets().filter(|budget| is_near(question, &budget.account, budget.told));
    told.extend(
        budgets
            .take(BUDGETS_TOLD_MAX)
            .map(|budget| plain(Source::Budgets, Some(budget.told), budget.sentence.clone())),
    );
    if side.money.bill_was_read && !question.machines.is_empty() {
        let mut bill = covered(question, Source::Bills, |machine| {
            let billed = question.witnesses.billed(machine)?;
            let (first, last) = (billed.hours.first_key_value()?, billed.hours.last_key_value()?);
            let seconds = billed.hours.iter().map(|(from, (_, _, until))| until.since(*from).max(0)).sum();
            Some((seconds, *first.0, last.1.2))
        });
        bill.says = if bill.covers.is_empty() {
            "bills were read, and none of these machines is on them".to_owned()
        } else {
            format!(
                "{} of {} are on the bills",
                bill.covers.len(),
                crate::rules::plural(question.machines.len(), "machine", "machines")
            )
        };
        told.push(bill);
    }
    told
}

fn is_near(question: &Question<'_, '_>, account: &str, told: Time) -> bool {
    let since = told.since(question.first);
    (0..=NOTICE_DAYS).contains(&since) && (account.is_empty() || question.accounts.contains(account))
}

/// What the bills say the machines cost: in cents, with the list price of the same hours where the bills tell, and the hours.
pub(crate) fn billed(question: &Question<'_, '_>) -> Option<(i128, Option<i128>, u64, Time)> {
    let (mut cost, mut list, mut hours, mut until) = (0_i128, Some(0_i128), 0_u64, None);
    for machine in question.machines {
        let Some(billed) = question.witnesses.billed(machine) else { continue };
        for (from, (paid, listed, end)) in billed.hours.range(machine.from.plus(-3_600)..) {
            if machine.until.is_some_and(|until| *from > until) {
                break;
            }
            cost += i128::from(*paid);
            list = list.zip(*listed).map(|(sum, listed)| sum + i128::from(listed));
            hours += 1;
            until = until.max(Some(*end));
        }
    }
    until.map(|until| (cost, list, hours, until))
}

/// The first moment at which something about cost could have told, and what had been spent by then.
pub(crate) fn first_alert(question: &Question<'_, '_>, spent: impl Fn(Time) -> f64) -> Option<FirstAlert> {
    let side = question.witnesses.side()?;
    let budgets = side.money.budgets().filter(|budget| is_near(question, &budget.account, budget.told));
    let anomalies = side.money.anomalies().filter_map(|anomaly| {
        let about = anomaly.causes.iter().any(|cause| question.accounts.contains(cause.account.as_str()));
        anomaly.told.filter(|told| about && is_near(question, "", *told))
    });
    let bills = question.machines.iter().filter_map(|machine| {
        let billed = question.witnesses.billed(machine)?;
        let first = billed.hours.range(machine.from.plus(-3_600)..).next()?;
        Some(first.1.2.plus(BILL_DELAY))
    });
    let all = budgets
        .map(|budget| (budget.told, Source::Budgets))
        .chain(anomalies.map(|told| (told, Source::CostAnomaly)))
        .chain(bills.map(|told| (told, Source::Bills)));
    let (time, source) = all.min()?;
    let delay = time.since(question.first).max(0);
    let spent_by_then = spent(time);
    let by = match source {
        Source::Budgets => "a budget's notice told",
        Source::CostAnomaly => "Cost Anomaly Detection told",
        _ => "a bill could tell at the earliest (they come 8 to 48 hours late)",
    };
    Some(FirstAlert {
        time,
        source: source.name(),
        is_estimate: source == Source::Bills,
        delay_minutes: u64::try_from(delay / 60).unwrap_or(0),
        spent_by_then,
        says: format!(
            "{by} {} after the first launch, when ${spent_by_then:.2} were spent at list price",
            lasted(delay / 60)
        ),
    })
}
