//! Windows of event time: what adds up, what is too far away, and what is a habit.

use crate::{HOT, KEY, TOKEN, is_quiet, judged, one, raised};

/// One launch an hour, each of them nothing.
fn slow_miner(hours: std::ops::Range<u32>) -> String {
    let launches = hours.map(|hour| {
        format!("{hour:02}:00 deploy launches g5.xlarge at 203.0.113.9 with Terraform => i-{hour}\n")
    });
    format!("history 14 days: deploy at 198.51.100.7 with Terraform\n{}", launches.collect::<String>())
}

#[test]
fn a_slow_miner_adds_up_within_a_day() {
    is_quiet(&slow_miner(0..1));
    let finding = one(&slow_miner(0..24));
    assert_eq!(finding.launches.started, 24);
    assert_eq!(finding.launches.calls, 24, "those before it fired belong to it too");
    assert!(finding.first_seen < finding.fired_at);
}

#[test]
fn a_launch_far_away_changes_nothing() {
    let near = one(TOKEN);
    let both = judged(&format!("{TOKEN} +10d 10:00 colleague launches m5.large at 198.51.100.7"));
    let same = both.iter().find(|finding| finding.id == near.id).expect("the finding is still there");
    assert_eq!(same.signals, near.signals);
    assert_eq!(same.launches, near.launches);
    assert_eq!(same.timeline, near.timeline);
}

#[test]
fn the_owners_small_machine_a_week_later_is_not_the_thiefs() {
    let finding = one(&format!("{KEY} +7d 10:00 deploy launches m5.large at 198.51.100.7 with Terraform"));
    assert_eq!(finding.launches.started, 8);
}

#[test]
fn two_raids_a_week_apart_are_two_cases() {
    let findings =
        raised(&format!("{TOKEN} +7d 10:00 web/i-0abc12345678 launches p4d.24xlarge x8 at 203.0.113.9 v2"));
    assert_eq!(findings.len(), 2);
    assert_ne!(findings[0].id, findings[1].id);
}

#[test]
fn a_nightly_job_is_not_a_case() {
    is_quiet(
        "
        history 30 days: train launches p4d.24xlarge x8 lives 90m at 198.51.100.7 with Boto3/1.34
        09:00 train launches p4d.24xlarge x8 at 198.51.100.7 with Boto3/1.34
    ",
    );
}

#[test]
fn a_thief_who_mines_for_three_weeks_does_not_become_a_habit() {
    let days: String = (0..21)
        .map(|day| format!("+{day}d 10:00 web/i-0abc12345678 launches p4d.24xlarge x8 at 203.0.113.9 v2\n"))
        .collect();
    let findings = raised(&format!("history 14 days: web/i-0abc12345678 at 3.225.16.109 v2\n{days}"));
    let owned: u64 = findings.iter().map(|finding| finding.launches.calls).sum();
    assert_eq!(owned, 21, "every launch belongs to a finding: {}", findings.len());
    for finding in &findings {
        assert!(finding.certainty >= 90, "{}% at {}", finding.certainty, finding.fired_at);
        assert!(finding.signals.iter().all(|signal| signal.rule != "known-profile"));
    }
}

#[test]
fn launches_before_the_logs_begin_prove_nothing_against_a_newcomer() {
    // Without history a large launch is large, and that is all.
    let findings = judged("10:00 train launches p4d.24xlarge x8");
    assert!(findings[0].certainty < HOT, "{}", crate::told(&findings[0]));
    assert!(
        findings[0].caveats.iter().any(|caveat| caveat.contains("never before")),
        "{:?}",
        findings[0].caveats
    );
}
