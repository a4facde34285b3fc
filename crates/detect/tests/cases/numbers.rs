//! What is counted, and what is counted once.

use crate::{KEY, TOKEN, judged, one};

#[test]
fn a_corrected_record_takes_the_place_of_the_first() {
    let finding = one("
        history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
        10:00 web/i-0abc12345678 launches p4d.24xlarge x2 at 203.0.113.9 v2 as first => i-a
        10:00 web/i-0abc12345678 launches p4d.24xlarge x8 at 203.0.113.9 v2 replacing first => i-b
    ");
    assert_eq!(finding.launches.started, 8);
    assert_eq!(finding.launches.calls, 1);
    assert!(!finding.launches.instances.contains(&"i-a-1".to_owned()));
}

#[test]
fn a_launch_template_tells_the_type() {
    let finding = one("
        history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
        -9d 10:00 ops CreateLaunchTemplate big p4d.24xlarge
        10:00 web/i-0abc12345678 launches x8 on big at 203.0.113.9 v2 omitted
    ");
    assert_eq!(finding.launches.types, [("p4d.24xlarge".to_owned(), 8)].into());
    assert_eq!(finding.launches.accelerators_started, 64);
}

#[test]
fn a_type_that_no_record_tells_counts_as_a_mid_sized_machine() {
    let finding = one("
        history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
        10:00 web/i-0abc12345678 launches x20 on template-from-before at 203.0.113.9 v2
    ");
    assert_eq!(finding.launches.types, [("unknown".to_owned(), 20)].into());
    assert_eq!(finding.launches.vcpus_started, 320.0);
    assert!(finding.cost.per_hour > 10.0);
    assert!(
        finding.caveats.iter().any(|caveat| caveat.contains("type of some machines")),
        "{:?}",
        finding.caveats
    );
}

#[test]
fn a_response_that_was_cut_counts_as_much_as_was_asked_for() {
    let finding = one("
        history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
        10:00 web/i-0abc12345678 launches p4d.24xlarge x8 at 203.0.113.9 v2 omitted
    ");
    assert_eq!((finding.launches.requested, finding.launches.started), (8, 8));
    assert!(finding.launches.instances.is_empty());
    assert!(finding.caveats.iter().any(|caveat| caveat.contains("cut or omitted")), "{:?}", finding.caveats);
}

#[test]
fn a_greedy_call_got_what_the_response_lists() {
    let finding = one("
        history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
        10:00 web/i-0abc12345678 launches p4d.24xlarge x1-20 got 3 at 203.0.113.9 v2 => i-a
    ");
    assert_eq!((finding.launches.requested, finding.launches.started), (20, 3));
}

#[test]
fn the_owners_machines_beside_the_thiefs_are_not_counted() {
    let finding =
        one(&format!("{KEY} 10:30 deploy launches m5.large at 198.51.100.7 with Terraform => i-todays"));
    assert_eq!(finding.launches.started, 8);
    assert_eq!(finding.launches.types, [("p4d.24xlarge".to_owned(), 8)].into());
    assert!(!finding.launches.instances.contains(&"i-todays".to_owned()), "{:?}", finding.launches.instances);
}

#[test]
fn a_record_that_came_twice_is_one() {
    let story = crate::Story::read(TOKEN);
    let twice: Vec<_> = story.records.iter().chain(&story.records).cloned().collect();
    assert_eq!(detect::judge(&crate::facts(&twice), &[]), detect::judge(&crate::facts(&story.records), &[]));
}

#[test]
fn places_add_up_to_the_whole() {
    let finding = one("
        history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
        10:00 web/i-0abc12345678 us-east-1 launches p4d.24xlarge x8 at 203.0.113.9 v2 => i-a
        10:01 web/i-0abc12345678 eu-west-1 launches g5.48xlarge x4 at 203.0.113.9 v2 !Client.VcpuLimitExceeded
        10:02 web/i-0abc12345678 us-west-2 launches g5.48xlarge x2 at 203.0.113.9 v2 => i-b
        10:03 web/i-0abc12345678 us-west-2 launches p5.48xlarge x9 at 203.0.113.9 v2 !Client.DryRunOperation
        10:30 web/i-0abc12345678 us-west-2 TerminateInstances i-b x2 at 203.0.113.9 v2
    ");
    let launches = &finding.launches;
    let sum = |of: fn(&detect::finding::Place) -> u64| launches.places.iter().map(of).sum::<u64>();
    assert_eq!((launches.requested, launches.started, launches.refused), (14, 10, 4));
    assert_eq!((launches.ended, launches.dry_run, launches.calls), (2, 9, 4));
    assert_eq!((sum(|place| place.requested), sum(|place| place.started)), (14, 10));
    assert_eq!((sum(|place| place.refused), sum(|place| place.ended)), (4, 2));
    assert_eq!(launches.regions, ["eu-west-1", "us-east-1", "us-west-2"]);
    assert_eq!(launches.refusals, [("dry-run".to_owned(), 1), ("quota".to_owned(), 1)].into());
}

#[test]
fn a_machine_that_is_started_again_is_the_machine_that_it_was() {
    let findings = judged(
        "
        -9d 10:00 ops launches p4d.24xlarge => i-a
        -8d 10:00 ops StopInstances i-a
        10:00 mallory StartInstances i-a
    ",
    );
    let restart =
        findings.iter().find(|finding| crate::principals(finding).contains(&"mallory".to_owned())).unwrap();
    assert_eq!(restart.launches.types, [("p4d.24xlarge".to_owned(), 1)].into());
}

#[test]
fn a_machine_that_was_given_another_size_is_what_it_became() {
    let finding = one("
        history 14 days: deploy launches m5.large at 198.51.100.7 with Terraform => i-own
        10:00 deploy StopInstances i-own at 203.0.113.9
        10:02 deploy ModifyInstanceAttribute {\"instanceId\":\"i-own\",\"instanceType\":{\"value\":\"p4d.24xlarge\"}} at 203.0.113.9
        10:04 deploy StartInstances i-own at 203.0.113.9
    ");
    assert_eq!(finding.launches.types, [("p4d.24xlarge".to_owned(), 1)].into());
    assert_eq!(finding.launches.accelerators_started, 8);
}
