//! An instance's credential off its instance, and nothing launched.

use detect::finding::{Cause, Kind};

use crate::{TOKEN, is_quiet, one, raised};

#[test]
fn a_token_that_is_used_elsewhere_is_a_finding_before_it_launches() {
    let finding = one("
        history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
        10:00 web/i-0abc12345678 s3:ListBuckets at 203.0.113.9 v2
        10:20 web/i-0abc12345678 s3:GetObject at 3.225.16.109 v2
        10:30 web/i-0abc12345678 s3:GetObject at 203.0.113.9 v2
    ");
    assert_eq!(finding.kind, Kind::CredentialMisuse);
    assert_eq!(finding.principals[0].instance_id.as_deref(), Some("i-0abc12345678"));
    assert_eq!(finding.root_cause[0].cause, Cause::CompromisedInstanceToken);
    assert_eq!(finding.first_seen.to_string(), "2026-03-20T10:00:00Z");
    assert_eq!(finding.last_seen.to_string(), "2026-03-20T10:30:00Z");
    assert_eq!(finding.launches.requested, 0);
    assert_eq!(finding.origins[0].address, "203.0.113.9");
}

#[test]
fn a_machine_at_home_is_none() {
    is_quiet(
        "
        history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
        10:00 web/i-0abc12345678 s3:ListBuckets at 3.225.16.109 v2
    ",
    );
}

#[test]
fn a_company_that_routes_its_machines_home_is_none() {
    is_quiet(
        "
        history 14 days: web/i-0abc12345678 at 198.51.100.7 v2
        10:00 web/i-0abc12345678 s3:ListBuckets at 198.51.100.8 v2
    ",
    );
}

#[test]
fn a_token_that_also_launched_is_told_once() {
    let findings = raised(&format!("{TOKEN} 10:05 web/i-0abc12345678 s3:ListBuckets at 203.0.113.9 v2"));
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].kind, Kind::MiningLaunch);
}
