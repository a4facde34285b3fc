//! Steps to verify, asked of whole drills: what the logs can answer is answered, and is true.

use std::sync::Arc;

use catalog::{AddressList, Networks};
use detect::Finding;
use detect::finding::QuestionState;

use crate::logs::{self, finding};

/// The answer to the question that begins so.
#[track_caller]
fn answer(finding: &Finding, begins: &str) -> (QuestionState, String) {
    let found = finding.verify.iter().find(|question| question.question.starts_with(begins));
    let all: Vec<&str> = finding.verify.iter().map(|question| question.question.as_str()).collect();
    let question = found.unwrap_or_else(|| panic!("nobody asked {begins:?}: {all:#?}"));
    (question.state, question.answer.clone())
}

#[test]
fn a_stolen_token_is_answered_from_the_logs() {
    let finding = finding("forged-request-token");
    let answered = |begins: &str| {
        let (state, answer) = answer(&finding, begins);
        assert_eq!(state, QuestionState::Answered, "{begins}");
        answer
    };
    assert!(answered("Was ").starts_with("no"), "the thief's address is new");
    assert!(answered("Did ").starts_with("no: it started nothing at all"), "a web server launches nothing");
    assert!(answered("Are the machines still running?").starts_with("no: all 24 ended"));
    assert!(answered("Did the session begin with a second factor?").starts_with("machines have none"));
}

#[test]
fn what_only_people_know_is_open_and_says_where_to_look() {
    let finding = finding("forged-request-token");
    let open: Vec<_> =
        finding.verify.iter().filter(|question| question.state == QuestionState::Open).collect();
    assert!(open.len() >= 4);
    assert!(open.iter().all(|question| !question.answer.is_empty() && question.events.is_empty()));
    let (_, leak) = answer(&finding, "How did the credential get out?");
    assert!(leak.contains("169.254.169.254"), "{leak}");
}

#[test]
fn whose_network_it_is_is_asked_where_a_list_answers() {
    let drill = drill::write("forged-request-token", 1).unwrap();
    let judged = |list: &str| {
        let hosting = vec![AddressList::parse(list).unwrap()];
        let networks = Arc::new(Networks { hosting, ..Networks::default() });
        respond::judge(&logs::facts(&drill.records).with_networks(networks), &[], 50).remove(0)
    };
    let (state, told) = answer(&judged("45.76.0.0/16"), "Whose network is 45.76.");
    assert_eq!(state, QuestionState::Answered);
    assert!(told.starts_with("a hosting company's or VPN's"), "{told}");
    let asked = |finding: &Finding| {
        finding.verify.iter().any(|question| question.question.starts_with("Whose network"))
    };
    assert!(!asked(&judged("198.51.100.0/24")), "nobody can look it up in these logs");
}

#[test]
fn every_record_that_an_answer_names_is_in_the_logs() {
    let drill = drill::write("forged-request-token", 1).unwrap();
    let ids: std::collections::BTreeSet<String> =
        drill.records.iter().filter_map(|record| record["eventID"].as_str().map(str::to_owned)).collect();
    for finding in respond::judge(&logs::facts(&drill.records), &[], 0) {
        for question in &finding.verify {
            for event in &question.events {
                assert!(ids.contains(event), "{}: {event}", question.question);
            }
        }
    }
}
