//! How a case is told: its name, its story, its sum.

use std::collections::BTreeSet;

use detect::score::{Decibans, certainty};
use detect::timeline::MOMENTS_MAX;

use crate::{KEY, TOKEN, judged, one, script::Story};

#[test]
fn a_case_keeps_its_name_when_more_is_known_of_it() {
    let early = one(TOKEN);
    let late = one(&format!(
        "{TOKEN} 10:10 web/i-0abc12345678 eu-west-1 launches g5.48xlarge x20 at 203.0.113.9 v2
         11:00 web/i-0abc12345678 StopLogging at 203.0.113.9 v2
         23:00 web/i-0abc12345678 us-west-2 launches g5.48xlarge x20 at 203.0.113.9 v2"
    ));
    assert_eq!(late.id, early.id);
    assert_eq!(late.fired_at, early.fired_at);
    assert!(late.revision > early.revision, "{} after {}", late.revision, early.revision);
}

#[test]
fn the_sum_is_the_prior_and_the_signals() {
    for finding in judged(&format!("{TOKEN}{KEY} 10:10 colleague launches m5.large")) {
        let signals: Decibans = finding.signals.iter().map(|signal| signal.decibans).sum();
        assert_eq!(finding.score.prior + signals, finding.score.sum, "{}", finding.title);
        assert_eq!(certainty(finding.score.sum), finding.certainty);
    }
}

#[test]
fn every_signal_is_proved_by_records_that_are_there() {
    let text = format!("{TOKEN}{KEY} 10:10 colleague launches m5.large");
    let known: BTreeSet<String> = Story::read(&text)
        .records
        .iter()
        .map(|record| record["eventID"].as_str().unwrap().to_owned())
        .collect();
    for finding in judged(&text) {
        for signal in &finding.signals {
            assert!(!signal.events.is_empty(), "{} has no proof", signal.rule);
            let unknown: Vec<_> = signal.events.iter().filter(|event| !known.contains(*event)).collect();
            assert!(unknown.is_empty(), "{} is proved by {unknown:?}", signal.rule);
        }
    }
}

#[test]
fn many_small_machines_are_not_called_large() {
    let title = |machine: &str| {
        one(&format!(
            "history 14 days: web/i-0abc12345678 at 3.225.16.109 v2
             10:00 web/i-0abc12345678 launches {machine} x10 at 203.0.113.9 v2"
        ))
        .title
    };
    assert!(title("c5.4xlarge").ends_with("starts large machines"), "{}", title("c5.4xlarge"));
    assert!(title("c5.large").ends_with("starts machines"), "{}", title("c5.large"));
}

#[test]
fn a_long_case_is_told_with_its_beginning_and_its_end() {
    let regions = ["us-east-1", "eu-west-1"];
    let calls: String = (0..900)
        .map(|number| {
            let (hour, minute, region) = (10 + number / 60 / 6, number / 6 % 60, regions[number % 2]);
            let second = number % 6 * 10;
            format!("{hour}:{minute:02}:{second:02} web/i-0abc12345678 {region} launches g5.xlarge at 203.0.113.9 v2\n")
        })
        .collect();
    let finding = one(&format!("history 14 days: web/i-0abc12345678 at 3.225.16.109 v2\n{calls}"));
    assert_eq!(finding.timeline.len(), MOMENTS_MAX);
    assert_eq!(finding.timeline.iter().map(|moment| moment.count).sum::<u64>(), 900);
    assert_eq!(finding.timeline[0].time, finding.first_seen);
    assert_eq!(finding.timeline.last().unwrap().time, finding.last_seen);
    assert_eq!(finding.launches.started, 900);
}

#[test]
fn alike_calls_in_a_row_are_one_line() {
    let finding = one(&format!(
        "{TOKEN} 10:01 web/i-0abc12345678 eu-west-1 launches g5.48xlarge at 203.0.113.9 v2 !Client.VcpuLimitExceeded
         10:02 web/i-0abc12345678 eu-west-1 launches g5.48xlarge at 203.0.113.9 v2 !Client.VcpuLimitExceeded
         10:03 web/i-0abc12345678 eu-west-1 launches g5.48xlarge at 203.0.113.9 v2 !Client.VcpuLimitExceeded"
    ));
    let counts: Vec<u64> = finding.timeline.iter().map(|moment| moment.count).collect();
    assert_eq!(counts, [1, 3]);
}

#[test]
fn findings_are_told_by_urgency() {
    let findings = judged(&format!("{TOKEN}{KEY} 10:10 colleague launches m5.large"));
    assert!(findings.is_sorted_by(|a, b| a.urgency >= b.urgency));
}
