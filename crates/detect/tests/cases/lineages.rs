//! Whose hand it was: every launch goes back to one root, and one root is one case.

use detect::finding::{Cause, Role};

use crate::{KEY, TOKEN, judged, one, principals, raised, speaks};

#[test]
fn two_thieves_are_two_cases() {
    assert_eq!(raised(&format!("{TOKEN}{}", KEY.replace("203.0.113.9", "192.0.2.9"))).len(), 2);
}

#[test]
fn two_keys_of_one_user_are_one_case() {
    let finding =
        one(&format!("{KEY} 10:05 deploy launches g5.48xlarge x2 at 203.0.113.9 using AKIAANOTHER000000001"));
    assert_eq!(finding.launches.started, 10);
    assert_eq!(finding.principals.len(), 1);
    assert_eq!(finding.principals[0].access_keys.len(), 2);
}

#[test]
fn a_chain_of_roles_goes_back_to_the_key() {
    let finding = one("
        history 14 days: deploy at 198.51.100.7
        09:50 deploy AssumeRole admin/one at 203.0.113.9
        09:51 admin/one AssumeRole builder/two at 203.0.113.9
        10:00 builder/two launches p4d.24xlarge x8 at 203.0.113.9
    ");
    assert_eq!(principals(&finding), ["deploy", "admin", "builder"]);
    assert_eq!(finding.principals[0].role, Role::Origin);
    assert_eq!(finding.principals[0].access_keys.len(), 1, "the key that must be cut is named");
    let links: Vec<&str> = finding.lineage.iter().map(|link| link.by.as_str()).collect();
    assert_eq!(links, ["AssumeRole", "AssumeRole"]);
    assert_eq!(finding.root_cause[0].cause, Cause::CompromisedAccessKey);
}

#[test]
fn a_role_that_a_stolen_token_took_up_goes_back_to_the_token() {
    let finding = one("
        history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
        history 14 days: admin/jane at 198.51.100.7
        09:50 web/i-0abc12345678 AssumeRole admin/one at 203.0.113.9 v2
        10:00 admin/one launches p4d.24xlarge x2 at 203.0.113.9
    ");
    assert_eq!(finding.root_cause[0].cause, Cause::CompromisedInstanceToken);
    assert_eq!(finding.principals[0].instance_id.as_deref(), Some("i-0abc12345678"));
    assert!(speaks(&finding, "used-off-instance"));
}

#[test]
fn a_session_whose_beginning_was_not_logged_is_its_own_root() {
    let finding = one("
        history 14 days: builder/two at 198.51.100.7
        10:00 builder/two launches p4d.24xlarge x8 at 203.0.113.9
    ");
    assert_eq!(principals(&finding), ["builder"]);
    assert_eq!(finding.root_cause[0].cause, Cause::CompromisedRoleSession);
}

#[test]
fn a_user_who_was_just_made_is_its_maker() {
    let finding = one("
        history 14 days: deploy at 198.51.100.7
        09:50 deploy CreateUser spare at 203.0.113.9
        09:51 deploy CreateAccessKey spare at 203.0.113.9
        10:00 spare launches p4d.24xlarge x8 at 203.0.113.9
    ");
    assert_eq!(principals(&finding), ["deploy", "spare"]);
    assert_eq!(finding.principals[0].role, Role::Origin);
    assert!(speaks(&finding, "minted-credentials"));
}

/// An administrator is not every user that the administrator ever made.
#[test]
fn a_user_who_was_made_last_week_is_no_longer_its_maker() {
    let findings = judged(
        "
        -7d 09:50 admin CreateUser newcomer
        -7d 09:51 admin CreateAccessKey newcomer
        10:00 newcomer launches p4d.24xlarge x8
    ",
    );
    assert_eq!(principals(&findings[0]), ["newcomer"]);
}

#[test]
fn a_key_that_was_not_the_one_made_is_not_the_makers() {
    let findings = judged(
        "
        09:51 admin CreateAccessKey deploy
        10:00 deploy launches p4d.24xlarge x8 using AKIAOLDER00000000001
    ",
    );
    assert_eq!(principals(&findings[0]), ["deploy"]);
}

#[test]
fn who_wrote_the_functions_code_is_behind_its_launches() {
    let findings = judged(
        "
        history 14 days: deploy at 198.51.100.7
        09:55 deploy lambda:UpdateFunctionCode20150331v2 thumbnails at 203.0.113.9
        10:00 function-role/thumbnails launches p4d.24xlarge x8 at 3.225.16.109 lambda
    ",
    );
    assert_eq!(principals(&findings[0]), ["deploy", "function-role"]);
    assert_eq!(findings[0].principals[0].role, Role::Origin);
}

#[test]
fn both_accounts_write_a_call_across_them_and_it_is_one() {
    let finding = one("
        history 14 days: deploy at 198.51.100.7
        history 14 days: ops@444455556666 at 198.51.100.7
        09:50 deploy AssumeRole builder/two@444455556666 at 203.0.113.9 shared assumed
        09:50 another-account AssumeRole builder/two@444455556666 444455556666 at 203.0.113.9 shared assumed
        10:00 builder/two@444455556666 launches p4d.24xlarge x8 at 203.0.113.9
    ");
    assert_eq!(principals(&finding), ["deploy", "builder"]);
    assert_eq!(finding.launches.accounts, ["444455556666"]);
    assert_eq!(finding.timeline.iter().filter(|moment| moment.what.starts_with("AssumeRole")).count(), 1);
}

/// The order of the two copies is nobody's choice.
#[test]
fn the_copy_that_names_the_caller_counts_whichever_comes_first() {
    let finding = one("
        history 14 days: deploy at 198.51.100.7
        09:50 another-account AssumeRole builder/two@444455556666 444455556666 at 203.0.113.9 shared assumed
        09:50 deploy AssumeRole builder/two@444455556666 at 203.0.113.9 shared assumed
        10:00 builder/two@444455556666 launches p4d.24xlarge x8 at 203.0.113.9
    ");
    assert_eq!(principals(&finding), ["deploy", "builder"]);
}
