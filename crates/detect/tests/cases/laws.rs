//! The one law, over made-up histories: a verdict is a pure function of the set of facts.
//!
//! A history is a story with a few hundred lines that nobody wrote: thieves, owners and machinery at random, with the
//! same few names, places and machines, so that they meet. What fails is a story again, and can be read.

use std::collections::BTreeSet;

use detect::finding::{Kind, Outcome, Place};
use detect::score::{Decibans, certainty};
use detect::{Facts, Finding};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

use crate::facts;
use crate::script::Story;

/// Lines of a history.
///
/// Fewer, and nothing meets; more, and a failure takes minutes to become small.
const LINES: std::ops::Range<usize> = 1..160;

/// Lines of side logs, about machines of the same names.
const BESIDE: &[&str] = &[
    "flow i-{n} 203.0.113.77:3333 3h",
    "flow i-{n} 203.0.113.77:443 2h",
    "flow i-{n} 203.0.113.78:7777 2h sends",
    "flow i-{n} inside 10.0.9.9 3h",
    "flow i-{n} silent 2h",
    "query i-{n} xmr.nanopool.org 203.0.113.77",
    "query i-{n} cdn.coinhive.com",
    "guardduty i-{n} CryptoCurrency:EC2/BitcoinTool.B",
    "guardduty i-{n} CryptoCurrency:EC2/BitcoinTool.B sample",
    "guardduty AKIAIOSFODNN7EXAMPLE UnauthorizedAccess:IAMUser/TorIPCaller",
    "anomaly us-east-1 USW2-BoxUsage:p4d.24xlarge 900",
    "budget 700",
    "bill i-{n} p4d.24xlarge 32.7 4h",
];

fn beside() -> impl Strategy<Value = String> {
    (when(), select(BESIDE), 0..4_u8)
        .prop_map(|(when, what, number)| format!("{when} {}", what.replace("{n}", &number.to_string())))
}

const WHO: &[&str] = &[
    "deploy",
    "mallory",
    "root",
    "spare",
    "web/i-0abc12345678",
    "web/i-0def12345678",
    "admin/one",
    "admin/two",
    "jane mfa",
    "AWSReservedSSO_Developer_0123456789abcdef/jane@example.com",
    "etl/etl lambda",
    "runner/pipeline oidc",
    "ops@444455556666",
    "another-account",
];

const WHERE: &[&str] = &[
    "us-east-1 at 198.51.100.7",
    "us-east-1 at 198.51.100.8",
    "us-east-1 at 3.225.16.109 v2",
    "us-east-1 at 203.0.113.9 v1",
    "eu-west-1 at 203.0.113.9",
    "ap-south-1 at 203.0.113.9",
    "us-west-2 at 192.0.2.44",
    "us-east-1 at 10.0.3.4 through vpce-0abc",
    "us-east-1 444455556666 at 198.51.100.7",
    "eu-west-1 via cloudformation.amazonaws.com",
];

const WITH: &[&str] = &["", "", "with Terraform/1.5.7", "with Boto3/1.34", "with aws-cli/2.17.0-kali"];

/// Calls; `{n}` is a small number, so that names meet.
const WHAT: &[&str] = &[
    "",
    "s3:GetObject",
    "launches t3.micro => i-{n}",
    "launches m5.large x2 => i-{n}",
    "launches g5.xlarge x1-20 got 3",
    "launches p4d.24xlarge x8 => i-{n}",
    "launches p4d.24xlarge x8 omitted",
    "launches g5.48xlarge x2 lives 40m",
    "launches x4 on template-{n}",
    "launches c5.24xlarge x3 protected userdata spot",
    "StartInstances i-{n}",
    "StopInstances i-{n}",
    "TerminateInstances i-{n}",
    "TerminateInstances i-{n} x8",
    "ModifyInstanceAttribute i-{n}",
    "CreateLaunchTemplate template-{n} g5.12xlarge",
    "CreateLaunchTemplate template-{n} t3.micro protected",
    "CreateAutoScalingGroup group-{n} on template-{n} x3 max 400",
    "CreateAutoScalingGroup group-{n} c5.4xlarge x3 max 9",
    "UpdateAutoScalingGroup group-{n} x9 max 900",
    "SetDesiredCapacity group-{n} x2",
    "DeleteAutoScalingGroup group-{n}",
    "AssumeRole admin/one",
    "AssumeRole admin/two",
    "AssumeRole etl/etl",
    "CreateUser spare",
    "CreateAccessKey spare",
    "AttachUserPolicy spare AdministratorAccess",
    "ConsoleLogin",
    "StopLogging",
    "RequestServiceQuotaIncrease ec2 L-1216C47A 4000",
    "CreateKeyPair",
    "CreateSecurityGroup",
    "CreateFunctionUrlConfig door",
    "lambda:UpdateFunctionCode20150331v2 etl",
    "SendCommand i-0abc12345678",
    "AssociateAddress i-0abc12345678 203.0.113.9",
    "DescribeRegions",
    "DescribeInstanceTypes",
    "ce:GetCostAndUsage",
    "guardduty:ListFindings",
    "RunTask 4096 8192 image miner/xmrig x4",
    "ecs:CreateService 4096 8192 group web x4",
];

