//! `dormant-region`: compute was asked for where the account never changed anything.
//!
//! Quotas are per region and nobody watches the ones nobody uses. A business opens a region
//! rarely, and on purpose.
//!
//! Blind spots: trails that record one region only; then every other one looks dormant, and
//! there is no history of it to weigh.

use std::collections::BTreeMap;

use event::Event;

use super::region_spread::region_spread;
use super::{Signal, plural};
use crate::score::Decibans;
use crate::window::Window;

/// Returns a signal when launches went to regions in which no customer's call changed anything before.
pub(crate) fn dormant_region(window: &Window<'_, '_>) -> Option<Signal> {
    let mut first_launches: BTreeMap<(&str, &str), &Event> = BTreeMap::new();
    for row in window.by_hand() {
        let account = window.facts().account(&row.event.account)?;
        let stranger = window.history.strangers.regions.contains(&row.event.region);
        let used = window.history.days_seen(&account.changed_regions, &row.event.region) > 0 && !stranger;
        if account.changed_regions.is_saturated() || used {
            continue;
        }
        first_launches.entry((&row.event.account, &row.event.region)).or_insert(row.event);
    }
    let full = match first_launches.len() {
        0 => return None,
        1 => 4,
        // Whoever goes to many regions at once goes to some that nobody uses: half of it is told already.
        many if many >= 3 && region_spread(window).is_some() => 5,
        2..=3 => 6,
        _ => 7,
    };
    let names: Vec<&str> = first_launches.keys().map(|(_, region)| *region).take(4).collect();
    let more = if first_launches.len() > names.len() { ", …" } else { "" };
    let sentence = format!(
        "{} in which the account changed nothing {} ({}{more})",
        plural(first_launches.len(), "region", "regions"),
        window.history.told(),
        names.join(", "),
    );
    let events: Vec<&Event> = first_launches.values().copied().collect();
    Signal::proved_by(window.history.weigh(Decibans::new(full)), sentence, &events)
}

#[cfg(test)]
mod tests {
    use super::super::story::{check, weight};
    use super::dormant_region;

    #[test]
    fn speaks_of_a_region_that_nobody_ever_changed() {
        check(
            dormant_region,
            "
            history 18 days: deploy us-east-1
            10:00 deploy eu-west-3 launches m5.large
            => + since 10:00: 1 region in which the account changed nothing in 18 days of records before (eu-west-3)
        ",
        );
    }

    #[test]
    fn looking_at_a_region_does_not_wake_it() {
        check(
            dormant_region,
            "
            history 18 days: deploy us-east-1
            history 18 days: audit eu-west-3 ec2:DescribeVpcs
            10:00 deploy eu-west-3 launches m5.large
            => +
        ",
        );
    }

    #[test]
    fn is_silent_about_a_region_in_which_a_colleague_works() {
        check(
            dormant_region,
            "
            history 18 days: colleague eu-west-3
            10:00 deploy eu-west-3 launches m5.large
            => silent
        ",
        );
    }

    #[test]
    fn weighs_nothing_where_there_was_no_before() {
        check(
            dormant_region,
            "
            10:00 deploy eu-west-3 launches m5.large
            => 0: there are no records from before
        ",
        );
    }

    #[test]
    fn what_a_service_launches_wakes_no_suspicion() {
        check(
            dormant_region,
            "
            history 18 days: deploy us-east-1
            10:00 autoscaling.amazonaws.com eu-west-3 launches m5.large group workers
            => silent
        ",
        );
    }

    #[test]
    fn many_dormant_regions_weigh_more_than_one() {
        let more = "
            history 18 days: deploy us-east-1
            10:00 deploy eu-west-1 launches m5.large
            10:01 deploy eu-west-2 launches m5.large
            10:02 deploy eu-west-3 launches m5.large
            10:03 deploy eu-north-1 launches m5.large
        ";
        let less = "
            history 18 days: deploy us-east-1
            10:00 deploy eu-west-1 launches m5.large
        ";
        assert!(weight(dormant_region, more) > weight(dormant_region, less));
    }
}
