//! `region-spread`: one lineage asks for compute in many regions at once.
//!
//! A miner with stolen keys races whoever will revoke them, so it asks in every region the
//! account has enabled. A business grows where its users are: in one or two regions, over weeks.
//!
//! Blind spots: a miner that stays in one region (see `quota-climb`, `big-launch`).

use std::collections::{BTreeMap, BTreeSet};

use catalog::Power;
use event::{Event, FailureKind};

use super::Signal;
use crate::history::USUAL_DAYS;
use crate::ledger::Row;
use crate::score::Decibans;
use crate::window::Window;

/// How close together launches must be to count as one move.
///
/// Shorter, and a console user who clicks through regions is missed; longer, and a week of
/// ordinary rollouts looks like a race.
const TOGETHER: i64 = 30 * 60;

/// Two regions are how people fail over.
const REGIONS_MIN: usize = 3;

/// So many regions, each asked for so much, are a race for machines.
///
/// Fewer or less, and a load test in the company's three regions is one; more, and a thief is done before.
const RACE_MIN: usize = 4;
const WIDE_RACE_MIN: usize = 6;
const LARGE_MILLIVCPUS: u64 = 64_000;

/// Returns a signal when launches by hand reached three or more regions within half an hour.
///
/// The evidence is the first launch in each region, so a reader can check the count.
pub(crate) fn region_spread(window: &Window<'_, '_>) -> Option<Signal> {
    let rows: Vec<&Row<'_>> = window.by_hand().collect();
    let first_launches = widest(&rows);
    // After "no capacity" people ask next door, one region after the other: one wish that moves. Half of those count.
    let hunted = first_launches.keys().filter(|region| only_for_capacity(&rows, region)).count();
    // A pair of regions is how people fail over; past six, nobody is serving users.
    let weight = match first_launches.len() - hunted / 2 {
        0..=2 => return None,
        3 => 4,
        4..=6 => 8,
        7..=9 => 12,
        _ => 14,
    };
    let events: Vec<&Event> = first_launches.values().copied().collect();
    let span =
        events.iter().map(|event| event.time).max()?.since(events.iter().map(|event| event.time).min()?);
    let sentence = format!("asked for compute in {} regions within {}", events.len(), duration(span));
    // Whoever does this every week rolls out worldwide for a living.
    let habit = window.history.past.days_as_wide(first_launches.len()) >= USUAL_DAYS as usize;
    let weight = if habit { weight / 4 } else { weight + race(&rows, &first_launches, window) };
    let mut times: Vec<_> = events.iter().map(|event| event.time).collect();
    times.sort_unstable();
    Some(Signal::proved_by(Decibans::new(weight), sentence, &events)?.since(*times.get(REGIONS_MIN - 1)?))
}

/// What it adds that every region was asked for machines worth mining on, by a hand that nobody vouches for.
///
/// A business that goes worldwide begins with small servers; whoever begins with a hundred vCPUs in each of many
/// regions wants vCPUs. A hand in the place where its principal works every day may be testing load.
fn race(rows: &[&Row<'_>], first_launches: &BTreeMap<&str, &Event>, window: &Window<'_, '_>) -> i32 {
    let vouched = window.hands.iter().all(|hand| {
        let profile = window.profile(&hand.actor.principal);
        profile.is_some_and(|profile| window.history.is_home(profile, &hand.network))
    });
    let is_large = |region: &&&str| {
        let power: Power =
            rows.iter().filter(|row| row.event.region == ***region).map(|row| row.requested()).sum();
        power.accelerators > 0 || power.millivcpus >= LARGE_MILLIVCPUS
    };
    let large = first_launches.keys().filter(is_large).count();
    if large < RACE_MIN || vouched {
        return 0;
    }
    if is_declared(window) {
        return 3;
    }
    // The same wish everywhere is a loop in a script: demand differs from region to region.
    let wishes: BTreeSet<Vec<(&str, u64)>> = rows
        .iter()
        .map(|row| row.lines.iter().map(|line| (line.unit.as_str(), line.requested)).collect())
        .collect();
    let same = if wishes.len() == 1 { 2 } else { 0 };
    8 + same + if large >= WIDE_RACE_MIN { 3 } else { 0 }
}

/// Whether every hand says that it is a tool which builds what is written down. Anybody may say so.
fn is_declared(window: &Window<'_, '_>) -> bool {
    let tools = ["terraform", "pulumi", "ansible", "packer"];
    window.hands.iter().all(|hand| tools.iter().any(|tool| hand.agent.starts_with(tool)))
}

/// The first launch of each region in the stretch of [`TOGETHER`] that reaches the most regions; the earliest such stretch.
fn widest<'f>(rows: &[&Row<'f>]) -> BTreeMap<&'f str, &'f Event> {
    let mut best = BTreeMap::new();
    for (index, first) in rows.iter().enumerate() {
        let mut regions: BTreeMap<&str, &Event> = BTreeMap::new();
        for row in rows[index..].iter().take_while(|row| row.event.time.since(first.event.time) <= TOGETHER) {
            regions.entry(&row.event.region).or_insert(row.event);
        }
        if regions.len() > best.len() {
            best = regions;
        }
    }
    best
}