const FAILED: &[&str] = &[
    "",
    "",
    "",
    "",
    "!Client.UnauthorizedOperation",
    "!Client.VcpuLimitExceeded",
    "!Server.InsufficientInstanceCapacity",
    "!Client.DryRunOperation",
    "!Client.InvalidParameterValue",
];

/// What joins records: the same id twice, copies of one action, corrections.
const JOINED: &[&str] =
    &["", "", "", "", "", "", "", "", "", "as e{n}", "shared s{n}", "as e{n} shared s{n}", "replacing e{n}"];

/// When: some days around the story's, at few enough moments that some are the same.
fn when() -> impl Strategy<Value = String> {
    (-6_i64..3, 9_u32..12, 0_u32..12)
        .prop_map(|(day, hour, minute)| format!("{day}d {hour:02}:{:02}", minute * 5))
}

fn call() -> impl Strategy<Value = String> {
    let parts = (
        when(),
        select(WHO),
        select(WHERE),
        select(WHAT),
        select(WITH),
        select(FAILED),
        select(JOINED),
        0..4_u8,
    );
    parts.prop_map(|(when, who, at, what, with, failed, joined, number)| {
        let (what, made) = what.split_once(" => ").map_or((what, None), |(what, made)| (what, Some(made)));
        let made = made.map(|made| format!(" => {made}")).unwrap_or_default();
        let (who, flags) = who.split_once(' ').unwrap_or((who, ""));
        let line = format!("{when} {who} {what} {flags} {at} {with} {failed} {joined}{made}");
        line.replace("{n}", &number.to_string())
    })
}

/// A service that launches for a group, in the account's name.
fn scaling() -> impl Strategy<Value = String> {
    (when(), 0..4_u8, select(&["us-east-1", "eu-west-1"][..])).prop_map(|(when, number, region)| {
        format!("{when} autoscaling.amazonaws.com {region} launches c5.4xlarge x2 group group-{number} => i-{number}")
    })
}

/// Ordinary life, so that there is a before.
fn habit() -> impl Strategy<Value = String> {
    (
        1..12_u8,
        select(WHO),
        select(WHERE),
        select(&["", "launches m5.large", "launches g5.xlarge lives 60m"][..]),
    )
        .prop_map(|(days, who, at, what)| {
            let (who, flags) = who.split_once(' ').unwrap_or((who, ""));
            format!("history {days} days: {who} {what} {flags} {at}")
        })
}

fn history() -> impl Strategy<Value = String> {
    let line = prop_oneof![8 => call(), 1 => scaling(), 1 => habit()];
    prop::collection::vec(line, LINES).prop_map(|lines| lines.join("\n"))
}

fn verdict(facts: &Facts) -> String {
    serde_json::to_string_pretty(&detect::judge(facts, &[])).expect("findings are JSON")
}

/// Says where two verdicts part.
fn parting(one: &str, other: &str) -> String {
    let lines = one.lines().zip(other.lines()).enumerate();
    let Some((at, _)) = lines.clone().find(|(_, (one, other))| one != other) else {
        return "one is longer than the other".to_owned();
    };
    let near = lines.skip(at.saturating_sub(6)).take(12);
    near.map(
        |(_, (one, other))| if one == other { format!("  {one}\n") } else { format!("- {one}\n+ {other}\n") },
    )
    .collect()
}

