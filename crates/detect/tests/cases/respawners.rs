//! What launches by itself: whose it is, and for how long.

use detect::finding::Outcome;

use crate::{is_quiet, judged, one, principals};

/// A group made with a stolen key, which Auto Scaling fills.
const GROUP: &str = "
    history 14 days: deploy launches m5.large at 198.51.100.7 with Terraform
    10:00 deploy CreateLaunchTemplate big g5.48xlarge at 203.0.113.9
    10:01 deploy CreateAutoScalingGroup miners on big x8 max 8 at 203.0.113.9
    10:02 autoscaling.amazonaws.com launches g5.48xlarge x4 group miners => i-first
    10:03 autoscaling.amazonaws.com launches g5.48xlarge x4 group miners => i-second
";

#[test]
fn what_a_service_launches_for_a_group_is_its_makers() {
    let finding = one(GROUP);
    assert_eq!(principals(&finding)[0], "deploy");
    assert_eq!(finding.launches.started, 8);
    assert_eq!(finding.launches.requested, 8, "the wish and its fulfilment are one");
    assert_eq!(finding.launches.types, [("g5.48xlarge".to_owned(), 8)].into());
    assert_eq!(finding.launches.respawners[0].name, "miners");
    assert!(finding.lineage.iter().any(|link| link.by == "CreateAutoScalingGroup"), "{:?}", finding.lineage);
}

#[test]
fn a_group_that_was_not_filled_yet_is_a_wish() {
    let finding = one("
        history 14 days: deploy launches m5.large at 198.51.100.7 with Terraform
        10:00 deploy CreateLaunchTemplate big g5.48xlarge at 203.0.113.9
        10:01 deploy CreateAutoScalingGroup miners on big x8 max 8 at 203.0.113.9
    ");
    assert_eq!((finding.launches.requested, finding.launches.started), (8, 0));
    assert_eq!(finding.outcome, Outcome::Mixed);
    assert!(finding.cost.ceiling_per_hour > 100.0, "{:?}", finding.cost);
}

#[test]
fn what_the_group_launches_days_later_still_belongs_to_the_case() {
    let finding = one(&format!(
        "{GROUP} +4d 10:00 autoscaling.amazonaws.com launches g5.48xlarge group miners => i-late"
    ));
    assert_eq!(finding.launches.started, 9);
    assert!(finding.launches.instances.contains(&"i-late".to_owned()));
}

#[test]
fn a_group_of_the_same_name_in_another_region_is_another() {
    let finding = one(&format!(
        "{GROUP} +4d 10:00 autoscaling.amazonaws.com eu-west-1 launches g5.48xlarge group miners => i-other"
    ));
    assert_eq!(finding.launches.started, 8);
}

#[test]
fn whoever_wrote_the_group_last_month_is_not_blamed_for_its_scaling() {
    let text = "
        -20d 10:00 ops CreateLaunchTemplate big g5.48xlarge
        -20d 10:01 ops CreateAutoScalingGroup training on big x2 max 40
        10:00 autoscaling.amazonaws.com launches g5.48xlarge x20 group training
    ";
    is_quiet(text);
    let service = judged(text).into_iter().find(|finding| finding.launches.started == 20).unwrap();
    assert!(!principals(&service).contains(&"ops".to_owned()), "{:?}", principals(&service));
}

#[test]
fn who_enlarges_a_group_owns_what_comes_of_it() {
    let finding = one("
        history 14 days: deploy launches m5.large at 198.51.100.7 with Terraform
        -20d 10:00 ops CreateLaunchTemplate big g5.48xlarge
        -20d 10:01 ops CreateAutoScalingGroup training on big x2 max 40
        10:00 deploy UpdateAutoScalingGroup training x30 max 40 at 203.0.113.9
        10:05 autoscaling.amazonaws.com launches g5.48xlarge x28 group training
    ");
    assert_eq!(principals(&finding)[0], "deploy");
    assert_eq!(finding.launches.started, 28);
    assert_eq!(
        finding.launches.requested, 28,
        "a group of two that is told to have thirty wants twenty-eight"
    );
}

#[test]
fn a_deleted_group_is_no_longer_a_threat() {
    let alive = one(GROUP);
    let ended = one(&format!(
        "{GROUP} 11:00 ops TerminateInstances i-first x4
         11:00 ops TerminateInstances i-second x4
         11:01 ops DeleteAutoScalingGroup miners"
    ));
    assert!(ended.launches.respawners[0].ended);
    assert_eq!(ended.outcome, Outcome::Ended);
    assert_eq!(ended.cost.ceiling_per_hour, 0.0);
    assert!(ended.threat < alive.threat);
}
