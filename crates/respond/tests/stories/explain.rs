//! Explanations: the arithmetic is the finding's own, and what would be otherwise is judged, not made up.

use detect::score::{Decibans, certainty};
use detect::world::World;
use respond::explain::{Explanation, explain, explain_case};
use serde_json::json;

use crate::logs;

/// The explanation of the most urgent finding of a scenario.
#[track_caller]
fn explained(scenario: &str) -> Explanation {
    let facts = logs::drill(scenario);
    let told = facts.told();
    let world = World::new(&facts, &told, &[]);
    let first = respond::judge(&facts, &[], 0).into_iter().next().expect("a finding").id;
    let mut found = None;
    let _findings = detect::judge_with(&world, &mut |finding, case| {
        if finding.id == first {
            found = Some(explain_case(finding, case, &world));
        }
    });
    found.expect("the first finding is explained")
}

/// The certainty, had something been otherwise.
#[track_caller]
fn had(explanation: &Explanation, begins: &str) -> u8 {
    let found = explanation.otherwise.iter().find(|other| other.had.starts_with(begins));
    found.unwrap_or_else(|| panic!("nothing begins with {begins:?}: {:#?}", explanation.otherwise)).certainty
}

#[test]
fn the_evidence_adds_up_to_the_verdict() {
    let explanation = explained("forged-request-token");
    let counted: Decibans = explanation.evidence.iter().map(|weight| weight.counted).sum();
    assert_eq!(explanation.prior + counted, explanation.sum);
    assert_eq!(certainty(explanation.sum), explanation.certainty);
    let by_group: Decibans = explanation.groups.iter().map(|group| group.counted).sum();
    assert_eq!(by_group, counted);
    let last = explanation.formula.last().unwrap();
    assert!(last.ends_with(&format!("certainty {}", explanation.certainty)), "{last}");
}

#[test]
fn a_stolen_token_is_one_wherever_single_facts_were_otherwise_except_the_approval() {
    let explanation = explained("forged-request-token");
    assert!(had(&explanation, "had the calls come from") < explanation.certainty + 1);
    assert!(had(&explanation, "had it asked for as many m5.large") <= explanation.certainty);
    let approved = explanation.otherwise.iter().find(|other| other.had.starts_with("had the configuration"));
    assert!(approved.is_some_and(|other| other.changes_verdict), "an approved finding is not raised");
    let others = explanation.otherwise.iter().filter(|other| !other.had.starts_with("had the configuration"));
    assert!(others.clone().count() >= 5);
    assert!(others.clone().all(|other| other.changes_verdict == (other.certainty < 50)));
}

#[test]
fn ordinary_work_says_what_would_make_it_suspect() {
    let explanation = explained("karpenter-bursts");
    assert!(explanation.certainty < 50, "{}", explanation.certainty);
    assert!(explanation.otherwise.iter().all(|other| other.changes_verdict == (other.certainty >= 50)));
}

#[test]
fn nothing_changed_is_the_same_verdict() {
    use detect::case::{judge_at, judge_lineage, lineages, standing};
    for scenario in ["forged-request-token", "karpenter-bursts", "containers-and-groups-2025"] {
        let facts = logs::drill(scenario);
        let told = facts.told();
        let world = World::new(&facts, &told, &[]);
        for lineage in &lineages(&world) {
            for part in judge_lineage(&world, lineage) {
                let standing = standing(&world, lineage, part.hottest.at);
                let again = judge_at(&world, lineage, part.hottest.at, &standing);
                // A hot part grows, and may have been hottest after it opened.
                let first = part.fired_at.hour() == part.hottest.at.hour();
                assert!(
                    !first || again.sum == part.hottest.sum,
                    "{scenario}: {} {}",
                    again.sum,
                    part.hottest.sum
                );
            }
        }
    }
}

fn told(signals: serde_json::Value) -> serde_json::Value {
    json!({
        "id": "1", "title": "t", "kind": "mining-launch", "certainty": 79,
        "score": {"prior": -25.0, "sum": 6.0}, "signals": signals,
    })
}

fn signal(rule: &str, group: &str, full: f64, counted: f64) -> serde_json::Value {
    json!({
        "rule": rule, "group": group, "decibans": counted, "full_decibans": full,
        "sentence": "s", "since": "2026-03-14T03:00:00Z", "events": ["e"],
    })
}

#[test]
fn without_a_signal_its_group_has_room_for_the_others() {
    let explanation = explain(&told(json!([
        signal("foreign-network", "provenance", 19.0, 19.0),
        signal("agent-flip", "provenance", 12.0, 5.0),
        signal("region-spread", "intent", 7.0, 7.0),
    ])))
    .unwrap();
    let without: Vec<(&str, f64, bool)> = explanation
        .without
        .iter()
        .map(|other| (other.had.as_str(), other.sum.as_f64(), other.changes_verdict))
        .collect();
    assert_eq!(
        without,
        [("foreign-network", -6.0, true), ("region-spread", -1.0, true), ("agent-flip", 1.0, false)],
        "agent-flip counts in full without foreign-network"
    );
}

#[test]
fn a_file_that_is_no_finding_is_refused_with_the_field_that_is_missing() {
    let error = explain(&json!({"id": "1", "title": "t"})).unwrap_err();
    assert!(error.to_string().contains("kind"), "{error}");
}
