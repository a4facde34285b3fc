//! How the credential came into the wrong hands.

use detect::finding::{Cause, Finding};

use crate::{KEY, TOKEN, judged, one};

fn cause(text: &str) -> Cause {
    one(text).root_cause[0].cause
}

#[test]
fn a_token_of_the_metadata_service() {
    assert_eq!(cause(TOKEN), Cause::CompromisedInstanceToken);
}

#[test]
fn a_long_term_key() {
    assert_eq!(cause(KEY), Cause::CompromisedAccessKey);
}

#[test]
fn a_session_at_the_console() {
    let cause = cause(
        "
        history 14 days: eve at 198.51.100.7 console
        09:50 eve ConsoleLogin at 203.0.113.9
        10:00 eve launches p4d.24xlarge x8 at 203.0.113.9 console
    ",
    );
    assert_eq!(cause, Cause::CompromisedConsoleSession);
}

#[test]
fn a_session_of_a_role() {
    let cause = cause(
        "
        history 14 days: runner/pipeline at 198.51.100.7
        10:00 runner/pipeline launches p4d.24xlarge x8 at 203.0.113.9
    ",
    );
    assert_eq!(cause, Cause::CompromisedRoleSession);
}

#[test]
fn a_key_behind_a_role_is_a_key() {
    let cause = cause(
        "
        history 14 days: deploy at 198.51.100.7
        09:50 deploy AssumeRole admin/one at 203.0.113.9
        10:00 admin/one launches p4d.24xlarge x8 at 203.0.113.9
    ",
    );
    assert_eq!(cause, Cause::CompromisedAccessKey);
}

/// The thief's spare key is not how the thief came in.
#[test]
fn a_console_session_that_made_a_key_is_a_console_session() {
    let cause = cause(
        "
        history 14 days: eve at 198.51.100.7 console
        09:50 eve ConsoleLogin at 203.0.113.9
        09:55 eve CreateUser spare at 203.0.113.9 console
        09:56 eve CreateAccessKey spare at 203.0.113.9 console
        10:00 spare launches p4d.24xlarge x8 at 203.0.113.9
    ",
    );
    assert_eq!(cause, Cause::CompromisedConsoleSession);
}

#[test]
fn a_habit_is_automation_that_is_meant_to_be() {
    let findings = judged(
        "
        history 20 days: train launches p4d.24xlarge x8 lives 60m with Boto3/1.34
        10:00 train launches p4d.24xlarge x8 with Boto3/1.34
    ",
    );
    let hottest: &Finding = &findings[0];
    assert_ne!(hottest.root_cause[0].cause, Cause::CompromisedAccessKey, "{:?}", hottest.root_cause);
}

#[test]
fn shares_add_up_to_one() {
    for finding in judged(&format!("{TOKEN}{KEY} 10:10 colleague launches m5.large")) {
        let sum: f64 = finding.root_cause.iter().map(|cause| cause.share).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{:?}", finding.root_cause);
    }
}
