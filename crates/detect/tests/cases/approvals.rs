//! What the owner approved is marked, and stays to be seen.

use crate::{judged, one};

const TRAINING: &str = "
    history 14 days: train at 198.51.100.7 with Boto3/1.34
    10:00 train launches p4d.24xlarge x3 at 203.0.113.9
";

#[test]
fn an_approved_workload_is_marked_and_stays_visible() {
    let hot = one(TRAINING);
    assert_eq!(hot.suppressed, None);
    let findings = judged(&format!("approved 200: train p4d.*\n{TRAINING}"));
    let approved = findings.iter().find(|finding| finding.launches.started == 3).expect("it is still told");
    assert_eq!(approved.suppressed.as_ref().map(|by| by.by.as_str()), Some("train"));
    assert!(approved.certainty < hot.certainty);
    assert!(approved.signals.iter().any(|signal| signal.rule == "approved-workload"));
}

#[test]
fn a_thief_with_the_approved_key_is_not_covered_beyond_it() {
    let finding = one(&format!(
        "approved 200: train p4d.*
        {TRAINING}
        10:05 train eu-west-1 launches g5.48xlarge x20 at 203.0.113.9"
    ));
    assert_eq!(finding.suppressed, None);
}

#[test]
fn an_approval_of_one_does_not_cover_another() {
    let finding = one(&format!("approved 200: train p4d.*\n{}", crate::KEY));
    assert_eq!(finding.suppressed, None);
}
