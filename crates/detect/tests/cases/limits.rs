//! Too much of everything: what is kept is the same in any order, and what was reached is said.

use std::fmt::Write;

use detect::Facts;
use detect::facts::{LOOKS_MAX, NOTABLE_EVENTS_MAX, Span, Taken};
use detect::profile::FEATURE_VALUES_MAX;
use event::Time;
use event::skim::{Reader, RecordSink, Rejected, Skimmed};
use serde_json::Value;

use crate::script::Story;
use crate::{TOKEN, facts};

/// What became of each record, in order.
struct Asked(Facts, Vec<Taken>);

impl RecordSink for Asked {
    fn record(&mut self, record: &Skimmed<'_>) {
        let taken = self.0.take(record);
        self.1.push(taken);
    }

    fn rejected(&mut self, rejected: Rejected) {
        panic!("a record of the story was not read: {}", rejected.reason);
    }
}

fn taken(facts: Facts, records: &[Value]) -> Asked {
    let text = serde_json::to_vec(&serde_json::json!({ "Records": records })).expect("records are JSON");
    let mut asked = Asked(facts, Vec::new());
    let mut reader = Reader::new(event::limits::Limits::default());
    reader.begin();
    reader.finish(&text, &mut asked);
    asked
}

#[test]
fn nothing_that_is_read_vanishes() {
    let mut records = Story::read(
        "
        10:00 deploy launches m5.large
        10:00 deploy s3:GetObject
        10:00 deploy DescribeRegions
        10:01 deploy launches m5.large
    ",
    )
    .records;
    records.push(records[0].clone());
    records[3]["eventTime"] = Value::from("some time");
    let Asked(facts, taken) = taken(Facts::default(), &records);
    assert_eq!(taken[..3], [Taken::Event, Taken::Skimmed, Taken::Skimmed]);
    assert!(matches!(&taken[3], Taken::Rejected(reason) if reason.contains("some time")), "{:?}", taken[3]);
    assert_eq!(taken[4], Taken::Duplicate);
    assert_eq!((facts.events_kept(), facts.duplicates()), (1, 1));
}

#[test]
fn duplicates_are_counted_across_a_merge_as_within_one() {
    let records = Story::read(TOKEN).records;
    let mut merged = facts(&records);
    merged.merge(facts(&records));
    let twice: Vec<Value> = records.iter().chain(&records).cloned().collect();
    let whole = facts(&twice);
    assert_eq!((merged.events_kept(), merged.duplicates()), (whole.events_kept(), whole.duplicates()));
}

#[test]
fn what_is_outside_of_the_span_is_not_looked_at() {
    let since = Time::parse("2026-03-20T00:00:00Z");
    let records = Story::read(TOKEN).records;
    let Asked(facts, taken) = taken(Facts::within(Span { since, until: None }), &records);
    assert_eq!(taken.iter().filter(|taken| **taken == Taken::Outside).count(), 14);
    assert_eq!(facts.coverage().told().first, Time::parse("2026-03-20T10:00:00Z"));
}

/// One principal that launches more often than can be kept, in two orders.
#[test]
fn of_too_many_launches_the_same_are_kept_in_any_order() {
    let mut text = String::new();
    for number in 0..NOTABLE_EVENTS_MAX + 300 {
        let (hour, minute, second) = (number / 3_600, number / 60 % 60, number % 60);
        writeln!(text, "{hour:02}:{minute:02}:{second:02} busy launches t3.micro").unwrap();
    }
    let records = Story::read(&text).records;
    let (first, second) = records.split_at(7_000);
    let whole = facts(&records);
    let mut halves = facts(second);
    halves.merge(facts(first));
    let kept = |facts: &Facts| {
        let (_, dossier) = facts.principals().next().expect("there is one principal");
        let mut ids: Vec<String> = dossier.events().map(|event| event.id.clone()).collect();
        ids.sort();
        ids
    };
    assert_eq!(kept(&whole).len(), NOTABLE_EVENTS_MAX);
    assert!(kept(&whole) == kept(&halves), "other launches are kept of halves than of the whole");
    assert_eq!(whole.limits().notable_events, 1);
    assert_eq!(whole.limits(), halves.limits());
}

#[test]
fn of_too_many_looks_the_first_are_kept_and_it_is_said() {
    let mut text = String::new();
    for number in 0..LOOKS_MAX + 50 {
        writeln!(text, "10:00 scanner DescribeRegions at 10.{}.{}.1", number / 200, number % 200).unwrap();
    }
    let records = Story::read(&text).records;
    let backwards: Vec<Value> = records.iter().rev().cloned().collect();
    let (whole, other) = (facts(&records), facts(&backwards));
    assert_eq!(whole.limits().looks, 1);
    assert_eq!(whole.limits(), other.limits());
    assert_eq!(detect::judge(&whole, &[]), detect::judge(&other, &[]));
}

/// Behind a rotating egress everything is new, so "never before" must not be said.
#[test]
fn a_principal_of_too_many_addresses_is_never_new() {
    let mut text = String::new();
    for number in 0..=FEATURE_VALUES_MAX {
        writeln!(text, "-5d 09:00 roamer at 100.20.{number}.1").unwrap();
    }
    for day in 2..12 {
        writeln!(text, "-{day}d 09:00 roamer at 100.20.0.1").unwrap();
    }
    let story = Story::read(&format!("{text}10:00 roamer launches p4d.24xlarge x8 at 203.0.113.9"));
    let facts = facts(&story.records);
    assert!(facts.limits().feature_values > 0);
    let finding = detect::judge(&facts, &[]).remove(0);
    let foreign = finding.signals.iter().find(|signal| signal.rule == "foreign-network");
    assert!(foreign.is_none_or(|signal| signal.decibans <= detect::score::Decibans::new(1)), "{foreign:?}");
}

/// A service fetches the sessions of functions and machines all day; the session that it fetched has nobody's hand on it.
#[test]
fn a_session_that_a_service_fetched_is_not_kept() {
    let mut records = Story::read("10:00 deploy DescribeRegions").records;
    let mut fetched = records[0].clone();
    fetched["eventID"] = Value::from("00000000-0000-4000-8000-0000000000ff");
    fetched["eventSource"] = Value::from("sts.amazonaws.com");
    fetched["eventName"] = Value::from("AssumeRole");
    fetched["responseElements"] = serde_json::json!({"credentials": {"accessKeyId": "ASIAFETCHED000000001"}});
    let mut by_hand = fetched.clone();
    by_hand["eventID"] = Value::from("00000000-0000-4000-8000-0000000000fe");
    fetched["userIdentity"] = serde_json::json!({"type": "AWSService", "invokedBy": "lambda.amazonaws.com"});
    records.extend([fetched, by_hand]);
    let Asked(facts, taken) = taken(Facts::default(), &records);
    assert_eq!(taken, [Taken::Skimmed, Taken::Skimmed, Taken::Event]);
    assert_eq!((facts.events_kept(), facts.told_whole().issued.len()), (1, 1));
}
