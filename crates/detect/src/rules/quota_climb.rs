//! `quota-climb`: the lineage asked for a higher compute quota.
//!
//! Quotas are the only thing between a stolen credential and a six-figure bill, so thieves ask
//! for more, in several regions, on the day they come.
//!
//! Blind spots: growing companies ask too: once, for one region, days before they need it.

use std::collections::BTreeSet;

use event::Detail;

use super::{Signal, plural};
use crate::score::Decibans;
use crate::window::Window;

/// Less than two dollars an hour is what one person tries out on a Sunday.
const HOBBY_MICRO_USD: u64 = 2_000_000;

/// Returns a signal when a raise of a compute quota was asked for in the window.
pub(crate) fn quota_climb(window: &Window<'_, '_>) -> Option<Signal> {
    let raises: Vec<_> = window
        .acts
        .iter()
        .copied()
        .filter(|event| matches!(&event.detail, Detail::Quota(ask) if ask.raise && ask.compute))
        .collect();
    let regions: BTreeSet<&str> = raises.iter().map(|event| event.region.as_str()).collect();
    let hobby = !window.rows.is_empty() && window.tally.wanted.micro_usd_per_hour < HOBBY_MICRO_USD;
    let weight = match regions.len() {
        0 => return None,
        // Refused by quota, asked for more, got one machine: one story, and an ordinary one.
        1 if hobby => 1,
        1 => 5,
        2 => 7,
        _ => 10,
    };
    let sentence = format!(
        "asked for {} in {}",
        plural(raises.len(), "higher compute quota", "higher compute quotas"),
        plural(regions.len(), "region", "regions"),
    );
    Signal::proved_by(Decibans::new(weight), sentence, &raises)
}

#[cfg(test)]
mod tests {
    use super::super::story::{check, weight};
    use super::quota_climb;

    #[test]
    fn speaks_of_a_wish_for_more_even_before_any_launch() {
        check(
            quota_climb,
            "
            10:00 mallory RequestServiceQuotaIncrease ec2 L-1216C47A 4000
            => + since 10:00: asked for 1 higher compute quota in 1 region
        ",
        );
    }

    #[test]
    fn a_refused_wish_is_one() {
        check(
            quota_climb,
            "
            10:00 mallory RequestServiceQuotaIncrease ec2 L-1216C47A 4000 !AccessDeniedException
            10:01 mallory launches p4d.24xlarge
            => + since 10:00
        ",
        );
    }

    #[test]
    fn is_silent_about_a_look() {
        check(
            quota_climb,
            r#"
            09:59 mallory servicequotas:GetServiceQuota {"serviceCode":"ec2","quotaCode":"L-1216C47A"}
            10:00 mallory launches p4d.24xlarge
            => silent
        "#,
        );
    }

    #[test]
    fn is_silent_about_buckets() {
        check(
            quota_climb,
            "
            09:59 ops RequestServiceQuotaIncrease s3 L-DC2B2D3D 300
            10:00 ops launches m5.large
            => silent
        ",
        );
    }

    #[test]
    fn three_regions_weigh_more_than_one() {
        let more = "
            09:57 mallory us-east-1 RequestServiceQuotaIncrease ec2 L-1216C47A 4000
            09:58 mallory eu-west-1 RequestServiceQuotaIncrease ec2 L-1216C47A 4000
            09:59 mallory us-west-2 RequestServiceQuotaIncrease ec2 L-1216C47A 4000
        ";
        let less = "
            09:57 ops us-east-1 RequestServiceQuotaIncrease ec2 L-1216C47A 4000
        ";
        assert!(weight(quota_climb, more) > weight(quota_climb, less));
    }
}
