//! Stories: what happened, one line a call, and what one rule says of it.
//!
//! ```text
//! check(region_spread, "
//!     10:00 mallory us-east-1  RunInstances p4d.24xlarge
//!     10:04 mallory eu-west-1  RunInstances p4d.24xlarge
//!     10:09 mallory ap-south-1 RunInstances g5.48xlarge
//!     => +4 since 10:09: asked for compute in 3 regions
//! ");
//! ```
//!
//! The lines are written as CloudTrail would write them, read as every record is read, and the rule is asked at the
//! last moment at which the lineage of the story's last launch is judged.
//!
//! What is expected is `silent`, or a sign, and as much more as is the story's point: `+`, `+4`, `+ since 10:09`,
//! `-: habit`. `0` is a signal that weighs nothing, as every "never before" does that has no before.
//! A weight is named where it is the point; where it is not, only its sign, since weights are tuned.
//!
//! The language of the lines is told in `script`.

mod beside;
mod known;
mod record;
mod script;

use std::collections::BTreeSet;

use event::limits::Limits;
use event::skim::{Reader, RecordSink, Rejected, Skimmed};

use super::{Signal, weigh};
use crate::approval::ApprovedWorkload;
use crate::case::{lineages, moments};
use crate::facts::{Facts, Taken};
use crate::history::Strangers;
use crate::past::Past;
use crate::profile::DaySet;
use crate::score::Decibans;
use crate::window::{Known, Lineage, WINDOW, Window};
use crate::world::World;

use script::Story;

type Judge = fn(&Window<'_, '_>) -> Option<Signal>;

/// Asserts that a rule says of a story what the story expects.
#[track_caller]
pub(crate) fn check(rule: Judge, text: &str) {
    let story = Story::read(text);
    let expected = story.expected.clone().expect("a story ends with => and what is expected");
    let (signal, all) = ask(rule, &story);
    if let Err(why) = compare(signal.as_ref(), &expected) {
        panic!("{why}\nexpected: {expected}\nthe rule: {}\nall rules:\n{all}", told(signal.as_ref()));
    }
}

/// What a rule's signal weighs in a story; nothing if it is silent. For stories whose point is that one weighs more.
#[track_caller]
pub(crate) fn weight(rule: Judge, text: &str) -> Decibans {
    ask(rule, &Story::read(text)).0.map_or(Decibans::ZERO, |signal| signal.weight)
}

/// The rule's answer, and what all rules say.
#[track_caller]
fn ask(rule: Judge, story: &Story) -> (Option<Signal>, String) {
    let mut facts = facts(&story.records);
    for beside in &story.beside {
        beside.read(|fact| {
            facts.take_side(fact);
        });
    }
    let approved = serde_json::Value::Array(story.approved.clone());
    let approved: Vec<ApprovedWorkload> = serde_json::from_value(approved).expect("an approval is one");
    let facts = facts.with_networks(story.known.networks());
    let spelled = facts.told();
    let world = World::new(&facts, &spelled, &approved);
    let lineages = lineages(&world);
    let last = |lineage: &&Lineage<'_>| lineage.rows.last().map(|row| (row.event.time, row.event.id.clone()));
    let lineage =
        lineages.iter().max_by_key(last).expect("a story has a launch, or a wish for a higher quota");
    let at = *moments(lineage).last().expect("a lineage is judged at one moment at least");
    let (hot_days, strangers, mut past) = (DaySet::default(), Strangers::default(), Past::default());
    past.advance(lineage, at.plus(-WINDOW), &BTreeSet::new(), &strangers, &world);
    let known = Known { past: &past, hot_days: &hot_days, strangers: &strangers };
    let window = Window::new(&world, lineage, at, known);
    let all: Vec<String> = weigh(&window)
        .iter()
        .map(|weighed| format!("  {} {}", weighed.rule.name, told(Some(&weighed.signal))))
        .collect();
    (rule(&window), all.join("\n"))
}

fn told(signal: Option<&Signal>) -> String {
    signal.map_or("silent".to_owned(), |signal| {
        format!("{} since {}: {}", signal.weight, signal.since, signal.sentence)
    })
}

/// Reads records as every record is read.
#[track_caller]
fn facts(records: &[serde_json::Value]) -> Facts {
    let text = serde_json::to_vec(&serde_json::json!({ "Records": records })).expect("records are JSON");
    let mut collector = Collector::default();
    let mut reader = Reader::new(Limits::default());
    reader.begin();
    reader.finish(&text, &mut collector);
    collector.0
}

#[derive(Default)]
struct Collector(Facts);

impl RecordSink for Collector {
    fn record(&mut self, record: &Skimmed<'_>) {
        if let Taken::Rejected(reason) = self.0.take(record) {
            panic!("a record of the story was rejected: {reason}");
        }
    }