/// Facts of parts of the records, merged two by two in an order that `choices` give.
fn merged(records: &[Value], parts: usize, choices: &[Index]) -> Facts {
    let mut piles: Vec<Vec<Value>> = vec![Vec::new(); parts];
    for (record, choice) in records.iter().zip(choices.iter().cycle()) {
        piles[choice.index(parts)].push(record.clone());
    }
    let mut facts: Vec<Facts> = piles.iter().map(|pile| facts(pile)).collect();
    let mut choices = choices.iter().cycle();
    while facts.len() > 1 {
        let taken = facts.swap_remove(choices.next().map_or(0, |choice| choice.index(facts.len())));
        let into = choices.next().map_or(0, |choice| choice.index(facts.len()));
        facts[into].merge(taken);
    }
    facts.pop().unwrap_or_default()
}

/// What a finding says against somebody and for them; money and the end of the logs left out.
fn signals(findings: &[Finding]) -> Vec<String> {
    let mut told: Vec<String> = findings
        .iter()
        .map(|finding| {
            format!("{} {} {:?} {:?}", finding.id, finding.certainty, finding.signals, finding.launches)
        })
        .collect();
    told.sort();
    told
}

/// Histories a law is tried on, unless `PROPTEST_CASES` says how many.
///
/// Fewer, and a law is hardly tried; more, and nobody runs the tests.
const HISTORIES: u32 = 24;

/// What must be true of every finding, whatever happened. Says what is not.
fn what_is_wrong(finding: &Finding, ids: &BTreeSet<&str>) -> Option<String> {
    let launches = &finding.launches;
    let signals: Decibans = finding.signals.iter().map(|signal| signal.decibans).sum();
    let shares: f64 = finding.root_cause.iter().map(|cause| cause.share).sum();
    let sum = |of: fn(&Place) -> u64| launches.places.iter().map(of).sum::<u64>();
    let unproved = finding.signals.iter().find(|signal| {
        signal.events.is_empty() || signal.events.iter().any(|event| !ids.contains(event.as_str()))
    });
    let rules: BTreeSet<&str> = finding.signals.iter().map(|signal| signal.rule).collect();
    let checks = [
        (
            "the sum is not prior and signals",
            finding.score.prior + signals == finding.score.sum || finding.kind == Kind::CredentialMisuse,
        ),
        ("the certainty is not that of the sum", certainty(finding.score.sum) == finding.certainty),
        ("a signal is not proved", unproved.is_none()),
        ("a rule speaks twice", rules.len() == finding.signals.len()),
        (
            "places do not add up",
            sum(|place| place.requested) == launches.requested
                && sum(|place| place.started) == launches.started,
        ),
        ("more ended than started", launches.ended <= launches.started),
        ("more started than were asked for", launches.started <= launches.requested),
        ("causes do not add up", (shares - 1.0).abs() < 1e-9),
        (
            "it fired before it began",
            finding.first_seen <= finding.fired_at && finding.fired_at <= finding.last_seen,
        ),
        ("the story is out of order", finding.timeline.is_sorted_by_key(|moment| moment.time)),
        (
            "what runs is not running",
            (finding.outcome == Outcome::Running) == (launches.started > launches.ended),
        ),
        ("what has ended costs", finding.outcome != Outcome::Ended || finding.cost.per_hour == 0.0),
        ("tomorrow is not 24 hours", (finding.cost.next_24h - 24.0 * finding.cost.per_hour).abs() < 0.2),
        ("machines are missing", launches.instances.len() as u64 <= launches.started),
        ("nobody did it", !finding.principals.is_empty()),
    ];
    checks.iter().find(|(_, right)| !right).map(|(what, _)| format!("{what}: {finding:#?}"))
}

