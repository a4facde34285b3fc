//! What lists of networks change of a case, and what they do not.

use detect::finding::NetworkKind;

use crate::{KEY, TOKEN, is_quiet, judged, one, speaks};

#[test]
fn an_origin_tells_whose_network_it_is() {
    let finding = one(&format!("known asn 203.0.113.0/24 24940 Hetzner Online GmbH\n{KEY}"));
    let origin = &finding.origins[0];
    assert_eq!((origin.kind, origin.network.as_str()), (NetworkKind::Hosting, "Hetzner Online GmbH"));
    assert_eq!(origin.autonomous_system.as_ref().map(|system| system.number), Some(24940));

    let aws = one(&TOKEN.replace("203.0.113.9", "3.225.200.9"));
    assert_eq!(
        (aws.origins[0].kind, aws.origins[0].aws_region.as_deref()),
        (NetworkKind::Aws, Some("us-east-1"))
    );
}

#[test]
fn a_list_that_knows_nothing_of_the_case_changes_no_byte() {
    let told = |known: &str| serde_json::to_string(&judged(&format!("{known}\n{KEY}"))).unwrap();
    let lists = [
        "known own 192.0.2.0/24 office Berlin",
        "known asn 192.0.2.0/24 3320 Deutsche Telekom AG",
        "known tor 192.0.2.77",
        "known hosting 192.0.2.0/24",
    ];
    for list in lists {
        assert_eq!(told(list), told(""), "{list}");
    }
}

#[test]
fn an_engineer_who_tries_a_machines_token_in_the_office_is_no_thief() {
    let story = "
        history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
        10:00 web/i-0abc12345678 s3:ListBuckets at 203.0.113.9 v2
        10:20 web/i-0abc12345678 s3:GetObject at 3.225.16.109 v2
        10:30 web/i-0abc12345678 s3:GetObject at 203.0.113.9 v2
    ";
    assert!(speaks(&one(story), "used-off-instance"), "without the owner's word it is one");
    is_quiet(&format!("known own 203.0.113.0/24 office Berlin\n{story}"));
    is_quiet(&format!("known own 203.0.113.9 nat Berlin egress\n{story}"));
}

#[test]
fn a_stolen_token_that_starts_a_fleet_is_found_in_the_owners_own_network_too() {
    let finding = judged(&format!("known own 203.0.113.0/24 vpn Company VPN\n{TOKEN}")).remove(0);
    assert_eq!(finding.origins[0].kind, NetworkKind::Own);
    assert!(speaks(&finding, "used-off-instance") && speaks(&finding, "accelerator-launch"));
}

#[test]
fn certainty_never_falls_for_want_of_a_list() {
    for known in
        ["known tor 203.0.113.9", "known hosting 203.0.113.0/24", "known asn 203.0.113.0/24 64496 Example"]
    {
        for story in [KEY, TOKEN] {
            let (with, without) = (one(&format!("{known}\n{story}")), one(story));
            assert!(with.score.sum >= without.score.sum, "{known}");
        }
    }
}