    fn rejected(&mut self, rejected: Rejected) {
        panic!("a record of the story was not read: {}", rejected.reason);
    }
}

/// Says what is wrong with a signal.
fn compare(signal: Option<&Signal>, expected: &str) -> Result<(), String> {
    let signal = match (signal, expected) {
        (None, "silent") => return Ok(()),
        (Some(_), "silent") => return Err("the rule should be silent".to_owned()),
        (None, _) => return Err("the rule should speak".to_owned()),
        (Some(signal), _) => signal,
    };
    let (head, sentence) = expected.split_once(": ").unwrap_or((expected.trim_end_matches(':'), ""));
    let (weight, since) = head.split_once(" since ").unwrap_or((head, ""));
    let right = match weight.trim() {
        "+" => signal.weight > Decibans::ZERO,
        "-" => signal.weight < Decibans::ZERO,
        number => {
            number.parse::<f64>().map_err(|_| format!("{number:?} is no weight"))? == signal.weight.as_f64()
        }
    };
    if !right {
        return Err("the rule should weigh something else".to_owned());
    }
    if !signal.since.to_string().contains(&format!("T{}", since.trim())) && !since.is_empty() {
        return Err("the rule should speak since another time".to_owned());
    }
    if !signal.sentence.contains(sentence.trim()) {
        return Err("the rule should say another sentence".to_owned());
    }
    Ok(())
}

mod tests {
    use super::{Story, compare, facts};
    use crate::rules::Signal;
    use crate::score::Decibans;

    #[test]
    fn every_word_of_the_language_is_read() {
        let story = Story::read(
            r#"
            history 3 days: deploy at 3.12.4.9 in eu-west-1 with "Terraform by hand"    # ordinary work
            -1d 23:59:59 web/i-0abc12345678 launches m5.large x1-20 got 5 v2 at 3.225.16.1 through vpce-1 => i-a
            10:00 autoscaling.amazonaws.com@444455556666 RunInstances c5.large x2 group workers lives 40m
            10:01 root ec2:DescribeRegions {"x": 1} {"y": 2} !AccessDenied
            => +
        "#,
        );
        let told: Vec<String> = story.records.iter().map(tell).collect();
        assert_eq!(
            told,
            [
                "2026-03-16T09:00:00Z CreateTags eu-west-1 111122223333 3.12.4.9 Terraform by hand",
                "2026-03-17T09:00:00Z CreateTags eu-west-1 111122223333 3.12.4.9 Terraform by hand",
                "2026-03-18T09:00:00Z CreateTags eu-west-1 111122223333 3.12.4.9 Terraform by hand",
                "2026-03-19T23:59:59Z RunInstances us-east-1 111122223333 3.225.16.1 aws-cli/2.15.0 Python/3.11.6 Linux/6.1",
                "2026-03-20T10:00:00Z RunInstances us-east-1 444455556666 autoscaling.amazonaws.com autoscaling.amazonaws.com",
                "2026-03-20T10:40:00Z TerminateInstances us-east-1 444455556666 autoscaling.amazonaws.com autoscaling.amazonaws.com",
                "2026-03-20T10:01:00Z DescribeRegions us-east-1 111122223333 198.51.100.7 aws-cli/2.15.0 Python/3.11.6 Linux/6.1",
            ]
        );
        assert_eq!(story.records[3]["responseElements"]["instancesSet"]["items"][4]["instanceId"], "i-a-5");
        assert_eq!(story.records[6]["errorCode"], "AccessDenied");
        assert_eq!(story.expected.as_deref(), Some("+"));
        assert_eq!(facts(&story.records).coverage().told().accounts, ["111122223333", "444455556666"]);
    }

    fn tell(record: &serde_json::Value) -> String {
        let fields =
            ["eventTime", "eventName", "awsRegion", "recipientAccountId", "sourceIPAddress", "userAgent"];
        fields.map(|field| record[field].as_str().unwrap_or_default()).join(" ")
    }

    #[test]
    fn a_signal_is_compared_with_as_much_as_the_story_says() {
        let since = event::Time::parse("2026-03-20T10:09:00Z").unwrap();
        let sentence = "asked for compute in 3 regions".to_owned();
        let signal = Signal { weight: Decibans::new(4), sentence, since, events: Vec::new() };
        for right in ["+", "+4", "+ since 10:09", "+4 since 10:09: compute in 3", "+: 3 regions"] {
            assert_eq!(compare(Some(&signal), right), Ok(()), "{right}");
        }
        for wrong in ["silent", "-", "+5", "+4 since 10:08", "+: 4 regions", "0", "loud"] {
            assert!(compare(Some(&signal), wrong).is_err(), "{wrong}");
        }
        assert!(compare(None, "+").is_err() && compare(None, "silent").is_ok());
    }
}