fn limited() -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(HISTORIES),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(limited())]

    #[test]
    fn judging_twice_is_judging_once(text in history()) {
        let records = Story::read(&text).records;
        let facts = facts(&records);
        let (one, other) = (verdict(&facts), verdict(&facts));
        prop_assert!(one == other, "{text}\n{}", parting(&one, &other));
    }

    /// Few look-ups and issued credentials are spelled out; the others could not change a verdict.
    #[test]
    fn what_is_left_packed_changes_nothing(text in history()) {
        let facts = facts(&Story::read(&text).records);
        let whole = detect::judge_told(&facts, &facts.told_whole(), &[]);
        let whole = serde_json::to_string_pretty(&whole).expect("findings are JSON");
        let one = verdict(&facts);
        prop_assert!(one == whole, "{text}\n{}", parting(&one, &whole));
    }

    #[test]
    fn every_finding_adds_up(text in history()) {
        let records = Story::read(&text).records;
        let ids: BTreeSet<&str> = records.iter().filter_map(|record| record["eventID"].as_str()).collect();
        for finding in detect::judge(&facts(&records), &[]) {
            let wrong = what_is_wrong(&finding, &ids);
            prop_assert!(wrong.is_none(), "{text}\n{}", wrong.unwrap_or_default());
        }
    }

    #[test]
    fn the_order_of_records_changes_nothing(
        (text, order) in history().prop_flat_map(|text| {
            let count = Story::read(&text).records.len();
            (Just(text), Just((0..count).collect::<Vec<usize>>()).prop_shuffle())
        })
    ) {
        let records = Story::read(&text).records;
        let shuffled: Vec<Value> = order.iter().map(|at| records[*at].clone()).collect();
        let (one, other) = (verdict(&facts(&records)), verdict(&facts(&shuffled)));
        prop_assert!(one == other, "{text}\n{}", parting(&one, &other));
    }

    #[test]
    fn the_cut_of_batches_and_the_order_of_merging_change_nothing(
        text in history(),
        parts in 2..7_usize,
        choices in prop::collection::vec(any::<Index>(), 1..64),
    ) {
        let records = Story::read(&text).records;
        let (one, other) = (verdict(&facts(&records)), verdict(&merged(&records, parts, &choices)));
        prop_assert!(one == other, "{text}\n{}", parting(&one, &other));
    }

    /// Sources of all kinds, in any order and split, each row twice; the trail in their midst.
    #[test]
    fn side_logs_join_in_any_order_and_as_often_as_they_like(
        text in history(),
        more in prop::collection::vec(beside(), 1..16),
        parts in 2..5_usize,
        choices in prop::collection::vec(any::<Index>(), 1..64),
    ) {
        let text = format!("{text}\n{}", more.join("\n"));
        let story = Story::read(&text);
        let mut whole = facts(&story.records);
        story.beside.iter().for_each(|beside| beside.read(|fact| { whole.take_side(fact); }));
        let mut piles = vec![Facts::default(); parts];
        for (beside, choice) in story.beside.iter().rev().zip(choices.iter().cycle()) {
            for _ in 0..2 {
                beside.read(|fact| { piles[choice.index(parts)].take_side(fact); });
            }
        }
        piles.insert(piles.len() / 2, facts(&story.records));
        let joined = Facts::join(piles);
        let (one, other) = (verdict(&whole), verdict(&joined));
        prop_assert!(one == other, "{text}\n{}", parting(&one, &other));
    }

    #[test]
    fn repetition_changes_nothing(text in history(), again in prop::collection::vec(any::<Index>(), 1..64)) {
        let records = Story::read(&text).records;
        let more = again.iter().map(|choice| choice.get(&records).clone());
        let repeated: Vec<Value> = records.iter().cloned().chain(more).collect();
        let (one, other) = (verdict(&facts(&records)), verdict(&facts(&repeated)));
        prop_assert!(one == other, "{text}\n{}", parting(&one, &other));
        let overlapping = merged(&repeated, 3, &again);
        prop_assert!(one == verdict(&overlapping), "{text}");
    }

    #[test]
    fn what_somebody_else_does_ten_days_later_changes_no_signal(
        text in history(),
        at in select(WHERE),
        what in select(&["", "launches m5.large", "launches p4d.24xlarge x8", "DescribeRegions"][..]),
    ) {
        let before = detect::judge(&facts(&Story::read(&text).records), &[]);
        let later = Story::read(&format!("{text}\n+13d 10:00 stranger {what} {at}"));
        let mut after = detect::judge(&facts(&later.records), &[]);
        after.retain(|finding| finding.principals.iter().all(|principal| !principal.arn.ends_with("/stranger")));
        let (one, other) = (signals(&before).join("\n"), signals(&after).join("\n"));
        prop_assert!(one == other, "{text}\nthen at {at}: {what}\n{}", parting(&one, &other));
    }

    /// A misuse is judged over all that an instance ever did, so only launches are asked here.
    #[test]
    fn what_the_same_people_do_ten_days_later_changes_no_launch(
        text in history(),
        who in select(WHO),
        at in select(WHERE),
    ) {
        let launches = |text: &str| {
            let mut findings = detect::judge(&facts(&Story::read(text).records), &[]);
            findings.retain(|finding| finding.kind == Kind::MiningLaunch);
            signals(&findings).join("\n")
        };
        let (who, flags) = who.split_once(' ').unwrap_or((who, ""));
        let (one, other) = (launches(&text), launches(&format!("{text}\n+13d 10:00 {who} {flags} {at}")));
        prop_assert!(one == other, "{text}\nthen {who} at {at}\n{}", parting(&one, &other));
    }
}