/// Whether every launch in a region was refused for want of capacity.
fn only_for_capacity(rows: &[&Row<'_>], region: &str) -> bool {
    rows.iter()
        .filter(|row| row.event.region == region)
        .all(|row| row.failure() == Some(FailureKind::Capacity))
}

/// Says a stretch of seconds in the unit that fits.
pub(super) fn duration(seconds: i64) -> String {
    match seconds {
        0..=119 => format!("{seconds} seconds"),
        120..=7_199 => format!("{} minutes", seconds / 60),
        _ => format!("{} hours", seconds / 3_600),
    }
}

#[cfg(test)]
mod tests {
    use super::super::story::{check, weight};
    use super::region_spread;

    #[test]
    fn speaks_at_the_third_region() {
        check(
            region_spread,
            "
            10:00 mallory us-east-1  RunInstances p4d.24xlarge
            10:04 mallory eu-west-1  RunInstances p4d.24xlarge
            10:09 mallory ap-south-1 RunInstances g5.48xlarge
            => + since 10:09: asked for compute in 3 regions within 9 minutes
        ",
        );
    }

    const RACE: &str = "
            10:00:00 mallory us-east-1  RunInstances c5.24xlarge x3
            10:00:08 mallory us-west-2  RunInstances c5.24xlarge x3
            10:00:16 mallory eu-west-1  RunInstances c5.24xlarge x3
            10:00:24 mallory ap-south-1 RunInstances c5.24xlarge x3
        ";

    #[test]
    fn a_fleet_in_each_of_many_regions_is_a_race() {
        let small = RACE.replace("c5.24xlarge x3", "t3.micro x3");
        assert!(weight(region_spread, RACE).whole() >= weight(region_spread, &small).whole() + 8);
        let differing = RACE.replacen("x3", "x2", 1);
        assert!(weight(region_spread, RACE) > weight(region_spread, &differing));
    }

    #[test]
    fn who_races_from_where_they_always_work_may_be_testing_load() {
        let at_home = format!("history 9 days: mallory ec2:CreateTags\n{RACE}");
        let elsewhere = format!("history 9 days: mallory ec2:CreateTags at 192.0.2.9\n{RACE}");
        assert!(weight(region_spread, &at_home) < weight(region_spread, &elsewhere));
    }

    #[test]
    fn is_silent_about_a_slow_rollout() {
        check(
            region_spread,
            "
            10:00 deploy us-east-1  RunInstances g5.xlarge
            10:25 deploy eu-west-1  RunInstances g5.xlarge
            10:50 deploy ap-south-1 RunInstances g5.xlarge
            => silent
        ",
        );
    }

    #[test]
    fn is_silent_about_a_pair_of_regions() {
        check(
            region_spread,
            "
            10:00 deploy us-east-1 RunInstances g5.xlarge x20
            10:01 deploy eu-west-1 RunInstances g5.xlarge x20
            => silent
        ",
        );
    }

    #[test]
    fn a_refused_region_was_asked_too() {
        check(
            region_spread,
            "
            10:00 mallory us-east-1  RunInstances p4d.24xlarge !Client.VcpuLimitExceeded
            10:01 mallory eu-west-1  RunInstances p4d.24xlarge !Client.VcpuLimitExceeded
            10:02 mallory ap-south-1 RunInstances p4d.24xlarge !Client.VcpuLimitExceeded
            => +
        ",
        );
    }

    #[test]
    fn groups_that_grow_by_themselves_spread_nothing() {
        check(
            region_spread,
            "
            10:00 autoscaling.amazonaws.com us-east-1  RunInstances m5.large group workers
            10:01 autoscaling.amazonaws.com eu-west-1  RunInstances m5.large group workers
            10:02 autoscaling.amazonaws.com ap-south-1 RunInstances m5.large group workers
            => silent
        ",
        );
    }

    #[test]
    fn who_rolls_out_worldwide_for_a_living_says_less_by_it() {
        let more = "
            10:00 release us-east-1  RunInstances m5.large
            10:01 release eu-west-1  RunInstances m5.large
            10:02 release ap-south-1 RunInstances m5.large
        ";
        let less = "
            history 5 days: release us-east-1  launches m5.large
            history 5 days: release eu-west-1  launches m5.large
            history 5 days: release ap-south-1 launches m5.large
            10:00 release us-east-1  RunInstances m5.large
            10:01 release eu-west-1  RunInstances m5.large
            10:02 release ap-south-1 RunInstances m5.large
        ";
        assert!(weight(region_spread, more) > weight(region_spread, less));
    }
}
