//! What to do first, and in which order.

use detect::finding::Finding;

use crate::{KEY, TOKEN, one};

fn whats(finding: &Finding) -> Vec<&str> {
    finding.actions.iter().map(|action| action.what.as_str()).collect()
}

fn commands(finding: &Finding) -> String {
    let commands: Vec<&str> =
        finding.actions.iter().flat_map(|action| &action.commands).map(String::as_str).collect();
    commands.join("\n")
}

/// The place of the first action that speaks of something.
#[track_caller]
fn place(finding: &Finding, of: &str) -> usize {
    let found = finding.actions.iter().position(|action| action.what.contains(of));
    found.unwrap_or_else(|| panic!("nothing speaks of {of}: {:?}", whats(finding)))
}

#[test]
fn credentials_come_before_respawners_and_those_before_machines() {
    let finding = one("
        history 14 days: deploy launches m5.large at 198.51.100.7 with Terraform
        10:00 deploy CreateLaunchTemplate big g5.48xlarge at 203.0.113.9
        10:01 deploy CreateAutoScalingGroup miners on big x8 max 8 at 203.0.113.9
        10:02 autoscaling.amazonaws.com launches g5.48xlarge x8 group miners => i-mine
    ");
    let order = [
        "cut the sessions",
        "respawner",
        "keep evidence",
        "terminate the 8 machines",
        "how the credential got out",
    ];
    let places: Vec<usize> = order.iter().map(|of| place(&finding, of)).collect();
    assert!(places.is_sorted(), "{:?}", whats(&finding));
    assert!(commands(&finding).contains("--auto-scaling-group-name miners --min-size 0 --max-size 0"));
}

#[test]
fn the_stolen_key_is_the_one_to_deactivate() {
    let finding = one(KEY);
    let key = &finding.principals[0].access_keys[0];
    let commands = commands(&finding);
    assert!(
        commands.contains(&format!("--user-name deploy --access-key-id {key} --status Inactive")),
        "{commands}"
    );
}

#[test]
fn every_role_on_the_way_is_cut() {
    let finding = one("
        history 14 days: deploy at 198.51.100.7
        09:50 deploy AssumeRole admin/one at 203.0.113.9
        09:51 admin/one AssumeRole builder/two at 203.0.113.9
        10:00 builder/two launches p4d.24xlarge x8 at 203.0.113.9
    ");
    let commands = commands(&finding);
    for role in ["--role-name admin", "--role-name builder", "--user-name deploy"] {
        assert!(commands.contains(role), "{role} is not cut by\n{commands}");
    }
}

#[test]
fn protection_is_lifted_before_termination() {
    let finding =
        one(&format!("{TOKEN} 10:01 web/i-0abc12345678 ModifyInstanceAttribute i-mine-1 at 203.0.113.9 v2"));
    assert!(place(&finding, "lift termination protection") < place(&finding, "terminate the 8 machines"));
}

#[test]
fn where_nothing_runs_nothing_is_terminated() {
    let finding = one("
        history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
        10:00 web/i-0abc12345678 launches p4d.24xlarge x8 at 203.0.113.9 v2 !Client.VcpuLimitExceeded
    ");
    assert!(!commands(&finding).contains("terminate-instances"), "{}", commands(&finding));
}

/// The owner's machine is the victim: it is not among those to terminate.
#[test]
fn only_what_the_case_started_is_terminated() {
    let finding = one(TOKEN);
    let commands = commands(&finding);
    assert!(commands.contains("i-mine-8"), "{commands}");
    assert!(
        !commands.lines().any(|line| line.contains("terminate-instances") && line.contains("i-0abc12345678"))
    );
}

#[test]
fn spare_doors_are_closed() {
    let finding = one(&format!(
        "{TOKEN} 10:01 web/i-0abc12345678 CreateUser spare at 203.0.113.9 v2
         10:02 web/i-0abc12345678 CreateAccessKey spare at 203.0.113.9 v2"
    ));
    assert!(
        whats(&finding).iter().any(|what| what.contains("left behind") && what.contains("spare")),
        "{:?}",
        whats(&finding)
    );
}
