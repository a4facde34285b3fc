//! What it costs: an hour, so far, and tomorrow.

use crate::{TOKEN, one};

/// A p4d.24xlarge in us-east-1, from the price list.
fn price() -> f64 {
    catalog::instance_type("p4d.24xlarge").power.usd_per_hour()
}

#[track_caller]
fn is_about(amount: f64, expected: f64) {
    assert!((amount - expected).abs() < 0.02, "{amount} should be {expected}");
}

#[test]
fn machines_cost_by_the_hour_until_the_logs_end() {
    let finding = one(&format!("{TOKEN} 12:30 somebody ec2:CreateTags"));
    is_about(finding.cost.per_hour, 8.0 * price());
    is_about(finding.cost.so_far, 2.5 * 8.0 * price());
    is_about(finding.cost.next_24h, 24.0 * 8.0 * price());
    assert_eq!(finding.cost.as_of.unwrap().to_string(), "2026-03-20T12:30:00Z");
}

#[test]
fn a_machine_that_was_stopped_costs_no_more() {
    let finding = one(&format!(
        "{TOKEN} 11:00 ops StopInstances i-mine-1 i-mine-2
         12:00 ops TerminateInstances i-mine-3
         14:00 somebody ec2:CreateTags"
    ));
    is_about(finding.cost.per_hour, 5.0 * price());
    is_about(finding.cost.so_far, (2.0 * 1.0 + 2.0 + 5.0 * 4.0) * price());
}

#[test]
fn a_machine_costs_from_each_of_its_starts() {
    let finding = one(&format!(
        "{TOKEN} 11:00 ops StopInstances i-mine x8
         13:00 web/i-0abc12345678 StartInstances i-mine x8 at 203.0.113.9 v2
         14:00 ops StopInstances i-mine x8
         20:00 somebody ec2:CreateTags"
    ));
    is_about(finding.cost.per_hour, 0.0);
    is_about(finding.cost.so_far, (1.0 + 1.0) * 8.0 * price());
}

#[test]
fn what_was_refused_costs_nothing_and_says_what_it_would_have() {
    let finding = one("
        history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
        10:00 web/i-0abc12345678 launches p4d.24xlarge x8 at 203.0.113.9 v2 !Client.VcpuLimitExceeded
        12:00 somebody ec2:CreateTags
    ");
    is_about(finding.cost.per_hour, 0.0);
    is_about(finding.cost.so_far, 0.0);
    is_about(finding.cost.asked_per_hour, 8.0 * price());
}

#[test]
fn a_group_may_cost_as_much_as_its_ceiling() {
    let finding = one("
        history 14 days: deploy launches m5.large at 198.51.100.7 with Terraform
        10:00 deploy CreateLaunchTemplate big p4d.24xlarge at 203.0.113.9
        10:01 deploy CreateAutoScalingGroup miners on big x2 max 50 at 203.0.113.9
        10:02 autoscaling.amazonaws.com launches p4d.24xlarge x2 group miners
    ");
    is_about(finding.cost.per_hour, 2.0 * price());
    is_about(finding.cost.ceiling_per_hour, 50.0 * price());
}

#[test]
fn spot_is_said_to_be_cheaper() {
    let finding = one(&TOKEN.replace("x8", "x8 spot"));
    assert!(
        finding.cost.assumptions.iter().any(|told| told.contains("spot")),
        "{:?}",
        finding.cost.assumptions
    );
}
