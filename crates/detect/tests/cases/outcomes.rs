//! What became of it.

use detect::finding::Outcome;

use crate::{TOKEN, one};

/// A stolen token that makes these calls.
fn calls(lines: &str) -> Outcome {
    let lines = lines.replace("thief", "web/i-0abc12345678").replace("away", "at 203.0.113.9 v2");
    one(&format!("history 14 days: web/i-0abc12345678 at 3.225.16.109 v2\n{lines}")).outcome
}

#[test]
fn a_machine_that_runs_is_running() {
    assert_eq!(one(TOKEN).outcome, Outcome::Running);
}

#[test]
fn one_machine_left_is_still_running() {
    let outcome = calls(
        "
        10:00 thief launches p4d.24xlarge x8 away => i-a
        11:00 ops TerminateInstances i-a-1 i-a-2 i-a-3 i-a-4 i-a-5 i-a-6 i-a-7
    ",
    );
    assert_eq!(outcome, Outcome::Running);
}

#[test]
fn when_all_are_gone_it_has_ended() {
    let outcome = calls(
        "
        10:00 thief launches p4d.24xlarge x8 away => i-a
        11:00 ops TerminateInstances i-a x8
    ",
    );
    assert_eq!(outcome, Outcome::Ended);
}

#[test]
fn a_machine_that_was_stopped_and_started_again_runs() {
    let outcome = calls(
        "
        10:00 thief launches p4d.24xlarge x8 away => i-a
        11:00 ops StopInstances i-a x8
        12:00 thief StartInstances i-a x8 away
    ",
    );
    assert_eq!(outcome, Outcome::Running);
}

#[test]
fn when_nothing_was_given_it_was_refused() {
    assert_eq!(
        calls("10:00 thief launches p4d.24xlarge x8 away !Client.VcpuLimitExceeded"),
        Outcome::Refused
    );
}

#[test]
fn a_rehearsal_is_a_dry_run() {
    assert_eq!(calls("10:00 thief launches p4d.24xlarge x8 away !Client.DryRunOperation"), Outcome::DryRun);
}

#[test]
fn a_group_without_machines_is_neither() {
    assert_eq!(calls("10:00 thief CreateAutoScalingGroup miners p4d.24xlarge x8 max 8 away"), Outcome::Mixed);
}

#[test]
fn a_wish_for_quota_launched_nothing() {
    let outcome = calls(
        "
        10:00 thief us-east-1 RequestServiceQuotaIncrease ec2 L-1216C47A 4000 away
        10:01 thief eu-west-1 RequestServiceQuotaIncrease ec2 L-1216C47A 4000 away
        10:02 thief us-west-2 RequestServiceQuotaIncrease ec2 L-1216C47A 4000 away
    ",
    );
    assert_eq!(outcome, Outcome::Mixed);
}
