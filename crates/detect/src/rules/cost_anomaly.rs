//! `cost-anomaly`: Cost Anomaly Detection noticed the money of the case.
//!
//! It comes a day late and knows nothing of intent: an owner's own large launch is as unusual. It says that the sum is
//! out of line with what this account pays, and which machine type it went to.
//!
//! Blind spots: only accounts and services that a monitor watches; notices of budgets are prose and weigh nothing.

use std::collections::BTreeSet;

use event::side::notice::{Anomaly, AnomalyCause};
use event::time::DAY;

use super::Signal;
use crate::score::Decibans;
use crate::window::Window;

/// Returns a signal when an anomaly names an account and region of the window's launches, on their days.
pub(crate) fn cost_anomaly(window: &Window<'_, '_>) -> Option<Signal> {
    let side = window.world.witnesses.side()?;
    let mut anomalies = side.money.anomalies().peekable();
    anomalies.peek()?;
    let places: BTreeSet<(&str, &str)> =
        window.asks().map(|row| (row.event.account.as_str(), row.event.region.as_str())).collect();
    let types: BTreeSet<&str> =
        window.asks().flat_map(|row| row.lines.iter().map(|line| line.unit.as_str())).collect();
    let near = |anomaly: &&Anomaly| {
        anomaly.from <= window.at.plus(DAY)
            && anomaly.until.plus(DAY) >= window.start
            && anomaly.impact_thousandths > 0
    };
    let about = anomalies.filter(near).filter_map(|anomaly| {
        let causes = anomaly.causes.iter().filter(|cause| is_at(cause, &places));
        causes.map(|cause| (weigh(cause, &types), anomaly, cause)).max_by_key(|(weight, _, _)| *weight)
    });
    let (weight, anomaly, cause) =
        about.max_by_key(|(weight, anomaly, _)| (*weight, std::cmp::Reverse(&anomaly.id)))?;
    let launch = window
        .asks()
        .find(|row| is_at(cause, &BTreeSet::from([(&*row.event.account, &*row.event.region)])))?;
    let sentence = format!(
        "Cost Anomaly Detection found {} USD more than expected from {} on ({}, account {})",
        anomaly.impact_thousandths / 1_000,
        anomaly.from,
        if cause.usage.is_empty() { &cause.service } else { &cause.usage },
        cause.account,
    );
    let since = anomaly.told.unwrap_or(anomaly.from.plus(DAY));
    Some(Signal::beside(weight, sentence, since, &[launch.event], [format!("cost-anomaly:{}", anomaly.id)]))
}

/// A cause without a region is of the whole account.
fn is_at(cause: &AnomalyCause, places: &BTreeSet<(&str, &str)>) -> bool {
    places.iter().any(|(account, region)| {
        *account == cause.account && (cause.region.is_empty() || *region == cause.region)
    })
}

/// Owners surprise their accountants too; a thief does it nearly always. The machine's own type makes it this launch.
fn weigh(cause: &AnomalyCause, types: &BTreeSet<&str>) -> Decibans {
    let named = cause.usage.rsplit(':').next().is_some_and(|unit| types.contains(unit));
    if named { Decibans::new(6) } else { Decibans::new(3) }
}

#[cfg(test)]
mod tests {
    use super::super::story::check;
    use super::cost_anomaly;

    const LAUNCH: &str = "10:00 mallory us-west-2 launches g5.12xlarge x8 => i-mine\n";

    #[test]
    fn speaks_of_money_for_the_type_that_was_launched() {
        check(
            cost_anomaly,
            &format!(
                "{LAUNCH} +1d 06:10 anomaly us-west-2 USW2-BoxUsage:g5.12xlarge 986\n => +6 since 06:10: 986 USD more"
            ),
        );
        check(cost_anomaly, &format!("{LAUNCH} +1d 06:10 anomaly us-west-2 USW2-DataTransfer 986\n => +3"));
    }

    #[test]
    fn is_silent_about_another_region_and_another_week() {
        check(
            cost_anomaly,
            &format!("{LAUNCH} +1d 06:10 anomaly eu-west-1 EUW1-BoxUsage:g5.12xlarge 986\n => silent"),
        );
        check(
            cost_anomaly,
            &format!("-8d 06:10 anomaly us-west-2 USW2-BoxUsage:g5.12xlarge 986\n{LAUNCH} => silent"),
        );
    }
}
